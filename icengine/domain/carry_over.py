"""What goes to the selection (urval) for a coming plan: proposed by rule, decided by the controller.

Every function is a rule of the field and a pure value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from icengine.domain.assessment import Yearly
from icengine.domain.facts import ActionFact, CarryDecision, CarryDecisions
from icengine.domain.frequency import Kind
from icengine.domain.plan import Control, Plan, Risk, Treatment
from icengine.domain.scale import RatingScale

UNDECIDED: CarryDecisions = {}
"""Nobody has decided anything."""


class Reason(StrEnum):
    """Why the rule proposes that something goes to the selection."""

    NOT_GREEN = "inte utan anmärkning"
    NOT_DONE = "inte genomfört"
    NOT_RELEVANT = "inte aktuellt under året"
    OPEN_ACTION = "öppen åtgärd"
    NO_CONTROL = "följs upp utan kontrollmoment"


class Left(StrEnum):
    """Why the rule proposes that something does not go on."""

    GREEN = "utan anmärkning"
    WAITING = "återstår"
    CANCELLED = "utgår"
    ACCEPTED = "accepterad"
    ACTED = "direktåtgärden är klar"
    NO_ACTION = "ingen direktåtgärd är öppen"
    THROUGH_CONTROLS = "följs genom sina kontrollmoment"


@dataclass(frozen=True)
class Candidate:
    """A risk or control that may go to the selection: what is proposed, and what is decided."""

    id: str
    proposed: int
    """Year of the plan that the rule sends it to; 0 where it sends it to none."""
    reasons: tuple[Reason, ...] = ()
    """Why the rule sends it; () where it does not."""
    left: Left | None = None
    """Why the rule does not; None where it does, and for a mandatory control that returns."""
    mandatory: str = ""
    """The rule that brings it back every year by itself; "" where none does."""
    decided: CarryDecision | None = None
    """What the controller has decided, which holds; None where the proposal does."""

    @property
    def year(self) -> int:
        """Year of the plan whose selection it goes to; 0 where it goes to none."""
        return self.proposed if self.decided is None else self.decided.year or 0

    @property
    def own(self) -> bool:
        """Is something else decided than what is proposed, or a reason given for it?"""
        return self.decided is not None and (
            self.decided.year != self.proposed or bool(self.decided.reason)
        )

    @property
    def proposal_changed(self) -> bool:
        """Is something else proposed now than when it was decided?"""
        return self.decided is not None and self.decided.proposed != self.proposed

    @property
    def returns(self) -> bool:
        """Is it a mandatory control that comes back by itself and is proposed for nothing more?"""
        return bool(self.mandatory) and not self.proposed

    @property
    def is_asked(self) -> bool:
        """Is it for the controller to say whether it goes on, when the proposal is followed? What
        återstår has not shown anything yet."""
        return not self.returns and self.left not in (Left.THROUGH_CONTROLS, Left.WAITING)


@dataclass(frozen=True)
class CarryOver:
    """What becomes of a plan's risks and controls, in the plan's order."""

    proposed_year: int
    """The plan that takes what the rule proposes."""
    candidates: tuple[Candidate, ...]

    @property
    def selected(self) -> tuple[Candidate, ...]:
        """Those that go to a selection."""
        return tuple(item for item in self.candidates if item.year)

    @property
    def mandatory(self) -> tuple[Candidate, ...]:
        """They return by themselves; one that goes to a selection stands in `selected` too."""
        return tuple(item for item in self.candidates if item.mandatory)

    @property
    def stays(self) -> tuple[Candidate, ...]:
        """Those that do not go on. A risk that goes on through its controls is none, unless it is
        decided."""
        return tuple(
            item
            for item in self.candidates
            if not item.year
            and not item.mandatory
            and (item.decided or item.left is not Left.THROUGH_CONTROLS)
        )

    @property
    def years(self) -> tuple[int, ...]:
        """The plans that something goes to; the one proposed where nothing goes on."""
        return tuple(sorted({item.year for item in self.selected})) or (self.proposed_year,)

    def to(self, year: int) -> tuple[Candidate, ...]:
        """Those that go to the selection of that year's plan."""
        return tuple(item for item in self.selected if item.year == year)


