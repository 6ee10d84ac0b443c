"""Use cases around shared controls (gemensamma kontroller): who answers for which unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Link, Permit, Scope, Subject, System, may
from icengine.domain.calendar import local_date
from icengine.domain.happening import NAMED, SHARED
from icengine.domain.people import Function, Organisation, Unit
from icengine.domain.plan import Control, Plan, Risk
from icengine.domain.sharing import NOBODY, ever_answering, owner_of
from icengine.domain.task import figure
from icengine.errors import Conflict, NotAllowed, NotFound, Refused
from icengine.services.people import current_organisation
from icengine.services.planning import tell_new_owner
from icengine.store import shared, tasks
from icengine.store.db import Session
from icengine.store.plans import AdoptedPlan
from icengine.store.shared import Standing

SEEING = (Permit.READ, Permit.CONTROL, Permit.APPOINT)
"""Whoever has one of these at a unit sees the shared controls that concern it."""
NAMING = (Permit.CONTROL, Permit.APPOINT)
"""Whoever has one of these at a unit names the function that answers for it."""
NOTHING = Standing(0, 0, 0, 0)


@dataclass(frozen=True)
class UnitPart:
    """One unit's part in a shared control."""

    unit: Unit
    owner: str
    """The function that answers for it; "" where nobody is named."""
    named: bool
    """Has the unit named it itself?"""
    vacant: bool
    """Is a function named that nobody holds today?"""
    standing: Standing
    may_name: bool
    """May the reader name another function?"""

    @property
    def gap(self) -> bool:
        """Is there nobody to answer?"""
        return not self.owner or self.vacant


@dataclass(frozen=True)
class SharedControl:
    """A shared control with the units that the reader may see, those without an owner first."""

    plan: Plan
    version: int
    deciding: Unit | None
    """The unit whose plan it is in."""
    risk: Risk
    control: Control
    parts: tuple[UnitPart, ...]
    units: int
    """How many units it is for in all; 0 where the reader does not see the whole."""
    hidden: bool
    """Not the reader's to read, because it is protected or because they see no content: only its
    number is told."""


@dataclass(frozen=True)
class PartPage:
    """One unit's part in a shared control, with its tasks and the functions there are to name."""

    shared: SharedControl
    part: UnitPart
    tasks: tuple[tasks.ListedTask, ...]
    functions: tuple[Function, ...]
    """The unit's own first; of others those that the reader knows."""


@dataclass(frozen=True)
class Named:
    """What naming a function did."""

    is_new: bool
    """False where it was named already."""
    owner: str
    moved: int
    """Tasks that have a new owner."""


def shared_controls(
    session: Session, *, actor: Actor, now: datetime, plan: str = ""
) -> list[SharedControl]:
    """The shared controls that concern the reader's units, or that their plan decides, in a fixed
    number of statements.

    Of this year's plans and later ones, and of the five years before what somebody has not answered. Raises
    NotFound where a plan is asked for that has none for the reader.
    """
    organisation, today = current_organisation(session, actor=actor), local_date(now)
    found = _plans(session, plan) if plan else shared.plans_that_share(session, today.year - 5)
    keys = {adopted.plan.key for adopted in found}
    namings = shared.namings(session, keys)
    stands = shared.standings(session, keys, today)
    controls = []
    for adopted in found:
        for risk, control in adopted.plan.controls():
            if control.shared is None:
                continue
            seen = _shared(
                actor, organisation, now, adopted.plan, adopted.decision.version, risk, control,
                namings, stands,
            )  # fmt: skip
            past = adopted.plan.year < today.year and not plan
            waits = any(part.standing.planned > part.standing.done for part in seen.parts)
            if seen.parts and (waits or not past):
                controls.append(seen)
    if plan and not controls:
        raise NotFound(f"Planen {plan} har inga gemensamma kontroller.")
    return controls


def _plans(session: Session, key: str) -> list[AdoptedPlan]:
    """The plan with that key, where it shares anything; what is no key names none."""
    year = figure(key.rpartition("-")[2])
    found = shared.plans_that_share(session, year, year) if year and year < 9999 else []
    return [adopted for adopted in found if adopted.plan.key == key]


def _shared(
    actor: Actor,
    organisation: Organisation,
    now: datetime,
    plan: Plan,
    version: int,
    risk: Risk,
    control: Control,
    namings: dict[tuple[str, str, str], shared.Naming],
    stands: dict[tuple[str, str, str], Standing],
) -> SharedControl:
    """The control as the reader may see it."""
    today = local_date(now)
    units = _units(plan, control, organisation, stands)
    named = {key[1:]: item.function for key, item in namings.items() if key[0] == plan.key}
    parts = []
    for unit in units:
        if any(may(actor, permit, Subject(unit.id, plan=plan.unit)) for permit in SEEING):
            standing = stands.get((plan.key, control.id, unit.id), NOTHING)
            owner = owner_of(plan, control, unit.id, organisation, named)
            function = organisation.function(owner) if owner else None
            parts.append(
                UnitPart(
                    unit=unit,
                    owner=owner,
                    named=(control.id, unit.id) in named and named[control.id, unit.id] == owner,
                    vacant=bool(owner) and (function is None or not function.held_by(today)),
                    standing=standing,
                    may_name=any(may(actor, permit, Subject(unit.id)) for permit in NAMING),
                )
            )
    places = (plan.unit, *(part.unit.id for part in parts))
    whole = may(actor, Permit.READ, Subject(plan.unit))
    return SharedControl(
        plan=plan,
        version=version,
        deciding=organisation.unit(plan.unit),
        risk=risk,
        control=control,
        parts=tuple(sorted(parts, key=lambda part: (bool(part.owner), part.vacant is False))),
        units=len(units) if whole else 0,
        hidden=_hidden(actor, control, places),
    )


