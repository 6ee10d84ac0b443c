"""What goes to the selection for a coming plan: one test for each rule, and for what is decided."""

from __future__ import annotations

from datetime import UTC, date, datetime

import report_facts as make
from test_report import all_text, one_control, rows, section, texts

from icengine.domain.assessment import Yearly, yearly
from icengine.domain.carry_over import CarryOver, Left, Reason, carry_over
from icengine.domain.facts import ActionFact, ActionStatus, CarryDecision, TaskFact
from icengine.domain.frequency import Kind
from icengine.domain.plan import Control, Risk, Treatment
from icengine.domain.report import build_report
from icengine.domain.report_model import Report, Text
from icengine.domain.task import State

WHY = "Ny lag gäller från årsskiftet"


def goes(found: CarryOver) -> dict[str, tuple[Reason, ...]]:
    """Those that go to a selection, and why."""
    return {item.id: item.reasons for item in found.selected}


def stays(found: CarryOver) -> dict[str, Left | None]:
    """Those that do not go on, and why."""
    return {item.id: item.left for item in found.stays}


def carried(
    control: Control, rating: str = "gron", actions: tuple[ActionFact, ...] = ()
) -> CarryOver:
    """What becomes of a plan with this one control, answered with `rating`; "" for no answer."""
    tasks = [make.answered(control, rating)] if rating else []
    plan = make.make_plan(make.make_risk("R1", control))
    year = yearly(control, tasks or [make.unanswered(control, State.OPEN)], plan.ratings)
    return carry_over(plan, {control.id: year}, actions)


def uncontrolled(risk: Risk, *actions: ActionFact) -> CarryOver:
    """What becomes of a plan with a risk without controls."""
    return carry_over(make.make_plan(risk), {}, actions)


def open_action(subject: str, status: ActionStatus = ActionStatus.STARTED) -> ActionFact:
    return make.action("Å1", subject, "Rätta", "Chefen", date(2023, 5, 31), status)


def test_the_selection_is_for_the_year_the_plan_says() -> None:
    assert carried(make.K1).proposed_year == 2024


def test_without_a_year_the_selection_is_for_the_next_plan() -> None:
    assert carry_over(make.make_plan(carry_to=0), {}, ()).proposed_year == 2023


def test_a_control_that_is_not_green_goes_to_the_selection() -> None:
    assert goes(carried(make.K1, "gul")) == {"K1": (Reason.NOT_GREEN,)}


def test_a_control_that_was_not_done_goes_to_the_selection() -> None:
    assert goes(carried(make.K1, "")) == {"K1": (Reason.NOT_DONE,)}


def test_a_green_control_with_a_missed_occurrence_goes_to_the_selection() -> None:
    tasks = [
        make.answered(make.K3, "gron", "2022-02"),
        make.unanswered(make.K3, State.NOT_DONE, "2022-08"),
        make.answered(make.K3, "gron", "2023-01"),
    ]
    plan = make.make_plan(make.make_risk("R1", make.K3))
    found = carry_over(plan, {"K3": yearly(make.K3, tasks, plan.ratings)}, ())
    assert goes(found) == {"K3": (Reason.NOT_DONE,)}


def of_tasks(*tasks: TaskFact, today: date | None = None) -> tuple[Yearly, CarryOver]:
    """K3's year and what becomes of it."""
    plan = make.make_plan(make.make_risk("R1", make.K3))
    year = yearly(make.K3, tasks, plan.ratings, today)
    return year, carry_over(plan, {"K3": year}, ())


def test_what_utgar_is_in_no_count_and_no_reason_to_carry_on() -> None:
    gone = make.unanswered(make.K3, State.CANCELLED, "2022-08")
    year, found = of_tasks(make.answered(make.K3, "gron", "2022-02"), gone)
    assert (year.done, year.planned, year.whole, year.cancelled) == (1, 1, True, 1)
    assert stays(found) == {"K3": Left.GREEN}
    year, found = of_tasks(gone)
    assert (year.planned, year.withdrawn, year.not_relevant) == (0, True, False)
    assert goes(found) == {}
    assert stays(found) == {"K3": Left.CANCELLED}


