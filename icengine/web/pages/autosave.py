"""What the answer page's own script is told when it saves the draft as somebody writes."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import JSONResponse

from icengine.domain.task import Saved
from icengine.services.colleagues import Writing
from icengine.services.tasks import TaskPage
from icengine.web.pages import wording

JSON = "application/json"


def by_script(request: Request) -> bool:
    """Is it the script that asks, and not a button?"""
    return request.headers.get("accept") == JSON


def kept(saved: Saved, today: date) -> JSONResponse:
    """It is saved, as this version."""
    said = f"Sparat som utkast {wording.recent(saved.at, today)}"
    return JSONResponse({"version": saved.version, "said": said})


def newer(other: Writing | None) -> JSONResponse:
    """Somebody has saved a newer draft; nothing is overwritten, and the script stops."""
    who = other.email if other else "Någon, kanske du i en annan flik,"
    said = f"Inte sparat. {who} har sparat ett nyare utkast. Välj Spara utkast för att se båda."
    return JSONResponse({"said": said, "stopped": True}, 409)


def closed() -> JSONResponse:
    """It was handed in meanwhile."""
    said = "Inte sparat. Svaret är redan inlämnat eller avslutat. Kopiera det du skrev nyss."
    return JSONResponse({"said": said, "stopped": True}, 409)


def refused(why: str) -> JSONResponse:
    """It is too much to keep."""
    return JSONResponse({"said": f"Inte sparat. {why}"}, 422)


def not_now(status: int) -> JSONResponse:
    """It could not be kept, and that is our fault; the script tries again."""
    said = "Inte sparat: vi kommer inte åt det som är sparat just nu. Det du skriver finns kvar här, och vi försöker igen."
    return JSONResponse({"said": said}, status)


def colleague_said(other: Writing | None, page: TaskPage) -> str:
    """Who else writes on the answer, as a sentence; "" where nobody does."""
    if other is None:
        return ""
    when = wording.recent(other.at, page.today)
    if other.now:
        return f"{other.email} skriver på svaret just nu, och sparade {when}."
    return f"{other.email} skrev senast på svaret, {when}."
