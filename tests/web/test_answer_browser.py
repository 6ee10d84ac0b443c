"""The pages in a real browser: for everybody, at every width, by keyboard, and without script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, focused, served, sideways, violations
from municipality import adopt_example
from web_site import ACTION, CONTROLLER, Site

from icengine.domain.task import State
from icengine.store.db import Database

pytestmark = pytest.mark.browser

REPORT = "/planer/ks-2022/slutrapport"
RED = {"antal": "62", "totalt": "198", "bedomning": "rod", "resultat": "Långt kvar.", **ACTION}


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: tuple[object, object]) -> Iterator[Site]:
    """April 2022: K4's first occurrence is handed in, its second is open, K3 is late."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    adopt_example(database, example)
    site = Site(database)
    first = site.mail_links()
    site.send(first["K4"], site.form(first["K4"]) | RED)
    site.set_clock("2022-04-11")
    site.answered, site.late = first["K4"], first["K3"]  # type: ignore[attr-defined]
    site.link = site.mail_links()["K4"]  # type: ignore[attr-defined]
    yield site
    database.close()


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with served(site) as address:
        yield address


class Watched:
    """A tab whose console is watched."""

    def __init__(self, context: Any) -> None:
        self.page = context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda m: self.said.append(m.text) if m.type != "log" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def problems(self) -> list[str]:
        """What is wrong with the page as it stands; a page's own status is no complaint."""
        said = [text for text in self.said if not text.startswith("Failed to load resource")]
        self.said.clear()
        wide = sideways(self.page)
        return violations(self.page) + said + ([f"{wide} px too wide"] if wide else [])


