"""Samlad rapport: a kommun's nämnder and bolag become one report."""

from __future__ import annotations

from dataclasses import replace

import pytest
import whole_facts as make
from report_facts import DEFAULT_RATINGS

from icengine.domain.law import is_executive
from icengine.domain.report_layout import SECTIONS
from icengine.domain.report_model import Figure, Numbers, Report, ReportKind, Stacked, Table, Text
from icengine.domain.scale import GREEN, RED, WHITE, YELLOW, Level, RatingScale
from icengine.domain.whole_facts import (
    Totals,
    UnitFacts,
    has_whole,
    totals_faults,
    units_of_whole,
    verdict_faults,
)
from icengine.domain.whole_findings import in_scale, whole_of
from icengine.domain.whole_report import build_whole_report
from icengine.domain.whole_verdicts import Verdict


def table(report: Report, id: str) -> list[list[object]]:
    """A table's texts, a mark as its word."""
    found = next(b for b in report.blocks() if isinstance(b, Table) and b.id == id)
    return [[report.marks[c.mark].word if c.mark else c.text for c in row] for row in found.rows]


def said(report: Report, id: str) -> str:
    section = next(s for s in report.sections if s.id == id)
    return str(next(b.body for b in section.blocks if isinstance(b, Text)))


@pytest.fixture(scope="module")
def report() -> Report:
    return build_whole_report(make.sample_whole())


def test_page_one_says_who_has_reported_and_what_came_out(report: Report) -> None:
    assert report.title == "Samlad rapport internkontroll 2022"
    assert report.answer == (
        "Tre av fem enheter har redovisat; två har inte gjort det. Två av 17 kontrollmoment har "
        "bedömningen ”allvarlig avvikelse”."
    )
    numbers = next(b for b in report.cover if isinstance(b, Numbers))
    assert numbers.items[0] == ("3/5", "har redovisat")
    assert numbers.items[3:] == (("2", "öppna åtgärder"), ("1", "försenad åtgärd"))


def test_there_is_a_row_for_every_unit_and_a_sum(report: Report) -> None:
    assert table(report, "enheter") == [
        ["Kommunstyrelsen", "Antagen 2023-02-07", "1", "0", "1", "0", "0", "0", "–", "0", "0"],
        ["Socialnämnden", "Antagen 2023-02-07", "4", "4", "1", "1", "2", "0", "Sämre", "1", "1"],
        ["Barn- och utbildningsnämnden", "Inte klar", "2", "2", "0", "0", "2", "0", "–", "0", "0"],
        ["Älvhamra Energi AB *", "Summor", "10", "9", "0", "2", "8", "0", "–", "1", "0"],
        ["Valnämnden", "Ingen plan", *["–"] * 9],
        ["Alla", "", "17", "15", "2", "3", "12", "0", "", "2", "1"],
    ]


def test_a_unit_that_keeps_its_controls_elsewhere_is_marked_so(report: Report) -> None:
    found = next(b for b in report.blocks() if isinstance(b, Table) and b.id == "enheter")
    assert found.note == (
        "* Uppgifterna är lämnade som summor. Älvhamra Energi AB: Bolaget har ett eget system."
    )


def test_who_has_not_reported_is_named_with_how_far_they_have_come(report: Report) -> None:
    assert table(report, "saknas") == [
        ["Barn- och utbildningsnämnden", "Slutrapporten är inte skickad till beslut. "
         "2 av 2 tillfällen är redovisade."],
        ["Valnämnden", "Har ingen plan här, och inga summor är inskrivna."],
    ]  # fmt: skip


def test_kommunstyrelsens_verdicts_stand_worst_first_with_their_reasons(report: Report) -> None:
    rows = table(report, "bedomning")
    assert rows[0] == ["Socialnämnden", "Inte tillräcklig", "Rutinerna följs inte."]
    assert rows[1] == ["Barn- och utbildningsnämnden", "Tillräcklig", "–"]
    assert [row[1] for row in rows[2:]] == ["Inte bedömd"] * 3
    assert said(report, "bedomning") == (
        "En bedöms som ”inte tillräcklig” och en bedöms som ”tillräcklig”. Tre enheter är inte bedömda."
    )


