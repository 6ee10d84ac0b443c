"""Use cases of the audit trail: reading events, and exporting them for an auditor.

Whoever may see an event because of one thing that it is about sees its parts about that, and no
others. The log names people by number; they are told by the function they acted for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from icengine.domain.access import (
    Actor,
    LogScope,
    Sight,
    System,
    log_scope,
    sees_addresses,
    sight,
)
from icengine.domain.calendar import local_date
from icengine.domain.happening import (
    LOG,
    About,
    about,
    circumstances,
    outline,
    parts,
    without_addresses,
)
from icengine.domain.people import Organisation
from icengine.domain.pseudonym import FORMER, shown_name
from icengine.domain.trail import Entry, Page, Somebody, Wanted, Whom
from icengine.domain.words import capital
from icengine.errors import NotFound
from icengine.services.people import known_organisation
from icengine.store import trail
from icengine.store.db import Session
from icengine.store.events import head

EXPORTED = "händelser exporterade"
PER_PAGE, PER_ROUND = 50, 500
"""Events on a page; events that an export reads at a time."""
SYSTEMS = {"kommandoraden": "Kommandoraden på servern"}
"""What the engine's own parts are called where their name does not say enough."""

_BY_FILE = {"system:kommandoraden": "Inläst på servern"}
"""What a thing's own history says instead of the commands' name."""

SHOWN = System("historik", read_only=True)
"""Who reads names for a page that has decided itself who may see it."""


@dataclass(frozen=True)
class Reader:
    """Whoever reads the log, and what that takes."""

    actor: Actor
    scope: LogScope
    organisation: Organisation
    today: date

    @cached_property
    def everywhere(self) -> bool:
        """Do they see the addresses of every unit?"""
        return all(sees_addresses(self.actor, unit.id) for unit in self.organisation.units)


def _reader(session: Session, actor: Actor, now: datetime) -> Reader:
    """Raises NotFound for whoever may see no events at all."""
    organisation = known_organisation(session)
    scope = log_scope(actor, organisation.root.id)
    if not scope:
        raise NotFound
    return Reader(actor, scope, organisation, local_date(now))


def events(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    wanted: Wanted,
    before: int | None = None,
    limit: int = PER_PAGE,
) -> Page:
    """The newest events that were asked for and may be seen, those before a number where it is given.

    Raises NotFound for whoever may see none at all.
    """
    reader = _reader(session, actor, now)
    whom = _whom(reader.organisation, wanted.person)
    found = trail.logged(session, reader.scope, wanted, whom, before=before, limit=limit + 1)
    shown = found[:limit]
    older = shown[-1].seq if len(found) > limit else None
    return Page(_entries(session, reader, shown), older)


def event(session: Session, *, actor: Actor, now: datetime, seq: int) -> tuple[Entry, bool]:
    """One event, and whether the actor may see the one before it, on which it builds.

    Raises NotFound where there is none for the actor.
    """
    reader = _reader(session, actor, now)
    found = trail.logged(session, reader.scope, Wanted(), None, before=seq + 1, limit=2)
    if not found or found[0].seq != seq:
        raise NotFound
    previous = any(item.seq == seq - 1 for item in found)
    return _entries(session, reader, found[:1])[0], previous


def note_export(session: Session, *, actor: Actor, now: datetime, wanted: Wanted, kind: str) -> int:
    """Keep in the log that events are exported; the number of the last one that is.

    Raises NotFound for whoever may see none.
    """
    _reader(session, actor, now)
    last = head(session).count
    session.record(EXPORTED, LOG, format=kind, wanted=wanted.to_json(), last=last)
    return last


def exported(
    session: Session, *, actor: Actor, now: datetime, wanted: Wanted, last: int
) -> Iterator[tuple[Entry, ...]]:
    """The events up to number `last` that were asked for and may be seen, the oldest first, some at
    a time: six statements for each PER_ROUND of them. See `note_export`, which comes first."""
    reader = _reader(session, actor, now)
    whom = _whom(reader.organisation, wanted.person)
    after = 0
    while True:
        found = trail.logged(
            session, reader.scope, wanted, whom, before=last + 1, after=after, limit=PER_ROUND
        )
        if found:
            yield _entries(session, reader, found)
        if len(found) < PER_ROUND:
            return
        after = found[-1].seq


