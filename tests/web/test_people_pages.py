"""People and roles on the administrator's pages."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from test_organisation_pages import (
    ADMINISTRATOR,
    CONTROLLER,
    HOLDER,
    INSIDE,
    MANAGER,
    READER,
    SCHOOLS,
    filled,
    refused,
    saved,
    send,
    site,
    words,
)
from web_site import Site

from icengine.domain.people import Grant, Holding, Role

assert site  # the fixture: an administrator of the whole, one of kommunstyrelsen, one of a nämnd


def address_of(client: Any, email: str) -> str:
    """The page of somebody in the list."""
    found = re.search(rf'href="([^"]*)">{re.escape(email)}<', client.get("/personer").text)
    assert found, email
    return found[1]


def test_the_list_shows_who_has_what_now_and_to_come(site: Site) -> None:
    page = words(site.log_in(INSIDE).get("/personer").text)
    assert "hr.vikarie@kommun.example HR-strategen från 1 september" in page
    assert "kansli@kommun.example Kommundirektören, ersättare från 4 juli" in page
    assert "controller@kommun.example Controllern · controller för Kommunstyrelsen" in page
    assert "vd@bolag.example" not in page


def test_the_list_can_be_asked_for_by_unit_and_role(site: Site) -> None:
    client = site.log_in(INSIDE)
    page = words(client.get("/personer?enhet=klk&roll=controller").text)
    assert "En person i urvalet controller@kommun.example" in page
    assert "Ingen passar in." in client.get("/personer?enhet=klk&roll=läsare").text
    assert "ks.admin@kommun.example" in client.get("/personer?enhet=ks").text
    every = client.get("/personer?enhet=hittepå&roll=hittepå")
    assert every.status_code == 200
    assert "i urvalet" not in every.text


@pytest.mark.parametrize("email", [CONTROLLER, MANAGER, READER, HOLDER])
def test_people_are_for_the_administrator(site: Site, email: str) -> None:
    client = site.log_in(email)
    assert 'href="/personer"' not in client.get("/jag").text
    for path in ("/personer", "/personer/1", "/personer/1/ge-roll"):
        assert client.get(path).status_code == 404
    assert client.post("/personer/1/ge-roll", data={"a": "b"}).status_code == 404


def test_a_unit_administrator_sees_the_people_of_that_subtree_only(site: Site) -> None:
    client = site.log_in(SCHOOLS)
    assert "En person skola@kommun.example" in words(client.get("/personer").text)
    for number in range(1, 40):
        found = client.get(f"/personer/{number}").text
        assert "ekonomi@kommun.example" not in found


def test_no_address_of_a_page_holds_an_e_mail_address(site: Site) -> None:
    client = site.log_in(INSIDE)
    waiting, seen = ["/organisation", "/personer"], set()
    while waiting:
        path = waiting.pop()
        page = client.get(path)
        assert page.status_code == 200, path
        for address in map(html.unescape, re.findall(r'(?:href|action)="(/[^"]*)"', page.text)):
            assert "@" not in address
            assert "%40" not in address
            about_it = address.startswith(("/organisation", "/personer"))
            if about_it and address not in seen and len(seen) < 80:
                seen.add(address)
                waiting.append(address)
    assert len(seen) > 40


def test_everybody_in_the_organisation_has_a_number_also_before_they_log_in(site: Site) -> None:
    client = site.log_in(INSIDE)
    path = address_of(client, "ekonomi@kommun.example")
    assert re.fullmatch(r"/personer/\d+", path)
    page = words(client.get(path).text)
    assert "ekonomi@kommun.example Ge en roll Funktioner Ekonomichefen" in page
    saved(client, "/organisation/funktion/ge/Ekonomichefen", epost="ny@kommun.example")
    assert address_of(client, "ny@kommun.example") != path


def test_a_person_gets_a_role_and_loses_it(site: Site) -> None:
    client = site.log_in(INSIDE)
    path = address_of(client, "ekonomi@kommun.example")
    page = saved(client, f"{path}/ge-roll", roll="läsare", enhet="ks", till="2022-12-31")
    assert "Rollen är given. Funktioner" in page
    assert "Läsare för Kommunstyrelsen 10 februari 2022–31 december 2022 Avsluta" in page
    grant = Grant(
        Role.READER, "ks", "ekonomi@kommun.example", "", date(2022, 2, 10), date(2022, 12, 31)
    )
    assert grant in site.organisation().grants
    assert site.log_in("ekonomi@kommun.example").get("/organisation/ks").status_code == 200
    (address,) = re.findall(r'href="([^"]*avsluta-roll[^"]*)"', client.get(path).text)
    saved(client, html.unescape(address), till="2022-02-10")
    assert "10 februari 2022–10 februari 2022" in words(client.get(path).text)


def test_a_role_is_given_to_whoever_has_a_function(site: Site) -> None:
    client = site.log_in(INSIDE)
    page = saved(client, "/organisation/klk/ge-roll", roll="chef", funktion="Ekonomichefen")
    assert "Chef Ekonomichefen Från 10 februari 2022" in page
    saved(client, "/organisation/funktion/roll/It-chefen", roll="läsare", enhet="ks")
    person = words(client.get(address_of(client, "it@kommun.example")).text)
    assert "Läsare för Kommunstyrelsen Genom It-chefen" in person
    assert (
        Grant(Role.READER, "ks", "", "It-chefen", date(2022, 2, 10)) in site.organisation().grants
    )


@pytest.mark.parametrize(
    ("typed", "said", "field"),
    [
        ({"roll": "", "epost": "a@kommun.example"}, "Välj en roll.", "roll"),
        ({"roll": "godkännare", "epost": "a@kommun.example"}, "Välj en roll.", "roll"),
        ({"roll": "chef"}, "Välj en funktion, eller skriv", "funktion"),
        ({"roll": "chef", "epost": "a@annan.example"}, "utanför organisationens", "epost"),
        ({"roll": "chef", "funktion": "It-chefen", "epost": "a@kommun.example"}, "båda", "epost"),
        ({"roll": "administratör", "epost": INSIDE}, "har redan rollen administratör här", "epost"),
        ({"roll": "chef", "epost": "a@kommun.example", "till": "2022-01-01"}, "före", "till"),
    ],
)
def test_a_role_that_cannot_be_given_is_said_at_its_field(
    site: Site, typed: dict[str, str], said: str, field: str
) -> None:
    client = site.log_in(INSIDE)
    before = site.organisation()
    refused(send(client, "/organisation/ks/ge-roll", **typed), said, field=field)
    assert site.organisation() == before


def test_a_role_is_given_only_where_its_giver_administers(site: Site) -> None:
    client = site.log_in(INSIDE)
    path = address_of(client, "ekonomi@kommun.example")
    for unit in ("kommun", "bun"):
        answer = send(client, f"{path}/ge-roll", roll="administratör", enhet=unit)
        refused(answer, "Välj en enhet.", field="enhet")
    assert client.post("/organisation/bun/ge-roll", data={"a": "b"}).status_code == 404


def test_a_role_that_was_changed_meanwhile_is_not_ended(site: Site) -> None:
    client, other = site.log_in(INSIDE), site.log_in(INSIDE)
    saved(client, "/organisation/klk/ge-roll", roll="chef", epost="a@kommun.example")
    page = client.get("/organisation/klk").text
    address = html.unescape(re.findall(r'href="([^"]*avsluta-roll[^"]*)"', page)[0])
    form = filled(client.get(address).text)
    saved(other, address, till="2022-06-30")
    answer = client.post(address.partition("?")[0], data=form | {"till": "2022-05-31"})
    assert answer.status_code == 409
    assert "a@kommun.example är chef för Kommunledningskontoret" in answer.text


def test_a_role_of_another_unit_is_not_reached_by_its_place(site: Site) -> None:
    client = site.log_in(SCHOOLS)
    path = "/organisation/bun/avsluta-roll"
    answers = [client.get(f"{path}?version=2&nr={n}") for n in (*range(8), 99, "x", "9" * 30)]
    assert [answer.status_code for answer in answers].count(404) == len(answers) - 1
    (own,) = (answer.text for answer in answers if answer.status_code == 200)
    assert "skola@kommun.example är administratör" in own


def test_whoever_has_left_is_in_no_list_and_has_no_page(site: Site) -> None:
    client = site.log_in(INSIDE)
    path = address_of(client, "it@kommun.example")
    organisation = site.organisation()
    functions = tuple(
        type(f)(f.name, f.unit, (Holding("it@kommun.example", None, date(2022, 2, 9)),))
        if f.name == "It-chefen"
        else f
        for f in organisation.functions
    )
    site.change_organisation(functions=functions)
    assert "it@kommun.example" not in client.get("/personer").text
    assert client.get(path).status_code == 404
    page = words(client.get("/organisation/funktioner/It-chefen").text)
    assert f"Tidigare medarbetare {path.rpartition('/')[2]} Till 9 februari 2022" in page


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999", "9" * 40, "٣"])
def test_a_number_that_is_nobodys_has_no_page(site: Site, number: str) -> None:
    assert site.log_in(INSIDE).get(f"/personer/{number}").status_code == 404


def test_an_administrator_of_the_whole_sees_nobody_behind_a_border(site: Site) -> None:
    page = words(site.log_in(ADMINISTRATOR).get("/personer").text)
    assert "admin@kommun.example" in page
    assert "ekonomi@kommun.example" not in page


def test_pages_ask_as_often_however_many_people_there_are(site: Site) -> None:
    from sqlalchemy import event

    client = site.log_in(INSIDE)
    sent: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        sent.append(statement)

    def asked() -> list[int]:
        found = []
        for path in ("/personer", "/organisation", "/organisation/klk",
                     "/organisation/funktioner/Ekonomichefen"):  # fmt: skip
            sent.clear()
            assert client.get(path).status_code == 200
            found.append(len(sent))
        return found

    event.listen(site.database.engine, "before_cursor_execute", note)
    before = asked()
    organisation = site.organisation()
    more = tuple(
        type(f)(f.name, f.unit, (*f.holders, *(Holding(f"x{n}@kommun.example") for n in range(50))))
        for f in organisation.functions
    )
    site.change_organisation(functions=more)
    assert asked() == before
    event.remove(site.database.engine, "before_cursor_execute", note)
