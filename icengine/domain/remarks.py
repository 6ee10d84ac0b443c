"""What a plan may say and this version of the program has no page for: told at check and adoption."""

from __future__ import annotations

from icengine.domain.frequency import Kind
from icengine.domain.plan import Control, Plan


def remarks(plan: Plan) -> list[str]:
    """Swedish sentences, in the plan's order. What is missing or weak is in `completeness`."""
    return [said for _, control in plan.controls() for said in _not_yet(control)]


def _not_yet(control: Control) -> list[str]:
    found = []
    if control.approver:
        found.append(
            f"{control.id}: svaren stannar som inlämnade, för godkännande i programmet finns "
            "inte ännu."
        )
    if control.kind is Kind.EVENT:
        found.append(f"{control.id}: tillfällen går inte att registrera i programmet ännu.")
    return found
