"""Controls that wait for something to happen: the list of one's own, and registering an occasion, by any
link to the function that answers them and logged in.

No address here holds the secret of a link: the pages lead to each other by where they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Link, Person
from icengine.domain.event_controls import DATE, SEEN, WHAT
from icengine.domain.task import figure, read_date
from icengine.errors import Conflict, TooMany
from icengine.services.event_controls import (
    EVENTS,
    EventControl,
    event_control,
    event_controls,
    register_event,
)
from icengine.services.login import Visitor
from icengine.services.people import known_organisation
from icengine.services.tasks import follow_link
from icengine.web.deps import FormDep, MeDep, Web, WebDep, site_of
from icengine.web.errors import STATUS
from icengine.web.pages.eventcontrolview import control_view, event_form
from icengine.web.pages.fields import Form

router = APIRouter()

PART = "{plan}/{kontroll}/{enhet}"


@dataclass(frozen=True)
class Holder:
    """Somebody who came to these pages."""

    actor: Link | Person
    me: Visitor | None = None
    """Whoever is logged in, where that was the way."""


def _by_link(nyckel: str, request: Request, web: WebDep) -> Holder:
    with web.guarding(request), web.reading() as session:
        return Holder(follow_link(session, secret=nyckel).actor)


def _by_login(me: MeDep) -> Holder:
    return Holder(me.person, me)


LinkDep = Annotated[Holder, Depends(_by_link)]
LoginDep = Annotated[Holder, Depends(_by_login)]


@router.api_route("/svar/{nyckel}/vid-behov", methods=["GET", "HEAD"])
def by_link(who: LinkDep, web: WebDep) -> Response:
    """The event controls of the function that a link was sent to."""
    return _list(web, who)


@router.api_route(EVENTS, methods=["GET", "HEAD"])
def own(who: LoginDep, web: WebDep) -> Response:
    """The event controls that the reader answers."""
    return _list(web, who)


@router.api_route(f"/svar/{{nyckel}}/vid-behov/{PART}", methods=["GET", "HEAD"])
def form_by_link(plan: str, kontroll: str, enhet: str, who: LinkDep, web: WebDep) -> Response:
    """What happened?"""
    return _page(web, who, (plan, kontroll, enhet))


@router.post(f"/svar/{{nyckel}}/vid-behov/{PART}")
def register_by_link(
    plan: str,
    kontroll: str,
    enhet: str,
    who: LinkDep,
    request: Request,
    web: WebDep,
    fields: FormDep,
) -> Response:
    """It is registered, and its task opens."""
    return _registered(web, who, (plan, kontroll, enhet), request, fields)


@router.api_route(f"{EVENTS}/{PART}", methods=["GET", "HEAD"])
def own_form(plan: str, kontroll: str, enhet: str, who: LoginDep, web: WebDep) -> Response:
    """The same, logged in."""
    return _page(web, who, (plan, kontroll, enhet))


@router.post(f"{EVENTS}/{PART}")
def register_own(
    plan: str,
    kontroll: str,
    enhet: str,
    who: LoginDep,
    request: Request,
    web: WebDep,
    fields: FormDep,
) -> Response:
    """The same, logged in."""
    return _registered(web, who, (plan, kontroll, enhet), request, fields)


def _list(web: Web, who: Holder) -> Response:
    with web.reading() as session:
        found = event_controls(session, actor=who.actor, now=web.now())
        site = site_of(known_organisation(session), web.now())
    items = [control_view(item, web.now(), logged_in=who.me is not None) for item in found]
    return web.page("vid-behov.html", site, 200, who.me, items=items)


def _found(web: Web, who: Holder, part: tuple[str, str, str]) -> EventControl:
    plan, control, unit = part
    with web.reading() as session:
        return event_control(
            session, actor=who.actor, now=web.now(), plan=plan, control=control, unit=unit
        )


def _page(web: Web, who: Holder, part: tuple[str, str, str]) -> Response:
    found = _found(web, who, part)
    return _form_page(web, who, event_form(found, web.now()))


def _registered(
    web: Web,
    who: Holder,
    part: tuple[str, str, str],
    request: Request,
    fields: Mapping[str, str],
) -> Response:
    form = event_form(_found(web, who, part), web.now()).typed(fields)
    plan, control, unit = part
    try:
        with web.changing(who.actor, request) as session:
            done = register_event(
                session,
                actor=who.actor,
                now=web.now(),
                plan=plan,
                control=control,
                unit=unit,
                happened=read_date(form[DATE].value),
                what=form[WHAT].value,
                seen=figure(fields.get(SEEN, "")),
            )
    except (Conflict, TooMany) as error:
        # The form counts what is registered now: sent once more it is another occasion.
        fresh = replace(form, button="Registrera igen") if isinstance(error, Conflict) else form
        return _form_page(web, who, fresh, STATUS[type(error)], str(error))
    if done.faults:
        wrong = {fault.field: f"{fault.message}." for fault in done.faults}
        return _form_page(web, who, form.with_faults(wrong), 422)
    target = f"/svar/{done.secret}" if done.secret else f"/uppgifter/{done.task}"
    return RedirectResponse(target, 303)


def _form_page(web: Web, who: Holder, form: Form, status: int = 200, said: str = "") -> Response:
    site = web.site()
    return web.page(
        form.template, site, status, who.me, form=form, said=said, version="", conflict=False,
        done="", earlier=(),
    )  # fmt: skip
