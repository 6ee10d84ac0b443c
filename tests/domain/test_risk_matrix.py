"""The risk matrix: picture, words and table are the same figures, and nobody is left out unsaid."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from organisations import risk_scales

from icengine.domain.report_model import Matrix
from icengine.domain.risk import AssessedRisk
from icengine.domain.risk_matrix import (
    matrix_figure,
    matrix_marks,
    matrix_of,
    matrix_rows,
    not_placed,
)
from icengine.domain.scale import DEFAULT_RISKS
from icengine.render.charts import matrix
from icengine.render.shapes import PAGE, PHONE


def risk(id: str, *weights: int) -> AssessedRisk:
    """A risk with (sannolikhet, konsekvens), and those before after them."""
    names = ("likelihood", "consequence", "likelihood_before", "consequence_before")
    values = dict(zip(names, weights, strict=False))
    return AssessedRisk(id=id, area="Ekonomi", title=f"Risk {id}", event="något går fel", **values)  # type: ignore[arg-type]


RISKS = (risk("R1", 3, 4, 4, 4), risk("R2", 1, 1), risk("R3"), risk("R4", 5, 2))


def test_each_risk_stands_where_it_is_and_where_it_was_before_the_measures() -> None:
    rows = matrix_rows(DEFAULT_RISKS, matrix_of(DEFAULT_RISKS, RISKS))
    assert next((row.step, row.word) for row in rows) == (4, "Mycket trolig")
    found = {(c.likelihood, c.consequence): (c.here, c.before) for r in rows for c in r.cells}
    assert found[3, 4] == (("R1",), ())
    assert found[4, 4] == ((), ("R1",))
    assert found[1, 1] == (("R2",), ())


def test_the_alternative_text_says_both_and_names_those_that_have_no_place() -> None:
    alt = matrix_figure(DEFAULT_RISKS, RISKS).alt
    assert alt == (
        "Riskmatris. R1: sannolikhet 3, konsekvens 4, hög risk; före befintliga åtgärder "
        "sannolikhet 4, konsekvens 4, hög risk. R2: sannolikhet 1, konsekvens 1, låg risk. "
        "R3 är inte värderad. R4 är värderad på en skala med fler steg och behöver bedömas om."
    )
    assert not_placed(DEFAULT_RISKS, (risk("R7"), risk("R8"))) == ("R7 och R8 är inte värderade.",)


def test_the_picture_tells_the_two_apart_by_form_and_says_what_the_forms_mean() -> None:
    svg = matrix(matrix_of(DEFAULT_RISKS, RISKS), matrix_marks(DEFAULT_RISKS))
    assert svg.count("stroke-dasharray") == 2  # R1 before, and the key
    assert ">efter befintliga åtgärder<" in svg
    without = matrix(matrix_of(DEFAULT_RISKS, RISKS[1:]), matrix_marks(DEFAULT_RISKS))
    assert "stroke-dasharray" not in without


@given(scale=risk_scales(), data=st.data())
def test_every_risk_of_any_scale_is_placed_or_named_and_the_picture_is_whole(
    scale: object, data: st.DataObject
) -> None:
    step = st.none() | st.integers(1, 6)
    risks = []
    for n in range(data.draw(st.integers(0, 30))):
        weights = [data.draw(step), data.draw(step)]
        risks.append(risk(f"R{n}", *(weights if None not in weights else ())))  # type: ignore[arg-type]
    found: Matrix = matrix_of(scale, risks)  # type: ignore[arg-type]
    placed = {item.id for item in found.items}
    said = " ".join(not_placed(scale, risks))  # type: ignore[arg-type]
    for one in risks:
        assert (one.id in placed) is not (one.id in said.replace(",", "").split())
    marks = matrix_marks(scale)  # type: ignore[arg-type]
    for width in (PAGE, PHONE):
        assert matrix(found, marks, width).startswith("<svg")
    cells = [cell for row in matrix_rows(scale, found) for cell in row.cells]  # type: ignore[arg-type]
    assert sorted(id for cell in cells for id in cell.here) == sorted(placed)
