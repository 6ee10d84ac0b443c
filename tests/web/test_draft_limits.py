"""How much a link can have stored: drafts have a longest length and a pace, and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

from web_site import GREEN, RED, Form, Site

from icengine.domain.reading import LONGEST, TITLE
from icengine.services.tasks import DRAFTS


def test_a_draft_may_be_longer_than_an_answer_but_not_twice_as_long(site: Site, link: str) -> None:
    kept = site.send(link, site.fill(link, resultat="a" * 2 * LONGEST), gor="spara")
    assert kept.status_code == 303
    assert site.count("answer") == 1
    fields = site.fill(link, resultat="b" * (2 * LONGEST + 1), kommentar="Kort")
    for button in ({"gor": "spara"}, {"gor": "atgard"}, {"gor": "rakna"}, {}):
        refused = site.send(link, fields, **button)
        assert refused.status_code == 422
        page = refused.text
        assert "Utkastet är inte sparat." in page
        assert f"Resultatet har {LONGEST + 1} tecken för mycket: högst {LONGEST} får plats" in page
        assert "Vi har sparat" not in page
        assert "data-unsaved" in page
        typed = Form(page).fields
        assert (typed["resultat"], typed["kommentar"]) == (fields["resultat"], "Kort")
    assert site.count("answer") == 1
    assert site.form(link)["resultat"] == "a" * 2 * LONGEST


def test_every_field_has_its_own_limit(site: Site, link: str) -> None:
    for name, longest in (
        ("antal", TITLE), ("totalt", TITLE), ("skal", LONGEST), ("kommentar", LONGEST),
        ("atgard-1", LONGEST), ("vem-1", TITLE), ("klar-1", TITLE), ("bedomning", TITLE),
    ):  # fmt: skip
        fields = site.form(link) | {name: "9" * (2 * longest + 1)}
        refused = site.send(link, fields, gor="spara")
        assert refused.status_code == 422, name
        assert f'href="#{name}"' in refused.text
    assert site.count("answer") == 0


def test_what_was_too_long_is_saved_once_it_is_shorter(site: Site, link: str) -> None:
    refused = site.send(link, site.fill(link, resultat="b" * 3 * LONGEST), gor="spara")
    shorter = Form(refused.text).fields | {"resultat": "b" * LONGEST}
    assert site.send(link, shorter, gor="spara").status_code == 303
    assert site.form(link)["resultat"] == "b" * LONGEST


def test_a_link_stores_so_many_drafts_in_an_hour_and_no_more(site: Site, link: str) -> None:
    for n in range(DRAFTS):
        assert (
            site.send(link, site.fill(link, resultat=f"utkast {n}"), gor="spara").status_code == 303
        )
    assert site.count("answer") == DRAFTS
    for button in ({"gor": "spara"}, {}):
        refused = site.send(link, site.fill(link, resultat="ett till"), **button)
        assert refused.status_code == 422
        assert "Utkastet är inte sparat." in refused.text
        assert "många utkast på kort tid" in refused.text
        assert Form(refused.text).fields["resultat"] == "ett till"
    assert site.count("answer") == DRAFTS
    site.now += timedelta(hours=1, seconds=1)
    assert site.send(link, site.fill(link, resultat="ett till"), gor="spara").status_code == 303


def test_an_answer_that_is_right_is_handed_in_however_many_drafts_there_are(
    site: Site, link: str
) -> None:
    for n in range(DRAFTS):
        site.send(link, site.fill(link, resultat=f"utkast {n}"), gor="spara")
    assert site.send(link, site.form(link) | RED).headers["location"] == f"{link}/kvitto"


def test_the_same_thing_saved_again_is_no_new_draft(site: Site, link: str) -> None:
    for _ in range(DRAFTS + 2):
        assert site.send(link, site.form(link) | GREEN, gor="spara").status_code == 303
    assert site.count("answer") == 1
