"""Use cases around the selection (urval) for a coming plan: what the rule proposes for each risk and
control, and the controller deciding it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Link, Permit, Subject, may
from icengine.domain.calendar import local_date
from icengine.domain.carry_over import Candidate, target_years
from icengine.domain.facts import CarryDecision
from icengine.domain.happening import (
    CARRIED,
    CARRY_DECIDED,
    CARRY_FOLLOWED,
    CARRY_TAKEN_BACK,
    SELECTION,
)
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan, Risk
from icengine.domain.report_findings import Findings, findings
from icengine.domain.steering import why_faults
from icengine.domain.task import Fault
from icengine.domain.text import recorded
from icengine.errors import Conflict, NotFound, Refused
from icengine.services.permits import require
from icengine.services.plans import CLOSED_PLAN
from icengine.services.readers import speaks_as
from icengine.services.reports import Cover, gather
from icengine.services.steering import Done
from icengine.store import carry_decisions, lifecycle
from icengine.store.db import Session

TO = "till"
"""The form's field of where it goes; the reason's is `REASON`."""
NOT_ON = 0
"""The year that says: to no plan."""


@dataclass(frozen=True)
class Item:
    """A risk or control, and its way to a coming plan."""

    candidate: Candidate
    risk: Risk
    control: Control | None
    """None for the risk itself; protected where any version of the plan protects it."""
    versions: tuple[CarryDecision, ...]
    """All that has been decided about it, the oldest first."""

    @property
    def protected(self) -> bool:
        """Is it a protected control?"""
        return self.control is not None and self.control.protected


@dataclass(frozen=True)
class PlanSelection:
    """What becomes of a plan's risks and controls, as the report has it."""

    found: Findings
    items: tuple[Item, ...]
    """In the plan's order, the controls of a risk before itself."""
    closed: bool
    """Is the plan avslutad? Then nothing changes."""
    may_decide: bool
    reads_protected: bool
    """May the reader see what protected controls are about?"""

    @property
    def plan(self) -> Plan:
        """The plan that it is about."""
        return self.found.plan

    @property
    def organisation(self) -> Organisation:
        """As it was at the moment."""
        return self.found.facts.organisation

    @property
    def undecided(self) -> tuple[Candidate, ...]:
        """Those that follow the proposal without anybody having decided it."""
        all = (item.candidate for item in self.items)
        return tuple(entry for entry in all if entry.is_asked and entry.decided is None)

    @property
    def mark(self) -> str:
        """Says which proposal this is: another where anything in it is another."""
        told = ",".join(f"{entry.id}={entry.proposed}" for entry in self.undecided)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def plan_selection(session: Session, *, actor: Actor, now: datetime, key: str) -> PlanSelection:
    """Every risk and control of the plan, in a fixed number of statements. Raises NotFound."""
    found = findings(gather(session, actor=actor, key=key, as_of=now, cover=Cover()))
    versions = carry_decisions.versions(session, [key]).get(key, {})
    things: dict[str, tuple[Risk, Control | None]] = {r.id: (r, None) for r in found.plan.risks}
    things |= {control.id: (risk, control) for risk, control in found.controls}
    own = Subject(found.plan.unit)
    return PlanSelection(
        found=found,
        items=tuple(
            Item(entry, *things[entry.id], versions.get(entry.id, ()))
            for entry in found.carried.candidates
        ),
        closed=lifecycle.closed_at(session, key) is not None,
        may_decide=may(actor, Permit.CONTROL, own),
        reads_protected=may(actor, Permit.READ_PROTECTED, own),
    )


def item_of(
    session: Session, *, actor: Actor, now: datetime, key: str, subject: str
) -> tuple[PlanSelection, Item]:
    """One risk or control. Raises NotFound."""
    selection = plan_selection(session, actor=actor, now=now, key=key)
    item = next((item for item in selection.items if item.candidate.id == subject), None)
    if item is None:
        raise NotFound
    return selection, item


