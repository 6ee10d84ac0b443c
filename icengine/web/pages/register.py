"""The risk register's pages: the units, a unit's list with its matrix, and one risk with its history."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from icengine.domain.access import Permit, somewhere
from icengine.domain.calendar import local_date
from icengine.errors import NotFound
from icengine.services import register as use
from icengine.web.deps import MeDep, WebDep
from icengine.web.pages.paths import REGISTER, risk_id
from icengine.web.pages.registerforms import DONE
from icengine.web.pages.registerview import chosen, register_view, risk_view, unit_lines

router = APIRouter()


@router.api_route(REGISTER, methods=["GET", "HEAD"])
def units(web: WebDep, me: MeDep) -> Response:
    """The units whose registers the reader may see."""
    if not somewhere(me.person, Permit.READ):
        raise NotFound
    with web.reading() as session:
        organisation, found = use.registers(session, actor=me.person)
    lines = unit_lines(organisation, found, me.person, local_date(web.now()))
    return web.visitor_page("riskregister.html", me, lines=lines, here=REGISTER)


@router.api_route(f"{REGISTER}/{{enhet}}", methods=["GET", "HEAD"])
def unit(enhet: str, web: WebDep, me: MeDep, request: Request) -> Response:
    """A unit's gross list and its matrix."""
    now = web.now()
    with web.reading() as session:
        found = use.unit_register(session, actor=me.person, now=now, unit=enhet)
    asked = dict(request.query_params)
    view = register_view(found, me.person, chosen(asked), asked, local_date(now))
    return web.visitor_page("riskregister-enhet.html", me, view=view, here=REGISTER)


@router.api_route(f"{REGISTER}/{{enhet}}/{{risk}}", methods=["GET", "HEAD"])
def risk(enhet: str, risk: str, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """A risk with its history."""
    now, id = web.now(), risk_id(risk)
    with web.reading() as session:
        found = use.unit_register(session, actor=me.person, now=now, unit=enhet)
        versions = use.risk_history(session, actor=me.person, now=now, unit=enhet, id=id)
    view = risk_view(found, versions, me.person, local_date(now))
    return web.visitor_page("risk.html", me, view=view, done=DONE.get(klart, ""), here=REGISTER)
