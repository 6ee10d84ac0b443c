"""What waits: tasks that ask for an answer or for a reader, and requests that nobody has decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, union_all
from sqlmodel import col

from icengine.domain.task import State
from icengine.store.action_lists import still_open
from icengine.store.columns import among, unsorted
from icengine.store.db import Session
from icengine.store.mail_tables import BadAddressRow, MailDayRow, OutboxRow
from icengine.store.outbox import REFUSED
from icengine.store.tables import ActionRow, ControlRow, TaskRow
from icengine.store.task_tables import TaskRequestRow
from icengine.store.tasks import ASKED_FOR, CONTROL, Task, task_of


@dataclass(frozen=True)
class Asked:
    """A task that asks for an answer."""

    task: Task
    told: datetime
    """When its owner was first told."""


@dataclass(frozen=True)
class Standing:
    """A task that is not finished, with its control's title."""

    task: Task
    title: str
    protected: bool


def asked_for(session: Session, until: date) -> list[Asked]:
    """Tasks due by then, whose owners have been told and have not answered; those due first on top."""
    query = (
        select(TaskRow)
        .where(
            among(TaskRow.state, ASKED_FOR),
            col(TaskRow.notified_at).is_not(None),
            col(TaskRow.due) <= until,
        )
        .order_by(col(TaskRow.due), col(TaskRow.id))
    )
    rows = session.scalars(query)
    return [Asked(task_of(row), row.notified_at) for row in rows if row.notified_at]


def standing(session: Session, until: date) -> list[Standing]:
    """Tasks that ask for an answer due by then, or whose answer waits for its reader."""
    asked = select(col(TaskRow.id)).where(
        among(TaskRow.state, ASKED_FOR), col(TaskRow.due) <= until
    )
    handed_in = select(col(TaskRow.id)).where(among(TaskRow.state, [State.SUBMITTED]))
    query = (
        select(TaskRow, col(ControlRow.title), col(ControlRow.protected))
        .join(ControlRow, CONTROL)
        .where(col(TaskRow.id).in_(union_all(asked, handed_in)))
        .order_by(unsorted(col(TaskRow.due)), col(TaskRow.id))
    )
    return [Standing(task_of(row), title, hidden) for row, title, hidden in session.execute(query)]


def some(session: Session, ids: Collection[int]) -> dict[int, Task]:
    """Tasks by their numbers."""
    if not ids:
        return {}
    query = select(TaskRow).where(col(TaskRow.id).in_(ids))
    return {row.id or 0: task_of(row) for row in session.scalars(query)}


def with_requests(session: Session, tasks: Collection[int] | None = None) -> set[int]:
    """Tasks about which something has been asked that nobody has decided; of these, where given."""
    query = select(col(TaskRequestRow.task)).where(col(TaskRequestRow.decided_at).is_(None))
    if tasks is not None:
        query = query.where(col(TaskRequestRow.task).in_(tasks))
    return set(session.scalars(query))


def units_of(session: Session, tasks: Collection[int]) -> list[str]:
    """The unit of each of the tasks."""
    return list(session.scalars(select(col(TaskRow.unit)).where(col(TaskRow.id).in_(tasks))))


@dataclass(frozen=True)
class ActionNow:
    """An åtgärd as it stands."""

    id: int
    due: date
    status: str
    effect: str


def actions(session: Session, ids: Collection[int]) -> list[ActionNow]:
    """Åtgärder by their numbers, as they stand."""
    query = select(
        col(ActionRow.id), col(ActionRow.due), col(ActionRow.status), col(ActionRow.effect)
    ).where(col(ActionRow.id).in_(ids))
    return [ActionNow(*row) for row in session.execute(query)]


def late_actions(session: Session, today: date) -> list[str]:
    """The unit of each åtgärd that is late."""
    late = select(col(ActionRow.unit)).where(still_open(), col(ActionRow.due) < today)
    return list(session.scalars(late))


def refused_since(session: Session, since: datetime) -> list[tuple[str, int]]:
    """(address, the task or 0) of mails that were refused since then, to addresses that nobody has
    marked as bad yet."""
    marked = select(col(BadAddressRow.email)).where(col(BadAddressRow.cleared_at).is_(None))
    query = (
        select(col(OutboxRow.email), func.coalesce(col(OutboxRow.task), 0))
        .where(
            among(OutboxRow.state, [REFUSED]),
            col(OutboxRow.created_at) >= since,
            col(OutboxRow.email).not_in(marked),
        )
        .order_by(unsorted(col(OutboxRow.id)))
    )
    return [(email, task) for email, task in session.execute(query)]


def day_begun(session: Session, day: date) -> bool:
    """Has the day's round of reminders been made?"""
    return session.get(MailDayRow, day) is not None


def begin_day(session: Session, day: date, now: datetime) -> None:
    """Note that the day's round of reminders has been made."""
    if not day_begun(session, day):
        session.add(MailDayRow(day=day, at=now))
