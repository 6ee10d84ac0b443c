"""A measured control: its figures, what they propose, and choosing something else."""

from __future__ import annotations

import pytest
from web_site import RED, Site


def test_the_share_and_the_proposal_are_reckoned_without_script(site: Site, link: str) -> None:
    response = site.send(link, site.fill(link, antal="5 405", totalt="8633"), gor="rakna")
    assert response.headers["location"].endswith("#matt")
    page = site.client.get(response.headers["location"]).text
    assert "<strong>62,6 procent.</strong> Målet är minst 100 procent." in page
    assert "Förslag till bedömning: <strong>Mindre avvikelse</strong>" in page
    assert page.count('<span class="tag">Förslag</span>') == 1
    assert "checked" not in page


@pytest.mark.parametrize(
    ("part", "whole"), [("hundra", "200"), ("5", "0"), ("", ""), ("5", ""), ("-1", "5")]
)
def test_figures_that_cannot_be_reckoned_with_give_no_proposal(
    site: Site, link: str, part: str, whole: str
) -> None:
    response = site.send(link, site.fill(link, antal=part, totalt=whole), gor="rakna")
    kept = site.form(response.headers["location"])
    assert (kept["antal"], kept["totalt"]) == (part, whole)
    assert "Förslag till bedömning" not in site.client.get(link).text


@pytest.mark.parametrize(
    ("part", "whole", "found"),
    [
        ("hundra", "200", {"antal": "Skriv antalet med siffror"}),
        ("5", "0", {"totalt": "Skriv av hur många, med siffror större än noll"}),
        ("300", "200", {"antal": "Antalet kan inte vara större än helheten"}),
        (
            "",
            "",
            {
                "antal": "Skriv antalet med siffror",
                "totalt": "Skriv av hur många, med siffror större än noll",
            },
        ),
    ],
)
def test_reckoning_says_at_the_fields_why_it_cannot_be_done(
    site: Site, link: str, part: str, whole: str, found: dict[str, str]
) -> None:
    response = site.send(link, site.fill(link, antal=part, totalt=whole), gor="rakna")
    assert response.status_code == 303
    assert "#" not in response.headers["location"]
    page = site.client.get(response.headers["location"]).text
    assert "Det går inte att räkna ut. Rätta" in page
    assert "Svaret är inte inlämnat." not in page
    assert page.count('class="err"') == len(found)
    for id, message in found.items():
        assert f'<a href="#{id}">{message}</a>' in page
        assert f'id="{id}-fel"><span class="vh">Fel: </span>{message}</p>' in page
    assert "procent.</strong>" not in page
    assert 'class="err"' not in site.client.get(link).text


def test_more_than_the_whole_is_not_handed_in(site: Site, link: str) -> None:
    page = site.refused(link, site.form(link) | RED | {"antal": "300", "totalt": "200"})
    assert '<a href="#antal">Antalet kan inte vara större än helheten</a>' in page
    assert site.client.get(f"{link}/kvitto").headers["location"] == link


# -- another level than the proposed one --


def test_a_measured_control_asks_why_another_level_is_chosen(site: Site, link: str) -> None:
    page = site.client.get(link).text
    assert '<label for="skal">Varför väljer du en annan bedömning än förslaget?</label>' in page
    assert "Behövs bara om du väljer något annat än förslaget." in page
    assert 'id="skal" name="skal"' in page


@pytest.mark.parametrize("button", [{"gor": "spara"}, {"gor": "atgard"}, {"gor": "rakna"}])
def test_the_reason_is_kept_on_every_way_round(
    site: Site, link: str, button: dict[str, str]
) -> None:
    typed = site.form(link) | RED | {"bedomning": "gul", "skal": "Urvalet var litet.\n\nJa."}
    response = site.send(link, typed, **button)
    assert site.form(response.headers["location"])["skal"] == "Urvalet var litet.\n\nJa."


def test_another_level_without_a_reason_is_a_fault_at_its_field(site: Site, link: str) -> None:
    site.send(link, site.form(link) | RED | {"bedomning": "gul", "resultat": ""}, gor="spara")
    page = site.client.get(f"{link}?fel=1").text
    message = "Skriv varför du väljer en annan bedömning än förslaget ”Allvarlig avvikelse”"
    assert f'<a href="#skal">{message}</a>' in page
    assert f'id="skal-fel"><span class="vh">Fel: </span>{message}</p>' in page
    assert page.index('href="#skal"') < page.index('href="#resultat"')


def test_the_receipt_shows_the_reason(site: Site, link: str) -> None:
    site.send(link, site.form(link) | RED | {"bedomning": "vit", "skal": "Urvalet var litet."})
    page = site.client.get(f"{link}/kvitto").text
    assert "<dt>Skäl till bedömningen</dt><dd><p>Urvalet var litet.</p></dd>" in page


def test_the_receipt_says_when_the_owner_chose_another_level_than_proposed(
    site: Site, link: str
) -> None:
    site.send(link, site.form(link) | RED | {"bedomning": "gul", "skal": "Urvalet var litet."})
    assert "förslaget var ”Allvarlig avvikelse”" in site.client.get(f"{link}/kvitto").text


@pytest.mark.parametrize("rating", ["gul", "vit"])
def test_another_level_is_handed_in_with_its_reason_only(
    site: Site, link: str, rating: str
) -> None:
    typed = site.form(link) | RED | {"bedomning": rating}
    assert "Rätta en sak." in site.refused(link, typed)
    response = site.send(link, site.fill(link, skal="Urvalet var litet."))
    assert response.headers["location"] == f"{link}/kvitto"
