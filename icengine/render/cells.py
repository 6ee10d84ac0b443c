"""Cells of a report as cells of a spreadsheet: numbers and dates as such, texts without what a
workbook cannot hold, and a level in a column of its own, so that every column can be sorted and
filtered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from icengine.domain.report_model import Cell, Mark
from icengine.domain.text import Rich
from icengine.domain.words import number, per_cent

IN_WORDS, WHY, LEVEL = "i ord", "förklaring", "nivå"
"""What is added to a column's head for the part that has its own column."""

LONGEST = 32_767
"""Units of UTF-16 that a cell can hold."""
MOST_LINES = 250
"""Line feeds in a cell; Excel takes 253."""

_OLDEST = date(1900, 3, 1)
"""Excel counts days from 1900, and its February that year has a day too many."""
_EXACT = 10**15
"""Excel keeps fifteen figures of a number."""
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
"""Control characters, soft hyphens, lone surrogates and non-characters."""

Value = int | float | date | str


@dataclass(frozen=True)
class Field:
    """One cell of a sheet."""

    value: Value = ""
    mark: str = ""
    """Id of the mark whose tint lies behind."""
    form: str = ""
    """How Excel is to show a number; "" where its own way does."""


Entry = tuple[str, Field]
"""A field with the head of its column."""


def clean(text: str) -> str:
    """The text as a workbook can hold it; spaces that may not be broken become ordinary ones."""
    return _UNFIT.sub("", text).replace("\u00a0", " ").replace("\u202f", " ")


def plain(body: Rich) -> str:
    """Paragraphs and points as lines."""
    if isinstance(body, str):
        return clean(body)
    return clean("\n".join(_lines(body)))


def _lines(body: tuple[str | tuple[str, ...], ...]) -> Iterator[str]:
    for part in body:
        if isinstance(part, str):
            yield part
        else:
            yield from (f"• {point}" for point in part)


def named_mark(mark: Mark, brief: bool = False) -> str:
    """Symbol and word."""
    return clean(f"{mark.symbol} {mark.short if brief else mark.word}")


def entries(head: str, cell: Cell, marks: Mapping[str, Mark]) -> Iterator[Entry]:
    """The cell under its head, then what else it says under a head of its own."""
    text = plain(cell.whole or cell.text)
    if cell.mark and not cell.brief:
        yield head, Field(named_mark(marks[cell.mark]), cell.mark)
        if text:
            yield f"{head}, {WHY}", Field(text)
        return
    value = exact(cell)
    yield head, Field(text if value is None else value, cell.mark, _form(cell))
    if value is not None and _says_more(cell, text):
        yield f"{head}, {IN_WORDS}", Field(text)
    if cell.mark:
        yield f"{head}, {LEVEL}", Field(named_mark(marks[cell.mark], brief=True), cell.mark)


def exact(cell: Cell) -> int | float | date | None:
    """The number or the date that the cell holds; None where the text is all there is."""
    value = cell.value
    if isinstance(value, str):
        day = as_day(value)
        return day if day and day >= _OLDEST else None
    if isinstance(value, int):
        return value if abs(value) < _EXACT else None
    return None if value is None or abs(value) >= _EXACT else float(value)


def as_day(text: str) -> date | None:
    """The date, where the text is one as ISO 8601 writes it."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def figure(text: str) -> int | str:
    """The number of a key figure: "5 405" -> 5405; the text itself where it is none."""
    found = clean(text)
    digits = found.replace(" ", "")
    return int(digits) if re.fullmatch(r"[0-9]{1,15}", digits) else found


def _form(cell: Cell) -> str:
    if not isinstance(cell.value, int | Decimal):
        return ""
    text, share = plain(cell.text), per_cent(Decimal(cell.value)).replace("\u00a0", " ")
    if not text.startswith(share):
        return "#,##0" if isinstance(cell.value, int) else ""
    decimals = len(share.removesuffix(" %").partition(",")[2])
    return ("0." + "0" * decimals if decimals else "0") + '" %"'


def _says_more(cell: Cell, text: str) -> bool:
    """Does the text tell more than the value?"""
    value = cell.value
    same = {str(value)}
    if isinstance(value, int | Decimal):
        same |= {clean(number(value)), clean(per_cent(Decimal(value)))}
    return text not in same


def pieces(text: str) -> list[str]:
    """The text in parts that a cell can hold each; put together they are the text."""
    left, found = text, []
    while _units(left) > LONGEST or left.count("\n") > MOST_LINES:
        part = _as_much_as_fits(left)
        cut = max(part.rfind("\n"), part.rfind(" ")) + 1
        part = part[:cut] if cut > len(part) // 2 else part
        found.append(part)
        left = left[len(part) :]
    return [*found, left]


def _as_much_as_fits(text: str) -> str:
    part = text[:LONGEST]
    part = part.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", errors="ignore")
    return "\n".join(part.split("\n")[:MOST_LINES])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def shortened(text: str, most: int) -> str:
    """The text in at most so many units of UTF-16, cut after a word where it is too long."""
    if _units(text) <= most:
        return text
    part = text.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", errors="ignore")
    head, _, last = part.rpartition(" ")
    return f"{(head if len(head) > len(last) else part).rstrip(' ,.;:')}…"
