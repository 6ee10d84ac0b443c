"""The cost in statements does not grow with rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sharing as make
from databases import counting
from municipality import REASONS, at

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.access import System
from icengine.domain.frequency import Frequency, read_frequency
from icengine.domain.people import Organisation, Unit, UnitKind
from icengine.domain.plan import Plan, Shared
from icengine.domain.timing import timed
from icengine.jobs import TIMETABLE, run_due
from icengine.mail.mailer import Delivered
from icengine.services.mailing import settle_mails, take_mails
from icengine.services.people import import_organisation
from icengine.services.plans import adopt_plan
from icengine.services.reminding import remind
from icengine.services.reports import Cover, gather
from icengine.services.scheduling import tick
from icengine.services.shared import name_owner, shared_controls
from icengine.services.tasks import task_list
from icengine.services.whole import whole_report
from icengine.store.db import Database

OPERATOR = System("test")


def grown(plan: Plan, controls: int) -> Plan:
    """The plan with one risk that has so many monthly controls."""
    read = read_frequency("varje månad", plan.year)
    assert isinstance(read, Frequency)
    times = tuple(timed(window) for window in read.windows)
    one = plan.risks[0].controls[0]
    many = tuple(replace(one, id=f"K{n}", occurrences=times) for n in range(100, 100 + controls))
    return replace(plan, risks=(replace(plan.risks[0], controls=many),))


def ready(database: Database, organisation: Organisation) -> None:
    with database.unit_of_work(OPERATOR, at("2021-12-15")) as session:
        import_organisation(
            session, actor=OPERATOR, now=at("2021-12-15"), organisation=organisation
        )


def adopt(database: Database, plan: Plan) -> None:
    with database.unit_of_work(OPERATOR, at("2021-12-15")) as session:
        adopt_plan(
            session, actor=OPERATOR, now=at("2021-12-15"), plan=plan, dnr="1",
            decided=date(2021, 12, 14), paragraph="§ 1", reasons=REASONS,
        )  # fmt: skip


def measured(
    new: Callable[[], Database], example: tuple[Organisation, Plan], controls: int
) -> dict[str, int]:
    """Statements for each use case with so many controls (twelve tasks each)."""
    database = new()
    ready(database, example[0])
    counts = {}
    with counting(database) as sent:
        adopt(database, grown(example[1], controls))
    counts["adopt"] = len(sent)
    with counting(database) as sent, database.unit_of_work(TIMETABLE, at("2022-12-31")) as session:
        opened = tick(session, actor=TIMETABLE, now=at("2022-12-31"))
    counts["tick"] = len(sent)
    assert opened.opened == controls * 12
    with counting(database) as sent, database.reading() as session:
        assert len(task_list(session, actor=OPERATOR, limit=100_000)) == controls * 12
    counts["list"] = len(sent)
    with counting(database) as sent, database.reading() as session:
        gather(session, actor=OPERATOR, key="ks-2022", as_of=at("2023-02-01"), cover=Cover())
    counts["report"] = len(sent)
    with counting(database) as sent, database.reading() as session:
        whole_report(session, actor=OPERATOR, key="kommun-2022", as_of=at("2023-02-01"))
    counts["samlad"] = len(sent)
    with counting(database) as sent:
        run_due(Engine(Settings(), database, None), at("2022-12-31", "09:00"))
    counts["tick again"] = len(sent)
    monday = at("2023-01-02")
    with counting(database) as sent, database.unit_of_work(TIMETABLE, monday) as session:
        assert remind(session, actor=TIMETABLE, now=monday)
    counts["remind"] = len(sent)
    with counting(database) as sent, database.unit_of_work(TIMETABLE, monday) as session:
        mails = take_mails(session, actor=TIMETABLE, now=monday, base_url="x", sender="a@b.se")
    counts["letters"] = len(sent)
    assert mails
    with counting(database) as sent, database.unit_of_work(TIMETABLE, monday) as session:
        outcomes = [Delivered()] * len(mails)
        settle_mails(session, actor=TIMETABLE, now=monday, mails=mails, outcomes=outcomes)
    counts["settle"] = len(sent)
    database.close()
    return counts


def measured_shared(new: Callable[[], Database], units: int) -> dict[str, int]:
    """Statements for each use case with a monthly control that so many units answer, half of them
    with nobody named."""
    database = new()
    organisation = make.organisation()
    more = tuple(
        Unit(f"n{n}", f"Nämnd {n}", UnitKind.BOARD, "kommun", own_authority=True)
        for n in range(units)
    )
    ready(database, replace(organisation, units=(*organisation.units, *more)))
    owners = tuple((unit.id, "Vd") for unit in more[: units // 2])
    chosen = Shared(units=tuple(unit.id for unit in more), owners=owners)
    whole = make.plan(make.control(chosen, "varje månad"))
    counts = {}
    with counting(database) as sent:
        adopt(database, whole)
    counts["adopt"] = len(sent)
    with counting(database) as sent, database.unit_of_work(TIMETABLE, at("2022-12-31")) as session:
        opened = tick(session, actor=TIMETABLE, now=at("2022-12-31"))
    counts["tick"] = len(sent)
    assert (opened.opened, opened.owed) == (units * 12, units * 6)
    with counting(database) as sent:
        adopt(database, make.plan(make.control(chosen, "varje månad", title="Ny")))
    counts["revise"] = len(sent)
    with counting(database) as sent, database.reading() as session:
        shared_controls(session, actor=OPERATOR, now=at("2022-12-31"))
    counts["page"] = len(sent)
    with counting(database) as sent, database.reading() as session:
        whole_report(session, actor=OPERATOR, key="kommun-2022", as_of=at("2023-02-01"))
    counts["samlad"] = len(sent)
    with counting(database) as sent, database.unit_of_work(OPERATOR, at("2022-12-31")) as session:
        name_owner(
            session, actor=OPERATOR, now=at("2022-12-31"), plan="ks-2022", control="K1",
            unit=more[-1].id, function="Vd",
        )  # fmt: skip
    counts["name"] = len(sent)
    with counting(database) as sent:
        ended = tuple(replace(unit, end=date(2022, 6, 30)) for unit in more)
        ready(database, replace(organisation, units=(*organisation.units, *ended)))
    counts["units"] = len(sent)
    with counting(database) as sent, database.reading() as session:
        gather(session, actor=OPERATOR, key="ks-2022", as_of=at("2023-02-01"), cover=Cover())
    counts["report"] = len(sent)
    database.close()
    return counts


@pytest.fixture
def fresh(
    tmp_path: Path, sqlite_template: Path, postgres: Callable[[], str]
) -> tuple[Callable[[], Database], ...]:
    """Makers of new databases, of each kind."""
    names = iter("abcdef")

    def on_sqlite() -> Database:
        path = tmp_path / f"{next(names)}.db"
        shutil.copy(sqlite_template, path)
        return Database(f"sqlite:///{path}")

    return on_sqlite, lambda: Database(postgres())


def test_statements_do_not_grow_with_units(fresh: tuple[Callable[[], Database], ...]) -> None:
    for new in fresh:
        few, many = measured_shared(new, 4), measured_shared(new, 40)
        assert few == many
        assert many["adopt"] <= 15
        assert many["page"] <= 5


def test_statements_do_not_grow_with_rows(
    example: tuple[Organisation, Plan], fresh: tuple[Callable[[], Database], ...]
) -> None:
    for new in fresh:
        few, many = measured(new, example, 2), measured(new, example, 40)
        assert few == many
        assert many["adopt"] <= 15
