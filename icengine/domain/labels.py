"""The organisation's own words: what it calls the things that the engine names.

Örebro says tillsynsplan, Malmö granskning: the words on pages, in mails and in reports are theirs,
the words in plan files stay the engine's. A sentence needs more of a word than its first form, so a
`Word` has them all: as the organisation has written them, or by the word's ending where that leaves
no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from icengine.domain.text import one_line
from icengine.domain.words import capital, counted, many, of

Article = Literal["en", "ett"]

LABELS = (
    "internkontrollplan",
    "slutrapport",
    "kontrollmoment",
    "processområde",
    "kontrollansvarig",
    "godkännare",
    "riskägare",
    "åtgärd",
)
"""The engine's words that may be exchanged."""
LONGEST_WORD = 40
"""Characters in a word, in any of its forms."""

_WORD = re.compile(r"[^\W\d_]+([ -][^\W\d_]+)*")

_DECLENSIONS: tuple[tuple[Article, str, str], ...] = (
    ("en", "~en ~ar ~arna", "?ning ?ring ?ling"),
    (
        "en",
        "~en ~er ~erna",
        "?tion ?sion ?itet ?het ?ant ?lör ?tör plan rapport kontroll åtgärd insats process analys "
        "punkt uppgift rutin tillsyn översyn chef person strateg bild",
    ),
    ("en", "~n ~er ~erna", "revisor inspektor kategori"),
    ("en", "~n ~r ~rna", "?else"),
    ("en", "~n ~ <na", "?are"),
    ("en", "~n <or <orna", "fråga lista"),
    ("en", "den_~a ~a de_~a", "ansvarig"),
    (
        "ett",
        "~et ~ ~en",
        "?ment uppdrag förslag beslut bokslut prov steg mål fält objekt protokoll",
    ),
    ("ett", "~met ~ ~men", "program"),
    ("ett", "~t ~n ~na", "område"),
)
"""Article, the other three forms, and endings. ~ is the word, < the word without its last letter,
_ a space. An ending with ? needs something before it; the others are words of their own, alone or
last in another."""


@dataclass(frozen=True)
class Word:
    """A noun as sentences need it."""

    one: str
    """granskning, kontrollmoment."""
    definite: str
    """granskningen, kontrollmomentet."""
    several: str
    """granskningar, kontrollmoment."""
    definite_several: str
    """granskningarna, kontrollmomenten."""
    article: Article = "en"

    @property
    def title(self) -> str:
        """ "Granskning": before a number, in a heading, over a column."""
        return capital(self.one)

    @property
    def none(self) -> str:
        """ "ingen granskning", "inget kontrollmoment"."""
        return self.count(0)

    def fits(self, en: str, ett: str) -> str:
        """What is said of it: "genomförd" of a granskning, "genomfört" of a kontrollmoment."""
        return en if self.article == "en" else ett

    def number(self, n: int) -> str:
        """The number alone, where the word is understood: "ingen", "ett", "två"."""
        return counted(n, self.article)

    def count(self, n: int) -> str:
        """ "inget kontrollmoment", "en granskning", "två granskningar"."""
        return many(n, self.one, self.several, self.article)

    def of(self, part: int, whole: int) -> str:
        """ "en av två granskningar", "båda kontrollmomenten"; `whole` is above one."""
        return of(part, whole, self.several, self.definite_several, self.article)


@dataclass(frozen=True)
class Vocabulary:
    """What an organisation calls the things that the engine names."""

    own: tuple[tuple[str, Word], ...] = ()
    """(The engine's word, theirs); a word that is not here is the engine's own."""

    def __call__(self, word: str) -> Word:
        """Theirs for one of LABELS. Raises KeyError for a word that nobody may exchange."""
        return dict(self.own).get(word) or ENGINES[word]

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Vocabulary:
        """The vocabulary from plain values; an empty one where they say nothing."""
        return cls(tuple((word, Word(**forms)) for word, forms in stored.get("own", ())))


OURS = Vocabulary()
"""The engine's own words for everything."""


def label(organisation_labels: Iterable[tuple[str, str]], word: str) -> str:
    """What the organisation calls it; the engine's own word where it says nothing."""
    return dict(organisation_labels).get(word, word)


def is_word(text: str) -> bool:
    """Is it letters only, with single spaces and hyphens between them?"""
    return _WORD.fullmatch(text) is not None


@cache
def declined(word: str) -> Word | None:
    """A word in all its forms, by its ending; None where they cannot be told with certainty."""
    if not is_word(word) or " " in word:
        return None
    fitting = [
        (len(ending.strip("?")), article, forms)
        for article, forms, endings in _DECLENSIONS
        for ending in endings.split()
        if _ends(word, ending)
    ]
    if not fitting:
        return None
    _, article, forms = max(fitting)
    definite, several, definite_several = (
        form.replace("~", word).replace("<", word[:-1]).replace("_", " ") for form in forms.split()
    )
    return Word(word, definite, several, definite_several, article)


def _ends(word: str, ending: str) -> bool:
    last = ending.removeprefix("?")
    room = len(word) - len(last)
    return word.casefold().endswith(last) and room >= (2 if last != ending else 0)


def spelled(word: str) -> Word:
    """A word in all its forms; unchanged in each where they cannot be told."""
    return declined(word) or Word(word, word, word, word)


ENGINES = {word: spelled(word) for word in LABELS}
"""The engine's own words."""


def vocabulary(
    labels: Iterable[tuple[str, str]], forms: Iterable[tuple[str, Word]] = ()
) -> Vocabulary:
    """The words of an organisation; `forms` has those that it declines in its own way."""
    given = dict(forms)
    found = []
    for word, own in labels:
        said = given.get(word)
        # A database may hold what no reader lets in; it stays on its line.
        found.append((word, said if said and said.one == own else spelled(one_line(own) or word)))
    return Vocabulary(tuple(item for item in found if item[0] in ENGINES))


def plan_title(title: str, year: int, words: Vocabulary) -> str:
    """A plan's title; the one that the reader gives a plan without a title, in their words."""
    standard = title == f"{ENGINES['internkontrollplan'].title} {year}"
    return f"{words('internkontrollplan').title} {year}" if standard else title
