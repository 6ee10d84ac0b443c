"""The page that proposes next year's plan from what this year's has shown."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit, Subject, may
from icengine.domain.next_plan import NextPlan
from icengine.domain.task import figure
from icengine.errors import NotFound, Refused
from icengine.services.login import Visitor
from icengine.services.next_year import begin_next, propose_next
from icengine.services.versions import PlanRecord, note_protected, plan_record
from icengine.store.db import Session
from icengine.web.deps import MeDep, Web, WebDep
from icengine.web.pages.nextyearview import proposal_view
from icengine.web.pages.paths import PLANS, plan_path
from icengine.web.pages.planrecordview import crumbs, plan_head

router = APIRouter()


@router.api_route("/planer/{nyckel}/nasta", methods=["GET", "HEAD"])
def proposal(web: WebDep, me: MeDep, request: Request, nyckel: str, ar: str = "") -> Response:
    """What next year's plan may hold, and why; `ar`: the year, one or two years on."""
    return _shown(web, me, request, nyckel, figure(ar) or 0)


@router.post("/planer/{nyckel}/nasta")
def begin(web: WebDep, me: MeDep, request: Request, nyckel: str, ar: str = "") -> Response:
    """Begin the draft of next year's plan with what is proposed.

    Whoever comes second, or presses twice, is led to the page, which says that it is begun.
    """
    year = figure(ar) or 0
    try:
        with web.changing(me.person, request) as session:
            saved = begin_next(session, actor=me.person, now=web.now(), key=nyckel, year=year)
    except Refused:
        with web.reading() as session:
            found = propose_next(session, actor=me.person, now=web.now(), key=nyckel, year=year)
            if _begun(session, me, found) is None:
                raise
        return RedirectResponse(f"{plan_path(nyckel, 'nasta')}?ar={found.year}", 303)
    return RedirectResponse(f"{plan_path(saved.draft.key, 'utkast')}?klart=nasta", 303)


def _shown(web: Web, me: Visitor, request: Request, key: str, year: int) -> Response:
    with web.reading() as session:
        found = propose_next(session, actor=me.person, now=web.now(), key=key, year=year)
        record = plan_record(session, actor=me.person, key=key)
        coming = _begun(session, me, found)
    subject = Subject(record.unit)
    protected = may(me.person, Permit.READ_PROTECTED, subject)
    if protected and any(item.protected for item in found.items):
        with web.changing(me.person, request) as session:
            note_protected(session, actor=me.person, record=record, version=record.newest)
    head = plan_head(record, record.newest)
    return web.visitor_page(
        "nasta-plan.html", me, head=head, crumbs=crumbs(head), coming=coming,
        years=[record.year + 1, record.year + 2],
        view=proposal_view(found, record.organisation.vocabulary, protected=protected),
        may=may(me.person, Permit.CONTROL, subject), here=PLANS,
    )  # fmt: skip


def _begun(session: Session, me: Visitor, found: NextPlan) -> PlanRecord | None:
    """Next year's plan, as far as it has come; None where it is not begun."""
    try:
        return plan_record(session, actor=me.person, key=f"{found.unit}-{found.year}")
    except NotFound:
        return None
