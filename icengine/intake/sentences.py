"""Risks written as one text, and titles for what has none: read only as nobody would read otherwise."""

from __future__ import annotations

import re

from icengine.domain.node import Node, Place
from icengine.domain.text import one_line, recorded
from icengine.domain.words import capital
from icengine.intake.heads import SENTENCE
from icengine.intake.rows import Handed, Row

SHORT = 80
"""Characters in a title that is taken from a longer text."""
PARTS = (
    ("vilket kan leda till", r",?\s+vilket kan leda till\s+"),
    ("på grund av", r",?\s+(?:på grund av|p\.?\s?g\.?\s?a\.?)\s+"),
)


class Sentences:
    """Reads the risks of one sheet; what it takes from where is said once for the sheet."""

    def __init__(self, handed: Handed) -> None:
        self.handed = handed
        self.said: dict[str, Place] = {}

    def say(self, message: str, place: Place) -> None:
        """Note what holds for many rows, at the first of them."""
        self.said.setdefault(message, place)

    def finish(self) -> None:
        """Hand over what was noted."""
        for message, place in self.said.items():
            self.handed.note(place, message)

    def risk(self, row: Row) -> None:
        """ "Risken att … på grund av … vilket kan leda till …" part by part; or a name for the risk."""
        whole = row.values.pop(SENTENCE, None)
        if whole is not None and isinstance(whole.value, str):
            self._split(row, whole.place, whole.value)
        self.title(row, "risken att", "Risk" if whole is not None else "Risken att")

    def _split(self, row: Row, place: Place, text: str) -> None:
        if not row.text("risken att"):
            free = [key for key, _ in PARTS if not row.text(key)]
            for key, part in sentence_parts(text, free).items():
                row.values[key] = Node(place, part)
        elif not row.text("titel") and len(recorded(text)) <= SHORT and "\n" not in text:
            row.values["titel"] = Node(place, text)
        else:
            self.say("texten läses inte där risken redan står i en annan kolumn", place)

    def title(self, row: Row, key: str, head: str) -> None:
        """A title for a row that has none: the beginning of what it is about."""
        if not row.text("titel") and row.text(key):
            place = row.values[key].place
            row.values["titel"] = Node(place, short(row.text(key)))
            self.say(f"titlar som saknas är tagna ur kolumnen {head}", place)


def sentence_parts(text: str, free: list[str]) -> dict[str, str]:
    """The parts of a risk that is written as one sentence; only its beginning where it is not.

    A part is set apart where there is room for it: its key is among `free`.
    """
    said = recorded(text).rstrip(".")
    said = re.sub(r"^risk(en)?( för)?( att|:)? ", "", said, flags=re.IGNORECASE) or said
    parts = {"risken att": said}
    for key, word in PARTS:
        pieces = re.split(word, parts["risken att"], flags=re.IGNORECASE)
        if key in free and len(pieces) == 2 and all(piece.strip() for piece in pieces):
            parts["risken att"], parts[key] = pieces
    return parts


def short(text: str) -> str:
    """The beginning of a text as a title: its first row or sentence, cut between words."""
    first = one_line(recorded(text).split("\n")[0])
    sentence = capital(re.split(r"(?<=[.!?])\s", first)[0].rstrip("."))
    if len(sentence) <= SHORT:
        return sentence or first[:SHORT]
    return f"{sentence[:SHORT].rsplit(' ', 1)[0].rstrip(',;:')} …"
