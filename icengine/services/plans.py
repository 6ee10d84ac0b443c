"""Use cases around plans: adoption and what it plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.access import Actor, Permit, Scope, Subject, scope
from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.completeness import Given, Reasons
from icengine.domain.disposal import dnr_fault, paragraph_fault
from icengine.domain.draft import Draft, DraftState, read_draft
from icengine.domain.facts import Decision
from icengine.domain.occurrence import Revision
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.plan_difference import plan_difference
from icengine.errors import NotFound, Refused
from icengine.services.checks import NO_REASONS, Incomplete, as_payload, verdict_of
from icengine.services.direct_actions import follow_direct_actions
from icengine.services.people import current_organisation, known_organisation
from icengine.services.permits import require
from icengine.services.planning import (
    because_of,
    carry_out,
    revised,
    said_of,
    tasks_of,
    wanted_occasions,
)
from icengine.store import (
    answers,
    drafts,
    lifecycle,
    plans,
    records,
    register,
    tasks,
    yearly_ratings,
)
from icengine.store.db import Session
from icengine.store.events import as_lines
from icengine.store.lifecycle import Standing

CLOSED_PLAN = "Planen är avslutad. Ingenting i den ändras längre."


@dataclass(frozen=True)
class Adoption:
    """What an adoption did."""

    key: str
    version: int
    is_new: bool
    """False where exactly this content was adopted already."""
    planned: int
    """Tasks that were planned."""
    followed: int
    """Tasks that follow the new version, their slot unchanged."""
    cancelled: int
    """Tasks that became utgår because their occurrence was removed."""
    overlapping: tuple[str, ...]
    """Occurrences that were not planned because they overlap one that has begun: "K3 mars 2026",
    with the unit where it is another than the plan's."""
    registered: tuple[str, ...]
    """Risks that were new to the register."""
    decision: Decision
    """The decision that is recorded for the version."""
    passed: int = 0
    """Planned tasks whose last day has passed already."""


def adopt_plan(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    plan: Plan,
    dnr: str,
    decided: date,
    paragraph: str,
    reasons: Reasons = NO_REASONS,
) -> Adoption:
    """Store the plan as its next version with its decision, and plan its tasks.

    The same content again changes nothing. Raises NotFound or Refused where the database does not
    know the plan's unit or functions, Refused where the plan is avslutad or has a draft that says
    something else, and Incomplete where something in it stops it or lacks a reason.
    """
    require(actor, Permit.CONTROL, Subject(plan.unit))
    if fault := dnr_fault(dnr) or paragraph_fault(paragraph):
        raise Refused(fault)
    session.alone()
    organisation = check_known(session, actor, plan)
    by = str(actor)
    standing = lifecycle.standing(session, plan.unit, plan.year)
    last = standing.last
    number = last.decision.version + 1 if last else 1
    if last and plans.document_of(plan) == plans.document_of(last.plan):
        return Adoption(plan.key, number - 1, False, 0, 0, 0, (), (), last.decision)
    _check_open(plan, standing, organisation)
    _, verdict = verdict_of(session, plan, organisation, standing, decided, reasons)
    if not verdict.adoptable:
        raise Incomplete(verdict)
    if last:
        _check_levels(session, plan)
    sha256 = plans.store_version(
        session, plan, number=number, dnr=dnr, decided=decided, paragraph=paragraph, now=now,
        reasons=verdict.given,
    )  # fmt: skip
    if standing.draft:
        drafts.remove(session, plan.key, standing.draft.revision)
    everything = (*plan.risks, *plan.left_out)
    registered = register.register_adopted(session, plan.unit, everything, by=by, now=now)
    there, gone = tasks_of(session, [plan.key]) if last else ([], set())
    wanted = wanted_occasions(session, plan, organisation, first=last is None, there=there)
    result = revised(wanted, there, gone)
    why = because_of(number, dnr)
    carry_out(session, plan.key, number, result, because=why, by=by, now=now)
    follow_direct_actions(
        session, plan, last.plan if last else None, because=why, actor=actor, now=now
    )
    decision = Decision(number, dnr, decided, paragraph)
    _record(session, last.plan if last else None, plan, decision, sha256, result, verdict.given)
    return Adoption(
        key=plan.key,
        version=number,
        is_new=True,
        planned=len(result.new),
        followed=len(result.kept),
        cancelled=len(result.removed),
        overlapping=tuple(said_of(item, plan, organisation) for item in result.overlapping),
        registered=registered,
        decision=decision,
        passed=sum(item.timed.due < local_date(now) for item in result.new),
    )


