"""Kommungemensamma kontrollmoment: which units answer a control, when, and which function for each.

A unit answers an occurrence where it is there, and where it belongs to those that are chosen, on the
last day of the occurrence's window: whoever has taken over a unit's work by then answers for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from icengine.domain.occurrence import Occasion
from icengine.domain.people import Organisation, Unit
from icengine.domain.plan import Control, Plan, Shared

Named = Mapping[tuple[str, str], str]
"""(control, unit) -> the function that the unit itself has named."""

NOBODY = "Ingen är utsedd"
"""What stands where a function would, for a unit that nobody is named for."""


def occasions(plan: Plan, organisation: Organisation, named: Named) -> tuple[Occasion, ...]:
    """Every occurrence of the plan for every unit that answers it, in the plan's order."""
    found: list[Occasion] = []
    days: dict[tuple[str, date], tuple[Unit, ...]] = {}
    for _, control in plan.controls():
        owners: dict[str, str] = {}
        for item in control.occurrences:
            day = item.window.end
            if (control.id, day) not in days:
                days[control.id, day] = answering(control, plan.unit, organisation, day)
            for unit in days[control.id, day]:
                if unit.id not in owners:
                    owners[unit.id] = owner_of(plan, control, unit.id, organisation, named)
                found.append(Occasion(control, unit.id, owners[unit.id], item))
    return tuple(found)


def answering(
    control: Control, own: str, organisation: Organisation, day: date
) -> tuple[Unit, ...]:
    """The units that answer a control on a day, in the organisation's order.

    A control that is not shared is the plan's own unit's.
    """
    if control.shared is None:
        unit = organisation.unit(own)
        return (unit,) if unit else ()
    ids = _chosen(control.shared, organisation, day)
    return tuple(unit for unit in organisation.units if unit.id in ids)


def _chosen(shared: Shared, organisation: Organisation, day: date) -> set[str]:
    """Of the kinds, below the unit; and those that are chosen one by one."""
    there = {unit.id for unit in organisation.units if unit.exists(day)}
    one_by_one = {heir for id in shared.units for heir in _heirs(id, organisation, day)}
    if not shared.kinds and not shared.below:
        return one_by_one & there
    tops = set(_heirs(shared.below, organisation, day)) if shared.below else set()
    found = {
        unit.id
        for unit in organisation.units
        if (not shared.kinds or unit.kind in shared.kinds)
        and ((not tops and not shared.below) or _is_below(unit, tops, organisation, day))
    }
    return (found | one_by_one) & there


def _is_below(unit: Unit, tops: set[str], organisation: Organisation, day: date) -> bool:
    return any(above.id in tops for above in organisation.chain(unit.id, day))


def _heirs(id: str, organisation: Organisation, day: date) -> tuple[str, ...]:
    """The unit, or whoever has taken over its work by that day."""
    unit = organisation.unit(id)
    if unit is not None and unit.exists(day):
        return (id,)
    return tuple(
        other.id
        for other in organisation.units
        if other.exists(day) and id in organisation.forerunners(other.id)
    )


def owner_of(
    plan: Plan, control: Control, unit: str, organisation: Organisation, named: Named
) -> str:
    """The function that answers for a unit: the one it has named itself, else the one the plan says,
    and for the plan's own unit the control's. "" where nobody is named.

    A named function that the organisation no longer has counts as none.
    """
    if control.shared is None:
        return control.owner
    own = organisation.function(named.get((control.id, unit), ""))
    if own is not None:
        return own.name
    said = dict(control.shared.owners).get(unit, "")
    return said or (control.owner if unit == plan.unit else "")


def ever_answering(
    plan: Plan, control: Control, organisation: Organisation
) -> tuple[tuple[Unit, int], ...]:
    """The units of a shared control, with how many of its occurrences each answers.

    A control without dates is for those that are there on the plan year's last day.
    """
    days = [item.window.end for item in control.occurrences]
    counts: dict[str, int] = {}
    for day in days or [date(plan.year, 12, 31)]:
        for unit in answering(control, plan.unit, organisation, day):
            counts[unit.id] = counts.get(unit.id, 0) + (1 if days else 0)
    return tuple((unit, counts[unit.id]) for unit in organisation.units if unit.id in counts)
