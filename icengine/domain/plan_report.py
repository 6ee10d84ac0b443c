"""The internkontrollplan as the document that the nämnd decides on.

The gross list of risks with what is left out and why, the matrix, the controls with metod, urval and
dates, direktåtgärder and accepted risks, what has changed, and the proposed decision. A protected
control shows its number alone, as in every report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.calendar import STOCKHOLM, local_date, swedish_date
from icengine.domain.facts import Decision
from icengine.domain.labels import Word
from icengine.domain.law import legal_frame
from icengine.domain.people import Organisation, Unit
from icengine.domain.plan import Control, Plan, Risk, Treatment
from icengine.domain.plan_difference import plan_difference
from icengine.domain.register import gravity
from icengine.domain.report_actions import placed, prose_date, written
from icengine.domain.report_findings import SEPARATELY
from icengine.domain.report_followup import anchor
from icengine.domain.report_frame import FINGERPRINT, FORMAT_VERSION
from icengine.domain.report_layout import arranged, layout_of
from icengine.domain.report_marks import level_mark, zone_id
from icengine.domain.report_model import (
    Block,
    Cell,
    Column,
    Facts,
    Figure,
    Numbers,
    Report,
    ReportKind,
    Section,
    Spread,
    Table,
    Text,
    Topic,
)
from icengine.domain.report_risks import TREATED, step_cell, value_cell
from icengine.domain.risk_matrix import matrix_figure, not_placed
from icengine.domain.text import one_line, paragraphs
from icengine.domain.words import capital, counted, listed, many, named, number, per_cent, sentence

_SHORT = 15
SHEET = "Kontroller i detalj"
"""The spreadsheet's list of all controls, a row each."""


@dataclass(frozen=True)
class PlanFacts:
    """What the document is made from."""

    organisation: Organisation
    unit: Unit
    plan: Plan
    version: int
    as_of: datetime
    decision: Decision | None = None
    """The decision that adopted it; None before there is one."""
    before: Plan | None = None
    """What it is compared with: the version before, or last year's plan."""
    dnr: str = ""
    appendix: str = ""
    meeting: date | None = None


def build_plan_report(facts: PlanFacts) -> Report:
    """The finished document. The same facts give the same document."""
    plan, unit = facts.plan, one_line(facts.unit.name)
    word = facts.organisation.vocabulary("internkontrollplan")
    zones = [level_mark(level, "zon-") for level in plan.risk_scale.levels]
    controls = [control for _, control in plan.controls()]
    sections = arranged(
        _sections(facts), layout_of(facts.organisation.reports, ReportKind.PLAN), _values(facts)
    )
    return Report(
        title=f"{word.title} {plan.year}",
        subtitle=unit,
        organisation=one_line(facts.organisation.name),
        dnr=one_line(facts.dnr),
        appendix=one_line(facts.appendix),
        date=local_date(facts.as_of).isoformat(),
        facts=_register(facts),
        cover=_cover(facts),
        sections=sections,
        marks={mark.id: mark for mark in zones},
        scale=_zones(plan),
        kind=ReportKind.PLAN,
        guide="Så läses riskvärdet" if any(mark.meaning for mark in zones) else "",
        accent=facts.organisation.accent,
        contents_depth=3 if len(controls) <= _SHORT else 2,
    ).sealed()


def _zones(plan: Plan) -> tuple[str, ...]:
    """The zones' marks, the most serious first."""
    levels = sorted(plan.risk_scale.levels, key=lambda level: -(level.rank or 0))
    return tuple(zone_id(level.id) for level in levels)


def _word(facts: PlanFacts, engines: str) -> Word:
    return facts.organisation.vocabulary(engines)


def _register(facts: PlanFacts) -> tuple[tuple[str, str], ...]:
    unit, adopted = one_line(facts.unit.name), facts.decision
    decided = ""
    if adopted:
        decided = ", ".join(filter(None, (swedish_date(adopted.date), one_line(adopted.paragraph))))
    rows = (
        ("Enhet", unit),
        ("Version", str(facts.version)),
        ("Diarienummer", one_line(facts.dnr)),
        ("Bilaga", one_line(facts.appendix).removeprefix("Bilaga ")),
        ("Upprättad av", one_line(facts.plan.author)),
        ("Antagen", decided),
        ("Behandlas", f"{unit} {swedish_date(facts.meeting)}" if facts.meeting else ""),
    )
    return tuple((term, value) for term, value in rows if value)


