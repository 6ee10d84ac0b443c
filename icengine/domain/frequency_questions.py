"""What to answer where a frequency text cannot be read: the problem, and what to write instead."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache

from icengine.domain import frequency_words as words
from icengine.domain.frequency_periods import Periods
from icengine.domain.frequency_tokens import Cursor, RefusedError, Sort, Token

EXAMPLES = "”en gång per tertial”, ”april och oktober” eller ”senast 30 september”"
"""What is always understood."""

NOT_WHEN = ("texten säger inte när eller hur ofta", f"skriv till exempel {EXAMPLES}")
"""Problem and hint for a text that holds no time at all."""

_LEADING = frozenset(
    [
        "i",
        "under",
        "på",
        "per",
        "vid",
        "varje",
        "var",
        "en",
        "ett",
        "den",
        "det",
        "de",
        "om",
        "till",
        "senast",
        "före",
        "innan",
        "enligt",
        "samband",
        "med",
        "dock",
        "anslutning",
        "första",
        "andra",
        "tredje",
        "fjärde",
        "sista",
        "ca",
        "cirka",
        "minst",
        "och",
    ]
)
"""Words before the one that is the trouble."""

_OPENING = frozenset(("vid", "enligt", "samband", "anslutning"))


def question_about(cursor: Cursor, periods: Periods) -> RefusedError:
    """What to say about the place where no reader could go on."""
    first = cursor.peek()
    ahead = 0
    while cursor.peek(ahead).text in _LEADING:
        ahead += 1
    token = cursor.peek(ahead)
    word = token.text
    if question := _known_question(word):
        return RefusedError(*question)
    if ahead and cursor.peek(ahead - 1).text in _OPENING and token.sort is not Sort.END:
        return RefusedError(
            f"det är oklart om ”{word[:40]}” är en händelse eller en tid",
            "skriv när det ska ske, till exempel ”oktober”, eller en händelse, ”vid nyanställning”",
        )
    if first.text == "per" and word in words.MONTH_NAMES:
        return RefusedError(
            f"”per {word}” kan vara hela månaden eller dess sista dag",
            f"skriv ”{word}” eller dagen, till exempel ”senast 15 {word}”",
        )
    if _is_range_of_counts(cursor):
        return RefusedError(*words.QUESTIONS["flera"])
    if token.sort is Sort.END or (ahead and token.sort is not Sort.WORD):
        return _about(first, periods)
    return _about(token, periods)


def _is_range_of_counts(cursor: Cursor) -> bool:
    """Does "1–2 gånger", "två till tre gånger" or "1,5 gånger" stand here?"""
    between, second, times = cursor.peek(1), cursor.peek(2), cursor.peek(3)
    return (
        cursor.peek().value is not None
        and (between.sort in (Sort.DASH, Sort.BREAK) or between.text == "till")
        and second.value is not None
        and times.text in words.TIMES
    )


def _about(token: Token, periods: Periods) -> RefusedError:
    """What to say about one token."""
    word = token.text
    if question := _known_question(word):
        return RefusedError(*question)
    if token.sort in (Sort.NUMBER, Sort.ORDINAL) or word in words.NUMBERS:
        return RefusedError(
            f"det framgår inte vad ”{word[:20]}” står för",
            "skriv ”2 gånger per år”, ”vecka 12”, ”kvartal 2” eller ett datum, ”15 mars”",
        )
    if token.sort is Sort.DASH:
        return RefusedError(
            f"”{word[:5]}” kan bara stå mellan två månader, datum eller veckor",
            "räkna upp tiderna, till exempel ”kvartal 1, 2 och 3”, eller skriv månaderna, "
            "”mars–november”",
        )
    if token.sort is Sort.SLASH:
        return RefusedError(
            "”/” kan betyda både ”och” och ”till”",
            "skriv ”mars och september” eller ”mars–september”",
        )
    if token.sort is not Sort.WORD:
        return RefusedError(
            f"tecknet ”{word[:5]}” kan inte läsas här", f"skriv till exempel {EXAMPLES}"
        )
    if word in words.AT_LEAST:
        return RefusedError(
            f"”{word}” kan bara stå före ett antal", "skriv till exempel ”minst 2 gånger per år”"
        )
    known = get_close_matches(word[:40], _vocabulary() | set(periods.spans), n=1, cutoff=0.75)
    if known and known[0] != word:
        return RefusedError(f"”{word[:40]}” kan inte läsas", f"menade du ”{known[0]}”?")
    return RefusedError(
        f"”{word[:40]}” kan inte läsas",
        f"skriv bara när det ska ske, till exempel {EXAMPLES}; en egen period kan läggas till "
        "i planen",
    )


def _known_question(word: str) -> tuple[str, str] | None:
    """The problem and hint of a word that is known to raise a question."""
    name = words.QUESTION_WORDS.get(word, word)
    if name not in words.QUESTIONS:
        starts = (n for start, n in words.QUESTION_STARTS.items() if word.startswith(start))
        name = next(starts, "")
    return words.QUESTIONS.get(name)


@cache
def _vocabulary() -> set[str]:
    """Words to suggest for a misspelt one."""
    return {
        *words.MONTH_NAMES,
        *words.ADVERBS,
        *(word for word in words.UNITS if len(word) > 2),
        *(word for word in words.TIMES if len(word) > 3),
        *words.CONTINUOUS,
        *words.NUMBERS,
        *words.ORDINALS,
        *("varannan", "vartannat", "varje", "senast", "under", "behov", "löpande"),
    }
