"""The jobs: what each does, and all of them one after another.

Whoever runs them holds no jobs and decides nothing: each finds out from the database what there is to
do, may run twice or at once with itself, and notes how it went.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic

from icengine.bootstrap import Engine
from icengine.clock import now as clock_now
from icengine.domain.access import System
from icengine.domain.fixed_report import FixedReport
from icengine.domain.job import Job
from icengine.errors import ICEngineError
from icengine.intake.clamd import Clamd, ScanFailed
from icengine.mail.mailer import Mailer
from icengine.render import formats
from icengine.services import jobs as job_notes
from icengine.services.audit import owe_heads
from icengine.services.evidence import content_to_scan, note_scanned, unscanned
from icengine.services.mailing import Delivery, settle_mails, take_mails
from icengine.services.reminding import end_round, is_round_due, remind
from icengine.services.report_making import fail, finish, keep_file, to_make, value_to_make
from icengine.services.scheduling import Ticked, tick

log = logging.getLogger(__name__)
TIMETABLE = System("tidtabellen")
SCANNING = 300.0
"""Seconds that a run has files checked for; the mails of the next one are not to wait longer."""
NOTHING_SENT = Delivery(0, 0, 0)
NOTHING_OPENED = Ticked(0, 0, ())
_MAKING = Lock()
"""Held while the files of reports are made."""


@dataclass(frozen=True)
class Ran:
    """What one run did."""

    ticked: Ticked
    delivery: Delivery


def run_due(engine: Engine, now: datetime, moment: Callable[[], datetime] | None = None) -> Ran:
    """Every job once: open what is due and remind of it, send what is owed, check files, make reports.

    `moment` is asked for the time of each delivery. A job that fails does not keep the others back;
    the first failure is raised when all have run.
    """
    clock = moment or (lambda: now)
    failures: list[Exception] = []
    ticked, sent = NOTHING_OPENED, NOTHING_SENT
    with _kept(failures), noted(engine, Job.TIMETABLE, clock):
        ticked = open_due(engine, now)
    with _kept(failures), noted(engine, Job.MAILS, clock):
        sent = send_owed(engine, clock)
    if engine.scanner is not None:
        with _kept(failures), noted(engine, Job.FILES, clock):
            scan(engine, engine.scanner, now)
    with _kept(failures), noted(engine, Job.REPORTS, clock):
        make_reports(engine, clock)
    if failures:
        raise failures[0]
    return Ran(ticked, sent)


def run_job(engine: Engine, job: Job, moment: Callable[[], datetime] = clock_now) -> None:
    """One job, noted. Raises what it failed of."""
    with noted(engine, job, moment):
        if job is Job.TIMETABLE:
            told(open_due(engine, moment()), NOTHING_SENT)
        elif job is Job.MAILS:
            told(NOTHING_OPENED, send_owed(engine, moment))
        elif job is Job.REPORTS:
            make_reports(engine, moment)
        elif engine.scanner is not None:
            scan(engine, engine.scanner, moment())


@contextmanager
def noted(engine: Engine, job: Job, moment: Callable[[], datetime]) -> Iterator[None]:
    """Note that it begins, and how it ends: for `jobs status`, /readyz and the page of the
    administrator."""
    with engine.database.upkeep() as session:
        job_notes.note_start(session, actor=TIMETABLE, now=moment(), job=job)
    try:
        yield
    except ICEngineError as error:
        _note_failure(engine, job, moment, f"{error} {error.hint}".strip())
        raise
    except Exception as error:
        kind = type(error).__name__
        _note_failure(engine, job, moment, f"Oväntat fel ({kind}). Loggen säger mer.")
        raise
    with engine.database.upkeep() as session:
        job_notes.note_end(session, actor=TIMETABLE, now=moment(), job=job)


def _note_failure(engine: Engine, job: Job, moment: Callable[[], datetime], cause: str) -> None:
    try:
        with engine.database.upkeep() as session:
            job_notes.note_failure(session, actor=TIMETABLE, now=moment(), job=job, cause=cause)
    except ICEngineError as error:  # most often what it failed of; that is raised
        log.warning("%s: %s Det gick inte heller att skriva upp: %s", job, cause, error)


@contextmanager
def _kept(failures: list[Exception]) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001  raised when the other jobs have run
        failures.append(error)


def open_due(engine: Engine, now: datetime) -> Ticked:
    """Open what is due, and owe the mails about it and those of the day's round."""
    with engine.database.unit_of_work(TIMETABLE, now) as session:
        ticked = tick(session, actor=TIMETABLE, now=now)
    with engine.database.unit_of_work(TIMETABLE, now) as session:
        owe_heads(session, actor=TIMETABLE, now=now, addresses=engine.settings.audit_heads)
    _remind(engine, now)
    return ticked