def _cover(facts: PlanFacts) -> tuple[Block, ...]:
    plan = facts.plan
    controls = [control for _, control in plan.controls()]
    control, action = _word(facts, "kontrollmoment"), _word(facts, "åtgärd")
    times = sum(len(c.occurrences) for c in controls)
    direct = sum(len(risk.actions) for risk in plan.risks)
    said = (
        f"Planen för {plan.year} innehåller {control.count(len(controls))} och "
        f"{many(len(plan.risks), 'risk', 'risker')}."
    )
    if plan.left_out:
        n = len(plan.left_out)
        said += f" {capital(many(n, 'risk', 'risker'))} är {'bedömd' if n == 1 else 'bedömda'} men inte med."
    blocks: list[Block] = [Text(said, "answer")]
    if weighed := [risk for risk in plan.risks if risk.weight]:
        counts = _per_zone(plan, weighed)
        words = ", ".join(
            f"{level.word.lower()} {counts[zone_id(level.id)]}" for level in plan.risk_scale.levels
        )
        alt = f"Stapel över {many(len(weighed), 'risk', 'risker')}: {words}."
        caption = f"Riskerna i planen för {plan.year} efter riskvärde."
        blocks.append(Figure("spridning", Spread(counts), alt, caption))
    figures = (
        (number(len(plan.risks)), "risk" if len(plan.risks) == 1 else "risker"),
        (number(len(controls)), control.one if len(controls) == 1 else control.several),
        (number(times), "kontrolltillfälle" if times == 1 else "kontrolltillfällen"),
        (number(direct), f"direkt{action.one}" if direct == 1 else f"direkt{action.several}"),
    )
    return (*blocks, Numbers(figures))


def _per_zone(plan: Plan, risks: Sequence[Risk]) -> dict[str, int]:
    counts = dict.fromkeys(_zones(plan), 0)
    for risk in risks:
        if risk.weight:
            counts[zone_id(plan.risk_scale.zone(*risk.weight).id)] += 1
    return counts


def _sections(facts: PlanFacts) -> tuple[Section, ...]:
    found = (
        _frame(facts), _matrix(facts), _risks(facts), _left_out(facts), _controls(facts),
        _direct(facts), _changes(facts), _decision(facts), _made(facts),
    )  # fmt: skip
    return tuple(section for section in found if section)


def _frame(facts: PlanFacts) -> Section:
    said = [
        f"Enligt {rule.source} {rule.text}" for rule in legal_frame(facts.unit, facts.plan.year)
    ]
    if guideline := one_line(facts.plan.guideline).rstrip("."):
        said.append(f"Arbetet följer {guideline}.")
    if not said:
        said = [f"Planen gäller {facts.plan.year}."]
    return Section("lag", "Lag och riktlinje", (Text(tuple(said)),))


# ---- the risks ----


def _matrix(facts: PlanFacts) -> Section | None:
    scale, risks = facts.plan.risk_scale, facts.plan.risks
    if not any(risk.weight or risk.weight_before for risk in risks):
        return None
    intro = (
        "Riskvärdet är sannolikhet gånger konsekvens; zonen är bestämd ruta för ruta och följer inte "
        "alltid riskvärdet."
    )
    if any(risk.weight_before for risk in risks):
        intro += " Läget före är utan de åtgärder som redan finns, läget efter är med dem."
    said = " ".join([intro, *not_placed(scale, risks)])
    return Section("riskmatris", "Riskmatris", (Text(said), matrix_figure(scale, risks)))


