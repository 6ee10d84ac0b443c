"""Who reads an answer that waits, and telling them."""

from __future__ import annotations

from datetime import date, datetime

from icengine.domain.access import Actor, Link, System
from icengine.domain.approval import Given, Readers, Reading
from icengine.domain.calendar import local_date
from icengine.domain.notice import NoticeKind
from icengine.domain.people import Organisation, Role
from icengine.domain.plan import Control
from icengine.domain.task import Saved
from icengine.domain.words import capital
from icengine.errors import Closed
from icengine.services.notices import owe
from icengine.store import logins, outbox, people, tasks
from icengine.store.db import Session

JUDGED = "Svaret väntar inte längre på att läsas."


def only_reads(actor: Actor, task: int) -> bool:
    """Did somebody come with a link to read the answer, and not to give it?"""
    return isinstance(actor, Link) and task in actor.approves and task not in actor.tasks


def check_reader(
    organisation: Organisation, link: Link, task: tasks.Task, control: Control, today: date
) -> None:
    """A link to read answers ends with its holder's time in what it was sent for: raises Closed."""
    if not Reading(organisation, today).may_read(link.email, task.unit, control.approver):
        raise Closed("Du har inte längre det här svaret att läsa.")


def given_of(session: Session, task: tasks.Task, control: Control, saved: Saved | None) -> Given:
    """The answer as far as it matters to who may read it."""
    numbers = {number for number in (saved.person if saved else 0, task.delegate) if number}
    found = logins.addresses(session, numbers) if numbers else {}
    return Given(
        task.unit, task.owner, control.approver, control.protected, frozenset(found.values())
    )


def tell_readers(
    session: Session,
    task: tasks.Task,
    control: Control,
    organisation: Organisation,
    saved: Saved,
    now: datetime,
) -> Readers:
    """Owe whoever may approve the answer a mail about it, once for each version; who they are."""
    reading = Reading(organisation, local_date(now))
    found = reading.readers(given_of(session, task, control, saved))
    owe(
        session, [(task, email) for email in found.emails], NoticeKind.TO_APPROVE, now,
        function=found.function, stage=str(saved.version),
    )  # fmt: skip
    return found


def tell_answerer(
    session: Session, task: tasks.Task, saved: Saved, kind: NoticeKind, now: datetime, stage: str
) -> None:
    """Owe whoever gave the answer a mail about what became of it, in place of those that wait.

    Where they no longer have the task, whoever has it is told.
    """
    outbox.withdraw(session, [task.id], JUDGED)
    told = answering(session, task, saved, local_date(now))
    owe(session, [(task, email) for email in told], kind, now, stage=stage)


def answering(session: Session, task: tasks.Task, saved: Saved | None, day: date) -> list[str]:
    """Addresses of whoever gave the answer, while they have the task; else of all who have it."""
    numbers = {number for number in (saved.person if saved else 0, task.delegate) if number}
    known = logins.addresses(session, numbers) if numbers else {}
    delegate = known.get(task.delegate, "")
    holders = people.holders(session, {task.owner}, day).get(task.owner, ())
    theirs = [email for email in (delegate, *holders) if email]
    gave = known.get(saved.person, "") if saved else ""
    if gave in theirs:
        return [gave]
    return [delegate] if delegate else list(dict.fromkeys(theirs))


def speaks_as(actor: Actor, organisation: Organisation, day: date, approver: str = "") -> str:
    """The function that somebody reads, or steers, for: the godkännare's or the controllers' where
    they hold it."""
    if isinstance(actor, System):
        return str(actor)
    held = organisation.held(actor.email, day)
    for function in (approver, organisation.contact):
        if function in held:
            return function
    return min(held, default=capital(str(Role.CONTROLLER)))
