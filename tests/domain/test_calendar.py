"""Swedish working days, local time and dates in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icengine.domain.calendar import (
    MONTHS,
    STOCKHOLM,
    add_working_days,
    end_of_day,
    holiday_name,
    is_working_day,
    last_working_day,
    local_date,
    local_midnight,
    read_instant,
    swedish_date,
)

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "Nyårsdagen"),
        (date(2026, 1, 6), "Trettondedag jul"),
        (date(2026, 4, 3), "Långfredagen"),
        (date(2026, 4, 6), "Annandag påsk"),
        (date(2026, 5, 14), "Kristi himmelsfärdsdag"),
        (date(2025, 6, 6), "Nationaldagen"),
        (date(2026, 6, 19), "Midsommarafton"),
        (date(2026, 12, 24), "Julafton"),
        (date(2026, 12, 31), "Nyårsafton"),
    ],
)
def test_a_holiday_has_a_name_and_is_no_working_day(day: date, name: str) -> None:
    assert holiday_name(day) == name
    assert not is_working_day(day)


def test_a_plain_sunday_has_no_name_and_is_no_working_day() -> None:
    sunday = date(2026, 3, 1)
    assert holiday_name(sunday) == ""
    assert not is_working_day(sunday)
    assert not is_working_day(sunday - timedelta(days=1))


def test_eves_with_a_half_day_off_are_working_days() -> None:
    trettondagsafton, skartorsdag = date(2026, 1, 5), date(2026, 4, 2)
    assert is_working_day(trettondagsafton)
    assert is_working_day(skartorsdag)


def test_the_last_working_day_of_a_year_comes_before_nyarsafton() -> None:
    assert last_working_day(date(2026, 1, 1), date(2026, 12, 31)) == date(2026, 12, 30)


def test_the_last_working_day_of_may_2026_is_the_friday() -> None:
    assert last_working_day(date(2026, 5, 1), date(2026, 5, 31)) == date(2026, 5, 29)


def test_a_period_without_working_days_falls_back_before_its_start() -> None:
    easter = date(2026, 4, 3), date(2026, 4, 6)
    assert last_working_day(*easter) == date(2026, 4, 2)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        last_working_day(date(2026, 4, 6), date(2026, 4, 3))


def test_working_days_are_counted_over_holidays() -> None:
    assert add_working_days(date(2026, 4, 2), 1) == date(2026, 4, 7)
    assert add_working_days(date(2026, 4, 7), -1) == date(2026, 4, 2)
    assert add_working_days(date(2026, 4, 4), 0) == date(2026, 4, 4)


def test_a_day_begins_at_midnight_in_stockholm() -> None:
    assert local_midnight(date(2026, 1, 15)) == datetime(2026, 1, 14, 23, tzinfo=UTC)
    assert local_midnight(date(2026, 7, 15)) == datetime(2026, 7, 14, 22, tzinfo=UTC)
    assert local_date(datetime(2026, 1, 14, 23, 30, tzinfo=UTC)) == date(2026, 1, 15)


def test_the_day_clocks_go_forward_is_an_hour_shorter() -> None:
    day = date(2026, 3, 29)
    length = end_of_day(day) - local_midnight(day)
    assert length == timedelta(hours=23) - timedelta(microseconds=1)


def test_a_naive_instant_has_no_date() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-01", datetime(2026, 2, 28, 23, tzinfo=UTC)),
        ("2026-07-01T08:30", datetime(2026, 7, 1, 6, 30, tzinfo=UTC)),
        (" 2026-07-01 08:30 ", datetime(2026, 7, 1, 6, 30, tzinfo=UTC)),
        ("2026-07-01T08:30Z", datetime(2026, 7, 1, 8, 30, tzinfo=UTC)),
        ("2026-07-01T08:30+05:00", datetime(2026, 7, 1, 3, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_without_an_offset_is_stockholms(text: str, instant: datetime) -> None:
    assert read_instant(text) == instant


@pytest.mark.parametrize("text", ["", "i morgon", "2026-02-30", "0001-01-01", "31/12"])
def test_what_is_no_instant_is_refused_in_swedish(text: str) -> None:
    with pytest.raises(ValueError, match="är ingen tidpunkt; skriv"):
        read_instant(text)


def test_dates_are_written_in_swedish() -> None:
    day = date(2026, 10, 30)
    assert swedish_date(day) == "30 oktober 2026"
    assert swedish_date(day, weekday=True) == "fredag 30 oktober 2026"
    assert swedish_date(day, year=False) == "30 oktober"
    assert swedish_date(day, weekday=True, year=False) == "fredag 30 oktober"
    assert MONTHS[4] == "maj"


@settings(max_examples=40, deadline=None)
@given(day=DAYS)
def test_every_moment_of_a_day_has_its_date(day: date) -> None:
    assert local_date(local_midnight(day)) == day == local_date(end_of_day(day))
    assert end_of_day(day) + timedelta(microseconds=1) == local_midnight(day + timedelta(days=1))
    assert read_instant(day.isoformat()) == local_midnight(day)
    assert local_midnight(day).astimezone(STOCKHOLM).hour == 0


@settings(max_examples=40, deadline=None)
@given(day=DAYS, length=st.integers(0, 60))
def test_the_last_working_day_is_the_nearest_at_or_before_the_end(day: date, length: int) -> None:
    end = day + timedelta(days=length)
    last = last_working_day(day, end)
    assert is_working_day(last)
    assert last <= end
    assert not any(is_working_day(last + timedelta(n + 1)) for n in range((end - last).days))


@settings(max_examples=40, deadline=None)
@given(day=DAYS, n=st.integers(1, 30))
def test_working_days_forward_and_back_meet(day: date, n: int) -> None:
    later = add_working_days(day, n)
    assert is_working_day(later)
    assert sum(is_working_day(day + timedelta(i + 1)) for i in range((later - day).days)) == n
    if is_working_day(day):
        assert add_working_days(later, -n) == day
