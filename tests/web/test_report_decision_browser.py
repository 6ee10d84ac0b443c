"""A report's decision in a real browser: at every width, and without script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, example_site, focused, served, sideways, violations
from web_site import CONTROLLER, Site

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
