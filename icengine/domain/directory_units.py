"""Organisation files -> units: the tree on every day, forerunners, and borders of authority."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from icengine.domain.calendar import DAY, swedish_date
from icengine.domain.node import Node, nearest
from icengine.domain.people import Admission, Move, Unit, UnitKind
from icengine.domain.reading import Fields, Unique

UNIT_KEYS = (
    "id", "namn", "slag", "under", "från", "till", "föregångare", "egen myndighet", "släpper in",
    "flyttar",
)  # fmt: skip
MOVE_KEYS = ("under", "från")


@dataclass(frozen=True)
class _Row:
    """A unit with where it was written."""

    unit: Unit
    fields: Fields

    def place(self, key: str) -> Node:
        """Where a problem with that key is shown."""
        return self.fields.node.get(key) or self.fields.node

    def move_place(self, move: Move) -> Node:
        """Where a move was written."""
        nodes = self.place("flyttar").children()
        return nodes[self.unit.moves.index(move)] if nodes else self.place("flyttar")


class _Stay(NamedTuple):
    """A unit's time below another."""

    parent: str
    start: date | None
    end: date | None
    node: Node


def read_units(fields: Fields) -> tuple[Unit, ...]:
    """The units; every problem in them is noted."""
    rows: list[_Row] = []
    ids = Unique("enheten", fields.problems)
    for node in fields.children("enheter", required=True):
        inner = Fields(node, "enheten", UNIT_KEYS, fields.problems)
        row = _Row(_read_unit(inner), inner)
        ids.add(row.unit.id, node.get("id") or node)
        rows.append(row)
    known = {row.unit.id: row.unit for row in reversed(rows)}
    _check_root(rows, fields)
    for row in rows:
        _check_authority(row)
        _check_moves(row)
        _check_parents(row, known)
        _check_forerunners(row, known)
    _check_circles(rows)
    return tuple(row.unit for row in rows)


def _read_unit(fields: Fields) -> Unit:
    unit = Unit(
        id=fields.id(),
        name=fields.line("namn", required=True),
        kind=fields.choice("slag", UnitKind) or UnitKind.BOARD,
        parent=fields.line("under"),
        start=fields.modern_day("från"),
        end=fields.modern_day("till"),
        predecessors=fields.one_or_more("föregångare"),
        own_authority=fields.yes("egen myndighet"),
        admits=fields.choices("släpper in", Admission),
        moves=tuple(_read_moves(fields)),
    )
    if unit.start and unit.end and unit.end < unit.start:
        fields.wrong(fields.node.get("till") or fields.node,
                     f"enheten {unit.id} upphör innan den börjar", "rätta från eller till")  # fmt: skip
    return unit


def _read_moves(fields: Fields) -> Iterator[Move]:
    for node in fields.children("flyttar"):
        inner = Fields(node, "flytten", MOVE_KEYS, fields.problems)
        parent, start = inner.line("under", required=True), inner.modern_day("från", required=True)
        yield Move(parent, start or date.max)


def _check_root(rows: Sequence[_Row], fields: Fields) -> None:
    """One root, which lasts and has nothing above it."""
    roots = [row for row in rows if not row.unit.parent]
    if rows and len(roots) != 1:
        names = ", ".join(row.unit.id for row in roots)
        said = f"flera enheter är överst: {names}" if roots else "ingen enhet är överst"
        hint = "alla enheter utom kommunen ska ha under: enhetens id"
        fields.wrong(fields.node.get("enheter") or fields.node, said, hint)
        return
    for row in roots:
        for key, odd, said in (
            ("flyttar", row.unit.moves, "kan inte flyttas"),
            ("till", row.unit.end, "kan inte upphöra"),
            ("egen myndighet", row.unit.own_authority, "är inte en egen myndighet"),
        ):
            if odd:
                row.fields.wrong(row.place(key), f"den översta enheten {said}", "ta bort raden")


def _check_authority(row: _Row) -> None:
    if row.unit.admits and not row.unit.own_authority:
        row.fields.wrong(
            row.place("släpper in"),
            f"enheten {row.unit.id} släpper in men är ingen egen myndighet",
            "lägg till egen myndighet: ja eller ta bort släpper in",
        )


def _check_moves(row: _Row) -> None:
    """Moves come one after the other, after the unit's first day and not after its last."""
    unit, before = row.unit, row.unit.start
    for move in unit.moves:
        node, day = row.move_place(move), swedish_date(move.start)
        if move.start == date.max:
            continue  # said already: it has no date
        if before and move.start <= before:
            last = "enhetens första dag" if before == unit.start else "flytten före"
            row.fields.wrong(node, f"flytten {day} kommer inte efter {last}",
                             "skriv den äldsta flytten först")  # fmt: skip
        if unit.end and move.start > unit.end:
            row.fields.wrong(node, f"enheten {unit.id} flyttar {day}, när den har upphört",
                             "ta bort flytten eller rätta till")  # fmt: skip
        before = move.start


