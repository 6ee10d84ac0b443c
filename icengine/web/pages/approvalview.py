"""Answers that wait, and one to read and judge, as their templates show them: words, no decisions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from icengine.domain.approval import Readers, StateKept, judgement
from icengine.domain.people import Organisation
from icengine.domain.plan import Control
from icengine.domain.task import Answer, Saved, State
from icengine.domain.text import one_line
from icengine.domain.words import capital, listed
from icengine.services.approval import ApprovalPage
from icengine.services.tasks import TaskPage
from icengine.store.approvals import Waiting
from icengine.web.pages import wording
from icengine.web.pages.answercompare import Line, compared
from icengine.web.pages.taskview import AnswerCopy, Day, TaskView, answer_copy, task_view
from icengine.web.pages.wording import Mark

# -- the list --


@dataclass(frozen=True)
class ToRead:
    """An answer that waits, in a list."""

    address: str
    title: str
    said: str
    """ "Februari 2022, Kommunstyrelsen. Svar från Ekonomichefen"."""
    since: Day
    protected: bool


def to_read(items: Sequence[Waiting], organisation: Organisation, today: date) -> list[ToRead]:
    """Answers that wait, the one that has waited longest first."""
    return [_to_read(item, organisation, today) for item in items]


def _to_read(item: Waiting, organisation: Organisation, today: date) -> ToRead:
    task = item.task
    unit = organisation.unit(task.unit)
    name = one_line(unit.name) if unit else task.unit
    return ToRead(
        address=f"/godkann/{task.id}",
        title=one_line(item.title),
        said=f"{capital(one_line(task.label))}, {name}. Svar från {one_line(item.saved.by)}",
        since=Day(item.saved.at.isoformat(), wording.recent(item.saved.at, today)),
        protected=item.protected,
    )


# -- who reads, in words --


def reads(
    readers: Readers, control: Control, organisation: Organisation, green: str, *, to_come: bool
) -> str:
    """A sentence: who reads the answer, and why it is not the godkännare where it is not.

    `green` is the level that finds nothing to remark on; `to_come`: it is not handed in yet.
    """
    who = one_line(organisation.contact) or "controllern"
    approver = one_line(control.approver)
    if not readers.emails:
        return f"Ingen får godkänna svaret just nu. {capital(who)} behöver utse någon."
    if not readers.controller:
        waits = "När du har lämnat in väntar svaret" if to_come else "Svaret väntar"
        return f"{waits} på godkännande av {approver}."
    if not approver and to_come:
        return f"Väljer du ”{green}” läser {who} svaret innan det är klart, för risken är hög."
    if not approver:
        return f"{capital(who)} läser svaret innan det är klart, för risken är hög och bedömningen är ”{green}”."
    held = organisation.function(control.approver)
    if held is None or not held.holders:
        return f"Ingen är {approver} just nu, så {who} läser svaret i stället."
    return f"{approver} ska godkänna men svarar också själv, så {who} läser svaret i stället."


def by_oneself(reviews: Sequence[str], function: str) -> str:
    """A sentence: who performed it also owns the process; "" where that is not so."""
    if not reviews:
        return ""
    return f"{capital(one_line(function))} utför kontrollen och {listed(list(reviews))}."


# -- an answer to read --


_ACTOR = re.compile(r"(?:system|person|länk):")
"""How the log names whoever acts for no function."""


@dataclass(frozen=True)
class Said:
    """Something that somebody has decided about an answer, and said with it."""

    mark: Mark
    by: str
    """The function; "" where none is said."""
    at: Day
    comment: tuple[str, ...]


def said(kept: StateKept, today: date) -> Said:
    """A state with what was said."""
    return Said(
        wording.state_mark(kept.state),
        "" if _ACTOR.match(kept.by) else one_line(kept.by),
        Day(kept.at.isoformat(), wording.recent(kept.at, today)),
        tuple(wording.lines(kept.reason)),
    )


@dataclass(frozen=True)
class ApprovalView:
    """Everything the page says about an answer and who judges it."""

    task: TaskView
    answer: AnswerCopy
    version: int
    by: str
    entered_by: str
    """The function that wrote it in for the one who answers; "" for nobody."""
    at: Day
    compared: tuple[Line, ...]
    """What differs from the version handed in before; () where there is none."""
    compared_with: Day | None
    reads_as: str
    judges: bool
    waits: bool
    reads: str
    """Who reads it, where the reader of the page does not."""
    own: str
    """Självgranskning, as a sentence; "" where it is none."""
    judged: Said | None
    recalled: bool
    """It has been taken back, or is being mended."""
    earlier: tuple[Said, ...]
    """What was said of earlier versions, the newest first."""
    protected: bool


def approval_view(found: ApprovalPage, handed_in: Saved, seen: int = 0) -> ApprovalView:
    """The answer in words; `seen` is the version that the reader has read before, where it is
    another."""
    page = found.page
    state, today = page.task.state, page.today
    before = _before(found, seen)
    judged = judgement(found.history)
    others = [kept for kept in found.history if kept.reason and kept is not judged]
    return ApprovalView(
        task=task_view(replace(page, last=handed_in)),
        answer=answer_copy(page, handed_in.answer),
        version=handed_in.version,
        by=one_line(handed_in.by),
        entered_by=one_line(handed_in.entered_by),
        at=Day(handed_in.at.isoformat(), wording.recent(handed_in.at, today)),
        compared=_compared(page, before.answer, handed_in.answer) if before else (),
        compared_with=Day(before.at.isoformat(), wording.recent(before.at, today)) if before else None,
        reads_as=one_line(found.reads_as),
        judges=found.judges,
        waits=state is State.SUBMITTED,
        reads=reads(
            found.readers, page.control, page.organisation, page.plan.ratings.best.word,
            to_come=False,
        ),
        own=by_oneself(found.reviews_self, page.control.performer or handed_in.by),
        judged=said(judged, today) if judged else None,
        recalled=state.answerable and (judged is None or judged.state is not State.RETURNED),
        earlier=tuple(said(kept, today) for kept in reversed(others) if _of_reader(kept)),
        protected=page.control.protected,
    )  # fmt: skip


def _of_reader(kept: StateKept) -> bool:
    return kept.state is State.RETURNED


def _before(found: ApprovalPage, seen: int) -> Saved | None:
    known = {one.version: one for one in found.earlier}
    return known.get(seen) or (found.earlier[-1] if found.earlier else None)


def _compared(page: TaskPage, before: Answer, after: Answer) -> tuple[Line, ...]:
    lines = compared(before, after, page.plan.ratings, page.organisation.vocabulary("åtgärd"))
    return tuple(line for line in lines if line.changed)
