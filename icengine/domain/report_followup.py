"""Uppföljning per processområde: each risk, and its controls with plan and outcome."""

from __future__ import annotations

import re
from dataclasses import replace

from icengine.domain.assessment import is_spread, is_waiting
from icengine.domain.calendar import local_date
from icengine.domain.facts import TaskFact
from icengine.domain.labels import Word
from icengine.domain.plan import Control, Risk
from icengine.domain.report_actions import joined, placed, prose_date, written
from icengine.domain.report_decided import BELOW, HEADING, PROTECTED, decided
from icengine.domain.report_extent import NO_EVENT, done_of
from icengine.domain.report_findings import SEPARATELY, Findings, is_followed
from icengine.domain.report_model import (
    Block,
    Cell,
    Column,
    Facts,
    Section,
    Table,
    Text,
    Topic,
)
from icengine.domain.report_not_done import missing
from icengine.domain.report_occurrences import (
    basis,
    comments,
    deviation,
    late,
    occurrences,
    sampled,
    share_of,
)
from icengine.domain.report_risks import before_cell, step_cell, value_cell
from icengine.domain.report_shared import of_units, shared_facts
from icengine.domain.report_widths import PAGE, rating_width, shared, width_of
from icengine.domain.task import Answer, State
from icengine.domain.text import Rich, length, one_line, paragraphs
from icengine.domain.words import capital, counted, per_cent, sentence

_BRIEF = 60
"""Characters: "Ingen åtgärd behövs." leaves its column's room to the result."""

_NOTE = 120
"""Characters: a longer reason does not fit beside a bedömning."""


def anchor(kind: str, id: str) -> str:
    """A section's name from an id that may hold anything; two ids never share one."""
    plain = re.fullmatch(r"[A-Za-z0-9-]+", id)
    return f"{kind}-{id}" if plain else f"{kind}-x{id.encode().hex()}"


def follow_up(found: Findings) -> Section:
    """Area by area; accepted risks and pure direktåtgärder stand in a section of their own."""
    areas = []
    for n, area in enumerate(found.areas(), 1):
        risks = [_risk(found, risk) for risk in found.risks(area) if is_followed(risk)]
        note = paragraphs(found.facts.notes.get(area, ""))
        if risks or note:
            blocks = (Text(note, "lead"),) if note else ()
            topic = Topic(found.word("processområde").title)
            areas.append(Section(f"omrade-{n}", one_line(area), blocks, tuple(risks), topic=topic))
    empty = () if areas else (Text("Det finns inget att följa upp."),)
    title = f"Uppföljning per {found.word('processområde').one}"
    return Section("uppfoljning", title, empty, tuple(areas))


def _risk(found: Findings, risk: Risk) -> Section:
    said = written(risk.sentence, "Planen anger ingen risk för det som granskas.")
    facts = _risk_facts(found, risk)
    blocks: list[Block] = [Text(said, "risk"), *([facts] if facts.rows else [])]
    if not risk.controls:
        why = sentence(one_line(risk.reason))
        said = f"Risken följs upp utan {found.word('kontrollmoment').one}."
        blocks.append(Text(f"{said} {why}".strip(), "note"))
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
        label=f"Risk {risk.id}" if risk.sentence else risk.id,
        topic=Topic("Risk", one_line(risk.id), "Uppföljda risker"),
    )


def _risk_facts(found: Findings, risk: Risk) -> Facts:
    scale = found.plan.risk_scale
    given = [
        ("Perspektiv", capital(one_line(risk.perspective))),
        ("Kategori", capital(one_line(risk.category))),
        (found.word("riskägare").title, one_line(risk.owner)),
    ]
    rows = [(term, Cell(value)) for term, value in given if value]
    if risk.weight_before:
        rows.append(("Riskvärde före", before_cell(risk, scale)))
    if risk.weight:
        rows += [
            ("Sannolikhet", step_cell(risk.likelihood, scale.likelihood)),
            ("Konsekvens", step_cell(risk.consequence, scale.consequence)),
        ]
    if risk.sentence:
        rows.append(("Riskvärde", value_cell(found.plan, risk)))
    if risk.fraud:
        rows.append(("Oegentligheter", Cell("Ja")))
    return Facts(tuple(rows))


# ---- a control ----


def _control(found: Findings, control: Control) -> Section:
    year, word = found.yearlies[control.id], found.word("kontrollmoment")
    id, label = anchor("kontroll", control.id), f"{word.title} {control.id}"
    topic = Topic(word.title, one_line(control.id), capital(word.several))
    if control.protected:
        said = (
            f"{capital(word.definite)} är {word.fits('skyddad', 'skyddat')}. Innehåll, resultat "
            f"och {found.word('åtgärd').several} redovisas separat."
        )
        if year.decided:
            said = f"{said} {PROTECTED}"
        return Section(id, SEPARATELY, (Text(said),), label=label, mark=year.level, topic=topic)
    below: list[Block] = []
    tasks = found.tasks[control.id]
    blocks: list[Block]
    if is_spread(control, tasks):
        table = _plan_table(word, control, below)
        blocks = [shared_facts(found, control), table, *below, *of_units(found, control)]
    else:
        blocks = [
            _control_facts(found, control),
            _plan_table(word, control, below),
            _outcome_table(found, control, below),
            *below,
        ]
        if len(tasks) > 1:
            blocks += occurrences(found, control, tasks)
        blocks += comments(tasks)
    if control.mandatory:
        label += f", {word.fits('obligatorisk', 'obligatoriskt')}"
    title = one_line(control.title)
    return Section(id, title, tuple(blocks), label=label, mark=year.level, topic=topic)


