"""The page that gives back what was sent, in a real browser: no script is needed, at any width."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, example_site, served, sideways, violations
from web_site import Site

pytestmark = pytest.mark.browser
LONG = "Långt till målet.\n\nAndelen är lägst i vården, <b>där</b> få har gått utbildningen. " * 3


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: Any) -> Iterator[Site]:
    with example_site(sqlite_template, tmp_path, example, "2022-02-10") as site:
        yield site


def tab(browser: Any, width: int) -> Any:
    """A tab without script, but for what looks at it."""
    context = browser.new_context(
        locale="sv-SE", viewport={"width": width, "height": 900}, java_script_enabled=True
    )
    context.route("**/app.js", lambda route: route.abort())
    return context.new_page()


@pytest.mark.parametrize("width", WIDTHS)
def test_what_was_typed_comes_back_and_is_handed_in_by_the_button(
    browser: Any, site: Site, tmp_path: Path, width: int
) -> None:
    link, file = site.mail_links()["K3"], tmp_path / "test.db"
    with served(site) as address:
        page = tab(browser, width)
        page.goto(address + link)
        page.fill("#antal", "2676")
        page.fill("#totalt", "8633")
        page.check("[name=bedomning][value=rod]")
        page.fill("#resultat", LONG)
        page.fill("#atgard-1", "Hålla en genomgång")
        page.fill("#vem-1", "HR-chefen")
        page.fill("#klar-1", "2022-10-31")
        page.set_input_files(
            "#underlag", {"name": "urval.txt", "mimeType": "text/plain", "buffer": b"A"}
        )
        site.database.close()
        file.rename(tmp_path / "borta.db")
        file.mkdir()  # nothing can be opened there
        page.get_by_role("button", name="Lämna in").click()
        assert (
            page.get_by_role("heading", level=1).inner_text() == "Det gick inte att spara just nu"
        )
        assert page.get_by_label("Vad visade kontrollen?").input_value() == LONG
        assert "urval.txt" in page.inner_text("main")
        for light in ("light", "dark"):
            page.emulate_media(color_scheme=light)
            if folder := os.environ.get("SHOTS"):
                page.screenshot(path=f"{folder}/tillbaka-{width}-{light}.png", full_page=True)
        assert sideways(page) == 0
        card = page.locator(".card").bounding_box()
        assert card["x"] >= 0, "nothing is cut off"
        assert card["x"] + card["width"] <= width
        assert violations(page) == []
        page.get_by_role("button", name="Försök igen").click()
        assert page.get_by_label("Vad visade kontrollen?").input_value() == LONG
        file.rmdir()
        (tmp_path / "borta.db").rename(file)
        page.set_input_files(
            "[type=file]", {"name": "urval.txt", "mimeType": "text/plain", "buffer": b"A"}
        )
        page.get_by_role("button", name="Försök igen").click()
        page.wait_for_url("**/kvitto")
        assert "urval.txt" in page.inner_text("main")
        assert site.count("answer") == 1
        page.context.close()
