"""The risk matrix, and the proposal for a coming plan's selection (urval) with its reasons."""

from __future__ import annotations

from icengine.domain.assessment import Carried, Left, Reason, Stays, Yearly
from icengine.domain.plan import Control, Plan, Risk, Treatment
from icengine.domain.register import gravity
from icengine.domain.report_extent import NO_EVENT
from icengine.domain.report_findings import SEPARATELY, Findings
from icengine.domain.report_marks import zone_id
from icengine.domain.report_model import (
    Block,
    Cell,
    Column,
    Figure,
    Matrix,
    Section,
    Table,
    Text,
)
from icengine.domain.risk import AssessedRisk
from icengine.domain.risk_matrix import matrix_figure, not_placed
from icengine.domain.scale import RiskScale
from icengine.domain.text import Rich, one_line, paragraphs
from icengine.domain.words import NBSP, capital, counted, many, named, number, sentence

TREATED = {
    Treatment.CONTROL: "Granskning",
    Treatment.ACT_NOW: "Direktåtgärd",
    Treatment.ACCEPT: "Accepteras",
    Treatment.FOLLOW_UP: "Följs upp",
}


NOT_WEIGHED = "Inte värderad"


def step_cell(n: int | None, words: tuple[str, ...]) -> Cell:
    """ "3 Trolig"; the figure alone outside the scale, and a dash where nobody has weighed it."""
    if n is None:
        return Cell("–")
    return Cell(f"{n} {words[n - 1]}" if 0 < n <= len(words) else str(n), n)


def value_cell(plan: Plan, risk: AssessedRisk) -> Cell:
    """Riskvärde with its zone."""
    if risk.weight is None or risk.value is None:
        return Cell(NOT_WEIGHED)
    zone = plan.risk_scale.zone(*risk.weight)
    return Cell(number(risk.value), risk.value, zone_id(zone.id), brief=True)


def matrix(found: Findings) -> Section:
    """The matrix as picture and as table, highest first, and the risks that have no place in it."""
    scale, risks = found.plan.risk_scale, found.plan.risks
    if not risks:
        return Section("riskmatris", "Riskmatris", (Text("Planen innehåller inga risker."),))
    figure, missing = matrix_figure(scale, risks), not_placed(scale, risks)
    if not _placed(figure):
        none = Text("Ingen av riskerna är värderad.")
        return Section("riskmatris", "Riskmatris", (none, _risk_table(found)))
    intro = (
        f"Riskerna står som de värderades i planen för {found.plan.year}. Riskvärdet är sannolikhet "
        "gånger konsekvens; zonen är bestämd ruta för ruta och följer inte alltid riskvärdet."
    )
    if any(risk.weight_before for risk in risks):
        intro += " Läget före är utan de åtgärder som redan finns, läget efter är med dem."
    blocks = (Text(" ".join([intro, *missing])), figure, _risk_table(found))
    return Section("riskmatris", "Riskmatris", blocks)


def _placed(figure: Figure) -> bool:
    """Does any risk stand in the matrix?"""
    return isinstance(figure.data, Matrix) and bool(figure.data.items or figure.data.before)


def _risk_table(found: Findings) -> Table:
    scale, before = found.plan.risk_scale, any(r.weight_before for r in found.plan.risks)
    ranked = sorted(found.plan.risks, key=lambda risk: gravity(risk, scale))
    columns = [
        Column("Risk", 5.2 if before else 6.4),
        Column("Hantering", 2.3),
        *([Column("Riskvärde före", 2.4)] if before else []),
        Column("Sannolikhet", 2.6 if before else 2.8),
        Column("Konsekvens", 2.4 if before else 2.5),
        Column("Riskvärde efter" if before else "Riskvärde", 2.3),
    ]
    rows = tuple(
        (
            Cell(named(risk.id, one_line(risk.title))),
            Cell(TREATED[risk.treatment]),
            *([before_cell(risk, scale)] if before else []),
            step_cell(risk.likelihood, scale.likelihood),
            step_cell(risk.consequence, scale.consequence),
            value_cell(found.plan, risk),
        )
        for risk in ranked
    )
    return Table("risker", tuple(columns), rows, "Risker, högsta zonen först.")


