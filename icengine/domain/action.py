"""Åtgärder: what one is, how it moves between its statuses, and when it is late.

An åtgärd is öppen until its ansvarig says that it is klar; the controller confirms. Some time later
it is asked whether it had effect. It lives on past its plan's year until it is closed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from icengine.domain.address import address_fault
from icengine.domain.facts import ActionStatus
from icengine.domain.people import Organisation
from icengine.domain.text import one_line


class Effect(StrEnum):
    """Did an åtgärd have the effect that was meant?"""

    YES = "ja"
    PARTLY = "delvis"
    NO = "nej"


MOVES: dict[ActionStatus, frozenset[ActionStatus]] = {
    ActionStatus.NOT_STARTED: frozenset(
        {ActionStatus.STARTED, ActionStatus.DONE, ActionStatus.DROPPED}
    ),
    ActionStatus.STARTED: frozenset({ActionStatus.DONE, ActionStatus.DROPPED}),
    ActionStatus.DONE: frozenset({ActionStatus.CONFIRMED, ActionStatus.STARTED}),
    ActionStatus.CONFIRMED: frozenset({ActionStatus.STARTED}),
    ActionStatus.DROPPED: frozenset({ActionStatus.STARTED}),
}
"""Permitted moves; what leads to STARTED from a closed one is opening it again."""

FOLLOWED_UP = (ActionStatus.DONE, ActionStatus.CONFIRMED)
"""Statuses in which its effect is asked for."""


def may_move(old: ActionStatus, new: ActionStatus) -> bool:
    """Is the move permitted?"""
    return new in MOVES[old]


@dataclass(frozen=True)
class Content:
    """What an åtgärd says at some moment. A change is a new one."""

    text: str
    responsible: str
    """Ansvarig: a function, an address within the organisation, or free text."""
    due: date
    status: ActionStatus = ActionStatus.NOT_STARTED
    cause: str = ""
    """Grundorsak; "" where nobody has said."""
    follow_up: date | None = None
    """The day it is asked whether it had effect; None where it is not asked."""
    effect: str = ""
    """An Effect; "" before that is said."""

    def late(self, today: date) -> bool:
        """Klart-datum has passed and it is not closed."""
        return self.due < today and not self.status.closed

    @property
    def awaits_effect(self) -> bool:
        """It is done, and nobody has said whether it had effect; asked from `follow_up`."""
        return self.status in FOLLOWED_UP and self.follow_up is not None and not self.effect

    def asks_effect(self, today: date) -> bool:
        """The day has come to ask whether it had effect."""
        return self.awaits_effect and self.follow_up is not None and self.follow_up <= today

    @property
    def without_effect(self) -> bool:
        """It was done and did not help: somebody has to decide what now."""
        return self.status in FOLLOWED_UP and self.effect == Effect.NO

    # -- what may become of it; ValueError for a move that is not permitted --

    def started(self) -> Content:
        """Work on it goes on."""
        if self.status.closed:
            raise ValueError(f"an åtgärd that is {self.status} has to be opened again")
        return replace(self, status=ActionStatus.STARTED)

    def done(self, today: date, days: int) -> Content:
        """It is done, and its effect is asked for so many days later."""
        moved = self._moved(ActionStatus.DONE)
        return replace(moved, follow_up=today + timedelta(days=days), effect="")

    def confirmed(self) -> Content:
        """The controller confirms that it is done."""
        return self._moved(ActionStatus.CONFIRMED)

    def followed_up(self, effect: Effect) -> Content:
        """It is said whether it had effect; it may be said anew."""
        if self.status not in FOLLOWED_UP:
            raise ValueError(f"an åtgärd that is {self.status} has no effect yet")
        return replace(self, effect=str(effect))

    def dropped(self) -> Content:
        """It is not to be done after all."""
        return self._moved(ActionStatus.DROPPED)

    def reopened(self, due: date) -> Content:
        """It is to be done (again), by another day."""
        if not self.status.closed:
            raise ValueError(f"an åtgärd that is {self.status} is open")
        moved = self._moved(ActionStatus.STARTED)
        return replace(moved, due=due, follow_up=None, effect="")

    def _moved(self, status: ActionStatus) -> Content:
        if not may_move(self.status, status):
            raise ValueError(f"an åtgärd may not go from {self.status} to {status}")
        return replace(self, status=status)


@dataclass(frozen=True, kw_only=True)
class ActionState(Content):
    """One version of an åtgärd; the newest holds."""

    version: int
    """Grows with every change; what a form says that it was thought out from."""
    at: datetime
    by: str
    """The function that changed it, or the actor as the log names it."""
    note: str
    """What was said with the change."""

    @property
    def content(self) -> Content:
        """What it says, without who and when."""
        return Content(
            self.text, self.responsible, self.due, self.status, self.cause, self.follow_up,
            self.effect,
        )  # fmt: skip


@dataclass(frozen=True)
class Action:
    """An åtgärd as it stands, with what it belongs to."""

    id: int
    """Its number in the store, and in addresses."""
    plan: str
    """Key of the plan that it comes from: "ks-2022"."""
    plan_unit: str
    year: int
    """The plan's."""
    number: int
    """Within its plan, from 1."""
    unit: str
    """The unit whose it is: the one that answered, or the plan's."""
    subject: str
    """Id of the control or risk; "" for the plan as a whole."""
    about: str
    """Title of the control or risk; "" where there is none."""
    of_control: bool
    """Does it belong to a control, rather than to a risk or the plan?"""
    direct: str
    """The plan's own number of a direktåtgärd ("D1"); "" for another."""
    task: int
    """The task whose answer brought it; 0 for none."""
    protected: bool
    """A version of the plan protects its control."""
    state: ActionState

    @property
    def key(self) -> str:
        """Its stable name: "ks-2022/Å3"."""
        return f"{self.plan}/Å{self.number}"

    @property
    def logged(self) -> str:
        """What the log calls it: "åtgärd:ks-2022/K3/ks/Å3"."""
        return f"åtgärd:{self.plan}/{self.subject}/{self.unit}/Å{self.number}"

    @property
    def version(self) -> int:
        """Of its newest state."""
        return self.state.version

    def late(self, today: date) -> bool:
        """Klart-datum has passed and it is not closed."""
        return self.state.late(today)

    def name(self, year: int) -> str:
        """ "Å3"; "Å2021-3" where it is another year's."""
        return f"Å{self.number}" if self.year == year else f"Å{self.year}-{self.number}"


# -- ansvarig --


def matched(text: str, organisation: Organisation) -> str:
    """Ansvarig as it is stored: a function by its own name and an address in small letters where it
    is one of the organisation's, otherwise as it was written."""
    line = one_line(text)
    function = organisation.function(line)
    if function is not None:
        return function.name
    address = line.casefold()
    return address if is_address(address, organisation.mail_domains) else line


def is_address(text: str, domains: Collection[str]) -> bool:
    """Is it an address within the organisation?"""
    return "@" in text and not address_fault(text, domains)


def reached(responsible: str, organisation: Organisation, day: date) -> tuple[str, ...]:
    """Addresses of those who are mailed about an åtgärd of this ansvarig; () where nobody is."""
    function = organisation.function(responsible)
    if function is not None:
        return function.held_by(day)
    return (responsible,) if is_address(responsible, organisation.mail_domains) else ()
