"""The jobs by a queue in PostgreSQL: any number of workers, on any machines.

A job in the queue says only that there may be something to do, so that nothing is lost with it: every
minute each is put there anew, and a worker that dies leaves what it had to the next.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from threading import Lock
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager

from icengine.bootstrap import Engine
from icengine.domain.job import Job
from icengine.errors import ICEngineError
from icengine.jobs.work import run_job
from icengine.store import queue as place

log = logging.getLogger(__name__)
EVERY_MINUTE = "* * * * *"
PATIENCE = 2.0
"""Seconds that a request waits for the queue's database; what was not rung for is done within a minute."""
ATTEMPTS = 3
"""So many workers may die of the same job before it is given up."""
PAUSES = (1, 2, 5, 10, 20, 30)
"""Seconds before a worker whose database is away tries again."""
KEPT_HOURS = 24 * 7
"""How long failed jobs stay in the queue's tables."""
VERSION = version("procrastinate")


def prepare(engine: Engine) -> bool:
    """Make the queue's tables where they are missing or of another version; were they made?"""
    return place.prepare(engine.database, VERSION, SchemaManager.get_schema())


def check_ready(engine: Engine) -> None:
    """Raises DatabaseNotReady where `icengine init` has not made the queue."""
    place.check_ready(engine.database, VERSION)


class Doorbell:
    """Rings for the workers, from the threads of the web."""

    def __init__(self, engine: Engine) -> None:
        conninfo, options = place.address(engine.database)
        connector = SyncPsycopgConnector(
            conninfo=conninfo, kwargs=options, min_size=0, max_size=2, timeout=PATIENCE
        )
        self._app = App(connector=connector)
        self._opening = Lock()
        self._open = False

    def ring(self, job: Job) -> None:
        """There is something to do. Where the queue cannot be reached the minute's round takes it."""
        try:
            with self._opening:
                if not self._open:
                    self._app.open()
                    self._open = True
            self._app.configure_task(job.name.lower(), **_as_queued(job)).defer()
        except AlreadyEnqueued:
            return  # it waits to be done: that is what was wanted
        except (ConnectorException, psycopg.Error) as error:
            log.warning("kön går inte att nå (%s); %s görs inom en minut", _first(error), job)

    def close(self) -> None:
        """Give back its connections."""
        if self._open:
            self._app.close()


def work(
    engine: Engine,
    name: str,
    jobs_at_once: int,
    seconds_to_stop: float,
    stops: Callable[[], None] = lambda: None,
) -> None:
    """Take jobs until SIGTERM or SIGINT; then those at hand may end, for so many seconds. `stops` is
    called when it begins to stop."""
    asyncio.run(_work(engine, name, jobs_at_once, seconds_to_stop, stops))


async def _work(
    engine: Engine, name: str, jobs_at_once: int, seconds_to_stop: float, stops: Callable[[], None]
) -> None:
    app = _app(engine)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        stopping.set()
        stops()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    lost = 0
    while not stopping.is_set():
        try:
            async with app.open_async():
                log.info("arbetaren %s tar jobb", name)
                await _until(stopping, app, name, jobs_at_once, seconds_to_stop)
                lost = 0
        except (ConnectorException, psycopg.Error) as error:
            log.warning("arbetaren når inte databasen (%s)", _first(error))
        if not stopping.is_set():
            pause = PAUSES[min(lost, len(PAUSES) - 1)]
            lost += 1
            log.warning("arbetaren försöker igen om %d sekunder", pause)
            with suppress(TimeoutError):  # the pause is over
                await asyncio.wait_for(stopping.wait(), pause)
    log.info("arbetaren %s är klar", name)


async def _until(
    stopping: asyncio.Event, app: App, name: str, jobs_at_once: int, seconds_to_stop: float
) -> None:
    """Take jobs until told to stop, or until the database is lost."""
    running = asyncio.create_task(
        app.run_worker_async(
            name=name, concurrency=jobs_at_once, shutdown_graceful_timeout=seconds_to_stop,
            delete_jobs="successful", install_signal_handlers=False,
        )
    )  # fmt: skip
    told = asyncio.create_task(stopping.wait())
    await asyncio.wait((running, told), return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not running.done():
        running.cancel()
        with suppress(asyncio.CancelledError):  # it stops as it was asked
            await running
    else:
        running.result()


def _app(engine: Engine) -> App:
    """Every job, each put in the queue every minute, and what keeps the queue itself in order."""
    conninfo, options = place.address(engine.database)
    app = App(connector=PsycopgConnector(conninfo=conninfo, kwargs=options, min_size=1, max_size=6))
    for job in Job:
        if job is not Job.FILES or engine.scanner is not None:
            _add(app, engine, job)

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=True)
    async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  the library's
        await _retry_stalled(context)

    @app.periodic(cron="17 3 * * *")
    @app.task(name="clear", queueing_lock="clear", pass_context=True)
    async def clear(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  the library's
        await context.app.job_manager.delete_old_jobs(
            nb_hours=KEPT_HOURS, include_failed=True, include_aborted=True
        )

    return app


def _add(app: App, engine: Engine, job: Job) -> None:
    """The job as the library has it: run in a thread, for it waits for the database and for servers."""

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name=job.name.lower(), **_as_queued(job))
    async def run(timestamp: int = 0) -> None:  # noqa: ARG001  the library's
        try:
            await asyncio.to_thread(run_job, engine, job)
        except ICEngineError as error:
            log.error("%s: %s", job, error)  # noqa: TRY400  the message says what to do
            raise
        if job is Job.TIMETABLE:
            with suppress(AlreadyEnqueued):  # they wait to be sent already
                await app.configure_task(
                    Job.MAILS.name.lower(), **_as_queued(Job.MAILS)
                ).defer_async()


def _as_queued(job: Job) -> dict[str, Any]:
    """One of each waits at most."""
    return {"queue": "icengine", "queueing_lock": job.name.lower()}


async def _retry_stalled(context: JobContext) -> None:
    """Give what a dead worker had to another; not where the same waits already, or kills them all."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        log.warning("en arbetare försvann från jobbet %s", job.task_name)
        try:
            if job.attempts < ATTEMPTS:
                await manager.retry_job(job)
                continue
        except UniqueViolation:
            log.info("jobbet %s väntar redan på en annan arbetare", job.task_name)
        await manager.finish_job(job, Status.FAILED, delete_job=job.attempts < ATTEMPTS)


def _first(error: Exception) -> str:
    """The first line of why, without an address that may hold a password."""
    cause = error.__cause__ or error
    return type(cause).__name__
