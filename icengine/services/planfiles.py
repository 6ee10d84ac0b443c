"""Use cases around plans as files: what is written to one, and reading one into the draft."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Permit, Subject, may
from icengine.domain.draft import Document, Draft, entries, mark, read_draft
from icengine.domain.node import Problem, as_node, plain
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.plan_difference import PlanDifference, plan_difference
from icengine.domain.plan_document import plan_document
from icengine.errors import Conflict, NotAllowed
from icengine.intake.naming import Known
from icengine.services.drafts import CHANGED_BETWEEN, Saved, save_draft
from icengine.services.people import current_organisation
from icengine.services.permits import require
from icengine.services.plans import adopted_plan
from icengine.services.planwriting import protected
from icengine.store import drafts, plans
from icengine.store.db import Session
from icengine.store.plan_ids import used_ids

BASIS = re.compile(r"(.+), (utkast|version) (\d{1,9})(?: \(([0-9a-f]{8})\))?")
CHANGED_IN_FILE = "Någon annan har sparat utkastet sedan filen hämtades."
HINT = (
    "Se skillnaden med --dry-run. Läs in med --force om filen ska ersätta det som finns, eller hämta "
    "planen igen med plan export och ändra i den filen."
)


@dataclass(frozen=True)
class Stored:
    """What is stored of a plan, as a file has it."""

    document: Document
    organisation: Organisation
    basis: str
    """Which draft or version it is: a file that says so can be read in without overwriting anybody."""
    problems: tuple[Problem, ...] = ()
    """What is missing or wrong in a draft."""


@dataclass(frozen=True)
class Preview:
    """What reading a file in would change."""

    against: str
    """What it is compared with: "utkastet", "version 2", or "" where nothing is stored."""
    difference: PlanDifference
    conflict: Conflict | None = None
    """Why the file would be refused."""
    before: Plan | None = None
    """What it is compared with; None where there is no whole plan."""
    stands: str = ""
    """The mark of the draft that there is; "" for none."""


def stored_plan(session: Session, *, actor: Actor, key: str, adopted: bool = False) -> Stored:
    """The draft of a plan, or its newest adopted version where it has none or `adopted` asks for it.

    Raises NotFound where there is neither, or it may not be seen; NotAllowed where something in it is
    protected and the actor may not read that. A file without it would take it away when it is read in.
    """
    organisation = current_organisation(session, actor=actor)
    draft = None if adopted else drafts.get(session, key)
    if draft is not None and may(actor, Permit.READ, Subject(draft.unit)):
        _check_readable(actor, draft.unit, draft.document)
        plan, problems = read_draft(draft.document, organisation)
        # A whole plan has one spelling; what is not whole yet is kept as it was written.
        document = plan_document(plan, organisation) if plan else draft.document
        return Stored(document, organisation, _basis_of_draft(draft), tuple(problems))
    found = adopted_plan(session, actor=actor, key=key, permit=Permit.READ)
    document = plan_document(found.plan, organisation)
    _check_readable(actor, found.plan.unit, document)
    return Stored(document, organisation, f"{key}, version {found.decision.version}")


def check_protected(session: Session, *, actor: Actor, key: str) -> None:
    """Raises NotAllowed where a file would take the place of protected controls that the actor may
    not read."""
    draft = drafts.get(session, key)
    if draft is not None:
        _check_readable(actor, draft.unit, draft.document)
        return
    last = plans.latest(session, key)
    if last is not None:
        organisation = current_organisation(session, actor=actor)
        _check_readable(actor, last.plan.unit, plan_document(last.plan, organisation))


def _check_readable(actor: Actor, unit: str, document: Document) -> None:
    if has_protected(document) and not may(actor, Permit.READ_PROTECTED, Subject(unit)):
        raise NotAllowed(
            "I planen finns skyddade kontroller som du inte får läsa.",
            "Därför går den varken att hämta eller att läsa in som fil.",
        )


def has_protected(document: Document) -> bool:
    """Is any control of the document protected, in any way that could mean so?"""
    return any(protected(control) for control in _below(document, "kontroller"))


def _basis_of_draft(draft: Draft) -> str:
    return f"{draft.key}, utkast {draft.revision} ({mark(draft.document)[:8]})"


def known_ids(session: Session, *, actor: Actor, unit: str, year: str) -> Known:
    """What the unit has ids for: those in use, and titles in its plan for the year or the one before."""
    organisation = current_organisation(session, actor=actor)
    if organisation.unit(unit) is None or not year.isdecimal():
        return Known()
    require(actor, Permit.CONTROL, Subject(unit))
    before = plans.newest_of_units(session, [unit], int(year[:9]))
    document: Document = plan_document(before[0].plan, organisation) if before else {}
    draft = drafts.get(session, f"{unit}-{year}")
    document = draft.document if draft else document
    return Known(
        used=used_ids(session, unit),
        risks=_titles([*entries(document), *entries(document, "utelämnade risker")], "titel"),
        controls=_titles(_readable(actor, unit, document), "titel"),
        actions=_titles(_below(document, "direktåtgärder"), "åtgärd"),
    )


def _readable(actor: Actor, unit: str, document: Document) -> Iterator[Document]:
    """The controls that the actor may read: a title is not found out by handing it in."""
    sees = may(actor, Permit.READ_PROTECTED, Subject(unit))
    yield from (c for c in _below(document, "kontroller") if sees or not protected(c))


def _below(document: Document, key: str) -> Iterator[Document]:
    for risk in entries(document):
        yield from entries(risk, key)


def _titles(found: Iterator[Document] | list[Document], key: str) -> dict[str, str]:
    return {str(item[key]): str(item["id"]) for item in found if item.get(key) and item.get("id")}


def preview_plan(session: Session, *, actor: Actor, plan: Plan, basis: str = "") -> Preview:
    """What a file would change: against the draft, else against the newest adopted version."""
    require(actor, Permit.CONTROL, Subject(plan.unit))
    check_protected(session, actor=actor, key=plan.key)
    organisation = current_organisation(session, actor=actor)
    draft = drafts.get(session, plan.key)
    document = plain(as_node(plan_document(plan, organisation)))
    conflict = _conflict(session, plan.key, basis, draft, document)
    if draft is not None:
        before, _ = read_draft(draft.document, organisation)
        against = "utkastet" if before else "utkastet, som inte är en hel plan än"
        difference = plan_difference(before, plan)
        return Preview(against, difference, conflict, before, mark(draft.document))
    last = plans.latest(session, plan.key)
    against = f"version {last.decision.version}" if last else ""
    before = last.plan if last else None
    return Preview(against, plan_difference(before, plan), conflict, before)


def import_plan(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    plan: Plan,
    basis: str = "",
    force: bool = False,
    stands: str | None = None,
) -> Saved:
    """Make the draft what a file says.

    `basis` is what the file was made from. Raises Conflict where that is not what is stored now, or
    where the file does not say it and there is a draft that says something else; `force` replaces it.
    `stands` is the mark of the draft that was to be replaced ("" for none): another one is not.
    """
    require(actor, Permit.CONTROL, Subject(plan.unit))
    check_protected(session, actor=actor, key=plan.key)
    session.alone()
    organisation = current_organisation(session, actor=actor)
    document = plain(as_node(plan_document(plan, organisation)))
    draft = drafts.get(session, plan.key)
    conflict = _conflict(session, plan.key, basis, draft, document)
    if conflict is not None and not force:
        raise conflict
    if stands is not None and stands != (mark(draft.document) if draft else ""):
        raise Conflict(CHANGED_BETWEEN)
    seen = draft.revision if draft else None
    return save_draft(
        session, actor=actor, now=now, unit=plan.unit, year=plan.year, document=document, seen=seen
    )


def _conflict(
    session: Session, key: str, basis: str, draft: Draft | None, document: Document
) -> Conflict | None:
    """Why a file made from `basis` may not take the place of what is stored; None where it may."""
    found = BASIS.fullmatch(basis)
    kind, number, sign = found.groups()[1:] if found and found[1] == key else ("", "", "")
    if draft is not None:
        same = mark(document) == mark(draft.document)
        began = draft.number == 1 or (kind == "version" and int(number) == draft.number - 1)
        untouched = draft.revision == 1 and began
        if same or untouched or (kind == "utkast" and sign == mark(draft.document)[:8]):
            return None
        unknown = (
            f"Planen {key} har redan ett utkast, och filen säger inte att den kommer från det."
        )
        return Conflict(CHANGED_IN_FILE if kind else unknown, HINT)
    last = plans.latest(session, key)
    if kind == "utkast":
        return Conflict("Utkastet som filen kommer från finns inte längre.", HINT)
    if kind == "version" and last is not None and last.decision.version != int(number):
        now = f"Filen kommer från version {number}, men version {last.decision.version} är antagen."
        return Conflict(now, HINT)
    return None
