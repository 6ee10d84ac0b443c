"""The risk register from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Ran, Shell

PLANS = Path(__file__).parents[2] / "plans"


@pytest.fixture
def started(stored: Shell) -> Shell:
    """A database with the example's plan adopted."""
    stored("organisation", "import", str(PLANS / "organisation.yaml"))
    adopted = stored("plan", "adopt", str(PLANS / "ks-2022.yaml"), "--dnr", "KS 2021/0412",
                     "--date", "2021-12-14", "--paragraph", "§ 214")  # fmt: skip
    assert adopted.code == 0, adopted.err
    return stored


def done(ran: Ran) -> str:
    assert ran.code == 0, ran.err
    return ran.out


def test_the_list_has_the_worst_first_and_can_be_had_as_json(started: Shell) -> None:
    rows = done(started("risk", "list", "ks")).splitlines()
    assert rows[0].startswith("R3 ")
    assert rows[1] == "  Hög risk 12: sannolikhet 4, konsekvens 3, bedömd 14 oktober 2021"
    found = json.loads(done(started("risk", "list", "ks", "--json")))
    assert [item["id"] for item in found][:2] == ["R3", "R4"]
    assert (found[0]["riskvärde"], found[0]["zon"], found[0]["bedömd"]) == (12, "hog", "2021-10-14")
    assert len(json.loads(done(started("risk", "list", "ks", "--stale", "--json")))) == 8
    assert done(started("risk", "list", "klk")) == (
        "Inga risker att visa för Kommunledningskontoret.\n"
    )


def test_a_risk_is_retired_restored_and_shown_with_its_history(started: Shell) -> None:
    assert "är avförd." in done(started("risk", "retire", "ks", "R7", "--reason", "Nedlagd."))
    again = started("risk", "retire", "ks", "R7", "--reason", "Nedlagd.")
    assert again.code == 1
    assert "är avförd." in again.err
    assert "Ta upp den igen först." in again.err
    assert "R7 " not in done(started("risk", "list", "ks"))
    assert done(started("risk", "list", "ks", "--retired")).startswith("R7 ")
    assert "är upptagen igen." in done(started("risk", "restore", "ks", "R7", "--reason", "Åter."))
    shown = done(started("risk", "show", "ks", "R7"))
    for line in ("  Efter: Medelhög risk 4", "    risken: avförd", "    Skäl: Åter."):
        assert line in shown
    versions = json.loads(done(started("risk", "show", "ks", "R7", "--json")))
    assert [(item["version"], item["avförd"], item["skäl"]) for item in versions] == [
        (3, False, "Åter."), (2, True, "Nedlagd."), (1, False, ""),
    ]  # fmt: skip


def test_what_is_not_there_is_said(started: Shell) -> None:
    for args in (("list", "ingen"), ("show", "ks", "R99"), ("show", "ingen", "R1")):
        ran = started("risk", *args)
        assert ran.code == 1
        assert len(ran.err.splitlines()) <= 2
        assert "Enheten ingen har inget" in ran.err or "Risken R99 finns inte" in ran.err
