"""All rows of a database, out of it and into another: for backup, restore and a move to PostgreSQL.

A row is a line of JSON with its columns in order of name, so that what a table holds can be told by a
number that depends on no order and no database: the sum of its lines' SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, DateTime, LargeBinary, Table, func, insert, select, text
from sqlmodel import SQLModel

from icengine.store import mail_tables, report_tables, tables, task_tables
from icengine.store.columns import Instant

EVERY = (mail_tables, report_tables, tables, task_tables)
"""The modules that hold tables: named here, so that none is forgotten."""
BATCH = 500
"""Rows that are put in at a time; of files a few."""
LARGE = 20_000_000
"""Bytes of lines that are put in at a time."""
_WHOLE = 1 << 256


@dataclass(frozen=True)
class Tally:
    """What a table holds."""

    rows: int
    sum: str
    """Of its lines' SHA-256, in hexadecimal."""


class Counter:
    """Counts lines as they pass."""

    def __init__(self) -> None:
        self.rows, self._sum = 0, 0

    def take(self, line: bytes) -> None:
        """Count one."""
        self.rows += 1
        digest = int.from_bytes(hashlib.sha256(line).digest(), "big")
        self._sum = (self._sum + digest) % _WHOLE

    @property
    def tally(self) -> Tally:
        """What has passed."""
        return Tally(self.rows, f"{self._sum:064x}")


def every_table() -> tuple[Table, ...]:
    """All tables, those that others refer to first."""
    return tuple(SQLModel.metadata.sorted_tables)


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Each row of a table as a line."""
    streamed = connection.execute(select(table).execution_options(yield_per=BATCH))
    names = sorted(column.name for column in table.columns)
    for row in streamed.mappings():
        kept = {name: _out(row[name]) for name in names}
        yield json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fill(connection: Connection, table: Table, rows: Iterable[bytes]) -> Tally:
    """Put lines into an empty table."""
    counter, batch, size = Counter(), [], 0
    for line in rows:
        counter.take(line)
        batch.append(_row(table, line))
        size += len(line)
        if len(batch) >= BATCH or size > LARGE:
            connection.execute(insert(table), batch)
            batch, size = [], 0
    if batch:
        connection.execute(insert(table), batch)
    _count_on(connection, table)
    return counter.tally


def tally(connection: Connection, table: Table) -> Tally:
    """What a table holds, read again."""
    counter = Counter()
    for line in lines(connection, table):
        counter.take(line)
    return counter.tally


def is_empty(connection: Connection) -> bool:
    """Is there nothing in any table?"""
    return not any(
        connection.execute(select(func.count()).select_from(table).limit(1)).scalar()
        for table in every_table()
    )


def _out(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


def _row(table: Table, line: bytes) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(line)
    return {column.name: _in(kept[column.name], column.type) for column in table.columns}


def _in(value: Any, kind: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Instant | DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    return value


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL counts on from the largest number that was put in."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        found = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": table.name, "column": column.name},
        ).scalar()
        if found:
            largest = connection.execute(select(func.max(column))).scalar()
            if largest is not None:
                connection.execute(
                    text("SELECT setval(:sequence, :largest)"),
                    {"sequence": found, "largest": largest},
                )
