"""The organisation's pages: the tree, a unit, a function, and the whole as a file."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from icengine.domain.access import Permit
from icengine.domain.directory_document import seen_document
from icengine.errors import NotAllowed, NotFound
from icengine.intake.yamlfile import write_yaml
from icengine.web.deps import MeDep, WebDep
from icengine.web.pages.editing import DONE, desk
from icengine.web.pages.organisationview import function_view, tree_view, unit_view
from icengine.web.pages.paths import FILE, LAYOUTS, RISK_SCALE, SETTINGS, unit_id, unit_path

router = APIRouter()


@router.api_route("/organisation", methods=["GET", "HEAD"])
def whole(web: WebDep, me: MeDep, klart: str = "") -> Response:
    """The units that the reader knows, as a tree."""
    found = desk(web, me, {})
    root = found.organisation.root.id
    administers = found.may(Permit.ADMINISTER, root)
    own = [unit.id for unit in found.own_units()]
    return web.visitor_page(
        "organisation.html",
        me,
        tree=tree_view(found),
        name=found.organisation.name,
        add=unit_path(root if root in own else own[0], "ny-enhet") if own else "",
        scale=RISK_SCALE,
        settings=SETTINGS if administers else "",
        layouts=LAYOUTS if administers else "",
        file=FILE if administers else "",
        unfinished=administers and not found.organisation.contact,
        done=DONE.get(klart, ""),
        here="/organisation",
    )


@router.api_route("/organisation/fil", methods=["GET", "HEAD"])
def as_file(web: WebDep, me: MeDep) -> Response:
    """The organisation as a file to change and read in again."""
    found = desk(web, me, {})
    root = found.organisation.root.id
    if not found.may(Permit.ADMINISTER, root):
        raise NotAllowed if found.may(Permit.KNOW, root) else NotFound
    text = write_yaml(seen_document(found.organisation, found.version, found.actor))
    name = f"organisation-{found.version}.yaml"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), media_type="application/yaml; charset=utf-8", headers=headers)


@router.api_route("/organisation/funktioner/{namn:path}", methods=["GET", "HEAD"])
def function_page(namn: str, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """A function and those who have it."""
    view = function_view(desk(web, me, {}), namn)
    return web.visitor_page(
        "funktion.html", me, view=view, done=DONE.get(klart, ""), here="/organisation"
    )


@router.api_route("/organisation/{enhet}", methods=["GET", "HEAD"])
def unit_page(enhet: str, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """A unit with its place, history, functions and roles."""
    found = desk(web, me, {})
    view = unit_view(found, found.unit(unit_id(enhet)))
    return web.visitor_page(
        "enhet.html", me, view=view, done=DONE.get(klart, ""), here="/organisation"
    )
