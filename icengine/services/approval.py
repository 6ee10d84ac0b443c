"""Use cases of four eyes: reading an answer, approving it, sending it back, taking it back.

Whoever judges an answer has read exactly the version that stands: they say which one they saw, and
nothing is judged where another has come since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from icengine.domain import happening
from icengine.domain.access import Actor, Link, Permit, Subject, may, scope
from icengine.domain.approval import (
    Given,
    Readers,
    Reading,
    StateKept,
    comment_fault,
    second_reader,
    self_review,
)
from icengine.domain.calendar import local_date
from icengine.domain.happening import STATUS
from icengine.domain.notice import NoticeKind
from icengine.domain.people import Organisation
from icengine.domain.task import Saved, State, may_move
from icengine.domain.text import recorded
from icengine.errors import Closed, Conflict, LoginNeeded, NotAllowed, NotFound, Refused
from icengine.services.login import person_of
from icengine.services.readers import given_of, speaks_as, tell_answerer
from icengine.services.tasks import TaskPage, task_page
from icengine.store import approvals, outbox, tasks
from icengine.store.approvals import Place, Waiting
from icengine.store.db import Session
from icengine.store.protected import protected_controls

OWN = "Den som har lämnat in ett svar godkänner det inte själv."
NEWER = "Svaret har lämnats in på nytt sedan du öppnade sidan."
PER_PAGE, PER_ROUND = 100, 500
MOST_COUNTED = 100
"""Answers that wait for somebody are counted so far: more is "fler än 99"."""
TAKEN_BACK = "Svaret har tagits tillbaka av den som lämnade in det."


@dataclass(frozen=True)
class ApprovalPage:
    """An answer with everything its reader needs."""

    page: TaskPage
    """The task, its control and its newest saved version."""
    handed_in: Saved | None
    """The newest version handed in: the one that is judged; None where none has been."""
    earlier: tuple[Saved, ...]
    """The versions handed in before that, the oldest first."""
    history: tuple[StateKept, ...]
    reads_as: str
    """The function the reader judges it for."""
    judges: bool
    """May the reader judge it now? Otherwise it is theirs to read only."""
    readers: Readers
    """Who may."""
    reviews_self: tuple[str, ...]
    """Självgranskning: what whoever performed it also is."""


@dataclass(frozen=True)
class Judged:
    """What became of an answer."""

    state: State
    task: tasks.Task
    saved: Saved


@dataclass(frozen=True)
class Waits:
    """A page of the answers that wait."""

    mine: tuple[Waiting, ...]
    """For whoever asks."""
    stuck: tuple[Waiting, ...] = ()
    """For nobody: all who might read them have answered themselves. For the controllers to see."""
    after: Place | None = None
    """Where the next page begins; None where this is the last."""


# -- what waits --


def waiting_for(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    organisation: Organisation,
    after: Place | None = None,
    limit: int = PER_PAGE,
) -> Waits:
    """Answers that wait for the actor; and, for a controller, those that nobody may read."""
    mine: list[Waiting] = []
    stuck: list[Waiting] = []
    last: Waiting | None = None
    for item, given, subject, reading in _looked_through(session, actor, now, organisation, after):
        own = may(actor, Permit.APPROVE, subject)
        if not own and (not may(actor, Permit.CONTROL, subject) or reading.readers(given).emails):
            continue
        if last and len(mine) + len(stuck) == limit:
            return Waits(tuple(mine), tuple(stuck), approvals.place(last))
        (mine if own else stuck).append(item)
        last = item
    return Waits(tuple(mine), tuple(stuck))


def waiting_count(
    session: Session, *, actor: Actor, now: datetime, organisation: Organisation
) -> int:
    """How many answers wait for the actor, or MOST_COUNTED where there are more; two statements for
    each PER_ROUND that are looked through, none for whoever never approves any."""
    found = (
        item
        for item, _, subject, _ in _looked_through(session, actor, now, organisation)
        if may(actor, Permit.APPROVE, subject)
    )
    return sum(1 for _ in islice(found, MOST_COUNTED))


def _looked_through(
    session: Session,
    actor: Actor,
    now: datetime,
    organisation: Organisation,
    after: Place | None = None,
) -> Iterator[tuple[Waiting, Given, Subject, Reading]]:
    """Every answer that waits where the actor approves and that they may read."""
    where = scope(actor, Permit.APPROVE)
    if not (where.everything or where.units or where.approves or where.tasks):
        return
    while waiting := approvals.waiting(session, where, after=after, limit=PER_ROUND):
        yield from _readable(session, actor, now, organisation, waiting)
        if len(waiting) < PER_ROUND:
            return
        after = approvals.place(waiting[-1])


def _readable(
    session: Session,
    actor: Actor,
    now: datetime,
    organisation: Organisation,
    waiting: Sequence[Waiting],
) -> Iterator[tuple[Waiting, Given, Subject, Reading]]:
    protected = protected_controls(session, {item.task.plan for item in waiting})
    reading = Reading(organisation, local_date(now))
    for item in waiting:
        item = replace(item, protected=(item.task.plan, item.task.control) in protected)
        task, by = item.task, frozenset(email for email in (item.by, item.delegate) if email)
        given = Given(task.unit, task.owner, item.approver, item.protected, by)
        second = not reading.named(given)
        subject = _subject(task, item.approver, item.saved, item.asked_by, second)
        if not item.protected or may(actor, Permit.READ_PROTECTED, subject):
            yield item, given, subject, reading


def _subject(
    task: tasks.Task, approver: str, saved: Saved | None, asked_by: str, second: bool
) -> Subject:
    return Subject(
        task.unit, task.id, task.owner, approver, task.delegate,
        answered_by=saved.person if saved else 0, second_reader=second, plan=asked_by,
    )  # fmt: skip


# -- reading one --


def approval_page(session: Session, *, actor: Actor, now: datetime, task_id: int) -> ApprovalPage:
    """An answer with everything its reader needs. Reading changes nothing.

    Raises NotFound where there is no such task to read, LoginNeeded where a link is not enough, and
    Closed where a link's holder no longer has it.
    """
    try:
        page = task_page(session, actor=actor, now=now, task_id=task_id)
    except LoginNeeded as error:
        raise LoginNeeded(f"/godkann/{task_id}") from error
    task, control = page.task, page.control
    handed_in = [one for one in approvals.versions(session, task.id) if one.submitted]
    last = handed_in[-1] if handed_in else None
    given = given_of(session, task, control, last)
    reading = Reading(page.organisation, page.today)
    second = not reading.named(given)
    subject = _subject(task, control.approver, last, page.plan.unit, second)
    waits = last is not None and task.state is State.SUBMITTED
    return ApprovalPage(
        page=page,
        handed_in=last,
        earlier=tuple(handed_in[:-1]),
        history=tuple(approvals.history(session, task.id)),
        reads_as=speaks_as(actor, page.organisation, page.today, control.approver),
        judges=waits and _may_judge(actor, subject, page.organisation, page.today),
        readers=reading.readers(given),
        reviews_self=self_review(
            page.plan, control, last.by if last else task.owner, reading,
            page.organisation.vocabulary("internkontrollplan"),
        ),
    )  # fmt: skip


def _may_judge(actor: Actor, subject: Subject, organisation: Organisation, day: date) -> bool:
    """A link judges where its holder, logged in, might too."""
    if not may(actor, Permit.APPROVE, subject):
        return False
    if not isinstance(actor, Link):
        return True
    holder = person_of(organisation, actor.person, actor.email, day)
    return may(holder, Permit.APPROVE, subject)


@dataclass(frozen=True)
class Eyes:
    """What the owner of a task is told of whoever reads the answer."""

    history: tuple[StateKept, ...]
    readers: Readers
    """Who reads it, or would."""
    asked: bool
    """Will somebody read it, at least where it is green?"""
    reviews_self: tuple[str, ...]
    """Självgranskning, as on the reader's page."""


