"""What guards every request, as plain ASGI middleware.

There are no tokens in forms: a browser says itself where a request comes from (Sec-Fetch-Site,
Origin), and a request from another site never reaches a page.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Refuse = Callable[[int], Response]
"""A page that says no, by status."""

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
BODY_LIMIT = 1_000_000
"""Bytes in a request; the longest answer is a fraction of it."""
PASSED_BY = 60_000_000
"""Bytes of a longer one that are taken in and thrown away. A browser that is still sending when the
connection ends shows its own fault in place of the page that says what was wrong."""
BODY_SECONDS = 30.0
"""A body that takes longer is not from somebody who waits for the page."""

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": PAGE_POLICY,
    # Not stricter: with no-referrer a browser sends "Origin: null" from our own forms.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-store",
}
"""On every response that does not say otherwise itself."""
HTTPS_HEADERS = {
    "strict-transport-security": "max-age=31536000",
    "cross-origin-opener-policy": "same-origin",
}
"""Only where the engine is reached over https: browsers refuse them elsewhere."""


class SecurityHeaders:
    """Adds the headers; a page that sets one of them keeps its own."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self.app = app
        self.headers = HEADERS | (HTTPS_HEADERS if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)


class SameOrigin:
    """Turns away what another site sends, as Go's http.CrossOriginProtection does."""

    def __init__(self, app: ASGIApp, trusted: Collection[str], refuse: Refuse) -> None:
        self.app, self.trusted, self.refuse = app, frozenset(trusted), refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._welcome(scope["method"], Headers(scope=scope)):
            await self.refuse(403)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _welcome(self, method: str, headers: Headers) -> bool:
        if method in SAFE_METHODS:
            return True
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if origin in self.trusted:
            return True
        if site is not None:
            return site in ("same-origin", "none")
        # Neither header: no browser of this decade, and so nobody's cookies or clicks.
        return origin is None or _netloc(origin) == headers.get("host", "") != ""


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


_WITH_FILES = re.compile(
    r"/(?:svar/[^/]+(?:/uppgift/[0-9]+)?|uppgifter/[0-9]+(?:/at-nagon)?|rapporter/prova)/?"
)
"""Addresses whose forms bring large files: the answer's with underlag, and that of a report to prove."""
FILES_LIMIT = 40_000_000
"""Bytes of a form with underlag: a file of the largest size, and then some."""
FILES_SECONDS = 300.0
"""A phone takes its time."""
FILES_AT_ONCE = 6
"""Forms with files that are taken in at the same time; they lie in memory. More wait for their turn."""
STALLED = 10.0
"""Seconds without a byte after which whoever sends a large form has lost their turn."""


SENT = "icengine.sent"
"""Where in the scope the body lies, for the page that gives it back when it could not be kept."""


class BodyLimit:
    """Takes the body in whole before anything else happens, so that its size is known for certain.

    A length that is announced is not enough: a body in chunks announces none. A body whose sender hangs
    up in the middle goes no further: half a form could be saved as if it were the whole.
    """

    def __init__(
        self,
        app: ASGIApp,
        refuse: Refuse,
        limit: int = BODY_LIMIT,
        seconds: float = BODY_SECONDS,
    ) -> None:
        self.app, self.refuse, self.limit, self.seconds = app, refuse, limit, seconds
        self.turns = asyncio.Semaphore(FILES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        files = headers.get("content-type", "").lower().startswith("multipart/form-data")
        announced = _length(headers)
        if files and _WITH_FILES.fullmatch(scope["path"]) and not 0 <= announced <= self.limit:
            async with self.turns:
                fed = _fed(receive)
                await self._take_in(scope, fed, send, FILES_LIMIT, FILES_SECONDS)
        else:
            await self._take_in(scope, receive, send, self.limit, self.seconds)

    async def _take_in(
        self, scope: Scope, receive: Receive, send: Send, limit: int, seconds: float
    ) -> None:
        """The body in whole and then the app, where it is neither too long nor too slow."""
        announced = _length(Headers(scope=scope))
        if announced > limit:
            if announced <= PASSED_BY:
                await self._pass_by(receive)
            await self._turn_away(413, scope, receive, send)
            return
        try:
            async with asyncio.timeout(seconds):
                body = await self._whole(receive, limit)
        except TimeoutError:
            await self._turn_away(408, scope, receive, send)
            return
        except ClientDisconnect:
            return
        if body is None:
            await self._turn_away(413, scope, receive, send)
            return
        scope[SENT] = body
        await self.app(scope, replayed(body, receive), send)

    async def _whole(self, receive: Receive, limit: int) -> bytes | None:
        """The body; None where it is too long. Raises ClientDisconnect."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            body += message.get("body", b"")
            if len(body) > limit:
                if message.get("more_body", False):
                    await self._pass_by(receive)
                return None
            if not message.get("more_body", False):
                return bytes(body)

    async def _pass_by(self, receive: Receive) -> None:
        """The rest of a body that is too long, thrown away as it comes."""
        left = PASSED_BY
        try:
            async with asyncio.timeout(self.seconds):
                while left > 0:
                    message = await receive()
                    left -= len(message.get("body", b""))
                    if message["type"] == "http.disconnect" or not message.get("more_body", False):
                        return
        except TimeoutError:
            return

    async def _turn_away(self, status: int, scope: Scope, receive: Receive, send: Send) -> None:
        response = self.refuse(status)
        # What is left of the body is never read, so the connection cannot be used again.
        response.headers["connection"] = "close"
        await response(scope, receive, send)


def _fed(receive: Receive) -> Receive:
    """The same, but TimeoutError where nothing comes for a while."""

    async def next_part() -> Message:
        async with asyncio.timeout(STALLED):
            return await receive()

    return next_part


def _length(headers: Headers) -> int:
    """The length that is announced; -1 where none is."""
    said = headers.get("content-length", "")
    return int(said[:20]) if said.isdecimal() else -1


def replayed(body: bytes, receive: Receive) -> Receive:
    """The same body again, as if it came now."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return parts.pop() if parts else await receive()

    return replay


_STYLE = re.compile(rb"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)


def report_policy(html: bytes) -> str:
    """The policy of a report, a page in one file: exactly its own style sheet, and fonts in
    it. A page of ours may show it in a frame: beside the form it is written in."""
    styles = [base64.b64encode(hashlib.sha256(m).digest()).decode() for m in _STYLE.findall(html)]
    sources = " ".join(f"'sha256-{style}'" for style in styles) or "'none'"
    return (
        f"default-src 'none'; style-src {sources}; font-src data:; img-src data:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )
