"""Åtgärder: the list of all, one's own, and one of them, logged in or by a link in a mail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from icengine.domain.access import Permit, somewhere
from icengine.errors import NotFound
from icengine.services.action_pages import Asked, action_list, own_actions
from icengine.services.tasks import follow_link
from icengine.store.action_lists import Which
from icengine.web.deps import FormDep, MeDep, WebDep, row_number
from icengine.web.pages.actionview import (
    ACTIONS,
    MINE,
    UNREACHED,
    list_view,
    own_view,
)
from icengine.web.pages.actionway import SAID, Way, act, show
from icengine.web.pages.paging import read_place

router = APIRouter()


@router.api_route(ACTIONS, methods=["GET", "HEAD"])
def every_action(
    web: WebDep,
    me: MeDep,
    lage: str = "",
    enhet: str = "",
    ansvarig: str = "",
    efter: str = "",
) -> Response:
    """The whole kommun's, or what is asked for of them, the late ones first."""
    if not somewhere(me.person, Permit.READ):
        raise NotFound
    which = Which(lage) if lage in set(Which) else Which.OPEN
    asked = Asked(which, enhet, ansvarig, lage == UNREACHED, read_place(efter))
    with web.reading() as session:
        page = action_list(session, actor=me.person, now=web.now(), asked=asked)
    return web.visitor_page("atgarder.html", me, view=list_view(page, asked), here=ACTIONS)


@router.api_route(MINE, methods=["GET", "HEAD"])
def my_actions(
    web: WebDep, me: MeDep, lage: str = "", efter: str = "", klart: str = ""
) -> Response:
    """What the reader is ansvarig for."""
    closed = lage == str(Which.CLOSED)
    with web.reading() as session:
        page = own_actions(
            session, actor=me.person, now=web.now(), closed=closed, after=read_place(efter)
        )
    view = own_view(page, me.organisation, closed)
    done = SAID.get(klart, "")
    return web.visitor_page(
        "mina-atgarder.html", me, view=view, closed=closed, done=done, here=MINE
    )


def _by_login(nummer: str, me: MeDep) -> Way:
    number = row_number(nummer)
    return Way(me.person, number, "", f"{ACTIONS}/{number}", me)


def _by_link(nyckel: str, nummer: str, request: Request, web: WebDep) -> Way:
    with web.guarding(request), web.reading() as session:
        holder = follow_link(session, secret=nyckel)
    number = row_number(nummer)
    return Way(holder.actor, number, holder.function, f"/svar/{nyckel}/atgard/{number}")


LoginDep = Annotated[Way, Depends(_by_login)]
LinkDep = Annotated[Way, Depends(_by_link)]


@router.api_route(f"{ACTIONS}/{{nummer}}", methods=["GET", "HEAD"])
def one(way: LoginDep, request: Request, web: WebDep, klart: str = "") -> Response:
    """One åtgärd, with its history."""
    return show(web, way, request, klart)


@router.post(f"{ACTIONS}/{{nummer}}")
def say(way: LoginDep, request: Request, web: WebDep, fields: FormDep) -> Response:
    """How it goes, that it is done, whether it had effect; the controller confirms."""
    return act(web, way, request, fields)


@router.api_route("/svar/{nyckel}/atgard/{nummer}", methods=["GET", "HEAD"])
def one_by_link(way: LinkDep, request: Request, web: WebDep, klart: str = "") -> Response:
    """The same, by a link."""
    return show(web, way, request, klart)


@router.post("/svar/{nyckel}/atgard/{nummer}")
def say_by_link(way: LinkDep, request: Request, web: WebDep, fields: FormDep) -> Response:
    """The same, by a link."""
    return act(web, way, request, fields)
