"""The pages of shared controls in a real browser: at every width, in the light and in the dark."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sharing as make
from browser_site import WIDTHS, entered, focused, served, sideways, violations
from test_shared_pages import BUN, BUN_CONTROLLER, CONTROLLER, opened
from web_site import Site

from icengine.store.db import Database

pytestmark = pytest.mark.browser


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    yield opened(database)
    database.close()


def problems(page: Any) -> list[str]:
    wide = sideways(page)
    return violations(page) + ([f"{wide} px too wide"] if wide else [])


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(browser: Any, site: Site, width: int) -> None:
    found = {}
    view = {"viewport": {"width": width, "height": 800}}
    with served(site) as address:
        for email, paths in {CONTROLLER: ["/gemensamma", "/"], BUN_CONTROLLER: ["/gemensamma", BUN]}.items():  # fmt: skip
            page = entered(browser, site, address, email, **view)
            for path in paths:
                assert page.goto(address + path).status == 200, path
                found[email, path] = problems(page)
        with page.expect_navigation():
            page.get_by_role("button", name="Utse funktionen").click()
        assert page.title().startswith("Fel: ")
        assert focused(page, "fel")
        found["faults"] = problems(page)
        site.log_in(BUN_CONTROLLER).post(BUN, data={"funktion": "Rektorn", "tidigare": ""})
        page.get_by_label("Funktion som svarar").select_option("Skolchefen")
        with page.expect_navigation():
            page.get_by_role("button", name="Utse funktionen").click()
        assert "Nu svarar Rektorn" in page.content()
        found["conflict"] = problems(page)
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize("script", [True, False])
def test_a_unit_s_chef_names_a_function_from_the_menu(
    browser: Any, site: Site, script: bool
) -> None:
    with served(site) as address:
        chef = make.email("Bun-chefen")
        page = entered(browser, site, address, chef, java_script_enabled=script)
        page.goto(f"{address}/")
        page.get_by_role("link", name="Gemensamma kontroller").first.click()
        page.get_by_role("link", name="Utse funktion för Barn- och utbildningsnämnden").click()
        page.get_by_label("Funktion som svarar").select_option("Rektorn")
        with page.expect_navigation():
            page.get_by_role("button", name="Utse funktionen").click()
        assert page.get_by_role("status").inner_text().startswith("Sparat.")
        assert page.get_by_role("button", name="Byt funktion").is_visible()
