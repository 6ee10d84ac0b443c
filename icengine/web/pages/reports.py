"""The slutrapport in the browser, as it would be written to a file in this moment."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from icengine import render
from icengine.domain.report_model import Report
from icengine.errors import NotFound
from icengine.render.pdf import pdf_in_child
from icengine.services.reports import report_for
from icengine.web.deps import READER, Web, WebDep
from icengine.web.security import is_local, report_policy

router = APIRouter()


@router.api_route("/planer/{plan}/slutrapport", methods=["GET", "HEAD"])
def as_page(plan: str, request: Request, web: WebDep) -> Response:
    """The report as one page."""
    html = render.FORMATS["html"](_report(web, request, plan))
    policy = report_policy(html)
    return Response(
        html, media_type="text/html; charset=utf-8", headers={"content-security-policy": policy}
    )


@router.api_route("/planer/{plan}/slutrapport.pdf", methods=["GET", "HEAD"])
def as_pdf(plan: str, request: Request, web: WebDep) -> Response:
    """The report as a PDF, made in a process of its own."""
    pdf = pdf_in_child(_report(web, request, plan))
    name = f'inline; filename="slutrapport-{plan}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"content-disposition": name})


def _report(web: Web, request: Request, plan: str) -> Report:
    if not is_local(request, web.engine.settings):
        raise NotFound
    with web.engine.database.reading() as session:
        return report_for(session, actor=READER, key=plan, as_of=web.now())
