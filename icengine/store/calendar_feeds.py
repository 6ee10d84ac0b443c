"""Secret addresses that calendars subscribe to: known only by the hash of their secret."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import col

from icengine.store.db import Session
from icengine.store.links import digest, new_secret
from icengine.store.mail_tables import CalendarFeedRow
from icengine.store.tables import PersonRow


def begun(session: Session, person: int) -> datetime | None:
    """When somebody's address was made; None where they have none that holds."""
    query = select(col(CalendarFeedRow.created_at)).where(
        col(CalendarFeedRow.person) == person, col(CalendarFeedRow.revoked_at).is_(None)
    )
    return session.scalar(query)


def begin(session: Session, person: int, now: datetime) -> str:
    """A new address in place of the one there was; its secret."""
    end(session, person, now)
    secret = new_secret()
    row = {"person": person, "digest": digest(secret), "created_at": now}
    session.execute(insert(CalendarFeedRow), [row])
    return secret


def end(session: Session, person: int, now: datetime) -> bool:
    """The address shows nothing from now on; was there one?"""
    statement = (
        update(CalendarFeedRow)
        .where(col(CalendarFeedRow.person) == person, col(CalendarFeedRow.revoked_at).is_(None))
        .values(revoked_at=now)
        .returning(col(CalendarFeedRow.id))
        .execution_options(synchronize_session=False)
    )
    return session.scalar(statement) is not None


def owner(session: Session, secret: str) -> tuple[int, str] | None:
    """(number, address) of whose it is; None where there is no such address, or not any more."""
    query = (
        select(col(PersonRow.id), col(PersonRow.email))
        .join(CalendarFeedRow, col(CalendarFeedRow.person) == col(PersonRow.id))
        .where(
            col(CalendarFeedRow.digest) == digest(secret),
            col(CalendarFeedRow.revoked_at).is_(None),
            col(PersonRow.email).is_not(None),
        )
    )
    found = session.execute(query).first()
    return (found[0], found[1]) if found else None
