"""Who may do what: every route × role × own unit, unit below, across a border, other unit.

All of it on SQLite. The rules are the same code on PostgreSQL; what differs there is how it is asked,
which every route and everybody's rows show, one unit each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from authorities import ADDRESSES, PEOPLE, UNITS, World, email, function, marker, populate
from bodies import body
from table import Row, read_table
from web_site import Site, routes

from icengine.domain.draft import mark
from icengine.domain.draft_entries import Kind
from icengine.services.planwriting import facts

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
    """Copies of a world that was built once."""
    from icengine.store.db import Database

    if request.param == "sqlite":
        copy = _sqlite_copies(request, tmp_path_factory)
    else:
        copy = _postgresql_copies(request)
    made: dict[str, Database] = {}

    def new(name: str) -> World:
        if name in made:
            made[name].close()
        url = copy(name)
        return World(Site(made.setdefault(name, Database(url))))

    yield new
    for database in made.values():
        database.close()


def _sqlite_copies(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], str]:
    import shutil

    from icengine.store.db import Database

    folder = tmp_path_factory.mktemp("worlds")
    first = folder / "first.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), first)
    database = Database(f"sqlite:///{first}")
    populate(database)
    database.close()

    def copy(name: str) -> str:
        for left in folder.glob(f"{name}.db*"):
            left.unlink()
        shutil.copy(first, folder / f"{name}.db")
        return f"sqlite:///{folder / name}.db"

    return copy


def _postgresql_copies(request: pytest.FixtureRequest) -> Callable[[str], str]:
    from icengine.store.db import Database

    server = request.getfixturevalue("postgres")
    first = str(server())
    database = Database(first)
    populate(database)
    database.close()
    return lambda name: str(server.copy(first, name))


def asked(world: World, row: Row, who: str, unit: str) -> tuple[str, dict[str, str]]:
    """The address with that unit's things in it, and the form that goes with it."""
    named = {
        "plan": lambda: f"{unit}-2022",
        "utkast": lambda: f"{unit}-2023",
        "skickad": lambda: f"{unit}-2024",
        "summa": lambda: world.sum_of(f"{unit}-2024"),
        "enhet": lambda: unit,
        "funktion": lambda: quote(function("Ansvarig", unit), safe=""),
        "rollens-nr": lambda: str(world.role_at(unit)),
        "K1": lambda: str(world.tasks[unit, "K1"]),
        "K2": lambda: str(world.tasks[unit, "K2"]),
        "K3": lambda: str(world.tasks[unit, "K3"]),
        "F1": lambda: str(world.files[unit, "K1"]),
        "F2": lambda: str(world.files[unit, "K2"]),
        "F3": lambda: str(world.files[unit, "K3"]),
        "rapport": lambda: str(world.report(unit)),
        "brev": lambda: str(world.letter(unit)),
        "fråga": lambda: str(world.question(unit)),
        "A1": lambda: str(world.actions[unit, "K1"].id),
        "A2": lambda: str(world.actions[unit, "K2"].id),
        "sett-A1": lambda: str(world.actions[unit, "K1"].version),
        "sett-A2": lambda: str(world.actions[unit, "K2"].version),
        "åtgärdslänk": lambda: world.action_link(unit),
        "K4": lambda: str(world.tasks[unit, "K4"]),
        "svarslänk": lambda: world.answer_link(unit),
        "läslänk": lambda: world.link(f"godkannare.{unit}", f"Godkännare {unit}", approves=(world.tasks[unit, "K2"],)),
        "inlämnad-länk": lambda: world.link(f"ansvarig.{unit}", f"Ansvarig {unit}", (world.tasks[unit, "K2"],)),
        "inloggningslänk": lambda: world.login_link(unit),
        "person": lambda: str(world.person(email(f"ansvarig.{unit}")
                                           if who != "ansvarig" else email("lasare.son"))),
        "påhittad": lambda: "x" * 43,
        "sett-plan": lambda: mark(facts(world.document(unit))),
        "sett-R1": lambda: world.seen(unit, Kind.RISK, "R1"),
        "hela-R1": lambda: world.seen(unit, Kind.RISK, "R1", whole=True),
        "sett-R2": lambda: world.seen(unit, Kind.LEFT_OUT, "R2"),
        "sett-kontroll": lambda: world.seen(unit, Kind.CONTROL, "K1"),
        "sett-D1": lambda: world.seen(unit, Kind.ACTION, "D1"),
        "sett-ordning": lambda: mark(["K1", "K2", "K3", "K8", "K4"]),
        "antagandet": lambda: str(world.event("plan antagen", f"plan:{unit}-2022")),
        "svaret": lambda: str(world.event("svar inlämnat", f"kontrolltillfälle:{unit}-2022/K2/{unit}/2022-02")),
        "enhetsändringen": lambda: str(world.event("roll given", f"enhet:{unit}")),
        "egen-inloggning": lambda: str(world.session_of(ADDRESSES.get(who, email("ingen")))),
        "annans-inloggning": lambda: str(world.session_of(email(f"ansvarig.{unit}")
                                         if who != "ansvarig" else email("lasare.son"))),
    }  # fmt: skip

    def filled(text: str) -> str:
        for name in re.findall(r"\{([^}]*)\}", text):
            found = "0" if who == "okänd" and "inloggning" in name and "länk" not in name else None
            text = text.replace(f"{{{name}}}", found or named[name]())
        return text

    fields = body(row) if row.method == "POST" else {}
    return filled(row.address), {name: filled(value) for name, value in fields.items()}


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
