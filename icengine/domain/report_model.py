"""The Report: the one value every renderer (HTML, PDF, later Word, Excel, JSON) is handed.

It knows no format: sections hold blocks, and every word, figure, order and caption is settled
here. A renderer draws each kind of block once and decides nothing. A level (bedömning, zone, status,
trend) is always a `Mark`: a symbol and a word, and a colour that helps. Text is `Rich`
(`text.py`). Its colours lie in `colours.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from icengine.domain.colours import WHITE, ink_on, mix, readable
from icengine.domain.text import Rich

MUTED = "#52606B"
"""Colour of a mark that needs none: trends, statuses."""


@dataclass(frozen=True)
class Mark:
    """One level of a scale, as it is printed."""

    id: str
    word: str
    """Always printed: "Mindre avvikelse"."""
    symbol: str
    """Always printed before the word; must be in the shipped font."""
    colour: str = MUTED
    """The organisation's colour, used in charts; #RRGGBB."""
    short: str = ""
    """Word for a column head: "Gul"; the word itself where there is none."""
    meaning: str = ""
    """For the reading guide."""
    tint: str = ""
    """Behind text; derived from the colour where it is ""."""
    deep: str = ""
    """Symbol and edge, at least 3:1 against the tint; derived."""
    ink: str = ""
    """Text on `colour`; derived."""

    def __post_init__(self) -> None:
        tint = self.tint or mix(self.colour, WHITE, 0.84)
        object.__setattr__(self, "short", self.short or self.word)
        object.__setattr__(self, "tint", tint)
        object.__setattr__(self, "deep", self.deep or readable(self.colour, tint, 3.2))
        object.__setattr__(self, "ink", self.ink or ink_on(self.colour))


@dataclass(frozen=True)
class Cell:
    """One cell of a table."""

    text: Rich = ""
    """What is read."""
    value: int | Decimal | str | None = None
    """What a spreadsheet gets: a number or an ISO date; None where the text is all there is."""
    mark: str = ""
    """Id of a mark: its symbol and word stand before the text, its tint behind."""
    brief: bool = False
    """Print the mark's short word, after the text."""
    whole: Rich = ""
    """The text itself, where `text` only says where on the page it stands: a spreadsheet has room
    for it in the cell."""


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    title: str
    """May hold soft hyphens."""
    width: float = 1
    """Share of the table's width, against the other columns'."""
    align: str = "left"
    """left | right"""
    mark: str = ""
    """The column counts this level: its symbol stands in the head."""


@dataclass(frozen=True)
class Text:
    """Running text."""

    body: Rich
    role: str = "body"
    """answer (on the cover) | body | lead | note | risk | comment | steps (numbered points)"""
    label: str = ""
    """Small head of a comment or of steps: "Kommentar"."""
    kind: str = "text"


@dataclass(frozen=True)
class Facts:
    """Pairs of term and value, side by side."""

    rows: tuple[tuple[str, Cell], ...]
    kind: str = "facts"


@dataclass(frozen=True)
class Numbers:
    """Key figures in a row: (figure, what it counts)."""

    items: tuple[tuple[str, str], ...]
    kind: str = "numbers"


