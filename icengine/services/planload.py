"""What the work of a plan's year is counted from, beside the plan: who answers for each unit."""

from __future__ import annotations

from icengine.domain.access import Actor, Permit, Subject, may
from icengine.domain.plan import Plan
from icengine.domain.sharing import Named
from icengine.errors import NotFound
from icengine.store import shared
from icengine.store.db import Session


def functions_named(session: Session, *, actor: Actor, plan: Plan, key: str) -> Named:
    """(control, unit) -> the function that the unit has named for a shared control of the plan.

    Raises NotFound for whoever may not read the plan.
    """
    if not any(may(actor, permit, Subject(plan.unit)) for permit in (Permit.READ, Permit.FOLLOW)):
        raise NotFound
    shares = any(control.shared for _, control in plan.controls())
    return shared.named(session, key) if shares else {}
