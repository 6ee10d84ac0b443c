"""The database: engine, sessions, and the unit of work, which holds the only commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any

import sqlmodel
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import ConnectionPoolEntry

from icengine.config import DATABASE
from icengine.domain.access import Actor
from icengine.domain.disposal import DISPOSAL, ranges
from icengine.errors import DatabaseNotReady, SettingWrong
from icengine.store.events import Event, append_events, bounded

WRITING = "icengine_writing"
CHANGED = "icengine_changed"
WAITS = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""How long a PostgreSQL that says nothing at all is waited for; in seconds, the last one in milliseconds.
Without them a server that lost its power is waited for in a quarter of an hour."""
PLANNING = 4_711_002
"""Number of the advisory lock of those who plan and open tasks."""


class Session(sqlmodel.Session):
    """A session that also collects the events of its unit of work."""

    def __init__(self, engine: Engine, origin: str = "") -> None:
        super().__init__(engine, expire_on_commit=False, autoflush=False)
        self.events: list[Event] = []
        self.origin = origin
        self.written = 0
        """Number of the last event that was written, once the unit of work is done."""

    def alone(self) -> None:
        """Wait until nobody else adopts, imports or ticks, and keep it so until the commit.

        SQLite has one writer anyway; on PostgreSQL rows would be locked in different orders.
        """
        if self.connection().dialect.name == "postgresql":
            self.connection().execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": PLANNING})

    def record(self, kind: str, subject: str, /, **payload: Any) -> None:
        """Note what happened; it is written, chained, at commit.

        `subject` is kept for ever and names no person but by number. In the payload `behalf` says
        for which function it was done and `changes` holds [what, before, after] each; `origin` is
        added: the address it came from.
        """
        if self.origin:
            payload["origin"] = self.origin
        if "changes" in payload:
            payload["changes"] = bounded(payload["changes"])
        self.events.append(Event(kind, subject, payload))

    def dispose(self, subject: str, events: Iterable[int], /, **payload: Any) -> None:
        """Note a gallring, which at commit also takes away what these events say.

        Their numbers stand in its payload: they prove that nothing else may be gone.
        """
        gone = tuple(sorted(set(events)))
        self.record(DISPOSAL, subject, events=ranges(gone), **payload)
        self.events[-1] = replace(self.events[-1], disposes=gone)


