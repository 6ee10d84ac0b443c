"""Somebody's own roles, functions and sessions, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.access import PERMITS, Permit
from icengine.domain.calendar import local_date
from icengine.domain.extract_sections import METHODS
from icengine.domain.people import Organisation, Role
from icengine.services.login import Visitor
from icengine.store.logins import WebSession
from icengine.web.pages import wording

MEANS: dict[Role, str] = {
    Role.ADMINISTRATOR: "Du sköter enheter, personer, roller och inställningar. Planer och svar ser "
    "du inte.",
    Role.CONTROLLER: "Du gör planen, följer kontrollerna och skriver rapporten.",
    Role.MANAGER: "Du läser allt som inte är skyddat och utser ersättare.",
    Role.READER: "Du läser antagna planer, ser hur det går och vad som har hänt.",
}
"""What a role is for, to the one who has it."""


@dataclass(frozen=True)
class Held:
    """A role that somebody has."""

    role: str
    unit: str
    means: str
    through: str
    """"som Controllern", where it follows from a function."""
    until: str
    """"till och med 31 december 2026"; "" where no end is set."""
    below: tuple[str, ...]
    """Units below that it holds for in full."""
    reading: tuple[str, ...]
    """Authorities below of which it permits reading only."""


@dataclass(frozen=True)
class Mine:
    """What somebody may do."""

    email: str
    functions: tuple[tuple[str, str], ...]
    """(function, its unit's name)."""
    roles: tuple[Held, ...]


def what_i_may(me: Visitor, now: datetime) -> Mine:
    """Roles and functions as they hold today."""
    organisation, email, today = me.organisation, me.person.email, local_date(now)
    given = [(g.role, g.unit, g.function, g.end) for g in organisation.granted(email, today)]
    brought = [(Role(role), unit, "", None) for role, unit in me.session.brought]
    return Mine(
        email=email,
        functions=tuple(
            (f.name, _name(organisation, f.unit))
            for f in organisation.functions
            if f.name in me.person.functions
        ),
        roles=tuple(_held(me, *item, today) for item in (*given, *brought)),
    )


def _held(me: Visitor, role: Role, unit: str, function: str, end: date | None, today: date) -> Held:
    organisation = me.organisation
    under = [u for u in organisation.below(unit, today) if u.id != unit and u.exists(today)]
    full = PERMITS[role] - {Permit.READ_PROTECTED}
    whole = [u for u in under if all((p, u.id) in me.person.rights for p in full)]
    return Held(
        role=str(role),
        unit=_name(organisation, unit),
        means=MEANS[role],
        through=f"som {function}" if function else "",
        until=f"till och med {wording.day(end, today)}" if end else "",
        below=tuple(u.name for u in whole),
        reading=tuple(
            u.name
            for u in under
            if u not in whole and any((p, u.id) in me.person.rights for p in full)
        ),
    )


def _name(organisation: Organisation, id: str) -> str:
    unit = organisation.unit(id)
    return unit.name if unit else id


@dataclass(frozen=True)
class SessionView:
    """A place where somebody is logged in."""

    id: int
    agent: str
    address: str
    method: str
    since: str
    seen: str
    here: bool


def session_view(one: WebSession, here: int, now: datetime) -> SessionView:
    """A session in words."""
    today = local_date(now)
    return SessionView(
        id=one.id,
        agent=one.agent,
        address=one.address,
        method=METHODS.get(one.method, one.method),
        since=wording.recent(one.created_at, today),
        seen=wording.recent(one.seen_at, today),
        here=one.id == here,
    )
