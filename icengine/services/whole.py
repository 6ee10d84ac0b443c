"""Use cases around the samlad rapport: gathered for a unit and everything under it, its units judged
and, where they keep their controls elsewhere, entered by their totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from icengine.domain.access import Actor, Link, Permit, Subject, may, scope
from icengine.domain.calendar import local_date
from icengine.domain.happening import JUDGED_UNIT, TOTALS_GIVEN
from icengine.domain.law import is_executive
from icengine.domain.people import Organisation, Unit
from icengine.domain.report_model import Report, ReportKind
from icengine.domain.report_years import MOST_YEARS
from icengine.domain.task import Fault
from icengine.domain.text import one_line, recorded
from icengine.domain.whole_facts import (
    Judged,
    Totals,
    UnitFacts,
    WholeFacts,
    judge_of,
    totals_faults,
    units_of_whole,
    verdict_faults,
)
from icengine.domain.whole_report import build_whole_report
from icengine.domain.whole_verdicts import Verdict
from icengine.errors import NotFound, Refused
from icengine.services.people import current_organisation, known_organisation
from icengine.services.permits import require
from icengine.services.readers import speaks_as
from icengine.services.report_facts import facts_of, last_of, sums_of, years_before
from icengine.services.reports import Cover
from icengine.store import plans, shared, whole
from icengine.store.db import Session
from icengine.store.moments import Moments
from icengine.store.plans import AdoptedPlan

NO_COVER = Cover()
Past = list[tuple[AdoptedPlan, dict[str, str]]]


def read_key(key: str) -> tuple[str, int]:
    """ "kommun-2022" as the unit and the year. Raises NotFound for what is no such key."""
    unit, _, year = key.rpartition("-")
    if not unit or not year.isascii() or not year.isdigit() or len(year) != 4:
        raise NotFound
    return unit, int(year)


def whole_report(
    session: Session,
    *,
    actor: Actor,
    key: str,
    as_of: datetime,
    cover: Cover = NO_COVER,
    kind: ReportKind = ReportKind.WHOLE,
) -> Report:
    """The samlad rapport, or its one page, of everything recorded up to `as_of`."""
    return build_whole_report(gather(session, actor=actor, key=key, as_of=as_of, cover=cover), kind)


def gather(
    session: Session, *, actor: Actor, key: str, as_of: datetime, cover: Cover = NO_COVER
) -> WholeFacts:
    """Everything recorded about the units under one for a year, in a fixed number of statements.

    The figures of a unit are those of its adopted slutrapport, as of the moment it was fixed at; of
    the others, what was recorded by `as_of`. Raises NotFound, also for whoever may not read it.
    """
    top, year = read_key(key)
    organisation = current_organisation(session, actor=actor, as_of=as_of)
    unit = organisation.unit(top)
    if unit is None or isinstance(actor, Link) or not may(actor, Permit.READ, Subject(top)):
        raise NotFound
    below = [one.id for one in organisation.below(top, local_date(as_of))]
    keys = [f"{id}-{year}" for id in below]
    reported = whole.reported(session, keys, as_of)
    own = {key: item.as_of for key, item in reported.items() if item.adopted}
    moments = Moments(as_of, own)
    adopted = plans.newest_of_units(session, below, year, year, moments)
    with_plan = frozenset(item.plan.unit for item in adopted)
    units = units_of_whole(organisation, top, local_date(as_of), with_plan)
    found = facts_of(session, organisation, adopted, moments, _named(session, adopted, as_of))
    past = years_before(session, sorted(with_plan), year, moments, MOST_YEARS - 1)
    verdicts = whole.verdicts(session, top, year, as_of)
    totals = whole.totals(session, [one.id for one in units], year, as_of)
    executive = [one for one in organisation.units if is_executive(one)]
    return WholeFacts(
        organisation=organisation,
        unit=unit,
        judge=judge_of(organisation, unit, executive),
        year=year,
        as_of=as_of,
        units=tuple(
            UnitFacts(
                unit=one,
                facts=found.get(f"{one.id}-{year}"),
                reported=reported.get(f"{one.id}-{year}"),
                totals=totals.get(one.id),
                verdict=verdicts.get(one.id),
                last_year=last_of(past, one.id, year - 1),
                repeated=_repeated(past, one.id, year),
            )
            for one in units
        ),
        verdict=verdicts.get(top) if top not in {one.id for one in units} else None,
        history=sums_of(past),
        dnr=cover.dnr,
        appendix=cover.appendix,
        meeting=cover.meeting,
    )


def _named(
    session: Session, adopted: Iterable[AdoptedPlan], as_of: datetime
) -> dict[str, dict[tuple[str, str], str]]:
    """Who the units have named for shared controls, by plan; one statement."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    keys = [item.plan.key for item in adopted]
    for (plan, control, unit), naming in shared.namings(session, keys, as_of).items():
        found.setdefault(plan, {})[control, unit] = naming.function
    return found


def _repeated(past: Past, unit: str, year: int) -> dict[str, int]:
    """How many years running up to the last one each control has not been without remark, and this
    year counted."""
    running: dict[str, int] = {}
    broken: set[str] = set()
    wanted = year - 1
    for item, levels in past:  # the newest first
        if item.plan.unit != unit or item.plan.year != wanted:
            continue
        for id, level in levels.items():
            if item.plan.ratings.level(level).rank and id not in broken:
                running[id] = running.get(id, 1) + 1
            else:
                broken.add(id)
        broken |= set(running) - set(levels)
        wanted -= 1
    return running


