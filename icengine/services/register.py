"""Use cases around the risk register: what a unit thinks of its risks now, and how that changes.

A register is known to whoever may read at its unit. Each change is a new version of the risk, with
one event that says what differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from icengine.domain.access import Actor, Permit, Subject, may, scope
from icengine.domain.calendar import local_date
from icengine.domain.difference import Change
from icengine.domain.document import read_assessed
from icengine.domain.happening import REGISTERED
from icengine.domain.node import as_node
from icengine.domain.people import Organisation, Unit
from icengine.domain.plan_difference import assessment_changes
from icengine.domain.plan_document import assessment_document
from icengine.domain.register import Standing, in_draft, in_plan, is_used, next_id
from icengine.domain.risk import AssessedRisk
from icengine.domain.text import one_line, recorded
from icengine.domain.words import capital, named, sentence
from icengine.errors import Conflict, NotFound, Refused
from icengine.services.people import known_organisation
from icengine.services.permits import require, require_somewhere
from icengine.services.trail import told
from icengine.store import drafts, plans, register
from icengine.store.db import Session
from icengine.store.events import as_lines
from icengine.store.register import Registered

CHANGED_BETWEEN = "Någon annan har ändrat risken sedan du öppnade den."
ADDED, RETIRED, RESTORED = "tillagd", "avförd", "upptagen igen"
REASON = "Skäl"
"""What a change is called that is the reason for the others."""


@dataclass(frozen=True)
class UnitRegister:
    """A unit's register, and how its risks stand in this year's plan and the next."""

    unit: Unit
    organisation: Organisation
    entries: tuple[Registered, ...]
    """Every risk as it stands now, retired ones too."""
    standings: Mapping[str, tuple[Standing, ...]]
    """Risk -> what each of those plans says of it, the next year's first."""
    plans: tuple[tuple[str, int, bool], ...]
    """(key, year, whether it is a draft) of those plans, the next year's first."""
    others: Mapping[str, Standing] = field(default_factory=dict)
    """Risk -> what the newest plan of another year says, for those that stand in one."""


@dataclass(frozen=True)
class Version:
    """A risk as a version of the register had it."""

    entry: Registered
    by: str
    """Who made it, in words."""
    changes: tuple[Change, ...]
    """What differs from the version before; () for the first one."""


@dataclass(frozen=True)
class Kept:
    """A risk of the register after a change."""

    entry: Registered
    changes: tuple[Change, ...]
    is_new: bool
    """False where nothing was changed."""


# -- reading --


def registers(session: Session, *, actor: Actor) -> tuple[Organisation, list[Registered]]:
    """Every risk in every register that the actor may read, and the organisation.

    Raises NotAllowed for whoever may read nowhere.
    """
    require_somewhere(actor, Permit.READ)
    return known_organisation(session), register.registers(session, scope(actor, Permit.READ))


def unit_register(session: Session, *, actor: Actor, now: datetime, unit: str) -> UnitRegister:
    """A unit's register. Raises NotFound where there is no such unit, or the actor may not read it."""
    organisation, found = _readable(session, actor, unit)
    year = local_date(now).year
    adopted = {item.plan.key: item.plan for item in plans.newest_of_units(session, [unit], 9999)}
    standings: dict[str, tuple[Standing, ...]] = {}
    there: list[tuple[str, int, bool]] = []
    for key, when in ((f"{unit}-{year + 1}", year + 1), (f"{unit}-{year}", year)):
        plan, draft = adopted.pop(key, None), drafts.get(session, key)
        for is_draft, said in (
            (True, in_draft(draft) if draft else None),
            (False, in_plan(plan) if plan else None),
        ):
            if said is None:
                continue
            there.append((key, when, is_draft))
            for id, standing in said:
                standings[id] = (*standings.get(id, ()), standing)
    risks = register.register(session, scope(actor, Permit.READ), unit)
    others = {id: said for plan in reversed(adopted.values()) for id, said in in_plan(plan)}
    return UnitRegister(found, organisation, tuple(risks), standings, tuple(there), others)


