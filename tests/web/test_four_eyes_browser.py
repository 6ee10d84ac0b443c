"""Four eyes in a real browser: for everybody, at every width, by keyboard, and without script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, served, sideways, violations
from task_life import APPROVER, BOTH, CONTROLLER, OWNER, YELLOW, Life
from web_site import Site

from icengine.domain.task import State
from icengine.services.approval import send_back
from icengine.store.db import Database

pytestmark = pytest.mark.browser


@pytest.fixture
def life(sqlite_template: Path, tmp_path: Path) -> Iterator[Life]:
    """K1 has been sent back and handed in again, K2 and K4 wait for the controller, K5 is sent back."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    life = Life.begun(Database(f"sqlite:///{tmp_path}/test.db"))
    for control in ("K1", "K5"):
        life.save(control, YELLOW)
        life.work(
            send_back, life.person(APPROVER), task_id=life.task(control).id, version=1,
            comment="Hur många granskades?",
        )  # fmt: skip
    life.save("K1", replace(YELLOW, result="Två av nio saknas, av 25 granskade."))
    life.save("K2")
    life.save("K3")
    life.save("K4", by=BOTH)
    yield life
    life.database.close()


def test_every_page_is_for_everybody_at_every_width(browser: Any, life: Life) -> None:
    id = {control: life.task(control).id for control in ("K1", "K2", "K3", "K4", "K5")}
    pages = [
        (APPROVER, "/"),
        (APPROVER, "/godkann"),
        (APPROVER, f"/godkann/{id['K1']}"),
        (BOTH, f"/godkann/{id['K4']}"),
        (CONTROLLER, "/godkann"),
        (CONTROLLER, f"/uppgifter/{id['K3']}/oppna-igen"),
        (OWNER, f"/uppgifter/{id['K1']}/versioner"),
        (OWNER, f"/uppgifter/{id['K2']}/kvitto"),
        (OWNER, f"/uppgifter/{id['K5']}"),
    ]
    site = Site(life.database, now=life.now)
    with served(site) as address:
        for width in WIDTHS:
            for who in dict.fromkeys(who for who, _ in pages):
                tab = entered(browser, site, address, who, viewport={"width": width, "height": 900})
                for path in (path for whose, path in pages if whose == who):
                    tab.goto(address + path)
                    assert not violations(tab), (width, path)
                    assert not sideways(tab), (width, path)
                tab.context.close()


def test_an_answer_is_sent_back_by_keyboard_without_script(browser: Any, life: Life) -> None:
    site = Site(life.database, now=life.now)
    with served(site) as address:
        tab = entered(
            browser, site, address, APPROVER, java_script_enabled=False,
            viewport={"width": 320, "height": 900},
        )  # fmt: skip
        tab.goto(f"{address}/godkann/{life.task('K1').id}")
        tab.get_by_role("button", name="Skicka tillbaka").press("Enter")
        assert tab.get_by_role("alert").is_visible()
        assert tab.locator("#kommentar").get_attribute("aria-invalid") == "true"
        tab.get_by_role("textbox", name="Kommentar").fill("Vilka två?")
        tab.get_by_role("button", name="Skicka tillbaka").press("Enter")
        assert "Återsänd av Godkännaren" in tab.get_by_role("status").inner_text()
        tab.context.close()
    assert life.state("K1") is State.RETURNED
