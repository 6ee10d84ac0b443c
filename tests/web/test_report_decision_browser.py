"""A report's decision in a real browser: at every width, and without script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, example_site, focused, served, sideways, violations
from web_site import CONTROLLER, Site

from icengine.bootstrap import Engine
from icengine.jobs import make_reports
from icengine.web.app import create_app

pytestmark = pytest.mark.browser
PATH = "/planer/ks-2022/rapporter"


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: tuple[object, object]) -> Iterator[Site]:
    """February 2023, and nothing is answered."""
    with example_site(sqlite_template, tmp_path, example, "2023-02-20") as site:
        yield site


@pytest.mark.parametrize("width", WIDTHS)
def test_from_the_list_to_the_decision_and_a_proof(
    browser: Any, site: Any, tmp_path: Path, width: int
) -> None:
    found: dict[str, Any] = {}
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, viewport={"width": width, "height": 900})

        def look(name: str) -> None:
            found[name] = violations(page) + ([str(wide)] if (wide := sideways(page)) else [])

        page.goto(address + PATH)
        look("before")
        with page.expect_navigation():
            page.get_by_role("button", name="Lås rapporten och gör filerna").click()
        assert focused(page, "fel")
        look("faults")
        page.get_by_label("Diarienummer").fill("KS 2023/12")
        with page.expect_navigation():
            page.get_by_role("button", name="Lås rapporten och gör filerna").click()
        assert "Rapporten är låst" in page.content()
        look("waits")
        page.get_by_label("Beslutets datum").fill("2023-02-20")
        page.get_by_label("Paragraf").fill("§ 45")
        with page.expect_navigation():
            page.get_by_role("button", name="Skriv in beslutet").click()
        look("adopted")
        data = page.request.get(f"{address}{PATH}/1/rapport.html").body()
        kept = tmp_path / "rapport.html"
        kept.write_bytes(data)
        page.goto(f"{address}/rapporter/prova")
        look("proving")
        page.get_by_label("Rapportens fil").set_input_files(kept)
        with page.expect_navigation():
            page.get_by_role("button", name="Pröva filen").click()
        assert "Filen är den antagna rapporten" in page.content()
        look("proved")
        page.context.close()
    assert {name: bad for name, bad in found.items() if bad} == {}


def put_without_files(site: Site) -> None:
    """A report that is fixed and whose files nobody has made yet."""
    engine = Engine(site.settings, site.database, None)
    site.app = create_app(engine, now=lambda: site.now)
    sent = site.log_in(CONTROLLER).post(PATH, data={"dnr": "KS 2023/12"})
    assert sent.status_code == 303


def test_the_page_follows_the_files_as_they_are_made(browser: Any, site: Any) -> None:
    put_without_files(site)
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, viewport={"width": 320, "height": 900})
        page.goto(address + PATH)
        assert "0 av 6 filer är gjorda." in page.content()
        assert violations(page) == []
        assert not sideways(page)
        make_reports(Engine(site.settings, site.database, None), lambda: site.now)
        page.get_by_role("heading", name="Väntar på beslut").wait_for()
        page.locator("a[href$='/1/rapport.xlsx']").wait_for()


def test_without_script_one_asks_how_far_it_has_come(browser: Any, site: Any) -> None:
    put_without_files(site)
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, java_script_enabled=False)
        page.goto(address + PATH)
        make_reports(Engine(site.settings, site.database, None), lambda: site.now)
        with page.expect_navigation():
            page.get_by_role("link", name="Visa hur långt det har kommit").click()
        assert "Väntar på beslut" in page.content()
