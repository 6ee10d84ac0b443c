"""My data, somebody's register extract, and gallring, on their pages."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, focused, served, sideways, violations
from municipality import adopt_example
from web_site import ACTOR, GREEN, Form, Site

from icengine.domain.access import System
from icengine.domain.disposal import RULES
from icengine.domain.people import Grant, Role
from icengine.services.audit import verify_log
from icengine.services.people import person_numbers
from icengine.store.db import Database

ADMINISTRATOR, INSIDE = "admin@kommun.example", "ks.admin@kommun.example"
"""Of the whole organisation, and of kommunstyrelsen."""
CONTROLLER, GONE, HOLDER = (
    "controller@kommun.example", "hr.vikarie@kommun.example", "ekonomi@kommun.example",
)  # fmt: skip
DECISION = {"dnr": "KS 2026/77", "datum": "2026-02-17", "paragraf": "§ 31"}


def lived(site: Site) -> Site:
    """2022 is answered, HR-strategen's vikarie has left, and it is March 2026."""
    site.set_clock("2022-12-05")
    link = site.mail_links()["K6"]
    site.send(link, site.form(link) | GREEN, gor="spara")
    site.send(link, site.form(link) | GREEN)
    site.set_clock("2022-12-06")
    site.deliver()
    site.log_in(GONE)
    grants = (
        Grant(Role.ADMINISTRATOR, "kommun", ADMINISTRATOR),
        Grant(Role.ADMINISTRATOR, "ks", INSIDE),
    )
    site.set_clock("2026-03-01")
    site.change_organisation(grants=(*site.organisation().grants, *grants))
    return site


@pytest.fixture
def old(site: Site, once: Callable[..., Site]) -> Site:
    site.now = once(lived, site).now
    return site


def number(site: Site, email: str) -> int:
    with site.database.reading() as session:
        return person_numbers(session, actor=ACTOR, emails=[email])[email]