def test_what_is_not_yet_due_is_left_to_do_and_no_reason_to_carry_on() -> None:
    coming = make.unanswered(make.K3, State.RETURNED, "2022-08")
    first = make.answered(make.K3, "gron", "2022-02")
    for tasks in ((coming,), (first, coming)):
        year, found = of_tasks(*tasks, today=date(2022, 8, 31))
        assert (year.waiting, year.missed) == (1, 0)
        assert stays(found) == {"K3": Left.WAITING}
        year, found = of_tasks(*tasks, today=date(2022, 9, 1))
        assert (year.waiting, year.missed) == (0, 1)
        assert goes(found) == {"K3": (Reason.NOT_DONE,)}


def test_what_is_closed_as_not_done_is_not_left_to_do() -> None:
    closed = make.unanswered(make.K3, State.NOT_DONE, "2022-08")
    year, found = of_tasks(closed, today=date(2022, 3, 1))
    assert (year.waiting, year.missed) == (0, 1)
    assert goes(found) == {"K3": (Reason.NOT_DONE,)}


def test_vit_is_not_green() -> None:
    assert goes(carried(make.K1, "vit")) == {"K1": (Reason.NOT_GREEN,)}


def test_a_green_control_with_an_open_action_goes_to_the_selection() -> None:
    found = carried(make.K1, "gron", (open_action("K1"),))
    assert goes(found) == {"K1": (Reason.OPEN_ACTION,)}


def test_a_forerunners_open_action_counts_too() -> None:
    newer = make.make_control("K1", replaces="K0")
    assert goes(carried(newer, "gron", (open_action("K0"),))) != {}


def test_a_green_control_whose_actions_are_done_stays() -> None:
    found = carried(make.K1, "gron", (open_action("K1", ActionStatus.DONE),))
    assert goes(found) == {}
    assert stays(found) == {"K1": Left.GREEN}


def test_a_mandatory_control_returns_by_itself_and_is_listed_apart() -> None:
    found = carried(make.K7, "gron")
    assert [(item.id, item.mandatory, item.year) for item in found.mandatory] == [
        ("K7", "attestreglementet", 0)
    ]
    assert goes(found) == {}
    assert stays(found) == {}


def test_a_mandatory_control_that_is_not_green_is_in_both_lists() -> None:
    found = carried(make.K7, "rod")
    assert found.selected == found.mandatory
    assert found.selected[0].reasons == (Reason.NOT_GREEN,)


def test_an_event_control_without_an_event_goes_on_untested() -> None:
    control = make.make_control(kind=Kind.EVENT)
    plan = make.make_plan(make.make_risk("R1", control))
    found = carry_over(plan, {"K1": yearly(control, [], plan.ratings)}, ())
    assert goes(found) == {"K1": (Reason.NOT_RELEVANT,)}


def test_a_risk_followed_up_without_a_control_goes_to_the_selection() -> None:
    found = uncontrolled(make.make_risk("R8"))
    assert goes(found) == {"R8": (Reason.NO_CONTROL,)}


def test_an_accepted_risk_stays() -> None:
    found = uncontrolled(make.make_risk("R1", treatment=Treatment.ACCEPT))
    assert stays(found) == {"R1": Left.ACCEPTED}


def test_a_risk_goes_to_the_selection_while_its_direktatgard_is_open() -> None:
    risk = make.make_risk("R9", treatment=Treatment.ACT_NOW)
    assert goes(uncontrolled(risk, open_action("R9"))) == {"R9": (Reason.OPEN_ACTION,)}
    done = uncontrolled(risk, open_action("R9", ActionStatus.DONE))
    assert stays(done) == {"R9": Left.NO_ACTION}


