"""The yearly bedömningar that the controller has decided, in versions; the newest holds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import col

from icengine.domain.facts import Decided, Decisions
from icengine.store.db import Session
from icengine.store.moments import Moments, upto
from icengine.store.task_tables import YearlyRatingRow

Versions = dict[tuple[str, str], tuple[Decided, ...]]
"""(control, unit) -> every version, the oldest first; unit "" is the control as a whole."""


def versions(
    session: Session, plans: Collection[str], as_of: datetime | Moments | None = None
) -> dict[str, Versions]:
    """All that is decided for these plans, at a moment where one is given; one statement."""
    query = select(YearlyRatingRow).where(col(YearlyRatingRow.plan).in_(plans))
    if as_of is not None:
        query = query.where(col(YearlyRatingRow.at) <= upto(as_of, col(YearlyRatingRow.plan)))
    found: dict[str, Versions] = {}
    for row in session.scalars(query.order_by(col(YearlyRatingRow.id))):
        about = found.setdefault(row.plan, {})
        key = (row.control, row.unit)
        about[key] = (*about.get(key, ()), Decided(row.level, row.reason, row.by, row.at))
    return found


def held(
    session: Session, plans: Collection[str], as_of: datetime | Moments
) -> dict[str, Decisions]:
    """What held at a moment, by plan; one statement."""
    return {
        plan: {key: kept[-1] for key, kept in about.items() if kept[-1].level}
        for plan, about in versions(session, plans, as_of).items()
    }


def add(session: Session, plan: str, control: str, unit: str, decided: Decided) -> None:
    """Keep one more version."""
    row = {
        "plan": plan, "control": control, "unit": unit, "at": decided.at,
        "level": decided.level, "reason": decided.reason, "by": decided.by,
    }  # fmt: skip
    session.execute(insert(YearlyRatingRow), [row])


def levels_used(session: Session, plan: str) -> set[str]:
    """Ids of the levels that have been decided for a plan."""
    query = select(col(YearlyRatingRow.level)).where(
        col(YearlyRatingRow.plan) == plan, col(YearlyRatingRow.level) != ""
    )
    return set(session.scalars(query))
