"""What was not carried out, with the reasons; and apart from it what utgår and what återstår."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from icengine.domain.assessment import is_done, is_spread, is_waiting
from icengine.domain.facts import TaskFact
from icengine.domain.plan import Control
from icengine.domain.report_actions import prose_date
from icengine.domain.report_extent import NO_EVENT, done_of
from icengine.domain.report_findings import SEPARATELY, Findings
from icengine.domain.report_model import Block, Cell, Column, Section, Table, Text
from icengine.domain.report_units import NOBODY, UnitYear, reasons, unit_years
from icengine.domain.task import State
from icengine.domain.text import Rich, one_line
from icengine.domain.words import capital, many, sentence

Row = tuple[Cell, ...]


def not_done(found: Findings) -> Section:
    """Controls with an occurrence that was not carried out; those that utgår or återstår apart."""
    rows = tuple(row for _, control in found.controls for row in _missed_row(found, control))
    blocks: list[Block] = []
    if rows:
        columns = (
            Column(found.word("kontrollmoment").title, 5.4),
            Column("Genomfört", 2.6),
            Column("Skäl", 7.4),
        )
        blocks.append(Table("ej-genomforda", columns, rows, sheet="Ej genomförda"))
    else:
        blocks.append(Text(_nothing_missed(found)))
    blocks += _not_relevant(found)
    blocks += _cancelled(found)
    blocks += _waiting(found)
    return Section("ej-genomforda", "Kontroller som inte har genomförts", tuple(blocks))


def _nothing_missed(found: Findings) -> str:
    every = found.yearlies.values()
    years = [year for year in every if not year.not_relevant]
    if not years:
        return f"Inga kontroller var planerade{' till bestämda dagar' if every else ''}."
    if found.waiting():
        if any(year.done for year in years):
            return "Alla kontrolltillfällen som skulle vara redovisade är genomförda."
        return "Inget kontrolltillfälle skulle ha redovisats än."
    if all(year.withdrawn for year in years):
        return "Alla planerade kontroller utgår."
    return "Alla planerade kontroller har genomförts."


def _missed_row(found: Findings, control: Control) -> tuple[Row, ...]:
    year, tasks = found.yearlies[control.id], found.tasks[control.id]
    if not year.missed:
        return ()
    name = Cell(found.name(control))
    if control.protected:
        return ((name, Cell("–"), Cell(f"{SEPARATELY}.")),)
    why: Rich
    if is_spread(control, tasks):
        why = _missed_units(found, control)
    else:
        left = [t for t in tasks if not _counted(t, found.today)]
        said = [
            f"{found.occurrence(t)}: {missing(t, found.today)}"
            if len(tasks) > 1
            else capital(missing(t, found.today))
            for t in left
        ]
        why = said[0] if len(said) == 1 else tuple(said)
    return ((name, Cell(done_of(year)), Cell(why)),)


def _missed_units(found: Findings, control: Control) -> Rich:
    """Per unit, what was not carried out and why: a line for each, however many its occurrences."""
    said = []
    for one in sorted(unit_years(found, control), key=lambda one: one.name):
        left = [task for task in one.tasks if not _counted(task, found.today)]
        if left:
            said.append(f"{one.name}: {_missed_unit(found, one, left)}")
    return said[0] if len(said) == 1 else tuple(said)


def _missed_unit(found: Findings, one: UnitYear, left: Sequence[TaskFact]) -> str:
    nobody = any(not task.owner for task in left)
    if len(left) == 1 and not nobody:
        return missing(left[0], found.today)
    done = "genomfört" if len(left) == 1 else "genomförda"
    what = f"{many(len(left), 'tillfälle', 'tillfällen', 'ett')} inte {done}."
    return " ".join(filter(None, (what, reasons(one), NOBODY if nobody else "")))


def _counted(task: TaskFact, today: date) -> bool:
    """Done, or listed apart as utgår or återstår."""
    return is_done(task) or task.state is State.CANCELLED or is_waiting(task, today)


def _not_relevant(found: Findings) -> tuple[Block, ...]:
    """Controls that wait for something to happen, where nothing has been registered: vit, and none
    that was missed."""
    idle = [control for _, control in found.controls if found.yearlies[control.id].not_relevant]
    rows = tuple(
        (Cell(found.name(control)), Cell("Inte aktuellt"), Cell(_said_of_none(control)))
        for control in idle
    )
    columns = (
        Column(found.word("kontrollmoment").title, 5.4),
        Column("Genomfört", 3.2),
        Column("Skäl", 6.8),
    )
    caption = "Kontroller som inte har varit aktuella under året."
    return (Table("inte-aktuella", columns, rows, caption, sheet="Inte aktuella"),) if rows else ()


def _said_of_none(control: Control) -> str:
    return f"{SEPARATELY}." if control.protected else NO_EVENT


def _cancelled(found: Findings) -> tuple[Block, ...]:
    """The occurrences that utgår, with the reason for each."""
    rows: list[Row] = []
    for _, control in found.controls:
        gone = [t for t in found.tasks[control.id] if t.state is State.CANCELLED]
        name = Cell(found.name(control))
        if gone and control.protected:
            rows.append((name, Cell("–"), Cell(f"{SEPARATELY}.")))
            continue
        if is_spread(control, found.tasks[control.id]):
            rows += ((name, *cells) for cells in _cancelled_units(found, gone))
            continue
        rows += (
            (name, Cell(found.occurrence(t)), Cell(capital(missing(t, found.today)))) for t in gone
        )
    columns = (
        Column(found.word("kontrollmoment").title, 5.4),
        Column("Tillfälle", 3.2),
        Column("Skäl", 6.8),
    )
    caption = "Kontrolltillfällen som utgår, med skäl. De räknas inte bland de planerade."
    return (Table("utgar", columns, tuple(rows), caption),) if rows else ()


def _cancelled_units(found: Findings, gone: Sequence[TaskFact]) -> Iterator[Row]:
    """Per unit and reason, how many occurrences utgår."""
    groups: dict[tuple[str, str], list[TaskFact]] = {}
    for task in gone:
        groups.setdefault((task.unit, task.reason), []).append(task)
    for (unit, _), own in groups.items():
        times = many(len(own), "tillfälle", "tillfällen", "ett")
        what = found.occurrence(own[0]) if len(own) == 1 else f"{found.unit_name(unit)}, {times}"
        yield (Cell(what), Cell(capital(missing(own[0], found.today))))


def _waiting(found: Findings) -> tuple[Block, ...]:
    """The occurrences that återstår, with their due dates."""
    rows: dict[tuple[str, str], Row] = {}
    counts: dict[tuple[str, str], int] = {}
    for control, task in found.waiting():
        name, day = Cell(found.name(control)), task.due.isoformat()
        if control.protected:
            rows[control.id, ""] = (name, Cell("–"), Cell("–"))
        elif is_spread(control, found.tasks[control.id]):
            key = (control.id, f"{task.slot} {day}")
            units = counts[key] = counts.get(key, 0) + 1
            what = f"{capital(one_line(task.label))}, {many(units, 'enhet', 'enheter')}"
            rows[key] = (name, Cell(what), Cell(day, day))
        else:
            when = found.occurrence(task)
            rows[control.id, f"{task.slot} {task.unit}"] = (name, Cell(when), Cell(day, day))
    columns = (
        Column(found.word("kontrollmoment").title, 7.4),
        Column("Tillfälle", 4.4),
        Column("Lämnas in senast", 3.6),
    )
    caption = "Kontrolltillfällen som återstår."
    return (Table("aterstar", columns, tuple(rows.values()), caption),) if rows else ()


def missing(task: TaskFact, today: date) -> str:
    """Why there is no answer to count: "utgår: Systemet är avvecklat." """
    reason = sentence(one_line(task.reason))
    if task.state is State.CANCELLED:
        return f"utgår: {reason or 'skäl saknas.'}"
    if task.state is State.NOT_DONE:
        return f"ej genomförd. {reason or 'Skäl saknas.'}"
    if is_waiting(task, today):
        again = "igen efter komplettering " if task.answer is not None else ""
        return f"återstår: ska lämnas in {again}senast den {prose_date(task.due)}."
    if task.answer is not None:
        return "besvarad men återsänd för komplettering."
    return f"inte besvarad. Skulle ha redovisats senast den {prose_date(task.due)}."
