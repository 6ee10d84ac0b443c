"""Logging in by an e-mailed link, logging out, and the first start.

A GET uses nothing up: mail scanners follow links, so it only shows a button. The answer to an asked
link is the same for every address, and it is given before anything is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.calendar import clock_time
from icengine.errors import NotFound, Refused
from icengine.services import login
from icengine.web.deps import (
    FormDep,
    GuestDep,
    MeDep,
    Web,
    WebDep,
    browser_of,
    client_of,
    local_target,
)
from icengine.web.rates import ASKING

router = APIRouter()
LONGEST_ADDRESS = 320


@router.api_route("/logga-in", methods=["GET", "HEAD"])
def login_page(web: WebDep, guest: GuestDep, till: str = "") -> Response:
    """The ways to log in."""
    if guest is not None:
        return RedirectResponse(local_target(till) or "/", 303)
    return _login_page(web, till)


def _login_page(web: Web, target: str, status: int = 200, **values: Any) -> Response:
    settings = web.engine.settings
    shown: dict[str, Any] = {"email": "", "fault": "", "sent": False} | values
    return web.page(
        "logga-in.html",
        web.site(),
        status,
        target=local_target(target),
        account=web.engine.provider is not None,
        by_mail=settings.email_login == "ja",
        **shown,
    )


@router.post("/logga-in")
def ask_for_link(request: Request, web: WebDep, fields: FormDep) -> Response:
    """Promise a link, and see afterwards whether the address is to have one."""
    if web.engine.settings.email_login != "ja":
        raise NotFound
    web.rates.count(ASKING, "logga-in", client_of(request))
    email, target = fields.get("e", "").strip(), local_target(fields.get("till", ""))
    if "@" not in email or len(email) > LONGEST_ADDRESS:
        fault = "Skriv din e-postadress, till exempel namn@kommun.se."
        return _login_page(web, target, 422, email=email[:LONGEST_ADDRESS], fault=fault)
    response = _login_page(web, target, sent=True, email=email)
    response.background = BackgroundTask(_owe_link, web, email, target, client_of(request))
    return response


def _owe_link(web: Web, email: str, target: str, origin: str) -> None:
    now = web.now()
    with web.engine.database.unit_of_work(login.VISITOR, now, origin) as session:
        login.ask_for_link(session, email=email, target=target, now=now)
    web.ring()


@router.api_route("/logga-in/{nyckel}", methods=["GET", "HEAD"])
def confirm(nyckel: str, request: Request, web: WebDep) -> Response:
    """Who would be logged in, and a button."""
    with web.guarding(request), web.reading() as session:
        link = login.open_link(session, secret=nyckel, now=web.now())
    if link.person is None:
        return RedirectResponse(f"/forsta-start/{nyckel}", 303)
    return web.page(
        "logga-in-bekrafta.html", web.site(), email=link.email, until=clock_time(link.expires_at)
    )


@router.post("/logga-in/{nyckel}")
def enter(nyckel: str, request: Request, web: WebDep) -> Response:
    """Use the link up and log in."""
    with web.guarding(request), web.changing(login.VISITOR, request) as session:
        entered = login.enter_by_link(
            session,
            secret=nyckel,
            now=web.now(),
            browser=browser_of(request),
            rules=web.session_rules,
        )
    return came_in(web, entered)


def came_in(web: Web, entered: login.Entered) -> Response:
    """To the page that was asked for, with the cookie."""
    response = RedirectResponse(entered.target or "/", 303)
    web.keep(response, entered.secret)
    return response


@router.post("/logga-ut")
def log_out(request: Request, web: WebDep, me: MeDep) -> Response:
    """End this session."""
    with web.changing(me.person, request) as session:
        login.log_out(session, visitor=me, now=web.now())
    response = RedirectResponse("/logga-in", 303)
    web.forget(response)
    return response


# -- the first start --


@router.api_route("/forsta-start/{nyckel}", methods=["GET", "HEAD"])
def first_start(nyckel: str, request: Request, web: WebDep) -> Response:
    """What remains to be said before anybody can log in."""
    return _first_page(web, _first(web, nyckel, request, web.now()), {})


@router.post("/forsta-start/{nyckel}")
def name_first(nyckel: str, request: Request, web: WebDep, fields: FormDep) -> Response:
    """Make the first administrator, and log them in."""
    start = _first(web, nyckel, request, web.now())
    try:
        with web.changing(login.VISITOR, request) as session:
            entered = login.name_first(
                session,
                secret=nyckel,
                email=fields.get("e", ""),
                name=fields.get("namn", ""),
                now=web.now(),
                browser=browser_of(request),
                rules=web.session_rules,
            )
    except Refused as error:
        return _first_page(web, start, fields, str(error))
    return came_in(web, entered)


def _first(web: Web, secret: str, request: Request, now: datetime) -> login.FirstStart:
    with web.guarding(request), web.reading() as session:
        return login.open_first_link(session, secret=secret, now=now)


def _first_page(
    web: Web, start: login.FirstStart, fields: Mapping[str, str], fault: str = ""
) -> Response:
    return web.page(
        "forsta-start.html",
        web.site(),
        422 if fault else 200,
        known=start.organisation,
        email=fields.get("e", ""),
        name=fields.get("namn", ""),
        fault=fault,
    )
