"""Occurrences that are handed over: to whom, by whom, with which words.

The task's own column says who has it now; every change is a row of `task_change`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, insert, select, update
from sqlmodel import col

from icengine.domain.notice import NoticeKind
from icengine.domain.pseudonym import former
from icengine.store import outbox
from icengine.store.db import Session
from icengine.store.mail_tables import OutboxRow
from icengine.store.tables import PersonRow, TaskRow
from icengine.store.task_tables import TaskChangeRow

HANDED = "överlämnad"
"""Kind of the changes that are kept here."""


@dataclass(frozen=True)
class Handover:
    """An occurrence that a colleague has for now."""

    task: int
    person: int
    email: str
    """"" where the address is gallrad."""
    at: datetime
    by: str
    """The function that handed it over."""
    word: str

    @property
    def who(self) -> str:
        """The colleague, as those see them who may."""
        return self.email or former(self.person)


def standing(session: Session, tasks: Collection[int]) -> dict[int, Handover]:
    """Those of the tasks that are handed over, in one statement."""
    if not tasks:
        return {}
    newest = (
        select(func.max(col(TaskChangeRow.id)))
        .where(col(TaskChangeRow.kind) == HANDED, col(TaskChangeRow.task).in_(tasks))
        .group_by(col(TaskChangeRow.task))
    )
    query = (
        select(TaskChangeRow, col(PersonRow.id), col(PersonRow.email))
        .join(TaskRow, col(TaskRow.id) == col(TaskChangeRow.task))
        .join(PersonRow, col(PersonRow.id) == col(TaskRow.delegate))
        .where(col(TaskChangeRow.id).in_(newest))
    )
    return {
        row.task: Handover(row.task, person, email or "", row.at, row.by, row.reason)
        for row, person, email in session.execute(query)
    }


def hand_over(
    session: Session, task: int, person: int, *, by: str, word: str, now: datetime
) -> None:
    """Let somebody have an occurrence; 0 for nobody but those who hold its function."""
    session.connection().execute(
        update(TaskRow).where(col(TaskRow.id) == task).values(delegate=person or None)
    )
    value = str(person) if person else ""
    change = {"task": task, "at": now, "kind": HANDED, "value": value, "by": by, "reason": word}
    session.execute(insert(TaskChangeRow), [change])


def lapse(session: Session, tasks: Collection[int], reason: str, now: datetime) -> None:
    """Let nobody beside the function have these occurrences: another function now answers them."""
    if not tasks:
        return
    had = (
        update(TaskRow)
        .where(col(TaskRow.id).in_(tasks), col(TaskRow.delegate).is_not(None))
        .values(delegate=None)
        .returning(col(TaskRow.id))
        .execution_options(synchronize_session=False)
    )
    ended = [
        {"task": task, "at": now, "kind": HANDED, "value": "", "by": "", "reason": reason}
        for task in session.scalars(had)
    ]
    if ended:
        session.execute(insert(TaskChangeRow), ended)


def counts_since(session: Session, task: int, by: str, moment: datetime) -> tuple[int, int]:
    """How often, after a moment, this occurrence was handed over, and any in a function's name."""
    of_task = case((col(TaskChangeRow.task) == task, 1), else_=0)
    in_name = case((col(TaskChangeRow.by) == by, 1), else_=0)
    query = select(func.coalesce(func.sum(of_task), 0), func.coalesce(func.sum(in_name), 0)).where(
        col(TaskChangeRow.kind) == HANDED,
        col(TaskChangeRow.value) != "",
        col(TaskChangeRow.at) > moment,
    )
    here, all_of_them = session.execute(query).one()
    return int(here), int(all_of_them)


def ever_had(session: Session, task: int, person: int) -> bool:
    """Has the occurrence once been handed over to this person?"""
    query = select(func.count()).where(
        col(TaskChangeRow.task) == task,
        col(TaskChangeRow.kind) == HANDED,
        col(TaskChangeRow.value) == str(person),
    )
    return bool(session.scalar(query))


def withdraw_mails(session: Session, task: int, email: str, why: str) -> None:
    """Take back what was to be mailed to the colleague about it and has not left."""
    waiting = and_(col(OutboxRow.state) == outbox.WAITING, col(OutboxRow.email) == email)
    session.connection().execute(
        update(OutboxRow)
        .where(
            waiting, col(OutboxRow.task) == task, col(OutboxRow.kind) == str(NoticeKind.DELEGATED)
        )
        .values(state=outbox.WITHDRAWN, error=why)
    )
