"""The pages where an owner asks for more time, or says that a control cannot be done."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from web_site import ACTOR, GREEN, Form, Site

WHY = "Systemet byts den 12 december.\n\nLeverantören har sagt nej."


@pytest.fixture
def site(adopted: object) -> Site:
    found = Site(adopted)
    found.set_clock("2022-12-05")
    return found


@pytest.fixture
def link(site: Site) -> str:
    """HR-strategen's link to K6."""
    return site.mail_links()["K6"]


def number(site: Site) -> int:
    return next(item.task.id for item in site.tasks() if item.task.control == "K6")


def page_of(site: Site, link: str, name: str) -> str:
    return f"{link}/uppgift/{number(site)}/{name}"


def ask(site: Site, link: str, name: str = "mer-tid", **more: str) -> Any:
    fields = {"skal": WHY, **({"till-dag": "2023-01-20"} if name == "mer-tid" else {}), **more}
    return site.client.post(page_of(site, link, name), data=fields)


def decide(site: Site, granted: bool, said: str) -> None:
    """As the controller's page does."""
    with site.database.unit_of_work(ACTOR, site.now) as session:
        session.connection().execute(
            text(
                "UPDATE task_request SET decided_at = asked_at, granted = :g, "
                "decided_by = 'Controllern', decision = :d"
            ),
            {"g": granted, "d": said},
        )
        session.record("prov", "utskick")


@pytest.mark.parametrize(
    ("name", "word", "title"),
    [
        ("mer-tid", "Be om mer tid", "Be om mer tid"),
        ("kan-inte", "Kan inte genomföras", "Kan inte genomföras"),
    ],
)
def test_each_has_a_page_with_one_question(
    site: Site, link: str, name: str, word: str, title: str
) -> None:
    answer = site.client.get(link).text
    assert f'<a href="?till={name}">{word}</a>' in answer
    led = site.client.get(f"{link}?till={name}").headers["location"]
    assert led == page_of(site, link, name)
    page = site.client.get(led).text
    assert f"<h1>{title}</h1>" in page
    assert page.count('<button class="btn big">') == 1
    assert link.removeprefix("/svar/") not in page


def test_the_receipt_of_more_time_says_which_day_holds_until_then(site: Site, link: str) -> None:
    assert ask(site, link).headers["location"] == page_of(site, link, "mer-tid")
    page = site.client.get(page_of(site, link, "mer-tid")).text
    assert "Du har bett om mer tid</h1>" in page
    assert "fredag 20 januari 2023" in page
    assert "Till dess gäller fredag 30 december" in page
    assert "<p>Leverantören har sagt nej.</p>" in page
    assert "Du får besked i ett mejl" in page


def test_the_receipt_of_cannot_says_that_it_is_theirs_until_then(site: Site, link: str) -> None:
    ask(site, link, "kan-inte")
    page = site.client.get(page_of(site, link, "kan-inte")).text
    assert "Du har sagt att kontrollen inte kan genomföras</h1>" in page
    assert "Till dess är kontrollen din" in page
    assert "avslutas den som ej genomförd, med ditt skäl" in page


def test_the_answer_page_says_what_waits_and_offers_it_no_more(site: Site, link: str) -> None:
    ask(site, link)
    answer = site.client.get(link).text
    assert "Mer tid till fredag 20 januari 2023 väntar på besked." in answer
    assert '<a href="?till=mer-tid">Se eller ta tillbaka</a>' in answer
    assert ">Be om mer tid</a>" not in answer
    assert ">Kan inte genomföras</a>" in answer
    assert "Lämna in</button>" in answer


@pytest.mark.parametrize("day", ["", "2022-12-24", "i januari", "2022-02-30"])
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    site: Site, link: str, day: str
) -> None:
    answer = ask(site, link, **{"till-dag": day})
    assert answer.status_code == 422
    assert '<a href="#till-dag">' in answer.text
    fields = Form(answer.text).fields
    assert fields["till-dag"] == day
    assert fields["skal"].replace("\r\n", "\n") == WHY
    assert site.count("task_request") == 0


def test_in_a_second_tab_it_is_said_that_a_question_waits_and_the_text_stays(
    site: Site, link: str
) -> None:
    ask(site, link)
    second = ask(site, link, skal="Något annat.")
    assert second.status_code == 409
    assert "Det finns redan en fråga till 20 januari 2023 som väntar på besked." in second.text
    assert Form(second.text).fields["skal"] == "Något annat."
    assert site.count("task_request") == 1


def test_it_is_taken_back_from_its_receipt(site: Site, link: str) -> None:
    ask(site, link)
    page = page_of(site, link, "mer-tid")
    assert site.client.post(page, data={"gor": "tillbaka"}).headers["location"] == page
    assert "<h1>Be om mer tid</h1>" in site.client.get(page).text
    assert "väntar på besked" not in site.client.get(link).text


def test_handed_in_meanwhile_what_was_typed_is_not_lost(site: Site, link: str) -> None:
    site.client.post(link, data={**site.form(link), **GREEN})
    late = ask(site, link)
    assert late.status_code == 409
    assert "Svaret är redan inlämnat." in late.text
    assert Form(late.text).fields["skal"].replace("\r\n", "\n") == WHY


@pytest.mark.parametrize(
    ("granted", "said"),
    [
        (True, "Du har fått mer tid till fredag 20 januari 2023"),
        (False, "Du fick inte mer tid till fredag 20 januari 2023"),
    ],
)
def test_the_besked_stands_on_the_page_with_its_words_and_it_may_be_asked_again(
    site: Site, link: str, granted: bool, said: str
) -> None:
    ask(site, link)
    decide(site, granted, "Nämnden ska ha det i januari.")
    for address in (link, page_of(site, link, "mer-tid")):
        page = site.client.get(address).text
        assert said in page
        assert "<p>Nämnden ska ha det i januari.</p>" in page
    assert ask(site, link, skal="En gång till.").status_code == 303


def test_logged_in_the_owner_asks_the_same_way_and_nobody_else_does(site: Site) -> None:
    site.mail_links()
    hr = site.organisation().function("HR-strategen")
    assert hr
    owner = site.log_in(hr.held_by(site.now.date())[0])
    other = site.log_in("utveckling@kommun.example")
    for name in ("mer-tid", "kan-inte"):
        address = f"/uppgifter/{number(site)}/{name}"
        assert owner.get(address).status_code == 200
        assert other.get(address).status_code == 404
        fields = {"skal": WHY, "till-dag": "2023-01-20"}
        assert other.post(address, data=fields).status_code == 404
        assert owner.post(address, data=fields).headers["location"] == address
    assert site.count("task_request") == 2
