"""The pages about åtgärder in a real browser: for everybody, at every width, and without script."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, served, sideways, violations
from municipality import adopt_example
from web_site import ACTOR, CONTROLLER, HOME, Site

from icengine.services import actions
from icengine.store import links
from icengine.store.db import Database

pytestmark = pytest.mark.browser

OWNER = "it@kommun.example"
ADDED = (
    ("Stäng konton för dem som slutade före juli. Kontrollera också delade konton.", "It-chefen", "2022-03-01"),
    ("Visa filmen om informationssäkerhet vid introduktion", "It-chefen", "2022-06-30"),
    ("Påminn chefer vars medarbetare saknar utbildning", "Någon på bygget", "2022-05-15"),
    ("Boka klassningsmöten med tio objektägare", "HR-chefen", "2022-12-09"),
)  # fmt: skip
PICTURES = os.environ.get("PICTURES", "")
"""A folder for pictures of the pages; none are taken where it is not set."""


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: tuple[object, object]) -> Iterator[Site]:
    """April 2022: one åtgärd is late, one is done and one waits for an answer about its effect."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    adopt_example(database, example)
    site = Site(database, settings=Site.__dataclass_fields__["settings"].default_factory())
    site.ids = []  # type: ignore[attr-defined]
    for text, who, due in ADDED:
        with database.unit_of_work(ACTOR, site.now) as session:
            terms = actions.Terms(text, who, date.fromisoformat(due), "Ingen hade sagt till.")
            wish = actions.Wish("ks-2022", terms, "K3")
            made = actions.add_action(session, actor=ACTOR, now=site.now, wish=wish)
            site.ids.append(made.id)  # type: ignore[attr-defined]
    say_done(site, site.ids[1], "Filmen visas varje måndag.")  # type: ignore[attr-defined]
    site.set_clock("2022-06-10")
    say_done(site, site.ids[3], "Alla möten är bokade.")  # type: ignore[attr-defined]
    yield site
    database.close()


def say_done(site: Site, id: int, note: str) -> None:
    from icengine.domain.access import Scope
    from icengine.store import action_lists

    with site.database.unit_of_work(ACTOR, site.now) as session:
        seen = action_lists.get(session, Scope(everything=True), id)
        assert seen is not None
        actions.mark_done(
            session, actor=ACTOR, now=site.now, action_id=id, seen=seen.version, note=note
        )


def link_to(site: Site, id: int) -> str:
    """The path of a link to an åtgärd for its ansvarig."""
    with site.database.unit_of_work(ACTOR, site.now) as session:
        wanted = links.Wanted(OWNER, "It-chefen", actions=(id,))
        (secret,) = links.mint(session, [wanted], site.now)
        session.record("prov", "utskick")
    return f"/svar/{secret}"


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with served(site) as address:
        yield address


def seen(page: Any, name: str) -> list[str]:
    """What is wrong with the page at every width; a picture of each where they are wanted."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += violations(page)
        wide = sideways(page)
        found += [f"{width}: {wide} px too wide"] if wide else []
        if PICTURES:
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png", full_page=True)
    return found


def test_everybody_can_use_the_pages_at_every_width(site: Site, address: str, browser: Any) -> None:
    ids = site.ids  # type: ignore[attr-defined]
    controller = entered(browser, site, address, CONTROLLER)
    wrong = []
    for name, path in (
        ("lista", "/atgarder"),
        ("ingen-mejl", "/atgarder?lage=utan-mottagare"),
        ("avslutade", "/atgarder?lage=avslutade"),
        ("forsenad", f"/atgarder/{ids[0]}"),
        ("att-bekrafta", f"/atgarder/{ids[3]}"),
        ("effekt-controller", f"/atgarder/{ids[1]}"),
        ("utan-mottagare", f"/atgarder/{ids[2]}"),
        ("ny", "/atgarder/ny"),
        ("andra", f"/atgarder/{ids[0]}/andra"),
        ("avskriv", f"/atgarder/{ids[0]}/avskriv"),
        ("oppna", f"/atgarder/{ids[3]}/oppna"),
    ):
        controller.goto(address + path)
        wrong += [f"{path}: {said}" for said in seen(controller, name)]
    owner = entered(browser, site, address, OWNER)
    for name, path in (
        ("mina", "/mina/atgarder"),
        ("mina-avslutade", "/mina/atgarder?lage=avslutade"),
    ):
        owner.goto(address + path)
        wrong += [f"{path}: {said}" for said in seen(owner, name)]
    assert not wrong, "\n".join(wrong)


def test_ansvarig_comes_by_link_without_script_and_says_that_it_is_done(
    site: Site, address: str, browser: Any
) -> None:
    ids = site.ids  # type: ignore[attr-defined]
    page = browser.new_context(java_script_enabled=False, locale="sv-SE").new_page()
    page.goto(address + link_to(site, ids[0]))
    assert page.get_by_role("heading", level=1).inner_text().startswith("Stäng konton")
    with page.expect_navigation():
        page.get_by_role("button", name="Markera som klar", exact=True).click()
    assert page.get_by_role("alert").is_visible()
    page.get_by_label("Vad är gjort, och vad återstår?").fill("Alla konton är stängda.")
    with page.expect_navigation():
        page.get_by_role("button", name="Markera som klar", exact=True).click()
    assert "Controllern bekräftar" in page.get_by_role("status").inner_text()
    with page.expect_navigation():
        page.get_by_role("button", name="Ångra").click()
    assert "Försenad" in page.locator(".hero").inner_text()


def test_the_link_pages_are_for_everybody(site: Site, address: str, browser: Any) -> None:
    ids = site.ids  # type: ignore[attr-defined]
    page = browser.new_context(locale="sv-SE").new_page()
    page.goto(address + link_to(site, ids[0]))
    wrong = seen(page, "lank")
    with page.expect_navigation():
        page.get_by_role("button", name="Markera som klar", exact=True).click()
    wrong += seen(page, "lank-fel")
    page.goto(address + link_to(site, ids[1]))
    wrong += seen(page, "lank-effekt")
    page.get_by_text("Nej", exact=True).click()
    with page.expect_navigation():
        page.get_by_role("button", name="Spara svaret", exact=True).click()
    wrong += seen(page, "lank-effekt-fel")
    assert not wrong, "\n".join(wrong)


def test_the_mail_leads_to_where_it_says(site: Site) -> None:
    site.deliver()
    told = [mail for mail in site.mails if mail.to == OWNER]
    assert told
    assert all(f"{HOME}/svar/" in mail.text for mail in told)
