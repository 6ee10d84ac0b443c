"""What a report is computed from: everything recorded about one plan at one moment.

`services/reports.py` gathers a `ReportFacts` from the store; `report.py` turns it into a Report. No
text for the reader is made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from icengine.domain.people import Organisation, Unit
from icengine.domain.plan import Plan
from icengine.domain.scale import RatingScale
from icengine.domain.task import Answer, State


class ActionStatus(StrEnum):
    """How far an åtgärd has come."""

    NOT_STARTED = "ej påbörjad"
    STARTED = "pågår"
    DONE = "klar"
    """Says its ansvarig; the controller has not confirmed it."""
    CONFIRMED = "bekräftad"
    """Klar, and confirmed by the controller."""
    DROPPED = "avskriven"
    """Not to be done after all, with a reason."""

    @property
    def closed(self) -> bool:
        """Nothing more is expected of its ansvarig."""
        return self in (ActionStatus.DONE, ActionStatus.CONFIRMED, ActionStatus.DROPPED)


@dataclass(frozen=True)
class Decision:
    """The decision that adopted a plan version."""

    version: int
    dnr: str
    date: date
    paragraph: str


@dataclass(frozen=True)
class TaskFact:
    """A task as it stood."""

    control: str
    unit: str
    slot: str
    label: str
    due: date
    state: State
    reason: str = ""
    """Why it is utgår or ej genomförd."""
    answer: Answer | None = None
    """The last answer handed in; None where none is. A draft is never a fact."""
    answered_at: datetime | None = None
    answered_by: str = ""
    """Function of the one who answered."""
    owner: str = ""
    """The function that is to answer; "" where nobody is named."""
    moved_to: date | None = None
    """The date that the controller has moved it to; None where the plan's holds."""
    handed_to: str = ""
    """The function that the controller has chosen instead of the plan's; "" where that holds."""


@dataclass(frozen=True)
class ActionFact:
    """An åtgärd as it stood."""

    number: str
    """"Å3" this year's, "Å2021-3" an earlier year's."""
    year: int
    """The plan year it comes from."""
    subject: str
    """Id of the control or risk it belongs to."""
    text: str
    responsible: str
    due: date
    status: ActionStatus
    direct: str = ""
    """The plan's own number of a direktåtgärd ("D1"); "" for another åtgärd."""
    protected: bool = False
    """It belongs to a control that a version of its own plan protects."""


@dataclass(frozen=True)
class Decided:
    """A yearly bedömning that the controller has decided, whatever the occurrences say."""

    level: str
    """Id of a level; "" where what the occurrences say holds again."""
    reason: str
    by: str
    """The function that they decided for."""
    at: datetime


Decisions = Mapping[tuple[str, str], Decided]
"""(control, unit) -> what is decided; unit "" is the control as a whole."""


@dataclass(frozen=True)
class CarryDecision:
    """Whether a risk or control goes to the selection of a coming plan, as the controller has decided,
    whatever the rule proposes."""

    year: int | None
    """The plan's year; 0 where it goes to none, None where what the rule proposes holds again."""
    proposed: int
    """What the rule proposed then: a plan's year, or 0."""
    reason: str
    """"" where it is as proposed and nothing more was said."""
    by: str
    """The function that they decided for."""
    at: datetime


CarryDecisions = Mapping[str, CarryDecision]
"""Id of a risk or control -> what is decided."""


@dataclass(frozen=True)
class LastYear:
    """The plan before: for trends."""

    year: int
    ratings: Mapping[str, str]
    """Control id -> level id of its yearly bedömning."""
    scale: RatingScale


@dataclass(frozen=True)
class YearSum:
    """What a year came to, for the trend over several."""

    year: int
    controls: int
    best: int
    """Controls whose bedömning was the scale's best."""
    units: int = 0
    """Units that reported; 0 where it is about one."""

    @property
    def share(self) -> Decimal:
        """The best of all, per cent with one decimal; 0 where there are none."""
        if not self.controls:
            return Decimal(0)
        return (Decimal(100 * self.best) / self.controls).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class ReportFacts:
    """Everything a slutrapport is computed from."""

    organisation: Organisation
    unit: Unit
    plan: Plan
    decision: Decision
    as_of: datetime
    """The moment the facts are taken at: what was recorded later is not here."""
    tasks: tuple[TaskFact, ...]
    actions: tuple[ActionFact, ...]
    """This plan's, direktåtgärder too, and earlier plans' that were still open."""
    notes: Mapping[str, str]
    """What the controller wrote: by risk id, by area, and under "sammanfattning"."""
    last_year: LastYear | None = None
    dnr: str = ""
    """The report's own diarienummer."""
    appendix: str = ""
    """"Bilaga 2"."""
    meeting: date | None = None
    """When the nämnd treats it."""
    decisions: tuple[Decision, ...] = ()
    """All versions adopted up to the moment, oldest first; () where only `decision` is known."""
    decided: Decisions = field(default_factory=dict)
    """The yearly bedömningar that the controller has decided."""
    history: tuple[YearSum, ...] = ()
    """The years before, oldest first."""
    carried: CarryDecisions = field(default_factory=dict)
    """What the controller has decided about the selection for a coming plan."""