def risk_history(
    session: Session, *, actor: Actor, now: datetime, unit: str, id: str
) -> tuple[Version, ...]:
    """Every version of a risk, the newest first. Raises NotFound where there is none to be read."""
    organisation, _ = _readable(session, actor, unit)
    found = register.history(session, unit, id)
    if not found:
        raise _no_risk(unit, id)
    names = told(session, organisation, local_date(now), {(e.by, local_date(e.at)) for e in found})
    before: list[Registered | None] = [*found[1:], None]
    return tuple(
        Version(entry, names[entry.by, local_date(entry.at)], _differences(last, entry))
        for entry, last in zip(found, before, strict=True)
    )


def proposed_id(session: Session, *, actor: Actor, unit: str) -> tuple[str, frozenset[str]]:
    """The id that the next new risk gets, and all that can no longer be given to one."""
    _readable(session, actor, unit)
    require(actor, Permit.CONTROL, Subject(unit))
    used = frozenset(register.used_ids(session, unit))
    return next_id(used), used


def _readable(session: Session, actor: Actor, unit: str) -> tuple[Organisation, Unit]:
    organisation = known_organisation(session)
    found = organisation.unit(unit)
    if found is None or not may(actor, Permit.READ, Subject(unit)):
        raise NotFound(f"Enheten {unit} har inget riskregister.", "Kontrollera enhetens id.")
    return organisation, found


def _no_risk(unit: str, id: str) -> NotFound:
    return NotFound(
        f"Risken {id} finns inte i riskregistret för {unit}.",
        f"Se vilka som finns: icengine risk list {unit}",
    )


def _differences(before: Registered | None, after: Registered) -> tuple[Change, ...]:
    """What a version changed, part by part."""
    if before is None:
        return ()
    found = assessment_changes(before.risk, after.risk)
    if before.retired != after.retired:
        found = (Change("risken", "", RETIRED if after.retired else RESTORED), *found)
    return found


# -- changing --


def add_risk(
    session: Session, *, actor: Actor, now: datetime, unit: str, risk: AssessedRisk
) -> Kept:
    """A new risk. Raises Refused where a risk of the unit has, or has had, its id."""
    organisation = _changeable(session, actor, unit)
    today = local_date(now)
    ended = organisation.unit(unit)
    if ended and ended.end and ended.end < today:
        raise Refused(f"{ended.name} har upphört.", "Lägg risken hos enheten som tog över.")
    risk = _sound(risk.assessment, organisation)
    used = register.used_ids(session, unit)
    if is_used(risk.id, used):
        raise Refused(
            f"{risk.id} är redan använt, och ett id används aldrig igen.",
            f"Nästa lediga är {next_id(used)}.",
        )
    entry = Registered(unit, risk, 1, False, "", str(actor), now)
    return _store(session, entry, (Change(_name(risk), "", ADDED),))


def change_risk(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    unit: str,
    risk: AssessedRisk,
    seen: int,
    reason: str = "",
) -> Kept:
    """What the register says of the risk with that id, from now on.

    `seen` is the version it was thought out from. Raises Conflict where there is a newer one, and
    Refused where the risk is retired or is no risk as files may have it.
    """
    organisation = _changeable(session, actor, unit)
    last = _seen(session, unit, risk.id, seen)
    _check_active(last)
    risk = _sound(risk.assessment, organisation)
    return _next(session, last, replace(last, risk=risk, reason=recorded(reason)), actor, now)


def reassess_risk(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    unit: str,
    risk: AssessedRisk,
    seen: int,
    reason: str = "",
) -> Kept:
    """The risk weighed anew: its date, by whom, and why where the result is another.

    Raises as `change_risk`, and Refused where one of those is missing or the date is to come.
    """
    organisation = _changeable(session, actor, unit)
    last = _seen(session, unit, risk.id, seen)
    _check_active(last)
    risk = _sound(risk.assessment, organisation)
    said = reassessment_fault(last.risk, risk, reason, local_date(now))
    if said:
        raise Refused(said[1])
    return _next(session, last, replace(last, risk=risk, reason=recorded(reason)), actor, now)


