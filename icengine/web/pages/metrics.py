"""Figures for Prometheus, for whoever asks from where the settings say."""

from __future__ import annotations

import logging
from functools import cache
from importlib.metadata import version

from fastapi import APIRouter
from prometheus_client.core import InfoMetricFamily, Metric
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from icengine.domain.access import System
from icengine.errors import DatabaseNotReady
from icengine.services.figures import Figures, figures
from icengine.web.deps import Web, WebDep
from icengine.web.metrics import CONTENT_TYPE, exposition, gauge
from icengine.web.proxies import comes_from

router = APIRouter()
log = logging.getLogger("icengine.web")
WATCHER = System("övervakningen")


@router.api_route("/metrics", methods=["GET", "HEAD"])
def metrics(request: Request, web: WebDep) -> Response:
    """Everything there is to draw; to others there is no such page."""
    if not comes_from(request.scope, web.engine.settings.metrics_from):
        raise HTTPException(404)
    content = exposition(web.requests, [*_program(), *_of_the_engine(web)])
    return Response(content, headers={"content-type": CONTENT_TYPE, "cache-control": "no-store"})


@cache
def _program() -> tuple[Metric]:
    info = {"version": version("icengine")}
    return (InfoMetricFamily("icengine", "The program.", value=info),)


def _of_the_engine(web: Web) -> list[Metric]:
    """How it is; where the database does not answer, only that."""
    try:
        found = figures(web.engine.database, actor=WATCHER, now=web.now())
    except DatabaseNotReady as error:
        log.error("mätvärden: %s", error)  # noqa: TRY400  the message says what to do
        return [_up(0)]
    return [_up(1), *_jobs(found), *_counts(found), *_room(found), *_queue(found)]


def _up(value: int) -> Metric:
    return gauge("icengine_up", "Does the database answer?", value)


def _jobs(found: Figures) -> list[Metric]:
    return [
        gauge(
            "icengine_job_last_success_timestamp_seconds", "When the job last ended well.",
            [(job.name.lower(), at.timestamp()) for job, at in found.last_well.items()], "task",
        ),
        gauge(
            "icengine_job_failing", "Did the job fail the last time?",
            [(job.name.lower(), failing) for job, failing in found.failing.items()], "task",
        ),
    ]  # fmt: skip


def _counts(found: Figures) -> list[Metric]:
    return [
        gauge(f"icengine_{name}", help, value)
        for name, help, value in (
            ("mails_waiting", "Mails that have not left.", found.mails_waiting),
            (
                "mails_postponed",
                "Mails that were tried and are tried again.",
                found.mails_postponed,
            ),
            ("mails_stuck", "Mails that were tried five times or more.", found.mails_stuck),
            ("mails_refused", "Mails of two weeks that a server refused.", found.mails_refused),
            ("mail_oldest_seconds", "How long the oldest has waited.", found.oldest_mail),
            ("reports_waiting", "Reports whose files are to be made.", found.reports_to_make),
            ("reports_failed", "Reports whose files could not be made.", found.reports_failed),
            ("reports_behind", "Reports that failed or wait too long.", found.reports_behind),
            ("evidence_waiting", "Files that wait for the virus check.", found.files_waiting),
            ("tasks_open", "Tasks that wait for their owner.", found.tasks_open),
            ("tasks_late", "Those of them that are late.", found.tasks_late),
            ("tasks_to_approve", "Tasks that wait to be approved.", found.tasks_to_approve),
        )
    ]


def _room(found: Figures) -> list[Metric]:
    size = gauge("icengine_database_bytes", "Size of the database.", found.database_bytes)
    if found.disk_free is None:
        return [size]
    return [size, gauge("icengine_disk_free_bytes", "Free where it lies.", found.disk_free)]


def _queue(found: Figures) -> list[Metric]:
    queue = found.queue
    if queue is None:
        return []
    states = [("waiting", queue.waiting), ("running", queue.running), ("failed", queue.failed)]
    return [
        gauge("icengine_queue_jobs", "Jobs in the queue of the workers.", states, "state"),
        gauge("icengine_workers", "Workers that are heard of.", queue.workers),
    ]
