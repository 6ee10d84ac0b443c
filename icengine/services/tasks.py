"""Use cases around a kontrolltillfälle: seeing it, saving a draft, handing in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from icengine.domain.access import Actor, Link, Permit, Person, Subject, may, scope
from icengine.domain.answer_difference import answer_difference
from icengine.domain.approval import waits
from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.delegation import acts_as
from icengine.domain.difference import Change
from icengine.domain.happening import ANSWERED, DRAFTED, STATUS
from icengine.domain.judging import override_faults
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan, Risk
from icengine.domain.task import (
    Answer,
    Fault,
    Saved,
    State,
    cleaned,
    faults,
    may_move,
    unkeepable,
)
from icengine.errors import Closed, Conflict, LoginNeeded, NotFound, NotKept, Refused
from icengine.services.answer_actions import follow_answer
from icengine.services.earlier import Earlier, before
from icengine.services.people import known_organisation
from icengine.services.readers import check_reader, only_reads, tell_readers
from icengine.store import (
    answers,
    handovers,
    links,
    people,
    plans,
    records,
    requests,
    tasks,
)
from icengine.store.db import Session
from icengine.store.events import as_lines
from icengine.store.protected import protected_controls

CLOSED = {
    State.CANCELLED: "Kontrolltillfället har utgått och ska inte besvaras.",
    State.NOT_DONE: "Kontrolltillfället är avslutat som ej genomfört.",
}
DRAFTS, DRAFTS_IN = 100, timedelta(hours=1)
"""So many drafts of an answer are stored in so long a time."""
RECEIPT_DAYS = 30
"""Days that a link shows the receipt, from when the task was handed in, and then closed."""


@dataclass(frozen=True)
class TaskPage:
    """Everything the answer page and the receipt show."""

    task: tasks.Task
    plan: Plan
    risk: Risk
    control: Control
    organisation: Organisation
    answers_as: str
    """The function the reader answers for."""
    number: int
    """Which occurrence of the control it is, from 1."""
    total: int
    """How many occurrences the control has, those that are utgår left out."""
    today: date
    last: Saved | None
    """The newest saved version, draft or handed in."""
    previous: Earlier | None
    """Last time's answer, beside the form."""
    last_year: Earlier | None
    """Last year's answer for the same period, where it is another than last time's."""
    withheld: bool
    """There is an answer of last time, which is protected and not for this reader."""
    receipt_until: date | None
    """Last day a link shows the receipt; None while the task is to be answered."""
    why: str = ""
    """Why it has the state it has, where it is not to be answered; "" where nobody said."""


@dataclass(frozen=True)
class Recorded:
    """What became of a save."""

    saved: Saved
    state: State
    faults: tuple[Fault, ...]
    """What kept it from being handed in; the answer is then saved as a draft."""


@dataclass(frozen=True)
class LinkHolder:
    """Somebody who came with a link."""

    actor: Link
    function: str


def follow_link(session: Session, *, secret: str) -> LinkHolder:
    """Whoever holds this secret. Raises NotFound for an unknown one, Closed for a revoked one."""
    found = links.find(session, secret)
    if found is None:
        raise NotFound("Länken finns inte.", "Kontrollera att hela adressen kom med.")
    if found.revoked:
        raise Closed("Länken gäller inte längre.")
    return LinkHolder(
        Link(
            found.id, found.email, found.tasks, found.approves, found.actions, found.person,
            frozenset({found.function} - {""}),
        ),
        found.function,
    )  # fmt: skip


def _own(
    session: Session, actor: Actor, permit: Permit, task_id: int, *, lock: bool = False
) -> tuple[tasks.Task, Plan, Risk, Control]:
    """The task with its plan, where the actor may do this with it.

    The control is protected where any version of the plan protects it.
    What may not be done with a task does not exist for the actor: raises NotFound. Raises
    LoginNeeded where the control asks for more than a link.
    """
    task = tasks.get(session, scope(actor, Permit.READ), task_id, lock=lock)
    adopted = plans.version(session, task.plan, task.version) if task else None
    if task is None or adopted is None:
        raise NotFound
    risk, control = adopted.plan.control(task.control)
    protected = (task.plan, control.id) in protected_controls(session, [task.plan])
    control = replace(control, protected=protected)
    asked_by = adopted.plan.unit
    subject = Subject(
        task.unit, task.id, task.owner, control.approver, task.delegate, plan=asked_by
    )
    hidden = control.protected and not may(actor, Permit.READ_PROTECTED, subject)
    if hidden or not may(actor, permit, subject):
        raise NotFound
    if control.login and isinstance(actor, Link):
        raise LoginNeeded(f"/uppgifter/{task.id}")
    return task, adopted.plan, risk, control


