"""Ratios of the pipeline's main steps against a bare baseline, both measured in this run.

    .venv/bin/python benchmarks/pipeline.py

The machine is shared and noisy, so only ratios say something; each is of medians of five runs on
SQLite. `asked` is what the step should hold.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import insert

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from municipality import REASONS, at, load_example

from icengine.domain.access import System
from icengine.domain.frequency import Frequency, read_frequency
from icengine.domain.occurrence import occurrences
from icengine.domain.plan import Plan
from icengine.domain.timing import timed
from icengine.services.people import import_organisation
from icengine.services.plans import adopt_plan
from icengine.services.scheduling import tick
from icengine.store.db import Database
from icengine.store.tables import PlanRow, TaskRow

OPERATOR = System("mätning")
RUNS = 5


def grown(plan: Plan, controls: int) -> Plan:
    """One risk with so many monthly controls."""
    read = read_frequency("varje månad", plan.year)
    assert isinstance(read, Frequency)
    times = tuple(timed(window) for window in read.windows)
    one = plan.risks[0].controls[0]
    many = tuple(replace(one, id=f"K{n}", occurrences=times) for n in range(controls))
    return replace(plan, risks=(replace(plan.risks[0], controls=many),))


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def fresh(folder: Path, name: str) -> Database:
    database = Database(f"sqlite:///{folder / name}.db")
    database.migrate()
    return database


def adopt(database: Database, plan: Plan) -> None:
    now = at("2021-12-15")
    with database.unit_of_work(OPERATOR, now) as session:
        adopt_plan(
            session, actor=OPERATOR, now=now, plan=plan, dnr="1", decided=date(2021, 12, 14),
            paragraph="§ 1", reasons=REASONS,
        )  # fmt: skip


def bare(database: Database, plan: Plan) -> None:
    """The same task rows, one executemany and one commit, nothing else."""
    rows = [
        {
            "plan": plan.key, "version": 1, "control": control.id, "unit": plan.unit,
            "slot": item.window.slot, "label": item.window.label, "start": item.window.start,
            "end": item.window.end, "opens": item.opens, "due": item.due, "owner": control.owner,
            "state": "planerad",
        }
        for control, item in occurrences(plan)
    ]  # fmt: skip
    with database._writer.begin() as connection:
        connection.execute(
            insert(PlanRow), [{"key": plan.key, "unit": plan.unit, "year": plan.year}]
        )
        connection.execute(insert(TaskRow), rows)


def run_tick(database: Database, day: str) -> None:
    with database.unit_of_work(OPERATOR, at(day)) as session:
        tick(session, actor=OPERATOR, now=at(day))


def main() -> int:
    organisation, example = load_example()
    plan = grown(example, 200)
    small = grown(example, 2)
    adopting, inserting, few, many = [], [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n in range(RUNS):
            full, empty, little = (fresh(folder, f"{kind}{n}") for kind in "abc")
            for database in (full, little):
                with database.unit_of_work(OPERATOR, at("2021-12-15")) as session:
                    import_organisation(
                        session, actor=OPERATOR, now=at("2021-12-15"), organisation=organisation
                    )
            adopting.append(seconds(lambda db=full: adopt(db, plan)))
            inserting.append(seconds(lambda db=empty: bare(db, plan)))
            adopt(little, small)
            many.append(seconds(lambda db=full: run_tick(db, "2021-12-16")))
            few.append(seconds(lambda db=little: run_tick(db, "2021-12-16")))
    rows = (
        ("adopt 200 monthly controls (2 400 tasks) / bare executemany", adopting, inserting, 8.0),
        ("tick with nothing due, 2 400 tasks / 24 tasks", many, few, 2.0),
    )
    worst = 0
    for what, own, base, asked in rows:
        ratio = statistics.median(own) / statistics.median(base)
        worst |= ratio > asked
        print(
            f"{what}: {ratio:.1f} (asked at most {asked:.0f}; {statistics.median(own) * 1e3:.1f} ms)"
        )
    return int(worst)


if __name__ == "__main__":
    sys.exit(main())
