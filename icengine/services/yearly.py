"""Use cases around the yearly bedömning: what each control's occurrences give, and the controller
deciding otherwise with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Link, Permit, Subject, System, may
from icengine.domain.assessment import Yearly, is_spread
from icengine.domain.calendar import local_date
from icengine.domain.facts import Decided, TaskFact
from icengine.domain.happening import RATING, YEAR_DECIDED, YEAR_TAKEN_BACK, YEARLY
from icengine.domain.people import Organisation, Unit
from icengine.domain.plan import Control, Plan
from icengine.domain.report_findings import Findings, findings
from icengine.domain.report_units import unit_years
from icengine.domain.steering import why_faults
from icengine.domain.task import Fault
from icengine.domain.text import recorded
from icengine.errors import Conflict, NotFound, Refused
from icengine.services.permits import require
from icengine.services.plans import CLOSED_PLAN
from icengine.services.readers import speaks_as
from icengine.services.reading import PROTECTED_READ
from icengine.services.reports import Cover, gather
from icengine.services.steering import Done
from icengine.store import lifecycle, yearly_ratings
from icengine.store.db import Session

LEVEL = "niva"
"""The form's field of the level; the reason's is `REASON`."""
UNANSWERED = "Inget tillfälle är besvarat än, så det finns inget att bedöma."
WHEN = "Årets bedömning går att bestämma när minst ett svar är inlämnat."


@dataclass(frozen=True)
class Part:
    """What has a bedömning for the year: a control, or one unit's part in it."""

    unit: Unit | None
    """None for the control as a whole."""
    year: Yearly
    tasks: tuple[TaskFact, ...]
    """Its occurrences in time order; of all units for the whole."""
    versions: tuple[Decided, ...]
    """All that has been decided about it, the oldest first."""

    @property
    def holding(self) -> str:
        """The level that was decided last; "" where it was taken back or nothing was."""
        return self.versions[-1].level if self.versions else ""

    @property
    def gives(self) -> str:
        """The level that its occurrences give."""
        return self.year.computed or self.year.level


@dataclass(frozen=True)
class ControlYear:
    """A control's year."""

    control: Control
    """Protected where any version of the plan protects it."""
    whole: Part
    units: tuple[Part, ...]
    """Each unit's, where several answer; the worst first."""


@dataclass(frozen=True)
class PlanYear:
    """The bedömningar of a plan's year, as the report has them."""

    plan: Plan
    organisation: Organisation
    controls: tuple[ControlYear, ...]
    """Area by area."""
    closed: bool
    """Is the plan avslutad? Then nothing changes."""
    may_decide: bool
    reads_protected: bool
    """May the reader see what protected controls are about?"""


def plan_year(session: Session, *, actor: Actor, now: datetime, key: str) -> PlanYear:
    """Every control's year, in a fixed number of statements. Raises NotFound."""
    found = findings(gather(session, actor=actor, key=key, as_of=now, cover=Cover()))
    versions = yearly_ratings.versions(session, [key]).get(key, {})
    own = Subject(found.plan.unit)
    return PlanYear(
        plan=found.plan,
        organisation=found.facts.organisation,
        controls=tuple(_control(found, control, versions) for _, control in found.controls),
        closed=lifecycle.closed_at(session, key) is not None,
        may_decide=may(actor, Permit.CONTROL, own),
        reads_protected=may(actor, Permit.READ_PROTECTED, own),
    )


def _control(found: Findings, control: Control, versions: yearly_ratings.Versions) -> ControlYear:
    id, tasks = control.id, found.tasks[control.id]
    whole = Part(None, found.yearlies[id], tasks, versions.get((id, ""), ()))
    units = unit_years(found, control) if is_spread(control, tasks) else ()
    parts = tuple(
        Part(unit, one.year, one.tasks, versions.get((id, one.unit), ()))
        for one in units
        if (unit := found.facts.organisation.unit(one.unit))
    )
    return ControlYear(control, whole, parts)


def part_year(
    session: Session, *, actor: Actor, now: datetime, key: str, control: str, unit: str = ""
) -> tuple[PlanYear, ControlYear, Part]:
    """One control's year, or one unit's part in it. Raises NotFound."""
    year = plan_year(session, actor=actor, now=now, key=key)
    one = next((item for item in year.controls if item.control.id == control), None)
    parts = (one.whole, *one.units) if one else ()
    part = next((p for p in parts if (p.unit.id if p.unit else "") == unit), None)
    if one is None or part is None:
        raise NotFound
    return year, one, part


def note_reading(session: Session, *, actor: Actor, key: str, control: Control) -> None:
    """Keep in the log that somebody read why a protected control was judged so."""
    if not isinstance(actor, System):
        session.record(PROTECTED_READ, f"plan:{key}", changed=[control.id])


def decide(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    control: str,
    unit: str = "",
    level: str,
    reason: str,
    seen: int | None = None,
) -> Done:
    """Decide the year's bedömning of a control, or of one unit's part in it; with level "" what the
    occurrences give holds again.

    The same once more writes nothing. `seen` is how many versions there were when this was thought
    out. Raises NotFound, NotAllowed, Refused where the plan is avslutad or nothing is answered, and
    Conflict where it was decided otherwise meanwhile.
    """
    if isinstance(actor, Link):
        raise NotFound
    session.alone()
    year, one, part = part_year(session, actor=actor, now=now, key=key, control=control, unit=unit)
    require(actor, Permit.CONTROL, Subject(year.plan.unit))
    if year.closed:
        raise Refused(CLOSED_PLAN)
    reason, last = recorded(reason).strip(), part.versions[-1] if part.versions else None
    if last and (last.level, last.reason) == (level, reason):
        return Done()
    if seen is not None and seen != len(part.versions):
        raise Conflict("Någon annan har bestämt årets bedömning sedan du öppnade sidan.")
    if level and not part.year.done:
        raise Refused(UNANSWERED, WHEN)
    if wrong := (*_level_faults(year.plan, part, level), *why_faults(reason)):
        return Done(wrong)
    by = speaks_as(actor, year.organisation, local_date(now))
    yearly_ratings.add(session, key, control, unit, Decided(level, reason, by, now))
    _record(session, year, one, part, level, reason, by)
    return Done(changed=1)


def _level_faults(plan: Plan, part: Part, level: str) -> tuple[Fault, ...]:
    said = ""
    if level not in ("", *plan.ratings.ids):
        said = "Välj en bedömning"
    elif not level and not part.holding:
        said = "Det finns ingen bestämd bedömning att ta tillbaka"
    elif level == part.gives and level != part.holding:
        said = "Det är den bedömning som svaren ger. Välj en annan"
    return (Fault(LEVEL, said),) if said else ()


def _record(
    session: Session, year: PlanYear, one: ControlYear, part: Part, level: str, reason: str, by: str
) -> None:
    """The event; of a protected control it says neither level nor reason."""
    id = one.control.id
    unit = part.unit.id if part.unit else year.plan.unit
    words = [year.plan.ratings.level(at).word for at in (part.year.level, level or part.gives)]
    changes = [] if one.control.protected else [[RATING, *words], ["Skäl", "", reason]]
    session.record(
        YEAR_DECIDED if level else YEAR_TAKEN_BACK,
        f"{YEARLY}:{year.plan.key}/{id}/{unit}",
        behalf=by,
        changes=changes,
    )
