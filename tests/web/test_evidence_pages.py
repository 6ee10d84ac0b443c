"""Underlag on the pages: given with the answer, opened by those who need it, and never in a report."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from web_site import ACTOR, GREEN, Site

from icengine.config import Settings
from icengine.domain.evidence import LARGEST, MOST
from icengine.services.reports import Cover, report_for
from icengine.services.tasks import task_list
from icengine.store.events import canonical
from icengine.store.evidence import of_task

PDF = b"%PDF-1.7\nUnderlaget till kontrollen"
CONTROLLER = "controller@kommun.example"


@pytest.fixture
def link(site: Site) -> str:
    """The link in the mail about K2."""
    site.set_clock("2022-05-02")
    return site.mail_links()["K2"]


def give(site: Site, link: str, *files: tuple[str, bytes], **more: str) -> Any:
    """Send the answer's form with files in it."""
    fields = site.form(link) | {"gor": "underlag"} | more
    fields = {name: value for name, value in fields.items() if name != "underlag"}
    return site.client.post(
        link, data=fields, files=[("underlag", (name, data, "text/html")) for name, data in files]
    )


def listed(page: str) -> list[str]:
    """The files on a page, as their names."""
    part = re.search(r'<ul class="files".*?</ul>', page, re.DOTALL)
    return re.findall(r"<li><p><(?:a[^>]*|strong)>([^<]*)<", part[0]) if part else []


def opened(site: Site, page: str, at: str, client: Any = None) -> Any:
    """Follow the address of the first file on a page."""
    asked = re.search(r'href="(\?till=fil-[0-9]+)"', page)
    assert asked, page
    client = client or site.client
    led = client.get(at + asked[1])
    assert led.status_code == 303
    return client.get(led.headers["location"])


def test_a_file_goes_with_the_draft_and_nothing_that_is_typed_is_lost(
    site: Site, link: str
) -> None:
    response = give(site, link, ("rapport.pdf", PDF), resultat="Halvvägs.", andrad="1650000000000")
    assert response.status_code == 303
    assert response.headers["location"].endswith("#filer")
    page = site.client.get(link).text
    assert listed(page) == ["rapport.pdf"]
    assert "Lämnad <time" in page
    assert 'Filen är från <time datetime="2022-04-15"' in page
    assert site.form(link)["resultat"] == "Halvvägs."
    got = opened(site, page, link)
    assert (got.content, got.headers["content-type"]) == (PDF, "application/pdf")
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''rapport.pdf"
    assert "sandbox" in got.headers["content-security-policy"]
    assert got.headers["cache-control"] == "no-store"
    assert "/svar/" not in page.split('class="files"')[1].split("</ul>")[0]


def test_handing_in_takes_the_file_along_and_fixes_it(site: Site, link: str) -> None:
    response = give(site, link, ("rapport.pdf", PDF), gor="", **GREEN)
    assert response.headers["location"] == f"{link}/kvitto"
    page = site.client.get(f"{link}/kvitto").text
    assert listed(page) == ["rapport.pdf"]
    assert "Filens eget datum är okänt" in page
    assert "ta-bort" not in page
    assert opened(site, page, f"{link}/kvitto").content == PDF
    late = site.client.post(
        link, data={"version": "1", "gor": "underlag"}, files=[("underlag", ("b.pdf", PDF + b"2"))]
    )
    assert late.status_code == 409
    assert site.count("evidence") == 1


def test_a_file_that_is_not_taken_keeps_the_answer_from_being_handed_in_and_the_draft_is_saved(
    site: Site, link: str
) -> None:
    response = give(site, link, ("virus.pdf", b"MZ\x90\0"), ("bra.pdf", PDF), gor="", **GREEN)
    assert response.status_code == 422
    assert "Svaret är inte inlämnat. Rätta en sak." in response.text.replace("\u00a0", " ")
    assert '<a href="#underlag">”virus.pdf” är en sorts fil som inte går att lämna' in response.text
    assert "Vi har sparat det som utkast." in response.text
    assert listed(site.client.get(link).text) == ["bra.pdf"]
    assert site.form(link)["resultat"] == GREEN["resultat"]


def test_the_same_file_twice_is_there_once_and_there_is_a_limit_to_them(
    site: Site, link: str
) -> None:
    give(site, link, ("a.txt", b"samma"), ("b.txt", b"samma"))
    assert listed(site.client.get(link).text) == ["a.txt"]
    many = [(f"{n}.txt", f"fil {n}".encode()) for n in range(MOST)]
    refused = give(site, link, *many)
    assert refused.status_code == 422
    assert f"”{MOST - 1}.txt” får inte plats: högst {MOST} filer" in refused.text
    assert site.count("evidence") == MOST


def test_a_large_file_is_taken_and_a_larger_one_says_so(site: Site, link: str) -> None:
    assert give(site, link, ("stor.txt", b"x" * LARGEST)).status_code == 303
    refused = give(site, link, ("större.txt", b"x" * (LARGEST + 1)), resultat="Kvar.")
    assert refused.status_code == 422
    assert "En fil får vara högst 25 MB" in refused.text.replace("\u00a0", " ")
    assert site.form(link)["resultat"] == "Kvar."
    assert listed(site.client.get(link).text) == ["stor.txt"]


