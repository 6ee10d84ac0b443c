"""The organisation: its units, its functions, who holds them and who has which role, day by day."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from icengine.domain.labels import Vocabulary, Word, vocabulary
from icengine.domain.reminders import USUAL, Reminders
from icengine.domain.report_layout import Layouts
from icengine.domain.scale import DEFAULT_RATINGS, DEFAULT_RISKS, RatingScale, RiskScale

MOST_CHAINS = 10_000


class UnitKind(StrEnum):
    """Slag av enhet."""

    MUNICIPALITY = "kommun"
    BOARD = "nämnd"
    ADMINISTRATION = "förvaltning"
    DEPARTMENT = "avdelning"
    COMPANY = "bolag"
    JOINT = "kommunalförbund"


class Role(StrEnum):
    """What somebody is to the internal control of a unit and all units below it."""

    ADMINISTRATOR = "administratör"
    """People, roles and settings; no content."""
    CONTROLLER = "controller"
    """The unit's plan, tasks and report."""
    OWNER = "kontrollansvarig"
    """Own tasks and åtgärder. Never given: it follows from the function that a control names."""
    APPROVER = "godkännare"
    """Answers to controls that name the function. Never given, as above."""
    MANAGER = "chef"
    """Reads, is escalated to, appoints substitutes."""
    READER = "läsare"
    """Förtroendevald, revisor: adopted documents, traffic lights, history."""


GIVEN_ROLES = (Role.ADMINISTRATOR, Role.CONTROLLER, Role.MANAGER, Role.READER)
"""Roles that are given at a unit."""


class Admission(StrEnum):
    """What an authority of its own lets roles from above do, beside reading."""

    CHANGE = "ändra"
    PROTECTED = "skyddat"
    """Read protected content."""


def covers(start: date | None, end: date | None, day: date) -> bool:
    """Is the day from the first to the last day, both counted? None: since always, for ever."""
    return (start is None or start <= day) and (end is None or day <= end)


@dataclass(frozen=True)
class Move:
    """A unit comes under another from a day on."""

    parent: str
    start: date


@dataclass(frozen=True)
class Unit:
    """Enhet: a node of the organisation's tree."""

    id: str
    """Short, stable, used in keys: "ks"."""
    name: str
    kind: UnitKind
    parent: str = ""
    """Id of the unit above; "" for the root. See `above` for the one on a certain day."""
    start: date | None = None
    """First day; None: since always."""
    end: date | None = None
    """Last day; None: until further notice."""
    predecessors: tuple[str, ...] = ()
    """Föregångare: ids of the units whose work, and whose history, it took over."""
    own_authority: bool = False
    """Egen myndighet: roles from above read here, and change nothing."""
    admits: tuple[Admission, ...] = ()
    """What this authority lets roles from above do all the same."""
    moves: tuple[Move, ...] = ()
    """Later places in the tree, oldest first."""

    def above(self, day: date) -> str:
        """Id of the unit above on that day; "" for the root."""
        parents = [self.parent, *(move.parent for move in self.moves if move.start <= day)]
        return parents[-1]

    def exists(self, day: date) -> bool:
        """Is it there on that day?"""
        return covers(self.start, self.end, day)


@dataclass(frozen=True)
class Holding:
    """Somebody holds a function for a time."""

    email: str
    start: date | None = None
    """First day; None: since always."""
    end: date | None = None
    """Last day; None: until further notice."""
    substitute: bool = False
    """Ersättare: stands in while it lasts for those who hold the function otherwise."""

    def covers(self, day: date) -> bool:
        """Does it hold on that day?"""
        return covers(self.start, self.end, day)


@dataclass(frozen=True)
class Function:
    """Funktion: what a plan names as ansvarig, godkännare and so on."""

    name: str
    unit: str
    holders: tuple[Holding, ...] = ()

    def held_by(self, day: date) -> tuple[str, ...]:
        """E-mail addresses of those who hold the function that day: substitutes where there are."""
        there = [holding for holding in self.holders if holding.covers(day)]
        standing_in = [holding for holding in there if holding.substitute]
        return tuple(dict.fromkeys(holding.email for holding in standing_in or there))

    def effective(self) -> tuple[Holding, ...]:
        """The same as times that say by themselves who holds it: those with a substitute cut out."""
        substitutes = [holding for holding in self.holders if holding.substitute]
        found = list(substitutes)
        for holding in self.holders:
            if not holding.substitute:
                found += _without(holding, substitutes)
        return tuple(found)


def _without(holding: Holding, others: Iterable[Holding]) -> list[Holding]:
    """What is left of a time when other times are taken out of it."""
    left = [holding]
    for other in others:
        left = [part for whole in left for part in _cut(whole, other)]
    return left


def _cut(whole: Holding, other: Holding) -> list[Holding]:
    day = timedelta(days=1)
    before = (whole.start, min(whole.end or date.max, other.start - day) if other.start else None)
    after = (max(whole.start or date.min, other.end + day) if other.end else None, whole.end)
    parts = []
    if other.start and (whole.start is None or whole.start < other.start):
        parts.append(replace(whole, end=before[1]))
    if other.end and (whole.end is None or other.end < whole.end):
        parts.append(replace(whole, start=after[0]))
    return parts


@dataclass(frozen=True)
class Grant:
    """Tilldelning: somebody, or whoever holds a function, has a role at a unit and below it."""

    role: Role
    """One of GIVEN_ROLES."""
    unit: str
    email: str = ""
    """Whose it is; "" where it belongs to a function."""
    function: str = ""
    start: date | None = None
    """First day; None: since always."""
    end: date | None = None
    """Last day; None: until further notice."""

    def covers(self, day: date) -> bool:
        """Does it hold on that day?"""
        return covers(self.start, self.end, day)


