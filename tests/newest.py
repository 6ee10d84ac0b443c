"""Åtgärder that are found by something else than their newest version says: there may be none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from icengine.store.db import Database
from icengine.store.tables import ActionRow, ActionStateRow

FOUND_BY = ("status", "responsible", "due", "follow_up", "effect")


def told_otherwise(database: Database) -> list[tuple[Any, ...]]:
    """(number, what it is found by, what its newest version says) of each."""
    newer = aliased(ActionStateRow)
    newest = select(func.max(col(newer.id))).where(col(newer.action) == col(ActionRow.id))
    said = [getattr(ActionStateRow, name) for name in FOUND_BY]
    found = [getattr(ActionRow, name) for name in FOUND_BY]
    differs = [a.is_distinct_from(b) for a, b in zip(found, said, strict=True)]
    query = (
        select(col(ActionRow.id), *found, *said)
        .outerjoin(ActionStateRow, col(ActionStateRow.id) == newest.scalar_subquery())
        .where(or_(col(ActionStateRow.id).is_(None), *differs))
    )
    with database.reading() as session:
        return [tuple(row) for row in session.execute(query)]
