"""The controller opens a closed kontrolltillfälle again."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.text import recorded
from icengine.errors import Closed, Refused
from icengine.services import reopening as use
from icengine.services.login import Visitor
from icengine.web.deps import FormDep, MeDep, Web, WebDep, row_number
from icengine.web.pages.taskview import task_view

router = APIRouter()


@router.api_route("/uppgifter/{nummer}/oppna-igen", methods=["GET", "HEAD"])
def ask(nummer: str, web: WebDep, me: MeDep) -> Response:
    """What it means, and a form for the reason."""
    return _page(web, me, row_number(nummer))


@router.post("/uppgifter/{nummer}/oppna-igen")
def reopen(nummer: str, request: Request, web: WebDep, me: MeDep, fields: FormDep) -> Response:
    """Open it again."""
    number, reason = row_number(nummer), recorded(fields.get("skal", ""))
    try:
        with web.changing(me.person, request) as session:
            use.reopen(session, actor=me.person, now=web.now(), task_id=number, reason=reason)
    except (Closed, Refused) as error:
        status = 409 if isinstance(error, Closed) else 422
        return _page(web, me, number, status, reason, error.message.rstrip("."))
    return RedirectResponse(f"/uppgifter/{number}/oppna-igen", 303)


def _page(
    web: Web, me: Visitor, number: int, status: int = 200, reason: str = "", said: str = ""
) -> Response:
    with web.reading() as session:
        page, hindered = use.reopening_page(session, actor=me.person, now=web.now(), task_id=number)
    back = "/" if page.task.state.answerable else f"/uppgifter/{number}/kvitto"
    return web.visitor_page(
        "oppna-igen.html", me, status, view=task_view(page), hindered=hindered, reason=reason,
        said=said, back=back,
    )  # fmt: skip
