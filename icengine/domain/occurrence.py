"""A plan's occurrences, and what a revision does to the tasks that are there.

An occurrence is known by control, unit and slot for ever; its dates may change, its slot never does.
Which units answer a shared control, and for whom, lies in `sharing.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, Protocol, TypeVar

from icengine.domain.frequency import Window
from icengine.domain.plan import Control, Plan
from icengine.domain.task import State
from icengine.domain.timing import Timed


class Slotted(Protocol):
    """What a revision needs to know of a task."""

    @property
    def control(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def slot(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...
    @property
    def opens(self) -> date: ...
    @property
    def due(self) -> date: ...
    @property
    def state(self) -> State: ...


Key = tuple[str, str, str]
"""(control, unit, slot)."""
T = TypeVar("T", bound=Slotted)


@dataclass(frozen=True)
class Occasion:
    """One occurrence of a control for one unit: what a task is made of."""

    control: Control
    unit: str
    """The unit that answers."""
    owner: str
    """The function that answers for it; "" where nobody is named."""
    timed: Timed

    @property
    def key(self) -> Key:
        """What no revision changes: control, unit and slot."""
        return (self.control.id, self.unit, self.timed.window.slot)


@dataclass(frozen=True)
class Revision(Generic[T]):
    """What adopting a plan does to its tasks."""

    new: tuple[Occasion, ...]
    """Occurrences to plan."""
    kept: tuple[tuple[T, Occasion], ...]
    """Tasks that follow the new version, with what it says; utgår among them come back."""
    removed: tuple[T, ...]
    """Tasks whose occurrence is gone: they become utgår."""
    left_out: tuple[T, ...]
    """Tasks that the controller took out: they follow the version and stay utgår."""
    overlapping: tuple[Occasion, ...]
    """New occurrences that overlap one that has begun: listed, not planned."""


def occurrences(plan: Plan) -> tuple[tuple[Control, Timed], ...]:
    """Every occurrence of the plan with its control, in the plan's order, whichever units answer."""
    return tuple((control, item) for _, control in plan.controls() for item in control.occurrences)


def revise(
    wanted: Sequence[Occasion], there: Sequence[T], taken_out: Collection[Key]
) -> Revision[T]:
    """Compare a version's occurrences with the tasks that are there.

    `taken_out` are those among them that became utgår because an earlier revision, or a change of
    the units, had no place for them.

    Answered tasks stay on their version. Planned and open ones follow the new one and keep their
    slot, and become utgår where it is gone. An open one whose slot is gone stays, with its own
    dates, where a new occurrence of the same control and unit would overlap it. One that an earlier
    change took out comes back; one that the controller took out does not.
    """
    by_key = {_key(task): task for task in there}
    begun = _begun(there)
    asked_for = {item.key for item in wanted}
    new: list[Occasion] = []
    kept: list[tuple[T, Occasion]] = []
    overlapping: list[Occasion] = []
    left_out: list[T] = []
    staying: dict[Key, tuple[T, Occasion]] = {}
    for item in wanted:
        task = by_key.get(item.key)
        if task is None:
            clashes = [one for one in begun.get(item.key[:2], ()) if _overlaps(one, item)]
            (overlapping if clashes else new).append(item)
            for other in clashes:
                if other.state.answerable and _key(other) not in asked_for:
                    staying[_key(other)] = (other, replace(item, timed=_as_it_is(other)))
        elif task.state.answerable or (task.state is State.CANCELLED and item.key in taken_out):
            kept.append((task, item))
        elif task.state is State.CANCELLED:
            left_out.append(task)
    stays = asked_for | set(staying)
    removed = [task for task in there if task.state.answerable and _key(task) not in stays]
    return Revision(
        tuple(new),
        (*kept, *staying.values()),
        tuple(removed),
        tuple(left_out),
        tuple(overlapping),
    )


def _key(task: Slotted) -> Key:
    return (task.control, task.unit, task.slot)


def _begun(there: Iterable[T]) -> dict[tuple[str, str], list[T]]:
    """Tasks that have opened, or been answered, by control and unit."""
    found: dict[tuple[str, str], list[T]] = {}
    for task in there:
        if task.state not in (State.PLANNED, State.CANCELLED):
            found.setdefault((task.control, task.unit), []).append(task)
    return found


def _as_it_is(task: Slotted) -> Timed:
    return Timed(Window(task.slot, task.label, task.start, task.end), task.opens, task.due)


def _overlaps(task: Slotted, item: Occasion) -> bool:
    window = item.timed.window
    return task.start <= window.end and window.start <= task.end
