"""Answers that wait for somebody to read them, and the states that a task has had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from icengine.domain.access import Scope
from icengine.domain.approval import StateKept
from icengine.domain.task import Saved, State
from icengine.store import scoped
from icengine.store.answers import saved_of
from icengine.store.columns import Instant, among
from icengine.store.db import Session
from icengine.store.tables import AnswerRow, ControlRow, PersonRow, PlanRow, TaskRow, TaskStateRow
from icengine.store.tasks import CONTROL, Task, last_handed_in, task_of, within


@dataclass(frozen=True)
class Waiting:
    """An answer that is handed in and not judged, with what decides who may read it."""

    task: Task
    title: str
    area: str
    protected: bool
    approver: str
    """"" where no godkännare is named."""
    asked_by: str
    """The unit whose plan asks for it."""
    saved: Saved
    """As it was handed in."""
    by: str
    """Address of whoever saved it; "" where it is not known."""
    delegate: str
    """Address of whom the occurrence is handed over to; "" for nobody."""


Place = tuple[datetime, int]
"""Where the list goes on: when the last one seen was handed in, and its task's number."""


def place(item: Waiting) -> Place:
    """Where the list goes on after this one."""
    return item.saved.at, item.task.id


def waiting(
    session: Session, scope: Scope, *, after: Place | None = None, limit: int = 500
) -> list[Waiting]:
    """Answers that wait, the one that has waited longest first; one statement. `after`: those that
    follow upon it."""
    query = _waiting(scoped.parts(scope), after is not None)
    given = scoped.values(scope) | {"most": limit}
    if after is not None:
        given |= {"after_at": after[0], "after_task": after[1]}
    return [
        Waiting(
            task_of(task), row.title, row.area, row.protected, row.approver, unit,
            saved_of(saved), by or "", delegate or "",
        )
        for task, row, saved, unit, by, delegate in session.execute(query, given)
    ]  # fmt: skip


@lru_cache(maxsize=64)
def _waiting(kind: scoped.Parts, goes_on: bool) -> Any:
    """The query of `waiting`."""
    saver, delegate = aliased(PersonRow), aliased(PersonRow)
    query: Any = select(
        TaskRow, ControlRow, AnswerRow, col(PlanRow.unit), col(saver.email), col(delegate.email)
    )
    query = (
        query.select_from(TaskRow)
        .join(AnswerRow, last_handed_in())
        .join(ControlRow, CONTROL)
        .join(PlanRow, col(PlanRow.key) == col(TaskRow.plan))
        .join(saver, col(saver.id) == col(AnswerRow.person), isouter=True)
        .join(delegate, col(delegate.id) == col(TaskRow.delegate), isouter=True)
        .where(among(TaskRow.state, [State.SUBMITTED]), within(kind))
        .order_by(col(AnswerRow.at), col(TaskRow.id))
        .limit(bindparam("most"))
    )
    if goes_on:
        last = tuple_(bindparam("after_at", type_=Instant()), bindparam("after_task"))
        query = query.where(tuple_(col(AnswerRow.at), col(TaskRow.id)) > last)
    return query


def history(session: Session, task: int) -> list[StateKept]:
    """Every state that a task has had, the oldest first."""
    query = (
        select(TaskStateRow).where(col(TaskStateRow.task) == task).order_by(col(TaskStateRow.id))
    )
    return [
        StateKept(State(row.state), row.at, row.by, row.reason) for row in session.scalars(query)
    ]


def versions(session: Session, task: int) -> list[Saved]:
    """Every saved version of a task's answer, the oldest first."""
    query = select(AnswerRow).where(col(AnswerRow.task) == task).order_by(col(AnswerRow.version))
    return [saved_of(row) for row in session.scalars(query)]
