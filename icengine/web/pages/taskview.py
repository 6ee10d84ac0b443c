"""A task, last time's answer and the receipt as their templates show them: words, no decisions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from icengine.domain.plan import Control, Risk
from icengine.domain.report_occurrences import sampled
from icengine.domain.scale import RiskScale
from icengine.domain.task import Answer, Saved, State, figure, is_late, read_date
from icengine.domain.text import one_line
from icengine.domain.words import number
from icengine.services.earlier import Earlier
from icengine.services.tasks import RECEIPT_DAYS, TaskPage
from icengine.web.pages import wording
from icengine.web.pages.form import reckon
from icengine.web.pages.wording import Mark


@dataclass(frozen=True)
class Day:
    """A date, for machines and for people."""

    iso: str
    text: str


@dataclass(frozen=True)
class AnswerCopy:
    """An answer to read."""

    rating: Mark | None
    """None where none is chosen, or where the scale no longer has it."""
    figures: str
    """ "104 av 205, 50,7 procent"; "" where nothing is measured."""
    sample: str
    """ "12 av 60 granskade avvek (20 %)"; "" where nothing is said of a stickprov."""
    by_proposal: str
    """How the bedömning stands to the proposed one; "" where nothing was proposed."""
    reason: tuple[str, ...]
    """Why another level than the proposed one was chosen."""
    result: tuple[str, ...]
    actions: tuple[tuple[str, str, Day], ...]
    """Text, ansvarig, klart senast."""
    cause: tuple[str, ...]
    """Grundorsak."""
    comment: tuple[str, ...]
    action_word: str
    """ "Åtgärd", or what the organisation calls it."""


@dataclass(frozen=True)
class Previous:
    """Last time."""

    period: str
    copy: AnswerCopy


@dataclass(frozen=True)
class TaskView:
    """What the answer page says about a task."""

    title: str
    key: str
    """The control's number and the unit: "K3, Kommunstyrelsen"."""
    own_address: str
    """Of the page for whoever is logged in."""
    due: Day
    late: bool
    time_left: str
    begins: Day | None
    """First day to answer, where it has not come."""
    state: Mark
    occasion: str
    answers_as: str
    risk: wording.RiskWords
    risk_mark: Mark | None
    control: Control
    what: tuple[str, ...]
    objective: tuple[str, ...]
    steps: tuple[str, ...]
    sample: tuple[str, ...]
    goal: tuple[str, ...]
    functions: tuple[str, ...]
    """What may be chosen as ansvarig."""
    previous: Previous | None
    last_year: Previous | None
    withheld: bool
    """There is an earlier answer, which is protected and not shown."""
    saved: AnswerCopy | None
    """The newest saved version."""
    saved_at: str
    """ "i dag kl. 10.42"."""
    saved_by: str


def task_view(page: TaskPage) -> TaskView:
    """The task in words."""
    task, control, risk, today = page.task, page.control, page.risk, page.today
    scale = page.plan.risk_scale
    unit = page.organisation.unit(task.unit)
    late = is_late(task.state, task.due, today)
    last = page.last
    return TaskView(
        title=one_line(control.title),
        key=f"{control.id}, {one_line(unit.name) if unit else task.unit}",
        own_address=f"/uppgifter/{task.id}",
        due=Day(task.due.isoformat(), wording.weekday(task.due, today)),
        late=late,
        time_left=wording.time_left(task.due, today),
        begins=_begins(page),
        state=wording.state_mark(task.state, late),
        occasion=wording.occasion(page.number, page.total, task.label),
        answers_as=one_line(page.answers_as),
        risk=wording.risk_words(risk),
        risk_mark=_risk_mark(risk, scale),
        control=control,
        what=tuple(wording.lines(control.what)),
        objective=tuple(wording.lines(control.objective)),
        steps=tuple(wording.steps(control.method)),
        sample=tuple(wording.lines(control.sample)),
        goal=tuple(wording.lines(control.goal)),
        functions=tuple(sorted(one_line(f.name) for f in page.organisation.functions)),
        previous=_previous(page, page.previous),
        last_year=_previous(page, page.last_year),
        withheld=page.withheld,
        saved=answer_copy(page, last.answer) if last else None,
        saved_at=wording.recent(last.at, today) if last else "",
        saved_by=written_by(last) if last else "",
    )


def written_by(saved: Saved) -> str:
    """ "Ekonomichefen", or "Ekonomichefen (inskrivet av controller)"."""
    by = one_line(saved.by)
    return f"{by} (inskrivet av {one_line(saved.entered_by)})" if saved.entered_by else by


def _risk_mark(risk: Risk, scale: RiskScale) -> Mark | None:
    """The risk's zone and value; None where nobody has weighed it."""
    if risk.weight is None:
        return None
    zone = scale.zone(*risk.weight)
    most = len(scale.likelihood) * len(scale.consequence)
    return wording.level_mark(zone.symbol, f"{zone.word}, {risk.value} av {most}")


