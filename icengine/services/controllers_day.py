"""What waits for a controller: late, returned, asked for, unread, without anybody to answer, and mails
that did not come through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icengine.domain.access import Actor, Permit, Subject, may, scope
from icengine.domain.calendar import local_date
from icengine.domain.people import Organisation
from icengine.domain.task import State, is_late
from icengine.errors import NotFound
from icengine.services.people import known_organisation
from icengine.store import evidence, people, requests, task_changes, waiting
from icengine.store.db import Session
from icengine.store.waiting import Standing

SCANNED_WITHIN = timedelta(minutes=15)
"""The virus check is made in the timetable's next round."""
REFUSED_FOR = timedelta(days=30)
"""How far back mails that did not come through are told of."""


@dataclass(frozen=True)
class Asked:
    """A request that nobody has decided, with its task."""

    request: requests.Request
    item: Standing


@dataclass(frozen=True)
class Day:
    """What waits for one controller."""

    organisation: Organisation
    today: date
    late: tuple[Standing, ...]
    returned: tuple[Standing, ...]
    """Sent back, and not late."""
    unread: tuple[Standing, ...]
    """Handed in, and waiting for somebody to read it."""
    asked: tuple[Asked, ...]
    unheld: tuple[Standing, ...]
    """Open ones that nobody is to answer: the function has no holder, or the unit has named none."""
    refused: tuple[str, ...]
    """Addresses."""
    infected: tuple[Standing, ...]
    """Those with a file that the virus check stopped lately."""
    unscanned: int
    """Files that have waited for the virus check for longer than it takes."""
    unscanned_since: datetime | None

    @property
    def count(self) -> int:
        """How many things there are."""
        return sum(
            map(len, (self.late, self.returned, self.unread, self.asked, self.unheld, self.refused))
        )


def controllers_day(session: Session, *, actor: Actor, now: datetime) -> Day:
    """What waits, those that have waited the longest on top; as many statements however much it is.

    Raises NotFound for somebody who is controller nowhere.
    """
    units = scope(actor, Permit.CONTROL)
    if not (units.everything or units.units):
        raise NotFound
    today = local_date(now)
    mine = [item for item in waiting.standing(session, date.max) if _controls(actor, item)]
    held = people.holders(session, {item.task.owner for item in mine} - {""}, today)
    asking = [item for item in mine if item.task.state is not State.SUBMITTED]
    late = [item for item in asking if is_late(item.task.state, item.task.due, today)]
    by_task = {item.task.id: item for item in mine}
    rows = task_changes.pending(session)
    outside = waiting.some(session, {row.task for row in rows} - set(by_task))
    planned = {
        id: Standing(task, f"{task.control} {task.label}", True)
        for id, task in outside.items()
        if may(actor, Permit.CONTROL, Subject(task.unit))
    }
    there = by_task | planned
    files, since = evidence.waiting_since(session)
    stuck = since is not None and now - since > SCANNED_WITHIN
    return Day(
        organisation=known_organisation(session),
        today=today,
        late=tuple(late),
        returned=tuple(i for i in asking if i.task.state is State.RETURNED and i not in late),
        unread=tuple(item for item in mine if item.task.state is State.SUBMITTED),
        asked=tuple(
            Asked(requests.request_of(row), there[row.task]) for row in rows if row.task in there
        ),
        unheld=tuple(item for item in asking if item.task.owner not in held),
        refused=_refused(session, actor, now),
        infected=_infected(session, actor, now),
        unscanned=files if stuck else 0,
        unscanned_since=since if stuck else None,
    )


def _controls(actor: Actor, item: Standing) -> bool:
    return may(actor, Permit.CONTROL, Subject(item.task.unit))


def _infected(session: Session, actor: Actor, now: datetime) -> tuple[Standing, ...]:
    """Tasks of the controller's units with a file that the virus check stopped."""
    found = evidence.infected_since(session, now - REFUSED_FOR)
    return tuple(
        Standing(task, task.control, True)
        for task in waiting.some(session, found).values()
        if may(actor, Permit.CONTROL, Subject(task.unit))
    )


def _refused(session: Session, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Addresses that a mail about a task of the controller's units did not reach."""
    found: Sequence[tuple[str, int]] = waiting.refused_since(session, now - REFUSED_FOR)
    about = waiting.some(session, {task for _, task in found if task})
    return tuple(
        dict.fromkeys(
            email
            for email, task in found
            if task in about and may(actor, Permit.CONTROL, Subject(about[task].unit))
        )
    )


def shows(actor: Actor, item: Standing) -> bool:
    """May the reader see what the control is about?"""
    subject = Subject(item.task.unit, item.task.id, item.task.owner)
    return not item.protected or may(actor, Permit.READ_PROTECTED, subject)
