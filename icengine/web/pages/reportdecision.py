"""A plan's reports: put to the decision with their files, adopted or taken back, and proved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit, Subject, may
from icengine.domain.fixed_report import DECIDED, DNR, MEETING, PARAGRAPH
from icengine.domain.report_model import ReportKind
from icengine.domain.task import Fault, read_date
from icengine.domain.text import one_line
from icengine.errors import Conflict, NotFound, Refused
from icengine.services.login import Visitor
from icengine.services.report_decision import (
    adopt,
    desk,
    make_again,
    put_to_decision,
    take_back,
    value_to_fix,
)
from icengine.services.report_proof import file_content, prove
from icengine.services.reports import Cover
from icengine.web.deps import FormDep, MeDep, Web, WebDep, row_number
from icengine.web.pages.paths import PLANS, WHOLES, plan_path
from icengine.web.pages.reportdecisionview import (
    DONE,
    KIND,
    cover_form,
    decision_form,
    decision_path,
    desk_view,
    kinds_of,
    proof_view,
)
from icengine.web.pages.reports import MEDIA, documents_of, file_response, formats
from icengine.web.uploads import UploadDep

router = APIRouter()

PLAN_LIST, WHOLE_LIST = "/planer/{plan}/rapporter", "/samlad/{plan}/rapporter"
NO_FILE = "Välj filen som ska prövas."
NO_DAY = "Skriv dagen som ett datum, till exempel 2027-03-02"


def is_tree(request: Request) -> bool:
    """Is the address about a unit's whole, rather than about one plan?"""
    return request.url.path.startswith(f"{WHOLES}/")


def _reports(
    plan: str, web: WebDep, me: MeDep, request: Request, klart: str = "", nr: str = ""
) -> Response:
    """What is adopted, what waits, and what the next one would lack; `nr` is the report whose decision
    is to be written."""
    return _page(web, me, request, plan, done=DONE.get(klart, ""), about=nr)


def _put(plan: str, web: WebDep, me: MeDep, request: Request, fields: FormDep) -> Response:
    """Fix the report as it is now, with its files, for the decision."""
    meeting, tree = fields.get(MEETING, "").strip(), is_tree(request)
    day, now = read_date(meeting), web.now()
    cover = Cover(one_line(fields.get(DNR, "")), one_line(fields.get("bilaga", "")), day)
    kind = next((k for k in kinds_of(tree) if k == fields.get(KIND, kinds_of(tree)[0])), None)
    if kind is None:
        raise NotFound
    try:
        with web.reading() as session:
            value, wrong = value_to_fix(
                session, actor=me.person, now=now, key=plan, cover=cover, kind=kind
            )
        if meeting and day is None:
            wrong = (*wrong, Fault(MEETING, NO_DAY))
        if value is None or wrong:
            return _page(web, me, request, plan, 422, cover=fields, wrong=wrong)
        with web.changing(me.person, request) as session:
            put_to_decision(
                session, actor=me.person, now=now, key=plan, cover=cover, value=value,
                formats=tuple(formats(web)),
            )  # fmt: skip
        web.make()
    except Refused as error:
        return _page(web, me, request, plan, 409, cover=fields, said=str(error))
    return RedirectResponse(f"{decision_path(plan, tree)}?klart=skickad", 303)


def _again(plan: str, nummer: str, web: WebDep, me: MeDep, request: Request) -> Response:
    """Have the files made after all, where that failed."""
    tree = is_tree(request)
    with web.changing(me.person, request) as session:
        make_again(
            session, actor=me.person, now=web.now(), key=plan, number=row_number(nummer), tree=tree
        )
    web.make()
    return RedirectResponse(decision_path(plan, tree), 303)


def _decide(
    plan: str, nummer: str, web: WebDep, me: MeDep, request: Request, fields: FormDep
) -> Response:
    """Record the decision about it."""
    tree = is_tree(request)
    try:
        with web.changing(me.person, request) as session:
            wrong = adopt(
                session, actor=me.person, now=web.now(), key=plan, number=row_number(nummer),
                decided=read_date(fields.get(DECIDED, "")),
                paragraph=one_line(fields.get(PARAGRAPH, "")), tree=tree,
            )  # fmt: skip
    except Conflict as error:
        return _page(web, me, request, plan, 409, said=str(error))
    if wrong:
        return _page(web, me, request, plan, 422, decision=fields, about=nummer, wrong=wrong)
    return RedirectResponse(f"{decision_path(plan, tree)}?klart=antagen", 303)


def _recall(plan: str, nummer: str, web: WebDep, me: MeDep, request: Request) -> Response:
    """Take it back: something is to be changed before the decision."""
    tree = is_tree(request)
    try:
        with web.changing(me.person, request) as session:
            take_back(
                session, actor=me.person, now=web.now(), key=plan, number=row_number(nummer),
                tree=tree,
            )  # fmt: skip
    except Conflict as error:
        return _page(web, me, request, plan, 409, said=str(error))
    return RedirectResponse(f"{decision_path(plan, tree)}?klart=tillbaka", 303)


def _file(plan: str, nummer: str, slag: str, web: WebDep, me: MeDep, request: Request) -> Response:
    """A file, byte for byte as it was made."""
    if slag not in MEDIA:
        raise NotFound
    with web.reading() as session:
        data = file_content(
            session, actor=me.person, now=web.now(), key=plan, number=row_number(nummer),
            format=slag, tree=is_tree(request),
        )  # fmt: skip
    what = "samlad" if is_tree(request) else "rapport"
    return file_response(data, slag, f"{what}-{plan}-{nummer}")


for _base in (PLAN_LIST, WHOLE_LIST):
    router.add_api_route(_base, _reports, methods=["GET", "HEAD"])
    router.add_api_route(_base, _put, methods=["POST"])
    router.add_api_route(f"{_base}/{{nummer}}/anta", _decide, methods=["POST"])
    router.add_api_route(f"{_base}/{{nummer}}/tillbaka", _recall, methods=["POST"])
    router.add_api_route(f"{_base}/{{nummer}}/gor-filer", _again, methods=["POST"])
    router.add_api_route(f"{_base}/{{nummer}}/rapport.{{slag}}", _file, methods=["GET", "HEAD"])


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
    request: Request,
    plan: str,
    status: int = 200,
    *,
    done: str = "",
    said: str = "",
    cover: Mapping[str, str] | None = None,
    decision: Mapping[str, str] | None = None,
    about: str = "",
    wrong: Iterable[Fault] = (),
) -> Response:
    """`about` is the number of the report whose decision is written; "" for the first that waits."""
    tree = is_tree(request)
    with web.reading() as session:
        found = desk(session, actor=me.person, now=web.now(), key=plan, tree=tree)
    reads = may(me.person, Permit.READ, Subject(found.of.unit))
    documents = documents_of(plan, tree) if reads else ()
    faults = {fault.field: f"{fault.message}." for fault in wrong}
    numbers = [str(i.number) for i in found.waiting if i.kind is not ReportKind.PLAN]
    number = about if about in numbers else next(iter(numbers), "")
    deciding = decision is not None
    view = desk_view(found, documents, "" if tree else plan_path(plan, "rapporter", "texter"))
    return web.visitor_page(
        "rapporter.html", me, status, view=view, done=done, said=said, faults=faults,
        here=WHOLES if tree else PLANS, focus=decision_path(plan, tree, number) if number else "",
        cover=cover_form(found).typed(cover or {}).with_faults({} if deciding else faults),
        decision=decision_form(found).typed(decision or {}).with_faults(faults if deciding else {}),
    )  # fmt: skip
