"""A report as sheets of rows and columns, before a workbook is written of it.

Every table of the report is a sheet; tables of one name are joined in one, each row after the names of
what its sections tell of. Where sections are rows of a sheet (`Topic.sheet`) their facts, small tables
and texts are its columns: all controls in one list that can be filtered. Last come other facts, the
figures of the charts and all running text, so that nothing of the report is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from icengine.domain.report_model import Report, Table
from icengine.render.cells import Field, clean, pieces, shortened
from icengine.render.sheetrows import (
    Place,
    Row,
    chart_rows,
    fact_rows,
    heading,
    is_in_row,
    names_above,
    places,
    section_row,
    table_heads,
    table_rows,
    text_rows,
)

OVERVIEW, FACTS, CHARTS, TEXTS = "Om rapporten", "Uppgifter", "Diagram", "Texter"
MORE = "forts."
"""Added to a column's head for the rest of a text that no single cell can hold."""
LONGEST_NAME, LONGEST_HEAD = 31, 240
FEW = 3
"""Parts of a sheet that are named each in the list of sheets."""

_RESERVED = ("history", "historik")
"""Names that Excel keeps for itself."""
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\s]+")
_CAPTION_NUMBER = re.compile(r"^Tabell \d+\. ")


@dataclass(frozen=True)
class Sheet:
    """One sheet: a row of heads and rows of fields."""

    name: str
    about: str
    """What it holds, for the list of sheets."""
    heads: tuple[str, ...]
    rows: tuple[tuple[Field, ...], ...]
    total: bool = False
    """The last row is a sum, not to be sorted or filtered with the others."""


@dataclass
class _Gathered:
    """Rows on their way to be a sheet."""

    names: list[str]
    """What it may be called, the best first."""
    about: list[tuple[str, str]] = field(default_factory=list)
    """Caption or heading of each part, and the heading of the chapter it is in."""
    orders: list[tuple[str, ...]] = field(default_factory=list)
    """Heads in the order that a row has them."""
    rows: list[Row] = field(default_factory=list)
    total: bool = False

    def starts(self, heads: Sequence[str]) -> None:
        """A table begins: its heads are there without a row too."""
        self.orders.append(tuple(_distinct(heads)))

    def add(self, rows: Iterable[Row]) -> None:
        """Rows, whose heads are told apart."""
        for row in rows:
            self.rows.append(_told_apart(row))
            self.orders.append(tuple(head for head, _ in self.rows[-1]))


def sheets(report: Report) -> tuple[Sheet, ...]:
    """Every sheet after the first one, which tells of the report itself."""
    taken = {name.casefold() for name in (OVERVIEW, FACTS, CHARTS, TEXTS, *_RESERVED)}
    found = tuple(_sheet(one, taken) for one in (*_named(report), *_alone(report)))
    return (*found, *_rest(report))


# ---- what belongs together ----


def _named(report: Report) -> list[_Gathered]:
    """The sheets that the report names: sections that are rows, and tables that are joined."""
    found: dict[str, _Gathered] = {}
    for place, blocks in places(report):
        topic = place[-1].topic if place else None
        if topic and topic.sheet:
            one = found.setdefault(topic.sheet, _Gathered([topic.sheet]))
            one.add([section_row(report, place)])
            one.about.append((heading(place), heading(place[:1])))
        for table in (block for block in blocks if isinstance(block, Table) and block.sheet):
            if not (place and is_in_row(place[-1], table)):
                one = found.setdefault(table.sheet, _Gathered([table.sheet]))
                above = names_above(place)
                one.starts([*(head for head, _ in above), *table_heads(report, table)])
                one.add([*above, *row] for row in table_rows(report, table))
                one.about.append((_about(table, place), heading(place[:1])))
    return list(found.values())


def _alone(report: Report) -> list[_Gathered]:
    """The tables that have a sheet each."""
    found = []
    for place, blocks in places(report):
        for table in (block for block in blocks if isinstance(block, Table) and not block.sheet):
            title = clean(place[-1].title) if place else ""
            one = _Gathered([_short(table.caption), title], [(_about(table, place), "")])
            one.starts(table_heads(report, table))
            one.add(table_rows(report, table))
            one.total = table.total
            found.append(one)
    return found