def eyes(session: Session, *, page: TaskPage) -> Eyes:
    """The same of a task on its way to be answered, and of one that is."""
    task, control, whole = page.task, page.control, page.organisation
    reading = Reading(whole, page.today)
    word = whole.vocabulary("internkontrollplan")
    return Eyes(
        history=tuple(approvals.history(session, task.id)),
        readers=reading.readers(given_of(session, task, control, page.last)),
        asked=bool(control.approver) or second_reader(control, page.risk, page.plan, whole),
        reviews_self=self_review(page.plan, control, task.owner, reading, word),
    )


@dataclass(frozen=True)
class Versions:
    """Every version of an answer that the reader may see."""

    page: TaskPage
    saved: tuple[Saved, ...]
    """The oldest first. A draft is its writer's until it is handed in: others see what was."""
    history: tuple[StateKept, ...]
    own: bool
    """Is it the reader's to answer?"""


def answer_versions(session: Session, *, actor: Actor, now: datetime, task_id: int) -> Versions:
    """Every version of a task's answer, and every state of the task.

    Raises NotFound where the actor may not read it, or where there is nothing for them to read.
    """
    page = task_page(session, actor=actor, now=now, task_id=task_id)
    own = may(actor, Permit.ANSWER, _subject(page.task, "", None, "", False))
    saved = [one for one in approvals.versions(session, task_id) if own or one.submitted]
    if not saved:
        raise NotFound
    return Versions(page, tuple(saved), tuple(approvals.history(session, task_id)), own)


