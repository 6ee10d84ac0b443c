"""The pages of plans in a real browser: for everybody, at every width, and one whole way through."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, focused, served, sideways, violations
from municipality import adopt_example
from plan_lives import drafted, next_year, revised, sent
from web_site import CONTROLLER, Site

from icengine.store.db import Database

pytestmark = pytest.mark.browser
READER = "revisionen@kommun.example"


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: tuple[Any, Any]) -> Iterator[Site]:
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    adopt_example(database, example)
    yield Site(database)
    database.close()


def problems(page: Any) -> list[str]:
    wide = sideways(page)
    return violations(page) + ([f"{wide} px too wide"] if wide else [])


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(browser: Any, site: Site, width: int) -> None:
    revised(site)
    next_year(site)
    sent(site, lambda document: document | {"titel": "Tredje versionen"})
    pages = {
        CONTROLLER: [
            "/planer",
            "/planer/ks-2022?klart=antagen",
            "/planer/ks-2022/versioner/1",
            "/planer/ks-2022/skillnad?fran=1&till=2",
            "/planer/ks-2022/beslut",
            "/planer/ks-2023",
            "/planer/ks-2023/beslut",
            "/planer/ks-2022/avsluta",
            "/planer/ks-2023/kasta",
        ],
        READER: ["/planer", "/planer/ks-2022", "/planer/ks-2022/skillnad?fran=1&till=2"],
    }
    found = {}
    view = {"viewport": {"width": width, "height": 800}}
    with served(site) as address:
        for email, paths in pages.items():
            page = entered(browser, site, address, email, **view)
            for path in paths:
                assert page.goto(address + path).status == 200, path
                for closed in page.query_selector_all("details:not([open]) > summary"):
                    if closed.is_visible():  # the menu of a phone is not, in a wide window
                        closed.click()
                found[f"{email} {path}"] = problems(page)
            page.context.close()
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize("script", [True, False])
def test_a_controller_gets_a_revision_adopted(browser: Any, site: Site, script: bool) -> None:
    drafted(site)
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, java_script_enabled=script)
        page.goto(f"{address}/planer")
        page.get_by_role("link", name="Kommunstyrelsen 2022").click()
        page.get_by_role("link", name="Pröva och besluta", exact=True).click()
        with page.expect_navigation():
            page.get_by_role("button", name="Skicka till beslut").click()
        assert page.title().startswith("Fel: ")
        assert focused(page, "fel")
        if script:
            assert problems(page) == []
        page.get_by_role("link", name="Skriv ett skäl. K4").click()
        page.get_by_label("K4: urvalet är inte beskrivet.").fill("Alla komponenter räknas.")
        page.get_by_label("Ärendets diarienummer").fill("KS 2022/0193")
        with page.expect_navigation():
            page.get_by_role("button", name="Skicka till beslut").click()
        assert "låst" in page.get_by_role("status").inner_text()
        page.get_by_label("Beslutets datum").fill("2022-02-08")
        page.get_by_label("Paragraf").fill("§ 58")
        with page.expect_navigation():
            page.get_by_role("button", name="Anta planen").click()
        assert page.get_by_role("status").inner_text().startswith("Planen är antagen. ")
        assert "Alla komponenter räknas." in page.content()
        page.context.close()
