"""The pages around reports in a real browser: seen by axe at every width, with and without script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, example_site, served, sideways, violations
from web_site import ACTOR, CONTROLLER, Site

from icengine.domain.people import Grant, Role
from icengine.services.people import current_organisation

pytestmark = pytest.mark.browser
WATCHER = "uppsikt@kommun.example"
WHOLE, TEXTS = "/samlad/kommun-2022", "/planer/ks-2022/rapporter/texter"
PAGES = (
    "/samlad",
    WHOLE,
    f"{WHOLE}/enheter/son",
    f"{WHOLE}/enheter/bun/summor",
    f"{WHOLE}/rapporter",
    f"{WHOLE}/dokument/samlad-rapport.html",
    f"{WHOLE}/dokument/en-sida.html",
    "/planer/ks-2022/rapporter",
    "/planer/ks-2022/dokument/delarsuppfoljning.html",
    "/planer/ks-2022/dokument/internkontrollplan.html",
    "/planer/ks-2022/dokument/en-sida.html",
    TEXTS,
    "/organisation/rapporter",
    "/organisation/rapporter/samlad",
)


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: tuple[object, object]) -> Iterator[Site]:
    """February 2023; somebody is controller and administrator for the whole kommun, one unit is judged,
    one is entered by its sums, and a delårsuppföljning waits for its decision."""
    with example_site(sqlite_template, tmp_path, example, "2023-02-20") as site:
        with site.database.reading() as session:
            held = current_organisation(session, actor=ACTOR).grants
        roles = (
            (Role.CONTROLLER, "kommun"),
            (Role.ADMINISTRATOR, "kommun"),
            (Role.CONTROLLER, "ks"),
        )
        site.change_organisation(
            grants=(*held, *(Grant(role, unit, WATCHER) for role, unit in roles))
        )
        client = site.log_in(WATCHER)
        client.post(
            f"{WHOLE}/enheter/son",
            data={"bedomning": "inte tillräcklig", "skal": "Rutinerna följs inte."},
        )
        client.post(f"{WHOLE}/enheter/bun/summor", data={"niva-gron": "8", "genomforda": "8"})
        client.post(
            "/planer/ks-2022/rapporter", data={"dnr": "KS 2023/12", "slag": "delårsuppföljning"}
        )
        yield site


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(browser: Any, site: Any, width: int) -> None:
    found: dict[str, Any] = {}
    with served(site) as address:
        page = entered(browser, site, address, WATCHER, viewport={"width": width, "height": 900})
        for path in PAGES:
            page.goto(address + path)
            found[path] = violations(page) + ([str(wide)] if (wide := sideways(page)) else [])
        page.context.close()
    assert {path: bad for path, bad in found.items() if bad} == {}


def test_the_report_is_shown_beside_as_one_writes(browser: Any, site: Any) -> None:
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, viewport={"width": 1280, "height": 900})
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.goto(address + TEXTS)
        page.get_by_label("Din sammanfattning").fill("Året i korthet.")
        shown = page.frame_locator("iframe")
        shown.get_by_text("Året i korthet.").wait_for()
        assert site.count("note") == 0
        assert asked == []
        page.get_by_label("Inte helt tillräcklig").check()
        shown.get_by_text("Förslaget är att den interna kontrollen").wait_for()
        page.goto(f"{address}/planer/ks-2022")
        assert asked == ["beforeunload"]
        page.goto(address + TEXTS)
        page.get_by_label("Din sammanfattning").fill("Året i korthet.")
        with page.expect_navigation():
            page.get_by_role("button", name="Spara texterna").click()
        assert "Texterna är sparade." in page.content()
        assert site.count("note") == 1


def test_without_script_a_button_shows_the_report(browser: Any, site: Any) -> None:
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, java_script_enabled=False)
        page.goto(address + TEXTS)
        page.get_by_label("Din sammanfattning").fill("Utan skript.")
        page.get_by_role("button", name="Visa i rapporten").click()
        page.frame_locator("iframe").get_by_text("Utan skript.").wait_for()
        assert page.url.endswith(TEXTS)
        assert site.count("note") == 0