# -- judging it --


def approve(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    task_id: int,
    version: int,
    comment: str = "",
) -> Judged:
    """Approve the answer, of which the actor has read this version. Twice is once.

    Raises NotFound where there is no such task, NotAllowed where it is not the actor's to approve,
    Conflict where another version stands, Closed where it no longer waits, and Refused for a comment
    that is too long.
    """
    return _judge(session, actor, now, task_id, version, State.APPROVED, comment)


def send_back(
    session: Session, *, actor: Actor, now: datetime, task_id: int, version: int, comment: str
) -> Judged:
    """Send the answer back with a comment, which is needed. Raises as `approve` does."""
    return _judge(session, actor, now, task_id, version, State.RETURNED, comment)


def _judge(
    session: Session,
    actor: Actor,
    now: datetime,
    task_id: int,
    version: int,
    to: State,
    comment: str,
) -> Judged:
    if tasks.get(session, scope(actor, Permit.READ), task_id, lock=True) is None:
        raise NotFound
    found = approval_page(session, actor=actor, now=now, task_id=task_id)
    task, saved, comment = found.page.task, found.handed_in, recorded(comment).strip()
    if saved is None:
        raise NotFound
    if saved.version != version:
        raise Conflict(NEWER)
    if task.state is to and _said_last(found) == comment:
        return Judged(to, task, saved)
    if not may_move(task.state, to) or task.state is not State.SUBMITTED:
        raise Closed(_no_longer(task.state))
    if not found.judges:
        raise NotAllowed(OWN)
    if fault := comment_fault(comment, to is State.RETURNED):
        raise Refused(f"{fault}.")
    by = found.reads_as
    tasks.move(session, [tasks.StateChange(task.id, to, by, comment)], now)
    kind = happening.APPROVED if to is State.APPROVED else happening.RETURNED
    _record(session, found, kind, to, version, by, comment)
    notice = NoticeKind.APPROVED if to is State.APPROVED else NoticeKind.RETURNED
    tell_answerer(session, task, saved, notice, now, str(version))
    return Judged(to, task, saved)


def _said_last(found: ApprovalPage) -> str:
    return found.history[-1].reason if found.history else ""


def _no_longer(state: State) -> str:
    """Why an answer is not there to be judged."""
    if state is State.APPROVED:
        return "Svaret är redan godkänt."
    if state is State.RETURNED:
        return "Svaret är redan skickat tillbaka."
    if state is State.STARTED:
        return TAKEN_BACK
    return "Svaret väntar inte längre på att läsas."


def _record(
    session: Session,
    found: ApprovalPage,
    kind: str,
    to: State,
    version: int,
    by: str,
    comment: str,
) -> None:
    changes = [[STATUS, str(found.page.task.state), str(to)]]
    if comment and not found.page.control.protected:
        changes.append(["Kommentar", "", comment])
    subject = f"kontrolltillfälle:{found.page.task.key}"
    session.record(kind, subject, version=version, behalf=by, changes=changes)


def take_back(
    session: Session, *, actor: Actor, now: datetime, task_id: int, answers_as: str = ""
) -> tasks.Task:
    """The owner takes back an answer that nobody has judged, to go on with it. Twice is once.

    Raises NotFound where the actor has no such task to answer, and Closed where it has been judged.
    """
    if tasks.get(session, scope(actor, Permit.READ), task_id, lock=True) is None:
        raise NotFound
    page = task_page(session, actor=actor, now=now, task_id=task_id, answers_as=answers_as)
    task = page.task
    subject = _subject(task, page.control.approver, page.last, page.plan.unit, False)
    if not may(actor, Permit.ANSWER, subject):
        raise NotFound
    if task.state is State.STARTED and page.last and page.last.submitted:
        return task
    if task.state is not State.SUBMITTED:
        raise Closed(_no_longer(task.state))
    by = page.answers_as or task.owner
    tasks.move(session, [tasks.StateChange(task.id, State.STARTED, by)], now)
    outbox.withdraw(session, [task.id], "Svaret togs tillbaka.")
    session.record(
        happening.RECALLED,
        f"kontrolltillfälle:{task.key}",
        version=page.last.version if page.last else 0,
        behalf=by,
        changes=[[STATUS, str(State.SUBMITTED), str(State.STARTED)]],
    )
    return task
