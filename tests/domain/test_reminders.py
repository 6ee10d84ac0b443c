"""When an owner is reminded, and when others are told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from municipality import at

from icengine.domain.mailhours import in_hours
from icengine.domain.reminders import Reminders, escalates_on, stage

DUE = date(2022, 3, 31)
TOLD = date(2022, 3, 1)
RULES = Reminders(before=(14, 7), after=(1, 7), escalate=14)


def name(today: date, told: date = TOLD, rules: Reminders = RULES) -> str:
    found = stage(DUE, told, today, rules)
    return found.name if found else ""


def test_each_stage_is_reached_on_its_day_and_stands_until_the_next() -> None:
    reached = {name(DUE + timedelta(n)) for n in range(-20, 1)}
    assert reached == {"", "14 före 2022-03-31", "7 före 2022-03-31"}
    assert name(DUE - timedelta(15)) == ""
    assert name(DUE - timedelta(14)) == name(DUE - timedelta(8)) == "14 före 2022-03-31"
    assert name(DUE - timedelta(7)) == name(DUE) == "7 före 2022-03-31"


def test_after_the_date_the_last_pause_goes_on() -> None:
    days = [n for n in range(1, 40) if name(DUE + timedelta(n)) != name(DUE + timedelta(n - 1))]
    assert days == [1, 7, 13, 19, 25, 31, 37]
    assert stage(DUE, TOLD, DUE + timedelta(1), RULES).late  # type: ignore[union-attr]


def test_what_the_first_mail_said_is_not_said_again() -> None:
    assert name(DUE, told=DUE - timedelta(7)) == ""
    assert name(DUE, told=DUE - timedelta(8)) == "7 före 2022-03-31"
    assert name(DUE + timedelta(8), told=DUE + timedelta(8)) == ""


def test_a_date_that_is_moved_begins_anew() -> None:
    later = DUE + timedelta(30)
    found = stage(later, TOLD, later - timedelta(7), RULES)
    assert found is not None
    assert found.name == "7 före 2022-04-30"


def test_without_days_nobody_is_reminded() -> None:
    silent = Reminders(before=(), after=())
    assert {name(DUE + timedelta(n), rules=silent) for n in range(-30, 60)} == {""}


def test_whoever_was_told_late_has_as_long_before_others_are_told() -> None:
    assert escalates_on(DUE, TOLD, RULES) == DUE + timedelta(14)
    assert escalates_on(DUE, DUE + timedelta(20), RULES) == DUE + timedelta(34)


@given(
    before=st.lists(st.integers(1, 60), max_size=4, unique=True),
    after=st.lists(st.integers(1, 60), max_size=4, unique=True),
    silent=st.integers(0, 90),
)
def test_after_any_silence_one_stage_is_owed_and_it_is_the_one_of_that_day(
    before: list[int], after: list[int], silent: int
) -> None:
    rules = Reminders(tuple(sorted(before, reverse=True)), tuple(sorted(after)))
    today = DUE - timedelta(30) + timedelta(silent)
    found = stage(DUE, DUE - timedelta(90), today, rules)
    if found:
        days, word, _ = found.name.split()
        reached = DUE + timedelta(int(days) * (1 if word == "efter" else -1))
        assert reached <= today
        assert found.late == (today > DUE) == (word == "efter")


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        (at("2022-03-31", "06:59"), False),
        (at("2022-03-31", "07:00"), True),
        (at("2022-03-31", "17:59"), True),
        (at("2022-03-31", "18:00"), False),
        (at("2022-04-02", "10:00"), False),  # Saturday
        (at("2022-04-15", "10:00"), False),  # långfredagen
        (at("2022-06-24", "10:00"), False),  # midsommarafton
        (at("2022-12-31", "23:59"), False),
        (datetime(2022, 3, 28, 5, 0, tzinfo=UTC), True),  # the Monday after summer time began
        (datetime(2022, 3, 25, 5, 59, tzinfo=UTC), False),
        (datetime(2022, 10, 31, 6, 0, tzinfo=UTC), True),  # the Monday after it ended
        (datetime(2022, 10, 31, 5, 59, tzinfo=UTC), False),
    ],
)
def test_mails_leave_by_day_on_working_days(moment: datetime, leaves: bool) -> None:
    assert in_hours(moment) is leaves
