"""What is recorded about plans, gathered for reports in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from icengine.domain.assessment import yearly_of
from icengine.domain.facts import LastYear, ReportFacts, TaskFact, YearSum
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan, Risk
from icengine.domain.sharing import Named, owner_of
from icengine.store import plans, reports, yearly_ratings
from icengine.store.db import Session
from icengine.store.moments import Moments
from icengine.store.plans import AdoptedPlan
from icengine.store.protected import protected_controls

Tasks = Mapping[str, tuple[TaskFact, ...]]
"""By plan key."""
Levels = Mapping[str, Mapping[str, str]]
"""Plan key -> control -> level id of its yearly bedömning."""


def facts_of(
    session: Session,
    organisation: Organisation,
    adopted: Sequence[AdoptedPlan],
    as_of: Moments,
    named: Mapping[str, Named] | None = None,
) -> dict[str, ReportFacts]:
    """The facts of one plan of each of several units, by its key; seven statements at most.

    What only a report of one plan tells (notes, the year before, the cover) is not in them. `named`
    is who the units have named for shared controls, by plan.
    """
    keys, moments = [item.plan.key for item in adopted], as_of
    tasks = reports.task_facts_of(session, keys, moments)
    actions = reports.action_facts_of(session, [item.plan for item in adopted], moments)
    decided = yearly_ratings.held(session, keys, moments)
    protected = protected_controls(session, keys, moments)
    whole = _with_withdrawn(session, [item.plan for item in adopted], tasks)
    found = {}
    for item in adopted:
        key, unit = item.plan.key, organisation.unit(item.plan.unit)
        if unit is None:
            continue
        planned = _as_planned(
            tasks.get(key, ()), item.plan, organisation, (named or {}).get(key, {})
        )
        found[key] = ReportFacts(
            organisation=organisation,
            unit=unit,
            plan=protecting(whole[key], {id for plan, id in protected if plan == key}),
            decision=item.decision,
            as_of=moments.own.get(key, moments.usual),
            tasks=planned,
            actions=actions[key],
            notes={},
            decided=decided.get(key, {}),
        )
    return found


def _as_planned(
    facts: tuple[TaskFact, ...], plan: Plan, organisation: Organisation, named: Named
) -> tuple[TaskFact, ...]:
    """The tasks with the label, the due date and the owner that the plan of the moment gives them."""
    said = {(c.id, t.window.slot): (c, t) for _, c in plan.controls() for t in c.occurrences}
    owners: dict[tuple[str, str], str] = {}
    found = []
    for fact in facts:
        if pair := said.get((fact.control, fact.slot)):
            control, item = pair
            key = (fact.control, fact.unit)
            if key not in owners:
                owners[key] = owner_of(plan, control, fact.unit, organisation, named)
            fact = replace(
                fact,
                label=item.window.label,
                due=fact.moved_to or item.due,
                owner=fact.handed_to or owners[key],
            )
        found.append(fact)
    return tuple(found)


def _with_withdrawn(session: Session, adopted: Sequence[Plan], tasks: Tasks) -> dict[str, Plan]:
    """The plans with the controls that a revision took out after they had been answered.

    What was found is reported all the same, under the risk it was about.
    """
    gone: dict[str, set[str]] = {}
    for plan in adopted:
        kept = {control.id for _, control in plan.controls()}
        answered = {fact.control for fact in tasks.get(plan.key, ()) if fact.answer}
        if answered - kept:
            gone[plan.key] = answered - kept
    if not gone:
        return {plan.key: plan for plan in adopted}
    every = {id for ids in gone.values() for id in ids}
    last = reports.last_versions(session, list(gone), every)
    wanted = {(key, number) for (key, id), number in last.items() if id in gone[key]}
    before = plans.versions_of(session, wanted)
    return {
        plan.key: _with_controls(
            plan, gone.get(plan.key, set()),
            [before[pair].plan for pair in sorted(before) if pair[0] == plan.key],
        )
        for plan in adopted
    }  # fmt: skip


def _with_controls(plan: Plan, gone: set[str], before: Iterable[Plan]) -> Plan:
    """The plan with these controls, each as the first of the versions before has it."""
    if not gone:
        return plan
    left, risks = set(gone), {risk.id: risk for risk in plan.risks}
    for older in before:
        for risk, control in older.controls():
            if control.id in left:
                left.discard(control.id)
                old = replace(control, title=f"{control.title} (utgick ur planen)")
                home = risks.get(risk.id, replace(risk, controls=()))
                risks[risk.id] = replace(home, controls=(*home.controls, old))
    areas = dict.fromkeys((*plan.areas, *(risk.area for risk in risks.values())))
    return replace(plan, risks=tuple(risks.values()), areas=tuple(areas))


def protecting(plan: Plan, protected: set[str]) -> Plan:
    """The plan with every control protected that one of its versions, or it itself, protects."""
    if not protected:
        return plan

    def shut(risk: Risk) -> Risk:
        return replace(
            risk,
            controls=tuple(
                replace(c, protected=c.protected or c.id in protected) for c in risk.controls
            ),
        )

    return replace(plan, risks=tuple(shut(risk) for risk in plan.risks))


# ---- the years before ----


def years_before(
    session: Session, units: Sequence[str], year: int, as_of: Moments, count: int
) -> list[tuple[AdoptedPlan, dict[str, str]]]:
    """The plans of these units in the `count` years before, the newest first, each with the level
    of every control; four statements at most."""
    adopted = plans.newest_of_units(session, units, year - 1, year - count, as_of)
    keys = [item.plan.key for item in adopted]
    if not keys:
        return []
    tasks = reports.task_facts_of(session, keys, as_of)
    decided = yearly_ratings.held(session, keys, as_of)
    found = []
    for item in adopted:
        key = item.plan.key
        own: dict[str, list[TaskFact]] = {}
        for fact in tasks.get(key, ()):
            own.setdefault(fact.control, []).append(fact)
        levels = {
            control.id: yearly_of(
                control, own.get(control.id, []), item.plan.ratings, decided=decided.get(key, {})
            ).level
            for _, control in item.plan.controls()
        }
        found.append((item, levels))
    return found


def last_of(
    past: Iterable[tuple[AdoptedPlan, Mapping[str, str]]], unit: str, year: int
) -> LastYear | None:
    """The unit's plan of that year, for trends; None where there was none."""
    for item, levels in past:
        if item.plan.unit == unit and item.plan.year == year:
            return LastYear(year, levels, item.plan.ratings)
    return None


def sums_of(past: Iterable[tuple[AdoptedPlan, Mapping[str, str]]]) -> tuple[YearSum, ...]:
    """What each year came to, all units together, the oldest first."""
    sums: dict[int, YearSum] = {}
    for item, levels in past:
        before = sums.get(item.plan.year, YearSum(item.plan.year, 0, 0))
        best = sum(level == item.plan.ratings.best.id for level in levels.values())
        sums[item.plan.year] = YearSum(
            before.year, before.controls + len(levels), before.best + best, before.units + 1
        )
    return tuple(sums[year] for year in sorted(sums))
