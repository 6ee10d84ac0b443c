"""Use cases of a plan as a file in the browser: what is downloaded, and a file that is handed in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from icengine.domain.access import Actor, Permit, Subject, may
from icengine.domain.document import YEARS
from icengine.domain.draft import Draft, DraftState
from icengine.domain.node import Place, Problem
from icengine.domain.people import Organisation
from icengine.errors import NotFound, Refused
from icengine.intake.naming import Known
from icengine.intake.planfile import PlanFile, plan_text, read_plan_data
from icengine.intake.tables import Unwritable
from icengine.intake.workbook import write_workbook
from icengine.services.people import current_organisation
from icengine.services.permits import require
from icengine.services.planfiles import Stored, check_protected, known_ids
from icengine.store import drafts, lifecycle, plans
from icengine.store.db import Session


@dataclass(frozen=True)
class Counter:
    """Where a file about a plan is handed in."""

    key: str
    unit: str
    year: int
    organisation: Organisation
    draft: Draft | None
    version: int
    """The newest adopted version; 0 where none is."""


def counter(session: Session, *, actor: Actor, key: str) -> Counter:
    """Where to hand in a file about a plan, begun or not.

    Raises NotFound, NotAllowed, or Refused where the plan cannot be changed.
    """
    unit, _, said = key.rpartition("-")
    organisation = current_organisation(session, actor=actor)
    year = int(said) if said.isdecimal() and said.isascii() and len(said) == 4 else 0
    known = organisation.unit(unit) is not None and YEARS[0] <= year <= YEARS[1]
    if not known or not may(actor, Permit.READ, Subject(unit)):
        raise NotFound(f"Planen {key} finns inte.")
    require(actor, Permit.CONTROL, Subject(unit))
    check_protected(session, actor=actor, key=key)
    draft = drafts.get(session, key)
    if draft is not None and draft.state is not DraftState.DRAFT:
        raise Refused(
            "Planen är skickad till beslut och går inte att ändra.",
            "Ta tillbaka den från beslut först.",
        )
    last = plans.latest(session, key)
    if last and lifecycle.closed_at(session, key) is not None:
        raise Refused(f"Planen {key} är avslutad. Den får inga fler versioner.")
    version = last.decision.version if last else 0
    return Counter(key, unit, year, organisation, draft, version)


def read_handed_in(
    session: Session, *, actor: Actor, at: Counter, data: bytes, name: str, suffix: str
) -> PlanFile:
    """The plan in a file that is handed in, or every problem with it; nothing is stored."""

    def known(unit: str, year: str) -> Known:
        # A file about another plan is not answered with what that one has.
        ours = (unit, year) == (at.unit, str(at.year))
        return known_ids(session, actor=actor, unit=unit, year=year) if ours else Known()

    said = {"enhet": at.unit, "år": str(at.year)}
    found = read_plan_data(data, name, suffix, at.organisation, known=known, given=said)
    if found.plan is None or found.plan.key == at.key:
        return found
    wrong = Problem(
        Place(name), f"filen är en plan för {found.plan.key}, men här läses {at.key} in",
        "välj en annan fil, eller läs in den på den planens sida",
    )  # fmt: skip
    return replace(found, plan=None, problems=[wrong])


def as_file(found: Stored, suffix: str) -> bytes:
    """What is stored of a plan as .xlsx or .yaml. Raises Refused where it has no place in a workbook."""
    if suffix == ".yaml":
        return plan_text(found.document, found.basis).encode()
    try:
        return write_workbook(found.document, found.organisation, basis=found.basis)
    except Unwritable as error:
        raise Refused(
            f"Planen ryms inte i en Excelfil: {error}.", "Hämta den som textfil i stället."
        ) from error
