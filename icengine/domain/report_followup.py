"""Uppföljning per processområde: each risk, its controls with plan and outcome, and every occurrence."""

from __future__ import annotations

import re
from decimal import Decimal

from icengine.domain.assessment import is_done, percent, propose
from icengine.domain.calendar import local_date
from icengine.domain.facts import TaskFact
from icengine.domain.plan import Control, Risk, Treatment
from icengine.domain.report_actions import missing, placed, prose_date, written
from icengine.domain.report_findings import SEPARATELY, Findings
from icengine.domain.report_model import (
    Block,
    Cell,
    Column,
    Facts,
    Figure,
    Line,
    Point,
    Section,
    Table,
    Text,
)
from icengine.domain.report_risks import step, value_cell
from icengine.domain.report_summary import done_of
from icengine.domain.report_widths import PAGE, rating_width, shared, width_of
from icengine.domain.task import Answer, figure
from icengine.domain.text import Rich, length, one_line, paragraphs
from icengine.domain.words import NBSP, capital, number, per_cent, sentence

_BRIEF = 60
"""Characters: "Ingen åtgärd behövs." leaves its column's room to the result."""


def anchor(kind: str, id: str) -> str:
    """A section's name from an id that may hold anything; two ids never share one."""
    plain = re.fullmatch(r"[A-Za-z0-9-]+", id)
    return f"{kind}-{id}" if plain else f"{kind}-x{id.encode().hex()}"


def follow_up(found: Findings) -> Section:
    """Area by area; accepted risks and pure direktåtgärder stand in a section of their own."""
    areas = []
    for n, area in enumerate(found.areas(), 1):
        risks = [_risk(found, risk) for risk in found.risks(area) if _is_followed(risk)]
        note = paragraphs(found.facts.notes.get(area, ""))
        if risks or note:
            blocks = (Text(note, "lead"),) if note else ()
            areas.append(Section(f"omrade-{n}", one_line(area), blocks, tuple(risks)))
    empty = () if areas else (Text("Det finns inget att följa upp."),)
    return Section("uppfoljning", "Uppföljning per processområde", empty, tuple(areas))


def _is_followed(risk: Risk) -> bool:
    return bool(risk.controls) or risk.treatment in (Treatment.FOLLOW_UP, Treatment.CONTROL)


def _risk(found: Findings, risk: Risk) -> Section:
    blocks: list[Block] = [Text(written(risk.sentence), "risk"), _risk_facts(found, risk)]
    if not risk.controls:
        why = sentence(one_line(risk.reason))
        blocks.append(Text(f"Risken följs upp utan kontrollmoment. {why}".strip(), "note"))
    note = found.facts.notes.get(risk.id, "")
    if note or not risk.controls:
        blocks.append(
            Text(written(note, "Ingen uppföljning är inskriven."), "comment", "Kommentar")
        )
    controls = tuple(_control(found, control) for control in risk.controls)
    return Section(
        anchor("risk", risk.id),
        one_line(risk.title),
        tuple(blocks),
        controls,
        label=f"Risk {risk.id}",
    )


def _risk_facts(found: Findings, risk: Risk) -> Facts:
    scale = found.plan.risk_scale
    given = [
        ("Perspektiv", capital(one_line(risk.perspective))),
        ("Kategori", capital(one_line(risk.category))),
        ("Riskägare", one_line(risk.owner)),
    ]
    rows = [(term, Cell(value)) for term, value in given if value]
    rows += [
        ("Sannolikhet", Cell(step(risk.likelihood, scale.likelihood), risk.likelihood)),
        ("Konsekvens", Cell(step(risk.consequence, scale.consequence), risk.consequence)),
        ("Riskvärde", value_cell(found, risk)),
    ]
    if risk.fraud:
        rows.append(("Oegentligheter", Cell("Ja")))
    return Facts(tuple(rows))


# ---- a control ----


