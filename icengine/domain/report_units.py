"""The units that answer a shared control (gemensam), each with its year."""

from __future__ import annotations

from dataclasses import dataclass

from icengine.domain.assessment import Yearly, by_unit, is_done, yearly
from icengine.domain.facts import TaskFact
from icengine.domain.plan import Control
from icengine.domain.report_findings import Findings
from icengine.domain.task import State
from icengine.domain.text import one_line
from icengine.domain.words import sentence

NOBODY = "Ingen ansvarig är utsedd."


@dataclass(frozen=True)
class UnitYear:
    """One unit's year with the control."""

    unit: str
    name: str
    tasks: tuple[TaskFact, ...]
    year: Yearly

    @property
    def nobody(self) -> bool:
        """Is there something left to answer, and nobody named for it?"""
        living = [task for task in self.tasks if task.state is not State.CANCELLED]
        return any(not is_done(task) and not task.owner for task in living)


def unit_years(found: Findings, control: Control) -> tuple[UnitYear, ...]:
    """Every unit, the worst bedömning first, then those that have none; each in name's order."""
    scale, order = found.plan.ratings, {id: n for n, id in enumerate(found.scale)}
    years = [
        UnitYear(
            unit,
            found.unit_name(unit),
            tuple(tasks),
            yearly(
                control, sorted(tasks, key=lambda task: task.due), scale, found.today,
                found.facts.decided.get((control.id, unit)),
            ),
        )
        for unit, tasks in by_unit(found.tasks[control.id]).items()
    ]  # fmt: skip
    return tuple(
        sorted(years, key=lambda one: (order[one.year.level], not one.year.done, one.name))
    )


def reasons(one: UnitYear) -> str:
    """Why the unit's occurrences were not carried out, where it has said so."""
    given = [
        sentence(one_line(task.reason))
        for task in one.tasks
        if task.state is State.NOT_DONE and task.reason.strip()
    ]
    return f"Ej genomförd. {' '.join(dict.fromkeys(given))}" if given else ""
