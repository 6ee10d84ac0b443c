"""A task, and a question about it, as the controller sees them: words, no decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from icengine.domain.asking import Asking
from icengine.domain.task import State, is_late, read_date
from icengine.domain.text import one_line
from icengine.domain.words import capital
from icengine.services.steering import Question, Steered
from icengine.store.reports import CHOSEN, MOVED
from icengine.store.task_changes import Happened
from icengine.web.pages import wording
from icengine.web.pages.steeringforms import occasion, title_of
from icengine.web.pages.taskview import Day
from icengine.web.pages.wording import Mark


@dataclass(frozen=True)
class Step:
    """Something that was done."""

    when: str
    what: str
    reason: tuple[str, ...]


@dataclass(frozen=True)
class SteeredView:
    """A task on the controller's desk."""

    id: int
    title: str
    occasion: str
    owner: str
    due: Day
    distance: str
    state: Mark
    open: bool
    """It asks for an answer."""
    opened: bool
    """Its owner has heard of it."""
    answered: bool
    """There is an answer to read."""
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class QuestionView:
    """What an owner asks."""

    title: str
    occasion: str
    task: int
    by: str
    when: str
    reason: tuple[str, ...]
    until: Day | None
    due: Day
    waiting: bool
    besked: str
    """What was decided; "" before that."""
    decision: tuple[str, ...]


def steered_view(found: Steered, history: Sequence[Happened]) -> SteeredView:
    """The task in words."""
    task, today = found.task, found.today
    late = is_late(task.state, task.due, today)
    return SteeredView(
        id=task.id,
        title=title_of(found),
        occasion=occasion(found),
        owner=one_line(task.owner) or "Ingen är utsedd",
        due=Day(task.due.isoformat(), wording.weekday(task.due, today)),
        distance=wording.distance(task.due, today) if task.state.answerable else "",
        state=wording.state_mark(task.state, late),
        open=task.state.answerable,
        opened=task.state is not State.PLANNED,
        answered=task.state in (State.SUBMITTED, State.APPROVED) and found.reads,
        steps=tuple(_step(item, today) for item in history),
    )


def _step(item: Happened, today: date) -> Step:
    if item.what == MOVED:
        day = read_date(item.value)
        what = f"Sista dagen flyttades till {wording.day(day, today)}" if day else "Flyttad"
    elif item.what == CHOSEN:
        what = f"Ansvarig blev {one_line(item.value)}"
    else:
        what = capital(item.what)
    who = one_line(item.by)
    by = f", {who}" if who and not who.startswith(("system:", "person:", "länk:")) else ""
    return Step(wording.recent(item.at, today), f"{what}{by}", tuple(wording.lines(item.reason)))


def question_view(found: Question) -> QuestionView:
    """The question in words."""
    request, task, today = found.request, found.steered.task, found.steered.today
    until = request.until
    return QuestionView(
        title=title_of(found.steered),
        occasion=occasion(found.steered),
        task=task.id,
        by=one_line(request.by),
        when=wording.recent(request.asked_at, today),
        reason=tuple(wording.lines(request.reason)) if found.steered.reads else (),
        until=Day(until.isoformat(), wording.weekday(until, today)) if until else None,
        due=Day(task.due.isoformat(), wording.weekday(task.due, today)),
        waiting=request.waiting and task.state.answerable,
        besked=_besked(found),
        decision=tuple(wording.lines(request.decision)),
    )


def _besked(found: Question) -> str:
    request = found.request
    if request.waiting or request.decided_at is None:
        return ""
    when = wording.recent(request.decided_at, found.steered.today)
    if request.granted is None:
        return f"Frågan togs tillbaka {when}."
    time = request.kind is Asking.MORE_TIME
    yes, no = ("Ja till mer tid", "Nej till mer tid") if time else (
        "Avslutad som ej genomförd", "Kontrollen ska genomföras"
    )  # fmt: skip
    return f"{yes if request.granted else no}. Besked {when}."
