"""The year of a plan as work: what opens and is due when, and how much each function has to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from icengine.domain.frequency import Kind
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan
from icengine.domain.sharing import Named, occasions

MANY_IN_A_WEEK = 5
"""So many tasks due in one week for one function are pointed out."""


@dataclass(frozen=True)
class Duty:
    """An answer that a function is to give; of a shared control each unit gives its own."""

    control: Control
    owner: str
    """The function; "" where nobody is named."""
    label: str
    opens: date
    due: date

    @property
    def week(self) -> date:
        """The Monday of the week that it is due in."""
        return self.due - timedelta(days=self.due.weekday())


@dataclass(frozen=True)
class Month:
    """A month of the year, and the one after it where something falls there."""

    year: int
    number: int
    opens: tuple[Duty, ...]
    due: tuple[Duty, ...]


@dataclass(frozen=True)
class BusyWeek:
    """A week in which a function has many answers to give."""

    monday: date
    count: int

    @property
    def number(self) -> int:
        """The week's number."""
        return self.monday.isocalendar().week


@dataclass(frozen=True)
class OwnerLoad:
    """What a function has to answer."""

    owner: str
    by_month: tuple[int, ...]
    """Answers due in each of the year's months, in their order."""
    total: int
    busy: tuple[BusyWeek, ...]


@dataclass(frozen=True)
class Load:
    """The whole year."""

    months: tuple[Month, ...]
    owners: tuple[OwnerLoad, ...]
    """Those with most to do first."""
    undated: tuple[Control, ...]
    """Controls without a date: when something happens."""

    @property
    def total(self) -> int:
        """Answers to give in all."""
        return sum(owner.total for owner in self.owners)


def load_of(plan: Plan, organisation: Organisation, named: Named) -> Load:
    """The plan's year: every occurrence, for every unit, with the function that answers it.

    `named`: the functions that units have named themselves for the shared controls.
    """
    duties = sorted(
        _duties(plan, organisation, named), key=lambda duty: (duty.due, duty.opens, duty.control.id)
    )
    months = tuple(_months(plan.year, duties))
    mine: dict[str, list[Duty]] = {}
    for duty in duties:
        mine.setdefault(duty.owner, []).append(duty)
    owners = [_owner(name, some, months) for name, some in mine.items()]
    owners.sort(key=lambda owner: (-owner.total, owner.owner.casefold()))
    undated = tuple(c for _, c in plan.controls() if c.kind is Kind.EVENT)
    return Load(months, tuple(owners), undated)


def _duties(plan: Plan, organisation: Organisation, named: Named) -> Iterator[Duty]:
    for one in occasions(plan, organisation, named):
        if one.timed.window.slot:
            yield Duty(
                one.control, one.owner, one.timed.window.label, one.timed.opens, one.timed.due
            )


def _months(year: int, duties: list[Duty]) -> Iterator[Month]:
    """The twelve months, and those before and after in which something opens or is due."""
    by_opening: dict[tuple[int, int], list[Duty]] = {}
    by_due: dict[tuple[int, int], list[Duty]] = {}
    for duty in sorted(duties, key=lambda duty: (duty.opens, duty.control.id)):
        by_opening.setdefault(_month(duty.opens), []).append(duty)
    for duty in duties:
        by_due.setdefault(_month(duty.due), []).append(duty)
    for key in sorted({(year, n) for n in range(1, 13)} | set(by_opening) | set(by_due)):
        yield Month(*key, tuple(by_opening.get(key, ())), tuple(by_due.get(key, ())))


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _owner(name: str, duties: list[Duty], months: tuple[Month, ...]) -> OwnerLoad:
    weeks = Counter(duty.week for duty in duties)
    busy = tuple(BusyWeek(d, n) for d, n in sorted(weeks.items()) if n >= MANY_IN_A_WEEK)
    counts = Counter(_month(duty.due) for duty in duties)
    by_month = tuple(counts[month.year, month.number] for month in months)
    return OwnerLoad(name, by_month, len(duties), busy)
