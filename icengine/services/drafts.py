"""Use cases around a plan that is being written: begin it, change it, read a file into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from icengine.domain.access import Actor, Permit, Subject, may, scope
from icengine.domain.document import YEARS
from icengine.domain.draft import Document, Draft, DraftState, mark, read_draft
from icengine.domain.happening import PLAN_DISCARDED, PLAN_DRAFTED
from icengine.domain.node import Problem, as_node, plain
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.plan_difference import PlanDifference, plan_difference
from icengine.domain.plan_document import plan_document
from icengine.errors import Conflict, NotFound, Refused
from icengine.services.people import current_organisation
from icengine.services.permits import require
from icengine.store import drafts, lifecycle, plans
from icengine.store.db import Session
from icengine.store.events import as_lines

CHANGED_BETWEEN = "Någon annan har sparat utkastet sedan du öppnade det."


class AlreadyAdopted(NotFound):
    """Planen är redan antagen."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            "Planen är redan antagen.", "Utkastet finns inte längre. Ingenting är ändrat."
        )


class AtDecision(Refused):
    """Planen är skickad till beslut."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            "Planen är skickad till beslut och går inte att ändra.",
            "Ta tillbaka den från beslut först.",
        )


@dataclass(frozen=True)
class Saved:
    """A draft after a save."""

    draft: Draft
    plan: Plan | None
    """What it says; None while something in it is missing or wrong."""
    problems: tuple[Problem, ...]
    difference: PlanDifference | None
    """What the save changed; None where it cannot be told, before or after."""
    is_new: bool
    """False where nothing was changed."""


def draft_list(session: Session, *, actor: Actor) -> list[drafts.DraftSummary]:
    """Drafts that the actor may see, newest first."""
    return drafts.summaries(session, scope(actor, Permit.READ))


def draft_of(session: Session, *, actor: Actor, key: str, permit: Permit = Permit.READ) -> Draft:
    """The draft of a plan.

    Raises NotFound where there is none or it may not be seen, AlreadyAdopted where that is because
    it became a version of a plan that the actor may see.
    """
    found = drafts.get(session, key)
    unit = key.rpartition("-")[0]
    if found is None and may(actor, Permit.READ, Subject(unit)) and plans.latest(session, key):
        raise AlreadyAdopted(key)
    if found is None or not may(actor, Permit.READ, Subject(found.unit)):
        raise NotFound(f"Planen {key} har inget utkast.")
    require(actor, permit, Subject(found.unit))
    return found


def begin_draft(session: Session, *, actor: Actor, now: datetime, unit: str, year: int) -> Draft:
    """A draft of a unit's plan for a year: of its first version, or of a revision of the adopted.

    Raises Refused where there is one already, or the plan is avslutad.
    """
    require(actor, Permit.CONTROL, Subject(unit))
    organisation = current_organisation(session, actor=actor)
    if organisation.unit(unit) is None:
        raise NotFound(f"Enheten {unit} finns inte.")
    if not YEARS[0] <= year <= YEARS[1]:
        raise Refused(f"Planåret ska ligga mellan {YEARS[0]} och {YEARS[1]}.")
    key = f"{unit}-{year}"
    session.alone()
    if drafts.get(session, key) is not None:
        raise Refused(f"Planen {key} har redan ett utkast.", "Öppna det i stället.")
    last = plans.latest(session, key)
    if last and lifecycle.closed_at(session, key) is not None:
        raise Refused(f"Planen {key} är avslutad. Den får inga fler versioner.")
    document: Document = (
        plan_document(last.plan, organisation)
        if last
        else {"enhet": unit, "år": year, "upprättad av": organisation.contact, "risker": []}
    )
    document = plain(as_node(document))
    number = last.decision.version + 1 if last else 1
    draft = Draft(key, unit, year, number, 1, DraftState.DRAFT, document, now, str(actor))
    drafts.store(session, draft, None)
    session.record(PLAN_DRAFTED, f"plan:{key}", version=number, revision=1, changes=[])
    return draft


def change_draft(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    change: Callable[[Document], Document],
    part: Callable[[Document], object],
    seen: str,
) -> Saved:
    """Change a part of a draft; what others have saved of other parts meanwhile stays.

    `part` picks what the change is thought out from and `seen` is its `mark` as the one who changes
    it saw it. Raises Conflict where it is another now, Refused where the content is fixed.
    """
    draft = draft_of(session, actor=actor, key=key, permit=Permit.CONTROL)
    _check_open(draft)
    if mark(part(draft.document)) != seen:
        raise Conflict(CHANGED_BETWEEN)
    return _save(session, actor, now, draft, change(draft.document))


def save_draft(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    unit: str,
    year: int,
    document: Document,
    seen: int | None = None,
) -> Saved:
    """The whole draft as a file or a workbook says it; begun where there is none.

    `seen` is the revision the document was thought out from; None where the file does not know it,
    and then it takes the place of whatever is there. Raises Conflict where another save came
    between.
    """
    require(actor, Permit.CONTROL, Subject(unit))
    key = f"{unit}-{year}"
    draft = drafts.get(session, key)
    if draft is None:
        draft = begin_draft(session, actor=actor, now=now, unit=unit, year=year)
    _check_open(draft)
    if seen is not None and seen != draft.revision:
        raise Conflict(CHANGED_BETWEEN)
    return _save(session, actor, now, draft, document)


def _check_open(draft: Draft) -> None:
    if draft.state is not DraftState.DRAFT:
        raise AtDecision(draft.key)


def _save(session: Session, actor: Actor, now: datetime, draft: Draft, document: Document) -> Saved:
    organisation = current_organisation(session, actor=actor)
    before, _ = read_draft(draft.document, organisation)
    document = plain(as_node(document))
    plan, problems = read_draft(document, organisation)
    if mark(document) == mark(draft.document):
        return Saved(draft, plan, tuple(problems), None, False)
    _check_key(draft, document)
    differs = plan_difference(before, plan) if plan else None
    saved = replace(
        draft, revision=draft.revision + 1, document=document, changed_at=now, by=str(actor)
    )
    if not drafts.store(session, saved, draft.revision):
        raise Conflict(CHANGED_BETWEEN)
    session.record(
        PLAN_DRAFTED,
        f"plan:{draft.key}",
        version=draft.number,
        revision=saved.revision,
        changes=as_lines(differs.changes) if differs and before else [],
    )
    return Saved(saved, plan, tuple(problems), differs, True)


def _check_key(draft: Draft, document: Document) -> None:
    """A draft stays the draft of its plan."""
    if (str(document.get("enhet")), str(document.get("år"))) != (draft.unit, str(draft.year)):
        raise Refused(f"Utkastet gäller {draft.key}. Enhet och år kan inte ändras.")


def discard_draft(session: Session, *, actor: Actor, key: str, seen: int) -> None:
    """Throw a draft away; what is adopted stays.

    Raises AtDecision where it is sent to the decision, and Conflict where another save came between.
    """
    draft = draft_of(session, actor=actor, key=key, permit=Permit.CONTROL)
    _check_open(draft)
    if draft.revision != seen or not drafts.remove(session, key, seen):
        raise Conflict(CHANGED_BETWEEN)
    session.record(PLAN_DISCARDED, f"plan:{key}", version=draft.number, revision=seen)


def readable(
    session: Session, *, actor: Actor, draft: Draft
) -> tuple[Plan | None, tuple[Problem, ...], Organisation]:
    """What a draft says, every problem with it, and the organisation it was read for."""
    organisation = current_organisation(session, actor=actor)
    plan, problems = read_draft(draft.document, organisation)
    return plan, tuple(problems), organisation
