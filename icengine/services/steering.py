"""Use cases of the controller: moving a task's date, choosing who answers, closing it with a reason,
deciding what its owner asks, and reminding now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.access import Actor, Permit, Person, Scope, Subject, may, scope
from icengine.domain.asking import Asking
from icengine.domain.calendar import local_date
from icengine.domain.happening import STATUS
from icengine.domain.notice import NoticeKind
from icengine.domain.people import Organisation
from icengine.domain.plan import Control
from icengine.domain.steering import FUNCTION, TO_FUNCTION, due_faults, function_faults, why_faults
from icengine.domain.task import Fault, State, is_late, may_move
from icengine.domain.text import recorded
from icengine.errors import Closed, Conflict, NotFound, Refused
from icengine.services.notices import owe
from icengine.services.people import known_organisation
from icengine.services.planning import tell_new_owner
from icengine.store import outbox, people, plans, requests, task_changes, tasks
from icengine.store.db import Session
from icengine.store.protected import protected_controls

CONTROLLER = "controller"
"""What whoever steers is called in what is kept."""
MOVED, CHOSEN, CLOSED_BY = "datum flyttat", "ansvarig vald", "kontrolltillfälle avslutat"
DECIDED, REMINDED = "besked givet", "påminnelse begärd"
"""Kinds of the events."""


@dataclass(frozen=True)
class Steered:
    """A task on the controller's desk."""

    task: tasks.Task
    control: Control
    """Protected where any version of the plan protects it."""
    organisation: Organisation
    today: date
    reads: bool
    """May its reader see what a protected control is about?"""


@dataclass(frozen=True)
class Done:
    """What became of a deed."""

    faults: tuple[Fault, ...] = ()
    changed: int = 0
    """How many tasks."""


def steered(
    session: Session, *, actor: Actor, now: datetime, task_id: int, lock: bool = False
) -> Steered:
    """A task, for the controller of the unit that answers it. Raises NotFound."""
    task = tasks.get(session, scope(actor, Permit.CONTROL), task_id, lock=lock)
    adopted = plans.version(session, task.plan, task.version) if task else None
    if task is None or adopted is None or not may(actor, Permit.CONTROL, Subject(task.unit)):
        raise NotFound
    _, control = adopted.plan.control(task.control)
    hidden = (task.plan, control.id) in protected_controls(session, [task.plan])
    subject = Subject(task.unit, task.id, task.owner, control.approver, task.delegate)
    return Steered(
        task,
        control,
        known_organisation(session),
        local_date(now),
        not hidden or may(actor, Permit.READ_PROTECTED, subject),
    )


def history(session: Session, *, task_id: int) -> list[task_changes.Happened]:
    """All that has been done with a task that the reader has been shown, the latest first."""
    return task_changes.history(session, task_id)


def move_due(
    session: Session, *, actor: Actor, now: datetime, task_id: int, due: date | None, reason: str
) -> Done:
    """Let a task have another last day; whoever answers it is told. Its slot stays.

    The same day again changes nothing. Raises NotFound, and Closed where it asks for no answer.
    """
    found = _to_steer(session, actor, now, task_id)
    reason = recorded(reason)
    if due == found.task.due:
        return Done()
    wrong = (*due_faults(due, found.task.start, found.today), *why_faults(reason))
    if wrong or due is None:
        return Done(tuple(wrong))
    _move(session, found, due, reason, now)
    _tell(session, found, NoticeKind.MOVED, now)
    return Done(changed=1)


def _move(session: Session, found: Steered, due: date, reason: str, now: datetime) -> None:
    task = found.task
    task_changes.move_due(session, task, due, by=CONTROLLER, reason=reason, now=now)
    changes = [["Sista dag", task.due.isoformat(), due.isoformat()], *_why(found, reason)]
    session.record(MOVED, f"kontrolltillfälle:{task.key}", changes=changes)


