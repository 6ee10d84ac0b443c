"""Answers that wait: the list, reading and judging one, logged in or by a link, and taking one back.

A GET changes nothing. What is sent is answered with a redirect; what is refused shows the page again
with all that was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Link, Person
from icengine.domain.approval import comment_fault
from icengine.domain.calendar import local_date
from icengine.domain.task import figure
from icengine.domain.text import recorded
from icengine.errors import Closed, Conflict, NotFound, Refused
from icengine.services import approval as use
from icengine.services.approval import ApprovalPage
from icengine.services.login import Visitor
from icengine.services.reading import note_reading, shows_protected
from icengine.services.tasks import follow_link
from icengine.web.deps import FormDep, MeDep, Web, WebDep, row_number, site_of
from icengine.web.pages.approvalview import approval_view, to_read
from icengine.web.pages.asideview import TO
from icengine.web.pages.evidenceview import file_path, files_view
from icengine.web.pages.paging import address, moment_text, read_moment

router = APIRouter()

TO_APPROVE = "/godkann"
APPROVE, SEND_BACK = "godkann", "tillbaka"
"""What the two buttons send."""


@dataclass(frozen=True)
class Way:
    """The way somebody came to an answer."""

    actor: Link | Person
    task: int
    path: str
    answers_as: str = ""
    """The function that a link's holder has."""
    me: Visitor | None = None


def by_link(nyckel: str, nummer: str, request: Request, web: WebDep) -> Way:
    number = row_number(nummer)
    with web.guarding(request), web.reading() as session:
        holder = follow_link(session, secret=nyckel)
    if number not in holder.actor.approves:
        raise NotFound
    return Way(holder.actor, number, f"/svar/{nyckel}/godkann/{number}", holder.function)


def by_login(nummer: str, me: MeDep) -> Way:
    number = row_number(nummer)
    return Way(me.person, number, f"{TO_APPROVE}/{number}", me=me)


LinkDep = Annotated[Way, Depends(by_link)]
LoginDep = Annotated[Way, Depends(by_login)]


@router.api_route("/godkann", methods=["GET", "HEAD"])
def what_waits(web: WebDep, me: MeDep, efter: str = "") -> Response:
    """What waits for me to read it; for a controller also what nobody may read."""
    begins = read_moment(efter)
    with web.reading() as session:
        found = use.waiting_for(
            session, actor=me.person, now=web.now(), organisation=me.organisation, after=begins
        )
    today = local_date(web.now())
    mine = to_read(found.mine, me.organisation, today)
    stuck = to_read(found.stuck, me.organisation, today)
    first = TO_APPROVE if begins else ""
    following = address(TO_APPROVE, {"efter": moment_text(found.after)}) if found.after else ""
    return web.visitor_page(
        "att-godkanna.html", me, mine=mine, stuck=stuck, first=first, next=following,
        here=TO_APPROVE,
    )  # fmt: skip


@router.api_route("/godkann/{nummer}", methods=["GET", "HEAD"])
def answer_to_read(way: LoginDep, request: Request, web: WebDep) -> Response:
    """An answer with all that its reader needs."""
    if file := file_path(request.query_params.get(TO, ""), way.path):
        return RedirectResponse(file, 303)
    return _page(web, way, _read(web, way, request))


@router.post("/godkann/{nummer}")
def judge(way: LoginDep, request: Request, web: WebDep, fields: FormDep) -> Response:
    """Approve it, or send it back."""
    return _judge(web, way, request, fields)


@router.api_route("/svar/{nyckel}/godkann/{nummer}", methods=["GET", "HEAD"])
def answerby_link(way: LinkDep, request: Request, web: WebDep) -> Response:
    """The same by a link."""
    if file := file_path(request.query_params.get(TO, ""), way.path):
        return RedirectResponse(file, 303)
    return _page(web, way, _read(web, way, request))


@router.post("/svar/{nyckel}/godkann/{nummer}")
def judgeby_link(way: LinkDep, request: Request, web: WebDep, fields: FormDep) -> Response:
    """The same by a link."""
    return _judge(web, way, request, fields)


def _read(web: Web, way: Way, request: Request) -> ApprovalPage:
    with web.reading() as session:
        found = use.approval_page(session, actor=way.actor, now=web.now(), task_id=way.task)
    if found.handed_in is None:
        raise NotFound  # there is only a draft, which is its writer's
    if shows_protected(found.page):
        with web.changing(way.actor, request) as session:
            note_reading(session, actor=way.actor, page=found.page)
    return found


