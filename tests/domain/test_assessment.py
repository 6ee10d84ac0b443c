"""What answers add up to: one test for each rule of the field."""

from datetime import date
from decimal import Decimal

import pytest
import report_facts as make

from icengine.domain.assessment import (
    Carried,
    CarryOver,
    Left,
    Reason,
    Stays,
    Trend,
    Yearly,
    carry_over,
    combined,
    percent,
    propose,
    trend,
    yearly,
)
from icengine.domain.facts import ActionFact, ActionStatus, LastYear, TaskFact
from icengine.domain.frequency import Kind
from icengine.domain.plan import Combine, Control, Risk, Treatment
from icengine.domain.scale import DEFAULT_RATINGS, Level, Measure, RatingScale, Threshold
from icengine.domain.task import State

NINETY = Measure(
    "Klassade",
    "I drift",
    Decimal(90),
    (Threshold(Decimal(90), "gron"), Threshold(Decimal(75), "gul"), Threshold(Decimal(0), "rod")),
)
FOUR = RatingScale(
    (
        Level("g", "Grön", "●", "#62AE7F", rank=0),
        Level("y", "Gul", "▲", "#F2C230", rank=1),
        Level("o", "Orange", "◆", "#D9822B", rank=2),
        Level("r", "Röd", "■", "#A8322D", rank=3),
        Level("v", "Vit", "○", "#FFFFFF"),
    )
)


# ---- measured controls ----


def test_a_figure_proposes_the_level_of_the_highest_threshold_it_reaches() -> None:
    assert propose(NINETY, 104, 205) == "rod"
    assert propose(NINETY, 80, 100) == "gul"
    assert propose(NINETY, 90, 100) == "gron"
    assert propose(NINETY, 121, 100) == "gron"


def test_a_figure_just_under_a_threshold_has_not_reached_it() -> None:
    assert propose(NINETY, 8996, 10000) == "gul"
    assert percent(8996, 10000) == Decimal("90.0")


def test_per_cent_are_counted_without_floats_and_read_with_one_decimal() -> None:
    assert percent(104, 205) == Decimal("50.7")
    assert percent(5405, 8633) == Decimal("62.6")
    assert percent(1, 8) == Decimal("12.5")


def test_all_but_one_is_never_a_hundred_per_cent_and_one_is_never_none() -> None:
    assert percent(8632, 8633) == Decimal("99.9")
    assert percent(1, 8633) == Decimal("0.1")
    assert percent(8633, 8633) == 100
    assert percent(0, 8633) == 0


@pytest.mark.parametrize("count", [percent, lambda part, whole: propose(NINETY, part, whole)])
def test_a_share_of_nothing_is_refused(count: object) -> None:
    with pytest.raises(ValueError, match="above zero"):
        count(1, 0)  # type: ignore[operator]


# ---- several occurrences, one yearly bedömning ----


def test_the_latest_occurrence_decides_when_the_control_says_so() -> None:
    assert combined(["rod", "gul"], Combine.LATEST, DEFAULT_RATINGS) == "gul"


def test_the_worst_occurrence_decides_when_the_control_says_so() -> None:
    assert combined(["gul", "rod", "gron"], Combine.WORST, DEFAULT_RATINGS) == "rod"


@pytest.mark.parametrize("how", list(Combine))
def test_vit_never_weighs_in(how: Combine) -> None:
    assert combined(["gul", "vit"], how, DEFAULT_RATINGS) == "gul"


@pytest.mark.parametrize("how", list(Combine))
@pytest.mark.parametrize("ratings", [[], ["vit", "vit"]])
def test_nothing_rated_gives_vit(how: Combine, ratings: list[str]) -> None:
    assert combined(ratings, how, DEFAULT_RATINGS) == "vit"


def test_a_year_counts_how_many_occurrences_were_carried_out() -> None:
    tasks = [
        make.answered(make.K3, "rod", "2022-02"),
        make.unanswered(make.K3, State.NOT_DONE, "2022-08", "Systemet var stängt."),
        make.answered(make.K3, "gul", "2023-01"),
    ]
    year = yearly(make.K3, tasks, DEFAULT_RATINGS)
    assert (year.level, year.done, year.planned, year.whole) == ("gul", 2, 3, False)
    assert year.deciding == tasks[2]
    assert year.why == "Det senaste tillfället avgör årets bedömning."


