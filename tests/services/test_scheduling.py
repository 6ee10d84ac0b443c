"""The tick: any number of times, at once, late, or after a month's silence, each thing once."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from municipality import adopt_example, at
from sqlalchemy import func, select

from icengine.domain.access import System
from icengine.domain.people import Holding, Organisation
from icengine.domain.plan import Plan
from icengine.domain.task import State
from icengine.jobs import TIMETABLE
from icengine.services.people import import_organisation
from icengine.services.scheduling import Ticked, tick
from icengine.services.tasks import task_list
from icengine.store.db import Database
from icengine.store.mail_tables import OutboxRow
from icengine.store.tables import TaskStateRow

OPERATOR = System("test")


def run(database: Database, day: str) -> Ticked:
    with database.unit_of_work(TIMETABLE, at(day)) as session:
        return tick(session, actor=TIMETABLE, now=at(day))


def states(database: Database) -> Counter[State]:
    with database.reading() as session:
        return Counter(item.task.state for item in task_list(session, actor=OPERATOR))


def mails(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(row.key for row in session.scalars(select(OutboxRow)))


def test_a_task_opens_on_its_day_and_not_before(adopted: Database) -> None:
    assert run(adopted, "2022-01-28").opened == 0
    assert run(adopted, "2022-01-29").opened == 1
    assert states(adopted)[State.OPEN] == 1


def test_the_owner_is_owed_one_mail(adopted: Database) -> None:
    run(adopted, "2022-01-29")
    assert len(mails(adopted)) == 1
    assert mails(adopted)[0].startswith("öppnad:ks-2022/K4/ks/2022-01--02:1:")


def test_a_second_tick_does_nothing(adopted: Database) -> None:
    run(adopted, "2022-02-01")
    before = mails(adopted)
    assert run(adopted, "2022-02-01") == Ticked(0, 0, ())
    assert mails(adopted) == before


def test_after_a_months_silence_everything_opens_once(adopted: Database) -> None:
    assert run(adopted, "2023-01-31") == Ticked(14, 14, ())
    assert states(adopted) == {State.OPEN: 14}
    assert len(set(mails(adopted))) == 14


def test_a_clock_that_goes_back_undoes_nothing(adopted: Database) -> None:
    run(adopted, "2022-06-01")
    before = states(adopted)
    run(adopted, "2022-01-01")
    assert states(adopted) == before


def test_ticks_at_once_open_and_owe_each_thing_once(adopted: Database) -> None:
    results: list[Ticked] = []
    threads = [Thread(target=lambda: results.append(run(adopted, "2022-09-15"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert sum(result.opened for result in results) == states(adopted)[State.OPEN]
    assert len(mails(adopted)) == states(adopted)[State.OPEN]
    with adopted.reading() as session:
        opened = session.scalar(
            select(func.count()).select_from(TaskStateRow).where(TaskStateRow.state == "öppen")  # type: ignore[arg-type]
        )
    assert opened == states(adopted)[State.OPEN]


def test_a_task_without_anyone_to_ask_waits_and_is_mailed_when_there_is(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    organisation = example[0]
    change(adopted, organisation, "Informationssäkerhetssamordnaren", ())
    ticked = run(adopted, "2022-02-01")
    assert (ticked.opened, ticked.owed) == (2, 0)
    assert ticked.without_holder == ("Informationssäkerhetssamordnaren",)
    change(
        adopted, organisation, "Informationssäkerhetssamordnaren", (Holding("ny@kommun.example"),)
    )
    assert run(adopted, "2022-02-02") == Ticked(0, 2, ())
    assert all(key.endswith(":ny@kommun.example") for key in mails(adopted))


def test_whoever_holds_the_function_that_day_gets_the_mail_and_who_takes_over_too(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    organisation = example[0]
    day = at("2022-02-01").date()
    holders = (
        Holding("gammal@kommun.example", None, day - timedelta(days=1)),
        Holding("ny@kommun.example", day, None),
    )
    change(adopted, organisation, "Informationssäkerhetssamordnaren", holders)
    run(adopted, "2022-01-31")
    run(adopted, "2022-02-01")
    assert mails(adopted) == [
        "öppnad:ks-2022/K3/ks/2022-02:1:ny@kommun.example",
        "öppnad:ks-2022/K4/ks/2022-01--02:1:gammal@kommun.example",
        "öppnad:ks-2022/K4/ks/2022-01--02:1:ny@kommun.example",
    ]


def test_a_tick_with_nothing_due_asks_three_questions(adopted: Database) -> None:
    statements = []
    from sqlalchemy import event

    event.listen(
        adopted.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, _p, _x, _m: statements.append(statement),
    )
    run(adopted, "2022-01-01")
    asked = [s for s in statements if "BEGIN" not in s and "advisory" not in s]
    assert len(asked) == 3, asked


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.integers(0, 420), min_size=1, max_size=8))
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_whenever_it_runs_the_year_ends_the_same(
    sqlite_template: Path,
    postgres: Callable[[], str],
    example: tuple[Organisation, Plan],
    kind: str,
    days: list[int],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(sqlite_template, Path(folder) / "a.db")
        database = Database(f"sqlite:///{path}" if kind == "sqlite" else postgres())
        adopt_example(database, example)
        for n in sorted(days):
            run(database, str((at("2021-12-16") + timedelta(days=n)).date()))
        run(database, "2023-02-10")
        assert states(database) == {State.OPEN: 14}
        assert len(mails(database)) == 14
        database.close()


def change(
    database: Database, organisation: Organisation, name: str, holders: tuple[Holding, ...]
) -> None:
    functions = tuple(
        replace(f, holders=holders) if f.name == name else f for f in organisation.functions
    )
    now = at("2022-01-01")
    with database.unit_of_work(OPERATOR, now) as session:
        import_organisation(
            session,
            actor=OPERATOR,
            now=now,
            organisation=replace(organisation, functions=functions),
        )
