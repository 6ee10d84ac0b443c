"""Providers of logins: a real one run by Node, and one that says whatever a test wants."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_provider import FakeProvider
from login_forms import REDIRECT

HERE = Path(__file__).parent


def free_ports(count: int) -> list[int]:
    """Ports that are free now."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def answers(port: int) -> bool:
    """Does somebody listen there?"""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="session")
def issuers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Two real providers: all in the ID token, and all at userinfo."""
    if not (HERE / "node_modules" / "oidc-provider").is_dir():
        pytest.fail("npm's oidc-provider is not installed: npm ci --prefix tests/identity")
    ports = free_ports(2)
    said = tmp_path_factory.mktemp("idp") / "said.txt"
    with said.open("wb") as file:
        process = subprocess.Popen(
            ["node", str(HERE / "idp.mjs"), *map(str, ports), REDIRECT],
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        for _ in range(200):
            if process.poll() is not None or all(map(answers, ports)):
                break
            time.sleep(0.05)
        assert process.poll() is None, said.read_text("utf-8")
        assert all(map(answers, ports)), said.read_text("utf-8")
        yield [f"http://127.0.0.1:{port}" for port in ports]
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider of the test's own, with a good answer to everything until told otherwise."""
    with FakeProvider() as provider:
        yield provider


@pytest.fixture
def closed_port() -> int:
    """A port where nobody listens."""
    return free_ports(1)[0]
