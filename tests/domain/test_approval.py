"""Four eyes: when an answer waits, for whom, what its owner is asked, and självgranskning."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icengine.domain.access import Permit, Person, Subject, may, rights
from icengine.domain.approval import (
    Given,
    Reading,
    StateKept,
    comment_fault,
    high_risk,
    judgement,
    remark,
    self_review,
    waits,
)
from icengine.domain.frequency import Kind
from icengine.domain.people import Function, Grant, Holding, Organisation, Role, Unit, UnitKind
from icengine.domain.plan import Control, Plan, Risk, Treatment
from icengine.domain.scale import DEFAULT_RISKS
from icengine.domain.task import Answer, State

DAY = date(2022, 3, 1)
PEOPLE = ("a", "b", "c", "d")
FUNCTIONS = ("Ansvarig", "Godkännare", "Controllern")


def organisation(held: dict[str, tuple[str, ...]], grants: tuple[Grant, ...] = ()) -> Organisation:
    units = (
        Unit("kommun", "Kommunen", UnitKind.MUNICIPALITY),
        Unit("ks", "Kommunstyrelsen", UnitKind.BOARD, "kommun"),
        Unit("bolag", "Bolaget", UnitKind.COMPANY, "ks", own_authority=True),
    )
    functions = tuple(
        Function(name, "ks", tuple(Holding(email) for email in held.get(name, ())))
        for name in FUNCTIONS
    )
    return Organisation("K", ("x.se",), "Controllern", units, functions, grants=grants)


CONTROL = Control(
    id="K1", title="T", what="W", method="M", owner="Ansvarig", frequency="mars",
    kind=Kind.SCHEDULED, reading="", occurrences=(),
)  # fmt: skip


def risk(likelihood: int | None, consequence: int | None) -> Risk:
    return Risk(
        id="R1", area="E", title="R", likelihood=likelihood, consequence=consequence,
        treatment=Treatment.CONTROL, controls=(CONTROL,),
    )  # fmt: skip


def plan(one: Risk) -> Plan:
    return Plan("ks", 2022, "P", "Planförfattaren", (one,), ("E",))


# -- when it waits --


@pytest.mark.parametrize(
    ("weight", "high"),
    [((4, 4), True), ((4, 2), True), ((3, 3), False), ((1, 1), False), ((None, None), False),
     ((5, 5), False)],
)  # fmt: skip
def test_a_high_risk_stands_in_the_worst_zone_whatever_its_product(
    weight: tuple[int | None, int | None], high: bool
) -> None:
    assert high_risk(risk(*weight), DEFAULT_RISKS) is high


def test_a_matrix_with_one_zone_has_no_highest() -> None:
    one = replace(
        DEFAULT_RISKS,
        zones=tuple(("lag",) * 4 for _ in range(4)),
        levels=DEFAULT_RISKS.levels[-1:],
    )
    assert not high_risk(risk(4, 4), one)


@pytest.mark.parametrize(
    ("rating", "weight", "approver", "asked", "waiting"),
    [
        ("gron", (4, 4), "", True, True),
        ("gron", (4, 4), "", False, False),
        ("gul", (4, 4), "", True, False),
        ("vit", (4, 4), "", True, False),
        ("gron", (2, 2), "", True, False),
        ("gul", (2, 2), "Godkännare", False, True),
    ],
)
def test_an_answer_waits_for_its_godkannare_or_green_on_a_high_risk(
    rating: str, weight: tuple[int, int], approver: str, asked: bool, waiting: bool
) -> None:
    one = risk(*weight)
    whole = replace(organisation({}), second_reader=asked)
    control = replace(CONTROL, approver=approver)
    assert waits(Answer(rating=rating), control, one, plan(one), whole) is waiting


# -- for whom --

HELD = st.fixed_dictionaries(
    {name: st.lists(st.sampled_from(PEOPLE), unique=True).map(tuple) for name in FUNCTIONS}
)
GRANTS = st.lists(
    st.builds(
        Grant,
        st.sampled_from([Role.CONTROLLER, Role.MANAGER]),
        st.sampled_from(["kommun", "ks", "bolag"]),
        st.sampled_from(PEOPLE),
    ),
    max_size=3,
).map(tuple)


@given(
    held=HELD, grants=GRANTS, unit=st.sampled_from(["ks", "bolag"]),
    approver=st.sampled_from(["", "Godkännare"]), by=st.sampled_from(PEOPLE),
    delegate=st.sampled_from(["", *PEOPLE]),
)  # fmt: skip
def test_those_who_are_told_are_those_who_may(
    held: dict[str, tuple[str, ...]],
    grants: tuple[Grant, ...],
    unit: str,
    approver: str,
    by: str,
    delegate: str,
) -> None:
    whole = organisation(held, grants)
    reading = Reading(whole, DAY)
    answer = Given(unit, "Ansvarig", approver, by=frozenset({by, delegate} - {""}))
    numbers = {email: n for n, email in enumerate(PEOPLE, 1)}
    subject = Subject(
        unit, 7, "Ansvarig", approver, numbers.get(delegate, 0), numbers[by],
        second_reader=not reading.named(answer),
    )  # fmt: skip
    allowed = {
        email
        for email, n in numbers.items()
        if may(
            Person(n, email, rights(whole, email, DAY), frozenset(whole.held(email, DAY))),
            Permit.APPROVE,
            subject,
        )
    }
    found = reading.readers(answer)
    assert set(found.emails) == allowed
    assert by not in found.emails
    assert delegate not in found.emails
    assert not allowed & set(held["Ansvarig"])
    assert found.controller or found.function == "Godkännare"


# -- what the owner is asked --


def history(*states: tuple[State, str]) -> list[StateKept]:
    moment = datetime(2022, 3, 1, tzinfo=UTC)
    return [StateKept(state, moment, "X", reason) for state, reason in states]


S, R, A, B = State.SUBMITTED, State.RETURNED, State.APPROVED, State.STARTED


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ([(S, "")], None),
        ([(S, ""), (R, "Mer.")], "Mer."),
        ([(S, ""), (R, "Mer."), (B, "")], "Mer."),
        ([(S, ""), (R, "Mer."), (B, ""), (S, ""), (B, "")], "Mer."),
        ([(S, ""), (R, "Mer."), (B, ""), (S, ""), (R, "Mer än så.")], "Mer än så."),
        ([(S, ""), (R, "Mer."), (S, ""), (A, "Bra.")], None),
        ([(S, ""), (A, "Bra."), (B, "Fel månad.")], "Fel månad."),
        ([(State.OPEN, ""), (State.CANCELLED, "Nej."), (State.OPEN, "Jo.")], "Jo."),
        ([(State.OPEN, ""), (State.CANCELLED, "Utgick."), (State.PLANNED, "Åter.")], None),
    ],
)
def test_the_owner_reads_the_newest_comment_until_the_answer_is_closed(
    states: list[tuple[State, str]], said: str | None
) -> None:
    found = remark(history(*states))
    assert (found.reason if found else None) == said


@pytest.mark.parametrize(
    ("states", "by"),
    [
        ([(S, "Ansvarig")], None),
        ([(S, "Ansvarig"), (A, "Ansvarig")], None),
        ([(S, "Ansvarig"), (A, "Godkännare")], "Godkännare"),
        ([(S, "Ansvarig"), (R, "Godkännare"), (B, "Ansvarig")], "Godkännare"),
        ([(S, "Ansvarig"), (R, "Godkännare"), (B, "Ansvarig"), (S, "Ansvarig")], None),
        ([(S, "Ansvarig"), (B, "Ansvarig")], None),
    ],
)
def test_a_judgement_is_somebody_elses_and_of_the_newest_answer(
    states: list[tuple[State, str]], by: str | None
) -> None:
    moment = datetime(2022, 3, 1, tzinfo=UTC)
    found = judgement([StateKept(state, moment, who, "") for state, who in states])
    assert (found.by if found else None) == by


def test_only_a_return_needs_a_comment_and_none_is_longer_than_fits() -> None:
    assert comment_fault("", needed=True)
    assert not comment_fault("", needed=False)
    assert not comment_fault("Räkna om.", needed=True)
    assert "2 tecken för mycket" in comment_fault("x" * 20_002, needed=False)


# -- självgranskning --


def test_whoever_performs_a_control_and_owns_the_process_reviews_themselves() -> None:
    own = replace(CONTROL, process_owner="Ansvarig")
    assert self_review(plan(risk(1, 1)), own, "Ansvarig") == ("äger processen",)
    assert self_review(plan(risk(1, 1)), replace(own, performer="Annan"), "Ansvarig") == ()
    wrote = replace(plan(risk(1, 1)), author="Ansvarig")
    assert self_review(wrote, own, "Ansvarig") == (
        "äger processen",
        "har upprättat internkontrollplanen",
    )


def test_two_functions_of_one_person_are_one() -> None:
    reading = Reading(organisation({"Ansvarig": ("a",), "Godkännare": ("a", "b")}), DAY)
    own = replace(CONTROL, process_owner="Godkännare")
    assert self_review(plan(risk(1, 1)), own, "Ansvarig", reading) == ("äger processen",)
    assert self_review(plan(risk(1, 1)), own, "Ansvarig") == ()
