"""What is missing or weak in a plan at adoption: each rule as a sentence, on the example plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from icengine.domain.completeness import (
    MOST_IN_A_WEEK,
    Context,
    Given,
    OpenAction,
    Reasons,
    findings,
    judge,
)
from icengine.domain.finding import Finding
from icengine.domain.frequency import Frequency, Kind, read_frequency
from icengine.domain.people import Holding, Organisation
from icengine.domain.plan import Control, Plan, Risk, Treatment
from icengine.domain.risk import LeftOut
from icengine.domain.timing import timed

IN_TIME = Context(date(2021, 12, 14))
Example = tuple[Organisation, Plan]


def times(text: str) -> Any:
    read = read_frequency(text, 2022)
    assert isinstance(read, Frequency)
    return tuple(timed(window) for window in read.windows)


def with_control(plan: Plan, id: str, /, **values: Any) -> Plan:
    def new(control: Control) -> Control:
        return replace(control, **values) if control.id == id else control

    risks = (replace(risk, controls=tuple(map(new, risk.controls))) for risk in plan.risks)
    return replace(plan, risks=tuple(risks))


def with_risk(plan: Plan, id: str, /, **values: Any) -> Plan:
    def new(risk: Risk) -> Risk:
        return replace(risk, **values) if risk.id == id else risk

    return replace(plan, risks=tuple(map(new, plan.risks)))


def found(example: Example, plan: Plan, context: Context = IN_TIME) -> dict[str, Finding]:
    return {item.key: item for item in findings(plan, example[0], context)}


def test_the_example_plan_is_whole(example: Example) -> None:
    assert found(example, example[1]) == {}


@pytest.mark.parametrize(
    ("control", "values", "key", "said"),
    [
        ("K1", {"sample": ""}, "urval:K1", "K1: urvalet är inte beskrivet."),
        (
            "K1", {"process_owner": "Utvecklingschefen"}, "självgranskning:K1",
            "K1: självgranskning. Utvecklingschefen utför den och äger processen.",
        ),
        (
            "K1", {"owner": "Controllern", "process_owner": "Controllern"}, "självgranskning:K1",
            "K1: självgranskning. Controllern utför den och äger processen och har upprättat "
            "planen.",
        ),
        (
            "K1", {"performer": "Kommunikationschefen"}, "självgranskning:K1",
            "K1: självgranskning. Kommunikationschefen utför den och äger processen.",
        ),
        (
            "K6", {"occurrences": times("juli")}, "juli:K6",
            "K6: arbetet öppnar i juli, semestermånaden (juli 2022).",
        ),
        (
            "K1", {"owner": "Skolstrategen"}, "ansvarig:K1",
            "K1: Skolstrategen har ingen innehavare när kontrollen öppnar 1 september 2022.",
        ),
        (
            "K1", {"approver": "Skolstrategen"}, "godkännare:K1",
            "K1: Skolstrategen har ingen innehavare när kontrollen öppnar 1 september 2022.",
        ),
    ],
)  # fmt: skip
def test_what_is_weak_in_a_control_asks_for_a_reason(
    example: Example, control: str, values: dict[str, Any], key: str, said: str
) -> None:
    plan = with_control(example[1], control, **values)
    assert {k: (f.sentence, f.stops) for k, f in found(example, plan).items()} == {
        key: (said, False)
    }


def test_nobody_is_to_approve_their_own_answer(example: Example) -> None:
    for values in (
        {"approver": "Utvecklingschefen"},
        {"approver": "HR-chefen", "performer": "HR-chefen"},
    ):
        stop = found(example, with_control(example[1], "K1", **values))["godkännare:K1"]
        assert stop.stops
        assert stop.sentence == f"K1: {values['approver']} är godkännare för sitt eget svar."


def test_an_answer_that_only_its_writer_could_approve_is_pointed_out(example: Example) -> None:
    plan = with_control(example[1], "K1", approver="HR-chefen")
    same = tuple(
        replace(f, holders=(Holding("en@kommun.example"),))
        if f.name in ("HR-chefen", "Utvecklingschefen")
        else f
        for f in example[0].functions
    )
    item = found((replace(example[0], functions=same), plan), plan)["godkännare:K1"]
    assert not item.stops
    assert "så det blir controllern som läser svaret" in item.sentence


def test_a_control_without_dates_needs_a_holder_when_the_plan_is_decided(
    example: Example,
) -> None:
    plan = with_control(example[1], "K1", owner="Skolstrategen", occurrences=(), kind=Kind.EVENT)
    (item,) = found(example, plan).values()
    assert item.sentence == "K1: Skolstrategen har ingen innehavare 14 december 2021."


def test_a_protected_control_is_told_by_its_number_alone(example: Example) -> None:
    plan = with_control(
        example[1], "K1", protected=True, sample="", process_owner="Utvecklingschefen",
        approver="Utvecklingschefen", occurrences=times("juli"),
    )  # fmt: skip
    items = found(example, plan)
    assert set(items) == {"urval:K1", "juli:K1", "självgranskning:K1", "godkännare:K1"}
    for item in items.values():
        assert item.protected
        for word in ("Utvecklingschefen", "juli 2022", "webbplats"):
            assert word not in item.sentence


def test_risks_that_nobody_has_weighed_or_that_were_weighed_long_ago(example: Example) -> None:
    plan = with_risk(example[1], "R1", likelihood=None, consequence=None)
    plan = with_risk(plan, "R2", assessed=date(2020, 12, 13))
    plan = with_risk(plan, "R3", assessed=date(2020, 12, 14))
    plan = with_risk(plan, "R4", assessed=None)
    assert {key: item.sentence for key, item in found(example, plan).items()} == {
        "vägd:R1": "R1: ingen har bedömt sannolikhet och konsekvens.",
        "bedömd:R2": "R2: bedömningen är äldre än ett år, från 13 december 2020.",
        "bedömd:R4": "R4: det står inte när risken bedömdes.",
    }


def test_a_plan_looks_at_oegentligheter_with_a_control(example: Example) -> None:
    none = with_risk(example[1], "R7", fraud=False)
    assert list(found(example, none)) == ["oegentligheter"]
    accepted = with_risk(example[1], "R7", controls=(), treatment=Treatment.ACCEPT, reason="Liten.")
    assert list(found(example, accepted)) == ["oegentligheter:R7"]


def test_all_work_in_july_is_said_once(example: Example) -> None:
    plan = example[1]
    for control in [control.id for _, control in plan.controls()]:
        plan = with_control(plan, control, occurrences=times("juli"))
    assert list(found(example, plan)) == ["juli"]


def test_what_opens_in_july_but_may_be_done_after_the_holidays_is_not_july_work(
    example: Example,
) -> None:
    (tertial,) = times("tertial 2")
    for due, keys in ((date(2022, 8, 12), ["juli:K6"]), (date(2022, 8, 31), [])):
        moved = replace(tertial, opens=date(2022, 7, 31), due=due)
        plan = with_control(example[1], "K6", occurrences=(moved,))
        assert list(found(example, plan)) == keys


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"goal": "Klart den 30 juni 2021."}, "K1: målet nämner 2021, men planen gäller 2022."),
        (
            {"objective": "Allt klaras 2021."},
            "K1: målet med kontrollen nämner 2021, men planen gäller 2022.",
        ),
        (
            {"sample": "Alla från 2021.", "what": "Avtal 2021."},
            "K1: urvalet och kontrollmomentet nämner 2021, men planen gäller 2022.",
        ),
        (
            {"method": "Som 2021.", "protected": True},
            "K1: en text nämner 2021, men planen gäller 2022.",
        ),
    ],
)
def test_a_text_about_the_year_before_asks_why_it_is_still_there(
    example: Example, values: dict[str, Any], said: str
) -> None:
    item = found(example, with_control(example[1], "K1", **values))["årtal:K1"]
    assert (item.sentence, item.stops) == (said, False)
    assert item.remedy == "Skriv om det för 2022, eller skriv varför det är rätt här."


@pytest.mark.parametrize(
    "text",
    [
        "Jämför 2021 med 2022.",
        "Antalet anställda den 31 december 2021.",
        "Läget 2021-12-31.",
        "Enligt KS 2021/0412.",
        "Läsåret 2021/2022.",
        "Sedan 2019.",
    ],
)
def test_a_day_a_dnr_or_a_comparison_with_the_year_before_is_no_old_text(
    example: Example, text: str
) -> None:
    assert found(example, with_control(example[1], "K1", sample=text)) == {}


def test_a_plan_whose_whole_year_has_passed_is_told_so(example: Example) -> None:
    late = found(example, example[1], Context(date(2023, 1, 1)))["sent"]
    assert late.sentence == "Planåret 2022 är slut."


def test_what_asks_for_a_reason_says_that_a_reason_will_do(example: Example) -> None:
    plan = with_control(
        example[1], "K1", sample="", owner="Skolstrategen", method="Som 2021.",
        occurrences=times("juli"),
    )  # fmt: skip
    items = found(example, with_risk(plan, "R2", assessed=None))
    assert len(items) == 5
    assert all("eller skriv varför" in item.remedy for item in items.values() if not item.stops)


def test_a_function_with_nine_answers_in_one_week_is_pointed_out(example: Example) -> None:
    plan = example[1]
    risk, one = plan.control("K1")

    def crowded(count: int) -> Plan:
        many = tuple(replace(one, id=f"K{n}") for n in range(100, 100 + count))
        return with_risk(plan, risk.id, controls=many)

    assert found(example, crowded(MOST_IN_A_WEEK - 1)) == {}
    ((key, item),) = found(example, crowded(MOST_IN_A_WEEK)).items()
    assert key == "vecka:2022-39:Utvecklingschefen"
    assert item.sentence.startswith(
        "Utvecklingschefen ska lämna in nio svar vecka 39 2022: K100, K101"
    )


def test_a_plan_is_adopted_before_its_year_begins_but_a_revision_need_not_be(
    example: Example,
) -> None:
    for day, keys in ((date(2022, 1, 1), []), (date(2022, 1, 2), ["sent"])):
        assert list(found(example, example[1], Context(day))) == keys
    assert found(example, example[1], Context(date(2022, 4, 1), revision=True)) == {}


def test_a_control_that_another_rule_asks_for_returns_each_year(example: Example) -> None:
    last = replace(example[1], year=2021)
    context = replace(IN_TIME, last_year=last)
    gone = with_risk(example[1], "R7", controls=(), treatment=Treatment.ACCEPT, fraud=False)
    item = found(example, gone, context)["obligatorisk:K7"]
    assert item.sentence == (
        "K7 är obligatorisk enligt attestreglementet och fanns i planen för 2021, men är inte med."
    )
    assert "obligatorisk:K7" not in found(example, example[1], context)
    replaced = with_control(example[1], "K7", id="K70", replaces="K7")
    assert "obligatorisk:K7" not in found(example, replaced, context)


def test_what_is_not_done_since_last_year_is_taken_care_of(example: Example) -> None:
    last = replace(example[1], year=2021)
    actions = tuple(
        OpenAction(f"Å2021-{n}", subject) for n, subject in enumerate(("K1", "K9", "R8", "R9"), 1)
    )
    context = replace(IN_TIME, last_year=last, open_actions=actions)
    items = found(example, example[1], context)
    assert {key: item.sentence for key, item in items.items()} == {
        "åtgärd:Å2021-2": "Åtgärd Å2021-2, till K9, är inte klar och tas inte om hand i planen.",
        "åtgärd:Å2021-4": "Åtgärd Å2021-4, till R9, är inte klar och tas inte om hand i planen.",
    }
    left = LeftOut(id="R9", area="Ekonomi", title="Gammal", reason="Löst på annat sätt.")
    assert "åtgärd:Å2021-4" not in found(example, replace(example[1], left_out=(left,)), context)


def test_reasons_are_given_one_by_one_or_for_all_the_rest(example: Example) -> None:
    plan = with_control(example[1], "K1", sample="")
    plan = with_risk(plan, "R2", assessed=None)
    items = findings(plan, example[0], IN_TIME)
    assert [item.key for item in judge(items, Reasons()).missing] == ["urval:K1", "bedömd:R2"]
    one = judge(items, Reasons({"urval:K1": "  Alla.  "}))
    assert [item.key for item in one.missing] == ["bedömd:R2"]
    assert [(item.key, item.reason) for item in one.given] == [("urval:K1", "Alla.")]
    both = judge(items, Reasons({"urval:K1": "Alla."}, "Prövat."))
    assert both.adoptable
    assert [item.reason for item in both.given] == ["Alla.", "Prövat."]
    assert not judge(items, Reasons({"urval:K1": " "}, " \n")).adoptable


def test_what_the_rules_forbid_cannot_be_reasoned_away(example: Example) -> None:
    plan = with_control(example[1], "K1", approver="Utvecklingschefen")
    verdict = judge(findings(plan, example[0], IN_TIME), Reasons({}, "Ändå."))
    assert [item.key for item in verdict.stopping] == ["godkännare:K1"]
    assert not verdict.adoptable


def test_a_reason_of_the_version_before_holds_while_the_finding_says_the_same(
    example: Example,
) -> None:
    plan = with_risk(example[1], "R2", assessed=date(2020, 1, 1))
    items = findings(plan, example[0], IN_TIME)
    (item,) = items
    earlier = Given(item.key, item.sentence, "Håller än.")
    assert judge(items, Reasons(), [earlier]).given == (earlier,)
    assert not judge(items, Reasons({item.key: ""}), [earlier]).adoptable
    other = replace(earlier, said="R2: bedömningen är äldre än ett år, från 1 januari 2019.")
    assert not judge(items, Reasons(), [other]).adoptable
