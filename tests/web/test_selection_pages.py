"""The pages of the selection for a coming plan: what the rule proposes, and the controller deciding it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from databases import counting
from task_life import CONTROLLER, MANAGER, OPERATOR, OWNER, YELLOW, Life
from test_four_eyes_pages import text_of
from web_site import Form, Site

from icengine.services.selection import carry
from icengine.store.db import Database

LIST = "/planer/ks-2022/urval"
K3 = f"{LIST}/K3"
WHY = "Systemet byts under året."


@pytest.fixture
def life(database: Database) -> Life:
    """K3 is answered yellow, K5 (protected) too; the others are not due."""
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


def group(html: str, heading: str) -> dict[str, str]:
    """The words of each row under a heading, by id."""
    sections = re.findall(r"(?s)<(?:section|details)[ >].*?</(?:section|details)>", html)
    found = [part for part in sections if f">{heading}" in part]
    rows = re.findall(r"(?s)<tbody>(.*?)</tbody>", "".join(found))
    each = re.findall(r"(?s)<tr>.*?</tr>", "".join(rows))
    said = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in each]
    return {text.split()[0]: text for text in said}


def test_the_list_is_led_to_and_says_what_the_rule_proposes(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    for path in ("/planer/ks-2022", "/?plan=ks-2022", "/planer/ks-2022/rapporter"):
        assert f'href="{LIST}"' in browser.get(path).text, path
    page = browser.get(LIST).text
    assert "Två till planen för 2023." in page
    assert (
        "Två risker och kontroller är inte bestämda än: där gäller förslaget. Det som återstår"
        in page
    )
    assert group(page, "Till plan 2023")["K3"] == (
        "K3 Titel K3 ▲ Mindre avvikelse Plan 2023. Bedömningen är inte ”utan anmärkning”. Har en "
        "öppen åtgärd. Inte bestämt"
    )
    assert group(page, "Förs inte vidare")["K1"].endswith(
        "Förs inte vidare. Återstår att genomföra. Inte bestämt"
    )
    assert set(group(page, "Risker som följs genom sina")) == {"R1", "R2"}


def test_the_controller_decides_and_takes_it_back(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    answer = sent(browser, till="2024", skal=WHY)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{K3}?klart=bestamd")
    page = text_of(browser.get(f"{K3}?klart=bestamd").text)
    assert "Beslutet om urvalet är sparat." in page
    assert "Plan 2024, enligt controllerns beslut." in page
    listed = browser.get(LIST).text
    assert "En till planen för 2023 och en till planen för 2024." in listed
    assert (
        f"Plan 2024. Controllern, i dag kl. 09.00. {WHY}" in group(listed, "Till plan 2024")["K3"]
    )
    assert WHY in browser.get("/planer/ks-2022/slutrapport").text
    assert sent(browser, till="nej", skal="Den görs av andra.").status_code == 303
    assert "K3" in group(browser.get(LIST).text, "Förs inte vidare")
    back = sent(browser, till="forslaget", skal="")
    assert back.headers["location"] == f"{K3}?klart=tillbaka"
    page = text_of(browser.get(K3).text)
    assert "Plan 2023, enligt förslaget." in page
    assert WHY in page, "what was decided earlier is kept"


def test_the_form_holds_what_is_decided(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    assert "checked" not in browser.get(K3).text
    sent(browser, till="2024", skal=WHY)
    fields = Form(browser.get(K3).text).fields
    assert (fields["till"], fields["skal"].strip()) == ("2024", WHY)
    assert browser.post(K3, data=fields).headers["location"] == f"{K3}?klart=samma"
    assert site.count("carry_decision") == 1


@pytest.mark.parametrize(
    ("fields", "fault", "field"),
    [
        ({"skal": WHY}, "Välj planen för 2023 eller 2024", "till"),
        ({"till": "2031", "skal": WHY}, "Välj planen för 2023 eller 2024", "till"),
        ({"till": "x" * 5000, "skal": WHY}, "Välj planen för 2023 eller 2024", "till"),
        ({"till": "forslaget", "skal": WHY}, "Det finns inget beslut att ta tillbaka", "till"),
        ({"till": "nej"}, "Skriv varför.", "skal"),
        ({"till": "2024"}, "Skriv varför.", "skal"),
        ({"till": "2023", "skal": "x" * 1001}, "1 tecken för mycket", "skal"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(
    site: Site, fields: dict[str, str], fault: str, field: str
) -> None:
    answer = sent(site.log_in(CONTROLLER), **fields)
    assert answer.status_code == 422
    assert "<title>Fel: Urval: K3 Titel K3" in answer.text
    assert re.search(rf'<a href="#{field}">[^<]*{fault}', answer.text)
    assert fields.get("skal", "") in answer.text
    assert site.count("carry_decision") == 0


def test_whoever_comes_second_keeps_what_they_wrote(site: Site, life: Life) -> None:
    browser = site.log_in(CONTROLLER)
    form = Form(browser.get(K3).text).fields | {"till": "2024", "skal": WHY}
    life.work(carry, OPERATOR, key="ks-2022", subject="K3", year=0, reason="Det är onödigt.")
    answer = browser.post(K3, data=form)
    assert answer.status_code == 409
    assert "Nu gäller: Förs inte vidare." in answer.text
    assert "Det är onödigt." in answer.text
    assert WHY in answer.text
    assert '<input type="radio" name="till" value="2024" checked>' in answer.text
    again = browser.post(K3, data=Form(answer.text).fields | {"till": "2024"})
    assert again.status_code == 303


def test_the_proposal_is_followed_for_all_with_one_button(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    sent(browser, till="2024", skal=WHY)
    answer = sent(browser, LIST)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}?klart=foljt")
    page = browser.get(f"{LIST}?klart=foljt").text
    assert "Förslaget är följt." in page
    assert "Följ förslaget för alla" not in page
    assert f"{WHY}" in group(page, "Till plan 2024")["K3"]
    assert "Plan 2023. Controllern, i dag kl. 09.00." in group(page, "Till plan 2023")["K5"]
    assert "Inte bestämt" in group(page, "Förs inte vidare")["K1"], "it is left to do"


def test_a_proposal_that_has_changed_is_read_again_first(site: Site, life: Life) -> None:
    browser = site.log_in(CONTROLLER)
    form = Form(browser.get(LIST).text).fields
    life.save("K2", YELLOW)
    answer = browser.post(LIST, data=form)
    assert answer.status_code == 409
    assert "Förslaget har ändrats sedan du öppnade sidan." in answer.text
    assert site.count("carry_decision") == 0
    assert browser.post(LIST, data=Form(answer.text).fields).status_code == 303
    assert sent(browser, f"{LIST}/K1", till="nej").status_code == 303
    life.save("K1", YELLOW)
    page = browser.get(LIST).text
    assert "Förslaget har ändrats sedan dess." in group(page, "Förs inte vidare")["K1"]
    assert "Förslaget har ändrats sedan beslutet." in browser.get(f"{LIST}/K1").text


def test_a_risk_with_controls_may_go_on_itself(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    assert sent(browser, f"{LIST}/R1", till="2023", skal=WHY).status_code == 303
    assert WHY in group(browser.get(LIST).text, "Till plan 2023")["R1"]


def test_who_reads_the_plan_sees_it_and_cannot_change_it(site: Site) -> None:
    sent(site.log_in(CONTROLLER), till="2024", skal=WHY)
    chef = site.log_in(MANAGER)
    for path in (LIST, K3):
        page = chef.get(path).text
        assert WHY in page
        assert "<form" not in page.partition("<main")[2]
    assert chef.post(K3, data={"till": "nej", "skal": WHY}).status_code == 403
    assert chef.post(LIST, data={"tidigare": ""}).status_code == 403
    assert site.log_in(OWNER).get(LIST).status_code == 404


def test_a_protected_control_shows_its_number_and_bedomning_to_who_may_not_read_it(
    site: Site,
) -> None:
    k5 = f"{LIST}/K5"
    controller = site.log_in(CONTROLLER)
    before = site.count("event")
    page = controller.get(k5).text
    assert "Titel K5" in page
    assert "skälet står varken i slutrapporten, i händelseloggen eller i nästa plan" in page
    assert site.count("event") == before + 1, "that it was read is kept"
    sent(controller, k5, till="2024", skal="Hemligt skäl.")
    assert "Hemligt skäl." in controller.get(k5).text
    chef = site.log_in(MANAGER)
    for who, path in ((controller, LIST), (chef, LIST), (chef, k5)):
        page = who.get(path).text
        assert "K5 redovisas separat" in page
        assert "Mindre avvikelse" in page
        assert "Titel K5" not in page
        assert "Hemligt skäl." not in page
    assert "öppen åtgärd" not in group(chef.get(LIST).text, "Till plan 2024")["K5"]


def test_the_statements_of_the_list_do_not_grow_with_what_there_is(site: Site, life: Life) -> None:
    browser = site.log_in(CONTROLLER)

    def statements() -> int:
        with counting(site.database) as seen:
            assert browser.get(LIST).status_code == 200
        return len(seen)

    statements()
    first = statements()
    for subject in ("K1", "K2", "K3", "R1"):
        life.work(carry, OPERATOR, key="ks-2022", subject=subject, year=2024, reason=WHY)
    assert statements() == first


@pytest.mark.parametrize("path", ["K9", "R9", "..%00", "ks"])
def test_what_there_is_not_leads_nowhere(site: Site, path: str) -> None:
    browser = site.log_in(CONTROLLER)
    assert browser.get(f"{LIST}/{path}").status_code == 404
    assert browser.post(f"{LIST}/{path}", data={"till": "nej", "skal": WHY}).status_code == 404
