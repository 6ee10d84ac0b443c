"""The controller decides the yearly bedömning otherwise: every figure follows, and the report says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import report_facts as make
from test_report import all_text, rows, section
from test_report_shared import FIVE, answer, facts, silent
from test_report_shared import plain as said
from test_report_shared import rows as unit_rows
from test_report_shared import table as unit_table

from icengine.domain.assessment import Trend, yearly, yearly_of
from icengine.domain.carry_over import Reason
from icengine.domain.facts import Decided, ReportFacts, TaskFact
from icengine.domain.next_choice import past_year
from icengine.domain.plan import Combine, Control
from icengine.domain.report import build_report
from icengine.domain.report_findings import findings
from icengine.domain.report_model import Numbers, Text
from icengine.domain.report_units import unit_years
from icengine.domain.scale import DEFAULT_RATINGS
from icengine.domain.task import State

WHEN = datetime(2023, 2, 9, 12, 0, tzinfo=UTC)
WHY = "Bristen gällde ett enda system"


def decided(level: str, reason: str = WHY, at: datetime = WHEN) -> Decided:
    return Decided(level, reason, "Controllern", at)


def three(*ratings: str) -> list[TaskFact]:
    """An answer with each level to K3's occurrences in turn."""
    slots = [item.window.slot for item in make.K3.occurrences]
    return [make.answered(make.K3, r, slot) for r, slot in zip(ratings, slots, strict=False)]


# -- the level --


@pytest.mark.parametrize(
    ("combine", "ratings", "given", "level", "computed"),
    [
        (Combine.LATEST, ["rod", "gul", "gron"], "", "gron", ""),
        (Combine.WORST, ["rod", "gul", "gron"], "", "rod", ""),
        (Combine.LATEST, ["rod", "gul", "gron"], "rod", "rod", "gron"),
        (Combine.WORST, ["rod", "gul", "gron"], "gul", "gul", "rod"),
        (Combine.LATEST, ["gron"], "vit", "vit", "gron"),
        (Combine.LATEST, ["vit"], "gul", "gul", "vit"),
    ],
)
def test_what_is_decided_goes_before_what_the_occurrences_say(
    combine: Combine, ratings: list[str], given: str, level: str, computed: str
) -> None:
    control = replace(make.K3, combine=combine)
    found = yearly(control, three(*ratings), DEFAULT_RATINGS, None, decided(given))
    assert (found.level, found.computed) == (level, computed)
    assert (found.decided is not None) is bool(given)


def test_the_deciding_occurrence_and_the_counts_are_those_of_the_answers() -> None:
    tasks = three("rod", "gul")
    without = yearly(make.K3, tasks, DEFAULT_RATINGS)
    found = yearly(make.K3, tasks, DEFAULT_RATINGS, None, decided("gron"))
    assert (found.deciding, found.done, found.planned) == (without.deciding, 2, 2)


@pytest.mark.parametrize("state", [State.OPEN, State.RETURNED, State.NOT_DONE, State.CANCELLED])
def test_where_nothing_is_carried_out_a_level_does_not_hold(state: State) -> None:
    task = make.unanswered(make.K1, state)
    found = yearly(make.K1, [task], DEFAULT_RATINGS, None, decided("gron"))
    assert (found.level, found.decided) == ("vit", None)


def test_an_answer_that_came_afterwards_is_known() -> None:
    early, late = decided("gul", at=datetime(2022, 3, 1, tzinfo=UTC)), decided("gul")
    tasks = three("rod", "rod")
    assert yearly(make.K3, tasks, DEFAULT_RATINGS, None, early).answered_since
    assert not yearly(make.K3, tasks, DEFAULT_RATINGS, None, late).answered_since


# -- units and the whole --


def units(control: Control, **ratings: str) -> list[TaskFact]:
    return [answer(unit, rating, control) for unit, rating in ratings.items()]


@pytest.mark.parametrize(
    ("given", "level", "computed"),
    [
        ({}, "rod", ""),
        ({"bun": "gul"}, "gul", ""),
        ({"bun": "gron", "son": "gron"}, "gron", ""),
        ({"son": "rod"}, "rod", ""),
        ({"": "gul"}, "gul", "rod"),
        ({"": "gron", "bun": "gul"}, "gron", "gul"),
    ],
)
def test_the_whole_follows_its_units_unless_it_is_decided_itself(
    given: Mapping[str, str], level: str, computed: str
) -> None:
    tasks = units(make.K1, ks="gron", bun="rod", son="gul")
    decisions = {("K1", unit): decided(id) for unit, id in given.items()}
    found = yearly_of(make.K1, tasks, DEFAULT_RATINGS, None, decisions)
    assert (found.level, found.computed) == (level, computed)


def test_what_is_decided_about_another_control_means_nothing() -> None:
    tasks = three("rod")
    decisions = {("K1", ""): decided("gron"), ("K3", "bun"): decided("gron")}
    assert yearly_of(make.K3, tasks, DEFAULT_RATINGS, None, decisions).level == "rod"


# -- all that follows --


def sample(**given: str) -> ReportFacts:
    return make.sample_facts(
        last_year=make.LAST_YEAR, decided={(id, ""): decided(lv) for id, lv in given.items()}
    )


def test_the_trend_follows() -> None:
    before, after = findings(sample()).trends, findings(sample(K4="gron", K7="gul")).trends
    assert (before["K4"], after["K4"]) == (Trend.WORSE, Trend.BETTER)
    assert (before["K7"], after["K7"]) == (Trend.SAME, Trend.WORSE)


