"""The cover and the sections of a samlad rapport that tell of its units."""

from __future__ import annotations

from collections.abc import Sequence

from icengine.domain.report_brief import brief
from icengine.domain.report_extent import count_cell
from icengine.domain.report_findings import SEPARATELY
from icengine.domain.report_marks import TRENDS
from icengine.domain.report_model import (
    Block,
    Cell,
    Column,
    Figure,
    Mark,
    Numbers,
    Section,
    Spread,
    Stacked,
    StackedRow,
    Table,
    Text,
)
from icengine.domain.report_summary import spoken
from icengine.domain.report_widths import counting_column
from icengine.domain.text import Rich, one_line, paragraphs
from icengine.domain.whole_facts import Judged
from icengine.domain.whole_findings import Serious, UnitFound, Whole
from icengine.domain.whole_verdicts import Verdict
from icengine.domain.words import capital, counted, listed, many, named, number, sentence

MOST_SERIOUS = 15
"""Brister that are told one by one."""


_SYMBOLS = {
    Verdict.SUFFICIENT: ("●", "#62AE7F"),
    Verdict.PARTLY: ("▲", "#F2C230"),
    Verdict.INSUFFICIENT: ("■", "#A8322D"),
}


def verdict_id(verdict: Verdict) -> str:
    """Mark id of a verdict."""
    return f"omdome-{verdict.name.lower()}"


def verdict_marks(words: Sequence[tuple[str, str]]) -> dict[Verdict, Mark]:
    """The verdicts as they are printed, in the organisation's own words."""
    own = dict(words)
    return {
        verdict: Mark(
            verdict_id(verdict), one_line(own.get(verdict, "")) or capital(verdict), symbol, colour
        )
        for verdict, (symbol, colour) in _SYMBOLS.items()
    }  # fmt: skip


# ---- page 1 ----


def cover(whole: Whole, marks: dict[str, Mark]) -> tuple[Block, ...]:
    blocks: list[Block] = [Text(" ".join(_answer(whole)), "answer")]
    judged = whole.facts.verdict
    if judged and judged.verdict and (reason := paragraphs(judged.reason)):
        blocks.append(Text(reason, "comment", f"{whole.judge}: samlad bedömning"))
    control = whole.word("kontrollmoment")
    if whole.controls:
        what = control.count(whole.controls)
        alt = f"Stapel över {what}: {spoken(whole.counts, marks)}."
        caption = f"Bedömning av {what} {whole.facts.year}."
        blocks.append(Figure("spridning", Spread(whole.counts), alt, caption))
    return (*blocks, _key_figures(whole))


def _answer(whole: Whole) -> list[str]:
    """The verdict where it is given, and who has reported and what came out."""
    said = []
    judged = whole.facts.verdict
    if judged and judged.verdict:
        word = verdict_marks(whole.facts.organisation.verdicts)[judged.verdict].word.lower()
        said.append(f"{whole.judge} bedömer att den interna kontrollen är {word}.")
    total, there = len(whole.units), len(whole.reported)
    if not total:
        return [*said, "Det finns inga enheter som ska redovisa."]
    if there == total:
        who = "Enheten har" if total == 1 else f"Alla {counted(total, 'en')} enheter har"
        said.append(f"{who} redovisat.")
    else:
        left = total - there
        rest = f"; {counted(left, 'en')} har inte gjort det" if there else ""
        who = f"{capital(counted(there, 'en'))} av {many(total, 'enhet', 'enheter')}"
        said.append(f"{who} har redovisat{rest}." if total > 1 else "Enheten har inte redovisat.")
    if whole.controls:
        said.append(_worst_sentence(whole))
    return said


def _worst_sentence(whole: Whole) -> str:
    control, worst = whole.word("kontrollmoment"), whole.scale.level(whole.order[0])
    n = whole.counts[worst.id]
    word = worst.word.lower()
    if whole.controls == 1:
        it = capital(control.definite)
        return f"{it} {'har' if n else 'har inte'} bedömningen ”{word}”."
    some = capital(control.of(n, whole.controls)) if n else capital(control.none)
    return f"{some} har bedömningen ”{word}”."


def _key_figures(whole: Whole) -> Numbers:
    control, action = whole.word("kontrollmoment"), whole.word("åtgärd")
    off = sum(n for id, n in whole.counts.items() if whole.scale.level(id).rank)
    still, late = sum(u.open for u in whole.units), sum(u.late for u in whole.units)
    one_open = f"{action.fits('öppen', 'öppet')} {action.one}"
    one_late = f"{action.fits('försenad', 'försenat')} {action.one}"
    return Numbers(
        (
            (f"{number(len(whole.reported))}/{number(len(whole.units))}", "har redovisat"),
            (number(whole.controls), control.one if whole.controls == 1 else control.several),
            (number(off), "med avvikelse"),
            (number(still), one_open if still == 1 else f"öppna {action.several}"),
            (number(late), one_late if late == 1 else f"försenade {action.several}"),
        )
    )


# ---- the sections ----


