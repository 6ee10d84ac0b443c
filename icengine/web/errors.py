"""The one table from what can go wrong to a status and a page."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from icengine import errors
from icengine.logs import request_id, request_line
from icengine.services.drafts import AlreadyAdopted, AtDecision

logger = logging.getLogger("icengine.web")


@dataclass(frozen=True)
class ErrorPage:
    """What an error page says."""

    status: int
    title: str
    text: str
    reference: str = ""
    """What the reader says when they ask for help; the log has the same."""
    link: tuple[str, str] | None = None
    """(name, address) of where to go instead, where that is known."""


Render = Callable[[ErrorPage, Request | None], Response]
"""A page for whoever asked; None where that is not known."""
Away = Callable[[ErrorPage, Request], Awaitable[Response]]
"""A page for whoever sent what could not be kept, with all of it."""

STATUS: dict[type[errors.ICEngineError], int] = {
    errors.LoginNeeded: 401,
    errors.NotAllowed: 403,
    errors.LoginFailed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Closed: 410,
    errors.Refused: 422,
    errors.NotKept: 422,
    errors.TooMany: 429,
    errors.SettingWrong: 500,
    errors.DatabaseNotReady: 503,
}

PAGES: dict[int, tuple[str, str]] = {
    401: (
        "Du är inte längre inloggad",
        "Det du skickade är inte sparat. Öppna inloggningen i en ny flik och logga in där. Gå sedan "
        "tillbaka hit, ladda om sidan och välj att skicka igen.",
    ),
    400: (
        "Fel adress",
        "Internkontrollen svarar inte på den adress som står i webbläsaren. Öppna länken i mejlet "
        "igen, eller fråga den som sköter internkontrollen hos er efter rätt adress.",
    ),
    403: (
        "Du får inte göra det här",
        "Begäran kom från en annan webbplats, eller så räcker inte din behörighet. "
        "Ingenting har ändrats.",
    ),
    404: (
        "Sidan finns inte",
        "Kanske är adressen felskriven, eller så kom inte hela länken med. "
        "Öppna länken i mejlet igen.",
    ),
    405: ("Det går inte att göra så", "Sidan kan inte ta emot det som skickades."),
    408: (
        "Det tog för lång tid",
        "Svaret kom inte fram i tid. Gå tillbaka, kontrollera uppkopplingen och försök igen.",
    ),
    409: (
        "Något har ändrats under tiden",
        "Någon annan ändrade samma sak. Gå tillbaka, ladda om sidan och försök igen.",
    ),
    410: (
        "Länken gäller inte längre",
        "Kontrollen är avslutad, eller så är länken ersatt. Det du har lämnat in finns kvar.",
    ),
    413: (
        "Det är för stort",
        "Det som skickades är större än vad vi tar emot, en megabyte, eller 40 med underlag. Gå tillbaka, "
        "korta texten eller välj färre eller mindre filer, och försök igen. Ingenting har ändrats.",
    ),
    422: (
        "Det gick inte att ta emot",
        "Uppgifterna gick inte att läsa. Gå tillbaka och försök igen. Ingenting har ändrats.",
    ),
    429: (
        "För många försök",
        "Det har kommit många försök härifrån på kort tid. Vänta en minut och försök igen.",
    ),
    500: (
        "Något gick fel hos oss",
        "Det är inte ditt fel. Det du senast sparade finns kvar. Vänta en stund och försök igen.",
    ),
    503: (
        "Internkontrollen är inte igång",
        "Vi kommer inte åt det som är sparat just nu. Det finns kvar. Vänta en stund och försök "
        "igen.",
    ),
}


AGAIN = "30"
"""Seconds after which whoever asks by itself may ask again."""


def login_address(target: str) -> str:
    """The login page, and where to go from there."""
    return f"/logga-in?till={quote(target)}" if target else "/logga-in"


def page_for(status: int, text: str = "") -> ErrorPage:
    """The page of a status; other statuses are shown as the nearest one in the table."""
    shown = status if status in PAGES else (422 if status < 500 else 500)
    title, standard = PAGES[shown]
    return ErrorPage(status, title, text or standard)


def install(app: FastAPI, render: Render, away: Away) -> None:
    """Let every error that has a status be shown as its page; `away` shows those that are not the
    sender's fault."""

    def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, errors.ICEngineError)
        if isinstance(error, errors.LoginNeeded) and request.method in ("GET", "HEAD"):
            return RedirectResponse(login_address(error.target), 303)
        if isinstance(error, AlreadyAdopted | AtDecision) and _DRAFT.search(request.url.path):
            return _moved_on(error, request, render)
        status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
        if status == 500:
            raise error  # to LastResort, which gives it a reference
        return render(page_for(status, _own_words(error)), request)

    async def not_ready(request: Request, error: Exception) -> Response:
        # What is wrong with the database, and where it lies, is for whoever runs it.
        logger.error("%s", error)
        response = await away(replace(page_for(503), reference=request_id()), request)
        response.headers["retry-after"] = AGAIN
        return response

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        response = render(page_for(error.status_code), request)
        response.headers.update(error.headers or {})
        return response

    def unreadable(request: Request, _error: Exception) -> Response:
        return render(page_for(422), request)

    app.add_exception_handler(errors.ICEngineError, known)
    app.add_exception_handler(errors.DatabaseNotReady, not_ready)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, unreadable)


_DRAFT = re.compile(r"^/planer/[^/]+/(?:utkast|beslut|kasta)(?:/|$)")
"""Pages of a draft."""


def _moved_on(error: AlreadyAdopted | AtDecision, request: Request, render: Render) -> Response:
    """Where a draft has gone since its page was opened; a form says that nothing was saved."""
    plan = f"/planer/{quote(error.key, safe='')}"
    if isinstance(error, AlreadyAdopted):
        status, title, link = 404, "Planen är redan antagen", ("Till planen", plan)
        address = f"{plan}?klart=redan"
    else:
        status, title, link = (
            422,
            "Planen är skickad till beslut",
            ("Till beslutet", f"{plan}/beslut"),
        )
        address = f"{plan}/beslut?klart=last"
    if request.method in ("GET", "HEAD"):
        return RedirectResponse(address, 303)
    return render(ErrorPage(status, title, str(error), link=link), request)


def _own_words(error: errors.ICEngineError) -> str:
    """What this error says, where it says more than its kind does."""
    return "" if error.message == (type(error).__doc__ or "").strip() else str(error)


class LastResort:
    """Whatever nobody foresaw: a page with a reference, and the whole story in the log."""

    def __init__(self, app: ASGIApp, away: Away) -> None:
        self.app, self.away = app, away

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except asyncio.CancelledError:
            # We are stopped and it has taken too long; see web/server.py.
            if scope["type"] == "http" and not started:
                page = replace(page_for(503), reference=request_id())
                response = await self.away(page, Request(scope))
                await response(scope, receive, send)
            raise
        except Exception:
            if scope["type"] != "http":
                raise
            title, text = PAGES[500]
            page = ErrorPage(500, title, text, request_id())
            logger.exception("Fel %s vid %s", page.reference, request_line())
            if not started:
                response = await self.away(page, Request(scope))
                await response(scope, receive, send)
