"""Saving, handing in, and everything that can come between."""

from __future__ import annotations

from dataclasses import replace

import pytest
from municipality import adopt_example
from web_site import ACTION, GREEN, RED, Site

from icengine.domain.task import State


def state(site: Site) -> State:
    return next(t.task.state for t in site.tasks() if t.task.control == "K3")


# -- handing in --


def test_handing_in_leads_to_a_receipt(site: Site, link: str) -> None:
    response = site.send(link, site.form(link) | RED)
    assert response.status_code == 303
    assert response.headers["location"] == f"{link}/kvitto"
    page = site.client.get(f"{link}/kvitto").text
    assert "Tack! Svaret är inlämnat" in page
    assert "torsdag 10 februari 2022 kl. 09.00" in page
    assert "av Informationssäkerhetssamordnaren. Kvittonummer" in page
    assert "2 676 av 8 633, 31 procent" in page.replace("\u00a0", " ")
    assert "enligt förslaget" in page
    assert "Långt till målet." in page
    assert "Hålla en genomgång" in page
    assert "HR-chefen, klart senast" in page
    assert "Tre former finns." in page
    assert "Svaret är godkänt direkt, eftersom ingen godkännare är utsedd." in page
    assert "slutrapporten 2022 för Kommunstyrelsen" in page
    assert "Sidan finns kvar till och med" in page
    assert "12 mars" in page
    assert state(site) is State.APPROVED


def test_the_receipt_number_never_changes(site: Site, link: str) -> None:
    site.send(link, site.form(link) | RED)
    first = site.client.get(f"{link}/kvitto").text
    number = first[first.index("Kvittonummer <strong>") :][:40]
    site.set_clock("2022-03-01")
    assert number in site.client.get(f"{link}/kvitto").text


def test_with_an_approver_the_receipt_says_that_the_answer_waits(
    database: object, example: tuple[object, object]
) -> None:
    organisation, plan = example
    risks = tuple(
        replace(r, controls=tuple(replace(c, approver="HR-chefen") for c in r.controls))
        for r in plan.risks  # type: ignore[attr-defined]
    )
    adopt_example(database, (organisation, replace(plan, risks=risks)))  # type: ignore[type-var]
    site = Site(database)
    link = site.mail_links()["K3"]
    assert (
        "När du har lämnat in väntar svaret på godkännande av HR-chefen."
        in site.client.get(link).text
    )
    site.send(link, site.form(link) | RED)
    page = site.client.get(f"{link}/kvitto").text
    assert "Väntar på godkännande" in page
    assert "Svaret väntar på godkännande av HR-chefen." in page
    assert "skickar tillbaka" not in page
    assert "läser svaret" not in page
    assert "godkänt direkt" not in page
    assert "och i 30 dagar efter att svaret har godkänts." in page
    assert state(site) is State.SUBMITTED


def test_the_link_of_an_answered_task_shows_its_receipt(site: Site, link: str) -> None:
    site.send(link, site.form(link) | RED)
    response = site.client.get(link)
    assert response.status_code == 303
    assert response.headers["location"] == f"{link}/kvitto"


def test_before_it_is_handed_in_there_is_no_receipt(site: Site, link: str) -> None:
    response = site.client.get(f"{link}/kvitto")
    assert response.status_code == 303
    assert response.headers["location"] == link


def test_the_receipt_is_shown_for_thirty_days_and_then_the_link_is_gone(
    site: Site, link: str
) -> None:
    site.send(link, site.form(link) | RED)
    site.set_clock("2022-03-12", "23:59")
    assert site.client.get(f"{link}/kvitto").status_code == 200
    site.set_clock("2022-03-13", "00:00")
    for address in (link, f"{link}/kvitto"):
        response = site.client.get(address)
        assert response.status_code == 410
        assert "Länken gäller inte längre" in response.text


def test_a_revoked_link_is_gone(site: Site, link: str) -> None:
    from sqlalchemy import text

    with site.database.unit_of_work(site_actor(), site.now) as session:
        session.execute(text("UPDATE link SET revoked_at = created_at"))
        session.record("länkar återkallade", "test")
    assert site.client.get(link).status_code == 410
    assert site.send(link, GREEN).status_code == 410


def site_actor() -> object:
    from web_site import ACTOR

    return ACTOR


