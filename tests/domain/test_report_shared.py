"""A shared control in the slutrapport: its units, the spread, the gaps, and the worst as the year's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import report_facts as make
import sharing

from icengine.domain.facts import ReportFacts, TaskFact
from icengine.domain.people import UnitKind
from icengine.domain.plan import Shared
from icengine.domain.report import build_report
from icengine.domain.report_findings import findings
from icengine.domain.report_model import Figure, Report, Section, Spread, Table, Text, walk
from icengine.domain.task import Answer, State
from icengine.domain.text import Rich

QUARTERS = tuple(
    make.window(f"2022-Q{n}", f"kvartal {n} 2022", day)
    for n, day in enumerate(
        (make.date(2022, 3, 31), make.date(2022, 6, 30), make.date(2022, 9, 30),
         make.date(2022, 12, 30)), 1,
    )
)  # fmt: skip
K1 = make.make_control("K1", shared=Shared(kinds=(UnitKind.BOARD,)), title="Attest")
K4 = make.make_control("K4", *QUARTERS, shared=Shared(kinds=(UnitKind.BOARD,)), title="Kassor")


def answer(unit: str, rating: str, control: Any = K1, slot: str = "", **fields: Any) -> TaskFact:
    return make.answered(control, rating, slot, unit=unit, owner="Chefen", **fields)


def silent(unit: str, control: Any = K1, slot: str = "", owner: str = "Chefen",
           state: State = State.OPEN, reason: str = "") -> TaskFact:  # fmt: skip
    found = make.unanswered(control, state, slot, reason)
    return replace(found, unit=unit, owner=owner)


def facts(*tasks: TaskFact, controls: tuple[Any, ...] = (K1,), **fields: Any) -> ReportFacts:
    plan = make.make_plan(make.make_risk("R1", *controls))
    organisation = replace(sharing.organisation(), name="Älvhamra kommun")
    return make.make_facts(plan, tasks, organisation=organisation, **fields)


FIVE = (
    answer("ks", "gron"), answer("bun", "gul"), answer("son", "gul"), silent("tn"),
    silent("mn", owner=""),
)  # fmt: skip
"""One green, two yellow, one that has not answered, and one that has named nobody."""


def section(report: Report, id: str) -> Section:
    return next(found for found in walk(report.sections) if found.id == id)


def table(report: Report, id: str) -> Table:
    return next(b for b in report.blocks() if isinstance(b, Table) and b.id == id)


def plain(text: Rich) -> str:
    if isinstance(text, str):
        return text
    return " ".join(plain(part) for part in text)


def rows(found: Table) -> list[tuple[str, ...]]:
    return [tuple(plain(c.text) or c.mark for c in row) for row in found.rows]


def test_the_worst_of_the_units_is_the_control_s_and_vit_does_not_weigh_in() -> None:
    year = findings(facts(*FIVE)).yearlies["K1"]
    assert (year.level, year.done, year.planned) == ("gul", 3, 5)


def test_what_no_unit_has_answered_gives_vit() -> None:
    year = findings(facts(silent("ks"), silent("bun"))).yearlies["K1"]
    assert (year.level, year.done) == ("vit", 0)


def test_each_unit_has_a_row_the_worst_first_and_the_silent_ones_say_why() -> None:
    report = build_report(facts(*FIVE))
    assert rows(table(report, "K1-enheter")) == [
        ("Barn- och utbildningsnämnden", "gul", "1 av 1", "Resultat K1."),
        ("Socialnämnden", "gul", "1 av 1", "Resultat K1."),
        ("Kommunstyrelsen", "gron", "1 av 1", "Resultat K1."),
        ("Miljönämnden", "vit", "0 av 1", "Ingen ansvarig är utsedd."),
        ("Tekniska nämnden", "vit", "0 av 1", "Inte besvarad."),
    ]


def test_the_spread_is_said_and_drawn() -> None:
    report = build_report(facts(*FIVE))
    blocks = section(report, "kontroll-K1").blocks
    (said,) = [b.body for b in blocks if isinstance(b, Text)]
    assert said == (
        "Kontrollmomentet gäller fem enheter. Två har bedömningen ”mindre avvikelse” och en ”utan "
        "anmärkning”. En enhet har inte svarat. För en enhet är ingen ansvarig utsedd. Den sämsta "
        "bedömningen bland enheterna avgör årets bedömning, som är ”mindre avvikelse”."
    )
    (figure,) = [b for b in blocks if isinstance(b, Figure)]
    assert isinstance(figure.data, Spread)
    assert {id: n for id, n in figure.data.counts.items() if n} == {"gul": 2, "gron": 1, "vit": 2}


def test_done_and_not_done_count_every_unit_s_occurrences() -> None:
    report = build_report(facts(*FIVE))
    (row,) = rows(table(report, "ej-genomforda"))
    assert row == (
        "K1\u00a0Attest", "3 av 5",
        "Miljönämnden: ett tillfälle inte genomfört. Ingen ansvarig är utsedd. Tekniska nämnden: "
        "inte besvarad. Skulle ha redovisats senast den 30\u00a0december 2022.",
    )  # fmt: skip


def test_many_occurrences_of_a_unit_are_a_line_and_not_one_for_each() -> None:
    slots = [item.window.slot for item in QUARTERS]
    tasks = [
        *(answer("ks", "gron", K4, slot) for slot in slots),
        answer("bun", "gul", K4, slots[0]),
        *(silent("bun", K4, slot, owner="") for slot in slots[1:]),
        silent("son", K4, slots[0], state=State.NOT_DONE, reason="Personalen räckte inte"),
        *(silent("son", K4, slot, state=State.CANCELLED, reason="Kassan är stängd")
          for slot in slots[1:]),
    ]  # fmt: skip
    report = build_report(facts(*tasks, controls=(K4,)))
    assert rows(table(report, "K4-enheter")) == [
        ("Barn- och utbildningsnämnden", "gul", "1 av 4",
         "Resultat K4. För det som återstår är ingen ansvarig utsedd."),
        ("Kommunstyrelsen", "gron", "4 av 4", "Resultat K4."),
        ("Socialnämnden", "vit", "0 av 1", "Ej genomförd. Personalen räckte inte."),
    ]  # fmt: skip
    (row,) = rows(table(report, "ej-genomforda"))
    assert row[1:] == (
        "5 av 9",
        "Barn- och utbildningsnämnden: tre tillfällen inte genomförda. Ingen ansvarig är utsedd. "
        "Socialnämnden: ej genomförd. Personalen räckte inte.",
    )
    (gone,) = rows(table(report, "utgar"))
    assert gone[1:] == ("Socialnämnden, tre tillfällen", "Utgår: Kassan är stängd.")


def test_what_is_left_is_told_per_occurrence_with_how_many_units() -> None:
    tasks = [silent(unit, K4, "2022-Q4") for unit in ("ks", "bun", "son")]
    early = make.datetime(2022, 10, 3, 8, tzinfo=make.UTC)
    report = build_report(facts(*tasks, controls=(K4,), as_of=early))
    (row,) = rows(table(report, "aterstar"))
    assert row[1:] == ("Kvartal 4 2022, tre enheter", "2022-12-30")
    assert rows(table(report, "K4-enheter"))[0][3].startswith("Återstår")


def test_a_protected_shared_control_shows_its_number_and_bedomning_alone() -> None:
    secret = replace(K1, protected=True)
    report = build_report(facts(*FIVE, controls=(secret,)))
    found = section(report, "kontroll-K1")
    assert (found.title, found.mark, len(found.blocks)) == ("Redovisas separat", "gul", 1)
    assert not [b for b in report.blocks() if isinstance(b, Table) and b.id == "K1-enheter"]
    for word in ("Socialnämnden", "Resultat K1"):
        assert word not in report.canonical()


def test_answers_of_other_units_are_told_though_the_control_is_shared_no_longer() -> None:
    alone = replace(K1, shared=None)
    report = build_report(facts(answer("ks", "gron"), answer("bun", "rod"), controls=(alone,)))
    assert [row[0] for row in rows(table(report, "K1-enheter"))] == [
        "Barn- och utbildningsnämnden", "Kommunstyrelsen",
    ]  # fmt: skip


def test_comments_and_long_results_say_whose_they_are() -> None:
    long = answer("bun", "gul", answer=Answer("Mycket. " * 300, "gul", (), "Ses över."))
    report = build_report(facts(answer("ks", "gron"), long))
    labels = [b.label for b in section(report, "kontroll-K1").blocks if isinstance(b, Text)]
    assert "Resultat, Barn- och utbildningsnämnden" in labels
    assert "Kommentar, 2022, Barn- och utbildningsnämnden" in labels


def test_a_measured_control_shows_each_unit_s_figures() -> None:
    control = replace(K1, measure=make.K3.measure)
    told = answer("bun", "gul", control, answer=Answer("Nästan.", "gul", (), "", "63", "100"))
    report = build_report(facts(answer("ks", "gron", control), told, controls=(control,)))
    assert rows(table(report, "K1-enheter"))[0][3] == "63\u00a0% (63 av\u00a0100) Nästan."
