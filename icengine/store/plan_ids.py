"""Every id that a unit has ever used for a risk, a control or a direktåtgärd."""

from __future__ import annotations

import json

from sqlalchemy import select, union
from sqlmodel import col

from icengine.domain.draft import ids
from icengine.store.db import Session
from icengine.store.tables import ActionRow, ControlRow, PlanDraftRow, PlanRow, RegisterRow


def used_ids(session: Session, unit: str) -> frozenset[str]:
    """The ids in the unit's adopted plans, in all their versions, its register and its drafts."""
    plans = select(col(PlanRow.key)).where(col(PlanRow.unit) == unit)
    stored = union(
        select(col(ControlRow.id)).where(col(ControlRow.plan).in_(plans)),
        select(col(ControlRow.risk)).where(col(ControlRow.plan).in_(plans)),
        select(col(ActionRow.direct)).where(col(ActionRow.plan).in_(plans)),
        select(col(RegisterRow.id)).where(col(RegisterRow.unit) == unit),
    )
    found = {id for (id,) in session.execute(stored)}
    drafts = select(col(PlanDraftRow.document)).where(col(PlanDraftRow.unit) == unit)
    for document in session.scalars(drafts):
        found |= ids(json.loads(document))
    return frozenset(found - {""})
