"""What stands of a control in sheets of its own: its dates, its figures, the units that answer it."""

from __future__ import annotations

import re
from collections.abc import Callable

from icengine.domain.document_controls import WINDOW_KEYS
from icengine.domain.node import Node, Place
from icengine.domain.scale_document import THRESHOLD_KEYS
from icengine.intake.columns import CONTROLS, MEASURES
from icengine.intake.planrows import named_by
from icengine.intake.rows import Handed, Row

Details = dict[int, dict[str, Node]]
"""Identity of a control's row -> what stands elsewhere under its keys."""
ONCE = ("del", "helhet", "mål procent")
"""What is said once for a measured control, on the first of its rows."""


def attach_details(
    handed: Handed, controls: list[Row], windows: list[Row], measures: list[Row], shared: list[Row]
) -> Details:
    """For every control what the other sheets say of it."""
    by_id: dict[str, Row] = {}
    for control in controls:
        by_id.setdefault(control.text("id").casefold(), control)
    details: Details = {}
    for key, rows, build in (
        ("tillfällen", windows, _occurrences),
        ("mätning", measures, _measure),
        ("gemensam", shared, _shared),
    ):
        grouped: dict[int, list[Row]] = {}
        for row in _filled_down(rows):
            named = named_by(handed, row, "kontroll", by_id, "kontrollen", CONTROLS.name)
            if named is not None:
                grouped.setdefault(id(named), []).append(row)
        for control_id, found in grouped.items():
            details.setdefault(control_id, {})[key] = build(handed, found)
    return details


def _filled_down(rows: list[Row]) -> list[Row]:
    """A row that names no control is of the one above."""
    last: Node | None = None
    for row in rows:
        if row.text("kontroll"):
            last = row.values["kontroll"]
        elif last is not None and "kontroll" in row.values:
            row.values["kontroll"] = Node(row.values["kontroll"].place, last.value)
    return rows


def _occurrences(_handed: Handed, rows: list[Row]) -> Node:
    return Node(rows[0].place, tuple(row.node(WINDOW_KEYS) for row in rows))


def _measure(handed: Handed, rows: list[Row]) -> Node:
    found: dict[str, Node] = {}
    for key in ONCE:
        said = [row.values[key] for row in rows if row.text(key)]
        for node in said[1:]:
            if node.value != said[0].value:
                head = MEASURES.column(key).head
                handed.wrong(node.place, f"kontrollen har ett annat värde i kolumnen {head} i {said[0].place.cell}",
                             "skriv det en gång, på kontrollens första rad")  # fmt: skip
        empty = rows[0].values.get(key)
        if said or empty is not None:
            found[key] = said[0] if said else empty  # type: ignore[assignment]
    limits = [row for row in rows if any(row.text(key) for key in THRESHOLD_KEYS)]
    if limits:
        found["gränser"] = Node(limits[0].place, tuple(row.node(THRESHOLD_KEYS) for row in limits))
    return Node(rows[0].place, found, {key: node.place for key, node in found.items()})


def _shared(handed: Handed, rows: list[Row]) -> Node:
    row = rows[0]
    for other in rows[1:]:
        handed.wrong(
            other.place, "kontrollen står redan på en rad ovanför", f"först i {row.place.cell}"
        )
    found: dict[str, Node] = {}
    for key, build in (("slag", _names), ("enheter", _names), ("ansvariga", _pairs(handed))):
        if row.text(key):
            found[key] = build(row.values[key])
    if row.text("under"):
        found["under"] = row.values["under"]
    return Node(row.place, found, {key: node.place for key, node in found.items()})


def _names(node: Node) -> Node:
    names = [name.strip() for name in re.split(r"[\n,;]", str(node.value))]
    return Node(node.place, tuple(Node(node.place, name) for name in names if name))


def _pairs(handed: Handed) -> Callable[[Node], Node]:
    def build(node: Node) -> Node:
        entries: dict[str, Node] = {}
        places: dict[str, Place] = {}
        for line in filter(None, (line.strip() for line in str(node.value).split("\n"))):
            unit, colon, function = (part.strip() for part in line.partition(":"))
            if not colon or not unit or not function:
                handed.wrong(
                    node.place,
                    f"”{line}” går inte att läsa",
                    "skriv enhetens id, kolon och funktionen: ks: Ekonomichefen",
                )
            elif unit in entries:
                handed.wrong(node.place, f"enheten ”{unit}” står två gånger", "skriv den en gång")
            else:
                entries[unit], places[unit] = Node(node.place, function), node.place
        return Node(node.place, entries, places)

    return build
