"""Every request is given a number, counted, and told of in a line of the log; as ASGI middleware."""

from __future__ import annotations

import logging
import re
import secrets
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from icengine.logs import NO_ROUTE, REQUEST, Tag
from icengine.web.metrics import METHODS, OTHER, Requests
from icengine.web.proxies import BELIEVED, FOR_MACHINES

log = logging.getLogger("icengine.access")

HEADER = "x-request-id"
_NUMBER = re.compile(r"(?=.{16,64}\Z)[0-9A-Fa-f]+(?:-[0-9A-Fa-f]+)*")
"""What a proxy may call a request: hexadecimal figures, as in a UUID. Nobody's name is written so."""
_TABLE = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ" * 8
"""A letter for every byte; none that is taken for another."""


class Watched:
    """Gives a request its number, and counts and tells of it when it has been answered."""

    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        self.app, self.requests = app, requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        tag = Tag(_number(scope), _method(scope), lambda: route_of(scope))
        status, ended = 0, 0.0

        async def noting(message: Message) -> None:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = tag.id
            await send(message)
            ended = perf_counter()  # what is done after the last part nobody waits for

        began = perf_counter()
        token = REQUEST.set(tag)
        self.requests.begin()
        try:
            await self.app(scope, receive, noting)
        finally:
            seconds = (ended or perf_counter()) - began
            self.requests.end(tag.route(), tag.method, status, seconds)
            _tell(tag, status, seconds)
            REQUEST.reset(token)


def route_of(scope: Scope) -> str:
    """The template of the page's address: "/svar/{secret}"."""
    return str(getattr(scope.get("route"), "path", NO_ROUTE))


def _method(scope: Scope) -> str:
    return str(scope["method"]) if scope["method"] in METHODS else OTHER


def _tell(tag: Tag, status: int, seconds: float) -> None:
    route, milliseconds = tag.route(), round(seconds * 1000)
    if route in FOR_MACHINES and 200 <= status < 300:
        return
    log.info(
        "%s %s %s %d ms", tag.method, route, status or "avbruten", milliseconds,
        extra={"status": status, "milliseconds": milliseconds},
    )  # fmt: skip


def _number(scope: Scope) -> str:
    """What a believed proxy calls the request, where that is a number; a new one otherwise."""
    if scope.get(BELIEVED, False):
        said = Headers(scope=scope).getlist(HEADER)
        if len(said) == 1 and _NUMBER.fullmatch(said[0]):
            return said[0]
    return new_number()


def new_number() -> str:
    """Twelve letters that can be read out over a telephone: "7K2M-91QX-4HJA"."""
    code = secrets.token_bytes(12).translate(_TABLE).decode()
    return "-".join((code[:4], code[4:8], code[8:]))
