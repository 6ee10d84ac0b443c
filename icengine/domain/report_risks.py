"""The risk matrix, as picture and as table."""

from __future__ import annotations

from icengine.domain.plan import Plan, Risk, Treatment
from icengine.domain.register import gravity
from icengine.domain.report_findings import Findings
from icengine.domain.report_marks import zone_id
from icengine.domain.report_model import Cell, Column, Figure, Matrix, Section, Table, Text
from icengine.domain.risk import AssessedRisk
from icengine.domain.risk_matrix import matrix_figure, not_placed
from icengine.domain.scale import RiskScale
from icengine.domain.text import one_line
from icengine.domain.words import NBSP, named, number

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
