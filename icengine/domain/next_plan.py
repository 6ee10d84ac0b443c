"""Next year's plan, proposed from what this year's showed.

What is chosen, by the rules and by what the controller has decided, becomes a draft; the rest is left
out, with the reason, so that whoever decides sees it. Nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from icengine.domain.assessment import Yearly
from icengine.domain.draft import Document
from icengine.domain.facts import ActionFact
from icengine.domain.frequency import Window
from icengine.domain.history import NOT_TOLD
from icengine.domain.next_choice import Choice, PastYear, choose, quoted
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan, Risk, Treatment
from icengine.domain.plan_document import left_out_document, plan_document, risk_document
from icengine.domain.risk import AssessedRisk, LeftOut
from icengine.domain.text import one_line
from icengine.domain.timing import OwnRule, TimingRule, timed
from icengine.domain.words import capital, sentence

GREEN_YEARS = 3
"""So many green years running make a control a candidate to drop."""


@dataclass(frozen=True)
class Proposed:
    """A control of the years before, or a risk without one, and what is proposed for it."""

    id: str
    title: str
    taken: bool
    """Does it stand in the draft?"""
    why: tuple[str, ...]
    """Swedish clauses: "obligatorisk enligt attestreglementet"."""
    years: int = 0
    """How many plans it has been in; 0 for a risk."""
    green_running: int = 0
    """How many years running, up to the last, it has been green."""
    protected: bool = False
    mandatory: bool = False
    """Another rule demands it."""

    @property
    def may_go(self) -> bool:
        """Green for so long that it is a candidate to drop."""
        return self.green_running >= GREEN_YEARS


@dataclass(frozen=True)
class NextPlan:
    """The proposal."""

    unit: str
    year: int
    document: Document
    """What the draft is to hold."""
    items: tuple[Proposed, ...]
    """Those that are taken first, each in the order of the plans."""
    moved: tuple[str, ...]
    """Controls whose own dates were moved to the new year."""


def next_plan(
    past: Sequence[PastYear],
    register: Mapping[str, AssessedRisk],
    actions: Iterable[ActionFact],
    organisation: Organisation,
    year: int = 0,
) -> NextPlan:
    """The draft of the plan after `past[0]`, and why each thing is in it or not.

    `year`: the plan's year; 0 for the one after. A year may pass between, where what is carried over
    goes to the plan after the next.

    `past` holds the unit's adopted plans, the newest first. `register` is what the unit thinks of its
    risks now; that is what the draft says of them. ValueError where there is no plan.
    """
    if not past:
        raise ValueError("a next plan needs a plan")
    now = past[0].plan
    still = tuple(item for item in actions if not item.status.closed)
    choice = choose(past, year or now.year + 1, still)
    risks, moved = _risks(choice, register)
    left = _left_out(choice, register, {risk.id for risk in risks})
    return NextPlan(
        unit=now.unit,
        year=choice.year,
        document=_document(now, choice.year, risks, left, organisation),
        items=tuple(sorted(_items(choice, risks, left), key=lambda item: not item.taken)),
        moved=moved,
    )


# -- the draft --


def _risks(
    choice: Choice, register: Mapping[str, AssessedRisk]
) -> tuple[list[Risk], tuple[str, ...]]:
    """The risks of the draft, and the controls whose own dates were moved."""
    found: dict[str, Risk] = {}
    moved: list[str] = []
    for year in choice.past:
        for risk in year.plan.risks:
            fresh = [c for c in risk.controls if c.id in choice.why and c.id not in choice.seen]
            choice.seen |= {control.id for control in risk.controls}
            kept = tuple(_moved(control, year.plan, choice.year) for control in fresh)
            moved += [new.id for old, new in zip(fresh, kept, strict=True) if _has_moved(old, new)]
            there = found.get(risk.id)
            if there is not None:
                found[risk.id] = _with_controls(there, kept)
            elif kept:
                found[risk.id] = _taken(risk, register, Treatment.CONTROL, controls=kept)
            elif how := _uncontrolled(choice, risk, year):
                treatment, reason = how
                found[risk.id] = _taken(risk, register, treatment, reason)
    return list(found.values()), tuple(moved)


def _with_controls(risk: Risk, controls: tuple[Control, ...]) -> Risk:
    """A risk that is taken already, with controls from an older plan too."""
    if not controls:
        return risk
    every = (*risk.controls, *controls)
    return replace(risk, treatment=Treatment.CONTROL, reason="", controls=every)


def _taken(
    risk: Risk,
    register: Mapping[str, AssessedRisk],
    treatment: Treatment,
    reason: str = "",
    controls: tuple[Control, ...] = (),
) -> Risk:
    """The risk as the unit thinks of it now."""
    now = register.get(risk.id, risk)
    return Risk(**now.assessed_fields(), treatment=treatment, reason=reason, controls=controls)


def _uncontrolled(choice: Choice, risk: Risk, year: PastYear) -> tuple[Treatment, str] | None:
    """(hantering, skäl) of a risk that goes on without a control; None where it does not."""
    if risk.treatment is Treatment.FOLLOW_UP and risk.id in choice.why:
        return Treatment.FOLLOW_UP, risk.reason
    if year is not choice.past[0] and risk.id not in choice.decided:
        return None
    kept = risk.id not in choice.why and not choice.held.get(risk.id)
    if risk.treatment is Treatment.ACCEPT and kept:
        choice.reason(risk.id, f"accepterades {year.plan.year}, ta ställning igen")
        return Treatment.ACCEPT, risk.reason
    if risk.id not in choice.why:
        return None
    said = choice.decided.get(risk.id) or choice.open_actions.get(risk.id)
    return Treatment.FOLLOW_UP, sentence(capital(said or ", ".join(choice.why[risk.id])))


def _moved(control: Control, plan: Plan, year: int) -> Control:
    """The control with the years that it names moved to the new plan's.

    Its own dates are moved too; those that are read from its frequency are read anew.
    """
    if _whole_year(control, plan.year):
        control = replace(
            control,
            reading="",
            occurrences=(),
            method="" if control.method == NOT_TOLD else control.method,
            frequency="" if control.frequency == NOT_TOLD else control.frequency,
        )
    by = year - plan.year
    coming = {str(old): str(old + by) for old in (plan.year, plan.year + 1)}
    text = re.sub(r"(?<!\d)\d{4}(?!\d)", lambda m: coming.get(m[0], m[0]), control.frequency)
    own = OwnRule(control.opens_before, control.due_after)
    rule = own.over(OwnRule(plan.opens_before, plan.due_after).over(TimingRule()))
    dates = tuple(timed(_moved_window(t.window, by), rule) for t in control.occurrences)
    return replace(
        control,
        frequency=text,
        occurrences=dates if control.own_dates else control.occurrences,
    )


def _whole_year(control: Control, year: int) -> bool:
    """Has it the whole year as its own only date, as a year that was taken in afterwards has?"""
    whole = (date(year, 1, 1), date(year, 12, 31))
    windows = [(item.window.start, item.window.end) for item in control.occurrences]
    return control.own_dates and windows == [whole]


def _has_moved(before: Control, after: Control) -> bool:
    """Are there years or own dates in it that are others now?"""
    return after.frequency not in (before.frequency, "") or (
        after.own_dates and after.occurrences != before.occurrences
    )


def _moved_window(window: Window, years: int) -> Window:
    start, end = _later(window.start, years), _later(window.end, years)
    dates = f"{window.start}–{window.end}"
    label = f"{start}–{end}" if window.label == dates else window.label
    return Window(end.isoformat(), label, start, end)


def _later(day: date, years: int) -> date:
    """The day so many years later; 28 February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _left_out(
    choice: Choice, register: Mapping[str, AssessedRisk], taken: set[str]
) -> list[LeftOut]:
    """The risks of this year's gross list that are not taken, each with why."""
    now = choice.past[0]
    found: list[tuple[AssessedRisk, str]] = [(r, _why_not(choice, r)) for r in now.plan.risks]
    found += [(risk, risk.reason) for risk in now.plan.left_out]
    return [
        LeftOut(**register.get(risk.id, risk).assessed_fields(), reason=why)
        for risk, why in found
        if risk.id not in taken
    ]


