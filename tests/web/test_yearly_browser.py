"""The year's bedömningar in a real browser: at every width, in both lights, by keyboard, without script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sharing as make
from browser_site import WIDTHS, entered, served, sideways, violations
from task_life import GREEN, OPERATOR, YELLOW
from test_shared_pages import opened
from web_site import Site

from icengine.services.tasks import record_answer
from icengine.services.yearly import decide
from icengine.store.db import Database

pytestmark = pytest.mark.browser

LIST = "/planer/ks-2022/bedomningar"
K1, SON, TN = f"{LIST}/K1", f"{LIST}/K1/son", f"{LIST}/K1/tn"
CONTROLLER = make.email("Controllern")
WHY = "Bristen gällde ett enda system, som redan är avvecklat."


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """Two nämnder have answered; one of them is judged otherwise."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    site = opened(database)
    for item in site.tasks():
        if item.task.slot == "2022-Q1" and item.task.unit in ("ks", "son"):
            with database.unit_of_work(OPERATOR, site.now) as session:
                record_answer(
                    session, actor=OPERATOR, now=site.now, task_id=item.task.id, base_version=0,
                    answer=GREEN if item.task.unit == "ks" else YELLOW, submit=True,
                )  # fmt: skip
    judge(site, "son", "rod")
    yield site
    database.close()


def judge(site: Site, unit: str, level: str, reason: str = WHY) -> None:
    with site.database.unit_of_work(OPERATOR, site.now) as session:
        decide(
            session, actor=OPERATOR, now=site.now, key="ks-2022", control="K1", unit=unit,
            level=level, reason=reason,
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
        for path in (LIST, TN, K1, SON):
            assert page.goto(address + path).status == 200, path
            found[path] = problems(page)
        with page.expect_navigation():
            page.get_by_role("button", name="Spara bedömningen").click()
        assert page.title().startswith("Fel: ")
        assert page.evaluate("document.activeElement.id") == "fel"
        found["faults"] = problems(page)
        judge(site, "son", "gron", "Vi läste fel.")
        page.get_by_role("radio", name="Kan inte bedömas").check()
        page.get_by_label("Varför?").fill("Svaret räcker inte.")
        with page.expect_navigation():
            page.get_by_role("button", name="Spara bedömningen").click()
        assert "Nu gäller: utan anmärkning." in page.content()
        found["conflict"] = problems(page)
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize("script", [True, False])
def test_the_controller_decides_by_keyboard_and_takes_it_back(
    browser: Any, site: Site, script: bool
) -> None:
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, java_script_enabled=script)
        page.goto(f"{address}/planer/ks-2022")
        page.get_by_role("link", name="Årets bedömning").click()
        page.get_by_role("link", name="K1 Attest").click()
        page.get_by_role("radio", name="Mindre avvikelse").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type(WHY)
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.get_by_role("status").inner_text() == "Årets bedömning är bestämd."
        page.get_by_role("radio", name="Det som svaren ger").check()
        page.get_by_label("Varför?").fill("Det var för tidigt.")
        with page.expect_navigation():
            page.get_by_role("button", name="Spara bedömningen").click()
        assert page.get_by_role("status").inner_text() == "Nu gäller det som svaren ger igen."
