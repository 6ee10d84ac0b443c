"""Activating a plan against writing the same rows and nothing else; and the tick when nothing is due,
however much is stored."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from databases import counting
from frame import RUNS, Row, ratio, seconds
from grounds import BEGAN, OPERATOR, Kind, adopt, example, grown, kinds, settle
from sqlalchemy import insert, text

from icengine.domain.occurrence import occurrences
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.services.scheduling import tick
from icengine.store.db import Database
from icengine.store.tables import PlanRow, TaskRow

CONTROLS = 200
MANY, FEW = 1_000_000, 1_000


def activation() -> Iterator[Row]:
    """200 monthly controls: 2 400 tasks, with their history, the decision and the events."""
    organisation, plan = example()
    whole = grown(plan, CONTROLS)
    with kinds() as both:
        for kind in both:
            own, base = [], []
            for _ in range(RUNS + 1):
                full, empty = kind.empty(), kind.empty()
                settle(full, organisation)
                own.append(seconds(lambda at=full: adopt(at, whole)))
                base.append(seconds(lambda at=empty: bare(at, whole)))
                for used in (full, empty):
                    kind.drop(used)
            mine, theirs = statistics.median(own[1:]), statistics.median(base[1:])
            yield Row(
                f"anta 2 400 kontrolltillfällen / bara skriva raderna, {kind.name}",
                mine / theirs, "gånger", 8, f"{mine * 1000:.0f} ms mot {theirs * 1000:.0f} ms",
            )  # fmt: skip
            yield from _statements(kind, organisation, plan)


def _statements(kind: Kind, organisation: Organisation, plan: Plan) -> Iterator[Row]:
    sent = {}
    for controls in (20, CONTROLS):
        database = kind.empty()
        settle(database, organisation)
        with counting(database) as statements:
            adopt(database, grown(plan, controls))
        sent[controls] = len(statements)
        rows = _rows(database)
        adopt(database, grown(plan, controls))
        again = _rows(database) - rows
        kind.drop(database)
    told = f"{sent[20]} vid 240, {sent[CONTROLS]} vid 2 400 kontrolltillfällen"
    yield Row(f"satser för att anta, {kind.name}", max(sent.values()), "satser", 15, told)
    yield Row(f"nya kontrolltillfällen när samma plan antas igen, {kind.name}", again, "rader", 0)


def _rows(database: Database) -> int:
    with database.reading() as session:
        return int(session.connection().execute(text("SELECT count(*) FROM task")).scalar_one())


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


def fill(database: Database, plan: Plan, count: int) -> None:
    """So many tasks of years that are over, and a tenth of them still to come; none is due."""
    if database.is_sqlite:
        numbers = (
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)"
        )
        day, word = "'{}'", "i"
    else:
        numbers = "WITH n(i) AS (SELECT generate_series(0, :count - 1))"
        day, word = "date '{}'", "i::text"
    begins, ends, over, late, end = (
        day.format(text)
        for text in ("2022-01-01", "2022-12-31", "2021-01-01", "2022-11-01", "2022-12-31")
    )
    statement = (
        'INSERT INTO task (plan, version, control, unit, slot, label, start, "end", opens, due, owner, '
        f"state, notified_at, own_owner, own_due) {numbers} "
        f"SELECT :plan, 1, 'X' || {word}, 'ks', '2022', '2022', {begins}, {ends}, "
        f"CASE WHEN i % 10 = 0 THEN {late} ELSE {over} END, "
        f"CASE WHEN i % 10 = 0 THEN {end} ELSE {over} END, 'Ingen', "
        "CASE WHEN i % 10 = 0 THEN 'planerad' ELSE 'godkänd' END, '2021-01-01', false, false FROM n"
    )
    with database._writer.begin() as connection:
        connection.execute(text(statement), {"plan": plan.key, "count": count})
    if not database.is_sqlite:  # which by itself sees to that soon enough
        with database._writer.begin() as connection:
            connection.execute(text("ANALYZE"))


def run_tick(database: Database) -> None:
    """Nothing is due."""
    with database.unit_of_work(OPERATOR, BEGAN) as session:
        found = tick(session, actor=OPERATOR, now=BEGAN)
    assert not found.opened


def ticking() -> Iterator[Row]:
    """The tick with nothing due, a million tasks stored against a thousand."""
    organisation, plan = example()
    with kinds() as both:
        for kind in both:
            large, small = kind.empty(), kind.empty()
            for database, count in ((large, MANY), (small, FEW)):
                settle(database, organisation)
                adopt(database, grown(plan, 1))
                fill(database, plan, count)
            yield ratio(
                f"tidtabellen, inget att göra, en miljon kontrolltillfällen / tusen, {kind.name}",
                lambda at=large: run_tick(at), lambda at=small: run_tick(at), 2, runs=15,
            )  # fmt: skip
            for database in (large, small):
                kind.drop(database)


PARTS = (activation, ticking)
