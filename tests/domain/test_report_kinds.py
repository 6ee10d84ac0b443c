"""Delårsuppföljning, one page for the meeting, and how the years and months are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import report_facts as make

from icengine.domain.facts import LastYear, YearSum
from icengine.domain.report import build_report
from icengine.domain.report_model import (
    Figure,
    Line,
    Progress,
    Report,
    ReportKind,
    Table,
    Text,
    walk,
)
from icengine.domain.scale import GREEN, RED, WHITE, YELLOW, Level, RatingScale
from icengine.domain.task import State


def table(report: Report, id: str) -> list[list[object]]:
    """A table's texts, a mark as its word."""
    found = next(b for b in report.blocks() if isinstance(b, Table) and b.id == id)
    return [[report.marks[c.mark].word if c.mark else c.text for c in row] for row in found.rows]


def half_a_year() -> Report:
    """The plan at the end of August, when three occurrences are answered and one is late."""
    tasks = [
        t
        if t.due.month < 8 and t.due.year == 2022
        else replace(t, answer=None, state=State.OPEN, answered_at=None)
        for t in make.TASKS
    ]
    facts = make.make_facts(make.PLAN, tasks, as_of=datetime(2022, 9, 1, 8, tzinfo=UTC))
    return build_report(facts, ReportKind.INTERIM)


def test_the_interim_report_tells_how_far_the_year_has_come_and_asks_for_no_selection() -> None:
    report = half_a_year()
    assert report.title == "Delårsuppföljning internkontroll 2022"
    assert ("Läget den", "1 september 2022") in report.facts
    names = [section.id for section in report.sections]
    assert "urval" not in names
    assert names[1] == "arets-gang"
    decision = next(s for s in report.sections if s.id == "beslut").blocks[0]
    assert isinstance(decision, Text)
    assert decision.body == ("Delårsuppföljningen för internkontroll 2022 godkänns.",)


def test_the_years_progress_counts_from_its_beginning_and_leaves_what_is_ahead() -> None:
    report = half_a_year()
    rows = table(report, "arets-gang")
    assert rows[0] == ["februari", "1", "1", "0"]
    assert rows[6] == ["augusti", "3", "2", "1"]
    assert rows[8] == ["oktober", "5", "–", "–"]
    assert rows[-1][0] == "januari 2023"
    figure = next(b for b in report.blocks() if isinstance(b, Figure) and b.id == "arets-gang-bild")
    assert isinstance(figure.data, Progress)
    assert "augusti 2 av 3" in figure.alt
    assert "oktober 5 planerade" in figure.alt


def test_an_occurrence_that_is_withdrawn_is_not_counted_in_the_year() -> None:
    tasks = [replace(make.TASKS[0], state=State.CANCELLED, answer=None), *make.TASKS[1:]]
    report = build_report(make.make_facts(make.PLAN, tasks), ReportKind.INTERIM)
    assert table(report, "arets-gang")[-1][1] == "8"


def test_a_plan_without_occurrences_has_a_year_without_a_picture() -> None:
    report = build_report(make.make_facts(make.make_plan()), ReportKind.INTERIM)
    section = next(s for s in report.sections if s.id == "arets-gang")
    assert [b.body for b in section.blocks if isinstance(b, Text)] == [
        "Inga kontrolltillfällen är planerade."
    ]


def test_the_trend_over_the_years_has_the_reports_own_last() -> None:
    history = tuple(YearSum(year, 8, year - 2016) for year in range(2017, 2022))
    report = build_report(make.sample_facts(history=history))
    rows = table(report, "utveckling")
    assert [row[0] for row in rows] == ["2018", "2019", "2020", "2021", "2022"]
    assert rows[-1][1:] == ["7", "2", "28,6\u00a0%"]
    figure = next(b for b in report.blocks() if isinstance(b, Figure) and b.id == "utveckling-bild")
    assert isinstance(figure.data, Line)
    assert len(figure.data.points) == 5
    assert "2022 28,6\u00a0%" in figure.alt


def test_the_first_year_has_no_trend_over_years() -> None:
    report = build_report(make.sample_facts())
    assert "utveckling" not in [section.id for section in walk(report.sections)]


def test_an_area_is_compared_by_the_controls_that_were_judged_both_years() -> None:
    report = build_report(make.sample_facts(last_year=make.LAST_YEAR))
    assert table(report, "omraden") == [
        ["Demokrati", "1", "Oförändrad"],
        ["Processkvalitet", "4", "Oförändrad"],  # K3 better, K4 worse
        ["Medarbetare", "1", "Ny i år"],
        ["Ekonomi", "1", "Oförändrad"],
    ]


def test_an_area_is_compared_across_a_changed_scale_and_a_replaced_control() -> None:
    orange = Level("orange", "Betydande", "◆", "#D9822B", "Orange", rank=2)
    four = RatingScale((GREEN, YELLOW, orange, replace(RED, rank=3), WHITE))
    before = LastYear(2021, {"K0": "rod"}, four)
    control = make.make_control("K1", replaces="K0")
    plan = make.make_plan(make.make_risk("R1", control))
    worst = make.make_facts(plan, [make.answered(control, "rod")], last_year=before)
    assert table(build_report(worst), "omraden")[0][2] == "Oförändrad"
    better = make.make_facts(plan, [make.answered(control, "gul")], last_year=before)
    assert table(build_report(better), "omraden")[0][2] == "Bättre"


def test_the_page_for_the_meeting_has_the_worst_first_and_counts_the_rest() -> None:
    report = build_report(make.sample_facts(), ReportKind.BRIEF)
    assert report.title == "Slutrapport internkontroll 2022: det viktigaste"
    assert [s.id for s in report.sections] == ["brister", "atgarder", "beslut"]
    rows = table(report, "brister")
    assert [row[1] for row in rows] == ["Allvarlig avvikelse"] * 2 + ["Mindre avvikelse"] * 2
    late = table(report, "atgarder")
    assert late[0][2] == "2022-09-30"
    notes = [b.note for b in report.blocks() if isinstance(b, Table)]
    assert notes == ["En rad till står i rapporten.", "Tre rader till står i rapporten."]


def test_the_page_for_the_meeting_tells_nothing_of_a_protected_control() -> None:
    control = make.make_control("K1", title="Hemligt", protected=True)
    plan = make.make_plan(make.make_risk("R1", control))
    facts = make.make_facts(plan, [make.answered(control, "rod")])
    report = build_report(facts, ReportKind.BRIEF)
    assert table(report, "brister") == [["K1 Redovisas separat", "Allvarlig avvikelse", "–"]]
    assert "Hemligt" not in report.canonical()
    assert "Resultat K1" not in report.canonical()


def test_where_one_occurrence_has_fallen_due_it_is_said_what_is_left() -> None:
    tasks = [t for t in make.TASKS if t.control == "K3"]
    later = [replace(t, answer=None, state=State.PLANNED) for t in tasks[1:]]
    plan = make.make_plan(make.make_risk("R3", make.K3))
    march = datetime(2022, 3, 15, 8, tzinfo=UTC)
    report = build_report(
        make.make_facts(plan, [tasks[0], *later], as_of=march), ReportKind.INTERIM
    )
    section = next(s for s in report.sections if s.id == "arets-gang")
    said = next(b.body for b in section.blocks if isinstance(b, Text))
    assert said == (
        "Det enda kontrolltillfället som skulle vara redovisat är det. Två återstår av året."
    )
