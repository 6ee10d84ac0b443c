"""What differs between two versions of a plan, in lines that a reader of the log understands.

A protected control is told by its number alone: what is in the log can be read by more people than
may read the control.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from icengine.domain.calendar import swedish_date
from icengine.domain.difference import Change, scale_changes
from icengine.domain.frequency import Kind
from icengine.domain.plan import Control, DirectAction, Plan, Risk, Shared
from icengine.domain.risk import AssessedRisk
from icengine.domain.scale import Level, Measure
from icengine.domain.text import one_line
from icengine.domain.timing import Timed
from icengine.domain.words import number

SEPARATELY = "redovisas separat"
"""All that is said of a protected control, after its number."""
ADDED, REMOVED, ALTERED = "tillagd", "borttagen", "ändrad"


@dataclass(frozen=True)
class PlanDifference:
    """What a version changed."""

    added: tuple[str, ...]
    """Ids of new controls."""
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    changes: tuple[Change, ...]
    """Every difference, in words."""


def plan_difference(before: Plan | None, after: Plan) -> PlanDifference:
    """What the version changed; before the first one there was nothing."""
    old = {c.id: (risk, c) for risk, c in before.controls()} if before else {}
    new = {c.id: (risk, c) for risk, c in after.controls()}
    ids = list(dict.fromkeys([*new, *old]))
    lines = {id: tuple(_control(id, old.get(id), new.get(id))) for id in ids}
    changes = (
        *(_compared("", plan_parts(before), plan_parts(after)) if before else ()),
        *(scale_changes(before.risk_scale, after.risk_scale) if before else ()),
        *_risks(before, after),
        *(line for id in ids for line in lines[id]),
    )
    if not changes and before != after:
        changes = (Change("Planen", "", "ändrad i övrigt"),)
    return PlanDifference(
        added=tuple(id for id in ids if id not in old),
        removed=tuple(id for id in ids if id not in new),
        changed=tuple(id for id in ids if id in old and id in new and lines[id]),
        changes=changes,
    )


def _compared(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """A line for each part that differs."""
    for part in dict.fromkeys([*before, *after]):
        one, other = before.get(part, ""), after.get(part, "")
        if one != other:
            yield Change(f"{name}: {part}" if name else f"Planens {part}", one, other)


def _came_or_went(name: str, there: bool, now: bool) -> Iterator[Change]:
    if not there:
        yield Change(name, "", ADDED)
    elif not now:
        yield Change(name, "", REMOVED)


# -- the plan, its risks and direktåtgärder --


def plan_parts(plan: Plan) -> dict[str, str]:
    """What a plan says of itself, part by part in words."""
    return {
        "titel": plan.title,
        "upprättare": plan.author,
        "riktlinje": plan.guideline,
        "processområden": ", ".join(plan.areas),
        "urval till": str(plan.carry_to or ""),
        "bedömningsskala": _words(plan.ratings.levels),
        "perioder": ", ".join(f"{name}: {period}" for name, period in plan.periods),
        "löpande redovisas": plan.reporting,
        **_own_rule(plan.opens_before, plan.due_after),
    }


def _own_rule(opens_before: int | None, due_after: int | None) -> dict[str, str]:
    return {
        "öppnar dagar före": "" if opens_before is None else str(opens_before),
        "redovisas arbetsdagar efter": "" if due_after is None else str(due_after),
    }


def _words(levels: Iterable[Level]) -> str:
    return ", ".join(level.word for level in levels)


def _risks(before: Plan | None, after: Plan) -> Iterator[Change]:
    old = {risk.id: risk for risk in before.risks} if before else {}
    new = {risk.id: risk for risk in after.risks}
    for id in dict.fromkeys([*new, *old]):
        one, other = old.get(id), new.get(id)
        shown = other or one
        name = f"{id} {one_line(shown.title)}" if shown else id
        yield from _came_or_went(f"Risken {name}", one is not None, other is not None)
        if one and other:
            yield from _compared(name, risk_parts(one), risk_parts(other))
        yield from _actions(one, other)
    yield from _left_out(before, after)


def _left_out(before: Plan | None, after: Plan) -> Iterator[Change]:
    old = {risk.id: risk for risk in before.left_out} if before else {}
    new = {risk.id: risk for risk in after.left_out}
    for id in dict.fromkeys([*new, *old]):
        one, other = old.get(id), new.get(id)
        shown = other or one
        name = f"{id} {one_line(shown.title)}" if shown else id
        if one and other:
            parts = (assessment_parts(one) | {"skäl": one.reason},
                     assessment_parts(other) | {"skäl": other.reason})  # fmt: skip
            yield from _compared(f"Utelämnade risken {name}", *parts)
        else:
            yield from _came_or_went(
                f"Utelämnade risken {name}", one is not None, other is not None
            )


def risk_parts(risk: Risk) -> dict[str, str]:
    """A risk of the plan and how it is met, part by part in words."""
    return {**assessment_parts(risk), "hantering": str(risk.treatment), "skäl": risk.reason}


def assessment_parts(risk: AssessedRisk) -> dict[str, str]:
    """A risk and how it was weighed, part by part in words."""
    return {
        "område": risk.area,
        "titel": risk.title,
        "risken att": risk.event,
        "på grund av": risk.cause,
        "vilket kan leda till": risk.effect,
        "sannolikhet före": _step(risk.likelihood_before),
        "konsekvens före": _step(risk.consequence_before),
        "befintliga åtgärder": risk.measures,
        "sannolikhet": _step(risk.likelihood),
        "konsekvens": _step(risk.consequence),
        "perspektiv": risk.perspective,
        "kategori": risk.category,
        "riskägare": risk.owner,
        "oegentligheter": _yes(risk.fraud),
        "bedömd": swedish_date(risk.assessed) if risk.assessed else "",
        "bedömd av": risk.assessed_by,
        "ersätter": risk.replaces,
    }


def assessment_changes(before: AssessedRisk, after: AssessedRisk) -> tuple[Change, ...]:
    """Every part of a risk that differs between two versions of it."""
    old, new = assessment_parts(before), assessment_parts(after)
    return tuple(Change(part, old[part], new[part]) for part in new if old[part] != new[part])


def _step(value: int | None) -> str:
    return "" if value is None else str(value)


def _actions(before: Risk | None, after: Risk | None) -> Iterator[Change]:
    """Direktåtgärder: each in one line."""
    old = {action.id: action_words(action) for action in before.actions} if before else {}
    new = {action.id: action_words(action) for action in after.actions} if after else {}
    for id in dict.fromkeys([*new, *old]):
        if old.get(id) != new.get(id):
            yield Change(f"Direktåtgärden {id}", old.get(id, ""), new.get(id, ""))


def action_words(action: DirectAction) -> str:
    """A direktåtgärd in one line."""
    return f"{action.text} ({action.responsible}, klart {swedish_date(action.due)})"


# -- controls --


def _control(
    id: str, before: tuple[Risk, Control] | None, after: tuple[Risk, Control] | None
) -> Iterator[Change]:
    both = [pair[1] for pair in (before, after) if pair]
    if any(control.protected for control in both):
        yield from _protected(id, before, after)
        return
    name = f"{id} {one_line(both[-1].title)}"
    if before is None or after is None:
        yield from _came_or_went(name, before is not None, after is not None)
    elif differs(before, after):
        found = tuple(_compared(name, control_parts(*before), control_parts(*after)))
        yield from found or (Change(name, "", ALTERED),)


def differs(before: tuple[Risk, Control], after: tuple[Risk, Control]) -> bool:
    """Is the control another, or under another risk?"""
    return before[1] != after[1] or before[0].id != after[0].id


def _protected(
    id: str, before: tuple[Risk, Control] | None, after: tuple[Risk, Control] | None
) -> Iterator[Change]:
    name = f"{id}, {SEPARATELY}"
    yield from _came_or_went(name, before is not None, after is not None)
    if before and after and differs(before, after):
        yield Change(name, "", ALTERED)


def control_parts(risk: Risk, control: Control) -> dict[str, str]:
    """A control under its risk, part by part in words."""
    return {
        "risk": risk.id,
        "titel": control.title,
        "kontrollmoment": control.what,
        "kontrollmål": control.objective,
        "metod": control.method,
        "urval": control.sample,
        "frekvens": control.frequency,
        "tillfällen": ", ".join(map(_occurrence, control.occurrences))
        or (control.reading if control.kind is Kind.EVENT else ""),
        "ansvarig": control.owner,
        "utförare": control.performer,
        "processägare": control.process_owner,
        "godkännare": control.approver,
        "mål": control.goal,
        "mätning": _measure(control.measure) if control.measure else "",
        "flera tillfällen": str(control.combine),
        "obligatorisk enligt": control.mandatory,
        "klass": control.category,
        "gemensam": _shared(control.shared) if control.shared else "",
        "skyddad": _yes(control.protected),
        "kräver inloggning": _yes(control.login),
        "ersätter": control.replaces,
        **_own_rule(control.opens_before, control.due_after),
    }


def _occurrence(item: Timed) -> str:
    window = item.window
    return (
        f"{window.label}, {swedish_date(window.start)}–{swedish_date(window.end)} "
        f"(öppnar {swedish_date(item.opens)}, senast {swedish_date(item.due)})"
    )


def _measure(measure: Measure) -> str:
    goal = f", mål {number(measure.goal)} procent" if measure.goal is not None else ""
    bands = ", ".join(f"{one.level} från {number(one.least)}" for one in measure.thresholds)
    return f"{measure.part} av {measure.whole}{goal}; {bands}"


def _shared(shared: Shared) -> str:
    """Which units answer it, and who."""
    chosen = [", ".join(str(kind) for kind in shared.kinds)] if shared.kinds else []
    chosen += [f"under {shared.below}"] if shared.below else []
    chosen += [", ".join(shared.units)] if shared.units else []
    owners = [f"{unit}: {function}" for unit, function in shared.owners]
    return "; ".join([*chosen, *owners])


def _yes(value: bool) -> str:
    return "ja" if value else "nej"
