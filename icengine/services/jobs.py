"""Use cases around what the engine does by itself: noting how it went, telling of it, trying again."""

from __future__ import annotations

from datetime import datetime, timedelta

from icengine.domain.access import Actor, Permit, Subject, may
from icengine.domain.happening import JOBS_RETRIED
from icengine.domain.job import Job, JobStatus, Queue
from icengine.services.people import known_organisation
from icengine.services.permits import WHOLE, require
from icengine.store import evidence, jobs, queue
from icengine.store.db import Session

HEARD = timedelta(seconds=40)
"""A worker that has said nothing for so long is gone."""
REFUSED_FOR = timedelta(days=14)
"""So long mails that were refused are told of among the faults; after that in Utskick only."""


def note_start(session: Session, *, actor: Actor, now: datetime, job: Job) -> None:
    """A job begins."""
    require(actor, Permit.OPERATE, WHOLE)
    jobs.note_start(session, job, now)


def note_end(session: Session, *, actor: Actor, now: datetime, job: Job) -> None:
    """A job has ended well."""
    require(actor, Permit.OPERATE, WHOLE)
    jobs.note_end(session, job, now)


def note_failure(session: Session, *, actor: Actor, now: datetime, job: Job, cause: str) -> None:
    """A job has failed; `cause` is for whoever can mend it."""
    require(actor, Permit.OPERATE, WHOLE)
    jobs.note_failure(session, job, now, cause)


def job_status(session: Session, *, actor: Actor, now: datetime) -> tuple[JobStatus, ...]:
    """Every job: how it went, what waits for it, what it could not do, in a fixed number of
    statements. The virus check is among them where there is one.

    For the engine's operator and whoever administers the whole. Raises NotAllowed for others.
    """
    _require(session, actor)
    runs = jobs.runs(session)
    mails, more_mails = jobs.mail_faults(session, now - REFUSED_FOR)
    reports, more_reports = jobs.report_faults(session)
    files, _ = evidence.waiting_since(session)
    found = (
        JobStatus(runs[Job.TIMETABLE], 0),
        JobStatus(runs[Job.MAILS], jobs.mails_waiting(session), tuple(mails), more_mails),
        JobStatus(runs[Job.REPORTS], jobs.reports_waiting(session), tuple(reports), more_reports),
    )
    checks = runs[Job.FILES].started_at is not None or files
    return (*found, JobStatus(runs[Job.FILES], files)) if checks else found


def queue_figures(session: Session, *, actor: Actor) -> Queue | None:
    """The workers' queue; None where there is none. Raises NotAllowed as `job_status`."""
    _require(session, actor)
    return queue.figures(session, HEARD)


def try_again(session: Session, *, actor: Actor, now: datetime) -> tuple[int, int]:
    """Let what failed be done now: how many mails that waited for another try, and how many reports.

    For the engine's operator and whoever administers the whole. Raises NotAllowed for others.
    """
    _require(session, actor)
    mails = jobs.try_mails_now(session, now)
    reports = jobs.make_reports_again(session)
    session.record(JOBS_RETRIED, "jobb", letters=mails, reports=reports)
    return mails, reports


def _require(session: Session, actor: Actor) -> None:
    if not may(actor, Permit.OPERATE, WHOLE):
        require(actor, Permit.ADMINISTER, Subject(known_organisation(session).root.id))