@dataclass(frozen=True)
class Table:
    """A table; every row has a cell for each column."""

    id: str
    """Stable name: a spreadsheet's sheet, and what tests compare."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    """Numbered by `sealed`: "Tabell 2. …"; "" directly under a heading of its own."""
    row_head: bool = True
    """The first cell of a row names the row."""
    total: bool = False
    """The last row is a sum."""
    note: str = ""
    sheet: str = ""
    """Name of its sheet in a spreadsheet; tables of one name are joined in one sheet, and one that
    has the name of its section's `Topic.sheet`, and one row, gives that section's row its columns.
    "" names the sheet after the caption or the heading."""
    kind: str = "table"


@dataclass(frozen=True)
class Spread:
    """How many there are of each level: one bar."""

    counts: Mapping[str, int]
    """Mark id -> number."""


@dataclass(frozen=True)
class StackedRow:
    """One bar of several."""

    label: str
    counts: Mapping[str, int]
    note: str = ""
    """Printed where the bar is empty."""


@dataclass(frozen=True)
class Stacked:
    """A bar for each row on a common axis."""

    rows: tuple[StackedRow, ...]


@dataclass(frozen=True)
class Placed:
    """A risk in the matrix."""

    id: str
    likelihood: int
    consequence: int


@dataclass(frozen=True)
class Matrix:
    """The risk matrix: sannolikhet upwards, konsekvens to the right."""

    likelihood: tuple[str, ...]
    """Words for 1, 2, …"""
    consequence: tuple[str, ...]
    zones: tuple[tuple[str, ...], ...]
    """Mark ids, a row per sannolikhet from 1 up, a column per konsekvens from 1 up."""
    items: tuple[Placed, ...]
    """Where each risk stands with the measures there are."""
    before: tuple[Placed, ...] = ()
    """Where it stood without them, for those that are weighed so."""


@dataclass(frozen=True)
class Point:
    """A measured occurrence."""

    label: str
    value: Decimal
    """Per cent."""


@dataclass(frozen=True)
class Line:
    """Measured values in time against a goal."""

    points: tuple[Point, ...]
    goal: Decimal | None
    unit: str = "%"


@dataclass(frozen=True)
class Month:
    """How far the occurrences of the year had come at the end of a month."""

    label: str
    due: int
    """Occurrences whose last day had passed."""
    done: int
    """Those of them that are reported; 0 for a month to come."""
    ahead: bool
    """The month is still to come."""


@dataclass(frozen=True)
class Progress:
    """The year's progress: a bar for each month, filled as far as it is done."""

    months: tuple[Month, ...]


Chart = Spread | Stacked | Matrix | Line | Progress


@dataclass(frozen=True)
class Figure:
    """A chart; the renderer knows the picture by the type of its data."""

    id: str
    data: Chart
    alt: str
    """Says the same in words, from the same data."""
    caption: str
    kind: str = "figure"


Block = Text | Facts | Numbers | Table | Figure


@dataclass(frozen=True)
class Topic:
    """What a section tells of, one among several of its kind: a risk, a control, a year's åtgärder.

    In a spreadsheet the rows of the tables under it begin with its name.
    """

    word: str
    """The kind: "Kontrollmoment"; the head of that column."""
    id: str = ""
    """Its own short name: "K3"; "" where the section's title is all there is."""
    sheet: str = ""
    """Name of the sheet where each such section is a row with its facts, small tables and texts; ""
    where it is none."""


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    id: str
    """Anchor, unique in the report: ASCII letters, figures and hyphens."""
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    number: str = ""
    """"4.2", given by `sealed`; "" below the second level."""
    label: str = ""
    """Small word before the title: "Risk R3", "Kontrollmoment K3"."""
    mark: str = ""
    """The section's bedömning: it stands in a band with symbol and word."""
    topic: Topic | None = None
    """The thing it tells of; None where the heading only gathers."""


class ReportKind(StrEnum):
    """What a report is; the value is how it is stored and named in commands."""

    FINAL = "slutrapport"
    """The year's report of one plan."""
    INTERIM = "delårsuppföljning"
    """How far one plan has come by a date."""
    PLAN = "internkontrollplan"
    """The plan as the document that is decided on."""
    WHOLE = "samlad"
    """Samlad rapport: a unit and everything under it."""
    BRIEF = "sida"
    """One page for the meeting about the slutrapport."""
    WHOLE_BRIEF = "samlad-sida"
    """One page for the meeting about the samlad rapport."""

    @property
    def one_page(self) -> bool:
        """Is it set on a single page, without contents and without how it was made?"""
        return self in (ReportKind.BRIEF, ReportKind.WHOLE_BRIEF)

    @property
    def of_tree(self) -> bool:
        """Is it about a unit and everything under it, rather than about one plan?"""
        return self in (ReportKind.WHOLE, ReportKind.WHOLE_BRIEF)


