"""What the controller does with a task: moves its date, chooses who answers, closes it with a reason."""

from __future__ import annotations

from datetime import date, timedelta

from icengine.domain.asking import LONGEST_REASON, REASON
from icengine.domain.calendar import is_working_day, last_working_day, swedish_date
from icengine.domain.people import Organisation
from icengine.domain.task import Fault

DUE, FUNCTION, TO_FUNCTION = "dag", "ansvarig", "till"
"""The fields of the forms, beside the reason."""
LONGEST_MOVE = timedelta(days=366)
"""From today: nothing is put off for longer."""


def due_faults(due: date | None, start: date, today: date) -> list[Fault]:
    """What is wrong with a new last day: a working day that has not passed, in the period or later."""
    said = ""
    if due is None:
        said = "Välj den nya sista dagen"
    elif due < today:
        said = "Välj en dag som inte har passerat"
    elif due < start:
        said = f"Välj en dag från {swedish_date(start)}, då perioden börjar"
    elif due > today + LONGEST_MOVE:
        said = "Välj en dag inom ett år"
    elif not is_working_day(due):
        near = last_working_day(min(due, today), due)
        said = f"{swedish_date(due)} är ingen arbetsdag"
        said += f". Välj till exempel {swedish_date(near)}" if near >= max(start, today) else ""
    return [Fault(DUE, said)] if said else []


def function_faults(name: str, organisation: Organisation, field: str = FUNCTION) -> list[Fault]:
    """What is wrong with the function that is to answer."""
    if not name:
        return [Fault(field, "Välj en funktion")]
    found = organisation.function(name)
    return [] if found else [Fault(field, f"Det finns ingen funktion som heter {name}")]


def why_faults(reason: str, asked: bool = True) -> list[Fault]:
    """What is wrong with the reason; where it is not asked for, only that it is too long."""
    if not reason:
        return [Fault(REASON, "Skriv varför")] if asked else []
    over = len(reason) - LONGEST_REASON
    said = f"Texten har {over} tecken för mycket: högst {LONGEST_REASON} får plats"
    return [Fault(REASON, said)] if over > 0 else []
