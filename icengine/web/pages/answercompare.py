"""Two versions of an answer side by side, part by part: what differs is said by a word."""

from __future__ import annotations

from dataclasses import dataclass

from icengine.domain.answer_difference import answer_parts
from icengine.domain.labels import Word
from icengine.domain.scale import RatingScale
from icengine.domain.task import Answer
from icengine.domain.text import shown
from icengine.web.pages.plancompare import WORD, Pieces, marked

SAME = "Oförändrat"


@dataclass(frozen=True)
class Line:
    """A part of the answer in two versions."""

    name: str
    how: str
    """"Ändrat", "Tillagt", "Borttaget" or "Oförändrat"."""
    before: Pieces
    after: Pieces

    @property
    def changed(self) -> bool:
        """Does it differ?"""
        return self.how != SAME


def compared(before: Answer, after: Answer, scale: RatingScale, action: Word) -> tuple[Line, ...]:
    """Every part that either version has, in the answer's order. `action` is what an åtgärd is
    called."""
    old, new = (answer_parts(answer, scale, action.title) for answer in (before, after))
    names = list(dict.fromkeys([*old, *new]))
    found = [_line(name, shown(old.get(name, "")), shown(new.get(name, ""))) for name in names]
    return tuple(line for line in found if line.before or line.after)


def _line(name: str, before: str, after: str) -> Line:
    if before == after:
        same = ((WORD, before),) if before else ()
        return Line(name, SAME, same, same)
    how = "Ändrat" if before and after else "Tillagt" if after else "Borttaget"
    return Line(name, how, *marked(before, after))
