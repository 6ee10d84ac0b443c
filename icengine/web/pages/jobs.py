"""Drift, for whoever administers the whole: what the engine does by itself, what waits and what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit, Subject, may
from icengine.domain.calendar import local_date
from icengine.domain.job import TITLES, Fault, Job, JobStatus, RunState
from icengine.domain.words import many
from icengine.errors import NotFound
from icengine.services.jobs import job_status, queue_figures, try_again
from icengine.services.login import Visitor
from icengine.web.deps import MeDep, WebDep
from icengine.web.pages.paths import PEOPLE
from icengine.web.pages.wording import Mark, recent

router = APIRouter()
PATH = "/drift"
DONE = "igen"

MARKS = {
    RunState.NEVER: Mark("st", "open", "○", "Har inte gått"),
    RunState.RUNNING: Mark("st", "open", "→", "Pågår"),
    RunState.WELL: Mark("st", "approved", "✓", "Klar"),
    RunState.FAILED: Mark("st", "failed", "×", "Misslyckades"),
    RunState.BROKEN_OFF: Mark("st", "late", "!", "Avbröts"),
}
LEAVES_FAULTS = Mark("st", "late", "!", "Behöver ses över")
"""It went well itself, and something in it did not."""
WAITING = {
    Job.MAILS: ("mejl", "mejl", "ett"),
    Job.REPORTS: ("rapport", "rapporter", "en"),
    Job.FILES: ("underlag", "underlag", "ett"),
}
"""What waits for each."""


@dataclass(frozen=True)
class FaultLine:
    """Something that could not be done."""

    what: str
    cause: str
    again: str
    """ "Nytt försök i dag kl. 10.42"; "" where nobody tries."""


@dataclass(frozen=True)
class Line:
    """A job."""

    id: str
    title: str
    mark: Mark
    when: str
    waits: str
    cause: str
    faults: tuple[FaultLine, ...]
    more: int


@router.api_route(PATH, methods=["GET", "HEAD"])
def status(web: WebDep, me: MeDep, klart: str = "") -> Response:
    """Every job, how it went, and what it could not do."""
    _require(me)
    now = web.now()
    with web.reading() as session:
        found = job_status(session, actor=me.person, now=now)
        queue = queue_figures(session, actor=me.person)
    lines = [_line(item, now) for item in found]
    faulty = sum(item.failed(now) for item in found)
    return web.visitor_page(
        "drift.html", me, lines=lines, faulty=faulty, queue=queue, done=klart == DONE,
        queued=web.engine.settings.queued, here=PEOPLE,
    )  # fmt: skip


@router.post(f"{PATH}/igen")
def again(request: Request, web: WebDep, me: MeDep) -> Response:
    """Let what failed be done now."""
    _require(me)
    with web.changing(me.person, request) as session:
        try_again(session, actor=me.person, now=web.now())
    web.ring()
    web.make()
    return RedirectResponse(f"{PATH}?klart={DONE}", 303)


def _require(me: Visitor) -> None:
    if not may(me.person, Permit.ADMINISTER, Subject(me.organisation.root.id)):
        raise NotFound


def _line(item: JobStatus, now: datetime) -> Line:
    run, today = item.run, local_date(now)
    state = run.state(now)
    when = {
        RunState.RUNNING: run.started_at, RunState.BROKEN_OFF: run.started_at,
        RunState.WELL: run.ended_at, RunState.FAILED: run.failed_at,
    }.get(state)  # fmt: skip
    mark = LEAVES_FAULTS if state is RunState.WELL and item.faults else MARKS[state]
    waits = many(item.waiting, *WAITING[run.job]) if item.waiting else ""
    return Line(
        run.job.name.lower(), TITLES[run.job], mark, recent(when, today) if when else "",
        waits, run.cause if state is RunState.FAILED else "",
        tuple(_fault(fault, today) for fault in item.faults), item.more,
    )  # fmt: skip


def _fault(fault: Fault, today: date) -> FaultLine:
    again = f"Nytt försök {recent(fault.again_at, today)}" if fault.again_at else ""
    return FaultLine(fault.what, fault.cause, again)
