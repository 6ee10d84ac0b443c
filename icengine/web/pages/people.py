"""People: who has which function and role, for whoever administers.

A person's address is their number, and the list is asked for by unit and role only: what stands in
an address of a page is logged on the way, so no e-mail address may come to stand there.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from icengine.domain.access import Permit, somewhere
from icengine.domain.people import GIVEN_ROLES
from icengine.errors import NotFound
from icengine.web.deps import MeDep, WebDep
from icengine.web.pages.editing import DONE, desk
from icengine.web.pages.peopleview import people_view, person_view

router = APIRouter()


@router.api_route("/personer", methods=["GET", "HEAD"])
def people(web: WebDep, me: MeDep, enhet: str = "", roll: str = "") -> Response:
    """Everybody who has a function or a role."""
    if not somewhere(me.person, Permit.ADMINISTER):
        raise NotFound
    roles = tuple(str(role) for role in GIVEN_ROLES)
    view = people_view(desk(web, me, {}), enhet, roll if roll in roles else "")
    return web.visitor_page("personer.html", me, view=view, roles=roles, here="/personer")


@router.api_route("/personer/{nummer}", methods=["GET", "HEAD"])
def person(nummer: str, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """One person's functions and roles over time."""
    view = person_view(desk(web, me, {}), nummer)
    return web.visitor_page(
        "person.html", me, view=view, done=DONE.get(klart, ""), here="/personer"
    )