def carry(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    subject: str,
    year: int | None,
    reason: str,
    seen: int | None = None,
) -> Done:
    """Decide which coming plan's selection a risk or control goes to; NOT_ON for none, None to let
    what the rule proposes hold again.

    The same once more writes nothing. `seen` is how many versions there were when this was thought
    out. Raises NotFound, NotAllowed, Refused where the plan is avslutad, and Conflict where it was
    decided otherwise meanwhile.
    """
    selection, item = _for_change(session, actor, now, key, subject)
    reason, last = recorded(reason).strip(), item.versions[-1] if item.versions else None
    if last and (last.year, last.reason) == (year, reason):
        return Done()
    if seen is not None and seen != len(item.versions):
        raise Conflict("Någon annan har bestämt om urvalet sedan du öppnade sidan.")
    entry = item.candidate
    asked = year is not None and year != entry.proposed
    if wrong := (*_year_faults(selection.plan, item, year), *why_faults(reason, asked)):
        return Done(wrong)
    by = speaks_as(actor, selection.organisation, local_date(now))
    decided = CarryDecision(year, entry.proposed, reason, by, now)
    carry_decisions.add(session, key, {entry.id: decided})
    _record(session, selection, item, decided)
    return Done(changed=1)


def _for_change(
    session: Session, actor: Actor, now: datetime, key: str, subject: str
) -> tuple[PlanSelection, Item]:
    if isinstance(actor, Link):
        raise NotFound
    session.alone()
    selection, item = item_of(session, actor=actor, now=now, key=key, subject=subject)
    require(actor, Permit.CONTROL, Subject(selection.plan.unit))
    if selection.closed:
        raise Refused(CLOSED_PLAN)
    return selection, item


def _year_faults(plan: Plan, item: Item, year: int | None) -> tuple[Fault, ...]:
    entry, said = item.candidate, ""
    first, second = target_years(plan)
    if year is None and not (item.versions and item.versions[-1].year is not None):
        said = "Det finns inget beslut att ta tillbaka"
    elif year == NOT_ON and entry.mandatory:
        said = f"{entry.id} är obligatorisk och återkommer av sig själv. Välj en plan"
    elif year not in (None, NOT_ON, first, second):
        said = f"Välj planen för {first} eller {second}, eller att den inte förs vidare"
    return (Fault(TO, said),) if said else ()


def _record(session: Session, selection: PlanSelection, item: Item, decided: CarryDecision) -> None:
    """The event; of a protected control it says neither where it goes nor why."""
    entry = item.candidate
    after = entry.proposed if decided.year is None else decided.year
    words = [where(entry, entry.year), where(entry, after)]
    changes = [] if item.protected else [[SELECTION, *words], ["Skäl", "", decided.reason]]
    session.record(
        CARRY_TAKEN_BACK if decided.year is None else CARRY_DECIDED,
        f"{CARRIED}:{selection.plan.key}/{entry.id}/{selection.plan.unit}",
        behalf=decided.by,
        changes=[change for change in changes if change[-1]],
    )


def where(entry: Candidate, year: int) -> str:
    """Where something goes, in words."""
    if year:
        return f"Plan {year}"
    return "Återkommer av sig själv" if entry.mandatory else "Förs inte vidare"


def follow_proposal(
    session: Session, *, actor: Actor, now: datetime, key: str, seen: str = ""
) -> Done:
    """Decide what the rule proposes for everything that is not decided, in one act.

    Where nothing is left to decide, nothing is written. `seen` is the `mark` of the proposal that was
    read. Raises NotFound, NotAllowed, Refused where the plan is avslutad, and Conflict where another
    proposal has come instead.
    """
    if isinstance(actor, Link):
        raise NotFound
    session.alone()
    selection = plan_selection(session, actor=actor, now=now, key=key)
    plan = selection.plan
    require(actor, Permit.CONTROL, Subject(plan.unit))
    if selection.closed:
        raise Refused(CLOSED_PLAN)
    left = selection.undecided
    if not left:
        return Done()
    if seen and seen != selection.mark:
        raise Conflict("Förslaget har ändrats sedan du öppnade sidan.")
    by = speaks_as(actor, selection.organisation, local_date(now))
    carry_decisions.add(
        session,
        key,
        {entry.id: CarryDecision(entry.proposed, entry.proposed, "", by, now) for entry in left},
    )
    controls = {control.id for _, control in selection.found.controls}
    session.record(
        CARRY_FOLLOWED,
        f"plan:{key}",
        behalf=by,
        changed=[entry.id for entry in left if entry.id in controls],
        changes=[[f"{SELECTION} {entry.id}", "", where(entry, entry.proposed)] for entry in left],
    )
    return Done(changed=len(left))
