"""The overview and the report, for somebody with a role."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import pytest
from municipality import adopt_example
from web_site import ACTION, ACTOR, CONTROLLER, Site

from icengine.domain.people import Grant, Role

REPORT = "/planer/ks-2022/slutrapport"


@pytest.fixture
def site(adopted: object) -> Site:
    return Site(adopted)


@dataclass
class Reader:
    """The controller, who logs in anew each time: a year passes between the pages."""

    site: Site

    def get(self, address: str) -> Any:
        return self.site.log_in(CONTROLLER).get(address)


@pytest.fixture
def reader(site: Site) -> Reader:
    return Reader(site)


def test_a_stranger_sees_only_how_to_answer(site: Site) -> None:
    home = site.client.get("/")
    assert home.status_code == 200
    assert "Här svarar du på kontroller genom länken i mejlet." in home.text
    assert "Internkontrollplan" not in home.text
    for address in (REPORT, f"{REPORT}.pdf", "/planer/finns-inte/slutrapport"):
        asked = site.client.get(address)
        assert asked.status_code == 303
        assert asked.headers["location"] == f"/logga-in?till={address}"


def test_the_overview_counts_and_lists_what_is_open_and_late(site: Site, reader: Reader) -> None:
    links = site.mail_links()
    rest = {"antal": "62", "totalt": "198", "bedomning": "rod", "resultat": "Långt kvar."}
    site.send(links["K4"], site.form(links["K4"]) | rest | ACTION)
    site.set_clock("2022-04-10")
    site.mail_links()
    page = reader.get("/").text
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


def test_the_years_table_says_in_words_what_its_signs_show(site: Site, reader: Reader) -> None:
    links = site.mail_links()
    rest = {"antal": "62", "totalt": "198", "bedomning": "rod", "resultat": "Långt kvar."}
    site.send(links["K4"], site.form(links["K4"]) | rest | ACTION)
    site.set_clock("2022-04-10")
    site.mail_links()
    page = reader.get("/").text
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
    reader = Reader(site)
    page = reader.get("/").text
    assert "Klassning av it-komponenter" not in page
    table = page[page.index('class="year"') :]
    assert ">K4</a> redovisas separat<" in table
    assert "K4, redovisas" not in page
    site.mail_links()
    assert "<h3>K4 redovisas separat</h3>" in reader.get("/").text


def changed(plan: Any, id: str, **values: Any) -> Any:
    """The plan with a control changed."""
    risks = tuple(
        replace(r, controls=tuple(replace(c, **values) if c.id == id else c for c in r.controls))
        for r in plan.risks
    )
    return replace(plan, risks=risks)


def revised(site: Site, plan: Any) -> None:
    """Adopt another version of the plan."""
    from datetime import date

    from icengine.services.plans import adopt_plan

    with site.database.unit_of_work(ACTOR, site.now) as session:
        adopt_plan(
            session,
            actor=ACTOR,
            now=site.now,
            plan=plan,
            dnr="KS 2022/1",
            decided=date(2022, 2, 9),
            paragraph="§ 2",
        )


def without(plan: Any, id: str) -> Any:
    """The plan without a control; its risk stays and is followed up."""
    from icengine.domain.plan import Treatment

    return replace(
        plan,
        risks=tuple(
            replace(r, controls=(), treatment=Treatment.FOLLOW_UP, reason="x")
            if [c.id for c in r.controls] == [id]
            else r
            for r in plan.risks
        ),
    )


def figures(page: str) -> dict[str, tuple[int, int]]:
    """(klara, of how many) as the headline, the tiles and the areas say it."""
    lead = re.search(r"(\d+) av (\d+) tillfällen", page)
    tile = re.search(r"<strong>(\d+)</strong>klara</a><small>av (\d+) tillfällen", page)
    areas = re.findall(r"(\d+) av (\d+) klara</span>", page)
    assert lead, page
    assert tile, page
    tiles = [int(n) for n in re.findall(r"<strong>(\d+)</strong>", page)]
    return {
        "lead": (int(lead[1]), int(lead[2])),
        "tile": (int(tile[1]), int(tile[2])),
        "tiles": (int(tile[1]), sum(tiles)),
        "areas": (sum(int(a) for a, _ in areas), sum(int(b) for _, b in areas)),
    }


def test_a_control_that_was_taken_out_keeps_its_row_and_all_figures_agree(
    site: Site, reader: Reader
) -> None:
    links = site.mail_links()
    rest = {"antal": "62", "totalt": "198", "bedomning": "rod", "resultat": "Långt kvar."}
    site.send(links["K4"], site.form(links["K4"]) | rest | ACTION)
    assert set(figures(reader.get("/").text).values()) == {(1, 14)}
    gone = sum(task.task.control == "K4" for task in site.tasks()) - 1
    assert gone
    revised(site, without(site.plan, "K4"))
    page = reader.get("/").text
    assert set(figures(page).values()) == {(1, 14 - gone)}
    row = re.search(r'<tr><th scope="row">[^\n]*>K4</a>.*?</tr>', page)
    assert row, page
    assert "februari: Allvarlig avvikelse</span>" in row[0]
    assert row[0].count(": Utgår</span>") == gone


def test_a_control_that_was_taken_out_before_any_answer_is_shown_as_utgar_and_not_counted(
    site: Site, reader: Reader
) -> None:
    site.mail_links()
    before = reader.get("/").text
    area = re.search(r'class="group">Processkvalitet <span>(\d+) kontroller', before)
    assert area, before
    gone = sum(task.task.control == "K4" for task in site.tasks())
    revised(site, without(site.plan, "K4"))
    page = reader.get("/").text
    assert set(figures(page).values()) == {(0, 14 - gone)}
    row = re.search(r'<tr><th scope="row">[^\n]*>K4</a>.*?</tr>', page)
    assert row, page
    assert row[0].count(": Utgår</span>") == gone
    assert f'class="group">Processkvalitet <span>{int(area[1]) - 1} kontroll' in page


def test_an_answer_that_waits_for_approval_shows_its_status(
    database: object, example: tuple[Any, Any]
) -> None:
    organisation, plan = example
    adopt_example(database, (organisation, changed(plan, "K4", approver="HR-chefen")))
    site = Site(database)
    reader = Reader(site)
    link = site.mail_links()["K4"]
    rest = {"antal": "62", "totalt": "198", "bedomning": "rod", "resultat": "Långt kvar."}
    site.send(link, site.form(link) | rest | ACTION)
    page = reader.get("/").text
    assert "februari: Inlämnad</span>" in page
    assert "februari: Allvarlig avvikelse</span>" not in page
    assert set(figures(page).values()) == {(0, 14)}


def test_a_control_that_is_done_when_needed_says_so(
    database: object, example: tuple[Any, Any]
) -> None:
    from icengine.domain.frequency import Kind

    organisation, plan = example
    plan = changed(plan, "K2", kind=Kind.EVENT, reading="vid behov", occurrences=())
    adopt_example(database, (organisation, plan))
    page = Site(database).log_in(CONTROLLER).get("/").text
    row = re.search(r'<tr><th scope="row">[^\n]*>K2</a>.*?</tr>', page)
    assert row, page
    assert "vid behov" in row[0]
    assert page.count("vid behov") == 1


def test_another_plan_is_chosen_by_its_key(reader: Reader) -> None:
    assert reader.get("/?plan=ks-2022").status_code == 200
    missing = reader.get("/?plan=ks-1999")
    assert missing.status_code == 404
    assert "Planen ks-1999 finns inte." in missing.text
    assert reader.get("/?plan=%00%3Cscript%3E").status_code == 404


def test_without_a_plan_the_administrator_is_told_what_to_do_next(
    database: object, example: tuple[Any, Any]
) -> None:
    from icengine.services.login import first_link
    from icengine.services.people import import_organisation

    site = Site(database)
    with site.database.unit_of_work(ACTOR, site.now) as session:
        link = first_link(session, base_url="", now=site.now)
    site.client.post(link, data={"e": "it@kommun.example", "namn": "Älvhamra kommun"})
    empty = site.client.get("/").text
    assert "Två steg återstår" in empty
    assert "icengine organisation import" in empty
    assert "icengine plan adopt" in empty
    with site.database.unit_of_work(ACTOR, site.now) as session:
        import_organisation(
            session,
            actor=ACTOR,
            now=site.now,
            organisation=replace(example[0], grants=site.organisation().grants),
        )
    assert "Älvhamra kommun är inläst." in site.client.get("/").text


def test_the_administrator_is_led_to_what_is_theirs_where_plans_are_adopted(site: Site) -> None:
    email = "it@kommun.example"
    grants = (*site.organisation().grants, Grant(Role.ADMINISTRATOR, "kommun", email))
    site.change_organisation(grants=grants)
    page = site.log_in(email).get("/").text
    assert "Nu saknas bara en antagen plan" not in page
    for address in ("/organisation", "/personer", "/organisation/installningar", "/gallring"):
        assert f'<li><a href="{address}">' in page
    assert "Internkontrollplan 2022" not in page


def test_without_a_plan_others_are_told_that_nothing_waits(
    database: object, example: tuple[Any, Any]
) -> None:
    from icengine.services.people import import_organisation

    site = Site(database)
    with site.database.unit_of_work(ACTOR, site.now) as session:
        import_organisation(session, actor=ACTOR, now=site.now, organisation=example[0])
    page = site.log_in(CONTROLLER).get("/").text
    assert "Just nu väntar ingenting på dig." in page
    assert "icengine" not in page


def test_the_report_is_shown_with_exactly_its_own_style(reader: Reader) -> None:
    import base64
    import hashlib

    response = reader.get(REPORT)
    assert response.status_code == 200
    style = response.text.partition("<style>")[2].partition("</style>")[0]
    expected = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = response.headers["content-security-policy"]
    assert f"style-src 'sha256-{expected}';" in policy
    assert "font-src data:" in policy
    assert "unsafe" not in policy
    assert " style=" not in response.text
    assert response.headers["cache-control"] == "no-store"


def test_the_report_is_shown_as_pdf(reader: Reader) -> None:
    response = reader.get(f"{REPORT}.pdf")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == 'inline; filename="slutrapport-ks-2022.pdf"'
    assert response.content.startswith(b"%PDF-")


def test_a_report_of_no_plan_is_not_found(reader: Reader) -> None:
    for address in ("/planer/ks-1999/slutrapport", "/planer/ks-1999/slutrapport.pdf"):
        response = reader.get(address)
        assert response.status_code == 404
        assert "Planen ks-1999 finns inte." in response.text


def test_nothing_is_recorded_by_whoever_looks(site: Site) -> None:
    reader = site.log_in(CONTROLLER)
    before = site.count("event")
    for address in ("/", REPORT):
        reader.get(address)
    assert site.count("event") == before
