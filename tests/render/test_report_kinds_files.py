"""Every kind of report as PDF and HTML: valid, whole, and the page for the meeting on one page."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import page
import pikepdf
import pytest
import report_facts as make

from icengine.domain.facts import YearSum
from icengine.domain.plan_report import PlanFacts, build_plan_report
from icengine.domain.report import OF_PLAN, build_report
from icengine.domain.report_model import Figure, Report, ReportKind
from icengine.domain.task import Answer
from icengine.render.charts import draw
from icengine.render.html import html
from icengine.render.pdf import pdf
from icengine.render.shapes import PHONE

HISTORY = tuple(YearSum(year, 7, year - 2016) for year in range(2018, 2022))
KINDS = [*OF_PLAN, ReportKind.PLAN]


def sample(kind: ReportKind) -> Report:
    """The sample as that kind."""
    if kind is ReportKind.PLAN:
        before = replace(make.PLAN, year=2021, risks=make.PLAN.risks[1:])
        moment = datetime(2021, 11, 30, 8, tzinfo=UTC)
        return build_plan_report(
            PlanFacts(make.ORGANISATION, make.UNIT, make.PLAN, 1, moment, before=before, dnr="KS 1")
        )
    return build_report(make.sample_facts(last_year=make.LAST_YEAR, history=HISTORY), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_passes_ua_1_and_a_2a(kind: ReportKind) -> None:
    made = pdf(sample(kind))
    for profile in ("ua1", "2a"):
        found = page.validate_pdf_bytes(made, profile=profile)
        assert [failure.rule_id for failure in found.failures] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_heading_and_alternative_text_stands_in_the_page(kind: ReportKind) -> None:
    report = sample(kind)
    text = html(report).decode()
    for section in report.sections:
        assert f'id="{section.id}"' in text
    for block in report.blocks():
        if isinstance(block, Figure):
            assert text.count("<svg") >= 2
            assert block.id in [b.id for b in report.blocks() if isinstance(b, Figure)]


def overfull() -> Report:
    """More controls and åtgärder, with longer texts, than a page has room for."""
    words = "Långa ord i kontrollens namn förekommer också ibland " * 6
    controls = [make.make_control(f"K{n}", title=words) for n in range(1, 30)]
    plan = make.make_plan(*[make.make_risk(f"R{n}", c) for n, c in enumerate(controls, 1)])
    actions = tuple(
        make.action(f"Å{n}", f"K{n}", words, words[:60], date(2023, 1, n)) for n in range(1, 20)
    )
    tasks = [make.answered(c, "rod", answer=Answer(words * 5, "rod")) for c in controls]
    facts = make.make_facts(plan, tasks, actions=actions, notes={"sammanfattning": words * 2})
    return build_report(facts, ReportKind.BRIEF)


@pytest.mark.parametrize("report", [sample(ReportKind.BRIEF), overfull()], ids=["sample", "full"])
def test_the_page_for_the_meeting_is_one_page(report: Report) -> None:
    with pikepdf.open(io.BytesIO(pdf(report))) as doc:
        assert len(doc.pages) == 1


def test_the_years_progress_is_drawn_with_a_figure_on_every_month() -> None:
    report = sample(ReportKind.INTERIM)
    figure = next(b for b in report.blocks() if isinstance(b, Figure) and b.id == "arets-gang-bild")
    picture = draw(figure, report)
    assert picture.count("</text>") >= 24
    assert ">9/9<" in picture
    assert "jan" in draw(figure, report, PHONE)
