"""The organisation as its pages show it: the tree, a unit, a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from icengine.domain.access import Permit, sees_addresses
from icengine.domain.difference import first_and_last
from icengine.domain.people import Grant, Holding, Organisation, Role, Unit, UnitKind
from icengine.domain.pseudonym import former
from icengine.domain.words import capital, listed
from icengine.web.pages import wording
from icengine.web.pages.editing import Desk
from icengine.web.pages.functionforms import known_function, may_give
from icengine.web.pages.paths import function_path, person_path, unit_path
from icengine.web.pages.unitforms import ADMITS


@dataclass(frozen=True)
class Link:
    """Something with a page, or without where the reader has none."""

    name: str
    address: str = ""
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A unit's place in the tree, written out from the top."""

    unit: Link
    border: str
    """What makes a border there: "Egen myndighet"; "" where nothing does."""
    deeper: bool
    """It is the first below the row before it."""
    closing: int
    """How many lists end before it."""


@dataclass(frozen=True)
class Tree:
    """The units as they are today, and those that are to come or have ended."""

    rows: tuple[Row, ...]
    closing: int
    """How many lists are open after the last row."""
    coming: tuple[Link, ...]
    ended: tuple[Link, ...]


def unit_link(desk: Desk, id: str, note: str = "") -> Link:
    """A unit, with its page where the reader knows it."""
    unit = desk.organisation.unit(id)
    known = desk.may(Permit.KNOW, id)
    return Link(unit.name if unit else id, unit_path(id) if known else "", note)


def tree_view(desk: Desk) -> Tree:
    """The units that the reader knows, under those above them."""
    organisation, today = desk.organisation, desk.today
    known = [unit for unit in organisation.units if desk.may(Permit.KNOW, unit.id)]
    there = [unit for unit in known if unit.exists(today)]
    shown = {above.id for unit in there for above in organisation.chain(unit.id, today)}
    rows, depth = [], -1
    for level, unit in _tree(organisation, shown, today):
        link = unit_link(desk, unit.id, str(unit.kind))
        rows.append(Row(link, border_word(unit), level > depth, max(depth - level, 0)))
        depth = level
    coming = [unit for unit in known if unit.start and unit.start > today]
    ended = [unit for unit in known if unit.end and unit.end < today]
    return Tree(
        tuple(rows),
        depth + 1,
        tuple(unit_link(desk, unit.id, _lasts(unit)) for unit in coming),
        tuple(unit_link(desk, unit.id, _lasts(unit)) for unit in ended),
    )


def _tree(organisation: Organisation, shown: set[str], day: date) -> Iterator[tuple[int, Unit]]:
    """Every shown unit with its depth, each after the one above it."""
    below: dict[str, list[Unit]] = {}
    for unit in organisation.units:
        if unit.id in shown:
            below.setdefault(unit.above(day), []).append(unit)
    waiting = [(0, unit) for unit in reversed(below.get("", []))]
    while waiting:
        level, unit = waiting.pop()
        yield level, unit
        waiting += [(level + 1, child) for child in reversed(below.get(unit.id, []))]


def border_word(unit: Unit) -> str:
    """What a unit that answers for itself is: a company is no authority."""
    if not unit.own_authority:
        return ""
    return "Eget bolag" if unit.kind is UnitKind.COMPANY else "Egen myndighet"


def _lasts(unit: Unit) -> str:
    return f"{unit.kind}, {first_and_last(unit.start, unit.end)}"


def time_words(start: date | None, end: date | None) -> str:
    """A time in words, also one without ends."""
    return first_and_last(start, end) or "tills vidare"


# -- a unit --


@dataclass(frozen=True)
class FunctionLine:
    """A function of a unit."""

    link: Link
    held: str
    """Who has it today."""
    vacant: bool


@dataclass(frozen=True)
class RoleLine:
    """A role given at a unit."""

    role: str
    who: Link
    unit: Link
    time: str
    end: str
    """Address of the form that ends it; "" where the reader may not, or it has ended."""


