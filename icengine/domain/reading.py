"""Reading fields out of Nodes: every reader of files and forms collects its problems this way.

A `Fields` stands for one mapping. It knows which keys may occur, reads each as the kind of value it
should be, and notes a Problem, with place and hint, for everything that is not; reading goes on, so
that the author sees all problems at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from icengine.domain.node import Node, Problem, nearest
from icengine.domain.text import recorded

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
LONGEST = 20_000
"""Characters in a free text."""
TITLE = 200
"""Characters in a name or title."""
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years in which units, functions and roles can be."""
MOST = 2_000
"""Entries in a list, or in a mapping that names its own keys."""
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_ATOM = r"[A-Za-z0-9_%+-]+"
ADDRESS = re.compile(
    rf"(?=[^@]{{1,64}}@){_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]{{1,63}}(\.[A-Za-z0-9-]{{1,63}})+"
)
"""An e-mail address."""
ID = re.compile(r"[0-9A-Za-zÅÄÖåäö][0-9A-Za-zÅÄÖåäö._-]{0,39}")


class Fields:
    """One mapping being read."""

    def __init__(
        self, node: Node, what: str, known: Iterable[str], problems: list[Problem]
    ) -> None:
        """`what` names the mapping in messages: "risken", "planen"."""
        self.node = node
        self.what = what
        self.problems = problems
        known = tuple(known)
        if not isinstance(node.value, dict):
            self.wrong(node, f"{what} ska vara en grupp av nycklar, men är {node.kind}")
        for key, _ in node.items():
            if key not in known:
                place = node.key_places.get(key, node.place)
                hint = nearest(key, known) or "kända nycklar: " + ", ".join(known)
                problems.append(Problem(place, f"okänd nyckel ”{key}” i {what}", hint))

    def wrong(self, node: Node, message: str, hint: str = "") -> None:
        """Note a problem at a node."""
        self.problems.append(Problem(node.place, message, hint))

    def missing(self, key: str, hint: str = "") -> None:
        """Note that a key is missing or empty."""
        child = self.node.get(key)
        place = child.place if child else self.node.place
        self.problems.append(Problem(place, f"{self.what} saknar {key}", hint or f"skriv {key}: …"))

    def text(self, key: str, *, required: bool = False, longest: int = LONGEST) -> str:
        """A free text, as `recorded`; "" where it is missing."""
        child = self.node.get(key)
        if child is None or child.value is None:
            if required:
                self.missing(key)
            return ""
        if not isinstance(child.value, str):
            self.wrong(
                child, f"{key} ska vara en text, men är {child.kind}", "kontrollera indraget"
            )
            return ""
        text = recorded(child.value)
        if len(text) > longest:
            self.wrong(child, f"{key} är {len(text)} tecken lång", f"högst {longest} tecken")
        if required and not text:
            self.missing(key)
        return text

    def line(self, key: str, *, required: bool = False) -> str:
        """A name or title: one line."""
        return " ".join(self.text(key, required=required, longest=TITLE).split())

    def id(self, key: str = "id") -> str:
        """An id: letters, digits, dot, dash and underscore; required."""
        text = self.line(key, required=True)
        child = self.node.get(key)
        if text and child and not ID.fullmatch(text):
            self.wrong(child, f"”{text}” kan inte vara id", "bokstäver, siffror, - _ och punkt")
        return text

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`; required where there is no default."""
        child = self.node.get(key)
        if child is None or child.value is None:
            if default is None:
                self.missing(key, f"ett heltal {low}–{high}")
            return low if default is None else default
        text = child.value if isinstance(child.value, str) else ""
        if not re.fullmatch(r"-?[0-9]{1,6}", text) or not low <= int(text) <= high:
            shown = f"”{text}”" if isinstance(child.value, str) else child.kind
            self.wrong(child, f"{key} är {shown}", f"ett heltal {low}–{high}")
            return low
        return int(text)

    def whole_or_none(self, key: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`; None where it is missing or wrong."""
        child = self.node.get(key)
        if child is None or child.value is None:
            return None
        before = len(self.problems)
        number = self.whole(key, low, high)
        return number if len(self.problems) == before else None

    def day(self, key: str, *, required: bool = False) -> date | None:
        """A date; None where it is missing."""
        child = self.node.get(key)
        if child is None or child.value is None:
            if required:
                self.missing(key, "ett datum, till exempel 2026-09-30")
            return None
        text = child.value if isinstance(child.value, str) else ""
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
                return date.fromisoformat(text)
        except ValueError:
            self.wrong(child, f"datumet {text} finns inte i kalendern", "skriv år-månad-dag")
            return None
        self.wrong(child, f"{key} är inte ett datum: ”{text}”", "skriv till exempel 2026-09-30")
        return None

    def modern_day(self, key: str, *, required: bool = False) -> date | None:
        """A date that can be about an organisation; None where it is missing."""
        day = self.day(key, required=required)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            said = f"datumet {day} ligger utanför åren {FIRST_YEAR}–{LAST_YEAR}"
            hint = (
                "rätta året; utelämna raden för det som alltid har gällt eller gäller tills vidare"
            )
            self.wrong(self.node.get(key) or self.node, said, hint)
            return None
        return day

    def yes(self, key: str) -> bool:
        """ja or nej; nej where it is missing."""
        child = self.node.get(key)
        if child is None or child.value is None:
            return False
        text = child.value.casefold() if isinstance(child.value, str) else ""
        if text not in ("ja", "nej"):
            self.wrong(child, f"{key} ska vara ja eller nej", "skriv ja eller nej")
        return text == "ja"

    def choice(self, key: str, kind: type[E], default: E | None = None) -> E | None:
        """One of an enumeration's words; required where there is no default."""
        text = self.line(key, required=default is None).casefold()
        if not text:
            return default
        try:
            return kind(text)
        except ValueError:
            child = self.node.get(key) or self.node
            words = [str(member) for member in kind]
            hint = nearest(text, words) or "en av: " + ", ".join(words)
            self.wrong(child, f"{key} kan inte vara ”{text}”", hint)
            return default

    def children(self, key: str, *, required: bool = False) -> tuple[Node, ...]:
        """The nodes of a list; () where it is missing."""
        child = self.node.get(key)
        if child is None or child.value is None:
            if required:
                self.missing(key, "en lista, en rad per post som börjar med -")
            return ()
        if not isinstance(child.value, tuple):
            self.wrong(child, f"{key} ska vara en lista, men är {child.kind}", "börja raden med -")
            return ()
        if required and not child.value:
            self.missing(key, "en lista, en rad per post som börjar med -")
        return self._some(child, key, child.value)

    def words(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of names."""
        found = []
        for child in self.children(key, required=required):
            if isinstance(child.value, str) and child.value.strip():
                found.append(" ".join(recorded(child.value).split()))
            else:
                self.wrong(child, f"{key} ska vara en lista av texter")
        return tuple(found)

    def one_or_more(self, key: str) -> tuple[str, ...]:
        """A list of names, or one name alone."""
        child = self.node.get(key)
        if child is not None and isinstance(child.value, str):
            name = self.line(key)
            return (name,) if name else ()
        return self.words(key)

    def choices(self, key: str, kind: type[E]) -> tuple[E, ...]:
        """Some of an enumeration's words, each once; one alone needs no list."""
        found = []
        for word in self.one_or_more(key):
            try:
                found.append(kind(word.casefold()))
            except ValueError:
                words = [str(member) for member in kind]
                hint = nearest(word, words) or "en eller flera av: " + ", ".join(words)
                self.wrong(self.node.get(key) or self.node, f"{key} kan inte vara ”{word}”", hint)
        return tuple(dict.fromkeys(found))

    def pairs(self, key: str) -> tuple[tuple[str, Node], ...]:
        """Keys and nodes of a mapping that names its own keys."""
        child = self.node.get(key)
        if child is None or child.value is None:
            return ()
        if not isinstance(child.value, dict):
            self.wrong(child, f"{key} ska vara en grupp av nycklar, men är {child.kind}")
        return self._some(child, key, tuple(child.items()))

    def _some(self, node: Node, key: str, found: tuple[T, ...]) -> tuple[T, ...]:
        """What was found; with a problem, only the first of it, where nobody meant so much."""
        if len(found) > MOST:
            self.wrong(node, f"{key} har {len(found)} poster", f"högst {MOST} poster")
        return found[:MOST]

    def named(self, key: str, find: Callable[[str], str | None], known: Iterable[str], kind: str,
              *, required: bool = False) -> str:  # fmt: skip
        """A name that must be known; `find` gives its proper spelling or None."""
        text = self.line(key, required=required)
        if not text:
            return ""
        proper = find(text)
        if proper is None:
            child = self.node.get(key) or self.node
            known = list(known)
            hint = nearest(text, known) or f"lägg till {kind}en i organisationsfilen"
            self.wrong(child, f"okänd {kind} ”{text}”", hint)
        return proper or text


class Unique:
    """Ids or names that may occur once."""

    def __init__(self, kind: str, problems: list[Problem]) -> None:
        self.kind, self.problems = kind, problems
        self.seen: dict[str, Node] = {}

    def add(self, id: str, node: Node) -> None:
        """Note the id; a second time is a problem."""
        if not id:
            return
        first = self.seen.setdefault(id.casefold(), node)
        if first is not node:
            where = f"först på rad {first.place.line}" if first.place.line else "välj ett annat"
            if "!" in first.place.cell:  # a cell of a workbook
                where = f"först i {first.place.cell}"
            self.problems.append(Problem(node.place, f"{self.kind} ”{id}” finns redan", where))
