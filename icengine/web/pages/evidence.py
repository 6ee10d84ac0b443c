"""Opening and removing underlag, by every way that somebody comes to a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Link
from icengine.domain.text import recorded
from icengine.services.evidence import Removal, open_file, removal, remove_file
from icengine.services.people import known_organisation
from icengine.web.deps import FormDep, Web, WebDep, row_number, site_of
from icengine.web.pages import approval, tasks
from icengine.web.pages.asideview import ANSWER, TO
from icengine.web.pages.linklist import is_to_one
from icengine.web.pages.tasks import Entrance

router = APIRouter()

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""For what somebody else has written: it runs nothing, whatever it is."""
FILE = "/underlag/{fil}"


def _opening(
    entrance: Callable[..., Entrance] | Callable[..., approval.Way],
) -> Callable[..., Response]:
    def opened(
        request: Request,
        web: WebDep,
        fil: str,
        way: Entrance | approval.Way = Depends(entrance),  # noqa: B008  differs by route
    ) -> Response:
        """A file, to be kept on the reader's own computer."""
        with web.changing(way.actor, request) as session:
            found = open_file(
                session, actor=way.actor, now=web.now(), task_id=way.task, number=row_number(fil)
            )
        name = quote(found.file.name, safe="")
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{name}",
            "content-security-policy": POLICY,
        }
        return Response(found.data, media_type=found.file.media_type, headers=headers)

    return opened


def _asking(entrance: Callable[..., Entrance]) -> Callable[..., Response]:
    def asked(
        web: WebDep,
        fil: str,
        till: str = "",
        way: Entrance = Depends(entrance),  # noqa: B008  differs by route
    ) -> Response:
        """Is the file to be removed?"""
        if till == ANSWER:
            return RedirectResponse(_home(way), 303)
        return _page(web, way, row_number(fil))

    return asked


def _removing(entrance: Callable[..., Entrance]) -> Callable[..., Response]:
    def removed(
        request: Request,
        web: WebDep,
        fil: str,
        fields: FormDep,
        way: Entrance = Depends(entrance),  # noqa: B008  differs by route
    ) -> Response:
        """Remove it."""
        return _remove(web, way, request, row_number(fil), fields)

    return removed


def _remove(
    web: Web, way: Entrance, request: Request, number: int, fields: Mapping[str, str]
) -> Response:
    reason = recorded(fields.get("skal", ""))
    with web.changing(way.actor, request) as session:
        done = remove_file(
            session, actor=way.actor, now=web.now(), task_id=way.task, number=number,
            answers_as=way.answers_as, reason=reason,
        )  # fmt: skip
    if done.faults:
        return _page(web, way, number, reason, done.faults[0].message)
    return RedirectResponse(f"{_home(way)}#filer", 303)


def _page(web: Web, way: Entrance, number: int, reason: str = "", wrong: str = "") -> Response:
    with web.reading() as session:
        found: Removal = removal(
            session, actor=way.actor, now=web.now(), task_id=way.task, number=number
        )
        site = site_of(known_organisation(session), web.now())
    return web.page(
        "underlag-ta-bort.html", site, 422 if wrong else 200, way.me, name=found.file.name,
        asks_why=found.asks_why, reason=reason, wrong=wrong, back=f"?{TO}={ANSWER}",
    )  # fmt: skip


def _home(way: Entrance) -> str:
    """The page of the task: a link to one task has it at its own address."""
    alone = isinstance(way.actor, Link) and is_to_one(way.actor)
    return way.together if alone else way.path


for _path, _entrance in (
    ("/svar/{nyckel}/uppgift/{nummer}", tasks.by_list),
    ("/uppgifter/{nummer}", tasks.by_login),
    ("/uppgifter/{nummer}/at-nagon", tasks.by_controller),
):
    _open, _ask, _take = _opening(_entrance), _asking(_entrance), _removing(_entrance)
    router.add_api_route(f"{_path}{FILE}", _open, methods=["GET", "HEAD"])
    router.add_api_route(f"{_path}{FILE}/ta-bort", _ask, methods=["GET", "HEAD"])
    router.add_api_route(f"{_path}{FILE}/ta-bort", _take, methods=["POST"])
for _path, _reader in (
    ("/svar/{nyckel}/godkann/{nummer}", approval.by_link),
    ("/godkann/{nummer}", approval.by_login),
):
    router.add_api_route(f"{_path}{FILE}", _opening(_reader), methods=["GET", "HEAD"])
