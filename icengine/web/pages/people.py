"""People: who has which function and role, for whoever administers.

A person's address is their number, and the list is asked for by unit and role only: what stands in
an address of a page is logged on the way, so no e-mail address may come to stand there.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from icengine.domain.access import Permit, Subject, may, somewhere
from icengine.domain.people import GIVEN_ROLES
from icengine.errors import NotFound
from icengine.services.login import Visitor
from icengine.web.deps import MeDep, WebDep
from icengine.web.pages.editing import DONE, desk
from icengine.web.pages.paths import person_path
from icengine.web.pages.peopleview import people_view, person_view

router = APIRouter()


@router.api_route("/personer", methods=["GET", "HEAD"])
def people(web: WebDep, me: MeDep, enhet: str = "", roll: str = "") -> Response:
    """Everybody who has a function or a role."""
    if not somewhere(me.person, Permit.ADMINISTER):
        raise NotFound
    roles = tuple(str(role) for role in GIVEN_ROLES)
    view = people_view(desk(web, me, {}), enhet, roll if roll in roles else "")
    return web.visitor_page(
        "personer.html", me, view=view, roles=roles, whole=_whole(me), here="/personer"
    )


@router.api_route("/personer/{nummer}", methods=["GET", "HEAD"])
def person(nummer: str, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """One person's functions and roles over time."""
    found = desk(web, me, {})
    view = person_view(found, nummer)
    extract = person_path(found.numbers[view.email], "utdrag") if _whole(me) else ""
    done = DONE.get(klart, "")
    return web.visitor_page(
        "person.html", me, view=view, extract=extract, done=done, here="/personer"
    )


def _whole(me: Visitor) -> bool:
    """Does the reader administer the whole organisation?"""
    return may(me.person, Permit.ADMINISTER, Subject(me.organisation.root.id))
