"""A list page under load against the same page from memory."""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from databases import counting
from frame import RUNS, Row
from grounds import OPERATOR, Kind, adopt, example, grown, kinds, settle
from municipality import at
from web_site import Site

from icengine.services.scheduling import tick
from icengine.store.db import Database
from plans import fill

HERE = Path(__file__).parent
NOW = at("2022-02-10", "09:00")
STORED, OWN = 100_000, 100
USERS, REQUESTS = 32, 320
"""At once, and in a round."""


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    port: int
    cookie: str


@contextmanager
def serving(kind: str, url: str, email: str) -> Iterator[Served]:
    """In a process of its own."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "serving.py"), kind, url, email], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, env=os.environ | {"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert process.stdout is not None
    port, cookie = process.stdout.readline().split()
    yield Served(int(port), cookie)
    process.terminate()
    process.wait()


async def _one(port: int, requests: Sequence[bytes], took: list[float]) -> None:
    """A browser that asks again and again on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 303")), head[:200]
        size = next(
            int(line.partition(b":")[2])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        await reader.readexactly(size)
        took.append(time.perf_counter() - began)
    writer.close()


def load(port: int, requests: Sequence[bytes], users: int = USERS) -> tuple[float, float]:
    """(requests a second, the p95 of one), by so many users at once who share them."""
    took: list[float] = []

    async def run() -> None:
        await asyncio.gather(*(_one(port, requests[n::users], took) for n in range(users)))

    began = time.perf_counter()
    asyncio.run(run())
    return len(took) / (time.perf_counter() - began), statistics.quantiles(took, n=20)[-1]


def get(server: Served, path: str = "/") -> bytes:
    """A request for a page."""
    head = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nCookie: icengine={server.cookie}\r\n\r\n"
    )
    return head.encode()


def post(server: Served, path: str, form: Mapping[str, str]) -> bytes:
    """A form that is sent."""
    body = urlencode(form)
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nCookie: icengine={server.cookie}\r\n"
        "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def filled(kind: Kind) -> tuple[Database, str]:
    """100 000 tasks, 100 of which wait for one person; and that person's address."""
    organisation, plan = example()
    whole = grown(plan, OWN, "februari")
    owner = whole.risks[0].controls[0].owner
    held = next(f for f in organisation.functions if f.name == owner)
    database = kind.empty()
    settle(database, organisation)
    adopt(database, whole)
    fill(database, whole, STORED)
    with database.unit_of_work(OPERATOR, NOW) as session:
        tick(session, actor=OPERATOR, now=NOW)
    return database, held.holders[0].email


def listing() -> Iterator[Row]:
    """The start page of somebody with 100 tasks, among 100 000."""
    with kinds() as both:
        for kind in both:
            database, email = filled(kind)
            site = Site(database)
            site.now = NOW
            browser = site.log_in(email)
            browser.get("/")
            with counting(database) as statements:
                answer = browser.get("/")
            assert answer.text.count("/svar") + answer.text.count("/uppgifter/") >= OWN
            sent = [s for s in statements if not s.startswith("BEGIN")]
            yield Row(
                f"satser för startsidan med 100 uppgifter, {kind.name}", len(sent), "satser", 10
            )
            with (
                serving("sida", database.url, email) as page,
                serving("minne", database.url, email) as memory,
            ):
                asked = [(server.port, [get(server)] * REQUESTS) for server in (page, memory)]
                for one in asked:
                    load(*one)
                rounds = [tuple(load(*one) for one in asked) for _ in range(RUNS)]
            own, base = (
                [statistics.median(r[side][part] for r in rounds) for part in (0, 1)]
                for side in (0, 1)
            )
            yield Row(
                f"sidan / samma mall ur minnet, sidor i sekunden, {kind.name}", own[0] / base[0],
                "gånger", 0.5, f"{own[0]:.0f} mot {base[0]:.0f} i sekunden", least=True,
            )  # fmt: skip
            yield Row(
                f"sidan / samma mall ur minnet, p95 med 32 samtidiga, {kind.name}", own[1] / base[1],
                "gånger", 3, f"{own[1] * 1000:.0f} ms mot {base[1] * 1000:.0f} ms",
            )  # fmt: skip
            kind.drop(database)


PARTS = (listing,)
