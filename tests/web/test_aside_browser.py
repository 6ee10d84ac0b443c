"""The pages beside answering in a real browser: at every width, in the light and in the dark."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, focused, served, sideways, violations
from events import PART, adopt_with_event, owner_email
from web_site import Site

from icengine.store.db import Database

pytestmark = pytest.mark.browser


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: tuple[Any, Any]) -> Iterator[Site]:
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    adopt_with_event(database, example)
    found = Site(database)
    found.set_clock("2022-03-10")
    yield found
    database.close()


def problems(page: Any, name: str) -> list[str]:
    wide = sideways(page)
    if folder := os.environ.get("PICTURES"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            width = page.viewport_size["width"]
            page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
    return violations(page) + ([f"{wide} px too wide"] if wide else [])


def press(page: Any, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("width", WIDTHS)
def test_handing_over_stands_in_nobodys_way(browser: Any, site: Site, width: int) -> None:
    found = {}
    link = site.mail_links()["K3"]
    with served(site) as address:
        context = browser.new_context(locale="sv-SE", viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(address + link)
        found["answer"] = problems(page, "svar")
        page.get_by_role("link", name="Lämna över till en kollega").click()
        page.wait_for_url("**/lamna-over")
        found["form"] = problems(page, "lamna-over")
        press(page, "Lämna över")
        assert page.title().startswith("Fel: ")
        assert focused(page, "fel")
        found["faults"] = problems(page, "lamna-over-fel")
        page.get_by_label("Kollegans e-postadress i arbetet").fill("kollega@kommun.example")
        page.get_by_label("Några ord till kollegan").fill(
            "Jag är på kurs. Säg till om något är oklart."
        )
        press(page, "Lämna över")
        assert "Överlämnad till kollega@kommun.example" in page.content()
        found["receipt"] = problems(page, "lamna-over-kvitto")
        page.get_by_role("link", name="Till kontrollen").click()
        page.wait_for_url(f"**{link}")
        found["handed over"] = problems(page, "svar-overlamnad")
        site.deliver()
        theirs = re.search(r"/svar/\S+", site.mails[-1].text)
        assert theirs
        page.goto(address + theirs[0])
        found["the colleague's"] = problems(page, "svar-kollegan")
        context.close()
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_asking_the_controller_stands_in_nobodys_way(browser: Any, site: Site, width: int) -> None:
    found = {}
    link = site.mail_links()["K3"]
    with served(site) as address:
        context = browser.new_context(locale="sv-SE", viewport={"width": width, "height": 800})
        page = context.new_page()
        for name, word, button in (
            ("mer-tid", "Be om mer tid", "Be om mer tid"),
            ("kan-inte", "Kan inte genomföras", "Skicka till controllern"),
        ):
            page.goto(address + link)
            page.get_by_role("link", name=word).click()
            page.wait_for_url(f"**/{name}")
            press(page, button)
            assert focused(page, "fel")
            found[name, "faults"] = problems(page, f"{name}-fel")
            if name == "mer-tid":
                page.get_by_label("Till vilken dag?").fill("2022-04-08")
            page.locator("textarea").fill("Systemet byts ut och är stängt till den 1 april.")
            press(page, button)
            found[name, "receipt"] = problems(page, f"{name}-kvitto")
        page.goto(address + link)
        found["answer"] = problems(page, "svar-fragat")
        context.close()
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_registering_an_occasion_stands_in_nobodys_way(
    browser: Any, site: Site, width: int
) -> None:
    found = {}
    email = owner_email(site.organisation(), site.now.date())
    view = {"viewport": {"width": width, "height": 800}}
    with served(site) as address:
        page = entered(browser, site, address, email, **view)
        page.goto(f"{address}/kontroller/vid-behov")
        found["none"] = problems(page, "vid-behov-tom")
        page.get_by_role("link", name="Registrera ett tillfälle").click()
        page.wait_for_url(f"**/{PART}")
        found["form"] = problems(page, "tillfalle")
        press(page, "Registrera")
        found["faults"] = problems(page, "tillfalle-fel")
        page.get_by_label("Vad hände?").fill("Ett nytt biträde anlitades för lönerna.")
        press(page, "Registrera")
        assert "Det här hände 10 mars:" in page.content()
        found["answer"] = problems(page, "tillfalle-svar")
        page.goto(f"{address}/kontroller/vid-behov")
        found["one"] = problems(page, "vid-behov")
        page.goto(address)
        found["start"] = problems(page, "start")
    assert {name: bad for name, bad in found.items() if bad} == {}
