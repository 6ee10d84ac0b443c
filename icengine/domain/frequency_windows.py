"""Windows: one occurrence's period, with its slot, its label and its days.

A slot is a stable name (design: Slots). The scheme:

| period | slot |
|---|---|
| year, half-year, tertial, quarter | 2026, 2026-H1, 2026-T2, 2026-Q3 |
| two per quarter | 2026-Q3-1, 2026-Q3-2 |
| month, every other month | 2026-02, 2026-01--02 |
| week, weeks | 2026-W12, 2026-W10--W12 |
| a date or a last day | 2026-09-15 |
| whole months | 2026-03--05; into the next year 2026-12--2027-01 |
| days | 2026-12-27--12-30; into the next year 2026-12-15--2027-01-15 |

A named period takes the slot of its months or days, so that a plan which changes what "tidig
höst" means makes other slots, and one that only rewords it does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from icengine.domain.calendar import DAY, MONTHS, swedish_date
from icengine.domain.frequency_tokens import RefusedError

PARTS: Mapping[str, tuple[str, int]] = {
    "H": ("halvår", 6),
    "T": ("tertial", 4),
    "Q": ("kvartal", 3),
}
"""Letter of a part of the year -> (Swedish name, months)."""

HALVES = ("", "första halvåret", "andra halvåret")
"""Half-years by number."""


@dataclass(frozen=True)
class Window:
    """One occurrence's period as written."""

    slot: str
    """Stable name, unique within a Frequency."""
    label: str
    """Swedish, for people: "tertial 2 2026"."""
    start: date
    """First day, inclusive."""
    end: date
    """Last day, inclusive."""


@dataclass(frozen=True)
class Item:
    """A listed time: a window that may still lack its first day."""

    slot: str
    """As of the window."""
    words: str
    """As a canonical text says it, without a year: "tidig höst"."""
    label: str
    """With its year: "tidig höst 2026"; reads back to the same item."""
    start: date | None
    """None for a last day: the day after what is listed before it, or 1 January."""
    end: date
    """Last day, inclusive."""
    year: int = 0
    """The year that its words belong to, counted from the plan year."""
    said_year: bool = False
    """Did the text name the year?"""


def year_window(year: int) -> Window:
    """The whole year."""
    return Window(f"{year}", f"helår {year}", date(year, 1, 1), date(year, 12, 31))


def part_window(letter: str, number: int, year: int) -> Window:
    """A half-year (H), tertial (T) or quarter (Q)."""
    name, months = PARTS[letter]
    label = HALVES[number] if letter == "H" else f"{name} {number}"
    last = number * months
    return Window(
        f"{year}-{letter}{number}",
        f"{label} {year}",
        date(year, last - months + 1, 1),
        month_end(year, last),
    )


def month_window(year: int, first: int, last: int) -> Window:
    """Whole months of one year, `first` to `last`."""
    slot, label = f"{year}-{first:02}", MONTHS[first - 1]
    if last > first:
        slot, label = f"{slot}--{last:02}", f"{label}–{MONTHS[last - 1]}"
    return Window(slot, f"{label} {year}", date(year, first, 1), month_end(year, last))


def week_window(year: int, first: int, last: int) -> Window:
    """ISO weeks, Monday to Sunday. What week 1 has of the year before is left out.

    RefusedError for a week the year does not have.
    """
    for week in (first, last):
        if not 1 <= week <= weeks_in(year):
            raise RefusedError(
                f"vecka {week} finns inte {year}",
                f"skriv en vecka mellan 1 och {weeks_in(year)}, till exempel ”vecka 12”",
            )
    if last < first:
        raise RefusedError(
            f"vecka {first}–{last} slutar före sin början", "skriv till exempel ”vecka 10–12”"
        )
    slot, label = f"{year}-W{first:02}", f"vecka {first}"
    if last > first:
        slot, label = f"{slot}--W{last:02}", f"{label}–{last}"
    start = max(date.fromisocalendar(year, first, 1), date(year, 1, 1))
    return Window(slot, f"{label} {year}", start, date.fromisocalendar(year, last, 7))