def _risks(facts: PlanFacts) -> Section:
    plan = facts.plan
    if not plan.risks:
        return Section("risker", "Risker", (Text("Planen innehåller inga risker."),))
    ranked = sorted(plan.risks, key=lambda risk: gravity(risk, plan.risk_scale))
    columns = (
        Column("Risk", 5.4),
        Column(_word(facts, "riskägare").title, 3.2),
        Column("Sannolikhet", 2.6),
        Column("Konsekvens", 2.4),
        Column("Riskvärde", 2.3),
        Column("Hantering", 2.4),
    )
    rows = tuple(_risk_row(plan, risk) for risk in ranked)
    table = Table("risker", columns, rows, "Planens risker, högsta zonen först.")
    return Section("risker", "Risker", (Text(_risk_sentence(plan)), table, *_described(ranked)))


def _described(risks: Sequence[Risk]) -> tuple[Block, ...]:
    """What each risk is about, in words; nothing where no risk is described."""
    told = [risk for risk in risks if risk.sentence or risk.measures]
    measures = any(risk.measures for risk in told)
    columns = (
        Column("Risk", 4.2),
        Column("Beskrivning", 7.6 if measures else 12.1),
        *([Column("Åtgärder som redan finns", 4.5)] if measures else []),
    )
    rows = tuple(
        (
            Cell(named(risk.id, one_line(risk.title))),
            Cell(written(risk.sentence, "–")),
            *([Cell(paragraphs(risk.measures) or "–")] if measures else []),
        )
        for risk in told
    )
    return (Table("riskbeskrivningar", columns, rows, "Vad riskerna gäller."),) if rows else ()


def _risk_sentence(plan: Plan) -> str:
    counts = [(how, sum(risk.treatment is how for risk in plan.risks)) for how in Treatment]
    parts = [f"{counted(n, 'en')} {_HANDLED[how]}" for how, n in counts if n]
    fraud = sum(risk.fraud for risk in plan.risks)
    said = f"Planen har {many(len(plan.risks), 'risk', 'risker')}: {listed(parts)}."
    if len(plan.risks) == 1:
        said = f"Planens enda risk {_HANDLED[plan.risks[0].treatment]}."
    if not fraud:
        return said
    which = "Den" if len(plan.risks) == 1 else capital(counted(fraud, "en"))
    return f"{said} {which} gäller oegentligheter."


_HANDLED = {
    Treatment.CONTROL: "granskas",
    Treatment.ACT_NOW: "möts med direktåtgärder",
    Treatment.ACCEPT: "accepteras",
    Treatment.FOLLOW_UP: "följs upp utan kontroll",
}


def _risk_row(plan: Plan, risk: Risk) -> tuple[Cell, ...]:
    scale = plan.risk_scale
    return (
        Cell(named(risk.id, one_line(risk.title))),
        Cell(one_line(risk.owner) or "–"),
        step_cell(risk.likelihood, scale.likelihood),
        step_cell(risk.consequence, scale.consequence),
        value_cell(plan, risk),
        Cell(TREATED[risk.treatment]),
    )


def _left_out(facts: PlanFacts) -> Section | None:
    left, scale = facts.plan.left_out, facts.plan.risk_scale
    if not left:
        return None
    columns = (Column("Risk", 7.2), Column("Riskvärde", 2.5), Column("Skäl", 6.6))
    rows = tuple(
        (
            Cell(named(risk.id, one_line(risk.title))),
            value_cell(facts.plan, risk),
            Cell(paragraphs(risk.reason) or "–"),
        )
        for risk in sorted(left, key=lambda risk: gravity(risk, scale))
    )
    table = Table("utelamnade", columns, rows, "Bedömda risker som inte är med i planen, med skäl.")
    return Section("utelamnade", "Risker som inte är med i planen", (table,))


# ---- the controls ----


def _controls(facts: PlanFacts) -> Section:
    plan, word = facts.plan, _word(facts, "kontrollmoment")
    areas = dict.fromkeys([*plan.areas, *(risk.area for risk in plan.risks)])
    found = []
    for n, area in enumerate(areas, 1):
        risks = [risk for risk in plan.risks if risk.area == area and risk.controls]
        below = tuple(_control(facts, risk, c) for risk in risks for c in risk.controls)
        if below:
            topic = Topic(_word(facts, "processområde").title)
            found.append(Section(f"omrade-{n}", one_line(area), (), below, topic=topic))
    title = capital(word.several)
    empty = () if found else (Text(f"Planen innehåller inga {word.several}."),)
    overview = (_overview(facts),) if found else ()
    return Section("kontroller", title, (*overview, *empty), tuple(found))


