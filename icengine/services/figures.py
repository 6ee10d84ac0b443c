"""What the engine owes and how it goes, in figures for monitoring: counts and times only, about nobody.

The same figures as in `health.py`, for who draws them over time and sets alarms of their own.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from icengine.domain.access import Actor, Permit
from icengine.domain.calendar import local_date
from icengine.domain.job import Job, RunState
from icengine.services.health import REPORTS, TRIES
from icengine.services.jobs import REFUSED_FOR
from icengine.services.permits import WHOLE, require
from icengine.store import health, jobs
from icengine.store.db import Database, Session

FAILED, BROKEN_OFF = RunState.FAILED, RunState.BROKEN_OFF


@dataclass(frozen=True)
class Figures:
    """How the engine is at one moment."""

    since_run: Mapping[Job, float]
    """Seconds since each job last ended well; without those that never have."""
    failing: Mapping[Job, bool]
    """Did each fail, or was it broken off, the last time?"""
    mails_waiting: int
    """Not yet sent, those that were postponed among them."""
    mails_postponed: int
    mails_stuck: int
    """Tried so often that something is wrong."""
    mails_refused: int
    """For good in the last two weeks, among the newest."""
    oldest_mail: float
    """Seconds that the oldest mail has been owed; 0 where none is."""
    reports_to_make: int
    reports_failed: int
    reports_behind: int
    """Failed, or waited for too long."""
    files_waiting: int
    """For the virus check, among the newest."""
    tasks_open: int
    tasks_late: int
    tasks_to_approve: int
    database_bytes: int
    disk_free: int | None
    """Bytes where the database lies; None where that is another machine."""


def figures(database: Database, *, actor: Actor, now: datetime) -> Figures:
    """In a fixed number of statements. Raises DatabaseNotReady where the database does not answer."""
    require(actor, Permit.OPERATE, WHOLE)
    with database.reading() as session:
        runs = jobs.runs(session)
        mails = health.mail_figures(session, now - REFUSED_FOR)
        to_make, failed = health.report_figures(session)
        open_now, late, to_approve = health.task_figures(session, local_date(now))
        return Figures(
            since_run={j: _seconds(r.ended_at, now) for j, r in runs.items() if r.ended_at},
            failing={j: r.state(now) in (FAILED, BROKEN_OFF) for j, r in runs.items()},
            mails_waiting=mails.waiting,
            mails_postponed=mails.postponed,
            mails_stuck=health.mails_stuck(session, TRIES),
            mails_refused=mails.refused,
            oldest_mail=_seconds(mails.oldest, now) if mails.oldest else 0.0,
            reports_to_make=to_make,
            reports_failed=failed,
            reports_behind=health.reports_behind(session, now - REPORTS),
            files_waiting=health.files_waiting(session),
            tasks_open=open_now,
            tasks_late=late,
            tasks_to_approve=to_approve,
            database_bytes=_size(database, session),
            disk_free=None if database.file is None else _free(database.file),
        )


def _seconds(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())


def _size(database: Database, session: Session) -> int:
    file = database.file
    if file is None:
        return health.database_size(session)
    # What is written lies in a file beside it before it comes into the file itself.
    parts = (file, file.with_name(f"{file.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def _free(file: Path) -> int:
    return shutil.disk_usage(file.resolve().parent).free
