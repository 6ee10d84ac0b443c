"""The plan as a document for decision: fixed with its files when the plan is sent, adopted or taken
back with it."""

from __future__ import annotations

from datetime import date, datetime

from icengine.domain.access import Actor
from icengine.domain.calendar import local_date
from icengine.domain.draft import Draft
from icengine.domain.facts import Decision
from icengine.domain.fixed_report import FixedReport, ReportState
from icengine.domain.plan import Plan
from icengine.domain.plan_report import build_plan_report
from icengine.domain.report_model import Report, ReportKind
from icengine.render import FORMATS
from icengine.services.people import known_organisation
from icengine.services.readers import speaks_as
from icengine.services.reports import Cover, plan_facts
from icengine.store import drafts, fixed_reports, plans
from icengine.store.db import Session

NO_DAY = date.min
"""The day of a decision that is not made yet; the document does not print it."""


def order(session: Session, actor: Actor, now: datetime, draft: Draft, plan: Plan) -> None:
    """Fix the plan as a document; its files are made next, outside the request."""
    value = _document(session, actor, plan, draft.number, draft.dnr, now)
    by = speaks_as(actor, known_organisation(session), local_date(now))
    number = len(fixed_reports.of_plan(session, draft.key)) + 1
    report = FixedReport(
        draft.key, number, ReportKind.PLAN, value.title, now, draft.dnr, "", None, value.fingerprint,
        ReportState.MAKING, by, (), wanted=tuple(FORMATS),
    )  # fmt: skip
    fixed_reports.add(session, report, value.canonical())


def settle(
    session: Session, actor: Actor, now: datetime, key: str, state: ReportState,
    decided: date | None = None, paragraph: str = "",
) -> None:  # fmt: skip
    """What became of the document: the same as of the plan. Where its files are still being made they
    are made after the decision."""
    by = speaks_as(actor, known_organisation(session), local_date(now))
    for report in fixed_reports.of_plan(session, key):
        if report.kind is not ReportKind.PLAN or not report.in_the_way:
            continue
        number, late = report.number, report.state is not ReportState.CANDIDATE
        if late and decided is not None:
            fixed_reports.note_decision(
                session, key, number, by=by, now=now, decided_on=decided, paragraph=paragraph
            )
        else:
            fixed_reports.settle(
                session, key, number, state, by=by, now=now, decided_on=decided,
                paragraph=paragraph,
            )  # fmt: skip


def document_again(session: Session, actor: Actor, report: FixedReport, as_of: datetime) -> Report:
    """A fixed document made again: of the version that gives it, or else of the newest there is."""
    draft = drafts.get(session, report.plan)
    found = [(plans.plan_of(draft.fixed), draft.number)] if draft and draft.fixed else []
    newest = plans.latest(session, report.plan)
    for number in range(newest.decision.version if newest else 0, 0, -1):
        adopted = plans.version(session, report.plan, number)
        if adopted is not None:
            found.append((adopted.plan, number))
    made = [_document(session, actor, plan, n, report.dnr, as_of) for plan, n in found]
    return next((value for value in made if value.fingerprint == report.fingerprint), made[0])


def _document(
    session: Session, actor: Actor, plan: Plan, number: int, dnr: str, as_of: datetime
) -> Report:
    decision = Decision(number, dnr, NO_DAY, "")
    facts = plan_facts(session, actor, plan, decision, as_of, Cover(dnr), adopted=False)
    return build_plan_report(facts)