def test_a_task_that_was_cancelled_shows_that_nothing_is_to_be_done(site: Site, link: str) -> None:
    from icengine.store import tasks

    task = next(t.task for t in site.tasks() if t.task.control == "K3")
    with site.database.unit_of_work(site_actor(), site.now) as session:
        tasks.move(
            session, [tasks.StateChange(task.id, State.CANCELLED, "test", "Flyttad.")], site.now
        )
        session.record("utgår", "test")
    assert site.client.get(link).status_code == 303
    page = site.client.get(f"{link}/kvitto").text
    assert "Kontrollen är avslutad utan svar" in page
    assert "Du behöver inte göra något." in page
    assert "Utgår" in page
    assert '<h2 id="varfor">Varför</h2>\n<p>Flyttad.</p>' in page
    typed = site.send(link, RED)
    assert typed.status_code == 409
    assert "Långt till målet." in typed.text


# -- drafts --


def test_a_draft_is_kept_as_it_was_typed(site: Site, link: str) -> None:
    response = site.send(link, site.form(link) | RED, gor="spara")
    assert response.status_code == 303
    assert response.headers["location"].startswith(link + "?")
    kept = site.form(response.headers["location"])
    assert {name: kept[name] for name in RED} == RED
    assert "Sparat som utkast i dag kl. 09.00" in site.client.get(link).text
    assert state(site) is State.STARTED


def test_a_draft_asks_for_nothing(site: Site, link: str) -> None:
    assert site.send(link, site.fill(link, resultat="Bara börjat"), gor="spara").status_code == 303
    assert site.count("answer") == 1


def test_the_same_draft_twice_is_recorded_once(site: Site, link: str) -> None:
    fields = site.form(link) | RED
    for _ in range(2):
        assert site.send(link, fields, gor="spara").status_code == 303
    assert site.count("answer") == 1


# -- åtgärder --


def test_an_action_is_added_and_everything_typed_is_kept(site: Site, link: str) -> None:
    response = site.send(link, site.form(link) | RED, gor="atgard")
    assert response.headers["location"].endswith("#atgard-2")
    kept = site.form(response.headers["location"])
    assert {name: kept[name] for name in RED} == RED
    assert (kept["atgard-2"], kept["vem-2"], kept["klar-2"]) == ("", "", "")


def test_an_action_is_added_before_anything_else_is_typed(site: Site, link: str) -> None:
    response = site.send(link, site.form(link), gor="atgard")
    assert "atgard-1" in site.form(response.headers["location"])


def test_an_action_is_removed_and_the_others_are_kept(site: Site, link: str) -> None:
    second = {"atgard-2": "Andra", "vem-2": "It-chefen", "klar-2": "2022-12-01"}
    third = {"atgard-3": "Tredje", "vem-3": "Kanslichefen", "klar-3": "2022-12-02"}
    fields = site.form(link) | RED | second | third
    response = site.send(link, fields, ta_bort="2")
    kept = site.form(response.headers["location"])
    assert kept["atgard-1"] == "Hålla en genomgång"
    assert (kept["atgard-2"], kept["vem-2"], kept["klar-2"]) == (
        "Tredje",
        "Kanslichefen",
        "2022-12-02",
    )
    assert "atgard-3" not in kept
    assert kept["resultat"] == RED["resultat"]


def test_an_open_fieldset_stands_ready_whatever_level_is_chosen(site: Site, link: str) -> None:
    assert site.form(link)["atgard-1"] == ""
    page = site.client.get(link).text
    assert "En åtgärd behövs om du väljer Mindre avvikelse eller Allvarlig avvikelse." in page
    assert "Lämna tomt om inget behöver göras." in page


def test_there_is_room_for_twenty_actions_and_no_more(site: Site, link: str) -> None:
    many = {f"atgard-{n}": f"Åtgärd nummer {n}" for n in range(1, 26)}
    response = site.send(link, site.form(link) | many, gor="atgard")
    page = site.client.get(response.headers["location"])
    assert page.text.count("<fieldset") == 20
    assert 'value="atgard"' not in page.text
    assert site.client.get(link + "?rader=999").text.count("<fieldset") == 20


@pytest.mark.parametrize("rows", ["-1", "x", "٣", "99999999999999999999", "1e9"])
def test_a_strange_number_of_rows_changes_nothing(site: Site, link: str, rows: str) -> None:
    assert site.client.get(f"{link}?rader={rows}").text.count("<fieldset") == 1


