"""The address that one's own calendar subscribes to."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.calendar import local_date
from icengine.services.calendar_feed import begin_feed, end_feed, feed, feed_since
from icengine.web.deps import FormDep, MeDep, WebDep
from icengine.web.pages import wording

router = APIRouter()

PAGE = "/jag/kalender"


@router.api_route(PAGE, methods=["GET", "HEAD"])
def my_calendar(web: WebDep, me: MeDep, klart: str = "") -> Response:
    """Whether I have an address, and how one is made."""
    with web.reading() as session:
        since = feed_since(session, visitor=me)
    when = wording.recent(since, local_date(web.now())) if since else ""
    done = "Adressen visar ingenting längre." if klart == "avslutad" else ""
    return web.visitor_page("jag-kalender.html", me, when=when, address="", done=done)


@router.post(PAGE)
def change(request: Request, web: WebDep, me: MeDep, fields: FormDep) -> Response:
    """A new address, shown once; or an end to the one there is."""
    if fields.get("gor") == "avsluta":
        with web.changing(me.person, request) as session:
            end_feed(session, visitor=me, now=web.now())
        return RedirectResponse(f"{PAGE}?klart=avslutad", 303)
    with web.changing(me.person, request) as session:
        secret = begin_feed(session, visitor=me, now=web.now())
    address = f"{web.engine.settings.base_url.rstrip('/')}/kalender/{secret}.ics"
    return web.visitor_page("jag-kalender.html", me, when="", address=address, done="")


@router.api_route("/kalender/{nyckel}.ics", methods=["GET", "HEAD"])
def calendar(nyckel: str, request: Request, web: WebDep) -> Response:
    """The dates, for a program; the same answer is not sent twice."""
    domain = urlsplit(web.engine.settings.base_url).hostname or "internkontroll.invalid"
    with web.guarding(request), web.reading() as session:
        body = feed(session, secret=nyckel, now=web.now(), domain=domain)
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)
