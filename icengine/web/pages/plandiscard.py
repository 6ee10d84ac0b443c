"""A draft is thrown away: what that means, and that it is done."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit
from icengine.domain.draft import DraftState
from icengine.domain.task import figure
from icengine.errors import Conflict
from icengine.services.drafts import AtDecision, discard_draft, draft_of
from icengine.services.login import Visitor
from icengine.services.versions import plan_record
from icengine.web.deps import FormDep, MeDep, Web, WebDep
from icengine.web.pages.paths import PLANS, plan_path
from icengine.web.pages.planrecordview import crumbs, plan_head

router = APIRouter()

LOST = (
    "Utkastet försvinner. Det som är antaget ändras inte, och händelseloggen har kvar att utkastet "
    "fanns."
)
NEVER = "Utkastet försvinner, och händelseloggen har kvar att det fanns."
"""What is lost where nothing is adopted."""


@router.api_route("/planer/{nyckel}/kasta", methods=["GET", "HEAD"])
def discarding(web: WebDep, me: MeDep, nyckel: str) -> Response:
    """What throwing a draft away means."""
    return _page(web, me, nyckel)


@router.post("/planer/{nyckel}/kasta")
def discard(web: WebDep, me: MeDep, request: Request, nyckel: str, fields: FormDep) -> Response:
    """Throw the draft away, if it is still the one that was looked at."""
    try:
        with web.changing(me.person, request) as session:
            seen = figure(fields.get("revision", "")) or 0
            number = draft_of(session, actor=me.person, key=nyckel, permit=Permit.CONTROL).number
            discard_draft(session, actor=me.person, key=nyckel, seen=seen)
    except Conflict as error:
        return _page(web, me, nyckel, 409, str(error))
    back = plan_path(nyckel) if number > 1 else PLANS
    return RedirectResponse(f"{back}?klart=kastat", 303)


def _page(web: Web, me: Visitor, key: str, status: int = 200, said: str = "") -> Response:
    with web.reading() as session:
        draft = draft_of(session, actor=me.person, key=key, permit=Permit.CONTROL)
        record = plan_record(session, actor=me.person, key=key)
    if draft.state is not DraftState.DRAFT:
        raise AtDecision(key)
    head = plan_head(record, draft.number)
    return web.visitor_page(
        "kasta.html", me, status, head=head, crumbs=crumbs(head), draft=draft, said=said,
        lost=LOST if record.versions else NEVER, here=PLANS,
    )  # fmt: skip
