"""Organisations that have words of their own, and a reader that looks for the engine's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from hypothesis import strategies as st

from icengine.domain.labels import ENGINES, LABELS, Word

Labels = tuple[tuple[str, str], ...]
Forms = tuple[tuple[str, Word], ...]

OREBRO: Labels = (
    ("internkontrollplan", "tillsynsplan"),
    ("slutrapport", "tillsynsrapport"),
    ("kontrollmoment", "tillsyn"),
    ("processområde", "målområde"),
    ("kontrollansvarig", "tillsynsansvarig"),
)
"""As Örebro says it: the plan is a tillsynsplan and what is done by it a tillsyn."""

MALMO: Labels = (
    ("internkontrollplan", "granskningsplan"),
    ("slutrapport", "årsbokslut"),
    ("kontrollmoment", "granskning"),
    ("godkännare", "attestant"),
    ("riskägare", "riskansvarig"),
    ("åtgärd", "förslag"),
)
"""As Malmö says it, a granskning; and words of the other gender where the engine has en."""

LONG = "Verksamhetsövergripandekvalitetsgranskni"
"""Forty letters without a place to break."""
_ODD = st.from_regex(r"\A[^\W\d_]{1,20}([ -][^\W\d_]{1,19})?\Z") | st.just(LONG)
_ENTERED = st.sampled_from(["granskning", "tillsyn", "IK-plan", "insats", "förslag", "målområde"])
_BOTH = st.sampled_from(["en", "ett"])
WORDS = _ENTERED.map(lambda one: (one, None)) | st.builds(Word, _ODD, _ODD, _ODD, _ODD, _BOTH).map(
    lambda word: (word.one, word)
)
"""A word as an organisation may write it: (it, its forms where it has any)."""
HOSTILE = st.text(min_size=1, max_size=200) | st.sampled_from(
    ["<script>x</script>", '" onload="x', "{{ site }}", "a\r\nBcc: x@x.example", "\x00", "%s", "&"]
)
"""What no reader lets in, but a database may hold."""


@st.composite
def vocabularies(draw: st.DrawFn) -> tuple[Labels, Forms]:
    """Words of an organisation's own for some of the engine's, or for all of them."""
    chosen = draw(st.lists(st.sampled_from(LABELS), unique=True) | st.just(list(LABELS)))
    found = [(key, *draw(WORDS)) for key in chosen]
    labels = tuple((key, one) for key, one, _ in found)
    return labels, tuple((key, forms) for key, _, forms in found if forms is not None)


def engines_words(text: str, labels: Iterable[tuple[str, str]]) -> list[str]:
    """The engine's words in a text that the organisation has exchanged, in any form.

    A direktåtgärd is a way to meet a risk and keeps its name.
    """
    found = []
    for key, _ in labels:
        forms = ENGINES[key]
        stem = min((forms.one, forms.several, forms.definite_several), key=len).removesuffix("e")
        found += re.findall(rf"(?<!direkt){stem}\w*", text.replace("\u00ad", ""), re.IGNORECASE)
    return found


class _Reader(HTMLParser):
    """What is read of a page, and what a screen reader says of it."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("style", "script")
        self.said += [v for k, v in attrs if k in ("aria-label", "title", "data-head", "alt") and v]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.said.append(data)


def page_text(html: str) -> str:
    """Everything on a page that somebody reads or hears, on one line."""
    reader = _Reader()
    reader.feed(html)
    return " ".join(" ".join(reader.said).replace("\u00ad", "").split())