def _hidden(actor: Actor, control: Control, units: Iterable[str]) -> bool:
    permit = Permit.READ_PROTECTED if control.protected else Permit.READ
    return not any(may(actor, permit, Subject(unit)) for unit in units)


def _units(
    plan: Plan,
    control: Control,
    organisation: Organisation,
    stands: dict[tuple[str, str, str], Standing],
) -> list[Unit]:
    """The units that are chosen, and those that have had tasks and are not any more."""
    chosen = {unit.id for unit, _ in ever_answering(plan, control, organisation)}
    chosen |= {
        unit
        for (key, id, unit), standing in stands.items()
        if (key, id) == (plan.key, control.id) and standing.planned
    }
    return [unit for unit in organisation.units if unit.id in chosen]


def part_page(
    session: Session, *, actor: Actor, now: datetime, plan: str, control: str, unit: str
) -> PartPage:
    """One unit's part. Raises NotFound where the reader has no such thing to see."""
    organisation = current_organisation(session, actor=actor)
    found = _control(session, actor, now, plan, control)
    part = _part(found, unit)
    hidden = _hidden(actor, found.control, (found.plan.unit, unit))
    one = SharedControl(
        found.plan, found.version, found.deciding, found.risk, found.control, (part,), found.units,
        hidden,
    )  # fmt: skip
    scope = Scope(units=frozenset({unit}))
    listed = tasks.listed(session, scope, plan=plan)
    own = tuple(item for item in listed if item.task.control == control)
    return PartPage(one, part, own, _functions(actor, organisation, unit))


def _control(
    session: Session, actor: Actor, now: datetime, plan: str, control: str
) -> SharedControl:
    try:
        controls = shared_controls(session, actor=actor, now=now, plan=plan)
    except NotFound:
        raise NotFound from None
    found = next((item for item in controls if item.control.id == control), None)
    if found is None:
        raise NotFound
    return found


def _part(found: SharedControl, unit: str) -> UnitPart:
    part = next((part for part in found.parts if part.unit.id == unit), None)
    if part is None:
        raise NotFound
    return part


def _functions(actor: Actor, organisation: Organisation, unit: str) -> tuple[Function, ...]:
    known = [f for f in organisation.functions if _knows(actor, f, unit)]
    return tuple(sorted(known, key=lambda f: (f.unit != unit, f.name.casefold())))


def _knows(actor: Actor, function: Function, unit: str) -> bool:
    return function.unit == unit or may(actor, Permit.KNOW, Subject(function.unit))


def name_owner(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    plan: str,
    control: str,
    unit: str,
    function: str,
    seen: str | None = None,
) -> Named:
    """A unit names the function that answers a shared control for it.

    Tasks that wait for its answer have the new owner at once: the links of the one before end, and
    a mail is owed to the new one. `seen` is the function that stood there when this was thought
    out. Raises NotFound where the actor sees no such thing, NotAllowed where they may not name
    anybody for the unit, Refused for an unknown function, and Conflict where another has been named
    meanwhile.
    """
    if isinstance(actor, Link):
        raise NotFound
    session.alone()
    found = _control(session, actor, now, plan, control)
    part = _part(found, unit)
    if not part.may_name:
        raise NotAllowed
    organisation = current_organisation(session, actor=actor)
    chosen = organisation.function(function)
    if chosen is None or not (isinstance(actor, System) or _knows(actor, chosen, unit)):
        raise Refused(f"Funktionen {function} finns inte i organisationen.", "Välj en annan.")
    if seen is not None and seen != part.owner:
        raise Conflict("Någon annan har utsetts sedan du öppnade sidan.")
    if part.named and part.owner == chosen.name:
        return Named(False, chosen.name, 0)
    by = str(actor)
    shared.name(session, plan, control, unit, chosen.name, by=by, now=now)
    moved = shared.give(session, plan, control, unit, chosen.name)
    tell_new_owner(session, moved, now)
    session.record(
        NAMED,
        f"{SHARED}:{plan}/{control}/{unit}",
        moved=len(moved),
        changes=[[f"Ansvarig för {part.unit.name}", part.owner or NOBODY, chosen.name]],
    )
    return Named(True, chosen.name, len(moved))