def _begins(page: TaskPage) -> Day | None:
    start = page.task.start
    if page.today >= start:
        return None
    return Day(start.isoformat(), wording.weekday(start, page.today))


def _previous(page: TaskPage, earlier: Earlier | None) -> Previous | None:
    if earlier is None:
        return None
    before = replace(page, plan=earlier.plan)
    return Previous(one_line(earlier.task.label), answer_copy(before, earlier.saved.answer))


def answer_copy(page: TaskPage, answer: Answer) -> AnswerCopy:
    """An answer to read, in the words of the page's plan."""
    levels = {level.id: level for level in page.plan.ratings.levels}
    level = levels.get(answer.rating)
    return AnswerCopy(
        rating=wording.level_mark(level.symbol, level.word) if level else None,
        figures=_figures(page, answer),
        sample=_sample(answer),
        by_proposal=_by_proposal(page, answer),
        reason=tuple(wording.lines(answer.reason)),
        result=tuple(wording.lines(answer.result)),
        actions=tuple(
            (one_line(a.text), one_line(a.responsible), _due(a.due, page)) for a in answer.actions
        ),
        cause=tuple(wording.lines(answer.cause)),
        comment=tuple(wording.lines(answer.comment)),
        action_word=page.organisation.vocabulary("åtgärd").title,
    )


def _due(written: str, page: TaskPage) -> Day:
    """The klart-datum in words; what is no date stays as it was written."""
    due = read_date(written)
    return Day(due.isoformat(), wording.day(due, page.today)) if due else Day("", written)


def _figures(page: TaskPage, answer: Answer) -> str:
    measure = page.control.measure
    if measure is None or not (answer.part or answer.whole):
        return ""
    part, whole = figure(answer.part), figure(answer.whole)
    said = f"{answer.part} av {answer.whole}"
    if part is not None and whole is not None:
        said = f"{number(part)} av {number(whole)}"
    reckoned = reckon(answer, page.plan.ratings, measure)
    return f"{said}, {number(reckoned.share)} procent" if reckoned else said


def _sample(answer: Answer) -> str:
    if not (answer.checked or answer.deviations):
        return ""
    return sampled(answer) or f"{answer.deviations or '–'} av {answer.checked or '–'} avvek"


def _by_proposal(page: TaskPage, answer: Answer) -> str:
    measure = page.control.measure
    reckoned = reckon(answer, page.plan.ratings, measure) if measure else None
    if reckoned is None or not answer.rating:
        return ""
    if reckoned.level.id == answer.rating:
        return "enligt förslaget"
    return f"förslaget var ”{reckoned.level.word}”"


@dataclass(frozen=True)
class ReceiptView:
    """What the receipt says."""

    number: str
    """Receipt number; "" where nothing was handed in."""
    at: Day | None
    by: str
    submitted: AnswerCopy | None
    """None for a task that was closed without an answer."""
    state: Mark
    approved: bool
    approver: str
    until: Day | None
    days: int
    report: str
    """The report that the answer goes into."""
    protected: bool
    add_action: str
    """Address where the reader may add an åtgärd to it; "" where they may not."""
    why: tuple[str, ...]
    """Why it was closed without an answer."""
    typed: AnswerCopy | None
    """What was sent after it had been handed in; shown so that it is not lost."""


def receipt_view(page: TaskPage, typed: Answer | None, add_action: str = "") -> ReceiptView:
    """The receipt in words."""
    handed = page.last if page.last and page.last.submitted else None
    if page.task.state in (State.CANCELLED, State.NOT_DONE):
        handed = None
    unit = page.organisation.unit(page.plan.unit)
    until = page.receipt_until
    report = page.organisation.vocabulary("slutrapport").definite
    return ReceiptView(
        number=_receipt_number(page, handed) if handed else "",
        at=Day(handed.at.isoformat(), wording.moment(handed.at)) if handed else None,
        by=written_by(handed) if handed else "",
        submitted=answer_copy(page, handed.answer) if handed else None,
        state=wording.state_mark(page.task.state),
        approved=page.task.state is State.APPROVED,
        approver=one_line(page.control.approver),
        until=Day(until.isoformat(), wording.day(until, page.today)) if until else None,
        days=RECEIPT_DAYS,
        report=f"{report} {page.plan.year} för {unit.name if unit else page.plan.unit}",
        protected=page.control.protected,
        add_action=add_action,
        why=() if handed else tuple(wording.lines(page.why)),
        typed=answer_copy(page, typed) if typed else None,
    )


def _receipt_number(page: TaskPage, handed: Saved) -> str:
    """Stable: the same answer always has the same number."""
    return f"{page.plan.year}-{page.task.id}-{handed.version}"