def test_the_carry_over_follows() -> None:
    def carried(**given: str) -> dict[str, tuple[Reason, ...]]:
        return {item.id: item.reasons for item in findings(sample(**given)).carried.selected}

    assert "K2" not in carried()
    assert carried(K2="gul")["K2"] == (Reason.NOT_GREEN,)
    assert carried()["K1"] == (Reason.NOT_GREEN, Reason.OPEN_ACTION)
    assert carried(K1="gron")["K1"] == (Reason.OPEN_ACTION,)


def test_next_year_s_plan_follows() -> None:
    plan, decisions = make.PLAN, {("K2", ""): decided("rod")}
    assert past_year(plan, make.TASKS, ()).yearlies["K2"].level == "gron"
    past = past_year(plan, make.TASKS, (), decisions)
    assert past.yearlies["K2"].level == "rod"
    assert "K2" in {item.id for item in past.carried.selected}


def test_every_count_of_the_report_follows() -> None:
    report = build_report(sample(K4="gron", K5="gul"))
    levels = findings(sample(K4="gron", K5="gul")).levels(
        tuple((r, c) for r, c in make.PLAN.controls())
    )
    assert levels == {"rod": 0, "gul": 4, "gron": 3, "vit": 0}
    (figures,) = [b for b in report.cover if isinstance(b, Numbers)]
    assert {word: figure for figure, word in figures.items}["med avvikelse"] == "4"
    per_control = {row[0].split("\u00a0")[0]: row[3] for row in rows(report, "kontrollmoment")}
    assert per_control["K4"] == "Utan anmärkning"
    assert section(report, "kontroll-K4").mark == "gron"


# -- what is said --


def outcome(found: ReportFacts, id: str) -> str:
    """What stands under the outcome's table about the year's bedömning."""
    blocks = section(build_report(found), f"kontroll-{id}").blocks
    (block,) = [b for b in blocks if isinstance(b, Text) and b.label == "Årets bedömning"]
    return said(block.body).replace("\u00a0", " ")


def test_the_report_says_who_decided_it_why_and_what_the_occurrences_gave() -> None:
    assert outcome(sample(K3="rod"), "K3") == (
        "Bestämd av internkontrollansvarig den 9 februari 2023. Skäl: Bristen gällde ett enda system. "
        "Tillfällena gav ”mindre avvikelse”."
    )
    cell, *_ = rows(build_report(sample(K3="rod")), "K3-utfall")[0]
    assert cell == "Allvarlig avvikelse Bestämd, se under tabellen."
    assert "Svaret gav ”allvarlig avvikelse”." in outcome(sample(K5="gul"), "K5")


def test_an_answer_that_came_afterwards_is_told() -> None:
    early = decided("rod", at=datetime(2022, 9, 1, tzinfo=UTC))
    found = make.sample_facts(decided={("K3", ""): early})
    assert outcome(found, "K3").endswith("Svar har lämnats in sedan dess.")


def test_the_summary_says_how_many_are_decided() -> None:
    def summary(**given: str) -> str:
        blocks = section(build_report(sample(**given)), "per-kontrollmoment").blocks
        return " ".join(said(b.body) for b in blocks if isinstance(b, Text))

    one, two = "Bedömningen av ett kontrollmoment är bestämd", "Bedömningen av två kontrollmoment"
    assert "internkontrollansvarig" not in summary()
    assert f"{one} av internkontrollansvarig. Skälet står i uppföljningen." in summary(K3="rod")
    assert two in summary(K3="rod", K4="gul")


def test_of_a_protected_control_the_report_says_that_it_is_decided_and_not_why() -> None:
    report = build_report(protected(decided("gul")))
    assert "Bedömningen är bestämd av internkontrollansvarig." in all_text(report)
    assert WHY not in all_text(report)
    assert section(report, "kontroll-K1").mark == "gul"
    assert "bestämd av" not in all_text(build_report(protected(None)))


def protected(given: Decided | None) -> ReportFacts:
    control = make.make_control("K1", protected=True)
    plan = make.make_plan(make.make_risk("R1", control))
    decisions: dict[Any, Decided] = {("K1", ""): given} if given else {}
    return make.make_facts(plan, [make.answered(control, "rod")], decided=decisions)


def test_a_unit_s_row_and_the_spread_follow_what_is_decided_for_it() -> None:
    found = facts(*FIVE, decided={("K1", "bun"): decided("rod")})
    report = build_report(found)
    first, *_ = unit_rows(unit_table(report, "K1-enheter"))
    assert first[:2] == ("Barn- och utbildningsnämnden", "rod")
    assert "Skäl: Bristen gällde ett enda system. Svaret gav ”mindre avvikelse”." in first[3]
    text = all_text(report)
    assert "En har bedömningen ”allvarlig avvikelse”, en ”mindre avvikelse”" in text
    assert "som är ”allvarlig avvikelse”" in text


def test_the_whole_of_a_shared_control_that_is_decided_says_what_the_units_gave() -> None:
    found = facts(*FIVE, decided={("K1", ""): decided("gron")})
    text = all_text(build_report(found)).replace("\u00a0", " ")
    assert (
        "Årets bedömning är ”utan anmärkning”. Bestämd av internkontrollansvarig den 9 februari "
        "2023. Skäl: Bristen gällde ett enda system. Enheterna gav ”mindre avvikelse”."
    ) in text
    assert "Den sämsta bedömningen bland enheterna avgör" not in text


def test_the_same_facts_without_a_decision_give_the_same_report() -> None:
    taken_back = {("K3", ""): decided("")}
    report = build_report(make.sample_facts())
    assert build_report(make.sample_facts(decided=taken_back)).fingerprint == report.fingerprint


def test_units_that_have_not_answered_cannot_be_judged() -> None:
    found = findings(facts(silent("ks"), decided={("K1", "ks"): decided("gron")}))
    (one,) = unit_years(found, found.plan.control("K1")[1])
    assert one.year.level == "vit"
