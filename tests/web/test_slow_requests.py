"""A real server on a real socket, and clients that do not hurry."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from icengine.web import server
from icengine.web.security import BodyLimit

PATIENCE = 1.0
"""Seconds that the server under test waits for headers and bodies."""
AT_MOST = 20.0
"""Seconds after which a client gives up: the server has then waited for ever."""


class Impatient(server.PatientProtocol):
    """The server's own, with less time to spend."""

    head_seconds = PATIENCE


async def _answer(request: Any) -> Response:
    return PlainTextResponse(f"tog emot {len(await request.body())}")


def _app() -> Starlette:
    guard = Middleware(
        BodyLimit, refuse=lambda status: Response(status_code=status), seconds=PATIENCE
    )
    return Starlette(routes=[Route("/", _answer, methods=["GET", "POST"])], middleware=[guard])


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server with the options that `serve` has."""
    options = server.OPTIONS | {"http": Impatient, "timeout_keep_alive": 1}
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(_app(), log_config=None, lifespan="off", **options))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield int(listener.getsockname()[1])
    running.should_exit = True
    thread.join()
    listener.close()


def dripped(port: int, start: bytes, drop: bytes, pause: float = 0.1) -> bytes:
    """What the server says before it hangs up on a client that sends a drop now and then."""
    said = bytearray()
    until = time.monotonic() + AT_MOST
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(start)
        client.settimeout(pause)
        while time.monotonic() < until:
            try:
                more = client.recv(65536)
                if not more:
                    return bytes(said)
                said += more
            except TimeoutError:
                pass
            except ConnectionError:
                return bytes(said)
            try:
                client.sendall(drop)
            except ConnectionError:
                continue  # what the server said before may still be read
    raise AssertionError("the server waits for ever")


HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
SLOW: dict[str, tuple[bytes, bytes]] = {
    "nothing": (b"", b""),
    "a method": (b"GET", b"T"),
    "headers": (GET, b"x: y\r\n"),
    "headers, then nothing": (GET, b""),
    "empty lines": (b"\r\n", b"\r\n"),
    "a second request": (GET + b"\r\nGET / HTTP/1.1\r\n", b"x: y\r\n"),
    "a body": (HEAD + b"Content-Length: 100000\r\n\r\n", b"a"),
    "a body in chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "a body nobody reads": (
        HEAD.replace(b"POST /", b"GET /nej") + b"Content-Length: 100000\r\n\r\n", b"a",
    ),
}  # fmt: skip
"""How a client that does not hurry begins, and what it then sends now and then."""


@pytest.fixture(scope="module")
def said(port: int) -> Iterator[dict[str, Future[bytes]]]:
    """What the server says to each of them. They come at once, as such clients do."""
    with ThreadPoolExecutor(len(SLOW)) as pool:
        yield {name: pool.submit(dripped, port, *talk) for name, talk in SLOW.items()}


@pytest.mark.parametrize(
    "name", ["nothing", "a method", "headers", "headers, then nothing", "empty lines"]
)
def test_headers_that_never_end_are_given_up(said: dict[str, Future[bytes]], name: str) -> None:
    assert b" 200 " not in said[name].result()


def test_a_second_request_on_the_same_connection_has_no_more_time(
    said: dict[str, Future[bytes]],
) -> None:
    assert said["a second request"].result().count(b" 200 ") == 1


def test_a_body_that_drips_is_answered_408_and_the_connection_closed(
    said: dict[str, Future[bytes]],
) -> None:
    answer = said["a body"].result()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer


def test_a_body_in_chunks_that_drips_is_answered_408(said: dict[str, Future[bytes]]) -> None:
    assert said["a body in chunks"].result().startswith(b"HTTP/1.1 408 ")


def test_a_body_that_nobody_reads_does_not_keep_the_connection(
    said: dict[str, Future[bytes]],
) -> None:
    assert said["a body nobody reads"].result().startswith(b"HTTP/1.1 404 ")


def test_a_body_over_the_limit_is_answered_and_the_connection_closed(port: int) -> None:
    said = dripped(port, HEAD + b"Content-Length: 9999999\r\n\r\n", b"a" * 1000)
    assert said.startswith(b"HTTP/1.1 413 ")


def test_headers_without_end_are_refused(port: int) -> None:
    said = dripped(port, b"GET / HTTP/1.1\r\nHost: x\r\n", b"x: " + b"y" * 5000 + b"\r\n", 0.01)
    assert said.startswith(b"HTTP/1.1 400 ")


def test_who_hurries_is_answered_also_after_a_pause(port: int) -> None:
    import httpx2

    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        for pause in (0.0, PATIENCE / 2, PATIENCE / 2):
            time.sleep(pause)
            assert client.post("/", content=b"x" * 100_000).text == "tog emot 100000"


def test_the_server_is_told_to_believe_nobody_and_to_end_what_takes_too_long() -> None:
    config = uvicorn.Config(_app(), log_config=None, **server.OPTIONS)
    config.load()
    assert config.http_protocol_class is server.PatientProtocol
    assert not config.proxy_headers
    assert server.PatientProtocol.head_seconds == server.HEAD_SECONDS <= 60
    assert config.limit_concurrency