def test_a_date_that_is_none_is_shown_as_it_was_typed(site: Site, link: str) -> None:
    site.send(link, site.form(link) | RED | {"klar-1": "31 februari"}, gor="spara")
    page = site.client.get(link).text
    assert 'type="text" autocomplete="off" value="31 februari"' in page


# -- refused --


def test_what_is_missing_is_listed_with_links_to_the_fields(site: Site, link: str) -> None:
    fields = site.form(link) | RED
    fields |= {"antal": "många", "resultat": " ", "klar-1": "2021-01-01"}
    del fields["bedomning"]
    page = site.refused(link, fields)
    assert "<title>Fel: Grundutbildning i informationssäkerhet" in page
    assert '<div class="errors" role="alert" tabindex="-1" autofocus' in page
    assert "Svaret är inte inlämnat. Rätta fyra saker." in page
    for id, message in {
        "antal": "Skriv antalet med siffror",
        "bedomning": "Välj en bedömning",
        "resultat": "Skriv vad kontrollen visade",
        "klar-1": "Åtgärd 1: välj ett datum som inte har passerat",
    }.items():
        assert f'<a href="#{id}">{message}</a>' in page
        assert f'id="{id}"' in page
        assert f'id="{id}-fel"><span class="vh">Fel: </span>{message}</p>' in page
        assert f'aria-describedby="{id}-fel' in page
    assert page.count('aria-invalid="true"') == 4
    assert "Det du har skrivit finns kvar. Vi har sparat det som utkast." in page
    assert "Tre former finns." in page
    assert state(site) is State.STARTED


def test_one_fault_is_one_thing(site: Site, link: str) -> None:
    fields = site.form(link) | RED | {"resultat": ""}
    assert "Rätta en sak." in site.refused(link, fields)


def test_a_level_that_asks_for_an_action_gets_an_empty_one_to_fill_in(
    site: Site, link: str
) -> None:
    fields = {k: v for k, v in (site.form(link) | RED).items() if k not in ACTION}
    page = site.refused(link, fields)
    assert '<a href="#atgard-1">' in page
    assert '<textarea id="atgard-1"' in page


def test_a_refused_answer_is_mended_and_handed_in(site: Site, link: str) -> None:
    from web_site import Form

    page = site.refused(link, site.form(link) | RED | {"resultat": ""})
    mended = Form(page).fields | {"resultat": "Nu skrivet"}
    assert site.send(link, mended).headers["location"] == f"{link}/kvitto"


def test_the_faults_number_the_actions_as_the_page_does(site: Site, link: str) -> None:
    gap = {"atgard-1": "", "vem-1": "", "klar-1": "", "atgard-2": "Den enda"}
    page = site.refused(link, site.form(link) | RED | gap)
    assert "Åtgärd 1: skriv vem som ansvarar" in page
    assert 'aria-describedby="vem-1-fel"' in page


def test_a_refused_answer_can_be_left_by_the_back_button_and_read_again(
    site: Site, link: str
) -> None:
    first = site.refused(link, site.form(link) | RED | {"resultat": ""})
    assert site.client.get(f"{link}?fel=1").text == first
    assert site.count("answer") == 1
    assert 'class="errors"' not in site.client.get(link).text


@pytest.mark.parametrize("asked", ["1", "rakna", "x", ""])
def test_before_anything_is_saved_nothing_is_wrong(site: Site, link: str, asked: str) -> None:
    assert 'class="errors"' not in site.client.get(f"{link}?fel={asked}").text


def test_what_has_been_mended_since_is_no_longer_wrong(site: Site, link: str) -> None:
    site.refused(link, site.form(link) | RED | {"resultat": ""})
    site.send(link, site.form(link) | RED, gor="spara")
    assert 'class="errors"' not in site.client.get(f"{link}?fel=1").text


# -- what no button of ours sends --


def test_a_button_nobody_made_saves_a_draft_and_hands_nothing_in(site: Site, link: str) -> None:
    assert site.send(link, site.form(link) | RED, gor="godkann").status_code == 303
    assert state(site) is State.STARTED


def test_enter_in_a_field_saves_and_never_removes_an_action(site: Site, link: str) -> None:
    from web_site import Form

    site.send(link, site.form(link) | RED, gor="spara")
    assert Form(site.client.get(link).text).buttons[0] == ("gor", "spara")
