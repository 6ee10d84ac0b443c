"""What a file of sheets says of the plan as a whole, and how its sheets refer to each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from icengine.domain.node import Node, Place, nearest
from icengine.domain.people import Organisation
from icengine.intake.cells import Wrong, cell_text
from icengine.intake.columns import BASIS, PLAN, VALUE, Column
from icengine.intake.grid import Sheet, Value, plain_value
from icengine.intake.heads import flat_heads, folded, heads_of
from icengine.intake.rows import Handed, Row, find_head

T = TypeVar("T")
LABELS = (folded("Uppgift"), folded(VALUE))
"""The heads of the sheet Plan."""
ABOVE = ("enhet", "år", "titel", "upprättad av", "riktlinje")
"""What may be said above a table of risks and controls."""


def read_plan_sheet(handed: Handed, sheet: Sheet) -> dict[str, Node]:
    """The sheet Plan: what it is about in the first column with something in it, and then its value."""
    known = heads_of(PLAN)
    found: dict[str, Node] = {}
    for number, row in enumerate(sheet.rows):
        at = next((n for n, value in enumerate(row) if value != ""), None)
        if at is None or not isinstance(row[at], str):
            continue
        name = folded(str(row[at]))
        key = known.get(name)
        value: Value = row[at + 1] if at + 1 < len(row) else ""
        if key is None:
            if name not in LABELS and value != "":
                _unknown(handed, handed.place(sheet, number, at), str(row[at]), known)
            continue
        place = handed.place(sheet, number, at + 1)
        if key in found:
            handed.wrong(place, f"{row[at]} står två gånger", f"först i {found[key].place.cell}")
            continue
        found[key] = _value(handed, place, value, key)
    return found


def _unknown(handed: Handed, place: Place, label: str, known: Mapping[str, str]) -> None:
    hint = nearest(folded(label), list(known))
    if hint:
        handed.wrong(place, f"okänd uppgift ”{label}”", hint)
    else:
        handed.note(place, f"uppgiften ”{label}” läses inte")


def _value(handed: Handed, place: Place, value: Value, key: str) -> Node:
    column = Column(key, key, "") if key == BASIS else PLAN.column(key)
    try:
        return Node(place, cell_text(value, column, handed.steps))
    except Wrong as wrong:
        handed.wrong(place, wrong.message, wrong.hint)
        return Node(place, None)


def read_above(handed: Handed, sheet: Sheet) -> dict[str, Node]:
    """What stands above the heads of a table: "Nämnd: ks" in one cell, or in two beside each other."""
    head = find_head(sheet, flat_heads())
    known = {name: key for name, key in heads_of(PLAN).items() if key in ABOVE and name != "namn"}
    found: dict[str, Node] = {}
    for number, row in enumerate(sheet.rows[: head[0]] if head else ()):
        for at, cell in enumerate(row):
            if not isinstance(cell, str) or cell == "":
                continue
            label, colon, inside = cell.partition(":")
            key = known.get(folded(label))
            beside = next((n for n in range(at + 1, len(row)) if row[n] != ""), None)
            if key is None or key in found:
                continue
            if colon and inside.strip():
                found[key] = _value(handed, handed.place(sheet, number, at), inside.strip(), key)
            elif beside is not None:
                found[key] = _value(handed, handed.place(sheet, number, beside), row[beside], key)
    return found


def complete(
    handed: Handed,
    plan: dict[str, Node],
    given: Mapping[str, str],
    organisation: Organisation | None,
    flat: bool,
) -> None:
    """What is said beside the file, a unit under its name, and who wrote a plan that does not say."""
    _unit_by_id(plan, organisation)
    for key, text in given.items():
        said = plan.get(key)
        if said is None or said.value is None:
            plan[key] = Node(Place("kommandot"), text)
        elif str(said.value).casefold() != text.casefold():
            handed.wrong(said.place, f"{key} är ”{said.value}”, men ”{text}” är angivet när filen läses in",
                         "ange samma, eller utelämna det")  # fmt: skip
    if organisation is None:
        return
    _unit_by_id(plan, organisation)
    author = plan.get("upprättad av")
    if flat and (author is None or author.value is None):
        plan["upprättad av"] = Node(Place(handed.source), organisation.contact)
        handed.note(Place(handed.source), "filen säger inte vem som har upprättat planen",
                    f"{organisation.contact}, organisationens kontakt, är antagen")  # fmt: skip


def _unit_by_id(plan: dict[str, Node], organisation: Organisation | None) -> None:
    """A unit that stands under its name, as its id."""
    unit = plan.get("enhet")
    if organisation is None or unit is None or not isinstance(unit.value, str):
        return
    if organisation.unit(unit.value) is None:
        name = unit.value.casefold().strip()
        ids = [
            item.id
            for item in organisation.units
            if name in (item.name.casefold(), item.id.casefold())
        ]
        if len(ids) == 1:
            plan["enhet"] = Node(unit.place, ids[0])


def check_value(handed: Handed, row: Row) -> None:
    """A riskvärde is reckoned: it must be what sannolikhet and konsekvens give, and is not kept."""
    node = row.values.pop("riskvärde", None)
    if node is None or not isinstance(node.value, str):
        return
    found = re.match(r"\s*(\d{1,4})(?![\d,.]*[.,]?\d)", node.value)
    likelihood, consequence = row.text("sannolikhet"), row.text("konsekvens")
    if not likelihood or not consequence:
        handed.note(node.place, f"riskvärdet {node.value} läses inte",
                    "det räknas ut av sannolikhet och konsekvens, som saknas på raden")  # fmt: skip
    elif found is None:
        handed.note(node.place, f"riskvärdet ”{plain_value(node.value)[:40]}” läses inte",
                    "det räknas ut av sannolikhet och konsekvens")  # fmt: skip
    elif likelihood.isdecimal() and consequence.isdecimal():
        reckoned = int(likelihood[:4]) * int(consequence[:4])
        if int(found[1]) != reckoned:
            handed.wrong(node.place, f"riskvärdet är {found[1]}, men {likelihood} × {consequence} är {reckoned}",
                         "rätta sannolikhet, konsekvens eller riskvärde")  # fmt: skip


def named_by(
    handed: Handed, row: Row, key: str, by_name: Mapping[str, T], what: str, sheet: str
) -> T | None:
    """What a row refers to in another sheet; None, and a problem, where there is none."""
    node = row.values.get(key)
    said = row.text(key)
    place = node.place if node else row.place
    if not said:
        handed.wrong(place, f"raden säger inte vilken {what.removesuffix('en')} den hör till",
                     f"skriv id som det står på bladet {sheet}")  # fmt: skip
        return None
    found = by_name.get(said.strip().casefold())
    if found is None:
        hint = nearest(said, list(by_name)) or f"skriv id som det står på bladet {sheet}"
        handed.wrong(place, f"{what} ”{said}” finns inte på bladet {sheet}", hint)
    return found


def period_node(handed: Handed, rows: list[Row]) -> Node | None:
    """The plan's own words for parts of the year."""
    entries: dict[str, Node] = {}
    places: dict[str, Place] = {}
    for row in rows:
        word = row.text("ord")
        if not word:
            handed.wrong(row.place, "perioden saknar ord", "skriv ordet som används i frekvenserna")
        elif word in entries:
            handed.wrong(
                row.place, f"ordet ”{word}” står två gånger", f"först i {places[word].cell}"
            )
        else:
            entries[word] = row.values.get("betyder", Node(row.place, None))
            places[word] = row.values["ord"].place
    return Node(rows[0].place, entries, places) if rows else None
