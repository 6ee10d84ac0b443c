"""What of the years before goes into a coming plan, and why.

The rules of the field: mandatory controls return by themselves; what was not green, not done, has an
open åtgärd or was followed up without a control was carried over, to the year after or the one after
that. What the controller has decided about the selection (urval) goes before all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from icengine.domain.assessment import UNDECIDED, Yearly, yearly_of
from icengine.domain.carry_over import UNDECIDED as NOT_SELECTED
from icengine.domain.carry_over import Candidate, CarryOver, Reason, carry_over
from icengine.domain.facts import ActionFact, CarryDecisions, Decisions, TaskFact
from icengine.domain.plan import Control, Plan, Risk
from icengine.domain.text import one_line
from icengine.domain.words import counted


@dataclass(frozen=True)
class PastYear:
    """An adopted plan and what it showed."""

    plan: Plan
    yearlies: Mapping[str, Yearly]
    """By control id."""
    carried: CarryOver

    def by_decision_alone(self, id: str) -> bool:
        """Is it left out because it was decided, although the rule would now take it?"""
        return any(e.id == id and e.decided and e.proposed for e in self.carried.stays)


def past_year(
    plan: Plan,
    tasks: Sequence[TaskFact],
    actions: Sequence[ActionFact],
    decided: Decisions = UNDECIDED,
    carried: CarryDecisions = NOT_SELECTED,
) -> PastYear:
    """What a plan showed; `actions` are those of its unit up to that year."""
    yearlies = {
        control.id: yearly_of(
            control, [task for task in tasks if task.control == control.id], plan.ratings,
            decided=decided,
        )
        for _, control in plan.controls()
    }  # fmt: skip
    return PastYear(plan, yearlies, carry_over(plan, yearlies, actions, carried))


@dataclass
class Choice:
    """What is being chosen. Ids are those of the newest control or risk that replaces another."""

    past: Sequence[PastYear]
    """The newest first."""
    year: int
    actions: tuple[ActionFact, ...]
    """The open ones."""
    why: dict[str, list[str]] = field(default_factory=dict)
    """Id of a control or risk that is taken -> the reasons."""
    open_actions: dict[str, str] = field(default_factory=dict)
    """Id of a control or risk -> which of its åtgärder are open."""
    decided: dict[str, str] = field(default_factory=dict)
    """Id of one that the controller has decided for this year -> their reason, or ""."""
    held: dict[str, str] = field(default_factory=dict)
    """Id of one that they have decided otherwise, so that nothing brings it in -> their reason, or
    ""."""
    seen: set[str] = field(default_factory=set)
    """Controls that an earlier (newer) plan has settled."""

    def reason(self, id: str, said: str) -> None:
        """One more reason to take it."""
        found = self.why.setdefault(id, [])
        if said not in found:
            found.append(said)


def choose(past: Sequence[PastYear], year: int, actions: tuple[ActionFact, ...]) -> Choice:
    """What is taken into the plan of a year; `actions` are the open ones."""
    choice = Choice(past, year, actions)
    for entry in past[0].carried.mandatory:
        choice.reason(entry.id, f"obligatorisk enligt {entry.mandatory}")
    _decide(choice)
    _carry(choice)
    _wait(choice)
    for id, reason in choice.decided.items():
        if reason or id not in choice.why:
            choice.reason(id, f"beslutat för urvalet{quoted(reason)}")
    return choice


def quoted(reason: str) -> str:
    """A reason after the clause that it explains; "" for none."""
    return f": ”{one_line(reason).rstrip('.')}”" if reason.strip() else ""


def _decide(choice: Choice) -> None:
    """What the controller has decided about each: the newest decision counts. That something does not
    go on says nothing any more where a newer plan holds it all the same."""
    met: set[str] = set()
    settled: set[str] = set()
    for year in choice.past:
        newest = year is choice.past[0]
        for entry in year.carried.candidates:
            id = _successor(choice.past, entry.id)
            if entry.decided is not None and id not in settled:
                settled.add(id)
                if entry.year == choice.year:
                    choice.decided[id] = entry.decided.reason
                elif id not in met and _holds_back(entry, newest=newest):
                    choice.held[id] = entry.decided.reason
            met.add(id)


def _holds_back(entry: Candidate, *, newest: bool) -> bool:
    """Does a decision for another year, or for none, keep it out? One for a year that has passed says
    nothing about this one."""
    return not entry.mandatory and (newest or not entry.year)


def _carry(choice: Choice) -> None:
    """What the rule, or the controller, carried over to this year."""
    for year in choice.past:
        for entry in year.carried.to(choice.year):
            id = _successor(choice.past, entry.id)
            # Åtgärder are told by their numbers, as they stand now.
            reasons = [r for r in entry.reasons if r is not Reason.OPEN_ACTION]
            for reason in reasons if id not in choice.held else ():
                choice.reason(id, f"{_CARRIED[reason]} {year.plan.year}")


def _wait(choice: Choice) -> None:
    """What has an open åtgärd."""
    newest = choice.past[0]
    waiting: dict[str, list[str]] = {}
    for action in choice.actions:
        id = _successor(choice.past, action.subject)
        if id not in choice.held:
            waiting.setdefault(id, []).append(_number(action, newest.plan.year))
    for id, numbers in waiting.items():
        said = f"åtgärden {numbers[0]} är öppen"
        if len(numbers) > 1:
            said = f"{counted(len(numbers))} åtgärder är öppna ({', '.join(numbers)})"
        choice.open_actions[id] = said
        choice.reason(id, said)


_CARRIED = {
    Reason.NOT_GREEN: "inte utan anmärkning",
    Reason.NOT_DONE: "inte genomförd",
    Reason.NOT_RELEVANT: "inte aktuell",
    Reason.NO_CONTROL: "följdes upp utan kontroll",
}


def _number(action: ActionFact, year: int) -> str:
    """What next year's report will call it."""
    if action.direct:
        return action.direct
    return action.number.replace("Å", f"Å{year}-") if action.year == year else action.number


def _successor(past: Sequence[PastYear], id: str) -> str:
    """The newest control or risk that replaces (ersätter) this one, or itself."""
    for year in reversed(past):
        for risk in year.plan.risks:
            things: tuple[Risk | Control, ...] = (risk, *risk.controls)
            id = next((item.id for item in things if item.replaces == id != ""), id)
    return id
