"""Is the engine well? Asked by load balancers and monitoring, and by whoever runs `icengine doctor`.

Nothing is said about anybody: counts and times only.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from icengine.config import Settings
from icengine.domain.calendar import clock_time, local_date, swedish_date
from icengine.domain.job import Job
from icengine.domain.words import many
from icengine.errors import DatabaseNotReady
from icengine.store import health, jobs
from icengine.store.db import Database

TRIES = 5
"""So many tries of a mail are more than a passing fault."""
REPORTS = timedelta(minutes=15)
"""Files of a report that have not been made for so long are stuck."""
CLOCK = timedelta(seconds=30)
"""So far clocks may be apart."""
LEAST_FREE = 500_000_000
"""Bytes that the disk of the database should have left."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    """In one word, for machines: "tidtabell"."""
    well: bool
    said: str
    """What was seen."""
    remedy: str = ""
    """What to do where it is not well."""


def checks(database: Database, settings: Settings, now: datetime) -> tuple[Check, ...]:
    """Database, timetable, mails, reports and disk; the first alone where there is no database."""
    try:
        database.check_ready()
    except DatabaseNotReady as error:
        return (Check("databas", False, error.message, error.hint),)
    with database.reading() as session:
        last = jobs.last_end(session, Job.TIMETABLE)
        stuck = health.mails_stuck(session, TRIES)
        reports = health.reports_behind(session, now - REPORTS)
    return (
        Check("databas", True, f"Version {database.revision}."),
        _timetable(last, settings, now),
        Check(
            "mejl", not stuck,
            "Inget mejl har fastnat." if not stuck
            else f"{many(stuck, 'mejl', 'mejl', 'ett')} har försökt {TRIES} gånger eller fler.",
            "Se vad mejlservern svarar under Utskick, och pröva inställningarna ICENGINE_SMTP_…",
        ),
        Check(
            "rapporter", not reports,
            "Inga rapporters filer väntar." if not reports
            else f"{many(reports, 'rapport', 'rapporter')} har inte fått sina filer.",
            "Se varför på planens sida Rapporter, och gör filerna igen där.",
        ),
        _disk(database),
    )  # fmt: skip


def clock_check(database: Database, now: datetime) -> Check:
    """Is this machine's clock right, by the database server's and by what has been written?

    The times of events, links and logins hang on it. Raises DatabaseNotReady where it cannot be told.
    """
    with database.reading() as session:
        newest = health.last_event(session)
        theirs = health.database_clock(session)
    here = f"Klockan är {_stamp(now)}"
    if newest is not None and newest - now > CLOCK:
        return Check(
            "klocka", False, f"{here}, men det senaste som hände är från {_stamp(newest)}.",
            "Ställ klockan rätt, och låt den följa en tidsserver (NTP). Är den rätt gick den fel när det "
            "skrevs, eller så angavs en senare tid med icengine tick --now: då går det över av sig själv.",
        )  # fmt: skip
    if theirs is None or abs(theirs - now) <= CLOCK:
        return Check("klocka", True, f"{here}{'' if theirs is None else ', liksom databasens'}.")
    seconds = round(abs(theirs - now).total_seconds())
    side = "efter" if theirs > now else "före"
    return Check(
        "klocka", False, f"{here}, {many(seconds, 'sekund', 'sekunder')} {side} databasens.",
        "Ställ den som går fel, och låt båda maskinerna följa en tidsserver (NTP).",
    )  # fmt: skip


def _stamp(instant: datetime) -> str:
    return f"{swedish_date(local_date(instant))} {clock_time(instant)}"


def _timetable(last: datetime | None, settings: Settings, now: datetime) -> Check:
    late = timedelta(seconds=max(300, 5 * settings.tick_seconds))
    program = "icengine worker" if settings.queued else "icengine serve"
    remedy = f"Starta {program}, eller kör icengine tick från en tidtabell."
    if last is None:
        return Check("tidtabell", False, "Tidtabellen har aldrig gått.", remedy)
    seconds = max(0, int((now - last).total_seconds()))
    said = f"Tidtabellen gick för {many(seconds // 60, 'minut', 'minuter')} sedan."
    return Check("tidtabell", now - last <= late, said, remedy)


def _disk(database: Database) -> Check:
    file = database.file
    if file is None:
        return Check("disk", True, "Databasen ligger på en annan maskin.")
    free = shutil.disk_usage(Path(file).resolve().parent).free
    said = f"{free // 1_000_000} MB är lediga där databasen ligger."
    return Check("disk", free >= LEAST_FREE, said, "Frigör utrymme, eller flytta databasen.")
