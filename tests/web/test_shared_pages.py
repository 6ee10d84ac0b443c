"""The pages of shared controls: the gaps, naming a function, and how others' answers are read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sharing as make
from municipality import at
from web_site import ACTOR, Form, Site

from icengine.domain.people import Grant, Role
from icengine.services.scheduling import tick

BUN = "/gemensamma/ks-2022/K1/bun"
CONTROLLER, BUN_CONTROLLER = make.email("Controllern"), make.email("Bun-controllern")


def opened(database: Any, **fields: object) -> Site:
    """15 March 2022: the first quarter is open for every nämnd."""
    make.known(database)
    make.adopt(database, make.plan(make.control(make.ALL_BOARDS, **fields)))  # type: ignore[arg-type]
    site = Site(database)
    site.now = at("2022-03-15", "09:00")
    with database.unit_of_work(ACTOR, site.now) as session:
        tick(session, actor=ACTOR, now=site.now)
    return site


@pytest.fixture
def site(database: object) -> Site:
    """Kommunstyrelsen has decided a quarterly control for every nämnd."""
    return opened(database)


def test_the_units_without_anybody_come_first_and_are_told_in_words(site: Site) -> None:
    page = site.log_in(CONTROLLER).get("/gemensamma").text
    assert "Fyra luckor att fylla." in page
    assert "Sex enheter, 0 av 18 tillfällen klara, fyra luckor" in page
    assert page.index("Samhällsbyggnadsnämnden") < page.index("Socialnämnden")
    assert page.count("Ingen är utsedd") == 4
    assert "Utse" not in page.replace("Utsedd", ""), "the border is not crossed"


def test_a_unit_sees_its_own_part_and_nothing_of_the_others(site: Site) -> None:
    page = site.log_in(BUN_CONTROLLER).get("/gemensamma").text
    assert "Barn- och utbildningsnämnden" in page
    assert "Beslutad av Kommunstyrelsen i planen för 2022" in page
    assert "Socialnämnden" not in page
    assert "Socialchefen" not in page


def test_the_unit_s_controller_reads_what_is_to_be_checked_but_not_the_plan(site: Site) -> None:
    client = site.log_in(BUN_CONTROLLER)
    page = client.get(BUN).text
    assert "Att attestanter har beslut." in page
    assert "Kvartal 1 2022" in page
    assert client.get("/planer/ks-2022/slutrapport").status_code == 404
    assert client.get("/?plan=ks-2022").status_code == 404


def test_a_named_function_is_mailed_and_answers(site: Site) -> None:
    client = site.log_in(BUN_CONTROLLER)
    form = Form(client.get(BUN).text).fields | {"funktion": "Skolchefen"}
    answer = client.post(BUN, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BUN}?klart=utsedd")
    page = client.get(answer.headers["location"]).text
    assert "Den som har funktionen får mejl om det som är öppet." in page
    assert "utsedd av enheten" in page
    with site.database.unit_of_work(ACTOR, site.now) as session:
        tick(session, actor=ACTOR, now=site.now)
    site.deliver()
    assert make.email("Skolchefen") in [mail.to for mail in site.mails]
    owner = site.log_in(make.email("Skolchefen"))
    own = next(t.task for t in site.tasks() if (t.task.unit, t.task.slot) == ("bun", "2022-Q1"))
    assert f"/uppgifter/{own.id}" in owner.get("/").text
    fields = {"bedomning": "gron", "resultat": "Allt stämmer.", "version": "0"}
    assert owner.post(f"/uppgifter/{own.id}", data=fields).status_code == 303
    assert f"/uppgifter/{own.id}/kvitto" in client.get(BUN).text
    receipt = client.get(f"/uppgifter/{own.id}/kvitto")
    assert "Allt stämmer." in receipt.text
    assert "Allt stämmer." in site.log_in(CONTROLLER).get(f"/uppgifter/{own.id}/kvitto").text


@pytest.mark.parametrize("function", ["", "Påhittade chefen", "Socialchefen"])
def test_what_is_no_function_to_choose_is_told_at_the_field(site: Site, function: str) -> None:
    client = site.log_in(BUN_CONTROLLER)
    answer = client.post(BUN, data={"funktion": function, "tidigare": ""})
    assert answer.status_code == 422
    assert 'href="#funktion"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_whoever_comes_second_keeps_what_they_chose_and_is_told(site: Site) -> None:
    client = site.log_in(BUN_CONTROLLER)
    client.post(BUN, data={"funktion": "Skolchefen", "tidigare": ""})
    answer = client.post(BUN, data={"funktion": "Bun-chefen", "tidigare": ""})
    assert answer.status_code == 409
    assert "Nu svarar Skolchefen" in answer.text
    assert '<option value="Bun-chefen" selected>' in answer.text
    again = client.post(BUN, data=Form(answer.text).fields | {"funktion": "Bun-chefen"})
    assert again.status_code == 303


def test_from_above_a_unit_s_part_is_seen_and_not_changed(site: Site) -> None:
    client = site.log_in(CONTROLLER)
    page = client.get(BUN)
    assert "Enhetens controller eller chef utser funktionen." in page.text
    assert client.post(BUN, data={"funktion": "Skolchefen", "tidigare": ""}).status_code == 403


def test_an_administrator_names_the_function_and_sees_no_content(site: Site) -> None:
    grants = (*site.organisation().grants, Grant(Role.ADMINISTRATOR, "bun", "adm@kommun.example"))
    site.change_organisation(grants=grants)
    client = site.log_in("adm@kommun.example")
    for path in ("/gemensamma", BUN):
        page = client.get(path).text
        assert "Attest" not in page
        assert "Kommunstyrelsen" in page
    assert client.post(BUN, data={"funktion": "Skolchefen", "tidigare": ""}).status_code == 303


def test_a_protected_control_shows_its_number_to_whoever_may_not_read_it(database: Any) -> None:
    client = opened(database, protected=True).log_in(make.email("Bun-chefen"))
    for path in ("/gemensamma", BUN):
        page = client.get(path).text
        assert "K1" in page
        assert "redovisas separat" in page
        assert "Attest" not in page


def test_the_overview_gathers_the_units_and_names_whose_answer_is_waited_for(site: Site) -> None:
    page = site.log_in(CONTROLLER).get("/").text
    assert "Sex enheter" in page.replace("sex enheter", "Sex enheter")
    assert "Kvartal 1 2022, Socialnämnden. Socialchefen" in page
    assert "Kvartal 1 2022, Miljönämnden. Ingen är utsedd" in page
    assert "mars: Öppen, 5 tillfällen" in page


def test_a_kommun_without_shared_controls_says_so(adopted: object) -> None:
    page = Site(adopted).log_in("controller@kommun.example").get("/gemensamma").text
    assert "Det finns inga gemensamma kontroller" in page


@pytest.mark.parametrize("path", ["ks-2022/K9/bun", "ks-2022/K1/bolag", "ks-2021/K1/bun",
                                  "x/K1/bun", "..%00/K1/bun", "ks-99999999999/K1/bun"])  # fmt: skip
def test_what_there_is_not_leads_nowhere(site: Site, path: str) -> None:
    assert site.log_in(CONTROLLER).get(f"/gemensamma/{path}").status_code == 404


def test_many_units_with_somebody_are_folded_away(database: Any) -> None:
    organisation = make.organisation()
    bun = organisation.unit("bun")
    assert bun is not None
    more = tuple(replace(bun, id=f"n{n}", name=f"Nämnd {n}") for n in range(20))
    make.known(database, replace(organisation, units=(*organisation.units, *more)))
    owners = tuple((unit.id, "Vd") for unit in more)
    make.adopt(database, make.plan(make.control(replace(make.ALL_BOARDS, owners=owners))))
    site = Site(database)
    page = site.log_in(CONTROLLER).get("/gemensamma").text
    assert "<details" in page
    assert "21 enheter med någon som svarar" in page
