"""Answers: every saved version of what the owners record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import col

from icengine.domain.task import Answer, PlannedAction, Saved
from icengine.store.db import Session
from icengine.store.tables import AnswerRow, TaskRow
from icengine.store.tasks import Task, task_of


def to_content(answer: Answer) -> dict[str, Any]:
    """An answer as JSON values."""
    return asdict(answer)


def from_content(content: dict[str, Any]) -> Answer:
    """The answer of stored JSON values."""
    actions = tuple(PlannedAction(**action) for action in content["actions"])
    return Answer(**{**content, "actions": actions})


SAVED: list[Any] = [
    col(AnswerRow.version), col(AnswerRow.at), col(AnswerRow.by), col(AnswerRow.content),
    col(AnswerRow.submitted), col(AnswerRow.person), col(AnswerRow.entered_by),
]  # fmt: skip
"""What a saved version is made of, for a list that has no need of row objects."""


def saved_in(row: Sequence[Any]) -> Saved:
    """The value of a row that begins with SAVED."""
    return Saved(row[0], row[1], row[2], from_content(row[3]), row[4], row[5] or 0, row[6])


def saved_of(row: AnswerRow) -> Saved:
    """The value of a row."""
    return saved_in(
        (row.version, row.at, row.by, row.content, row.submitted, row.person, row.entered_by)
    )


def last_saved(session: Session, task: int, *, submitted: bool = False) -> Saved | None:
    """The newest saved version of a task's answer; `submitted`: the newest that was handed in."""
    newest = col(AnswerRow.version).desc()
    query = select(AnswerRow).where(col(AnswerRow.task) == task).order_by(newest).limit(1)
    if submitted:
        query = query.where(col(AnswerRow.submitted))
    row = session.scalars(query).first()
    return saved_of(row) if row else None


def submitted_before(session: Session, task: int, version: int) -> Saved | None:
    """The newest version handed in before another; None for the first."""
    query = (
        select(AnswerRow)
        .where(
            col(AnswerRow.task) == task,
            col(AnswerRow.version) < version,
            col(AnswerRow.submitted),
        )
        .order_by(col(AnswerRow.version).desc())
        .limit(1)
    )
    row = session.scalars(query).first()
    return saved_of(row) if row else None


def previous_submitted(
    session: Session,
    task: Task,
    *,
    until: date | None = None,
    controls: Collection[str] = (),
    units: Collection[str] = (),
) -> tuple[Task, Saved] | None:
    """Last time's answer: the latest handed in for the same control and unit, this year or before;
    for a period that had ended by a day, where one is given.

    `controls` and `units` are those that the control replaces, and whose work the unit took over.
    """
    query = (
        select(TaskRow, AnswerRow)
        .join(AnswerRow, col(AnswerRow.task) == col(TaskRow.id))
        .where(
            col(TaskRow.control).in_({task.control, *controls}),
            col(TaskRow.unit).in_({task.unit, *units}),
            col(TaskRow.id) != task.id,
            col(TaskRow.end) < task.end if until is None else col(TaskRow.end) <= until,
            col(AnswerRow.submitted),
        )
        .order_by(col(TaskRow.end).desc(), col(AnswerRow.version).desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return (task_of(row[0]), saved_of(row[1])) if row else None


def drafts_since(session: Session, task: int, moment: datetime) -> int:
    """How many drafts of a task's answer have been saved after a moment."""
    query = (
        select(func.count())
        .select_from(AnswerRow)
        .where(col(AnswerRow.task) == task, col(AnswerRow.at) > moment, ~col(AnswerRow.submitted))
    )
    return int(session.scalar(query) or 0)


def save_answer(
    session: Session,
    task: int,
    version: int,
    answer: Answer,
    *,
    by: str,
    now: datetime,
    submitted: bool,
    person: int = 0,
    entered_by: str = "",
) -> None:
    """Keep one version of an answer."""
    session.add(
        AnswerRow(
            task=task,
            version=version,
            at=now,
            by=by,
            content=to_content(answer),
            submitted=submitted,
            person=person or None,
            entered_by=entered_by,
        )
    )
    session.flush()


@dataclass(frozen=True)
class Submitted:
    """An answer that was handed in, to be stored as a task's first."""

    task: int
    answer: Answer
    by: str
    at: datetime


def add_submitted(session: Session, found: Sequence[Submitted]) -> None:
    """Store answers of tasks that have none; one statement for all."""
    if found:
        session.execute(
            insert(AnswerRow),
            [
                {
                    "task": item.task,
                    "version": 1,
                    "at": item.at,
                    "by": item.by,
                    "content": to_content(item.answer),
                    "submitted": True,
                }
                for item in found
            ],
        )


def levels_used(session: Session, plan: str) -> set[str]:
    """Ids of the levels that answers handed in to a plan have been given."""
    query = (
        select(col(AnswerRow.content))
        .join(TaskRow, col(TaskRow.id) == col(AnswerRow.task))
        .where(col(TaskRow.plan) == plan, col(AnswerRow.submitted))
    )
    return {content["rating"] for content in session.scalars(query)}
