"""Who may do what: the only place that decides.

Every service is handed an `Actor`, every query a `Scope`. Roles are given at a unit and hold for
all units below it. A unit that is an authority of its own (egen myndighet; kommunallagen 6 kap. 6 §
makes each nämnd answer for its own internal control) is a border: roles from above read across it,
and neither change anything there nor see what is protected, unless the unit lets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from icengine.domain.happening import About
from icengine.domain.people import Admission, Grant, Organisation, Role, Unit


class Permit(StrEnum):
    """What an actor may want to do."""

    OPERATE = "driva"
    """Run the timetable and deliver mails: the engine itself, and whoever runs its commands."""
    KNOW = "känna till"
    """Which units, functions and roles there are; no addresses, no content."""
    ADMINISTER = "administrera"
    """Units, functions, people, roles and settings."""
    APPOINT = "utse ersättare"
    """Appoint substitutes for functions."""
    CONTROL = "styra"
    """Plan, tasks and report."""
    ANSWER = "svara"
    """Save and hand in the answer to a task."""
    REGISTER = "registrera tillfälle"
    """Say that what a control waits for (vid behov) has happened."""
    HAND_OVER = "lämna över"
    """Let a colleague answer one occurrence, or take it back; not for the one it is handed to."""
    APPROVE = "godkänna"
    """Approve an answer or return it."""
    READ = "läsa"
    """Everything but what is protected, drafts included."""
    READ_PROTECTED = "läsa skyddat"
    """Protected content."""
    EVIDENCE = "läsa underlag"
    """The files behind answers: for those who answer, read or steer, and nobody else."""
    FOLLOW = "följa"
    """Adopted documents, traffic lights and history."""
    AUDIT = "läsa händelser"
    """The event log of plans and answers."""


READING = frozenset({Permit.KNOW, Permit.READ, Permit.FOLLOW, Permit.AUDIT})
"""What a role from above keeps on the other side of a border."""

CONCERNED = frozenset({Permit.READ, Permit.READ_PROTECTED, Permit.EVIDENCE, Permit.FOLLOW})
"""What whoever answers a task, or approves its answer, may do with it besides."""

ASKING = frozenset({Permit.READ, Permit.FOLLOW})
"""What whoever has it where a plan is decided has with the answers of other units to its shared
controls. What is protected stays the answering unit's."""

PERMITS: dict[Role, frozenset[Permit]] = {
    Role.ADMINISTRATOR: frozenset({Permit.KNOW, Permit.ADMINISTER, Permit.APPOINT}),
    Role.CONTROLLER: frozenset({Permit.CONTROL, Permit.READ_PROTECTED, Permit.EVIDENCE, *READING}),
    Role.MANAGER: frozenset({Permit.KNOW, Permit.READ, Permit.FOLLOW, Permit.APPOINT}),
    Role.READER: frozenset({Permit.KNOW, Permit.FOLLOW, Permit.AUDIT}),
}
"""What each role that is given permits where it holds."""

SHOWING_ADDRESSES = (Permit.ADMINISTER, Permit.APPOINT, Permit.CONTROL, Permit.READ)
"""Whoever has one of these at a unit sees the addresses of those who hold its functions and roles."""


@dataclass(frozen=True)
class Person:
    """Somebody who is logged in, with what holds for them today."""

    id: int
    """The person's number in the store; the log names people by it."""
    email: str
    rights: frozenset[tuple[Permit, str]] = frozenset()
    """(what, unit): every unit that each permit holds for."""
    functions: frozenset[str] = frozenset()
    """Functions the person holds."""

    def __str__(self) -> str:
        return f"person:{self.id}"


@dataclass(frozen=True)
class Link:
    """The holder of an e-mailed link: may do what it was sent for, and nothing else."""

    id: int
    """The link's number in the store, never its secret."""
    email: str
    tasks: frozenset[int]
    """Tasks that it answers."""
    approves: frozenset[int] = frozenset()
    """Tasks whose answers it approves or returns."""
    actions: frozenset[int] = frozenset()
    """Åtgärder that it follows up."""
    person: int = 0
    """Its holder's number; 0 where they have none."""
    functions: frozenset[str] = frozenset()
    """The functions that it was sent to, where they are known."""

    def __str__(self) -> str:
        return f"länk:{self.id}"


@dataclass(frozen=True)
class System:
    """The engine itself or whoever runs its commands on the server."""

    name: str
    """"tidtabellen", "kommandoraden"."""
    read_only: bool = False

    def __str__(self) -> str:
        return f"system:{self.name}"


