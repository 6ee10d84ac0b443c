"""The one table of named periods ("tidig höst", "mellandagarna", "bokslut"), which a plan may change.

A period has a key, which is also how it is printed, and any number of spellings. The early and
the late part of a season need no entry: they are its first and last month, unless a plan gives
them one of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

from icengine.domain import frequency_words as words
from icengine.domain.frequency_spans import Point, Span, read_span
from icengine.domain.frequency_tokens import Cursor, RefusedError, Sort, tokens

_SPANS = {
    "våren": "mars–maj",
    "sommaren": "juni–augusti",
    "hösten": "september–november",
    "vintern": "december–februari",
    "början av året": "januari",
    "slutet av året": "december",
    "före sommaren": "senast 31 maj",
    "före årsskiftet": "senast 31 december",
    "mellandagarna": "27–30 december",
    "årsskiftet": "december–januari",
    "delårsrapport": "senast 31 augusti",
    "delårsrapport 1": "senast 30 april",
    "delårsrapport 2": "senast 31 augusti",
    "bokslut": "januari–februari året efter",
    "verksamhetsberättelse": "januari–februari året efter",
}
"""Key -> span, as a plan would write it."""

NEEDS_YEAR = frozenset(("vintern",))
"""Periods that are a question where the text names no year."""

_SEASONS = {
    "höst": ("hösten", "höstens"),
    "sommar": ("sommaren", "sommarens"),
    "vår": ("våren", "vårens"),
}
"""Season -> its other forms; the first is its key in the table."""

_EARLY = (
    "tidig {0}|tidiga {0}|tidigt i {0}|tidigt på {0}|tidigt under {0}|början av {0}|början på {0}"
)
_LATE = "sen {0}|sena {0}|sent i {0}|sent på {0}|sent under {0}|slutet av {0}|slutet på {0}"

_SPELLINGS = {
    "början av året": ("början på året", "årets början", "tidigt på året", "tidigt under året"),
    "slutet av året": ("slutet på året", "årets slut", "sent på året", "sent under året"),
    "före sommaren": ("innan sommaren", "före sommar", "innan sommar"),
    "före årsskiftet": ("innan årsskiftet", "före årets slut", "innan årets slut"),
    "mellandagarna": ("mellandagar",),
    "årsskiftet": ("årsskifte",),
    "vintern": ("vinter", "vinterns"),
    "delårsrapport": (
        "delår", "delåret", "delårs", "delårsrapporten", "delårsrapporter", "delårsbokslut",
        "delårsbokslutet", "delårsuppföljning", "delårsuppföljningen", "delårsrapportering",
        "delårsrapporteringen",
    ),
    "bokslut": ("bokslutet", "årsbokslut", "årsbokslutet"),
    "verksamhetsberättelse": ("verksamhetsberättelsen", "verksamhetsberättelser"),
}  # fmt: skip
"""Key -> other spellings."""


@dataclass(frozen=True)
class Periods:
    """Named periods and the spans they stand for."""

    spans: Mapping[str, Span] = field(default_factory=lambda: _default_spans())
    """Key -> span, counted from the plan year."""

    def with_changes(self, changes: Mapping[str, str]) -> Periods:
        """These periods with some changed or added; `changes` maps words to a written span.

        A span is "september", "september–november", "27–30 december", "december–januari",
        "januari–februari året efter" or "senast 31 augusti". ValueError, in Swedish, for a span
        that cannot be read and for words that already mean something else.
        """
        spans = dict(self.spans)
        for name, written in changes.items():
            spans[self._key(name)] = read_period_span(name, written)
        return replace(self, spans=spans)

    def take(self, cursor: Cursor) -> str:
        """Pass the longest period that stands at the cursor and say its key; "" where none does."""
        found = cursor.take_phrase(self._by_first.get(cursor.peek().text, ()))
        return self._keys[found] if found else ""

    def span(self, key: str) -> Span:
        """What a key stands for; a season's part is its first or last month."""
        if key in self.spans:
            return self.spans[key]
        part, season = key.split()
        whole = self.spans[_SEASONS[season][0]]
        start, end = whole.start or whole.end, whole.end
        if part == "tidig":
            one_month = (start.month, start.year) == (end.month, end.year)
            return Span(start, end if one_month else Point(start.month, 0, start.year))
        one_month = (start.month, start.year) == (end.month, end.year)
        return Span(start if one_month else Point(end.month, 0, end.year), end)

    @cached_property
    def _keys(self) -> Mapping[tuple[str, ...], str]:
        """Every spelling, as the texts of its tokens -> key."""
        own = {key: key for key in self.spans}
        return {_texts(phrase): key for phrase, key in (_spellings() | own).items()}

    @cached_property
    def _by_first(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """First word -> the spellings that begin with it."""
        found: dict[str, tuple[tuple[str, ...], ...]] = {}
        for phrase in self._keys:
            found[phrase[0]] = (*found.get(phrase[0], ()), phrase)
        return found

    def _key(self, name: str) -> str:
        """The key that a plan's word belongs to; a new word is its own key."""
        texts = _texts(name)
        if texts in self._keys:
            return self._keys[texts]
        sorts = {token.sort for token in tokens(name)} - {Sort.END, Sort.DASH, Sort.NUMBER}
        if sorts != {Sort.WORD} or not any(word not in _TAKEN for word in texts if word.isalpha()):
            raise ValueError(
                f"”{name}” kan inte namnge en period; välj ord som inte redan betyder en tid, "
                "till exempel ”budgetberedningen”"
            )
        return " ".join(texts)


def read_period_span(name: str, written: str) -> Span:
    """The span that a plan has written for a period; ValueError, in Swedish, where it is none."""
    cursor = Cursor(tokens(written[:100]), None)
    hint = "skriv till exempel ”september”, ”september–november” eller ”27–30 december”"
    try:
        span = read_span(cursor)
    except RefusedError as refused:
        raise ValueError(f"perioden ”{name}”: {refused.problem}; {refused.hint}") from None
    if span is None or not cursor.ended():
        raise ValueError(f"perioden ”{name}”: ”{written[:100]}” kan inte läsas; {hint}")
    if (span.end.year or 0) > 1 or span.named_year < 0:
        raise ValueError(f"perioden ”{name}”: ligger utanför planåret och året efter; {hint}")
    return replace(span, said_year=False)


def _default_spans() -> dict[str, Span]:
    return {key: read_period_span(key, written) for key, written in _SPANS.items()}


@cache
def _spellings() -> dict[str, str]:
    """Every built-in spelling -> key."""
    found = {phrase: key for key, phrases in _SPELLINGS.items() for phrase in (key, *phrases)}
    for phrase, key in list(found.items()):
        if key == "delårsrapport":
            found |= {f"{phrase} {n}": f"delårsrapport {n}" for n in (1, 2)}
            found |= {f"{nth} {phrase}": f"delårsrapport {n}"
                      for n, nth in ((1, "första"), (2, "andra"))}  # fmt: skip
    for season, (definite, *others) in _SEASONS.items():
        for form in (season, definite, *others):
            found[form] = definite
            found |= {p.format(form): f"tidig {season}" for p in _EARLY.split("|")}
            found |= {p.format(form): f"sen {season}" for p in _LATE.split("|")}
        found |= {f"sen{form}": f"sen {season}" for form in (season, definite)}
        found |= {f"för{form}": f"tidig {season}" for form in (season, definite)}
    return found


def _texts(phrase: str) -> tuple[str, ...]:
    """The texts of a phrase's tokens."""
    return tuple(token.text for token in tokens(phrase[:100]) if token.sort is not Sort.END)


_TAKEN = frozenset(
    ({*words.MONTH_NAMES, *words.MONTH_SHORT} - {"jul"})
    | {*words.NUMBERS, *words.ORDINALS, *words.TIMES}
    | {*words.UNITS, *words.ADVERBS, *words.PER, *words.AT_LEAST, *words.CONTINUOUS, *words.AND}
    | {"vid", "senast", "före", "innan", "från", "till", "mellan", "under", "på", "av", "med"}
    | {"enligt", "efter", "veckor", "veckorna", "q", "t", "h", "k"}
)
"""Words a plan may not give another meaning."""

DEFAULT_PERIODS = Periods()
"""The table where no plan says otherwise."""
