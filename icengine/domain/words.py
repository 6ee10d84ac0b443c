"""Figures and counts in Swedish: "sex av sju", "en åtgärd", "5 405", "50,7 %"."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

NBSP = "\u00a0"
"""A space that no line is broken at."""

_WORDS = ("", "", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")


def number(n: int | Decimal, decimals: int | None = None) -> str:
    """5405 -> "5 405", Decimal("50.7") -> "50,7"; `decimals` None prints as many as are needed."""
    if decimals is not None:
        figure = f"{n:,.{decimals}f}"
    elif isinstance(n, int):
        figure = f"{n:,}"
    else:
        figure = f"{n.normalize():,f}"
    return figure.replace(",", NBSP).replace(".", ",").replace("-", "−")


def per_cent(value: Decimal) -> str:
    """Decimal("62.6") -> "62,6 %"; Decimal("100.0") -> "100 %"."""
    return f"{number(value)}{NBSP}%"


def counted(n: int, one: str = "ett") -> str:
    """A number in a sentence: words to twelve, then figures. `one` is "en" or "ett".

    0 gives "ingen" or "inget".
    """
    if n == 0:
        return "ingen" if one == "en" else "inget"
    if n == 1:
        return one
    return _WORDS[n] if n < len(_WORDS) else number(n)


def many(n: int, one: str, several: str, article: str = "en") -> str:
    """ "ingen åtgärd", "en åtgärd", "två åtgärder", "14 åtgärder"."""
    return f"{counted(n, article)} {one if n < 2 else several}"


def of(part: int, whole: int, noun: str, definite: str, article: str = "ett") -> str:
    """ "fem av sju kontrollmoment", "alla sju kontrollmoment", "inget av två kontrollmoment".

    `noun` is the plural, `definite` its definite form: "båda kontrollmomenten". `whole` is above
    one.
    """
    if part == whole == 2:
        return f"båda {definite}"
    if part == whole:
        return f"alla {counted(whole, article)} {noun}"
    return f"{counted(part, article)} av {counted(whole, article)} {noun}"


def capital(text: str) -> str:
    """The text with its first letter large; the rest as it is."""
    return text[:1].upper() + text[1:]


def listed(items: Sequence[str], last: str = "och") -> str:
    """ "a", "a och b", "a, b och c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def named(id: str, title: str) -> str:
    """ "K3 Grundutbildning": the number stays with the first word."""
    return f"{id}{NBSP}{title}"


def sentence(text: str) -> str:
    """The text with a full stop, where it has no end of its own; "" stays ""."""
    trimmed = text.rstrip()
    ended = trimmed.rstrip("”")[-1:] in (".", "!", "?", "…", ":")
    return trimmed if not trimmed or ended else f"{trimmed}."