def _stays(row: _Row) -> Iterator[_Stay]:
    """Where the unit lies, time by time."""
    unit = row.unit
    moves = [move for move in unit.moves if move.start != date.max]
    starts = [unit.start, *(move.start for move in moves)]
    ends = [*(move.start - DAY for move in moves), unit.end]
    nodes = [row.place("under"), *(row.move_place(move) for move in moves)]
    parents = [unit.parent, *(move.parent for move in moves)]
    for parent, start, end, node in zip(parents, starts, ends, nodes, strict=True):
        yield _Stay(parent, start, end, node)


def _check_parents(row: _Row, known: Mapping[str, Unit]) -> None:
    """Every unit above is known, and is there as long as something lies below it."""
    id = row.unit.id
    for parent, start, end, node in _stays(row):
        above = known.get(parent)
        if above is None:
            if parent:
                hint = nearest(parent, list(known)) or "skriv id för enheten ovanför"
                row.fields.wrong(node, f"okänd enhet ”{parent}”", hint)
        elif above.end and (end is None or end > above.end):
            said = f"enheten {id} ligger under {parent}, som upphör {swedish_date(above.end)}"
            row.fields.wrong(node, said, f"låt {id} upphöra eller flytta den till en annan enhet")
        elif start and above.start and start < above.start:
            said = f"enheten {id} ligger under {parent}, som börjar {swedish_date(above.start)}"
            row.fields.wrong(node, said, "rätta från eller under")


def _check_forerunners(row: _Row, known: Mapping[str, Unit]) -> None:
    """A föregångare has ended before its successor begins; both dates are written."""
    unit, node = row.unit, row.place("föregångare")
    circle = unit.id in _ancestry(unit, known)
    if unit.predecessors and not circle and unit.start is None:
        row.fields.missing("från", "en enhet med föregångare behöver sin första dag")
    for id in unit.predecessors:
        before = known.get(id)
        if before is None:
            hint = nearest(id, list(known)) or "låt enheten som upphörde stå kvar i listan"
            row.fields.wrong(node, f"okänd föregångare ”{id}”", hint)
        elif id == unit.id:
            row.fields.wrong(node, f"enheten {id} är föregångare till sig själv", "rätta raden")
        elif circle:
            said = f"enheten {unit.id} är föregångare till sin egen föregångare {id}"
            row.fields.wrong(node, said, "rätta raden")
        elif before.end is None:
            said = f"föregångaren {id} saknar till"
            row.fields.wrong(node, said, f"skriv sista dagen för {id}: till: …")
        elif unit.start and before.end >= unit.start:
            said = (
                f"föregångaren {id} finns kvar till och med {swedish_date(before.end)}, "
                f"men {unit.id} börjar {swedish_date(unit.start)}"
            )
            row.fields.wrong(node, said, "låt föregångaren upphöra dagen före eller tidigare")


def _ancestry(unit: Unit, known: Mapping[str, Unit]) -> set[str]:
    """Ids of the unit's forerunners and theirs; its own among them where they go in a circle."""
    found: set[str] = set()
    waiting = list(unit.predecessors)
    while waiting:
        id = waiting.pop()
        if id not in found and id in known:
            found.add(id)
            waiting += known[id].predecessors
    return found


def _check_circles(rows: Sequence[_Row]) -> None:
    """No unit lies below itself on any day."""
    days = sorted({move.start for row in rows for move in row.unit.moves} - {date.max})
    said: set[str] = set()
    for day in [date.min, *days]:
        above = {row.unit.id: row.unit.above(day) for row in rows}
        for row in rows:
            moved = [move for move in row.unit.moves if move.start == day]
            id = row.unit.id
            if id in said or not (day == date.min or moved) or not _returns(id, above):
                continue
            said.add(id)
            when = f" från {swedish_date(day)}" if moved else ""
            node = row.move_place(moved[0]) if moved else row.place("under")
            row.fields.wrong(node, f"enheten {id} ligger under sig själv{when}", "rätta under")


def _returns(id: str, above: Mapping[str, str]) -> bool:
    """Does the way up from a unit come back to it?"""
    seen: list[str] = []
    at = above.get(id, "")
    while at and at not in seen:
        if at == id:
            return True
        seen.append(at)
        at = above.get(at, "")
    return False


def unit_choice(fields: Fields, key: str, units: Sequence[Unit]) -> str:
    """The id of a known unit; required."""
    ids = [unit.id for unit in units]
    return fields.named(key, lambda id: id if id in ids else None, ids, "enhet", required=True)
