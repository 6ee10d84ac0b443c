"""Åtgärder from the command line."""

from __future__ import annotations

import json
from datetime import date

import pytest
from commands import Ran, Shell
from test_past_year_command import ORGANISATION, TABLE, take_in
from workbooks import xlsx

ACTIONS = [
    ["Gäller", "Åtgärd", "Ansvarig", "Klart", "Status"],
    ["K2", "Uppdatera listan.", "Ekonomichefen", date(2021, 6, 30), "Avslutad"],
    ["R1", "Köp ett verktyg.", "kommunikationschefen", date(2199, 9, 1), ""],
]


@pytest.fixture
def started(stored: Shell) -> Shell:
    """A database with a past year's åtgärder: one late, one that is not, and one that is done."""
    assert stored("organisation", "import", str(ORGANISATION)).code == 0
    taken = take_in(stored, "forra.xlsx", xlsx({"Plan": TABLE, "Åtgärder": ACTIONS}))
    assert taken.code == 0, taken.err
    return stored


def done(ran: Ran) -> str:
    assert ran.code == 0, ran.err
    return ran.out


def test_the_list_has_the_late_ones_first(started: Shell) -> None:
    rows = done(started("action", "list")).splitlines()
    assert rows[0].endswith("Kommunikationschefen")
    assert "försenad" in rows[0]
    assert rows[1] == (
        "2199-09-01  ks-2021/Å3  R1: Köp ett verktyg. (ks): ej påbörjad. Kommunikationschefen"
    )
    assert rows[2] == "2 åtgärder, varav en försenad."
    assert len(done(started("action", "list", "--all")).splitlines()) == 4
    assert len(done(started("action", "list", "--late")).splitlines()) == 2


def test_it_is_asked_for_per_unit_and_per_person(started: Shell) -> None:
    assert "Å3" in done(started("action", "list", "--unit", "ks"))
    assert done(started("action", "list", "--unit", "klk")) == "Inga åtgärder att visa.\n"
    theirs = done(started("action", "list", "--responsible", "Ekonomichefen", "--all"))
    assert theirs.splitlines()[-1] == "En åtgärd, varav ingen försenad."
    unknown = started("action", "list", "--unit", "finns-inte")
    assert (unknown.code, "Enheten finns-inte finns inte." in unknown.err) == (1, True)


def test_it_can_be_had_as_json(started: Shell) -> None:
    found = json.loads(done(started("action", "list", "--json")))
    assert [(item["nummer"], item["försenad"]) for item in found][-1] == ("ks-2021/Å3", False)