@dataclass(frozen=True)
class ClaimGrant:
    """What an account of the kommun's own login brings: a value of its roles claim means a role."""

    value: str
    role: Role
    unit: str


@dataclass(frozen=True)
class Organisation:
    """The whole: one root unit, one database."""

    name: str
    """"Älvhamra kommun"."""
    mail_domains: tuple[str, ...]
    """Domains an address of the organisation may have."""
    contact: str
    """The controllers' function; its holder gets the answers to mails."""
    units: tuple[Unit, ...]
    functions: tuple[Function, ...]
    ratings: RatingScale = DEFAULT_RATINGS
    risk_scale: RiskScale = DEFAULT_RISKS
    accent: str = "#0B5A67"
    """The organisation's colour, #RRGGBB."""
    grants: tuple[Grant, ...] = ()
    claims: tuple[ClaimGrant, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    """The organisation's own words: (the engine's word, theirs)."""
    forms: tuple[tuple[str, Word], ...] = ()
    """How they are declined, where that does not follow from the word: (the engine's word, theirs)."""
    reminders: Reminders = USUAL
    """When owners are reminded, and when others are told."""
    reports: Layouts = ()
    """How its reports are arranged, where that is not the engine's way."""
    verdicts: tuple[tuple[str, str], ...] = ()
    """Kommunstyrelsen's own words for its verdicts of units: (the engine's, theirs)."""
    second_reader: bool = True
    """Does a green answer to a control of a high risk wait for somebody else to read it, where no
    godkännare is named?"""

    @property
    def root(self) -> Unit:
        """The unit at the top."""
        return next(unit for unit in self.units if not unit.parent)

    def unit(self, id: str) -> Unit | None:
        """The unit with that id, or None."""
        return self._by_id.get(id)

    def function(self, name: str) -> Function | None:
        """The function with that name in any case, or None."""
        return find_function(name, self.functions)

    def chain(self, id: str, day: date) -> tuple[Unit, ...]:
        """The unit and those above it that day, the nearest first; () for an unknown one."""
        known = self._chains.get((id, day))
        if known is not None:
            return known
        found: dict[str, Unit] = {}
        unit = self.unit(id)
        while unit is not None and unit.id not in found:
            found[unit.id] = unit
            unit = self.unit(unit.above(day))
        if len(self._chains) >= MOST_CHAINS:
            self._chains.clear()
        return self._chains.setdefault((id, day), tuple(found.values()))

    @cached_property
    def _chains(self) -> dict[tuple[str, date], tuple[Unit, ...]]:
        """Those that have been asked for: a page asks for each unit's again and again."""
        return {}

    def below(self, id: str, day: date) -> tuple[Unit, ...]:
        """The unit and every unit below it that day."""
        return tuple(u for u in self.units if any(a.id == id for a in self.chain(u.id, day)))

    def forerunners(self, id: str) -> tuple[str, ...]:
        """Ids of the units whose work it took over, theirs included, the nearest first."""
        found: list[str] = []
        waiting = [id]
        while waiting:
            unit = self.unit(waiting.pop(0))
            new = [name for name in unit.predecessors if name not in found] if unit else []
            found += new
            waiting += new
        return tuple(name for name in found if name != id)

    def held(self, email: str, day: date) -> tuple[str, ...]:
        """Names of the functions that somebody holds that day."""
        return tuple(f.name for f in self.functions if email in f.held_by(day))

    def granted(self, email: str, day: date) -> tuple[Grant, ...]:
        """The roles that somebody has that day, by name or by a function."""
        held = self.held(email, day)
        return tuple(
            grant
            for grant in self.grants
            if grant.covers(day) and (grant.email == email or grant.function in held)
        )

    def in_charge(
        self, role: Role, unit: str, day: date, besides: Container[str] = ()
    ) -> tuple[str, ...]:
        """Addresses of those who have a role nearest above something of a unit, the unit itself
        counted; `besides` are those whom it is about. () where there is nobody."""
        for above in self.chain(unit, day):
            given = [g for g in self.grants if g.unit == above.id and g.role is role]
            found = [email for g in given if g.covers(day) for email in self._having(g, day)]
            others = tuple(dict.fromkeys(email for email in found if email not in besides))
            if others:
                return others
        return ()

    def with_role(self, role: Role, day: date) -> tuple[str, ...]:
        """Addresses of everybody who has a role that day, at whatever unit."""
        given = [grant for grant in self.grants if grant.role is role and grant.covers(day)]
        return tuple(dict.fromkeys(email for g in given for email in self._having(g, day)))

    def _having(self, grant: Grant, day: date) -> tuple[str, ...]:
        function = self.function(grant.function) if grant.function else None
        return function.held_by(day) if function else (grant.email,) if grant.email else ()

    def addresses(self, day: date) -> frozenset[str]:
        """Addresses of those who have a function or a role, that day or later."""
        holdings = (holding for function in self.functions for holding in function.holders)
        times: list[Holding | Grant] = [*holdings, *(g for g in self.grants if g.email)]
        return frozenset(item.email for item in times if item.end is None or item.end >= day)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What it calls the things that the engine names, for sentences."""
        return vocabulary(self.labels, self.forms)

    @cached_property
    def _by_id(self) -> dict[str, Unit]:
        return {unit.id: unit for unit in self.units}


def find_function(name: str, functions: Iterable[Function]) -> Function | None:
    """The function with that name in any case, or None."""
    folded = name.casefold()
    return next((item for item in functions if item.name.casefold() == folded), None)
