"""Sheets -> rows of named cells: where the heads stand, which columns are known, what is said of the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from icengine.domain.node import Node, Place, Problem
from icengine.domain.text import one_line
from icengine.intake.cells import Steps, Wrong, cell_text
from icengine.intake.columns import EXAMPLE, Column, Table
from icengine.intake.grid import Sheet, Value, plain_value
from icengine.intake.heads import NUMBER, SENTENCE, folded, heads_of, likely

T = TypeVar("T")
FIRST_ROWS = 40
"""Rows in which the heads are looked for; above them titles may stand."""
UNLISTED = {SENTENCE: Column(SENTENCE, "Risk", ""), NUMBER: Column(NUMBER, "Nr", "")}
"""Columns that only others' sheets have."""
CELL = re.compile(r"(?:(.*)!)?([A-Z]{1,3})(\d+)", re.DOTALL)


@dataclass
class Row:
    """A row of a sheet under the plan file's keys."""

    place: Place
    """Its first cell with something in it."""
    values: dict[str, Node]
    """Every column of the sheet that is known; None where the cell is empty."""

    def text(self, key: str) -> str:
        """What stands there; "" where nothing does."""
        node = self.values.get(key)
        return node.value if node and isinstance(node.value, str) else ""

    def node(self, keys: Iterable[str], **more: Node) -> Node:
        """The row as a node with these of its keys."""
        found = {key: self.values[key] for key in keys if key in self.values} | more
        return Node(self.place, found, {key: node.place for key, node in found.items()})


@dataclass
class Handed:
    """What is read from one file, and what there is to say of it."""

    source: str
    steps: Steps
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    """What was read in another way than it stands, or not at all."""
    columns: dict[str, set[str]] = field(default_factory=dict)
    """Sheet -> the keys that have a column there."""

    def place(self, sheet: Sheet, row: int, column: int) -> Place:
        """A cell, by its place from 0."""
        return Place(self.source, cell=sheet.cell(row, column))

    def wrong(self, place: Place, message: str, hint: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(place, message, hint))

    def note(self, place: Place, message: str, hint: str = "") -> None:
        """Note what the author should know."""
        self.notices.append(Problem(place, message, hint))


def column_named(table: Table, key: str) -> Column:
    """The column of a sheet with that key; KeyError where it has none."""
    return UNLISTED[key] if key in UNLISTED else table.column(key)


def find_head(sheet: Sheet, known: Mapping[str, T]) -> tuple[int, dict[int, T]] | None:
    """The row with most heads that are known, and which column each is; None where there is none."""
    best: tuple[int, dict[int, T]] | None = None
    for number, row in enumerate(sheet.rows[:FIRST_ROWS]):
        found = {
            column: known[name]
            for column, value in enumerate(row)
            if isinstance(value, str) and len(value) < 200 and (name := folded(value)) in known
        }
        if found and (best is None or len(set(found.values())) > len(set(best[1].values()))):
            best = number, found
    return best


def read_rows(handed: Handed, sheet: Sheet, table: Table) -> list[Row]:
    """The rows of one of our sheets; its columns may stand in any order under any known name."""
    known = heads_of(table)
    head = find_head(sheet, known)
    if head is None:
        if any(value != "" for row in sheet.rows for value in row):
            place = handed.place(sheet, 0, 0)
            heads = ", ".join(column.head for column in table.columns[:6])
            handed.wrong(
                place, f"bladet {sheet.name} har ingen rad med rubriker", f"till exempel {heads}"
            )
        return []
    columns = columns_of(handed, sheet, *head, known, lambda key: column_named(table, key).head)
    handed.columns[sheet.name] = set(columns.values())
    of = {number: column_named(table, key) for number, key in columns.items()}
    rows = (one_row(handed, sheet, number, of) for number in range(head[0] + 1, len(sheet.rows)))
    return [row for row in rows if row is not None and not _example(handed, row)]


def columns_of(
    handed: Handed,
    sheet: Sheet,
    at: int,
    found: dict[int, T],
    known: Mapping[str, T],
    shown: Callable[[T], str],
) -> dict[int, T]:
    """The columns that are read, each key once; the others are said."""
    first: dict[T, int] = {}
    for number, key in sorted(found.items()):
        if key in first:
            other = sheet.cell(at, first[key])
            handed.wrong(
                handed.place(sheet, at, number),
                f"rubriken ”{_head(sheet, at, number)}” betyder {shown(key)}, som redan står i {other}",
                "ta bort eller byt namn på den ena",
            )
        first.setdefault(key, number)
    for number in range(max(map(len, sheet.rows), default=0)):
        if number not in found and any(_at(row, number) != "" for row in sheet.rows[at + 1 :]):
            _say_unknown(handed, sheet, at, number, known, shown)
    return {number: key for key, number in first.items()}


def _say_unknown(
    handed: Handed,
    sheet: Sheet,
    at: int,
    number: int,
    known: Mapping[str, T],
    shown: Callable[[T], str],
) -> None:
    """A column that is not known: a slip is a problem, something else is left out and said."""
    head, place = _head(sheet, at, number), handed.place(sheet, at, number)
    meant = likely(head, known)
    if meant is not None:
        handed.wrong(place, f"okänd rubrik ”{head}”", f"menade du ”{shown(meant)}”?")
    elif head:
        handed.note(place, f"kolumnen ”{head}” läses inte", "rubriken betyder inget i planen")
    else:
        handed.note(place, "kolumnen har ingen rubrik och läses inte")


def _head(sheet: Sheet, at: int, number: int) -> str:
    text = one_line(plain_value(_at(sheet.rows[at], number)))
    return text if len(text) <= 80 else f"{text[:79]}…"


def _at(row: list[Value], number: int) -> Value:
    return row[number] if number < len(row) else ""


def one_row(handed: Handed, sheet: Sheet, number: int, columns: Mapping[int, Column]) -> Row | None:
    """The cells of a row; None where all of them are empty."""
    values, first = {}, None
    row = sheet.rows[number]
    for column, about in sorted(columns.items()):
        place = handed.place(sheet, number, column)
        try:
            text = cell_text(_at(row, column), about, handed.steps)
        except Wrong as wrong:
            handed.wrong(place, wrong.message, wrong.hint)
            text = None
            first = first or place
        values[about.key] = Node(place, text)
        if text is not None and about.key != "riskvärde":
            first = first or place
    return Row(first, values) if first else None


def _example(handed: Handed, row: Row) -> bool:
    """Is it a row that shows how to write?"""
    if row.text("id").strip().casefold() != EXAMPLE:
        return False
    handed.note(row.place, "raden är ett exempel och läses inte")
    return True


def reading_order(sheets: Iterable[str]) -> Callable[[Problem], tuple[int, int, str]]:
    """What problems are sorted by: sheet by sheet, row by row."""
    order = {name: number for number, name in enumerate(sheets)}

    def key(problem: Problem) -> tuple[int, int, str]:
        found = CELL.fullmatch(problem.place.cell)
        if found is None:
            return -1, 0, ""
        return order.get(found[1] or "", -1), int(found[3]), f"{found[2]:>3}"

    return key


def sheet_of(place: Place) -> str:
    """The name of the sheet that a place lies in; "" where it has none."""
    found = CELL.fullmatch(place.cell)
    return (found[1] or "") if found else ""
