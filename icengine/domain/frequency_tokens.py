"""A frequency text as tokens, and a cursor over them.

The text is lower-cased and cut in one pass, each character once, so the time is linear; only the
cursor moves back, and never over more than a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from icengine.domain.frequency_words import NUMBERS, ORDINALS


class Sort(StrEnum):
    """Kinds of token."""

    WORD = "word"
    NUMBER = "number"
    ORDINAL = "ordinal"
    ISO_DATE = "iso date"
    ISO_MONTH = "iso month"
    BREAK = "break"
    DASH = "dash"
    SLASH = "slash"
    OTHER = "other"
    END = "end"


@dataclass(frozen=True)
class Token:
    """A piece of the text."""

    sort: Sort
    text: str
    """Lower case, as written."""
    value: int | None = None
    """What a number or an ordinal, in digits or as a word, stands for."""


class RefusedError(Exception):
    """The text cannot be read for certain."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(problem)
        self.problem = problem
        """Swedish: what cannot be read."""
        self.hint = hint
        """Swedish: what to write instead."""


_PIECE = re.compile(
    r"""(?P<ISO_DATE>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]))
      | (?P<ISO_MONTH>[0-9]{4}-[0-9]{2}(?![0-9]))
      | (?P<ORDINAL>[0-9]{1,2}:(?:a|e)\b)
      | (?P<NUMBER>[0-9]+)
      | (?P<WORD>[^\W\d_]+)
      | (?P<BREAK>[,;:.…()\[\]!•])
      | (?P<DASH>[-‐‑‒–—−]+)
      | (?P<SLASH>/)
      | (?P<SPACE>[\s"'”“’»«\u00ad\ufeff]+)
      | (?P<OTHER>.)""",
    re.VERBOSE | re.DOTALL,
)

_SPELLINGS = (
    ("c:a", "ca"),
    ("t.o.m.", "till och med "),
    ("t.o.m", "till och med "),
    ("t o m ", "till och med "),
    ("fr.o.m.", "från och med "),
    ("fr.o.m", "från och med "),
    ("fr o m ", "från och med "),
    ("&", " och "),
    ("+", " och "),
)
"""Written with marks inside -> in words."""

_ABBREVIATED = frozenset(
    [
        "v",
        "kv",
        "ca",
        "ggr",
        "ggn",
        "g",
        "gg",
        "mån",
        "resp",
        "min",
        "max",
        "jan",
        "feb",
        "febr",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "okt",
        "nov",
        "dec",
        "exkl",
    ]
)
"""A full stop after these ends no sentence."""


def cleaned(text: str) -> str:
    """The text lower-cased (NFC), white space collapsed, without a full stop at the end."""
    return " ".join(unicodedata.normalize("NFC", text).lower().split()).strip(" .,;:!")


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text; an END stands last."""
    text = unicodedata.normalize("NFC", text).lower()
    for written, words in _SPELLINGS:
        text = text.replace(written, words)
    found: list[Token] = []
    for match in _PIECE.finditer(text):
        name, piece = match.lastgroup or "OTHER", match.group()
        after_short = bool(found) and found[-1].text in _ABBREVIATED
        if name == "SPACE" or (piece == "." and after_short):
            continue
        found.append(Token(Sort[name], piece, _value(name, piece)))
    return (*found, Token(Sort.END, ""))


def _value(name: str, piece: str) -> int | None:
    """The number a piece stands for; None for a word that is none and for absurd numbers."""
    if name == "ORDINAL":
        return int(piece.split(":")[0])
    if name == "NUMBER":
        return int(piece) if len(piece) <= 4 else None
    return NUMBERS.get(piece) or ORDINALS.get(piece)


class Cursor:
    """A place in the tokens. Every `take_…` moves on where it succeeds and stays where not."""

    def __init__(self, pieces: tuple[Token, ...], year: int | None) -> None:
        self.pieces = pieces
        self.year = year
        """The plan year; None where no year can be named (a period's own definition)."""
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        """The token `ahead` places on; END beyond the end."""
        return self.pieces[min(self.at + ahead, len(self.pieces) - 1)]

    def before(self) -> Token | None:
        """The token just passed; None at the beginning."""
        return self.pieces[self.at - 1] if self.at else None

    def ended(self) -> bool:
        """Is nothing left?"""
        return self.peek().sort is Sort.END

    def next(self) -> Token:
        """The token here, and one step on."""
        token = self.peek()
        self.at += 1
        return token

    def take_word(self, *words: str) -> bool:
        """Pass the words if they stand here, in this order."""
        if all(self.peek(i).text == word for i, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def take_any(self, words: Collection[str]) -> str:
        """Pass one of the words; "" where none stands here."""
        token = self.peek()
        return self.next().text if token.sort is Sort.WORD and token.text in words else ""

    def take_phrase(self, phrases: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
        """Pass the longest of the phrases that stands here; () where none does."""
        first = self.peek().text
        begun = (phrase for phrase in phrases if phrase and phrase[0] == first)
        here = [p for p in begun if all(self.peek(i).text == w for i, w in enumerate(p))]
        found = max(here, key=len, default=())
        self.at += len(found)
        return found

    def take(self, sort: Sort) -> Token | None:
        """Pass a token of that sort."""
        return self.next() if self.peek().sort is sort else None

    def take_number(self) -> int | None:
        """Pass a whole number in digits or as a word ("två")."""
        token = self.peek()
        is_word = token.sort is Sort.WORD and token.text in NUMBERS
        if token.value is None or not (token.sort is Sort.NUMBER or is_word):
            return None
        self.at += 1
        return token.value

    def take_ordinal(self) -> int | None:
        """Pass an ordinal: "tredje", "3:e", "3e"."""
        token, then = self.peek(), self.peek(1)
        is_word = token.sort is Sort.WORD and token.text in ORDINALS
        if token.sort is Sort.ORDINAL or is_word:
            self.at += 1
            return token.value
        if token.sort is Sort.NUMBER and then.text in ("a", "e"):
            self.at += 2
            return token.value
        return None

    def take_dash(self) -> bool:
        """Pass a dash or "till", "t.o.m."."""
        if self.take(Sort.DASH):
            return True
        return self.take_word("till", "och", "med") or self.take_any(("till", "tom")) != ""
