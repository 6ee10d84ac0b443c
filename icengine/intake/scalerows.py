"""The sheets of a plan's own scales: levels, the steps of the axes, the map of the matrix."""

from __future__ import annotations

from collections.abc import Iterable

from icengine.domain.node import Node
from icengine.domain.scale_document import LEVEL_KEYS
from icengine.intake.rows import Handed, Row

AXES = ("sannolikhet", "konsekvens")


def level_nodes(rows: list[Row]) -> Node | None:
    """Levels of a scale, a row each."""
    return Node(rows[0].place, tuple(row.node(LEVEL_KEYS) for row in rows)) if rows else None


def step_words(rows: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    """The words of each axis, from step 1; an axis whose steps are not 1, 2, 3 … is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for axis, steps in _by_axis(rows).items():
        if [number for number, _ in steps] == list(range(1, len(steps) + 1)):
            found[axis] = tuple(row.text("ord") for _, row in steps)
    return found


def _by_axis(rows: Iterable[Row]) -> dict[str, list[tuple[int, Row]]]:
    found: dict[str, list[tuple[int, Row]]] = {axis: [] for axis in AXES}
    for row in rows:
        axis, number = row.text("axel").strip().casefold(), row.text("steg")
        if axis in found and number.isdecimal():
            found[axis].append((int(number[:4]), row))
    return {axis: sorted(steps, key=lambda step: step[0]) for axis, steps in found.items()}


def matrix_node(
    handed: Handed, steps: list[Row], matrix: list[Row], zones: list[Row]
) -> Node | None:
    """The plan's own riskskala; None where its sheets are empty."""
    first = next(iter((*steps, *matrix, *zones)), None)
    if first is None:
        return None
    for row in steps:
        if row.text("axel").strip().casefold() not in AXES:
            handed.wrong(
                row.place,
                "raden säger inte vilken axel den hör till",
                "sannolikhet eller konsekvens",
            )
    found: dict[str, Node] = {}
    for axis, listed in _by_axis(steps).items():
        numbers = [number for number, _ in listed]
        if numbers != list(range(1, len(listed) + 1)):
            handed.wrong(
                listed[0][1].place,
                f"stegen av {axis} är inte numrerade från 1 i följd",
                "rätta kolumnen Steg",
            )
        if listed:
            found[axis] = Node(listed[0][1].place, tuple(_step(row) for _, row in listed))
    if matrix:
        rows = sorted(matrix, key=_likelihood, reverse=True)
        if sorted(map(_likelihood, matrix)) != list(range(1, len(matrix) + 1)):
            handed.wrong(matrix[0].place, "riskmatrisens rader är inte sannolikhet 1, 2, 3 … var för sig",
                         "rätta kolumnen Sannolikhet")  # fmt: skip
        found["zoner"] = Node(rows[0].place, tuple(Node(row.place, _cells(row)) for row in rows))
    if zones:
        levels = level_nodes(zones)
        assert levels is not None
        found["nivåer"] = levels
    return Node(first.place, found, {key: node.place for key, node in found.items()})


def _step(row: Row) -> Node:
    word, meaning = row.text("ord"), row.values.get("betydelse")
    place = row.values["ord"].place if "ord" in row.values else row.place
    if meaning is None or meaning.value is None:
        return Node(place, word or None)
    return Node(place, {word: meaning}, {word: place})


def _likelihood(row: Row) -> int:
    text = row.text("sannolikhet")
    return int(text[:4]) if text.isdecimal() else 0


def _cells(row: Row) -> str:
    return " ".join(filter(None, (row.text(str(n)).strip() for n in range(1, 7))))
