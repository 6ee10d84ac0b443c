"""The frequency reader: Swedish free text -> the windows it stands for in a plan year.

"I gång i mellandagarna 2022." is how real plans say when a control is done. The text is kept as
written and read to windows that people confirm; what cannot be read for certain is refused with a
hint, for a wrong guess is worse than a question.

The way through: frequency_tokens cuts the text, frequency_clauses reads its parts (with
frequency_items for listed times, frequency_spans for months and dates, and the table of named
periods in frequency_periods), and frequency_schedule decides what the parts mean together. Slots
are described in frequency_windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from icengine.domain.frequency_clauses import Reading, read_clauses
from icengine.domain.frequency_periods import DEFAULT_PERIODS, Periods
from icengine.domain.frequency_questions import EXAMPLES, NOT_WHEN
from icengine.domain.frequency_schedule import (
    Schedule,
    check_years,
    cycle_schedule,
    plain_schedule,
)
from icengine.domain.frequency_spans import YEARS
from icengine.domain.frequency_tokens import RefusedError, cleaned
from icengine.domain.frequency_windows import Window
from icengine.domain.frequency_words import DOUBT

__all__ = [
    "DEFAULT_PERIODS",
    "LONGEST",
    "Frequency",
    "Kind",
    "Periods",
    "Unread",
    "Window",
    "read_frequency",
]

LONGEST = 300
"""Characters; a longer text is no frequency."""

REPORTING = "en gång per tertial"
"""How often a continuous control reports where neither text nor plan says."""


class Kind(StrEnum):
    """What a frequency asks for."""

    SCHEDULED = "scheduled"
    """On its windows."""
    CONTINUOUS = "continuous"
    """All the time; the windows are its reporting occasions."""
    EVENT = "event"
    """When something happens: no windows, the owner registers an occasion."""


@dataclass(frozen=True)
class Frequency:
    """A text that was read."""

    text: str
    """As written."""
    canonical: str
    """The same in normal form; reads back to the same windows in the same year."""
    kind: Kind
    windows: tuple[Window, ...]
    """In date order; () for events, and for "vartannat år" in a year it skips."""


@dataclass(frozen=True)
class Unread:
    """A text that was not read."""

    text: str
    """As written."""
    problem: str
    """Swedish: what cannot be read."""
    hint: str
    """Swedish: what to write instead, with an example."""


def read_frequency(
    text: str, year: int, *, periods: Periods = DEFAULT_PERIODS, reporting: str | None = None
) -> Frequency | Unread:
    """The windows of a frequency text in the plan year `year` (1900-2998).

    `periods` is the plan's table of named periods. `reporting` is the plan's own word on how often
    a continuous control reports ("kvartalsvis"). Never raises, whatever the text.
    """
    if len(text) > LONGEST:
        return Unread(
            text,
            f"texten är för lång ({len(text)} tecken, högst {LONGEST})",
            f"skriv bara när det ska ske, till exempel {EXAMPLES}",
        )
    if not text.strip():
        return Unread(text, "texten är tom", f"skriv till exempel {EXAMPLES}")
    if year not in YEARS or year + 1 not in YEARS:
        return Unread(text, f"{year} är inget planår", "ange ett år, till exempel 2026")
    try:
        return _decide(text, year, read_clauses(text, year, periods), periods, reporting)
    except RefusedError as refused:
        return Unread(text, refused.problem, refused.hint)


def _decide(
    text: str, year: int, reading: Reading, periods: Periods, reporting: str | None
) -> Frequency:
    """What the parts of a text mean together; RefusedError where they do not agree."""
    if reading.cycle:
        _check_mixture(reading)
        schedule = cycle_schedule(reading, year)
        return Frequency(text, schedule.canonical, Kind.SCHEDULED, schedule.windows)
    check_years(reading, year)
    _check_mixture(reading)
    if reading.event or (reading.occasion and not reading.scheduled() and not reading.continuous):
        return Frequency(text, cleaned(text), Kind.EVENT, ())
    if not reading.continuous:
        schedule = plain_schedule(reading, year)
        return Frequency(text, schedule.canonical, Kind.SCHEDULED, schedule.windows)
    if reading.base:
        raise RefusedError(
            "löpande i ett annat år än planåret hör till det årets plan",
            "skriv ”löpande”, eller när det redovisas, ”löpande, januari året efter”",
        )
    if reading.scheduled():
        schedule = plain_schedule(reading, year)
    else:
        schedule = _reporting(reporting or REPORTING, year, periods)
    canonical = f"löpande, {schedule.canonical}"
    return Frequency(text, canonical, Kind.CONTINUOUS, schedule.windows)


def _check_mixture(reading: Reading) -> None:
    """RefusedError where the text says two things at once, or nothing."""
    when = reading.scheduled()
    if reading.event and (when or reading.continuous):
        raise RefusedError(
            "texten säger både att det sker vid en händelse och att det är planerat",
            "gör två kontroller av det, till exempel ”vid behov” och ”en gång per år”, eller "
            "skriv bara den planerade tiden",
        )
    if (when or reading.continuous) and (doubt := [w for w in reading.loose if w in DOUBT]):
        raise RefusedError(
            f"det är oklart vad ”{doubt[0]}” ändrar",
            "räkna upp när det ska ske, till exempel ”mars, juni och oktober”",
        )
    if reading.reporting and not reading.continuous and not reading.event:
        raise RefusedError(
            "texten blandar när något kontrolleras med hur det redovisas",
            "skriv bara när kontrollen ska göras, till exempel ”en gång per tertial”",
        )
    if reading.all_year and not reading.continuous:
        raise RefusedError(
            "”hela året” säger inte hur ofta", "skriv ”löpande” eller ”en gång per år”"
        )
    if (reading.starts or reading.coming) and not reading.cycle:
        raise RefusedError(
            "ett startår kan bara stå vid det som inte sker varje år",
            "skriv till exempel ”vartannat år med start 2026”",
        )
    if not (when or reading.continuous or reading.event or reading.occasion):
        raise RefusedError(*NOT_WHEN)


def _reporting(reporting: str, year: int, periods: Periods) -> Schedule:
    """The reporting occasions that a plan asks of its continuous controls."""
    read = read_frequency(reporting, year, periods=periods)
    if isinstance(read, Unread) or read.kind is not Kind.SCHEDULED or not read.windows:
        raise RefusedError(
            f"planens ”{reporting[:60]}” säger inte hur ofta löpande kontroller redovisas",
            "skriv i planen till exempel ”kvartalsvis”, eller i texten ”löpande, en gång per "
            "kvartal”",
        )
    return Schedule(read.canonical, read.windows)