def _rest(report: Report) -> list[Sheet]:
    """What is in no table; a sheet that would be empty is left out."""
    found = [
        _Gathered([FACTS], [("Uppgifter och nyckeltal som inte står i någon tabell", "")]),
        _Gathered([CHARTS], [("Siffrorna bakom diagrammen", "")]),
        _Gathered([TEXTS], [("Rapportens löpande text", "")]),
    ]
    for place, blocks in places(report):
        found[0].add(fact_rows(report, place, blocks))
        found[1].add(chart_rows(report, blocks))
        found[2].add(text_rows(place, blocks))
    return [_sheet(one, set()) for one in found if one.rows]


def _about(table: Table, place: Place) -> str:
    return clean(table.caption) or heading(place)


# ---- rows become a sheet ----


def _sheet(one: _Gathered, taken: set[str]) -> Sheet:
    heads = _merged(one.orders)
    columns = [[dict(row).get(head, Field()) for row in one.rows] for head in heads]
    spread = [
        part for head, column in zip(heads, columns, strict=True) for part in _parts(head, column)
    ]
    return Sheet(
        _name(one.names, taken),
        _told(one.about),
        tuple(_distinct([head for head, _ in spread])),
        tuple(zip(*(column for _, column in spread), strict=True)),
        one.total,
    )


def _told(about: Sequence[tuple[str, str]]) -> str:
    """Each part's caption or heading; where there are many, their chapters'."""
    near, chapters = (list(dict.fromkeys(names)) for names in zip(*about, strict=True))
    return "; ".join(filter(None, near if len(near) <= FEW else chapters))


def _told_apart(row: Row) -> Row:
    """The row with heads that differ: "Risk", "Risk (2)"."""
    heads = _distinct([head for head, _ in row])
    return [(head, value) for head, (_, value) in zip(heads, row, strict=True)]


def _distinct(heads: Sequence[str]) -> list[str]:
    """Each head with a number where another is read as the same; none is empty or too long."""
    seen: set[str] = set()
    found = []
    for given in heads:
        head = name = shortened(" ".join(given.split()), LONGEST_HEAD) or "Kolumn"
        n = 1
        while name.casefold() in seen:
            n += 1
            name = f"{head} ({n})"
        seen.add(name.casefold())
        found.append(name)
    return found


def _merged(orders: Iterable[tuple[str, ...]]) -> list[str]:
    """All heads, each after the one that it follows in its own row."""
    found: list[str] = []
    for order in dict.fromkeys(orders):
        at = 0
        for head in order:
            if head in found:
                at = found.index(head) + 1
            else:
                found.insert(at, head)
                at += 1
    return found


def _parts(head: str, column: Sequence[Field]) -> list[tuple[str, list[Field]]]:
    """The column; where a text is longer than a cell may be, its rest in columns beside it."""
    texts = [pieces(f.value) if isinstance(f.value, str) else [] for f in column]
    count = max((len(parts) for parts in texts), default=0)
    if count < 2:
        return [(head, list(column))]
    return [
        (
            head if n == 0 else f"{head}, {MORE} {n}",
            [
                Field(parts[n], f.mark) if n < len(parts) else (f if n == 0 else Field())
                for f, parts in zip(column, texts, strict=True)
            ],
        )
        for n in range(count)
    ]


# ---- names ----


def _short(caption: str) -> str:
    """What a caption begins with: "Tabell 2. Risker, högsta zonen först." -> "Risker"."""
    return re.split(r"[.,:;(]", _CAPTION_NUMBER.sub("", clean(caption)), maxsplit=1)[0]


def _name(wanted: Sequence[str], taken: set[str]) -> str:
    """The first name that fits and is free; else the first one, shortened or numbered."""
    names = [name for name in map(_permitted, wanted) if name] or ["Tabell"]
    fitting = [name for name in names if shortened(name, LONGEST_NAME) == name]
    free = [name for name in fitting if name.casefold() not in taken]
    name = free[0] if free else _numbered(names[0], taken)
    taken.add(name.casefold())
    return name


def _numbered(wanted: str, taken: set[str]) -> str:
    name, n = shortened(wanted, LONGEST_NAME), 1
    while name.casefold() in taken:
        n += 1
        end = f" ({n})"
        name = shortened(wanted, LONGEST_NAME - len(end)) + end
    return name


def _permitted(name: str) -> str:
    """Without the signs that the name of a sheet cannot have."""
    return _NOT_IN_NAMES.sub(" ", clean(name)).strip(" '")
