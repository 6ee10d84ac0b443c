"""Use cases around a plan's way from utkast to avslutad: to the decision and back, adopted, closed.

What is decided is exactly what was sent: at *till beslut* the content is fixed as its canonical
document, and its SHA-256 follows it through the event log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from icengine.domain.access import Actor, Permit, Subject
from icengine.domain.calendar import local_date
from icengine.domain.completeness import Reasons, Verdict
from icengine.domain.disposal import Decision as Decided
from icengine.domain.disposal import decision_faults
from icengine.domain.draft import Draft, DraftState, read_draft
from icengine.domain.finding import Finding
from icengine.domain.fixed_report import ReportState
from icengine.domain.happening import PLAN_CLOSED, PLAN_RECALLED, PLAN_SENT
from icengine.domain.node import Problem
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.task import State
from icengine.domain.text import one_line
from icengine.domain.words import capital, listed, many, sentence
from icengine.errors import Conflict, Refused
from icengine.services import plan_documents
from icengine.services.checks import NO_REASONS, Incomplete, as_payload, verdict_of
from icengine.services.drafts import CHANGED_BETWEEN, draft_of
from icengine.services.people import current_organisation
from icengine.services.permits import require
from icengine.services.planning import revised, said_of, tasks_of, wanted_occasions
from icengine.services.plans import CLOSED_PLAN, Adoption, adopt_plan, adopted_plan
from icengine.store import drafts, lifecycle, plans
from icengine.store.db import Session

SHOWN = 5
"""Tasks that a refusal names."""


class Unreadable(Refused):
    """Utkastet går inte att läsa som en plan."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first, left = problems[0], len(problems) - 1
        more = f" Det finns {many(left, 'problem', 'problem', 'ett')} till." if left else ""
        super().__init__(
            f"Utkastet är inte färdigt. {sentence(capital(first.message))}{more}",
            sentence(capital(first.hint)),
        )


@dataclass(frozen=True)
class Checks:
    """A draft before its decision: what it says, and all that keeps it back."""

    draft: Draft
    plan: Plan | None
    """What it says; None while something in it is missing or wrong."""
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    verdict: Verdict
    organisation: Organisation
    standing: lifecycle.Standing


@dataclass(frozen=True)
class Foreseen:
    """What an adoption would do to the tasks that are there."""

    planned: int
    followed: int
    cancelled: tuple[str, ...]
    """Occurrences that become utgår: "K3 mars 2026"."""
    answered: int
    """Tasks that stay on the version they were answered under."""
    overlapping: tuple[str, ...]
    """Occurrences that are not planned, because they overlap one that has begun."""
    passed: int
    """Occurrences to plan whose last day has passed already."""


def checks(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    reasons: Reasons = NO_REASONS,
    day: date | None = None,
) -> Checks:
    """The checks of a draft, with the reasons that are given; six statements at most.

    `day` is the decision's where it is known. Raises NotFound where the actor sees no such draft.
    """
    draft = draft_of(session, actor=actor, key=key)
    organisation = current_organisation(session, actor=actor)
    plan, problems = _content(draft, organisation)
    standing = lifecycle.standing(session, draft.unit, draft.year)
    found: tuple[Finding, ...] = ()
    verdict = Verdict((), (), ())
    if plan is not None:
        given = Reasons({**(draft.reasons or {}), **reasons.each}, reasons.rest)
        day = day or local_date(now)
        found, verdict = verdict_of(session, plan, organisation, standing, day, given)
    return Checks(draft, plan, tuple(problems), found, verdict, organisation, standing)


def _content(draft: Draft, organisation: Organisation) -> tuple[Plan | None, list[Problem]]:
    """What a draft says: what is fixed where it waits for its decision."""
    if draft.state is DraftState.CANDIDATE:
        return plans.plan_of(draft.fixed), []
    return read_draft(draft.document, organisation)


