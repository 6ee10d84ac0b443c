"""Killing at every point of a deed: worlds to do it in, and what is left there each time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from databases import Postgres
from programs import ACTOR, Mortals
from sqlalchemy import inspect, text

from icengine.services.audit import verify_log
from icengine.store.db import Database

CHANCE = {
    "event": {"hash", "previous", "digest"},
    "event_payload": {"salt"},
    "link": {"digest"},
    "heartbeat": {"started_at", "at"},
}
"""Columns of which chance or the clock decides."""
SEQUENCES = """
SELECT t.relname, a.attname, s.relname FROM pg_depend d
JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_class t ON t.oid = d.refobjid
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.deptype = 'a'
"""
"""(table, column, sequence) of every number that PostgreSQL counts up."""


class World:
    """A database that is made again and again as it was before a deed."""

    def __init__(self, url: str, postbox: Path, again: Callable[[], object]) -> None:
        self.url, self.postbox, self._again = url, postbox, again
        self.database = Database(url)

    def anew(self) -> None:
        """As it was."""
        self.database.close()
        self.postbox.unlink(missing_ok=True)
        self._again()

    def mails(self) -> list[str]:
        """The Message-ID and the receiver of each mail that has left."""
        return self.postbox.read_text("utf-8").splitlines() if self.postbox.exists() else []

    def state(self) -> str:
        """Everything that is stored, but for chance, and every mail."""
        with self.database.engine.connect() as connection:
            names = sorted(inspect(connection).get_table_names())
            found = {name: _rows(connection, name) for name in names}
        self.database.close()
        kept = [f"{name}: {row}" for name, rows in found.items() for row in rows]
        return "\n".join(kept + self.mails())

    def rows(self, statement: str) -> list[Any]:
        """What a query gives."""
        with self.database.reading() as session:
            found = [tuple(row) for row in session.connection().execute(text(statement))]
        self.database.close()
        return found

    def faults(self) -> tuple[Any, ...]:
        """What is wrong with the event log."""
        with self.database.at_one_moment() as session:
            found = tuple(verify_log(session, actor=ACTOR).faults)
        self.database.close()
        return found

    def count_on(self) -> None:
        """On PostgreSQL a number that was drawn is not drawn again, though nothing has it: let the
        next be what it would have been, so that states can be compared."""
        if self.database.is_sqlite:
            return
        with self.database.engine.begin() as connection:
            found = connection.execute(text(SEQUENCES)).all()
            each = [
                f"(SELECT setval('{sequence}', COALESCE(max({column}), 1), max({column}) IS NOT NULL) FROM {name})"
                for name, column, sequence in found
            ]
            if each:
                connection.execute(text(f"SELECT {', '.join(each)}"))
        self.database.close()


def _spread(points: int, chosen: list[int], most: int) -> list[int]:
    """Those that are chosen, and of all as many as may be."""
    return sorted({*range(1, points + 1, -(-points // most)), *chosen})


def _rows(connection: Any, name: str) -> list[str]:
    found = connection.execute(text(f"SELECT * FROM {name}")).mappings()
    chance = CHANCE.get(name, set())
    return sorted(str({k: v for k, v in row.items() if k not in chance}) for row in found)


def sqlite_world(before: Path, folder: Path) -> World:
    """One on SQLite, like that file."""
    path = folder / "dödlig.db"

    def again() -> None:
        for left in folder.glob("dödlig.db*"):
            left.unlink()
        shutil.copy(before, path)

    again()
    return World(f"sqlite:///{path}", folder / "postlåda", again)


def postgres_world(server: Postgres, before: str, folder: Path) -> World:
    """One on PostgreSQL, like that database."""
    url = server.copy(before, "mortal")
    return World(url, folder / "postlåda", lambda: server.copy(before, "mortal"))


def walk(
    mortals: Mortals,
    world: World,
    deed: str,
    *,
    most: int,
    result: Callable[[World], object] = World.state,
    again: Mapping[str, Any] | None = None,
    **give: Any,
) -> list[str]:
    """Kill at each point of a deed, but at no more than about `most` of its statements, and do it again;
    every state that was left.

    After each the result is the same as if nobody had been killed. `again`: what is different the
    second time.
    """
    before = world.state()
    mortals.ask(deed, world.url, give=give, here=True)
    world.anew()
    told = mortals.ask(deed, world.url, give=give)
    whole = result(world)
    assert world.state() != before
    left: list[str] = []
    touched = True
    for number in _spread(told["points"], told["chosen"], most):
        if touched:
            world.anew()
        world.count_on()
        assert mortals.ask(deed, world.url, give=give, die=number)["killed"], number
        found = world.state()
        touched = found != before
        if found in left:
            continue
        left.append(found)
        world.count_on()
        mortals.ask(deed, world.url, give={**give, **(again or {})})
        assert result(world) == whole, number
        assert world.faults() == ()
        touched = True
    return left
