"""Dates, moments and the plan's own texts in Swedish, as the pages say them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from icengine.domain.calendar import clock_time, local_date, swedish_date
from icengine.domain.plan import Risk
from icengine.domain.task import State
from icengine.domain.text import one_line, shown
from icengine.domain.words import capital


def day(value: date, today: date) -> str:
    """ "30 oktober", with the year where it is another than today's."""
    return swedish_date(value, year=value.year != today.year)


def weekday(value: date, today: date) -> str:
    """ "fredag 30 oktober", with the year where it is another than today's."""
    return swedish_date(value, weekday=True, year=value.year != today.year)


def moment(instant: datetime) -> str:
    """ "måndag 5 oktober 2026 kl. 10.51", Swedish time."""
    return f"{swedish_date(local_date(instant), weekday=True)} {clock_time(instant)}"


def recent(instant: datetime, today: date) -> str:
    """ "i dag kl. 10.42", or the date and the time."""
    if local_date(instant) == today:
        return f"i dag {clock_time(instant)}"
    return f"{day(local_date(instant), today)} {clock_time(instant)}"


def time_left(due: date, today: date) -> str:
    """A sentence: "Det är 25 dagar kvar." """
    days = (due - today).days
    if days == 0:
        return "Det är i dag."
    if days == 1:
        return "Det är i morgon."
    return f"Det är {days} dagar kvar." if days > 0 else f"Svaret är {_days(-days)} sent."


def distance(due: date, today: date) -> str:
    """In a list: "25 dagar kvar", "i dag", "5 dagar sen"."""
    days = (due - today).days
    if days == 0:
        return "i dag"
    return f"{_days(days)} kvar" if days > 0 else f"{_days(-days)} sen"


def _days(n: int) -> str:
    return "en dag" if n == 1 else f"{n} dagar"


def occasion(number: int, total: int, label: str) -> str:
    """ "Tillfälle 5 av 6: september–oktober 2026", "Våren 2022"."""
    label = one_line(label)
    return f"Tillfälle {number} av {total}: {label}" if total > 1 else capital(label)


def lines(text: str) -> list[str]:
    """The text's paragraphs, fit to show."""
    return [line for line in shown(text).split("\n") if line]


_MARKER = re.compile(r"(?:\d{1,2}[.)]|[-–•*])\s+")


def steps(method: str) -> list[str]:
    """A line per step, without the author's own numbers where every line has one."""
    found = lines(method)
    marked = len(found) > 1 and all(_MARKER.match(line) for line in found)
    return [_MARKER.sub("", line, count=1) for line in found] if marked else found


@dataclass(frozen=True)
class RiskWords:
    """A risk's three parts, without the words that join them."""

    event: str
    cause: str
    effect: str


def risk_words(risk: Risk) -> RiskWords:
    """The parts of "Risken att … på grund av … vilket kan leda till …", without full stops."""
    parts = (one_line(part).rstrip(".") for part in (risk.event, risk.cause, risk.effect))
    return RiskWords(*parts)


STATES: dict[State, tuple[str, str]] = {
    State.PLANNED: ("planned", "·"),
    State.OPEN: ("open", "→"),
    State.STARTED: ("started", "…"),
    State.SUBMITTED: ("submitted", "↑"),
    State.RETURNED: ("returned", "↩"),
    State.APPROVED: ("approved", "✓"),
    State.NOT_DONE: ("failed", "×"),
    State.CANCELLED: ("cancelled", "–"),
}
"""Class and sign of each state; the word is the state's own."""

COLOURS = {"●": "green", "▲": "yellow", "◆": "orange", "■": "red", "○": "white"}
"""The form carries the meaning, so it also chooses the colour: one look for a shape everywhere."""


@dataclass(frozen=True)
class Mark:
    """A sign with a word: a level of a scale, or a state."""

    kind: str
    """ "lvl" or "st": bedömning or status."""
    look: str
    """Class that gives the colour."""
    sign: str
    word: str
    count: int = 1
    """How many it stands for, where several units have it."""


LATE = Mark("st", "late", "!", "Försenad")


@cache
def state_mark(state: State, late: bool = False) -> Mark:
    """The mark of a state; försenad goes before öppen and the like."""
    look, sign = STATES[state]
    return LATE if late else Mark("st", look, sign, capital(state))


def level_mark(symbol: str, word: str) -> Mark:
    """The mark of a level, of bedömning or of risk."""
    return Mark("lvl", COLOURS.get(symbol, "white"), symbol, word)
