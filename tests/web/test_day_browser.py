"""The controller's pages and the list of a link in a real browser, at every width and in both lights."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, served, sideways, violations
from municipality import at
from web_site import ACTOR, CONTROLLER, RED, Site

from icengine.domain.asking import Asking
from icengine.store import requests
from icengine.store.db import Database

pytestmark = pytest.mark.browser


@pytest.fixture
def site(sqlite_adopted: Path, tmp_path: Path) -> Iterator[Site]:
    """February 2022: K3 and K4 wait for the same person."""
    shutil.copy(sqlite_adopted, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    yield Site(database)
    database.close()


def asked(site: Site, task: int) -> int:
    """Somebody asks for more time."""
    with site.database.unit_of_work(ACTOR, site.now) as session:
        found = requests.ask(
            session, task, Asking.MORE_TIME, by="Informationssäkerhetssamordnaren", person=0,
            until=at("2022-03-31").date(), reason="Sjukdom.", now=site.now,
        )  # fmt: skip
        session.record("prov", "utskick")
    return found.id


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(browser: Any, site: Site, width: int) -> None:
    links = site.mail_links()
    assert links
    task = int(links["K3"].rpartition("/")[2])
    number = asked(site, task)
    site.set_clock("2022-03-02")
    pages = [
        "/att-gora", "/utskick", "/utskick/1", f"/uppgifter/{task}/styr", f"/fragor/{number}",
        f"/uppgifter/{task}/styr/datum", "/att-gora/byt-ansvarig", f"/uppgifter/{task}/at-nagon",
    ]  # fmt: skip
    found = {}
    view = {"viewport": {"width": width, "height": 800}}
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, **view)
        for path in (*pages, links["K3"].partition("/uppgift/")[0]):
            assert page.goto(address + path).status == 200, path
            found[path] = (violations(page), sideways(page))
    assert {path: said for path, said in found.items() if said != ([], 0)} == {}


@pytest.mark.parametrize("script", [True, False])
def test_from_the_mail_to_the_receipt_and_on_to_the_next_at_phone_width(
    browser: Any, site: Site, script: bool
) -> None:
    links = site.mail_links()
    with served(site) as address:
        context = browser.new_context(
            locale="sv-SE", viewport={"width": 320, "height": 700}, java_script_enabled=script
        )
        page = context.new_page()
        page.goto(address + links["K3"].partition("/uppgift/")[0])
        page.click("text=Grundutbildning")
        page.wait_for_url("**/uppgift/*")
        for name, value in RED.items():
            if name == "bedomning":
                page.check(f"input[name={name}][value={value}]")
            elif page.query_selector(f"[name='{name}']"):
                page.fill(f"[name='{name}']", value)
        page.click("button:text-is('Lämna in')")
        page.wait_for_url("**/kvitto")
        assert "Svaret är inlämnat" in page.inner_text("h1")
        page.click("text=Nästa kontroll")
        page.wait_for_url("**/uppgift/*")
        assert "Klassning av it-komponenter" in page.inner_text("h1")
        context.close()
