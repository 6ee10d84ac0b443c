"""A person's register extract: one's own, and anybody's for whoever administers the whole."""

from __future__ import annotations

import json

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit, Subject, may
from icengine.domain.extract import Extract
from icengine.domain.pseudonym import former
from icengine.errors import NotFound
from icengine.services.login import Visitor
from icengine.services.personal import extract, number_of
from icengine.web.deps import FormDep, MeDep, Web, WebDep, row_number
from icengine.web.pages.fields import Field, Form
from icengine.web.pages.paths import PEOPLE, person_path

router = APIRouter()


@router.api_route("/jag/uppgifter", methods=["GET", "HEAD"])
def my_data(web: WebDep, me: MeDep) -> Response:
    """Everything that is stored about me."""
    return web.visitor_page("uppgifter.html", me, extract=_own(web, me), here="/jag")


@router.api_route("/jag/uppgifter.json", methods=["GET", "HEAD"])
def my_data_as_file(web: WebDep, me: MeDep) -> Response:
    """The same as a file."""
    return _file(_own(web, me))


def _own(web: Web, me: Visitor) -> Extract:
    with web.at_one_moment() as session:
        return extract(session, actor=me.person, now=web.now(), number=me.person.id)


@router.api_route("/registerutdrag", methods=["GET", "HEAD"])
def ask(web: WebDep, me: MeDep) -> Response:
    """Whose extract is wanted."""
    _require(me)
    return _asking(web, me, _asked())


@router.post("/registerutdrag")
def look_up(web: WebDep, me: MeDep, fields: FormDep) -> Response:
    """To the extract of whoever has that address; it is sent so that no page's address holds it."""
    _require(me)
    form = _asked().typed(fields)
    with web.reading() as session:
        email = form.fields[0].value
        number = number_of(session, actor=me.person, email=email)
    if number is None:
        fault = (
            f"Ingen i registret har adressen {email[:80]}." if email else "Skriv e-postadressen."
        )
        return _asking(web, me, form.with_faults({"e": fault}), 422)
    return RedirectResponse(person_path(number, "utdrag"), 303)


def _asked() -> Form:
    hint = "Den som är gallrad eller aldrig har haft en funktion eller roll har ingen adress här."
    field = Field("e", "E-postadress", "email", hint=hint)
    return Form("Registerutdrag", (field,), "Ta fram utdraget", PEOPLE, "Personer")


def _asking(web: Web, me: Visitor, form: Form, status: int = 200) -> Response:
    return web.visitor_page("registerutdrag.html", me, status, form=form, here=PEOPLE)


def _require(me: Visitor) -> None:
    if not may(me.person, Permit.ADMINISTER, Subject(me.organisation.root.id)):
        raise NotFound


@router.api_route("/personer/{nummer}/utdrag", methods=["GET", "HEAD"])
def somebodys_data(nummer: str, request: Request, web: WebDep, me: MeDep) -> Response:
    """Everything that is stored about somebody; that it was looked at is an event."""
    found = _somebodys(web, me, request, nummer)
    assert found.number is not None
    return web.visitor_page(
        "utdrag.html",
        me,
        extract=found,
        name=found.email or former(found.number),
        file=person_path(found.number, "utdrag.json"),
        here=PEOPLE,
    )


@router.api_route("/personer/{nummer}/utdrag.json", methods=["GET", "HEAD"])
def somebodys_data_as_file(nummer: str, request: Request, web: WebDep, me: MeDep) -> Response:
    """The same as a file."""
    return _file(_somebodys(web, me, request, nummer))


def _somebodys(web: Web, me: Visitor, request: Request, nummer: str) -> Extract:
    _require(me)
    number = row_number(nummer)
    with web.changing(me.person, request) as session:
        return extract(session, actor=me.person, now=web.now(), number=number)


def _file(found: Extract) -> Response:
    name = f"registerutdrag-{found.number}.json"
    return Response(
        json.dumps(found.to_json(), ensure_ascii=False, indent=2) + "\n",
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
