"""A draft's way through the decision: the checks with their reasons, to the decision, back, adopted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit, Subject, may
from icengine.domain.draft import DraftState
from icengine.domain.report_model import ReportKind
from icengine.domain.task import figure
from icengine.errors import Conflict, NotAllowed, Refused
from icengine.services import lifecycle as use
from icengine.services.login import Visitor
from icengine.services.report_decision import desk_reports
from icengine.services.versions import plan_record
from icengine.web.deps import FormDep, MeDep, Web, WebDep
from icengine.web.pages.adoptionview import Receipt
from icengine.web.pages.decisionview import Asked, asked, foreseen_lines, points
from icengine.web.pages.paths import PLANS, plan_path
from icengine.web.pages.planrecords import DONE
from icengine.web.pages.planrecordview import crumbs, plan_head
from icengine.web.pages.planwords import said_of
from icengine.web.pages.reportdecisionview import line_of

router = APIRouter()

Sent = Mapping[str, str]


@router.api_route("/planer/{nyckel}/beslut", methods=["GET", "HEAD"])
def page(web: WebDep, me: MeDep, nyckel: str, klart: str = "") -> Response:
    """The checks; what is sent, and what adopting it would do."""
    return _shown(web, me, nyckel, {}, done=DONE.get(klart, ""))


@router.post("/planer/{nyckel}/beslut")
def send(web: WebDep, me: MeDep, request: Request, nyckel: str, fields: FormDep) -> Response:
    """Send the draft to the decision."""
    found = _asked(web, me, nyckel, fields)
    draft, seen = found.checks.draft, figure(fields.get("revision", "")) or 0
    if found.form.wrong and draft.state is DraftState.DRAFT and draft.revision == seen:
        return _page(web, me, nyckel, found, 422)
    try:
        with web.changing(me.person, request) as session:
            use.put_to_decision(
                session, actor=me.person, now=web.now(), key=nyckel,
                seen=seen, dnr=fields.get("dnr", ""),
                reasons=found.reasons,
            )  # fmt: skip
    except (Conflict, Refused) as error:
        return _refused(web, me, nyckel, fields, error)
    web.make()
    return RedirectResponse(f"{plan_path(nyckel, 'beslut')}?klart=skickad", 303)


@router.post("/planer/{nyckel}/beslut/tillbaka")
def take_back(web: WebDep, me: MeDep, request: Request, nyckel: str, fields: FormDep) -> Response:
    """Take it back, to be written on."""
    try:
        with web.changing(me.person, request) as session:
            use.take_back(
                session, actor=me.person, now=web.now(), key=nyckel, sha256=fields.get("summa", "")
            )
    except (Conflict, Refused) as error:
        return _refused(web, me, nyckel, {}, error)
    return RedirectResponse(f"{plan_path(nyckel, 'beslut')}?klart=tillbaka", 303)


@router.post("/planer/{nyckel}/beslut/anta")
def adopt(web: WebDep, me: MeDep, request: Request, nyckel: str, fields: FormDep) -> Response:
    """Adopt what was sent, with the decision's date and paragraph."""
    found = _asked(web, me, nyckel, fields)
    if found.form.wrong and found.checks.draft.state is DraftState.CANDIDATE:
        return _page(web, me, nyckel, found, 422)
    try:
        with web.changing(me.person, request) as session:
            adopted = use.adopt_draft(
                session, actor=me.person, now=web.now(), key=nyckel,
                sha256=fields.get("summa", ""), decided=found.decided or date.min,
                paragraph=fields.get("paragraf", ""), reasons=found.reasons,
            )  # fmt: skip
    except (Conflict, Refused) as error:
        return _refused(web, me, nyckel, fields, error)
    return RedirectResponse(f"{plan_path(nyckel)}?{Receipt.of(adopted).query()}", 303)


def _asked(web: Web, me: Visitor, key: str, sent: Sent) -> Asked:
    """The page's form with what was sent in it, judged for the day that it names."""
    with web.reading() as session:
        checks = use.checks(session, actor=me.person, now=web.now(), key=key)
        if sent and not may(me.person, Permit.CONTROL, Subject(checks.draft.unit)):
            raise NotAllowed
        found = asked(checks, sent, web.now())
        if found.decided is not None:
            # Which reasons are needed follows from the day of the decision.
            checks = use.checks(session, actor=me.person, now=web.now(), key=key, day=found.decided)
            found = asked(checks, sent, web.now())
    return found


def _refused(web: Web, me: Visitor, key: str, sent: Sent, error: Conflict | Refused) -> Response:
    """The page again, with what was typed and what is wrong."""
    status = 409 if isinstance(error, Conflict) else 422
    found = _asked(web, me, key, sent)
    # What a file would have to say is not for a page, which lists the problems itself.
    said = error.message if isinstance(error, use.Unreadable) else str(error)
    return _page(web, me, key, found, status, said)


def _shown(web: Web, me: Visitor, key: str, sent: Sent, done: str = "") -> Response:
    return _page(web, me, key, _asked(web, me, key, sent), done=done)


def _page(
    web: Web, me: Visitor, key: str, found: Asked, status: int = 200, said: str = "",
    done: str = "",
) -> Response:  # fmt: skip
    checks = found.checks
    draft = checks.draft
    sent = draft.state is DraftState.CANDIDATE
    with web.reading() as session:
        record = plan_record(session, actor=me.person, key=key)
        effects = (
            use.foresee(session, actor=me.person, now=web.now(), plan=checks.plan)
            if checks.plan
            else None
        )
        there = desk_reports(session, actor=me.person, now=web.now(), key=key) if sent else ()
    documents = [
        line_of(item) for item in there if item.kind is ReportKind.PLAN and item.in_the_way
    ]
    head = plan_head(record, draft.number)
    allowed = may(me.person, Permit.CONTROL, Subject(draft.unit))
    return web.visitor_page(
        "beslut.html", me, status, head=head, crumbs=crumbs(head), draft=draft, sent=sent,
        form=found.form, found=found, problems=[said_of(item) for item in checks.problems],
        points=points(checks, linked=allowed), stopping=checks.verdict.stopping,
        effects=foreseen_lines(effects) if effects else (), said=said,
        done=done, may=allowed, here=PLANS, documents=documents,
    )  # fmt: skip
