"""What intake hands over: a tree of Nodes, each with its Place, and the Problems found in it.

YAML, Excel and web forms become the same tree, so one reader (`document.py`) serves them all and a
problem can point at line and column, sheet and cell, or a field's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

FORM = "formuläret"
"""Where a problem is said to be when nothing was read from a file."""
LONGEST = 400
"""Characters in a message; a reader quotes what was written, and that may be the whole file."""


@dataclass(frozen=True)
class Place:
    """Where something was written."""

    source: str
    """File name as the user gave it, or the form's name."""
    line: int = 0
    """Line, from 1; 0 where the source has no lines."""
    column: int = 0
    """Column, from 1; 0 where the source has no columns."""
    cell: str = ""
    """Sheet and cell ("Risker!C4") or a form field's name; "" in text files."""

    def __str__(self) -> str:
        if self.cell:
            return f"{self.source}:{self.cell}"
        return f"{self.source}:{self.line}:{self.column}" if self.line else self.source


@dataclass(frozen=True)
class Problem:
    """Something wrong in what was handed in, said to its author."""

    place: Place
    message: str
    """What is wrong: a Swedish clause without a full stop."""
    hint: str = ""
    """What to do about it; "" where the message says it."""
    key: str = field(default="", compare=False)
    """The key that is missing at the place; "" where the place itself says what is wrong."""

    def __post_init__(self) -> None:
        """Leave out the middle of what is too long to be read."""
        for name, text in (("message", self.message), ("hint", self.hint)):
            if len(text) > LONGEST:
                object.__setattr__(self, name, f"{text[:300]} … {text[-90:]}")

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" + (f" ({self.hint})" if self.hint else "")


@dataclass(frozen=True)
class Node:
    """A value with its place: text, a list of nodes, or a mapping of keys to nodes.

    Every scalar is text as written; the reader decides what it means, so that "ja", "2022-02-30"
    or "1,5" are judged in one place and not by the file format.
    """

    place: Place
    value: str | tuple[Node, ...] | Mapping[str, Node] | None
    """None where a key was written without a value."""
    key_places: Mapping[str, Place] = field(default_factory=dict)
    """Where each key of a mapping stands."""

    @property
    def kind(self) -> str:
        """The value's kind as a Swedish noun for messages."""
        if self.value is None:
            return "inget värde"
        if isinstance(self.value, str):
            return "en text"
        return "en lista" if isinstance(self.value, tuple) else "en grupp av nycklar"

    def items(self) -> Iterator[tuple[str, Node]]:
        """Key and node of a mapping; nothing for other kinds."""
        if isinstance(self.value, Mapping):
            yield from self.value.items()

    def children(self) -> tuple[Node, ...]:
        """The nodes of a list; nothing for other kinds."""
        return self.value if isinstance(self.value, tuple) else ()

    def get(self, key: str) -> Node | None:
        """The node under `key`, or None."""
        return self.value.get(key) if isinstance(self.value, Mapping) else None


def nearest(word: str, known: Iterator[str] | tuple[str, ...] | list[str]) -> str:
    """Hint that names the known word most like `word`, or "" where none is like it."""
    by_fold = {k.casefold(): k for k in known}
    if len(word) > LONGEST:
        return ""
    found = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return f"menade du ”{by_fold[found[0]]}”?" if found else ""


def as_node(value: Any, source: str = FORM, path: str = "") -> Node:
    """A document as its reader takes it; a place is the path of keys that leads there."""
    place = Place(source, cell=path)
    if isinstance(value, dict):
        entries = {key: as_node(item, source, _below(path, key)) for key, item in value.items()}
        return Node(place, entries, {key: node.place for key, node in entries.items()})
    if isinstance(value, list):
        items = (
            as_node(item, source, _below(path, _name(item, n))) for n, item in enumerate(value, 1)
        )
        return Node(place, tuple(items))
    return Node(place, None if value is None else str(value))


def _below(path: str, key: str) -> str:
    return f"{path}/{key}" if path else key


def _name(item: Any, number: int) -> str:
    """What an entry of a list is called in a path: its id or name where it has one."""
    named = item if isinstance(item, dict) else {}
    return str(named.get("id") or named.get("namn") or number)


def plain(node: Node) -> Any:
    """What a node holds as texts, lists and mappings; `as_node` makes the same node of it."""
    if isinstance(node.value, tuple):
        return [plain(child) for child in node.value]
    if isinstance(node.value, Mapping):
        return {key: plain(child) for key, child in node.value.items()}
    return node.value