class Database:
    """One organisation's database, SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        """`url` as in the setting database_url. Nothing is opened until it is used.

        Raises SettingWrong where it is no such address.
        """
        self.url = url
        self.engine = _engine(_read_url(url))
        self._writer = self.engine.execution_options(**{WRITING: True})
        # Where each question is answered as things are when it is asked, a transaction around them gives
        # nothing: it would cost two messages more, and its rollback all that the driver has prepared.
        self._reader, self._looker = self.engine, self.engine
        if not self.is_sqlite:
            event.listen(self._writer, "after_cursor_execute", _count_changes)
            self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._looker = self.engine.execution_options(isolation_level="REPEATABLE READ")

    @property
    def is_sqlite(self) -> bool:
        """Is it the embedded database?"""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def unit_of_work(self, actor: Actor, now: datetime, origin: str = "") -> Iterator[Session]:
        """One request or job: everything in it is committed together with its events, or nothing.

        `origin` is the address it came from, where it came over the network. Raises RuntimeError
        where something was changed and no event says so.
        """
        with _said_plainly(self), Session(self._writer, origin) as session:
            connection = session.connection()
            before = _changes(connection)
            yield session
            session.flush()
            if _changes(connection) != before and not session.events:
                raise RuntimeError("a change without an event")
            if session.events:
                last = append_events(session, session.events, actor=str(actor), now=now)
                session.commit()
                session.written = last

    @contextmanager
    def upkeep(self) -> Iterator[Session]:
        """A unit of work without events: for what says nothing about what was planned, answered or
        decided, or who may do what, such as when a session was last used. At most one row.

        Raises RuntimeError where more was changed.
        """
        with _said_plainly(self), Session(self._writer) as session:
            connection = session.connection()
            before = _changes(connection)
            yield session
            session.flush()
            if _changes(connection) - before > 1 or session.events:
                raise RuntimeError("upkeep may change one row, and has no events")
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads; nothing is committed. On PostgreSQL each statement sees what there is
        when it is sent, and all of its rows are fetched at once."""
        with _said_plainly(self), Session(self._reader) as session:
            yield session

    @contextmanager
    def at_one_moment(self) -> Iterator[Session]:
        """A session that reads everything as it was at its first question, however long it reads and
        whatever is written beside; rows may be fetched a few at a time."""
        with _said_plainly(self), Session(self._looker) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """The same for whoever reads the tables themselves."""
        with _said_plainly(self), self._looker.connect() as connection:
            connection.execute(text("SELECT 1 FROM alembic_version"))  # the moment begins here
            yield connection
            connection.rollback()

    @contextmanager
    def filling(self) -> Iterator[Connection]:
        """A database that is being filled with what another held: all of it, or nothing. There are no
        events but those that come along."""
        with _said_plainly(self), self._writer.connect() as connection:
            yield connection
            connection.commit()

    def take_stock(self) -> None:
        """Let PostgreSQL know at once how much lies where: it would by itself, but minutes later."""
        if not self.is_sqlite:
            with _said_plainly(self), self.engine.begin() as connection:
                connection.execute(text("ANALYZE"))

    @property
    def revision(self) -> str:
        """The version of its tables; "" where it is empty."""
        with _said_plainly(self), self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() or ""

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    # -- migrations --

    def migrate(self) -> tuple[str, str]:
        """Create or bring up to date; the revision before ("" where it was empty) and after.

        Raises DatabaseNotReady where a newer program has made it.
        """
        scripts = _scripts()
        head = scripts.get_current_head() or ""
        with _said_plainly(self, migrating=True), self._writer.connect() as connection:
            before = MigrationContext.configure(connection).get_current_revision() or ""
            connection.rollback()
            _check_known(before, scripts)
            if before != head:
                config = migrations()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                connection.commit()
        return before, head

    def check_ready(self) -> None:
        """Raises DatabaseNotReady where the database is missing, empty or of another version."""
        path = self.file
        if path is not None and not path.exists():
            raise DatabaseNotReady(f"Databasen {path} finns inte.", "Skapa den med: icengine init")
        scripts = _scripts()
        head = scripts.get_current_head()
        with _said_plainly(self), self.engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            raise DatabaseNotReady("Databasen är tom.", "Gör den klar med: icengine init")
        _check_known(revision, scripts)
        if revision != head:
            raise DatabaseNotReady(
                f"Databasen har version {revision}, programmet behöver {head}.",
                "Uppdatera den med: icengine init",
            )

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; None for others."""
        name = self.engine.url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None


def migrations_folder() -> Path:
    """Inside the wheel, or beside the package in the repository."""
    package = Path(__file__).parent.parent
    inside = package / "migrations"
    return inside if inside.is_dir() else package.parent / "alembic"


def migrations() -> Config:
    """Where they lie, as those who run them are told."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    return config


@cache
def _scripts() -> ScriptDirectory:
    """The migrations, read once in a process."""
    return ScriptDirectory.from_config(migrations())


def _check_known(revision: str, scripts: ScriptDirectory) -> None:
    """Raises DatabaseNotReady for a revision that this program has not heard of."""
    if revision and revision not in {script.revision for script in scripts.walk_revisions()}:
        raise DatabaseNotReady(
            "Databasen är gjord av en nyare version av programmet.", "Uppdatera programmet."
        )


def _read_url(text: str) -> URL:
    """The address in its parts. Raises SettingWrong, which never repeats it: it may hold a password."""
    wrong = ""
    try:
        url = make_url(text)
        unknown = sorted(set(url.query) - _known_parameters(url))
        if unknown:
            wrong = f"okänd parameter ”{unknown[0][:40]}”"
        elif (
            "\0" in (url.database or "") or not str(url.query.get("connect_timeout", 0)).isdecimal()
        ):
            wrong = "adressen går inte att använda"
        else:
            url.get_dialect()().create_connect_args(url)
            return url
    except (ArgumentError, ValueError):
        wrong = "adressen går inte att läsa"
    raise SettingWrong(
        f"Inställningen ICENGINE_DATABASE_URL är fel: {wrong}.", f"Väntade {DATABASE}."
    )


def _known_parameters(url: URL) -> set[str]:
    """What may stand after the question mark: for PostgreSQL what its own library takes."""
    if url.get_backend_name() != "postgresql":
        return set()
    from psycopg.pq import Conninfo  # here: slow to import, and SQLite does without

    return {option.keyword.decode() for option in Conninfo.get_defaults()}


