"""A function with two holders: each sees who else writes on the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from web_site import Site

from icengine.domain.people import Holding

FIRST, SECOND = "forsta@kommun.example", "andra@kommun.example"


@pytest.fixture
def task(site: Site) -> str:
    """The path of K2's page, which both may answer."""
    site.set_clock("2022-05-02")
    functions = tuple(
        replace(f, holders=(Holding(FIRST), Holding(SECOND)))
        if f.name == "Utvecklingschefen"
        else f
        for f in site.organisation().functions
    )
    site.change_organisation(functions=functions)
    site.mail_links()
    number = next(item.task.id for item in site.tasks() if item.task.control == "K2")
    return f"/uppgifter/{number}"


def test_a_colleague_who_writes_is_said_and_oneself_is_not(site: Site, task: str) -> None:
    first, second = site.log_in(FIRST), site.log_in(SECOND)
    assert "Stäm av med varandra" not in second.get(task).text
    sent = {"version": "0", "resultat": "Halvvägs.", "gor": "spara"}
    assert first.post(task, data=sent).status_code == 303
    page = second.get(task).text
    assert f"{FIRST} skriver på svaret just nu, och sparade i dag kl. 09.00." in page
    assert "Stäm av med varandra" not in first.get(task).text
    site.set_clock("2022-05-02", "09:30")
    page = second.get(task).text
    assert f"{FIRST} skrev senast på svaret, i dag kl. 09.00." in page


def test_the_script_is_told_who_has_a_newer_draft_and_nothing_is_overwritten(
    site: Site, task: str
) -> None:
    first, second = site.log_in(FIRST), site.log_in(SECOND)
    asked = {"accept": "application/json"}
    mine = {"version": "0", "resultat": "Mitt.", "gor": "spara"}
    kept = first.post(task, data=mine, headers=asked)
    assert kept.json() == {"version": 1, "said": "Sparat som utkast i dag kl. 09.00"}
    refused = second.post(task, data=mine | {"resultat": "Ditt."}, headers=asked)
    assert refused.status_code == 409
    assert refused.json() == {
        "said": f"Inte sparat. {FIRST} har sparat ett nyare utkast. "
        "Välj Spara utkast för att se båda.",
        "stopped": True,
    }
    assert "Mitt." in first.get(task).text
    both = second.post(task, data=mine | {"resultat": "Ditt."})
    assert both.status_code == 409
    assert "Ditt." in both.text
    assert "Mitt." in both.text


def test_once_it_is_handed_in_nobody_writes(site: Site, task: str) -> None:
    first, second = site.log_in(FIRST), site.log_in(SECOND)
    first.post(task, data={"version": "0", "bedomning": "gron", "resultat": "Klart."})
    page = second.get(f"{task}/kvitto").text
    assert "Tack! Svaret är inlämnat" in page
    assert "Stäm av" not in page
