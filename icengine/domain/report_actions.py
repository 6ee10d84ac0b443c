"""Direktåtgärder, accepted risks and åtgärder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from icengine.domain.calendar import swedish_date
from icengine.domain.facts import ActionFact
from icengine.domain.plan import Risk, Treatment
from icengine.domain.report_findings import Findings, is_followed
from icengine.domain.report_marks import status_mark
from icengine.domain.report_model import Block, Cell, Column, Section, Table, Text, Topic
from icengine.domain.report_risks import value_cell
from icengine.domain.report_widths import shared, width_of
from icengine.domain.text import Rich, length, one_line, paragraphs
from icengine.domain.words import NBSP, capital, many

LONG = 1500
"""Characters: a longer text leaves its table and stands under it in full width."""

PART = Topic("Avsnitt")
"""Tells åtgärder of different sections apart in a spreadsheet."""


def placed(label: str, text: Rich, below: list[Block]) -> Cell:
    """A cell for the text; a long one is put in `below` and the cell says so."""
    if length(text) <= LONG:
        return Cell(text)
    below.append(Text(text, "comment", label))
    return Cell(f"Se ”{label}” under tabellen.", whole=text)


def prose_date(day: date) -> str:
    """ "31 mars 2023": the day stays with its month."""
    return swedish_date(day).replace(" ", NBSP, 1)


def written(text: str, missing: str = "Uppgift saknas.") -> Rich:
    """What somebody wrote, or what stands in its place."""
    return paragraphs(text) or missing


def joined(first: Rich, second: Rich) -> Rich:
    """Both texts, paragraph after paragraph."""
    if not second:
        return first
    head = (first,) if isinstance(first, str) else first
    return (*head, second) if isinstance(second, str) else (*head, *second)


def action_blocks(
    found: Findings, id: str, actions: Sequence[ActionFact], sheet: str = ""
) -> tuple[Block, ...]:
    """Åtgärder with ansvarig, klart-datum and status; a long text stands under the table.

    In a spreadsheet they share a sheet, unless `sheet` gives them another.
    """
    below: list[Block] = []
    name, several = found.word("åtgärd").title, capital(found.word("åtgärd").several)
    rows = tuple(
        (
            Cell(one_line(a.number)),
            placed(f"{name} {one_line(a.number)}", written(a.text), below),
            Cell(one_line(a.subject) or "–"),
            Cell(one_line(a.responsible) or "Ej angiven"),
            Cell(a.due.isoformat(), a.due.isoformat()),
            Cell(mark=status_mark(a, found.today).id),
        )
        for a in actions
    )
    return (Table(id, _action_columns(name, actions), rows, sheet=sheet or several), *below)


def _action_columns(name: str, actions: Sequence[ActionFact]) -> tuple[Column, ...]:
    """The åtgärd itself has the room that the narrow columns leave."""
    number = Column("Nr", width_of((a.number for a in actions), 1.05, 2))
    after = (
        Column("Gäller", width_of((a.subject for a in actions), 1.3, 2)),
        Column("Ansvarig", width_of((a.responsible for a in actions), 2, 3.3)),
        Column("Klart", 2.15),
        Column("Status", 2.3),
    )
    *_, text = shared((number, *after), (name, 1))
    return (number, text, *after)


# ---- risks met without a control ----


def without_controls(found: Findings) -> Section:
    """Direktåtgärder and accepted risks, as the plan decided them."""
    acted = found.acted()
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
        taken = (_accepted(found, accepted), *_comments(found, accepted))
    below = (
        Section("direktatgarder", "Direktåtgärder", direct, topic=PART),
        Section("accepterade", "Accepterade risker", taken),
    )
    return Section(id, title, (), below)


def _direct(found: Findings, risks: Sequence[Risk]) -> tuple[Block, ...]:
    """The table has the plan's own numbers; a note stands here where the risk has no other place."""
    actions = [
        replace(a, number=a.direct or a.number) for risk in risks for a in found.direct_of(risk)
    ]
    names = [found.subject_name(risk.id) for risk in risks]
    said = (
        f"{capital(many(len(names), 'risk', 'risker'))} hanteras med {found.word('åtgärd').several} som "
        f"beslutades tillsammans med planen: {', '.join(names)}."
    )
    comments = _comments(found, [r for r in risks if r.treatment is not Treatment.ACCEPT])
    if not actions:
        return (Text(f"{said} Inga direktåtgärder är registrerade."), *comments)
    return (Text(said), *action_blocks(found, "direktatgarder", actions), *comments)


def _comments(found: Findings, risks: Sequence[Risk]) -> tuple[Block, ...]:
    """The controller's notes on risks that do not stand under their area."""
    notes = (
        (risk, paragraphs(found.facts.notes.get(risk.id, "")))
        for risk in risks
        if not is_followed(risk)
    )
    return tuple(
        Text(note, "comment", f"Kommentar, {found.subject_name(risk.id)}")
        for risk, note in notes
        if note
    )


def _accepted(found: Findings, risks: Sequence[Risk]) -> Table:
    columns = (Column("Risk", 4.6), Column("Riskvärde", 2.4), Column("Skäl att acceptera", 8.4))
    rows = tuple(
        (
            Cell(found.subject_name(risk.id)),
            value_cell(found.plan, risk),
            Cell(written(risk.reason, "Skäl saknas.")),
        )
        for risk in risks
    )
    return Table("accepterade", columns, rows)


# ---- åtgärder ----


def actions(found: Findings) -> Section:
    """This year's åtgärder, and earlier ones that are still open."""
    year = found.plan.year
    direct = {a.number for risk in found.acted() for a in found.direct_of(risk)}
    word, control = found.word("åtgärd"), found.word("kontrollmoment")
    own = [a for a in found.actions if a.year == year and a.number not in direct]
    earlier = [a for a in found.open_actions() if a.year != year and a.number not in direct]
    intro = [Text(_actions_sentence(found))]
    if found.hidden_actions:
        said = f"{capital(word.several)} till skyddade {control.several} redovisas separat."
        intro.append(Text(said, "note"))
    now: tuple[Block, ...] = (
        Text(f"Inga {word.several} har beslutats med anledning av kontrollerna {year}."),
    )
    before: tuple[Block, ...] = (Text(f"Det finns inga öppna {word.several} från tidigare år."),)
    if own:
        now = action_blocks(found, "atgarder", own)
    if earlier:
        before = action_blocks(found, "tidigare", earlier)
    return Section(
        "atgarder",
        capital(word.several),
        tuple(intro),
        (
            Section("arets", f"{capital(word.several)} från {year}", now, topic=PART),
            Section("tidigare", f"Öppna {word.several} från tidigare år", before, topic=PART),
        ),
    )


def _actions_sentence(found: Findings) -> str:
    still, late = len(found.open_actions()), len(found.late_actions())
    word = found.word("åtgärd")
    if not found.actions:
        return f"Det finns inga {word.several} att redovisa."
    if not still:
        return f"Alla {word.several} är klara."
    are = word.fits("öppen", "öppet") if still == 1 else "öppna"
    head = f"{capital(word.count(still))} är {are}"
    tail = f"{word.number(late)} har passerat sitt klart-datum"
    direct = {a.number for risk in found.acted() for a in found.direct_of(risk)}
    if any(a.number in direct for a in found.open_actions()):
        tail += ". Direktåtgärder är medräknade men står i sitt eget avsnitt"
    return f"{head}, {tail}."
