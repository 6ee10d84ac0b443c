"""What owners ask of the controller about a task, and what was decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlmodel import col

from icengine.domain.asking import Asking
from icengine.domain.notice import NoticeKind
from icengine.store import outbox
from icengine.store.db import Session
from icengine.store.mail_tables import OutboxRow
from icengine.store.task_tables import TaskRequestRow


@dataclass(frozen=True)
class Request:
    """Something that an owner has asked for."""

    id: int
    task: int
    kind: Asking
    asked_at: datetime
    by: str
    """The function they answer for."""
    person: int
    """Their number; 0 where it is not known."""
    until: date | None
    reason: str
    decided_at: datetime | None
    granted: bool | None
    """None before it is decided, and where it was taken back."""
    decided_by: str
    decision: str

    @property
    def waiting(self) -> bool:
        """Nobody has decided it, and it has not been taken back."""
        return self.decided_at is None


def request_of(row: TaskRequestRow) -> Request:
    """The value of a row."""
    return Request(
        row.id or 0, row.task, Asking(row.kind), row.asked_at, row.by, row.person or 0, row.until,
        row.reason, row.decided_at, row.granted, row.decided_by, row.decision,
    )  # fmt: skip


def of_task(session: Session, task: int) -> list[Request]:
    """Everything that has been asked about a task, the latest first."""
    query = select(TaskRequestRow).where(col(TaskRequestRow.task) == task)
    return [
        request_of(row) for row in session.scalars(query.order_by(col(TaskRequestRow.id).desc()))
    ]


def waiting(session: Session, tasks: Collection[int]) -> dict[int, list[Request]]:
    """What waits to be decided about these tasks, in one statement."""
    query = select(TaskRequestRow).where(
        col(TaskRequestRow.task).in_(tasks), col(TaskRequestRow.decided_at).is_(None)
    )
    found: dict[int, list[Request]] = {}
    for row in session.scalars(query.order_by(col(TaskRequestRow.id))):
        found.setdefault(row.task, []).append(request_of(row))
    return found


def ask(
    session: Session,
    task: int,
    kind: Asking,
    *,
    by: str,
    person: int,
    until: date | None,
    reason: str,
    now: datetime,
) -> Request:
    """Keep what is asked for, until somebody decides it."""
    row = TaskRequestRow(
        task=task, kind=str(kind), asked_at=now, by=by, person=person or None, until=until,
        reason=reason, decision="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return request_of(row)


def count_since(session: Session, task: int, moment: datetime) -> int:
    """How often anything has been asked about a task after a moment."""
    query = select(func.count()).where(
        col(TaskRequestRow.task) == task, col(TaskRequestRow.asked_at) > moment
    )
    return int(session.scalar(query) or 0)


def take_back(
    session: Session, task: int, kinds: Collection[Asking], *, by: str, why: str, now: datetime
) -> list[int]:
    """Ask no more for this, where it waits; the numbers of what is taken back."""
    statement = (
        update(TaskRequestRow)
        .where(
            col(TaskRequestRow.task) == task,
            col(TaskRequestRow.kind).in_([str(kind) for kind in kinds]),
            col(TaskRequestRow.decided_at).is_(None),
        )
        .values(decided_at=now, decided_by=by, decision=why)
        .returning(col(TaskRequestRow.id))
        .execution_options(synchronize_session=False)
    )
    return [id for id in session.scalars(statement) if id is not None]


def lapse(session: Session, task: int, *, by: str, why: str, now: datetime) -> None:
    """Whatever waits to be decided about a task need not be decided any more."""
    if gone := take_back(session, task, list(Asking), by=by, why=why, now=now):
        withdraw_mails(session, task, gone, why)


def withdraw_mails(session: Session, task: int, ids: Collection[int], why: str) -> None:
    """Take back what was to be mailed to the controller about these and has not left."""
    kind = str(NoticeKind.ASKED)
    query = select(OutboxRow).where(
        col(OutboxRow.task) == task,
        col(OutboxRow.kind) == kind,
        col(OutboxRow.state) == outbox.WAITING,
    )
    stages = {str(id) for id in ids}
    gone = [row.id for row in session.scalars(query) if row.notice.get("stage") in stages]
    if gone:
        session.connection().execute(
            update(OutboxRow)
            .where(col(OutboxRow.id).in_(gone))
            .values(state=outbox.WITHDRAWN, error=why)
        )
