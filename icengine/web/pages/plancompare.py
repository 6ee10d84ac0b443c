"""Two versions of a plan side by side, field by field, as their page shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from icengine.domain.labels import Vocabulary, plan_title
from icengine.domain.plan import Plan
from icengine.domain.plan_comparison import SAME, Compared, Part, Thing, compare
from icengine.domain.plan_difference import ADDED, ALTERED, REMOVED
from icengine.domain.text import one_line, shown
from icengine.domain.words import capital, listed, many
from icengine.services.versions import Content

LONGEST = 6_000
"""Characters of two texts together, above which they are not compared word by word."""
WORDS, LINES = r"\s+|\S+", r"\n|[^\n]+"
"""What texts are compared by."""
OCCURRENCES = "tillfällen"
WORD, GONE, NEW = "", "del", "ins"
MARKS = {ADDED: ("new", "+", "Tillagd"), REMOVED: ("gone", "−", "Borttagen"), ALTERED: ("chg", "≠", "Ändrad")}  # fmt: skip
"""How -> (class, sign, word)."""

Pieces = tuple[tuple[str, str], ...]
"""(element, text): what is gone, what is new, and what is in both."""


@dataclass(frozen=True)
class FieldLine:
    """A field that differs."""

    name: str
    before: Pieces
    after: Pieces


@dataclass(frozen=True)
class ThingView:
    """Something that is added, removed or changed."""

    title: str
    anchor: str
    look: str
    sign: str
    word: str
    compared: bool
    """Two versions of it are compared; otherwise what it says is told."""
    lines: tuple[FieldLine, ...]


@dataclass(frozen=True)
class Difference:
    """Two versions."""

    before: int
    """The version's number; 0 for what is none."""
    after: int
    lead: str
    things: tuple[ThingView, ...]
    same: tuple[str, ...]
    """Titles of what is as before."""


def difference_view(
    before: Content, after: Content, words: Vocabulary, *, protected: bool
) -> Difference:
    """What differs, in words; `protected`: of protected controls too."""
    found = plans_view(before.plan, after.plan, words, protected=protected)
    return replace(found, before=before.number, after=after.number)


def plans_view(before: Plan, after: Plan, words: Vocabulary, *, protected: bool) -> Difference:
    """The same of plans that need be no versions."""
    one, other = (
        replace(plan, title=plan_title(plan.title, plan.year, words)) for plan in (before, after)
    )
    found = compare(one, other, protected=protected)
    differing = [item for item in found if item.how != SAME]
    return Difference(
        before=0,
        after=0,
        lead=_lead(found, words),
        things=tuple(_thing(item, words) for item in differing),
        same=tuple(_title(item) for item in found if item.how == SAME and item.id),
    )


def _lead(found: Sequence[Compared], words: Vocabulary) -> str:
    """ "En risk läggs till, en kontroll tas bort och två ändras." """
    said = []
    for thing, one, several in (
        (Thing.RISK, "risk", "risker"),
        (Thing.CONTROL, words("kontrollmoment").one, words("kontrollmoment").several),
    ):
        article = words("kontrollmoment").article if thing is Thing.CONTROL else "en"
        for how, does in ((ADDED, "läggs till"), (REMOVED, "tas bort"), (ALTERED, "ändras")):
            count = sum(item.how == how and item.thing is thing for item in found)
            if count:
                said.append(f"{many(count, one, several, article)} {does}")
    if any(item.how != SAME and item.thing is Thing.PLAN for item in found):
        said.append("planens egna uppgifter ändras")
    if any(item.how != SAME and item.thing is Thing.LEFT_OUT for item in found):
        said.append("de utelämnade riskerna ändras")
    return f"{capital(listed(said))}." if said else "Ingenting skiljer versionerna åt."


def _title(item: Compared) -> str:
    if item.thing is Thing.PLAN:
        return "Planen"
    before = "Utelämnad risk " if item.thing is Thing.LEFT_OUT else ""
    return f"{before}{item.id} {one_line(item.title)}"


def _thing(item: Compared, words: Vocabulary) -> ThingView:
    look, sign, word = MARKS[item.how]
    compared = item.how == ALTERED
    return ThingView(
        title=_title(item),
        anchor=re.sub(r"\W", "-", f"{item.thing}-{item.id}"),
        look=look,
        sign=sign,
        word=word,
        compared=compared,
        lines=tuple(_line(part, words, compared) for part in item.parts),
    )


def _line(part: Part, words: Vocabulary, compared: bool) -> FieldLine:
    name = capital(_field(part.name, words))
    if not compared:
        return FieldLine(name, ((WORD, shown(part.before)),), ((WORD, shown(part.after)),))
    if part.name == OCCURRENCES:
        before, after = (shown(text).replace("), ", ")\n") for text in (part.before, part.after))
        return FieldLine(name, *marked(before, after, LINES))
    return FieldLine(name, *marked(shown(part.before), shown(part.after)))


def _field(name: str, words: Vocabulary) -> str:
    """A field's name in the organisation's words."""
    own = {
        "befintliga åtgärder": f"befintliga {words('åtgärd').several}",
        "processområden": words("processområde").several,
        **{word: words(word).one for word in ("kontrollmoment", "godkännare", "riskägare")},
    }
    return own.get(name, name)


def marked(before: str, after: str, by: str = WORDS) -> tuple[Pieces, Pieces]:
    """Two texts with what is marked that one of them lacks: words, or whole lines."""
    if not before or not after or len(before) + len(after) > LONGEST:
        return (((GONE, before),) if before else ()), (((NEW, after),) if after else ())
    one, other = (re.findall(by, text) for text in (before, after))
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return (
        _merged((GONE if op != "equal" else WORD, "".join(one[a:b])) for op, a, b, _, _ in steps),
        _merged((NEW if op != "equal" else WORD, "".join(other[a:b])) for op, _, _, a, b in steps),
    )


def _merged(pieces: Iterator[tuple[str, str]]) -> Pieces:
    """Pieces of the same kind as one; a space between two of them goes with them."""
    found: list[tuple[str, str]] = []
    for kind, text in pieces:
        if not text:
            continue
        kind = kind if text.strip() else (found[-1][0] if found else kind)
        if found and found[-1][0] == kind:
            text = found.pop()[1] + text
        found.append((kind, text))
    return tuple(found)
