"""The overview and the report, for the one who runs the engine on their own machine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from municipality import adopt_example
from web_site import ACTION, Site

from icengine.config import Settings

REPORT = "/planer/ks-2022/slutrapport"


@pytest.fixture
def site(adopted: object) -> Site:
    return Site(adopted)


def closed_to(client: Any) -> None:
    """Only the short page is shown."""
    home = client.get("/")
    assert home.status_code == 200
    assert "Här svarar du på kontroller genom länken i mejlet." in home.text
    assert "Internkontrollplan" not in home.text
    for address in (REPORT, f"{REPORT}.pdf", "/planer/finns-inte/slutrapport"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "settings",
    [
        Settings(host="0.0.0.0"),
        Settings(host="::"),
        Settings(host="10.0.0.5"),
        Settings(host=""),
        Settings(base_url="https://ik.kommun.example"),
        Settings(base_url="http://10.0.0.5:8000"),
    ],
)
def test_an_engine_that_others_reach_shows_only_how_to_answer(
    adopted: object, settings: Settings
) -> None:
    closed_to(Site(adopted, settings=settings).client)


@pytest.mark.parametrize(
    ("address", "client", "headers"),
    [
        ("http://ik.kommun.example", "127.0.0.1", {}),
        ("http://evil.example:8000", "127.0.0.1", {}),
        ("http://127.0.0.1.evil.example", "127.0.0.1", {}),
        ("http://127.0.0.1:8000", "10.0.0.9", {}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"x-forwarded-for": "10.0.0.9"}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"x-forwarded-proto": "https"}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"forwarded": "for=10.0.0.9"}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"via": "1.1 proxy"}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"x-real-ip": "10.0.0.9"}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"host": ""}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"host": "["}),
        ("http://127.0.0.1:8000", "inget", {}),
    ],
)
def test_a_request_that_is_not_from_this_machine_alone_sees_only_how_to_answer(
    site: Site, address: str, client: str, headers: dict[str, str]
) -> None:
    closed_to(site.browser(address, client, headers=headers))


@pytest.mark.parametrize(
    ("host", "address", "client"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", "127.0.0.1"),
        ("localhost", "http://localhost:8000", "127.0.0.1"),
        ("::1", "http://[::1]:8000", "::1"),
    ],
)
def test_on_this_machine_the_year_is_shown(
    adopted: object, host: str, address: str, client: str
) -> None:
    site = Site(adopted, settings=Settings(host=host, base_url=address))
    assert "Internkontrollplan 2022" in site.browser(address, client).get("/").text


def test_the_overview_counts_and_lists_what_is_open_and_late(site: Site) -> None:
    links = site.mail_links()
    rest = {"antal": "62", "totalt": "198", "bedomning": "rod", "resultat": "Långt kvar."}
    site.send(links["K4"], site.form(links["K4"]) | rest | ACTION)
    site.set_clock("2022-04-10")
    site.mail_links()
    page = site.client.get("/").text
    assert "<h1>Internkontrollplan 2022 för kommunstyrelsen</h1>" in page
    assert "Kommunstyrelsen, <time" in page
    assert "1 av 14 tillfällen är klart. Ett är försenat." in page
    for count, word in ((1, "klara"), (1, "öppna"), (1, "försenade"), (11, "planerade")):
        assert f"<strong>{count}</strong>{word}" in page
    waiting = page[page.index('id="oppna"') : page.index('id="aret"')]
    assert waiting.index("Grundutbildning i informationssäkerhet") < waiting.index("Klassning")
    assert "41 dagar sen" in waiting
    assert "Försenad" in waiting
    assert "19 dagar kvar" in waiting
    assert f'href="{REPORT}"' in page
    assert f'href="{REPORT}.pdf"' in page


def test_the_years_table_says_in_words_what_its_signs_show(site: Site) -> None:
    links = site.mail_links()
    rest = {"antal": "62", "totalt": "198", "bedomning": "rod", "resultat": "Långt kvar."}
    site.send(links["K4"], site.form(links["K4"]) | rest | ACTION)
    site.set_clock("2022-04-10")
    site.mail_links()
    page = site.client.get("/").text
    assert '<span class="vh">februari: Allvarlig avvikelse</span>' in page
    assert '<span class="vh">februari: Försenad</span>' in page
    assert '<span class="vh">april: Öppen</span>' in page
    assert '<span class="vh">januari 2023: Planerad</span>' in page
    assert page.count('scope="col"') == 2 + 13
    for area in site.plan.areas:
        assert f'class="group">{area} <span>' in page
    for level in site.plan.ratings.levels:
        assert level.word in page
    assert "Denna månad: " in page


def test_a_protected_control_shows_its_number_only(
    database: object, example: tuple[Any, Any]
) -> None:
    organisation, plan = example
    risks = tuple(
        replace(r, controls=tuple(replace(c, protected=c.id == "K4") for c in r.controls))
        for r in plan.risks
    )
    adopt_example(database, (organisation, replace(plan, risks=risks)))
    site = Site(database)
    page = site.client.get("/").text
    assert "Klassning av it-komponenter" not in page
    assert "K4, redovisas separat" in page


def test_another_plan_is_chosen_by_its_key(site: Site) -> None:
    assert site.client.get("/?plan=ks-2022").status_code == 200
    missing = site.client.get("/?plan=ks-1999")
    assert missing.status_code == 404
    assert "Planen ks-1999 finns inte." in missing.text
    assert site.client.get("/?plan=%00%3Cscript%3E").status_code == 404


def test_without_a_plan_the_page_says_what_to_do_next(
    database: object, example: tuple[Any, Any]
) -> None:
    from web_site import ACTOR

    from icengine.services.people import import_organisation

    site = Site(database)
    empty = site.client.get("/").text
    assert "icengine organisation import" in empty
    assert "icengine plan adopt" in empty
    with site.database.unit_of_work(ACTOR, site.now) as session:
        import_organisation(session, actor=ACTOR, now=site.now, organisation=example[0])
    assert "Älvhamra kommun är inläst." in site.client.get("/").text


def test_the_report_is_shown_with_exactly_its_own_style(site: Site) -> None:
    import base64
    import hashlib

    response = site.client.get(REPORT)
    assert response.status_code == 200
    style = response.text.partition("<style>")[2].partition("</style>")[0]
    expected = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = response.headers["content-security-policy"]
    assert f"style-src 'sha256-{expected}';" in policy
    assert "font-src data:" in policy
    assert "unsafe" not in policy
    assert " style=" not in response.text
    assert response.headers["cache-control"] == "no-store"


def test_the_report_is_shown_as_pdf(site: Site) -> None:
    response = site.client.get(f"{REPORT}.pdf")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == 'inline; filename="slutrapport-ks-2022.pdf"'
    assert response.content.startswith(b"%PDF-")


def test_a_report_of_no_plan_is_not_found(site: Site) -> None:
    for address in ("/planer/ks-1999/slutrapport", "/planer/ks-1999/slutrapport.pdf"):
        response = site.client.get(address)
        assert response.status_code == 404
        assert "Planen ks-1999 finns inte." in response.text


def test_nothing_is_recorded_by_whoever_looks(site: Site) -> None:
    before = site.count("event")
    for address in ("/", REPORT):
        site.client.get(address)
    assert site.count("event") == before