def _why_not(choice: Choice, risk: Risk) -> str:
    """Why a risk of this year's plan is not taken in: a sentence."""
    now = choice.past[0]
    names = [risk.id, *(control.id for control in risk.controls)]
    if years := sorted({e.year for e in now.carried.selected if e.id in names}):
        return f"Går till urvalet för {years[0]} års plan."
    decided = [choice.held[id] for id in names if choice.held.get(id)]
    if decided:
        return " ".join(sentence(one_line(reason)) for reason in decided)
    if any(now.by_decision_alone(id) for id in names):
        return f"Förs inte vidare enligt beslutet om urvalet {now.plan.year}."
    if risk.treatment is Treatment.ACT_NOW:
        return f"Direktåtgärden från {now.plan.year} är klar."
    yearlies = [now.yearlies[control.id] for control in risk.controls]
    return f"{capital(_left(yearlies))} {now.plan.year}."


def _left(yearlies: Sequence[Yearly]) -> str:
    """Why controls are not taken, as a clause that a year ends."""
    if any(item.waiting for item in yearlies):
        return "inte redovisad än för"
    return "utgick" if any(item.withdrawn for item in yearlies) else "utan anmärkning"


def _document(
    now: Plan, year: int, risks: list[Risk], left: list[LeftOut], organisation: Organisation
) -> dict[str, Any]:
    rule = OwnRule(now.opens_before, now.due_after).over(TimingRule())
    moved = replace(
        now,
        year=year,
        title=now.title.replace(str(now.year), str(year)),
        carry_to=year + ((now.carry_to or now.year + 1) - now.year),
    )
    document = plan_document(moved, organisation)
    document["risker"] = [risk_document(risk, rule) for risk in risks]
    document.pop("utelämnade risker", None)
    if left:
        document["utelämnade risker"] = [left_out_document(risk) for risk in left]
    return document


