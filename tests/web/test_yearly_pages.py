"""The pages of the year's bedömningar: what the answers give, and the controller deciding otherwise."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sharing as make
from databases import counting
from municipality import at
from task_life import CONTROLLER, GREEN, MANAGER, OPERATOR, OWNER, YELLOW, Life
from test_four_eyes_pages import text_of
from test_shared_pages import opened
from web_site import Form, Site

from icengine.services.reopening import reopen
from icengine.services.tasks import record_answer
from icengine.services.yearly import decide
from icengine.store.db import Database

LIST = "/planer/ks-2022/bedomningar"
K3 = f"{LIST}/K3"
WHY = "Bristen är redan rättad."


@pytest.fixture
def life(database: Database) -> Life:
    """K3 is answered yellow, K5 (protected) too, K1 not at all."""
    life = Life.begun(database)
    life.save("K3", YELLOW)
    life.save("K5", YELLOW)
    return life


@pytest.fixture
def site(life: Life) -> Site:
    return Site(life.database, now=life.now)


def sent(browser: Any, path: str = K3, **fields: str) -> Any:
    """The page's form, sent with something in it."""
    page = browser.get(path)
    assert page.status_code == 200, page.text
    return browser.post(path, data=Form(page.text).fields | fields)


def card(html: str, title: str) -> str:
    """The words of a control in the list."""
    sections = re.findall(r'(?s)<section class="card".*?</section>', html)
    (found,) = [part for part in sections if title in part]
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_the_list_is_led_to_and_says_what_the_answers_give(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    assert f'href="{LIST}"' in browser.get("/planer/ks-2022").text
    assert f'href="{LIST}"' in browser.get("/?plan=ks-2022").text
    page = browser.get(LIST).text
    assert "Alla har den bedömning som svaren ger." in page
    assert card(page, "Titel K3") == (
        "K3 Titel K3 ▲ Mindre avvikelse Genomfört 1 av 1 Tillfällen ▲ Mindre avvikelse Februari 2022"
    )
    assert "→ Öppen" in card(page, "Titel K1")


def test_the_controller_decides_otherwise_and_takes_it_back(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    answer = sent(browser, niva="gron", skal=WHY)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{K3}?klart=bestamd")
    page = text_of(browser.get(f"{K3}?klart=bestamd").text)
    assert "Årets bedömning är bestämd." in page
    assert "● Utan anmärkning Bestämd av controllern; svaren ger: mindre avvikelse" in page
    assert f"● Utan anmärkning Controllern, i dag kl. 09.00 {WHY}" in page
    listed = browser.get(LIST).text
    assert "En bedömning är bestämd av controllern." in listed
    assert f"Svaren ger ▲ Mindre avvikelse Bestämd Controllern, i dag kl. 09.00 {WHY}" in card(
        listed, "Titel K3"
    )
    assert WHY in browser.get("/planer/ks-2022/slutrapport").text
    back = sent(browser, niva="svaren", skal="Det var för tidigt.")
    assert back.headers["location"] == f"{K3}?klart=tillbaka"
    page = text_of(browser.get(K3).text)
    assert "▲ Mindre avvikelse Det som svaren ger" in page
    assert "Det som svaren ger Controllern, i dag kl. 09.00 Det var för tidigt." in page
    assert WHY in page, "what was decided earlier is kept"


def test_the_same_once_more_is_said_and_writes_nothing(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    form = Form(browser.get(K3).text).fields | {"niva": "gron", "skal": WHY}
    assert browser.post(K3, data=form).headers["location"] == f"{K3}?klart=bestamd"
    assert browser.post(K3, data=form).headers["location"] == f"{K3}?klart=samma"
    assert site.count("yearly_rating") == 1


@pytest.mark.parametrize(
    ("fields", "fault", "field"),
    [
        ({"skal": WHY}, "Välj en bedömning.", "niva"),
        ({"niva": "lila", "skal": WHY}, "Välj en bedömning.", "niva"),
        ({"niva": "gul", "skal": WHY}, "Det är den bedömning som svaren ger.", "niva"),
        ({"niva": "gron"}, "Skriv varför.", "skal"),
        ({"niva": "gron", "skal": "x" * 1001}, "ett tecken för mycket", "skal"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(
    site: Site, fields: dict[str, str], fault: str, field: str
) -> None:
    answer = sent(site.log_in(CONTROLLER), **fields)
    assert answer.status_code == 422
    assert "<title>Fel: Årets bedömning: K3 Titel K3" in answer.text
    assert re.search(
        rf'<a href="#{field}">[^<]*{fault.replace("ett tecken", "1 tecken")}', answer.text
    )
    assert fields.get("skal", "") in answer.text
    assert site.count("yearly_rating") == 0


def test_whoever_comes_second_keeps_what_they_wrote(site: Site, life: Life) -> None:
    browser = site.log_in(CONTROLLER)
    form = Form(browser.get(K3).text).fields | {"niva": "gron", "skal": WHY}
    life.work(decide, OPERATOR, key="ks-2022", control="K3", level="rod", reason="Det är värre.")
    answer = browser.post(K3, data=form)
    assert answer.status_code == 409
    assert "Nu gäller: allvarlig avvikelse." in answer.text
    assert "Det är värre." in answer.text
    assert WHY in answer.text
    assert '<input type="radio" name="niva" value="gron" checked>' in answer.text
    again = browser.post(K3, data=Form(answer.text).fields | {"niva": "gron"})
    assert again.status_code == 303


def test_without_an_answer_there_is_nothing_to_decide(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    page = browser.get(f"{LIST}/K1").text
    assert "Inget tillfälle är besvarat än" in page
    assert "<form" not in page.partition("<main")[2]
    answer = browser.post(f"{LIST}/K1", data={"niva": "gron", "skal": WHY, "tidigare": "0"})
    assert (answer.status_code, WHY in answer.text) == (422, True)


def test_an_answer_that_came_afterwards_is_pointed_out(site: Site, life: Life) -> None:
    browser = site.log_in(CONTROLLER)
    sent(browser, niva="gron", skal=WHY)
    life.now = site.now = at("2022-02-03", "09:00")
    life.work(reopen, life.person(CONTROLLER), task_id=life.task("K3").id, reason="Fel månad.")
    life.save("K3", YELLOW)
    browser = site.log_in(CONTROLLER)
    assert "Svar har lämnats in sedan dess." in browser.get(LIST).text
    assert "Svar har lämnats in sedan bedömningen bestämdes." in browser.get(K3).text


def test_who_reads_the_plan_sees_it_and_cannot_change_it(site: Site) -> None:
    sent(site.log_in(CONTROLLER), niva="gron", skal=WHY)
    chef = site.log_in(MANAGER)
    page = chef.get(K3).text
    assert WHY in page
    assert "<form" not in page.partition("<main")[2]
    assert chef.post(K3, data={"niva": "rod", "skal": WHY}).status_code == 403
    assert site.log_in(OWNER).get(K3).status_code == 404


def test_a_protected_control_shows_its_number_and_bedomning_to_who_may_not_read_it(
    site: Site,
) -> None:
    k5 = f"{LIST}/K5"
    controller = site.log_in(CONTROLLER)
    before = site.count("event")
    page = controller.get(k5).text
    assert "Titel K5" in page
    assert "skälet står varken i slutrapporten eller i händelseloggen" in page
    assert site.count("event") == before + 1, "that it was read is kept"
    sent(controller, k5, niva="gron", skal="Hemligt skäl.")
    assert "Hemligt skäl." in controller.get(k5).text
    assert "K5 redovisas separat" in controller.get(LIST).text
    chef = site.log_in(MANAGER)
    for who, path in ((controller, LIST), (chef, LIST), (chef, k5)):
        page = who.get(path).text
        assert "K5 redovisas separat" in page
        assert "Utan anmärkning" in page
        assert "Titel K5" not in page
        assert "Hemligt skäl." not in page
        assert YELLOW.result not in page.replace(card(page, "Titel K3") if path == LIST else "", "")


def test_units_have_their_own_pages_and_the_whole_says_the_spread(database: Any) -> None:
    site = opened(database)
    for item in site.tasks():
        task = item.task
        if task.slot == "2022-Q1" and task.unit in ("ks", "son"):
            answer = GREEN if task.unit == "ks" else YELLOW
            with database.unit_of_work(OPERATOR, site.now) as session:
                record_answer(
                    session, actor=OPERATOR, now=site.now, task_id=task.id, base_version=0,
                    answer=answer, submit=True,
                )  # fmt: skip
    browser = site.log_in(make.email("Controllern"))
    page = text_of(browser.get(LIST).text)
    assert "Sex enheter: en utan anmärkning, en mindre avvikelse och fyra utan svar" in page
    son = f"{LIST}/K1/son"
    assert f'href="{son}"' in browser.get(f"{LIST}/K1").text
    assert sent(browser, son, niva="rod", skal=WHY).status_code == 303
    assert "Årets bedömning för Socialnämnden" in text_of(browser.get(son).text)
    page = text_of(browser.get(LIST).text)
    assert "■ Allvarlig avvikelse Socialnämnden 1 av 4, bestämd av controllern" in page
    assert "en allvarlig avvikelse" in page
    assert browser.get(f"{LIST}/K1/bolag").status_code == 404


def test_the_statements_of_the_list_do_not_grow_with_what_there_is(site: Site, life: Life) -> None:
    browser = site.log_in(CONTROLLER)

    def statements() -> int:
        with counting(site.database) as seen:
            assert browser.get(LIST).status_code == 200
        return len(seen)

    statements()
    first = statements()
    life.save("K2", YELLOW)
    for control in ("K2", "K3"):
        life.work(decide, OPERATOR, key="ks-2022", control=control, level="rod", reason=WHY)
    assert statements() == first


@pytest.mark.parametrize("path", ["K9", "K3/ks", "K3/bun", "..%00", "K3/kommun"])
def test_what_there_is_not_leads_nowhere(site: Site, path: str) -> None:
    browser = site.log_in(CONTROLLER)
    assert browser.get(f"{LIST}/{path}").status_code == 404
    assert browser.post(f"{LIST}/{path}", data={"niva": "gron", "skal": WHY}).status_code == 404
