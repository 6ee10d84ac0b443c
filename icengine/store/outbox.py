"""The outbox: mails that are owed, wait, are being delivered, or have been sent.

A row holds the notice, never a secret. States: väntar, sänds, sänd, avvisad, inställd.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from icengine.domain.notice import ActionNotice, AnyNotice, NoticeKind, read_notice
from icengine.store.columns import among, unsorted
from icengine.store.db import Session
from icengine.store.mail_tables import BadAddressRow, OutboxRow

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
    letter: int = 0
    """The one it left with before, where the server may have taken it; 0 for none."""


@dataclass(frozen=True)
class Settled:
    """What became of a delivery."""

    id: int
    state: str
    next_at: datetime
    sent_at: datetime | None
    error: str
    letter: int = 0
    """The letter it left, or may have left, with; 0 where it surely did not."""


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


def known(session: Session, keys: Collection[str]) -> set[str]:
    """Those of the keys that have been owed before, whatever became of them."""
    query = select(col(OutboxRow.key)).where(col(OutboxRow.key).in_(keys))
    return set(session.scalars(query)) if keys else set()


def take(
    session: Session,
    *,
    now: datetime,
    until: datetime,
    limit: int,
    kinds: Collection[NoticeKind] = (),
) -> list[Owed]:
    """Take out the mails whose time has come to up to `limit` people, all of each person's together;
    they are this caller's until `until`.

    `kinds` leaves others be, where it is given. A mail that was taken and never settled is taken
    again after that. Nothing is taken for an address that is marked as bad.
    """
    bad = exists().where(
        col(BadAddressRow.email) == col(OutboxRow.email), col(BadAddressRow.cleared_at).is_(None)
    )
    due = [
        among(OutboxRow.state, (WAITING, SENDING)), col(OutboxRow.next_at) <= now, ~bad,
        *([col(OutboxRow.kind).in_([str(kind) for kind in kinds])] if kinds else []),
    ]  # fmt: skip
    people = (
        select(col(OutboxRow.email))
        .where(*due)
        .group_by(unsorted(col(OutboxRow.email)))
        .order_by(func.min(col(OutboxRow.id)))
        .limit(limit)
    )
    ids = (
        select(col(OutboxRow.id))
        .where(*due, col(OutboxRow.email).in_(people))
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
    return [
        Owed(row.id or 0, row.task or 0, row.attempts, read_notice(row.notice), row.letter or 0)
        for row in rows
    ]


def sent_with(session: Session, letters: Sequence[tuple[int, int]]) -> None:
    """Note which letter each mail leaves with: (mail, letter)."""
    if letters:
        session.connection().execute(
            update(OutboxRow)
            .where(col(OutboxRow.id) == bindparam("row"))
            .values(letter=bindparam("its_letter")),
            [{"row": mail, "its_letter": letter} for mail, letter in letters],
        )


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
                letter=bindparam("new_letter"),
            ),
            [
                {
                    "row": item.id,
                    "new_state": item.state,
                    "new_next": item.next_at,
                    "new_sent": item.sent_at,
                    "new_error": item.error,
                    "new_letter": item.letter or None,
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
