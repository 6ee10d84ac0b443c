"""What is taken out of a draft, left out of it, and taken into it from the risk register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.draft import Document, mark
from icengine.domain.draft_entries import (
    Kind,
    Spot,
    added,
    assessed_as,
    entry_of,
    left_out,
    named,
    own,
    part,
    taken_in,
    with_part,
    without,
)
from icengine.domain.node import as_node, plain
from icengine.domain.plan_difference import assessment_parts
from icengine.domain.plan_document import assessment_document
from icengine.domain.risk import AssessedRisk
from icengine.domain.text import one_line, recorded
from icengine.domain.words import capital
from icengine.errors import Conflict, NotAllowed, NotFound
from icengine.services.drafts import change_draft
from icengine.services.login import Visitor
from icengine.services.planwriting import PlanDesk, change_part, register_of
from icengine.store.register import Registered
from icengine.web.deps import FormDep, MeDep, Web, WebDep
from icengine.web.pages.planforms import WORDS, open_desk
from icengine.web.pages.planpaths import REGISTER, SEGMENTS, anchor, draft_path, part_path
from icengine.web.pages.wording import Mark, level_mark

router = APIRouter()

DRAFT = "/planer/{key}/utkast"
MOST = 200
"""Risks of the register on one page."""
TAKE, LEAVE = "ta-in", "utelamna"


# -- out of the draft --


@dataclass(frozen=True)
class OutView:
    """What is taken out, and how."""

    title: str
    kind: Kind
    address: str
    back: str
    seen: str
    within: int
    """Controls and direktåtgärder that go with a risk."""
    word: str
    """ "kontrollen"."""
    conflict: bool = False
    reason: str = ""
    how: str = ""


def _out_view(desk: PlanDesk, kind: Kind, name: str) -> OutView:
    spot = named(desk.document, kind).get(name)
    if spot is None:
        raise NotFound
    entry = part(desk.document, spot)
    if desk.hidden(kind, entry):
        raise NotAllowed
    holder = entry if isinstance(entry, dict) else {}
    words = [str(holder.get(key) or "") for key in ("id", "titel")]
    lists = [holder.get(str(k)) for k in (Kind.CONTROL, Kind.ACTION)]
    key = desk.draft.key
    return OutView(
        one_line(" ".join(words)) or capital(WORDS[kind]), kind, part_path(key, kind, name, "ta-bort"),
        f"{draft_path(key)}#{anchor(kind, name)}", mark(entry if isinstance(entry, dict) else None),
        sum(len(some) for some in lists if isinstance(some, list)), WORDS[kind],
    )  # fmt: skip


def _take_out(kind: Kind) -> None:
    path = f"{DRAFT}/{SEGMENTS[kind]}/{{name}}/ta-bort"

    def page(key: str, name: str, web: WebDep, me: MeDep) -> Response:
        view = _out_view(open_desk(web, me, key), kind, name)
        return web.visitor_page("utkast-ta-bort.html", me, view=view, here="/planer")

    def send(key: str, name: str, web: WebDep, me: MeDep, request: Request, fields: FormDep) -> Response:  # fmt: skip
        view = _out_view(open_desk(web, me, key), kind, name)
        leaves = kind is Kind.RISK and fields.get("hur") == LEAVE
        reason = recorded(fields.get("skal", ""))

        def change(document: Document, spot: Spot) -> Document:
            return left_out(document, spot, reason) if leaves else without(document, spot)

        try:
            _changed(web, me, request, key, kind, name, fields.get("sett", ""), change)
        except Conflict:
            again = replace(view, conflict=True, reason=reason, how=fields.get("hur", ""))
            return web.visitor_page("utkast-ta-bort.html", me, 409, view=again, here="/planer")
        done = "utelamnad#utelamnade" if leaves else "borta"
        return RedirectResponse(f"{draft_path(key)}?klart={done}", 303)

    router.add_api_route(path, page, methods=["GET", "HEAD"], name=f"out {kind}")
    router.add_api_route(path, send, methods=["POST"], name=f"take out {kind}")


for _kind in Kind:
    _take_out(_kind)


def _changed(web: Web, me: Visitor, request: Request, key: str, kind: Kind, name: str, seen: str,
             change: Callable[[Document, Spot], Document], whole: bool = True) -> None:  # fmt: skip
    with web.changing(me.person, request) as session:
        change_part(
            session, actor=me.person, now=web.now(), key=key, kind=kind, name=name, seen=seen,
            change=change, whole=whole,
        )  # fmt: skip


@router.api_route(f"{DRAFT}/utelamnade/{{name}}/ta-in", methods=["GET", "HEAD"])
def in_page(key: str, name: str, web: WebDep, me: MeDep) -> Response:
    """A risk that was left out, to take in after all."""
    view = _out_view(open_desk(web, me, key), Kind.LEFT_OUT, name)
    address = part_path(key, Kind.LEFT_OUT, name, TAKE)
    return web.visitor_page(
        "utkast-ta-bort.html", me, view=replace(view, address=address, how=TAKE), here="/planer"
    )


@router.post(f"{DRAFT}/utelamnade/{{name}}/ta-in")
def take_in(key: str, name: str, web: WebDep, me: MeDep, request: Request, fields: FormDep) -> Response:  # fmt: skip
    """It is among the plan's risks."""
    open_desk(web, me, key)

    def change(document: Document, spot: Spot) -> Document:
        if not isinstance(part(document, spot), dict):
            raise NotFound
        return taken_in(document, spot)

    _changed(web, me, request, key, Kind.LEFT_OUT, name, fields.get("sett", ""), change)
    return RedirectResponse(f"{draft_path(key)}?klart=intagen#{anchor(Kind.RISK, name)}", 303)


