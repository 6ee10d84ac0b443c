"""An organisation's own arrangement of its reports."""

from __future__ import annotations

from dataclasses import replace

import pytest
import report_facts as make

from icengine.domain.facts import ReportFacts
from icengine.domain.report import build_report
from icengine.domain.report_layout import (
    SECTIONS,
    Layout,
    arranged,
    filled,
    unknown_places,
)
from icengine.domain.report_model import Report, ReportKind, Section, Text, walk


def arranged_as(layout: Layout, kind: ReportKind = ReportKind.FINAL) -> Report:
    """The sample in an organisation that has arranged that kind of report so."""
    facts = make.sample_facts()
    organisation = replace(facts.organisation, reports=((kind, layout),))
    return build_report(replace(facts, organisation=organisation), kind)


def headings(report: Report) -> list[str]:
    return [section.id for section in report.sections]


def said(report: Report, name: str) -> object:
    section = next(s for s in walk(report.sections) if s.id == name)
    return next(b.body for b in section.blocks if isinstance(b, Text))


def test_a_section_that_is_switched_off_is_gone_and_the_others_are_numbered_anew() -> None:
    report = arranged_as(Layout(off=("riskmatris", "omfattning")))
    assert "riskmatris" not in headings(report)
    assert "omfattning" not in [s.id for s in walk(report.sections)]
    assert [s.number for s in report.sections] == [
        str(n) for n in range(1, len(report.sections) + 1)
    ]


def test_sections_stand_in_the_order_asked_for_and_the_rest_follow_as_they_were() -> None:
    usual = headings(arranged_as(Layout()))
    own = headings(arranged_as(Layout(order=("beslut", "atgarder"))))
    assert own[:2] == ["beslut", "atgarder"]
    assert own[2:] == [name for name in usual if name not in ("beslut", "atgarder")]


def test_an_introduction_stands_first_where_one_is_written() -> None:
    report = arranged_as(Layout(texts=(("inledning", "{enhet} lämnar sin rapport för {år}."),)))
    assert headings(report)[0] == "inledning"
    assert said(report, "inledning") == "Kommunstyrelsen lämnar sin rapport för 2022."


def test_the_legal_frame_and_the_decision_are_replaced_a_point_on_each_line() -> None:
    texts = (
        ("lag", "Vi följer {riktlinje}."),
        ("beslut", "Rapporten godkänns.\n\nDnr {diarienummer} avslutas."),
    )
    report = arranged_as(Layout(texts=texts))
    assert (
        said(report, "lag")
        == "Vi följer Riktlinje för intern styrning och kontroll (KF 2021/0161)."
    )
    assert said(report, "beslut") == ("Rapporten godkänns.", "Dnr KS 2023/0087 avslutas.")
    decision = next(s for s in report.sections if s.id == "beslut").blocks[0]
    assert isinstance(decision, Text)
    assert decision.label == "Kommunstyrelsen beslutar:"


def test_before_what_is_computed_an_own_text_is_added() -> None:
    report = arranged_as(
        Layout(texts=(("atgarder", "{öppna åtgärder} är öppna, {försenade åtgärder} sena."),))
    )
    section = next(s for s in report.sections if s.id == "atgarder")
    assert isinstance(section.blocks[0], Text)
    assert section.blocks[0].body == "7 är öppna, 2 sena."
    assert len(section.blocks) > 1 or section.sections


def test_what_is_not_a_placeholder_stays_as_it_is_written_and_is_told_of() -> None:
    text = "Se {bilaga 3} och {år}, {{ 1 }}."
    assert filled(text, {"år": "2022"}) == "Se {bilaga 3} och 2022, {{ 1 }}."
    assert unknown_places(text) == ("bilaga 3", " 1 ")
    assert filled("Dnr {diarienummer}", {"diarienummer": ""}) == "Dnr –"


def test_a_heading_over_nothing_is_not_left() -> None:
    sections = (Section("a", "A", (), (Section("b", "B", (Text("x"),)),)),)
    assert arranged(sections, Layout(off=("b",)), {}) == ()


@pytest.mark.parametrize("kind", [ReportKind.FINAL, ReportKind.INTERIM])
def test_every_section_of_the_engines_can_be_named(kind: ReportKind) -> None:
    def there(facts: ReportFacts) -> set[str]:
        report = build_report(facts, kind)
        return {s.id for s in (*report.sections, *report.sections[0].sections)}

    facts = make.sample_facts(last_year=make.LAST_YEAR)
    assert there(facts) <= set(SECTIONS[kind])
