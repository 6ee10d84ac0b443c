"""The organisation's pages in a real browser: for everybody, at every width, and without script."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, focused, served, sideways, violations
from municipality import adopt_example
from web_site import Site

from icengine.domain.people import Grant, Role, Unit, UnitKind
from icengine.store.db import Database

pytestmark = pytest.mark.browser
WHOLE, INSIDE = "admin@kommun.example", "ks.admin@kommun.example"


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: tuple[object, object]) -> Iterator[Site]:
    """February 2022, with a unit that is to come and somebody who is to be läsare."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    adopt_example(database, example)
    site = Site(database)
    stored = site.organisation()
    grants = (
        Grant(Role.ADMINISTRATOR, "kommun", WHOLE),
        Grant(Role.ADMINISTRATOR, "ks", INSIDE),
        Grant(Role.READER, "klk", "hr@kommun.example", start=date(2022, 3, 1)),
    )
    coming = Unit("kansli", "Kansliet", UnitKind.DEPARTMENT, "klk", date(2022, 7, 1))
    site.change_organisation(grants=(*stored.grants, *grants), units=(*stored.units, coming))
    yield site
    database.close()


def found_in(client: Any, page: str, part: str) -> str:
    """The first address on a page that has that in it."""
    found = re.search(rf'href="([^"]*{part}[^"]*)"', client.get(page).text)
    assert found, part
    return html.unescape(found[1])


def pages(site: Site) -> dict[str, list[str]]:
    """Every kind of page, by who looks at it."""
    client = site.log_in(INSIDE)
    function = "/organisation/funktioner/HR-strategen"
    person = found_in(client, "/personer", r"/personer/\d+")
    return {
        WHOLE: ["/organisation", "/organisation/sbn", "/organisation/installningar"],
        INSIDE: [
            "/organisation/klk?klart=enhet-andrad",
            *(f"/organisation/klk/{word}" for word in ("flytta", "upphor", "sla-ihop", "ny-enhet")),
            *(f"/organisation/ks/{word}" for word in ("andra", "ny-funktion", "ge-roll")),
            found_in(client, "/organisation/klk", "avsluta-roll"),
            function,
            *(f"/organisation/funktion/{w}/Ekonomichefen" for w in ("ge", "ersattare", "enhet")),
            "/organisation/funktion/roll/Ekonomichefen",
            found_in(client, function, "funktion/avsluta"),
            "/personer",
            "/personer?enhet=klk&roll=administratör",
            person,
            f"{person}/ge-roll",
        ],
    }


def problems(page: Any) -> list[str]:
    wide = sideways(page)
    return violations(page) + ([f"{wide} px too wide"] if wide else [])


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(browser: Any, site: Site, width: int) -> None:
    found = {}
    view = {"viewport": {"width": width, "height": 800}}
    with served(site) as address:
        for email, paths in pages(site).items():
            page = entered(browser, site, address, email, **view)
            for path in paths:
                assert page.goto(address + path).status == 200, path
                found[path] = problems(page)
            page.context.close()
        page = entered(browser, site, address, INSIDE, **view)
        page.goto(f"{address}/organisation/klk/ny-enhet")
        with page.expect_navigation():
            page.get_by_role("button", name="Lägg till").click()
        assert page.title().startswith("Fel: ")
        assert focused(page, "fel")
        found["faults"] = problems(page)
        page.goto(f"{address}/organisation/klk/andra")
        site.log_in(INSIDE).post(
            "/organisation/klk/andra", data={"namn": "Ett annat namn", "slag": "nämnd"}
        )
        page.fill("#namn", "Mitt namn")
        with page.expect_navigation():
            page.get_by_role("button", name="Spara").click()
        assert "Sparat nu: Ett annat namn" in page.content()
        found["conflict"] = problems(page)
        page.context.close()
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize("script", [True, False])
def test_a_manager_appoints_a_substitute_from_the_tree(
    browser: Any, site: Site, script: bool
) -> None:
    with served(site) as address:
        page = entered(
            browser, site, address, "kommundirektor@kommun.example", java_script_enabled=script
        )
        page.goto(f"{address}/organisation")
        for name in ("Kommunledningskontoret", "Ekonomichefen", "Utse en ersättare"):
            page.get_by_role("link", name=name, exact=True).click()
        page.get_by_label("E-postadress").fill("kansli@kommun.example")
        page.get_by_label("Från och med").fill("2022-03-01")
        page.get_by_label("Till och med").fill("2022-02-01")
        with page.expect_navigation():
            page.get_by_role("button", name="Utse ersättaren").click()
        page.get_by_role("link", name="Sista dagen kommer före den första.").click()
        assert focused(page, "till")
        assert page.get_by_label("E-postadress").input_value() == "kansli@kommun.example"
        page.get_by_label("Till och med").fill("2022-03-15")
        with page.expect_navigation():
            page.get_by_role("button", name="Utse ersättaren").click()
        assert page.get_by_role("status").inner_text() == "Ersättaren är utsedd."
        page.context.close()
