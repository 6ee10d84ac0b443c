"""Use cases around reports: gather what was recorded, compute the value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from icengine.domain.access import Actor, Permit, Subject
from icengine.domain.facts import Decision, ReportFacts
from icengine.domain.happening import COMMENTED
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.plan_report import PlanFacts, build_plan_report
from icengine.domain.report import build_report
from icengine.domain.report_model import Report, ReportKind
from icengine.domain.report_years import MOST_YEARS
from icengine.domain.text import recorded
from icengine.domain.whole_verdicts import PROPOSED, Verdict
from icengine.domain.words import listed
from icengine.errors import NotFound, Refused
from icengine.services.people import current_organisation, known_organisation
from icengine.services.permits import require
from icengine.services.plans import CLOSED_PLAN, adopted_plan
from icengine.services.report_facts import facts_of, last_of, protecting, sums_of, years_before
from icengine.store import carry_decisions, lifecycle, plans, reports, shared
from icengine.store.db import Session
from icengine.store.moments import Moments
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
    session: Session,
    *,
    actor: Actor,
    key: str,
    as_of: datetime,
    cover: Cover = Cover(),
    kind: ReportKind = ReportKind.FINAL,
) -> Report:
    """A report of a plan, of everything recorded up to `as_of`; `kind` is one of `KINDS`."""
    if kind is ReportKind.PLAN:
        return build_plan_report(_plan_facts(session, actor, key, as_of, cover))
    return build_report(gather(session, actor=actor, key=key, as_of=as_of, cover=cover), kind)


def _plan_facts(
    session: Session, actor: Actor, key: str, as_of: datetime, cover: Cover
) -> PlanFacts:
    """The adopted version of a moment, and what it is compared with."""
    adopted = adopted_plan(session, actor=actor, key=key, as_of=as_of, permit=Permit.READ)
    return plan_facts(session, actor, adopted.plan, adopted.decision, as_of, cover)


def plan_facts(
    session: Session,
    actor: Actor,
    plan: Plan,
    decision: Decision,
    as_of: datetime,
    cover: Cover,
    adopted: bool = True,
) -> PlanFacts:
    """What the plan as a document is made from: the version before it, or last year's plan, beside it."""
    organisation = current_organisation(session, actor=actor, as_of=as_of)
    unit = organisation.unit(plan.unit)
    if unit is None:
        raise NotFound(f"Enheten {plan.unit} finns inte i organisationen.")
    if decision.version > 1:
        before = plans.version(session, plan.key, decision.version - 1)
    else:
        before = plans.latest(session, f"{plan.unit}-{plan.year - 1}", as_of)
    keys = [plan.key, *([before.plan.key] if before else [])]
    hidden = protected_controls(session, keys, as_of)
    return PlanFacts(
        organisation=organisation,
        unit=unit,
        plan=protecting(plan, {id for key, id in hidden if key == plan.key}),
        version=decision.version,
        as_of=as_of,
        decision=decision if adopted else None,
        before=protecting(before.plan, {id for key, id in hidden if key == before.plan.key})
        if before
        else None,
        dnr=cover.dnr or decision.dnr,
        appendix=cover.appendix,
        meeting=cover.meeting,
    )


KINDS = (ReportKind.FINAL, ReportKind.INTERIM, ReportKind.PLAN, ReportKind.BRIEF)
"""Reports of one plan."""


def gather(
    session: Session, *, actor: Actor, key: str, as_of: datetime, cover: Cover
) -> ReportFacts:
    """Everything recorded about a plan at a moment, in a fixed number of statements.

    Raises NotFound where there was no such plan then.
    """
    adopted = adopted_plan(session, actor=actor, key=key, as_of=as_of, permit=Permit.READ)
    organisation = current_organisation(session, actor=actor, as_of=as_of)
    plan, moments = adopted.plan, Moments(as_of)
    named = {key: shared.named(session, key, as_of)}
    facts = facts_of(session, organisation, [adopted], moments, named).get(key)
    if facts is None:
        raise NotFound(f"Enheten {plan.unit} finns inte i organisationen.")
    past = years_before(session, [plan.unit], plan.year, moments, MOST_YEARS - 1)
    return replace(
        facts,
        decisions=plans.decisions(session, key, as_of),
        notes=reports.notes(session, key, as_of),
        last_year=last_of(past, plan.unit, plan.year - 1),
        history=tuple(replace(item, units=0) for item in sums_of(past)),
        dnr=cover.dnr,
        appendix=cover.appendix,
        meeting=cover.meeting,
        carried=carry_decisions.held(session, [key], as_of).get(key, {}),
    )


