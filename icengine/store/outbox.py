"""The outbox: mails that are owed, wait, are being delivered, or have been sent.

A row holds the notice, never a secret. States: väntar, sänds, sänd, avvisad, inställd.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from icengine.domain.notice import ActionNotice, AnyNotice, NoticeKind, read_notice
from icengine.store.db import Session
from icengine.store.mail_tables import OutboxRow

WAITING, SENDING, SENT, REFUSED, WITHDRAWN = "väntar", "sänds", "sänd", "avvisad", "inställd"


@dataclass(frozen=True)
class Owed:
    """A mail taken out for delivery."""

    id: int
    task: int
    """0 for a mail that is about none."""
    attempts: int
    """How many times it has been tried, this one included."""
    notice: AnyNotice


@dataclass(frozen=True)
class Settled:
    """What became of a delivery."""

    id: int
    state: str
    next_at: datetime
    sent_at: datetime | None
    error: str


def put(session: Session, notices: Sequence[tuple[int | None, AnyNotice]], now: datetime) -> None:
    """Put mails in the outbox, each at most once however often it is owed."""
    if not notices:
        return
    dialect = session.connection().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    rows: list[dict[str, Any]] = [
        {
            "key": notice.key,
            "kind": str(notice.kind),
            "email": notice.email,
            "task": task,
            "action": notice.action if isinstance(notice, ActionNotice) else None,
            "notice": notice.to_json(),
            "state": WAITING,
            "attempts": 0,
            "created_at": now,
            "next_at": now,
            "error": "",
        }
        for task, notice in notices
    ]
    statement = insert(OutboxRow).on_conflict_do_nothing(index_elements=["key"])
    session.connection().execute(statement, rows)


def take(session: Session, *, now: datetime, until: datetime, limit: int) -> list[Owed]:
    """Take out the mails whose time has come; they are this caller's until `until`.

    A mail that was taken and never settled is taken again after that.
    """
    waiting = col(OutboxRow.state).in_((WAITING, SENDING))
    ids = (
        select(col(OutboxRow.id))
        .where(waiting, col(OutboxRow.next_at) <= now)
        .order_by(col(OutboxRow.next_at), col(OutboxRow.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = list(session.scalars(ids))
    if not taken:
        return []
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(taken))
        .values(state=SENDING, next_at=until, attempts=col(OutboxRow.attempts) + 1)
        .execution_options(synchronize_session=False)
    )
    rows = session.scalars(
        select(OutboxRow).where(col(OutboxRow.id).in_(taken)).order_by(col(OutboxRow.id))
    )
    return [Owed(row.id or 0, row.task or 0, row.attempts, read_notice(row.notice)) for row in rows]


def withdraw(
    session: Session,
    tasks: Sequence[int],
    why: str = "Planen ändrades innan mejlet hade skickats.",
) -> set[int]:
    """Take back the mails about these tasks that have not been sent; the tasks they were about."""
    if not tasks:
        return set()
    statement = (
        update(OutboxRow)
        .where(col(OutboxRow.task).in_(tasks), col(OutboxRow.state) == WAITING)
        .values(state=WITHDRAWN, error=why)
        .returning(col(OutboxRow.task))
        .execution_options(synchronize_session=False)
    )
    return {task for task in session.scalars(statement) if task is not None}


def settle(session: Session, outcomes: Sequence[Settled]) -> None:
    """Record what became of deliveries."""
    if outcomes:
        session.connection().execute(
            update(OutboxRow)
            .where(col(OutboxRow.id) == bindparam("row"))
            .values(
                state=bindparam("new_state"),
                next_at=bindparam("new_next"),
                sent_at=bindparam("new_sent"),
                error=bindparam("new_error"),
            ),
            [
                {
                    "row": item.id,
                    "new_state": item.state,
                    "new_next": item.next_at,
                    "new_sent": item.sent_at,
                    "new_error": item.error,
                }
                for item in outcomes
            ],
        )


def asked_since(session: Session, kind: NoticeKind, email: str, since: datetime) -> int:
    """How many mails of a kind somebody has been owed since then."""
    query = (
        select(func.count())
        .select_from(OutboxRow)
        .where(
            col(OutboxRow.kind) == str(kind),
            col(OutboxRow.email) == email,
            col(OutboxRow.created_at) > since,
        )
    )
    return int(session.scalar(query) or 0)


def counts(session: Session) -> dict[str, int]:
    """How many mails are in each state."""
    query = select(col(OutboxRow.state), func.count()).group_by(col(OutboxRow.state))
    return dict(session.execute(query).all())
