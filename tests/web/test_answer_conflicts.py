"""Two tabs, two clicks, and an answer that comes too late: nothing is lost, nothing doubled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from web_site import RED, Form, Site


def test_two_tabs_the_later_one_sees_both_versions_and_decides(site: Site, link: str) -> None:
    first, second = site.form(link), site.form(link)
    site.send(link, first | {"resultat": "Från första fliken"}, gor="spara")
    mine = second | RED | {"resultat": "Från andra fliken"}
    response = site.send(link, mine, gor="spara")
    assert response.status_code == 409
    assert "Ett nyare utkast har sparats medan du skrev" in response.text
    assert "Det här sparades i dag kl. 09.00 av Informationssäkerhetssamordnaren" in response.text
    assert "Från första fliken" in response.text
    assert "data-unsaved" in response.text
    typed = Form(response.text).fields
    assert {name: typed[name] for name in mine if name != "version"} == {
        name: value for name, value in mine.items() if name != "version"
    }
    assert site.form(link)["resultat"] == "Från första fliken"
    again = site.send(link, typed)
    assert again.headers["location"] == f"{link}/kvitto"
    assert "Från andra fliken" in site.client.get(f"{link}/kvitto").text


def test_a_conflict_keeps_an_action_that_was_just_added(site: Site, link: str) -> None:
    old = site.form(link)
    site.send(link, old | {"resultat": "nyare"}, gor="spara")
    response = site.send(link, old | RED, gor="atgard")
    assert response.status_code == 409
    assert 'id="atgard-2"' in response.text


def test_a_double_click_is_one_answer_and_lands_on_the_receipt(site: Site, link: str) -> None:
    fields = site.form(link) | RED
    responses = [site.send(link, fields) for _ in range(2)]
    assert [r.headers["location"] for r in responses] == [f"{link}/kvitto"] * 2
    assert site.count("answer") == 1
    assert site.count("action") == 1


def test_clicks_at_the_very_same_time_are_one_answer(site: Site, link: str) -> None:
    fields = site.form(link) | RED
    with ThreadPoolExecutor(4) as pool:
        responses = list(pool.map(lambda _: site.send(link, fields), range(4)))
    assert {r.status_code for r in responses} == {303}
    assert {r.headers["location"] for r in responses} == {f"{link}/kvitto"}
    assert site.count("answer") == 1
    assert site.count("action") == 1


def test_another_answer_after_it_was_handed_in_is_shown_and_not_saved(
    site: Site, link: str
) -> None:
    fields = site.form(link) | RED
    site.send(link, fields)
    late = fields | {"resultat": "En helt annan text", "kommentar": "Som inte får försvinna"}
    response = site.send(link, late)
    assert response.status_code == 409
    page = response.text
    assert "Svaret är redan inlämnat" in page
    assert "torsdag 10 februari 2022 kl. 09.00" in page
    assert "Långt till målet." in page
    assert "Det du skickade nu är inte sparat" in page
    assert "En helt annan text" in page
    assert "Som inte får försvinna" in page
    assert site.count("answer") == 1