def test_the_words_of_the_verdicts_are_the_organisations() -> None:
    words = ((str(Verdict.INSUFFICIENT), "Underkänd"),)
    facts = make.sample_whole(organisation=replace(make.ORGANISATION, verdicts=words))
    assert table(build_whole_report(facts), "bedomning")[0][1] == "Underkänd"


def test_the_verdict_of_the_whole_is_the_first_sentence() -> None:
    verdict = make.judged(Verdict.PARTLY, "Socialnämnden har brister.")
    report = build_whole_report(make.sample_whole(verdict=verdict))
    assert report.answer.startswith(
        "Kommunstyrelsen bedömer att den interna kontrollen är inte helt tillräcklig."
    )


def test_a_brist_that_comes_again_stands_first_with_who_mends_it(report: Report) -> None:
    rows = table(report, "brister")
    assert rows[0] == [
        "Socialnämnden", ("K1\u00a0Kontroll 1.", "Resultat K1."), "Tredje året", "Socialchefen",
        "2023-01-31",
    ]  # fmt: skip
    assert rows[1][0] == "Kommunstyrelsen"
    assert rows[1][3] == "Ingen åtgärd"


def test_a_protected_brist_shows_its_number_alone() -> None:
    facts = make.facts_of(make.SOCIAL, ("rod",))
    [risk] = facts.plan.risks
    hidden = replace(risk, controls=(replace(risk.controls[0], protected=True),))
    plan = replace(facts.plan, risks=(hidden,))
    units = (UnitFacts(make.SOCIAL, replace(facts, plan=plan), make.ADOPTED),)
    report = build_whole_report(make.sample_whole(units=units))
    assert table(report, "brister")[0][1] == "K1\u00a0Redovisas separat"
    assert "Resultat K1" not in report.canonical()
    assert "Kontroll 1" not in report.canonical()


def test_shared_controls_show_each_units_answer_and_who_is_silent(report: Report) -> None:
    assert said(report, "gemensamma") == (
        "Ett kontrollmoment besvaras av flera enheter. En enhet saknar svar: Barn- och "
        "utbildningsnämnden."
    )
    assert table(report, "gemensamma") == [
        ["Barn- och utbildningsnämnden", "Inget svar"],
        ["Kommunstyrelsen", "Utan anmärkning"],
        ["Socialnämnden", "Allvarlig avvikelse"],
    ]


def test_the_whole_is_one_picture_with_the_worst_at_the_top(report: Report) -> None:
    figure = next(b for b in report.blocks() if isinstance(b, Figure) and b.id == "helheten")
    assert isinstance(figure.data, Stacked)
    assert [row.label for row in figure.data.rows] == [
        "Socialnämnden", "Kommunstyrelsen", "Älvhamra Energi AB", "Barn- och utbildningsnämnden",
        "Valnämnden",
    ]  # fmt: skip
    assert figure.data.rows[-1].note == "Ingen plan"
    assert "Älvhamra Energi AB: allvarlig avvikelse 0, mindre avvikelse 2" in figure.alt


def test_the_trend_over_the_years_counts_units_too(report: Report) -> None:
    assert table(report, "utveckling") == [
        ["2020", "3", "14", "7", "50\u00a0%"],
        ["2021", "4", "15", "9", "60\u00a0%"],
        ["2022", "4", "17", "12", "70,6\u00a0%"],
    ]


def test_the_proposed_decision_names_who_is_to_do_what(report: Report) -> None:
    section = next(s for s in report.sections if s.id == "beslut")
    [block] = section.blocks
    assert isinstance(block, Text)
    assert block.label == "Kommunstyrelsen beslutar:"
    assert block.body == (
        "Den samlade rapporten om den interna kontrollen 2022 godkänns.",
        "Enheter med bedömningen ”inte tillräcklig” lämnar en plan för rättning: Socialnämnden.",
        "Enheter som inte har redovisat gör det: Barn- och utbildningsnämnden och Valnämnden.",
        "Rapporten överlämnas till kommunfullmäktige och kommunens revisorer.",
    )


def test_every_section_of_the_whole_can_be_named(report: Report) -> None:
    assert {s.id for s in report.sections} <= set(SECTIONS[ReportKind.WHOLE])


def test_a_whole_without_units_is_a_report_too() -> None:
    report = build_whole_report(make.sample_whole(units=(), history=()))
    assert report.answer == "Det finns inga enheter som ska redovisa."


