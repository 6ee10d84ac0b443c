"""Reading the event log: a page at a time, by what was asked for and what may be seen."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select, true
from sqlmodel import col

from icengine.domain.access import LogScope
from icengine.domain.calendar import DAY, local_midnight
from icengine.domain.happening import About
from icengine.domain.trail import Wanted, Whom
from icengine.store.db import Session
from icengine.store.mail_tables import LinkRow
from icengine.store.protected import protected_controls
from icengine.store.tables import EventAboutRow, EventPayloadRow, EventRow, PersonRow, WebSessionRow


@dataclass(frozen=True)
class Logged:
    """An event as it is stored."""

    seq: int
    at: datetime
    actor: str
    kind: str
    subject: str
    digest: str
    previous: str
    hash: str
    salt: str
    payload: dict[str, Any] | None
    """None where it is gallrad."""
    things: tuple[About, ...]
    """Everything it is about."""
    protected: frozenset[About]
    """Those of them that are protected controls, in any version of their plan."""


@dataclass(frozen=True)
class Names:
    """Whose numbers the log's are."""

    emails: dict[int, str]
    """A person's number -> their address; those whose address is gone are left out."""
    numbers: dict[str, int]
    """The other way."""
    links: dict[int, str]
    """A link's number -> its holder's address."""
    by_account: frozenset[int]
    """People whose account has brought roles."""


