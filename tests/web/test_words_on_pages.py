"""Pages and mails in an organisation's own words, and none of the engine's beside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from municipality import REASONS, at
from own_words import (
    HOSTILE,
    LONG,
    MALMO,
    OREBRO,
    Forms,
    Labels,
    engines_words,
    page_text,
    vocabularies,
)
from web_site import ACTOR, HOME, RED, Site

from icengine.domain.labels import LABELS, Word
from icengine.mail.mailer import Email
from icengine.services.mailing import take_mails
from icengine.services.organisation import change_settings
from icengine.services.plans import adopt_plan
from icengine.services.scheduling import tick
from icengine.store import people

CONTROLLER = "controller@kommun.example"


@pytest.fixture
def site(adopted: object, example: tuple[Any, Any]) -> Site:
    """The site, with a plan whose title is the reader's own."""
    site = Site(adopted, now=at("2021-12-16"))
    plan = replace(example[1], title="Internkontrollplan 2022")
    with site.database.unit_of_work(ACTOR, site.now) as session:
        adopt_plan(session, actor=ACTOR, now=site.now, plan=plan, dnr="KS 2021/0412",
                   decided=date(2021, 12, 16), paragraph="§ 220", reasons=REASONS)  # fmt: skip
    site.set_clock("2022-02-10")
    return site


def call(site: Site, labels: Labels, forms: Forms = ()) -> None:
    """Let the organisation have words of its own."""
    with site.database.unit_of_work(ACTOR, site.now) as session:
        change_settings(session, actor=ACTOR, now=site.now, labels=labels, forms=forms)


def store(site: Site, labels: Labels, forms: Forms = ()) -> None:
    """Words in the database by another way than the engine's own."""
    organisation = replace(site.organisation(), labels=labels, forms=forms)
    with site.database.unit_of_work(ACTOR, site.now) as session:
        people.store_organisation(session, organisation, site.now)
        session.record("organisation ändrad", "organisation")


def mails(site: Site) -> list[Email]:
    """The mail about the year's first task, and it alone."""
    site.set_clock("2022-01-31")
    with site.database.unit_of_work(ACTOR, site.now) as session:
        tick(session, actor=ACTOR, now=site.now)
    with site.database.unit_of_work(ACTOR, site.now) as session:
        taken = take_mails(
            session, actor=ACTOR, now=site.now, base_url=HOME, sender="ik@kommun.example"
        )
    return [mail.email for mail in taken]


def pages(site: Site, link: str) -> Iterator[str]:
    """The answer page with and without faults, the receipt, and the pages of a controller."""
    site.client.headers["connection"] = "close"
    yield site.client.get(link).text
    yield site.refused(link, site.fill(link, bedomning="gul", resultat="Brister.", klar_1="i går"))
    assert site.send(link, {**site.form(link), **RED}).status_code == 303
    yield site.client.get(f"{link}/kvitto").text
    yield from controllers_pages(site)


def controllers_pages(site: Site) -> Iterator[str]:
    browser = site.log_in(CONTROLLER)
    for path in (
        "/", "/jag", "/planer/ks-2022/slutrapport", "/planer", "/planer/ks-2022",
        "/planer/ks-2022/avsluta",
    ):  # fmt: skip
        page = browser.get(path)
        assert page.status_code == 200
        yield page.text


@pytest.mark.parametrize("labels", [OREBRO, MALMO])
def test_no_page_has_a_word_that_was_exchanged(site: Site, labels: Labels) -> None:
    call(site, labels)
    link = site.mail_links()["K3"]
    for page in pages(site, link):
        assert engines_words(page_text(page), labels) == []


def test_the_mail_says_the_words(site: Site) -> None:
    call(site, MALMO)
    found = [mail for mail in mails(site) if "Klassning" in mail.subject]
    assert found
    for mail in found:
        assert "Granskning:" in mail.text
        assert "Granskningsplan 2022, Kommunstyrelsen" in mail.text
        said = page_text(mail.html)
        assert "Granskning " in said
        assert "Granskningsplan 2022, Kommunstyrelsen" in said
        for text in (mail.text, said, mail.subject):
            assert engines_words(text, MALMO) == []


def test_a_mail_that_was_owed_before_the_words_were_chosen_says_what_it_was_owed_with(
    site: Site,
) -> None:
    site.set_clock("2022-01-31")
    with site.database.unit_of_work(ACTOR, site.now) as session:
        tick(session, actor=ACTOR, now=site.now)
    call(site, MALMO)
    assert any("Kontrollmoment:" in mail.text for mail in mails(site))


def test_a_wide_word_keeps_its_distance_in_the_text_of_a_mail(site: Site) -> None:
    call(site, (("kontrollmoment", "verksamhetsgranskning"),))
    assert any(re.search(r"^Verksamhetsgranskning: \S", m.text, re.MULTILINE) for m in mails(site))