def foresee(session: Session, *, actor: Actor, now: datetime, plan: Plan) -> Foreseen:
    """What adopting a plan would do to its tasks. Nothing is changed."""
    require(actor, Permit.READ, Subject(plan.unit))
    standing = lifecycle.standing(session, plan.unit, plan.year)
    number = standing.last.decision.version if standing.last else 0
    organisation = current_organisation(session, actor=actor)
    there, gone = tasks_of(session, [plan.key], lock=False) if number else ([], set())
    wanted = wanted_occasions(session, plan, organisation, first=not number, there=there)
    result = revised(wanted, there, gone)
    today = local_date(now)
    stay = [task for task in there if task.state in (State.SUBMITTED, State.APPROVED)]
    return Foreseen(
        planned=len(result.new),
        followed=len(result.kept),
        cancelled=tuple(f"{task.control} {task.label}" for task in result.removed),
        answered=len(stay),
        overlapping=tuple(said_of(item, plan, organisation) for item in result.overlapping),
        passed=sum(item.timed.due < today for item in result.new),
    )


def put_to_decision(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    seen: int,
    dnr: str,
    reasons: Reasons = NO_REASONS,
) -> Draft:
    """Fix what a draft says and send it to the decision (till beslut).

    `seen` is the revision that was looked at. Raises Conflict where another save came between,
    Unreadable with every problem of what is written, Incomplete where something in it stops it or
    lacks a reason, and Refused where there is nothing to decide.
    """
    draft = draft_of(session, actor=actor, key=key, permit=Permit.CONTROL)
    if draft.state is not DraftState.DRAFT:
        raise Refused("Planen är redan skickad till beslut.")
    if draft.revision != seen:
        raise Conflict(CHANGED_BETWEEN)
    dnr = one_line(dnr)
    faults = decision_faults(Decided(dnr, date.min, "§ 1"), local_date(now))
    if faults:
        raise Refused(faults["dnr"])
    done = checks(session, actor=actor, now=now, key=key, reasons=reasons)
    if done.plan is None:
        raise Unreadable(done.problems)
    if not done.verdict.adoptable:
        raise Incomplete(done.verdict)
    if done.standing.last and done.standing.last.plan == done.plan:
        version = done.standing.last.decision.version
        raise Refused(f"Utkastet säger samma sak som version {version}: inget är ändrat.")
    fixed = plans.document_of(done.plan)
    sent = replace(
        draft, revision=seen + 1, state=DraftState.CANDIDATE, fixed=fixed,
        sha256=plans.fingerprint(fixed), dnr=dnr, changed_at=now, by=str(actor),
        reasons={item.key: item.reason for item in done.verdict.given},
    )  # fmt: skip
    if not drafts.store(session, sent, seen):
        raise Conflict(CHANGED_BETWEEN)
    session.record(
        PLAN_SENT, f"plan:{key}", version=draft.number, sha256=sent.sha256, dnr=dnr,
        reasons=as_payload(done.verdict.given),
    )  # fmt: skip
    plan_documents.order(session, actor, now, sent, done.plan)
    return sent


def take_back(session: Session, *, actor: Actor, now: datetime, key: str, sha256: str) -> Draft:
    """Take a plan back from the decision, to be written on; the log keeps what was sent.

    `sha256` is of the content that was looked at. Raises Refused where it is not sent, and Conflict
    where it is another.
    """
    draft = _candidate(session, actor, key, sha256)
    taken = replace(
        draft, revision=draft.revision + 1, state=DraftState.DRAFT, fixed="", sha256="",
        changed_at=now, by=str(actor),
    )  # fmt: skip
    if not drafts.store(session, taken, draft.revision):
        raise Conflict(CHANGED_BETWEEN)
    session.record(PLAN_RECALLED, f"plan:{key}", version=draft.number, sha256=draft.sha256)
    plan_documents.settle(session, actor, now, key, ReportState.RECALLED)
    return taken


