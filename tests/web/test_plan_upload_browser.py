"""A plan as a file in a real browser: downloaded, changed, handed in; at every width, without script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, focused, served, sideways, violations
from municipality import adopt_example
from plan_lives import done
from test_plan_upload import draft, retitled, save, stored
from web_site import CONTROLLER, Site

from icengine.intake.workbook import write_workbook
from icengine.services.drafts import begin_draft
from icengine.store.db import Database

pytestmark = pytest.mark.browser
PAGE = "/planer/ks-2022/utkast/fil"


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: tuple[Any, Any]) -> Iterator[Site]:
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    adopt_example(database, example)
    yield Site(database)
    database.close()


def files(site: Site, folder: Path) -> dict[str, Path]:
    """A workbook with a change, one with faults, one from an older draft, one of one's own, and a picture."""
    found = stored(site)
    document = retitled(found.document, "Webbplatser som inte alla kan använda")
    document["risker"][1]["titel"] = "Ett annat namn"
    document["risker"].pop(5)
    written = {"andrad.xlsx": write_workbook(document, found.organisation, basis=found.basis)}
    wrong = retitled(stored(site).document, "Nytt")
    wrong["risker"][0]["kontroller"][0]["frekvens"] = "regelbundet"
    wrong["risker"][3]["sannolikhet"] = 9
    del wrong["risker"][2]["kontroller"][0]["metod"]
    written["fel.xlsx"] = write_workbook(wrong, found.organisation, basis=found.basis)
    written["egen.csv"] = (
        "Processområde;Risk;S;K;Kontrollmoment;Kontrollmetod;Tidpunkt;Kontrollansvarig;Färg\n"
        "Ekonomi;Risk att fakturor betalas två gånger;3;3;Dubbla fakturor;Kör rapporten;oktober;Ekonomichefen;Blå\n"
        ";;;;Leverantörsregistret;Läs ändringarna;mars;Ekonomichefen;\n"
    ).encode()
    written["bild.png"] = b"\x89PNG"
    for name, data in written.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in written}


def show(page: Any, path: Path) -> None:
    page.set_input_files("#fil", path)
    with page.expect_navigation():
        page.get_by_role("button", name="Visa skillnaden").click()


def problems(page: Any) -> list[str]:
    wide = sideways(page)
    return violations(page) + ([f"{wide} px too wide"] if wide else [])


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(
    browser: Any, site: Site, tmp_path: Path, width: int
) -> None:
    paths = files(site, tmp_path)
    found = {}
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, viewport={"width": width, "height": 800})
        page.goto(address + PAGE)
        found["the form"] = problems(page)
        for name in ("andrad.xlsx", "fel.xlsx", "bild.png"):
            page.goto(address + PAGE)
            show(page, paths[name])
            found[name] = problems(page)
        page.goto(f"{address}/planer/ks-2024/utkast/fil")
        found["not begun"] = problems(page)
        show(page, paths["egen.csv"])
        found["egen.csv"] = problems(page)
        done(site, begin_draft, unit="ks", year=2022)
        save(site, retitled(draft(site).document, "En annans"))
        page.goto(address + PAGE)
        show(page, paths["andrad.xlsx"])
        assert page.title().startswith("Fel: ")
        assert focused(page, "fel")
        found["conflict"] = problems(page)
        page.goto(f"{address}/planer/ks-2022/utkast")
        found["the draft"] = problems(page)
        page.context.close()
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize("script", [True, False])
def test_a_controller_downloads_the_plan_and_reads_a_changed_one_in(
    browser: Any, site: Site, tmp_path: Path, script: bool
) -> None:
    paths = files(site, tmp_path)
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, java_script_enabled=script)
        page.goto(f"{address}/planer/ks-2022")
        with page.expect_download() as caught:
            page.get_by_role("link", name="Hämta som Excel").click()
        assert caught.value.suggested_filename == "ks-2022.xlsx"
        page.get_by_role("link", name="Läs in en fil").click()
        show(page, paths["fel.xlsx"])
        assert page.title().startswith("Fel: ")
        assert "Kontroller!" in page.inner_text("#problem")
        show(page, paths["andrad.xlsx"])
        assert "Ingenting är sparat än." in page.inner_text("main")
        with page.expect_navigation():
            page.get_by_role("button", name="Läs in", exact=True).click()
        assert page.get_by_role("status").inner_text() == "Filen är inläst."
        assert page.url.endswith("/planer/ks-2022/utkast?klart=inlast")
        page.context.close()
    assert draft(site).document["risker"][1]["titel"] == "Ett annat namn"


@pytest.mark.parametrize("size", [1_100_000, 12_000_000])
def test_a_file_that_is_too_large_leads_to_a_page_that_says_so(
    browser: Any, site: Site, tmp_path: Path, size: int
) -> None:
    large = tmp_path / "stor.xlsx"
    large.write_bytes(b"x" * size)
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER)
        page.goto(address + PAGE)
        show(page, large)
        assert "större än vad vi tar emot" in page.inner_text("main")
        page.context.close()