def picture(whole: Whole, marks: dict[str, Mark]) -> Section:
    control = whole.word("kontrollmoment")
    rows = tuple(
        StackedRow(unit.name, unit.counts if unit.controls else {}, _why_empty(unit))
        for unit in whole.by_seriousness()
    )
    said = " ".join(
        f"{row.label}: {sentence(row.note.lower() if row.note else spoken(row.counts, marks))}"
        for row in rows
    )
    figure = Figure(
        "helheten",
        Stacked(rows),
        f"En stapel per enhet. {said}",
        f"{capital(control.several)} per enhet och bedömning, flest av de allvarligaste överst.",
    )
    text = (
        f"Varje stapel är en enhet, så lång som antalet {control.several}. Siffrorna står i tabellen "
        "”Siffror per enhet”."
    )
    return Section("helhet", "Helheten i en bild", (Text(text), figure))


def _why_empty(unit: UnitFound) -> str:
    if unit.controls:
        return ""
    return "Inga kontroller" if unit.told else "Ingen plan"


def verdicts(whole: Whole) -> Section:
    given = [unit for unit in whole.units if unit.verdict]
    title = f"{possessive(whole.judge)} bedömning per enhet"
    if not given:
        text = f"{whole.judge} har inte bedömt enheterna än."
        return Section("bedomning", title, (Text(text),))
    words = verdict_marks(whole.facts.organisation.verdicts)
    parts = []
    for verdict in reversed(Verdict):
        n = sum(unit.verdict is verdict for unit in given)
        if n:
            parts.append(f"{counted(n, 'en')} bedöms som ”{words[verdict].word.lower()}”")
    left = len(whole.units) - len(given)
    rest = (
        f" {capital(many(left, 'enhet', 'enheter'))} är inte {'bedömd' if left == 1 else 'bedömda'}."
        if left
        else ""
    )
    order = {verdict: n for n, verdict in enumerate(reversed(Verdict))}
    rows = tuple(
        _verdict_row(unit)
        for unit in sorted(whole.units, key=lambda u: order[u.verdict] if u.verdict else 9)
    )
    columns = (Column("Enhet", 5.2), Column("Bedömning", 4.1), Column("Skäl", 7))
    table = Table("bedomning", columns, rows, f"{possessive(whole.judge)} bedömning och skäl.")
    return Section("bedomning", title, (Text(f"{capital(listed(parts))}.{rest}"), table))


def _verdict_row(unit: UnitFound) -> tuple[Cell, ...]:
    judged = unit.source.verdict
    if judged is None or judged.verdict is None:
        return Cell(unit.name), Cell("Inte bedömd"), Cell("–")
    return Cell(unit.name), Cell(mark=verdict_id(judged.verdict)), Cell(_reason(judged))


def _reason(judged: Judged) -> Rich:
    return paragraphs(judged.reason) or "–"


def possessive(name: str) -> str:
    """ "Kommunstyrelsens"."""
    return name if name.endswith(("s", "x", "z")) else f"{name}s"


def serious(whole: Whole) -> Section:
    title, control = "De allvarligaste bristerna", whole.word("kontrollmoment")
    worst = whole.scale.level(whole.order[0]).word.lower()
    if not whole.serious:
        return Section(
            "brister", title, (Text(f"{capital(control.none)} har bedömningen ”{worst}”."),)
        )
    n = len(whole.serious)
    said = f"{capital(control.count(n))} har bedömningen ”{worst}”."
    if n > MOST_SERIOUS:
        said += f" Här står {counted(MOST_SERIOUS)}."
    if n > 1:
        said += " De som återkommer år efter år står först."
    columns = (
        Column("Enhet", 3.8),
        Column(f"{control.title} och brist", 6),
        Column("Upprepad", 2.2),
        Column("Ansvarig", 2.6),
        Column("Klart", 2.2),
    )
    rows = tuple(serious_row(one) for one in whole.serious[:MOST_SERIOUS])
    return Section("brister", title, (Text(said), Table("brister", columns, rows, f"{title}.")))


def serious_row(one: Serious, most: int = 400) -> tuple[Cell, ...]:
    found, control = one.unit.found, one.control
    assert found is not None
    name, times = named(control.id, one_line(control.title)), _running(one.years)
    if control.protected:
        hidden = Cell(named(control.id, SEPARATELY))
        return Cell(one.unit.name), hidden, Cell(times), Cell("–"), Cell("–")
    deciding = found.yearlies[control.id].deciding
    result = deciding.answer.result if deciding and deciding.answer else ""
    left = [a for a in found.open_actions() if a.subject in {control.id, control.replaces} - {""}]
    first = min(left, key=lambda a: a.due, default=None)
    day = first.due.isoformat() if first else ""
    return (
        Cell(one.unit.name),
        Cell((f"{name}.", brief(result, most)) if result.strip() else name),
        Cell(times),
        Cell(one_line(first.responsible) if first else "Ingen åtgärd"),
        Cell(day, day) if first else Cell("–"),
    )


