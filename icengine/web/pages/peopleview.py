"""People as the administrator sees them: who has what, and one person over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from icengine.domain.access import Permit
from icengine.domain.people import Grant, Role
from icengine.web.pages import wording
from icengine.web.pages.editing import Desk
from icengine.web.pages.fields import Choice
from icengine.web.pages.organisationview import (
    Link,
    RoleLine,
    TimeLine,
    role_line,
    time_words,
    unit_link,
)
from icengine.web.pages.paths import function_path, person_path
from icengine.web.pages.unitforms import unit_choices


@dataclass(frozen=True)
class PersonLine:
    """Somebody in the list."""

    link: Link
    has: tuple[str, ...]
    """Functions and roles: "Ekonomichefen", "controller för Kommunstyrelsen"."""


@dataclass(frozen=True)
class PeopleView:
    """The list, and what it was asked for."""

    people: tuple[PersonLine, ...]
    units: tuple[Choice, ...]
    unit: str
    role: str
    asked: bool


def people_view(desk: Desk, unit: str, role: str) -> PeopleView:
    """Who has, or will have, a function or a role where the reader administers.

    `unit` keeps those at it or below it, `role` those with that role.
    """
    own = {item.id for item in desk.own_units()}
    unit = unit if unit in own else ""
    wanted = {item.id for item in desk.organisation.below(unit, desk.today)} if unit else own
    has: dict[str, list[str]] = {}
    for email, at, kind, words in _held(desk):
        if at in wanted and (not role or kind == role):
            has.setdefault(email, []).append(words)
    lines = []
    for email in sorted(has):
        number = desk.numbers.get(email)
        link = Link(email, person_path(number) if number else "")
        lines.append(PersonLine(link, tuple(dict.fromkeys(has[email]))))
    choices = unit_choices(desk.own_units(), desk.organisation)
    return PeopleView(tuple(lines), choices, unit, role, bool(unit or role))


def _held(desk: Desk) -> Iterator[tuple[str, str, str, str]]:
    """(address, unit, role, in words) of everything that somebody has now or is to have."""
    today, organisation = desk.today, desk.organisation
    by_function: dict[str, list[Grant]] = {}
    for grant in organisation.grants:
        if grant.function and (grant.end is None or grant.end >= today):
            by_function.setdefault(grant.function, []).append(grant)
    for function in organisation.functions:
        if not desk.may(Permit.ADMINISTER, function.unit):
            continue
        for time in function.holders:
            if time.end is None or time.end >= today:
                words = f"{function.name}, ersättare" if time.substitute else function.name
                later = (
                    f" från {wording.day(time.start, today)}"
                    if time.start and time.start > today
                    else ""
                )
                yield time.email, function.unit, "", words + later
                for grant in by_function.get(function.name, ()):
                    words = _role(desk, grant.role, grant.unit)
                    yield time.email, function.unit, str(grant.role), words
    for grant in organisation.grants:
        ended = grant.end is not None and grant.end < today
        if grant.email and not ended and desk.may(Permit.ADMINISTER, grant.unit):
            yield grant.email, grant.unit, str(grant.role), _role(desk, grant.role, grant.unit)


def _role(desk: Desk, role: Role, unit: str) -> str:
    return f"{role} för {unit_link(desk, unit).name}"


@dataclass(frozen=True)
class PersonView:
    """One person over time, as far as the reader administers."""

    email: str
    functions: tuple[tuple[Link, Link, TimeLine], ...]
    """(function, unit, time)."""
    roles: tuple[RoleLine, ...]
    """Their own, and those that follow from a function they have."""
    give: str


def person_view(desk: Desk, om: str) -> PersonView:
    """One person. Raises NotFound for whoever has left."""
    number, email = desk.person(om)
    functions, names = [], set()
    for function in desk.organisation.functions:
        if not desk.may(Permit.ADMINISTER, function.unit):
            continue
        link = Link(function.name, function_path(function.name))
        for n, time in enumerate(function.holders):
            if time.email == email:
                over = time.end is not None and time.end < desk.today
                path = function_path(function.name, "avsluta")
                end = "" if over else f"{path}?version={desk.version}&nr={n}"
                line = TimeLine(link, time_words(time.start, time.end), time.substitute, end)
                functions.append((link, unit_link(desk, function.unit), line))
                names |= set() if over else {function.name}
    roles = tuple(
        role_line(desk, n, grant)
        for n, grant in enumerate(desk.organisation.grants)
        if (grant.email == email and desk.may(Permit.ADMINISTER, grant.unit))
        or grant.function in names
    )
    return PersonView(email, tuple(functions), roles, person_path(number, "ge-roll"))
