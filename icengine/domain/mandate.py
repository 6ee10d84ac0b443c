"""What somebody must be permitted to make one organisation into another.

It is told by what differs, whichever page, command or file the change came from: so no way in
permits more than another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from icengine.domain.access import Actor, Permit, Subject, may
from icengine.domain.calendar import DAY
from icengine.domain.people import Function, Grant, Holding, Organisation, Role, Unit

STRONG = frozenset({Role.ADMINISTRATOR, Role.CONTROLLER})
"""Roles that permit what a chef, who appoints substitutes, may not."""


@dataclass(frozen=True)
class Need:
    """A permit that a change asks for."""

    permit: Permit
    units: tuple[str, ...]
    """At any of these units."""


def needs(before: Organisation, after: Organisation, day: date) -> frozenset[Need]:
    """Every permit that the change asks for, among the units there were before it."""
    found = frozenset(
        (
            *_of_units(before, after, day),
            *_of_functions(before, after, day),
            *_of_roles(before, after),
            *_of_settings(before, after),
        )
    )
    return found if found or before == after else frozenset({_at(before.root.id)})


def may_change(actor: Actor, before: Organisation, after: Organisation, day: date) -> bool:
    """May the actor make the one into the other?"""
    return all(
        any(may(actor, need.permit, Subject(unit)) for unit in need.units)
        for need in needs(before, after, day)
    )


def _at(*units: str, permit: Permit = Permit.ADMINISTER) -> Need:
    return Need(permit, units)


def _known(id: str, before: Organisation, after: Organisation) -> str:
    """The unit, or for a new one the nearest above it that there was."""
    seen: set[str] = set()
    while before.unit(id) is None and id not in seen:
        seen.add(id)
        unit = after.unit(id)
        id = unit.parent if unit and unit.parent else before.root.id
    return id


def _of_units(before: Organisation, after: Organisation, day: date) -> Iterator[Need]:
    for id in {unit.id for unit in (*before.units, *after.units)}:
        old, new = before.unit(id), after.unit(id)
        if old is None and new is not None:
            above = {new.parent, *(move.parent for move in new.moves)}
            yield from (_at(_known(item, before, after)) for item in (*above, *new.predecessors))
            if new.admits:
                yield _at(id)  # which nobody has yet: roles are let in by those who have one there
        elif new is None:
            yield _at(id)
        elif old is not None and old != new:
            yield from _of_unit(old, new, before, after, day)


def _of_unit(
    old: Unit, new: Unit, before: Organisation, after: Organisation, day: date
) -> Iterator[Need]:
    """A border may be drawn from above; it is opened or taken away only from inside."""
    id = old.id
    plain = [(unit.name, unit.kind, unit.start, unit.end) for unit in (old, new)]
    if plain[0] != plain[1] or old.admits != new.admits:
        yield _at(id)
    if old.own_authority != new.own_authority:
        yield _at(id, old.above(day)) if new.own_authority else _at(id)
    history = set(old.predecessors) ^ set(new.predecessors)
    places = {
        unit.above(start)
        for start in (date.min, *(move.start for move in (*old.moves, *new.moves)))
        for unit in (old, new)
        if old.above(start) != new.above(start)
    }
    if history or places:
        yield from (_at(_known(item, before, after)) for item in (id, *history, *places))


def _of_functions(before: Organisation, after: Organisation, day: date) -> Iterator[Need]:
    old = {function.name: function for function in before.functions}
    new = {function.name: function for function in after.functions}
    for name in {*old, *new}:
        one, other = old.get(name), new.get(name)
        if one is None or other is None or one.unit != other.unit:
            there = [item.unit for item in (one, other) if item]
            yield from (_at(_known(unit, before, after)) for unit in there)
        reached = _reached(name, [item for item in (one, other) if item], before, after, day)
        for substitute in (False, True):
            if _holdings(one, substitute) != _holdings(other, substitute):
                for id, strong in reached.items():
                    permit = Permit.APPOINT if substitute and not strong else Permit.ADMINISTER
                    yield _at(_known(id, before, after), permit=permit)


def _holdings(function: Function | None, substitute: bool) -> tuple[Holding, ...]:
    holders = function.holders if function else ()
    return tuple(holding for holding in holders if holding.substitute is substitute)


def _reached(
    name: str, functions: Iterable[Function], before: Organisation, after: Organisation, day: date
) -> dict[str, bool]:
    """Where whoever holds the function comes to have a say: its unit, and where it has a role.

    With whether the role there is one that whoever may appoint substitutes does not have: nobody
    makes herself administratör or controller by standing in.
    """
    found = {function.unit: False for function in functions}
    for grant in (*before.grants, *after.grants):
        if grant.function == name and (grant.end is None or grant.end >= day):
            found[grant.unit] = found.get(grant.unit, False) or grant.role in STRONG
    return found


def _of_roles(before: Organisation, after: Organisation) -> Iterator[Need]:
    for grant in set(before.grants) ^ set(after.grants):
        yield _at(_known(grant.unit, before, after))
    for claim in set(before.claims) ^ set(after.claims):
        yield _at(before.root.id)
        yield _at(_known(claim.unit, before, after))


def _of_settings(before: Organisation, after: Organisation) -> Iterator[Need]:
    def whole(item: Organisation) -> tuple[object, ...]:
        words = item.name, item.mail_domains, item.contact, item.accent, item.labels, item.forms
        return (
            *words,
            item.ratings,
            item.risk_scale,
            item.reminders,
            item.second_reader,
            item.reports,
            item.verdicts,
        )

    if whole(before) != whole(after):
        yield _at(before.root.id)


def administrators(organisation: Organisation, day: date) -> frozenset[str]:
    """Addresses of those who may administer the whole organisation that day."""
    found: set[str] = set()
    for grant in _at_the_top(organisation):
        if grant.covers(day):
            function = organisation.function(grant.function) if grant.function else None
            found |= set(function.held_by(day)) if function else {grant.email}
    return frozenset(found - {""})


def _at_the_top(organisation: Organisation) -> Iterator[Grant]:
    top = organisation.root.id
    for grant in organisation.grants:
        if grant.role is Role.ADMINISTRATOR and grant.unit == top:
            yield grant


def without_administrators(before: Organisation, after: Organisation, day: date) -> date | None:
    """The first day, from this one on, that a change would leave without any administrator."""
    times: list[Grant | Holding] = []
    for organisation in (before, after):
        for grant in _at_the_top(organisation):
            function = organisation.function(grant.function) if grant.function else None
            times += [grant, *(function.holders if function else ())]
    days = {day, *(item.start for item in times if item.start)}
    days |= {item.end + DAY for item in times if item.end}
    for when in sorted(item for item in days if item >= day):
        if administrators(before, when) and not administrators(after, when):
            return when
    return None
