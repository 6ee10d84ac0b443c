"""The samlad rapport from what is recorded: gathered, judged, entered by totals, put to the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fixed import give_files
from lived import TEST
from municipality import REASONS, at
from test_answers import GREEN, owner_of

from icengine.domain.access import Permit, Person, System
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.report_model import Report, ReportKind, Table
from icengine.domain.whole_verdicts import Verdict
from icengine.errors import NotAllowed, NotFound, Refused
from icengine.services.plans import adopt_plan
from icengine.services.report_decision import (
    adopt,
    desk_reports,
    put_to_decision,
    take_back,
    value_to_fix,
)
from icengine.services.report_proof import prove
from icengine.services.reports import Cover
from icengine.services.whole import desk, enter_totals, gather, judge, whole_report, wholes
from icengine.store.db import Database

KEY, NOW = "kommun-2022", at("2023-02-20")
SUMS: dict[str, Any] = {
    "levels": {"gron": 8, "gul": 2}, "done": 9, "open_actions": 1, "late_actions": 0,
    "note": "Bolaget har ett eget system.",
}  # fmt: skip


def rows(report: Report, id: str) -> list[list[object]]:
    found = next(b for b in report.blocks() if isinstance(b, Table) and b.id == id)
    return [[report.marks[c.mark].word if c.mark else c.text for c in row] for row in found.rows]


def row_of(database: Database, name: str, now: Any = NOW) -> list[object]:
    with database.reading() as session:
        report = whole_report(session, actor=TEST, key=KEY, as_of=now)
    return next(row for row in rows(report, "enheter") if str(row[0]).startswith(name))


def fix(database: Database, key: str, kind: ReportKind, now: Any = NOW) -> Any:
    cover = Cover("KS 2023/12", "", None)
    with database.unit_of_work(TEST, now) as session:
        value, wrong = value_to_fix(session, actor=TEST, now=now, key=key, cover=cover, kind=kind)
        assert value is not None, wrong
        made = put_to_decision(
            session, actor=TEST, now=now, key=key, cover=cover, value=value, formats=["pdf"]
        )
    give_files(database, made)
    return made


def settle(database: Database, key: str, number: int, *, tree: bool, now: Any) -> None:
    with database.unit_of_work(TEST, now) as session:
        assert not adopt(
            session, actor=TEST, now=now, key=key, number=number, decided=date(2023, 2, 21),
            paragraph="§ 9", tree=tree,
        )  # fmt: skip


def test_the_units_of_the_kommun_stand_in_it_with_or_without_a_plan(adopted: Database) -> None:
    with adopted.reading() as session:
        found = gather(session, actor=TEST, key=KEY, as_of=NOW)
    names = [item.unit.id for item in found.units]
    assert "ks" in names
    assert "bun" in names
    assert found.judge.id == "ks"
    assert row_of(adopted, "Kommunstyrelsen")[1:4] == ["Inte klar", "7", "0"]
    assert row_of(adopted, "Socialnämnden")[1] == "Ingen plan"


def test_a_unit_is_told_as_of_its_adopted_report(adopted: Database) -> None:
    """What is answered after a slutrapport was fixed is not in the samlad rapport: kommunstyrelsen is
    to see the figures that the nämnd decided on."""
    late = owner_of(adopted, "K2", "2022-05-02")
    owner_of(adopted, "K6", "2022-12-01").save(GREEN, submit=True, now=at("2022-12-07"))
    fix(adopted, "ks-2022", ReportKind.FINAL)
    settle(adopted, "ks-2022", 1, tree=False, now=at("2023-02-22"))
    late.save(GREEN, submit=True, now=at("2023-02-23"))
    row = row_of(adopted, "Kommunstyrelsen", at("2023-03-01"))
    assert row[1:4] == ["Antagen 2023-02-21", "7", "1"]


def test_a_report_that_waits_is_not_reported(adopted: Database) -> None:
    fix(adopted, "ks-2022", ReportKind.FINAL)
    assert row_of(adopted, "Kommunstyrelsen")[1] == "Till beslut"


def test_a_verdict_is_kept_in_versions_and_can_be_taken_back(adopted: Database) -> None:
    def give(verdict: str, reason: str, now: Any = NOW) -> tuple[Any, ...]:
        with adopted.unit_of_work(TEST, now) as session:
            return judge(
                session, actor=TEST, now=now, key=KEY, unit="son", verdict=verdict, reason=reason
            )

    assert [f.field for f in give(str(Verdict.PARTLY), "")] == ["skal"]
    assert give(str(Verdict.PARTLY), "Rutiner saknas.") == ()
    later = at("2023-02-21")
    assert give(str(Verdict.SUFFICIENT), "", later) == ()
    with adopted.reading() as session:
        then = gather(session, actor=TEST, key=KEY, as_of=NOW)
        now = gather(session, actor=TEST, key=KEY, as_of=later)
    of = {item.unit.id: item.verdict for item in then.units}
    assert of["son"] is not None
    assert (of["son"].verdict, of["son"].reason) == (Verdict.PARTLY, "Rutiner saknas.")
    assert {i.unit.id: i.verdict for i in now.units}["son"].verdict is Verdict.SUFFICIENT  # type: ignore[union-attr]
    assert give("", "", at("2023-02-22")) == ()
    with adopted.reading() as session:
        gone = gather(session, actor=TEST, key=KEY, as_of=at("2023-02-22"))
    assert {i.unit.id: i.verdict for i in gone.units}["son"] is None


def test_the_same_verdict_once_more_writes_nothing(adopted: Database) -> None:
    for _ in range(2):
        with adopted.unit_of_work(TEST, NOW) as session:
            judge(
                session, actor=TEST, now=NOW, key=KEY, unit="kommun",
                verdict=str(Verdict.PARTLY), reason="Helheten.",
            )  # fmt: skip
    with adopted.reading() as session:
        count = session.connection().exec_driver_sql("SELECT count(*) FROM verdict").scalar()
        report = whole_report(session, actor=TEST, key=KEY, as_of=NOW)
    assert count == 1
    assert report.answer.startswith("Kommunstyrelsen bedömer")


def test_a_company_is_entered_by_its_totals_and_taken_out_again(adopted: Database) -> None:
    def enter(now: Any, **sums: Any) -> Any:
        with adopted.unit_of_work(TEST, now) as session:
            return enter_totals(session, actor=TEST, now=now, key=KEY, unit="son", **sums)

    assert [f.field for f in enter(NOW, **{**SUMS, "done": 99})] == ["genomforda"]
    assert enter(NOW, **SUMS) == ()
    assert row_of(adopted, "Socialnämnden")[:4] == ["Socialnämnden *", "Summor", "10", "9"]
    nothing = {"levels": {}, "done": 0, "open_actions": 0, "late_actions": 0, "note": ""}
    assert enter(at("2023-02-21"), **nothing) == ()
    assert row_of(adopted, "Socialnämnden", at("2023-02-21"))[1] == "Ingen plan"


def test_a_unit_with_a_plan_is_not_entered_by_totals(adopted: Database) -> None:
    with (
        adopted.unit_of_work(TEST, NOW) as session,
        pytest.raises(Refused, match="har en plan för 2022 här"),
    ):
        enter_totals(session, actor=TEST, now=NOW, key=KEY, unit="ks", **SUMS)


@pytest.mark.parametrize("key", ["okänd-2022", "kommun", "kommun-20x2", "kommun-²⁰²²"])
def test_what_there_is_not_is_not_found(adopted: Database, key: str) -> None:
    with adopted.reading() as session, pytest.raises(NotFound):
        gather(session, actor=TEST, key=key, as_of=NOW)


def test_whoever_reads_one_unit_reads_not_the_whole(adopted: Database) -> None:
    actor = Person(1, "x@kommun.example", frozenset({(Permit.READ, "ks"), (Permit.CONTROL, "ks")}))
    with adopted.reading() as session:
        with pytest.raises(NotFound):
            desk(session, actor=actor, now=NOW, key=KEY)
        assert wholes(session, actor=actor, now=NOW) == ()
    reader = Person(1, "x@kommun.example", frozenset({(Permit.READ, "kommun")}))
    with adopted.unit_of_work(TEST, NOW) as session:
        assert not desk(session, actor=reader, now=NOW, key=KEY).may_judge
        with pytest.raises(NotAllowed):
            judge(
                session,
                actor=reader,
                now=NOW,
                key=KEY,
                unit="son",
                verdict="tillräcklig",
                reason="",
            )
        session.record("prov", "ämne")


def test_the_wholes_are_those_of_units_with_others_under_them(adopted: Database) -> None:
    with adopted.reading() as session:
        found = wholes(session, actor=System("test"), now=NOW)
    assert (found[0].unit.id, found[0].years) == ("kommun", (2023, 2022))


def test_the_whole_is_put_to_the_decision_and_proved(adopted: Database) -> None:
    made = fix(adopted, KEY, ReportKind.WHOLE)
    assert (made.number, made.kind) == (1, ReportKind.WHOLE)
    settle(adopted, KEY, 1, tree=True, now=at("2023-02-22"))
    with adopted.reading() as session:
        [report] = desk_reports(session, actor=TEST, now=NOW, key=KEY, tree=True)
        found = prove(session, actor=TEST, now=NOW, data=b"%PDF " + report.fingerprint.encode())
    assert report.paragraph == "§ 9"
    assert found.report == report
    assert found.agrees


def test_a_delarsuppfoljning_waits_beside_and_stops_no_slutrapport(adopted: Database) -> None:
    first = fix(adopted, "ks-2022", ReportKind.INTERIM, at("2022-09-01"))
    second = fix(adopted, "ks-2022", ReportKind.FINAL)
    assert [first.number, second.number] == [1, 2]
    with adopted.unit_of_work(TEST, NOW) as session:
        take_back(session, actor=TEST, now=NOW, key="ks-2022", number=1)
    with pytest.raises(NotFound), adopted.unit_of_work(TEST, NOW) as session:
        adopt(
            session, actor=TEST, now=NOW, key="kommun-2022", number=2, decided=None, paragraph="",
            tree=True,
        )  # fmt: skip


def test_the_plan_adopted_in_two_units(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    """A second unit's plan is counted beside the first's."""
    plan = replace(example[1], unit="son", risks=example[1].risks[:2])
    with adopted.unit_of_work(TEST, at("2022-01-10")) as session:
        adopt_plan(
            session, actor=TEST, now=at("2022-01-10"), plan=plan, dnr="SN 1",
            decided=date(2022, 1, 9), paragraph="§ 1", reasons=REASONS,
        )  # fmt: skip
    assert row_of(adopted, "Socialnämnden")[2] == str(sum(1 for _ in plan.controls()))
    assert row_of(adopted, "Alla")[2] == str(7 + sum(1 for _ in plan.controls()))


def test_a_verdict_is_logged_with_the_one_who_judges(adopted: Database) -> None:
    """The nämnd that is judged does not follow it in its own log while it is being written."""
    with adopted.unit_of_work(TEST, NOW) as session:
        judge(
            session, actor=TEST, now=NOW, key=KEY, unit="son",
            verdict=str(Verdict.INSUFFICIENT), reason="Rutiner saknas.",
        )  # fmt: skip
    with adopted.reading() as session:
        said = session.connection().exec_driver_sql(
            "SELECT subject FROM event WHERE kind = 'enhet bedömd'"
        )
        assert list(said.scalars()) == ["enhet:kommun"]
