"""Text as people write it: made fit to store (`recorded`), to show (`shown`) and to lay out
(`paragraphs`).

What is stored is what was typed; only what no reader and no file format can take is left out. What
nobody can see or read is mended where the text is shown, so that the stored words stay whole.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

Rich = str | tuple["str | tuple[str, ...]", ...]
"""One paragraph, or paragraphs (str) and lists of points (tuple) in reading order."""

_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# Word and Outlook put bullets, arrows and ticks in the private use area (Symbol, Wingdings).
_WINGDINGS = str.maketrans(
    {
        "\uf0b7": "•", "\uf0a7": "•", "\uf0d8": "•", "\uf076": "•", "\uf0e0": "→", "\uf0e8": "→",
        "\uf0fc": "✓", "\uf0fb": "✗", "\uf0fe": "✓", "\uf0a8": "□", "\uf06f": "□",
        "\uf04a": "🙂", "\uf04c": "🙁",
    }
)  # fmt: skip
# Soft hyphens, direction marks, byte order marks, non-characters and tags.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
MOST_MARKS = 30
"""Accents on one letter, as in Unicode's stream-safe text. Putting a hundred thousand of them in
order, as NFC asks, would take half a minute."""
_MARKS_IN_DISGUISE = "\u0f73\u0f75\u0f81"
"""Letters by their class, but marks alone when they are taken apart."""
_SPACES = re.compile(r"[ \t\u3000]+")
_BULLET = re.compile(r"[-–•*·▪◦‣]\s+")


def recorded(text: str) -> str:
    """The text to store: as typed, in composed letters (NFC) and with \\n between lines.

    Left out are control characters other than line ends and tabs, lone surrogates (which no file
    can hold), accents beyond the thirtieth on a letter, and white space before the first and after
    the last sign. Storing it again changes nothing.
    """
    if _is_plain(text):
        return text.strip()
    rows = _LINE_ENDS.sub("\n", text)
    kept = (ch for ch in rows if ch in "\n\t" or unicodedata.category(ch) not in ("Cc", "Cs"))
    # Marks are counted on both sides of NFC, which may make two of one.
    composed = unicodedata.normalize("NFC", _few_marks("".join(kept)))
    return _few_marks(composed).strip()


def _is_plain(text: str) -> bool:
    """One line of ordinary Latin letters and signs, as nearly every title and name is: nothing to leave
    out, to put in order or to exchange."""
    return text.isprintable() and (text.isascii() or max(text) < "\u0100")


def _few_marks(text: str) -> str:
    """The text with MOST_MARKS accents on a letter, and no more."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for ch in text:
        marks = marks + 1 if unicodedata.combining(ch) or ch in _MARKS_IN_DISGUISE else 0
        if marks <= MOST_MARKS:
            kept.append(ch)
    return "".join(kept)


@lru_cache(maxsize=512)
def shown(text: str) -> str:
    """The text to show: nothing invisible, one space between words, and a pasted table row by row.

    Cells of a row stand with " | " between them. Signs from Word's own fonts become ordinary ones.
    """
    if _is_plain(text):
        return (_SPACES.sub(" ", text) if "  " in text else text).strip()
    visible = _INVISIBLE.sub("", recorded(text)).translate(_WINGDINGS)
    rows = (_SPACES.sub(" ", _row(line)).strip() for line in visible.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()


def _row(line: str) -> str:
    """A line; one with tabs in it is a row of a table."""
    if "\t" not in line.strip():
        return line
    return " | ".join(cell.strip() for cell in line.split("\t"))


def paragraphs(text: str) -> Rich:
    """The text to lay out: a line is a paragraph, lines that begin with a bullet are a list.

    "" for a text without anything to see.
    """
    out: list[str | list[str]] = []
    for row in filter(None, shown(text).split("\n")):
        point = _BULLET.match(row)
        if not point:
            out.append(row)
        elif out and isinstance(out[-1], list):
            out[-1].append(row[point.end() :])
        else:
            out.append([row[point.end() :]])
    if not out:
        return ""
    if len(out) == 1 and isinstance(out[0], str):
        return out[0]
    return tuple(part if isinstance(part, str) else tuple(part) for part in out)


@lru_cache(maxsize=4096)
def one_line(text: str) -> str:
    """The text where only a line fits: a title, a name, a heading."""
    return " ".join(shown(text).split())


def length(rich: Rich) -> int:
    """How many characters the text has."""
    if isinstance(rich, str):
        return len(rich)
    return sum(len(part) if isinstance(part, str) else sum(map(len, part)) for part in rich)
