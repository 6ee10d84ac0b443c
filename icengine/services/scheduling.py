"""The tick: opens what is due and puts the mails that are owed in the outbox.

It may run any number of times, at once, late, or after a month's silence: what is done is known by
the tasks' own state, so each thing happens once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Permit
from icengine.domain.calendar import local_date
from icengine.domain.happening import STATUS
from icengine.domain.notice import NoticeKind
from icengine.domain.task import State
from icengine.services.notices import owe
from icengine.services.permits import WHOLE, require
from icengine.store import people, tasks
from icengine.store.db import Session


@dataclass(frozen=True)
class Ticked:
    """What a tick did."""

    opened: int
    """Tasks that became öppen."""
    owed: int
    """Mails put in the outbox."""
    without_holder: tuple[str, ...]
    """Functions that own open tasks and that nobody holds."""
    without_owner: int = 0
    """Open tasks of shared controls that their unit has named nobody for."""


def tick(session: Session, *, actor: Actor, now: datetime) -> Ticked:
    """Open every task whose day has come, and owe its owners a mail.

    A task whose function nobody holds keeps waiting for its mail: the first tick after somebody
    has been named sends it. Whoever takes over a function is mailed about what waits there.
    """
    require(actor, Permit.OPERATE, WHOLE)
    session.alone()
    today = local_date(now)
    opened = tasks.open_due(session, today, now, str(actor))
    waiting = tasks.to_notify(session)
    owners = {task.owner for task in waiting} - {""}
    holders = people.holders(session, owners, today) if owners else {}
    ready = [task for task in waiting if task.owner in holders]
    told = [(task, email) for task in ready for email in holders[task.owner]]
    told += tasks.with_new_holders(session, today)
    owed = owe(session, told, NoticeKind.OPENED, now)
    tasks.mark_notified(session, [task.id for task in ready], now)
    if opened:
        session.record(
            "kontrolltillfällen öppnade",
            "tidtabellen",
            date=today.isoformat(),
            opened=[task.key for task in opened],
            changes=[[STATUS, str(State.PLANNED), str(State.OPEN)]],
        )
    missing = tuple(sorted(owners - set(holders)))
    nobody = sum(not task.owner for task in waiting)
    return Ticked(len(opened), owed, missing, nobody)
