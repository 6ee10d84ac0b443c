"""A report's value: of any kind, at any moment; and again, of what was recorded when it was fixed."""

from __future__ import annotations

from datetime import datetime

from icengine.domain.access import Actor, System
from icengine.domain.fixed_report import FixedReport
from icengine.domain.report_model import Report, ReportKind
from icengine.services.plan_documents import document_again
from icengine.services.reports import Cover, report_for
from icengine.services.whole import whole_report
from icengine.store.db import Session

READER = System("rapportprövningen", read_only=True)
"""Who reads what was recorded to make a fixed report again, or to prove it."""


def make_value(
    session: Session, actor: Actor, as_of: datetime, key: str, cover: Cover, kind: ReportKind
) -> Report:
    """The report of a plan, or of a unit's whole, of everything recorded up to `as_of`."""
    if kind.of_tree:
        return whole_report(session, actor=actor, key=key, as_of=as_of, cover=cover, kind=kind)
    return report_for(session, actor=actor, key=key, as_of=as_of, cover=cover, kind=kind)


def value_of(
    session: Session, actor: Actor, report: FixedReport, as_of: datetime | None = None
) -> Report:
    """A fixed report made again, of what was recorded by its own moment, or by another."""
    if report.kind is ReportKind.PLAN:
        return document_again(session, actor, report, as_of or report.as_of)
    cover = Cover(report.dnr, report.appendix, report.meeting)
    return make_value(session, actor, as_of or report.as_of, report.plan, cover, report.kind)