def test_the_owner_takes_a_file_away_while_the_answer_is_theirs(site: Site, link: str) -> None:
    give(site, link, ("fel.pdf", PDF))
    number = re.search(r"till=ta-bort-([0-9]+)", site.client.get(link).text)
    assert number
    asked = site.client.get(f"{link}?till=ta-bort-{number[1]}").headers["location"]
    page = site.client.get(asked).text
    assert "Ta bort filen?" in page
    assert "fel.pdf" in page
    assert "Varför" not in page
    assert site.client.post(asked, data={"skal": ""}).headers["location"] == f"{link}#filer"
    page = site.client.get(link).text
    assert listed(page) == []
    assert "En fil är borttagen." in page.replace("\u00a0", " ")
    assert site.count("evidence_content") == 0
    assert site.client.get(asked.removesuffix("/ta-bort")).status_code == 404
    give(site, link, ("igen.pdf", PDF))
    assert listed(site.client.get(link).text) == ["igen.pdf"]


def test_the_controller_takes_away_what_should_never_have_been_there_with_a_reason(
    site: Site, link: str
) -> None:
    give(site, link, ("personnummer.pdf", PDF), gor="", **GREEN)
    [task] = [item.task for item in site.tasks() if item.task.control == "K2"]
    controller = site.log_in(CONTROLLER)
    page = controller.get(f"/uppgifter/{task.id}/kvitto").text
    asked = re.search(r"till=ta-bort-([0-9]+)", page)
    assert asked, page
    address = f"/uppgifter/{task.id}/underlag/{asked[1]}/ta-bort"
    assert "Varför tas den bort?" in controller.get(address).text
    refused = controller.post(address, data={"skal": " "})
    assert refused.status_code == 422
    assert '<a href="#skal">Skriv varför</a>' in refused.text
    assert controller.post(address, data={"skal": "Personnummer."}).status_code == 303
    assert listed(controller.get(f"/uppgifter/{task.id}/kvitto").text) == []
    assert site.count("evidence_content") == 0
    with site.database.reading() as session:
        assert [item.name for item in of_task(session, task.id)] == [""]


def test_the_controller_finds_them_beside_what_can_be_done_with_the_task(
    site: Site, link: str
) -> None:
    give(site, link, ("lista.pdf", PDF))
    [task] = [item.task for item in site.tasks() if item.task.control == "K2"]
    controller = site.log_in(CONTROLLER)
    page = controller.get(f"/uppgifter/{task.id}/styr").text
    assert listed(page) == ["lista.pdf"]
    asked = re.search(r'href="([^"]*till=fil-[0-9]+)"', page)
    assert asked
    led = controller.get(asked[1]).headers["location"]
    assert controller.get(led).content == PDF
    gone = re.search(r'href="([^"]*till=ta-bort-[0-9]+)"', page)
    assert gone
    address = controller.get(gone[1]).headers["location"]
    done = controller.post(address, data={"skal": "Fel fil."})
    assert controller.get(done.headers["location"]).status_code == 200
    assert "En fil är borttagen." in controller.get(f"/uppgifter/{task.id}/styr").text


def test_the_log_names_a_file_by_its_number_and_fingerprint_never_by_its_name(
    site: Site, link: str
) -> None:
    from sqlalchemy import text

    give(site, link, ("hemligt-namn.pdf", PDF))
    opened(site, site.client.get(link).text, link)
    with site.database.reading() as session:
        said = "\n".join(session.execute(text("SELECT payload FROM event_payload")).scalars())
        kinds = list(session.execute(text("SELECT kind FROM event")).scalars())
    assert hashlib.sha256(PDF).hexdigest() in said
    assert "hemligt-namn" not in said
    assert kinds.count("underlag tillagt") == kinds.count("underlag öppnat") == 1


def test_no_report_and_no_mail_has_anything_of_it(site: Site, link: str) -> None:
    give(site, link, ("hemligt-namn.pdf", PDF), gor="", **GREEN)
    site.deliver()
    with site.database.reading() as session:
        [key] = {item.task.plan for item in task_list(session, actor=ACTOR)}
        report = report_for(session, actor=ACTOR, key=key, as_of=site.now, cover=Cover())
    whole = canonical(report.to_json()) + "".join(str(mail) for mail in site.mails)
    assert GREEN["resultat"] in whole
    assert "hemligt-namn" not in whole
    assert hashlib.sha256(PDF).hexdigest() not in whole


def test_a_date_that_cannot_be_is_none(site: Site, link: str) -> None:
    later = int(datetime(2030, 1, 1, tzinfo=UTC).timestamp() * 1000)
    give(site, link, ("a.txt", b"ett"), andrad=str(later))
    give(site, link, ("b.txt", b"nej"), andrad="i går")
    give(site, link, ("c.txt", b"tva"), ("d.txt", b"tre"), andrad="1650000000000")
    page = site.client.get(link).text
    assert page.count("Filens eget datum är okänt") == 4


# -- the virus check --


@pytest.fixture
def checked(adopted: object) -> Site:
    """A site with a virus check, which nobody has asked yet."""
    site = Site(adopted, settings=Settings(clamd="tcp://127.0.0.1:1"))
    site.set_clock("2022-05-02")
    return site


def test_nobody_opens_a_file_that_waits_for_the_virus_check(checked: Site) -> None:
    link = checked.mail_links()["K2"]
    give(checked, link, ("rapport.pdf", PDF))
    page = checked.client.get(link).text
    assert "Kontrolleras mot virus. Går att öppna om några minuter." in page
    assert "till=fil-" not in page
    number = re.search(r"till=ta-bort-([0-9]+)", page)
    assert number
    led = checked.client.get(f"{link}?till=fil-{number[1]}").headers["location"]
    refused = checked.client.get(led)
    assert refused.status_code >= 400
    assert PDF not in refused.content
    assert "inte kontrollerad mot virus än" in refused.text
    checked.set_clock("2022-05-02", "10:00")
    day = checked.log_in(CONTROLLER).get("/att-gora").text
    assert "En fil med underlag väntar på viruskontrollen sedan i dag" in day.replace("\u00a0", " ")
