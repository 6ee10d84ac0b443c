"""A plan's reports: put to the decision with their files, adopted or taken back, and proved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine import render
from icengine.domain.fixed_report import DECIDED, DNR, MEETING, PARAGRAPH
from icengine.domain.report_model import Report
from icengine.domain.task import Fault, read_date
from icengine.domain.text import one_line
from icengine.errors import Conflict, NotFound, Refused
from icengine.render.pdf import pdf_in_child
from icengine.services.login import Visitor
from icengine.services.report_decision import (
    adopt,
    desk,
    file_content,
    prove,
    put_to_decision,
    take_back,
    value_to_fix,
)
from icengine.services.reports import Cover
from icengine.web.deps import FormDep, MeDep, Web, WebDep, row_number
from icengine.web.pages.paths import PLANS, plan_path
from icengine.web.pages.reportdecisionview import (
    DONE,
    cover_form,
    decision_form,
    desk_view,
    proof_view,
)
from icengine.web.security import report_policy
from icengine.web.uploads import UploadDep

router = APIRouter()

LIST = "/planer/{plan}/rapporter"
ONE = f"{LIST}/{{nummer}}"
MEDIA = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}
NO_FILE = "Välj filen som ska prövas."
NO_DAY = "Skriv dagen som ett datum, till exempel 2027-03-02"


@router.api_route(LIST, methods=["GET", "HEAD"])
def reports(plan: str, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """What is adopted, what waits, and what the next one would lack."""
    return _page(web, me, plan, done=DONE.get(klart, ""))


@router.post(LIST)
def put(plan: str, web: WebDep, me: MeDep, request: Request, fields: FormDep) -> Response:
    """Fix the report as it is now, with its files, for the decision."""
    meeting = fields.get(MEETING, "").strip()
    day, now = read_date(meeting), web.now()
    cover = Cover(one_line(fields.get(DNR, "")), one_line(fields.get("bilaga", "")), day)
    try:
        with web.reading() as session:
            value, wrong = value_to_fix(session, actor=me.person, now=now, key=plan, cover=cover)
        if meeting and day is None:
            wrong = (*wrong, Fault(MEETING, NO_DAY))
        if value is None or wrong:
            return _page(web, me, plan, 422, cover=fields, wrong=wrong)
        with web.changing(me.person, request) as session:
            put_to_decision(
                session, actor=me.person, now=now, key=plan, cover=cover, value=value,
                files=files_of(value),
            )  # fmt: skip
    except Refused as error:
        return _page(web, me, plan, 409, cover=fields, said=str(error))
    return RedirectResponse(f"{plan_path(plan, 'rapporter')}?klart=skickad", 303)


def files_of(value: Report) -> Mapping[str, bytes]:
    """The report in every format; the PDF in a process of its own."""
    return {"pdf": pdf_in_child(value), "html": render.FORMATS["html"](value)}


@router.post(f"{ONE}/anta")
def decide(
    plan: str, nummer: str, web: WebDep, me: MeDep, request: Request, fields: FormDep
) -> Response:
    """Record the decision about it."""
    try:
        with web.changing(me.person, request) as session:
            wrong = adopt(
                session, actor=me.person, now=web.now(), key=plan, number=row_number(nummer),
                decided=read_date(fields.get(DECIDED, "")),
                paragraph=one_line(fields.get(PARAGRAPH, "")),
            )  # fmt: skip
    except Conflict as error:
        return _page(web, me, plan, 409, said=str(error))
    if wrong:
        return _page(web, me, plan, 422, decision=fields, wrong=wrong)
    return RedirectResponse(f"{plan_path(plan, 'rapporter')}?klart=antagen", 303)


@router.post(f"{ONE}/tillbaka")
def recall(plan: str, nummer: str, web: WebDep, me: MeDep, request: Request) -> Response:
    """Take it back: something is to be changed before the decision."""
    try:
        with web.changing(me.person, request) as session:
            take_back(session, actor=me.person, now=web.now(), key=plan, number=row_number(nummer))
    except Conflict as error:
        return _page(web, me, plan, 409, said=str(error))
    return RedirectResponse(f"{plan_path(plan, 'rapporter')}?klart=tillbaka", 303)


@router.api_route(f"{ONE}/rapport.{{slag}}", methods=["GET", "HEAD"])
def file(plan: str, nummer: str, slag: str, web: WebDep, me: MeDep) -> Response:
    """A file, byte for byte as it was made."""
    if slag not in MEDIA:
        raise NotFound
    with web.reading() as session:
        data = file_content(
            session, actor=me.person, now=web.now(), key=plan, number=row_number(nummer),
            format=slag,
        )  # fmt: skip
    headers = {"content-disposition": f'inline; filename="slutrapport-{plan}-{nummer}.{slag}"'}
    if slag == "html":
        headers["content-security-policy"] = report_policy(data)
    return Response(data, media_type=MEDIA[slag], headers=headers)


@router.api_route("/rapporter/prova", methods=["GET", "HEAD"])
def proving(web: WebDep, me: MeDep) -> Response:
    """The form that takes a file to be proved."""
    return web.visitor_page("prova-rapport.html", me, found=None, wrong="", here=PLANS)


@router.post("/rapporter/prova")
def proved(web: WebDep, me: MeDep, sent: UploadDep) -> Response:
    """Is it the adopted one?"""
    if len(sent.files) != 1:
        return web.visitor_page(
            "prova-rapport.html", me, 422, found=None, wrong=NO_FILE, here=PLANS
        )
    with web.reading() as session:
        found = prove(session, actor=me.person, now=web.now(), data=sent.files[0].data)
    view = proof_view(found, sent.files[0].name)
    return web.visitor_page("prova-rapport.html", me, found=view, wrong="", here=PLANS)


def _page(
    web: Web,
    me: Visitor,
    plan: str,
    status: int = 200,
    *,
    done: str = "",
    said: str = "",
    cover: Mapping[str, str] | None = None,
    decision: Mapping[str, str] | None = None,
    wrong: Iterable[Fault] = (),
) -> Response:
    with web.reading() as session:
        found = desk(session, actor=me.person, now=web.now(), key=plan)
    faults = {fault.field: f"{fault.message}." for fault in wrong}
    forms = {
        "cover": cover_form(found).typed(cover or {}).with_faults(faults),
        "decision": decision_form(found).typed(decision or {}).with_faults(faults),
    }
    return web.visitor_page(
        "rapporter.html", me, status, view=desk_view(found), done=done, said=said, faults=faults,
        here=PLANS, **forms,
    )  # fmt: skip
