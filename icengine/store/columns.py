"""Kinds of columns that all tables share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    String,
    Text,
    TypeDecorator,
    bindparam,
)
from sqlmodel import Field, col


class Instant(TypeDecorator[datetime]):
    """An instant in UTC; aware in Python on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware in; SQLite keeps it without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Aware out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def instant(*, nullable: bool = False) -> Any:
    """A column for an instant."""
    return Field(sa_column=Column(Instant(), nullable=nullable))


def long_text() -> Any:
    """A column for a text of any length."""
    return Field(sa_column=Column(Text(), nullable=False))


def among(column: Any, states: Iterable[str]) -> ColumnElement[bool]:
    """The column is one of these, which stand in the statement itself.

    Only so does SQLite see that a partial index on just these states, in this order, is enough; and
    PostgreSQL for a statement that it has prepared.
    """
    found = [str(state) for state in states]
    if len(found) == 1:
        return col(column) == bindparam(None, found[0], String(), literal_execute=True)
    return col(column).in_(bindparam(None, found, String(), expanding=True, literal_execute=True))