def before_cell(risk: Risk, scale: RiskScale) -> Cell:
    """ "4 × 3 = 12" with its zone: sannolikhet and konsekvens without the measures there are."""
    if risk.weight_before is None:
        return Cell("–")
    (s, k), zone = risk.weight_before, scale.zone(*risk.weight_before)
    said = f"{s} × {k} = {number(s * k)}".replace(" ", NBSP)
    return Cell(said, s * k, zone_id(zone.id), brief=True)


# ---- urval ----


def selection(found: Findings) -> Section:
    """What goes to the coming plan, what returns by itself, and what does not go on."""
    carried, control = found.carried, found.word("kontrollmoment")
    blocks: list[Block] = [Text(_selection_intro(found))]
    if carried.selected:
        rows = tuple(_selected_row(found, entry) for entry in carried.selected)
        columns = (
            Column(f"Risk eller {control.one}", 5.4),
            Column("Bedömning", 3.65),
            Column("Skäl", 6.4),
        )
        caption = f"Går till urvalet för plan {carried.year}, med skäl."
        blocks.append(Table("urval", columns, rows, caption))
    if carried.mandatory:
        rows = tuple(_mandatory_row(found, entry) for entry in carried.mandatory)
        why = (Column(control.title, 5.4), Column("Varför", 10.05))
        caption = f"Obligatoriska {control.several}, som återkommer av sig själva."
        blocks.append(Table("obligatoriska", why, rows, caption))
    if carried.stays:
        rows = tuple(_stays_row(found, entry) for entry in carried.stays)
        left = (
            Column(f"Risk eller {control.one}", 5.4),
            Column("Bedömning", 3.65),
            Column("Skäl", 6.4),
        )
        blocks.append(Table("forsinte", left, rows, "Förs inte vidare, med skäl."))
    return Section("urval", f"Urval till plan {carried.year}", tuple(blocks))


def selection_count(found: Findings) -> str:
    """ "Sex risker och kontrollmoment", "En risk", "Två kontrollmoment"."""
    controls, word = {control.id for _, control in found.controls}, found.word("kontrollmoment")
    chosen = found.carried.selected
    of_controls = sum(1 for entry in chosen if entry.id in controls)
    of_risks = len(chosen) - of_controls
    if not of_risks:
        return capital(word.count(of_controls))
    if not of_controls:
        return capital(many(of_risks, "risk", "risker"))
    return f"{capital(counted(len(chosen)))} risker och {word.several}"


def _selection_intro(found: Findings) -> Rich:
    carried, control = found.carried, found.word("kontrollmoment")
    rule = (
        f"Till urvalet går det som inte är utan anmärkning, inte är genomfört, har {_open(found)} "
        f"eller har följts upp utan {control.one}. Urvalet är ett underlag: vad som kommer med i "
        "planen avgörs när den görs."
    )
    if not carried.selected:
        return f"Inget går till urvalet för plan {carried.year}. {rule}"
    said = f"{selection_count(found)} går till urvalet för plan {carried.year}."
    n = len(carried.mandatory)
    if n:
        one = control.fits("obligatorisk", "obligatoriskt")
        what = many(n, f"{one} {control.one}", f"obligatoriska {control.several}", control.article)
        said += f" {capital(what)} återkommer varje år och står för sig."
    return f"{said} {rule}"


def _selected_row(found: Findings, entry: Carried) -> tuple[Cell, ...]:
    control = _control(found, entry.id)
    if control is None:
        return Cell(found.subject_name(entry.id)), Cell(), Cell(_risk_reasons(found, entry))
    year = found.yearlies[control.id]
    if control.protected:
        return Cell(found.name(control)), Cell(mark=year.level), Cell(f"{SEPARATELY}.")
    said = [_reason(reason, found, control) for reason in entry.reasons]
    if entry.mandatory:
        it = found.word("kontrollmoment").fits(
            "själv, som obligatorisk", "självt, som obligatoriskt"
        )
        said.append(f"Återkommer också av sig {it}.")
    return Cell(found.name(control)), Cell(mark=year.level), Cell(" ".join(said))


