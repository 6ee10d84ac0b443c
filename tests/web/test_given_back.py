"""While the database is away, what somebody sends is given back, in a form that sends it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from web_site import GREEN, RED, Form, Site

from icengine.store.db import Database

AWAY = "Det gick inte att spara just nu"


@pytest.fixture
def away(site: Site, tmp_path: Path) -> Site:
    """The same site while its database cannot be reached."""
    return Site(Database(f"sqlite:///{tmp_path}/ingen/alls.db"), site.now)


def shown(page: Any) -> dict[str, str]:
    assert page.status_code == 503
    assert AWAY in page.text
    assert "Försök igen" in page.text
    return Form(page.text).fields


def test_an_answer_is_given_back_and_the_button_hands_it_in_when_the_database_is_back(
    site: Site, away: Site, link: str
) -> None:
    typed = site.fill(link, **RED)
    page = away.send(link, typed)
    given = shown(page)
    # A browser sends line ends of its own kind.
    assert given == {name: text.replace("\r\n", "\n") for name, text in typed.items()}
    assert "Långt till målet.\n\nAndelen är lägst i vården.</textarea>" in page.text
    assert shown(away.send(link, given)) == given, "as often as one likes"
    sent = site.send(link, given)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{link}/kvitto")
    again = site.send(link, given)
    assert again.headers["location"] == f"{link}/kvitto", "pressed once more it changes nothing"
    assert site.count("answer") == 1


def test_the_button_that_was_pressed_is_pressed_again(site: Site, away: Site, link: str) -> None:
    given = shown(away.send(link, site.fill(link, resultat="Halvvägs."), gor="spara"))
    assert given["gor"] == "spara"
    assert "kvitto" not in site.send(link, given).headers["location"]
    assert site.form(link)["resultat"] == "Halvvägs."


def test_files_are_named_and_what_was_written_with_them_is_kept(
    site: Site, away: Site, link: str
) -> None:
    files = [("underlag", ("lista <1>.txt", b"Lista")), ("underlag", ("bild.png", b"\x89PNG"))]
    page = away.client.post(link, data=site.fill(link, **GREEN), files=files)
    assert shown(page)["resultat"] == GREEN["resultat"]
    assert "lista &lt;1&gt;.txt</strong> och <strong>bild.png</strong>" in page.text
    assert "kunde inte behållas. Välj dem igen." in page.text
    assert '<input type="file" id="fil-1" name="underlag" multiple' in page.text
    page = away.client.post(link, data=Form(page.text).fields, files=[("underlag", ("", b""))])
    assert "bild.png</strong> kunde inte behållas. Välj dem igen." in page.text
    assert 'enctype="multipart/form-data"' in page.text


@pytest.mark.parametrize("text", ['"><script>alert(1)</script>', "</textarea><b>", "{{ 7*7 }} \\"])
def test_what_was_written_is_text_and_nothing_else(away: Site, text: str) -> None:
    sent = {"resultat": text, "dold": text.replace(" ", ""), '"><i name="': "x y"}
    page = away.client.post("/svar/x", data=sent)
    assert shown(page) == sent
    assert "<script>alert" not in page.text
    assert "<b>" not in page.text
    assert "<i name" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("address", ["/forsta-start/abc", "/logga-in/abc"])
def test_of_who_comes_in_nothing_is_repeated(away: Site, address: str) -> None:
    page = away.client.post(address, data={"e": "namn@kommun.example", "mer": "a b"})
    assert page.status_code == 503
    assert "namn@kommun.example" not in page.text
    assert "<form" not in page.text


def test_nor_a_form_with_a_secret(away: Site) -> None:
    page = away.client.post("/planer/x", data={"lösenord": "hemligt ord", "e": "a b"})
    assert "hemligt" not in page.text
    assert "<form" not in page.text


def test_what_is_no_form_is_told_the_same_without_one(away: Site) -> None:
    for kind in ("application/json", "multipart/form-data", "multipart/form-data; boundary=x"):
        page = away.client.post("/svar/x", content=b'{"a": 1}', headers={"content-type": kind})
        assert page.status_code == 503
        assert "Internkontrollen är inte igång" in page.text
        assert "<form" not in page.text


def test_a_page_that_is_read_can_be_asked_for_again(away: Site) -> None:
    page = away.client.get("/svar/x?rader=2")
    assert page.status_code == 503
    assert '<a class="btn" href="">Försök igen</a>' in page.text
    assert page.headers["retry-after"] == "30"


def test_the_script_that_saves_is_told_and_tries_again(away: Site) -> None:
    asked = away.client.post(
        "/svar/x", data={"resultat": "A"}, headers={"accept": "application/json"}
    )
    assert asked.status_code == 503
    assert "Inte sparat" in asked.json()["said"]
    assert "vi försöker igen" in asked.json()["said"]
    assert "stopped" not in asked.json()


def test_a_fault_of_ours_gives_back_too(
    site: Site, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from icengine.web.pages import tasks

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    typed = site.fill(link, **RED)
    monkeypatch.setattr(tasks, "read_form", broken)
    page = site.send(link, typed)
    assert page.status_code == 500
    assert Form(page.text).fields["resultat"] == RED["resultat"]
    assert "Uppge numret" in page.text
