"""A plan's occurrences, and what a revision does to the tasks that are there.

An occurrence is known by control, unit and slot for ever; its dates may change, its slot never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    def slot(self) -> str: ...
    @property
    def version(self) -> int: ...
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


T = TypeVar("T", bound=Slotted)


@dataclass(frozen=True)
class Revision(Generic[T]):
    """What adopting a plan does to its tasks."""

    new: tuple[tuple[Control, Timed], ...]
    """Occurrences to plan."""
    kept: tuple[tuple[T, Control, Timed], ...]
    """Tasks that follow the new version, with what it says; utgår among them come back."""
    removed: tuple[T, ...]
    """Tasks whose occurrence is gone: they become utgår."""
    left_out: tuple[T, ...]
    """Tasks that the controller took out: they follow the version and stay utgår."""
    overlapping: tuple[tuple[Control, Timed], ...]
    """New occurrences that overlap one that has begun: listed, not planned."""


def occurrences(plan: Plan) -> tuple[tuple[Control, Timed], ...]:
    """Every occurrence of the plan with its control, in the plan's order."""
    return tuple((control, item) for _, control in plan.controls() for item in control.occurrences)


def revise(
    wanted: Sequence[tuple[Control, Timed]], there: Sequence[T], last_version: int
) -> Revision[T]:
    """Compare a version's occurrences with the tasks that are there.

    Answered tasks stay on their version. Planned and open ones follow the new one and keep their
    slot, and become utgår where it is gone. An open one whose slot is gone stays, with its own
    dates, where a new occurrence would overlap it. One that an earlier revision took out comes
    back; one that the controller took out does not.
    """
    by_slot = {(task.control, task.slot): task for task in there}
    begun = [task for task in there if task.state not in (State.PLANNED, State.CANCELLED)]
    new: list[tuple[Control, Timed]] = []
    kept: list[tuple[T, Control, Timed]] = []
    overlapping: list[tuple[Control, Timed]] = []
    left_out: list[T] = []
    staying: dict[tuple[str, str], tuple[T, Control, Timed]] = {}
    asked_for = {(control.id, item.window.slot) for control, item in wanted}
    for control, item in wanted:
        task = by_slot.get((control.id, item.window.slot))
        if task is None:
            clashes = [other for other in begun if _overlaps(other, control, item)]
            (overlapping if clashes else new).append((control, item))
            for other in clashes:
                if other.state.answerable and (other.control, other.slot) not in asked_for:
                    staying[other.control, other.slot] = (other, control, _as_it_is(other))
        elif task.state.answerable or _left_behind(task, last_version):
            kept.append((task, control, item))
        elif task.state is State.CANCELLED:
            left_out.append(task)
    removed = [
        task
        for task in there
        if task.state.answerable and (task.control, task.slot) not in asked_for | set(staying)
    ]
    return Revision(
        tuple(new),
        (*kept, *staying.values()),
        tuple(removed),
        tuple(left_out),
        tuple(overlapping),
    )


def _as_it_is(task: Slotted) -> Timed:
    return Timed(Window(task.slot, task.label, task.start, task.end), task.opens, task.due)


def _left_behind(task: Slotted, last_version: int) -> bool:
    return task.state is State.CANCELLED and task.version < last_version


def _overlaps(task: Slotted, control: Control, item: Timed) -> bool:
    window = item.window
    return task.control == control.id and task.start <= window.end and window.start <= task.end
