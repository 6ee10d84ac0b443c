"""Controls that wait for something to happen (vid behov, vid händelse): when an occasion is registered,
what its task is called, and when its answer is due.

Such a control has no windows. Each time it happens its owner registers an occasion, which is a task
like any other, under a slot of its own: `2026-E1`, `2026-E2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from icengine.domain.calendar import add_working_days, last_working_day, swedish_date
from icengine.domain.frequency import Kind, Window
from icengine.domain.occurrence import Occasion, Slotted
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan
from icengine.domain.sharing import Named, answering, owner_of
from icengine.domain.task import Fault
from icengine.domain.timing import OwnRule, Timed, TimingRule

DATE, WHAT, SEEN = "hande", "vad", "sett"
"""The fields of the form."""
LONGEST_WHAT = 1_000
"""Characters of what happened."""
MOST_A_DAY, COUNTED_IN = 20, timedelta(hours=24)
"""So many occasions of a control are registered for a unit in so long a time."""
REPORTING_MONTHS = 3
"""Months of the year after, in which what happened in the plan year is still registered."""

_SLOT = re.compile(r"[0-9]{4}-E([0-9]+)")


def event_number(slot: str) -> int:
    """Which occasion of the year a slot is: 2 for "2026-E2"; 0 for a slot that is none."""
    found = _SLOT.fullmatch(slot)
    return int(found[1]) if found else 0


def next_slot(year: int, taken: Iterable[str]) -> str:
    """The slot of the next occasion; none is used again, whatever became of its task."""
    return f"{year}-E{max(map(event_number, taken), default=0) + 1}"


def still_registered(year: int, today: date) -> bool:
    """Are occasions of that plan year registered on a day?"""
    after = today.year == year + 1 and today.month <= REPORTING_MONTHS
    return today.year == year or after


def event_units(
    plan: Plan, control: Control, organisation: Organisation, named: Named, today: date
) -> Iterator[tuple[str, str]]:
    """(unit, function) for each unit that answers an event control, with who answers for it.

    After the plan year it is for those that were there on its last day.
    """
    if control.kind is Kind.EVENT:
        day = min(today, date(plan.year, 12, 31))
        for unit in answering(control, plan.unit, organisation, day):
            owner = owner_of(plan, control, unit.id, organisation, named)
            if owner:
                yield unit.id, owner


def event_timed(plan: Plan, control: Control, slot: str, happened: date, today: date) -> Timed:
    """The day it happened as a window, with a task that opens today.

    The answer is due so many days from today as a task of the plan is open, on a working day; or
    within as many working days as the plan or the control gives after a period.
    """
    plans = OwnRule(plan.opens_before, plan.due_after).over(TimingRule())
    rule = OwnRule(control.opens_before, control.due_after).over(plans)
    if rule.working_days_after:
        due = add_working_days(today, rule.working_days_after)
    else:
        due = last_working_day(today, today + timedelta(days=rule.opens_days_before))
        due = due if due >= today else add_working_days(today, 1)
    label = f"händelse {swedish_date(happened)}"
    return Timed(Window(slot, label, happened, happened), opens=today, due=due)


def event_faults(plan: Plan, happened: date | None, what: str, today: date) -> tuple[Fault, ...]:
    """What stops an occasion from being registered, in the order of the page."""
    found = []
    if happened is None:
        found.append(Fault(DATE, "Välj dagen då det hände"))
    elif happened > today:
        found.append(Fault(DATE, "Dagen har inte varit än. Registrera när det har hänt"))
    elif happened.year != plan.year:
        found.append(Fault(DATE, f"Planen gäller {plan.year}. Välj en dag det året"))
    if not what:
        found.append(Fault(WHAT, "Skriv kort vad som hände"))
    elif len(what) > LONGEST_WHAT:
        over = len(what) - LONGEST_WHAT
        said = f"Texten har {over} tecken för mycket: högst {LONGEST_WHAT} får plats"
        found.append(Fault(WHAT, said))
    return tuple(found)


def registered_occasions(
    plan: Plan, organisation: Organisation, named: Named, there: Sequence[Slotted]
) -> tuple[Occasion, ...]:
    """The occasions that are registered already, for a version that still has their control: it has
    no windows for them, and they follow it all the same, with their own dates."""
    controls = {c.id: c for _, c in plan.controls() if c.kind is Kind.EVENT}
    found = []
    for task in there:
        control = controls.get(task.control)
        if control is None or not event_number(task.slot):
            continue
        units = {u.id for u in answering(control, plan.unit, organisation, task.end)}
        if task.unit in units:
            owner = owner_of(plan, control, task.unit, organisation, named)
            window = Window(task.slot, task.label, task.start, task.end)
            found.append(Occasion(control, task.unit, owner, Timed(window, task.opens, task.due)))
    return tuple(found)