@dataclass(frozen=True)
class UnitView:
    """A unit's page."""

    name: str
    above: tuple[Link, ...]
    """From the top."""
    facts: tuple[tuple[str, tuple[Link, ...]], ...]
    below: tuple[Link, ...]
    functions: tuple[FunctionLine, ...]
    roles: tuple[RoleLine, ...]
    claims: tuple[str, ...]
    actions: tuple[Link, ...]
    may_add: bool
    """Functions, roles and units."""
    addresses: tuple[str, str, str]
    """Of the forms that add them."""
    orphan: bool
    """An authority of its own that nobody administers."""


def unit_view(desk: Desk, unit: Unit) -> UnitView:
    """A unit with its place, history, functions and roles."""
    organisation, today, id = desk.organisation, desk.today, unit.id
    own = desk.may(Permit.ADMINISTER, id)
    chain = organisation.chain(id, today)[1:]
    below = [u for u in organisation.units if u.above(today) == id and u.exists(today)]
    given = any(
        grant.unit == id and grant.role is Role.ADMINISTRATOR and grant.covers(today)
        for grant in organisation.grants
    )
    return UnitView(
        name=unit.name,
        above=tuple(unit_link(desk, u.id) for u in reversed(chain)),
        facts=tuple(_facts(desk, unit)),
        below=tuple(unit_link(desk, u.id, str(u.kind)) for u in below if desk.may(Permit.KNOW, u.id)),
        functions=tuple(function_lines(desk, id)),
        roles=tuple(role_lines(desk, lambda grant: grant.unit == id)),
        claims=tuple(f"{c.value}: {c.role}" for c in organisation.claims if c.unit == id and own),
        actions=tuple(_actions(unit)) if own else (),
        may_add=own,
        addresses=(
            unit_path(id, "ny-funktion"), unit_path(id, "ge-roll"), unit_path(id, "ny-enhet"),
        ),
        orphan=unit.own_authority and not given and not own and _above(desk, unit),
    )  # fmt: skip


def _above(desk: Desk, unit: Unit) -> bool:
    return desk.may(Permit.ADMINISTER, unit.above(desk.today))


def _facts(desk: Desk, unit: Unit) -> Iterator[tuple[str, tuple[Link, ...]]]:
    yield "Slag", (Link(capital(str(unit.kind))),)
    yield "Kortnamn", (Link(unit.id),)
    if unit.start or unit.end:
        yield "Finns", (Link(first_and_last(unit.start, unit.end)),)
    if unit.own_authority:
        admits = listed([ADMITS[item].lower() for item in unit.admits])
        lets = (
            f"Roller ovanifrån får läsa, och {admits}"
            if admits
            else "Roller ovanifrån får bara läsa"
        )
        yield border_word(unit), (Link(f"{lets}."),)
    if unit.moves:
        day = wording.day(unit.moves[0].start, desk.today)
        first = unit_link(desk, unit.parent, f"till {day}")
        moves = (
            unit_link(desk, move.parent, f"från {wording.day(move.start, desk.today)}")
            for move in unit.moves
        )
        yield "Ligger under", (first, *moves)
    if unit.predecessors:
        yield "Föregångare", tuple(unit_link(desk, id) for id in unit.predecessors)
    after = [u.id for u in desk.organisation.units if unit.id in u.predecessors]
    if after:
        yield "Arbetet togs över av", tuple(unit_link(desk, id) for id in after)


def _actions(unit: Unit) -> Iterator[Link]:
    yield Link("Ändra", unit_path(unit.id, "andra"))
    if unit.parent:
        yield Link("Flytta", unit_path(unit.id, "flytta"))
        yield Link("Slå ihop med andra", unit_path(unit.id, "sla-ihop"))
        yield Link("Låt den upphöra", unit_path(unit.id, "upphor"))


def function_lines(desk: Desk, unit: str) -> Iterator[FunctionLine]:
    """The functions of a unit with those who have them today."""
    addresses = sees_addresses(desk.actor, unit)
    for function in desk.organisation.functions:
        if function.unit == unit:
            held = function.held_by(desk.today)
            standing_in = any(h.substitute and h.covers(desk.today) for h in function.holders)
            said = ", ".join(held) if addresses else "Någon har den i dag"
            said += " (ersättare)" if standing_in else ""
            link = Link(function.name, function_path(function.name))
            yield FunctionLine(link, said if held else "Ingen har den i dag", not held)


