"""Listed times in a frequency text: "mars", "kvartal 2 och 4", "tidig höst", "senast vecka 40".

Each is read at the cursor to an Item of the plan year or the year after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from icengine.domain.calendar import swedish_date
from icengine.domain.frequency_periods import NEEDS_YEAR, Periods
from icengine.domain.frequency_spans import YEARS, Point, Span, read_span, take_year
from icengine.domain.frequency_tokens import Cursor, RefusedError, Sort
from icengine.domain.frequency_windows import (
    PARTS,
    Item,
    Window,
    part_window,
    span_slot,
    span_words,
    week_window,
)
from icengine.domain.frequency_words import (
    AND,
    MONTH_NAMES,
    MONTH_SHORT,
    PER,
    QUESTIONS,
    TIMES,
)

_PREPOSITIONS = frozenset(
    ("i", "under", "på", "för", "kring", "per", "vid", "perioden", "månaderna")
)
_LETTERS = {
    "q": "Q", "kv": "Q", "kvartal": "Q", "kvartalen": "Q",
    "t": "T", "tertial": "T", "tertialen": "T",
    "h": "H", "halvår": "H",
    "v": "W", "vecka": "W", "veckor": "W", "veckorna": "W",
}  # fmt: skip
_ORDERED = {
    "kvartalet": "Q", "kvartal": "Q", "kvartalen": "Q", "kv": "Q",
    "tertialet": "T", "tertial": "T", "tertialen": "T",
    "halvåret": "H", "halvår": "H",
}  # fmt: skip


def read_items(cursor: Cursor, year: int, periods: Periods, base: int) -> tuple[Item, ...]:
    """The times at the cursor, () where none stands there.

    `year` is the plan year; `base` is 1 where the text has said that it speaks of the year after.
    """
    at = cursor.at
    last_day = cursor.take_any(("senast",)) != ""
    found = read_after(cursor, year, periods, base) if last_day else ()
    if last_day and found:
        return _as_last_day(found, year)
    cursor.at = at
    span = read_span(cursor)
    if span is not None:
        return (span_item(span, year, base),)
    return read_after(cursor, year, periods, base)


def read_after(cursor: Cursor, year: int, periods: Periods, base: int) -> tuple[Item, ...]:
    """As read_items, for what may stand after a preposition, which is passed."""
    at = cursor.at
    if cursor.take_word("i", "samband", "med") or cursor.take_word("i", "anslutning", "till"):
        prepositions = ["samband"]
    else:
        prepositions = []
        while cursor.peek().text in _PREPOSITIONS:
            prepositions.append(cursor.next().text)
    found = (
        _numbered(cursor, year, base)
        or _ordered(cursor, year, base)
        or _edge_of_year(cursor, year)
        or _period(cursor, year, periods, base)
    )
    if found:
        return found
    span = read_span(cursor) if prepositions and "per" not in prepositions else None
    if span is None:
        if cursor.take_any(("den",)):
            found = _period(cursor, year, periods, base)
        if not found:
            cursor.at = at
        return found
    return (span_item(span, year, base),)


def span_item(span: Span, year: int, base: int = 0) -> Item:
    """A span of months or days in the plan year `year`; `base` moves one without a year."""
    if base and not span.said_year:
        span = span.shifted(base)
    named = span.named_year
    start, end = _dates(span, year)
    if start is None:
        return _last_day(end, year, span.said_year)
    label = span_words(start, end, year=True)
    words = label if span.crosses and span.said_year else span_words(start, end, year=False)
    return Item(span_slot(start, end), words, label, start, end, named, span.said_year)


def whole_year_item(year: int) -> Item:
    """ "helår" beside "delår": a last day, 31 December."""
    end = date(year, 12, 31)
    return Item(f"{end}", "helår", f"helår {year}", None, end)


def _numbered(cursor: Cursor, year: int, base: int) -> tuple[Item, ...]:
    """ "kvartal 2 och 4", "Q2", "T1", "vecka 12", "v. 10–12"."""
    at = cursor.at
    letter = _LETTERS.get(cursor.peek().text, "")
    cursor.at += 1
    first = cursor.take_number() if letter else None
    if first is None or first in YEARS:
        cursor.at = at
        return ()
    if letter == "W" and cursor.peek().sort is Sort.DASH and (cursor.peek(1).value or 99) < 54:
        cursor.at += 1
        last = cursor.take_number() or 0
        return _parts(cursor, year, base, [first], lambda y, n: week_window(y, n, last))
    numbers = [first]
    while (number := _another(cursor)) is not None:
        numbers.append(number)
    return _parts(cursor, year, base, numbers, _maker(letter))


def _another(cursor: Cursor) -> int | None:
    """The next number of a list such as "2 och 4", where it is not the start of something else."""
    at = cursor.at
    if cursor.take(Sort.BREAK):
        cursor.take_any(AND)
    elif not cursor.take_any(AND):
        return None
    number = cursor.take_number()
    then = cursor.peek()
    starts_other = (
        then.text in TIMES
        or then.text in PER
        or then.text in MONTH_NAMES
        or then.text in MONTH_SHORT
        or then.sort in (Sort.SLASH, Sort.DASH)
    )
    if number is None or number in YEARS or starts_other:
        cursor.at = at
        return None
    return number


def _ordered(cursor: Cursor, year: int, base: int) -> tuple[Item, ...]:
    """ "första halvåret", "andra och fjärde kvartalet", "sista tertialet"."""
    at = cursor.at
    cursor.take_any(("det", "de"))
    numbers = []
    while True:
        number = 0 if cursor.take_any(("sista",)) else cursor.take_ordinal()
        if number is None:
            break
        numbers.append(number)
        if not (cursor.take_any(AND) or cursor.take(Sort.BREAK)):
            break
    letter = _ORDERED.get(cursor.peek().text, "") if numbers else ""
    if not letter:
        cursor.at = at
        return ()
    cursor.at += 1
    count = 12 // PARTS[letter][1]
    return _parts(cursor, year, base, [n or count for n in numbers], _maker(letter))


def _maker(letter: str) -> Callable[[int, int], Window]:
    """From a year and a number to the window of that part of the year; RefusedError outside."""

    def make(year: int, number: int) -> Window:
        if letter == "W":
            return week_window(year, number, number)
        name, months = PARTS[letter]
        if not 1 <= number <= 12 // months:
            raise RefusedError(
                f"{name} {number} finns inte",
                f"året har {name} 1–{12 // months}; skriv till exempel ”{name} 1”",
            )
        return part_window(letter, number, year)

    return make


def _parts(
    cursor: Cursor, year: int, base: int, numbers: list[int], make: Callable[[int, int], Window]
) -> tuple[Item, ...]:
    """One item a number; a year after the list belongs to the last of them."""
    said = take_year(cursor)
    found = []
    for place, number in enumerate(numbers, 1):
        own = said if place == len(numbers) else None
        offset = base if own is None else own
        window = make(_plan_year(year, offset), number)
        _plan_year(year, window.end.year - year)
        words = window.label.rsplit(" ", 1)[0]
        found.append(
            Item(
                window.slot, words, window.label, window.start, window.end, offset, own is not None
            )
        )
    return tuple(found)


def _edge_of_year(cursor: Cursor, year: int) -> tuple[Item, ...]:
    """ "början av 2026", "slutet av 2026": the first or the last month."""
    at = cursor.at
    month = 1 if cursor.take_any(("början",)) else 12 if cursor.take_any(("slutet",)) else 0
    if month and cursor.take_any(("av", "på")):
        said = take_year(cursor)
        number = cursor.before()
        if said is not None and number is not None and number.value in YEARS:
            item = span_item(Span(Point(month, 0, said), Point(month, 0, said), True), year)
            words = "början av" if month == 1 else "slutet av"
            label = f"{words} {year + said}"
            return (replace(item, words=f"{words} året", label=label),)
    cursor.at = at
    return ()


def _period(cursor: Cursor, year: int, periods: Periods, base: int) -> tuple[Item, ...]:
    """A named period with the year that may stand after it."""
    key = periods.take(cursor)
    if not key:
        return ()
    pair = _year_pair(cursor)
    said = pair - year if pair else take_year(cursor)
    if said is None and key in NEEDS_YEAR:
        raise RefusedError(*QUESTIONS["vintern"])
    offset = base if said is None else said
    _plan_year(year, offset)
    span = periods.span(key).shifted(offset)
    if pair and not span.crosses:
        raise RefusedError(
            f"”{key}” ligger inte i två år", f"skriv bara ett år, till exempel ”{key} {pair}”"
        )
    start, end = _dates(span, year)
    label = f"{key} {year + offset}"
    if key.endswith(" av året"):
        label = f"{key.removesuffix('året')}{year + offset}"
    if span.crosses:
        label += f"/{year + offset + 1}"
    words = label if key in NEEDS_YEAR else key
    slot = f"{end}" if start is None else span_slot(start, end)
    return (Item(slot, words, label, start, end, offset, said is not None),)


def _year_pair(cursor: Cursor) -> int | None:
    """The first year of "2026/2027" or "2026/27"."""
    first, mark, second = cursor.peek(), cursor.peek(1), cursor.peek(2)
    if first.value not in YEARS or mark.sort not in (Sort.SLASH, Sort.DASH):
        return None
    if first.value is None or second.value not in (first.value + 1, (first.value + 1) % 100):
        return None
    cursor.at += 3
    return first.value


def _as_last_day(items: tuple[Item, ...], year: int) -> tuple[Item, ...]:
    """ "senast" before a longer time: its last day."""
    if len(items) > 1:
        raise RefusedError(
            "”senast” kan bara stå före en tid",
            "skriv det före var och en, till exempel ”senast vecka 10 och senast vecka 40”",
        )
    item = items[0]
    if item.start is not None and item.start.year != item.end.year:
        raise RefusedError(
            f"”senast {item.words}” säger inte vilket av åren",
            f"skriv dagen, till exempel ”senast 31 december {item.start.year}”",
        )
    return (_last_day(item.end, year, item.said_year),)


def _last_day(end: date, year: int, said_year: bool) -> Item:
    words = f"senast {swedish_date(end, year=False)}"
    return Item(f"{end}", words, f"{words} {end.year}", None, end, end.year - year, said_year)


def _dates(span: Span, year: int) -> tuple[date | None, date]:
    """The span's days; RefusedError where they lie outside the plan year and the one after."""
    for point in (span.start or span.end, span.end):
        _plan_year(year, point.year or 0)
    return span.dates(year)


def _plan_year(year: int, offset: int) -> int:
    """The year `offset` years on; RefusedError where it is not the plan year or the next."""
    if offset not in (0, 1):
        raise RefusedError(
            f"{year + offset} är varken planåret {year} eller året efter",
            f"skriv en tid i {year} eller {year + 1}, eller utelämna årtalet",
        )
    return year + offset