def _control_facts(found: Findings, control: Control) -> Facts:
    year = found.yearlies[control.id]
    goal = Cell(one_line(control.goal))
    if not goal.text and control.measure and control.measure.goal is not None:
        goal = Cell(per_cent(control.measure.goal), control.measure.goal)
    given = [
        (found.word("kontrollansvarig").title, Cell(one_line(control.owner))),
        (found.word("godkännare").title, Cell(one_line(control.approver))),
        ("Klass", Cell(one_line(control.category))),
        ("Mål", goal),
    ]
    rows = [(term, cell) for term, cell in given if cell.text]
    answer = year.deciding.answer if year.deciding else None
    if answer and (share := share_of(control, answer)) is not None:
        rows.append(("Utfall", Cell(f"{per_cent(share)} ({basis(answer)})", share)))
    if answer and (of_sample := sampled(answer)):
        rows.append(("Stickprov", Cell(of_sample)))
    rows.append(("Genomfört", Cell(done_of(year))))
    tasks = found.tasks[control.id]
    if len(tasks) == 1 and (said := late(tasks[0])) and tasks[0].answered_at:
        day = local_date(tasks[0].answered_at).isoformat()
        rows.append(("Svar lämnat", Cell(f"{day}, {said}", day)))
    return Facts(tuple(rows))


def _plan_table(word: Word, control: Control, below: list[Block]) -> Table:
    what = joined(written(control.what), _labelled("Kontrollmål", control.objective))
    method = joined(written(control.method), _labelled("Urval", control.sample))
    often = width_of([control.frequency], 2.7, 3)
    rest = PAGE - often
    columns = (
        Column(word.title, rest * 0.38),
        Column("Frekvens", often),
        Column("Metod", rest * 0.62),
    )
    cells = (
        placed(word.title, what, below),
        Cell(written(control.frequency)),
        placed("Metod", method, below),
    )
    sheet = capital(word.several)
    return Table(f"{control.id}-plan", columns, (cells,), row_head=False, sheet=sheet)


def _labelled(label: str, text: str) -> Rich:
    line = one_line(text)
    return f"{label}: {line}" if line else ""


def _outcome_table(found: Findings, control: Control, below: list[Block]) -> Table:
    year, tasks = found.yearlies[control.id], found.tasks[control.id]
    rating = Column("Bedömning", rating_width(found.plan))
    own, result = _actions(found, control), _result(year.deciding, tasks, found)
    weight = 4.4 if length(own) < _BRIEF else 6.8 if length(own) > length(result) else 5.8
    name = found.word("åtgärd").title
    columns = shared((rating,), ("Resultat", 7), (name, weight))
    cells = (
        Cell(_rating_note(found, control, below), mark=year.level),
        placed("Resultat", result, below),
        placed(name, own, below),
    )
    sheet = capital(found.word("kontrollmoment").several)
    return Table(f"{control.id}-utfall", columns, (cells,), row_head=False, sheet=sheet)


def _rating_note(found: Findings, control: Control, below: list[Block]) -> Rich:
    """How the year's bedömning came about, where that is not plain."""
    year = found.yearlies[control.id]
    said = [year.why] if year.why else []
    if year.decided:
        said = [BELOW]
        below.append(Text(decided(found, year), "comment", HEADING))
    if year.done and not year.whole:
        rest = f" {capital(counted(year.waiting))} återstår." if year.waiting else ""
        said.append(f"{done_of(year)} tillfällen är genomförda.{rest}")
    if year.deciding and year.deciding.answer:
        said += _proposed(found, control, year.deciding.answer, below)
        if year.deciding.state is State.SUBMITTED:
            said.append("Ännu inte godkänd.")
    return "" if not said else said[0] if len(said) == 1 else tuple(said)


def _proposed(found: Findings, control: Control, answer: Answer, below: list[Block]) -> list[str]:
    """The level the figures proposed, where another was chosen; a long reason under the table."""
    said = deviation(found, control, answer)
    if len(said) <= _NOTE:
        return [said] if said else []
    label = "Skäl till bedömningen"
    below.append(Text(paragraphs(answer.reason), "comment", label))
    word = deviation(found, control, replace(answer, reason=""))
    return [f"{word} Se ”{label}” under tabellen."]


def _result(deciding: TaskFact | None, tasks: tuple[TaskFact, ...], found: Findings) -> Rich:
    if deciding is not None and deciding.answer is not None:
        return written(deciding.answer.result)
    if not tasks:
        return NO_EVENT
    if len(tasks) == 1:
        return capital(missing(tasks[0], found.today))
    if any(is_waiting(task, found.today) for task in tasks):
        return "Inget tillfälle är genomfört än. Tabellen nedan visar vad som återstår."
    return "Inget tillfälle är genomfört. Skälen står i tabellen nedan."


def _actions(found: Findings, control: Control) -> Rich:
    """Each åtgärd with its responsible and date; several are a list."""
    own, word = found.of_subject(control.id), found.word("åtgärd")
    if not own:
        year, none = found.yearlies[control.id], capital(word.none)
        if not year.done:
            return f"{none}."
        needed = found.plan.ratings.level(year.level).needs_action
        return f"{none} är {word.fits('angiven', 'angivet')}." if needed else f"{none} behövs."
    said = []
    for action in own:
        text = sentence(one_line(action.text)) or "Uppgift saknas."
        end = f"klart {prose_date(action.due)}"
        who = one_line(action.responsible)
        said.append(
            f"{one_line(action.number)}. {text} – {f'{who}, {end}' if who else capital(end)}"
        )
    return said[0] if len(said) == 1 else (tuple(said),)
