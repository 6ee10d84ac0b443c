"""The yearly plan (internkontrollplan): risks, how they are treated, controls, and their measures.

All values are frozen; a change is a new version of the plan. A plan names *functions*
(Ekonomichefen), never persons: who holds a function is the organisation's data (`people.py`), so
that a new person is no revision of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from icengine.domain.frequency import Kind
from icengine.domain.people import UnitKind
from icengine.domain.risk import AssessedRisk, LeftOut
from icengine.domain.scale import DEFAULT_RATINGS, DEFAULT_RISKS, Measure, RatingScale, RiskScale
from icengine.domain.timing import Timed

OWN_DATES = "egna datum: "
"""How the reading of a control begins whose occurrences are written out as dates."""


class Treatment(StrEnum):
    """Hantering: what is done about a risk."""

    CONTROL = "granskning"
    """A kontrollmoment looks at it."""
    ACT_NOW = "direktåtgärd"
    """Something is done at once, without further control."""
    ACCEPT = "acceptera"
    """Nothing is done; needs a reason."""
    FOLLOW_UP = "följs upp"
    """Looked at again in the report, without a kontrollmoment."""


class Combine(StrEnum):
    """How a control's occurrences become one yearly bedömning."""

    LATEST = "senaste"
    WORST = "sämsta"


@dataclass(frozen=True)
class DirectAction:
    """Direktåtgärd: decided with the plan."""

    id: str
    """Unique in the unit for ever: "D1"."""
    text: str
    responsible: str
    """Function."""
    due: date


@dataclass(frozen=True)
class Shared:
    """Kommungemensamt kontrollmoment: decided once, answered by every unit that is chosen."""

    kinds: tuple[UnitKind, ...] = ()
    """Every unit of these kinds."""
    below: str = ""
    """Only units at or below this one; "" for the whole organisation."""
    units: tuple[str, ...] = ()
    """Units chosen one by one, beside those."""
    owners: tuple[tuple[str, str], ...] = ()
    """(unit, function): who answers for which unit, where the plan says it."""


@dataclass(frozen=True)
class Control:
    """Kontrollmoment: what is checked, how, how often and by whom."""

    id: str
    """Unique in the unit for ever: "K3"."""
    title: str
    """Short name for lists and mails."""
    what: str
    """The kontrollmoment itself: what is checked."""
    method: str
    """How it is done; a line per step."""
    owner: str
    """Kontrollansvarig, a function."""
    frequency: str
    """As written."""
    kind: Kind
    """Scheduled, continuous or event."""
    reading: str
    """The frequency as it was read ("3 tillfällen: …"), confirmed at adoption."""
    occurrences: tuple[Timed, ...]
    """The windows it stands for; () for an event control. Never read again after adoption."""
    objective: str = ""
    """Kontrollmål: why it is checked."""
    sample: str = ""
    """Urval or omfattning."""
    goal: str = ""
    """Mål in words."""
    measure: Measure | None = None
    """Figures to count, where the control is measured."""
    process_owner: str = ""
    """Processägare, a function."""
    performer: str = ""
    """Who carries it out where it is not the owner: a function."""
    approver: str = ""
    """Godkännare, a function; "" where none is named."""
    combine: Combine = Combine.LATEST
    mandatory: str = ""
    """The rule that asks for it every year ("attestreglementet"); "" where none does."""
    protected: bool = False
    """Skyddad: mails and reports show its number and bedömning only."""
    login: bool = False
    """Kräver inloggning: the link in the mail is not enough to answer it."""
    replaces: str = ""
    """Ersätter: id of its forerunner."""
    category: str = ""
    """Klass: the organisation's own class for it, as it writes it ("V1")."""
    shared: Shared | None = None
    """Gemensam: the units that answer it; None where the plan's own unit does."""
    opens_before: int | None = None
    """Days before the last day that its tasks open; None where the plan's rule holds."""
    due_after: int | None = None
    """Working days after the period that an answer is due; None where the plan's rule holds."""

    @property
    def own_dates(self) -> bool:
        """Are its occurrences written out as dates, not read from its frequency?"""
        return self.reading.startswith(OWN_DATES)


@dataclass(frozen=True, kw_only=True)
class Risk(AssessedRisk):
    """A risk of the plan, as it was weighed when the plan was made, and what is done about it."""

    treatment: Treatment
    reason: str = ""
    """Why it is accepted, or followed up without a control."""
    controls: tuple[Control, ...] = ()
    actions: tuple[DirectAction, ...] = ()


@dataclass(frozen=True)
class Plan:
    """One unit's plan for one year."""

    unit: str
    """Id of the unit whose nämnd or board adopts it: "ks"."""
    year: int
    title: str
    author: str
    """The function that wrote it; self-review is judged against it."""
    risks: tuple[Risk, ...]
    areas: tuple[str, ...]
    """Processområden in the order a report shows them."""
    guideline: str = ""
    """The riktlinje that is followed, with its dnr."""
    carry_to: int = 0
    """The year whose plan takes what is carried over: year +1 or +2."""
    ratings: RatingScale = DEFAULT_RATINGS
    risk_scale: RiskScale = DEFAULT_RISKS
    periods: tuple[tuple[str, str], ...] = ()
    """Words for parts of the year that this plan reads in its own way."""
    left_out: tuple[LeftOut, ...] = ()
    """Risks of the gross list that were not taken in, with the reason of each."""
    reporting: str = ""
    """How often continuous controls report, as written; "" where the plan does not say."""
    opens_before: int | None = None
    """Days before the last day that a task opens; None where the engine's rule holds."""
    due_after: int | None = None
    """Working days after its period that an answer is due; None where it is within the period."""

    @property
    def key(self) -> str:
        """A unit has one plan a year: "ks-2022"."""
        return f"{self.unit}-{self.year}"

    def controls(self) -> Iterator[tuple[Risk, Control]]:
        """Every control with its risk, in the plan's order."""
        for risk in self.risks:
            for control in risk.controls:
                yield risk, control

    @cached_property
    def event_controls(self) -> tuple[Control, ...]:
        """Those that wait for something to happen."""
        return tuple(c for _, c in self.controls() if c.kind is Kind.EVENT)

    def functions(self) -> set[str]:
        """Every function the plan names."""
        named = {self.author}
        for risk in self.risks:
            named |= {risk.owner, *(action.responsible for action in risk.actions)}
            for control in risk.controls:
                named |= {
                    control.owner, control.performer, control.process_owner, control.approver,
                }  # fmt: skip
                named |= {name for _, name in control.shared.owners} if control.shared else set()
        named |= {risk.owner for risk in self.left_out}
        return named - {""}

    def control(self, id: str) -> tuple[Risk, Control]:
        """The control with that id and its risk; KeyError where there is none."""
        for risk, control in self.controls():
            if control.id == id:
                return risk, control
        raise KeyError(id)
