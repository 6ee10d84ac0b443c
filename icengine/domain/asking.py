"""What an owner asks of the controller: more time, or that a task is closed undone (kan inte
genomföras).

The owner proposes with a reason and the controller decides; until then the task is as it was.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from icengine.domain.access import Permit, rights
from icengine.domain.calendar import is_working_day, last_working_day, swedish_date
from icengine.domain.people import Grant, Organisation, Role
from icengine.domain.task import Fault


class Asking(StrEnum):
    """What is asked for; the value is what is stored."""

    MORE_TIME = "mer tid"
    NOT_DONE = "kan inte genomföras"


UNTIL, REASON = "till-dag", "skal"
"""The fields of the forms."""
LONGEST_REASON = 1_000
"""Characters of why."""
LONGEST_WAIT = timedelta(days=366)
"""From the due date: nothing is put off for longer."""
MOST_ASKED, COUNTED_IN = 5, timedelta(hours=24)
"""Each is a mail to the controller: so many about one task in so long a time."""


def until_faults(until: date | None, due: date, today: date) -> list[Fault]:
    """What is wrong with the day that is asked for: a working day after the one that holds."""
    said = ""
    if until is None:
        said = "Välj dagen du vill ha på dig till"
    elif until < today:
        said = "Välj en dag som inte har passerat"
    elif until <= due:
        said = f"Välj en dag efter {swedish_date(due)}, som gäller nu"
    elif until > due + LONGEST_WAIT:
        said = "Välj en dag inom ett år"
    elif not is_working_day(until):
        before = last_working_day(due, until)
        near = before if before > max(due, today) else _next_working_day(until)
        said = f"{swedish_date(until)} är ingen arbetsdag. Välj till exempel {swedish_date(near)}"
    return [Fault(UNTIL, said)] if said else []


def _next_working_day(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def reason_faults(reason: str) -> list[Fault]:
    """What is wrong with the reason: there must be one, of a length that is read."""
    if not reason:
        return [Fault(REASON, "Skriv varför")]
    if len(reason) > LONGEST_REASON:
        over = len(reason) - LONGEST_REASON
        said = f"Texten har {over} tecken för mycket: högst {LONGEST_REASON} får plats"
        return [Fault(REASON, said)]
    return []


def deciding(organisation: Organisation, unit: str, day: date) -> tuple[str, ...]:
    """Addresses of those who decide what a unit's owners ask: its controllers, of the nearest unit
    above that has any who may; () where there are none."""
    for above in organisation.chain(unit, day):
        there = [
            grant
            for grant in organisation.grants
            if grant.role is Role.CONTROLLER and grant.unit == above.id and grant.covers(day)
        ]
        emails = {email for grant in there for email in _whose(organisation, grant, day)}
        may = {e for e in emails if (Permit.CONTROL, unit) in rights(organisation, e, day)}
        if may:
            return tuple(sorted(may))
    return ()


def _whose(organisation: Organisation, grant: Grant, day: date) -> tuple[str, ...]:
    if grant.email:
        return (grant.email,)
    function = organisation.function(grant.function)
    return function.held_by(day) if function else ()
