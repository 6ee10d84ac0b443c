"""A plan's document as sheets of plain values: what the reader is given without our own writer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from icengine.intake.columns import ACTIONS, CONTROLS, PLAN, RISKS, TABLES, Column, Kind
from icengine.intake.tables import tables_of

PLAN_ABOVE = ("enhet", "år", "titel", "upprättad av", "riktlinje")
"""What a .csv file can say of the plan as a whole."""
RISK_HEADS = {"id": "Risk-id", "titel": "Riskens titel", "ersätter": "Ersätter risk"}
CONTROL_HEADS = {"id": "Kontroll-id", "titel": "Kontrollens titel", "ersätter": "Ersätter kontroll"}
ACTION_HEADS = {"id": "Åtgärds-id", "ansvarig": "Åtgärdens ansvarig"}


def cell(value: Any, column: Column) -> Any:
    """A value as people have it in a cell."""
    if isinstance(value, dict):
        return "\n".join(f"{key}: {said}" for key, said in value.items())
    if isinstance(value, list):
        return "\n".join(map(str, value))
    if value is None or column.kind is Kind.DAY:
        return "" if value is None else value
    return value if column.kind in (Kind.NUMBER, Kind.STEP) else str(value)


def sheets_of(document: dict[str, Any]) -> dict[str, list[list[Any]]]:
    """Every sheet that has something, its columns the other way round."""
    found: dict[str, list[list[Any]]] = {}
    rows = tables_of(document)
    plan = rows[PLAN.name][0]
    found["Plan"] = [[column.head, cell(plan.get(column.key), column)] for column in PLAN.columns]
    for table in TABLES:
        columns = [column for column in reversed(table.columns) if column.key != "riskvärde"]
        if rows[table.name]:
            heads = [column.head.upper() for column in columns]
            body = [[cell(row.get(c.key), c) for c in columns] for row in rows[table.name]]
            found[table.name] = [["En rubrik ovanför"], [], heads, *body]
    return found


def flat_rows(document: dict[str, Any]) -> list[list[Any]]:
    """One table: a row for each control, or for what is done about a risk without one."""
    parts = (
        (RISKS, RISK_HEADS, ("riskvärde",)),
        (CONTROLS, CONTROL_HEADS, ("risk",)),
        (ACTIONS, ACTION_HEADS, ("risk",)),
    )
    heads = [
        own.get(column.key, column.head)
        for table, own, without in parts
        for column in table.columns
        if column.key not in without
    ]
    body = []
    for risk in document["risker"]:
        pairs = [(control, {}) for control in risk.get("kontroller", [])]
        pairs += [({}, action) for action in risk.get("direktåtgärder", [])]
        for control, action in pairs or [({}, {})]:
            body.append(
                [
                    cell(said.get(column.key), column)
                    for (table, _, without), said in zip(
                        parts, (risk, control, action), strict=True
                    )
                    for column in table.columns
                    if column.key not in without
                ]
            )
    above = [[f"{key}:", document[key]] for key in PLAN_ABOVE if key in document]
    return [*above, [], heads, *body]


def without(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what one table cannot hold."""
    plan = {key: value for key, value in document.items() if key in (*PLAN_ABOVE, "risker")}
    risks = []
    for risk in plan["risker"]:
        controls = [
            {k: v for k, v in control.items() if k not in ("tillfällen", "mätning", "gemensam")}
            for control in risk.get("kontroller", [])
        ]
        risks.append(risk | ({"kontroller": controls} if controls else {}))
    return plan | {"risker": risks}


def as_text(rows: Iterable[Iterable[Any]]) -> list[list[str]]:
    """Every value as a .csv file holds it."""
    return [[v.isoformat() if isinstance(v, date) else str(v) for v in row] for row in rows]
