"""What is unwise in a plan without being wrong: said at check, simulation and adoption."""

from __future__ import annotations

from icengine.domain.plan import Control, Plan


def remarks(plan: Plan) -> list[str]:
    """Swedish sentences, in the plan's order.

    Self-review (the one who performs a control owns the process or wrote the plan) and work that
    opens in July, the holiday month, are rules of the field.
    """
    found = []
    for _, control in plan.controls():
        found += _self_review(plan, control)
        july = [item.window.label for item in control.occurrences if item.opens.month == 7]
        if july:
            found.append(f"{control.id}: {', '.join(july)} öppnar i juli, semestermånaden.")
        if not control.sample:
            found.append(f"{control.id}: urvalet är inte beskrivet.")
    return found


def _self_review(plan: Plan, control: Control) -> list[str]:
    performs = control.performer or control.owner
    reasons = [
        said
        for function, said in (
            (control.process_owner, "äger processen"),
            (plan.author, "har upprättat planen"),
            (control.approver, "är godkännare"),
        )
        if function == performs
    ]
    return [f"{control.id}: självgranskning, {performs} utför och {said}." for said in reasons]
