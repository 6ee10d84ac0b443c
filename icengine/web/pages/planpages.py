"""The pages where a plan is built: its draft, the forms about what stands in it, and its year."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit, Subject, may
from icengine.domain.draft_entries import Kind, moved
from icengine.errors import NotFound
from icengine.services.planfiles import has_protected
from icengine.services.planload import functions_named
from icengine.services.plans import adopted_plan
from icengine.services.planwriting import move_part, plan_desk, register_of
from icengine.web.deps import FormDep, MeDep, WebDep
from icengine.web.pages.plancalendar import adopted_calendar, draft_calendar
from icengine.web.pages.planforms import (
    add,
    change,
    change_facts,
    facts_sheet,
    new_sheet,
    open_desk,
    proposed_id,
    show,
    stored_sheet,
)
from icengine.web.pages.planpaths import NEW, SEGMENTS, anchor, draft_path
from icengine.web.pages.plantimes import control_typed, times_of
from icengine.web.pages.planview import draft_view

router = APIRouter()

DRAFT = "/planer/{key}/utkast"
DONE = {
    "sparat": "Sparat.",
    "samma": "Ingenting är ändrat: så var det redan.",
    "flyttat": "Flyttat.",
    "borta": "Borttaget ur utkastet.",
    "utelamnad": "Risken är utelämnad, och står längst ned.",
    "intagen": "Risken är intagen i planen. Välj nu vad ni gör åt den.",
    "fran-registret": "Riskerna är hämtade från riskregistret.",
    "inlast": "Filen är inläst.",
    "nasta": "Utkastet är börjat, med det som förslaget tog med.",
    "hamtad": "Riskens bedömning är hämtad från riskregistret.",
}
"""What is said on the draft's page after a change, by the word in its address."""
STEPS = {"upp": -1, "ned": 1}


@router.api_route(DRAFT, methods=["GET", "HEAD"])
def draft(key: str, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """The draft as it stands, with everything that is not right yet at the thing it concerns."""
    with web.reading() as session:
        desk = plan_desk(session, actor=me.person, key=key)
        registered = register_of(session, actor=me.person, unit=desk.draft.unit)
    view = draft_view(desk, registered, web.now())
    files = desk.sees_protected or not has_protected(desk.document)
    return web.visitor_page(
        "utkast.html", me, view=view, files=files, done=DONE.get(klart, ""), here="/planer"
    )


@router.api_route(f"{DRAFT}/plan", methods=["GET", "HEAD"])
def facts_page(key: str, web: WebDep, me: MeDep) -> Response:
    """The form about what holds for the whole plan."""
    return show(web, me, facts_sheet(open_desk(web, me, key), {}))


@router.post(f"{DRAFT}/plan")
def send_facts(key: str, web: WebDep, me: MeDep, request: Request, fields: FormDep) -> Response:
    """What holds for the whole plan."""
    return change_facts(web, me, request, key, fields)


def _pages(kind: Kind) -> None:
    """The form about something of a kind, and the one for a new one."""
    at = f"{DRAFT}/{SEGMENTS[kind]}/{{name}}"
    new = (
        f"{DRAFT}/{SEGMENTS[Kind.RISK]}/{{risk}}/{NEW[kind]}"
        if kind.in_risk
        else f"{DRAFT}/{NEW[kind]}"
    )

    def page(key: str, name: str, web: WebDep, me: MeDep) -> Response:
        return show(web, me, stored_sheet(open_desk(web, me, key), kind, name, {}))

    def send(key: str, name: str, web: WebDep, me: MeDep, request: Request, fields: FormDep) -> Response:  # fmt: skip
        return change(web, me, request, key, kind, name, fields)

    def new_page(request: Request, web: WebDep, me: MeDep) -> Response:
        desk = open_desk(web, me, request.path_params["key"])
        risk = request.path_params.get("risk", "")
        return show(web, me, new_sheet(desk, kind, risk, {}, proposed_id(web, me, desk, kind)))

    def send_new(request: Request, web: WebDep, me: MeDep, fields: FormDep) -> Response:
        risk = request.path_params.get("risk", "")
        return add(web, me, request, request.path_params["key"], kind, risk, fields)

    routes: tuple[tuple[str, Callable[..., Response], Callable[..., Response]], ...] = (
        (at, page, send), (new, new_page, send_new),
    )  # fmt: skip
    for path, get, post in routes:
        router.add_api_route(path, get, methods=["GET", "HEAD"], name=f"{get.__name__} {kind}")
        router.add_api_route(path, post, methods=["POST"], name=f"{post.__name__} {kind}")


for _kind in Kind:
    _pages(_kind)


@router.post(f"{DRAFT}/flytta")
def move(key: str, web: WebDep, me: MeDep, request: Request, fields: FormDep) -> Response:
    """Something one place up or down in its list."""
    open_desk(web, me, key)
    kind = next((kind for kind in Kind if str(kind) == fields.get("vad", "")), None)
    step, name = STEPS.get(fields.get("steg", "")), fields.get("om", "")
    if kind is None or step is None:
        raise NotFound
    with web.changing(me.person, request) as session:
        move_part(
            session, actor=me.person, now=web.now(), key=key, kind=kind, name=name,
            seen=fields.get("sett", ""), change=lambda document, spot: moved(document, spot, step),
        )  # fmt: skip
    return RedirectResponse(f"{draft_path(key)}?klart=flyttat#{anchor(kind, name)}", 303)


# -- how often, read back --


@router.api_route("/planer/{key}/frekvens", methods=["GET", "HEAD"])
def frequency(key: str, web: WebDep, me: MeDep, request: Request) -> Response:
    """The dates of a control while it is being written: a part of a page."""
    with web.reading() as session:
        desk = plan_desk(session, actor=me.person, key=key)
    times = times_of(desk, control_typed(desk, dict(request.query_params)))
    return web.visitor_page("utkast-datum.html", me, times=times, year=desk.draft.year)


# -- the year --


@router.api_route(f"{DRAFT}/kalender", methods=["GET", "HEAD"])
def draft_year(key: str, web: WebDep, me: MeDep) -> Response:
    """What the draft's year would be."""
    with web.reading() as session:
        desk = plan_desk(session, actor=me.person, key=key)
        named = functions_named(session, actor=me.person, plan=desk.plan, key=key)
    view = draft_calendar(desk, named)
    return web.visitor_page("kalender.html", me, view=view, here="/planer")


@router.api_route("/planer/{key}/kalender", methods=["GET", "HEAD"])
def adopted_year(key: str, web: WebDep, me: MeDep) -> Response:
    """The year of the plan that is adopted."""
    with web.reading() as session:
        adopted = adopted_plan(session, actor=me.person, key=key)
        named = functions_named(session, actor=me.person, plan=adopted.plan, key=key)
    sees = may(me.person, Permit.READ_PROTECTED, Subject(adopted.plan.unit))
    view = adopted_calendar(adopted, me.organisation, sees, named)
    return web.visitor_page("kalender.html", me, view=view, here="/planer")
