"""The audit trail in the browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from municipality import at
from sqlalchemy import text
from web_site import ACTION, CONTROLLER, Site

from icengine.domain.people import Grant, Role

READER, TOP, ADMIN = "lasare@kommun.example", "revisor@kommun.example", "admin@kommun.example"
ANSWER = {
    "antal": "62", "totalt": "198", "bedomning": "rod", "resultat": "Långt <b>kvar</b>.", **ACTION,
}  # fmt: skip


@pytest.fixture
def site(site: Site) -> Site:
    """February 2022: K4 is handed in; there are a reader, an auditor and an administrator."""
    link = site.mail_links()["K4"]
    site.send(link, site.form(link) | ANSWER)
    grants = (
        Grant(Role.READER, "ks", READER),
        Grant(Role.READER, "kommun", TOP),
        Grant(Role.ADMINISTRATOR, "kommun", ADMIN),
    )
    site.change_organisation(grants=(*site.organisation().grants, *grants))
    return site


def log_in(site: Site, email: str) -> Any:
    return site.log_in(email, client="10.0.0.7")


def test_a_controller_reads_what_happened_before_and_after(site: Site) -> None:
    page = log_in(site, CONTROLLER).get("/handelser").text
    assert "Lämnade in svaret" in page
    assert "<ins>Allvarlig avvikelse</ins>" in page
    assert "Långt &lt;b&gt;kvar&lt;/b&gt;." in page
    assert "Informationssäkerhetssamordnaren" in page
    assert "K4 i ks-2022, januari–februari 2022" in page
    assert "Läste in organisationen" not in page.partition("<table")[2]


def test_a_reader_sees_that_it_was_answered_but_not_what_was_written(site: Site) -> None:
    page = log_in(site, READER).get("/handelser").text
    assert "<ins>Allvarlig avvikelse</ins>" in page
    assert "Långt" not in page
    assert "Är loggen hel?" not in page


def test_an_administrator_sees_the_organisations_events_and_no_answers(site: Site) -> None:
    page = log_in(site, ADMIN).get("/handelser").text
    table = page.partition("<table")[2]
    assert "Läste in organisationen" in table
    assert "Lämnade in svaret" not in table
    assert "Antog planen" not in table


def test_events_are_asked_for_by_form_and_link(site: Site) -> None:
    client = log_in(site, CONTROLLER)
    overview = client.get("/?plan=ks-2022").text
    assert 'href="/handelser?plan=ks-2022"' in overview
    page = client.get("/handelser?plan=ks-2022&kontroll=K4&vad=svar+inl%C3%A4mnat").text
    table = page.partition("<table")[2]
    assert table.count("Händelse ") == 1
    assert '<option value="ks-2022" selected>' in page
    assert 'value="K4"' in page
    whose = re.search(r'href="(/handelser\?vem=[^"]+)"', table)
    assert whose
    assert "Lämnade in svaret" in client.get(whose[1]).text
    assert "Inga händelser passar in" in client.get("/handelser?kontroll=K999").text


def test_no_address_stands_in_a_pages_address(site: Site) -> None:
    page = log_in(site, TOP).get("/handelser").text
    assert not [
        href for href in re.findall(r'href="([^"]*)"', page) if "@" in href or "%40" in href
    ]


@pytest.mark.parametrize(
    "query", ["fran=i+g%C3%A5r", "till=2022-02-30", "fran=2022-02-01T08:00", "till=%00"]
)
def test_a_date_that_is_none_is_said(site: Site, query: str) -> None:
    response = log_in(site, CONTROLLER).get(f"/handelser?{query}")
    if query == "till=%00":
        assert response.status_code == 200
        return
    assert response.status_code == 422
    assert "<title>Fel: Händelser" in response.text
    assert 'aria-invalid="true"' in response.text


@pytest.mark.parametrize(
    "address",
    ["/handelser/0", "/handelser/99999", "/handelser/x", "/handelser/" + "9" * 40, "/handelser/²",
     "/handelser?fore=x", "/handelser?fran=0001-01-01", "/handelser/export?format=exe"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(site: Site, address: str) -> None:
    assert log_in(site, CONTROLLER).get(address).status_code == 404


@pytest.mark.parametrize("name", ["plan", "kontroll", "vem", "vad", "enhet"])
def test_whatever_is_asked_for_the_page_answers(site: Site, name: str) -> None:
    client = log_in(site, TOP)
    for value in ("%00", "%ff", "a%00b", "9999999999999999999", "'%22<", "%2540"):
        assert client.get(f"/handelser?{name}={value}").status_code == 200, value


def test_one_event_shows_what_proves_it(site: Site) -> None:
    client = log_in(site, TOP)
    page = client.get("/handelser/2").text
    assert "Antog planen" in page
    assert len(re.findall(r"<code>[0-9a-f]{64}</code>", page)) == 3
    assert '<a href="/handelser/1">Händelse 1</a>' in page
    own = log_in(site, CONTROLLER).get("/handelser/2").text
    assert 'href="/handelser/1"' not in own
    assert log_in(site, CONTROLLER).get("/handelser/1").status_code == 404


def test_the_events_are_fetched_as_files(site: Site) -> None:
    client = log_in(site, CONTROLLER)
    before = site.count("event")
    answer = client.get("/handelser/export?format=csv&plan=ks-2022")
    assert answer.headers["content-disposition"] == "attachment; filename=handelser.csv"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeffNummer;")
    assert "Läste in organisationen" not in answer.text
    assert site.count("event") == before + 1
    lines = client.get("/handelser/export?format=jsonl").text.splitlines()
    assert '"salt"' in lines[0]


def test_only_what_is_asked_for_is_changed_by_reading(site: Site) -> None:
    client = log_in(site, TOP)
    before = site.count("event")
    for address in ("/handelser", "/handelser/2", "/handelser?plan=ks-2022"):
        client.get(address)
        client.head(address)
    assert site.count("event") == before


def proved(site: Site, **fields: str) -> str:
    client = log_in(site, TOP)
    answer = client.post("/handelser/prova", data={"summa": ""} | fields)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert page.status_code == 200
    return str(page.text)


def test_the_log_is_proved_and_that_is_an_event(site: Site) -> None:
    page = proved(site)
    assert "Loggen är hel." in page
    kept = re.search(r"\b\d+:[0-9a-f]{64}\b", page)
    assert kept
    again = proved(site, summa=f" {kept[0][:20]}\r\n{kept[0][20:]} ")
    assert "Summan du hade sparat finns i den" in again
    assert "Summan du hade sparat finns inte i loggen" in proved(site, summa="412:5f3a")
    page = log_in(site, TOP).get("/handelser").text
    assert "något var fel" in page
    assert "Loggen var:" in page


def test_a_log_that_was_changed_is_not_called_whole(site: Site) -> None:
    with site.database._writer.begin() as connection:
        connection.execute(text("UPDATE event_about SET unit = 'bun' WHERE seq = 2"))
    page = proved(site)
    assert "Loggen är inte hel" in page
    assert "Händelse 2 är inte sorterad efter det den gäller" in page


@pytest.mark.parametrize(("email", "status"), [(READER, 403), (CONTROLLER, 403), (ADMIN, 303)])
def test_the_log_is_proved_at_the_top(site: Site, email: str, status: int) -> None:
    before = site.count("event")
    client = log_in(site, email)
    assert client.post("/handelser/prova", data={"summa": ""}).status_code == status
    assert ("Är loggen hel?" in client.get("/handelser").text) == (status == 303)
    assert site.count("event") - before == (3 if status == 303 else 2)  # the login is two


def test_older_events_are_a_page_away(site: Site) -> None:
    from web_site import ACTOR

    with site.database.unit_of_work(ACTOR, at("2022-02-11")) as session:
        for n in range(60):
            session.record("prov", "plan:ks-2022", n=n)
    client = log_in(site, CONTROLLER)
    first = client.get("/handelser?plan=ks-2022").text
    older = re.search(r'href="(/handelser\?plan=ks-2022&amp;fore=\d+)"', first)
    assert older
    page = client.get(older[1].replace("&amp;", "&")).text
    assert "Antog planen" in page.partition("<table")[2]
    assert 'href="/handelser?plan=ks-2022">← De nyaste' in page