def waits(url: URL) -> dict[str, Any]:
    """How long PostgreSQL is waited for, where its address does not say."""
    return {name: wait for name, wait in WAITS.items() if name not in url.query}


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": 30})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, connect_args=waits(url))
        event.listen(engine, "checkout", partial(_check_alive, engine.dialect))
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own transactions are off: BEGIN is said by `_begin_sqlite`.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "busy_timeout=30000",
        "foreign_keys=ON",
        # What has been said to be saved is on the disk: NORMAL would keep the file whole through a power
        # cut, but not the last answers, nor the links of the mails that have just left.
        "synchronous=FULL",
        "secure_delete=ON",  # what is gallrat is not left in the file
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: an upgrade from reader to writer could fail half-way.
    if connection.get_execution_options().get(WRITING, False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # nothing is asked of the file yet, so nothing can go wrong that was to be told of
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("BEGIN")


def _check_alive(dialect: Dialect, connection: Any, _entry: object, _proxy: object) -> None:
    # A server that ends a connection says so, which waits here to be read. To ask it each time would be
    # a message more for every session.
    try:
        with DefaultSelector() as heard:
            heard.register(connection.fileno(), EVENT_READ)
            if heard.select(0):
                dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error  # nor is any other used that is as old


def _changes(connection: Connection) -> int:
    """Rows changed on this connection so far."""
    driver = connection.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        return driver.total_changes
    return int(connection.info.get(CHANGED, 0))


def _count_changes(
    connection: Connection, cursor: Any, _s: object, _p: object, context: Any, _many: bool
) -> None:
    if context is not None and (context.isinsert or context.isupdate or context.isdelete):
        connection.info[CHANGED] = connection.info.get(CHANGED, 0) + max(cursor.rowcount, 0)


CAUSES = (
    ("unable to open database file", "mappen finns inte eller går inte att skriva i"),
    ("readonly database", "filen går bara att läsa"),
    ("database is locked", "den är upptagen av ett annat program"),
    ("disk is full", "disken är full"),
    ("disk I/O error", "disken går inte att läsa eller skriva"),
    ("No space left on device", "disken är full"),
    ("authentication failed", "fel användare eller lösenord"),
    ("no password supplied", "lösenordet saknas"),
    ("does not exist", "databasen eller användaren finns inte på servern"),
    ("Connection refused", "servern svarar inte"),
    ("timeout expired", "servern svarar inte"),
    ("server closed the connection", "servern svarar inte"),
    ("resolve host", "servern finns inte"),
    ("translate host name", "servern finns inte"),
    ("No such file or directory", "servern finns inte"),
)
"""Words of the databases, and what is said for them."""


def _because(said: str) -> str:
    """ ": disken är full", to end a message with; "" for what has no words here."""
    return next((f": {cause}" for words, cause in CAUSES if words in said), "")


def _place(database: Database) -> str:
    """Where it lies, without a password."""
    return str(database.file or database.engine.url.render_as_string(hide_password=True))


@contextmanager
def _said_plainly(database: Database, migrating: bool = False) -> Iterator[None]:
    """Database faults that the user can mend become DatabaseNotReady, with what to do."""
    try:
        yield
    except (
        NoneFree
    ) as error:  # as many as there may be wait for it, or work in it, and have for long
        raise DatabaseNotReady(
            f"Databasen {_place(database)} är upptagen: alla anslutningar till den används.",
            "Se vad som håller den. Programmet går vidare av sig självt när den svarar.",
        ) from error
    except OperationalError as error:
        said = str(error.orig)
        if "no such table" in said:
            raise DatabaseNotReady(
                "Databasen är tom.", "Gör den klar med: icengine init"
            ) from error
        raise DatabaseNotReady(
            f"Databasen {_place(database)} går inte att använda{_because(said)}.",
            "Kontrollera inställningen database_url och att databasen är igång.",
        ) from error
    except DBAPIError as error:
        if "UndefinedTable" in type(error.orig).__name__ and not migrating:
            raise DatabaseNotReady(
                "Databasen är tom.", "Gör den klar med: icengine init"
            ) from error
        if "file is not a database" in str(error.orig):
            raise DatabaseNotReady(
                f"Filen {database.file} är ingen databas.", "Kontrollera database_url."
            ) from error
        raise
