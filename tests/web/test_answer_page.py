"""The page an owner reads before answering."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from web_site import ACTION, GREEN, Site


@pytest.fixture
def site(adopted: object) -> Site:
    return Site(adopted)


@pytest.fixture
def links(site: Site) -> dict[str, str]:
    """Links in the mails of February 2022: K3 and K4 are open."""
    return site.mail_links()


def test_the_page_says_what_to_check_how_and_by_when(site: Site, links: dict[str, str]) -> None:
    page = site.client.get(links["K3"]).text
    assert "<h1>Grundutbildning i informationssäkerhet</h1>" in page
    assert "måndag 28 februari</time></strong>. Det är 18 dagar kvar." in page
    assert "Tillfälle 1 av 3: februari 2022" in page
    assert "Risken att medarbetare hanterar information på ett sätt som inte är säkert" in page
    assert "<strong>på grund av</strong> att de inte har fått lära sig" in page
    assert "<strong>vilket kan leda till</strong> att uppgifter kommer ut" in page
    control = site.plan.control("K3")[1]
    for step in control.method.splitlines():
        assert f"<li>{step}</li>" in page
    for words in (control.what, control.objective, control.sample, control.goal):
        assert f"<p>{words}</p>" in page
    assert "Hög risk, 12 av 16" in page
    assert "Öppen" in page


def test_the_page_says_whom_the_reader_answers_for_and_what_to_do_if_that_is_wrong(
    site: Site, links: dict[str, str]
) -> None:
    page = site.client.get(links["K3"]).text
    assert (
        "Du svarar som <strong>Informationssäkerhetssamordnaren</strong>. Inte du?</summary>"
        in page
    )
    assert "Skicka inte mejlet eller länken vidare" in page
    assert "Svara på mejlet så når du Controllern" in page
    assert "Ingenting sparas av att du tittar här." in page
    assert "Kan du inte svara? Svara på mejlet så når du Controllern." in page


def test_every_level_of_the_scale_is_a_choice_with_symbol_word_and_meaning(
    site: Site, links: dict[str, str]
) -> None:
    page = site.client.get(links["K4"]).text
    for level in site.plan.ratings.levels:
        assert f'value="{level.id}"' in page
        assert f"<b>{level.symbol}</b>" in page
        assert level.word in page
        assert level.meaning in page
    assert "70 till under 90 procent" in page
    assert "style=" not in page


def test_a_scale_of_five_levels_with_orange_shows_them_all(
    database: object, example: tuple[object, object]
) -> None:
    from municipality import adopt_example

    from icengine.domain.scale import GREEN, RED, WHITE, YELLOW, Level, RatingScale

    orange = Level("orange", "Tydlig avvikelse", "◆", "#E08A2E", "Orange", "", 2, True)
    scale = RatingScale((GREEN, YELLOW, orange, replace(RED, rank=3), WHITE))
    adopt_example(database, (example[0], replace(example[1], ratings=scale)))  # type: ignore[type-var]
    site = Site(database)
    page = site.client.get(site.mail_links()["K3"]).text
    assert '<span class="lvl orange bare" aria-hidden="true"><b>◆</b></span>' in page
    assert page.count('type="radio"') == 5


def test_a_late_task_says_so_and_by_how_much(site: Site, links: dict[str, str]) -> None:
    site.set_clock("2022-03-03")
    page = site.client.get(links["K3"]).text
    assert "Skulle ha lämnats in" in page
    assert "Svaret är 3 dagar sent. Lämna in det så snart du kan." in page
    assert "Försenad" in page


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2022-02-28", "Det är i dag."),
        ("2022-02-27", "Det är i morgon."),
        ("2022-03-01", "Svaret är en dag sent."),
    ],
)
def test_the_days_around_the_due_date_read_as_people_say_them(
    site: Site, links: dict[str, str], day: str, said: str
) -> None:
    site.set_clock(day)
    assert said in site.client.get(links["K3"]).text


def test_the_first_time_there_is_no_earlier_answer(site: Site, links: dict[str, str]) -> None:
    page = site.client.get(links["K3"]).text
    assert "Det finns inget tidigare svar på den här kontrollen." in page


def test_last_times_answer_stands_beside(site: Site, links: dict[str, str]) -> None:
    rest = {"antal": "62", "totalt": "198", "bedomning": "rod", "resultat": "Långt kvar."}
    site.send(links["K4"], site.form(links["K4"]) | rest | ACTION)
    site.set_clock("2022-04-11")
    page = site.client.get(site.mail_links()["K4"]).text
    aside = page[page.index("<aside>") : page.index("</aside>")]
    assert "Januari–februari 2022" in aside
    assert "62 av 198, 31,3 procent" in aside
    assert "Allvarlig avvikelse" in aside
    assert "Långt kvar." in aside
    assert "Hålla en genomgång" in aside


def test_a_protected_control_says_what_of_it_is_reported(
    database: object, example: tuple[object, object]
) -> None:
    from municipality import adopt_example

    risks = tuple(
        replace(r, controls=tuple(replace(c, protected=True) for c in r.controls))
        for r in example[1].risks  # type: ignore[attr-defined]
    )
    adopt_example(database, (example[0], replace(example[1], risks=risks)))  # type: ignore[type-var]
    site = Site(database)
    link = site.mail_links()["K3"]
    said = "Bara kontrollens nummer och bedömning kommer med i slutrapporten"
    page = site.client.get(link).text
    form = page[page.index("<form") :]
    assert said in form[: form.index('class="step"')]
    assert "Kommentaren kommer med i slutrapporten." not in page
    assert "Kommentaren kommer inte med i slutrapporten." in page
    rest = {"antal": "62", "totalt": "198", "bedomning": "rod"}
    site.send(link, site.form(link) | GREEN | rest | ACTION)
    receipt = site.client.get(f"{link}/kvitto").text
    assert f"{said} 2022 för Kommunstyrelsen." in receipt
    assert "Svaret kommer med i" not in receipt


def test_what_is_not_protected_is_reported_with_its_comment(
    site: Site, links: dict[str, str]
) -> None:
    page = site.client.get(links["K3"]).text
    assert "Kommentaren kommer med i slutrapporten." in page
    assert "skyddad" not in page


def test_only_a_measured_control_asks_for_figures(site: Site, links: dict[str, str]) -> None:
    assert "Vad mätte du?" in site.client.get(links["K3"]).text
    assert "Anställda den 31 december 2021" in site.client.get(links["K3"]).text
    site.set_clock("2022-05-20")
    page = site.client.get(site.mail_links()["K2"]).text
    assert "Vad mätte du?" not in page
    assert 'name="antal"' not in page
    assert 'name="skal"' not in page


def test_ansvarig_is_helped_by_the_organisations_functions(
    site: Site, links: dict[str, str]
) -> None:
    page = site.client.get(links["K3"]).text
    assert '<option value="HR-chefen"></option>' in page
    assert '<option value="Vd för Älvhamra Bostäder"></option>' in page


def test_looking_changes_nothing(site: Site, links: dict[str, str]) -> None:
    before = [site.count(table) for table in ("event", "answer", "task_state", "link")]
    for _ in range(3):
        assert site.client.get(links["K3"]).status_code == 200
        assert site.client.head(links["K3"]).status_code == 200
        assert site.client.get(links["K3"] + "?rader=3").status_code == 200
        assert site.client.get(links["K3"] + "/kvitto").status_code == 303
    assert [site.count(table) for table in ("event", "answer", "task_state", "link")] == before


@pytest.mark.parametrize("secret", ["x", "A" * 43, "A" * 4000, "å%00", "%FF", "' OR 1=1"])
@pytest.mark.parametrize("tail", ["", "/kvitto"])
def test_an_unknown_link_gets_one_and_the_same_page(site: Site, secret: str, tail: str) -> None:
    asked = site.client.get(f"/svar/{'B' * 43}")
    answered = site.client.get(f"/svar/{secret}{tail}")
    assert answered.status_code == 404
    assert answered.text == asked.text
    assert "AAAA" not in answered.text


def test_the_secret_stands_nowhere_on_the_page(site: Site, links: dict[str, str]) -> None:
    secret = links["K3"].removeprefix("/svar/")
    assert secret not in site.client.get(links["K3"]).text


def test_no_page_leads_out_of_the_site(site: Site, links: dict[str, str]) -> None:
    site.send(links["K3"], site.form(links["K3"]) | {"resultat": "x"})
    for address in (links["K3"], "/", "/svar/x"):
        found = re.findall(r'(?:href|src|action)="([^"]*)"', site.client.get(address).text)
        assert found
        assert [a for a in found if not a.startswith(("/", "#", "?")) or a.startswith("//")] == []


def test_before_its_period_a_task_can_be_read_but_not_answered(site: Site) -> None:
    site.set_clock("2022-05-10")
    link = site.mail_links()["K2"]
    site.set_clock("2022-02-10")
    response = site.client.get(link)
    assert response.status_code == 200
    assert "Går att svara på från <strong>" in response.text
    assert "tisdag 1 mars" in response.text
    assert "Du får ett mejl när det är dags" in response.text
    assert "<form" not in response.text
    refused = site.send(link, GREEN)
    assert refused.status_code == 422
    assert "Kontrollen går att svara på från 1 mars 2022." in refused.text
    assert site.count("answer") == 0


def test_what_is_typed_is_shown_as_text_never_as_markup(site: Site, links: dict[str, str]) -> None:
    evil = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    fields = site.fill(links["K3"], resultat=evil, kommentar=evil, antal=evil)
    site.send(links["K3"], fields | {"vem-1": evil, "klar-1": evil, "atgard-1": evil}, gor="spara")
    page = site.client.get(links["K3"]).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page
    kept = site.form(links["K3"])
    assert {kept[name] for name in ("resultat", "kommentar", "antal", "vem-1", "klar-1")} == {evil}