def _control(found: Findings, control: Control) -> Section:
    year = found.yearlies[control.id]
    id, label = anchor("kontroll", control.id), f"Kontrollmoment {control.id}"
    if control.protected:
        said = "Kontrollmomentet är skyddat. Innehåll, resultat och åtgärder redovisas separat."
        return Section(id, SEPARATELY, (Text(said),), label=label, mark=year.level)
    below: list[Block] = []
    blocks: list[Block] = [
        _control_facts(found, control),
        _plan_table(control, below),
        _outcome_table(found, control, below),
        *below,
    ]
    tasks = found.tasks[control.id]
    if len(tasks) > 1:
        blocks += _occurrences(found, control, tasks)
    blocks += _comments(tasks)
    if control.mandatory:
        label += ", obligatoriskt"
    title = one_line(control.title)
    return Section(id, title, tuple(blocks), label=label, mark=year.level)


def _control_facts(found: Findings, control: Control) -> Facts:
    year = found.yearlies[control.id]
    goal = one_line(control.goal)
    if not goal and control.measure and control.measure.goal is not None:
        goal = per_cent(control.measure.goal)
    given = [
        ("Kontrollansvarig", one_line(control.owner)),
        ("Godkännare", one_line(control.approver)),
        ("Mål", goal),
    ]
    rows = [(term, Cell(value)) for term, value in given if value]
    answer = year.deciding.answer if year.deciding else None
    if answer and (share := share_of(control, answer)) is not None:
        rows.append(("Utfall", Cell(f"{per_cent(share)} ({basis(answer)})", share)))
    rows.append(("Genomfört", Cell(done_of(year.done, year.planned))))
    return Facts(tuple(rows))


def _plan_table(control: Control, below: list[Block]) -> Table:
    what = _joined(written(control.what), _labelled("Kontrollmål", control.objective))
    method = _joined(written(control.method), _labelled("Urval", control.sample))
    often = width_of([control.frequency], 2.7, 3)
    rest = PAGE - often
    columns = (
        Column("Kontrollmoment", rest * 0.38),
        Column("Frekvens", often),
        Column("Metod", rest * 0.62),
    )
    cells = (
        placed("Kontrollmoment", what, below),
        Cell(written(control.frequency)),
        placed("Metod", method, below),
    )
    return Table(f"{control.id}-plan", columns, (cells,), row_head=False)


def _labelled(label: str, text: str) -> Rich:
    line = one_line(text)
    return f"{label}: {line}" if line else ""


def _joined(first: Rich, second: Rich) -> Rich:
    """Both texts, paragraph after paragraph."""
    if not second:
        return first
    head = (first,) if isinstance(first, str) else first
    return (*head, second) if isinstance(second, str) else (*head, *second)


def _outcome_table(found: Findings, control: Control, below: list[Block]) -> Table:
    year, tasks = found.yearlies[control.id], found.tasks[control.id]
    rating = Column("Bedömning", rating_width(found.plan))
    own, result = _actions(found, control), _result(year.deciding, tasks, found)
    weight = 4.4 if length(own) < _BRIEF else 6.8 if length(own) > length(result) else 5.8
    columns = shared((rating,), ("Resultat", 7), ("Åtgärd", weight))
    cells = (
        Cell(_rating_note(found, control), mark=year.level),
        placed("Resultat", result, below),
        placed("Åtgärd", own, below),
    )
    return Table(f"{control.id}-utfall", columns, (cells,), row_head=False)


def _rating_note(found: Findings, control: Control) -> Rich:
    """How the year's bedömning came about, where that is not plain."""
    year = found.yearlies[control.id]
    said = [year.why] if year.why else []
    if year.done and not year.whole:
        said.append(f"{done_of(year.done, year.planned)} tillfällen är genomförda.")
    answer = year.deciding.answer if year.deciding else None
    if answer and (proposed := proposal(control, answer)) not in (None, answer.rating):
        word = found.plan.ratings.level(proposed or "").word.lower()
        said.append(f"Mätvärdet i sig motsvarar ”{word}”.")
    return "" if not said else said[0] if len(said) == 1 else tuple(said)