def _overview(facts: PlanFacts) -> Table:
    word = _word(facts, "kontrollmoment")
    columns = (
        Column(word.title, 6),
        Column("Risk", 1.5),
        Column("Frekvens", 4.2),
        Column(_word(facts, "kontrollansvarig").title, 3.4),
        Column("Tillfällen", 1.9, "right"),
    )
    rows = tuple(
        (
            Cell(_name(control)),
            Cell(risk.id),
            Cell("–" if control.protected else one_line(control.frequency)),
            Cell("–" if control.protected else one_line(control.owner)),
            Cell("–")
            if control.protected
            else Cell(number(len(control.occurrences)), len(control.occurrences)),
        )
        for risk, control in facts.plan.controls()
    )
    return Table("kontroller", columns, rows, f"Alla {word.several} i planen.")


def _name(control: Control) -> str:
    return named(control.id, SEPARATELY if control.protected else one_line(control.title))


def _control(facts: PlanFacts, risk: Risk, control: Control) -> Section:
    word = _word(facts, "kontrollmoment")
    id, label = anchor("kontroll", control.id), f"{word.title} {control.id}"
    topic = Topic(word.title, one_line(control.id), SHEET)
    if control.protected:
        said = (
            f"{capital(word.definite)} är {word.fits('skyddad', 'skyddat')}. Innehållet redovisas "
            "separat."
        )
        return Section(id, SEPARATELY, (Text(said),), label=label, topic=topic)
    if control.mandatory:
        label += f", {word.fits('obligatorisk', 'obligatoriskt')}"
    below: list[Block] = []
    columns = (Column("Vad", 6.3), Column("Metod", 6), Column("Urval", 4))
    cells = (
        placed("Vad", written(control.what), below),
        placed("Metod", written(control.method), below),
        placed("Urval", written(control.sample, "Inte angivet."), below),
    )
    plan_table = Table(f"{control.id}-plan", columns, (cells,), row_head=False, sheet=SHEET)
    blocks = (_control_facts(facts, risk, control), plan_table, *below, *_dates(control))
    return Section(id, one_line(control.title), blocks, label=label, topic=topic)


def _control_facts(facts: PlanFacts, risk: Risk, control: Control) -> Facts:
    goal = one_line(control.goal)
    if not goal and control.measure and control.measure.goal is not None:
        goal = per_cent(control.measure.goal)
    given = (
        ("Risk", named(risk.id, one_line(risk.title))),
        (_word(facts, "kontrollansvarig").title, one_line(control.owner)),
        (_word(facts, "godkännare").title, one_line(control.approver)),
        ("Mål", goal),
        ("Klass", one_line(control.category)),
        ("Återkommer enligt", one_line(control.mandatory)),
    )
    return Facts(tuple((term, Cell(value)) for term, value in given if value))


def _dates(control: Control) -> tuple[Block, ...]:
    """The frequency as written, and each occurrence as it was read."""
    said = f"Frekvens: {sentence(one_line(control.frequency))}"
    if not control.occurrences:
        return (Text(f"{said} Tillfällen registreras när de inträffar."),)
    times = listed(
        [f"{one_line(t.window.label)} (senast {prose_date(t.due)})" for t in control.occurrences]
    )
    n = len(control.occurrences)
    return (Text(f"{said} {capital(many(n, 'tillfälle', 'tillfällen', 'ett'))}: {times}."),)


# ---- what is not controlled, and what has changed ----


def _direct(facts: PlanFacts) -> Section | None:
    blocks = (*_acted(facts), *_accepted(facts))
    title = f"Direkt{_word(facts, 'åtgärd').several} och accepterade risker"
    return Section("direkt", title, blocks) if blocks else None


