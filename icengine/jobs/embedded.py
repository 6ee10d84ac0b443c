"""The jobs embedded in `serve`: a timetable in memory, in threads of its own."""

from __future__ import annotations

import logging
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler

from icengine.bootstrap import Engine
from icengine.clock import now as clock_now
from icengine.domain.job import Job
from icengine.errors import ICEngineError
from icengine.jobs.work import run_due, run_job, told

log = logging.getLogger(__name__)


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
        run_job(engine, Job.REPORTS)
    except ICEngineError as error:
        log.error("rapporternas filer: %s", error)  # noqa: TRY400  the message says what to do


def _run_and_log(engine: Engine) -> None:
    """One run of the timetable; a fault is logged and the next run tries again."""
    try:
        ran = run_due(engine, clock_now(), clock_now)
    except ICEngineError as error:
        log.error("tidtabellen: %s", error)  # noqa: TRY400  the message says what to do
        return
    told(ran.ticked, ran.delivery)
