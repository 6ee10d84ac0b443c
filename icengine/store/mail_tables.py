"""Tables of links and mails. No table holds a secret, only its hash."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, String, text
from sqlmodel import Field, SQLModel

from icengine.store.columns import instant, long_text


class LinkRow(SQLModel, table=True):
    """An e-mailed link: only the hash of its secret is kept."""

    __tablename__ = "link"
    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    email: str
    function: str
    created_at: datetime = instant()
    revoked_at: datetime | None = instant(nullable=True)


class LinkTaskRow(SQLModel, table=True):
    """Which tasks a link is for."""

    __tablename__ = "link_task"
    link: int = Field(primary_key=True, foreign_key="link.id")
    task: int = Field(primary_key=True, foreign_key="task.id", index=True)
    approve: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """To approve its answer, rather than to answer it."""


class LinkActionRow(SQLModel, table=True):
    """Which åtgärder a link is for."""

    __tablename__ = "link_action"
    link: int = Field(primary_key=True, foreign_key="link.id")
    action: int = Field(primary_key=True, foreign_key="action.id", index=True)


class OutboxRow(SQLModel, table=True):
    """A mail that is owed, waiting, or sent. It holds the notice, never a secret."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_waiting", "next_at", "id",
            sqlite_where=text("state IN ('väntar', 'sänds')"),
            postgresql_where=text("state IN ('väntar', 'sänds')"),
        ),
        Index(
            "ix_outbox_refused", "created_at",
            sqlite_where=text("state = 'avvisad'"), postgresql_where=text("state = 'avvisad'"),
        ),
        Index("ix_outbox_email", "email", "kind"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    email: str
    task: int | None = Field(default=None, foreign_key="task.id", index=True)
    action: int | None = Field(default=None, foreign_key="action.id", index=True)
    notice: dict[str, Any] = Field(sa_column=Column(JSON(), nullable=False))
    state: str
    attempts: int = 0
    created_at: datetime = instant()
    next_at: datetime = instant()
    """Not before this; while it is being delivered, when the delivery counts as lost."""
    sent_at: datetime | None = instant(nullable=True)
    error: str = long_text()
    letter: int | None = Field(default=None, foreign_key="letter.id", index=True)
    """The mail it left with, or is about to; several may go in one."""


class LetterRow(SQLModel, table=True):
    """A mail as it was written to be sent: what one person was owed, in one."""

    __tablename__ = "letter"
    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(index=True)
    message_id: str
    subject: str
    body: str = long_text()
    """Its text, with every link masked."""
    written_at: datetime = instant()


class BadAddressRow(SQLModel, table=True):
    """An address that mails do not reach, until somebody says that it is right again."""

    __tablename__ = "bad_address"
    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(index=True)
    at: datetime = instant()
    reason: str = long_text()
    by: str
    cleared_at: datetime | None = instant(nullable=True)


class MailDayRow(SQLModel, table=True):
    """Days whose round of reminders has been made."""

    __tablename__ = "mail_day"
    day: date = Field(primary_key=True)
    at: datetime = instant()


class HeartbeatRow(SQLModel, table=True):
    """How each job went, whoever ran it last."""

    __tablename__ = "heartbeat"
    name: str = Field(primary_key=True)
    """"tidtabellen"."""
    started_at: datetime | None = instant(nullable=True)
    at: datetime | None = instant(nullable=True)
    """When it last ended well."""
    failed_at: datetime | None = instant(nullable=True)
    cause: str = long_text()


class CalendarFeedRow(SQLModel, table=True):
    """A secret address that a calendar subscribes to: only the hash of its secret is kept."""

    __tablename__ = "calendar_feed"
    id: int | None = Field(default=None, primary_key=True)
    person: int = Field(foreign_key="person.id", index=True)
    digest: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    created_at: datetime = instant()
    revoked_at: datetime | None = instant(nullable=True)
