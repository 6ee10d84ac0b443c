"""Writing an answer in a real browser: the draft is saved as one writes, and files go with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, example_site, served, sideways, violations
from web_site import Site

pytestmark = pytest.mark.browser

DROP = """([selector, name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, { lastModified: 1650000000000 }));
    const zone = document.querySelector(selector);
    for (const kind of ["dragenter", "dragover", "drop"]) {
        zone.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
}"""


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: tuple[object, object]) -> Iterator[Site]:
    """May 2022: K2 is to be answered."""
    with example_site(sqlite_template, tmp_path, example, "2022-05-02") as site:
        site.link = site.mail_links()["K2"]  # type: ignore[attr-defined]
        yield site


@pytest.fixture
def page(browser: Any, site: Any) -> Iterator[Any]:
    """The answer page, with a clock of its own."""
    with served(site) as address:
        context = browser.new_context(locale="sv-SE")
        page = context.new_page()
        page.clock.install()
        page.goto(address + site.link)
        yield page
        context.close()


def said(page: Any, text: str) -> None:
    """Wait until the page says so beside its buttons."""
    page.wait_for_function(
        "text => document.querySelector('[data-saved]').textContent.includes(text)",
        arg=text, timeout=5000,
    )  # fmt: skip


def later(page: Any, seconds: int) -> None:
    page.clock.run_for(seconds * 1000)


# -- the draft --


def test_the_draft_is_saved_as_one_writes_and_nobody_is_asked_about_leaving(
    page: Any, site: Any
) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))
    page.fill("#resultat", "Halvvägs.")
    assert site.form(site.link)["resultat"] == ""
    later(page, 5)
    said(page, "Sparat som utkast i dag kl. 09.00")
    assert site.form(site.link)["resultat"] == "Halvvägs."
    page.goto("about:blank")
    assert dialogs == []


def test_two_saves_are_a_while_apart_as_each_is_a_version(page: Any, site: Any) -> None:
    page.fill("#resultat", "Ett.")
    later(page, 5)
    said(page, "Sparat som utkast")
    page.fill("#resultat", "Ett, två.")
    later(page, 20)
    assert site.form(site.link)["resultat"] == "Ett."
    later(page, 25)
    page.wait_for_function("() => document.querySelector('input[name=version]').value === '2'")
    assert site.form(site.link)["resultat"] == "Ett, två."
    with page.expect_navigation():
        page.get_by_role("button", name="Spara utkast").click()
    assert site.form(site.link)["version"] == "2"


def test_without_a_connection_it_says_so_and_saves_when_it_is_back(page: Any, site: Any) -> None:
    page.context.set_offline(True)
    page.fill("#resultat", "På tåget.")
    later(page, 5)
    said(page, "Inte sparat: ingen kontakt med servern. Det du skriver finns kvar här")
    page.context.set_offline(False)
    said(page, "Sparat som utkast")
    assert site.form(site.link)["resultat"] == "På tåget."


def test_a_newer_draft_is_not_overwritten_and_what_is_typed_stays(page: Any, site: Any) -> None:
    site.send(site.link, site.form(site.link) | {"resultat": "Nyare."}, gor="spara")
    page.fill("#resultat", "Mitt.")
    later(page, 5)
    said(page, "har sparat ett nyare utkast. Välj Spara utkast för att se båda.")
    assert site.form(site.link)["resultat"] == "Nyare."
    assert page.input_value("#resultat") == "Mitt."
    with page.expect_navigation():
        page.get_by_role("button", name="Spara utkast").click()
    assert "Ett nyare utkast har sparats medan du skrev" in page.content()
    assert page.input_value("#resultat") == "Mitt."


def test_handed_in_in_another_tab_it_says_so(page: Any, site: Any) -> None:
    green = {"bedomning": "gron", "resultat": "Bra."}
    site.send(site.link, site.form(site.link) | green)
    page.fill("#resultat", "För sent.")
    later(page, 5)
    said(page, "Svaret är redan inlämnat eller avslutat. Kopiera det du skrev")
    assert page.input_value("#resultat") == "För sent."


# -- files --


def test_a_file_that_is_dropped_goes_along_with_its_own_date(page: Any) -> None:
    page.evaluate(DROP, ["[data-drop]", "lista.txt", "Löpnr 1"])
    assert "Valt: lista.txt." in page.inner_text("[data-said]")
    page.fill("#resultat", "Med fil.")
    with page.expect_navigation():
        page.get_by_role("button", name="Lämna filerna").click()
    assert page.get_by_role("link", name="lista.txt", exact=True).is_visible()
    assert "Filen är från 15 april" in page.inner_text(".files")
    assert page.input_value("#resultat") == "Med fil."
    with page.expect_download() as download:
        page.get_by_role("link", name="lista.txt", exact=True).click()
    assert download.value.suggested_filename == "lista.txt"
    assert Path(download.value.path()).read_text("utf-8") == "Löpnr 1"


def test_one_that_is_too_large_is_said_before_it_is_sent(page: Any) -> None:
    page.evaluate("document.querySelector('#underlag').dataset.most = '3'")
    page.evaluate(DROP, ["[data-drop]", "stor.txt", "fyra"])
    assert page.inner_text("[data-said]") == "För stor: stor.txt. Välj om."
    assert page.evaluate("document.querySelector('#underlag').files.length") == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_files_without_script_at_every_width(
    browser: Any, site: Any, tmp_path: Path, width: int
) -> None:
    chosen = tmp_path / "ett-langt-namn-pa-en-fil-som-nagon-har-dopt-efter-allt-som-star-i-den.txt"
    chosen.write_text("Löpnr 1", "utf-8")
    wrong = tmp_path / "program.pdf"
    wrong.write_bytes(b"MZ\x90\0")
    found = {}
    with served(site) as address:
        view = {"viewport": {"width": width, "height": 800}, "locale": "sv-SE"}
        plain = browser.new_context(java_script_enabled=False, **view).new_page()
        plain.goto(address + site.link)
        plain.get_by_label("Lägg till filer").set_input_files([chosen, wrong])
        plain.check("input[value=gron]")
        plain.fill("#resultat", "Bra.")
        with plain.expect_navigation():
            plain.get_by_role("button", name="Lämna in", exact=True).click()
        assert plain.title().startswith("Fel: ")
        plain.get_by_role("link", name="”program.pdf” är en sorts fil").click()
        assert plain.url.endswith("#underlag")
        with plain.expect_navigation():
            plain.get_by_role("button", name="Lämna in", exact=True).click()
        assert plain.title().startswith("Tack! Svaret är inlämnat")
        assert chosen.name in plain.inner_text(".files")
        receipt = plain.url
        site.set_clock("2022-05-03")
        seen = browser.new_context(**view).new_page()
        seen.goto(receipt)
        found["receipt"] = (violations(seen), sideways(seen))
        for one in (plain, seen):
            one.context.close()
    assert found == {"receipt": ([], 0)}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_with_files_and_the_one_that_removes_them(
    browser: Any, site: Any, width: int
) -> None:
    with served(site) as address:
        page = browser.new_context(
            viewport={"width": width, "height": 800}, locale="sv-SE"
        ).new_page()
        page.goto(address + site.link)
        page.evaluate(DROP, ["[data-drop]", "lista.txt", "Löpnr 1"])
        with page.expect_navigation():
            page.get_by_role("button", name="Lämna filerna").click()
        found = [(violations(page), sideways(page))]
        with page.expect_navigation():
            page.get_by_role("link", name="Ta bort lista.txt").click()
        found.append((violations(page), sideways(page)))
        with page.expect_navigation():
            page.get_by_role("button", name="Ta bort filen").click()
        assert page.url.endswith("#filer")
        assert "En fil är borttagen" in page.content()
        page.context.close()
    assert found == [([], 0), ([], 0)]