def test_the_sample_sends_six_to_the_selection_and_one_apart() -> None:
    plan, tasks = make.PLAN, make.TASKS
    yearlies = {
        c.id: yearly(c, [t for t in tasks if t.control == c.id], plan.ratings)
        for _, c in plan.controls()
    }
    found = carry_over(plan, yearlies, make.ACTIONS)
    assert [entry.id for entry in found.selected] == ["K1", "R8", "K3", "K4", "K5", "K6"]
    assert [entry.id for entry in found.mandatory] == ["K7"]
    assert [entry.id for entry in found.stays] == ["K2", "R9", "R10"]


# -- what the controller has decided --


def decided(year: int | None, reason: str = WHY, proposed: int = 2024) -> CarryDecision:
    at = datetime(2023, 2, 9, 12, 0, tzinfo=UTC)
    return CarryDecision(year, proposed, reason, "Controllern", at)


def of_sample(**given: CarryDecision) -> CarryOver:
    plan, tasks = make.PLAN, make.TASKS
    yearlies = {
        c.id: yearly(c, [t for t in tasks if t.control == c.id], plan.ratings)
        for _, c in plan.controls()
    }
    return carry_over(plan, yearlies, make.ACTIONS, given)


def years(found: CarryOver) -> dict[str, int]:
    return {item.id: item.year for item in found.selected}


def test_what_is_decided_goes_before_the_rule() -> None:
    found = of_sample(K1=decided(2023), K4=decided(0), K2=decided(2024, proposed=0))
    assert years(found) == {
        "K1": 2023, "R8": 2024, "K2": 2024, "K3": 2024, "K5": 2024, "K6": 2024,
    }  # fmt: skip
    assert "K4" in stays(found)
    assert "K2" not in stays(found)
    assert (found.years, [item.id for item in found.to(2023)]) == ((2023, 2024), ["K1"])


def test_what_was_taken_back_leaves_the_rule_s_proposal() -> None:
    assert of_sample(K1=decided(None)) == of_sample()


def test_the_proposal_stands_beside_what_is_decided() -> None:
    found = {item.id: item for item in of_sample(K1=decided(0), K3=decided(2024, "")).candidates}
    assert (found["K1"].proposed, found["K1"].year, found["K1"].own) == (2024, 0, True)
    assert (found["K3"].decided is not None, found["K3"].own) == (True, False)
    assert not found["K1"].proposal_changed
    changed = {item.id: item for item in of_sample(K2=decided(2024, "")).candidates}["K2"]
    assert (changed.year, changed.proposal_changed, changed.own) == (2024, True, True)


def test_a_mandatory_control_may_go_on_besides_and_is_never_said_not_to_return() -> None:
    found = of_sample(K7=decided(2023, proposed=0))
    assert years(found)["K7"] == 2023
    assert [item.id for item in found.mandatory] == ["K7"]
    left = of_sample(K7=decided(0, proposed=0))
    assert (left.selected, left.mandatory) == (of_sample().selected, of_sample().mandatory)
    assert "K7" not in stays(left)


def test_a_risk_with_controls_goes_on_itself_only_where_that_is_decided() -> None:
    assert "R1" not in goes(of_sample()) | stays(of_sample())
    assert years(of_sample(R1=decided(2023, proposed=0)))["R1"] == 2023
    assert stays(of_sample(R1=decided(0, proposed=0)))["R1"] is Left.THROUGH_CONTROLS


def test_what_is_decided_about_something_else_means_nothing() -> None:
    assert of_sample(K99=decided(2023)) == of_sample()


# -- in the report --


def reported(**given: CarryDecision) -> Report:
    return build_report(make.sample_facts(carried=given))


def reasons(report: Report, table: str) -> dict[str, str]:
    return {row[0].split("\u00a0")[0]: row[2] for row in rows(report, table)}


def steps(report: Report) -> str:
    (block,) = [b for b in section(report, "beslut").blocks if isinstance(b, Text)]
    return " ".join(map(str, block.body))


