"""Direktåtgärder, accepted risks, åtgärder, and the controls that were not carried out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from icengine.domain.assessment import is_done
from icengine.domain.calendar import swedish_date
from icengine.domain.facts import ActionFact, TaskFact
from icengine.domain.plan import Risk, Treatment
from icengine.domain.report_findings import SEPARATELY, Findings
from icengine.domain.report_marks import status_mark
from icengine.domain.report_model import Block, Cell, Column, Section, Table, Text
from icengine.domain.report_risks import value_cell
from icengine.domain.report_summary import done_of
from icengine.domain.report_widths import shared, width_of
from icengine.domain.task import State
from icengine.domain.text import Rich, length, one_line, paragraphs
from icengine.domain.words import NBSP, capital, counted, many, sentence

LONG = 1500
"""Characters: a longer text leaves its table and stands under it in full width."""


def placed(label: str, text: Rich, below: list[Block]) -> Cell:
    """A cell for the text; a long one is put in `below` and the cell says so."""
    if length(text) <= LONG:
        return Cell(text)
    below.append(Text(text, "comment", label))
    return Cell(f"Se ”{label}” under tabellen.")


def prose_date(day: date) -> str:
    """ "31 mars 2023": the day stays with its month."""
    return swedish_date(day).replace(" ", NBSP, 1)


def written(text: str, missing: str = "Uppgift saknas.") -> Rich:
    """What somebody wrote, or what stands in its place."""
    return paragraphs(text) or missing


def action_blocks(id: str, actions: Sequence[ActionFact], today: date) -> tuple[Block, ...]:
    """Åtgärder with ansvarig, klart-datum and status; a long text stands under the table."""
    below: list[Block] = []
    rows = tuple(
        (
            Cell(one_line(a.number)),
            placed(f"Åtgärd {one_line(a.number)}", written(a.text), below),
            Cell(one_line(a.subject) or "–"),
            Cell(one_line(a.responsible) or "Ej angiven"),
            Cell(a.due.isoformat(), a.due.isoformat()),
            Cell(mark=status_mark(a, today).id),
        )
        for a in actions
    )
    return (Table(id, _action_columns(actions), rows), *below)


def _action_columns(actions: Sequence[ActionFact]) -> tuple[Column, ...]:
    """The åtgärd itself has the room that the narrow columns leave."""
    number = Column("Nr", width_of((a.number for a in actions), 1.05, 2))
    after = (
        Column("Gäller", width_of((a.subject for a in actions), 1.3, 2)),
        Column("Ansvarig", width_of((a.responsible for a in actions), 2, 3.3)),
        Column("Klart", 2.15),
        Column("Status", 2.3),
    )
    *_, text = shared((number, *after), ("Åtgärd", 1))
    return (number, text, *after)


# ---- risks met without a control ----


def without_controls(found: Findings) -> Section:
    """Direktåtgärder and accepted risks, as the plan decided them."""
    acted = [r for r in found.plan.risks if r.treatment is Treatment.ACT_NOW or r.actions]
    accepted = found.treated(Treatment.ACCEPT)
    title, id = "Direktåtgärder och accepterade risker", "direkt"
    if not acted and not accepted:
        said = "Planen innehåller varken direktåtgärder eller accepterade risker."
        return Section(id, title, (Text(said),))
    direct: tuple[Block, ...] = (Text("Planen innehåller inga direktåtgärder."),)
    if acted:
        direct = _direct(found, acted)
    taken: tuple[Block, ...] = (Text("Planen innehåller inga accepterade risker."),)
    if accepted:
        taken = (_accepted(found, accepted),)
    below = (
        Section("direktatgarder", "Direktåtgärder", direct),
        Section("accepterade", "Accepterade risker", taken),
    )
    return Section(id, title, (), below)


def _direct(found: Findings, risks: Sequence[Risk]) -> tuple[Block, ...]:
    actions = [a for risk in risks for a in found.of_subject(risk.id)]
    names = [found.subject_name(risk.id) for risk in risks]
    said = (
        f"{capital(many(len(names), 'risk', 'risker'))} hanteras med åtgärder som beslutades "
        f"tillsammans med planen: {', '.join(names)}."
    )
    if not actions:
        return (Text(f"{said} Inga direktåtgärder är registrerade."),)
    return (Text(said), *action_blocks("direktatgarder", actions, found.today))


def _accepted(found: Findings, risks: Sequence[Risk]) -> Table:
    columns = (Column("Risk", 4.6), Column("Riskvärde", 2.4), Column("Skäl att acceptera", 8.4))
    rows = tuple(
        (
            Cell(found.subject_name(risk.id)),
            value_cell(found, risk),
            Cell(written(risk.reason, "Skäl saknas.")),
        )
        for risk in risks
    )
    return Table("accepterade", columns, rows)


# ---- åtgärder ----


def actions(found: Findings) -> Section:
    """This year's åtgärder, and earlier ones that are still open."""
    year, risks = found.plan.year, {risk.id for risk in found.plan.risks}
    own = [a for a in found.actions if a.year == year and a.subject not in risks]
    earlier = [a for a in found.open_actions() if a.year != year]
    intro = [Text(_actions_sentence(found))]
    if found.hidden_actions:
        intro.append(Text("Åtgärder till skyddade kontrollmoment redovisas separat.", "note"))
    now: tuple[Block, ...] = (
        Text(f"Inga åtgärder har beslutats med anledning av kontrollerna {year}."),
    )
    before: tuple[Block, ...] = (Text("Det finns inga öppna åtgärder från tidigare år."),)
    if own:
        now = action_blocks("atgarder", own, found.today)
    if earlier:
        before = action_blocks("tidigare", earlier, found.today)
    return Section(
        "atgarder",
        "Åtgärder",
        tuple(intro),
        (
            Section("arets", f"Åtgärder från {year}", now),
            Section("tidigare", "Öppna åtgärder från tidigare år", before),
        ),
    )


