"""What tests share: a real database of both kinds, and the example organisation and plan in it."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from municipality import load_example
from places import memory

if TYPE_CHECKING:
    from databases import Postgres
    from programs import Mortals, Place

    from icengine.store.db import Database

settings.register_profile(
    "house",
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("house")

if folder := memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)

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
    from databases import make

    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    make(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_adopted(sqlite_template: Path) -> Path:
    """The same with the example adopted."""
    from databases import adopt

    path = sqlite_template.with_name("adopted.db")
    shutil.copy(sqlite_template, path)
    adopt(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL; call it for the address of a new database, migrated or wholly empty."""
    from databases import running_postgres

    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated database of each kind: empty, or with the example adopted for a
    test that asks for `adopted`. Each test has it anew, at the address of the test before it."""
    adopted = "adopted" in request.fixturenames
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        yield str(server.anew(adopted))
    else:
        template = request.getfixturevalue("sqlite_adopted" if adopted else "sqlite_template")
        path = template.with_name("test.db")
        for left in path.parent.glob("test.db*"):
            left.unlink()
        shutil.copy(template, path)
        yield f"sqlite:///{path}"


@pytest.fixture(scope="session")
def opened() -> Iterator[dict[str, Database]]:
    """The database of each address: what it has learnt of our statements it keeps between tests."""
    kept: dict[str, Database] = {}
    yield kept
    for database in kept.values():
        database.close()


@pytest.fixture
def database(database_url: str, opened: dict[str, Database]) -> Iterator[object]:
    """A migrated database, empty where `adopted` is not asked for; on SQLite and on PostgreSQL."""
    from icengine.store.db import Database

    database = opened.setdefault(database_url, Database(database_url))
    yield database
    database.close()


@pytest.fixture(scope="session")
def example() -> object:
    """The example organisation and its plan 2022, read from plans/."""
    return load_example()


@pytest.fixture(scope="session")
def demo_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """What one run of the demo leaves, to copy; and what it says."""
    from demo_run import run_demo

    folder = tmp_path_factory.mktemp("demo")
    return folder / "demo", run_demo(folder)


@pytest.fixture
def adopted(database: object) -> object:
    """The database with the example organisation imported and its plan adopted in December 2021."""
    return database


@pytest.fixture(scope="session")
def mortals() -> Iterator[Mortals]:
    """The program that forks processes: to run commands, or to be killed."""
    from programs import Mortals

    found = Mortals()
    yield found
    found.end()


@pytest.fixture
def sqlite_place(mortals: Mortals, sqlite_adopted: Path, tmp_path: Path) -> Iterator[Place]:
    """Processes of the program on a SQLite file with the example."""
    from programs import Place

    shutil.copy(sqlite_adopted, tmp_path / "internkontroll.db")
    made = Place(mortals, f"sqlite:///{tmp_path}/internkontroll.db", tmp_path)
    yield made
    made.stop()


@pytest.fixture(scope="session")
def postgres_queued(
    mortals: Mortals, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The address of the example on PostgreSQL, with the queue of the workers, to copy."""
    from databases import adopt
    from programs import Place

    url = postgres()
    adopt(url)
    made = Place(mortals, url, tmp_path_factory.mktemp("queued"))
    code, said = made.run("init", ICENGINE_QUEUE="postgresql")
    assert (code, "Kön för arbetarna är gjord." in said) == (0, True), said
    made.stop()
    return url


@pytest.fixture
def postgres_place(
    mortals: Mortals, postgres: Postgres, postgres_queued: str, tmp_path: Path
) -> Iterator[Place]:
    """Processes of the program on PostgreSQL with the example, and the queue of the workers."""
    from programs import Place

    made = Place(mortals, postgres.copy(postgres_queued, "place"), tmp_path)
    made.environment["ICENGINE_QUEUE"] = "postgresql"
    yield made
    made.stop()


@pytest.fixture(scope="session")
def lives() -> dict[tuple[str, bool], Any]:
    """What `once` has built, and what that gave."""
    return {}


@pytest.fixture
def once(
    database: Database, request: pytest.FixtureRequest, lives: dict[tuple[str, bool], Any]
) -> Callable[..., Any]:
    """once(build, …) is build(…) on the test's database, but done by the first test alone: those after
    it have a copy of what it made, and what it gave."""

    def copied(source: str, name: str) -> None:
        database.close()
        if database.file is None:
            server = request.getfixturevalue("postgres")
            server.copy(database.engine.url.set(database=source), name)
        else:
            for left in database.file.parent.glob(f"{name}.db*"):
                left.unlink()
            shutil.copy(
                database.file.with_name(f"{source}.db"), database.file.with_name(f"{name}.db")
            )

    def built(build: Callable[..., Any], *given: Any) -> Any:
        name = f"{build.__module__}-{build.__name__}"
        key = name, database.is_sqlite
        if key in lives:
            copied(name, "test")
        else:
            lives[key] = build(*given)
            copied("test", name)
        return lives[key]

    return built
