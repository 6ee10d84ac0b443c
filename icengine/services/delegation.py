"""Use cases: handing over one occurrence to a colleague, and taking it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Link, Permit, Person
from icengine.domain.calendar import local_date
from icengine.domain.delegation import (
    COUNTED_IN,
    MOST_BY_FUNCTION,
    MOST_OF_TASK,
    acts_as,
    email_fault,
    faults_of,
    stand_in,
    word_fault,
)
from icengine.domain.happening import HANDED_OVER, TAKEN_BACK
from icengine.domain.notice import NoticeKind
from icengine.domain.people import Organisation
from icengine.domain.plan import Control
from icengine.domain.task import Fault
from icengine.domain.text import recorded
from icengine.errors import Closed, Conflict, TooMany
from icengine.services.notices import owe
from icengine.services.people import known_organisation
from icengine.services.tasks import CLOSED, held
from icengine.store import handovers, logins, people, tasks
from icengine.store.db import Session

ANSWERS = "Svarar på det här tillfället"
"""What the log calls whom it is handed over to."""


@dataclass(frozen=True)
class Handed:
    """What became of handing over."""

    handover: handovers.Handover | None
    """Who has it now; None where nobody but the function has."""
    is_new: bool
    """False where they had it already."""
    faults: tuple[Fault, ...] = ()
    """What kept it from being handed over."""


def delegate(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    task_id: int,
    email: str,
    word: str = "",
    answers_as: str = "",
) -> Handed:
    """Hand over one occurrence to a colleague, who gets a mail with a link of their own.

    The owner's links go on working, and so does what is saved. `answers_as` is the function that a
    link's holder answers for. The same thing sent twice is done once.

    Raises NotFound where it is not the actor's to hand over, Closed where it asks for no answer,
    Conflict where somebody else has it already, and TooMany where it has been handed over too often.
    """
    task, control = _to_hand_over(session, actor, now, task_id)
    email, word = email.strip().casefold(), recorded(word)
    organisation = known_organisation(session)
    standing = handovers.standing(session, [task.id]).get(task.id)
    if standing and standing.email == email:
        return Handed(standing, False)
    if standing:
        raise Conflict(f"Kontrollen är redan överlämnad till {standing.email}.")
    wrong = faults_of(
        _email_fault(session, actor, task, control, organisation, email, now), word_fault(word)
    )
    if wrong:
        return Handed(None, False, wrong)
    by = acts_as(actor, task.owner, 0, answers_as)
    _check_often(session, task, by, now)
    person = logins.number_of(session, email, now)
    handovers.hand_over(session, task.id, person, by=by, word=word, now=now)
    _tell(session, task, control, organisation, email, word, now)
    session.record(
        HANDED_OVER,
        f"kontrolltillfälle:{task.key}",
        behalf=by,
        changes=[[ANSWERS, task.owner, f"person:{person}"], *_said(control, word)],
    )
    return Handed(handovers.Handover(task.id, person, email, now, by, word), True)


def handed_over(session: Session, *, task_id: int) -> handovers.Handover | None:
    """Who has a task that the reader has been shown, beside its function; None for nobody."""
    return handovers.standing(session, [task_id]).get(task_id)


def all_handed_over(
    session: Session, *, task_ids: Collection[int]
) -> dict[int, handovers.Handover]:
    """The same for a list: task -> who has it; at most one statement."""
    return handovers.standing(session, task_ids)


def take_back(
    session: Session, *, actor: Actor, now: datetime, task_id: int, answers_as: str = ""
) -> bool:
    """Take an occurrence back from the colleague, whose link then answers nothing; was it theirs?

    What they have saved stays, as a draft. Raises as `delegate` does.
    """
    task, _ = _to_hand_over(session, actor, now, task_id)
    standing = handovers.standing(session, [task.id]).get(task.id)
    if standing is None:
        return False
    by = acts_as(actor, task.owner, 0, answers_as)
    handovers.hand_over(session, task.id, 0, by=by, word="", now=now)
    handovers.withdraw_mails(session, task.id, standing.email, f"{by} tog tillbaka uppgiften.")
    session.record(
        TAKEN_BACK,
        f"kontrolltillfälle:{task.key}",
        behalf=by,
        changes=[[ANSWERS, f"person:{standing.person}", task.owner]],
    )
    return True


def _to_hand_over(
    session: Session, actor: Actor, now: datetime, task_id: int
) -> tuple[tasks.Task, Control]:
    """The task, for its owner, while it asks for an answer."""
    task, _, control = held(
        session, actor=actor, permit=Permit.HAND_OVER, now=now, task_id=task_id, lock=True
    )
    if not task.state.answerable:
        raise Closed(CLOSED.get(task.state, "Svaret är redan inlämnat."))
    return task, control


def _email_fault(
    session: Session,
    actor: Actor,
    task: tasks.Task,
    control: Control,
    organisation: Organisation,
    email: str,
    now: datetime,
) -> str:
    today = local_date(now)
    there = people.holders(session, {task.owner, control.approver} - {""}, today)
    return email_fault(
        email,
        own=actor.email if isinstance(actor, Person | Link) else "",
        organisation=organisation,
        holders=there.get(task.owner, ()),
        approvers=there.get(control.approver, ()),
        login=control.login,
        known=bool(organisation.granted(email, today) or organisation.held(email, today)),
    )


def _check_often(session: Session, task: tasks.Task, by: str, now: datetime) -> None:
    of_task, in_name = handovers.counts_since(session, task.id, by, now - COUNTED_IN)
    if of_task >= MOST_OF_TASK or in_name >= MOST_BY_FUNCTION:
        raise TooMany(
            "Kontrollen har lämnats över för många gånger det senaste dygnet.",
            "Vänta till i morgon, eller be den som samordnar internkontrollen om hjälp.",
        )


def _tell(
    session: Session,
    task: tasks.Task,
    control: Control,
    organisation: Organisation,
    email: str,
    word: str,
    now: datetime,
) -> None:
    """A mail to the colleague. What is said about a protected control stands on its page only."""
    own = organisation.held(email, local_date(now))
    owe(
        session,
        [(task, email)],
        NoticeKind.DELEGATED,
        now,
        function=stand_in(own, task.owner),
        stage=now.isoformat(),
        said="" if control.protected else word,
    )


def _said(control: Control, word: str) -> list[list[str]]:
    """The word, for the log; of a protected control nothing."""
    return [["Hälsning", "", word]] if word and not control.protected else []
