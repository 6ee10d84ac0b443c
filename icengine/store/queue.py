"""Where the queue of the workers lies: tables of procrastinate's, in a schema of their own.

The queue is a doorbell: what there is to do stands in the engine's own tables. The schema may therefore
be taken away and made anew whenever the library's version asks for it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from icengine.domain.job import Queue
from icengine.errors import DatabaseNotReady
from icengine.store.db import Database, Session, waits

SCHEMA = "icengine_queue"
SEARCH_PATH = f"-c search_path={SCHEMA}"
"""For connections that are the queue's own."""
PREPARING = 4_711_003
"""Number of the advisory lock of those who make it."""


def address(database: Database) -> tuple[str, dict[str, Any]]:
    """How the queue's own connections reach it: libpq's address, and options."""
    url = database.engine.url.set(drivername="postgresql")
    given = url.query.get("options", "")
    options = f"{given if isinstance(given, str) else ' '.join(given)} {SEARCH_PATH}".strip()
    return url.render_as_string(hide_password=False), {**waits(url), "options": options}


def prepare(database: Database, version: str, script: str) -> bool:
    """Make the queue's tables by `script`, unless they are of that version; were they made?

    Several may do it at once: one does, the others wait.
    """
    with database.filling() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": PREPARING})
        if connection.execute(_VERSION, {"schema": SCHEMA}).scalar() == version:
            return False
        connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        connection.execute(text(f"SET LOCAL search_path TO {SCHEMA}"))
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.cursor().execute(script)  # many statements, which only the driver itself takes
        quoted = version.replace("'", "''")
        connection.execute(text(f"COMMENT ON SCHEMA {SCHEMA} IS '{quoted}'"))
    return True


def check_ready(database: Database, version: str) -> None:
    """Raises DatabaseNotReady where the queue's tables are missing or of another version."""
    with database.reading() as session:
        found = session.connection().execute(_VERSION, {"schema": SCHEMA}).scalar()
    if found != version:
        raise DatabaseNotReady(
            "Kön för arbetarna är inte klar i databasen.", "Gör den klar med: icengine init"
        )


def figures(session: Session, heard: timedelta) -> Queue | None:
    """What stands in the queue, and workers heard of lately; None where there is no queue."""
    if session.connection().dialect.name != "postgresql":
        return None
    if session.connection().execute(_VERSION, {"schema": SCHEMA}).scalar() is None:
        return None
    counts = {str(status): int(n) for status, n in session.connection().execute(_COUNTS)}
    workers = session.connection().execute(_WORKERS, {"heard": heard}).scalar_one()
    return Queue(
        counts.get("todo", 0), counts.get("doing", 0), counts.get("failed", 0),
        int(workers),
    )  # fmt: skip


_VERSION = text("SELECT obj_description(to_regnamespace(:schema), 'pg_namespace')")
_COUNTS = text(
    f"SELECT status::text, count(*) FROM {SCHEMA}.procrastinate_jobs "
    "WHERE status IN ('todo', 'doing', 'failed') GROUP BY status"
)
_WORKERS = text(
    f"SELECT count(*) FROM {SCHEMA}.procrastinate_workers WHERE last_heartbeat > now() - :heard"
)