def choose_owner(
    session: Session, *, actor: Actor, now: datetime, task_id: int, function: str, reason: str
) -> Done:
    """Let another function answer a task: links of the one before end, and the new is mailed."""
    found = _to_steer(session, actor, now, task_id)
    reason, named = recorded(reason), found.organisation.function(function.strip())
    wrong = (*function_faults(function.strip(), found.organisation), *why_faults(reason))
    if wrong or named is None:
        return Done(wrong)
    if named.name == found.task.owner:
        return Done()
    task_changes.choose_owner(
        session, [found.task.id], named.name, by=CONTROLLER, reason=reason, now=now
    )
    tell_new_owner(session, [found.task.id], now)
    requests.lapse(session, found.task.id, by=CONTROLLER, why="Någon annan svarar nu.", now=now)
    changes = [["Ansvarig", found.task.owner, named.name], *_why(found, reason)]
    session.record(CHOSEN, f"kontrolltillfälle:{found.task.key}", changes=changes)
    return Done(changed=1)


def choose_owner_of_all(
    session: Session, *, actor: Actor, now: datetime, function: str, to: str, reason: str
) -> Done:
    """Let another function answer all that one has left, in the controller's units; as many
    statements however many there are."""
    organisation, reason = known_organisation(session), recorded(reason)
    named = organisation.function(to.strip())
    wrong = [*function_faults(function.strip(), organisation)]
    wrong += [*function_faults(to.strip(), organisation, TO_FUNCTION), *why_faults(reason)]
    if named and named.name == function:
        wrong.append(Fault(TO_FUNCTION, "Välj en annan funktion än den som har dem"))
    if wrong or named is None:
        return Done(tuple(wrong))
    units = scope(actor, Permit.CONTROL)
    there = task_changes.unfinished(session, units, function)
    theirs = [task for task in there if may(actor, Permit.CONTROL, Subject(task.unit))]
    ids = [task.id for task in theirs]
    if not ids:
        return Done((Fault(FUNCTION, f"{function} har inga uppgifter kvar i dina enheter"),))
    task_changes.choose_owner(session, ids, named.name, by=CONTROLLER, reason=reason, now=now)
    tell_new_owner(session, ids, now)
    for task in theirs:
        changes = [["Ansvarig", function, named.name], ["Skäl", "", reason]]
        session.record(CHOSEN, f"kontrolltillfälle:{task.key}", changes=changes)
    return Done(changed=len(ids))


def owners(session: Session, *, actor: Actor) -> dict[str, int]:
    """How many tasks each function has left to answer, in the controller's units."""
    return task_changes.owners(session, _units(actor))


def close(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    task_id: int,
    state: State,
    reason: str,
) -> Done:
    """Close a task unanswered: UTGÅR, what was never to be done, or EJ GENOMFÖRD, what should have
    been. The report tells of it with the reason. Raises NotFound, and Closed where it is not open."""
    found = _to_steer(session, actor, now, task_id)
    reason = recorded(reason)
    if wrong := why_faults(reason):
        return Done(tuple(wrong))
    requests.lapse(session, task_id, by=CONTROLLER, why="Kontrollen är avslutad.", now=now)
    _close(session, found, state, reason, now)
    _tell(session, found, NoticeKind.CLOSED, now)
    return Done(changed=1)


def _close(session: Session, found: Steered, state: State, reason: str, now: datetime) -> None:
    task = found.task
    if not may_move(task.state, state):
        raise Closed(f"Kontrolltillfället är {task.state}.")
    outbox.withdraw(session, [task.id], "Kontrollen avslutades innan mejlet hade skickats.")
    tasks.move(session, [tasks.StateChange(task.id, state, CONTROLLER, reason)], now)
    changes = [[STATUS, str(task.state), str(state)], *_why(found, reason)]
    session.record(CLOSED_BY, f"kontrolltillfälle:{task.key}", changes=changes)


@dataclass(frozen=True)
class Question:
    """What an owner asks, on the controller's desk."""

    request: requests.Request
    steered: Steered


