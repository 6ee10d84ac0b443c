"""Databases to measure on: SQLite and a real PostgreSQL, one of each kind or as many as one likes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path

from databases import running_postgres
from municipality import REASONS, at, load_example
from sqlalchemy import text

from icengine.domain.access import System
from icengine.domain.frequency import Frequency, read_frequency
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.timing import timed
from icengine.services.people import import_organisation
from icengine.services.plans import adopt_plan
from icengine.store.db import Database

OPERATOR = System("mätning")
BEGAN = at("2021-12-15")


@dataclass(frozen=True)
class Kind:
    """A kind of database."""

    name: str
    """"SQLite", "PostgreSQL"."""
    empty: Callable[[], Database]
    """A new one, migrated."""
    drop: Callable[[Database], None]
    """Takes it away."""


@contextmanager
def kinds() -> Iterator[tuple[Kind, Kind]]:
    """Both. PostgreSQL does as it does by itself: it waits for the disk at every commit, as SQLite does
    where the engine sets it so."""
    with tempfile.TemporaryDirectory() as name, running_postgres(safe=True) as server:
        folder = Path(name)
        yield (
            _sqlite(folder),
            Kind("PostgreSQL", lambda: Database(server()), lambda found: _drop(server.drop, found)),
        )


def _sqlite(folder: Path) -> Kind:
    template = folder / "template.db"
    first = Database(f"sqlite:///{template}")
    first.migrate()
    first.close()
    numbers = count()

    def empty() -> Database:
        path = folder / f"{next(numbers)}.db"
        shutil.copy(template, path)
        return Database(f"sqlite:///{path}")

    def drop(found: Database) -> None:
        found.close()
        assert found.file is not None
        for left in folder.glob(f"{found.file.name}*"):
            left.unlink()

    return Kind("SQLite", empty, drop)


def _drop(drop: Callable[[str], None], found: Database) -> None:
    found.close()
    drop(found.url)


def example() -> tuple[Organisation, Plan]:
    """The example municipality."""
    return load_example()


def grown(plan: Plan, controls: int, wording: str = "varje månad") -> Plan:
    """One risk with so many controls, monthly if nothing else is said."""
    read = read_frequency(wording, plan.year)
    assert isinstance(read, Frequency)
    times = tuple(timed(window) for window in read.windows)
    one = plan.risks[0].controls[0]
    many = tuple(replace(one, id=f"K{n}", occurrences=times) for n in range(controls))
    return replace(plan, risks=(replace(plan.risks[0], controls=many),))


def settle(database: Database, organisation: Organisation) -> None:
    """Give it the organisation."""
    with database.unit_of_work(OPERATOR, BEGAN) as session:
        import_organisation(session, actor=OPERATOR, now=BEGAN, organisation=organisation)


def adopt(database: Database, plan: Plan) -> None:
    """Adopt the plan."""
    with database.unit_of_work(OPERATOR, BEGAN) as session:
        adopt_plan(
            session, actor=OPERATOR, now=BEGAN, plan=plan, dnr="1", decided=date(2021, 12, 14),
            paragraph="§ 1", reasons=REASONS,
        )  # fmt: skip


def place_for_rows(database: Database) -> None:
    """Where `write_row` writes."""
    with database._writer.begin() as connection:
        connection.execute(text("CREATE TABLE bare (said TEXT NOT NULL)"))


def write_row(database: Database) -> None:
    """One row and its commit, and nothing else."""
    with database._writer.begin() as connection:
        said = {"said": "Allt fungerar som avsett."}
        connection.execute(text("INSERT INTO bare (said) VALUES (:said)"), said)
