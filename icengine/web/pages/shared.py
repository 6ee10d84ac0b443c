"""Shared controls (gemensamma kontroller): who answers for each unit, and a unit naming its function."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import somewhere
from icengine.errors import Conflict, NotAllowed, NotFound, Refused
from icengine.services.login import Visitor
from icengine.services.shared import SEEING, PartPage, name_owner, part_page, shared_controls
from icengine.web.deps import FormDep, MeDep, Web, WebDep
from icengine.web.pages.editing import after
from icengine.web.pages.paths import SHARED, shared_path
from icengine.web.pages.sharedview import FIELD, SEEN, part_view, shared_view

router = APIRouter()

PART = f"{SHARED}/{{plan}}/{{kontroll}}/{{enhet}}"
DONE = {
    "utsedd": "Sparat. Den som har funktionen får mejl om det som är öppet.",
    "samma": "Ingenting är ändrat: så var det redan.",
}
"""What is said on the page after a change, by the word in its address."""


@router.api_route(SHARED, methods=["GET", "HEAD"])
def shared(web: WebDep, me: MeDep) -> Response:
    """The shared controls that concern the reader's units, those with a gap first."""
    if not any(somewhere(me.person, permit) for permit in SEEING):
        raise NotFound
    with web.reading() as session:
        found = shared_controls(session, actor=me.person, now=web.now())
    return web.visitor_page("gemensamma.html", me, view=shared_view(found), here=SHARED)


@router.api_route(PART, methods=["GET", "HEAD"])
def part(plan: str, kontroll: str, enhet: str, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """One unit's part in a shared control."""
    return _shown(web, me, _found(web, me, plan, kontroll, enhet), done=DONE.get(klart, ""))


@router.post(PART)
def name(
    plan: str,
    kontroll: str,
    enhet: str,
    request: Request,
    web: WebDep,
    me: MeDep,
    fields: FormDep,
) -> Response:
    """The unit names the function that answers."""
    page = _found(web, me, plan, kontroll, enhet)
    if not page.part.may_name:
        raise NotAllowed
    chosen, seen = fields.get(FIELD, ""), fields.get(SEEN)
    if not chosen:
        return _shown(web, me, page, 422, chosen=chosen, fault="Välj en funktion.")
    try:
        with web.changing(me.person, request) as session:
            done = name_owner(
                session, actor=me.person, now=web.now(), plan=plan, control=kontroll, unit=enhet,
                function=chosen, seen=seen,
            )  # fmt: skip
    except Conflict:
        return _shown(web, me, page, 409, chosen=chosen)
    except Refused:
        fault = "Funktionen finns inte. Välj en i listan."
        return _shown(web, me, page, 422, chosen=chosen, fault=fault)
    target = after(shared_path(plan, kontroll, enhet), "utsedd" if done.is_new else "samma")
    return RedirectResponse(target, 303)


def _found(web: Web, me: Visitor, plan: str, control: str, unit: str) -> PartPage:
    with web.reading() as session:
        return part_page(
            session, actor=me.person, now=web.now(), plan=plan, control=control, unit=unit
        )


def _shown(
    web: Web,
    me: Visitor,
    page: PartPage,
    status: int = 200,
    chosen: str | None = None,
    fault: str = "",
    done: str = "",
) -> Response:
    view = part_view(page, me.organisation, web.now(), chosen, fault)
    return web.visitor_page(
        "gemensam.html", me, status, view=view, conflict=status == 409, done=done, here=SHARED
    )
