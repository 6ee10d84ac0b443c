"""E-mailed links: minted at delivery, known only by the hash of their secret."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, insert, select, update
from sqlmodel import col

from icengine.store.db import Session
from icengine.store.mail_tables import LinkActionRow, LinkRow, LinkTaskRow
from icengine.store.tables import PersonRow


@dataclass(frozen=True)
class FoundLink:
    """A link that somebody came with."""

    id: int
    email: str
    function: str
    """The function its holder answers for."""
    created_at: datetime
    revoked: bool
    tasks: frozenset[int]
    """Those it answers."""
    approves: frozenset[int] = frozenset()
    """Those whose answers it approves."""
    actions: frozenset[int] = frozenset()
    person: int = 0
    """Its holder's number; 0 where they have none."""


@dataclass(frozen=True)
class Wanted:
    """A link to be made: whose it is, and what it is for."""

    email: str
    function: str
    tasks: tuple[int, ...] = ()
    approves: tuple[int, ...] = ()
    actions: tuple[int, ...] = ()


def new_secret() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def mint(session: Session, wanted: Sequence[Wanted], now: datetime) -> list[str]:
    """A secret for each, in order; at most four statements."""
    if not wanted:
        return []
    minted = [new_secret() for _ in wanted]
    rows = [
        {"digest": digest(secret), "email": to.email, "function": to.function, "created_at": now}
        for secret, to in zip(minted, wanted, strict=True)
    ]
    session.execute(insert(LinkRow), rows)
    found = session.execute(
        select(col(LinkRow.digest), col(LinkRow.id)).where(
            col(LinkRow.digest).in_([row["digest"] for row in rows])
        )
    )
    by_digest = dict(found.all())
    pairs = [(by_digest[row["digest"]], to) for row, to in zip(rows, wanted, strict=True)]
    tasks = [
        {"link": link, "task": task, "approve": task in to.approves}
        for link, to in pairs
        for task in dict.fromkeys((*to.tasks, *to.approves))
    ]
    actions = [
        {"link": link, "action": action}
        for link, to in pairs
        for action in dict.fromkeys(to.actions)
    ]
    if tasks:
        session.execute(insert(LinkTaskRow), tasks)
    if actions:
        session.execute(insert(LinkActionRow), actions)
    return minted


def find(session: Session, secret: str) -> FoundLink | None:
    """The link with that secret; None where there is none."""
    found = session.execute(
        select(LinkRow, col(PersonRow.id))
        .join(PersonRow, col(PersonRow.email) == col(LinkRow.email), isouter=True)
        .where(col(LinkRow.digest) == digest(secret))
    ).first()
    if found is None:
        return None
    row, person = found
    assert row.id is not None
    theirs = select(col(LinkTaskRow.task), col(LinkTaskRow.approve))
    tasks = dict(session.execute(theirs.where(col(LinkTaskRow.link) == row.id)).all())
    actions = session.scalars(
        select(col(LinkActionRow.action)).where(col(LinkActionRow.link) == row.id)
    )
    return FoundLink(
        row.id, row.email, row.function, row.created_at, row.revoked_at is not None,
        frozenset(task for task, approve in tasks.items() if not approve),
        frozenset(task for task, approve in tasks.items() if approve),
        frozenset(actions),
        person or 0,
    )  # fmt: skip


def revoke(session: Session, tasks: Sequence[int], now: datetime) -> None:
    """End every way by link to these tasks; a link to others as well goes on for those."""
    if not tasks:
        return
    theirs = col(LinkTaskRow.task).in_(tasks)
    held = select(col(LinkTaskRow.link)).where(theirs)
    others = exists().where(col(LinkTaskRow.link) == col(LinkRow.id), ~theirs)
    actions = exists().where(col(LinkActionRow.link) == col(LinkRow.id))
    connection = session.connection()
    connection.execute(
        update(LinkRow)
        .where(col(LinkRow.id).in_(held), col(LinkRow.revoked_at).is_(None), ~others, ~actions)
        .values(revoked_at=now)
    )
    live = select(col(LinkRow.id)).where(col(LinkRow.revoked_at).is_(None))
    connection.execute(delete(LinkTaskRow).where(theirs, col(LinkTaskRow.link).in_(live)))
