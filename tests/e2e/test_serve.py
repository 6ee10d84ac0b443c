"""`icengine serve`: the web and the timetable in one process, which stops when it is told."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from municipality import at
from programs import PLAIN

from icengine.domain.access import System
from icengine.domain.task import State
from icengine.services.tasks import task_list
from icengine.store import links
from icengine.store.db import Database

FOLDER = "mail"
ACTOR = System("test")


@pytest.fixture
def port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(
    adopted: Database, port: int, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, on the adopted example plan."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ICENGINE_")}
    environment |= {
        "ICENGINE_DATABASE_URL": adopted.url,
        "ICENGINE_PORT": str(port),
        "ICENGINE_BASE_URL": f"http://127.0.0.1:{port}",
        "ICENGINE_MAIL_FOLDER": FOLDER,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "icengine", "serve", *request.param], cwd=tmp_path, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def answering(url: str) -> httpx2.Response:
    """The first answer, when the server has come up."""
    for _ in range(150):
        try:
            return httpx2.get(url, **PLAIN)
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server never answered")


def printed_link(served: subprocess.Popen[str], page: str) -> str:
    """The link to that page which the command prints before it answers."""
    assert served.stdout is not None
    for line in served.stdout:
        if f"/{page}/" in line:
            return line.strip()
    raise AssertionError("no link was printed")


@pytest.mark.parametrize("served", [[]], indirect=True, ids=["first"])
def test_the_first_start_prints_a_link_that_makes_an_administrator(
    served: subprocess.Popen[str], port: int
) -> None:
    link = printed_link(served, "forsta-start")
    answering(f"http://127.0.0.1:{port}/")
    with httpx2.Client(trust_env=False) as browser:
        entered = browser.post(link, data={"e": "it@kommun.example"})
        assert entered.status_code == 303
        assert "Administratör" in browser.get(f"http://127.0.0.1:{port}/jag").text


@pytest.mark.parametrize(
    "served", [["--login", "controller@kommun.example"]], indirect=True, ids=["login"]
)
def test_it_serves_runs_the_timetable_and_stops(
    served: subprocess.Popen[str], port: int, adopted: Database
) -> None:
    link = printed_link(served, "logga-in")
    page = answering(f"http://127.0.0.1:{port}/")
    assert page.status_code == 200
    assert "Här svarar du på kontroller" in page.text
    with httpx2.Client(trust_env=False, follow_redirects=True) as browser:
        assert "Internkontrollplan 2022" in browser.post(link).text
    for _ in range(100):
        with adopted.reading() as session:
            opened = [i.task.id for i in task_list(session, actor=ACTOR, states=[State.OPEN])]
        if len(opened) == 14:
            break
        time.sleep(0.1)
    assert len(opened) == 14, "the timetable opens what fell due while nobody was watching"
    with adopted.unit_of_work(ACTOR, at("2022-02-01")) as session:
        wanted = links.Wanted("informationssakerhet@kommun.example", "", (opened[0],))
        (secret,) = links.mint(session, [wanted], at("2022-02-01"))
        session.record("prov", "utskick")
    httpx2.get(f"http://127.0.0.1:{port}/svar/{secret}", trust_env=False)
    served.send_signal(signal.SIGINT)
    said, _ = served.communicate(timeout=20)
    assert "Traceback" not in said
    assert served.returncode in (0, 130)
    assert secret not in said


def test_a_port_in_use_is_said_and_nothing_is_left_running(
    adopted: Database, port: int, tmp_path: Path
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = subprocess.run(
            [sys.executable, "-m", "icengine", "serve"], cwd=tmp_path, capture_output=True,
            text=True, timeout=60, check=False,
            env={**os.environ, "ICENGINE_DATABASE_URL": adopted.url, "ICENGINE_PORT": str(port)},
        )  # fmt: skip
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2