def logged(
    session: Session,
    scope: LogScope,
    wanted: Wanted,
    whom: Whom | None,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int,
) -> list[Logged]:
    """Events that were asked for and may be seen: three statements, whatever their number.

    The newest first, those before number `before` where it is given; with `after` the oldest first,
    those after that number. `whom` is None where anybody's are asked for.
    """
    query = (
        select(EventRow, EventPayloadRow)
        .join(EventPayloadRow, col(EventPayloadRow.seq) == col(EventRow.seq), isouter=True)
        .where(_about(scope, wanted), *_named(wanted, whom))
        .order_by(col(EventRow.seq) if after is not None else col(EventRow.seq).desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(col(EventRow.seq) < before)
    if after is not None:
        query = query.where(col(EventRow.seq) > after)
    rows = session.execute(query).all()
    if not rows:
        return []
    things = _things(session, [row.seq for row, _ in rows])
    protected = protected_controls(
        session, {thing.plan for all in things.values() for thing in all}
    )
    return [_logged(row, payload, things.get(row.seq, ()), protected) for row, payload in rows]


def _logged(
    row: EventRow,
    payload: EventPayloadRow | None,
    things: tuple[About, ...],
    protected: frozenset[tuple[str, str]],
) -> Logged:
    return Logged(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        kind=row.kind,
        subject=row.subject,
        digest=row.digest,
        previous=row.previous,
        hash=row.hash,
        salt=payload.salt if payload else "",
        payload=json.loads(payload.payload) if payload else None,
        things=things,
        protected=frozenset(thing for thing in things if (thing.plan, thing.control) in protected),
    )


def _about(scope: LogScope, wanted: Wanted) -> ColumnElement[bool]:
    """It is about one thing, at least, that may be seen and that is asked for."""
    asked = [
        column == value
        for column, value in (
            (col(EventAboutRow.plan), wanted.plan),
            (col(EventAboutRow.control), wanted.control),
            (col(EventAboutRow.unit), wanted.unit),
        )
        if value
    ]
    if scope.everything and not asked:
        return true()
    seen = () if scope.everything else (_seen(scope),)
    if wanted.plan:  # few of all: found by their plan, not looked for among the newest
        theirs = select(col(EventAboutRow.seq)).where(*seen, *asked)
        return col(EventRow.seq).in_(theirs)
    same = col(EventAboutRow.seq) == col(EventRow.seq)
    return select(col(EventAboutRow.seq)).where(same, *seen, *asked).exists()


def _seen(scope: LogScope) -> ColumnElement[bool]:
    """The rows of what may be seen: `LogScope.holds`, in SQL."""
    plan, unit = col(EventAboutRow.plan), col(EventAboutRow.unit)
    offices = true() if scope.every_office else unit.in_(scope.offices)
    return or_(and_(plan != "", unit.in_(scope.plans)), and_(plan == "", offices))


def _named(wanted: Wanted, whom: Whom | None) -> list[ColumnElement[bool]]:
    found = []
    if wanted.kind:
        found.append(col(EventRow.kind) == wanted.kind)
    if wanted.start:
        found.append(col(EventRow.at) >= local_midnight(wanted.start))
    if wanted.end:
        found.append(col(EventRow.at) < local_midnight(wanted.end + DAY))
    if whom is not None:
        found.append(_whose(whom))
    return found


def _whose(whom: Whom) -> ColumnElement[bool]:
    """They did it, or it was done to them."""
    actor, subject = col(EventRow.actor), col(EventRow.subject)
    people = select(literal("person:").concat(cast(col(PersonRow.id), String))).where(
        or_(col(PersonRow.email).in_(whom.emails), col(PersonRow.id).in_(whom.numbers))
    )
    theirs = select(col(LinkRow.email)).where(col(LinkRow.id).in_(whom.links))
    numbered = select(col(PersonRow.email)).where(
        col(PersonRow.id).in_(whom.numbers), col(PersonRow.email).is_not(None)
    )
    email = col(LinkRow.email)
    links = select(literal("länk:").concat(cast(col(LinkRow.id), String))).where(
        email != "", or_(email.in_(whom.emails), email.in_(theirs), email.in_(numbered))
    )
    return or_(
        actor.in_(people),
        actor.in_(links),
        actor.in_([f"system:{name}" for name in whom.systems]),
        subject.in_(people),
    )


def _things(session: Session, seqs: Sequence[int]) -> dict[int, tuple[About, ...]]:
    query = (
        select(EventAboutRow)
        .where(col(EventAboutRow.seq).in_(seqs))
        .order_by(
            col(EventAboutRow.seq),
            col(EventAboutRow.unit),
            col(EventAboutRow.plan),
            col(EventAboutRow.control),
        )
    )
    found: dict[int, tuple[About, ...]] = {}
    for row in session.scalars(query):
        found[row.seq] = (*found.get(row.seq, ()), About(row.unit, row.plan, row.control))
    return found


def names(session: Session, actors: Collection[str]) -> Names:
    """Who these are, "person:12" and "länk:7" as the log names them; three statements."""
    numbers, links = numbers_in(actors, "person"), numbers_in(actors, "länk")
    holders = dict(
        session.execute(
            select(col(LinkRow.id), col(LinkRow.email)).where(col(LinkRow.id).in_(links))
        ).all()
    )
    people = session.execute(
        select(col(PersonRow.id), col(PersonRow.email)).where(
            or_(col(PersonRow.id).in_(numbers), col(PersonRow.email).in_(set(holders.values())))
        )
    ).all()
    emails = {number: email for number, email in people if email}
    brought = select(col(WebSessionRow.person)).where(
        col(WebSessionRow.person).in_(emails), cast(col(WebSessionRow.brought), String) != "[]"
    )
    return Names(
        emails=emails,
        numbers={email: number for number, email in emails.items()},
        links=holders,
        by_account=frozenset(session.scalars(brought.distinct())),
    )


def numbers_in(actors: Collection[str], kind: str) -> set[int]:
    """The numbers of those of a kind: {12} for "person:12"."""
    found = (actor.partition(":") for actor in actors)
    return {int(n) for name, _, n in found if name == kind and n.isascii() and n.isdecimal()}


def newest(
    session: Session, subject: str, kind: str
) -> tuple[int, datetime, dict[str, Any]] | None:
    """Number, time and payload of the last event of a kind about this; None where there is none."""
    query = (
        select(EventRow, EventPayloadRow)
        .join(EventPayloadRow, col(EventPayloadRow.seq) == col(EventRow.seq), isouter=True)
        .where(col(EventRow.subject) == subject, col(EventRow.kind) == kind)
        .order_by(col(EventRow.seq).desc())
        .limit(1)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    return row[0].seq, row[0].at, json.loads(row[1].payload) if row[1] else {}


def payloads_since(session: Session, seq: int, kinds: Collection[str]) -> list[dict[str, Any]]:
    """What events of these kinds say, after that number."""
    query = (
        select(col(EventPayloadRow.payload))
        .join(EventRow, col(EventRow.seq) == col(EventPayloadRow.seq))
        .where(col(EventRow.seq) > seq, col(EventRow.kind).in_(kinds))
    )
    return [json.loads(payload) for payload in session.scalars(query)]


def count_since(session: Session, seq: int, but: Collection[str]) -> int:
    """How many events there are after that number, of other kinds than those."""
    query = (
        select(func.count())
        .select_from(EventRow)
        .where(col(EventRow.seq) > seq, col(EventRow.kind).not_in(but))
    )
    return int(session.scalar(query) or 0)
