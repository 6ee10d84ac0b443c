"""A secret address that a calendar subscribes to: moved dates move, closed tasks disappear."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from icalendar import Calendar
from test_answer_page import links as _links
from web_site import ACTOR, RED, Site

from icengine.services.steering import move_due

links = _links
INFO = "informationssakerhet@kommun.example"


@pytest.fixture
def browser(site: Site) -> Any:
    return site.log_in(INFO)


def address(browser: Any) -> str:
    page = browser.post("/jag/kalender", data={"gor": "skapa"}).text
    found = re.search(r'value="http[^"]*(/kalender/[^"]+\.ics)"', page)
    assert found, page
    return found[1]


def events(site: Site, path: str) -> dict[str, date]:
    answer = site.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    parsed = Calendar.from_ical(answer.content)
    return {
        f"{event['summary']} {event.decoded('dtstart')}": event.decoded("dtstart")
        for event in parsed.walk("VEVENT")
    }


def test_the_calendar_has_what_its_owner_is_to_answer_and_nothing_of_others(
    site: Site, browser: Any
) -> None:
    found = events(site, address(browser))
    assert "Lämna in senast: Grundutbildning i informationssäkerhet 2022-02-28" in found
    assert not any("Arbetsmiljön" in title for title in found)


def test_what_moves_moves_and_what_is_closed_disappears(
    site: Site, links: dict[str, str], browser: Any
) -> None:
    path = address(browser)
    before = events(site, path)
    task = int(links["K4"].rpartition("/")[2])
    with site.database.unit_of_work(ACTOR, site.now) as session:
        move_due(session, actor=ACTOR, now=site.now, task_id=task, due=date(2022, 3, 15),
                 reason="Sjukdom.")  # fmt: skip
    moved = events(site, path)
    assert "Lämna in senast: Klassning av it-komponenter 2022-03-15" in moved
    assert len(moved) == len(before)
    site.send(links["K3"], site.form(links["K3"]) | RED)
    left = events(site, path)
    assert len(left) == len(before) - 1
    assert "Lämna in senast: Grundutbildning i informationssäkerhet 2022-02-28" not in left


def test_the_same_is_not_sent_twice(site: Site, browser: Any) -> None:
    path = address(browser)
    mark = site.client.get(path).headers["etag"]
    again = site.client.get(path, headers={"if-none-match": mark})
    assert (again.status_code, again.content) == (304, b"")
    assert site.client.head(path).status_code == 200


def test_an_address_that_is_taken_away_or_renewed_shows_nothing(site: Site, browser: Any) -> None:
    first = address(browser)
    second = address(browser)
    assert site.client.get(first).status_code == 404
    assert site.client.get(second).status_code == 200
    browser.post("/jag/kalender", data={"gor": "avsluta"})
    assert site.client.get(second).status_code == 404


def test_the_address_is_shown_once_and_its_secret_is_not_stored(site: Site, browser: Any) -> None:
    secret = address(browser).rpartition("/")[2].removesuffix(".ics")
    assert secret not in browser.get("/jag/kalender").text
    with site.database.reading() as session:
        stored = str(session.connection().exec_driver_sql("SELECT * FROM calendar_feed").all())
    assert secret not in stored