def question(session: Session, *, actor: Actor, now: datetime, number: int) -> Question:
    """One request. Raises NotFound where it is another controller's to decide."""
    row = task_changes.request(session, number)
    if row is None:
        raise NotFound
    return Question(
        requests.request_of(row), steered(session, actor=actor, now=now, task_id=row.task)
    )


def decide(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    number: int,
    granted: bool,
    decision: str,
) -> Done:
    """Give the besked: more time moves the date, what cannot be done is closed as ej genomförd. A no
    says why. Raises NotFound, and Conflict where it has been decided or taken back meanwhile."""
    asked = question(session, actor=actor, now=now, number=number)
    found = _to_steer(session, actor, now, asked.request.task)
    decision = recorded(decision)
    if wrong := why_faults(decision, asked=not granted):
        return Done(tuple(wrong))
    by, request = CONTROLLER, asked.request
    if not task_changes.decide_request(
        session, number, granted=granted, by=by, decision=decision, now=now
    ):
        raise Conflict("Frågan har fått besked, eller tagits tillbaka, sedan du öppnade sidan.")
    requests.withdraw_mails(session, request.task, [number], "Frågan har fått besked.")
    if granted and request.kind is Asking.MORE_TIME and request.until:
        _move(session, found, request.until, request.reason, now)
    elif granted:
        _close(session, found, State.NOT_DONE, request.reason, now)
    said = [["Besked", "", "ja" if granted else "nej"], *_why(found, decision)]
    session.record(DECIDED, f"kontrolltillfälle:{found.task.key}", changes=said)
    _tell(session, found, NoticeKind.DECIDED, now, stage=str(number))
    return Done(changed=1)


def remind_now(session: Session, *, actor: Actor, now: datetime, task_id: int) -> int:
    """Owe whoever answers a reminder, whatever they were told before; how many mails. It leaves at
    once, in mail hours. Raises Refused where nobody holds the function."""
    found = _to_steer(session, actor, now, task_id)
    task = found.task
    if task.state is State.PLANNED:
        raise Refused("Kontrolltillfället har inte öppnat än.")
    late = is_late(task.state, task.due, found.today)
    kind = NoticeKind.LATE if late else NoticeKind.REMINDER
    told = _answering(session, found)
    if not told:
        raise Refused(f"Ingen är {task.owner or 'utsedd'} just nu.", "Byt ansvarig först.")
    session.record(REMINDED, f"kontrolltillfälle:{task.key}")
    stage = f"begärd {now.isoformat(timespec='minutes')}"
    return owe(session, [(task, email) for email in told], kind, now, stage=stage)


def _to_steer(session: Session, actor: Actor, now: datetime, task_id: int) -> Steered:
    found = steered(session, actor=actor, now=now, task_id=task_id, lock=True)
    if not found.task.state.answerable:
        raise Closed(f"Kontrolltillfället är {found.task.state}.")
    return found


def _units(actor: Actor) -> Scope:
    """Where the actor is controller, and not what they answer themselves."""
    found = scope(actor, Permit.CONTROL)
    return Scope(units=found.units) if isinstance(actor, Person) else found


def _why(found: Steered, reason: str) -> list[list[str]]:
    """The reason, for the log; of a protected control nothing."""
    return [["Skäl", "", reason]] if reason and not found.control.protected else []


def _answering(session: Session, found: Steered) -> tuple[str, ...]:
    """Addresses of those who answer the task."""
    task = found.task
    held = people.holders(session, {task.owner}, found.today).get(task.owner, ())
    delegate = people.addresses(session, [task.delegate]).values() if task.delegate else ()
    return tuple(dict.fromkeys((*held, *delegate)))


def _tell(
    session: Session, found: Steered, kind: NoticeKind, now: datetime, stage: str = ""
) -> None:
    """Whoever answers is told, unless they have not heard of the task at all."""
    task = tasks.get(session, Scope(tasks=frozenset({found.task.id})), found.task.id)
    if task is None or found.task.state is State.PLANNED:
        return
    told = [(task, email) for email in _answering(session, found)]
    owe(session, told, kind, now, stage=stage or now.isoformat(timespec="seconds"))
