"""What all parts of a slutrapport share, worked out once from the facts: each control's yearly
bedömning, counts, åtgärder, trend and carry-over. No sections are made here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from icengine.domain.assessment import Trend, Yearly, is_waiting, trend, yearly_of
from icengine.domain.calendar import local_date
from icengine.domain.carry_over import CarryOver, carry_over
from icengine.domain.facts import ActionFact, ReportFacts, TaskFact
from icengine.domain.labels import Word
from icengine.domain.plan import Control, Plan, Risk, Treatment
from icengine.domain.report_marks import is_overdue, worst_first
from icengine.domain.text import one_line
from icengine.domain.words import capital, named

SEPARATELY = "Redovisas separat"
"""All that a report says of a protected control, beside its number and bedömning."""


@dataclass(frozen=True)
class Findings:
    """The facts, worked out."""

    facts: ReportFacts
    today: date
    """The Swedish date of the moment the facts were taken at."""
    scale: tuple[str, ...]
    """Level ids, worst first."""
    tasks: Mapping[str, tuple[TaskFact, ...]]
    """By control id, in the order of their periods."""
    yearlies: Mapping[str, Yearly]
    """By control id."""
    trends: Mapping[str, Trend]
    """By control id; empty where there is no year before."""
    actions: tuple[ActionFact, ...]
    """Åtgärder a report may show: none of a protected control."""
    hidden_actions: bool
    """Are there åtgärder that are redovisade separat?"""
    carried: CarryOver

    @property
    def plan(self) -> Plan:
        """The plan the report is about."""
        return self.facts.plan

    def word(self, engines: str) -> Word:
        """The organisation's own word for one of the engine's."""
        return self.facts.organisation.vocabulary(engines)

    @property
    def controls(self) -> tuple[tuple[Risk, Control], ...]:
        """Every control with its risk, area by area as the report shows them."""
        return tuple((r, c) for area in self.areas() for r in self.risks(area) for c in r.controls)

    def areas(self) -> tuple[str, ...]:
        """Process areas in the plan's order; one that only a risk names comes last."""
        return tuple(dict.fromkeys([*self.plan.areas, *(risk.area for risk in self.plan.risks)]))

    def risks(self, area: str) -> tuple[Risk, ...]:
        """The area's risks in the plan's order."""
        return tuple(risk for risk in self.plan.risks if risk.area == area)

    def treated(self, treatment: Treatment) -> tuple[Risk, ...]:
        """The risks with that hantering."""
        return tuple(risk for risk in self.plan.risks if risk.treatment is treatment)

    def levels(self, controls: Iterable[tuple[Risk, Control]]) -> dict[str, int]:
        """How many of the controls have each level, worst first."""
        found = Counter(self.yearlies[control.id].level for _, control in controls)
        return {id: found[id] for id in self.scale}

    def of_subject(self, id: str) -> tuple[ActionFact, ...]:
        """This plan's åtgärder for a control or risk."""
        return tuple(a for a in self.actions if a.subject == id and a.year == self.plan.year)

    def acted(self) -> tuple[Risk, ...]:
        """Risks that are met with direktåtgärder."""
        return tuple(r for r in self.plan.risks if r.treatment is Treatment.ACT_NOW or r.actions)

    def direct_of(self, risk: Risk) -> tuple[ActionFact, ...]:
        """The åtgärder of such a risk: this plan's, and those that live on from an earlier one."""
        own = {item.id for item in risk.actions}
        return tuple(
            a
            for a in self.actions
            if a.subject == risk.id and (a.year == self.plan.year or a.direct in own)
        )

    def open_actions(self) -> tuple[ActionFact, ...]:
        """Åtgärder that are not klara, this year's and earlier ones."""
        return tuple(a for a in self.actions if not a.status.closed)

    def late_actions(self) -> tuple[ActionFact, ...]:
        """Open åtgärder whose klart-datum has passed."""
        return tuple(a for a in self.actions if is_overdue(a, self.today))

    def without_control(self) -> tuple[Risk, ...]:
        """Risks that are followed up without a kontrollmoment."""
        return tuple(r for r in self.treated(Treatment.FOLLOW_UP) if not r.controls)

    def waiting(self) -> tuple[tuple[Control, TaskFact], ...]:
        """Occurrences that återstår, control by control."""
        return tuple(
            (control, task)
            for _, control in self.controls
            for task in self.tasks[control.id]
            if is_waiting(task, self.today)
        )

    def occurrence(self, task: TaskFact) -> str:
        """ "Februari 2022"; with the unit where several units answer."""
        name = capital(one_line(task.label))
        if len({t.unit for t in self.tasks[task.control]}) < 2:
            return name
        return f"{name}, {self.unit_name(task.unit)}"

    def unit_name(self, id: str) -> str:
        """What a unit is called."""
        unit = self.facts.organisation.unit(id)
        return one_line(unit.name) if unit else id

    def name(self, control: Control) -> str:
        """ "K3 Grundutbildning"; of a protected control the number alone tells."""
        return named(control.id, SEPARATELY if control.protected else one_line(control.title))

    def subject_name(self, id: str) -> str:
        """The name of a control or a risk."""
        for risk in self.plan.risks:
            if risk.id == id:
                return named(id, one_line(risk.title))
        return self.name(self.plan.control(id)[1])


def is_followed(risk: Risk) -> bool:
    """Does the risk stand under its area, rather than among direktåtgärder and accepted ones?"""
    return bool(risk.controls) or risk.treatment in (Treatment.FOLLOW_UP, Treatment.CONTROL)


def findings(facts: ReportFacts) -> Findings:
    """Work the facts out."""
    plan, last, today = facts.plan, facts.last_year, local_date(facts.as_of)
    controls = [control for _, control in plan.controls()]
    tasks = {c.id: _in_time(c, facts.tasks) for c in controls}
    yearlies = {
        c.id: yearly_of(
            c, sorted(tasks[c.id], key=lambda t: t.due), plan.ratings, today, facts.decided
        )
        for c in controls
    }
    trends = (
        {c.id: trend(c, yearlies[c.id].level, plan.ratings, last) for c in controls} if last else {}
    )
    # A protected control may have replaced one with an open åtgärd: its forerunner is kept back too.
    protected = {id for c in controls if c.protected for id in (c.id, c.replaces) if id}
    visible = tuple(a for a in facts.actions if not a.protected and a.subject not in protected)
    return Findings(
        facts=facts,
        today=today,
        scale=worst_first(plan.ratings),
        tasks=tasks,
        yearlies=yearlies,
        trends=trends,
        actions=tuple(sorted(visible, key=lambda a: (a.year, _natural(a.number)))),
        hidden_actions=len(visible) < len(facts.actions),
        carried=carry_over(plan, yearlies, facts.actions, facts.carried),
    )


def _in_time(control: Control, tasks: Iterable[TaskFact]) -> tuple[TaskFact, ...]:
    """The control's occurrences as their periods begin, then as they end.

    One that the plan does not know (an event) has its due date only.
    """
    periods = {t.window.slot: (t.window.start, t.window.end) for t in control.occurrences}
    own = [task for task in tasks if task.control == control.id]
    return tuple(
        sorted(own, key=lambda t: (*periods.get(t.slot, (t.due, t.due)), t.due, t.slot, t.unit))
    )


def _natural(number: str) -> tuple[int, ...]:
    """Sorts "Å10" after "Å9" and "Å2021-3" by year and number."""
    digits = "".join(ch if ch.isdigit() else " " for ch in number).split()
    return tuple(int(part) for part in digits)
