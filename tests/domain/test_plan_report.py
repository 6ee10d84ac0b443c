"""The internkontrollplan as a document for decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import report_facts as make

from icengine.domain.facts import Decision
from icengine.domain.plan import Plan
from icengine.domain.plan_report import PlanFacts, build_plan_report
from icengine.domain.report_model import Facts, Report, Table, Text, walk
from icengine.domain.risk import LeftOut

LEFT = LeftOut(
    id="R20", area="Ekonomi", title="Parkeringsavgifter", event="en avgift tas ut två gånger",
    likelihood=1, consequence=2, reason="Beloppen är små.",
)  # fmt: skip


def document(plan: Plan = make.PLAN, **fields: Any) -> Report:
    """The document of a plan before its decision, in November 2021."""
    facts = PlanFacts(
        make.ORGANISATION, make.UNIT, plan, 1, datetime(2021, 11, 30, 8, tzinfo=UTC),
        dnr="KS 2021/0688", meeting=date(2021, 12, 14),
    )  # fmt: skip
    return build_plan_report(replace(facts, **fields))


def table(report: Report, id: str) -> list[list[object]]:
    found = next(b for b in report.blocks() if isinstance(b, Table) and b.id == id)
    return [[c.text for c in row] for row in found.rows]


def test_it_holds_what_the_namnd_decides_on_in_order() -> None:
    report = document(replace(make.PLAN, left_out=(LEFT,)), before=make.make_plan(year=2021))
    assert report.title == "Internkontrollplan 2022"
    assert [section.id for section in report.sections] == [
        "lag", "riskmatris", "risker", "utelamnade", "kontroller", "direkt", "forandringar",
        "beslut", "tillkomst",
    ]  # fmt: skip
    assert report.answer == (
        "Planen för 2022 innehåller sju kontrollmoment och tio risker. "
        "En risk är bedömd men inte med."
    )


def test_what_is_left_out_stands_with_its_reason() -> None:
    rows = table(document(replace(make.PLAN, left_out=(LEFT,))), "utelamnade")
    assert rows == [["R20\u00a0Parkeringsavgifter", "2", "Beloppen är små."]]


def test_every_control_has_what_how_how_much_how_often_and_who() -> None:
    report = document()
    section = next(s for s in walk(report.sections) if s.id == "kontroll-K3")
    facts = next(b for b in section.blocks if isinstance(b, Facts))
    assert ("Kontrollansvarig", "Informationssäkerhetschefen") in [
        (t, c.text) for t, c in facts.rows
    ]
    assert (
        table(report, "K3-plan")[0][1]
        == "Uppgifter ur utbildningssystemet jämförs med antalet anställda."
    )
    said = [str(b.body).replace("\u00a0", " ") for b in section.blocks if isinstance(b, Text)]
    assert said == [
        "Frekvens: Februari och augusti 2022 samt januari 2023. Tre tillfällen: februari 2022 "
        "(senast 28 februari 2022), augusti 2022 (senast 31 augusti 2022) och januari 2023 (senast "
        "31 januari 2023)."
    ]
    assert len(table(report, "kontroller")) == 7


def test_direct_actions_and_accepted_risks_stand_with_their_reasons() -> None:
    report = document()
    assert table(report, "direktatgarder")[0][:2] == ["D1", "Nyckelskåpet byts."]
    assert table(report, "accepterade")[0][2] == "Kostnaden för en kontroll är högre än skadan."


def test_it_tells_what_has_changed_since_the_year_before() -> None:
    before = replace(make.PLAN, year=2021, risks=make.PLAN.risks[1:])
    report = document(before=before)
    section = next(s for s in report.sections if s.id == "forandringar")
    assert section.title == "Förändringar sedan 2021"
    assert table(report, "forandringar")[0] == ["Nya", "1", "K1\u00a0Webbplatsernas tillgänglighet"]


def test_a_revision_is_compared_with_the_version_before() -> None:
    decision = Decision(2, "KS 2022/0101", date(2022, 3, 29), "§ 40")
    report = document(before=make.PLAN, version=2, decision=decision)
    section = next(s for s in report.sections if s.id == "forandringar")
    assert section.title == "Förändringar sedan version 1"
    assert [b.body for b in section.blocks if isinstance(b, Text)] == ["Inget är ändrat."]
    assert ("Antagen", "29 mars 2022, § 40") in report.facts


def test_a_protected_control_shows_its_number_alone() -> None:
    control = make.make_control("K9", title="Hemlig rubrik", what="Hemligt vad", protected=True)
    report = document(make.make_plan(make.make_risk("R1", control)))
    assert "Hemlig" not in report.canonical()
    assert table(report, "kontroller")[0][0] == "K9\u00a0Redovisas separat"


def test_an_empty_plan_is_a_document_too() -> None:
    report = document(make.make_plan())
    assert report.answer == "Planen för 2022 innehåller inget kontrollmoment och ingen risk."
    assert [s.id for s in report.sections] == ["lag", "risker", "kontroller", "beslut", "tillkomst"]


def test_what_is_pasted_into_a_risk_is_laid_out_as_in_every_report() -> None:
    risk = make.make_risk("R1", event="en in\u00adtern sak\tgår fel\nny rad", cause="", effect="")
    told = table(document(make.make_plan(risk)), "riskbeskrivningar")[0][1]
    assert "\u00ad" not in str(told)
    assert "\t" not in str(told)


def test_a_single_risk_about_oegentligheter_is_told_of_as_it() -> None:
    report = document(make.make_plan(make.make_risk("R1", make.make_control(), fraud=True)))
    section = next(s for s in report.sections if s.id == "risker")
    said = next(b.body for b in section.blocks if isinstance(b, Text))
    assert said == "Planens enda risk granskas. Den gäller oegentligheter."
