"""What the controller has decided about tasks beside their state: another last day, another owner.

The task's own columns say what holds; every change is a row of `task_change`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlmodel import col

from icengine.domain.access import Scope
from icengine.domain.task import State
from icengine.store.db import Session
from icengine.store.reports import CHOSEN, MOVED
from icengine.store.tables import TaskRow, TaskStateRow
from icengine.store.task_tables import TaskChangeRow, TaskRequestRow
from icengine.store.tasks import Task, task_of, visible


@dataclass(frozen=True)
class Happened:
    """Something that was done with a task."""

    at: datetime
    what: str
    """A state, or the kind of a change."""
    value: str
    """What it became, where it is a change."""
    by: str
    reason: str


def move_due(
    session: Session, task: Task, due: date, *, by: str, reason: str, now: datetime
) -> None:
    """Let a task have another last day; it opens no later than that."""
    session.connection().execute(
        update(TaskRow)
        .where(col(TaskRow.id) == task.id)
        .values(due=due, opens=min(task.opens, due), own_due=True)
    )
    _keep(session, [task.id], MOVED, due.isoformat(), by, reason, now)


def choose_owner(
    session: Session, tasks: Sequence[int], owner: str, *, by: str, reason: str, now: datetime
) -> None:
    """Let another function answer these tasks; two statements for all."""
    if tasks:
        session.connection().execute(
            update(TaskRow).where(col(TaskRow.id).in_(tasks)).values(owner=owner, own_owner=True)
        )
        _keep(session, tasks, CHOSEN, owner, by, reason, now)


def _keep(
    session: Session,
    tasks: Sequence[int],
    kind: str,
    value: str,
    by: str,
    reason: str,
    now: datetime,
) -> None:
    change = {"at": now, "kind": kind, "value": value, "by": by, "reason": reason}
    session.execute(insert(TaskChangeRow), [change | {"task": task} for task in tasks])


def unfinished(session: Session, scope: Scope, owner: str = "") -> list[Task]:
    """Tasks that are not answered, planned ones too, of one function where it is given; locked."""
    states = [str(state) for state in State if state.answerable]
    query = select(TaskRow).where(visible(scope), col(TaskRow.state).in_(states))
    if owner:
        query = query.where(col(TaskRow.owner) == owner)
    rows = session.scalars(query.order_by(col(TaskRow.due), col(TaskRow.id)).with_for_update())
    return [task_of(row) for row in rows]


def owners(session: Session, scope: Scope) -> dict[str, int]:
    """How many tasks that are not answered each function has."""
    states = [str(state) for state in State if state.answerable]
    query = (
        select(col(TaskRow.owner), func.count())
        .where(visible(scope), col(TaskRow.state).in_(states), col(TaskRow.owner) != "")
        .group_by(col(TaskRow.owner))
    )
    return dict(session.execute(query).all())


def history(session: Session, task: int) -> list[Happened]:
    """All that has been done with a task, the latest first; two statements."""
    states = session.scalars(
        select(TaskStateRow).where(col(TaskStateRow.task) == task).order_by(col(TaskStateRow.id))
    )
    found = [Happened(row.at, row.state, "", row.by, row.reason) for row in states]
    changes = session.scalars(
        select(TaskChangeRow).where(
            col(TaskChangeRow.task) == task, col(TaskChangeRow.kind).in_((MOVED, CHOSEN))
        )
    )
    found += [Happened(row.at, row.kind, row.value, row.by, row.reason) for row in changes]
    return sorted(found, key=lambda item: item.at)[::-1]


def decide_request(
    session: Session, id: int, *, granted: bool, by: str, decision: str, now: datetime
) -> bool:
    """Keep the besked; False where there was one, or it was taken back, already."""
    statement = (
        update(TaskRequestRow)
        .where(col(TaskRequestRow.id) == id, col(TaskRequestRow.decided_at).is_(None))
        .values(decided_at=now, granted=granted, decided_by=by, decision=decision)
        .returning(col(TaskRequestRow.id))
        .execution_options(synchronize_session=False)
    )
    return session.scalar(statement) is not None


def request(session: Session, id: int) -> TaskRequestRow | None:
    """One request; None where there is none."""
    return session.get(TaskRequestRow, id)


def pending(session: Session, tasks: Collection[int] | None = None) -> list[TaskRequestRow]:
    """What nobody has decided, the oldest first."""
    query = select(TaskRequestRow).where(col(TaskRequestRow.decided_at).is_(None))
    if tasks is not None:
        query = query.where(col(TaskRequestRow.task).in_(tasks))
    return list(session.scalars(query.order_by(col(TaskRequestRow.id))))
