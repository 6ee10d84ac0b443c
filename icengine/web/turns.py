"""How many pages are made at the same time, as ASGI middleware."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from functools import partial

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from icengine.web.deps import ALL_READ
from icengine.web.proxies import FOR_MACHINES
from icengine.web.security import SAFE_METHODS

PAGES_AT_ONCE = 4
"""Made at the same time, however slow they are."""
BEGIN_ON_SQLITE, BEGIN_ON_POSTGRESQL = 1, 2
"""In their first moment at once: until they have read what they show. Where four pages at once were made
on SQLite for 32 readers, each took the processor for 6 ms, and a third of that for handing over."""
UNDISTURBED = 0.05
"""Seconds of that moment at most. Nearly all are done by then."""


class Turns:
    """Pages are read for one after another; only a slow one gets company.

    All threads share one interpreter, and a page that reads SQLite lets go of it at every row: with more
    at once each is slower, and together they do less. One that reads PostgreSQL waits for its answers,
    and others may use that time. Forms do not wait here, as they may wait for whoever writes, and
    nobody is to read less meanwhile; nor do machines that ask whether all is well.
    """

    def __init__(self, app: ASGIApp, *, begin: int) -> None:
        """`begin`: how many may be in their first moment at once."""
        self.app = app
        self.made, self.begun = asyncio.Semaphore(PAGES_AT_ONCE), asyncio.Semaphore(begin)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waits = scope["type"] == "http" and scope["method"] in SAFE_METHODS
        if not waits or scope["path"] in FOR_MACHINES:
            await self.app(scope, receive, send)
            return
        with ExitStack() as turn:
            await self._take(turn)

            async def sending(message: Message) -> None:
                turn.close()  # it is made; how fast its reader takes it in is another matter
                await send(message)

            await self.app(scope, receive, sending)

    async def _take(self, turn: ExitStack) -> None:
        """Wait for room among those that are made, and among those that begin."""
        await self.made.acquire()
        turn.callback(self.made.release)
        await self.begun.acquire()
        beginning = turn.enter_context(ExitStack())
        beginning.callback(self.begun.release)
        loop = asyncio.get_running_loop()
        turn.callback(loop.call_later(UNDISTURBED, beginning.close).cancel)
        ALL_READ.set(partial(loop.call_soon_threadsafe, beginning.close))
