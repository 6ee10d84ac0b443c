"""What a plan's version changed, as the log says it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from icengine.domain.frequency import Kind
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, DirectAction, Plan, Shared
from icengine.domain.plan_difference import plan_difference


@pytest.fixture(name="plan")
def _plan(example: tuple[Organisation, Plan]) -> Plan:
    return example[1]


def with_control(plan: Plan, id: str, **changes: object) -> Plan:
    """The plan with something in a control replaced."""
    risks = tuple(
        replace(
            risk,
            controls=tuple(
                replace(c, **changes) if c.id == id else c  # type: ignore[arg-type]
                for c in risk.controls
            ),
        )
        for risk in plan.risks
    )
    return replace(plan, risks=risks)


def without_control(plan: Plan, id: str) -> Plan:
    risks = tuple(
        replace(risk, controls=tuple(c for c in risk.controls if c.id != id)) for risk in plan.risks
    )
    return replace(plan, risks=risks)


def lines(before: Plan, after: Plan) -> list[str]:
    return [str(change) for change in plan_difference(before, after).changes]


def test_the_same_plan_has_no_difference(plan: Plan) -> None:
    found = plan_difference(plan, plan)
    assert (found.added, found.removed, found.changed, found.changes) == ((), (), (), ())


def test_a_first_version_adds_every_control(plan: Plan) -> None:
    found = plan_difference(None, plan)
    assert set(found.added) == {control.id for _, control in plan.controls()}
    assert (found.removed, found.changed) == ((), ())


def test_a_changed_control_says_what_it_was_and_is(plan: Plan) -> None:
    _, old = plan.control("K3")
    found = plan_difference(plan, with_control(plan, "K3", owner="Ekonomichefen"))
    assert (found.added, found.removed, found.changed) == ((), (), ("K3",))
    assert [str(change) for change in found.changes] == [
        f"K3 {old.title}: ansvarig: {old.owner} → Ekonomichefen"
    ]


def test_a_control_that_is_taken_out_is_named(plan: Plan) -> None:
    found = plan_difference(plan, without_control(plan, "K3"))
    assert found.removed == ("K3",)
    assert "(tas bort)" not in str(found.changes[0])
    assert found.changes[0].after == "borttagen"


@pytest.mark.parametrize("field", [f.name for f in fields(Control) if f.name != "id"])
def test_every_field_of_a_control_makes_a_difference(plan: Plan, field: str) -> None:
    _, control = plan.control("K3")
    other = {
        "kind": next(kind for kind in Kind if kind is not control.kind),
        "occurrences": control.occurrences[:-1],
        "measure": None,
        "combine": next(c for c in type(control.combine) if c is not control.combine),
        "protected": True,
        "login": True,
        "shared": Shared(units=("ks", "bun")),
    }.get(field, "Något annat")
    found = plan_difference(plan, with_control(plan, "K3", **{field: other}))
    assert found.changed == ("K3",)


def test_a_protected_control_is_told_by_its_number_alone(plan: Plan) -> None:
    secret = with_control(plan, "K3", protected=True, title="Hemlig titel", method="Hemligt")
    told = " ".join(
        [
            *lines(plan, secret),
            *lines(secret, plan),
            *lines(secret, with_control(secret, "K3", what="Hemlig fråga")),
            *lines(secret, without_control(secret, "K3")),
            *(str(change) for change in plan_difference(None, secret).changes),
        ]
    )
    assert "K3, redovisas separat: ändrad" in told
    assert "K3, redovisas separat: borttagen" in told
    assert "K3, redovisas separat: tillagd" in told
    assert "emlig" not in told
    assert plan.control("K3")[1].title not in told


def test_risks_and_direct_actions_are_compared(plan: Plan) -> None:
    risk = plan.risks[0]
    after = replace(
        plan, risks=(replace(risk, likelihood=risk.likelihood % 4 + 1), *plan.risks[1:])
    )
    assert lines(plan, after) == [
        f"{risk.id} {risk.title}: sannolikhet: {risk.likelihood} → {risk.likelihood % 4 + 1}"
    ]
    action = DirectAction("D1", "Stäng kontot", "It-chefen", date(2022, 3, 1))
    acting = replace(plan, risks=(replace(risk, actions=(action,)), *plan.risks[1:]))
    assert lines(plan, acting) == ["Direktåtgärden D1: Stäng kontot (It-chefen, klart 1 mars 2022)"]


def test_what_has_no_line_of_its_own_is_not_passed_over(plan: Plan) -> None:
    levels = tuple(replace(level, colour="#123456") for level in plan.ratings.levels)
    recoloured = replace(plan, ratings=replace(plan.ratings, levels=levels))
    assert lines(plan, recoloured) == ["Planen: ändrad i övrigt"]