def test_a_single_occurrence_needs_no_explanation() -> None:
    assert yearly(make.K1, [make.answered(make.K1, "gul")], DEFAULT_RATINGS).why == ""


@pytest.mark.parametrize("state", [State.RETURNED, State.STARTED])
def test_an_answer_sent_back_or_reopened_does_not_count(state: State) -> None:
    task = make.answered(make.K1, "gron", state=state)
    assert yearly(make.K1, [task], DEFAULT_RATINGS) == Yearly("K1", "vit", 0, 1, None, "")


def test_an_answer_handed_in_counts_before_it_is_approved() -> None:
    task = make.answered(make.K1, "gron", state=State.SUBMITTED)
    assert yearly(make.K1, [task], DEFAULT_RATINGS).done == 1


def test_an_event_control_without_an_event_is_not_relevant() -> None:
    year = yearly(make.make_control(kind=Kind.EVENT), [], DEFAULT_RATINGS)
    assert year.not_relevant
    assert year.level == "vit"


# ---- trend ----


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("rod", "gul", Trend.BETTER),
        ("gul", "gul", Trend.SAME),
        ("gron", "rod", Trend.WORSE),
        ("vit", "gul", Trend.UNCLEAR),
        ("gul", "vit", Trend.UNCLEAR),
    ],
)
def test_a_trend_compares_with_the_year_before(before: str, now: str, expected: Trend) -> None:
    last = LastYear(2021, {"K1": before}, DEFAULT_RATINGS)
    assert trend(make.K1, now, DEFAULT_RATINGS, last) is expected


def test_a_control_that_was_not_there_is_new() -> None:
    assert trend(make.K1, "gul", DEFAULT_RATINGS, LastYear(2021, {}, DEFAULT_RATINGS)) is Trend.NEW


def test_a_control_is_compared_with_the_one_it_replaces() -> None:
    last = LastYear(2021, {"K0": "rod"}, DEFAULT_RATINGS)
    newer = make.make_control("K1", replaces="K0")
    assert trend(newer, "gul", DEFAULT_RATINGS, last) is Trend.BETTER


def test_a_trend_survives_a_changed_scale() -> None:
    def against_four(before: str, now: str) -> Trend:
        return trend(make.K1, now, DEFAULT_RATINGS, LastYear(2021, {"K1": before}, FOUR))

    assert against_four("r", "rod") is Trend.SAME
    assert against_four("o", "gul") is Trend.BETTER
    assert against_four("y", "gul") is Trend.WORSE


# ---- urval till nästa plan ----


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
    assert carried(make.K1).year == 2024


def test_without_a_year_the_selection_is_for_the_next_plan() -> None:
    assert carry_over(make.make_plan(carry_to=0), {}, ()).year == 2023


def test_a_control_that_is_not_green_goes_to_the_selection() -> None:
    assert carried(make.K1, "gul").selected == (Carried("K1", (Reason.NOT_GREEN,)),)


def test_a_control_that_was_not_done_goes_to_the_selection() -> None:
    assert carried(make.K1, "").selected == (Carried("K1", (Reason.NOT_DONE,)),)


def test_a_green_control_with_a_missed_occurrence_goes_to_the_selection() -> None:
    tasks = [
        make.answered(make.K3, "gron", "2022-02"),
        make.unanswered(make.K3, State.NOT_DONE, "2022-08"),
        make.answered(make.K3, "gron", "2023-01"),
    ]
    plan = make.make_plan(make.make_risk("R1", make.K3))
    found = carry_over(plan, {"K3": yearly(make.K3, tasks, plan.ratings)}, ())
    assert found.selected == (Carried("K3", (Reason.NOT_DONE,)),)


def of_tasks(*tasks: TaskFact, today: date | None = None) -> tuple[Yearly, CarryOver]:
    """K3's year and what becomes of it."""
    plan = make.make_plan(make.make_risk("R1", make.K3))
    year = yearly(make.K3, tasks, plan.ratings, today)
    return year, carry_over(plan, {"K3": year}, ())