@dataclass(frozen=True)
class TextsDesk:
    """What the controller writes in a report, and what is written."""

    plan: Plan
    organisation: Organisation
    subjects: tuple[str, ...]
    """PROPOSED, SUMMARY, the areas, and the risks that are followed up without a control."""
    texts: dict[str, str]


def texts_desk(session: Session, *, actor: Actor, now: datetime, key: str) -> TextsDesk:
    """What may be written in the report of a plan. Raises NotFound and NotAllowed, and Refused where
    the plan is avslutad."""
    plan = _writable(session, actor, key)
    areas = dict.fromkeys([*plan.areas, *(risk.area for risk in plan.risks)])
    risks = [risk.id for risk in plan.risks if not risk.controls]
    return TextsDesk(
        plan, known_organisation(session), (PROPOSED, SUMMARY, *areas, *risks),
        reports.notes(session, key, now),
    )  # fmt: skip


def preview(
    session: Session, *, actor: Actor, now: datetime, key: str, texts: dict[str, str]
) -> Report:
    """The slutrapport as it would be with these texts in it. Nothing is saved."""
    _writable(session, actor, key)
    facts = gather(session, actor=actor, key=key, as_of=now, cover=Cover())
    typed = {subject: recorded(text) for subject, text in texts.items()}
    return build_report(replace(facts, notes={**facts.notes, **typed}))


def write_notes(
    session: Session, *, actor: Actor, now: datetime, key: str, texts: dict[str, str]
) -> int:
    """Keep the texts that are changed; how many. Raises as `write_note`."""
    before = reports.notes(session, key, now)
    changed = {
        subject: text
        for subject, text in texts.items()
        if recorded(text) != before.get(subject, "")
    }
    for subject, text in changed.items():
        write_note(session, actor=actor, now=now, key=key, subject=subject, text=text)
    return len(changed)


def _writable(session: Session, actor: Actor, key: str) -> Plan:
    plan = adopted_plan(session, actor=actor, key=key).plan
    require(actor, Permit.CONTROL, Subject(plan.unit))
    if lifecycle.closed_at(session, key) is not None:
        raise Refused(CLOSED_PLAN)
    return plan


def write_note(
    session: Session, *, actor: Actor, now: datetime, key: str, subject: str, text: str
) -> None:
    """Keep what the controller writes for the report.

    `subject` is the id of a risk, an area's name, SUMMARY, or PROPOSED with a verdict as its text.
    Raises Refused for anything else; NotFound where there is no such plan.
    """
    plan = _writable(session, actor, key)
    if subject == PROPOSED and text not in ("", *Verdict):
        raise Refused(f"”{text}” är ingen bedömning.", f"Skriv {listed(list(Verdict), 'eller')}.")
    known = {SUMMARY, PROPOSED, *plan.areas, *(risk.id for risk in plan.risks)}
    if subject not in known:
        area = known_organisation(session).vocabulary("processområde").count(1)
        raise Refused(
            f"Det finns inget i planen {key} som heter {subject}.",
            f"Skriv ett risk-id, {area}, {SUMMARY} eller {PROPOSED}.",
        )
    text, before = recorded(text), reports.notes(session, key, now).get(subject, "")
    reports.add_note(session, key, subject, text, by=str(actor), now=now)
    changes = [[f"Kommentaren till {subject}", before, text]]
    session.record(COMMENTED, f"plan:{key}", subject=subject, changes=changes)