def _actions_sentence(found: Findings) -> str:
    still, late = len(found.open_actions()), len(found.late_actions())
    if not found.actions:
        return "Det finns inga åtgärder att redovisa."
    if not still:
        return "Alla åtgärder är klara."
    head = f"{capital(many(still, 'åtgärd', 'åtgärder'))} är {'öppen' if still == 1 else 'öppna'}"
    tail = (
        "ingen har passerat sitt klart-datum"
        if not late
        else f"{counted(late, 'en')} har passerat sitt klart-datum"
    )
    if any(a.subject in {r.id for r in found.plan.risks} for a in found.open_actions()):
        tail += ". Direktåtgärder är medräknade men står i sitt eget avsnitt"
    return f"{head}, {tail}."


# ---- not carried out ----


def not_done(found: Findings) -> Section:
    """Controls with an occurrence that was not carried out, with the reason for each."""
    rows = []
    for _, control in found.controls:
        year = found.yearlies[control.id]
        if year.planned and year.whole:
            continue
        if control.protected:
            rows.append((Cell(found.name(control)), Cell("–"), Cell(f"{SEPARATELY}.")))
            continue
        why: Rich = "Inget tillfälle har inträffat under året."
        if year.planned:
            why = _reasons(
                [t for t in found.tasks[control.id] if not is_done(t)], year.planned, found.today
            )
        rows.append((Cell(found.name(control)), Cell(done_of(year.done, year.planned)), Cell(why)))
    title = "Kontroller som inte har genomförts"
    if not rows:
        said = (
            "Alla planerade kontroller har genomförts."
            if found.controls
            else "Inga kontroller var planerade."
        )
        return Section("ej-genomforda", title, (Text(said),))
    columns = (Column("Kontrollmoment", 5.4), Column("Genomfört", 2.6), Column("Skäl", 7.4))
    return Section("ej-genomforda", title, (Table("ej-genomforda", columns, tuple(rows)),))


def _reasons(tasks: Sequence[TaskFact], planned: int, today: date) -> Rich:
    said = [
        f"{capital(one_line(t.label))}: {missing(t, today)}"
        if planned > 1
        else capital(missing(t, today))
        for t in tasks
    ]
    return said[0] if len(said) == 1 else tuple(said)


def missing(task: TaskFact, today: date) -> str:
    """Why there is no answer to count: "utgår. Systemet är avvecklat." """
    reason = sentence(one_line(task.reason))
    if task.state is State.CANCELLED:
        return f"utgår. {reason or 'Skäl saknas.'}"
    if task.state is State.NOT_DONE:
        return f"ej genomförd. {reason or 'Skäl saknas.'}"
    if task.answer is not None:
        return "besvarad men återsänd för komplettering."
    if task.due < today:
        return f"inte besvarad. Skulle ha redovisats senast den {prose_date(task.due)}."
    return f"inte besvarad. Ska redovisas senast den {prose_date(task.due)}."
