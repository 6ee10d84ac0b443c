"""The verdict of a unit's internal control: kommunstyrelsen's own, and the one a controller proposes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from icengine.domain.text import one_line

PROPOSED = "samlad bedömning"
"""Subject of the controller's note that proposes a verdict of the unit's own internal control."""


class Verdict(StrEnum):
    """The value is what is stored; the organisation may have its own words for them."""

    SUFFICIENT = "tillräcklig"
    PARTLY = "inte helt tillräcklig"
    INSUFFICIENT = "inte tillräcklig"


def verdict_word(verdict: str, words: Iterable[tuple[str, str]]) -> str:
    """The organisation's own word for a verdict, as a sentence says it; "" for what is none."""
    if verdict not in list(Verdict):
        return ""
    own = one_line(dict(words).get(verdict, "")) or verdict
    return own[:1].lower() + own[1:]
