"""The risk register in a real browser: for everybody, at every width, with the largest scale there is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, focused, served, sideways, violations
from municipality import adopt_example
from web_site import ACTOR, Site

from icengine.domain.people import Grant, Role
from icengine.domain.risk import AssessedRisk
from icengine.domain.scale import DEFAULT_RISKS, RiskScale
from icengine.services import register as use
from icengine.store.db import Database

pytestmark = pytest.mark.browser
CONTROLLER, ADMINISTRATOR = "controller@kommun.example", "admin@kommun.example"
SIX = RiskScale(
    ("Nästan omöjlig", "Osannolik", "Mindre sannolik", "Möjlig", "Trolig", "Mycket trolig"),
    ("Försumbar", "Lindrig", "Märkbar", "Kännbar", "Allvarlig", "Katastrofal"),
    tuple(
        tuple("hog" if s * k > 18 else "medel" if s * k > 6 else "lag" for k in range(1, 7))
        for s in range(1, 7)
    ),
    DEFAULT_RISKS.levels,
    tuple(f"Ungefär {n} gånger på tio år, eller oftare" for n in range(1, 7)),
    tuple(f"Skador för upp till {n} miljoner kronor" for n in range(1, 7)),
)


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: tuple[object, object]) -> Iterator[Site]:
    """February 2022: six steps on both axes, many risks, an old one and a retired one."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    adopt_example(database, example)
    site = Site(database)
    grants = (*site.organisation().grants, Grant(Role.ADMINISTRATOR, "kommun", ADMINISTRATOR))
    site.change_organisation(grants=grants, risk_scale=SIX)
    for n in range(9, 40):
        risk = AssessedRisk(
            id=f"R{n}", area="Ekonomi", title=f"Risk nummer {n}", event="något går fel",
            likelihood=n % 5 + 1, consequence=n % 6 + 1, likelihood_before=n % 5 + 2,
            consequence_before=n % 6 + 1, assessed=date(2020 + n % 3, 1, 7), fraud=n % 2 == 0,
        )  # fmt: skip
        done(site, use.add_risk, risk=risk)
    done(site, use.add_risk, risk=AssessedRisk(id="R40", area="Ekonomi", title="Inte värderad"))
    done(site, use.retire_risk, id="R39", reason="Hör till en annan nämnd.")
    yield site
    database.close()


def done(site: Site, service: Any, **values: Any) -> None:
    with site.database.unit_of_work(ACTOR, site.now) as session:
        service(session, actor=ACTOR, now=site.now, unit="ks", **values)


PAGES = {
    CONTROLLER: (
        "/riskregister", "/riskregister/ks", "/riskregister/ks?avforda=ja", "/riskregister/klk",
        "/riskregister/ks?zon=hog&oegentligheter=ja", "/riskregister/ks/R9?klart=risk-andrad",
        "/riskregister/ks/R39", "/riskregister/ks/R40", "/riskregister/ks/ny",
        "/riskregister/ks/R9/andra", "/riskregister/ks/R9/bedom", "/riskregister/ks/R9/avfor",
    ),
    ADMINISTRATOR: ("/organisation/riskskala?klart=riskskala", "/organisation/riskskala/andra"),
}  # fmt: skip


def problems(page: Any) -> list[str]:
    wide = sideways(page)
    return violations(page) + ([f"{wide} px too wide"] if wide else [])


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(browser: Any, site: Site, width: int) -> None:
    found = {}
    view = {"viewport": {"width": width, "height": 800}}
    with served(site) as address:
        for email, paths in PAGES.items():
            page = entered(browser, site, address, email, **view)
            for path in paths:
                assert page.goto(address + path).status == 200, path
                found[path] = problems(page)
            page.context.close()
        page = entered(browser, site, address, CONTROLLER, **view)
        page.goto(f"{address}/riskregister/ks/ny")
        with page.expect_navigation():
            page.get_by_role("button", name="Lägg till risken").click()
        assert page.title().startswith("Fel: ")
        assert focused(page, "fel")
        found["faults"] = problems(page)
        page.context.close()
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize("script", [True, False])
def test_a_controller_goes_from_the_matrix_to_a_risk_and_weighs_it_anew(
    browser: Any, site: Site, script: bool
) -> None:
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, java_script_enabled=script)
        page.goto(f"{address}/riskregister")
        page.get_by_role("link", name="Kommunstyrelsen", exact=True).click()
        page.get_by_label("Zon").select_option(label="Hög risk")
        with page.expect_navigation():
            page.get_by_role("button", name="Visa").click()
        assert page.get_by_role("img", name="Riskmatris.").count() == 1
        table = page.get_by_role("table", name="Riskmatrisen som tabell.")
        table.get_by_role("link", name="R23").first.click()
        page.get_by_role("link", name="Bedöm om").click()
        after = page.get_by_role("group", name="Med de åtgärder som finns")
        after.get_by_role("group", name="Sannolikhet").get_by_label("1 Nästan omöjlig").check()
        page.get_by_label("Bedömd av").fill("Ledningsgruppen")
        with page.expect_navigation():
            page.get_by_role("button", name="Spara bedömningen").click()
        page.get_by_role("link", name="Skriv varför bedömningen blev en annan.").click()
        assert focused(page, "skal")
        page.get_by_label("Skäl").fill("En ny spärr finns.")
        with page.expect_navigation():
            page.get_by_role("button", name="Spara bedömningen").click()
        assert page.get_by_role("status").inner_text() == "Den nya bedömningen är sparad."
        assert "En ny spärr finns." in page.get_by_role("region", name="Historik").inner_text()
        page.context.close()


def test_the_scale_grows_and_keeps_what_was_typed_without_script(browser: Any, site: Site) -> None:
    four = replace(DEFAULT_RISKS)
    site.change_organisation(risk_scale=four)
    with served(site) as address:
        page = entered(browser, site, address, ADMINISTRATOR, java_script_enabled=False)
        page.goto(f"{address}/organisation/riskskala/andra")
        page.get_by_label("Sannolikhet 1", exact=True).fill("Aldrig")
        page.get_by_label("Sannolikhet", exact=True).select_option("5")
        with page.expect_navigation():
            page.get_by_role("button", name="Ändra antalet steg").click()
        assert page.get_by_label("Sannolikhet 1", exact=True).input_value() == "Aldrig"
        page.get_by_label("Sannolikhet 5", exact=True).fill("Varje dag")
        page.get_by_label("Sannolikhet 5, konsekvens 1").select_option(label="■ Hög")
        with page.expect_navigation():
            page.get_by_role("button", name="Spara skalan").click()
        assert "Skalan är sparad." in page.get_by_role("status").inner_text()
        page.context.close()
    scale = site.organisation().risk_scale
    assert (scale.likelihood[0], scale.likelihood[4], scale.zone(5, 1).id) == (
        "Aldrig", "Varje dag", "hog",
    )  # fmt: skip
