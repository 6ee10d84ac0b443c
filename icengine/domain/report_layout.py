"""How an organisation arranges its reports: sections switched off, in another order, with own texts.

A section is known by its name (`Section.id`). An own text stands in place of the engine's where that
is a text alone (`REPLACED`), and before what the engine computes elsewhere. It may hold placeholders,
`{enhet}`, that are filled when the report is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from icengine.domain.report_model import Block, ReportKind, Section, Text
from icengine.domain.text import Rich, one_line, paragraphs

INTRODUCTION = "inledning"
"""A section that stands first and is there only where the organisation has written it."""
DECISION = "beslut"
REPLACED = ("lag", DECISION, INTRODUCTION)
"""Sections whose text an own one replaces; the proposed decision has a point on each line."""
LONGEST = 5_000
"""Characters in an own text."""

_PLACE = re.compile(r"\{([^{}\n]{1,40})\}")

PLACEHOLDERS: Mapping[str, str] = {
    "enhet": "enhetens namn",
    "kommun": "organisationens namn",
    "år": "året som rapporten gäller",
    "nästa år": "året efter",
    "diarienummer": "rapportens diarienummer",
    "sammanträde": "dagen då den behandlas",
    "riktlinje": "riktlinjen som planen följer",
    "plandatum": "dagen då planen antogs",
    "planparagraf": "beslutets paragraf",
    "antal kontroller": "hur många kontroller planen har",
    "antal genomförda": "hur många av dem som är genomförda",
    "antal med avvikelse": "hur många av dem som inte är utan anmärkning",
    "öppna åtgärder": "hur många åtgärder som är öppna",
    "försenade åtgärder": "hur många av dem som är försenade",
}
"""What an own text may hold within braces, and what is put there."""

_BOOK = {
    INTRODUCTION: "Inledning",
    "sammanfattning": "Sammanfattning",
    "lag": "Lag och riktlinje",
    "omfattning": "Genomfört och inte genomfört",
    "per-kontrollmoment": "Bedömning per kontrollmoment",
    "per-omrade": "Bedömning per processområde",
}
_FOLLOWED = {"uppfoljning": "Uppföljning per processområde"}
_END = {DECISION: "Förslag till beslut", "tillkomst": "Så är rapporten gjord"}

SECTIONS: Mapping[ReportKind, Mapping[str, str]] = {
    ReportKind.FINAL: {
        **_BOOK,
        "utveckling": "Utveckling över åren",
        "riskmatris": "Riskmatris",
        "urval": "Urval till kommande plan",
        **_FOLLOWED,
        "direkt": "Direktåtgärder och accepterade risker",
        "atgarder": "Åtgärder",
        "ej-genomforda": "Kontroller som inte har genomförts",
        **_END,
    },
    ReportKind.INTERIM: {
        **_BOOK,
        "arets-gang": "Årets gång",
        **_FOLLOWED,
        "direkt": "Direktåtgärder och accepterade risker",
        "atgarder": "Åtgärder",
        "ej-genomforda": "Kontroller som inte har genomförts",
        **_END,
    },
    ReportKind.PLAN: {
        INTRODUCTION: "Inledning",
        "lag": "Lag och riktlinje",
        "riskmatris": "Riskmatris",
        "risker": "Risker",
        "utelamnade": "Risker som inte är med i planen",
        "kontroller": "Kontroller",
        "direkt": "Direktåtgärder och accepterade risker",
        "forandringar": "Förändringar sedan förra året",
        **_END,
    },
    ReportKind.WHOLE: {
        INTRODUCTION: "Inledning",
        "helhet": "Helheten i en bild",
        "bedomning": "Bedömning per enhet",
        "brister": "De allvarligaste bristerna",
        "saknas": "Har inte redovisat",
        "per-enhet": "Siffror per enhet",
        "gemensamma": "Gemensamma kontroller",
        "utveckling": "Utveckling över åren",
        "lag": "Lag och riktlinje",
        **_END,
    },
}
"""Kind -> (name, what it is called), in the engine's order. The one-page kinds are as they are."""


@dataclass(frozen=True)
class Layout:
    """What an organisation has arranged for one kind of report."""

    order: tuple[str, ...] = ()
    """Names in the order wanted; sections that are not named follow in the engine's order."""
    off: tuple[str, ...] = ()
    """Names of sections that are left out."""
    texts: tuple[tuple[str, str], ...] = ()
    """(name, own text)."""

    def text(self, name: str) -> str:
        """The own text of a section; "" where there is none."""
        return dict(self.texts).get(name, "")


AS_IT_IS = Layout()
Layouts = tuple[tuple[ReportKind, Layout], ...]


def layout_of(layouts: Layouts, kind: ReportKind) -> Layout:
    """What is arranged for a kind; nothing where nothing is."""
    return dict(layouts).get(kind, AS_IT_IS)


def unknown_places(text: str) -> tuple[str, ...]:
    """What stands within braces in a text and is no placeholder."""
    return tuple(dict.fromkeys(name for name in _PLACE.findall(text) if name not in PLACEHOLDERS))


def arranged(
    sections: Iterable[Section], layout: Layout, values: Mapping[str, str]
) -> tuple[Section, ...]:
    """The sections as the organisation wants them. A value that is missing is printed as "–"."""
    written = [
        _written(section, layout, values) for section in _with_introduction(sections, layout)
    ]
    kept = [section for one in written for section in _kept(one, layout)]
    place = {name: n for n, name in enumerate(layout.order)}
    return tuple(sorted(kept, key=lambda section: place.get(section.id, len(place))))


def _with_introduction(sections: Iterable[Section], layout: Layout) -> Iterator[Section]:
    if layout.text(INTRODUCTION).strip():
        yield Section(INTRODUCTION, "Inledning")
    yield from sections


def _kept(section: Section, layout: Layout) -> Iterator[Section]:
    """The section without those below it that are off; nothing where it is off itself, or was only
    a heading over them."""
    if section.id in layout.off:
        return
    below = tuple(sub for one in section.sections for sub in _kept(one, layout))
    if section.blocks or below or not section.sections:
        yield replace(section, sections=below)


def _written(section: Section, layout: Layout, values: Mapping[str, str]) -> Section:
    below = tuple(_written(sub, layout, values) for sub in section.sections)
    own = layout.text(section.id).strip()
    if not own:
        return replace(section, sections=below)
    said = filled(own, values)
    if section.id == DECISION:
        points = tuple(line for part in said.splitlines() if (line := one_line(part)))
        return replace(section, blocks=_decided(section.blocks, points), sections=below)
    body: Rich = paragraphs(said)
    rest = () if section.id in REPLACED else section.blocks
    return replace(section, blocks=(Text(body), *rest), sections=below)


def _decided(blocks: Sequence[Block], points: tuple[str, ...]) -> tuple[Block, ...]:
    """The points in place of the engine's, under the same words."""
    label = next((b.label for b in blocks if isinstance(b, Text) and b.role == "steps"), "")
    return (Text(points, "steps", label),)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled; what is within braces otherwise stays as it is."""

    def put(found: re.Match[str]) -> str:
        name = found[1]
        return (values.get(name) or "–") if name in PLACEHOLDERS else found[0]

    return _PLACE.sub(put, text)