def test_the_answer_page_and_its_faults_say_the_words_in_the_right_form(site: Site) -> None:
    call(site, MALMO)
    link = site.mail_links()["K3"]
    page = page_text(site.client.get(link).text)
    for said in (
        "Granskning ",
        "Ett förslag behövs om du väljer",
        "Varje förslag ska ha någon som ansvarar och ett datum när det ska vara klart.",
        "Förslag 1: det här ska göras",
        "Lägg till ett förslag",
        "Kommentaren kommer med i årsbokslutet.",
        "Fungerar i huvudsak. Förslag behövs.",
    ):
        assert said in page
    wrong = page_text(site.refused(link, site.fill(link, bedomning="gul", resultat="Brister.")))
    assert "Skriv minst ett förslag: ”Mindre avvikelse” kräver det" in wrong
    wrong = page_text(
        site.refused(link, site.fill(link, bedomning="gul", atgard_1="Rätta.", vem_1="HR-chefen"))
    )
    assert "Förslag 1: välj ett datum när det ska vara klart" in wrong


def test_the_receipt_says_the_words(site: Site) -> None:
    call(site, MALMO)
    link = site.mail_links()["K3"]
    site.send(link, {**site.form(link), **RED})
    page = page_text(site.client.get(f"{link}/kvitto").text)
    for said in (
        "Förslag 1 Hålla en genomgång",
        "Med i årsbokslutet",
        "Svaret kommer med i årsbokslutet 2022 för Kommunstyrelsen.",
        "eftersom ingen attestant är utsedd.",
    ):
        assert said in page


def test_the_overview_says_the_words(site: Site) -> None:
    call(site, OREBRO)
    page = site.log_in(CONTROLLER).get("/").text
    assert "<h1>Tillsynsplan 2022</h1>" in page
    assert '<h2 id="rapport">Tillsynsrapport</h2>' in page
    assert "Läs tillsynsrapporten" in page


def test_what_differs_is_told_in_the_words(site: Site) -> None:
    call(site, OREBRO)
    page = page_text(site.log_in(CONTROLLER).get("/planer/ks-2022/skillnad").text)
    # The first version's title is one that somebody wrote.
    assert "Titel Internkontrollplan 2022 för kommunstyrelsen Tillsynsplan 2022" in page


def test_a_title_that_somebody_wrote_is_left_as_it_is(adopted: object) -> None:
    site = Site(adopted)
    call(site, OREBRO)
    assert (
        "<h1>Internkontrollplan 2022 för kommunstyrelsen</h1>"
        in site.log_in(CONTROLLER).get("/").text
    )


def test_who_answers_is_called_by_the_organisations_word(site: Site) -> None:
    call(site, OREBRO)
    page = site.log_in("ekonomi@kommun.example").get("/jag").text
    assert "Du svarar på de kontroller där någon av dina är tillsynsansvarig." in page


def test_the_word_for_a_godkannare_agrees_with_its_gender(site: Site) -> None:
    call(
        site,
        (("godkännare", "ombud"),),
        (("godkännare", Word("ombud", "ombudet", "ombud", "ombuden", "ett")),),
    )
    link = site.mail_links()["K3"]
    site.send(link, {**site.form(link), **RED})
    page = page_text(site.client.get(f"{link}/kvitto").text)
    assert "eftersom inget ombud är utsett." in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_words_make_a_page_fall(site: Site) -> None:
    links = site.mail_links()
    handed, open = links.pop("K3"), next(iter(links.values()))
    site.send(handed, {**site.form(handed), **RED})
    browser = site.log_in(CONTROLLER)

    def all_pages() -> Iterator[str]:
        for client, path in (
            (site.client, open), (site.client, f"{handed}/kvitto"), (browser, "/"),
            (browser, "/jag"), (browser, "/planer/ks-2022/slutrapport"),
        ):  # fmt: skip
            page = client.get(path)
            assert page.status_code == 200
            yield page.text

    few = settings(max_examples=10, suppress_health_check=list(HealthCheck))

    @few
    @given(vocabularies())
    def whatever_the_words(words: tuple[Labels, Forms]) -> None:
        store(site, *words)
        assert all(all_pages())

    @few
    @given(HOSTILE)
    def whatever_is_stored(word: str) -> None:
        store(site, tuple((key, word) for key in LABELS))
        for page in all_pages():
            assert "<script>x" not in page
            assert '" onload=' not in page

    whatever_the_words()
    whatever_is_stored()


@pytest.mark.parametrize(
    "word", ["<script>x</script>", '" onload="x', "a\r\nBcc: x@x.example", LONG]
)
def test_no_stored_word_breaks_out_of_a_mail(site: Site, word: str) -> None:
    store(site, tuple((key, word) for key in LABELS))
    found = mails(site)
    assert found
    for mail in found:
        assert "<script>x" not in mail.html
        assert '" onload=' not in mail.html
        assert "\nBcc" not in mail.text
        assert "\n" not in mail.subject