Actor = Person | Link | System


@dataclass(frozen=True)
class Subject:
    """What it is about."""

    unit: str = ""
    """Whose it is."""
    task: int | None = None
    owner: str = ""
    """The function that answers the task."""
    approver: str = ""
    """The function that approves its answer."""
    delegate: int = 0
    """The person it is handed over to; 0 for none."""
    answered_by: int = 0
    """The person whose answer it is; 0 where that is not known."""
    second_reader: bool = False
    """Its answer waits for somebody else to read it, and no godkännare is named who may."""
    action: int | None = None
    """An åtgärd, whose ansvarig is `owner`."""
    plan: str = ""
    """The unit whose plan asks for it, which reads what other units answer; "" where none does."""


@dataclass(frozen=True)
class Scope:
    """What a query may return. There is no default: whoever asks says for whom."""

    everything: bool = False
    units: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()
    """Units whose plans ask for it, whichever units answer."""
    tasks: frozenset[int] = frozenset()
    functions: frozenset[str] = frozenset()
    """Tasks that these functions answer."""
    approves: frozenset[str] = frozenset()
    """Tasks whose answers these functions approve."""
    person: int = 0
    """Tasks that are handed over to this person."""
    actions: frozenset[int] = frozenset()
    """Åtgärder, by their number in the store."""


def may(actor: Actor, permit: Permit, subject: Subject) -> bool:
    """May the actor do this, with that?"""
    if isinstance(actor, System):
        return not actor.read_only or permit in READING
    if isinstance(actor, Link):
        return permit in _by_link(actor, subject)
    if permit is Permit.ANSWER:
        return subject.owner in actor.functions or subject.delegate == actor.id
    if permit in (Permit.HAND_OVER, Permit.REGISTER):
        return subject.owner in actor.functions
    if permit is Permit.APPROVE:
        return _approves(actor, subject)
    concerned = not actor.functions.isdisjoint({subject.owner, subject.approver})
    if (concerned or subject.delegate == actor.id) and permit in CONCERNED:
        return True
    asking = permit in ASKING and (permit, subject.plan) in actor.rights
    return asking or (permit, subject.unit) in actor.rights


def _by_link(link: Link, subject: Subject) -> frozenset[Permit]:
    """What a link's holder may do with a task or an åtgärd."""
    found: set[Permit] = set()
    if subject.task is not None and subject.task in link.tasks:
        found |= {Permit.ANSWER, Permit.READ, Permit.READ_PROTECTED, Permit.EVIDENCE}
        if not link.person or subject.delegate != link.person:
            found.add(Permit.HAND_OVER)
    if subject.task is not None and subject.task in link.approves:
        own = bool(link.person) and link.person in (subject.answered_by, subject.delegate)
        found |= {Permit.READ, Permit.READ_PROTECTED, Permit.EVIDENCE} | (
            set() if own else {Permit.APPROVE}
        )
    unborn = subject.task is None and subject.action is None
    if unborn and subject.owner in link.functions - {""}:
        found.add(Permit.REGISTER)
    if subject.action is not None and subject.action in link.actions:
        found |= {Permit.ANSWER, Permit.READ, Permit.READ_PROTECTED}
    return frozenset(found)


def _approves(actor: Person, subject: Subject) -> bool:
    """Four eyes: nobody approves their own answer, nor one that their own function gave."""
    own = actor.id in (subject.answered_by, subject.delegate)
    if own or subject.owner in actor.functions:
        return False
    reads = subject.second_reader and (Permit.CONTROL, subject.unit) in actor.rights
    return reads or subject.approver in actor.functions


def scope(actor: Actor, permit: Permit) -> Scope:
    """Where the actor may do this. Four eyes are for `may` to say: where an answer waits for somebody
    to approve it, this is where they look."""
    if isinstance(actor, System):
        return Scope(everything=not actor.read_only or permit in READING)
    if isinstance(actor, Link):
        answers = frozenset() if permit is Permit.APPROVE else actor.tasks
        return Scope(tasks=answers | actor.approves, actions=actor.actions)
    if permit is Permit.APPROVE:
        controlled = frozenset(unit for held, unit in actor.rights if held is Permit.CONTROL)
        return Scope(units=controlled, approves=actor.functions)
    units = frozenset(unit for held, unit in actor.rights if held is permit)
    approves = actor.functions if permit in CONCERNED else frozenset()
    plans = units if permit in ASKING else frozenset()
    return Scope(
        units=units, plans=plans, functions=actor.functions, approves=approves, person=actor.id
    )


