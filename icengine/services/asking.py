"""Use cases: an owner asks the controller for more time, or to close a task undone, and takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.access import Actor, Permit
from icengine.domain.asking import (
    COUNTED_IN,
    MOST_ASKED,
    Asking,
    deciding,
    reason_faults,
    until_faults,
)
from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.delegation import acts_as
from icengine.domain.happening import ASKED_FOR, ASKED_NO_MORE
from icengine.domain.notice import NoticeKind
from icengine.domain.plan import Control
from icengine.domain.task import Fault
from icengine.domain.text import recorded
from icengine.errors import Closed, Conflict, TooMany
from icengine.services.notices import owe
from icengine.services.people import known_organisation
from icengine.services.tasks import CLOSED, held, number_of
from icengine.store import requests, tasks
from icengine.store.db import Session

TAKEN_BACK = "Frågan togs tillbaka."
"""What stands as the decision of a request that was taken back."""


@dataclass(frozen=True)
class Asked:
    """What became of asking."""

    request: requests.Request | None
    """What waits to be decided; None where it could not be asked."""
    is_new: bool
    """False where the same had been asked already."""
    faults: tuple[Fault, ...] = ()


def ask_more_time(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    task_id: int,
    until: date | None,
    reason: str,
    answers_as: str = "",
) -> Asked:
    """Ask for a later day. The one that holds goes on holding until it is decided.

    `answers_as` is the function that a link's holder answers for. The same thing sent twice is asked
    once. Raises NotFound where the task is not the actor's to answer, Closed where it asks for no
    answer, Conflict where something else of the kind waits already, and TooMany.
    """
    task, control = _answering(session, actor, now, task_id)
    reason = recorded(reason)
    same = _waits(session, task, Asking.MORE_TIME, until, reason)
    if same:
        return Asked(same, False)
    wrong = (*until_faults(until, task.due, local_date(now)), *reason_faults(reason))
    if wrong:
        return Asked(None, False, wrong)
    by = acts_as(actor, task.owner, task.delegate, answers_as)
    return _ask(session, actor, now, task, control, Asking.MORE_TIME, by, until, reason)


def propose_not_done(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    task_id: int,
    reason: str,
    answers_as: str = "",
) -> Asked:
    """Propose that a task is closed as ej genomförd, with a reason; the controller confirms it.

    Raises as `ask_more_time` does.
    """
    task, control = _answering(session, actor, now, task_id)
    reason = recorded(reason)
    same = _waits(session, task, Asking.NOT_DONE, None, reason)
    if same:
        return Asked(same, False)
    if wrong := reason_faults(reason):
        return Asked(None, False, tuple(wrong))
    by = acts_as(actor, task.owner, task.delegate, answers_as)
    return _ask(session, actor, now, task, control, Asking.NOT_DONE, by, None, reason)


def take_back_request(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    task_id: int,
    kind: Asking,
    answers_as: str = "",
) -> bool:
    """Ask no more for this; was it asked? A mail to the controller that has not left is withdrawn.

    Raises as `ask_more_time` does.
    """
    task, _ = _answering(session, actor, now, task_id)
    by = acts_as(actor, task.owner, task.delegate, answers_as)
    gone = requests.take_back(session, task.id, [kind], by=by, why=TAKEN_BACK, now=now)
    if not gone:
        return False
    requests.withdraw_mails(session, task.id, gone, TAKEN_BACK)
    session.record(
        ASKED_NO_MORE, f"kontrolltillfälle:{task.key}", behalf=by, changes=[[_name(kind), "ja", ""]]
    )
    return True


def asked_about(session: Session, *, task_id: int) -> list[requests.Request]:
    """Everything that has been asked about a task that the reader has been shown, the latest first."""
    return requests.of_task(session, task_id)


def _answering(
    session: Session, actor: Actor, now: datetime, task_id: int
) -> tuple[tasks.Task, Control]:
    """The task, for whoever answers it, while it asks for an answer."""
    task, _, control = held(
        session, actor=actor, permit=Permit.ANSWER, now=now, task_id=task_id, lock=True
    )
    if not task.state.answerable:
        raise Closed(CLOSED.get(task.state, "Svaret är redan inlämnat."))
    return task, control


def _waits(
    session: Session, task: tasks.Task, kind: Asking, until: date | None, reason: str
) -> requests.Request | None:
    """The same where it waits already. Raises Conflict where another of the kind does."""
    there = requests.waiting(session, [task.id]).get(task.id, ())
    found = next((item for item in there if item.kind is kind), None)
    if found is None or (found.until, found.reason) == (until, reason):
        return found
    day = f" till {swedish_date(found.until)}" if found.until else ""
    raise Conflict(f"Det finns redan en fråga{day} som väntar på besked.", "Ta tillbaka den först.")


def _ask(
    session: Session,
    actor: Actor,
    now: datetime,
    task: tasks.Task,
    control: Control,
    kind: Asking,
    by: str,
    until: date | None,
    reason: str,
) -> Asked:
    if requests.count_since(session, task.id, now - COUNTED_IN) >= MOST_ASKED:
        raise TooMany(
            "Det har frågats många gånger om kontrollen det senaste dygnet.",
            "Vänta till i morgon, eller kontakta den som samordnar internkontrollen.",
        )
    request = requests.ask(
        session, task.id, kind, by=by, person=number_of(actor), until=until, reason=reason, now=now
    )
    _tell(session, task, request, now)
    asked = until.isoformat() if until else "ja"
    said = [] if control.protected else [["Skäl", "", reason]]
    session.record(
        ASKED_FOR,
        f"kontrolltillfälle:{task.key}",
        behalf=by,
        changes=[[_name(kind), task.due.isoformat() if until else "", asked], *said],
    )
    return Asked(request, True)


def _name(kind: Asking) -> str:
    return "Önskad sista dag" if kind is Asking.MORE_TIME else "Kan inte genomföras"


def _tell(session: Session, task: tasks.Task, request: requests.Request, now: datetime) -> None:
    """A mail to those who decide; where nobody has the role, to the controllers' function.

    The notice's stage is the request's number: the mail leads to its page.
    """
    organisation, today = known_organisation(session), local_date(now)
    told, function = deciding(organisation, task.unit, today), "controller"
    if not told:
        contact = organisation.function(organisation.contact)
        told, function = contact.held_by(today) if contact else (), organisation.contact
    owe(
        session,
        [(task, email) for email in told],
        NoticeKind.ASKED,
        now,
        function=function,
        stage=str(request.id),
    )
