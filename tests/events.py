"""The example plan with a control that waits for something to happen: K7, Kanslichefen's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from municipality import adopt_example

from icengine.domain.frequency import Kind
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan

OWNER = "Kanslichefen"
PART = "ks-2022/K7/ks"


def with_event(plan: Plan, **changes: Any) -> Plan:
    """The plan where K7 is done when something happens."""

    def changed(control: Control) -> Control:
        if control.id != "K7":
            return control
        waits: dict[str, Any] = {
            "frequency": "vid behov", "kind": Kind.EVENT, "reading": "vid behov", "occurrences": (),
        }  # fmt: skip
        return replace(control, **waits, **changes)

    risks = (replace(risk, controls=tuple(map(changed, risk.controls))) for risk in plan.risks)
    return replace(plan, risks=tuple(risks))


def adopt_with_event(database: Any, example: tuple[Organisation, Plan], **changes: Any) -> None:
    """Import the organisation and adopt that plan."""
    adopt_example(database, (example[0], with_event(example[1], **changes)))


def owner_email(organisation: Organisation, day: Any) -> str:
    """Whoever is to answer it."""
    function = organisation.function(OWNER)
    assert function
    return function.held_by(day)[0]
