"""Building a plan in a real browser: for everybody, at every width, with and without script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, focused, served, sideways, violations
from draft_forms import fill
from municipality import adopt_example
from web_site import CONTROLLER, Site

from icengine.domain.access import System
from icengine.services.drafts import begin_draft, save_draft
from icengine.store.db import Database

pytestmark = pytest.mark.browser
TEST = System("test")
DRAFT = "/planer/ks-2022/utkast"
PAGES = (
    DRAFT, f"{DRAFT}?klart=sparat", f"{DRAFT}/kalender", "/planer/ks-2022/kalender", f"{DRAFT}/plan",
    f"{DRAFT}/risker/R3", f"{DRAFT}/risker/R3/ta-bort", f"{DRAFT}/ny-risk", f"{DRAFT}/kontroller/K1",
    f"{DRAFT}/kontroller/K3", f"{DRAFT}/risker/R3/ny-kontroll", f"{DRAFT}/risker/R3/ny-direktatgard",
    f"{DRAFT}/kontroller/K3/ta-bort", f"{DRAFT}/utelamnade/R21", f"{DRAFT}/utelamnade/R21/ta-in",
    f"{DRAFT}/register",
)  # fmt: skip


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: tuple[object, object]) -> Iterator[Site]:
    """A draft in which something of every kind stands, and something is wrong."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    adopt_example(database, example)
    site = Site(database)
    now = site.now
    with database.unit_of_work(TEST, now) as session:
        draft = begin_draft(session, actor=TEST, now=now, unit="ks", year=2022).document
    control = draft["risker"][0]["kontroller"][0]
    del control["metod"]
    control["frekvens"] = "regelbundet"
    control["tillfällen"] = [{"från": "i mars"}]
    draft["risker"][1]["titel"] = "En annan titel"
    gone = draft["risker"].pop(4)
    draft["risker"][0]["direktåtgärder"] = [
        {"id": "D1", "åtgärd": "Gör klart", "klart": "2022-05-02"}
    ]
    draft["risker"].append({"id": "R20", "titel": "Inte värderad", "okänd": "x"})
    draft["utelämnade risker"] = [{"id": "R21", "område": "Ekonomi", "titel": "Köp utan avtal"}]
    assert gone["id"] == "R4"
    with database.unit_of_work(TEST, now) as session:
        save_draft(session, actor=TEST, now=now, unit="ks", year=2022, document=draft)
    yield site
    database.close()


def problems(page: Any) -> list[str]:
    wide = sideways(page)
    return violations(page) + ([f"{wide} px too wide"] if wide else [])


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(browser: Any, site: Site, width: int) -> None:
    found = {}
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, viewport={"width": width, "height": 800})
        for path in PAGES:
            assert page.goto(address + path).status == 200, path
            found[path] = problems(page)
        page.goto(f"{address}{DRAFT}/risker/R3")
        other = entered(browser, site, address, CONTROLLER)
        other.goto(f"{address}{DRAFT}/risker/R3")
        other.fill("#titel", "En annans")
        with other.expect_navigation():
            other.get_by_role("button", name="Spara", exact=True).last.click()
        page.fill("#titel", "Min")
        with page.expect_navigation():
            page.get_by_role("button", name="Spara", exact=True).last.click()
        assert page.title().startswith("Fel: ")
        assert focused(page, "fel")
        assert "Sparat nu: En annans" in page.content()
        found["conflict"] = problems(page)
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize("script", [True, False])
def test_a_controller_writes_a_control_and_sees_its_dates(
    browser: Any, site: Site, script: bool
) -> None:
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, java_script_enabled=script)
        page.goto(address + DRAFT)
        risk = page.locator("#risker-R20")
        risk.get_by_role("link", name="Lägg till kontroll").click()
        page.get_by_label("Kort namn").fill("Ny kontroll")
        page.get_by_label("Hur ofta?").fill("tertialvis")
        if not script:
            page.get_by_role("button", name="Visa datumen").click()
        dates = page.locator("#datum")
        dates.get_by_text("Tre tillfällen: sista dagarna att svara är 29 april").wait_for()
        assert dates.get_attribute("aria-live") == "polite"
        assert page.get_by_label("Kort namn").input_value() == "Ny kontroll"
        with page.expect_navigation():
            page.get_by_label("Hur ofta?").press("Enter")
        assert "klart=sparat" in page.url
        control = page.locator("#kontroller-K8")
        control.get_by_text("29 april").first.wait_for()
        control.get_by_role("link", name="Metod saknas.").click()
        page.wait_for_url("**/kontroller/K8#metod")


def test_a_risk_is_moved_and_its_form_reached_with_the_keyboard_alone(
    browser: Any, site: Site
) -> None:
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER)
        page.goto(address + DRAFT)
        button = page.locator("#risker-R1").get_by_role("button", name="Flytta ned R1")
        button.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        heads = page.locator(".risk > h3").all_inner_texts()
        assert heads[:2] == ["R8 En annan titel", "R1 Digital tillgänglighet"]
        page.locator("#risker-R1").get_by_role("link", name="Ändra R1").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/risker/R1")
        page.locator("summary", has_text="Utan de åtgärder som finns").focus()
        page.keyboard.press("Enter")
        assert page.get_by_label("Befintliga åtgärder").is_visible()


def test_a_very_long_word_stretches_nothing(browser: Any, site: Site) -> None:
    client = site.log_in(CONTROLLER)
    fill(client, f"{DRAFT}/risker/R3", titel="o" * 200)
    fill(client, f"{DRAFT}/risker/R20", titel="å" * 200)
    with served(site) as address:
        for width in (*WIDTHS, 1000):
            size = {"width": width, "height": 800}
            page = entered(browser, site, address, CONTROLLER, viewport=size)
            for path in (DRAFT, f"{DRAFT}/risker/R20", f"{DRAFT}/register", "/riskregister/ks"):
                page.goto(address + path)
                assert sideways(page) == 0, (width, path)
                assert page.evaluate(OUTSIDE) == [], (width, path)


OUTSIDE = """[...document.querySelectorAll('.card, .within, aside')]
  .filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.id || box.className)"""
"""Boxes that hold something wider than themselves."""


def test_the_menu_is_folded_together_on_a_phone_and_stands_open_on_a_wide_screen(
    browser: Any, site: Site
) -> None:
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, java_script_enabled=False,
                       viewport={"width": 390, "height": 800})  # fmt: skip
        page.goto(address + DRAFT)
        menu = page.get_by_role("navigation", name="Huvudmeny")
        assert menu.count() == 0
        assert page.locator("header.top").bounding_box()["height"] < 160
        page.locator("summary", has_text="Meny").press("Enter")
        assert sideways(page) == 0
        menu.get_by_role("link", name="Risker").click()
        page.wait_for_url("**/riskregister")
        wide = entered(browser, site, address, CONTROLLER)
        wide.goto(address + DRAFT)
        assert wide.get_by_role("navigation", name="Huvudmeny").count() == 1
        assert not wide.get_by_text("Meny", exact=True).is_visible()
