"""People who log in: their numbers, their login links, and their sessions.

Of every secret only its hash is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from icengine.store.db import Session
from icengine.store.links import digest, new_secret
from icengine.store.tables import (
    LoginAttemptRow,
    LoginLinkRow,
    OrganisationRow,
    PersonRow,
    WebSessionRow,
)


@dataclass(frozen=True)
class LoginLink:
    """A login link that somebody came with."""

    id: int
    person: int | None
    """None: for whoever names the first administrator."""
    email: str
    target: str
    expires_at: datetime
    used: bool


@dataclass(frozen=True)
class WebSession:
    """Somebody logged in from a browser."""

    id: int
    person: int
    email: str
    method: str
    """How they logged in: "länk", "konto", "konsol"."""
    address: str
    agent: str
    brought: tuple[tuple[str, str], ...]
    """Roles the account brought: (role, unit)."""
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Attempt:
    """A login begun at the kommun's own provider."""

    state: str
    nonce: str
    verifier: str
    target: str
    expires_at: datetime


# -- people --


def number_of(session: Session, email: str, now: datetime) -> int:
    """The person's number; a new one where the address is new."""
    register(session, [email], now)
    found = session.scalar(select(col(PersonRow.id)).where(col(PersonRow.email) == email))
    assert found is not None
    return found


def register(session: Session, emails: Iterable[str], now: datetime) -> None:
    """Give a number to every address that has none, in the order of the addresses."""
    rows = [{"email": email, "created_at": now} for email in sorted(set(emails))]
    if not rows:
        return
    dialect = session.connection().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(PersonRow).on_conflict_do_nothing(index_elements=["email"])
    session.execute(statement, rows)


def numbers(session: Session, emails: Iterable[str]) -> dict[str, int]:
    """Address -> number, of those that have one."""
    query = select(col(PersonRow.email), col(PersonRow.id)).where(
        col(PersonRow.email).in_(set(emails))
    )
    return {email: id for email, id in session.execute(query) if email and id is not None}


def known_number(session: Session, email: str) -> int | None:
    """The person's number; None where they have none yet."""
    return session.scalar(select(col(PersonRow.id)).where(col(PersonRow.email) == email))


def addresses(session: Session, numbers: Iterable[int]) -> dict[int, str]:
    """Number -> address, of those that are known."""
    query = select(col(PersonRow.id), col(PersonRow.email)).where(
        col(PersonRow.id).in_(set(numbers)), col(PersonRow.email).is_not(None)
    )
    return {id: email for id, email in session.execute(query) if id is not None and email}


# -- login links --


def mint_links(
    session: Session,
    wanted: Sequence[tuple[int | None, str, datetime]],
    now: datetime,
) -> list[str]:
    """A secret for each (person, where to go then, when it ends), in order; one statement."""
    if not wanted:
        return []
    minted = [new_secret() for _ in wanted]
    rows = [
        {
            "digest": digest(secret), "person": person, "target": target, "created_at": now,
            "expires_at": ends,
        }
        for secret, (person, target, ends) in zip(minted, wanted, strict=True)
    ]  # fmt: skip
    session.connection().execute(insert(LoginLinkRow), rows)
    return minted


def find_link(session: Session, secret: str) -> LoginLink | None:
    """The link with that secret; None where there is none."""
    query = (
        select(LoginLinkRow, col(PersonRow.email))
        .join(PersonRow, col(PersonRow.id) == col(LoginLinkRow.person), isouter=True)
        .where(col(LoginLinkRow.digest) == digest(secret))
    )
    found = session.execute(query).first()
    if found is None:
        return None
    row, email = found
    return LoginLink(
        row.id, row.person, email or "", row.target, row.expires_at, row.used_at is not None
    )


def use_link(session: Session, id: int, now: datetime) -> bool:
    """Use it up; False where somebody has been before."""
    statement = (
        update(LoginLinkRow)
        .where(col(LoginLinkRow.id) == id, col(LoginLinkRow.used_at).is_(None))
        .values(used_at=now)
    )
    return bool(session.connection().execute(statement).rowcount)


def use_up_first_links(session: Session, now: datetime) -> None:
    """End every link that names a first administrator."""
    session.connection().execute(
        update(LoginLinkRow)
        .where(col(LoginLinkRow.person).is_(None), col(LoginLinkRow.used_at).is_(None))
        .values(used_at=now)
    )


# -- logins at the kommun's own provider --


