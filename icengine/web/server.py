"""How the web server treats a connection: how long it waits, how much it takes, whom it believes; and
how it stops."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Callable
from typing import Any

import h11
from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 20.0
"""From the connection, or from a request's first byte, until its headers are whole."""
IDLE_SECONDS = 5
"""A connection that is kept open is closed when no further request comes."""
HEAD_BYTES = 16_384
"""The request's first line and headers together."""
CONNECTIONS = 500
"""At once; whoever comes after that is told to try again. Half of the files a process may open."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that waits for headers for a while, and no longer.

    uvicorn itself waits for ever, so that a few hundred connections that say nothing, or a letter
    now and then, keep everybody else out. Bodies have their own limit (see security.py).
    """

    head_seconds = HEAD_SECONDS
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody called."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Something came; what is missing is waited for only as long as headers may take in all."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        """Give the headers their time, once; none when they have come."""
        if not self._unfinished():
            self._stop()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if self._unfinished() and not self.transport.is_closing():
            self.transport.close()

    def _unfinished(self) -> bool:
        """Are headers to come, or the rest of a body that nobody reads: it has been answered?"""
        return self.conn.their_state is h11.IDLE or self.conn.our_state is h11.DONE


OPTIONS: dict[str, Any] = {
    "http": PatientProtocol,
    # The settings say whom to believe (see proxies.py); uvicorn would believe this machine.
    "proxy_headers": False,
    "server_header": False,
    "timeout_keep_alive": IDLE_SECONDS,
    "limit_concurrency": CONNECTIONS,
    "h11_max_incomplete_event_size": HEAD_BYTES,
}
"""What `serve` tells uvicorn."""


class _StoppingServer(Server):
    """Says when it begins to stop; then it takes no more, and answers what it has taken."""

    def __init__(self, config: Config, stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self.stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """It begins."""
        await super().startup(sockets)
        rest_the_collector()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """It was told to stop."""
        self.stopping()
        await super().shutdown(sockets)


COLLECTED_AT = (20_000, 20, 20)
"""How many more things there are than were freed, before the collector looks for circles among them."""


def rest_the_collector() -> None:
    """What has been made by now stays as long as the process, so nobody looks through it again; and
    the rest is looked through seldom: a page makes some ten thousand things, which go by themselves."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AT)


def server(
    app: ASGIApp, host: str, port: int, seconds: int, stopping: Callable[[], None]
) -> Server:
    """The server of an application; once it stops, requests at hand have so many seconds."""
    # What is to be said of a request is said in watched.py, without its address.
    config = Config(
        app, host=host, port=port, log_config=None, access_log=False,
        timeout_graceful_shutdown=seconds, **OPTIONS,
    )  # fmt: skip
    return _StoppingServer(config, stopping)