# -- what is said of each --


def _items(choice: Choice, risks: list[Risk], left: list[LeftOut]) -> Iterator[Proposed]:
    taken = {control.id for risk in risks for control in risk.controls}
    told: set[str] = set()
    for year in choice.past[:2]:
        for _, control in year.plan.controls():
            if control.id not in told and (year is choice.past[0] or control.id in taken):
                told.add(control.id)
                yield _item(choice, year, control, control.id in taken)
    for risk in risks:
        if not risk.controls:
            yield Proposed(risk.id, risk.title, True, tuple(choice.why.get(risk.id, ())))
    yield from (Proposed(risk.id, risk.title, False, (risk.reason,)) for risk in left)


def _item(choice: Choice, year: PastYear, control: Control, taken: bool) -> Proposed:
    why = tuple(choice.why.get(control.id, ())) or (_why_not_control(choice, year, control),)
    in_plans, green = _record(choice.past, control)
    return Proposed(
        control.id, control.title, taken, why, in_plans, green,
        protected=control.protected, mandatory=bool(control.mandatory),
    )  # fmt: skip


def _why_not_control(choice: Choice, year: PastYear, control: Control) -> str:
    """Why a control is not taken in: a clause."""
    reason = quoted(choice.held.get(control.id, ""))
    to = next((entry.year for entry in year.carried.selected if entry.id == control.id), 0)
    if to:
        return f"går till urvalet för {to} års plan{reason}"
    if reason:
        return f"förs inte vidare enligt beslut{reason}"
    if year.by_decision_alone(control.id):
        return f"förs inte vidare enligt beslutet om urvalet {year.plan.year}"
    return f"{_left([year.yearlies[control.id]])} {year.plan.year}"


def _record(past: Sequence[PastYear], control: Control) -> tuple[int, int]:
    """(plans it has been in, green years running up to the last), its forerunners included."""
    names = {control.id, control.replaces} - {""}
    plans, green, running = 0, 0, True
    for year in past:
        one = next((c for _, c in year.plan.controls() if c.id in names), None)
        if one is None:
            running = False
            continue
        names |= {one.replaces} - {""}
        plans += 1
        found = year.yearlies[one.id]
        running = running and found.whole and found.level == year.plan.ratings.best.id
        green += running
    return plans, green
