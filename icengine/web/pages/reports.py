"""Reports in the browser and as files, as they would be made in this moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from icengine import render
from icengine.domain.calendar import end_of_day, local_date
from icengine.domain.report_model import Report, ReportKind
from icengine.domain.task import read_date
from icengine.errors import NotFound, Refused
from icengine.render import Renderer
from icengine.services.login import Visitor
from icengine.services.reports import KINDS, report_for
from icengine.services.whole import whole_report
from icengine.web.deps import MeDep, Web, WebDep
from icengine.web.pages.paths import plan_path, whole_path
from icengine.web.pages.reportdecisionview import WORDS, Document
from icengine.web.security import report_policy

router = APIRouter()

SLUGS = {
    "slutrapport": ReportKind.FINAL,
    "delarsuppfoljning": ReportKind.INTERIM,
    "internkontrollplan": ReportKind.PLAN,
    "en-sida": ReportKind.BRIEF,
}
"""What a kind of report is called in an address and in a file's name."""
MEDIA = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
}
NOT_YET = "Välj en dag som har varit, till exempel 2022-08-31."


@router.api_route("/planer/{plan}/slutrapport", methods=["GET", "HEAD"])
def as_page(plan: str, web: WebDep, me: MeDep) -> Response:
    """The report as one page."""
    return shown(web, _report(web, me, plan, ReportKind.FINAL, ""), "html", f"slutrapport-{plan}")


@router.api_route("/planer/{plan}/slutrapport.pdf", methods=["GET", "HEAD"])
def as_pdf(plan: str, web: WebDep, me: MeDep) -> Response:
    """The report as a PDF, made in a process of its own."""
    return shown(web, _report(web, me, plan, ReportKind.FINAL, ""), "pdf", f"slutrapport-{plan}")


@router.api_route("/planer/{plan}/dokument/{slag}.{format}", methods=["GET", "HEAD"])
def as_document(
    plan: str, slag: str, format: str, web: WebDep, me: MeDep, datum: str = ""
) -> Response:
    """Any report of the plan in any format; `datum` is the day whose records it tells of."""
    kind = SLUGS.get(slag)
    if kind not in KINDS or format not in render.FORMATS:
        raise NotFound
    return shown(web, _report(web, me, plan, kind, datum), format, f"{slag}-{plan}")


WHOLE_SLUGS = {"samlad-rapport": ReportKind.WHOLE, "en-sida": ReportKind.WHOLE_BRIEF}
TITLES = {
    ReportKind.FINAL: "Slutrapport",
    ReportKind.INTERIM: "Delårsuppföljning",
    ReportKind.PLAN: "Internkontrollplan",
    ReportKind.BRIEF: "En sida till sammanträdet",
    ReportKind.WHOLE: "Samlad rapport",
    ReportKind.WHOLE_BRIEF: "En sida till sammanträdet",
}


def documents_of(key: str, tree: bool) -> tuple[Document, ...]:
    """Every kind of report of a plan, or of a unit's whole, in every format."""
    slugs = WHOLE_SLUGS if tree else SLUGS
    base = whole_path(key, "dokument") if tree else plan_path(key, "dokument")
    return tuple(
        Document(
            TITLES[kind],
            f"{base}/{slug}.html",
            tuple((f"{base}/{slug}.{format}", WORDS[format]) for format in render.FORMATS if format != "html"),
        )
        for slug, kind in slugs.items()
    )  # fmt: skip


@router.api_route("/samlad/{key}/dokument/{slag}.{format}", methods=["GET", "HEAD"])
def whole_document(
    key: str, slag: str, format: str, web: WebDep, me: MeDep, datum: str = ""
) -> Response:
    """The samlad rapport or its page, in any format."""
    kind = WHOLE_SLUGS.get(slag)
    if kind is None or format not in render.FORMATS:
        raise NotFound
    as_of = moment_of(web, datum)
    with web.reading() as session:
        report = whole_report(session, actor=me.person, key=key, as_of=as_of, kind=kind)
    return shown(web, report, format, f"{slag}-{key}")


def shown(web: Web, report: Report, format: str, name: str) -> Response:
    """A report as a response: a page and a PDF are shown, other files are saved."""
    return file_response(formats(web)[format](report), format, name)


def formats(web: Web) -> Mapping[str, Renderer]:
    """How each file is made here: in the kommun's own Word template, a PDF in its own process."""
    settings = web.engine.settings
    return render.formats(settings.word_template, child=True, pdf_standards=settings.pdf)


def file_response(content: bytes, format: str, name: str) -> Response:
    """A report's file, under the policy that it needs."""
    how = "inline" if format in ("html", "pdf") else "attachment"
    headers = {"content-disposition": f'{how}; filename="{name}.{format}"'}
    if format == "html":
        headers["content-security-policy"] = report_policy(content)
    return Response(content, media_type=MEDIA[format], headers=headers)


def moment_of(web: Web, day: str) -> datetime:
    """The end of a day, or now. Raises Refused for a day to come or what is no day."""
    now = web.now()
    if not day:
        return now
    read = read_date(day)
    if read is None or read > local_date(now):
        raise Refused(f"{day} är ingen dag som det går att sammanställa.", NOT_YET)
    return min(end_of_day(read), now)


def _report(web: Web, me: Visitor, plan: str, kind: ReportKind, day: str) -> Report:
    as_of = moment_of(web, day)
    with web.reading() as session:
        return report_for(session, actor=me.person, key=plan, as_of=as_of, kind=kind)