def send_owed(engine: Engine, moment: Callable[[], datetime]) -> Delivery:
    """Deliver what the outbox owes; nothing where no mail server is set."""
    if engine.mailer is None:
        return NOTHING_SENT
    return asyncio.run(deliver(engine, engine.mailer, moment))


def told(ticked: Ticked, delivery: Delivery) -> None:
    """What was done, in the log."""
    if ticked.opened or delivery != NOTHING_SENT:
        log.info(
            "tidtabellen: %d öppnade, %d mejl skickade, %d uppskjutna, %d avvisade",
            ticked.opened, delivery.sent, delivery.postponed, delivery.refused,
        )  # fmt: skip
    for function in ticked.without_holder:
        log.warning("ingen innehar funktionen %s; kontrolltillfällen väntar", function)


def _remind(engine: Engine, now: datetime) -> None:
    """The day's round of reminders, where it has not been made. It is noted after it is made: cut off
    in between, it is made once more, and owes nothing twice."""
    with engine.database.reading() as session:
        due = is_round_due(session, now=now)
    if due:
        with engine.database.unit_of_work(TIMETABLE, now) as session:
            remind(session, actor=TIMETABLE, now=now)
        with engine.database.upkeep() as session:
            end_round(session, now=now)


def scan(engine: Engine, scanner: Clamd, now: datetime) -> None:
    """Have the files that wait checked for viruses. What cannot be told now waits for the next run."""
    number, began = 0, monotonic()
    while monotonic() - began < SCANNING:
        with engine.database.reading() as session:
            batch = unscanned(session, actor=TIMETABLE, after=number)
        if not batch:
            return
        for number, task in batch:
            with engine.database.reading() as session:
                data = content_to_scan(session, actor=TIMETABLE, number=number)
            try:
                infected = scanner.is_infected(data)
            except ScanFailed as error:
                log.warning("underlag %d väntar på viruskontroll: %s", number, error)
                if error.unreachable:
                    return
                continue
            with engine.database.unit_of_work(TIMETABLE, now) as session:
                note_scanned(session, actor=TIMETABLE, number=number, task=task, infected=infected)


def make_reports(engine: Engine, moment: Callable[[], datetime] = clock_now) -> int:
    """Make the files of reports that are fixed, one by one; how many reports were finished.

    One at a time in a process: what one run makes, another need not. Two processes that make the same
    file keep the first of them.
    """
    if not _MAKING.acquire(blocking=False):
        return 0
    try:
        with engine.database.reading() as session:
            waiting = to_make(session, actor=TIMETABLE)
        return sum(_make_files(engine, report, moment) for report in waiting)
    finally:
        _MAKING.release()


def _make_files(engine: Engine, report: FixedReport, moment: Callable[[], datetime]) -> bool:
    makers = formats(engine.settings.word_template, child=True, pdf_standards=engine.settings.pdf)
    try:
        with engine.database.reading() as session:
            value = value_to_make(session, actor=TIMETABLE, report=report)
        for format in report.lacking:
            content = makers[format](value)
            with engine.database.upkeep() as session:
                keep_file(session, actor=TIMETABLE, report=report, format=format, content=content)
    except ICEngineError as error:
        log.error("rapport %d för %s: %s", report.number, report.plan, error)  # noqa: TRY400
        with engine.database.upkeep() as session:
            fail(session, actor=TIMETABLE, report=report, why=f"{error} {error.hint}".strip())
        return False
    with engine.database.unit_of_work(TIMETABLE, moment()) as session:
        finish(session, actor=TIMETABLE, report=report)
    return True


async def deliver(engine: Engine, mailer: Mailer, moment: Callable[[], datetime]) -> Delivery:
    """Send what is owed, a batch at a time, until nothing more may be sent now."""
    total = NOTHING_SENT
    while True:
        now = moment()
        with engine.database.unit_of_work(TIMETABLE, now) as session:
            mails = take_mails(
                session,
                actor=TIMETABLE,
                now=now,
                base_url=engine.settings.base_url,
                sender=engine.settings.mail_from,
            )
        if not mails:
            return total
        outcomes = await mailer.send_all([mail.email for mail in mails], now)
        with engine.database.unit_of_work(TIMETABLE, moment()) as session:
            done = settle_mails(
                session, actor=TIMETABLE, now=moment(), mails=mails, outcomes=outcomes
            )
        total = Delivery(
            total.sent + done.sent, total.postponed + done.postponed, total.refused + done.refused
        )
