"""Text made fit for a page of PDF: every character drawable, every word breakable.

typst under PDF/A refuses a character that no shipped font has, so such a character gives way to
something that says the same. HTML and JSON keep the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set

# fmt: off
_SAYS = {
    "👍": "(tummen upp)", "👎": "(tummen ner)", "🙂": "(leende)", "😀": "(leende)", "😃": "(leende)",
    "😄": "(leende)", "😊": "(leende)", "😉": "(blinkning)", "🙁": "(ledsen)", "😞": "(ledsen)",
    "😡": "(arg)", "😅": "(lättad)", "😂": "(skratt)", "🎉": "(firande)", "🙏": "(tack)",
    "👏": "(applåd)", "💪": "(stark)", "🔥": "(eld)", "💡": "(idé)", "📌": "(nål)", "📎": "(gem)",
    "📅": "(kalender)", "📞": "(telefon)", "📧": "(e-post)", "🔒": "(låst)", "🔓": "(olåst)",
    "🔴": "● (röd)", "🟠": "● (orange)", "🟡": "● (gul)", "🟢": "● (grön)", "🔵": "● (blå)",
    "⚪": "○ (vit)", "⚫": "● (svart)", "🚫": "(förbud)", "⏰": "(klocka)", "⏳": "(väntar)",
    "❗": "!", "❓": "?", "❌": "✗", "✘": "✗", "✅": "✓", "✔": "✓", "☑": "✓", "☐": "□",
    "⇒": "→", "➔": "→", "➜": "→", "➡": "→", "❖": "•", "➢": "•", "‐": "-", "ʼ": "’",
    "\ufffc": "(bild)", "\ufffd": "?",
}
"""Signs that say something, in words or in a sign that the font has."""

_SCRIPTS = {
    "ARABIC": "arabisk", "HEBREW": "hebreisk", "CJK": "kinesisk", "HIRAGANA": "japansk",
    "KATAKANA": "japansk", "HANGUL": "koreansk", "THAI": "thailändsk", "DEVANAGARI": "devanagari-",
    "ETHIOPIC": "etiopisk", "ARMENIAN": "armenisk", "GEORGIAN": "georgisk",
}
# fmt: on
_DRESS = "\u200c\u20e3\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
_MODIFIERS = re.compile(f"[\u200d{_DRESS}]")
"""Joiners, keycaps, presentation, skin, regions."""

_PICTURE = "[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
_EMOJI = "(emoji)"
"""Instead of a picture that nothing here says in words."""

_JOINED = re.compile(f"{_PICTURE}[{_DRESS}]*(?:\u200d{_PICTURE}[{_DRESS}]*)+")
"""Pictures joined to one: a family, a person at work."""

_REPEATED = re.compile(r"\(emoji\)(?:[ \u00a0]*\(emoji\))+")


def printable(text: str, glyphs: frozenset[int]) -> str:
    """The text ready for a page: every character drawable, every word breakable."""
    return breakable(drawable(text, glyphs))


def drawable(text: str, glyphs: frozenset[int]) -> str:
    """The text in characters that the fonts have: `glyphs` are their code points."""
    if glyphs.issuperset(map(ord, text.replace("\n", ""))):
        return text
    out: list[str] = []
    foreign = ""  # letters in one script that no font has, and the spaces between its words
    for ch in _MODIFIERS.sub("", _JOINED.sub(_EMOJI, text)) + "\n":
        drawn = ord(ch) in glyphs or ch == "\n"
        foreign_kind = unicodedata.category(ch) in ("Lo", "Mn", "Mc")
        letter = not drawn and foreign_kind and not _plain(ch, glyphs)
        if foreign and not _goes_on(foreign, ch, letter):
            out.append(_foreign(foreign))
            foreign = ""
        if letter or foreign:
            foreign += ch
        else:
            out.append(ch if drawn else _instead(ch, glyphs))
    return _REPEATED.sub(_EMOJI, "".join(out)[:-1])


def _goes_on(run: str, ch: str, letter: bool) -> bool:
    """Does the run of letters in one script take this sign too?"""
    if letter:
        return _script(ch) in ("", _script(run[0]))
    return ch.isspace() and ch != "\n"


def _script(ch: str) -> str:
    """ "HEBREW" of a Hebrew letter; "" of an accent, which belongs to any."""
    return "" if unicodedata.combining(ch) else unicodedata.name(ch, "").split(" ")[0]


def _plain(ch: str, glyphs: Set[int]) -> str:
    """The same letters without ornament (𝐀 -> A, ﬁ -> fi, ① -> 1), or ""."""
    for form in ("NFKC", "NFKD"):
        parts = unicodedata.normalize(form, ch)
        bare = "".join(c for c in parts if form == "NFKC" or not unicodedata.combining(c))
        if bare and bare != ch and all(ord(c) in glyphs for c in bare):
            return bare
    return ""


def _foreign(run: str) -> str:
    """A word in a script that no font has: said once, not sign by sign."""
    letters = [ch for ch in run if not unicodedata.combining(ch) and not ch.isspace()]
    if not letters:
        return " " * run[-1].isspace()  # loose accents: the letter before them is kept
    script = _SCRIPTS.get(_script(letters[0]), "annan ")
    writing = f"{script}skrift" if script[-1] in "- " else f"{script} skrift"
    said = f"(text i {writing}, {len(letters)} tecken)"
    return said + (" " if run[-1].isspace() else "")


def _instead(ch: str, glyphs: Set[int]) -> str:
    """What says the same as one sign; as a last resort a mark or its number, never nothing."""
    if ch in _SAYS or _plain(ch, glyphs):
        return _SAYS.get(ch) or _plain(ch, glyphs)
    if "\U0001f1e6" <= ch <= "\U0001f1ff":
        return chr(ord(ch) - 0x1F1E6 + ord("A"))  # a flag is its country's letters
    if unicodedata.category(ch) == "Co":
        return "□"
    return _EMOJI if re.match(_PICTURE, ch) else f"(tecken U+{ord(ch):04X})"


def breakable(text: str, longest: int = 24) -> str:
    """Places to break in what is longer than a narrow column.

    After / . - _ & = ? and in any case every `longest` signs.
    """
    if len(text) <= longest:
        return text
    return re.sub(rf"\S{{{longest + 1},}}", lambda match: _cut(match[0], longest), text)


def _cut(word: str, longest: int) -> str:
    parts = re.sub(r"([/._&=?@-])(?=\w)", "\\1\u200b", word).split("\u200b")
    pieces = (
        piece
        for part in parts
        for piece in (re.findall(f".{{1,{longest}}}", part) if len(part) > 45 else [part])
    )
    return "\u200b".join(pieces)
