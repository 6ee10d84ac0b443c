"""What the engine owes and how it goes, in figures for monitoring: counts and times only, about nobody.

The same things as in `health.py`, for who draws them over time and sets alarms of their own.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Permit
from icengine.domain.calendar import local_date
from icengine.domain.job import Job, Queue, RunState
from icengine.services.health import REPORTS, TRIES
from icengine.services.jobs import HEARD, REFUSED_FOR
from icengine.services.permits import WHOLE, require
from icengine.store import evidence, health, jobs, queue
from icengine.store.db import Database, Session


@dataclass(frozen=True)
class Figures:
    """How the engine is at one moment."""

    last_well: Mapping[Job, datetime]
    """When each job last ended well; without those that never have."""
    failing: Mapping[Job, bool]
    """Did each fail, or was it broken off, the last time?"""
    mails_waiting: int
    """Not yet sent, those that are tried again among them."""
    mails_postponed: int
    """Tried, and to be tried again."""
    mails_stuck: int
    """Tried so often that something is wrong."""
    mails_refused: int
    """For good, of those owed in the last two weeks."""
    oldest_mail: float
    """Seconds that the oldest mail has been owed; 0 where none is."""
    reports_to_make: int
    reports_failed: int
    reports_behind: int
    """Failed, or waited for too long."""
    files_waiting: int
    """For the virus check."""
    tasks_open: int
    """Tasks that wait for their owner."""
    tasks_late: int
    """Of those, the ones whose last day has passed."""
    tasks_to_approve: int
    database_bytes: int
    disk_free: int | None
    """Bytes where the database lies; None where that is another machine."""
    queue: Queue | None
    """What stands in the workers' queue; None where there is none."""


def figures(database: Database, *, actor: Actor, now: datetime) -> Figures:
    """In a fixed number of statements. Raises DatabaseNotReady where the database does not answer."""
    require(actor, Permit.OPERATE, WHOLE)
    ill = (RunState.FAILED, RunState.BROKEN_OFF)
    with database.reading() as session:
        runs = jobs.runs(session)
        mails = health.mail_figures(session, TRIES)
        to_make, failed = health.report_figures(session)
        waiting, late, to_approve = health.task_figures(session, local_date(now))
        return Figures(
            last_well={job: run.ended_at for job, run in runs.items() if run.ended_at},
            failing={job: run.state(now) in ill for job, run in runs.items()},
            mails_waiting=mails.waiting,
            mails_postponed=mails.postponed,
            mails_stuck=mails.stuck,
            mails_refused=health.mails_refused(session, now - REFUSED_FOR),
            oldest_mail=max(0.0, (now - mails.oldest).total_seconds()) if mails.oldest else 0.0,
            reports_to_make=to_make,
            reports_failed=failed,
            reports_behind=health.reports_behind(session, now - REPORTS),
            files_waiting=evidence.waiting_since(session)[0],
            tasks_open=waiting,
            tasks_late=late,
            tasks_to_approve=to_approve,
            database_bytes=_size(database, session),
            disk_free=_free(database),
            queue=queue.figures(session, HEARD),
        )


def _size(database: Database, session: Session) -> int:
    file = database.file
    if file is None:
        return health.database_size(session)
    # What is written lies in a file beside it before it comes into the file itself.
    parts = (file, file.with_name(f"{file.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def _free(database: Database) -> int | None:
    file = database.file
    return shutil.disk_usage(file.resolve().parent).free if file else None
