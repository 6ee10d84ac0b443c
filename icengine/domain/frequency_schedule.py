"""From a Reading to the windows: what counts, listed times and cycles mean together.

Count and dates must agree, two rhythms may not be said at once, and a year must be clear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from icengine.domain.frequency_clauses import Count, Reading
from icengine.domain.frequency_items import whole_year_item
from icengine.domain.frequency_tokens import RefusedError
from icengine.domain.frequency_windows import Item, Window, placed, rhythm_windows
from icengine.domain.frequency_words import ORDINALS


@dataclass(frozen=True)
class Schedule:
    """When, as decided."""

    canonical: str
    """In normal form: "april och oktober"."""
    windows: tuple[Window, ...]
    """In date order."""


def plain_schedule(reading: Reading, year: int) -> Schedule:
    """The windows of listed times, or of a rhythm where none are listed."""
    if reading.whole_year is not None:
        if reading.items:
            if reading.base:
                raise RefusedError(
                    "”helår” tillsammans med andra tider kan bara vara planåret",
                    f"skriv dagen, till exempel ”senast 31 december {year + 1}”",
                )
            place = reading.whole_year
            reading.items.insert(place, whole_year_item(year))
            reading.counts = [
                replace(c, before=c.before + (c.before > place)) for c in reading.counts
            ]
        else:
            reading.counts.append(Count(None, "år", 0))
    if not reading.items:
        return _rhythm_schedule(reading, year)
    _check_count(reading, year)
    _check_next_year(reading, year)
    return _listed(reading.items, year)


def _listed(items: Sequence[Item], year: int) -> Schedule:
    """Listed times, in order."""
    pairs = placed(items, year)
    clear = not any(
        later.year > earlier.year and not _turns(earlier, later)
        for (earlier, _), (later, _) in pairwise(pairs)
    )
    texts = [_item_text(item) if clear else item.label for item, _ in pairs]
    return Schedule(_listing(texts), tuple(window for _, window in pairs))


def _item_text(item: Item) -> str:
    return f"{item.words} året efter" if item.year and item.words != item.label else item.words


def _listing(texts: Sequence[str]) -> str:
    """ "a", "a och b", "a, b och c"."""
    return " och ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def _check_count(reading: Reading, year: int) -> None:
    """Count and dates must agree: each count with the times after it, or with all of them."""
    total = len(reading.items)
    for place, count in enumerate(reading.counts):
        number = _times_a_year(count, year + reading.base)
        if number is None:
            continue
        later = reading.counts[place + 1 :]
        own = (later[0].before if later else total) - count.before
        alone = len(reading.counts) == 1
        whole = alone and (count.unit or not own or not count.before)
        listed = total if whole or not own else own
        if own and place == 0 and (count.unit or reading.years or reading.this_year):
            in_year = sum(item.year == reading.base for item in reading.items)
            listed = listed if in_year == listed else total
        if number != listed:
            raise RefusedError(
                f"antalet ({number}) stämmer inte med de uppräknade tiderna ({listed})",
                "skriv lika många tider som gånger, till exempel ”2 gånger per år, april och "
                "oktober”",
            )


def _times_a_year(count: Count, year: int) -> int | None:
    """How many times a year a count means; None where it says only "årligen"."""
    if not count.unit:
        return count.number
    if count.unit == "år":
        return count.number
    return len(rhythm_windows(_rhythm(count), year))


def _check_next_year(reading: Reading, year: int) -> None:
    """RefusedError for "mars och oktober 2027" in a plan for 2026: is mars too in 2027?

    Clear are "augusti och januari 2027", which turns the year, and a year or a count of its own.
    """
    if reading.years or reading.this_year:
        return
    for place, (earlier, later) in enumerate(pairwise(reading.items), 1):
        if earlier.year == later.year or (earlier.said_year and later.said_year):
            continue
        turned = earlier.year < later.year and _turns(earlier, later)
        if not turned and place not in reading.counted_items:
            unclear = later if earlier.said_year else earlier
            raise RefusedError(
                f"det är oklart om ”{unclear.words}” är {year} eller {year + 1}",
                f"skriv året efter var och en, till exempel ”{earlier.label} och {later.label}”",
            )


def _turns(earlier: Item, later: Item) -> bool:
    """Does the later one come earlier in its year, so that the year must have turned?"""
    first, second = earlier.start or earlier.end, later.start or later.end
    return (second.month, second.day) < (first.month, first.day)


_RHYTHMS = {
    "år": {1: "Y", 2: "H", 3: "T", 4: "Q", 6: "2M", 12: "M"},
    "halvår": {1: "H", 2: "Q", 3: "2M", 6: "M"},
    "tertial": {1: "T", 2: "2M", 4: "M"},
    "kvartal": {1: "Q", 2: "QQ", 3: "M"},
    "månad": {1: "M"},
    "vecka": {1: "W"},
    "1 månader": {1: "M"},
    "2 månader": {1: "2M"},
    "3 månader": {1: "Q"},
    "4 månader": {1: "T"},
    "6 månader": {1: "H"},
    "12 månader": {1: "Y"},
}
"""Unit -> times in it -> rhythm (frequency_windows.rhythm_windows)."""

_RHYTHM_TEXT = {
    "Y": "en gång per år",
    "H": "en gång per halvår",
    "T": "en gång per tertial",
    "Q": "en gång per kvartal",
    "QQ": "två gånger per kvartal",
    "2M": "varannan månad",
    "M": "en gång per månad",
    "W": "en gång per vecka",
}
"""Rhythm -> canonical text."""


def _rhythm(count: Count) -> str:
    """The rhythm of a count in a unit; RefusedError where it makes no equal parts."""
    unit = "år" if not count.unit else count.unit
    known = _RHYTHMS.get(unit, {})
    number = 1 if count.number is None else count.number
    if number in known:
        return known[number]
    if unit.endswith("månader") and number > 1:
        raise RefusedError(
            f"det är oklart om {number} gånger är på ett år eller på {unit}",
            f"skriv ”{number} gånger per år” eller bara ”varannan månad”",
        )
    if unit.endswith("månader"):
        raise RefusedError(
            f"året kan inte delas i lika delar om {unit}",
            "skriv varannan, var tredje, var fjärde eller var sjätte månad",
        )
    numbers = _listing([str(n) for n in known]).replace(" och ", " eller ")
    times = "gång" if list(known) == [1] else "gånger"
    raise RefusedError(
        f"{number} gånger per {unit} ger inga lika delar",
        f"skriv {numbers} {times} per {unit}, eller räkna upp tiderna, till exempel "
        "”februari, maj och november”",
    )


def _rhythm_schedule(reading: Reading, year: int) -> Schedule:
    """The windows of a rhythm; RefusedError where two are said, or a count of nothing."""
    in_year = bool(reading.years) or reading.this_year
    yearly = any(c.unit == "år" and c.number is None for c in reading.counts)
    counts = [c for c in reading.counts if c.unit != "år" or c.number is not None]
    stated = [c for c in counts if c.unit or in_year or yearly]
    loose = [c.number for c in counts if not (c.unit or in_year or yearly)]
    rhythms = {_rhythm(count) for count in stated}
    if yearly and (not stated or any(count.unit not in ("", "år") for count in stated)):
        rhythms.add("Y")
    if not rhythms:
        raise RefusedError(
            f"det framgår inte på hur lång tid ”{_times(loose[0])}” ska ske",
            "skriv till exempel ”2 gånger per år” eller ”en gång per kvartal”",
        )
    base_year = year + reading.base
    windows = rhythm_windows(min(rhythms), base_year)
    if len(rhythms) > 1 or any(number != len(windows) for number in loose):
        raise RefusedError(
            "texten säger två olika saker om hur ofta",
            f"skriv bara det som gäller, till exempel ”{_RHYTHM_TEXT[min(rhythms)]}”",
        )
    if windows[-1].end.year > year + 1:
        raise RefusedError(
            f"veckorna {base_year} slutar i {base_year + 1}, långt efter planåret",
            "skriv ”varje vecka”, utan årtal",
        )
    canonical = _RHYTHM_TEXT[min(rhythms)] + (f" {base_year}" if reading.base else "")
    return Schedule(canonical, windows)


def _times(number: int | None) -> str:
    return "en gång" if number == 1 else f"{number} gånger"


def cycle_schedule(reading: Reading, year: int) -> Schedule:
    """ "vartannat år" and the like: the windows where this is its year, none where it is not."""
    every, parity = reading.cycle, reading.parity
    anchors = sorted({*reading.starts, *reading.years})
    if not anchors and parity is None:
        anchors = reading.coming
    _check_cycle(reading, anchors)
    anchor = anchors[0] if anchors else (parity or 0)
    if reading.items:
        _check_next_year(reading, year)
        schedule = _listed(reading.items, year)
        times = f", {schedule.canonical}"
    else:
        schedule = Schedule("", rhythm_windows("Y", year))
        times = ""
    words = _cycle_words(reading) + (f" med start {anchor}" if anchors else "")
    if parity is not None:
        words += ", jämna år" if parity == 0 else ", udda år"
    if year >= anchor and (year - anchor) % every == 0:
        return Schedule(words + times, schedule.windows)
    coming = max(anchor, year + (anchor - year) % every)
    return Schedule(f"{words}{times} (nästa gång {coming})", ())


def _cycle_words(reading: Reading) -> str:
    if reading.mandate:
        return "en gång per mandatperiod"
    if reading.cycle == 2:
        return "vartannat år"
    return f"vart {next(w for w, n in ORDINALS.items() if n == reading.cycle)} år"


def _check_cycle(reading: Reading, anchors: Sequence[int]) -> None:
    """RefusedError where the cycle has no anchor, anchors that differ, or more than one time."""
    name = _cycle_words(reading) if reading.cycle <= 12 else "så sällan"
    if not anchors and reading.parity is None:
        raise RefusedError(
            f"”{name}” säger inte vilka år",
            f"skriv året också, till exempel ”{name} med start 2026”",
        )
    named = [*anchors, *reading.coming, *([] if reading.parity is None else [reading.parity])]
    if any((a - named[0]) % reading.cycle for a in named):
        raise RefusedError(
            "åren stämmer inte med varandra", f"skriv ett år, till exempel ”{name} med start 2026”"
        )
    listed = len(reading.items) or 1
    others = [c for c in reading.counts if c.unit not in ("", "år")]
    if others or any(c.number not in (None, listed) for c in reading.counts):
        raise RefusedError(
            "det kan inte ske flera gånger och samtidigt inte varje år",
            f"skriv till exempel ”{name} med start 2026, oktober”",
        )
    if reading.continuous or reading.whole_year is not None:
        raise RefusedError(
            "texten säger två olika saker om hur ofta", f"skriv ”{name} med start 2026”"
        )


def check_years(reading: Reading, year: int) -> None:
    """RefusedError where a year named by itself is not the plan year or the next, or is unclear."""
    for named in reading.years:
        if named not in (year, year + 1):
            raise RefusedError(
                f"{named} är varken planåret {year} eller året efter",
                f"skriv en tid i {year} eller {year + 1}, eller utelämna årtalet",
            )
    if any(named != year + reading.base for named in reading.years):
        raise RefusedError(
            "det är oklart vilka tider årtalet gäller",
            "skriv året direkt efter varje månad, till exempel "
            f"”oktober {year} och januari {year + 1}”",
        )
