"""States and their moves; what an answer must hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icengine.domain.judging import override_faults, proposed
from icengine.domain.scale import DEFAULT_RATINGS, Measure, Threshold
from icengine.domain.task import (
    MOVES,
    Answer,
    PlannedAction,
    State,
    cleaned,
    faults,
    figure,
    is_late,
    may_move,
    sample,
)

TODAY = date(2022, 5, 2)
DONE = PlannedAction("Rätta", "It-chefen", "2022-06-30")


def fields(answer: Answer, *, measured: bool = False) -> list[str]:
    return [fault.field for fault in faults(answer, DEFAULT_RATINGS, TODAY, measured)]


def test_every_state_says_where_it_may_go() -> None:
    assert set(MOVES) == set(State)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (State.PLANNED, State.OPEN),
        (State.OPEN, State.STARTED),
        (State.STARTED, State.SUBMITTED),
        (State.SUBMITTED, State.APPROVED),
        (State.SUBMITTED, State.RETURNED),
        (State.RETURNED, State.STARTED),
        (State.OPEN, State.CANCELLED),
        (State.RETURNED, State.NOT_DONE),
    ],
)
def test_permitted_moves(old: State, new: State) -> None:
    assert may_move(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (State.OPEN, State.SUBMITTED),
        (State.PLANNED, State.APPROVED),
        (State.APPROVED, State.RETURNED),
        (State.SUBMITTED, State.CANCELLED),
        (State.CANCELLED, State.APPROVED),
    ],
)
def test_refused_moves(old: State, new: State) -> None:
    assert not may_move(old, new)


def test_late_is_no_state_but_follows_from_the_due_date() -> None:
    due = date(2022, 4, 29)
    late = {state for state in State if is_late(state, due, TODAY)}
    assert late == {State.PLANNED, State.OPEN, State.STARTED, State.RETURNED}
    assert not is_late(State.OPEN, due, due)


def test_nothing_is_handed_in_without_bedomning_and_resultat() -> None:
    assert fields(Answer()) == ["bedomning", "resultat"]


def test_a_green_one_asks_for_no_atgard_and_a_yellow_one_does() -> None:
    assert fields(Answer(result="Bra", rating="gron")) == []
    assert fields(Answer(result="Brist", rating="gul")) == ["atgard-1"]
    assert fields(Answer(result="Brist", rating="gul", actions=(DONE,))) == []
    assert fields(Answer(result="Går inte", rating="vit")) == []


def test_an_atgard_has_a_text_somebody_responsible_and_a_date_to_come() -> None:
    actions = (PlannedAction("Rätta", "", ""), PlannedAction("", "It-chefen", "2022-05-01"))
    found = fields(Answer(result="Brist", rating="gul", actions=actions))
    assert found == ["vem-1", "klar-1", "atgard-2", "klar-2"]
    assert fields(
        Answer(result="x", rating="gron", actions=(PlannedAction("a", "b", "31/6"),))
    ) == ["klar-1"]


def test_today_is_early_enough_for_an_atgard() -> None:
    today = PlannedAction("Rätta", "It-chefen", TODAY.isoformat())
    assert fields(Answer(result="x", rating="gul", actions=(today,))) == []


def test_figures_are_asked_for_where_it_is_measured_but_not_for_vit() -> None:
    assert fields(Answer(result="x", rating="gron"), measured=True) == ["antal", "totalt"]
    assert fields(Answer(result="x", rating="gron", part="104", whole="205"), measured=True) == []
    assert fields(Answer(result="x", rating="vit"), measured=True) == []


@pytest.mark.parametrize("rating", ["gron", "vit"])
def test_a_part_is_never_more_than_the_whole(rating: str) -> None:
    answer = Answer(result="x", rating=rating, part="206", whole="205")
    found = faults(answer, DEFAULT_RATINGS, TODAY, measured=True)
    assert [(f.field, f.message) for f in found] == [
        ("antal", "Antalet kan inte vara större än helheten")
    ]
    assert fields(replace(answer, part="205"), measured=True) == []
    assert fields(answer) == []


MEASURE = Measure(
    "Klassade",
    "I drift",
    Decimal(90),
    (Threshold(Decimal(90), "gron"), Threshold(Decimal(70), "gul"), Threshold(Decimal(0), "rod")),
)
HALF = Answer(result="x", part="104", whole="205")


def overrides(answer: Answer, measure: Measure | None = MEASURE) -> list[tuple[str, str]]:
    found = override_faults(answer, measure, DEFAULT_RATINGS)
    return [(fault.field, fault.message) for fault in found]


@pytest.mark.parametrize("rating", ["gron", "gul", "vit"])
def test_another_level_than_the_proposed_one_needs_a_reason(rating: str) -> None:
    answer = replace(HALF, rating=rating)
    message = "Skriv varför du väljer en annan bedömning än förslaget ”Allvarlig avvikelse”"
    assert overrides(answer) == [("skal", message)]
    assert overrides(replace(answer, reason=" \n")) == [("skal", message)]
    assert overrides(replace(answer, reason="Urvalet är för litet.")) == []


@pytest.mark.parametrize(
    "answer",
    [
        replace(HALF, rating="rod"),
        HALF,
        replace(HALF, rating="lila"),
        Answer(rating="vit"),
        Answer(rating="gron", part="många", whole="205"),
        Answer(rating="gron", part="1", whole="0"),
        Answer(rating="gron", part="206", whole="205"),
    ],
)
def test_no_reason_is_asked_for_where_nothing_else_was_proposed(answer: Answer) -> None:
    assert overrides(answer) == []


def test_no_reason_is_asked_for_where_nothing_is_measured() -> None:
    assert overrides(replace(HALF, rating="gron"), None) == []


def test_the_proposal_is_not_rounded() -> None:
    assert proposed(Answer(part="8996", whole="10000"), MEASURE) == "gul"
    assert proposed(Answer(part="9", whole="10"), MEASURE) == "gron"
    assert proposed(Answer(part="9", whole=""), MEASURE) is None


def test_a_text_has_its_limit_and_says_how_much_is_too_much() -> None:
    assert fields(Answer(result="x" * 20_000, rating="gron")) == []
    long = PlannedAction("x" * 20_001, "y" * 201, "2022-06-30")
    answer = Answer(result="x" * 20_003, rating="gron", actions=(long,), comment="z" * 30_000)
    assert fields(answer) == ["resultat", "atgard-1", "vem-1", "kommentar"]
    assert fields(Answer(result="x", rating="gron", reason="y" * 20_001)) == ["skal"]
    message = faults(answer, DEFAULT_RATINGS, TODAY, measured=False)[0].message
    assert message == "Resultatet har 3 tecken för mycket: högst 20000 får plats"


def test_a_level_that_the_scale_lacks_is_no_level() -> None:
    assert fields(Answer(result="x", rating="lila")) == ["bedomning"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("104", 104), ("5 405", 5405), ("5\u00a0405", 5405), ("", None), ("-1", None), ("1,5", None),
     ("hundra", None), ("٣", None), ("9" * 13, None)],
)  # fmt: skip
def test_figures_as_people_write_them(text: str, value: int | None) -> None:
    assert figure(text) == value


@given(st.text(), st.text(), st.text())
def test_any_text_can_be_judged_and_cleaning_twice_changes_nothing(a: str, b: str, c: str) -> None:
    answer = Answer(a, b, (PlannedAction(a, b, c),), c, a, b)
    faults(answer, DEFAULT_RATINGS, TODAY, measured=True)
    once = cleaned(answer)
    assert cleaned(once) == once


def test_empty_atgarder_are_left_out() -> None:
    answer = Answer(actions=(PlannedAction(), DONE, PlannedAction(" ", "\t", "")))
    assert cleaned(answer).actions == (DONE,)


# -- stickprov --


@pytest.mark.parametrize(
    ("checked", "deviations", "found"),
    [
        ("", "", []),
        ("60", "12", []),
        ("1 200", "0", []),
        ("60", "60", []),
        ("60", "", ["avvek"]),
        ("", "3", ["granskade"]),
        ("0", "0", ["granskade"]),
        ("sextio", "tre", ["granskade", "avvek"]),
        ("60", "-1", ["avvek"]),
        ("60", "61", ["avvek"]),
    ],
)
def test_a_stickprov_says_how_many_were_checked_and_how_many_deviated_or_nothing(
    checked: str, deviations: str, found: list[str]
) -> None:
    answer = Answer(result="x", rating="gron", checked=checked, deviations=deviations)
    assert fields(answer) == found
    assert fields(replace(answer, rating="vit")) == found
    assert (sample(answer) is None) == (found != [] or not checked)


def test_what_is_said_of_a_stickprov_is_part_of_the_answer() -> None:
    answer = cleaned(Answer(checked=" 60 ", deviations="\t12"))
    assert not answer.empty
    assert sample(answer) == (60, 12)
