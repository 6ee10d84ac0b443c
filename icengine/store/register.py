"""The risk register: what a unit thinks of its risks now, and everything it has thought before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Select, and_, func, insert, select
from sqlmodel import col

from icengine.domain.access import Scope
from icengine.domain.draft import entries
from icengine.domain.risk import AssessedRisk
from icengine.store.db import Session
from icengine.store.events import canonical
from icengine.store.tables import PlanDraftRow, PlanRow, PlanVersionRow, RegisterRow

_RISK: TypeAdapter[AssessedRisk] = TypeAdapter(AssessedRisk)


@dataclass(frozen=True)
class Registered:
    """A risk as it stands, or stood, in a unit's register."""

    unit: str
    risk: AssessedRisk
    version: int
    """Counts from 1 for each risk."""
    retired: bool
    """Avförd: no longer a risk of the unit."""
    reason: str
    by: str
    at: datetime


def _registered(row: RegisterRow) -> Registered:
    risk = _RISK.validate_json(row.document)
    return Registered(row.unit, risk, row.version, row.retired, row.reason, row.by, row.recorded_at)


def _newest(units: Sequence[str] | None) -> Select[Any]:
    last = (
        select(
            col(RegisterRow.unit),
            col(RegisterRow.id),
            func.max(col(RegisterRow.version)).label("version"),
        )
        .group_by(col(RegisterRow.unit), col(RegisterRow.id))
        .subquery()
    )
    query = select(RegisterRow).join(
        last,
        and_(
            last.c.unit == col(RegisterRow.unit),
            last.c.id == col(RegisterRow.id),
            last.c.version == col(RegisterRow.version),
        ),
    )
    return query if units is None else query.where(col(RegisterRow.unit).in_(units))


def register(session: Session, scope: Scope, unit: str) -> list[Registered]:
    """Every risk of a unit as it stands now, retired ones too; [] where it may not be seen."""
    if not (scope.everything or unit in scope.units):
        return []
    found = [_registered(row) for row in session.scalars(_newest([unit]))]
    return sorted(found, key=lambda item: natural(item.risk.id))


def registers(session: Session, scope: Scope) -> list[Registered]:
    """Every risk as it stands now in every register that may be seen: one statement."""
    query = _newest(None if scope.everything else sorted(scope.units))
    found = [_registered(row) for row in session.scalars(query)]
    return sorted(found, key=lambda item: (item.unit, natural(item.risk.id)))


def used_ids(session: Session, unit: str) -> set[str]:
    """Every id that a risk of the unit has or has had: in the register, a plan or a draft."""
    registered = select(col(RegisterRow.id)).where(col(RegisterRow.unit) == unit).distinct()
    adopted = (
        select(col(PlanVersionRow.document))
        .join(PlanRow, col(PlanRow.key) == col(PlanVersionRow.plan))
        .where(col(PlanRow.unit) == unit)
    )
    drafts = select(col(PlanDraftRow.document)).where(col(PlanDraftRow.unit) == unit)
    found = set(session.scalars(registered))
    for query, keys in (
        (adopted, ("risks", "left_out")),
        (drafts, ("risker", "utelämnade risker")),
    ):
        for document in session.scalars(query):
            content = json.loads(document)
            risks = (risk for key in keys for risk in entries(content, key))
            found |= {str(risk["id"]) for risk in risks if risk.get("id")}
    return found


def natural(id: str) -> tuple[tuple[int, str], ...]:
    """What ids are sorted by: R2 before R10."""
    parts, number = [], ""
    for sign in f"{id} ":
        if sign.isdecimal():
            number += sign
            continue
        if number:
            parts.append((int(number), ""))
        number = ""
        parts.append((-1, sign))
    return tuple(parts)


def history(session: Session, unit: str, id: str) -> list[Registered]:
    """Every version of a risk, the newest first."""
    query = (
        select(RegisterRow)
        .where(col(RegisterRow.unit) == unit, col(RegisterRow.id) == id)
        .order_by(col(RegisterRow.version).desc())
    )
    return [_registered(row) for row in session.scalars(query)]


def add(session: Session, entries: Sequence[Registered]) -> None:
    """Store versions; one statement for all."""
    if entries:
        rows = [
            {
                "unit": item.unit,
                "id": item.risk.id,
                "version": item.version,
                "document": canonical(_RISK.dump_python(item.risk, mode="json")),
                "retired": item.retired,
                "reason": item.reason,
                "by": item.by,
                "recorded_at": item.at,
            }
            for item in entries
        ]
        session.execute(insert(RegisterRow), rows)


def register_adopted(
    session: Session, unit: str, risks: Sequence[AssessedRisk], *, by: str, now: datetime
) -> tuple[str, ...]:
    """Let the register know what a plan was adopted with; ids of the risks that were new to it.

    What it lacks is added. What was assessed later in the plan than in the register is a new
    version there; what is newer in the register is never overwritten.
    """
    there = {row.id: _registered(row) for row in session.scalars(_newest([unit]))}
    new = [risk for risk in risks if risk.id not in there]
    newer = [
        (there[risk.id].version + 1, risk)
        for risk in risks
        if risk.id in there and _later(risk, there[risk.id])
    ]
    add(
        session,
        [
            Registered(unit, risk.assessment, version, False, "", by, now)
            for version, risk in [*((1, risk) for risk in new), *newer]
        ],
    )
    return tuple(risk.id for risk in new)


def _later(risk: AssessedRisk, there: Registered) -> bool:
    """Was the risk assessed after what the register says of it?"""
    if risk.assessed is None or risk.assessment == there.risk:
        return False
    return there.risk.assessed is None or risk.assessed > there.risk.assessed
