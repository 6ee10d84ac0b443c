"""YAML files -> Nodes with places, and documents -> YAML.

Only the plain part of YAML is read: texts, lists and keys. Anchors, aliases, tags and several
documents in one file are refused, so that no file can grow when it is read or mean something that
its author does not see.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from icengine.domain.node import Node, Place, Problem
from icengine.errors import NotFound

LARGEST = 2_000_000
"""Bytes; a plan with 500 controls is about 400 kB."""
MOST = 100_000
"""Keys, texts and lists in all; a plan with 500 controls has about 35 000."""
DEEPEST = 20
"""Levels of lists and keys; a plan uses six."""

TOO_DEEP = f"filen har fler än {DEEPEST} nivåer", "kontrollera indragen"

TAGGED = (ScalarEvent, MappingStartEvent, SequenceStartEvent)
TEXT = "tag:yaml.org,2002:str"
UNSEEN = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML does not take."""
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class _Open:
    """A list or mapping whose end has not come."""

    place: Place
    mapping: bool
    children: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    key: str | None = None


def read_yaml(path: Path) -> tuple[Node | None, list[Problem]]:
    """The file as a Node, or every problem that keeps it from being read.

    Raises NotFound where there is no such file to read.
    """
    source = str(path)
    here = Place(source)
    try:
        about = path.stat()
        if stat.S_ISREG(about.st_mode):
            if about.st_size > LARGEST:
                return None, [_too_large(here, about.st_size)]
            with path.open("rb") as file:
                # The file may have grown since.
                return read_yaml_bytes(file.read(LARGEST + 1), source)
    except (OSError, ValueError) as error:
        raise NotFound(
            f"Filen {source} finns inte eller går inte att öppna.", "Kontrollera sökvägen."
        ) from error
    # A pipe would be waited for, and a device may have no end.
    what = "är en mapp" if stat.S_ISDIR(about.st_mode) else "är ingen vanlig fil"
    raise NotFound(f"Filen {source} {what}.", "Kontrollera sökvägen.")


def _too_large(here: Place, size: int) -> Problem:
    return Problem(here, f"filen är för stor ({size / 1e6:.0f} MB)", "högst 2 MB")


def read_yaml_bytes(data: bytes, source: str) -> tuple[Node | None, list[Problem]]:
    """The same for bytes that have been read already."""
    here = Place(source)
    if len(data) > LARGEST:
        return None, [_too_large(here, len(data))]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        return None, [
            Problem(
                Place(source, line, column),
                "filen är inte sparad som UTF-8",
                "öppna den i en textredigerare och spara om den med teckenkodningen UTF-8",
            )
        ]
    if not text.strip():
        return None, [Problem(here, "filen är tom", "börja från exemplet i mappen plans")]
    return _compose(text, source)


def _compose(text: str, source: str) -> tuple[Node | None, list[Problem]]:
    # Looked for here: the library's own readers count bytes or letters, each in its way.
    if unseen := UNSEEN.search(text):
        return None, [_unseen(text, unseen.start(), source)]
    builder = _Builder(source)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            if not builder.take(event):
                break
    except yaml.MarkedYAMLError as error:
        builder.problems.append(_unreadable(error, text, source))
    if builder.problems:
        return None, builder.problems
    if builder.root is None or builder.root.value is None:
        return None, [Problem(Place(source), "filen är tom", "börja från exemplet i mappen plans")]
    return builder.root, []


def _unseen(text: str, position: int, source: str) -> Problem:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return Problem(
        Place(source, line, column),
        "filen innehåller ett osynligt styrtecken",
        "ta bort tecknet; det kommer ofta med när text klistras in",
    )


class _Dumper(yaml.SafeDumper):
    """A text of several lines stands as it reads, under a |; what is there twice is written twice."""

    def ignore_aliases(self, _data: Any) -> bool:
        """No anchors: the reader takes none."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(TEXT, text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def write_yaml(document: dict[str, Any]) -> str:
    """A document as a file that `read_yaml` takes: keys in their order, a row for each text."""
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)


class _Builder:
    """Nodes from parser events, one at a time, without recursion."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.documents = 0
        self.nodes = 0

    def take(self, event: Event) -> bool:
        """Take one event; False when reading cannot go on."""
        mark = event.start_mark
        place = Place(self.source, mark.line + 1, mark.column + 1) if mark else Place(self.source)
        refused = self._refused(event)
        if refused:
            self.problems.append(Problem(place, *refused))
            return False
        if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            self.stack.append(_Open(place, isinstance(event, MappingStartEvent)))
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            done = self.stack.pop()
            value = done.entries if done.mapping else tuple(done.children)
            self._put(Node(done.place, value, done.keys))
        elif isinstance(event, ScalarEvent):
            empty = event.value == "" and event.style in (None, "")
            self._put(Node(place, None if empty else event.value))
        return True

    def _refused(self, event: Event) -> tuple[str, str] | None:
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                return "filen innehåller flera dokument", "dela upp den vid raden med ---"
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            return "ankare och alias (& och *) tas inte emot", "skriv ut texten där den gäller"
        if isinstance(event, TAGGED) and event.tag not in (None, "!"):
            return "taggar (!) tas inte emot", "skriv texten inom citattecken"
        self.nodes += isinstance(event, NodeEvent)
        if self.nodes > MOST:
            return f"filen har fler än {MOST} värden", "dela upp den på flera planer"
        if len(self.stack) > DEEPEST:
            return TOO_DEEP
        return None

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if not top.mapping:
            top.children.append(node)
        elif top.key is None:
            self._put_key(top, node)
        else:
            top.entries.setdefault(top.key, node)
            top.key = None

    def _put_key(self, top: _Open, node: Node) -> None:
        key = node.value if isinstance(node.value, str) else ""
        if not key:
            self.problems.append(Problem(node.place, "nyckeln saknar namn", "skriv nyckel: värde"))
        elif key in top.entries:
            first = top.keys[key]
            self.problems.append(
                Problem(
                    node.place, f"nyckeln ”{key}” står två gånger", f"först på rad {first.line}"
                )
            )
        top.key = key
        top.keys.setdefault(key, node.place)


def _unreadable(error: yaml.MarkedYAMLError, text: str, source: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    rows = text.split("\n")
    row = rows[line - 1] if 0 < line <= len(rows) else ""
    place = Place(source, line, column)
    before = row[: len(row) - len(row.lstrip())]
    if "\t" in before or row[column - 1 : column] == "\t":
        return Problem(place, "raden är indragen med tabb", "använd mellanslag i stället för tabb")
    said = error.problem or ""
    if "maximum nesting depth" in said:  # the reader looks ahead, and stops before it is counted
        return Problem(place, *TOO_DEEP)
    if "could not find expected ':'" in said or "mapping values are not allowed" in said:
        return Problem(
            place,
            "kolon på fel ställe",
            "skriv nyckel: värde; sätt citattecken om en text som innehåller kolon",
        )
    if "quoted scalar" in (error.context or "") or "unexpected end of stream" in said:
        return Problem(place, "ett citattecken saknar sitt par", "kontrollera raden och den före")
    if "did not find expected" in said:
        return Problem(
            place,
            "indraget eller listan stämmer inte",
            "rader som hör ihop ska börja lika långt in",
        )
    return Problem(
        place,
        "filen går inte att läsa här",
        "texter med tecken som : # * & ! % @ behöver citattecken",
    )