def held(
    session: Session,
    *,
    actor: Actor,
    permit: Permit,
    now: datetime,
    task_id: int,
    lock: bool = False,
) -> tuple[tasks.Task, Plan, Control]:
    """The task with its plan, for whoever may do this with it and has it still.

    Raises NotFound, LoginNeeded and Closed as `task_page` does.
    """
    task, plan, _, control = _own(session, actor, permit, task_id, lock=lock)
    _check_holder(session, actor, task, control, local_date(now))
    return task, plan, control


def task_page(
    session: Session, *, actor: Actor, now: datetime, task_id: int, answers_as: str = ""
) -> TaskPage:
    """A task with all that its page shows. Reading changes nothing.

    `answers_as` is the function that the engine itself answers for; for the holder of a link, and
    for somebody who is logged in and holds it, it is the task's own. Raises NotFound where the actor has no such task,
    LoginNeeded where a link is not enough, and Closed where the answer is not its holder's to see
    or was handed in, or closed, so long ago that the receipt is no longer shown.
    """
    task, plan, risk, control = _own(session, actor, Permit.READ, task_id)
    answers_as = acts_as(actor, task.owner, task.delegate, answers_as)
    today = local_date(now)
    _check_holder(session, actor, task, control, today)
    until, why = None, ""
    if not task.state.answerable:
        since, why = tasks.state_since(session, task.id)
        until = local_date(since or now) + timedelta(days=RECEIPT_DAYS)
        if today > until and isinstance(actor, Link) and not only_reads(actor, task.id):
            done = "avslutad" if task.state.closed else "inlämnad"
            raise Closed("Länken gäller inte längre.", f"Kontrollen är {done}.")
    number, total = tasks.place(session, task)
    organisation = known_organisation(session)
    previous, withheld, last_year = (None, False, None)
    if task.state.answerable:
        previous, withheld, last_year = before(session, actor, task, plan, organisation)
    return TaskPage(
        task=task,
        plan=plan,
        risk=risk,
        control=control,
        organisation=organisation,
        answers_as=answers_as,
        number=number,
        total=total,
        today=today,
        last=answers.last_saved(session, task.id),
        previous=previous,
        last_year=last_year,
        withheld=withheld,
        receipt_until=until,
        why=why,
    )


def _check_holder(
    session: Session, actor: Actor, task: tasks.Task, control: Control, today: date
) -> None:
    """A link answers for a function, and ends with its holder's time in it.

    Whoever held it the day the answer was handed in may still read the receipt, but for a control
    whose content is for those who need it.
    """
    if not isinstance(actor, Link):
        return
    if only_reads(actor, task.id):
        check_reader(known_organisation(session), actor, task, control, today)
        return
    now = people.holders(session, {task.owner}, today).get(task.owner, ())
    if actor.email in now or (task.delegate and task.delegate == actor.person):
        return
    if not (task.state.answerable or control.protected or control.login):
        handed_in = answers.last_saved(session, task.id, submitted=True)
        then = local_date(handed_in.at) if handed_in else today
        if actor.email in people.holders(session, {task.owner}, then).get(task.owner, ()):
            return
    if actor.person and handovers.ever_had(session, task.id, actor.person):
        raise Closed("Du har inte längre uppgiften.", f"{task.owner} har tagit tillbaka den.")
    raise Closed(
        "Du har inte längre den här uppgiften.",
        f"Någon annan är nu {task.owner}." if now else f"Du är inte längre {task.owner}.",
    )