def _open(found: Findings, n: int = 1) -> str:
    """ "en öppen åtgärd", "två öppna åtgärder"."""
    word = found.word("åtgärd")
    one = f"{word.fits('öppen', 'öppet')} {word.one}"
    return many(n, one, f"öppna {word.several}", word.article)


def _risk_reasons(found: Findings, entry: Carried) -> str:
    words = {
        Reason.NO_CONTROL: f"Har följts upp utan {found.word('kontrollmoment').one}.",
        Reason.OPEN_ACTION: f"Har {_open(found)}.",
    }
    return " ".join(words[reason] for reason in entry.reasons)


def _reason(reason: Reason, found: Findings, control: Control) -> str:
    """The reason in words; the level itself stands beside it."""
    year = found.yearlies[control.id]
    if reason is Reason.NOT_GREEN:
        best = found.plan.ratings.best.word.lower()
        return f"Bedömningen är inte ”{best}”."
    if reason is Reason.NOT_DONE:
        if year.done == 0:
            return "Kontrollen är inte genomförd."
        rest = f" {capital(counted(year.waiting))} återstår." if year.waiting else ""
        return f"Genomfört {number(year.done)} av {number(year.planned)} tillfällen.{rest}"
    if reason is Reason.NOT_RELEVANT:
        what = "Det som var registrerat utgår" if year.cancelled else NO_EVENT.rstrip(".")
        return f"{what}, och kontrollen är därför inte prövad."
    own = [a for a in found.open_actions() if a.subject in {control.id, control.replaces} - {""}]
    return f"Har {_open(found, len(own))}."


def _mandatory_row(found: Findings, entry: Carried) -> tuple[Cell, ...]:
    control = found.plan.control(entry.id)[1]
    if control.protected:
        return Cell(found.name(control)), Cell(f"{SEPARATELY}.")
    said = f"Återkommer varje år enligt {one_line(entry.mandatory).rstrip('.')}."
    if entry.reasons:
        said += " Står även i urvalet ovan."
    return Cell(found.name(control)), Cell(said)


def _stays_row(found: Findings, entry: Stays) -> tuple[Cell, ...]:
    control = _control(found, entry.id)
    if control is not None:
        year = found.yearlies[control.id]
        said_of = f"{SEPARATELY}." if control.protected else _stays_reason(found, entry, year)
        return Cell(found.name(control)), Cell(mark=year.level), Cell(said_of)
    risk = next(r for r in found.plan.risks if r.id == entry.id)
    reason, word = sentence(one_line(risk.reason)), found.word("åtgärd")
    nothing = f"{capital(word.none)} är {word.fits('öppen', 'öppet')}."
    said: dict[Left, Rich] = {
        Left.ACCEPTED: f"Risken är accepterad. {reason}".strip(),
        Left.ACTED: "Direktåtgärderna är klara."
        if len(risk.actions) > 1
        else "Direktåtgärden är klar.",
        Left.NO_ACTION: paragraphs(reason) or nothing,
        Left.GREEN: "",
    }
    return Cell(found.subject_name(entry.id)), Cell(), Cell(said[entry.why])


def _stays_reason(found: Findings, entry: Stays, year: Yearly) -> str:
    if entry.why is Left.CANCELLED:
        return "Kontrollen utgår."
    if entry.why is not Left.WAITING:
        done = found.word("kontrollmoment").fits("Genomförd", "Genomfört")
        return f"{done} och utan öppna {found.word('åtgärd').several}."
    if not year.done:
        return "Återstår att genomföra."
    times = many(year.waiting, "tillfälle", "tillfällen", "ett")
    return f"Hittills utan anmärkning. {capital(times)} återstår."


def _control(found: Findings, id: str) -> Control | None:
    return next((control for _, control in found.controls if control.id == id), None)
