"""Who may do what: every route × role × own unit, unit below, across a border, other unit.

All of it on SQLite. The rules are the same code on PostgreSQL; what differs there is how it is asked,
which every route and everybody's rows show, one unit each.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from addresses import asked
from authorities import PEOPLE, UNITS, World, marker, populate
from bodies import body
from databases import Postgres
from table import Row, read_table
from web_site import Site, routes

from icengine.store.db import Database

ROWS = read_table(tuple(PEOPLE), len(UNITS))

STATUS = {"o": {200, 303}, "-": {404}, "n": {403}, "v": {422}, "l": {303, 401}, "d": {503}}
"""Statuses that each letter stands for."""


NewWorld = Callable[[str], World]
"""Makes the world of that name anew. Each name has one database, which is made good again: what it
has learnt of our statements it then knows for all worlds."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NewWorld]:
    """Copies of a world that was built once, where everybody is logged in."""
    if request.param == "sqlite":
        url, copy = _on_sqlite(
            request.getfixturevalue("sqlite_template"), tmp_path_factory.mktemp("worlds")
        )
    else:
        url, copy = _on_postgresql(request.getfixturevalue("postgres"))
    built = Database(url)
    populate(built)
    first = World(Site(built))
    for who in PEOPLE:
        first.browser(who)
    built.close()
    made: dict[str, Database] = {}

    def new(name: str) -> World:
        if name in made:
            made[name].close()
        url = copy(name)
        return first.over(Site(made.setdefault(name, Database(url))))

    yield new
    for database in made.values():
        database.close()


Copies = tuple[str, Callable[[str], str]]
"""The address of a migrated database, and what copies it to one of that name."""


def _on_sqlite(template: Path, folder: Path) -> Copies:
    def copy(name: str) -> str:
        for left in folder.glob(f"{name}.db*"):
            left.unlink()
        shutil.copy(first, folder / f"{name}.db")
        return f"sqlite:///{folder / name}.db"

    first = folder / "first.db"
    shutil.copy(template, first)
    return f"sqlite:///{first}", copy


def _on_postgresql(server: Postgres) -> Copies:
    first = server()
    return first, lambda name: server.copy(first, name)


def about_units(row: Row) -> bool:
    """Is a unit's thing named in the address or the form, so that it matters whose it is?"""
    texts = (row.address, *body(row).values())
    named = {name for text in texts for name in re.findall(r"\{([^}]*)\}", text)}
    return bool(named - {"påhittad", "egen-inloggning"})


def ask(world: World, row: Row, who: str, unit: str) -> Any:
    """The answer that they get."""
    path, fields = asked(world, row, who, unit)
    browser = world.browser(who)
    if row.method == "POST":
        return browser.post(path, data=fields)
    return browser.get(path)


def judged(answer: Any, letter: str) -> bool:
    """Is it what the letter stands for?"""
    to_login = answer.headers.get("location", "").startswith("/logga-in")
    if letter == "l":
        return answer.status_code == 401 or (answer.status_code == 303 and to_login)
    return answer.status_code in STATUS[letter]


@pytest.fixture(scope="module")
def refused(new_world: NewWorld) -> World:
    """One world for all that changes nothing, which each row proves."""
    world = new_world("refused")
    for unit in UNITS:
        world.question(unit)
        world.letter(unit)
        world.report(unit)
    return world


def cases(n: int, row: Row, thorough: bool) -> Iterator[tuple[str, str, str]]:
    """Who asks about which unit, and the letter of it. `thorough`: everybody about every unit, but
    that what anybody may do is done everywhere by the first and somewhere by the others. Else each
    of them about one unit, not the same for the next, nor on the next row."""
    units = UNITS if about_units(row) else UNITS[:1]
    alike = row.method == "POST" and set("".join(row.cells.values())) == {"o"}
    for m, (who, cell) in enumerate(row.cells.items()):
        assert len(units) == len(UNITS) or len(set(cell)) == 1, "a page about no unit, with units"
        for place, (unit, letter) in enumerate(zip(units, cell, strict=False)):
            one = not thorough or (alike and m)
            if not one or place == (n + m) % len(units):
                yield who, unit, letter


@pytest.mark.parametrize(("n", "row"), list(enumerate(ROWS)), ids=[str(row) for row in ROWS])
def test_every_page_answers_each_as_the_table_says(
    new_world: NewWorld, refused: World, n: int, row: Row
) -> None:
    before = refused.state()
    wrong = []
    for who, unit, letter in cases(n, row, thorough=refused.site.database.is_sqlite):
        changes = row.method == "POST" and letter == "o"
        world = new_world("changed") if changes else refused
        answer = ask(world, row, who, unit)
        if not judged(answer, letter):
            wrong.append(f"{who}, {unit}: {answer.status_code} in place of {letter!r}")
        if letter != "o" and marker(unit) in answer.text:
            wrong.append(f"{who}, {unit}: shows what is there")
    assert not wrong, "\n".join(wrong)
    assert refused.state() == before, "something was changed by somebody who may not"


def test_every_route_has_a_row_and_every_row_a_route(refused: World) -> None:
    app = refused.site.app
    patterns = {
        (method, path): re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)) + r"\Z")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        for path in routes(app, method)
    }
    assert patterns
    rows = {(row.method, row.address.partition("?")[0]) for row in ROWS}
    missing = [
        route
        for route, pattern in patterns.items()
        if not any(route[0] == method and pattern.match(path) for method, path in rows)
    ]
    unknown = [
        (method, path)
        for method, path in rows
        if not any(route[0] == method and found.match(path) for route, found in patterns.items())
    ]
    assert not missing
    assert not unknown
