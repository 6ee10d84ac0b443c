"""A link to several things: a list, the next one after each, and no secret on any page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from web_site import GREEN, RED, Site

K3, K4 = "Grundutbildning i informationssäkerhet", "Klassning av it-komponenter"


@pytest.fixture
def links(site: Site) -> dict[str, str]:
    """The paths of what the mail of 10 February told of."""
    return site.mail_links()


def list_of(links: dict[str, str]) -> str:
    return links["K3"].partition("/uppgift/")[0]


def follow(site: Site, page: str, title: str) -> str:
    """Where the list leads for that title."""
    found = re.search(rf'href="([^"]+)">{title}<', site.client.get(page).text)
    assert found, title
    return str(site.client.get(page + found[1]).headers["location"])


def test_the_link_of_one_mail_about_two_controls_leads_to_both(
    site: Site, links: dict[str, str]
) -> None:
    page = site.client.get(list_of(links)).text
    assert "Två kontroller väntar på ditt svar" in page
    assert follow(site, list_of(links), K3) == links["K3"]
    assert follow(site, list_of(links), K4) == links["K4"]


def test_after_each_answer_the_next_one_is_offered_and_then_all_is_done(
    site: Site, links: dict[str, str]
) -> None:
    site.send(links["K3"], site.form(links["K3"]) | RED)
    receipt = site.client.get(f"{links['K3']}/kvitto").text
    assert f"Nästa kontroll: {K4}" in receipt
    assert f'href="../{links["K4"].rpartition("/")[2]}"' in receipt
    rest = {"antal": "62", "totalt": "198", "bedomning": "rod", "resultat": "Långt kvar."}
    action = {name: value for name, value in RED.items() if name[-2:] == "-1"}
    sent = site.send(links["K4"], site.form(links["K4"]) | rest | action)
    assert sent.headers["location"] == f"{links['K4']}/kvitto"
    receipt = site.client.get(f"{links['K4']}/kvitto").text
    assert "Nästa kontroll" not in receipt
    assert "allt är inlämnat" in receipt
    assert "Allt är inlämnat" in site.client.get(list_of(links)).text


def test_no_page_of_the_link_holds_its_secret(site: Site, links: dict[str, str]) -> None:
    secret = list_of(links).rpartition("/")[2]
    site.send(links["K3"], site.form(links["K3"]) | RED)
    for page in (list_of(links), links["K4"], f"{links['K3']}/kvitto"):
        assert secret not in site.client.get(page).text


def test_a_link_leads_to_nothing_that_it_is_not_for(site: Site, links: dict[str, str]) -> None:
    base = list_of(links)
    other = next(item.task.id for item in site.tasks() if item.task.control not in ("K3", "K4"))
    for path in (f"{base}/uppgift/{other}", f"{base}/uppgift/x", f"{base}/kvitto"):
        assert site.client.get(path).status_code == 404
    assert site.client.post(base, data=GREEN).status_code == 404


def test_whoever_no_longer_holds_the_function_sees_nothing_in_the_list(
    site: Site, links: dict[str, str]
) -> None:
    organisation = site.organisation()
    functions: Any = tuple(
        f if f.name != "Informationssäkerhetssamordnaren" else type(f)(f.name, f.unit, ())
        for f in organisation.functions
    )
    site.change_organisation(functions=functions)
    page = site.client.get(list_of(links)).text
    assert K3 not in page
    assert "Just nu väntar ingenting mer på dig" in page
