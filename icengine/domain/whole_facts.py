"""What a samlad rapport is computed from: a unit and everything under it, one year.

Kommunstyrelsen has uppsikt over every nämnd, gemensam nämnd, kommunalförbund and municipal company
(kommunallagen 6 kap. 1 §) and judges each of them; a unit that keeps its controls elsewhere is
entered by its totals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from icengine.domain.facts import LastYear, ReportFacts, YearSum
from icengine.domain.people import Organisation, Unit, UnitKind
from icengine.domain.task import Fault
from icengine.domain.whole_verdicts import Verdict

REPORTING = (UnitKind.BOARD, UnitKind.COMPANY, UnitKind.JOINT)
"""Kinds of units that report their internal control to kommunstyrelsen."""
LONGEST_REASON = 2_000
"""Characters in the reason of a verdict, and in the note of totals."""
MOST = 100_000
"""More than this of anything is a slip of the hand."""


@dataclass(frozen=True)
class Judged:
    """A verdict with its reason."""

    verdict: Verdict | None
    """None where it was taken back."""
    reason: str
    by: str
    """The function that wrote it."""
    at: datetime


@dataclass(frozen=True)
class Totals:
    """What a unit that keeps its controls elsewhere has reported, as sums."""

    levels: Mapping[str, int]
    """Level id of the organisation's scale -> controls."""
    done: int
    """Controls that were carried out in whole."""
    open_actions: int
    late_actions: int
    note: str
    """Where the controls are kept, for the table's note."""
    by: str
    at: datetime

    @property
    def controls(self) -> int:
        """All of them."""
        return sum(self.levels.values())


@dataclass(frozen=True)
class Reported:
    """The slutrapport of a unit."""

    adopted: date | None
    """When it was adopted; None while it waits for the decision."""
    dnr: str
    as_of: datetime
    """The moment that its figures are of."""


@dataclass(frozen=True)
class UnitFacts:
    """One unit of the whole."""

    unit: Unit
    facts: ReportFacts | None = None
    """Its plan and what was recorded, as of its adopted report; None where it has no plan."""
    reported: Reported | None = None
    totals: Totals | None = None
    """Used where it has no plan here."""
    verdict: Judged | None = None
    last_year: LastYear | None = None
    repeated: Mapping[str, int] = field(default_factory=dict)
    """Control id -> how many years running, this one counted, it has not been without remark."""


@dataclass(frozen=True)
class WholeFacts:
    """Everything a samlad rapport is computed from."""

    organisation: Organisation
    unit: Unit
    """The unit that everything is under."""
    judge: Unit
    """Whose verdict it is: kommunstyrelsen, or the unit itself."""
    year: int
    as_of: datetime
    units: tuple[UnitFacts, ...]
    """In the organisation's order."""
    verdict: Judged | None = None
    """Of the whole."""
    history: tuple[YearSum, ...] = ()
    dnr: str = ""
    appendix: str = ""
    meeting: date | None = None


def units_of_whole(
    organisation: Organisation, top: str, day: date, with_plan: frozenset[str]
) -> tuple[Unit, ...]:
    """The units that report under one: nämnder, bolag and förbund there on the day, whoever is an
    authority of its own, and whoever has a plan."""
    return tuple(
        unit
        for unit in organisation.below(top, day)
        if unit.id in with_plan
        or (unit.exists(day) and (unit.kind in REPORTING or unit.own_authority))
    )


def has_whole(organisation: Organisation, top: str) -> bool:
    """Has a unit others under it that report?"""
    return any(
        unit.kind in REPORTING or unit.own_authority
        for unit in organisation.units
        if unit.id != top
        and any(above.id == top for above in organisation.chain(unit.id, date.max))
    )


def judge_of(organisation: Organisation, top: Unit, executive: Sequence[Unit]) -> Unit:
    """Kommunstyrelsen where the whole is the kommun's, else the unit itself."""
    if top.id != organisation.root.id or not executive:
        return top
    return executive[0]


# -- what may be entered --

VERDICT, REASON, DONE, OPEN, LATE, NOTE = (
    "bedomning", "skal", "genomforda", "oppna", "sena", "kommentar",
)  # fmt: skip
"""Fields of the forms; a level's is "niva-" and its id."""


def verdict_faults(text: str, reason: str) -> list[Fault]:
    """What is wrong with a verdict: one that is not wholly good is given with its reason."""
    found = []
    if text and text not in list(Verdict):
        found.append(Fault(VERDICT, "Välj en av bedömningarna"))
    if len(reason) > LONGEST_REASON:
        found.append(Fault(REASON, f"Skriv högst {LONGEST_REASON} tecken"))
    elif text and text != Verdict.SUFFICIENT and not reason.strip():
        found.append(Fault(REASON, "Skriv varför"))
    return found


def totals_faults(totals: Totals) -> list[Fault]:
    """What is wrong with sums that were entered."""
    found = []
    for id, n in totals.levels.items():
        if not 0 <= n <= MOST:
            found.append(Fault(f"niva-{id}", f"Skriv ett tal mellan 0 och {MOST}"))
    for name, n in ((DONE, totals.done), (OPEN, totals.open_actions), (LATE, totals.late_actions)):
        if not 0 <= n <= MOST:
            found.append(Fault(name, f"Skriv ett tal mellan 0 och {MOST}"))
    if not found and not totals.controls:
        found.append(Fault("niva-" + next(iter(totals.levels), ""), "Skriv minst en kontroll"))
    if not found and totals.done > totals.controls:
        found.append(Fault(DONE, "Fler är genomförda än det finns kontroller"))
    if not found and totals.late_actions > totals.open_actions:
        found.append(Fault(LATE, "Fler är försenade än det finns öppna"))
    if len(totals.note) > LONGEST_REASON:
        found.append(Fault(NOTE, f"Skriv högst {LONGEST_REASON} tecken"))
    return found
