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
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal
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


class unsorted(ColumnElement[Any]):  # noqa: N801  used as SQLAlchemy's own functions are
    """A column to narrow, group or sort by, whose own index SQLite leaves alone.

    Where it may, it goes through all rows of a table in that order, to spare itself the sorting of the
    few that are asked for; or through all that a unit has ever had, for the few that wait.
    """

    inherit_cache = True
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012

    def __init__(self, column: Any) -> None:
        self.column = column
        self.type = column.type


@compiles(unsorted)
def _as_it_is(element: unsorted, compiler: Any, **more: Any) -> str:
    return str(compiler.process(element.column, **more))


@compiles(unsorted, "sqlite")
def _without_index(element: unsorted, compiler: Any, **more: Any) -> str:
    return f"+{compiler.process(element.column, **more)}"


def among(column: Any, states: Iterable[str]) -> ColumnElement[bool]:
    """The column is one of these, which stand in the statement itself.

    Only so does SQLite see that a partial index on just these states, in this order, is enough; and
    PostgreSQL for a statement that it has prepared.
    """
    found = [str(state) for state in states]
    if len(found) == 1:
        return col(column) == bindparam(None, found[0], String(), literal_execute=True)
    return col(column).in_(bindparam(None, found, String(), expanding=True, literal_execute=True))
