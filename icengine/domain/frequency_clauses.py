"""From tokens to a Reading: what the parts of a frequency text say, one by one.

Each reader below looks at the cursor for one kind of phrase ("2 gånger per år", "vartannat år",
"löpande", "under 2026", "mars", "vid behov", "kontrollen görs"). A word that no reader knows makes
the whole text unread: a wrong guess is worse than a question. What the parts mean together is
decided in frequency.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from icengine.domain import frequency_words as words
from icengine.domain.frequency_items import read_items
from icengine.domain.frequency_periods import Periods
from icengine.domain.frequency_questions import question_about
from icengine.domain.frequency_spans import YEARS
from icengine.domain.frequency_tokens import Cursor, RefusedError, Sort, Token, tokens
from icengine.domain.frequency_windows import Item

_RELATIVE = frozenset(("efter", "därefter", "därpå", "år", "året"))
"""Last words of "året efter", "samma år" and the like."""

_FREE_QUESTIONS = ("inte", "eller", "redovisas", "högst", "från")
"""Questions whose words are harmless in a phrase that describes an event."""

MANDATE = 4
"""Years of a mandatperiod."""


@dataclass(frozen=True)
class Count:
    """How many times, in what."""

    number: int | None
    """None where only the unit is said: "årligen", "per kvartal"."""
    unit: str
    """år, halvår, tertial, kvartal, månad, vecka; "3 månader"; "" where it is not said."""
    before: int
    """Number of items listed before it."""


@dataclass
class Reading:
    """What has been read so far."""

    items: list[Item] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    counted_items: set[int] = field(default_factory=set)
    """Places of the items that have a count of their own just before them."""
    base: int = 0
    """1 where the text, before its items, speaks of the year after the plan year."""
    years: list[int] = field(default_factory=list)
    """Years named apart from any item."""
    starts: list[int] = field(default_factory=list)
    """Years after "med start"."""
    coming: list[int] = field(default_factory=list)
    """Years after "nästa gång"."""
    this_year: bool = False
    """ "under året"."""
    cycle: int = 0
    """Every so many years."""
    parity: int | None = None
    """0 jämna år, 1 udda år."""
    mandate: bool = False
    """The cycle was written as mandatperiod."""
    whole_year: int | None = None
    """Number of items before "helår"."""
    continuous: bool = False
    event: bool = False
    """ "vid behov" or the like."""
    occasion: bool = False
    """ "i samband med" something: an event where no time is given."""
    all_year: bool = False
    """ "hela året"."""
    reporting: bool = False
    """Words about reporting."""
    loose: list[str] = field(default_factory=list)
    """Free words passed over after "vid", "i samband med" or "enligt"."""
    phrase: bool = False
    """Are free words welcome here?"""
    joined: bool = True
    """Has there been a comma, "och" or the like since the last item?"""

    def scheduled(self) -> bool:
        """Does the text say when or how often?"""
        return bool(self.items or self.counts or self.cycle or self.whole_year is not None)


def read_clauses(text: str, year: int, periods: Periods) -> Reading:
    """The parts of a text; RefusedError where one cannot be read."""
    cursor = Cursor(tokens(text), year)
    reading = Reading(cycle=_has_cycle(cursor))
    while not cursor.ended():
        if any(reader(cursor, reading) for reader in _READERS):
            continue
        if not _items(cursor, reading, periods) and not _loose(cursor, reading):
            raise question_about(cursor, periods)
    return reading


def _filler(cursor: Cursor, _reading: Reading) -> bool:
    """Words that say nothing about time."""
    return cursor.take_phrase(words.FILLERS) != ()


def _connector(cursor: Cursor, reading: Reading) -> bool:
    """Comma, "och" and the like; a dash too, where no listed time stands before it to be the
    beginning of a range."""
    dash = reading.joined and not reading.phrase and cursor.take(Sort.DASH)
    if not (dash or cursor.take(Sort.BREAK) or cursor.take_any(words.AND)):
        return False
    reading.joined = True
    return True


def _continuous(cursor: Cursor, reading: Reading) -> bool:
    """ "löpande"; "dagligen", "varje dag"; "löpande/kontinuerligt"."""
    daily = cursor.take_word("varje", "dag") or cursor.take_word("per", "dag")
    if not daily and not cursor.take_any(words.CONTINUOUS):
        return False
    if cursor.peek().sort is Sort.SLASH and cursor.peek(1).text in words.CONTINUOUS:
        cursor.at += 2
    reading.continuous = True
    return True


def _event(cursor: Cursor, reading: Reading) -> bool:
    if not cursor.take_phrase(words.EVENTS):
        return False
    reading.event = reading.phrase = True
    return True


def _cycle(cursor: Cursor, reading: Reading) -> bool:
    """ "vartannat år", "vart tredje år", "jämna år"."""
    at = cursor.at
    _pass_at_least(cursor)
    if not _take_cycle(cursor, reading):
        cursor.at = at
        return False
    return True


def _take_cycle(cursor: Cursor, reading: Reading) -> bool:
    at = cursor.at
    cursor.take_any(("varje",))
    for parity, forms in enumerate((("jämna", "jämnt"), ("udda", "ojämna", "ojämnt"))):
        if cursor.take_any(forms) and cursor.take_any(("år",)):
            reading.cycle, reading.parity = 2, parity
            return True
    cursor.at = at
    every = 0
    if cursor.take_any(("vartannat", "varannat")) or _take_other(cursor, "annat"):
        every = 2
    elif cursor.take_any(("vart", "var")):
        every = cursor.take_ordinal() or 0
    if 1 < every <= 12 and cursor.take_any(("år", "kalenderår")):
        reading.cycle = every
        return True
    cursor.at = at
    return False


def _has_cycle(cursor: Cursor) -> int:
    """Years of the cycle that stands anywhere in the text, so that a year before it is known for
    its anchor; 0 where there is none."""
    found = Reading()
    for place in range(len(cursor.pieces)):
        cursor.at = place
        unit = cursor.peek().text
        if words.UNITS.get(unit) == "mandatperiod":
            found.cycle = MANDATE
        _take_cycle(cursor, found)
    cursor.at = 0
    return found.cycle


def _whole_year(cursor: Cursor, reading: Reading) -> bool:
    """ "helår", "per helår"."""
    at = cursor.at
    cursor.take_any(("per", "varje", "vid", "under", "för"))
    if not cursor.take_any(("helår", "helåret")):
        cursor.at = at
        return False
    _must_be_joined(reading)
    if reading.whole_year is not None:
        raise RefusedError("”helår” står mer än en gång", "skriv till exempel ”delår och helår”")
    reading.whole_year = len(reading.items)
    return True


def _count(cursor: Cursor, reading: Reading) -> bool:
    """ "minst 2 gånger per år", "1/år", "I gång", "kvartalsvis", "varannan månad"."""
    at = cursor.at
    cursor.take_any(("vid",))
    _pass_at_least(cursor)
    number = _take_times(cursor)
    unit = _take_unit(cursor, counted=number is not None)
    if number is None and not unit:
        if (number := cursor.take_number()) is not None:
            unit = _take_unit(cursor, counted=True)
        if not unit or unit.endswith("månader"):
            cursor.at = at
            return False
    if unit == "mandatperiod":
        reading.cycle, reading.mandate = MANDATE, True
    elif unit == "dag":
        _daily(number)
        reading.continuous = True
        return True
    reading.phrase = False
    reading.counts.append(Count(number, "" if unit == "mandatperiod" else unit, len(reading.items)))
    return True


def _pass_at_least(cursor: Cursor) -> None:
    while cursor.take_any(words.AT_LEAST):
        pass


def _take_times(cursor: Cursor) -> int | None:
    """ "2 gånger", "en gång", and "I gång" with the letter I for 1."""
    at = cursor.at
    number = 1 if cursor.take_any(("i",)) else cursor.take_number()
    if number is None or not cursor.take_any(words.TIMES):
        cursor.at = at
        return None
    return number


def _take_unit(cursor: Cursor, counted: bool) -> str:
    """ "per år", "/år", "kvartalsvis", "varannan månad", "var 3:e månad"; "" where none stands."""
    if adverb := cursor.take_any(words.ADVERBS):
        return words.ADVERBS[adverb]
    at = cursor.at
    if months := _take_months(cursor):
        return f"{months} månader"
    slash = counted and cursor.take(Sort.SLASH) is not None
    under = counted and not slash and cursor.take_any(("under",)) != ""
    if (under and cursor.take_any(("varje", "en", "ett"))) or (not under and not slash):
        if not under and not cursor.take_any(words.PER if counted else words.EACH):
            cursor.at = at
            return ""
        cursor.take_any(("varje",))
    elif under and cursor.peek().text != "mandatperioden":
        cursor.at = at
        return ""
    unit = words.UNITS.get(cursor.take_any(words.UNITS), "")
    then = cursor.peek()
    if not unit or (then.sort is Sort.NUMBER and then.value not in YEARS):
        cursor.at = at
        return ""
    return unit


def _take_months(cursor: Cursor) -> int:
    """The N of "var N:e månad", 2 for "varannan månad"; 0 where it does not stand here."""
    at = cursor.at
    every = 0
    if cursor.take_any(("varannan",)) or _take_other(cursor, "annan"):
        every = 2
    elif cursor.take_any(("var", "vart", "varje")):
        every = cursor.take_ordinal() or 0
    if every and words.UNITS.get(cursor.take_any(words.UNITS)) == "månad":
        return every
    cursor.at = at
    return 0


def _take_other(cursor: Cursor, other: str) -> bool:
    """ "var annan", "vart annat"."""
    return cursor.take_word("var", other) or cursor.take_word("vart", other)


def _daily(number: int | None) -> None:
    if number not in (None, 1):
        raise RefusedError(
            "flera gånger om dagen kan inte planeras",
            "skriv ”dagligen” eller ”löpande”, och hur ofta det redovisas",
        )


def _year(cursor: Cursor, reading: Reading) -> bool:
    """ "under 2026", "(2026)", "under året", "med start 2026"."""
    if cursor.take_phrase(words.ALL_YEAR):
        reading.all_year = True
        return True
    if cursor.take_phrase(words.THIS_YEAR):
        reading.this_year = True
        return True
    at = cursor.at
    coming = cursor.take_word("nästa", "gång")
    start = not coming and cursor.take_phrase(words.START) != ()
    if not start and not coming:
        cursor.take_any(("under", "för", "i"))
    cursor.take_any(("år", "året"))
    year = cursor.take_number()
    if year is None or year not in YEARS or _is_pair(cursor):
        cursor.at = at
        return False
    (reading.starts if start else reading.coming if coming else reading.years).append(year)
    if cursor.year is not None and not reading.cycle and not reading.items:
        reading.base = year - cursor.year
    return True


def _is_pair(cursor: Cursor) -> bool:
    """Does a second year or a fraction follow the year just passed?"""
    mark, then = cursor.peek(), cursor.peek(1)
    return mark.sort is Sort.SLASH or (mark.sort is Sort.DASH and then.sort is Sort.NUMBER)


def _items(cursor: Cursor, reading: Reading, periods: Periods) -> bool:
    """Listed times; RefusedError where nothing joins them to the one before."""
    base = reading.base if reading.base == 1 else 0
    found = read_items(cursor, cursor.year or 0, periods, base)
    if not found:
        return False
    _must_be_joined(reading)
    passed = cursor.before()
    if base and passed is not None and passed.text in _RELATIVE and found[-1].said_year:
        raise RefusedError(
            f"det är oklart vilket år ”{found[-1].words}” ligger i",
            f"skriv årtalet efter, till exempel ”{found[-1].label}”",
        )
    if reading.counts and reading.counts[-1].before == len(reading.items):
        reading.counted_items.add(len(reading.items))
    reading.items.extend(found)
    reading.joined = reading.phrase = False
    return True


def _must_be_joined(reading: Reading) -> None:
    if reading.items and not reading.joined:
        raise RefusedError(
            f"det är oklart hur ”{reading.items[-1].words}” hör ihop med det som följer",
            "skilj tiderna åt med komma eller ”och”, till exempel ”mars och oktober”",
        )


def _reporting(cursor: Cursor, reading: Reading) -> bool:
    if reading.phrase or not cursor.take_any(words.REPORTING):
        return False
    reading.reporting = True
    return True


def _occasion(cursor: Cursor, reading: Reading) -> bool:
    """ "vid nyanställning", "i samband med uppdragsavstämning", "enligt attestreglementet"."""
    at = cursor.at
    opening = cursor.take_phrase(words.CIRCUMSTANCE)
    token = cursor.peek()
    if not opening or token.sort is not Sort.WORD or is_about_time(token):
        cursor.at = at
        return False
    if opening == ("vid",):
        reading.event = True
    elif opening != ("enligt",):
        reading.occasion = True
    reading.phrase = True
    return True


def _loose(cursor: Cursor, reading: Reading) -> bool:
    """A free word, or a mark inside one, in a phrase that welcomes them."""
    if _occasion(cursor, reading):
        return True
    token, before = cursor.peek(), cursor.before()
    if reading.scheduled() and before is not None and before.sort is Sort.BREAK:
        return False
    if not reading.phrase or token.sort not in (Sort.WORD, Sort.DASH, Sort.SLASH):
        return False
    if is_about_time(token):
        return False
    reading.loose.append(token.text)
    cursor.at += 1
    return True


def is_about_time(token: Token) -> bool:
    """May the word change when something is to be done?"""
    word = token.text
    return (
        word in words.TIME_EXACT
        or (word in words.QUESTION_WORDS and words.QUESTION_WORDS[word] not in _FREE_QUESTIONS)
        or (word in words.NUMBERS and words.NUMBERS[word] > 1)
        or word.startswith(tuple(words.MONTH_NAMES) + words.TIME_STARTS)
        or any(part in word for part in words.TIME_PARTS)
    )


_READERS: tuple[Callable[[Cursor, Reading], bool], ...] = (
    _filler,
    _connector,
    _continuous,
    _event,
    _cycle,
    _whole_year,
    _count,
    _year,
    _reporting,
)
"""Tried in this order; then items, then free words."""