def test_the_report_says_the_controller_s_reason_and_that_it_is_decided() -> None:
    report = reported(
        K1=decided(2024), K4=decided(0, "Systemet är avvecklat."), K3=decided(2024, "")
    )
    goes = reasons(report, "urval")
    assert goes["K1"] == f"{WHY}. Beslutat av internkontrollansvarig."
    assert goes["K3"] == (
        "Bedömningen är inte ”utan anmärkning”. Har två öppna åtgärder. Beslutat av "
        "internkontrollansvarig."
    )
    assert goes["K5"] == "Bedömningen är inte ”utan anmärkning”. Har en öppen åtgärd."
    assert reasons(report, "forsinte")["K4"] == (
        "Systemet är avvecklat. Beslutat av internkontrollansvarig."
    )
    assert (
        "Det som internkontrollansvarig har beslutat är märkt; resten är förslag enligt regeln."
        in texts(section(report, "urval"))
    )


def test_two_target_years_have_a_table_each_and_the_decision_names_both() -> None:
    report = reported(K1=decided(2023), R8=decided(2023))
    assert section(report, "urval").title == "Urval till plan 2023 och 2024"
    assert list(reasons(report, "urval")) == ["K1", "R8"]
    assert list(reasons(report, "urval-2024")) == ["K3", "K4", "K5", "K6"]
    said = (
        "Två risker och kontrollmoment går till urvalet för plan 2023 och fyra kontrollmoment till "
        "urvalet för plan 2024"
    )
    assert texts(section(report, "urval")).startswith(f"{said}.")
    assert f"{said}, enligt avsnittet ”Urval till plan 2023 och 2024”." in steps(report)


def test_another_single_year_is_the_section_s() -> None:
    ids = ("K1", "R8", "K3", "K4", "K5", "K6")
    report = reported(**{id: decided(2023) for id in ids})
    assert section(report, "urval").title == "Urval till plan 2023"
    assert list(reasons(report, "urval")) == list(ids)


def test_where_all_is_decided_as_proposed_it_is_said_once() -> None:
    found = of_sample()
    followed = {
        item.id: decided(item.proposed, "", item.proposed)
        for item in found.candidates if item.is_asked
    }  # fmt: skip
    assert set(followed) == {"K1", "R8", "K2", "K3", "K4", "K5", "K6", "R9", "R10"}
    report = reported(**followed)
    assert "Vad som går dit är beslutat av internkontrollansvarig." in texts(
        section(report, "urval")
    )
    assert reasons(report, "urval") == reasons(reported(), "urval")
    other = reported(**followed | {"K2": decided(2024, proposed=0)})
    assert reasons(other, "urval")["K2"] == f"{WHY}. Beslutat av internkontrollansvarig."


def test_a_proposal_that_was_followed_and_has_changed_is_told() -> None:
    said = "Beslutat av internkontrollansvarig. Det följde förslaget, som har ändrats sedan dess."
    report = reported(K1=decided(0, "", 0), K2=decided(2024, "", 2024))
    assert reasons(report, "urval")["K2"] == said
    assert reasons(report, "forsinte")["K1"] == said


def test_nothing_that_is_decided_leaves_the_report_as_it_was() -> None:
    taken_back = make.sample_facts(carried={"K1": decided(None)})
    assert build_report(taken_back).fingerprint == build_report(make.sample_facts()).fingerprint


def test_of_a_protected_control_the_report_says_nothing_of_why() -> None:
    control = make.make_control("K1", protected=True)
    for year in (0, 2023):
        report = one_control(control, make.answered(control, "rod"), carried={"K1": decided(year)})
        table = "urval" if year else "forsinte"
        assert rows(report, table)[0][0::2] == ["K1\u00a0Redovisas separat", "Redovisas separat."]
        assert WHY not in all_text(report)


def test_a_mandatory_control_that_is_decided_stands_in_both_tables() -> None:
    report = reported(K7=decided(2023, proposed=0))
    assert reasons(report, "urval")["K7"] == (
        f"{WHY}. Beslutat av internkontrollansvarig. Återkommer också av sig självt, som "
        "obligatoriskt."
    )
    assert rows(report, "obligatoriska")[0][1].endswith("Står även i urvalet ovan.")