def _judge(web: Web, way: Way, request: Request, fields: Mapping[str, str]) -> Response:
    seen = figure(fields.get("version", "")) or 0
    comment = recorded(fields.get("kommentar", ""))
    wish = fields.get("gor", "")
    fault = comment_fault(comment, needed=wish == SEND_BACK)
    if wish not in (APPROVE, SEND_BACK) or fault:
        return _again(web, way, request, comment, seen, 422, fault=fault)
    service = use.approve if wish == APPROVE else use.send_back
    try:
        with web.changing(way.actor, request) as session:
            service(
                session, actor=way.actor, now=web.now(), task_id=way.task, version=seen,
                comment=comment,
            )  # fmt: skip
    except Conflict:
        return _again(web, way, request, comment, seen, 409, newer=True)
    except Closed as error:
        return _again(web, way, request, comment, seen, 409, over=str(error))
    except Refused as error:
        return _again(web, way, request, comment, seen, 422, fault=error.message)
    return RedirectResponse(way.path, 303)


def _again(
    web: Web,
    way: Way,
    request: Request,
    comment: str,
    seen: int,
    status: int,
    *,
    fault: str = "",
    newer: bool = False,
    over: str = "",
) -> Response:
    """The page with what was typed, and why nothing was decided."""
    found = _read(web, way, request)
    return _page(
        web, way, found, status, comment=comment, seen=seen, fault=fault, newer=newer, over=over
    )


def _page(
    web: Web,
    way: Way,
    found: ApprovalPage,
    status: int = 200,
    *,
    comment: str = "",
    seen: int = 0,
    fault: str = "",
    newer: bool = False,
    over: str = "",
) -> Response:
    assert found.handed_in is not None
    files = files_view(web, way.actor, found.page)
    others = way.me.to_approve - found.judges if way.me else 0
    site = site_of(found.page.organisation, web.now())
    return web.page(
        "godkann.html", site, status, way.me, view=approval_view(found, found.handed_in, seen),
        comment=comment, fault=fault, newer=newer, over=over, others=others, here=TO_APPROVE,
        wrong=status != 200, files=files,
    )  # fmt: skip


# -- taking an answer back --


def _recall_by_link(nyckel: str, request: Request, web: WebDep) -> Way:
    with web.guarding(request), web.reading() as session:
        holder = follow_link(session, secret=nyckel)
    if len(holder.actor.tasks) != 1:
        raise NotFound
    return Way(holder.actor, min(holder.actor.tasks), f"/svar/{nyckel}", holder.function)


def _recall_by_list(nyckel: str, nummer: str, request: Request, web: WebDep) -> Way:
    number = row_number(nummer)
    with web.guarding(request), web.reading() as session:
        holder = follow_link(session, secret=nyckel)
    return Way(holder.actor, number, f"/svar/{nyckel}/uppgift/{number}", holder.function)


def _recall_by_login(nummer: str, me: MeDep) -> Way:
    number = row_number(nummer)
    return Way(me.person, number, f"/uppgifter/{number}", me=me)


@router.post("/svar/{nyckel}/ta-tillbaka")
def take_backby_link(
    way: Annotated[Way, Depends(_recall_by_link)], request: Request, web: WebDep
) -> Response:
    """The owner takes the answer back, by a link to it."""
    return _take_back(web, way, request)


@router.post("/svar/{nyckel}/uppgift/{nummer}/ta-tillbaka")
def take_back_by_list(
    way: Annotated[Way, Depends(_recall_by_list)], request: Request, web: WebDep
) -> Response:
    """The owner takes the answer back, by a link to several."""
    return _take_back(web, way, request)


@router.post("/uppgifter/{nummer}/ta-tillbaka")
def take_backby_login(
    way: Annotated[Way, Depends(_recall_by_login)], request: Request, web: WebDep
) -> Response:
    """The owner takes the answer back."""
    return _take_back(web, way, request)


def _take_back(web: Web, way: Way, request: Request) -> Response:
    try:
        with web.changing(way.actor, request) as session:
            use.take_back(
                session, actor=way.actor, now=web.now(), task_id=way.task,
                answers_as=way.answers_as,
            )  # fmt: skip
    except Closed:
        # Somebody has judged it meanwhile; the receipt says so.
        return RedirectResponse(f"{way.path}/kvitto", 303)
    return RedirectResponse(way.path, 303)
