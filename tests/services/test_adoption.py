"""Adopting a plan: versions, planned tasks, revisions, the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from municipality import REASONS, at
from sqlalchemy import select

from icengine.domain.access import System
from icengine.domain.occurrence import occurrences
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan, Treatment
from icengine.domain.task import State
from icengine.errors import NotAllowed, NotFound, Refused
from icengine.jobs import TIMETABLE
from icengine.services.people import import_organisation
from icengine.services.plans import Adoption, adopt_plan, adopted_plan
from icengine.services.scheduling import tick
from icengine.services.tasks import task_list
from icengine.store import plans
from icengine.store.chain import verify
from icengine.store.db import Database
from icengine.store.tables import ControlRow, PlanVersionRow, RegisterRow

OPERATOR = System("test")


def adopt(database: Database, plan: Plan, day: str = "2022-04-01") -> Adoption:
    with database.unit_of_work(OPERATOR, at(day)) as session:
        return adopt_plan(
            session, actor=OPERATOR, now=at(day), plan=plan, dnr="KS 2022/1",
            decided=date(2022, 3, 29), paragraph="§ 40", reasons=REASONS,
        )  # fmt: skip


def without(plan: Plan, control: str) -> Plan:
    """The plan with one control taken out."""
    risks = tuple(
        replace(risk, controls=tuple(c for c in risk.controls if c.id != control))
        for risk in plan.risks
    )
    return replace(plan, risks=risks)


def tasks_of(database: Database, control: str) -> dict[str, tuple[int, State]]:
    with database.reading() as session:
        found = task_list(session, actor=OPERATOR, plan="ks-2022")
    return {
        item.task.slot: (item.task.version, item.task.state)
        for item in found
        if item.task.control == control
    }


def test_adoption_plans_every_occurrence_once(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    with adopted.reading() as session:
        found = task_list(session, actor=OPERATOR)
    assert len(found) == len(occurrences(example[1])) == 14
    assert {item.task.state for item in found} == {State.PLANNED}


def test_identical_content_changes_nothing(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    with adopted.at_one_moment() as session:
        before = verify(session).head
    done = adopt(adopted, example[1])
    assert (done.is_new, done.version, done.planned) == (False, 1, 0)
    with adopted.at_one_moment() as session:
        assert verify(session).head == before


def test_the_stored_document_gives_the_plan_back_and_its_fingerprint_holds(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    with adopted.reading() as session:
        found = adopted_plan(session, actor=OPERATOR, key="ks-2022")
        row = session.get(PlanVersionRow, ("ks-2022", 1))
        assert row is not None
        assert plans.fingerprint(row.document) == found.sha256
    assert found.plan == example[1]
    assert found.decision.dnr == "KS 2021/0412"


def test_rows_for_lists_equal_what_the_document_says(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    with adopted.reading() as session:
        rows = session.scalars(select(ControlRow).order_by(ControlRow.position)).all()  # type: ignore[arg-type]
    assert [row.model_dump() for row in rows] == plans.projection(example[1], 1)


def test_changed_content_is_the_next_version_and_open_tasks_follow_it(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    with adopted.unit_of_work(TIMETABLE, at("2022-02-10")) as session:
        tick(session, actor=TIMETABLE, now=at("2022-02-10"))
    done = adopt(adopted, replace(example[1], title="Reviderad plan"))
    assert (done.is_new, done.version, done.planned, done.followed) == (True, 2, 0, 14)
    assert tasks_of(adopted, "K3")["2022-02"] == (2, State.OPEN)


def test_a_removed_control_leaves_its_unanswered_tasks_as_utgar_and_they_can_come_back(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    done = adopt(adopted, without(example[1], "K4"))
    assert done.cancelled == 6
    assert set(tasks_of(adopted, "K4").values()) == {(1, State.CANCELLED)}
    back = adopt(adopted, example[1], "2022-05-01")
    assert (back.version, back.planned, back.cancelled) == (3, 0, 0)
    assert set(tasks_of(adopted, "K4").values()) == {(3, State.PLANNED)}


def test_a_new_window_that_overlaps_one_begun_is_listed_not_planned(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    with adopted.unit_of_work(TIMETABLE, at("2022-02-10")) as session:
        tick(session, actor=TIMETABLE, now=at("2022-02-10"))
    plan = example[1]
    _, k3 = plan.control("K3")
    first = k3.occurrences[0]
    moved = replace(
        first, window=replace(first.window, slot="2022-02-15", label="mitten av februari")
    )
    changed = replace(k3, occurrences=(moved, *k3.occurrences))
    risks = tuple(
        replace(r, controls=tuple(changed if c.id == "K3" else c for c in r.controls))
        for r in plan.risks
    )
    done = adopt(adopted, replace(plan, risks=risks))
    assert done.overlapping == ("K3 mitten av februari",)
    assert "2022-02-15" not in tasks_of(adopted, "K3")


def test_the_register_gets_what_it_lacks_and_is_never_overwritten(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    plan = example[1]
    renamed = replace(plan.risks[0], title="Ny rubrik")
    extra = replace(plan.risks[-1], id="R99", controls=(), treatment=Treatment.ACCEPT)
    done = adopt(adopted, replace(plan, risks=(renamed, *plan.risks[1:], extra)))
    assert done.registered == ("R99",)
    with adopted.reading() as session:
        row = session.get(RegisterRow, ("ks", plan.risks[0].id, 1))
        assert row is not None
        assert "Ny rubrik" not in row.document
        assert session.get(RegisterRow, ("ks", plan.risks[0].id, 2)) is None


def test_a_plan_that_is_not_there_is_named_with_those_that_are(adopted: Database) -> None:
    with adopted.reading() as session, pytest.raises(NotFound, match="ks-2022"):
        adopted_plan(session, actor=OPERATOR, key="bun-2022")


def test_a_plan_needs_its_organisation_first(
    database: Database, example: tuple[Organisation, Plan]
) -> None:
    with pytest.raises(NotFound, match="organisation import"):
        adopt(database, example[1])


def test_a_reader_may_not_adopt(adopted: Database, example: tuple[Organisation, Plan]) -> None:
    reader = System("lokal läsare", read_only=True)
    with adopted.reading() as session, pytest.raises(NotAllowed):
        adopt_plan(
            session, actor=reader, now=at("2022-01-01"), plan=example[1], dnr="x",
            decided=date(2022, 1, 1), paragraph="§ 1", reasons=REASONS,
        )  # fmt: skip


def test_an_organisation_may_not_drop_a_function_with_tasks_waiting(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    organisation = example[0]
    fewer = replace(
        organisation,
        functions=tuple(f for f in organisation.functions if f.name != "Kanslichefen"),
    )
    with pytest.raises(Refused, match="Kanslichefen"):
        import_it(adopted, fewer)


def test_the_same_organisation_again_is_no_new_version(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    assert import_it(adopted, example[0]) is None
    assert import_it(adopted, replace(example[0], name="Nya kommunen")) == 2


def import_it(database: Database, organisation: Organisation) -> int | None:
    now = at("2022-04-02")
    with database.unit_of_work(OPERATOR, now) as session:
        done = import_organisation(session, actor=OPERATOR, now=now, organisation=organisation)
    return done.version
