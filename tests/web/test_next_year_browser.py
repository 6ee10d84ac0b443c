"""The proposal for next year's plan in a real browser: at every width, in light and dark, without script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, served, sideways, violations
from municipality import REASONS, adopt_example, at
from plan_lives import done, plan_of
from web_site import CONTROLLER, Site

from icengine.domain.access import Person
from icengine.domain.task import Answer
from icengine.services.plans import adopt_plan
from icengine.services.scheduling import tick
from icengine.services.tasks import record_answer
from icengine.store.db import Database

pytestmark = pytest.mark.browser
PAGE = "/planer/ks-2022/nasta"


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: tuple[Any, Any]) -> Iterator[Site]:
    """Three years of the plan, with K1 and K7 green in all of them, and the dates of K4 its own."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    adopt_example(database, example)
    site = Site(database)
    for year in (2020, 2021):
        plan = replace(plan_of(site), year=year, title="", carry_to=year + 1)
        risks = tuple(
            replace(risk, controls=tuple(_moved(c, year - 2022) for c in risk.controls))
            for risk in plan.risks
        )
        done(
            site, adopt_plan, plan=replace(plan, risks=risks), dnr="1", decided=date(year, 1, 2),
            paragraph="§ 1", reasons=REASONS,
        )  # fmt: skip
    site.now = at("2023-01-20")
    done(site, tick)
    _all_green(site, ("K1", "K7"))
    yield site
    database.close()


def _moved(control: Any, by: int) -> Any:
    def shifted(day: date) -> date:
        return day.replace(year=day.year + by)

    dates = tuple(
        replace(
            timed, opens=shifted(timed.opens), due=shifted(timed.due),
            window=replace(
                timed.window, slot=timed.window.slot.replace("2022", str(2022 + by)),
                start=shifted(timed.window.start), end=shifted(timed.window.end),
            ),
        )
        for timed in control.occurrences
    )  # fmt: skip
    return replace(control, occurrences=dates)


def _all_green(site: Site, controls: tuple[str, ...]) -> None:
    for item in site.tasks():
        if item.task.control not in controls:
            continue
        owner = Person(1, CONTROLLER, frozenset(), frozenset({item.task.owner}))
        with site.database.unit_of_work(owner, site.now) as session:
            record_answer(
                session, actor=owner, now=site.now, task_id=item.task.id, base_version=0,
                submit=True, answer=Answer(rating="gron", result="Bra."),
            )  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(browser: Any, site: Site, width: int) -> None:
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, viewport={"width": width, "height": 800})
        for step in ("proposed", "begun"):
            assert page.goto(address + PAGE).status == 200
            assert violations(page) == [], step
            assert sideways(page) == 0, step
            if step == "proposed":
                assert "Utan anmärkning tre år i rad: kan tas bort" in page.inner_text("main")
                with page.expect_navigation():
                    page.get_by_role("button", name="Börja utkastet").click()
        page.context.close()


def test_the_draft_is_begun_with_the_keyboard_and_without_script(browser: Any, site: Site) -> None:
    with served(site) as address:
        page = entered(browser, site, address, CONTROLLER, java_script_enabled=False)
        page.goto(f"{address}/planer/ks-2022")
        page.get_by_role("link", name="Föreslå nästa års plan").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/nasta")
        page.get_by_role("button", name="Börja utkastet").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url.endswith("/planer/ks-2023/utkast?klart=nasta")
        assert "Utkastet är börjat" in page.get_by_role("status").inner_text()
        page.context.close()
