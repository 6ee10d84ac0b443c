"""How each kind of report is arranged: sections that are left out, their order, and own texts."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from starlette.responses import Response

from icengine.domain.access import Permit
from icengine.domain.directory_reports import place_hint
from icengine.domain.people import Organisation
from icengine.domain.report_layout import (
    DECISION,
    INTRODUCTION,
    LONGEST,
    PLACEHOLDERS,
    REPLACED,
    SECTIONS,
    Layout,
    layout_of,
    unknown_places,
)
from icengine.domain.report_model import ReportKind
from icengine.domain.whole_verdicts import Verdict
from icengine.domain.words import capital
from icengine.errors import NotAllowed, NotFound
from icengine.services import organisation as use
from icengine.web.deps import MeDep, WebDep
from icengine.web.pages.editing import DONE, Deed, Desk, desk, serve
from icengine.web.pages.fields import Field, Form, Reading
from icengine.web.pages.paths import LAYOUTS, ORGANISATION

router = APIRouter()

SLUGS = {
    "slutrapport": ReportKind.FINAL,
    "delarsuppfoljning": ReportKind.INTERIM,
    "internkontrollplan": ReportKind.PLAN,
    "samlad": ReportKind.WHOLE,
}
NAMES = {
    ReportKind.FINAL: "slutrapporten",
    ReportKind.INTERIM: "delårsuppföljningen",
    ReportKind.PLAN: "internkontrollplanen",
    ReportKind.WHOLE: "den samlade rapporten",
}
VERDICTS = "Kommunstyrelsens ord"


@router.api_route(LAYOUTS, methods=["GET", "HEAD"])
def listed(web: WebDep, me: MeDep, klart: str = "") -> Response:
    """The kinds of reports, and what is arranged for each."""
    found = desk(web, me, {})
    root = found.organisation.root.id
    if not found.may(Permit.ADMINISTER, root):
        raise NotAllowed if found.may(Permit.KNOW, root) else NotFound
    lines = tuple(
        (f"{LAYOUTS}/{slug}", capital(NAMES[kind]), _arranged(found.organisation, kind))
        for slug, kind in SLUGS.items()
    )
    return web.visitor_page(
        "rapportmallar.html", me, lines=lines, done=DONE.get(klart, ""), back=ORGANISATION,
        here=ORGANISATION,
    )  # fmt: skip


def _arranged(organisation: Organisation, kind: ReportKind) -> str:
    layout = layout_of(organisation.reports, kind)
    said = [f"{len(layout.texts)} egna texter"] if layout.texts else []
    said += [f"{len(layout.off)} avsnitt utelämnade"] if layout.off else []
    said += ["egen ordning"] if layout.order else []
    return capital(", ".join(said)) if said else "Som motorn gör den"


def layout_form(found: Desk, om: str) -> Form:
    """What is arranged, section by section."""
    found.own_unit(found.organisation.root.id)
    kind = SLUGS.get(om)
    if kind is None:
        raise NotFound
    layout = layout_of(found.organisation.reports, kind)
    fields = [*_sections(kind, layout)]
    if kind is ReportKind.WHOLE:
        fields += _verdicts(found.organisation)
    places = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    return Form(
        f"Så görs {NAMES[kind]}", tuple(fields), "Spara", LAYOUTS, "Rapporternas upplägg",
        lead=f"I texterna kan du skriva platshållare, som fylls i när rapporten görs: {places}. "
        "Rapporter som redan är låsta ändras inte.",
    )  # fmt: skip


def _sections(kind: ReportKind, layout: Layout) -> Iterator[Field]:
    for id, title in SECTIONS[kind].items():
        if id != INTRODUCTION:
            yield Field(f"visa-{id}", "Finns med i rapporten", "yes", group=title,
                        value="" if id in layout.off else "ja")  # fmt: skip
            place = str(layout.order.index(id) + 1) if id in layout.order else ""
            yield Field(f"plats-{id}", "Plats", group=title, value=place,
                        hint="Ett tal: lägst står först. Tomt följer motorns ordning.")  # fmt: skip
        yield Field(f"text-{id}", "Egen text", "area", group=title, value=layout.text(id),
                    hint=_hint(id))  # fmt: skip


def _hint(id: str) -> str:
    if id == INTRODUCTION:
        return "Avsnittet finns bara om det har en text."
    if id == DECISION:
        return "En rad per punkt, i stället för motorns förslag."
    return "I stället för motorns text." if id in REPLACED else "Står först i avsnittet."


def _verdicts(organisation: Organisation) -> Iterator[Field]:
    own = dict(organisation.verdicts)
    for n, verdict in enumerate(Verdict):
        yield Field(f"omdome-{n}", capital(str(verdict)), group=VERDICTS,
                    value=own.get(str(verdict), ""))  # fmt: skip


def save(_desk: Desk, om: str, read: Reading) -> Deed:
    """The arrangement as it was typed."""
    kind = SLUGS[om]
    names = tuple(SECTIONS[kind])
    numbered = [(id, _place(read, id)) for id in names if id != INTRODUCTION]
    places = sorted((n, id) for id, n in numbered if n)
    layout = Layout(
        order=tuple(id for _, id in places),
        off=tuple(id for id in names if id != INTRODUCTION and not read.yes(f"visa-{id}")),
        texts=tuple((id, text) for id in names if (text := _text(read, id))),
    )
    values: dict[str, object] = {"kind": kind, "layout": layout}
    if kind is ReportKind.WHOLE:
        words = enumerate(Verdict)
        values["verdicts"] = [(str(verdict), _word(read, n)) for n, verdict in words]
    return Deed(use.change_layout, values, _part, LAYOUTS, "installningar")


def _place(read: Reading, id: str) -> int:
    text = read.line(f"plats-{id}")
    if text and not (text.isascii() and text.isdigit() and 0 < int(text[:4]) < 100):
        read.wrong(f"plats-{id}", "Skriv ett tal från 1 till 99, eller ingenting.")
        return 0
    return int(text) if text else 0


def _text(read: Reading, id: str) -> str:
    text = read.fields[f"text-{id}"].value.strip()
    if len(text) > LONGEST:
        read.wrong(f"text-{id}", f"Skriv högst {LONGEST} tecken.")
    for place in unknown_places(text)[:1]:
        read.wrong(f"text-{id}", f"{{{place}}} är ingen platshållare: {place_hint(place)}.")
    return text


def _word(read: Reading, n: int) -> str:
    word = read.line(f"omdome-{n}")
    if len(word) > 60:
        read.wrong(f"omdome-{n}", "Skriv högst 60 tecken.")
    return word


def _part(organisation: Organisation) -> object:
    """What must be as it was when the form was shown."""
    return organisation.reports, organisation.verdicts


serve(router, f"{LAYOUTS}/{{om}}", layout_form, save)