def test_what_utgar_is_in_no_count_and_no_reason_to_carry_on() -> None:
    gone = make.unanswered(make.K3, State.CANCELLED, "2022-08")
    year, found = of_tasks(make.answered(make.K3, "gron", "2022-02"), gone)
    assert (year.done, year.planned, year.whole, year.cancelled) == (1, 1, True, 1)
    assert found.stays == (Stays("K3", Left.GREEN),)
    year, found = of_tasks(gone)
    assert (year.planned, year.withdrawn, year.not_relevant) == (0, True, False)
    assert found.selected == ()
    assert found.stays == (Stays("K3", Left.CANCELLED),)


def test_what_is_not_yet_due_is_left_to_do_and_no_reason_to_carry_on() -> None:
    coming = make.unanswered(make.K3, State.RETURNED, "2022-08")
    first = make.answered(make.K3, "gron", "2022-02")
    for tasks in ((coming,), (first, coming)):
        year, found = of_tasks(*tasks, today=date(2022, 8, 31))
        assert (year.waiting, year.missed) == (1, 0)
        assert found.stays == (Stays("K3", Left.WAITING),)
        year, found = of_tasks(*tasks, today=date(2022, 9, 1))
        assert (year.waiting, year.missed) == (0, 1)
        assert found.selected == (Carried("K3", (Reason.NOT_DONE,)),)


def test_what_is_closed_as_not_done_is_not_left_to_do() -> None:
    closed = make.unanswered(make.K3, State.NOT_DONE, "2022-08")
    year, found = of_tasks(closed, today=date(2022, 3, 1))
    assert (year.waiting, year.missed) == (0, 1)
    assert found.selected == (Carried("K3", (Reason.NOT_DONE,)),)


def test_vit_is_not_green() -> None:
    assert carried(make.K1, "vit").selected == (Carried("K1", (Reason.NOT_GREEN,)),)


def test_a_green_control_with_an_open_action_goes_to_the_selection() -> None:
    found = carried(make.K1, "gron", (open_action("K1"),))
    assert found.selected == (Carried("K1", (Reason.OPEN_ACTION,)),)


def test_a_forerunners_open_action_counts_too() -> None:
    newer = make.make_control("K1", replaces="K0")
    assert carried(newer, "gron", (open_action("K0"),)).selected != ()


def test_a_green_control_whose_actions_are_done_stays() -> None:
    found = carried(make.K1, "gron", (open_action("K1", ActionStatus.DONE),))
    assert found.selected == ()
    assert found.stays == (Stays("K1", Left.GREEN),)


def test_a_mandatory_control_returns_by_itself_and_is_listed_apart() -> None:
    found = carried(make.K7, "gron")
    assert found.mandatory == (Carried("K7", (), "attestreglementet"),)
    assert found.selected == ()
    assert found.stays == ()


def test_a_mandatory_control_that_is_not_green_is_in_both_lists() -> None:
    found = carried(make.K7, "rod")
    assert found.selected == found.mandatory
    assert found.selected[0].reasons == (Reason.NOT_GREEN,)


def test_an_event_control_without_an_event_goes_on_untested() -> None:
    control = make.make_control(kind=Kind.EVENT)
    plan = make.make_plan(make.make_risk("R1", control))
    found = carry_over(plan, {"K1": yearly(control, [], plan.ratings)}, ())
    assert found.selected == (Carried("K1", (Reason.NOT_RELEVANT,)),)


def test_a_risk_followed_up_without_a_control_goes_to_the_selection() -> None:
    found = uncontrolled(make.make_risk("R8"))
    assert found.selected == (Carried("R8", (Reason.NO_CONTROL,)),)


def test_an_accepted_risk_stays() -> None:
    found = uncontrolled(make.make_risk("R1", treatment=Treatment.ACCEPT))
    assert found.stays == (Stays("R1", Left.ACCEPTED),)


def test_a_risk_goes_to_the_selection_while_its_direktatgard_is_open() -> None:
    risk = make.make_risk("R9", treatment=Treatment.ACT_NOW)
    assert uncontrolled(risk, open_action("R9")).selected == (Carried("R9", (Reason.OPEN_ACTION,)),)
    done = uncontrolled(risk, open_action("R9", ActionStatus.DONE))
    assert done.stays == (Stays("R9", Left.NO_ACTION),)


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
