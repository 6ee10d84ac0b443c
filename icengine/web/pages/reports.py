"""The slutrapport in the browser, as it would be written to a file in this moment."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from icengine import render
from icengine.domain.report_model import Report
from icengine.render.pdf import pdf_in_child
from icengine.services.login import Visitor
from icengine.services.reports import report_for
from icengine.web.deps import MeDep, Web, WebDep
from icengine.web.security import report_policy

router = APIRouter()


@router.api_route("/planer/{plan}/slutrapport", methods=["GET", "HEAD"])
def as_page(plan: str, web: WebDep, me: MeDep) -> Response:
    """The report as one page."""
    html = render.FORMATS["html"](_report(web, me, plan))
    policy = report_policy(html)
    return Response(
        html, media_type="text/html; charset=utf-8", headers={"content-security-policy": policy}
    )


@router.api_route("/planer/{plan}/slutrapport.pdf", methods=["GET", "HEAD"])
def as_pdf(plan: str, web: WebDep, me: MeDep) -> Response:
    """The report as a PDF, made in a process of its own."""
    pdf = pdf_in_child(_report(web, me, plan))
    name = f'inline; filename="slutrapport-{plan}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"content-disposition": name})


def _report(web: Web, me: Visitor, plan: str) -> Report:
    with web.reading() as session:
        return report_for(session, actor=me.person, key=plan, as_of=web.now())
