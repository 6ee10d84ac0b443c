"""Four eyes: which answers wait for somebody else to read them, who that is, and självgranskning.

Nobody approves their own answer. Where a godkännare is named the answer waits for them; where none
is, one that finds nothing to remark on although the risk is among the highest waits for a second
reader, the unit's controller. Where nobody who is named may read it, the controller reads it too, so
that no answer waits for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from icengine.domain.access import Permit, rights
from icengine.domain.labels import ENGINES, Word
from icengine.domain.people import Organisation, Role
from icengine.domain.plan import Control, Plan, Risk
from icengine.domain.reading import LONGEST
from icengine.domain.register import zone_of
from icengine.domain.risk import AssessedRisk
from icengine.domain.scale import RiskScale
from icengine.domain.task import Answer, State


def high_risk(risk: AssessedRisk, scale: RiskScale) -> bool:
    """Does the risk stand in the worst zone of its plan's matrix, with the measures there are?

    One that nobody has weighed does not, nor any where the matrix has a single zone.
    """
    zone = zone_of(scale, risk.weight)
    return zone is not None and len(scale.levels) > 1 and zone.id == scale.levels[0].id


def asks_second_reader(organisation: Organisation) -> bool:
    """Does the organisation ask for a second reader? It does where it has not said otherwise."""
    return organisation.second_reader


def second_reader(control: Control, risk: Risk, plan: Plan, organisation: Organisation) -> bool:
    """Does a green answer to the control wait for a second reader?"""
    asked = asks_second_reader(organisation) and not control.approver
    return asked and high_risk(risk, plan.risk_scale)


def waits(
    answer: Answer, control: Control, risk: Risk, plan: Plan, organisation: Organisation
) -> bool:
    """Does the answer wait for somebody else to read it, when it is handed in?"""
    green = answer.rating == plan.ratings.best.id
    return bool(control.approver) or (green and second_reader(control, risk, plan, organisation))


# -- who reads it --


@dataclass(frozen=True)
class Given:
    """An answer that waits, as far as it matters to who may read it."""

    unit: str
    """The unit that answers."""
    owner: str
    """The function that answers."""
    approver: str
    """The function that approves; "" where none is named."""
    protected: bool = False
    by: frozenset[str] = frozenset()
    """Addresses of whoever saved the answer and of whom the occurrence is handed over to."""


@dataclass(frozen=True)
class Readers:
    """Who may approve an answer."""

    function: str
    """The godkännare's function; the controllers' where they read in place of one."""
    emails: tuple[str, ...]
    """() where nobody may."""
    controller: bool = False
    """The controllers read it: no godkännare is named, or none of those who are may."""


class Reading:
    """Who reads which answers on a day. The controllers are worked out once, whatever is asked."""

    def __init__(self, organisation: Organisation, day: date) -> None:
        self.organisation, self.day = organisation, day

    @cached_property
    def _steering(self) -> dict[str, frozenset[tuple[Permit, str]]]:
        """Address of everybody who is given the controller's role somewhere -> their rights."""
        found: dict[str, None] = {}
        for grant in self.organisation.grants:
            if grant.role is Role.CONTROLLER and grant.covers(self.day):
                found |= dict.fromkeys([grant.email] if grant.email else self.held(grant.function))
        return {email: rights(self.organisation, email, self.day) for email in found}

    def held(self, function: str) -> tuple[str, ...]:
        """Who holds a function that day."""
        found = self.organisation.function(function)
        return found.held_by(self.day) if found else ()

    def controllers(self, unit: str, protected: bool = False) -> tuple[str, ...]:
        """Addresses of the unit's controllers, who read what is protected too where it is.

        Whom only an account makes one is not known here.
        """
        needed = {(Permit.CONTROL, unit)} | (
            {(Permit.READ_PROTECTED, unit)} if protected else set()
        )
        return tuple(email for email, held in self._steering.items() if needed <= held)

    def named(self, given: Given) -> tuple[str, ...]:
        """Those who hold the godkännare's function and have not answered; () where none does."""
        own = self._own(given)
        return tuple(email for email in self.held(given.approver) if email not in own)

    def readers(self, given: Given) -> Readers:
        """Who may approve the answer: the godkännare, else the controllers; never whose it is."""
        if named := self.named(given):
            return Readers(given.approver, named)
        own = self._own(given)
        steering = self.controllers(given.unit, given.protected)
        others = tuple(email for email in steering if email not in own)
        return Readers(self.organisation.contact, others, controller=True)

    def _own(self, given: Given) -> set[str]:
        return {*given.by, *self.held(given.owner)}

    def may_read(self, email: str, unit: str, approver: str) -> bool:
        """Has somebody, that day, the answers of this control to read?"""
        return email in self.held(approver) or email in self.controllers(unit)


# -- what is said with it --


def comment_fault(comment: str, needed: bool) -> str:
    """What is wrong with a comment; "" where nothing is."""
    if needed and not comment.strip():
        return "Skriv vad som behöver kompletteras"
    over = len(comment) - LONGEST
    if over > 0:
        return f"Kommentaren har {over} tecken för mycket: högst {LONGEST} får plats"
    return ""


@dataclass(frozen=True)
class StateKept:
    """A state that a task has had."""

    state: State
    at: datetime
    by: str
    """The function, or the actor as the log names it."""
    reason: str
    """What was said with it; "" where nothing was."""


def remark(history: Sequence[StateKept]) -> StateKept | None:
    """What the owner is asked to mend: the newest återsändning or reopening since the task was
    closed last; None where nobody has asked. `history` is the oldest first."""
    found: StateKept | None = None
    before: StateKept | None = None
    for kept in history:
        reopened = before is not None and before.state.closed
        asked = reopened and kept.state in (State.OPEN, State.STARTED) and kept.reason
        if kept.state.closed:
            found = None
        elif kept.state is State.RETURNED or asked:
            found = kept
        before = kept
    return found


def judgement(history: Sequence[StateKept]) -> StateKept | None:
    """The newest godkännande or återsändning that somebody made; None where the newest answer was
    approved as it was handed in, or waits, or was taken back."""
    before: StateKept | None = None
    found: StateKept | None = None
    for kept in history:
        # Nobody reads for the function that answered: what it approved itself went by at once.
        judged = before is not None and before.state is State.SUBMITTED and before.by != kept.by
        if kept.state in (State.APPROVED, State.RETURNED):
            found = kept if judged else None
        elif kept.state is State.SUBMITTED:
            found = None
        before = kept
    return found


# -- självgranskning --


def self_review(
    plan: Plan,
    control: Control,
    performer: str,
    reading: Reading | None = None,
    word: Word = ENGINES["internkontrollplan"],
) -> tuple[str, ...]:
    """What the function that performed a control also is: "äger processen", "har upprättat planen".

    With `reading`, functions that the same person holds that day count as the same.
    """
    performs = control.performer or performer

    def same(other: str) -> bool:
        if not other or not performs:
            return False
        shared = set(reading.held(other)) & set(reading.held(performs)) if reading else set()
        return other.casefold() == performs.casefold() or bool(shared)

    found = []
    if same(control.process_owner):
        found.append("äger processen")
    if same(plan.author):
        found.append(f"har upprättat {word.definite}")
    return tuple(found)