def _result(deciding: TaskFact | None, tasks: tuple[TaskFact, ...], found: Findings) -> Rich:
    if deciding is not None and deciding.answer is not None:
        return written(deciding.answer.result)
    if not tasks:
        return "Inte aktuellt: inget tillfälle har inträffat under året."
    if len(tasks) == 1:
        return capital(missing(tasks[0], found.today))
    return "Inget tillfälle är genomfört. Skälen står i tabellen nedan."


def _actions(found: Findings, control: Control) -> Rich:
    """Each åtgärd with its responsible and date; several are a list."""
    own = found.of_subject(control.id)
    if not own:
        year = found.yearlies[control.id]
        if not year.done:
            return "Ingen åtgärd."
        needed = found.plan.ratings.level(year.level).needs_action
        return "Ingen åtgärd är angiven." if needed else "Ingen åtgärd behövs."
    said = []
    for action in own:
        text = sentence(one_line(action.text)) or "Uppgift saknas."
        end = f"klart {prose_date(action.due)}"
        who = one_line(action.responsible)
        said.append(
            f"{one_line(action.number)}. {text} – {f'{who}, {end}' if who else capital(end)}"
        )
    return said[0] if len(said) == 1 else (tuple(said),)


# ---- occurrences ----


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


def basis(answer: Answer) -> str:
    """ "5 405 av 8 633"; a narrow column may break it before "av"."""
    part, whole = number(figure(answer.part) or 0), number(figure(answer.whole) or 0)
    return f"{part} av{NBSP}{whole}"


def _occurrences(found: Findings, control: Control, tasks: tuple[TaskFact, ...]) -> list[Block]:
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
    blocks: list[Block] = [Table(f"{control.id}-tillfallen", columns, rows), *below]
    points = tuple(
        Point(occurrence_name(found, task), share)
        for task in tasks
        if task.answer and is_done(task) and (share := share_of(control, task.answer)) is not None
    )
    if control.measure and len(points) > 1:
        blocks.append(_line(control, points, control.measure.goal))
    return blocks


def occurrence_name(found: Findings, task: TaskFact) -> str:
    """ "Februari 2022"; with the unit where several units answer."""
    name = capital(one_line(task.label))
    units = {t.unit for t in found.tasks[task.control]}
    if len(units) < 2:
        return name
    unit = found.facts.organisation.unit(task.unit)
    return f"{name}, {one_line(unit.name) if unit else task.unit}"


def _occurrence(
    found: Findings, control: Control, task: TaskFact, below: list[Block]
) -> tuple[Cell, ...]:
    name, answer = occurrence_name(found, task), task.answer
    measured = control.measure is not None
    if answer is None or not is_done(task):
        rating = Cell(mark=found.plan.ratings.unrated.id)
        told = Cell(capital(missing(task, found.today)))
        return (Cell(name), rating, *([Cell("–")] if measured else []), told, Cell("–"))
    share = share_of(control, answer)
    outcome = Cell((per_cent(share), basis(answer)), share) if share is not None else Cell("–")
    if task == found.yearlies[control.id].deciding:
        told = Cell("Se resultat ovan.")
    else:
        told = placed(f"Resultat, {name.lower()}", written(answer.result), below)
    day = local_date(task.answered_at).isoformat() if task.answered_at else ""
    return (
        Cell(name),
        Cell(mark=answer.rating),
        *([outcome] if measured else []),
        told,
        Cell(day or "–", day or None),
    )


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


def _comments(tasks: tuple[TaskFact, ...]) -> list[Block]:
    found: list[Block] = []
    for task in tasks:
        if task.answer is None or not is_done(task):
            continue
        body = paragraphs(task.answer.comment)
        if body:
            label = f"Kommentar, {one_line(task.label)}" if len(tasks) > 1 else "Kommentar"
            found.append(Text(body, "comment", label))
    return found
