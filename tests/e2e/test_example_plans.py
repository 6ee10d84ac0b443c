"""The example plans say what real plans of their kind say, and live through a year to a report."""

from __future__ import annotations

from datetime import date

import pytest
from municipality import PLANS, REASONS, at

from icengine.domain.access import System
from icengine.domain.directory import read_organisation
from icengine.domain.document import read_plan
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan, Treatment
from icengine.domain.plan_document import plan_document
from icengine.intake.yamlfile import read_yaml, read_yaml_bytes, write_yaml
from icengine.render import FORMATS
from icengine.services.people import import_organisation
from icengine.services.plans import adopt_plan
from icengine.services.reports import report_for
from icengine.store.db import Database

TEST = System("test")
EXAMPLES = ("direktatgarder/tn-2020", "tillsyn/ofn-2025")


def load(name: str) -> tuple[Organisation, Plan]:
    file = PLANS / f"{name}.yaml"
    node, problems = read_yaml(file.parent / "organisation.yaml")
    assert node is not None, problems
    organisation, problems = read_organisation(node)
    assert organisation is not None, problems
    node, problems = read_yaml(file)
    assert node is not None, problems
    plan, problems = read_plan(node, organisation)
    assert plan is not None, problems
    return organisation, plan


def test_two_risks_are_acted_on_at_once_and_three_are_controlled() -> None:
    _, plan = load("direktatgarder/tn-2020")
    acted = [risk for risk in plan.risks if risk.treatment is Treatment.ACT_NOW]
    assert [(risk.id, [a.id for a in risk.actions], risk.controls) for risk in acted] == [
        ("R1", ["D1"], ()),
        ("R2", ["D2"], ()),
    ]
    assert [(risk.id, control.id) for risk, control in plan.controls()] == [
        ("R3", "G1"), ("R4", "G2"), ("R5", "G3"),
    ]  # fmt: skip
    assert {risk.value for risk in plan.risks} == {None}, "nobody knows how they were weighed"


def test_three_controls_have_the_classes_of_the_board_and_no_risk_is_made_up_for_them() -> None:
    organisation, plan = load("tillsyn/ofn-2025")
    assert [control.category for _, control in plan.controls()] == ["V1", "V2", "P"]
    assert {risk.sentence for risk in plan.risks} == {""}
    assert organisation.vocabulary("kontrollmoment").one == "tillsyn"


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_written_as_it_was_read(name: str) -> None:
    organisation, plan = load(name)
    node, _ = read_yaml_bytes(write_yaml(plan_document(plan, organisation)).encode(), name)
    assert node is not None
    assert read_plan(node, organisation) == (plan, [])


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_adopted_and_reported(name: str, database: Database) -> None:
    organisation, plan = load(name)
    now = at(f"{plan.year}-01-20")
    with database.unit_of_work(TEST, now) as session:
        import_organisation(session, actor=TEST, now=now, organisation=organisation)
    with database.unit_of_work(TEST, now) as session:
        done = adopt_plan(
            session, actor=TEST, now=now, plan=plan, dnr="1", decided=date(plan.year, 1, 15),
            paragraph="§ 3", reasons=REASONS,
        )  # fmt: skip
    assert done.planned == 3
    with database.reading() as session:
        report = report_for(session, actor=TEST, key=plan.key, as_of=at(f"{plan.year + 1}-02-01"))
    html = FORMATS["html"](report).decode()
    assert "Inte värderad" in html
    assert "Ingen av riskerna är värderad." in html
    assert ("Planen anger ingen risk för det som granskas." in html) == (plan.unit == "ofn")
    assert FORMATS["pdf"](report).startswith(b"%PDF")
