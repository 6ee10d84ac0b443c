"""The report's risk matrix with the largest scale there is, and with positions before the measures."""

from __future__ import annotations

import re
from dataclasses import replace

import page
import pytest
import report_facts as make

from icengine.domain.report import build_report
from icengine.domain.report_model import Report
from icengine.domain.scale import DEFAULT_RISKS, RiskScale
from icengine.render.html import html
from icengine.render.pdf import pdf

SIX = RiskScale(
    ("Nästan omöjlig", "Osannolik", "Mindre sannolik", "Möjlig", "Trolig", "Mycket trolig"),
    ("Försumbar", "Lindrig", "Märkbar", "Kännbar", "Allvarlig", "Katastrofal"),
    tuple(
        tuple("hog" if s * k > 18 else "medel" if s * k > 6 else "lag" for k in range(1, 7))
        for s in range(1, 7)
    ),
    DEFAULT_RISKS.levels,
)


@pytest.fixture(scope="module")
def large() -> Report:
    """Thirty risks on six by six steps; one that nobody has weighed."""
    risks = [
        replace(
            make.make_risk(f"R{n}", make.make_control(f"K{n}"), title=f"Risk nummer {n}"),
            likelihood=n % 5 + 1, consequence=n % 6 + 1,
            likelihood_before=n % 5 + 2, consequence_before=n % 6 + 1,
        )
        for n in range(1, 31)
    ]  # fmt: skip
    blank = make.make_risk("R31", make.make_control("K31"))
    none = dict.fromkeys(
        ("likelihood", "consequence", "likelihood_before", "consequence_before"), None
    )
    plan = make.make_plan(*risks, replace(blank, event="", cause="", effect="", **none))
    return build_report(make.make_facts(replace(plan, risk_scale=SIX), ()))


@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_the_pdf_with_positions_before_passes_ua_1_and_a_2a(large: Report, profile: str) -> None:
    found = page.validate_pdf_bytes(pdf(large), profile=profile)
    assert [failure.rule_id for failure in found.failures] == []


def test_the_page_has_the_picture_with_a_key_and_names_who_has_no_place(large: Report) -> None:
    text = html(large).decode()
    picture = re.search(
        r'<svg class="wide" role="img" aria-label="Riskmatris\.[^>]*>.*?</svg>', text
    )
    assert picture
    assert picture[0].count('stroke-dasharray="2 1.5"') == 31  # thirty risks, and the key
    assert ">före befintliga åtgärder<" in picture[0]
    assert "R31 är inte värderad." in text
