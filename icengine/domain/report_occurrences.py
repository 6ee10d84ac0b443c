"""The table per tillfälle of a control, the line where it is measured, and the owners' comments."""

from __future__ import annotations

from decimal import Decimal

from icengine.domain.assessment import days_late, is_done, percent, propose
from icengine.domain.calendar import local_date
from icengine.domain.facts import TaskFact
from icengine.domain.plan import Control
from icengine.domain.report_actions import joined, placed, written
from icengine.domain.report_findings import Findings
from icengine.domain.report_model import Block, Cell, Column, Figure, Line, Point, Table, Text
from icengine.domain.report_not_done import missing
from icengine.domain.report_widths import rating_width, shared, width_of
from icengine.domain.task import Answer, State, figure, sample
from icengine.domain.text import Rich, one_line, paragraphs
from icengine.domain.words import NBSP, capital, number, per_cent, sentence


def share_of(control: Control, answer: Answer) -> Decimal | None:
    """The measured value in per cent; None where nothing was measured."""
    part, whole = figure(answer.part), figure(answer.whole)
    if control.measure is None or part is None or not whole:
        return None
    return percent(part, whole)


def proposal(control: Control, answer: Answer) -> str | None:
    """The level that the thresholds propose, or None."""
    part, whole = figure(answer.part), figure(answer.whole)
    if control.measure is None or not control.measure.thresholds or part is None or not whole:
        return None
    return propose(control.measure, part, whole)


def deviation(found: Findings, control: Control, answer: Answer) -> str:
    """The level that was proposed and why another was chosen; "" where it is the one chosen."""
    proposed = proposal(control, answer)
    if proposed is None or proposed == answer.rating:
        return ""
    said = f"Förslaget var ”{found.plan.ratings.level(proposed).word.lower()}”."
    reason = sentence(one_line(answer.reason))
    return f"{said} Skäl: {reason}" if reason else said


def late(task: TaskFact) -> str:
    """ "12 dagar efter sista dagen"; "" where the answer came in time."""
    days = days_late(task)
    return f"{number(days)} {'dag' if days == 1 else 'dagar'} efter sista dagen" if days else ""


def basis(answer: Answer) -> str:
    """ "5 405 av 8 633"; a narrow column may break it before "av"."""
    part, whole = number(figure(answer.part) or 0), number(figure(answer.whole) or 0)
    return f"{part} av{NBSP}{whole}"


def sampled(answer: Answer) -> str:
    """ "12 av 60 granskade avvek (20 %)"; "" where nothing is said of a stickprov."""
    found = sample(answer)
    if found is None:
        return ""
    checked, deviations = found
    said = f"{number(deviations)} av {number(checked)}{NBSP}granskade avvek"
    return f"{said} ({per_cent(percent(deviations, checked))})" if deviations else said


def told(answer: Answer) -> Rich:
    """The result in the owner's words, with the figures of the stickprov before it."""
    result, figures = written(answer.result), sampled(answer)
    return joined(f"{figures}.", result) if figures else result


def occurrences(found: Findings, control: Control, tasks: tuple[TaskFact, ...]) -> list[Block]:
    """The table per tillfälle, long results under it, and the line where it is measured."""
    measured = control.measure is not None
    below: list[Block] = []
    rows = tuple(_occurrence(found, control, task, below) for task in tasks)
    names = width_of((str(row[0].text) for row in rows), 1.9, 3.2)
    narrow = [Column("Tillfälle", names), Column("Bedömning", rating_width(found.plan))]
    if measured:
        said = [part for row in rows for part in row[2].text if len(part) > 1]
        outcomes = (str(part).replace(" ", NBSP) for part in said)
        narrow.append(Column("Utfall", width_of(outcomes, 1.6, 2.1)))
    day = Column("Svar lämnat", 2.15)
    *_, result = shared((*narrow, day), ("Resultat", 1))
    columns = (*narrow, result, day)
    blocks: list[Block] = [
        Table(f"{control.id}-tillfallen", columns, rows, sheet="Tillfällen"),
        *below,
    ]
    points = tuple(
        Point(found.occurrence(task), share)
        for task in tasks
        if task.answer and is_done(task) and (share := share_of(control, task.answer)) is not None
    )
    if control.measure and len(points) > 1:
        blocks.append(_line(control, points, control.measure.goal))
    return blocks


def _occurrence(
    found: Findings, control: Control, task: TaskFact, below: list[Block]
) -> tuple[Cell, ...]:
    name, answer = found.occurrence(task), task.answer
    measured = control.measure is not None
    if answer is None or not is_done(task):
        rating = Cell(mark=found.plan.ratings.unrated.id)
        why = Cell(capital(missing(task, found.today)))
        return (Cell(name), rating, *([Cell("–")] if measured else []), why, Cell("–"))
    share = share_of(control, answer)
    outcome = Cell((per_cent(share), basis(answer)), share) if share is not None else Cell("–")
    said = joined(told(answer), deviation(found, control, answer))
    if task == found.yearlies[control.id].deciding:
        result = Cell("Se resultat ovan.", whole=said)
    else:
        result = placed(f"Resultat, {name.lower()}", said, below)
    return (
        Cell(name),
        Cell(mark=answer.rating),
        *([outcome] if measured else []),
        result,
        _day_cell(task),
    )


def _day_cell(task: TaskFact) -> Cell:
    """When the answer was handed in, how late, and whether it waits for its approver."""
    day = local_date(task.answered_at).isoformat() if task.answered_at else ""
    waits = "Ännu inte godkänd" if task.state is State.SUBMITTED else ""
    said = tuple(filter(None, (day, late(task), waits))) or ("–",)
    return Cell(said[0] if len(said) == 1 else said, day or None)


def _line(control: Control, points: tuple[Point, ...], goal: Decimal | None) -> Figure:
    said = "; ".join(f"{p.label}: {per_cent(p.value)}" for p in points)
    against = f" Mål {per_cent(goal)}." if goal is not None else ""
    caption = f"{one_line(control.title)}: utfall per tillfälle"
    return Figure(
        f"{control.id}-trend",
        Line(points, goal),
        f"Linje. {said}.{against}",
        f"{caption} mot målet." if goal is not None else f"{caption}.",
    )


def comments(tasks: tuple[TaskFact, ...]) -> list[Block]:
    """What the owners wrote as kommentar, one for each occurrence."""
    found: list[Block] = []
    for task in tasks:
        if task.answer is None or not is_done(task):
            continue
        body = paragraphs(task.answer.comment)
        if body:
            label = f"Kommentar, {one_line(task.label)}" if len(tasks) > 1 else "Kommentar"
            found.append(Text(body, "comment", label))
    return found
