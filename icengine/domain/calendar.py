"""The Swedish calendar: working days, holidays, local time, and dates in Swedish words.

All rules of the field count days in Europe/Stockholm; instants are kept in UTC (design: Time).
Nothing here asks what time it is: `day` and `instant` are always handed in.

Holidays come from the `holidays` library, categories public and de facto: the helgdagar of lag
1989:253 and midsommarafton, julafton and nyårsafton, which semesterlagen 7 § puts on a par with
Sundays. Its import takes a tenth of a second, so it waits for the first question about a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
"""The zone in which every day begins and ends."""

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
"""Swedish names; month m is MONTHS[m - 1]."""

WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
"""Swedish names; index as date.weekday()."""

DAY = timedelta(days=1)


def local_date(instant: datetime) -> date:
    """The date in Stockholm at an aware instant; ValueError where it is naive."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(STOCKHOLM).date()


def clock_time(instant: datetime) -> str:
    """ "kl. 09.15", in Stockholm."""
    return instant.astimezone(STOCKHOLM).strftime("kl. %H.%M")


def local_midnight(day: date) -> datetime:
    """The instant, in UTC, at which `day` begins in Stockholm."""
    return datetime.combine(day, time(), STOCKHOLM).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The last microsecond of `day` in Stockholm, in UTC."""
    return local_midnight(day + DAY) - timedelta(microseconds=1)


def read_instant(text: str) -> datetime:
    """The instant, in UTC, that an ISO date or date and time names; ValueError for other text.

    A date alone is its first moment. Without an offset the time is Stockholm's.
    """
    try:
        read = datetime.fromisoformat(text.strip())
        return (read if read.tzinfo else read.replace(tzinfo=STOCKHOLM)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"”{text[:40]}” är ingen tidpunkt; skriv 2026-03-01 eller 2026-03-01T08:30"
        ) from error


def holiday_name(day: date) -> str:
    """The holiday's Swedish name, "" for other days; a plain Sunday has no name."""
    return _holidays(day.year).get(day, "")


def is_working_day(day: date) -> bool:
    """Is it a Monday to Friday and no holiday?"""
    return day.weekday() < 5 and not holiday_name(day)


def last_working_day(start: date, end: date) -> date:
    """The last working day of the period `start`-`end`, both in it.

    Where the period holds none, the nearest one before it: a date is never moved past `end`.
    ValueError where `end` comes before `start`.
    """
    if end < start:
        raise ValueError(f"the period ends {end} before it starts {start}")
    day = end
    while not is_working_day(day):
        day -= DAY
    return day


def add_working_days(day: date, n: int) -> date:
    """The `n`-th working day after `day`, before it where `n` is negative; `day` itself for 0."""
    step = DAY if n > 0 else -DAY
    left = abs(n)
    while left:
        day += step
        left -= is_working_day(day)
    return day


@lru_cache(maxsize=4096)
def swedish_date(day: date, weekday: bool = False, year: bool = True) -> str:
    """A date in words: "30 oktober 2026", with `weekday` "fredag 30 oktober 2026"."""
    words = f"{day.day} {MONTHS[day.month - 1]}"
    if weekday:
        words = f"{WEEKDAYS[day.weekday()]} {words}"
    return f"{words} {day.year}" if year else words


@lru_cache(maxsize=64)
def _holidays(year: int) -> Mapping[date, str]:
    """The holidays of one year by date."""
    from holidays.countries.sweden import Sweden  # here: slow to import, and often not needed

    return dict(
        Sweden(
            years=year,
            categories=("public", "de_facto"),
            language="sv",
            include_sundays=False,
        )
    )
