"""The reports of one plan: the facts become a Report, section by section. Knows no format.

The parts lie beside it: `report_findings.py` works the facts out once, `report_summary.py`,
`report_risks.py`, `report_selection.py`, `report_followup.py`, `report_actions.py` and `report_not_done.py` write a section
each (`report_extent.py`, `report_years.py` and `report_occurrences.py` a part of one),
`report_frame.py` what stands around, `report_layout.py` arranges them as the organisation wants, and
`report_model.py` is the value.
"""

from __future__ import annotations

from icengine.domain.facts import ReportFacts
from icengine.domain.report_actions import actions, without_controls
from icengine.domain.report_brief import brief_cover, brief_sections
from icengine.domain.report_findings import Findings, findings
from icengine.domain.report_followup import follow_up
from icengine.domain.report_frame import decision, made, register, title, values
from icengine.domain.report_layout import arranged, layout_of
from icengine.domain.report_marks import report_marks
from icengine.domain.report_model import Mark, Report, ReportKind, Section
from icengine.domain.report_not_done import not_done
from icengine.domain.report_risks import matrix
from icengine.domain.report_selection import selection
from icengine.domain.report_summary import cover, summary
from icengine.domain.report_years import progress, years
from icengine.domain.text import one_line

_SHORT = 15
"""Controls: with more than these the contents show two levels instead of three."""
OF_PLAN = (ReportKind.FINAL, ReportKind.INTERIM, ReportKind.BRIEF)
"""What `build_report` makes."""


def build_report(facts: ReportFacts, kind: ReportKind = ReportKind.FINAL) -> Report:
    """The finished report, numbered and fingerprinted. The same facts give the same report.

    `kind` is one of OF_PLAN; ValueError for another.
    """
    if kind not in OF_PLAN:
        raise ValueError(f"a plan's facts give no {kind}")
    found = findings(facts)
    marks = report_marks(found.plan, facts.organisation.vocabulary)
    if kind is ReportKind.BRIEF:
        first, sections = brief_cover(found, marks), brief_sections(found)
    else:
        layout = layout_of(facts.organisation.reports, kind)
        first = cover(found, marks)
        sections = arranged(_sections(found, marks, kind), layout, values(found))
    return Report(
        title=title(found, kind),
        subtitle=one_line(facts.unit.name),
        organisation=one_line(facts.organisation.name),
        dnr=one_line(facts.dnr),
        appendix=one_line(facts.appendix),
        date=found.today.isoformat(),
        facts=register(found, kind),
        cover=first,
        sections=sections,
        marks=marks,
        scale=found.scale,
        kind=kind,
        accent=facts.organisation.accent,
        contents_depth=3 if len(found.controls) <= _SHORT else 2,
    ).sealed()


def _sections(found: Findings, marks: dict[str, Mark], kind: ReportKind) -> tuple[Section, ...]:
    """The kind's sections in the engine's order. How far a year has come needs no selection."""
    follow = (follow_up(found), without_controls(found), actions(found), not_done(found))
    end = (decision(found, kind), made(found))
    if kind is ReportKind.INTERIM:
        return (summary(found, marks), progress(found), *follow, *end)
    compared = (section for section in (years(found),) if section)
    return (summary(found, marks), *compared, matrix(found), selection(found), *follow, *end)
