"""The jobs and who runs them: one after another by a command, or embedded in `serve`.

The timetable holds no jobs and decides nothing: it calls `run_due`, which finds out from the
database what there is to do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler

from icengine.bootstrap import Engine
from icengine.clock import now as clock_now
from icengine.domain.access import System
from icengine.domain.fixed_report import FixedReport
from icengine.errors import ICEngineError
from icengine.intake.clamd import Clamd, ScanFailed
from icengine.mail.mailer import Mailer
from icengine.render import formats
from icengine.services.audit import owe_heads
from icengine.services.evidence import content_to_scan, note_scanned, unscanned
from icengine.services.health import note_run
from icengine.services.mailing import Delivery, settle_mails, take_mails
from icengine.services.reminding import end_round, is_round_due, remind
from icengine.services.report_making import fail, finish, keep_file, to_make, value_to_make
from icengine.services.scheduling import Ticked, tick

log = logging.getLogger(__name__)
TIMETABLE = System("tidtabellen")
SCANNING = 300.0
"""Seconds that a run has files checked for; the mails of the next one are not to wait longer."""
NOTHING_SENT = Delivery(0, 0, 0)
_MAKING = Lock()
"""Held while the files of reports are made."""


@dataclass(frozen=True)
class Ran:
    """What one run did."""

    ticked: Ticked
    delivery: Delivery


def run_due(engine: Engine, now: datetime, moment: Callable[[], datetime] | None = None) -> Ran:
    """Open what is due and remind of it, then send what is owed. `moment` is asked for the time of each delivery."""
    with engine.database.unit_of_work(TIMETABLE, now) as session:
        ticked = tick(session, actor=TIMETABLE, now=now)
    with engine.database.unit_of_work(TIMETABLE, now) as session:
        owe_heads(session, actor=TIMETABLE, now=now, addresses=engine.settings.audit_heads)
    _remind(engine, now)
    sent = NOTHING_SENT
    if engine.mailer is not None:
        sent = asyncio.run(deliver(engine, engine.mailer, moment or (lambda: now)))
    if engine.scanner is not None:
        scan(engine, engine.scanner, now)
    make_reports(engine, moment or (lambda: now))
    with engine.database.upkeep() as session:
        note_run(session, actor=TIMETABLE, now=now)
    return Ran(ticked, sent)


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


def start_timetable(engine: Engine) -> BackgroundScheduler:
    """Run what is due every `tick_seconds`, from now on, in a thread of its own."""
    scheduler = BackgroundScheduler(
        timezone=UTC,  # every interval is the same in any zone, and the machine's may have no name
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    seconds = engine.settings.tick_seconds
    scheduler.add_job(
        _run_and_log, "interval", args=[engine], seconds=seconds, next_run_time=clock_now()
    )
    scheduler.start()
    return scheduler


def ring(scheduler: BackgroundScheduler, engine: Engine) -> None:
    """Run what is due at once, for somebody who sits and waits for a mail.

    Rung twice while it runs, it does not run twice: the timetable's next run takes the rest.
    """
    scheduler.add_job(_run_and_log, args=[engine], id="ringt", replace_existing=True)


def ring_for_reports(scheduler: BackgroundScheduler, engine: Engine) -> None:
    """Make the files of reports at once, beside what else runs."""
    scheduler.add_job(_make_and_log, args=[engine], id="rapporter", replace_existing=True)


def _make_and_log(engine: Engine) -> None:
    try:
        make_reports(engine)
    except ICEngineError as error:
        log.error("rapporternas filer: %s", error)  # noqa: TRY400  the message says what to do


def _run_and_log(engine: Engine) -> None:
    """One run of the timetable; a fault is logged and the next run tries again."""
    try:
        ran = run_due(engine, clock_now(), clock_now)
    except ICEngineError as error:
        log.error("tidtabellen: %s", error)  # noqa: TRY400  the message says what to do
        return
    if ran.ticked.opened or ran.delivery != NOTHING_SENT:
        log.info(
            "tidtabellen: %d öppnade, %d mejl skickade, %d uppskjutna, %d avvisade",
            ran.ticked.opened,
            ran.delivery.sent,
            ran.delivery.postponed,
            ran.delivery.refused,
        )
    for function in ran.ticked.without_holder:
        log.warning("ingen innehar funktionen %s; kontrolltillfällen väntar", function)
