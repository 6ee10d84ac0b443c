"""The log: each line belongs to a request that has a number, and none says anything about anybody."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from web_site import CONTROLLER, RED, Site

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.jobs import run_due
from icengine.logs import FORMATS, REQUEST
from icengine.store.db import Database

ROOT = Path(__file__).parent.parent.parent
TYPED = ("Fritidsgårdens kassa", "Vardagsrummets dörr", "telefonlistan", "Kråkan")
"""What somebody types, in forms and in addresses."""


class Log:
    """What is written, as `serve` writes it."""

    def __init__(self, format: str) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(FORMATS[format]())

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, number: str) -> list[dict[str, Any]]:
        return [row for row in self.rows if row.get("request_id") == number]


def writing(format: str) -> Iterator[Log]:
    log, ours = Log(format), logging.getLogger("icengine")
    before = ours.level
    logging.getLogger().addHandler(log.handler)
    ours.setLevel(logging.INFO)
    yield log
    logging.getLogger().removeHandler(log.handler)
    ours.setLevel(before)


@pytest.fixture
def log() -> Iterator[Log]:
    yield from writing("json")


@pytest.fixture
def text_log() -> Iterator[Log]:
    yield from writing("text")


# -- whose request --


def test_every_answer_has_a_number_that_is_in_the_log(site: Site, log: Log, link: str) -> None:
    for response, status in (
        (site.client.get(link), 200),
        (site.client.get("/finns-inte"), 404),
        (site.browser("http://annan.example").get("/"), 400),
        (site.client.post("/logga-in", headers={"origin": "https://annan.example"}), 403),
        (site.client.get("/readyz"), 503),
    ):
        assert response.status_code == status
        number = response.headers["x-request-id"]
        assert re.fullmatch("[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", number)
        last = log.of(number)[-1]
        assert (last["logger"], last["status"]) == ("icengine.access", status)
    assert site.client.get("/").headers["x-request-id"] != number


def test_a_line_tells_what_was_asked_for_by_its_pattern_and_how_it_went(
    site: Site, log: Log, link: str
) -> None:
    number = site.client.get(link).headers["x-request-id"]
    [row] = log.of(number)
    assert datetime.fromisoformat(row.pop("time")).utcoffset() is not None
    took = row.pop("milliseconds")
    assert row == {
        "level": "INFO", "logger": "icengine.access", "request_id": number, "method": "GET",
        "route": "/svar/{nyckel}/uppgift/{nummer}", "status": 200,
        "message": f"GET /svar/{{nyckel}}/uppgift/{{nummer}} 200 {took} ms",
    }  # fmt: skip


def test_what_machines_ask_for_is_told_of_only_when_it_goes_wrong(site: Site, log: Log) -> None:
    for path in ("/healthz", "/metrics"):
        assert site.client.get(path).status_code == 200
    assert not log.text
    run_due(Engine(Settings(), site.database, None), site.now)
    assert site.client.get("/readyz").status_code == 200
    assert "icengine.access" not in log.text
    assert site.browser(client="10.1.2.3").get("/metrics").status_code == 404
    assert "GET /metrics 404" in log.text


def test_a_fault_has_the_number_of_its_page_and_where_it_came_about_but_none_of_its_words(
    site: Site, log: Log, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from icengine.web.pages import tasks

    def broken(*_: object) -> None:
        try:
            raise KeyError(CONTROLLER)
        except KeyError as error:
            raise ZeroDivisionError("Kråkan") from error

    monkeypatch.setattr(tasks, "task_view", broken)
    response = site.client.get(link)
    number = response.headers["x-request-id"]
    assert f"Uppge numret <strong>{number}</strong>" in response.text
    fault, access = log.of(number)
    assert (fault["level"], access["status"]) == ("ERROR", 500)
    assert fault["message"] == f"Fel {number} vid GET /svar/{{nyckel}}/uppgift/{{nummer}}"
    assert "builtins.ZeroDivisionError" in fault["error"]
    assert "builtins.KeyError" in fault["error"]
    assert re.search(r"test_logs\.py:\d+ broken", fault["error"])
    assert "Kråkan" not in log.text
    assert CONTROLLER not in log.text


def test_the_page_of_a_database_that_is_away_has_the_number_too(tmp_path: Path, log: Log) -> None:
    site = Site(Database(f"sqlite:///{tmp_path}/ingen/alls.db"))
    response = site.client.get("/svar/x")
    number = response.headers["x-request-id"]
    assert response.status_code == 503
    assert number in response.text
    assert [row["level"] for row in log.of(number)] == ["ERROR", "INFO"]


def test_a_believed_proxy_says_the_number_and_nobody_else(adopted: Database) -> None:
    site = Site(adopted, settings=Settings(trusted_proxies="10.0.0.5"))
    its = "f47ac10b-58cc-4372-a567-0e02b2c3d479"

    def number(client: str, said: str) -> str:
        response = site.browser(client=client, headers={"x-request-id": said}).get("/healthz")
        return str(response.headers["x-request-id"])

    assert number("10.0.0.5", its) == its
    assert number("10.0.0.5", "0123456789abcdef" * 2) == "0123456789abcdef" * 2
    assert number("10.0.0.6", its) != its
    for other in ("Kråkan", CONTROLLER, "abc", its * 3, "Anna-Andersson-0123456789", ""):
        assert number("10.0.0.5", other.encode("ascii", "replace").decode()) != other


def test_nothing_is_left_of_a_request_when_it_is_over(site: Site) -> None:
    site.client.get("/")
    assert REQUEST.get() is None


# -- nothing about anybody --


def walk(site: Site, link: str) -> list[str]:
    """A day's work: what is typed on the way is `TYPED`; the secrets that were used."""
    client = site.client
    for email in (CONTROLLER, "kråkan@kommun.example", "inte en adress, Kråkan"):
        client.post("/logga-in", data={"e": email, "till": "/Vardagsrummets-dörr"})
    found = re.search(r"(/logga-in/\S+)", site.mails[-1].text)
    assert found
    client.get(found[1])
    assert client.post(found[1]).status_code == 303
    form = {**site.form(link), **RED, "resultat": "Fritidsgårdens kassa", "kommentar": "Kråkan"}
    site.send(link, form, gor="spara")
    site.send(link, {**form, "bedomning": "", "klar-1": "telefonlistan"})
    assert site.send(link, form).status_code == 303
    for path in (
        "/", "/jag", "/handelser", "/handelser?vem=Kråkan", "/utskick", "/personer/Kråkan",
        f"/personer?sok={CONTROLLER}", "/planer/ks-2022/utkast/risker/Kråkan", "/finns/telefonlistan",
        "/svar/Fritidsgårdens kassa", "/kalender/hemligheten.ics", "/logga-in?till=/Kråkan",
        "/logga-in/konto/klar?code=hemligheten&state=hemligheten&error_description=Kråkan",
        "/planer/Kråkan/slutrapport", "/?plan=Kråkan",
    ):  # fmt: skip
        client.get(path)
    client.post("/planer/ks-2022/riskregister", data={"titel": "Fritidsgårdens kassa"})
    client.post(
        "/logga-in", content="telefonlistan", headers={"content-type": "text/x-kråkan".encode()}
    )
    client.request("KRAKAN", "/Kråkan")
    client.get("/", headers={"host": "Kråkan@kommun.example".encode()})
    client.get("/", headers={"x-forwarded-for": "198.51.100.7", "x-request-id": "telefonlistan"})
    return [link.split("/")[2], found[1].rpartition("/")[2], "hemligheten"]