@dataclass(frozen=True)
class Listed:
    """A unit whose whole may be read, and the years there are."""

    unit: Unit
    years: tuple[int, ...]
    """The newest first."""
    reads: bool
    """May it be read as it is now, and not only as it was adopted?"""


def wholes(session: Session, *, actor: Actor, now: datetime) -> tuple[Listed, ...]:
    """Every unit with reporting units under it whose whole the actor may follow, in the organisation's
    order; a year is there where one of them has a plan, and this year always."""
    organisation, today = known_organisation(session), local_date(now)
    held: dict[str, set[int]] = {}
    for plan in plans.summaries(session, scope(actor, Permit.FOLLOW)):
        held.setdefault(plan.unit, set()).add(plan.year)
    found = []
    for unit in organisation.units:
        if not unit.exists(today) or not may(actor, Permit.FOLLOW, Subject(unit.id)):
            continue
        below = [one.id for one in organisation.below(unit.id, today)]
        reporting = units_of_whole(organisation, unit.id, today, frozenset(held) & set(below))
        if [one for one in reporting if one.id != unit.id]:
            years = {today.year, *(year for id in below for year in held.get(id, ()))}
            found.append(
                Listed(
                    unit,
                    tuple(sorted(years, reverse=True)),
                    may(actor, Permit.READ, Subject(unit.id)),
                )
            )
    return tuple(found)


# -- what kommunstyrelsen enters --


@dataclass(frozen=True)
class WholeDesk:
    """The samlad rapport as its page shows it."""

    facts: WholeFacts
    may_judge: bool


def desk(session: Session, *, actor: Actor, now: datetime, key: str) -> WholeDesk:
    """The samlad rapport as it is now. Raises NotFound."""
    facts = gather(session, actor=actor, key=key, as_of=now)
    return WholeDesk(facts, may(actor, Permit.CONTROL, Subject(facts.unit.id)))


def judge(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    unit: str,
    verdict: str,
    reason: str,
) -> tuple[Fault, ...]:
    """Write kommunstyrelsen's verdict of a unit, or of the whole where `unit` is the one it is about;
    "" takes it back. What is wrong with it, where something is; the same once more writes nothing.

    Raises NotFound and NotAllowed.
    """
    top, year, organisation, _ = _to_enter(session, actor, now, key, unit)
    reason = recorded(reason).strip()
    if wrong := verdict_faults(verdict, reason):
        return tuple(wrong)
    before = whole.verdicts(session, top, year, now).get(unit)
    old = (str(before.verdict), before.reason) if before else ("", "")
    new = (verdict, reason if verdict else "")
    if old == new:
        return ()
    by = speaks_as(actor, organisation, local_date(now))
    given = Judged(Verdict(verdict) if verdict else None, new[1], by, now)
    whole.add_verdict(session, top, year, unit, given)
    changes = [["Bedömning", old[0], new[0]], ["Skäl", old[1], new[1]]]
    # Of the one who judges: a nämnd reads its verdict when it is decided, not as it is written.
    session.record(JUDGED_UNIT, f"enhet:{top}", behalf=by, unit=unit, year=year, changes=changes)
    return ()


def enter_totals(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    unit: str,
    levels: Mapping[str, int],
    done: int,
    open_actions: int,
    late_actions: int,
    note: str,
) -> tuple[Fault, ...]:
    """Enter a unit that keeps its controls elsewhere by its totals; without any they are taken back.

    Raises NotFound, NotAllowed, and Refused for a unit that has a plan here.
    """
    _, year, organisation, one = _to_enter(session, actor, now, key, unit)
    if plans.latest(session, f"{unit}-{year}") is not None:
        raise Refused(
            f"{one_line(one.name)} har en plan för {year} här.", "Siffrorna räknas ur svaren."
        )
    by = speaks_as(actor, organisation, local_date(now))
    known = {id: levels.get(id, 0) for id in organisation.ratings.ids}
    sums = Totals(known, done, open_actions, late_actions, recorded(note).strip(), by, now)
    empty = not any((*known.values(), done, open_actions, late_actions))
    before = whole.totals(session, [unit], year, now).get(unit)
    if empty:
        sums = replace(sums, levels={}, note="")
    elif wrong := totals_faults(sums):
        return tuple(wrong)
    if (before is None and empty) or (before and _same(before, sums)):
        return ()
    whole.add_totals(session, unit, year, sums)
    changes = [
        ["Summor", _said(before, organisation), _said(None if empty else sums, organisation)]
    ]
    session.record(TOTALS_GIVEN, f"enhet:{unit}", behalf=by, year=year, changes=changes)
    return ()


def _same(one: Totals, other: Totals) -> bool:
    return replace(one, by="", at=other.at) == replace(other, by="")


def _said(sums: Totals | None, organisation: Organisation) -> str:
    if sums is None:
        return ""
    levels = [
        f"{organisation.ratings.level(id).word.lower()} {n}"
        for id, n in sums.levels.items()
        if id in organisation.ratings.ids
    ]
    more = [f"genomförda {sums.done}", f"öppna {sums.open_actions}", f"sena {sums.late_actions}"]
    return ", ".join([*levels, *more])


def _to_enter(
    session: Session, actor: Actor, now: datetime, key: str, unit: str
) -> tuple[str, int, Organisation, Unit]:
    """The whole and the unit of it. Raises NotFound and NotAllowed."""
    top, year = read_key(key)
    organisation = known_organisation(session)
    below = {one.id: one for one in organisation.below(top, local_date(now))}
    if isinstance(actor, Link) or unit not in below or not may(actor, Permit.READ, Subject(top)):
        raise NotFound
    require(actor, Permit.CONTROL, Subject(top))
    session.alone()
    return top, year, organisation, below[unit]