def half_quarters(year: int) -> tuple[Window, ...]:
    """Two windows a quarter, cut in the middle by days: 14 February, 15 May, 15 August …"""
    found = []
    for number in range(1, 5):
        whole = part_window("Q", number, year)
        middle = whole.start + timedelta(((whole.end - whole.start).days + 1) // 2 - 1)
        for half, (start, end) in enumerate(((whole.start, middle), (middle + DAY, whole.end)), 1):
            label = f"kvartal {number} {year}, del {half} av 2"
            found.append(Window(f"{whole.slot}-{half}", label, start, end))
    return tuple(found)


def rhythm_windows(rhythm: str, year: int) -> tuple[Window, ...]:
    """The windows of a rhythm: Y, H, T, Q, QQ (two a quarter), 2M, M or W."""
    if rhythm in PARTS:
        count = 12 // PARTS[rhythm][1]
        return tuple(part_window(rhythm, number, year) for number in range(1, count + 1))
    if rhythm == "QQ":
        return half_quarters(year)
    if rhythm in ("2M", "M"):
        months = 2 if rhythm == "2M" else 1
        return tuple(month_window(year, m, m + months - 1) for m in range(1, 13, months))
    if rhythm == "W":
        return tuple(week_window(year, week, week) for week in range(1, weeks_in(year) + 1))
    return (year_window(year),)


def span_slot(start: date, end: date) -> str:
    """The slot of a span: by months where it is whole months, else by days."""
    same_year = start.year == end.year
    if start.day == 1 and end == month_end(end.year, end.month):
        if (start.year, start.month) == (end.year, end.month):
            return f"{start:%Y-%m}"
        return f"{start:%Y-%m}--{end:%m}" if same_year else f"{start:%Y-%m}--{end:%Y-%m}"
    return f"{start}--{end:%m-%d}" if same_year else f"{start}--{end}"


def span_words(start: date, end: date, *, year: bool) -> str:
    """A span in words, with or without years: "1–15 mars", "december 2026–januari 2027"."""
    crosses = start.year != end.year
    if start.day == 1 and end == month_end(end.year, end.month):
        first, last = MONTHS[start.month - 1], MONTHS[end.month - 1]
        words = first if (start.year, start.month) == (end.year, end.month) else f"{first}–{last}"
    elif (start.year, start.month) == (end.year, end.month):
        first, words = "", f"{start.day}–{end.day} {MONTHS[end.month - 1]}"
    else:
        first, last = swedish_date(start, year=False), swedish_date(end, year=False)
        words = f"{first}–{last}"
    if not year:
        return words
    if crosses:
        words = f"{first} {start.year}–{last}"
    return f"{words} {end.year}"


def placed(items: Sequence[Item], year: int) -> tuple[tuple[Item, Window], ...]:
    """The items in order of time with their windows; RefusedError where two overlap.

    A last day begins the day after the item before it, the first one on 1 January of `year`.
    """
    found: list[tuple[Item, Window]] = []
    free = date(year, 1, 1)
    for item in sorted(items, key=lambda item: (item.end, item.start or date.min)):
        start = item.start or free
        if (found and start < free) or item.end < start:
            other = found[-1][0].label if found else item.label
            raise RefusedError(
                f"”{other}” och ”{item.label}” överlappar varandra"
                if other != item.label
                else f"”{other}” står mer än en gång",
                "skriv tider som inte går in i varandra, till exempel ”mars och oktober”",
            )
        found.append((item, Window(item.slot, item.label, start, item.end)))
        free = item.end + DAY
    return tuple(found)


def weeks_in(year: int) -> int:
    """52, or 53 in a year that has that many ISO weeks."""
    return date(year, 12, 28).isocalendar().week


def month_end(year: int, month: int) -> date:
    """The month's last day."""
    return date(year + month // 12, month % 12 + 1, 1) - DAY
