"""Which controls are protected. Once protected, in any version of their plan, they stay so: what was
answered before, and what is answered after."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, select
from sqlmodel import col

from icengine.store.db import Session
from icengine.store.moments import Moments, upto
from icengine.store.tables import ControlRow, PlanVersionRow


def protected_controls(
    session: Session, plans: Collection[str] | None, as_of: datetime | Moments | None = None
) -> frozenset[tuple[str, str]]:
    """(plan, control) of every control that a version of its plan protects, in one statement.

    Of these plans, or of all where None; of the versions adopted by a moment where one is given.
    """
    query = select(col(ControlRow.plan), col(ControlRow.id)).where(col(ControlRow.protected))
    if plans is not None:
        query = query.where(col(ControlRow.plan).in_(plans))
    if as_of is not None:
        version = and_(
            col(PlanVersionRow.plan) == col(ControlRow.plan),
            col(PlanVersionRow.version) == col(ControlRow.version),
        )
        query = query.join(PlanVersionRow, version).where(
            col(PlanVersionRow.adopted_at) <= upto(as_of, col(ControlRow.plan))
        )
    return frozenset((plan, id) for plan, id in session.execute(query.distinct()))
