"""What the controller has decided about the selection for a coming plan, in versions; the newest holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import col

from icengine.domain.facts import CarryDecision, CarryDecisions
from icengine.store.db import Session
from icengine.store.task_tables import CarryDecisionRow

Versions = dict[str, tuple[CarryDecision, ...]]
"""Id of a risk or control -> every version, the oldest first."""


def versions(
    session: Session, plans: Collection[str], as_of: datetime | None = None
) -> dict[str, Versions]:
    """All that is decided for these plans, at a moment where one is given; one statement."""
    query = select(CarryDecisionRow).where(col(CarryDecisionRow.plan).in_(plans))
    if as_of is not None:
        query = query.where(col(CarryDecisionRow.at) <= as_of)
    found: dict[str, Versions] = {}
    for row in session.scalars(query.order_by(col(CarryDecisionRow.id))):
        about = found.setdefault(row.plan, {})
        decided = CarryDecision(row.year, row.proposed, row.reason, row.by, row.at)
        about[row.subject] = (*about.get(row.subject, ()), decided)
    return found


def held(session: Session, plans: Collection[str], as_of: datetime) -> dict[str, CarryDecisions]:
    """What held at a moment, by plan; one statement."""
    return {
        plan: {id: kept[-1] for id, kept in about.items() if kept[-1].year is not None}
        for plan, about in versions(session, plans, as_of).items()
    }


def add(session: Session, plan: str, decided: Mapping[str, CarryDecision]) -> None:
    """Keep one more version of each, by its id."""
    rows = [
        {
            "plan": plan, "subject": id, "at": one.at, "year": one.year, "proposed": one.proposed,
            "reason": one.reason, "by": one.by,
        }
        for id, one in decided.items()
    ]  # fmt: skip
    session.connection().execute(insert(CarryDecisionRow), rows)
