"""The risk matrix, for a plan or a register: its picture, its alternative text and its cells, all from
the same risks and figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from icengine.domain.register import zone_of
from icengine.domain.report_marks import level_mark, zone_id
from icengine.domain.report_model import Figure, Mark, Matrix, Placed
from icengine.domain.risk import AssessedRisk
from icengine.domain.scale import Level, RiskScale
from icengine.domain.words import listed

_SPOKEN = 60
"""Risks named in the alternative text; all of them stand in the table below it."""


def matrix_of(scale: RiskScale, risks: Iterable[AssessedRisk]) -> Matrix:
    """Where the risks stand, with the measures there are and without them."""
    risks = tuple(risks)
    return Matrix(
        scale.likelihood,
        scale.consequence,
        tuple(tuple(zone_id(id) for id in row) for row in scale.zones),
        tuple(Placed(r.id, *r.weight) for r in risks if r.weight and zone_of(scale, r.weight)),
        tuple(
            Placed(r.id, *r.weight_before)
            for r in risks
            if r.weight_before and zone_of(scale, r.weight_before)
        ),
    )


def matrix_marks(scale: RiskScale) -> dict[str, Mark]:
    """The zones as they are drawn, by id, worst first."""
    marks = (level_mark(level, "zon-") for level in scale.levels)
    return {mark.id: mark for mark in marks}


def matrix_figure(scale: RiskScale, risks: Sequence[AssessedRisk]) -> Figure:
    """The matrix as a picture, with the same in words."""
    caption = "Riskernas läge efter sannolikhet och konsekvens."
    data = matrix_of(scale, risks)
    if data.before:
        caption += " Streckad ring: läget före befintliga åtgärder."
    return Figure("riskmatris", data, _alternative(scale, risks), caption)


def _alternative(scale: RiskScale, risks: Sequence[AssessedRisk]) -> str:
    placed = [risk for risk in risks if zone_of(scale, risk.weight or risk.weight_before)]
    said = ["Riskmatris."] + [_said(scale, risk) for risk in placed[:_SPOKEN]]
    if len(placed) > _SPOKEN:
        said.append("Övriga risker står i tabellen.")
    return " ".join([*said, *not_placed(scale, risks)])


def _said(scale: RiskScale, risk: AssessedRisk) -> str:
    """ "R4: sannolikhet 3, konsekvens 4, hög risk; före åtgärder 4 och 4, hög risk." """
    zone, before = zone_of(scale, risk.weight), zone_of(scale, risk.weight_before)
    parts = []
    if zone and risk.weight:
        s, k = risk.weight
        parts.append(f"sannolikhet {s}, konsekvens {k}, {zone.word.lower()}")
    if before and risk.weight_before:
        s, k = risk.weight_before
        parts.append(
            f"före befintliga åtgärder sannolikhet {s}, konsekvens {k}, {before.word.lower()}"
        )
    return f"{risk.id}: {'; '.join(parts)}."


def not_placed(scale: RiskScale, risks: Iterable[AssessedRisk]) -> tuple[str, ...]:
    """Sentences that name the risks that are not in the matrix, and why."""
    risks = tuple(risks)
    without = [risk.id for risk in risks if risk.weight is None]
    outside = [r.id for r in risks if r.weight is not None and zone_of(scale, r.weight) is None]
    said = []
    if without:
        said.append(f"{listed(without)} är inte {_weighed(len(without))}.")
    if outside:
        said.append(
            f"{listed(outside)} är {_weighed(len(outside))} på en skala med fler steg och behöver "
            "bedömas om."
        )
    return tuple(said)


def _weighed(n: int) -> str:
    return "värderad" if n == 1 else "värderade"


# -- as a table --


@dataclass(frozen=True)
class MatrixCell:
    """A cell of the matrix, with the risks that stand in it."""

    likelihood: int
    consequence: int
    zone: Level
    value: int
    here: tuple[str, ...]
    """With the measures there are."""
    before: tuple[str, ...]
    """Without them."""


@dataclass(frozen=True)
class MatrixRow:
    """A step of sannolikhet."""

    step: int
    word: str
    cells: tuple[MatrixCell, ...]


def matrix_rows(scale: RiskScale, data: Matrix) -> tuple[MatrixRow, ...]:
    """The picture's cells as rows, the highest sannolikhet first."""
    return tuple(
        MatrixRow(s, scale.likelihood[s - 1], tuple(_cells(scale, data, s)))
        for s in range(len(scale.likelihood), 0, -1)
    )


def _cells(scale: RiskScale, data: Matrix, s: int) -> Iterator[MatrixCell]:
    for k in range(1, len(scale.consequence) + 1):
        here, before = (
            tuple(p.id for p in items if (p.likelihood, p.consequence) == (s, k))
            for items in (data.items, data.before)
        )
        yield MatrixCell(s, k, scale.zone(s, k), s * k, here, before)
