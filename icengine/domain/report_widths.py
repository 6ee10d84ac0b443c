"""How wide a table's columns are: narrow ones as their longest word needs, the rest to the words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from icengine.domain.plan import Plan
from icengine.domain.report_model import Column

PAGE = 16.3
"""A page's width between the margins, in cm; column widths are told in its shares."""

_LETTER, _INSET = 0.196, 0.36
"""A letter's width and the space around a cell's text, in cm."""


def width_of(texts: Iterable[str], least: float = 1.3, most: float = 3.4) -> float:
    """As much as the longest word needs; a hyphen, a dash and an ordinary space part words."""
    words = (word for text in texts for word in re.split(r"(?<=[-–])| ", text))
    longest = max((len(word) for word in words), default=0)
    return min(max(_INSET + _LETTER * longest, least), most)


def grown(width: float, title: str, usual: str) -> float:
    """A column's width with room for the letters that its title has more than the usual one."""
    return width + _LETTER * min(max(len(title) - len(usual), 0), 6)


def counting_column(title: str) -> Column:
    """A narrow column of figures. A word that ends as ours does may be broken before its end."""
    soft = re.sub(r"(?<=.)(moment(?:en)?)$", "\u00ad\\1", title)
    return Column(soft, width_of(soft.split("\u00ad"), 2), "right")


def rating_width(plan: Plan) -> float:
    """A column of bedömningar: the symbol stands before the first word of a level."""
    return width_of(["Bedömning", *(f"●\u00a0{level.word}" for level in plan.ratings.levels)])


def shared(narrow: Sequence[Column], *wide: tuple[str, float]) -> tuple[Column, ...]:
    """The narrow columns, then the wide ones: they share what is left, by their weights."""
    left = PAGE - sum(column.width for column in narrow)
    weight = sum(share for _, share in wide)
    return (*narrow, *(Column(title, left * share / weight) for title, share in wide))
