"""A plan has one spelling: what is read from it is the plan, and written again it is the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from icengine.domain.document import read_plan
from icengine.domain.node import as_node, plain
from icengine.domain.people import Function, Organisation, Unit, UnitKind
from icengine.domain.plan import Plan
from icengine.domain.plan_document import plan_document
from icengine.intake.yamlfile import read_yaml_bytes, write_yaml
from tests.domain.plan_documents import FUNCTIONS, plan_documents
from tests.municipality import load_example

ORGANISATION = Organisation(
    name="Exempelby kommun",
    mail_domains=("exempelby.example",),
    contact="Controllern",
    units=(
        Unit("kommun", "Exempelby kommun", UnitKind.MUNICIPALITY),
        Unit("ks", "Kommunstyrelsen", UnitKind.BOARD, "kommun"),
        Unit("bun", "Barn- och utbildningsnämnden", UnitKind.BOARD, "kommun"),
        Unit("bolaget", "Bolaget", UnitKind.COMPANY, "kommun"),
    ),
    functions=tuple(Function(name, "ks", ()) for name in FUNCTIONS),
)


def read(document: dict[str, Any]) -> Plan:
    plan, problems = read_plan(as_node(document), ORGANISATION)
    assert plan is not None, [str(problem) for problem in problems]
    return plan


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(plan_documents())
def test_reading_what_a_plan_is_written_as_gives_the_plan(document: dict[str, Any]) -> None:
    plan = read(document)
    written = plan_document(plan, ORGANISATION)
    assert read(written) == plan
    text = write_yaml(written)
    node, problems = read_yaml_bytes(text.encode(), "plan.yaml")
    assert node is not None, problems
    again, problems = read_plan(node, ORGANISATION)
    assert again == plan, problems
    assert write_yaml(plan_document(again, ORGANISATION)) == text
    assert plain(as_node(plain(node))) == plain(node)


def test_the_example_plan_is_written_as_it_was_read() -> None:
    organisation, plan = load_example()
    text = write_yaml(plan_document(plan, organisation))
    node, problems = read_yaml_bytes(text.encode(), "ks-2022.yaml")
    assert node is not None, problems
    assert read_plan(node, organisation) == (plan, [])
    assert "metod: |" in text


def test_a_control_may_stand_without_a_described_or_weighed_risk() -> None:
    """Some plans list what is to be controlled and no risks; nothing is made up for them."""
    plan = read(
        {
            "enhet": "bun", "år": 2026, "upprättad av": "Controllern",
            "risker": [
                {"id": "V1", "område": "Stöd", "titel": "Beslut om stöd", "hantering": "granskning",
                 "kontroller": [
                     {"id": "V1", "titel": "Beslut om stöd", "kontrollmoment": "Tillsyn av beslut.",
                      "metod": "Läs besluten.", "frekvens": "1 gång per år", "klass": "V1",
                      "ansvarig": "Ekonomichefen"}]}
            ],
        }
    )  # fmt: skip
    risk, control = plan.control("V1")
    assert (risk.sentence, risk.weight, risk.value, control.category) == ("", None, None, "V1")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sannolikhet": 2}, "risken R1 saknar konsekvens"),
        ({"konsekvens före": 2}, "risken R1 saknar sannolikhet före"),
        ({"sannolikhet": 5, "konsekvens": 2}, "sannolikhet är ”5”"),
        ({"sannolikhet": 2, "konsekvens": 2, "risken att": ""}, "risken R1 saknar risken att"),
        ({"sannolikhet": 2, "konsekvens": 2, "risken att": " . ."}, "risken R1 saknar risken att"),
    ],
)
def test_half_a_weighing_is_said(change: dict[str, Any], message: str) -> None:
    risk = {"id": "R1", "område": "Ekonomi", "titel": "Köp", "risken att": "köp görs",
            "hantering": "acceptera", "skäl": "Liten."}  # fmt: skip
    document = {"enhet": "ks", "år": 2026, "upprättad av": "Controllern", "risker": [risk | change]}
    plan, problems = read_plan(as_node(document), ORGANISATION)
    assert plan is None
    assert [problem.message for problem in problems] == [message]


def test_a_shared_control_names_known_units() -> None:
    control = {"id": "K1", "titel": "Köp", "kontrollmoment": "Köp.", "metod": "Läs.",
               "frekvens": "1 gång per år", "ansvarig": "Ekonomichefen",
               "gemensam": {"slag": ["nämd"], "under": "komun", "ansvariga": {"bbun": "Ekonomen"}}}  # fmt: skip
    risk = {"id": "R1", "område": "Ekonomi", "titel": "Köp", "hantering": "granskning",
            "kontroller": [control]}  # fmt: skip
    document = {"enhet": "ks", "år": 2026, "upprättad av": "Controllern", "risker": [risk]}
    plan, problems = read_plan(as_node(document), ORGANISATION)
    assert plan is None
    assert [problem.message for problem in problems] == [
        "okänd enhet ”komun”", "slag kan inte vara ”nämd”", "okänd enhet ”bbun”",
        "okänd funktion ”Ekonomen”",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "written", ["köp görs", "köp görs.", "köp görs .", "köp görs\u00a0.", "köp görs…. ."]
)
def test_a_clause_that_ends_with_a_full_stop_has_one_spelling(written: str) -> None:
    risk = {"id": "R1", "område": "Ekonomi", "titel": "Köp", "risken att": written,
            "hantering": "acceptera", "skäl": "Liten."}  # fmt: skip
    plan = read({"enhet": "ks", "år": 2026, "upprättad av": "Controllern", "risker": [risk]})
    assert read(plan_document(plan, ORGANISATION)) == plan
    assert plan.risks[0].event.startswith("köp görs")