def words(page: str) -> str:
    """What stands on a page, on one line."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", page)).split())


def kinds(site: Site) -> list[str]:
    with site.database.reading() as session:
        found = session.connection().exec_driver_sql("SELECT kind FROM event ORDER BY seq")
        return [row[0] for row in found]


# -- my data --


def test_everybody_reads_what_is_stored_about_them(old: Site) -> None:
    client = old.log_in(HOLDER)
    before = len(kinds(old))
    page = client.get("/jag/uppgifter")
    assert page.status_code == 200
    assert "Ekonomichefen Kommunledningskontoret sedan tidigare" in words(page.text)
    assert f"om dig, {HOLDER}." in words(page.text)
    assert CONTROLLER not in page.text
    assert len(kinds(old)) == before
    for path in ("/jag", "/jag/inloggningar"):
        assert 'href="/jag/uppgifter"' in client.get(path).text


def test_it_can_be_taken_along_as_a_file(old: Site) -> None:
    client = old.log_in(HOLDER)
    answer = client.get("/jag/uppgifter.json")
    me = number(old, HOLDER)
    assert (
        answer.headers["content-disposition"] == f'attachment; filename="registerutdrag-{me}.json"'
    )
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert json.loads(answer.text)["person"] == {"nummer": me, "e-post": HOLDER}


def test_whoever_is_not_logged_in_logs_in_first(old: Site) -> None:
    for path in ("/jag/uppgifter", "/jag/uppgifter.json", "/personer/1/utdrag", "/gallring"):
        answer = old.client.get(path)
        assert (answer.status_code, "/logga-in" in answer.headers["location"]) == (303, True), path


# -- about somebody else --


def test_the_administrator_makes_an_extract_and_the_log_says_so(old: Site) -> None:
    client = old.log_in(ADMINISTRATOR)
    person = number(old, HOLDER)
    assert 'href="/registerutdrag"' in client.get("/personer").text
    assert client.get("/registerutdrag").status_code == 200
    found = client.post("/registerutdrag", data={"e": f" {HOLDER.upper()} "})
    assert (found.status_code, found.headers["location"]) == (303, f"/personer/{person}/utdrag")
    assert "registerutdrag gjort" not in kinds(old)
    page = client.get(found.headers["location"])
    assert "Ekonomichefen Kommunledningskontoret" in words(page.text)
    assert kinds(old)[-1] == "registerutdrag gjort"
    told = client.get(f"/personer/{person}/utdrag.json")
    assert json.loads(told.text)["person"]["e-post"] == HOLDER
    assert kinds(old)[-2:] == ["registerutdrag gjort"] * 2


def test_from_the_page_of_a_person_it_is_a_step_away(old: Site) -> None:
    client = old.log_in(ADMINISTRATOR)
    person = number(old, ADMINISTRATOR)
    assert f'href="/personer/{person}/utdrag"' in client.get(f"/personer/{person}").text
    inside = number(old, INSIDE)
    assert "utdrag" not in old.log_in(INSIDE).get(f"/personer/{inside}").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Skriv e-postadressen."), ("okand@kommun.example", "Ingen i registret har adressen")],
)
def test_an_address_that_is_nobodys_is_said(old: Site, typed: str, said: str) -> None:
    answer = old.log_in(ADMINISTRATOR).post("/registerutdrag", data={"e": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert Form(answer.text).fields["e"] == typed


def test_an_extract_about_whoever_has_left_is_made_by_number(old: Site) -> None:
    client = old.log_in(ADMINISTRATOR)
    person = number(old, GONE)
    assert client.get(f"/personer/{person}").status_code == 404
    page = client.get(f"/personer/{person}/utdrag").text
    assert "HR-strategen Kommunledningskontoret 2022-09-01 2023-02-28" in words(page)


@pytest.mark.parametrize("email", [INSIDE, CONTROLLER, HOLDER])
def test_others_neither_see_extracts_nor_gallring(old: Site, email: str) -> None:
    client = old.log_in(email)
    person = number(old, ADMINISTRATOR)
    before = kinds(old)
    paths = [f"/personer/{person}/utdrag", f"/personer/{person}/utdrag.json"]
    for path in (*paths, "/registerutdrag", "/gallring"):
        assert client.get(path).status_code == 404
    for path in ("/registerutdrag", "/gallring", "/gallring/beslut"):
        data = {"e": HOLDER, "regel-mejl": "ja", "fore-mejl": "2024-01-01"} | DECISION
        assert client.post(path, data=data).status_code == 404
    assert kinds(old) == before
    assert "/gallring" not in client.get("/personer").text


@pytest.mark.parametrize("part", ["0", "-1", "x", "99999", "9" * 30, "1%00"])
def test_a_number_that_is_nobodys_is_not_found(old: Site, part: str) -> None:
    client = old.log_in(ADMINISTRATOR)
    before = kinds(old)
    assert client.get(f"/personer/{part}/utdrag").status_code == 404
    assert kinds(old) == before


# -- gallring --


def chosen(*rules: str, before: str = "2024-01-01") -> dict[str, str]:
    """What the page sends when these rules are chosen."""
    days = {f"fore-{rule.id}": before for rule in RULES}
    return days | {f"regel-{id}": "ja" for id in rules}


def test_the_rules_are_shown_with_what_they_would_take_today(old: Site) -> None:
    client = old.log_in(ADMINISTRATOR)
    assert 'href="/gallring"' in client.get("/personer").text
    page = words(client.get("/gallring").text)
    for rule in RULES:
        assert f"{rule.title} Tar bort {rule.removes} Står kvar {rule.keeps} I dag" in page
    assert "1 utkast av det som är äldre än 365 dagar" in page


def test_a_dry_run_and_then_the_decision(old: Site) -> None:
    client = old.log_in(ADMINISTRATOR)
    before = kinds(old)
    shown = client.post("/gallring", data=chosen("utkast", "personer", "mejl", "mejlhandelser"))
    assert shown.status_code == 200
    page = words(shown.text)
    assert "1 utkast före 1 januari 2024." in page
    assert f"{GONE}, ingenting här sedan 2023-02-28" in page
    assert kinds(old) == before
    done = client.post("/gallring/beslut", data=Form(shown.text).fields | DECISION)
    assert (done.status_code, done.headers["location"]) == (303, "/gallring?klart=gjord")
    assert kinds(old)[len(before) :] == ["gallring"] * 4
    assert "Gallringen är gjord." in words(client.get("/gallring?klart=gjord").text)
    assert GONE not in client.get("/organisation/funktioner/HR-strategen").text
    person = client.get("/organisation/funktioner/HR-strategen").text
    assert "Tidigare medarbetare" in person
    with old.database.at_one_moment() as session:
        assert verify_log(session, actor=System("test")).faults == ()


def test_whoever_is_gallrad_is_called_by_their_number_where_they_were(old: Site) -> None:
    client = old.log_in(ADMINISTRATOR)
    person = number(old, GONE)
    where = "/organisation/funktioner/HR-strategen"
    assert f"Tidigare medarbetare {person}" in client.get(where).text
    shown = client.post("/gallring", data=chosen("personer"))
    client.post("/gallring/beslut", data=Form(shown.text).fields | DECISION)
    assert f"Tidigare medarbetare {person}" in client.get(where).text
    assert "tidigare-medarbetare" not in client.get(where).text


def test_without_a_decision_nothing_goes_and_what_was_written_is_kept(old: Site) -> None:
    client = old.log_in(ADMINISTRATOR)
    shown = client.post("/gallring", data=chosen("utkast"))
    fields = Form(shown.text).fields | {"dnr": "KS 2026/77", "datum": "2026-03-02", "paragraf": ""}
    before = kinds(old)
    answer = client.post("/gallring/beslut", data=fields)
    assert answer.status_code == 422
    assert "<title>Fel: " in answer.text
    assert "Rätta två saker." in words(answer.text)
    assert 'href="#paragraf"' in answer.text
    assert "Beslutet kan inte vara fattat i framtiden." in answer.text
    assert Form(answer.text).fields["dnr"] == "KS 2026/77"
    assert kinds(old) == before


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (chosen(), "Välj minst en regel."),
        (chosen("mejl", before="i går"), "är inget datum"),
        (chosen("mejl", before="2026-02-20"), "Mejl gallras tidigast efter 30 dagar"),
        (chosen("mejl", before=""), "Skriv en dag."),
        ({"regel-allt": "ja"}, "Välj minst en regel."),
    ],
)
def test_what_is_wrong_in_the_choice_is_said(old: Site, fields: dict[str, str], said: str) -> None:
    client = old.log_in(ADMINISTRATOR)
    for path in ("/gallring", "/gallring/beslut"):
        answer = client.post(path, data=fields | DECISION)
        assert answer.status_code == 422
        assert said in words(answer.text)
        assert "<title>Fel: " in answer.text
    assert "gallring" not in kinds(old)


def test_what_was_chosen_is_kept_when_something_is_wrong(old: Site) -> None:
    client = old.log_in(ADMINISTRATOR)
    page = client.post("/gallring", data=chosen("mejl", "utkast", before="2026-02-20")).text
    assert page.count(" checked") == 2
    assert page.count('value="2026-02-20"') == len(RULES)


def test_what_has_changed_since_it_was_shown_is_shown_again(old: Site) -> None:
    client = old.log_in(ADMINISTRATOR)
    fields = Form(client.post("/gallring", data=chosen("utkast")).text).fields | DECISION
    answer = client.post("/gallring/beslut", data=fields | {"antal-utkast": "7"})
    assert answer.status_code == 409
    assert "har ändrats sedan du såg det" in answer.text
    again = Form(answer.text).fields
    assert (again["dnr"], again["antal-utkast"]) == ("KS 2026/77", "1")
    assert client.post("/gallring/beslut", data=again).status_code == 303


def test_where_there_is_nothing_no_decision_is_asked_for(old: Site) -> None:
    client = old.log_in(ADMINISTRATOR)
    page = client.post("/gallring", data=chosen("utkast", before="2020-01-01")).text
    assert "Det finns inget att gallra." in page
    assert 'name="dnr"' not in page


# -- in a browser --


@pytest.fixture
def shown(sqlite_template: Path, tmp_path: Path, example: tuple[Any, Any]) -> Iterator[Site]:
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    adopt_example(database, example)
    yield lived(Site(database))
    database.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(browser: Any, shown: Site, width: int) -> None:
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        wide = sideways(page)
        found[name] = violations(page) + ([f"{wide} px too wide"] if wide else [])

    with served(shown) as address:
        view = {"viewport": {"width": width, "height": 800}}
        page = entered(browser, shown, address, ADMINISTRATOR, **view)
        person = number(shown, GONE)
        for path in (
            "/jag",
            "/jag/uppgifter",
            f"/personer/{person}/utdrag",
            "/registerutdrag",
            "/gallring",
        ):
            assert page.goto(address + path).status == 200, path
            look(path)
        press = page.get_by_role("button", name="Visa vad som skulle gå")
        with page.expect_navigation():
            press.click()
        assert focused(page, "fel")
        look("nothing chosen")
        for name in ("Ta med Utkast till svar", "Ta med Personer som har slutat"):
            page.get_by_label(name).check()
        with page.expect_navigation():
            press.click()
        look("dry run")
        execute = page.get_by_role("button", name="Gallra nu")
        with page.expect_navigation():
            execute.click()
        assert page.title().startswith("Fel: ")
        look("no decision")
        page.get_by_label("Beslutets diarienummer").fill("KS 2026/77")
        page.get_by_label("Beslutets datum").fill("2026-02-17")
        page.get_by_label("Paragraf eller nummer").fill("§ 31")
        with page.expect_navigation():
            execute.click()
        assert "Gallringen är gjord." in page.get_by_role("status").inner_text()
        look("done")
        page.context.close()
    assert {name: bad for name, bad in found.items() if bad} == {}
