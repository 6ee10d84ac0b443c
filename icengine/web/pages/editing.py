"""One way to change the organisation from a page: show a form, read it, carry it out, say so.

What was typed is kept when something is wrong. The form says which version of the organisation it
was thought out from: whoever comes second to the same thing is told, and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit, Person, Subject, may
from icengine.domain.calendar import local_date
from icengine.domain.people import Grant, Holding, Organisation, Unit
from icengine.domain.task import figure
from icengine.errors import Conflict, NotAllowed, NotFound, Refused
from icengine.services.login import Visitor
from icengine.services.people import (
    Changed,
    check_unchanged,
    current_version,
    numbered_version,
    person_numbers,
)
from icengine.store.db import Session
from icengine.web.deps import FormDep, MeDep, Web, WebDep
from icengine.web.pages.fields import Form, Reading

DONE: dict[str, str] = {
    "enhet-tillagd": "Enheten är tillagd.",
    "enhet-andrad": "Enheten är ändrad.",
    "enhet-flyttad": "Flytten är sparad.",
    "enhet-upphor": "Enhetens sista dag är sparad. Planer och historik finns kvar.",
    "enheter-ihop": "Enheterna är sammanslagna. Här är den nya, med deras historik.",
    "funktion-tillagd": "Funktionen är tillagd. Nu kan du ge den till någon.",
    "funktion-andrad": "Funktionen hör nu till en annan enhet.",
    "funktion-given": "Sparat. Den som har fått funktionen får också dess uppgifter och mejl.",
    "ersattare-utsedd": "Ersättaren är utsedd.",
    "tid-avslutad": "Sista dagen är sparad.",
    "roll-given": "Rollen är given.",
    "roll-avslutad": "Rollens sista dag är sparad.",
    "installningar": "Inställningarna är sparade.",
    "riskskala": "Skalan är sparad. Risker som redan är värderade behåller sina siffror.",
    "samma": "Ingenting är ändrat: så var det redan.",
}
"""What is said on the page after a change, by the word in its address."""


@dataclass(frozen=True)
class Desk:
    """What the pages of the organisation work with."""

    actor: Person
    organisation: Organisation
    """As it is."""
    version: int
    now: datetime
    asked: Mapping[str, str]
    """What the address, or the form that was sent, says."""
    base: Organisation
    """As it was in the version that the reader acts on: the one asked for, or the newest."""
    base_version: int
    numbers: Mapping[str, int]
    """Address -> number, of the people that the page may lead to."""

    @property
    def today(self) -> date:
        """The day."""
        return local_date(self.now)

    @cached_property
    def present(self) -> frozenset[str]:
        """Addresses of those who have a function or a role, now or to come: who has not left."""
        return self.organisation.addresses(self.today)

    def may(self, permit: Permit, unit: str) -> bool:
        """May the reader do this there?"""
        return may(self.actor, permit, Subject(unit))

    def unit(self, id: str) -> Unit:
        """A unit that the reader knows. Raises NotFound."""
        found = self.organisation.unit(id)
        if found is None or not self.may(Permit.KNOW, id):
            raise NotFound
        return found

    def own_unit(self, id: str) -> Unit:
        """A unit that the reader administers. Raises NotFound, or NotAllowed where it is known."""
        found = self.unit(id)
        if not self.may(Permit.ADMINISTER, id):
            raise NotAllowed
        return found

    def own_units(self) -> tuple[Unit, ...]:
        """The units that the reader administers, without those that have ended."""
        return tuple(
            unit
            for unit in self.organisation.units
            if self.may(Permit.ADMINISTER, unit.id) and (not unit.end or unit.end >= self.today)
        )

    def people(self) -> frozenset[str]:
        """Addresses of those who have, or will have, a function or a role where the reader
        administers."""
        own = self.organisation
        functions = (f for f in own.functions if self.may(Permit.ADMINISTER, f.unit))
        grants = (g for g in own.grants if g.email and self.may(Permit.ADMINISTER, g.unit))
        times: list[Holding | Grant] = [*(h for f in functions for h in f.holders), *grants]
        return frozenset(t.email for t in times if t.end is None or t.end >= self.today)

    def person(self, om: str) -> tuple[int, str]:
        """One of them by number, with the address. Raises NotFound."""
        number = figure(om)
        email = next((email for email, n in self.numbers.items() if n == number), "")
        if number is None or email not in self.people():
            raise NotFound
        return number, email


def desk(web: Web, me: Visitor, asked: Mapping[str, str]) -> Desk:
    """The organisation on the desk of somebody who knows some of it. Raises NotFound for others."""
    if not any(permit is Permit.KNOW for permit, _ in me.person.rights):
        raise NotFound
    with web.reading() as session:
        organisation, version = current_version(session, actor=me.person)
        base, number = organisation, figure(asked.get("version", "")) or version
        if 0 < number < version:
            base = numbered_version(session, actor=me.person, version=number)
        ever = organisation.addresses(date.min)
        numbers = person_numbers(session, actor=me.person, emails=ever)
    return Desk(
        me.person, organisation, version, web.now(), asked, base, min(number, version), numbers
    )


@dataclass(frozen=True)
class Deed:
    """What a form that was sent asks for."""

    service: Callable[..., Changed]
    values: Mapping[str, Any]
    part: Callable[[Organisation], object]
    """What must be as it was when the form was shown."""
    target: str
    """The page to show after it."""
    done: str
    """Which of DONE it then says."""


Show = Callable[[Desk, str], Form]
"""The form about something, as it is stored. Raises NotFound or NotAllowed."""
Act = Callable[[Desk, str, Reading], Deed | Form]
"""What a read form asks for, not carried out where the reading has noted faults; or the form to show
in its place, where nothing was to be carried out yet."""


def serve(router: APIRouter, path: str, show: Show, act: Act) -> None:
    """A form under an address; {om} in it names what it is about."""

    def page(web: WebDep, me: MeDep, request: Request) -> Response:
        about = request.path_params.get("om", "")
        found = desk(web, me, dict(request.query_params))
        return _shown(web, me, found, show(found, about))

    def send(web: WebDep, me: MeDep, request: Request, fields: FormDep) -> Response:
        about = request.path_params.get("om", "")
        return _carried_out(web, me, request, desk(web, me, fields), about, show, act)

    router.add_api_route(path, page, methods=["GET", "HEAD"], name=show.__name__)
    router.add_api_route(path, send, methods=["POST"], name=act.__name__)


def _carried_out(
    web: Web, me: Visitor, request: Request, found: Desk, about: str, show: Show, act: Act
) -> Response:
    stored = show(found, about)
    form = stored.typed(found.asked)
    reading = Reading(form)
    deed = act(found, about, reading)
    if isinstance(deed, Form):
        return _shown(web, me, found, deed)
    if reading.faults:
        return _shown(web, me, found, form.with_faults(reading.faults), 422)
    try:
        with web.changing(found.actor, request) as session:
            changed = _done(session, found, deed)
    except Conflict:
        fresh = replace(found, base_version=found.version)
        if form.hidden:  # it names something by its place in that version, which is gone
            fresh = found
        return _shown(web, me, fresh, form.beside(stored), 409)
    except Refused as error:
        return _shown(web, me, found, form, 422, said=str(error))
    return RedirectResponse(after(deed.target, deed.done if changed.version else "samma"), 303)


def _done(session: Session, found: Desk, deed: Deed) -> Changed:
    check_unchanged(session, actor=found.actor, version=found.base_version, part=deed.part)
    return deed.service(session, actor=found.actor, now=found.now, **deed.values)


def after(target: str, done: str) -> str:
    """The address of a page that says what was done."""
    return f"{target}?klart={done}"


def _shown(
    web: Web, me: Visitor, found: Desk, form: Form, status: int = 200, said: str = ""
) -> Response:
    return web.visitor_page(
        form.template,
        me,
        status,
        form=form,
        version=found.base_version,
        conflict=status == 409,
        said=said,
        done=DONE.get(found.asked.get("klart", ""), "") if status == 200 else "",
        here="/personer" if form.back.startswith("/personer") else "/organisation",
    )