def test_the_page_for_the_meeting_groups_the_units_by_verdict() -> None:
    report = build_whole_report(make.sample_whole(), ReportKind.WHOLE_BRIEF)
    assert [row[:2] for row in table(report, "bedomning")] == [
        ["Inte tillräcklig", "1"], ["Tillräcklig", "1"], ["Inte bedömd", "3"],
    ]  # fmt: skip
    assert [s.id for s in report.sections] == ["bedomning", "brister", "beslut"]


def test_levels_of_a_units_own_scale_are_told_in_the_organisations() -> None:
    orange = Level("orange", "Betydande", "◆", "#D9822B", "Orange", rank=2)
    four = RatingScale((GREEN, YELLOW, orange, replace(RED, rank=3), WHITE))
    assert in_scale("rod", four, DEFAULT_RATINGS) == "rod"
    assert in_scale("orange", four, DEFAULT_RATINGS) == "gul"
    assert in_scale("gul", four, DEFAULT_RATINGS) == "gul"
    assert in_scale("vit", four, DEFAULT_RATINGS) == "vit"
    two = RatingScale((GREEN, replace(RED, rank=1), WHITE))
    assert in_scale("gul", DEFAULT_RATINGS, two) == "rod"


def test_the_worst_of_a_unit_with_its_own_scale_is_serious() -> None:
    orange = Level("orange", "Betydande", "◆", "#D9822B", "Orange", rank=2)
    four = RatingScale((GREEN, YELLOW, orange, replace(RED, rank=3), WHITE))
    facts = make.facts_of(make.SOCIAL, ("rod", "orange"))
    plan = replace(facts.plan, ratings=four)
    units = (UnitFacts(make.SOCIAL, replace(facts, plan=plan), make.ADOPTED),)
    whole = whole_of(make.sample_whole(units=units))
    assert [one.control.id for one in whole.serious] == ["K1"]


# -- which units there are, and what may be entered --


def test_those_who_report_are_namnder_and_bolag_and_whoever_has_a_plan() -> None:
    day = make.MOMENT.date()
    found = units_of_whole(make.ORGANISATION, "kommun", day, frozenset())
    assert [unit.id for unit in found] == ["ks", "son", "bun", "energi", "valn"]
    found = units_of_whole(make.ORGANISATION, "kommun", day, frozenset({"kommun"}))
    assert found[0].id == "kommun"
    assert has_whole(make.ORGANISATION, "kommun")
    assert not has_whole(make.ORGANISATION, "son")
    assert is_executive(make.EXECUTIVE)


@pytest.mark.parametrize(
    ("verdict", "reason", "fields"),
    [
        ("tillräcklig", "", []),
        ("inte tillräcklig", "Rutinerna följs inte.", []),
        ("inte tillräcklig", " ", ["skal"]),
        ("utmärkt", "x", ["bedomning"]),
        ("", "", []),
        ("tillräcklig", "x" * 2_001, ["skal"]),
    ],
)
def test_a_verdict_that_is_not_wholly_good_needs_its_reason(
    verdict: str, reason: str, fields: list[str]
) -> None:
    assert [fault.field for fault in verdict_faults(verdict, reason)] == fields


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"done": 11}, ["genomforda"]),
        ({"late_actions": 3}, ["sena"]),
        ({"open_actions": -1}, ["oppna"]),
        ({"levels": {"gron": 0, "gul": 0}, "done": 0}, ["niva-gron"]),
        ({"levels": {"gron": 1_000_000}}, ["niva-gron"]),
    ],
)
def test_sums_must_add_up(changed: dict[str, object], fields: list[str]) -> None:
    sums = Totals({"gron": 8, "gul": 2}, 9, 1, 0, "", "Ekonomichefen", make.MOMENT)
    assert [fault.field for fault in totals_faults(replace(sums, **changed))] == fields  # type: ignore[arg-type]


def test_where_nobody_has_reported_it_is_said_once() -> None:
    units = tuple(replace(item, reported=None, totals=None) for item in make.sample_whole().units)
    answer = build_whole_report(make.sample_whole(units=units)).answer
    assert answer.startswith("Ingen av fem enheter har redovisat. ")
    alone = build_whole_report(make.sample_whole(units=units[:1])).answer
    assert alone.startswith("Enheten har inte redovisat. ")
