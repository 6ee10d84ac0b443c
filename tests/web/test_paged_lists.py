"""Lists that may grow go on over pages: nothing is left out or shown twice, also when something comes or
goes in between, what was asked for is kept, and a place in an address shows nobody anything."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from two_offices import (
    OFFICE,
    OWNER,
    adopt,
    control,
    email,
    hand_in,
    new_site,
    on,
    task,
)
from web_site import ACTOR, Site

from icengine.domain.task import Answer, State
from icengine.store.answers import Submitted, add_submitted
from icengine.store.tasks import StateChange, move

MANY = 230
"""More than two pages."""


def begun(database: Any) -> Site:
    site = new_site(database)
    names = [f"K{n}" for n in range(1000, 1000 + MANY)]
    theirs = [control(f"L{n}", owner=OFFICE) for n in (1, 2)]
    adopt(database, 2022, "2021-12-15", *(control(name) for name in names), *theirs)
    on(site, "2022-02-10")
    return site


@pytest.fixture
def site(database: Any, once: Callable[..., Site]) -> Site:
    """Kommunstyrelsen's plan with so many controls of its own owner, and two of its office's."""
    return Site(database, now=once(begun, database).now)


def pages(browser: Any, address: str, within: str = "") -> Iterator[str]:
    """A list's pages, as somebody goes through them. `within` the part with that id."""
    for _ in range(9):
        answer = browser.get(address.partition("#")[0])
        assert answer.status_code == 200
        page = answer.text
        if within:
            page = page.partition(f'aria-labelledby="{within}"')[2].partition("</section>")[0]
        yield page
        found = re.search(r'href="([^"]+)">Fler →', page)
        if not found:
            return
        address = html.unescape(found[1])
    raise AssertionError("it goes on for ever")


def numbers(page: str, of: str) -> list[int]:
    """What the lines of a page lead to."""
    return [int(n) for n in re.findall(rf'class="main" href="/{of}/(\d+)', page)]


def test_the_start_page_shows_all_that_waits_a_page_at_a_time(site: Site) -> None:
    owner = site.log_in(email("ansvarig.ks"))
    shown = [numbers(page, "uppgifter") for page in pages(owner, "/", "mina")]
    assert [len(page) for page in shown] == [100, 100, 30]
    seen = [number for page in shown for number in page]
    assert len(set(seen)) == MANY
    first = owner.get("/").text
    assert f"{MANY} kontroller väntar på ditt svar." in first.replace("\xa0", " ")
    assert "← Från början" not in first


def test_what_is_answered_in_between_is_gone_and_nothing_else_is(site: Site) -> None:
    owner = site.log_in(email("ansvarig.ks"))
    walk = pages(owner, "/", "mina")
    first = numbers(next(walk), "uppgifter")
    for control_ in ("K1000", "K1050", "K1150"):
        hand_in(site, "ansvarig.ks", task(site, control_, "2022-02"))
    rest = [number for page in walk for number in numbers(page, "uppgifter")]
    assert len(set(first) | set(rest)) == len(first) + len(rest)
    assert len(rest) == MANY - 100 - 1


def test_answers_that_wait_to_be_read_go_on_too(site: Site) -> None:
    given = [
        Submitted(item.task.id, Answer(rating="gron", result="Bra."), OWNER, site.now)
        for item in site.tasks()
    ]
    with site.database.unit_of_work(ACTOR, site.now) as session:
        add_submitted(session, given)
        move(session, [StateChange(one.task, State.SUBMITTED, OWNER) for one in given], site.now)
        session.record("prov", "plan:ks-2022")
    controller = site.log_in(email("controller"))
    shown = [numbers(page, "godkann") for page in pages(controller, "/godkann")]
    assert [len(page) for page in shown] == [100, 100, 32]
    assert len({number for page in shown for number in page}) == MANY + 2
    page = controller.get("/godkann").text
    assert "Fler än 99 svar väntar på att du läser." in page
    assert "Att godkänna (99+)" in page


def test_each_part_of_the_controllers_day_goes_on_by_itself(site: Site) -> None:
    on(site, "2022-03-10")
    controller = site.log_in(email("controller"))
    shown = [numbers(page, "uppgifter") for page in pages(controller, "/att-gora", "sena")]
    assert [len(page) for page in shown] == [100, 100, 32]
    assert len({number for page in shown for number in page}) == MANY + 2
    assert controller.get("/att-gora?del=sena&efter=2022-02-28.1").text.count("<section") == 2


def test_a_place_that_is_none_is_the_first_page(site: Site) -> None:
    controller = site.log_in(email("controller"))
    for place in ("x", "2022-02-28", "2022-02-28.99999999999", "-1.5", "9.9", f"{'9' * 16}.1"):
        for address in ("/", "/godkann", "/att-gora", "/atgarder", "/utskick"):
            answer = controller.get(f"{address}?efter={place}&del=sena")
            assert answer.status_code == 200


def test_the_place_of_somebody_elses_row_shows_only_ones_own(site: Site) -> None:
    theirs = task(site, "K1100", "2022-02")
    office = site.log_in(email("ansvarig.klk"))
    page = office.get(f"/?efter=2022-02-01.{theirs}").text
    mine = {task(site, name, "2022-02") for name in ("L1", "L2")}
    assert set(numbers(page, "uppgifter")) == mine
    assert OWNER not in page
