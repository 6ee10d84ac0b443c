"""Nobody reaches another unit's data, whatever ids stand in the path, the query or the form.

Hypothesis puts ids of Socialnämnden, where the reader has nothing, wherever an id may stand, mixed
with the reader's own. Nothing of hers comes back, and nothing of hers changes.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from authorities import World, email, function, marker, populate
from bodies import FORMS
from hypothesis import given, settings
from hypothesis import strategies as st
from web_site import Site, routes, stands

from icengine.store.db import Database

OTHER = "son"
READERS = ("ansvarig", "godkännare", "läsare", "chef", "controller", "administratör")
"""Everybody of the table whose role or function is kommunstyrelsen's."""
HERS = (marker(OTHER), email(f"ansvarig.{OTHER}"), email(f"lasare.{OTHER}"), "Socialnämnden")
"""What would show that something of hers came back."""
LEAVING = ("/logga-ut", "/jag/inloggningar/", "/logga-in", "/forsta-start", "/svar/")
"""Addresses that are not about a unit: they end the reader's own login, or need a secret."""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    path = tmp_path_factory.mktemp("reach") / "reach.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    populate(database)
    world = World(Site(database))
    for who in READERS:
        world.browser(who)
    yield world
    database.close()


def ids(world: World, unit: str) -> list[str]:
    """Everything that a unit's things are called by."""
    plan = f"{unit}-2022"
    return [
        unit,
        plan,
        f"{unit}-2023",
        f"{unit}-2024",
        world.sum_of(f"{unit}-2024"),
        *(str(world.tasks[unit, control]) for control in ("K1", "K2", "K3")),
        *(str(world.actions[unit, control].id) for control in ("K1", "K2", "K3")),
        f"{plan}/K1",
        f"{plan}/K2/{unit}/2022-02",
        function("Ansvarig", unit),
        function("Godkännare", unit),
        str(world.person(email(f"ansvarig.{unit}"))),
        str(world.role_at(unit)),
        str(world.event("plan antagen", f"plan:{plan}")),
        str(world.event("svar inlämnat", f"kontrolltillfälle:{plan}/K2/{unit}/2022-02")),
    ]


def hers(world: World) -> dict[str, list[str]]:
    """All that is planned, answered or decided for her, as it is stored."""
    wanted = {
        "plan_version": f"WHERE plan = '{OTHER}-2022'",
        "plan_draft": f"WHERE unit = '{OTHER}'",
        "task": f"WHERE unit = '{OTHER}'",
        "task_state": f"WHERE task IN (SELECT id FROM task WHERE unit = '{OTHER}')",
        "answer": f"WHERE task IN (SELECT id FROM task WHERE unit = '{OTHER}')",
        "action": f"WHERE unit = '{OTHER}'",
        "action_state": f"WHERE action IN (SELECT id FROM action WHERE unit = '{OTHER}')",
        "note": f"WHERE plan = '{OTHER}-2022'",
        "yearly_rating": f"WHERE plan = '{OTHER}-2022'",
        "carry_decision": f"WHERE plan = '{OTHER}-2022'",
        "register_risk": f"WHERE unit = '{OTHER}'",
    }
    with world.site.database.reading() as session:
        connection = session.connection()
        found = {
            table: sorted(map(str, connection.exec_driver_sql(f"SELECT * FROM {table} {where}")))
            for table, where in wanted.items()
        }
    now = world.organisation()
    found["unit"] = [repr(now.unit(OTHER))]
    found["functions"] = [repr(f) for f in now.functions if f.unit == OTHER]
    found["grants"] = [repr(g) for g in now.grants if g.unit == OTHER]
    return found


NAMES = sorted({name for form in FORMS.values() for name in form} | {"nr", "version", "plan"})
QUERY = (
    "fran",
    "klart",
    "plan",
    "enhet",
    "kontroll",
    "person",
    "roll",
    "nr",
    "till",
    "fore",
    "version",
    "format",
    "om",
    "ansvarig",
    "uppgift",
)


@settings(max_examples=150)
@given(data=st.data())
def test_ids_of_another_unit_lead_nowhere(world: World, data: Any) -> None:
    method = data.draw(st.sampled_from(["GET", "POST"]))
    paths = [p for p in routes(world.site.app, method) if not p.startswith(LEAVING)]
    address = data.draw(st.sampled_from(paths))
    id = st.sampled_from(ids(world, OTHER)) | st.sampled_from(ids(world, OTHER) + ids(world, "ks"))
    for name in re.findall(r"\{[^}]*\}", address):
        address = address.replace(name, quote(data.draw(id), safe=""), 1)
    query = data.draw(st.dictionaries(st.sampled_from(QUERY), id, max_size=3))
    who = data.draw(st.sampled_from(READERS))
    # What was asked for may be said back: what was not is hers.
    before = hers(world)
    browser = world.browser(who)
    if method == "POST":
        form = dict(FORMS.get(data.draw(st.sampled_from(sorted(FORMS))), {}))
        form |= data.draw(st.dictionaries(st.sampled_from(NAMES), id, max_size=4))
        answer = browser.post(address, data=form, params=query)
    else:
        answer = browser.get(address, params=query)
    assert stands(address, answer.status_code)
    for word in HERS:
        assert word not in answer.text, (method, address, query, who)
    assert hers(world) == before
