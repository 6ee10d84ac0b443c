"""What the engine does by itself, and how it last went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST = timedelta(hours=1)
"""A job that began longer ago than this and never ended was broken off."""


class Job(StrEnum):
    """A job; each may run at any time, twice, and beside itself, and does what there is to do."""

    TIMETABLE = "tidtabellen"
    """Open what is due, owe its mails and those of the day's round."""
    MAILS = "mejl"
    """Deliver what the outbox owes."""
    FILES = "viruskontroll"
    """Have files checked for viruses."""
    REPORTS = "rapporter"
    """Make the files of reports that are put to the decision."""


TITLES = {
    Job.TIMETABLE: "Öppna kontroller och påminna",
    Job.MAILS: "Skicka mejl",
    Job.FILES: "Viruskontrollera underlag",
    Job.REPORTS: "Göra rapporters filer",
}
"""What each is called on a page."""


class RunState(StrEnum):
    """How a job is."""

    NEVER = "har inte gått"
    RUNNING = "pågår"
    WELL = "klar"
    FAILED = "misslyckades"
    BROKEN_OFF = "avbröts"


@dataclass(frozen=True)
class Run:
    """How a job went, whoever ran it last."""

    job: Job
    started_at: datetime | None = None
    """When it last began."""
    ended_at: datetime | None = None
    """When it last ended well."""
    failed_at: datetime | None = None
    """When it last failed."""
    cause: str = ""
    """Why it failed, in words for whoever can mend it."""

    def state(self, now: datetime) -> RunState:
        """How it is at that moment."""
        if self.started_at is None:
            return RunState.NEVER
        ends = [moment for moment in (self.ended_at, self.failed_at) if moment is not None]
        if not ends or max(ends) < self.started_at:
            lately = now - self.started_at < LONGEST
            return RunState.RUNNING if lately else RunState.BROKEN_OFF
        return RunState.FAILED if max(ends) == self.failed_at else RunState.WELL


@dataclass(frozen=True)
class Fault:
    """Something that a job could not do."""

    what: str
    """ "Slutrapport 2 för ks-2026", "Mejl till 3 mottagare"."""
    cause: str
    """Why, as the other side said it."""
    again_at: datetime | None = None
    """When it is tried again; None where somebody must say so."""


@dataclass(frozen=True)
class JobStatus:
    """A job, what waits for it, and what it could not do."""

    run: Run
    waiting: int
    """Things that wait for it now."""
    faults: tuple[Fault, ...] = ()
    more: int = 0
    """Faults beyond those that are told."""

    def failed(self, now: datetime) -> bool:
        """Is there anything that somebody should look at?"""
        ill = (RunState.FAILED, RunState.BROKEN_OFF)
        return bool(self.faults) or self.run.state(now) in ill


@dataclass(frozen=True)
class Queue:
    """The queue in PostgreSQL that workers take jobs from."""

    waiting: int
    running: int
    failed: int
    workers: int
    """Workers that were heard of lately."""
