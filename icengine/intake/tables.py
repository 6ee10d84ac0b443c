"""A plan's document -> what stands on each sheet, row by row under the columns' keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from icengine.domain.document import PLAN_KEYS
from icengine.intake.columns import (
    ACTIONS,
    AREAS,
    CONTROLS,
    LEFT_OUT,
    MATRIX,
    MEASURES,
    OCCURRENCES,
    PERIODS,
    PLAN,
    RATINGS,
    RISKS,
    SHARED,
    STEPS,
    TABLES,
    ZONES,
)

Cells = dict[str, Any]
"""Column's key -> value: a text, a number, a day; a list or a mapping for several in one cell."""
INSIDE = ("kontroller", "direktåtgärder")
APART = ("tillfällen", "mätning", "gemensam")


class Unwritable(ValueError):
    """A document that no workbook can hold; its message is Swedish."""


def tables_of(document: Mapping[str, Any]) -> dict[str, list[Cells]]:
    """Sheet -> its rows. Raises Unwritable for what has no place in any of them."""
    rows: dict[str, list[Cells]] = {table.name: [] for table in (PLAN, *TABLES)}
    for key in document:
        if key not in PLAN_KEYS:
            raise Unwritable(f"”{key}” har ingen plats i en arbetsbok")
    rows[PLAN.name].append({key: document[key] for key in PLAN.keys if key in document})
    for risk in _entries(document, "risker"):
        rows[RISKS.name].append(_cells(risk, RISKS.keys, INSIDE))
        for control in _entries(risk, "kontroller"):
            _control(rows, {**control, "risk": risk.get("id", "")})
        for action in _entries(risk, "direktåtgärder"):
            own = {**action, "risk": risk.get("id", "")}
            rows[ACTIONS.name].append(_cells(own, ACTIONS.keys))
    left_out = _entries(document, "utelämnade risker")
    rows[LEFT_OUT.name] = [_cells(risk, LEFT_OUT.keys) for risk in left_out]
    rows[AREAS.name] = [{"område": area} for area in _list(document, "processområden")]
    periods = _mapping(document, "perioder")
    rows[PERIODS.name] = [{"ord": word, "betyder": said} for word, said in periods.items()]
    levels = _entries(document, "bedömningsskala")
    rows[RATINGS.name] = [_cells(level, RATINGS.keys) for level in levels]
    _scale(rows, _mapping(document, "riskskala"))
    return rows


def _control(rows: dict[str, list[Cells]], control: Mapping[str, Any]) -> None:
    rows[CONTROLS.name].append(_cells(control, CONTROLS.keys, APART))
    of = {"kontroll": control.get("id", "")}
    windows = _entries(control, "tillfällen")
    rows[OCCURRENCES.name] += [_cells(of | dict(w), OCCURRENCES.keys) for w in windows]
    measure = dict(_mapping(control, "mätning"))
    if measure:
        limits = [dict(limit) for limit in _entries(measure, "gränser")] or [{}]
        measure.pop("gränser", None)
        rows[MEASURES.name] += [
            _cells(of | (measure if n == 0 else {}) | limit, MEASURES.keys)
            for n, limit in enumerate(limits)
        ]
    shared = _mapping(control, "gemensam")
    if shared:
        rows[SHARED.name].append(_cells(of | dict(shared), SHARED.keys))


def _scale(rows: dict[str, list[Cells]], scale: Mapping[str, Any]) -> None:
    for axis in ("sannolikhet", "konsekvens"):
        for n, step in enumerate(_list(scale, axis), 1):
            word, meaning = next(iter(step.items())) if isinstance(step, dict) else (step, "")
            rows[STEPS.name].append({"axel": axis, "steg": n, "ord": word, "betydelse": meaning})
    zones = _list(scale, "zoner")
    for n, row in enumerate(zones):
        cells = {str(k): zone for k, zone in enumerate(str(row).split(), 1)}
        rows[MATRIX.name].append(_cells({"sannolikhet": len(zones) - n, **cells}, MATRIX.keys))
    rows[ZONES.name] = [_cells(level, ZONES.keys) for level in _entries(scale, "nivåer")]


def _cells(
    entry: Mapping[str, Any], keys: tuple[str, ...], elsewhere: tuple[str, ...] = ()
) -> Cells:
    for key in entry:
        if key not in keys and key not in elsewhere:
            raise Unwritable(f"”{key}” har ingen plats i en arbetsbok")
    return {key: entry[key] for key in keys if key in entry}


def _entries(holder: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    for entry in _list(holder, key):
        if not isinstance(entry, dict):
            raise Unwritable(f"{key} är inte skrivet som en lista av poster")
        yield entry


def _list(holder: Mapping[str, Any], key: str) -> list[Any]:
    found = holder.get(key) or []
    if not isinstance(found, list):
        raise Unwritable(f"{key} är inte skrivet som en lista")
    return found


def _mapping(holder: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = holder.get(key) or {}
    if not isinstance(found, dict):
        raise Unwritable(f"{key} är inte skrivet som en grupp av nycklar")
    return found