def role_lines(desk: Desk, wanted: Callable[[Grant], bool]) -> Iterator[RoleLine]:
    """The roles among those wanted that hold today or later, where the reader knows the unit."""
    for number, grant in enumerate(desk.organisation.grants):
        ended = grant.end is not None and grant.end < desk.today
        if wanted(grant) and not ended and desk.may(Permit.KNOW, grant.unit):
            yield role_line(desk, number, grant)


def role_line(desk: Desk, number: int, grant: Grant) -> RoleLine:
    """A role, by its place among them all."""
    own = desk.may(Permit.ADMINISTER, grant.unit)
    ended = grant.end is not None and grant.end < desk.today
    address = f"{unit_path(grant.unit, 'avsluta-roll')}?version={desk.version}&nr={number}"
    return RoleLine(
        role=capital(str(grant.role)),
        who=_whose(desk, grant),
        unit=unit_link(desk, grant.unit),
        time=time_words(grant.start, grant.end),
        end=address if own and not ended else "",
    )


def _whose(desk: Desk, grant: Grant) -> Link:
    if grant.email:
        return someone(desk, grant.email, grant.unit)
    function = desk.organisation.function(grant.function)
    known = function is not None and desk.may(Permit.KNOW, function.unit)
    return Link(grant.function, function_path(grant.function) if known else "")


def someone(desk: Desk, email: str, unit: str) -> Link:
    """Somebody with a function or a role at a unit: by address to whoever may see it there, by
    number where they have left."""
    number = desk.numbers.get(email)
    if email not in desk.present:
        return Link(former(number))
    if not sees_addresses(desk.actor, unit):
        return Link("En person")
    own = number is not None and desk.may(Permit.ADMINISTER, unit)
    return Link(email, person_path(number) if own and number else "")


# -- a function --


@dataclass(frozen=True)
class TimeLine:
    """A time that somebody has a function."""

    who: Link
    time: str
    substitute: bool
    end: str
    """Address of the form that ends it; "" where there is nothing to end for the reader."""


@dataclass(frozen=True)
class FunctionView:
    """A function's page."""

    name: str
    unit: Link
    above: tuple[Link, ...]
    parts: tuple[tuple[str, tuple[TimeLine, ...]], ...]
    """I dag, Kommande, Tidigare."""
    roles: tuple[RoleLine, ...]
    actions: tuple[Link, ...]
    vacant: bool


def function_view(desk: Desk, name: str) -> FunctionView:
    """A function with those who have had it, have it and will have it."""
    function, today = known_function(desk, name), desk.today
    may_end = {flag: may_give(desk, function, substitute=flag) for flag in (False, True)}
    parts: dict[str, list[TimeLine]] = {"I dag": [], "Kommande": [], "Tidigare": []}
    order = sorted(enumerate(function.holders), key=lambda item: item[1].start or date.min)
    for number, time in order:
        part = _part(time, today)
        open_ = part != "Tidigare" and may_end[time.substitute]
        path = function_path(function.name, "avsluta")
        end = f"{path}?version={desk.version}&nr={number}" if open_ else ""
        who = someone(desk, time.email, function.unit)
        line = TimeLine(who, time_words(time.start, time.end), time.substitute, end)
        parts[part].append(line)
    actions = []
    if may_end[False]:
        actions.append(Link("Ge någon funktionen", function_path(function.name, "ge")))
    if may_end[True]:
        actions.append(Link("Utse en ersättare", function_path(function.name, "ersattare")))
    if desk.may(Permit.ADMINISTER, function.unit):
        actions.append(Link("Byt enhet", function_path(function.name, "enhet")))
    if desk.own_units():
        actions.append(Link("Ge funktionen en roll", function_path(function.name, "roll")))
    chain = desk.organisation.chain(function.unit, today)
    return FunctionView(
        name=function.name,
        unit=unit_link(desk, function.unit),
        above=tuple(unit_link(desk, unit.id) for unit in reversed(chain)),
        parts=tuple((word, tuple(lines)) for word, lines in parts.items() if lines),
        roles=tuple(role_lines(desk, lambda grant: grant.function == function.name)),
        actions=tuple(actions),
        vacant=not function.held_by(today),
    )


def _part(time: Holding, today: date) -> str:
    if time.covers(today):
        return "I dag"
    return "Kommande" if time.start and time.start > today else "Tidigare"