def record_answer(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    task_id: int,
    answer: Answer,
    base_version: int,
    submit: bool,
    answers_as: str = "",
    entered_by: str = "",
) -> Recorded:
    """Save the answer as a draft, or hand it in.

    `entered_by` is what the controller is called who writes it in for the one who answers; the version
    says so. `base_version` is the saved version that the writer saw. An answer with faults is saved as a
    draft and its faults returned. The same thing sent twice is recorded once.

    Raises NotFound where the actor has no such task, Refused before its period begins, Closed where
    it has been handed in already with another content, Conflict where a newer version has been
    saved since, and NotKept where it is too long for a draft or there are too many; nothing is
    overwritten.
    """
    permit = Permit.CONTROL if entered_by else Permit.ANSWER
    task, plan, risk, control = _own(session, actor, permit, task_id, lock=True)
    if entered_by:
        answers_as = task.owner or entered_by
    else:
        answers_as = acts_as(actor, task.owner, task.delegate, answers_as)
    answer, today = cleaned(answer), local_date(now)
    _check_holder(session, actor, task, control, today)
    last = answers.last_saved(session, task.id)
    if not task.state.answerable:
        if last and last.submitted and last.answer == answer:
            return Recorded(last, task.state, ())
        raise Closed(CLOSED.get(task.state, "Svaret är redan inlämnat och kan inte ändras."))
    if today < task.start:
        raise Refused(f"Kontrollen går att svara på från {swedish_date(task.start)}.")
    same = last is not None and last.answer == answer
    if last and base_version != last.version and not same:
        raise Conflict("Någon har sparat ett nyare utkast sedan du öppnade sidan.")
    found = faults(answer, plan.ratings, today, control.measure is not None)
    found += override_faults(answer, control.measure, plan.ratings)
    hand_in = submit and not found
    shown = tuple(found) if submit else ()
    if last and same and not hand_in:
        return Recorded(last, task.state, shown)
    if not hand_in:
        _check_keepable(session, task, answer, now)
    version = (last.version if last else 0) + 1
    before = _compared_with(session, task, last, hand_in)
    answers.save_answer(
        session, task.id, version, answer, by=answers_as, now=now, submitted=hand_in,
        person=number_of(actor), entered_by=entered_by,
    )  # fmt: skip
    whose = known_organisation(session) if hand_in else None
    read = whose if whose and waits(answer, control, risk, plan, whose) else None
    state = _move_on(session, task, hand_in, answers_as, now, read=read is not None)
    if hand_in:
        follow_answer(session, task, answer, version, by=answers_as, actor=actor, now=now)
        requests.lapse(session, task.id, by=answers_as, why="Svaret lämnades in.", now=now)
    session.record(
        ANSWERED if hand_in else DRAFTED,
        f"kontrolltillfälle:{task.key}",
        version=version,
        rating="" if control.protected else answer.rating,
        behalf=answers_as,
        **({"entered_by": entered_by} if entered_by else {}),
        sha256=records.answer_digest(answer),
        changes=_changes(task, state, plan, control, before, answer),
    )
    saved = Saved(version, now, answers_as, answer, hand_in, number_of(actor), entered_by)
    if read:
        tell_readers(session, task, control, read, saved, now)
    return Recorded(saved, state, shown)


def number_of(actor: Actor) -> int:
    """The number of the person who acts; 0 for the engine itself."""
    if isinstance(actor, Person):
        return actor.id
    return actor.person if isinstance(actor, Link) else 0


def _check_keepable(session: Session, task: tasks.Task, answer: Answer, now: datetime) -> None:
    """Every draft is kept as a version of its own, so there is a limit to them."""
    if unkeepable(answer):
        raise NotKept(hint="Något av det du har skrivit är för långt.")
    if answers.drafts_since(session, task.id, now - DRAFTS_IN) >= DRAFTS:
        raise NotKept(hint="Det är många utkast på kort tid. Vänta en stund och spara igen.")


def _compared_with(
    session: Session, task: tasks.Task, last: Saved | None, hand_in: bool
) -> Saved | None:
    """What a save changes: a draft what was saved last, a hand-in what was handed in last."""
    if hand_in and last and not last.submitted:
        return answers.last_saved(session, task.id, submitted=True)
    return last


def _changes(
    task: tasks.Task,
    state: State,
    plan: Plan,
    control: Control,
    before: Saved | None,
    after: Answer,
) -> list[list[str]]:
    """What a save changed, for the log; of a protected control its status only."""
    found = [Change(STATUS, str(task.state), str(state))] if state is not task.state else []
    if not control.protected:
        found += answer_difference(before.answer if before else None, after, plan.ratings)
    return as_lines(found)


def _move_on(
    session: Session, task: tasks.Task, hand_in: bool, by: str, now: datetime, *, read: bool
) -> State:
    """Påbörjad at the first save; inlämnad, and godkänd at once where nobody is to read it."""
    path = [] if task.state is State.STARTED else [State.STARTED]
    if hand_in:
        path.append(State.SUBMITTED)
        if not read:
            path.append(State.APPROVED)
    changes = []
    for old, state in zip([task.state, *path], path, strict=False):
        if not may_move(old, state):
            raise RuntimeError(f"{task.key} may not go from {old} to {state}")
        reason = "Ingen godkännare är utsedd." if state is State.APPROVED else ""
        changes.append(tasks.StateChange(task.id, state, by, reason))
    tasks.move(session, changes, now)
    return path[-1] if path else task.state


def task_list(
    session: Session,
    *,
    actor: Actor,
    plan: str = "",
    states: Iterable[State] = (),
    limit: int = 500,
) -> list[tasks.ListedTask]:
    """Tasks the actor may see, those due first on top."""
    found = scope(actor, Permit.FOLLOW)
    return tasks.listed(session, found, plan=plan, states=states, limit=limit)