def somewhere(actor: Actor, permit: Permit) -> bool:
    """May the actor do this with anything at all?"""
    found = scope(actor, permit)
    return found.everything or bool(found.units)


def sees_addresses(actor: Actor, unit: str) -> bool:
    """Is the actor shown who holds the functions and roles of a unit, by address?"""
    return any(may(actor, permit, Subject(unit)) for permit in SHOWING_ADDRESSES)


# -- the event log --


class Sight(StrEnum):
    """How much of an event somebody may read."""

    WHOLE = "allt"
    OUTLINE = "i stora drag"
    """That it was done and by whom, status and bedömning: what the traffic lights show."""
    NUMBER = "numret"
    """That it was done and by whom, and the control's number."""


@dataclass(frozen=True)
class LogScope:
    """Which events of the log a query may return: those about one thing, at least, that is here."""

    everything: bool = False
    plans: frozenset[str] = frozenset()
    """Units whose plans, controls and answers it may be about."""
    offices: frozenset[str] = frozenset()
    """Units that it may be about as parts of the organisation; "" for the organisation as a whole."""
    every_office: bool = False
    """All of those."""

    def __bool__(self) -> bool:
        """Is there anything at all?"""
        return self.everything or self.every_office or bool(self.plans or self.offices)

    def holds(self, thing: About) -> bool:
        """May the reader see an event because it is about this?"""
        if thing.plan:
            return self.everything or thing.unit in self.plans
        return self.everything or self.every_office or thing.unit in self.offices


def log_scope(actor: Actor, root: str) -> LogScope:
    """The events that somebody may see; `root` is the unit at the top.

    Plans and what belongs to them are for those who may read events at their unit. The
    organisation, its people and the log itself are for those who administer them, and for those who
    may read events at the top.
    """
    if isinstance(actor, Link):
        return LogScope()
    found = scope(actor, Permit.AUDIT)
    if found.everything:
        return LogScope(everything=True)
    administered = scope(actor, Permit.ADMINISTER).units
    whole = {""} if root in administered else set()
    return LogScope(
        plans=found.units, offices=administered | whole, every_office=root in found.units
    )


def sight(actor: Actor, thing: About, protected: bool) -> Sight:
    """How much somebody may read of an event about this; `protected`: about such a control.

    What is written in an answer, or for a report, is for those who may read it where it stands.
    """
    subject = Subject(thing.unit)
    if protected and not may(actor, Permit.READ_PROTECTED, subject):
        return Sight.NUMBER
    return Sight.WHOLE if may(actor, Permit.READ, subject) else Sight.OUTLINE


def may_prove(actor: Actor, root: str) -> bool:
    """May the actor have the whole log proved?"""
    return any(may(actor, p, Subject(root)) for p in (Permit.AUDIT, Permit.ADMINISTER))


def rights(
    organisation: Organisation, email: str, day: date, brought: Iterable[Grant] = ()
) -> frozenset[tuple[Permit, str]]:
    """What somebody may do that day, and with which units.

    `brought` are roles that their account brings, beside those given here. Whoever has a role at a
    unit has it at the units whose work it took over as well, from the day it began.
    """
    found: set[tuple[Permit, str]] = set()
    for grant in (*organisation.granted(email, day), *brought):
        for unit, permits in _reach(organisation, grant, day):
            begun = unit.start is None or unit.start <= day
            for id in (unit.id, *(organisation.forerunners(unit.id) if begun else ())):
                found |= {(permit, id) for permit in permits}
    return frozenset(found)


def _reach(
    organisation: Organisation, grant: Grant, day: date
) -> Iterator[tuple[Unit, frozenset[Permit]]]:
    """Every unit that a role holds for, with what it permits there."""
    for unit in organisation.units:
        chain = organisation.chain(unit.id, day)
        depth = next((n for n, above in enumerate(chain) if above.id == grant.unit), None)
        if depth is not None:
            borders = [above for above in chain[:depth] if above.own_authority]
            yield unit, _across(PERMITS.get(grant.role, frozenset()), borders)


def _across(permits: frozenset[Permit], borders: Iterable[Unit]) -> frozenset[Permit]:
    """What is left of a role's permits on the other side of borders."""
    for unit in borders:
        kept = set(READING)
        if Admission.CHANGE in unit.admits:
            kept |= set(Permit) - {Permit.READ_PROTECTED}
        if Admission.PROTECTED in unit.admits:
            kept.add(Permit.READ_PROTECTED)
        permits &= kept
    return permits