def keep_attempt(session: Session, secret: str, attempt: Attempt) -> None:
    """Keep what was asked of the provider until the browser comes back."""
    session.add(
        LoginAttemptRow(
            digest=digest(secret), state=attempt.state, nonce=attempt.nonce,
            verifier=attempt.verifier, target=attempt.target, expires_at=attempt.expires_at,
        )
    )  # fmt: skip
    session.flush()


def take_attempt(session: Session, secret: str) -> Attempt | None:
    """What was asked, once."""
    row = session.get(LoginAttemptRow, digest(secret))
    if row is None:
        return None
    found = Attempt(row.state, row.nonce, row.verifier, row.target, row.expires_at)
    session.delete(row)
    session.flush()
    return found


# -- sessions --


def begin_session(
    session: Session,
    person: int,
    *,
    method: str,
    address: str,
    agent: str,
    brought: Iterable[tuple[str, str]],
    now: datetime,
    lasts: timedelta,
) -> tuple[int, str]:
    """(its number, the cookie's secret)."""
    secret = new_secret()
    row = WebSessionRow(
        digest=digest(secret), person=person, method=method, address=address, agent=agent,
        brought=[list(pair) for pair in brought], created_at=now, seen_at=now,
        expires_at=now + lasts,
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id, secret


def find_session(
    session: Session, secret: str, now: datetime, idle: timedelta
) -> tuple[WebSession, str | None] | None:
    """The session of a cookie, where it still holds, and the document of the newest organisation, for
    which every page asks at the same time; None in its place where none was imported."""
    given = {"now": now, "used": now - idle, "digest": digest(secret)}
    row = session.connection().execute(_by_digest(), given).first()
    return (_session(row), row.document) if row else None


@cache
def _by_digest() -> Any:
    newest = col(OrganisationRow.version).desc()
    document = select(col(OrganisationRow.document)).order_by(newest).limit(1)
    return (
        _live()
        .add_columns(document.scalar_subquery().label("document"))
        .where(col(WebSessionRow.digest) == bindparam("digest"))
    )


def sessions_of(
    session: Session, person: int, now: datetime, idle: timedelta
) -> tuple[WebSession, ...]:
    """Somebody's sessions that still hold, the last used first."""
    query = _live().where(col(WebSessionRow.person) == person)
    query = query.order_by(col(WebSessionRow.seen_at).desc())
    rows = session.connection().execute(query, {"now": now, "used": now - idle})
    return tuple(_session(row) for row in rows)


def _live() -> Any:
    """Sessions that hold `now` and were `used` since then, with whose they are."""
    columns: Any = select(
        col(WebSessionRow.id), col(WebSessionRow.person), col(WebSessionRow.method),
        col(WebSessionRow.address), col(WebSessionRow.agent), col(WebSessionRow.brought),
        col(WebSessionRow.created_at), col(WebSessionRow.seen_at), col(WebSessionRow.expires_at),
        col(PersonRow.email),
    )  # fmt: skip
    return columns.join(PersonRow, col(PersonRow.id) == col(WebSessionRow.person)).where(
        col(WebSessionRow.ended_at).is_(None),
        col(WebSessionRow.expires_at) > bindparam("now"),
        col(WebSessionRow.seen_at) > bindparam("used"),
        col(PersonRow.email).is_not(None),
    )


def _session(row: Any) -> WebSession:
    return WebSession(
        row.id, row.person, row.email, row.method, row.address, row.agent,
        tuple((role, unit) for role, unit in row.brought), row.created_at, row.seen_at,
        row.expires_at,
    )  # fmt: skip


def touch_session(session: Session, id: int, now: datetime) -> None:
    """It was used now."""
    session.connection().execute(
        update(WebSessionRow).where(col(WebSessionRow.id) == id).values(seen_at=now)
    )


def end_sessions(
    session: Session, person: int, now: datetime, *, only: int | None = None, but: int | None = None
) -> int:
    """End somebody's sessions, one of them, or all but one; how many ended."""
    statement = (
        update(WebSessionRow)
        .where(col(WebSessionRow.person) == person, col(WebSessionRow.ended_at).is_(None))
        .values(ended_at=now)
    )
    if only is not None:
        statement = statement.where(col(WebSessionRow.id) == only)
    if but is not None:
        statement = statement.where(col(WebSessionRow.id) != but)
    return int(session.connection().execute(statement).rowcount)
