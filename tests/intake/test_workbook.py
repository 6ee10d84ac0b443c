"""The same plan through file and Excel is the same value, and what a person sees in the workbook."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from municipality import PLANS, load_example
from plan_sheets import as_text, flat_rows, sheets_of, without
from python_calamine import CalamineWorkbook
from workbooks import csv_file, ods

from icengine.domain.plan import Plan
from icengine.domain.plan_document import plan_document
from icengine.domain.scale_document import levels_document, risk_scale_document
from icengine.intake.columns import LISTS, PLAN, TABLES
from icengine.intake.planfile import PlanFile, read_plan_bytes
from icengine.intake.tables import Unwritable
from icengine.intake.template import write_template
from icengine.intake.workbook import write_workbook
from icengine.intake.yamlfile import write_yaml
from tests.domain.organisations import levels, risk_scales
from tests.domain.plan_documents import plan_documents
from tests.domain.test_plan_document import ORGANISATION, read

few = settings(max_examples=60, suppress_health_check=list(HealthCheck))
STEPS = 4
"""Steps that the documents weigh on."""


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Plan documents of every kind, some with scales of their own."""
    found = draw(plan_documents())
    if draw(st.integers(0, 3)) == 0:
        own = draw(levels(1, 2))
        renamed = [level | {"id": id} for level, id in zip(
            [one for one in levels_document(own) if "utanför ordningen" not in one],
            ("gron", "gul"), strict=True)]  # fmt: skip
        free = next(s for s in "●▲◆■○" if s not in {one["symbol"] for one in levels_document(own)})
        rod = {"id": "rod", "ord": "Röd", "symbol": free, "färg": "#A8322D"}
        outside = [one for one in levels_document(own) if "utanför ordningen" in one]
        found["bedömningsskala"] = [*renamed, rod, *outside]
    scale = draw(st.none() | risk_scales())
    if scale and min(len(scale.likelihood), len(scale.consequence)) >= STEPS:
        found["riskskala"] = risk_scale_document(scale)
    return found


def back(data: bytes, suffix: str) -> PlanFile:
    return read_plan_bytes(data, f"plan{suffix}", suffix, ORGANISATION)


def the_same(found: PlanFile, plan: Plan) -> None:
    """The plan is the same value, and its canonical YAML the same bytes."""
    assert found.plan is not None, [str(problem) for problem in found.problems]
    assert found.plan == plan
    texts = [write_yaml(plan_document(one, ORGANISATION)).encode() for one in (found.plan, plan)]
    assert texts[0] == texts[1]


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(documents())
def test_a_plan_through_excel_is_the_same_plan_byte_for_byte(document: dict[str, Any]) -> None:
    plan = read(document)
    found = back(write_workbook(plan_document(plan, ORGANISATION), ORGANISATION), ".xlsx")
    the_same(found, plan)
    assert found.notices == []


@few
@given(documents())
def test_a_plan_through_ods_with_its_columns_in_another_order_is_the_same_plan(
    document: dict[str, Any],
) -> None:
    plan = read(document)
    if re.search("[\ufffe\uffff]", repr(as_text([[str(document)]])[0][0])):
        return  # two signs that no XML can hold; .xlsx has a way of its own to write them
    the_same(back(ods(sheets_of(plan_document(plan, ORGANISATION))), ".ods"), plan)


@few
@given(plan_documents(), st.sampled_from([";", ",", "\t"]))
def test_what_one_table_can_hold_is_the_same_through_csv(
    document: dict[str, Any], delimiter: str
) -> None:
    """It cannot hold own dates, figures, shared controls, left-out risks, scales and the plan's rules."""
    plan = read(without(document))
    rows = as_text(flat_rows(plan_document(plan, ORGANISATION)))
    the_same(back(csv_file(rows, delimiter), ".csv"), plan)


TEXTS = [
    "=SUMMA(A1:A9)", "+46 8 123", "-1", "- a", "@någon", "'a", "2026-01-01", "12", "1,5", "007",
    "1e5", "TRUE", "ja", "#REF!", "_x000D_", "_x005F_x000D_", "_x005f_", "x_x0041_x0042_", "<b>&amp;",
    "a\tb", "a\n\nb\nc", "å ä ö É 😀", "\ufffe\uffff", "http://exempel.example", "\u200b…", '"a"',
    "{=1}", "=cmd|' /C calc'!A0", "%", "\ue000\ue001 \ue000",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_a_text_whatever_it_looks_like(text: str) -> None:
    """Nothing becomes a formula, a number, a date or a link, neither here nor in the reader."""
    risk = {"id": "R1", "område": "Ekonomi", "titel": "Köp", "hantering": "acceptera", "skäl": text}
    plan = read({"enhet": "ks", "år": 2026, "upprättad av": "Controllern", "risker": [risk]})
    data = write_workbook(plan_document(plan, ORGANISATION), ORGANISATION)
    the_same(back(data, ".xlsx"), plan)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(n).decode() for n in archive.namelist() if "worksheets/sheet" in n]
    formulas = set(re.findall(r"<f>(.*?)</f>", "".join(sheets)))
    assert all(formula.startswith("IFERROR(VALUE(LEFT(") for formula in formulas)
    assert not any("<hyperlink" in sheet for sheet in sheets)


