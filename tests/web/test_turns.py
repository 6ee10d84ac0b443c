"""Pages are made one after another, the slow ones a few at a time; nobody who sends a form, and no
machine, waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from starlette.types import Message, Receive, Scope, Send

from icengine.web import turns
from icengine.web.deps import ALL_READ
from icengine.web.turns import PAGES_AT_ONCE, UNDISTURBED, Turns


@dataclass
class Pages:
    """An app whose pages take until they are let go."""

    go: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[str] = field(default_factory=list)
    fails: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        self.begun.append(f"{scope['method']} {scope['path']}")
        if scope["method"] == "GET" and scope["path"] == "/":
            await self.go.wait()
        if self.fails:
            raise RuntimeError
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"klart"})


async def nothing() -> Message:
    return {"type": "http.request", "body": b""}


def asked(
    turns: Turns, method: str, path: str, send: Callable[[Message], Awaitable[None]]
) -> asyncio.Task[None]:
    scope = {"type": "http", "method": method, "path": path}
    return asyncio.create_task(turns(scope, nothing, send))


async def taken(message: Message) -> None:
    """A reader that takes all at once."""


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_a_quick_page_is_made_alone_and_the_others_wait_in_line() -> None:
    async def run() -> None:
        pages = Pages()
        turns = Turns(pages, begin=1)
        tasks = [asked(turns, "GET", "/", taken) for _ in range(10)]
        await settled()
        assert len(pages.begun) == 1
        pages.go.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 5)
        assert len(pages.begun) == 10

    asyncio.run(run())


def test_a_slow_page_gets_company_but_only_so_much() -> None:
    async def run() -> None:
        pages = Pages()
        turns = Turns(pages, begin=1)
        tasks = [asked(turns, "GET", "/", taken) for _ in range(10)]
        await asyncio.sleep(UNDISTURBED * (PAGES_AT_ONCE + 2))
        assert len(pages.begun) == PAGES_AT_ONCE
        pages.go.set()
        await asyncio.gather(*tasks)
        assert len(pages.begun) == 10

    asyncio.run(run())


def test_a_page_that_has_read_all_it_shows_lets_the_next_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "UNDISTURBED", 60)

    async def run() -> None:
        go, begun = asyncio.Event(), []

        async def page(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
            begun.append(scope)
            await asyncio.to_thread(ALL_READ.get())
            await go.wait()

        line = Turns(page, begin=1)
        tasks = [asked(line, "GET", "/", taken) for _ in range(PAGES_AT_ONCE)]
        while len(begun) < PAGES_AT_ONCE:
            await asyncio.sleep(0)
        go.set()
        await asyncio.gather(*tasks)

    asyncio.run(asyncio.wait_for(run(), 5))


def test_who_goes_away_while_waiting_leaves_the_line() -> None:
    async def run() -> None:
        pages = Pages()
        turns = Turns(pages, begin=1)
        first, gone, last = (asked(turns, "GET", "/", taken) for _ in range(3))
        await settled()
        gone.cancel()
        await settled()
        pages.go.set()
        await asyncio.wait_for(asyncio.gather(first, last), 5)
        assert len(pages.begun) == 2
        assert not turns.begun.locked()

    asyncio.run(run())


def test_forms_and_machines_do_not_wait() -> None:
    async def run() -> None:
        pages = Pages()
        turns = Turns(pages, begin=1)
        tasks = [asked(turns, "GET", "/", taken) for _ in range(2)]
        await settled()
        form, health = asked(turns, "POST", "/", taken), asked(turns, "GET", "/healthz", taken)
        await asyncio.gather(form, health)
        assert pages.begun[1:] == ["POST /", "GET /healthz"]
        pages.go.set()
        await asyncio.gather(*tasks)

    asyncio.run(run())


def test_neither_a_slow_reader_nor_a_fault_keeps_a_turn() -> None:
    async def run() -> None:
        pages, never = Pages(), asyncio.Event()
        turns = Turns(pages, begin=1)

        async def slow(message: Message) -> None:
            if message["type"] == "http.response.body":
                await never.wait()

        pages.go.set()
        readers = [asked(turns, "GET", "/", slow) for _ in range(PAGES_AT_ONCE)]
        await settled()
        pages.fails = True
        faults = [asked(turns, "GET", "/", taken) for _ in range(PAGES_AT_ONCE)]
        await asyncio.gather(*faults, return_exceptions=True)
        pages.fails = False
        await asyncio.wait_for(asked(turns, "GET", "/", taken), 5)
        never.set()
        await asyncio.gather(*readers)

    asyncio.run(run())