@dataclass(frozen=True)
class Report:
    """The whole document."""

    title: str
    """"Slutrapport internkontroll 2022"."""
    subtitle: str
    """The unit: "Kommunstyrelsen"."""
    organisation: str
    dnr: str
    appendix: str
    """"Bilaga 2"."""
    date: str
    """ISO: the day the facts were taken, also the file's date."""
    facts: tuple[tuple[str, str], ...]
    """The cover's register details: term and value."""
    cover: tuple[Block, ...]
    """The answer, on page 1."""
    sections: tuple[Section, ...]
    marks: Mapping[str, Mark]
    """Every mark the report uses, by id."""
    scale: tuple[str, ...]
    """Mark ids of the bedömning, worst first: the order of charts and tables."""
    kind: ReportKind = ReportKind.FINAL
    guide: str = "Så läses bedömningen"
    """Heading over what each mark of `scale` means; "" where none is printed."""
    accent: str = "#0B5A67"
    language: str = "sv-SE"
    contents_depth: int = 2
    """Levels of heading in the contents."""
    fingerprint: str = ""
    """SHA-256 of the canonical JSON without this field."""

    @property
    def answer(self) -> str:
        """The plain sentences of page 1; "" where the cover has none."""
        found = (b.body for b in self.cover if isinstance(b, Text) and b.role == "answer")
        body = next(found, "")
        return body if isinstance(body, str) else ""

    def sealed(self) -> Report:
        """The finished report: sections and captions numbered in reading order, then fingerprinted.

        ValueError when it is sealed already, or when two sections or blocks share a name.
        """
        if self.fingerprint:
            raise ValueError("the report is already sealed")
        count = {"table": 0, "figure": 0}
        whole = replace(
            self,
            cover=_captioned(self.cover, count),
            sections=_numbered(self.sections, count),
            accent=readable(self.accent),
        )
        _unique([s.id for s in walk(whole.sections)])
        _unique([b.id for b in whole.blocks() if isinstance(b, Table | Figure)])
        return replace(whole, fingerprint=hashlib.sha256(whole.canonical().encode()).hexdigest())

    def canonical(self) -> str:
        """The content as JSON with sorted keys and without spaces or the fingerprint."""
        content = self.to_json()
        del content["fingerprint"]
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def to_json(self) -> dict[str, Any]:
        """Plain values; a Decimal as its figures in text, and a whole number without decimals, as
        every language writes it."""
        plain: dict[str, Any] = _plain(self)
        return plain

    def blocks(self) -> Iterator[Block]:
        """Every block in reading order, the cover's first."""
        yield from self.cover
        for section in walk(self.sections):
            yield from section.blocks


def _shortest(figures: str) -> int | float:
    found = float(figures)
    return int(found) if found.is_integer() else found


def _plain(value: Any) -> Any:
    """A part of a report as JSON knows it."""
    if value is None or isinstance(value, str | bool | int):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, float):
        return _shortest(repr(value))
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Decimal):
        return str(value)
    return {name: _plain(getattr(value, name)) for name in _fields_of(type(value))}


def _fields_of(kind: type[Any]) -> tuple[str, ...]:
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(field.name for field in fields(kind))
    return _FIELDS[kind]


_FIELDS: dict[type[Any], tuple[str, ...]] = {}
"""The fields of each kind of part, asked once: a report has tens of thousands of parts."""


def walk(sections: Sequence[Section]) -> Iterator[Section]:
    """Every section in reading order."""
    for section in sections:
        yield section
        yield from walk(section.sections)


def _unique(names: Sequence[str]) -> None:
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise ValueError(f"two parts of the report are called {', '.join(twice)}")


def _captioned(found: Sequence[Block], count: dict[str, int]) -> tuple[Block, ...]:
    """Blocks whose captions carry their number; `count` runs through the whole report."""
    out: list[Block] = []
    for block in found:
        if isinstance(block, Table | Figure) and block.caption:
            count[block.kind] += 1
            word = "Tabell" if block.kind == "table" else "Figur"
            block = replace(block, caption=f"{word} {count[block.kind]}. {block.caption}")
        out.append(block)
    return tuple(out)


def _numbered(
    sections: Sequence[Section], count: dict[str, int], prefix: str = "", depth: int = 2
) -> tuple[Section, ...]:
    """Sections with their numbers, down to `depth`, and numbered captions."""
    out = []
    for n, section in enumerate(sections, 1):
        number = f"{prefix}{n}"
        blocks = _captioned(section.blocks, count)
        below = _numbered(section.sections, count, f"{number}.", depth - 1)
        own = number if depth > 0 else ""
        out.append(replace(section, number=own, blocks=blocks, sections=below))
    return tuple(out)