def assert_nothing_about_anybody(said: str, secrets: list[str], people: list[str]) -> None:
    assert said.count("\n") > 20
    assert "@" not in said
    assert "%40" not in said
    for word in (*TYPED, *secrets, *people, "198.51.100", "127.0.0.1", "testclient"):
        assert word.lower() not in said.lower(), word
        assert json.dumps(word)[1:-1].lower() not in said.lower(), word
    assert not re.search("kr(å|%c3%a5)kan", said, re.IGNORECASE)


@pytest.mark.parametrize("format", ["json", "text"])
def test_no_line_holds_an_address_a_name_a_secret_or_what_was_typed(
    site: Site, link: str, format: str, request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    log = request.getfixturevalue("log" if format == "json" else "text_log")
    organisation = site.organisation()
    addresses = [holding.email for f in organisation.functions for holding in f.holders]
    secrets = walk(site, link)
    run_due(Engine(Settings(), site.database, None), site.now)

    from icengine.web.pages import login

    def broken(_session: object, **values: object) -> None:
        raise ValueError(f"Fritidsgårdens kassa, {values}")

    monkeypatch.setattr(login.login, "ask_for_link", broken)
    site.client.post("/logga-in", data={"e": CONTROLLER})
    logging.getLogger("asyncio").error("Task failed\nfuture: <Task exception='Kråkan'>")
    logging.getLogger("uvicorn.error").warning("GET %s?e=%s", link, CONTROLLER)
    assert_nothing_about_anybody(log.text, secrets, addresses)
    assert "ValueError" in log.text
    assert "/svar/•••/uppgift/" in log.text


def test_a_line_of_the_text_is_one_line_whatever_it_says(text_log: Log) -> None:
    logging.getLogger("icengine.web").warning("%s", "en rad\n2027-01-01 INFO en till\x1b[31m")
    assert text_log.text.count("\n") == 1
    assert "\x1b" not in text_log.text


def test_addresses_of_databases_stay_but_not_their_passwords(log: Log) -> None:
    logging.getLogger("icengine.web").warning("når inte postgresql://ik:hemligt@dbserver/ik")
    logging.getLogger("icengine.web").warning("når inte postgresql://ik@dbserver/ik")
    assert [row["message"] for row in log.rows] == [
        "når inte postgresql://ik:•••/ik",
        "når inte postgresql://ik@dbserver/ik",
    ]


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_process_writes_so_on_stderr_also_what_nobody_caught(format: str) -> None:
    code = f"""
import logging, threading
from icengine import logs
logs.set_up("{format}")
logging.getLogger("icengine.jobs").info("ett")
logging.getLogger("sqlalchemy").info("inte det här")
logging.getLogger("sqlalchemy").warning("två")
def fall(): raise ValueError("Kråkan")
thread = threading.Thread(target=fall); thread.start(); thread.join()
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == ""
    for word in ("ett", "två", "en tråd slutade med ett fel", "builtins.ValueError", " fall"):
        assert word in done.stderr
    assert "Kråkan" not in done.stderr
    assert "inte det här" not in done.stderr
    assert done.stderr.startswith("{") is (format == "json")