def reassessment_fault(
    before: AssessedRisk, after: AssessedRisk, reason: str, today: date
) -> tuple[str, str] | None:
    """(part, what is wrong) of a new assessment; None where nothing is."""
    if after.weight is None:
        return "sannolikhet", "Värdera risken: välj både sannolikhet och konsekvens."
    if after.assessed is None:
        return "bedömd", "Ange vilken dag risken bedömdes."
    if after.assessed > today:
        return "bedömd", "Bedömningens dag ligger i framtiden."
    if before.assessed and after.assessed < before.assessed:
        return "bedömd", "Risken är redan bedömd en senare dag."
    if not after.assessed_by:
        return "bedömd av", "Skriv vem som gjorde bedömningen."
    if after.weight != before.weight and not reason.strip():
        return "skäl", "Skriv varför bedömningen blev en annan."
    return None


def retire_risk(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    unit: str,
    id: str,
    reason: str,
    seen: int | None = None,
) -> Kept:
    """The risk is no longer one of the unit's, for a reason. Its history and its id stay.

    Raises Conflict where somebody has changed it since `seen`, Refused where it is retired already
    or no reason is given.
    """
    _changeable(session, actor, unit)
    last = _seen(session, unit, id, seen)
    _check_active(last)
    if not reason.strip():
        raise Refused("Skriv varför risken avförs.")
    return _next(session, last, replace(last, retired=True, reason=recorded(reason)), actor, now)


def restore_risk(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    unit: str,
    id: str,
    reason: str,
    seen: int | None = None,
) -> Kept:
    """A retired risk is one of the unit's again. Raises as `retire_risk`."""
    _changeable(session, actor, unit)
    last = _seen(session, unit, id, seen)
    if not last.retired:
        raise Refused(f"{_name(last.risk)} är inte avförd.")
    if not reason.strip():
        raise Refused("Skriv varför risken tas upp igen.")
    return _next(session, last, replace(last, retired=False, reason=recorded(reason)), actor, now)


def _changeable(session: Session, actor: Actor, unit: str) -> Organisation:
    """The organisation, once nobody else can change the register meanwhile."""
    organisation, _ = _readable(session, actor, unit)
    require(actor, Permit.CONTROL, Subject(unit))
    session.alone()
    return organisation


def _seen(session: Session, unit: str, id: str, seen: int | None) -> Registered:
    """The risk as it stands, where that is the version that was seen."""
    found = register.history(session, unit, id)
    if not found:
        raise _no_risk(unit, id)
    if seen is not None and seen != found[0].version:
        raise Conflict(CHANGED_BETWEEN)
    return found[0]


def _check_active(entry: Registered) -> None:
    if entry.retired:
        raise Refused(f"{_name(entry.risk)} är avförd.", "Ta upp den igen först.")


def _sound(risk: AssessedRisk, organisation: Organisation) -> AssessedRisk:
    """The risk as the reader of files takes it. Raises Refused in the reader's words."""
    found, problems = read_assessed(as_node(assessment_document(risk)), organisation)
    if problems:
        hint = problems[0].hint
        raise Refused(sentence(capital(problems[0].message)), sentence(capital(hint)))
    return found


def _next(
    session: Session, last: Registered, entry: Registered, actor: Actor, now: datetime
) -> Kept:
    found = _differences(last, entry)
    if not found:
        return Kept(last, (), False)
    entry = replace(entry, version=last.version + 1, by=str(actor), at=now)
    name = _name(entry.risk)
    lines = (Change(f"{name}: {change.what}", change.before, change.after) for change in found)
    return _store(session, entry, tuple(lines))


def _store(session: Session, entry: Registered, changes: tuple[Change, ...]) -> Kept:
    register.add(session, [entry])
    why = (Change(REASON, "", entry.reason),) if entry.reason else ()
    session.record(
        REGISTERED,
        f"riskregister:{entry.unit}",
        risk=entry.risk.id,
        version=entry.version,
        changes=as_lines([*changes, *why]),
    )
    return Kept(entry, changes, True)


def _name(risk: AssessedRisk) -> str:
    return named(risk.id, one_line(risk.title))
