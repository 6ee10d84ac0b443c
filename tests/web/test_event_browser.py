"""The audit trail in a real browser: for everybody, at every width, and without script."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, served, sideways, violations
from municipality import adopt_example
from web_site import ACTION, CONTROLLER, Site

from icengine.domain.people import Grant, Role
from icengine.store.db import Database

pytestmark = pytest.mark.browser
TOP = "revisor@kommun.example"
RED = {"antal": "62", "totalt": "198", "bedomning": "rod", "resultat": "Långt kvar.", **ACTION}


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: tuple[object, object]) -> Iterator[Site]:
    """February 2022: K4 is handed in, and there is an auditor."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    adopt_example(database, example)
    site = Site(database)
    link = site.mail_links()["K4"]
    site.send(link, site.form(link) | RED)
    grants = (*site.organisation().grants, Grant(Role.READER, "kommun", TOP))
    site.change_organisation(grants=grants)
    yield site
    database.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(browser: Any, site: Site, width: int) -> None:
    found = {}
    view = {"viewport": {"width": width, "height": 800}}
    with served(site) as address:
        for email in (TOP, CONTROLLER):
            page = entered(browser, site, address, email, **view)
            for path in (
                "/handelser",
                "/handelser?kontroll=K4",
                "/handelser?fran=x",
                "/handelser/2",
            ):
                page.goto(address + path)
                found[email, path] = [*violations(page), *filter(None, [sideways(page)])]
            page.context.close()
        page = entered(browser, site, address, TOP, **view)
        for kept in ("", "412:5f3a"):
            page.goto(f"{address}/handelser")
            page.get_by_label("En summa du har sparat").fill(kept)
            with page.expect_navigation():
                page.get_by_role("button", name="Pröva att loggen är hel").click()
            found["prova", kept] = [*violations(page), *filter(None, [sideways(page)])]
        page.context.close()
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize("script", [True, False])
def test_an_auditor_goes_from_the_year_to_one_controls_answer(
    browser: Any, site: Site, script: bool
) -> None:
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, java_script_enabled=script)
        page.goto(address)
        page.get_by_role("link", name="Händelser för K4").click()
        page.get_by_label("Vad", exact=True).select_option("Lämnade in svaret")
        page.get_by_role("button", name="Visa", exact=True).click()
        page.get_by_role("link", name=re.compile(r"^Händelse \d+$")).click()
        assert page.get_by_role("heading", level=1).inner_text() == "Lämnade in svaret"
        assert "Allvarlig avvikelse" in page.get_by_role("main").inner_text()
        page.context.close()
