"""Use cases: an address that a calendar subscribes to, with somebody's dates as they are now."""

from __future__ import annotations

from datetime import datetime

from icengine.domain.access import Scope
from icengine.domain.action import reached
from icengine.domain.calendar import local_date
from icengine.domain.people import Organisation
from icengine.domain.task import State
from icengine.errors import NotFound
from icengine.mail.calendar import Entry, action_entry, calendar_file, task_entry
from icengine.services.login import Visitor
from icengine.services.people import known_organisation
from icengine.store import action_lists, calendar_feeds, tasks
from icengine.store.db import Session

BEGUN, ENDED = "kalenderadress skapad", "kalenderadress avslutad"
OPEN = tuple(state for state in State if state.answerable)


def feed_since(session: Session, *, visitor: Visitor) -> datetime | None:
    """When the reader's address was made; None where they have none."""
    return calendar_feeds.begun(session, visitor.person.id)


def begin_feed(session: Session, *, visitor: Visitor, now: datetime) -> str:
    """A new secret address; one that there was ends. The secret, which is never shown again."""
    secret = calendar_feeds.begin(session, visitor.person.id, now)
    session.record(BEGUN, f"person:{visitor.person.id}")
    return secret


def end_feed(session: Session, *, visitor: Visitor, now: datetime) -> None:
    """The address shows nothing from now on."""
    if calendar_feeds.end(session, visitor.person.id, now):
        session.record(ENDED, f"person:{visitor.person.id}")


def feed(session: Session, *, secret: str, now: datetime, domain: str) -> bytes:
    """The calendar of whoever's address it is: what they are to answer, and their åtgärder. What is
    closed is not there, and what has moved stands where it is now.

    Raises NotFound for an address that does not hold. As many statements however many dates.
    """
    whose = calendar_feeds.owner(session, secret)
    if whose is None:
        raise NotFound
    number, email = whose
    organisation, today = known_organisation(session), local_date(now)
    held = frozenset(organisation.held(email, today))
    theirs = Scope(functions=held, person=number)
    found = tasks.listed(session, theirs, states=OPEN, limit=None)
    entries = [_task(item, organisation) for item in found]
    word = organisation.vocabulary("åtgärd").count(1)
    for action in action_lists.open_actions(session, theirs, today=today):
        if email in reached(action.state.responsible, organisation, today):
            entries.append(
                action_entry(
                    action.id, action.state.text, action.state.due, word=word,
                    protected=action.protected,
                )
            )  # fmt: skip
    return calendar_file(
        entries, name="Internkontroll", today=today, domain=domain, subscribed=True
    )


def _task(item: tasks.ListedTask, organisation: Organisation) -> Entry:
    task = item.task
    unit = organisation.unit(task.unit)
    return task_entry(
        task.key, item.title, task.due, unit=unit.name if unit else task.unit,
        protected=item.protected,
    )  # fmt: skip
