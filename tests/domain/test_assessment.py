"""What answers add up to: one test for each rule of the field."""

from decimal import Decimal

import pytest
import report_facts as make

from icengine.domain.assessment import (
    Trend,
    Yearly,
    combined,
    percent,
    propose,
    trend,
    yearly,
)
from icengine.domain.facts import LastYear
from icengine.domain.frequency import Kind
from icengine.domain.plan import Combine
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
