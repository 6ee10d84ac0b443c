"""Samlade rapporter: which there are, a unit's whole for a year, and what kommunstyrelsen enters."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.task import Fault
from icengine.domain.whole_facts import DONE as DONE_FIELD
from icengine.domain.whole_facts import LATE, NOTE, OPEN, REASON, VERDICT
from icengine.errors import NotAllowed, NotFound, Refused
from icengine.services.login import Visitor
from icengine.services.whole import WholeDesk, desk, enter_totals, judge, wholes
from icengine.web.deps import FormDep, MeDep, Web, WebDep
from icengine.web.pages.fields import Form
from icengine.web.pages.paths import WHOLES, whole_path
from icengine.web.pages.wholeview import (
    level_field,
    list_view,
    read_number,
    totals_form,
    unit_of,
    verdict_form,
    whole_view,
)

router = APIRouter()

ONE = "/samlad/{key}"
UNIT = f"{ONE}/enheter/{{enhet}}"
DONE = {
    "bedomd": "Bedömningen är sparad.",
    "summor": "Summorna är sparade.",
}
"""What is said after a deed, by the word in the page's address."""


@router.api_route(WHOLES, methods=["GET", "HEAD"])
def listed(web: WebDep, me: MeDep) -> Response:
    """Every unit with others under it whose whole the reader may read, and its years."""
    with web.reading() as session:
        found = wholes(session, actor=me.person, now=web.now())
    return web.visitor_page("samlade.html", me, lines=list_view(found), here=WHOLES)


@router.api_route(ONE, methods=["GET", "HEAD"])
def one(key: str, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """A unit's whole for a year, unit by unit."""
    view = whole_view(_desk(web, me, key))
    return web.visitor_page("samlad.html", me, view=view, done=DONE.get(klart, ""), here=WHOLES)


@router.api_route(UNIT, methods=["GET", "HEAD"])
def judging(key: str, enhet: str, web: WebDep, me: MeDep) -> Response:
    """The form for kommunstyrelsen's verdict of a unit, or of the whole."""
    return _form(web, me, _may_judge(web, me, key), enhet, verdict_form)


@router.post(UNIT)
def judged(
    key: str, enhet: str, web: WebDep, me: MeDep, request: Request, fields: FormDep
) -> Response:
    """Save the verdict."""
    found = _may_judge(web, me, key)
    form = verdict_form(found, enhet).typed(fields)
    with web.changing(me.person, request) as session:
        wrong = judge(
            session, actor=me.person, now=web.now(), key=key, unit=enhet,
            verdict=form[VERDICT].value, reason=form[REASON].value,
        )  # fmt: skip
    return _answer(web, me, found, form, wrong, "bedomd")


@router.api_route(f"{UNIT}/summor", methods=["GET", "HEAD"])
def counting(key: str, enhet: str, web: WebDep, me: MeDep) -> Response:
    """The form for a unit that keeps its controls elsewhere."""
    return _form(web, me, _may_judge(web, me, key), enhet, totals_form)


@router.post(f"{UNIT}/summor")
def counted(
    key: str, enhet: str, web: WebDep, me: MeDep, request: Request, fields: FormDep
) -> Response:
    """Save the sums."""
    found = _may_judge(web, me, key)
    form = totals_form(found, enhet).typed(fields)
    levels = found.facts.organisation.ratings.ids
    numbers = {name: read_number(form[name].value) for name in _numbers(levels)}
    wrong: tuple[Fault, ...] = tuple(
        Fault(name, "Skriv ett heltal, till exempel 12") for name, n in numbers.items() if n is None
    )
    read = {name: n or 0 for name, n in numbers.items()}
    if not wrong:
        try:
            with web.changing(me.person, request) as session:
                wrong = enter_totals(
                    session, actor=me.person, now=web.now(), key=key, unit=enhet,
                    levels={id: read[level_field(id)] for id in levels}, done=read[DONE_FIELD],
                    open_actions=read[OPEN], late_actions=read[LATE], note=form[NOTE].value,
                )  # fmt: skip
        except Refused as error:
            return _shown(web, me, form, 409, str(error))
    return _answer(web, me, found, form, wrong, "summor")


def _numbers(levels: tuple[str, ...]) -> tuple[str, ...]:
    return (*map(level_field, levels), DONE_FIELD, OPEN, LATE)


def _desk(web: Web, me: Visitor, key: str) -> WholeDesk:
    with web.reading() as session:
        return desk(session, actor=me.person, now=web.now(), key=key)


def _may_judge(web: Web, me: Visitor, key: str) -> WholeDesk:
    """Raises NotFound, and NotAllowed for whoever only reads."""
    found = _desk(web, me, key)
    if not found.may_judge:
        raise NotAllowed
    return found


def _form(
    web: Web, me: Visitor, found: WholeDesk, unit: str, make: Callable[[WholeDesk, str], Form]
) -> Response:
    if unit_of(found, unit) is None:
        raise NotFound
    return _shown(web, me, make(found, unit))


def _shown(web: Web, me: Visitor, form: Form, status: int = 200, said: str = "") -> Response:
    return web.visitor_page(
        "formular.html", me, status, form=form, said=said, conflict=False, version="", done="",
        here=WHOLES,
    )  # fmt: skip


def _answer(
    web: Web, me: Visitor, found: WholeDesk, form: Form, wrong: tuple[Fault, ...], word: str
) -> Response:
    if wrong:
        form = form.with_faults({fault.field: f"{fault.message}." for fault in wrong})
        return _shown(web, me, form, 422)
    key = f"{found.facts.unit.id}-{found.facts.year}"
    return RedirectResponse(f"{whole_path(key)}?klart={word}", 303)