def example_parts() -> dict[str, str]:
    organisation, plan = load_example()
    data = write_workbook(plan_document(plan, organisation), organisation)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_same_plan_is_the_same_bytes_and_no_clock_is_in_them() -> None:
    organisation, plan = load_example()
    document = plan_document(plan, organisation)
    data = write_workbook(document, organisation)
    assert write_workbook(document, organisation) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = example_parts()["docProps/core.xml"]
    assert set(re.findall(r"\d{4}-\d{2}-\d{2}T", core)) == {"2000-01-01T"}
    assert "<dc:language>sv-SE</dc:language>" in core
    assert "Internkontrollplan 2022 för kommunstyrelsen" in core


def test_the_sheets_have_frozen_heads_lists_and_a_help_text_for_every_column() -> None:
    parts = example_parts()
    names = [table.name for table in TABLES if table.always]
    sheets = [parts[f"xl/worksheets/sheet{number}.xml"] for number in range(2, 2 + len(names))]
    for number, (name, sheet) in enumerate(zip(names, sheets, strict=True), 1):
        table = next(table for table in TABLES if table.name == name)
        assert 'state="frozen"' in sheet, name
        assert "<autoFilter" in sheet, name
        comments = parts[f"xl/comments{number}.xml"]
        assert comments.count("<comment ") == len(table.columns), name
        lists = sum(column.choice is not None for column in table.columns)
        assert sheet.count('<dataValidation type="list"') == lists, name
    assert (
        sheets[0].count(f"<formula1>{LISTS}!$") == 8
    )  # område, 4 steg, hantering, riskägare, ja/nej


def test_another_reader_sees_the_functions_the_steps_and_the_ways_to_treat_a_risk() -> None:
    organisation, plan = load_example()
    data = write_workbook(plan_document(plan, organisation), organisation)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names[0] == PLAN.name
    rows = book.get_sheet_by_name(LISTS).to_python()
    columns = {column[0]: [v for v in column[1:] if v] for column in zip(*rows, strict=True)}
    assert "Ekonomichefen" in columns["Funktioner"]
    assert columns["Sannolikhet"][2] == "3 Trolig"
    assert columns["Hantering"] == ["granskning", "direktåtgärd", "acceptera", "följs upp"]
    risks = book.get_sheet_by_name("Risker").to_python()
    heads = risks[0]
    assert risks[1][heads.index("Riskvärde")] == 9
    assert risks[1][heads.index("Sannolikhet")] == "3 Trolig"


def test_a_text_that_no_cell_can_hold_is_said() -> None:
    risk = {"id": "R1", "titel": "Köp", "skäl": "😀" * 17_000}
    with pytest.raises(Unwritable, match="Skäl är för lång för en cell"):
        write_workbook({"risker": [risk]}, ORGANISATION)


@pytest.mark.parametrize(
    "document",
    [{"risker": "R1"}, {"risker": ["R1"]}, {"risker": [{"färg": "blå"}]}, {"vad": 1},
     {"perioder": ["a"]}, {"risker": [{"id": "R1", "riskvärde": 3}]}],
)  # fmt: skip
def test_a_draft_with_what_has_no_place_in_a_workbook_is_not_written_in_part(
    document: dict[str, Any],
) -> None:
    with pytest.raises(Unwritable):
        write_workbook(document, ORGANISATION)


def test_the_template_is_what_the_program_makes() -> None:
    assert (PLANS / "mall.xlsx").read_bytes() == write_template()


def test_the_template_is_no_plan_and_its_examples_never_become_one() -> None:
    read = read_plan_bytes(write_template(), "mall.xlsx", ".xlsx", ORGANISATION)
    assert [problem.message for problem in read.problems] == [
        "planen saknar risker", "planen saknar enhet", "planen saknar år", "planen saknar upprättad av",
    ]  # fmt: skip
    assert {notice.message for notice in read.notices} == {"raden är ett exempel och läses inte"}
    assert len(read.notices) == 4


def test_an_organisation_gives_the_template_its_lists() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_template(ORGANISATION, "ks", 2027)))
    rows = book.get_sheet_by_name(LISTS).to_python()
    assert [row[0] for row in rows[1:5]] == [f.name for f in ORGANISATION.functions]
    plan = book.get_sheet_by_name(PLAN.name).to_python()
    assert [row[1] for row in plan[1:3]] == ["ks", 2027]
