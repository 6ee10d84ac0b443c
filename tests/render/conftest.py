"""The sample report, made once. The facts lie with the domain's tests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "domain"))

import report_facts

from icengine.domain.report import build_report
from icengine.domain.report_model import Report
from icengine.render.html import html
from icengine.render.pdf import pdf


@pytest.fixture(scope="session")
def report() -> Report:
    return build_report(report_facts.sample_facts(last_year=report_facts.LAST_YEAR))


@pytest.fixture(scope="session")
def pdf_file(report: Report) -> bytes:
    return pdf(report)


@pytest.fixture(scope="session")
def html_file(report: Report) -> bytes:
    return html(report)