# -- from the register --


@dataclass(frozen=True)
class RegisterLine:
    """A risk of the register that is not in the draft."""

    id: str
    title: str
    sentence: str
    area: str
    zone: Mark | None
    value: str


@dataclass(frozen=True)
class Differing:
    """A risk that the register says something else of than the draft."""

    title: str
    address: str
    seen: str
    parts: tuple[tuple[str, str, str], ...]
    """(what, in the draft, in the register)."""


@dataclass(frozen=True)
class RegisterView:
    """The whole page."""

    key: str
    address: str
    back: str
    lines: tuple[RegisterLine, ...]
    more: int
    differing: tuple[Differing, ...]
    unit: str


@router.api_route(f"{DRAFT}/register", methods=["GET", "HEAD"])
def register_page(key: str, web: WebDep, me: MeDep) -> Response:
    """The register's risks that are not in the draft, and those that it says something else of."""
    desk = open_desk(web, me, key)
    with web.reading() as session:
        found = register_of(session, actor=me.person, unit=desk.draft.unit)
    return web.visitor_page(
        "utkast-register.html", me, view=_register_view(desk, found), here="/planer"
    )


@router.post(f"{DRAFT}/register")
def take_from_register(
    key: str, web: WebDep, me: MeDep, request: Request, fields: FormDep
) -> Response:
    """The chosen risks are taken in or left out; those that somebody has taken meanwhile stay so."""
    desk = open_desk(web, me, key)
    with web.changing(me.person, request) as session:
        found = register_of(session, actor=me.person, unit=desk.draft.unit)

        def change(document: Document) -> Document:
            return _with_chosen(document, found, fields)

        saved = change_draft(
            session, actor=me.person, now=web.now(), key=key, change=change,
            part=lambda _: None, seen=mark(None),
        )  # fmt: skip
    done = "fran-registret" if saved.is_new else "samma"
    return RedirectResponse(f"{draft_path(key)}?klart={done}", 303)


def _with_chosen(
    document: Document, found: Sequence[Registered], fields: Mapping[str, str]
) -> Document:
    there = _in_draft(document)
    for item in found:
        id, how = item.risk.id, fields.get(f"val-{item.risk.id}", "")
        if id.casefold() in there or how not in (TAKE, LEAVE):
            continue
        entry = _spelled(item.risk)
        if how == TAKE:
            document = added(document, Kind.RISK, entry)
        else:
            reason = recorded(fields.get(f"skal-{id}", ""))
            document = added(document, Kind.LEFT_OUT, entry | ({"skäl": reason} if reason else {}))
    return document