def _running(years: int) -> str:
    words = {1: "Första året", 2: "Andra året", 3: "Tredje året", 4: "Fjärde året"}
    return words.get(years, f"{years} år i rad")


def silent(whole: Whole) -> Section | None:
    if not whole.silent:
        return None
    n, total = len(whole.silent), len(whole.units)
    said = (
        f"{capital(counted(n, 'en'))} av {many(total, 'enhet', 'enheter')} har inte redovisat. De "
        "svar som finns ingår ändå i siffrorna, och är då preliminära."
    )
    columns = (Column("Enhet", 6), Column("Läge", 10))
    rows = tuple((Cell(unit.name), Cell(_where(unit))) for unit in whole.silent)
    table = Table("saknas", columns, rows, "Enheter som inte har redovisat.")
    return Section("saknas", "Har inte redovisat", (Text(said), table))


def _where(unit: UnitFound) -> str:
    """How far a unit that has not reported has come."""
    if unit.found is None:
        return "Har ingen plan här, och inga summor är inskrivna."
    if unit.source.reported is not None:
        return "Slutrapporten väntar på beslut."
    year = unit.found.yearlies.values()
    done, planned = sum(y.done for y in year), sum(y.planned for y in year)
    return (
        "Slutrapporten är inte skickad till beslut. "
        f"{number(done)} av {number(planned)} tillfällen är redovisade."
    )


def figures(whole: Whole, marks: dict[str, Mark]) -> Section:
    levels = tuple(Column(marks[id].short, 1.1, "right", id) for id in whole.order)
    columns = (
        Column("Enhet", 4.2),
        Column("Redovisning", 2.5),
        counting_column(capital(whole.word("kontrollmoment").several)),
        Column("Genom\u00adförda", 1.75, "right"),
        *levels,
        Column("Trend", 2.5),
        Column("Öppna åtgärder", 1.9, "right"),
        Column("Varav sena", 1.3, "right"),
    )
    rows = [_figures_row(whole, unit) for unit in whole.units]
    if len(rows) > 1:
        rows.append(_sum_row(whole))
    notes = [
        f"{unit.name}: {sentence(one_line(unit.source.totals.note))}"
        for unit in whole.units
        if unit.by_totals and unit.source.totals and unit.source.totals.note.strip()
    ]
    note = ""
    if any(unit.by_totals for unit in whole.units):
        note = " ".join(["* Uppgifterna är lämnade som summor.", *notes])
    caption = "Redovisning per enhet. Genomförda är de där alla tillfällen är redovisade."
    table = Table("enheter", columns, tuple(rows), caption, total=len(rows) > 1, note=note)
    return Section("per-enhet", "Siffror per enhet", (table,))


def _figures_row(whole: Whole, unit: UnitFound) -> tuple[Cell, ...]:
    name = f"{unit.name} *" if unit.by_totals else unit.name
    if not unit.told:
        return (Cell(name), Cell("Ingen plan"), *[Cell("–")] * (len(whole.order) + 5))
    return (
        Cell(name),
        Cell(reported_words(unit)),
        count_cell(unit.controls),
        count_cell(unit.done),
        *(count_cell(unit.counts[id]) for id in whole.order),
        Cell(mark=TRENDS[unit.trend].id) if unit.trend else Cell("–"),
        count_cell(unit.open),
        count_cell(unit.late),
    )


def reported_words(unit: UnitFound) -> str:
    """How its figures stand: "Antagen 2023-02-07"."""
    if unit.by_totals:
        return "Summor"
    reported = unit.source.reported
    if reported is None:
        return "Inte klar"
    return f"Antagen {reported.adopted.isoformat()}" if reported.adopted else "Till beslut"


def _sum_row(whole: Whole) -> tuple[Cell, ...]:
    return (
        Cell("Alla"),
        Cell(""),
        count_cell(whole.controls),
        count_cell(sum(unit.done for unit in whole.units)),
        *(count_cell(n) for n in whole.counts.values()),
        Cell(""),
        count_cell(sum(unit.open for unit in whole.units)),
        count_cell(sum(unit.late for unit in whole.units)),
    )


def decision(whole: Whole) -> Section:
    """What is asked for: never what the verdict is to be."""
    facts, year = whole.facts, whole.facts.year
    points = [f"Den samlade rapporten om den interna kontrollen {year} godkänns."]
    bad = [unit.name for unit in whole.units if unit.verdict is Verdict.INSUFFICIENT]
    if bad:
        word = verdict_marks(facts.organisation.verdicts)[Verdict.INSUFFICIENT].word.lower()
        points.append(
            f"Enheter med bedömningen ”{word}” lämnar en plan för rättning: {listed(bad)}."
        )
    if whole.silent:
        names = listed([unit.name for unit in whole.silent])
        points.append(f"Enheter som inte har redovisat gör det: {names}.")
    points.append("Rapporten överlämnas till kommunfullmäktige och kommunens revisorer.")
    body = Text(tuple(points), "steps", f"{whole.judge} beslutar:")
    return Section("beslut", "Förslag till beslut", (body,))
