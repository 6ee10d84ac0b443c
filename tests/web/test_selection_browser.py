"""The selection for a coming plan in a real browser: at every width, in both lights, by keyboard, without
script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, served, sideways, violations
from task_life import CONTROLLER, MANAGER, OPERATOR, YELLOW, Life
from web_site import Site

from icengine.services.selection import carry
from icengine.store.db import Database

pytestmark = pytest.mark.browser

LIST = "/planer/ks-2022/urval"
K2, K3, K5, R1 = (f"{LIST}/{id}" for id in ("K2", "K3", "K5", "R1"))
WHY = "Systemet byts under året, och kontrollen görs om när det nya är på plats."


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """K3 is not green and goes two years on; the others are not decided."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    life = Life.begun(database)
    life.save("K3", YELLOW)
    life.save("K5", YELLOW)
    site = Site(database, now=life.now)
    decide(site, 2024)
    yield site
    database.close()


def decide(site: Site, year: int, subject: str = "K3") -> None:
    with site.database.unit_of_work(OPERATOR, site.now) as session:
        carry(
            session, actor=OPERATOR, now=site.now, key="ks-2022", subject=subject, year=year,
            reason=WHY,
        )  # fmt: skip


def problems(page: Any) -> list[str]:
    wide = sideways(page)
    return violations(page) + ([f"{wide} px too wide"] if wide else [])


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(browser: Any, site: Site, width: int) -> None:
    found = {}
    with served(site) as address:
        view = {"viewport": {"width": width, "height": 800}}
        page = entered(browser, site, address, CONTROLLER, **view)
        for path in (LIST, K3, K5, R1, K2):
            assert page.goto(address + path).status == 200, path
            found[path] = problems(page)
        page.get_by_role("radio", name="Plan 2024").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Spara beslutet").click()
        assert page.title().startswith("Fel: ")
        assert page.evaluate("document.activeElement.id") == "fel"
        found["faults"] = problems(page)
        decide(site, 2023, "K2")
        page.get_by_label("Varför?").fill(WHY)
        with page.expect_navigation():
            page.get_by_role("button", name="Spara beslutet").click()
        assert "Nu gäller: Plan 2023." in page.content()
        found["conflict"] = problems(page)
        page.goto(address + LIST)
        page.locator("summary", has_text="Risker som följs genom sina").click()
        found["unfolded"] = problems(page)
        reader = entered(browser, site, address, MANAGER, **view)
        for path in (LIST, K3):
            reader.goto(address + path)
            found[f"reader {path}"] = problems(reader)
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize("script", [True, False])
def test_the_controller_decides_by_keyboard_and_follows_the_proposal_for_the_rest(
    browser: Any, site: Site, script: bool
) -> None:
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, java_script_enabled=script)
        page.goto(f"{address}/planer/ks-2022")
        page.get_by_role("link", name="Urval till kommande plan").click()
        page.get_by_role("link", name="K2 Titel K2").click()
        page.get_by_role("radio", name="Plan 2023").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type(WHY)
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.get_by_role("status").inner_text() == "Beslutet om urvalet är sparat."
        page.goto(address + LIST)
        with page.expect_navigation():
            page.get_by_role("button", name="Följ förslaget för alla").click()
        assert page.get_by_role("status").inner_text() == ("Förslaget är följt.")
        page.goto(address + K3)
        page.get_by_role("radio", name="Det som regeln föreslår: plan 2023").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Spara beslutet").click()
        assert page.get_by_role("status").inner_text() == "Nu gäller förslaget igen."
