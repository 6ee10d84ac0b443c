"""Stickprov: how many were checked and how many deviated, from the form to the report."""

from __future__ import annotations

import pytest
from web_site import GREEN, Site

SAMPLE = {"granskade": "60", "avvek": "12"}


@pytest.fixture
def link(site: Site) -> str:
    """The link in the mail about K2, which is not measured and says how much is checked."""
    site.set_clock("2022-05-02")
    return site.mail_links()["K2"]


def test_the_figures_are_kept_and_said_on_the_receipt(site: Site, link: str) -> None:
    site.send(link, site.fill(link, **SAMPLE), gor="spara")
    kept = site.form(link)
    assert (kept["granskade"], kept["avvek"]) == ("60", "12")
    site.send(link, kept | GREEN)
    page = site.client.get(f"{link}/kvitto").text.replace("\u00a0", " ")
    assert "<dt>Stickprov</dt><dd>12 av 60 granskade avvek (20 %)</dd>" in page


def test_they_may_be_left_out(site: Site, link: str) -> None:
    site.send(link, site.form(link) | GREEN)
    page = site.client.get(f"{link}/kvitto").text
    assert "Tack! Svaret är inlämnat" in page
    assert "Stickprov" not in page


@pytest.mark.parametrize(
    ("sent", "id", "message"),
    [
        ({"granskade": "60", "avvek": "61"}, "avvek", "Fler kan inte avvika än du har granskat"),
        (
            {"granskade": "många", "avvek": "1"},
            "granskade",
            "Skriv hur många du granskade, med siffror större än noll",
        ),
        (
            {"granskade": "60", "avvek": ""},
            "avvek",
            "Skriv hur många som avvek, med siffror. Skriv 0 om inga gjorde det",
        ),
    ],
)
def test_figures_that_cannot_be_right_stop_the_answer_and_are_kept(
    site: Site, link: str, sent: dict[str, str], id: str, message: str
) -> None:
    page = site.refused(link, site.form(link) | GREEN | sent)
    assert f'<a href="#{id}">{message}</a>' in page
    assert f'id="{id}-fel"><span class="vh">Fel: </span>{message}</p>' in page
    kept = site.form(link)
    assert {name: kept[name] for name in sent} == sent


def test_the_fields_are_open_where_the_plan_says_how_much_is_checked(site: Site, link: str) -> None:
    page = site.client.get(link).text
    assert '<details class="step" open>\n<summary><h2>Hur många granskade du?' in page


def test_a_measured_control_has_its_own_figures_and_no_stickprov(site: Site) -> None:
    measured = site.mail_links()["K3"]
    assert "granskade" not in site.form(measured)
