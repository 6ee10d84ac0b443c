"""A cell's value -> the text that the plan's reader expects of it.

What people write in a cell for one and the same thing differs: 3, "3 Trolig" or "Trolig"; ja, x or a
ticked box; 2026-09-30, 30/9 2026 or a real date. Only what can be read in one way is read; all else
is left as it stands, and the plan's reader says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

from icengine.domain.calendar import MONTHS
from icengine.intake.columns import Choice, Column, Kind
from icengine.intake.grid import Value, plain_value

YES = ("ja", "j", "x", "✓", "✔", "☒", "☑", "sant", "true", "yes")
NO = ("nej", "n", "-", "–", "☐", "falskt", "false", "no")
TREATMENTS = {
    "granskas": "granskning", "granska": "granskning", "kontroll": "granskning",
    "kontrollera": "granskning", "kontrolleras": "granskning", "intern kontroll": "granskning",
    "kontrollmoment": "granskning", "tillsyn": "granskning",
    "åtgärda": "direktåtgärd", "åtgärdas": "direktåtgärd", "åtgärd": "direktåtgärd",
    "direktåtgärder": "direktåtgärd", "åtgärdas direkt": "direktåtgärd",
    "accepteras": "acceptera", "accept": "acceptera", "acceptera risken": "acceptera",
    "följas upp": "följs upp", "uppföljning": "följs upp", "följ upp": "följs upp",
}  # fmt: skip
"""What others call the four ways to treat a risk."""

NUMBERED = re.compile(
    r"(\d+)(?:[.,]0+)?(?:\s*[.:;=,–-]?\s+|\s*[.:=–-]\s*)?([^\d\s.,:;=–-].*)?", re.ASCII
)
"""A number, and after it perhaps a word."""

Steps = Callable[[Choice], tuple[str, ...]]
"""The words of an axis of the risk scale that holds, from step 1."""


class Wrong(Exception):
    """A cell that says two things at once, or nothing that can be relied on: message and hint."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def cell_text(value: Value, column: Column, steps: Steps) -> str | None:
    """The text of a cell, None where it is empty. Raises Wrong."""
    if column.kind is Kind.PERCENT:
        return _percent(value)
    text = _number(value) if isinstance(value, float) else plain_value(value)
    if column.key == "id" and isinstance(value, float):
        text = text.replace(",", ".")
    if not text.strip():
        return None
    if column.kind is Kind.DAY:
        return read_day(text)
    if column.kind is Kind.NUMBER:
        return _whole(text)
    if column.kind is Kind.STEP:
        assert column.choice is not None
        return _step(text, steps(column.choice), column.head.casefold())
    if column.kind is Kind.YES:
        return _yes(text)
    if column.choice is Choice.TREATMENT:
        return TREATMENTS.get(" ".join(text.casefold().split()).rstrip("."), text)
    return text


def _number(value: float) -> str:
    """A number as a Swede writes it."""
    return plain_value(value) if value.is_integer() else repr(value).replace(".", ",")


def _whole(text: str) -> str:
    """ "3", "3.0" and "3,0" are 3."""
    found = re.fullmatch(r"\s*(-?\d+)(?:[.,]0+)?\s*", text, re.ASCII)
    return found[1] if found else text.strip()


def _step(text: str, words: tuple[str, ...], name: str) -> str:
    """The number of a step, from "3", "3 Trolig", "3 - Trolig" or "Trolig"."""
    text = " ".join(text.split())
    said = text.casefold()
    known = [" ".join(word.split()).casefold() for word in words]
    ours = [f"{n} {word}" for n, word in enumerate(known, 1)]
    for listed in (ours, known):
        if listed.count(said) == 1 and not said.isdecimal():
            return str(listed.index(said) + 1)
    found = NUMBERED.fullmatch(text)
    if found is None:
        return text
    number, word = found[1], (found[2] or "").strip("() ").casefold().rstrip(".")
    if not word or (known and not 1 <= int(number[:9]) <= len(known)):
        return number  # the plan's reader says how many steps there are
    if known and known[int(number[:9]) - 1] == word:
        return number
    meant = f"steg {number} heter {words[int(number[:9]) - 1]}; " if known else ""
    raise Wrong(f"{name} är ”{text}”", f"{meant}skriv bara talet")


def _yes(text: str) -> str:
    word = text.strip().casefold().rstrip(".")
    return "ja" if word in YES else "nej" if word in NO else text.strip()


def _percent(value: Value) -> str | None:
    """Per cent in hundredths. A cell shown as 90 % holds 0.9, and 0.9 may also be what was meant."""
    if isinstance(value, float) and not isinstance(value, bool):
        if 0 < value <= 1:
            shown = _number(round(value * 100, 6))
            raise Wrong(
                f"cellen håller talet {_number(value)}, som kan vara {shown} procent",
                f"skriv {shown} utan procentformat om det är vad som menas",
            )
        return _number(value)
    text = plain_value(value).strip().removesuffix("%").strip()
    return text or None


def read_day(text: str) -> str:
    """A date as 2026-09-30 where it can be read in one way; else the text as it stands."""
    said = " ".join(text.casefold().split())
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}( 00:00(:00)?)?", said, re.ASCII):
        return said[:10]
    if re.fullmatch(r"20\d{6}", said, re.ASCII):
        return _day(said[:4], said[4:6], said[6:]) or text
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[ .-]?\s?(20\d\d)", said, re.ASCII):
        return _day(found[3], found[2], found[1]) or text
    if found := re.fullmatch(r"(?:den )?(\d{1,2})(?::?e)?\.? ([a-zåäö]{3,9})\.? (20\d\d)", said):
        months = [n for n, month in enumerate(MONTHS, 1) if month.startswith(found[2])]
        if len(months) == 1 and found[1].isascii():
            return _day(found[3], str(months[0]), found[1]) or text
    return text.strip()


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def as_day(text: str) -> datetime | None:
    """The day that a workbook can hold as a date; None for what must stand as text."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Before March 1900 workbooks count the days in two ways.
    if day.isoformat() != text or not 1905 <= day.year <= 9000:
        return None
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a day in a cell has no zone
