"""What is good to know of a plan before it is adopted: told at check and adoption.

What is missing or weak is in `completeness`.
"""

from __future__ import annotations

from icengine.domain.approval import second_reader
from icengine.domain.frequency import Kind
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan, Risk


def remarks(plan: Plan, organisation: Organisation) -> list[str]:
    """Swedish sentences, in the plan's order."""
    return [
        said
        for risk, control in plan.controls()
        for said in _worth_knowing(plan, risk, control, organisation)
    ]


def _worth_knowing(
    plan: Plan, risk: Risk, control: Control, organisation: Organisation
) -> list[str]:
    found = []
    if second_reader(control, risk, plan, organisation):
        found.append(
            f"{control.id}: risken är hög och {organisation.vocabulary('godkännare').none} är "
            f"{organisation.vocabulary('godkännare').fits('utsedd', 'utsett')}, så ett svar med "
            f"”{plan.ratings.best.word}” läses av controllern innan det är klart."
        )
    if control.kind is Kind.EVENT:
        found.append(f"{control.id}: tillfällen går inte att registrera i programmet ännu.")
    return found