# -- as the reader may see them --


def _entries(session: Session, reader: Reader, found: Sequence[trail.Logged]) -> tuple[Entry, ...]:
    named = {name for item in found for name in (item.actor, item.subject)}
    names = trail.names(session, named)
    return tuple(_entry(reader, names, item) for item in found)


def _entry(reader: Reader, names: trail.Names, item: trail.Logged) -> Entry:
    things = tuple(thing for thing in item.things if reader.scope.holds(thing))
    stored = item.payload or {}
    own = about(item.subject, {})[0]
    seen = sight(reader.actor, own, own in item.protected) if own.plan else Sight.WHOLE
    if len(things) < len(item.things):
        payload = parts(stored, things)
    else:
        payload = _as_seen(seen, item.kind, stored)
    if not all(_sees_addresses(reader, thing) for thing in things):
        payload = without_addresses(payload, of_plan=any(thing.plan for thing in things))
    whole = item.payload is not None and payload == stored
    behalf, day = str(payload.get("behalf", "")), local_date(item.at)
    person = trail.numbers_in([item.subject], "person")
    return Entry(
        seq=item.seq,
        at=item.at,
        actor=item.actor,
        who=_somebody(reader, names, item.actor, day, behalf),
        kind=item.kind,
        subject=item.subject,
        about_whom=_somebody(reader, names, item.subject, day).name if person else "",
        things=things,
        protected=item.protected & set(things),
        payload=payload,
        whole=whole,
        hidden=seen is Sight.NUMBER,
        disposed=item.payload is None,
        salt=item.salt if whole else "",
        digest=item.digest,
        previous=item.previous,
        hash=item.hash,
    )


def _sees_addresses(reader: Reader, thing: About) -> bool:
    """Is the reader shown people's addresses in what is about this?"""
    return sees_addresses(reader.actor, thing.unit) if thing.unit else reader.everywhere


def _as_seen(seen: Sight, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    if seen is Sight.NUMBER:
        return circumstances(payload)
    return outline(kind, payload) if seen is Sight.OUTLINE else payload


def _somebody(
    reader: Reader, names: trail.Names, actor: str, day: date, behalf: str = ""
) -> Somebody:
    """Who it is that the log names so."""
    kind, _, name = actor.partition(":")
    if kind == "system":
        return Somebody(SYSTEMS.get(name, capital(name)), actor)
    number: int | None = min(trail.numbers_in([actor], kind), default=None)
    email, asked = names.emails.get(number or 0, ""), str(number or "")
    if kind == "länk":
        email = names.links.get(number or 0, "")
        number = names.numbers.get(email)
        asked = str(number) if number else actor
    told = shown_name(
        reader.organisation,
        number=number,
        email=email,
        day=day,
        today=reader.today,
        behalf=behalf,
        by_account=number in names.by_account,
    )
    return Somebody(told, asked)


def told(
    session: Session, organisation: Organisation, today: date, done: Collection[tuple[str, date]]
) -> dict[tuple[str, date], str]:
    """(as the log names them, the day they did it) -> who that is, in words."""
    reader = Reader(SHOWN, LogScope(), organisation, today)
    names = trail.names(session, {actor for actor, _ in done})
    return {
        (actor, day): _BY_FILE.get(actor) or _somebody(reader, names, actor, day).name
        for actor, day in done
    }


def _whom(organisation: Organisation, text: str) -> Whom | None:
    """Whose events a text asks for: an address, a number, "länk:7", "system:tidtabellen", or the
    function that somebody has or has had. None for an empty one, which asks for everybody's."""
    text = " ".join(text.split())
    number = re.fullmatch(rf"(?:person:|{FORMER} )?([0-9]{{1,9}})", text)
    link = re.fullmatch(r"länk:([0-9]{1,9})", text)
    if not text:
        return None
    if number:
        return Whom(numbers=frozenset({int(number[1])}))
    if link:
        return Whom(links=frozenset({int(link[1])}))
    if text.startswith("system:"):
        return Whom(systems=frozenset({text.removeprefix("system:")}))
    if "@" in text:
        return Whom(emails=frozenset({text.casefold()}))
    function = organisation.function(text)
    return Whom(
        emails=frozenset(held.email for held in function.holders) if function else frozenset()
    )
