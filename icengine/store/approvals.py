"""Answers that wait for somebody to read them, and the states that a task has had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, tuple_
from sqlmodel import col

from icengine.domain.access import Scope
from icengine.domain.approval import StateKept
from icengine.domain.task import Saved, State
from icengine.store import scoped
from icengine.store.answers import SAVED, saved_in, saved_of
from icengine.store.columns import Instant, among
from icengine.store.db import Session
from icengine.store.tables import AnswerRow, ControlRow, PersonRow, PlanRow, TaskRow, TaskStateRow
from icengine.store.tasks import COLUMNS, CONTROL, Task, last_handed_in, task_in, within


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
            task_in(row), row.title, row.area, row.protected, row.approver, row.asked_by,
            saved_in(row[len(COLUMNS):]), row.saver or "", row.handed_to or "",
        )
        for row in session.connection().execute(query, given)
    ]  # fmt: skip


@lru_cache(maxsize=64)
def _waiting(kind: scoped.Parts, goes_on: bool) -> Any:
    """The query of `waiting`. What is looked up of each row is not joined: in how many orders eight
    tables can be joined takes PostgreSQL longer to think through than to answer."""
    query: Any = select(
        *COLUMNS, *SAVED, col(ControlRow.title), col(ControlRow.area), col(ControlRow.protected),
        col(ControlRow.approver),
        _looked_up(col(PlanRow.unit), col(PlanRow.key) == col(TaskRow.plan)).label("asked_by"),
        _looked_up(col(PersonRow.email), col(PersonRow.id) == col(AnswerRow.person)).label("saver"),
        _looked_up(col(PersonRow.email), col(PersonRow.id) == col(TaskRow.delegate)).label("handed_to"),
    )  # fmt: skip
    query = (
        query.select_from(TaskRow)
        .join(AnswerRow, last_handed_in())
        .join(ControlRow, CONTROL)
        .where(among(TaskRow.state, [State.SUBMITTED]), within(kind, joined=True))
        .order_by(col(AnswerRow.at), col(TaskRow.id))
        .limit(bindparam("most"))
    )
    if goes_on:
        last = tuple_(bindparam("after_at", type_=Instant()), bindparam("after_task"))
        query = query.where(tuple_(col(AnswerRow.at), col(TaskRow.id)) > last)
    return query


def _looked_up(column: Any, where: ColumnElement[bool]) -> Any:
    return select(column).where(where).correlate(TaskRow, AnswerRow).scalar_subquery()


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
