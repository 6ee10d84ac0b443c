"""E-mailed links: minted at delivery, known only by the hash of their secret."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import col

from icengine.store.db import Session
from icengine.store.tables import LinkRow, LinkTaskRow


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


def new_secret() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def mint(session: Session, wanted: Sequence[tuple[str, str, int]], now: datetime) -> list[str]:
    """A secret for each (address, function, task), in order; two statements and a flush."""
    if not wanted:
        return []
    minted = [new_secret() for _ in wanted]
    rows = [
        {"digest": digest(secret), "email": email, "function": function, "created_at": now}
        for secret, (email, function, _) in zip(minted, wanted, strict=True)
    ]
    session.execute(insert(LinkRow), rows)
    ids = dict(
        session.execute(
            select(col(LinkRow.digest), col(LinkRow.id)).where(
                col(LinkRow.digest).in_([row["digest"] for row in rows])
            )
        ).all()
    )
    session.execute(
        insert(LinkTaskRow),
        [
            {"link": ids[digest(secret)], "task": task}
            for secret, (_, _, task) in zip(minted, wanted, strict=True)
        ],
    )
    return minted


def find(session: Session, secret: str) -> FoundLink | None:
    """The link with that secret; None where there is none."""
    rows = session.execute(
        select(LinkRow, col(LinkTaskRow.task))
        .join(LinkTaskRow, col(LinkTaskRow.link) == col(LinkRow.id))
        .where(col(LinkRow.digest) == digest(secret))
    ).all()
    if not rows:
        return None
    row = rows[0][0]
    assert row.id is not None
    tasks = frozenset(task for _, task in rows)
    revoked = row.revoked_at is not None
    return FoundLink(row.id, row.email, row.function, row.created_at, revoked, tasks)


def revoke(session: Session, tasks: Sequence[int], now: datetime) -> None:
    """End every link to these tasks."""
    if tasks:
        theirs = select(col(LinkTaskRow.link)).where(col(LinkTaskRow.task).in_(tasks))
        session.connection().execute(
            update(LinkRow)
            .where(col(LinkRow.id).in_(theirs), col(LinkRow.revoked_at).is_(None))
            .values(revoked_at=now)
        )
