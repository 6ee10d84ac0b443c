"""Ids of risks, controls and direktåtgärder that a unit has used, wherever: none is used again."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlmodel import col

from icengine.domain.draft import ids
from icengine.store.db import Session
from icengine.store.tables import ActionRow, ControlRow, PlanDraftRow, PlanRow, RegisterRow

REGISTER = "riskregistret"
"""Where a risk is that a plan has or could have."""


def used_ids(session: Session, unit: str, but: str = "") -> dict[str, str]:
    """Id -> where it was first used: the register, or the key of a plan. `but` is a draft's key."""
    found: dict[str, str] = {}
    risks = select(col(RegisterRow.id)).where(col(RegisterRow.unit) == unit).distinct()
    for id in session.scalars(risks):
        found.setdefault(id, REGISTER)
    plans = (
        select(col(ControlRow.id), col(ControlRow.plan))
        .join(PlanRow, col(PlanRow.key) == col(ControlRow.plan))
        .where(col(PlanRow.unit) == unit)
        .distinct()
        .order_by(col(ControlRow.plan), col(ControlRow.id))
    )
    direct = (
        select(col(ActionRow.direct), col(ActionRow.plan))
        .join(PlanRow, col(PlanRow.key) == col(ActionRow.plan))
        .where(col(PlanRow.unit) == unit, col(ActionRow.direct) != "")
        .distinct()
        .order_by(col(ActionRow.plan), col(ActionRow.direct))
    )
    for query in (plans, direct):
        for id, plan in session.execute(query):
            found.setdefault(id, plan)
    drafts = select(col(PlanDraftRow.plan), col(PlanDraftRow.document)).where(
        col(PlanDraftRow.unit) == unit, col(PlanDraftRow.plan) != but
    )
    for plan, document in session.execute(drafts):
        for id in ids(json.loads(document)):
            found.setdefault(id, plan)
    return found
