"""Months, dates and ranges in a frequency text, read to Spans that count years from the plan's.

A Span holds no year of its own, so that the same words serve every plan and the table of named
periods (frequency_periods.py). "november–februari" runs into the year after by itself.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from icengine.domain.calendar import MONTHS
from icengine.domain.frequency_tokens import Cursor, RefusedError, Sort
from icengine.domain.frequency_words import MONTH_NAMES, MONTH_SHORT, NEXT_YEAR, THIS_YEAR

LONGEST_IMPLIED = 8
"""Months of a range that runs into the next year without saying so; a longer one is a question."""

YEARS = range(1900, 3000)
"""What a number of four digits must be to be a year."""


@dataclass(frozen=True)
class Point:
    """A month or a day."""

    month: int
    """1-12."""
    day: int = 0
    """1-31; 0 is the whole month."""
    year: int | None = None
    """0 the plan year, 1 the year after, …; None where it is not said."""


@dataclass(frozen=True)
class Span:
    """From one point to another, both in it; or a last day."""

    start: Point | None
    """None for a last day ("senast 30 september"), whose beginning depends on its neighbours."""
    end: Point
    said_year: bool = False
    """Did the text name the year?"""

    def dates(self, year: int) -> tuple[date | None, date]:
        """First and last day in the plan year `year`; RefusedError for 29 februari in most."""
        start = None if self.start is None else _day(self.start, year, last=False)
        return start, _day(self.end, year, last=True)

    @property
    def named_year(self) -> int:
        """The year a reader would put after the words: that of the start, 0 the plan year."""
        return (self.start or self.end).year or 0

    @property
    def crosses(self) -> bool:
        """Does it run into a second year?"""
        return self.start is not None and self.start.year != self.end.year

    def shifted(self, years: int) -> Span:
        """The same span so many years later."""
        start = self.start and replace(self.start, year=(self.start.year or 0) + years)
        return Span(start, replace(self.end, year=(self.end.year or 0) + years), said_year=True)


def read_span(cursor: Cursor) -> Span | None:
    """A month, a date, a range or a last day, at the cursor; None where none stands there."""
    return _deadline(cursor) or _bounded(cursor) or _open(cursor)


def take_year(cursor: Cursor) -> int | None:
    """A year after a month, season or the like, counted from the plan year; None where none is.

    Reads "2026", "under 2026", "år 2026", "-2026", "året efter" and "samma år".
    """
    at = cursor.at
    if cursor.take_phrase(NEXT_YEAR):
        return 1
    if cursor.take_phrase(THIS_YEAR):
        return 0
    if not cursor.take_any(("under", "år", "i", "av")):
        cursor.take(Sort.DASH)
    year = cursor.take_number()
    if year is None or year not in YEARS:
        cursor.at = at
        return None
    if cursor.year is None:
        raise RefusedError("ett årtal kan inte stå här", "skriv ”året efter” om det behövs")
    return year - cursor.year


def _deadline(cursor: Cursor) -> Span | None:
    """ "senast 30 september", "per den 31 augusti", "före 1 oktober"."""
    at = cursor.at
    before = False
    if cursor.take_any(("senast",)):
        cursor.take_any(("i", "under", "per", "till"))
    elif cursor.take_any(("före", "innan")):
        before = True
    elif not (
        cursor.take_word("fram", "till", "och", "med")
        or cursor.take_word("fram", "till")
        or cursor.take_word("till", "och", "med")
        or (cursor.take_any(("per", "tom")) and _is_day(cursor))
    ):
        cursor.at = at
        return None
    point = None if before and cursor.peek().text == "jul" else _dated(cursor)
    if point is None:
        cursor.at = at
        return None
    end = replace(point, year=point.year or 0)
    return Span(None, _day_before(end) if before else end, said_year=point.year is not None)


def _bounded(cursor: Cursor) -> Span | None:
    """ "mars–maj", "1–15 mars", "mellan 1 mars och 15 april", "från mars till maj"."""
    at = cursor.at
    between = cursor.take_any(("mellan",)) != ""
    since = not between and (
        cursor.take_word("från", "och", "med") or cursor.take_any(("från",)) != ""
    )
    first = _first_of_days(cursor) or _dated(cursor)
    if first is None:
        cursor.at = at
        return None
    joined = cursor.take_any(("och",)) != "" if between else cursor.take_dash()
    second = _dated(cursor) if joined else None
    if second is None or (first.month == 0 and not second.day):
        if since and not joined:
            raise RefusedError(
                "perioden har en början men inget slut",
                "skriv både början och slut, till exempel ”mars–maj”",
            )
        cursor.at = at
        return None
    if first.month == 0:
        first = replace(first, month=second.month)
    return _range(first, second)


def _open(cursor: Cursor) -> Span | None:
    """A month alone, which is its whole span, or a date alone, which is a last day."""
    point = _dated(cursor)
    if point is None:
        return None
    end = replace(point, year=point.year or 0)
    return Span(None if end.day else end, end, said_year=point.year is not None)


def _range(first: Point, second: Point) -> Span:
    """From `first` to `second`, with the years the text leaves out."""
    said = first.year is not None or second.year is not None
    turns = (second.month, second.day or 32) < (first.month, first.day or 1)
    if second.year is None:
        second = replace(second, year=(first.year or 0) + turns)
    if first.year is None:
        first = replace(first, year=(second.year or 0) - turns)
    months = ((second.year or 0) - (first.year or 0)) * 12 + second.month - first.month
    if turns and months >= LONGEST_IMPLIED and not said:
        raise RefusedError(
            "perioden slutar före sin början, eller löper över mer än åtta månader",
            "skriv åren, till exempel ”november 2026–februari 2027”",
        )
    if months < 0 or (months == 0 and (second.day or 32) < (first.day or 1)):
        raise RefusedError(
            "perioden slutar före sin början", "skriv början först, till exempel ”mars–maj”"
        )
    return Span(first, second, said_year=said)


def _point(cursor: Cursor) -> Point | None:
    """A month or a date at the cursor, without a year after it except in ISO dates."""
    token = cursor.peek()
    if token.sort in (Sort.ISO_DATE, Sort.ISO_MONTH):
        return _iso(cursor)
    at = cursor.at
    cursor.take_any(("den",))
    number = cursor.take(Sort.NUMBER)
    day = number.value if number else cursor.take_ordinal()
    month = _month(cursor, after_day=day is not None)
    if month is None and day is not None and day <= 31 and cursor.take(Sort.SLASH):
        month = (cursor.take(Sort.NUMBER) or cursor.pieces[-1]).value
    if month is None or (day is None and at != cursor.at - 1):
        cursor.at = at
        return None
    if day is None:
        cursor.take_any(("månad",))
        return Point(month)
    return _checked(Point(month, day), is_day=True)


def _month(cursor: Cursor, after_day: bool) -> int | None:
    """The number of the month whose name stands here."""
    word = cursor.peek().text
    month = MONTH_NAMES.get(word) or MONTH_SHORT.get(word)
    if month is None:
        return None
    if word == "jul" and not after_day and not _other_short_month(cursor):
        return None
    cursor.at += 1
    return month


def _other_short_month(cursor: Cursor) -> bool:
    """Are months abbreviated elsewhere in the text, so that "jul" is juli and not Christmas?"""
    return any(token.text in MONTH_SHORT and token.text != "jul" for token in cursor.pieces)


def _iso(cursor: Cursor) -> Point:
    """ "2026-09-15" or "2026-09"."""
    year, month, *day = (int(part) for part in cursor.next().text.split("-"))
    if cursor.year is None:
        raise RefusedError("ett årtal kan inte stå här", "skriv till exempel ”15 september”")
    return _checked(Point(month, day[0] if day else 0, year - cursor.year), bool(day))


def _checked(point: Point, is_day: bool) -> Point:
    """The point; RefusedError for a month or, where it is a day, a day that no year has."""
    if not 1 <= point.month <= 12:
        raise _impossible(f"{point.day}/{point.month}" if is_day else f"månad {point.month}")
    if not is_day <= point.day <= monthrange(2024, point.month)[1]:
        raise _impossible(f"{point.day} {MONTHS[point.month - 1]}")
    return point


def _first_of_days(cursor: Cursor) -> Point | None:
    """The "1" of "1–15 mars", as a Point in month 0."""
    at = cursor.at
    cursor.take_any(("den",))
    number = cursor.take(Sort.NUMBER)
    day = number.value if number else None
    if day and day <= 31 and cursor.peek().sort is Sort.DASH:
        return Point(0, day)
    cursor.at = at
    return None


def _is_day(cursor: Cursor) -> bool:
    """Does a date, not a bare month, stand here? The cursor stays."""
    at = cursor.at
    point = _point(cursor)
    cursor.at = at
    return point is not None and point.day > 0


def _dated(cursor: Cursor) -> Point | None:
    """A month or a date with the year that may stand after it."""
    point = _point(cursor)
    if point is None or point.year is not None:
        return point
    return replace(point, year=take_year(cursor))


def _day_before(point: Point) -> Point:
    """The last day before a date or a month."""
    if point.day > 1:
        return replace(point, day=point.day - 1)
    if point.month > 1:
        return Point(point.month - 1, 0, point.year)
    return Point(12, 0, (point.year or 0) - 1)


def _day(point: Point, plan_year: int, *, last: bool) -> date:
    year = plan_year + (point.year or 0)
    length = monthrange(year, point.month)[1]
    if point.day > length:
        raise _impossible(f"{point.day} {MONTHS[point.month - 1]} {year}")
    return date(year, point.month, point.day or (length if last else 1))


def _impossible(words: str) -> RefusedError:
    return RefusedError(
        f"datumet ”{words}” finns inte",
        "skriv ett datum som finns, till exempel ”28 februari”, eller bara månaden",
    )
