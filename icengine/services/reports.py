"""Use cases around reports: gather what was recorded, compute the value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.access import Actor, Permit, scope
from icengine.domain.assessment import yearly
from icengine.domain.facts import LastYear, ReportFacts
from icengine.domain.report import build_report
from icengine.domain.report_model import Report
from icengine.domain.text import recorded
from icengine.errors import NotFound, Refused
from icengine.services.people import current_organisation
from icengine.services.permits import require
from icengine.services.plans import adopted_plan
from icengine.store import plans, reports
from icengine.store.db import Session

SUMMARY = "sammanfattning"
"""Subject of the note that stands on a report's first page."""


@dataclass(frozen=True)
class Cover:
    """What a report's cover says beside what is recorded."""

    dnr: str = ""
    appendix: str = ""
    meeting: date | None = None


def report_for(
    session: Session, *, actor: Actor, key: str, as_of: datetime, cover: Cover = Cover()
) -> Report:
    """The slutrapport of a plan, of everything recorded up to `as_of`."""
    return build_report(gather(session, actor=actor, key=key, as_of=as_of, cover=cover))


def gather(
    session: Session, *, actor: Actor, key: str, as_of: datetime, cover: Cover
) -> ReportFacts:
    """Everything recorded about a plan at a moment, in a fixed number of statements.

    Raises NotFound where there was no such plan then.
    """
    require(actor, Permit.READ)
    adopted = adopted_plan(session, actor=actor, key=key, as_of=as_of)
    organisation = current_organisation(session, actor=actor)
    unit = organisation.unit(adopted.plan.unit)
    if unit is None:
        raise NotFound(f"Enheten {adopted.plan.unit} finns inte i organisationen.")
    return ReportFacts(
        organisation=organisation,
        unit=unit,
        plan=adopted.plan,
        decision=adopted.decision,
        as_of=as_of,
        tasks=reports.task_facts(session, key, as_of),
        actions=reports.action_facts(session, adopted.plan, as_of),
        notes=reports.notes(session, key, as_of),
        last_year=_last_year(session, actor, adopted.plan.unit, adopted.plan.year - 1, as_of),
        dnr=cover.dnr,
        appendix=cover.appendix,
        meeting=cover.meeting,
    )


def _last_year(
    session: Session, actor: Actor, unit: str, year: int, as_of: datetime
) -> LastYear | None:
    key = f"{unit}-{year}"
    if not any(item.key == key for item in plans.summaries(session, scope(actor))):
        return None
    before = plans.latest(session, key, as_of)
    if before is None:
        return None
    facts = reports.task_facts(session, key, as_of)
    ratings = {
        control.id: yearly(
            control, [fact for fact in facts if fact.control == control.id], before.plan.ratings
        ).level
        for _, control in before.plan.controls()
    }
    return LastYear(year, ratings, before.plan.ratings)


def write_note(
    session: Session, *, actor: Actor, now: datetime, key: str, subject: str, text: str
) -> None:
    """Keep what the controller writes for the report.

    `subject` is the id of a risk that is followed up without a control, an area's name, or SUMMARY.
    Raises Refused for anything else; NotFound where there is no such plan.
    """
    require(actor, Permit.ADMINISTER)
    plan = adopted_plan(session, actor=actor, key=key).plan
    known = {SUMMARY, *plan.areas, *(risk.id for risk in plan.risks)}
    if subject not in known:
        raise Refused(
            f"Det finns inget i planen {key} som heter {subject}.",
            "Skriv ett risk-id, ett processområde eller " + SUMMARY + ".",
        )
    reports.add_note(session, key, subject, recorded(text), by=str(actor), now=now)
    session.record("kommentar skriven", f"plan:{key}", subject=subject)