@router.post(f"{DRAFT}/register/{{name}}")
def fetch(
    key: str, name: str, web: WebDep, me: MeDep, request: Request, fields: FormDep
) -> Response:
    """A risk of the draft is weighed as the register says."""
    desk = open_desk(web, me, key)
    with web.reading() as session:
        found = register_of(session, actor=me.person, unit=desk.draft.unit)
    kind, entry = next(
        ((k, e) for k in (Kind.RISK, Kind.LEFT_OUT) if (e := entry_of(desk.document, k, name))),
        (Kind.RISK, None),
    )
    risk = next((item.risk for item in found if entry and item.risk.id == entry.get("id")), None)
    if risk is None:
        raise NotFound
    spelled = _spelled(risk)

    def change(document: Document, spot: Spot) -> Document:
        return with_part(document, spot, assessed_as(part(document, spot), spelled))

    _changed(web, me, request, key, kind, name, fields.get("sett", ""), change, whole=False)
    return RedirectResponse(f"{draft_path(key)}?klart=hamtad#{anchor(kind, name)}", 303)


def _spelled(risk: AssessedRisk) -> Document:
    """A risk as a draft holds it."""
    spelled: Document = plain(as_node(assessment_document(risk)))
    return spelled


def _in_draft(document: Document) -> set[str]:
    found = set()
    for kind in (Kind.RISK, Kind.LEFT_OUT):
        for spot in named(document, kind).values():
            entry = part(document, spot)
            if isinstance(entry, dict):
                found.add(str(entry.get("id")).casefold())
    return found


def _register_view(desk: PlanDesk, found: Sequence[Registered]) -> RegisterView:
    there, key = _in_draft(desk.document), desk.draft.key
    missing = [item.risk for item in found if item.risk.id.casefold() not in there]
    unit = desk.organisation.unit(desk.draft.unit)
    return RegisterView(
        key, draft_path(key, REGISTER), draft_path(key),
        tuple(_line(desk, risk) for risk in missing[:MOST]), max(len(missing) - MOST, 0),
        tuple(_differing(desk, {item.risk.id: item.risk for item in found})),
        one_line(unit.name) if unit else desk.draft.unit,
    )  # fmt: skip


def _line(desk: PlanDesk, risk: AssessedRisk) -> RegisterLine:
    zone, scale = None, desk.plan.risk_scale
    if risk.weight is not None:
        try:
            level = scale.zone(*risk.weight)
            zone = level_mark(level.symbol, level.word)
        except IndexError:  # it was weighed on a scale with more steps
            zone = None
    value = "Inte värderad" if risk.value is None else f"Riskvärde {risk.value}"
    return RegisterLine(
        risk.id, one_line(risk.title), one_line(risk.sentence), one_line(risk.area), zone, value
    )


def _differing(desk: PlanDesk, register: Mapping[str, AssessedRisk]) -> list[Differing]:
    found = []
    for kind, risks in ((Kind.RISK, desk.plan.risks), (Kind.LEFT_OUT, desk.plan.left_out)):
        for name, spot in named(desk.document, kind).items():
            entry = part(desk.document, spot)
            risk = risks[spot.index] if spot.index < len(risks) else None
            stands = register.get(risk.id) if risk else None
            if risk is None or stands is None or stands == risk.assessment:
                continue
            here, there = assessment_parts(risk), assessment_parts(stands)
            parts = tuple(
                (capital(what), one_line(here[what]), one_line(there[what]))
                for what in here
                if here[what] != there[what]
            )
            found.append(
                Differing(
                    f"{risk.id} {one_line(risk.title)}", draft_path(desk.draft.key, REGISTER, name),
                    mark(own(entry)),
                    parts,
                )
            )  # fmt: skip
    return found
