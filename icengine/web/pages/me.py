"""What somebody may do here, and where they are logged in."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.services import login
from icengine.web.deps import MeDep, WebDep, row_number
from icengine.web.pages.meview import session_view, what_i_may

router = APIRouter()


@router.api_route("/jag", methods=["GET", "HEAD"])
def what_may_i(web: WebDep, me: MeDep) -> Response:
    """My roles and functions, in words."""
    return web.visitor_page("jag.html", me, view=what_i_may(me, web.now()))


@router.api_route("/jag/inloggningar", methods=["GET", "HEAD"])
def my_sessions(web: WebDep, me: MeDep) -> Response:
    """Where I am logged in."""
    with web.reading() as session:
        found = login.my_sessions(session, visitor=me, now=web.now(), rules=web.session_rules)
    views = [session_view(one, me.session.id, web.now()) for one in found]
    settings = web.engine.settings
    return web.visitor_page(
        "inloggningar.html",
        me,
        sessions=views,
        idle=settings.session_idle_minutes,
        whole=settings.session_hours,
    )


@router.post("/jag/inloggningar/ovriga")
def end_others(request: Request, web: WebDep, me: MeDep) -> Response:
    """Log out everywhere else."""
    with web.changing(me.person, request) as session:
        login.end_other_sessions(session, visitor=me, now=web.now())
    return RedirectResponse("/jag/inloggningar", 303)


@router.post("/jag/inloggningar/{nummer}")
def end_one(nummer: str, request: Request, web: WebDep, me: MeDep) -> Response:
    """Log out in one place."""
    number = row_number(nummer)
    with web.changing(me.person, request) as session:
        login.end_session(session, visitor=me, id=number, now=web.now())
    if number != me.session.id:
        return RedirectResponse("/jag/inloggningar", 303)
    response = RedirectResponse("/logga-in", 303)
    web.forget(response)
    return response
