"""What pages are dressed in: the engine's own files, and the organisation's colour."""

from __future__ import annotations

from pathlib import PurePosixPath

from fastapi import APIRouter
from starlette.responses import Response

from icengine.errors import NotFound
from icengine.web.deps import Assets, WebDep

router = APIRouter()

FOR_EVER = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"


@router.api_route("/static/{version}/{name}", methods=["GET", "HEAD"])
def static(version: str, name: str, web: WebDep) -> Response:
    """A file. A page from before an upgrade gets today's, and may not keep it."""
    content = web.assets.files.get(name)
    if content is None:
        raise NotFound
    kept = FOR_EVER if version == web.assets.version else "no-cache"
    kind = Assets.TYPES[PurePosixPath(name).suffix]
    return Response(content, media_type=kind, headers={"cache-control": kept})


@router.api_route("/kommun.css", methods=["GET", "HEAD"])
def colour(web: WebDep) -> Response:
    """The organisation's colour, all that a kommun sets; its address changes with it."""
    css = f":root{{--kommun:{web.site().accent}}}\n"
    return Response(
        css, media_type="text/css; charset=utf-8", headers={"cache-control": FOR_AN_HOUR}
    )