def target_years(plan: Plan) -> tuple[int, int]:
    """The coming plans that something may be carried over to."""
    return plan.year + 1, plan.year + 2


def carry_over(
    plan: Plan,
    yearlies: Mapping[str, Yearly],
    actions: Iterable[ActionFact],
    decisions: CarryDecisions = UNDECIDED,
) -> CarryOver:
    """What goes on: not green, not done, an open åtgärd, or followed up without a control; unless
    the controller has decided otherwise.

    `yearlies` by control id, `decisions` by id of a control or risk. A risk with controls goes on
    through them; one without goes on itself. Åtgärder of this plan and earlier ones count alike.
    """
    year = plan.carry_to or plan.year + 1
    open_subjects = {a.subject for a in actions if not a.status.closed}
    found = [
        _candidate(id, year, reasons, left, mandatory, decisions.get(id))
        for risk in plan.risks
        for id, reasons, left, mandatory in _weighed(risk, yearlies, plan.ratings, open_subjects)
    ]
    return CarryOver(year, tuple(found))


_Weighed = tuple[str, tuple[Reason, ...], Left, str]
"""(id, why it goes on, why it does not where nothing says that it does, what makes it mandatory)."""


def _weighed(
    risk: Risk, yearlies: Mapping[str, Yearly], scale: RatingScale, open_subjects: set[str]
) -> Iterator[_Weighed]:
    """The risk's controls, then the risk itself."""
    for control in risk.controls:
        year = yearlies[control.id]
        reasons = _reasons(control, year, scale, open_subjects)
        yield control.id, reasons, _control_left(year), control.mandatory
    if not risk.controls or risk.treatment is Treatment.FOLLOW_UP:
        yield risk.id, _risk_reasons(risk, open_subjects), _left(risk), ""
    else:
        own = (Reason.OPEN_ACTION,) if risk.id in open_subjects else ()
        yield risk.id, own, Left.THROUGH_CONTROLS, ""


def _candidate(
    id: str,
    year: int,
    reasons: tuple[Reason, ...],
    left: Left,
    mandatory: str,
    decided: CarryDecision | None,
) -> Candidate:
    """That a mandatory control does not return cannot be decided: it may have become so since."""
    if decided is not None and (decided.year is None or (mandatory and not decided.year)):
        decided = None
    why_not = None if reasons or mandatory else left
    return Candidate(id, year if reasons else 0, reasons, why_not, mandatory, decided)


def _reasons(
    control: Control, year: Yearly, scale: RatingScale, open_subjects: set[str]
) -> tuple[Reason, ...]:
    found = []
    if not year.planned and control.kind is Kind.EVENT:
        found.append(Reason.NOT_RELEVANT)
    elif year.not_relevant:
        found.append(Reason.NOT_DONE)
    else:
        if year.done and year.level != scale.best.id:
            found.append(Reason.NOT_GREEN)
        if year.missed:
            found.append(Reason.NOT_DONE)
    if open_subjects & {control.id, control.replaces} - {""}:
        found.append(Reason.OPEN_ACTION)
    return tuple(found)


def _control_left(year: Yearly) -> Left:
    if year.withdrawn:
        return Left.CANCELLED
    return Left.WAITING if year.waiting else Left.GREEN


def _risk_reasons(risk: Risk, open_subjects: set[str]) -> tuple[Reason, ...]:
    found = (
        [Reason.NO_CONTROL] if risk.treatment in (Treatment.FOLLOW_UP, Treatment.CONTROL) else []
    )
    if open_subjects & {risk.id, risk.replaces} - {""}:
        found.append(Reason.OPEN_ACTION)
    return tuple(found)


def _left(risk: Risk) -> Left:
    if risk.treatment is Treatment.ACCEPT:
        return Left.ACCEPTED
    return Left.ACTED if risk.actions else Left.NO_ACTION
