"""The page that hands over an occurrence to a colleague, and what the owner and the colleague then see."""

from __future__ import annotations

import re

import pytest
from web_site import GREEN, Form, Site

COLLEAGUE = "kollega@kommun.example"


@pytest.fixture
def site(adopted: object) -> Site:
    found = Site(adopted)
    found.set_clock("2022-12-05")
    return found


@pytest.fixture
def link(site: Site) -> str:
    """HR-strategen's link to K6."""
    return site.mail_links()["K6"]


def number(site: Site, control: str = "K6") -> int:
    return next(item.task.id for item in site.tasks() if item.task.control == control)


def over(site: Site, link: str) -> str:
    return f"{link}/uppgift/{number(site)}/lamna-over"


def colleagues_link(site: Site) -> str:
    site.deliver()
    (mail,) = [mail for mail in site.mails if mail.to == COLLEAGUE]
    found = re.search(r"/svar/\S+", mail.text)
    assert found
    return found[0]


def test_the_answer_page_leads_there_quietly_below_the_form(site: Site, link: str) -> None:
    page = site.client.get(link).text
    assert '<a href="?till=lamna-over">Lämna över till en kollega</a>' in page
    led = site.client.get(f"{link}?till=lamna-over")
    assert (led.status_code, led.headers["location"]) == (303, over(site, link))
    assert page.index("Lämna in</button>") < page.index("Lämna över till en kollega")


def test_the_page_has_one_question_and_leads_back(site: Site, link: str) -> None:
    page = site.client.get(over(site, link)).text
    assert "<h1>Lämna över till en kollega</h1>" in page
    assert "Gäller bara det här tillfället" in page
    assert "sluta på @kommun.example eller @bolag.example" in page
    assert site.client.get(f"{over(site, link)}?till=svaret").headers["location"] == link
    assert link.removeprefix("/svar/") not in page
    assert page.count('<button class="btn big">') == 1


def test_the_receipt_says_who_has_it_and_what_happens_next(site: Site, link: str) -> None:
    sent = site.client.post(over(site, link), data={"kollega": COLLEAGUE, "ord": "Tack!"})
    assert sent.status_code == 303
    assert sent.headers["location"] == over(site, link)
    page = site.client.get(over(site, link)).text
    assert f"Överlämnad till {COLLEAGUE}</h1>" in page
    assert "Kollegan får ett mejl med en egen länk" in page
    assert "Svaret ska lämnas in senast" in page
    assert "Du kan fortfarande svara själv" in page
    assert "<p>Tack!</p>" in page
    answer = site.client.get(link).text
    assert f"Överlämnad till {COLLEAGUE}" in answer
    assert "Lämna in</button>" in answer


def test_a_wrong_address_is_said_at_its_field_and_nothing_typed_is_lost(
    site: Site, link: str
) -> None:
    typed = {"kollega": "kollega@gmail.example", "ord": "Jag är borta i veckan."}
    answer = site.client.post(over(site, link), data=typed)
    assert answer.status_code == 422
    assert "<title>Fel: Lämna över till en kollega" in answer.text
    assert '<a href="#kollega">kollega@gmail.example ligger utanför' in answer.text
    assert Form(answer.text).fields["ord"] == typed["ord"]
    assert Form(answer.text).fields["kollega"] == typed["kollega"]
    assert site.count("task_change") == 0


def test_the_colleague_reads_the_word_answers_and_stands_on_the_receipt(
    site: Site, link: str
) -> None:
    site.client.post(over(site, link), data={"kollega": COLLEAGUE, "ord": "Tack!"})
    theirs = colleagues_link(site)
    page = site.client.get(theirs).text
    assert "Du svarar som <strong>ombud för HR-strategen</strong>" in page
    assert "HR-strategen har lämnat över den här kontrollen till dig." in page
    assert "<p>Tack!</p>" in page
    assert "Lämna över till en kollega" not in page
    assert site.client.get(over(site, theirs)).status_code == 404
    handed = site.client.post(theirs, data={**Form(page).fields, **GREEN})
    assert handed.headers["location"] == f"{theirs}/kvitto"
    for who in (theirs, link):
        receipt = site.client.get(f"{who}/kvitto").text
        assert "av ombud för HR-strategen." in receipt
    assert site.client.get(over(site, link)).headers["location"] == link


def test_taken_back_the_colleagues_link_is_closed_and_says_why(site: Site, link: str) -> None:
    site.client.post(over(site, link), data={"kollega": COLLEAGUE})
    theirs = colleagues_link(site)
    assert site.client.post(over(site, link), data={"gor": "tillbaka"}).status_code == 303
    assert "<h1>Lämna över till en kollega</h1>" in site.client.get(over(site, link)).text
    closed = site.client.get(theirs)
    assert closed.status_code == 410
    assert "HR-strategen har tagit tillbaka den." in closed.text


def test_in_a_second_tab_it_is_said_that_somebody_has_it_already(site: Site, link: str) -> None:
    site.client.post(over(site, link), data={"kollega": COLLEAGUE})
    second = {"kollega": "annan@kommun.example", "ord": "Hej"}
    answer = site.client.post(over(site, link), data=second)
    assert answer.status_code == 409
    assert f"redan överlämnad till {COLLEAGUE}" in answer.text
    assert Form(answer.text).fields["ord"] == "Hej"


def test_a_link_is_good_for_its_own_occurrence_only(site: Site, link: str) -> None:
    other = number(site, "K7")
    assert site.client.get(f"{link}/uppgift/{other}/lamna-over").status_code == 404
    assert (
        site.client.post(
            f"{link}/uppgift/{other}/lamna-over", data={"kollega": COLLEAGUE}
        ).status_code
        == 404
    )


def test_it_disappears_from_neither_list(site: Site) -> None:
    site.mail_links()
    owner = site.log_in(
        next(i for i in site.organisation().function("HR-strategen").held_by(site.now.date()))
    )
    own = f"/uppgifter/{number(site)}"
    to = "utveckling@kommun.example"
    assert owner.post(f"{own}/lamna-over", data={"kollega": to}).status_code == 303
    assert f"Överlämnad till {to}" in owner.get("/").text
    other = site.log_in(to)
    mine = other.get("/").text
    assert f'href="{own}"' in mine
    assert "Du svarar som Utvecklingschefen, ombud för HR-strategen" in mine
    assert "HR-strategen har lämnat över den till dig" in mine
    assert other.get(own).status_code == 200
    assert other.get(f"{own}/lamna-over").status_code == 404
