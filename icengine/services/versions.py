"""Use cases around reading plans: which there are, their versions, and what differs between two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Permit, Subject, System, may, scope
from icengine.domain.completeness import Given
from icengine.domain.draft import Draft, DraftState
from icengine.domain.facts import Decision
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.errors import NotFound
from icengine.services.drafts import readable
from icengine.services.people import current_organisation
from icengine.services.reading import PROTECTED_READ
from icengine.store import drafts, lifecycle, plans
from icengine.store.db import Session
from icengine.store.lifecycle import Version


@dataclass(frozen=True)
class ListedPlan:
    """A plan in a list: what is adopted of it, what is under way, or both."""

    key: str
    unit: str
    year: int
    adopted: lifecycle.Listed | None
    draft: drafts.DraftSummary | None


@dataclass(frozen=True)
class PlanRecord:
    """All versions of a plan, and what is under way, as far as the actor may see it."""

    key: str
    unit: str
    year: int
    versions: tuple[Version, ...]
    """Adopted ones, oldest first."""
    closed_at: datetime | None
    draft: Draft | None
    organisation: Organisation

    @property
    def newest(self) -> int:
        """Number of the version that a page shows where none is asked for: the last adopted one,
        the draft where none is; 0 where there is nothing to show."""
        if self.versions:
            return self.versions[-1].decision.version
        return self.draft.number if self.draft else 0


@dataclass(frozen=True)
class Content:
    """What one version of a plan says."""

    number: int
    plan: Plan
    decision: Decision | None
    """None for what is not adopted."""
    sha256: str
    """"" for what may still be changed."""
    adopted_at: datetime | None
    reasons: tuple[Given, ...]
    state: DraftState | None
    """Of what is not adopted; None for what is."""


def all_plans(session: Session, *, actor: Actor) -> list[ListedPlan]:
    """Every plan and draft that the actor may see, newest year first; two statements."""
    adopted = {item.key: item for item in lifecycle.listed(session, scope(actor, Permit.FOLLOW))}
    begun = {item.key: item for item in drafts.summaries(session, scope(actor, Permit.READ))}
    known = {**{item.key: (item.unit, item.year) for item in begun.values()},
             **{item.key: (item.unit, item.year) for item in adopted.values()}}  # fmt: skip
    found = [
        ListedPlan(key, unit, year, adopted.get(key), begun.get(key))
        for key, (unit, year) in known.items()
    ]
    return sorted(found, key=lambda item: (-item.year, item.key))


def plan_record(session: Session, *, actor: Actor, key: str) -> PlanRecord:
    """A plan with its versions. Raises NotFound where the actor may see nothing of it."""
    unit, _, year = key.rpartition("-")
    draft = drafts.get(session, key) if may(actor, Permit.READ, Subject(unit)) else None
    versions = lifecycle.versions(session, key) if may(actor, Permit.FOLLOW, Subject(unit)) else ()
    if not versions and draft is None:
        raise NotFound(f"Planen {key} finns inte.")
    return PlanRecord(
        key, unit, int(year), versions, lifecycle.closed_at(session, key), draft,
        current_organisation(session, actor=actor),
    )  # fmt: skip


def content_of(
    session: Session, *, actor: Actor, record: PlanRecord, number: int
) -> Content | None:  # fmt: skip
    """What a version says; None for a draft that cannot be read as a plan yet.

    Raises NotFound where there is no such version for the actor.
    """
    draft = record.draft
    if draft is not None and draft.number == number:
        if draft.state is DraftState.CANDIDATE:
            plan: Plan | None = plans.plan_of(draft.fixed)
        else:
            plan = readable(session, actor=actor, draft=draft)[0]
        if plan is None:
            return None
        return Content(number, plan, None, draft.sha256, None, (), draft.state)
    known = any(item.decision.version == number for item in record.versions)
    found = plans.version(session, record.key, number) if known else None
    if found is None:
        raise NotFound(f"Planen {record.key} har ingen version {number}.")
    return Content(
        number, found.plan, found.decision, found.sha256, found.adopted_at, found.reasons, None
    )


def sees_protected(actor: Actor, record: PlanRecord) -> bool:
    """Is the actor shown what the plan's protected controls say?"""
    return may(actor, Permit.READ_PROTECTED, Subject(record.unit))


def note_plan_reading(
    session: Session, *, actor: Actor, record: PlanRecord, contents: Iterable[Content | None]
) -> None:
    """Keep in the log that somebody read protected controls of these versions."""
    for content in contents:
        if content and any(control.protected for _, control in content.plan.controls()):
            note_protected(session, actor=actor, record=record, version=content.number)


def note_protected(session: Session, *, actor: Actor, record: PlanRecord, version: int) -> None:
    """Keep in the log that somebody read protected controls of a version."""
    if not isinstance(actor, System) and sees_protected(actor, record):
        session.record(PROTECTED_READ, f"plan:{record.key}", version=version)
