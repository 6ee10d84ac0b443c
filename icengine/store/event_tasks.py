"""Occasions of event controls: which controls a function waits with, and what has been registered.

What happened is a row of `task_change`: the day, and in the registrar's words what it was.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, or_, select
from sqlmodel import col

from icengine.domain.occurrence import Occasion
from icengine.domain.task import State
from icengine.store import tasks
from icengine.store.db import Session
from icengine.store.plans import ADOPTED, AdoptedPlan, adopted_of
from icengine.store.tables import ControlRow, PlanRow, PlanVersionRow, TaskRow
from icengine.store.task_tables import TaskChangeRow

HAPPENED = "händelse"
"""Kind of the changes that are kept here."""


@dataclass(frozen=True)
class Registered:
    """Something that happened, with the task it led to."""

    task: tasks.Task
    happened: date
    what: str
    at: datetime
    """When it was registered."""
    by: str


def plans_waiting(
    session: Session, functions: Collection[str], years: Collection[int]
) -> list[AdoptedPlan]:
    """The newest version of each plan of those years that is not closed and has a control that waits
    for something to happen, with one of the functions as its owner or shared; the newest year first."""
    query = _waiting()
    given = {"functions": list(functions), "years": list(years)}
    return [adopted_of(row) for row in session.connection().execute(query, given).all()]


@cache
def _waiting() -> Any:
    """The query of `plans_waiting`, put together once."""
    newest = (
        select(col(PlanVersionRow.plan), func.max(col(PlanVersionRow.version)).label("version"))
        .group_by(col(PlanVersionRow.plan))
        .subquery()
    )
    waits = (
        select(col(ControlRow.plan))
        .where(
            col(ControlRow.plan) == col(PlanVersionRow.plan),
            col(ControlRow.version) == col(PlanVersionRow.version),
            _owned(),
        )
        .exists()
    )
    current = and_(
        newest.c.plan == col(PlanVersionRow.plan), newest.c.version == col(PlanVersionRow.version)
    )
    columns: Any = select(*ADOPTED)
    return (
        columns.join(newest, current)
        .join(PlanRow, col(PlanRow.key) == col(PlanVersionRow.plan))
        .where(
            waits,
            col(PlanRow.closed_at).is_(None),
            _of_years(),
        )
        .order_by(col(PlanRow.year).desc(), col(PlanRow.key))
    )


def may_wait() -> ColumnElement[bool]:
    """Is there a plan of these `years` with a control that waits for something to happen, and that one
    of these `functions` owns or that is shared? To be asked beside another question: what no version
    of a plan says need not be looked up."""
    return (
        select(col(ControlRow.plan))
        .join(PlanRow, col(PlanRow.key) == col(ControlRow.plan))
        .where(_owned(), col(PlanRow.closed_at).is_(None), _of_years())
        .correlate(None)
        .exists()
    )


def _owned() -> ColumnElement[bool]:
    functions: Any = bindparam("functions", expanding=True)
    return and_(
        col(ControlRow.on_event), or_(col(ControlRow.owner).in_(functions), col(ControlRow.shared))
    )


def _of_years() -> ColumnElement[bool]:
    return col(PlanRow.year).in_(bindparam("years", expanding=True))


def owners(session: Session, ids: Collection[int]) -> frozenset[str]:
    """The functions that answer these tasks."""
    query = select(col(TaskRow.owner)).where(col(TaskRow.id).in_(ids), col(TaskRow.owner) != "")
    return frozenset(session.scalars(query)) if ids else frozenset()


def registered(session: Session, plans: Collection[str]) -> list[Registered]:
    """Everything that is registered in these plans, the latest first, in one statement."""
    query = (
        select(TaskRow, TaskChangeRow)
        .join(TaskChangeRow, col(TaskChangeRow.task) == col(TaskRow.id))
        .where(col(TaskRow.plan).in_(plans), col(TaskChangeRow.kind) == HAPPENED)
        .order_by(col(TaskRow.start).desc(), col(TaskRow.id).desc())
    )
    return [
        Registered(
            tasks.task_of(task), date.fromisoformat(change.value), change.reason, change.at,
            change.by,
        )
        for task, change in session.execute(query)
    ]  # fmt: skip


def of_task(session: Session, task: int) -> Registered | None:
    """What a task was registered for; None for one that has a window of its own."""
    query = (
        select(TaskRow, TaskChangeRow)
        .join(TaskChangeRow, col(TaskChangeRow.task) == col(TaskRow.id))
        .where(col(TaskRow.id) == task, col(TaskChangeRow.kind) == HAPPENED)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    found, change = row
    return Registered(
        tasks.task_of(found), date.fromisoformat(change.value), change.reason, change.at, change.by
    )


def add(
    session: Session,
    plan: str,
    version: int,
    occasion: Occasion,
    *,
    what: str,
    by: str,
    now: datetime,
) -> tasks.Task:
    """A new task, open at once, with what happened."""
    tasks.plan_tasks(session, plan, version, [occasion], by=by, now=now)
    query = select(TaskRow).where(
        col(TaskRow.plan) == plan,
        col(TaskRow.control) == occasion.control.id,
        col(TaskRow.unit) == occasion.unit,
        col(TaskRow.slot) == occasion.timed.window.slot,
    )
    planned = tasks.task_of(session.scalars(query).one())
    tasks.move(session, [tasks.StateChange(planned.id, State.OPEN, by)], now)
    session.execute(
        insert(TaskChangeRow),
        [
            {
                "task": planned.id,
                "at": now,
                "kind": HAPPENED,
                "value": occasion.timed.window.start.isoformat(),
                "by": by,
                "reason": what,
            }
        ],
    )
    return planned
