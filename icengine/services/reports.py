"""Use cases around reports: gather what was recorded, compute the value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from icengine.domain.access import Actor, Permit, Subject, scope
from icengine.domain.assessment import yearly_of
from icengine.domain.facts import LastYear, ReportFacts, TaskFact
from icengine.domain.happening import COMMENTED
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.report import build_report
from icengine.domain.report_model import Report
from icengine.domain.sharing import Named, owner_of
from icengine.domain.text import recorded
from icengine.errors import NotFound, Refused
from icengine.services.people import current_organisation, known_organisation
from icengine.services.permits import require
from icengine.services.plans import CLOSED_PLAN, adopted_plan
from icengine.store import lifecycle, plans, reports, shared, yearly_ratings
from icengine.store.db import Session
from icengine.store.protected import protected_controls

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
    adopted = adopted_plan(session, actor=actor, key=key, as_of=as_of, permit=Permit.READ)
    organisation = current_organisation(session, actor=actor, as_of=as_of)
    unit = organisation.unit(adopted.plan.unit)
    if unit is None:
        raise NotFound(f"Enheten {adopted.plan.unit} finns inte i organisationen.")
    facts = reports.task_facts(session, key, as_of)
    plan = _protecting(session, _with_withdrawn(session, adopted.plan, facts), as_of)
    return ReportFacts(
        organisation=organisation,
        unit=unit,
        plan=plan,
        decision=adopted.decision,
        decisions=plans.decisions(session, key, as_of),
        as_of=as_of,
        tasks=_as_planned(facts, adopted.plan, organisation, shared.named(session, key, as_of)),
        actions=reports.action_facts(session, adopted.plan, as_of),
        notes=reports.notes(session, key, as_of),
        last_year=_last_year(session, actor, adopted.plan.unit, adopted.plan.year - 1, as_of),
        dnr=cover.dnr,
        appendix=cover.appendix,
        meeting=cover.meeting,
        decided=yearly_ratings.held(session, [key], as_of).get(key, {}),
    )


def _as_planned(
    facts: tuple[TaskFact, ...], plan: Plan, organisation: Organisation, named: Named
) -> tuple[TaskFact, ...]:
    """The tasks with the label, the due date and the owner that the plan of the moment gives them."""
    said = {(c.id, t.window.slot): (c, t) for _, c in plan.controls() for t in c.occurrences}
    owners: dict[tuple[str, str], str] = {}
    found = []
    for fact in facts:
        if pair := said.get((fact.control, fact.slot)):
            control, item = pair
            key = (fact.control, fact.unit)
            if key not in owners:
                owners[key] = owner_of(plan, control, fact.unit, organisation, named)
            fact = replace(
                fact,
                label=item.window.label,
                due=fact.moved_to or item.due,
                owner=fact.handed_to or owners[key],
            )
        found.append(fact)
    return tuple(found)


def _with_withdrawn(session: Session, plan: Plan, facts: tuple[TaskFact, ...]) -> Plan:
    """The plan with the controls that a revision took out after they had been answered.

    What was found is reported all the same, under the risk it was about.
    """
    kept = {control.id for _, control in plan.controls()}
    gone = {fact.control for fact in facts if fact.answer and fact.control not in kept}
    if not gone:
        return plan
    risks = {risk.id: risk for risk in plan.risks}
    for number in sorted(set(reports.last_versions(session, plan.key, gone).values())):
        before = plans.version(session, plan.key, number)
        for risk, control in before.plan.controls() if before else ():
            if control.id in gone:
                gone.discard(control.id)
                old = replace(control, title=f"{control.title} (utgick ur planen)")
                home = risks.get(risk.id, replace(risk, controls=()))
                risks[risk.id] = replace(home, controls=(*home.controls, old))
    areas = dict.fromkeys((*plan.areas, *(risk.area for risk in risks.values())))
    return replace(plan, risks=tuple(risks.values()), areas=tuple(areas))


def _protecting(session: Session, plan: Plan, as_of: datetime) -> Plan:
    """The plan with every control protected that one of its versions has protected."""
    protected = protected_controls(session, [plan.key], as_of)
    if not protected:
        return plan
    risks = (
        replace(
            risk,
            controls=tuple(
                replace(c, protected=(plan.key, c.id) in protected) for c in risk.controls
            ),
        )
        for risk in plan.risks
    )
    return replace(plan, risks=tuple(risks))


def _last_year(
    session: Session, actor: Actor, unit: str, year: int, as_of: datetime
) -> LastYear | None:
    key = f"{unit}-{year}"
    if not any(item.key == key for item in plans.summaries(session, scope(actor, Permit.READ))):
        return None
    before = plans.latest(session, key, as_of)
    if before is None:
        return None
    facts = reports.task_facts(session, key, as_of)
    decided = yearly_ratings.held(session, [key], as_of).get(key, {})
    ratings = {
        control.id: yearly_of(
            control, [fact for fact in facts if fact.control == control.id], before.plan.ratings,
            decided=decided,
        ).level
        for _, control in before.plan.controls()
    }  # fmt: skip
    return LastYear(year, ratings, before.plan.ratings)


def write_note(
    session: Session, *, actor: Actor, now: datetime, key: str, subject: str, text: str
) -> None:
    """Keep what the controller writes for the report.

    `subject` is the id of a risk, an area's name, or SUMMARY.
    Raises Refused for anything else; NotFound where there is no such plan.
    """
    plan = adopted_plan(session, actor=actor, key=key).plan
    require(actor, Permit.CONTROL, Subject(plan.unit))
    if lifecycle.closed_at(session, key) is not None:
        raise Refused(CLOSED_PLAN)
    known = {SUMMARY, *plan.areas, *(risk.id for risk in plan.risks)}
    if subject not in known:
        area = known_organisation(session).vocabulary("processområde").count(1)
        raise Refused(
            f"Det finns inget i planen {key} som heter {subject}.",
            f"Skriv ett risk-id, {area} eller {SUMMARY}.",
        )
    text, before = recorded(text), reports.notes(session, key, now).get(subject, "")
    reports.add_note(session, key, subject, text, by=str(actor), now=now)
    changes = [[f"Kommentaren till {subject}", before, text]]
    session.record(COMMENTED, f"plan:{key}", subject=subject, changes=changes)
