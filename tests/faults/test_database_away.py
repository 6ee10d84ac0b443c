"""PostgreSQL goes away and comes back: a clear page, no lost answer, and nobody starts anything again."""

from __future__ import annotations

import re
import threading
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx2
from databases import Postgres
from programs import DAY, Place, said_by, until
from sqlalchemy import create_engine, text

from icengine.store.events import LOCK

LOGS_IN = "controller@kommun.example"
TYPED = {
    "version": "0",
    "bedomning": "gron",
    "resultat": "Allt fungerar som avsett.\n\nUtom <en> sak & en till.",
}


class Hidden(HTMLParser):
    """The fields of a page's form, as a browser sends them again."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(html)
        area = re.compile(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', re.DOTALL)
        self.fields |= {name: unescape(inside) for name, inside in area.findall(html)}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input":
            self.fields[found.get("name") or ""] = found.get("value") or ""


def hand_in(address: str, fields: dict[str, str]) -> Any:
    return httpx2.post(address, data=fields, trust_env=False, timeout=60)


def given_back(page: Any) -> dict[str, str]:
    assert page.status_code == 503, page.text
    assert "Det gick inte att spara just nu" in page.text
    fields = Hidden(page.text).fields
    assert fields == TYPED
    return fields


def test_what_was_handed_in_while_it_was_away_is_saved_when_it_is_back(
    postgres: Postgres, postgres_place: Place
) -> None:
    place = postgres_place
    link = place.link("K5")
    page = place.serve() + link
    web = place.running[-1]
    worker = place.start("worker")
    said_by(worker, "tar jobb")
    assert httpx2.get(page, trust_env=False).status_code == 200
    place.database.close()
    with postgres.away():
        for _ in range(3):
            read = httpx2.get(page, trust_env=False)
            assert (read.status_code, "Försök igen" in read.text) == (503, True)
            given = given_back(hand_in(page, TYPED))
        code, said = place.run("tick", "--now", DAY)
        assert (code, "servern" in said, "Traceback" in said) == (1, True, False), said
        ready = httpx2.get(page.partition("/svar")[0] + "/readyz", trust_env=False)
        assert ready.status_code == 503
        assert httpx2.get(page.partition("/svar")[0] + "/healthz", trust_env=False).is_success
    sent = hand_in(page, given)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{link}/kvitto"), sent.text
    assert place.rows("SELECT version, submitted FROM answer") == [[1, True]]
    [[content]] = place.rows("SELECT content FROM answer")
    assert content["result"] == TYPED["resultat"]
    before = len(place.mails())
    asked = hand_in(page.partition("/svar")[0] + "/logga-in", {"e": LOGS_IN})
    assert asked.is_success or asked.is_redirect, asked.text
    assert until(lambda: len(place.mails()) > before), "the worker never came back"
    assert place.faults() == ()
    web.terminate()
    said, _ = web.communicate(timeout=60)
    assert "Traceback" not in said, said


def test_an_answer_that_is_on_its_way_when_it_stops_is_given_back(
    postgres: Postgres, postgres_place: Place
) -> None:
    place = postgres_place
    page = place.serve() + place.link("K5")
    engine = create_engine(place.database.url)
    holder = engine.connect()
    holder.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
    answers: list[Any] = []
    sending = threading.Thread(target=lambda: answers.append(hand_in(page, TYPED)))
    sending.start()
    waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    assert until(lambda: place.rows(waits) != [[0]]), "it never came to the commit"
    place.database.close()
    with postgres.away():
        sending.join()
    holder.invalidate()
    holder.close()
    engine.dispose()
    assert place.rows("SELECT count(*) FROM answer") == [[0]]
    assert hand_in(page, given_back(answers[0])).status_code == 303
    assert place.rows("SELECT version, submitted FROM answer") == [[1, True]]
    assert place.faults() == ()
