"""Plans: the canonical document of each adopted version.

The document is the truth; rows for queries (`ControlRow`) are a projection of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, and_, func, insert, select, tuple_
from sqlmodel import col

from icengine.domain.access import Scope
from icengine.domain.completeness import Given
from icengine.domain.facts import Decision
from icengine.domain.frequency import Kind
from icengine.domain.plan import Plan
from icengine.store.db import Session
from icengine.store.events import canonical
from icengine.store.moments import Moments, upto
from icengine.store.tables import ControlRow, PlanRow, PlanVersionRow


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def document_of(plan: Plan) -> str:
    """The plan as canonical JSON: one spelling for one content."""
    return canonical(_adapter(Plan).dump_python(plan, mode="json"))


@lru_cache(maxsize=64)
def plan_of(document: str) -> Plan:
    """The plan of a canonical document; a value, so that it is read once for all who ask."""
    plan: Plan = _adapter(Plan).validate_json(document)
    return plan


def fingerprint(document: str) -> str:
    """SHA-256 of a document."""
    return hashlib.sha256(document.encode()).hexdigest()


@dataclass(frozen=True)
class AdoptedPlan:
    """A plan version with its decision."""

    plan: Plan
    decision: Decision
    sha256: str
    adopted_at: datetime
    reasons: tuple[Given, ...] = ()
    """Why what was unwise in it was right."""


@dataclass(frozen=True)
class PlanSummary:
    """A plan in a list."""

    key: str
    unit: str
    year: int


ADOPTED: list[Any] = [
    col(PlanVersionRow.version), col(PlanVersionRow.document), col(PlanVersionRow.sha256),
    col(PlanVersionRow.dnr), col(PlanVersionRow.decided_on), col(PlanVersionRow.paragraph),
    col(PlanVersionRow.adopted_at), col(PlanVersionRow.reasons),
]  # fmt: skip
"""What `adopted_of` reads."""


def adopted_of(row: PlanVersionRow | Row[Any]) -> AdoptedPlan:
    """The value of a row, or of one of ADOPTED."""
    decision = Decision(row.version, row.dnr, row.decided_on, row.paragraph)
    return AdoptedPlan(
        plan_of(row.document), decision, row.sha256, row.adopted_at, given_of(row.reasons)
    )


def given_of(reasons: dict[str, Any]) -> tuple[Given, ...]:
    """The reasons of a row."""
    return tuple(
        Given(key, item["said"], item["reason"], item["protected"]) for key, item in reasons.items()
    )


def latest(session: Session, key: str, as_of: datetime | None = None) -> AdoptedPlan | None:
    """The newest version of a plan, at a moment where one is given; None where there is none."""
    query = select(PlanVersionRow).where(col(PlanVersionRow.plan) == key)
    if as_of is not None:
        query = query.where(col(PlanVersionRow.adopted_at) <= as_of)
    row = session.scalars(query.order_by(col(PlanVersionRow.version).desc()).limit(1)).first()
    return adopted_of(row) if row else None


def newest_of_units(
    session: Session,
    units: Collection[str],
    last_year: int,
    first_year: int = 0,
    as_of: datetime | Moments | None = None,
) -> list[AdoptedPlan]:
    """The newest version of every plan of these units between two years, the newest year first; at
    a moment where one is given."""
    at = () if as_of is None else (col(PlanVersionRow.adopted_at) <= upto(as_of, col(PlanRow.key)),)
    last = (
        select(col(PlanVersionRow.plan), func.max(col(PlanVersionRow.version)).label("version"))
        .join(PlanRow, col(PlanRow.key) == col(PlanVersionRow.plan))
        .where(col(PlanRow.unit).in_(units), col(PlanRow.year).between(first_year, last_year), *at)
        .group_by(col(PlanVersionRow.plan))
        .subquery()
    )
    query = select(PlanVersionRow).join(
        last,
        and_(
            last.c.plan == col(PlanVersionRow.plan),
            last.c.version == col(PlanVersionRow.version),
        ),
    )
    found = [adopted_of(row) for row in session.scalars(query)]
    return sorted(found, key=lambda item: -item.plan.year)


def version(session: Session, key: str, number: int) -> AdoptedPlan | None:
    """One version of a plan; None where there is none."""
    row = session.get(PlanVersionRow, (key, number))
    return adopted_of(row) if row else None


def versions_of(
    session: Session, wanted: Collection[tuple[str, int]]
) -> dict[tuple[str, int], AdoptedPlan]:
    """These (plan, version), those that there are; one statement."""
    if not wanted:
        return {}
    key = tuple_(col(PlanVersionRow.plan), col(PlanVersionRow.version))
    rows = session.scalars(select(PlanVersionRow).where(key.in_(set(wanted))))
    return {(row.plan, row.version): adopted_of(row) for row in rows}


def decisions(session: Session, key: str, as_of: datetime) -> tuple[Decision, ...]:
    """The decisions of every version up to a moment, oldest first."""
    query = (
        select(
            col(PlanVersionRow.version),
            col(PlanVersionRow.dnr),
            col(PlanVersionRow.decided_on),
            col(PlanVersionRow.paragraph),
        )
        .where(col(PlanVersionRow.plan) == key, col(PlanVersionRow.adopted_at) <= as_of)
        .order_by(col(PlanVersionRow.version))
    )
    return tuple(Decision(*row) for row in session.execute(query))


def summaries(session: Session, scope: Scope) -> list[PlanSummary]:
    """Every plan that may be seen, newest year first."""
    query = select(PlanRow).order_by(col(PlanRow.year).desc(), col(PlanRow.key))
    if not (scope.everything or scope.units):
        return []
    if not scope.everything:
        query = query.where(col(PlanRow.unit).in_(scope.units))
    return [PlanSummary(row.key, row.unit, row.year) for row in session.scalars(query)]


def store_version(
    session: Session,
    plan: Plan,
    *,
    number: int,
    dnr: str,
    decided: date,
    paragraph: str,
    now: datetime,
    reasons: Sequence[Given] = (),
) -> str:
    """Store a version with its projection; the SHA-256 of its document."""
    document = document_of(plan)
    sha256 = fingerprint(document)
    if number == 1:
        session.add(PlanRow(key=plan.key, unit=plan.unit, year=plan.year))
        session.flush()
    session.add(
        PlanVersionRow(
            plan=plan.key, version=number, document=document, sha256=sha256, dnr=dnr,
            decided_on=decided, paragraph=paragraph, adopted_at=now,
            reasons={
                item.key: {
                    "said": item.said, "reason": item.reason, "protected": item.protected
                }
                for item in reasons
            },
        )
    )  # fmt: skip
    session.flush()
    rows = projection(plan, number)
    if rows:
        session.execute(insert(ControlRow), rows)
    return sha256


def projection(plan: Plan, number: int) -> list[dict[str, Any]]:
    """The rows that stand for a version's controls."""
    return [
        {
            "plan": plan.key,
            "version": number,
            "id": control.id,
            "position": position,
            "risk": risk.id,
            "area": risk.area,
            "title": control.title,
            "owner": control.owner,
            "approver": control.approver,
            "protected": control.protected,
            "shared": control.shared is not None,
            "on_event": control.kind is Kind.EVENT,
        }
        for position, (risk, control) in enumerate(plan.controls(), 1)
    ]
