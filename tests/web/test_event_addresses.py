"""The log shows who got a function or a role to those who may see the addresses, and to no others."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from two_offices import email, new_site
from web_site import ACTOR, Site

from icengine.domain.people import Function, Grant, Holding, Role
from icengine.domain.trail import Wanted
from icengine.services import organisation as use
from icengine.services.trail import exported

NEW = email("ny.person")
HELD = Holding(NEW, date(2022, 3, 1))


@pytest.fixture
def site(database: Any) -> Site:
    return new_site(database)


def done(site: Site, service: Any, **values: Any) -> int:
    """The number of the event of a change."""
    with site.database.unit_of_work(ACTOR, site.now) as session:
        service(session, actor=ACTOR, now=site.now, **values)
    return int(session.written)


def given(site: Site, function: str) -> int:
    return done(site, use.give_function, name=function, holding=HELD)


def lines(client: Any) -> dict[int, dict[str, Any]]:
    """What the file for an auditor says, by number."""
    text = client.get("/handelser/export?format=jsonl").text
    return {line["seq"]: line for line in map(json.loads, text.splitlines())}


def test_a_reader_at_the_top_sees_that_somebody_got_a_function_but_not_who(site: Site) -> None:
    for number in (given(site, "Ansvarig son"), given(site, "Ansvarig ks")):
        revisor = site.log_in(email("revisor"))
        page = revisor.get(f"/handelser/{number}")
        assert page.status_code == 200
        assert "ny.person" not in page.text
        assert "•••" in page.text
        line = lines(revisor)[number]
        assert "@" not in json.dumps(line["payload"])
        assert line["whole"] is False
        assert "salt" not in line


def test_nor_who_got_a_role(site: Site) -> None:
    number = done(site, use.give_role, grant=Grant(Role.READER, "son", NEW))
    page = site.log_in(email("revisor")).get(f"/handelser/{number}")
    assert page.status_code == 200
    assert "ny.person" not in page.text


def test_who_administers_the_unit_sees_who_got_its_function(site: Site) -> None:
    number = given(site, "Ansvarig ks")
    adm = site.log_in(email("adm"))
    assert NEW in adm.get(f"/handelser/{number}").text
    line = lines(adm)[number]
    assert line["whole"] is True
    assert line["salt"]


def test_a_function_is_its_units_and_not_the_concern_of_another_authority(site: Site) -> None:
    number = given(site, "Ansvarig son")
    for who in ("adm", "huvudadm"):
        client = site.log_in(email(who))
        assert client.get(f"/handelser/{number}").status_code == 404
        assert number not in lines(client)


def test_a_new_function_and_one_that_changes_unit_are_their_units(site: Site) -> None:
    new = done(site, use.add_function, function=Function("Ny", "klk"))
    moved = done(site, use.change_function, name="Ny", unit="son")
    adm = lines(site.log_in(email("adm")))
    assert [thing["unit"] for thing in stored(site, new)] == ["klk"]
    assert [thing["unit"] for thing in stored(site, moved)] == ["klk", "son"]
    assert {new, moved} <= set(adm)
    assert adm[new]["whole"] is True
    assert adm[moved]["payload"]["changes"] == [
        ["Ny: enhet", "vid Kommunledningskontoret", "vid Socialnämnden"]
    ]


def test_a_change_of_the_whole_shows_addresses_to_whoever_sees_them_everywhere(site: Site) -> None:
    site.change_organisation(
        grants=(*site.organisation().grants, Grant(Role.CONTROLLER, "kommun", NEW))
    )
    with site.database.reading() as session:
        number = int(session.connection().exec_driver_sql("SELECT max(seq) FROM event").scalar())
    assert NEW in site.log_in(NEW).get(f"/handelser/{number}").text
    for who in ("huvudadm", "revisor"):
        page = site.log_in(email(who)).get(f"/handelser/{number}")
        assert page.status_code == 200
        assert "ny.person" not in page.text


def test_whoever_runs_the_server_exports_it_whole(site: Site) -> None:
    number = given(site, "Ansvarig son")
    with site.database.reading() as session:
        (rows,) = exported(session, actor=ACTOR, now=site.now, wanted=Wanted(), last=number)
    told = next(row for row in rows if row.seq == number)
    assert NEW in str(told.payload)
    assert told.whole
    assert told.salt


def stored(site: Site, number: int) -> list[dict[str, str]]:
    """What the store says an event is about."""
    with site.database.reading() as session:
        rows = session.connection().exec_driver_sql(
            f"SELECT unit, plan FROM event_about WHERE seq = {number} ORDER BY unit"
        )
        return [{"unit": unit, "plan": plan} for unit, plan in rows]