def _candidate(session: Session, actor: Actor, key: str, sha256: str) -> Draft:
    """What waits for its decision, where it is what was looked at."""
    draft = draft_of(session, actor=actor, key=key, permit=Permit.CONTROL)
    if draft.state is not DraftState.CANDIDATE:
        raise Refused("Planen är inte skickad till beslut.", "Skicka den till beslut först.")
    if draft.sha256 != sha256:
        raise Conflict("Det som är skickat till beslut är inte längre det som du såg.")
    return draft


def adopt_draft(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    sha256: str,
    decided: date,
    paragraph: str,
    reasons: Reasons = NO_REASONS,
) -> Adoption:
    """Adopt exactly what was sent to the decision.

    `sha256` is of the content that was looked at. `reasons` are for what has come up since it was
    sent. Raises as `adopt_plan`, Conflict where the content is another, and Refused where it is not
    sent, or where the decision cannot be one.
    """
    draft = _candidate(session, actor, key, sha256)
    paragraph = one_line(paragraph)
    faults = decision_faults(Decided(draft.dnr, decided, paragraph), local_date(now))
    if faults:
        raise Refused(next(iter(faults.values())))
    if plans.fingerprint(draft.fixed) != sha256:
        raise Refused("Innehållet som skickades till beslut har ändrats utanför programmet.")
    given = Reasons({**(draft.reasons or {}), **reasons.each}, reasons.rest)
    done = adopt_plan(
        session, actor=actor, now=now, plan=plans.plan_of(draft.fixed), dnr=draft.dnr,
        decided=decided, paragraph=paragraph, reasons=given,
    )  # fmt: skip
    plan_documents.settle(session, actor, now, key, ReportState.ADOPTED, decided, paragraph)
    return done


def keeps_open(session: Session, *, actor: Actor, key: str) -> tuple[str, ...]:
    """Why a plan cannot be closed yet, and what to do about it: a sentence or two of each."""
    plan = adopted_plan(session, actor=actor, key=key).plan
    require(actor, Permit.CONTROL, Subject(plan.unit))
    standing = lifecycle.standing(session, plan.unit, plan.year)
    return tuple(f"{said} {hint}" for said, hint in _in_the_way(session, key, standing.draft))


def _in_the_way(session: Session, key: str, draft: Draft | None) -> Iterator[tuple[str, str]]:
    """(what is in the way of closing a plan, what to do about it)."""
    if draft is not None and draft.state is DraftState.CANDIDATE:
        yield (
            f"Planen {key} har en version som väntar på beslut.",
            "Anta den, eller ta tillbaka den.",
        )
    elif draft is not None:
        yield f"Planen {key} har ett utkast.", "Anta det, eller kasta det först."
    left = lifecycle.unanswered(session, key)
    if left:
        shown = [f"{task.control} {task.label}" for task in left[:SHOWN]]
        more = [f"{len(left) - SHOWN} till"] if len(left) > SHOWN else []
        yield (
            f"{capital(many(len(left), 'tillfälle', 'tillfällen', 'ett'))} är inte "
            f"{'besvarat' if len(left) == 1 else 'besvarade'}: {listed([*shown, *more])}.",
            "De ska besvaras, eller utgå med en ny version av planen, innan den avslutas.",
        )


def close_plan(session: Session, *, actor: Actor, now: datetime, key: str) -> None:
    """Nothing of a plan changes any more (avslutad).

    Raises NotFound where there is no such plan, and Refused where something in it is still to be
    answered or decided, or it is avslutad already.
    """
    plan = adopted_plan(session, actor=actor, key=key).plan
    require(actor, Permit.CONTROL, Subject(plan.unit))
    session.alone()
    standing = lifecycle.standing(session, plan.unit, plan.year)
    if standing.closed_at is not None:
        raise Refused(CLOSED_PLAN)
    for said, hint in _in_the_way(session, key, standing.draft):
        raise Refused(said, hint)
    lifecycle.close(session, key, now)
    version = standing.last.decision.version if standing.last else 0
    session.record(PLAN_CLOSED, f"plan:{key}", version=version, date=local_date(now).isoformat())
