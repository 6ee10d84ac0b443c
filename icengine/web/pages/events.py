"""The audit trail: events by plan, control and person, one event whole, export, and proving the log.

No e-mail address stands in an address here: somebody is asked for by number, or by a function.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from icengine.domain.access import may_prove
from icengine.domain.trail import Wanted
from icengine.errors import NotFound
from icengine.render.eventlog import FORMATS
from icengine.services import audit, trail
from icengine.services.login import Visitor
from icengine.services.plans import plan_list
from icengine.web.deps import FormDep, MeDep, Web, WebDep
from icengine.web.pages.eventview import Asked, event_view, log_view

router = APIRouter()

LONGEST = 200
"""Characters of anything that is asked for."""


def _asked(request: Request) -> Asked:
    """What the address asks for. A date that is none is said."""
    given = request.query_params

    def text(name: str) -> str:
        plain = "".join(ch for ch in given.get(name, "")[:LONGEST] if ch.isprintable())
        return "" if "@" in plain else plain.strip()

    days: dict[str, date | None] = {}
    wrong = []
    for name in ("fran", "till"):
        try:
            days[name] = date.fromisoformat(text(name)) if text(name) else None
        except ValueError:
            days[name] = None
            wrong.append(name)
    if any(day and not 1990 <= day.year <= 2200 for day in days.values()):
        raise NotFound
    wanted = Wanted(
        plan=text("plan"),
        control=text("kontroll"),
        unit=text("enhet"),
        person=text("vem"),
        kind=text("vad"),
        start=days["fran"],
        end=days["till"],
    )
    return Asked(wanted, _number(text("fore")), tuple(wrong))


def _number(text: str) -> int | None:
    """An event's number; None where none is given. Raises NotFound for what is no number."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise NotFound
    return int(text)


AskedDep = Annotated[Asked, Depends(_asked)]


@router.api_route("/handelser", methods=["GET", "HEAD"])
def event_list(web: WebDep, me: MeDep, asked: AskedDep) -> Response:
    """The newest events that were asked for."""
    with web.reading() as session:
        page = trail.events(
            session, actor=me.person, now=web.now(), wanted=asked.wanted, before=asked.before
        )
        plans = plan_list(session, actor=me.person)
        proof = audit.last_proof(session, actor=me.person)
    view = log_view(me, page, asked, plans, proof, web.now())
    proves = may_prove(me.person, me.organisation.root.id)
    status = 422 if asked.wrong else 200
    return web.visitor_page(
        "handelser.html", me, status, view=view, proves=proves, here="/handelser"
    )


@router.get("/handelser/export")
def export(
    request: Request, web: WebDep, me: MeDep, asked: AskedDep, format: str = "csv"
) -> Response:
    """The same events as a file. That they were read so is an event."""
    if format not in FORMATS:
        raise NotFound
    with web.changing(me.person, request) as session:
        last = trail.note_export(
            session, actor=me.person, now=web.now(), wanted=asked.wanted, kind=format
        )
    name = f"attachment; filename=handelser.{format}"
    return StreamingResponse(
        _rows(web, me, asked.wanted, last, format),
        media_type=FORMATS[format].media_type,
        headers={"content-disposition": name},
    )


def _rows(web: Web, me: Visitor, wanted: Wanted, last: int, kind: str) -> Iterator[str]:
    form = FORMATS[kind]
    yield form.head
    with web.reading() as session:
        for some in trail.exported(
            session, actor=me.person, now=web.now(), wanted=wanted, last=last
        ):
            yield form.rows(some)


@router.post("/handelser/prova")
def prove(request: Request, web: WebDep, me: MeDep, fields: FormDep) -> Response:
    """Prove the whole log, and show the event that says what was found."""
    kept = _kept(fields)
    with web.at_one_moment() as session:
        checked = audit.verify_log(session, actor=me.person, head=kept)
    with web.changing(me.person, request) as session:
        audit.note_proof(session, actor=me.person, checked=checked, kept=kept)
    return RedirectResponse(f"/handelser/{session.written}", 303)


def _kept(fields: Mapping[str, str]) -> str:
    """A sum that was kept, as it was copied out of a mail: without the line ends."""
    return "".join(fields.get("summa", "")[:LONGEST].split())


@router.api_route("/handelser/{nummer}", methods=["GET", "HEAD"])
def one_event(nummer: str, web: WebDep, me: MeDep) -> Response:
    """One event, with everything that proves it."""
    seq = _number(nummer)
    if seq is None:
        raise NotFound
    with web.reading() as session:
        entry, previous = trail.event(session, actor=me.person, now=web.now(), seq=seq)
    view = event_view(entry, previous)
    return web.visitor_page("handelse.html", me, view=view, here="/handelser")
