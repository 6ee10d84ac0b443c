"""Reading, approving and sending back an answer on its pages: logged in, by a link, and in two tabs."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from task_life import (
    APPROVER,
    BOTH,
    CONTROLLER,
    GREEN,
    MANAGER,
    OPERATOR,
    OWNER,
    SECOND,
    YELLOW,
    Life,
)
from web_site import Form, Site

from icengine.domain.task import State
from icengine.services.tasks import task_list
from icengine.store import links
from icengine.store.db import Database


@pytest.fixture
def life(database: Database) -> Life:
    return Life.begun(database)


@pytest.fixture
def site(life: Life) -> Site:
    return Site(life.database, now=life.now)


def number(life: Life, control: str) -> int:
    return life.task(control).id


def press(browser: Any, address: str, button: str, comment: str = "") -> Any:
    """The page's form is sent with one of its buttons."""
    page = browser.get(address)
    assert page.status_code == 200, page.text
    fields = {"version": version(page.text), "kommentar": comment, "gor": button}
    return browser.post(address, data=fields)


def version(html: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', html)
    assert found
    return found[1]


def text_of(html: str) -> str:
    """The words of a page's main part."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


# -- the list, the menu, the start page --


def test_what_waits_is_in_the_menu_on_the_start_page_and_in_the_list(
    life: Life, site: Site
) -> None:
    life.save("K1")
    life.save("K5")
    reader = site.log_in(APPROVER)
    start = reader.get("/").text
    assert "Att godkänna (2)" in start
    assert "Två svar väntar" in start
    listed = reader.get("/godkann").text
    assert "Titel K1" in listed
    assert f'href="/godkann/{number(life, "K5")}"' in listed
    assert "Att godkänna" not in site.log_in(OWNER).get("/").text


def test_a_controller_sees_what_nobody_may_approve(life: Life, site: Site) -> None:
    life.change(
        functions=tuple(
            replace(f, holders=life.organisation().functions[0].holders)
            if f.name == "Ansvarige" else f
            for f in life.organisation().functions
        ),
        grants=tuple(g for g in life.organisation().grants if g.email != SECOND),
    )  # fmt: skip
    life.save("K2", by=CONTROLLER)
    browser = site.log_in(CONTROLLER)
    page = browser.get("/godkann").text
    assert "Ingen får godkänna" in page
    assert "Titel K2" in page
    receipt = browser.get(f"/uppgifter/{number(life, 'K2')}/kvitto").text
    assert "Ingen får godkänna svaret just nu" in receipt


# -- reading and judging --


def test_a_reader_sees_the_answer_and_approves_it(life: Life, site: Site) -> None:
    life.save("K1", replace(YELLOW, comment="Något mer."))
    reader = site.log_in(APPROVER)
    address = f"/godkann/{number(life, 'K1')}"
    shown = text_of(reader.get(address).text)
    for words in ("Två av nio saknas.", "Mindre avvikelse", "Rätta", "Något mer.", "Ansvarige lämnade in",
                  "Jämför listorna.", "Medelhög risk", "Du läser som Godkännaren"):  # fmt: skip
        assert words in shown
    sent = press(reader, address, "godkann")
    assert (sent.status_code, sent.headers["location"]) == (303, address)
    assert life.state("K1") is State.APPROVED
    after = reader.get(address).text
    assert "Godkänd av Godkännaren, i dag" in text_of(after)
    assert 'name="gor"' not in after


def test_what_is_sent_back_is_at_the_top_of_the_owners_page(life: Life, site: Site) -> None:
    life.save("K1")
    address = f"/godkann/{number(life, 'K1')}"
    press(site.log_in(APPROVER), address, "tillbaka", "Hur många\n<b>granskades</b>?")
    assert life.state("K1") is State.RETURNED
    owner = site.log_in(OWNER)
    page = owner.get(f"/uppgifter/{number(life, 'K1')}").text
    assert page.index("Komplettera") < page.index("Det här ska du kontrollera")
    assert "&lt;b&gt;granskades" in page
    assert "Godkännaren skrev" in page
    assert "Allt stämmer." in page, "what was written is still there"


def test_a_return_without_a_comment_is_asked_for_one(life: Life, site: Site) -> None:
    life.save("K1")
    reader = site.log_in(APPROVER)
    sent = press(reader, f"/godkann/{number(life, 'K1')}", "tillbaka", "   ")
    assert sent.status_code == 422
    assert 'href="#kommentar"' in sent.text
    assert "<title>Fel: " in sent.text
    assert life.state("K1") is State.SUBMITTED
    odd = press(reader, f"/godkann/{number(life, 'K1')}", "annat", "Kvar")
    assert odd.status_code == 422
    assert "Kvar" in odd.text


def test_a_newer_answer_is_read_before_anything_is_decided(life: Life, site: Site) -> None:
    life.save("K1")
    reader, owner = site.log_in(APPROVER), site.log_in(OWNER)
    address, own = f"/godkann/{number(life, 'K1')}", f"/uppgifter/{number(life, 'K1')}"
    seen = version(reader.get(address).text)
    assert owner.post(f"{own}/ta-tillbaka").headers["location"] == own
    fields = Form(owner.get(own).text).fields
    owner.post(own, data={**fields, "resultat": "Allt stämmer, 25 av 25."})
    assert life.state("K1") is State.SUBMITTED
    sent = reader.post(address, data={"version": seen, "gor": "godkann", "kommentar": "Fint"})
    assert sent.status_code == 409
    assert "Ett nyare svar har lämnats in" in sent.text
    assert "Fint" in sent.text
    assert "<ins>" in sent.text
    assert life.state("K1") is State.SUBMITTED
    again = reader.post(address, data={"version": version(sent.text), "gor": "godkann"})
    assert again.status_code == 303
    assert life.state("K1") is State.APPROVED


def test_two_readers_do_not_overrule_each_other(life: Life, site: Site) -> None:
    life.save("K2")
    first, second = site.log_in(CONTROLLER), site.log_in(SECOND)
    address = f"/godkann/{number(life, 'K2')}"
    seen = version(second.get(address).text)
    press(first, address, "godkann")
    sent = second.post(address, data={"version": seen, "gor": "tillbaka", "kommentar": "Räkna om"})
    assert sent.status_code == 409
    assert "Svaret är redan godkänt." in sent.text
    assert "Räkna om" in sent.text, "what was typed is shown"
    assert life.state("K2") is State.APPROVED
    twice = first.post(address, data={"version": seen, "gor": "godkann"})
    assert twice.status_code == 303


def test_whoever_answered_reads_but_does_not_approve(life: Life, site: Site) -> None:
    life.save("K4", by=BOTH)
    browser = site.log_in(BOTH)
    address = f"/godkann/{number(life, 'K4')}"
    page = browser.get(address).text
    assert 'name="gor"' not in page
    assert "svarar också själv, så Controllern läser svaret i stället" in page
    assert browser.post(address, data={"version": "1", "gor": "godkann"}).status_code == 403
    assert site.log_in(MANAGER).get(address).status_code == 200
    assert 'name="gor"' in site.log_in(CONTROLLER).get(address).text


def test_a_draft_is_nobodys_to_approve(life: Life, site: Site) -> None:
    life.save("K1", submit=False)
    assert site.log_in(APPROVER).get(f"/godkann/{number(life, 'K1')}").status_code == 404


def test_reading_a_protected_answer_is_noted(life: Life, site: Site) -> None:
    life.save("K5")
    reader = site.log_in(APPROVER)
    before = site.count("event")
    reader.get(f"/godkann/{number(life, 'K5')}")
    assert site.count("event") == before + 1


# -- by a link --


def link(site: Site, email: str, function: str, **wanted: tuple[int, ...]) -> str:
    with site.database.unit_of_work(OPERATOR, site.now) as session:
        (secret,) = links.mint(session, [links.Wanted(email, function, **wanted)], site.now)
        session.record("prov", "utskick")
    return f"/svar/{secret}"


def test_the_mails_link_leads_to_the_answer_and_approves_it(life: Life, site: Site) -> None:
    life.save("K1")
    site.deliver()
    (mail,) = [mail for mail in site.mails if mail.to == APPROVER]
    found = re.search(r"(/svar/\S+)", mail.text)
    assert found
    first = site.client.get(found[1])
    address = first.headers["location"]
    assert address == f"{found[1]}/godkann/{number(life, 'K1')}"
    assert "Godkänner du svaret?" in site.client.get(address).text
    assert press(site.client, address, "godkann").status_code == 303
    assert life.state("K1") is State.APPROVED
    assert "Godkänd" in site.client.get(address).text


def test_a_link_to_read_does_not_answer_and_one_to_answer_does_not_read(
    life: Life, site: Site
) -> None:
    life.save("K1")
    task = number(life, "K1")
    reading = link(site, APPROVER, "Godkännaren", approves=(task,))
    answering = link(site, OWNER, "Ansvarige", tasks=(task,))
    assert site.client.get(f"{reading}/kvitto").headers["location"].endswith(f"/godkann/{task}")
    assert site.client.post(f"{reading}/ta-tillbaka").status_code == 404
    assert site.client.post(reading, data={"bedomning": "gron", "version": "1"}).status_code == 404
    assert site.client.get(f"{answering}/godkann/{task}").status_code == 404
    assert life.state("K1") is State.SUBMITTED


def test_the_owner_takes_an_answer_back_by_the_receipts_button(life: Life, site: Site) -> None:
    life.save("K1")
    answering = link(site, OWNER, "Ansvarige", tasks=(number(life, "K1"),))
    receipt = site.client.get(f"{answering}/kvitto").text
    assert "Svaret väntar på godkännande av Godkännaren." in receipt
    assert '<form method="post" action="ta-tillbaka">' in receipt
    assert site.client.post(f"{answering}/ta-tillbaka").headers["location"] == answering
    assert "Allt stämmer." in site.client.get(answering).text
    life.save("K1")
    press(site.log_in(APPROVER), f"/godkann/{number(life, 'K1')}", "godkann", "Tack!")
    late = site.client.post(f"{answering}/ta-tillbaka")
    assert late.headers["location"] == f"{answering}/kvitto"
    receipt = site.client.get(f"{answering}/kvitto").text
    assert "Tack!" in receipt
    assert "ta-tillbaka" not in receipt


# -- what the owner is told --


def test_the_owner_knows_before_that_a_green_on_a_high_risk_is_read(life: Life, site: Site) -> None:
    owner = site.log_in(OWNER)
    page = owner.get(f"/uppgifter/{number(life, 'K2')}").text
    assert "Väljer du ”Utan anmärkning” läser Controllern svaret" in page
    life.save("K2")
    receipt = owner.get(f"/uppgifter/{number(life, 'K2')}/kvitto").text
    assert "Controllern läser svaret innan det är klart, för risken är hög" in receipt
    assert "När du lämnar in är svaret klart." in owner.get(f"/uppgifter/{number(life, 'K3')}").text


# -- versions --


def test_two_versions_stand_side_by_side_and_what_differs_is_said_by_a_word(
    life: Life, site: Site
) -> None:
    life.save("K1", submit=False)
    life.save("K1", replace(GREEN, result="Allt stämmer utom en.", comment="Nytt."))
    owner = site.log_in(OWNER)
    address = f"/uppgifter/{number(life, 'K1')}/versioner"
    page = text_of(owner.get(address).text)
    assert "Version 1, utkast" in page
    assert "Resultat Ändrat" in page
    assert "Kommentar Tillagt" in page
    assert "Bedömning Oförändrat" in page
    same = text_of(owner.get(f"{address}?fran=2&till=2").text)
    assert "Ingenting skiljer versionerna åt." in same
    for odd in ("fran=7", "till=x", "fran=0"):
        assert owner.get(f"{address}?{odd}").status_code == 404
    reader = text_of(site.log_in(APPROVER).get(address).text)
    assert "utkast" not in reader
    assert "Det finns bara en version" in reader


# -- opening again --


def test_the_controller_opens_again_and_the_owner_reads_why(life: Life, site: Site) -> None:
    life.save("K3")
    controller = site.log_in(CONTROLLER)
    task = number(life, "K3")
    receipt = controller.get(f"/uppgifter/{task}/kvitto").text
    assert f'href="/uppgifter/{task}/oppna-igen"' in receipt
    address = f"/uppgifter/{task}/oppna-igen"
    empty = controller.post(address, data={"skal": " "})
    assert empty.status_code == 422
    assert 'href="#skal"' in empty.text
    assert controller.post(address, data={"skal": "Fel månad."}).headers["location"] == address
    assert "Kontrolltillfället är öppet" in controller.get(address).text
    assert controller.post(address, data={"skal": "Igen."}).status_code == 409
    own = site.log_in(OWNER).get(f"/uppgifter/{task}").text
    assert "Fel månad." in own
    with site.database.reading() as session:
        (found,) = [i for i in task_list(session, actor=OPERATOR) if i.task.id == task]
    assert found.task.state is State.STARTED