def _record(
    session: Session,
    before: Plan | None,
    plan: Plan,
    decision: Decision,
    sha256: str,
    result: Revision[tasks.Task],
    reasons: Sequence[Given],
) -> None:
    """The decision, and what it changed, as one event."""
    differs = plan_difference(before, plan)
    session.record(
        records.ADOPTED,
        f"plan:{plan.key}",
        version=decision.version,
        sha256=sha256,
        dnr=decision.dnr,
        date=decision.date.isoformat(),
        paragraph=decision.paragraph,
        **({"reasons": as_payload(reasons)} if reasons else {}),
        planned=len(result.new),
        cancelled=[task.key for task in result.removed],
        added=list(differs.added),
        removed=list(differs.removed),
        changed=list(differs.changed),
        changes=as_lines(differs.changes),
    )


def check_known(session: Session, actor: Actor, plan: Plan) -> Organisation:
    """The database's organisation.

    Raises Refused where it does not know the plan's unit, or its functions by the same names.
    """
    organisation = current_organisation(session, actor=actor)
    hint = "Läs in organisationen igen: icengine organisation import FIL"
    if organisation.unit(plan.unit) is None:
        raise Refused(f"Enheten {plan.unit} finns inte i databasens organisation.", hint)
    for name in sorted(plan.functions()):
        found = organisation.function(name)
        if found is None:
            raise Refused(f"Funktionen {name} finns inte i databasens organisation.", hint)
        if found.name != name:
            raise Refused(f"Funktionen {name} heter {found.name} i databasens organisation.", hint)
    return organisation


def _check_open(plan: Plan, standing: Standing, organisation: Organisation) -> None:
    """Nothing is adopted into a plan that is avslutad, nor past a draft that says something else."""
    if standing.closed_at is not None:
        raise Refused(CLOSED_PLAN)
    draft = standing.draft
    if draft is None or _says(draft, plan, organisation):
        return
    if draft.state is DraftState.CANDIDATE:
        raise Refused(
            f"Planen {plan.key} är skickad till beslut med ett annat innehåll.",
            "Anta det som är skickat, eller ta tillbaka det och kasta utkastet.",
        )
    raise Refused(
        f"Planen {plan.key} har ett utkast med ett annat innehåll.",
        "Anta utkastet i stället, eller kasta det först.",
    )


def _says(draft: Draft, plan: Plan, organisation: Organisation) -> bool:
    """Is the draft what is to be adopted?"""
    if draft.state is DraftState.CANDIDATE:
        return draft.fixed == plans.document_of(plan)
    return read_draft(draft.document, organisation)[0] == plan


def _check_levels(session: Session, plan: Plan) -> None:
    """A level that answers have been given, or that is decided for the year, keeps its place in the
    scale."""
    answered = answers.levels_used(session, plan.key)
    decided = yearly_ratings.levels_used(session, plan.key)
    missing = sorted((answered | decided) - set(plan.ratings.ids))
    if missing:
        where = "inlämnade svar" if missing[0] in answered else "en bestämd årsbedömning"
        raise Refused(
            f"Bedömningsskalan saknar nivån {missing[0]}, som redan används i {where}.",
            "Behåll nivåns id; ord, färg och symbol går att ändra.",
        )


def adopted_plan(
    session: Session,
    *,
    actor: Actor,
    key: str,
    as_of: datetime | None = None,
    permit: Permit = Permit.FOLLOW,
) -> plans.AdoptedPlan:
    """The plan's newest version, where the actor may do this with it.

    Raises NotFound otherwise, naming the plans there are for the actor.
    """
    visible = plans.summaries(session, scope(actor, permit))
    known = any(item.key == key for item in visible)
    found = plans.latest(session, key, as_of) if known else None
    first = plans.version(session, key, 1) if known and found is None else None
    if first is not None:
        day = swedish_date(local_date(first.adopted_at))
        raise NotFound(
            f"Planen {key} fanns inte i systemet vid den tidpunkten.",
            f"Den registrerades {day}; välj den dagen eller en senare.",
        )
    if found is None:
        names = ", ".join(item.key for item in visible) or "inga"
        raise NotFound(f"Planen {key} finns inte.", f"Antagna planer: {names}.")
    return found


def plan_list(session: Session, *, actor: Actor) -> list[plans.PlanSummary]:
    """Plans the actor may see, newest first."""
    return plans.summaries(session, scope(actor, Permit.FOLLOW))


def anything_adopted(session: Session, *, actor: Actor) -> bool:
    """Is there any plan yet? For whoever sets the whole up, who may not see which.

    Raises NotAllowed for others.
    """
    require(actor, Permit.ADMINISTER, Subject(known_organisation(session).root.id))
    return bool(plans.summaries(session, Scope(everything=True)))
