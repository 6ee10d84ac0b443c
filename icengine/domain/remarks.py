"""What is unwise in a plan without being wrong: said at check, simulation and adoption."""

from __future__ import annotations

from icengine.domain.calendar import swedish_date
from icengine.domain.frequency import Kind
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan


def remarks(plan: Plan, organisation: Organisation) -> list[str]:
    """Swedish sentences, in the plan's order.

    Self-review (the one who performs a control owns the process or wrote the plan) and work that
    opens in July, the holiday month, are rules of the field.
    """
    found = []
    for _, control in plan.controls():
        found += _self_review(plan, control, organisation)
        july = [item.window.label for item in control.occurrences if item.opens.month == 7]
        if july:
            found.append(f"{control.id}: {', '.join(july)} öppnar i juli, semestermånaden.")
        if not control.sample:
            found.append(f"{control.id}: urvalet är inte beskrivet.")
        found += _nobody(control, organisation) + _not_yet(control)
    return found


def _nobody(control: Control, organisation: Organisation) -> list[str]:
    """The first occurrence that opens when nobody holds the function that owns it."""
    owner = organisation.function(control.owner)
    for item in control.occurrences:
        if owner is None or not owner.held_by(item.opens):
            day = swedish_date(item.opens)
            return [f"{control.id}: {control.owner} har ingen innehavare när den öppnar {day}."]
    return []


def _not_yet(control: Control) -> list[str]:
    """What a plan may say and this version of the program has no page for."""
    found = []
    if control.approver:
        found.append(
            f"{control.id}: svaren stannar som inlämnade, för godkännande i programmet finns "
            "inte ännu."
        )
    if control.kind is Kind.EVENT:
        found.append(f"{control.id}: tillfällen går inte att registrera i programmet ännu.")
    return found


def _self_review(plan: Plan, control: Control, organisation: Organisation) -> list[str]:
    performs = control.performer or control.owner
    reasons = [
        said
        for function, said in (
            (control.process_owner, "äger processen"),
            (plan.author, "har upprättat planen"),
            (control.approver, f"är {organisation.vocabulary('godkännare').one}"),
        )
        if function == performs
    ]
    return [f"{control.id}: självgranskning, {performs} utför och {said}." for said in reasons]