def _acted(facts: PlanFacts) -> tuple[Block, ...]:
    action = _word(facts, "åtgärd")
    rows = tuple(
        (
            Cell(item.id),
            Cell(one_line(item.text)),
            Cell(named(risk.id, one_line(risk.title))),
            Cell(one_line(item.responsible)),
            Cell(item.due.isoformat(), item.due.isoformat()),
        )
        for risk in facts.plan.risks
        for item in risk.actions
    )
    columns = (
        Column("Nr", 1.3),
        Column(action.title, 6),
        Column("Risk", 4.2),
        Column("Ansvarig", 2.8),
        Column("Klart", 2.2),
    )
    caption = f"Direkt{action.several}, som beslutas med planen."
    return (Table("direktatgarder", columns, rows, caption),) if rows else ()


def _accepted(facts: PlanFacts) -> tuple[Block, ...]:
    rows = tuple(
        (
            Cell(named(risk.id, one_line(risk.title))),
            value_cell(facts.plan, risk),
            Cell(paragraphs(risk.reason) or "–"),
        )
        for risk in facts.plan.risks
        if risk.treatment is Treatment.ACCEPT
    )
    columns = (Column("Risk", 6.2), Column("Riskvärde", 2.5), Column("Skäl", 7.6))
    caption = "Risker som accepteras, med skäl."
    return (Table("accepterade", columns, rows, caption),) if rows else ()


def _changes(facts: PlanFacts) -> Section | None:
    before = facts.before
    if before is None:
        return None
    word, found = _word(facts, "kontrollmoment"), plan_difference(before, facts.plan)
    since = str(before.year) if before.year != facts.plan.year else f"version {facts.version - 1}"
    title = f"Förändringar sedan {since}"
    if not found.changes:
        return Section("forandringar", title, (Text("Inget är ändrat."),))
    names = {c.id: _name(c) for plan in (before, facts.plan) for _, c in plan.controls()}
    kinds = (("Nya", found.added), ("Borttagna", found.removed), ("Ändrade", found.changed))
    rows = tuple(
        (
            Cell(how),
            Cell(number(len(ids)), len(ids)),
            Cell(listed([names[id] for id in ids]) or "–"),
        )
        for how, ids in kinds
    )
    columns = (
        Column(capital(word.several), 3.4),
        Column("Antal", 1.8, "right"),
        Column("Vilka", 11),
    )
    return Section("forandringar", title, (Table("forandringar", columns, rows),))


# ---- the decision, and how it was made ----


def _decision(facts: PlanFacts) -> Section:
    unit, plan = one_line(facts.unit.name), _word(facts, "internkontrollplan")
    points = (
        f"{capital(plan.definite)} för {facts.plan.year} antas.",
        f"{_report(facts)} för {facts.plan.year} läggs fram när året är slut.",
    )
    body = Text(points, "steps", f"{unit} beslutar:")
    return Section("beslut", "Förslag till beslut", (body,))


def _report(facts: PlanFacts) -> str:
    return capital(_word(facts, "slutrapport").definite)


def _made(facts: PlanFacts) -> Section:
    local = facts.as_of.astimezone(STOCKHOLM)
    word = _word(facts, "internkontrollplan")
    said = (
        f"Dokumentet är gjort ur version {facts.version} av {word.definite}, som den såg ut den "
        f"{swedish_date(local.date())} klockan {local:%H.%M}, enligt rapportformat {FORMAT_VERSION}.",
        FINGERPRINT,
    )
    return Section("tillkomst", "Så är dokumentet gjort", (Text(said),))


def _values(facts: PlanFacts) -> dict[str, str]:
    """What the placeholders of own texts stand for."""
    plan, adopted = facts.plan, facts.decision
    return {
        "enhet": one_line(facts.unit.name),
        "kommun": one_line(facts.organisation.name),
        "år": str(plan.year),
        "nästa år": str(plan.year + 1),
        "diarienummer": one_line(facts.dnr),
        "sammanträde": swedish_date(facts.meeting) if facts.meeting else "",
        "riktlinje": one_line(plan.guideline),
        "plandatum": swedish_date(adopted.date) if adopted else "",
        "planparagraf": one_line(adopted.paragraph) if adopted else "",
        "antal kontroller": number(len(list(plan.controls()))),
    }
