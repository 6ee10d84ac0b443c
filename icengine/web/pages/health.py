"""For load balancers and monitoring: is the process there, and is the engine well?"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, Response

from icengine.services.health import checks
from icengine.web.deps import WebDep

router = APIRouter()


@router.api_route("/healthz", methods=["GET", "HEAD"])
def alive() -> Response:
    """The process answers; nothing else is asked."""
    return PlainTextResponse("ok\n")


@router.api_route("/readyz", methods=["GET", "HEAD"])
def ready(web: WebDep) -> Response:
    """What was looked at, by name; 503 where something is not well. What was seen is for `doctor`."""
    found = checks(web.engine.database, web.engine.settings, web.now())
    well = all(check.well for check in found)
    return JSONResponse({check.name: check.well for check in found}, 200 if well else 503)