def submit(page: Any, name: str = "Lämna in") -> None:
    """Press the button and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def state(site: Site) -> list[State]:
    return [t.task.state for t in site.tasks() if t.task.control == "K4"]


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(browser: Any, site: Any, address: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="sv-SE")
    secret = site.log_in(CONTROLLER).cookies["icengine"]
    context.add_cookies([{"name": "icengine", "value": secret, "url": address}])
    tab, found = Watched(context), {}
    # The report looks the same in the dark, and takes axe as long as all the others together.
    report = [REPORT] if width == 1280 else []
    for path in (site.link, site.late, "/svar/finns-inte", "/", *report):
        tab.page.goto(address + path)
        found[path] = tab.problems()
    assert "Året i en blick" in tab.page.goto(address + "/").text()
    assert "Slutrapport" in tab.page.goto(address + REPORT).text()
    assert sideways(tab.page) == 0
    site.set_clock("2022-03-01")
    tab.page.goto(address + site.answered)
    assert tab.page.title().startswith("Tack! Svaret är inlämnat")
    found["receipt"] = tab.problems()
    site.set_clock("2022-04-11")
    tab.page.goto(address + site.link)
    tab.page.click("summary")
    tab.page.fill("#antal", "många")
    tab.page.check("input[value=gul]")
    submit(tab.page)
    assert tab.page.title().startswith("Fel: ")
    found["errors"] = tab.problems()
    tab.page.goto(address + site.link)
    site.send(site.link, site.form(site.link) | {"resultat": "nyare"}, gor="spara")
    tab.page.fill("#resultat", "mitt")
    submit(tab.page)
    assert "Ett nyare utkast" in tab.page.content()
    found["conflict"] = tab.problems()
    context.close()
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.parametrize("width", [1280, 320])
def test_pages_that_others_see_stand_in_nobodys_way(
    browser: Any, site: Any, address: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from icengine.web.pages import tasks

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    context = browser.new_context(viewport={"width": width, "height": 800}, locale="sv-SE")
    tab, found = Watched(context), {}
    site.set_clock("2022-02-20")
    tab.page.goto(address + site.link)
    assert "Går att svara på från" in tab.page.content()
    found["early"] = tab.problems()
    site.set_clock("2022-05-20")
    tab.page.goto(address + site.answered)
    assert "Länken gäller inte längre" in tab.page.content()
    found["gone"] = tab.problems()
    context.set_extra_http_headers({"x-forwarded-for": "10.0.0.9"})
    tab.page.goto(address + "/")
    assert "Här svarar du på kontroller" in tab.page.content()
    found["home"] = tab.problems()
    monkeypatch.setattr(tasks, "task_view", broken)
    tab.page.goto(address + site.link)
    assert "Något gick fel hos oss" in tab.page.content()
    found["500"] = tab.problems()
    context.close()
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_text_may_be_twice_as_large(browser: Any, site: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="sv-SE")
    tab, found = Watched(context), {}
    devtools = context.new_cdp_session(tab.page)
    devtools.send("Page.enable")
    for path in (site.link, "/", "/svar/x"):
        devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 32}})
        tab.page.goto(address + path)
        found[path] = tab.problems()
    context.close()
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.parametrize("media", [{"media": "print"}, {"forced_colors": "active"}])
def test_on_paper_and_in_forced_colours_bedomning_is_said_in_words(
    browser: Any, site: Any, address: str, media: dict[str, str]
) -> None:
    page = browser.new_page(viewport={"width": 800, "height": 1000})
    page.emulate_media(**media)
    site.set_clock("2022-03-01")
    page.goto(address + site.answered)
    assert page.get_by_text("Allvarlig avvikelse").is_visible()
    assert page.get_by_text("Kvittonummer").is_visible()
    assert sideways(page) == 0
    page.close()


def tab_to(page: Any, wanted: str) -> None:
    """Press Tab until the element with that id, value or text has the focus, and shows it."""
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "(e => e.id || e.value || e.textContent.trim())(document.activeElement)"
        )
        assert page.evaluate("document.activeElement.matches(':focus-visible, [type=date]')"), here
        if here == wanted:
            return
        seen.append(here)
    raise AssertionError(f"{wanted} is not reached: {seen}")


def test_by_keyboard_alone_from_the_top_to_the_receipt(
    browser: Any, site: Any, address: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="sv-SE")
    page.goto(address + site.link)
    tab_to(page, "Hoppa till innehållet")
    for id, typed in (("antal", "62"), ("totalt", "198")):
        tab_to(page, id)
        page.keyboard.type(typed)
    tab_to(page, "bedomning")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    tab_to(page, "resultat")
    page.keyboard.type("Långt kvar.")
    tab_to(page, "atgard")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    # What was typed is there, and the next Tab stands at the new åtgärd, where the page landed.
    assert page.input_value("#resultat") == "Långt kvar."
    assert page.is_checked("input[value=rod]")
    assert page.url.endswith("#atgard-1")
    page.keyboard.press("Shift+Tab")
    tab_to(page, "atgard-1")
    page.keyboard.type("Hålla en genomgång")
    tab_to(page, "vem-1")
    page.keyboard.type("HR-chefen")
    page.keyboard.press("Escape")
    tab_to(page, "klar-1")
    # In which order a date is typed, the browser's own language says.
    page.fill("#klar-1", "2022-10-31")
    tab_to(page, "Lämna in")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/kvitto")
    assert page.get_by_text("HR-chefen, klart senast 31 oktober").is_visible()
    page.close()


def test_enter_in_a_field_saves_what_is_typed(browser: Any, site: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(address + site.link)
    page.fill("#antal", "62")
    page.fill("#totalt", "198")
    with page.expect_navigation():
        page.press("#totalt", "Enter")
    assert page.get_by_text("31,3 procent.").is_visible()
    assert state(site)[1] is State.STARTED
    page.close()


def test_after_a_refusal_the_reader_stands_at_the_summary_and_its_links_lead_to_the_fields(
    browser: Any, site: Any, address: str
) -> None:
    page = browser.new_page()
    page.goto(address + site.link)
    submit(page)
    assert focused(page, "fel")
    for id in ("bedomning", "resultat"):
        page.click(f".errors a[href='#{id}']")
        assert focused(page, id)
    page.close()


def test_the_back_button_after_a_refusal_leads_to_what_was_typed(
    browser: Any, site: Any, address: str
) -> None:
    page = browser.new_page()
    page.goto(address + site.link)
    page.fill("#resultat", "Långt kvar.")
    submit(page)
    assert page.title().startswith("Fel: ")
    before = site.count("answer")
    page.go_back()
    assert page.input_value("#resultat") == "Långt kvar."
    page.go_forward()
    assert page.title().startswith("Fel: ")
    page.reload()
    assert focused(page, "fel")
    assert site.count("answer") == before
    page.close()


def test_figures_that_cannot_be_reckoned_with_take_the_reader_to_why(
    browser: Any, site: Any, address: str
) -> None:
    page = browser.new_page()
    page.goto(address + site.link + "#matt")
    page.fill("#antal", "300")
    page.fill("#totalt", "200")
    submit(page, "Räkna ut")
    assert focused(page, "fel")
    page.click(".errors a[href='#antal']")
    assert focused(page, "antal")
    page.close()


@pytest.mark.parametrize("script", [True, False])
def test_the_reason_is_asked_for_unless_the_proposal_is_chosen(
    browser: Any, site: Any, address: str, script: bool
) -> None:
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(address + site.link)
    assert page.locator("#skal").is_visible()
    page.fill("#antal", "62")
    page.fill("#totalt", "198")
    submit(page, "Räkna ut")
    assert page.locator("#skal").is_visible()
    page.check("input[value=rod]")
    assert not page.locator("#skal").is_visible()
    page.check("input[value=gul]")
    page.fill("#skal", "Läget är bättre nu.")
    submit(page, "Spara utkast")
    page.check("input[value=rod]")
    assert page.locator("#skal").is_visible(), "what is sent is always seen"
    context.close()


def test_a_sign_looks_the_same_in_the_legend_and_in_the_table(
    browser: Any, site: Any, address: str
) -> None:
    view = {"width": 1280, "height": 800}
    page = entered(browser, site, address, CONTROLLER, viewport=view)
    page.goto(address + "/")
    look = "e => (s => [s.fontSize, s.borderTopWidth, s.color, e.textContent])(getComputedStyle(e))"
    legend = page.locator(".keys .planned b").first.evaluate(look)
    assert legend == page.locator("table .planned b").first.evaluate(look)
    page.close()


def test_the_whole_answer_without_script(browser: Any, site: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="sv-SE")
    page = context.new_page()
    page.goto(address + site.link)
    page.fill("#antal", "104")
    page.fill("#totalt", "205")
    submit(page, "Räkna ut")
    assert page.get_by_text("Förslag till bedömning: Allvarlig avvikelse").is_visible()
    page.check("input[value=rod]")
    page.fill("#resultat", "Mest återstår inom vården.")
    for n in (1, 2, 3):
        submit(page, "Lägg till en åtgärd")
        page.fill(f"#atgard-{n}", f"Nummer {n}")
        page.fill(f"#vem-{n}", "It-chefen")
        page.fill(f"#klar-{n}", "2022-12-01")
    submit(page, "Ta bort åtgärd 2")
    assert [page.input_value(f"#atgard-{n}") for n in (1, 2)] == ["Nummer 1", "Nummer 3"]
    assert page.input_value("#resultat") == "Mest återstår inom vården."
    page.fill("#kommentar", "Klart.")
    submit(page)
    assert page.url.endswith("/kvitto")
    assert page.get_by_text("Nummer 3", exact=True).is_visible()
    assert not page.get_by_text("Nummer 2", exact=True).is_visible()
    context.close()


def test_two_tabs(browser: Any, site: Any, address: str) -> None:
    context = browser.new_context()
    one, two = context.new_page(), context.new_page()
    for page, text in ((one, "Från första fliken"), (two, "Från andra fliken")):
        page.goto(address + site.link)
        page.fill("#resultat", text)
    submit(one, "Spara utkast")
    submit(two, "Spara utkast")
    assert two.get_by_text("Ett nyare utkast har sparats").is_visible()
    assert two.get_by_text("Från första fliken").is_visible()
    assert two.input_value("#resultat") == "Från andra fliken"
    submit(two, "Spara utkast")
    assert two.input_value("#resultat") == "Från andra fliken"
    assert two.get_by_text("Sparat som utkast").is_visible()
    context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_double_click_is_one_answer(browser: Any, site: Any, address: str, script: bool) -> None:
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(address + site.link)
    for id in ("antal", "totalt", "resultat"):
        page.fill(f"#{id}", RED[id])
    page.check("input[value=vit]")
    page.fill("#skal", "Underlaget saknas.")
    before = site.count("answer")
    page.get_by_role("button", name="Lämna in").dblclick()
    page.wait_for_url("**/kvitto")
    assert page.get_by_text("Tack! Svaret är inlämnat").is_visible()
    assert site.count("answer") == before + 1
    context.close()


def test_whoever_leaves_with_something_unsaved_is_asked_first(
    browser: Any, site: Any, address: str
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(address + site.link)
    page.locator("#resultat").press_sequentially("Halv")
    page.goto(address + "/")
    assert asked == ["beforeunload"]
    page.goto(address + site.link)
    page.locator("#resultat").press_sequentially("Hel")
    submit(page, "Spara utkast")
    assert asked == ["beforeunload"]
    page.close()


def test_the_secret_is_told_to_nobody_else(browser: Any, site: Any, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + site.link)
    assert [url for url in asked if not url.startswith(address)] == []
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_draft_that_is_not_kept_is_said_on_top_and_what_was_typed_is_guarded(
    browser: Any, site: Any, address: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="sv-SE")
    tab = Watched(context)
    tab.page.goto(address + site.link)
    tab.page.locator("[name=resultat]").fill("långt " * 7_000)
    submit(tab.page, "Spara utkast")
    assert tab.page.get_by_role("alert").get_by_text("Utkastet är inte sparat.").is_visible()
    assert tab.page.locator("form[data-unsaved]").count() == 1
    assert tab.problems() == []
    context.close()
