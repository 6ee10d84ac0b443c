"""Underlag: the files to a task. Their content is never read with the list of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import col

from icengine.domain.evidence import Evidence, Scan
from icengine.store.db import Session
from icengine.store.tables import TaskRow
from icengine.store.task_tables import EvidenceContentRow, EvidenceRow


@dataclass(frozen=True)
class Given:
    """A file to keep."""

    name: str
    media_type: str
    data: bytes
    dated: datetime | None

    @property
    def sha256(self) -> str:
        """Of its content."""
        return hashlib.sha256(self.data).hexdigest()


def of_task(session: Session, task: int) -> tuple[Evidence, ...]:
    """All files of a task, those removed too, in the order they came."""
    query = select(EvidenceRow).where(col(EvidenceRow.task) == task).order_by(col(EvidenceRow.id))
    return tuple(_evidence(row) for row in session.scalars(query))


def add(
    session: Session, task: int, given: Given, *, by: str, person: int, now: datetime, scan: Scan
) -> int:
    """Keep a file; its number."""
    row = EvidenceRow(
        task=task, name=given.name, media_type=given.media_type, size=len(given.data),
        sha256=given.sha256, dated=given.dated, uploaded_at=now, by=by, person=person or None,
        scan=str(scan),
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.id is not None
    content = {"evidence": row.id, "content": given.data}
    session.execute(insert(EvidenceContentRow), [content])
    return row.id


def content(session: Session, number: int) -> bytes | None:
    """A file's content; None where there is none any more."""
    query = select(col(EvidenceContentRow.content))
    return session.scalar(query.where(col(EvidenceContentRow.evidence) == number))


def remove(session: Session, number: int, *, by: str, now: datetime) -> None:
    """Take the content and the name away; that it was there, and its fingerprint, are kept."""
    _drop(session, number)
    session.execute(
        update(EvidenceRow)
        .where(col(EvidenceRow.id) == number)
        .values(removed_at=now, removed_by=by, name="")
    )


def scanned(session: Session, number: int, scan: Scan) -> bool:
    """Keep what the virus check said, where it was waited for; an infected content goes."""
    done = session.execute(
        update(EvidenceRow)
        .where(col(EvidenceRow.id) == number, col(EvidenceRow.scan) == str(Scan.WAITS))
        .values(scan=str(scan))
        .returning(col(EvidenceRow.id))
    ).all()
    if done and scan is Scan.INFECTED:
        _drop(session, number)
    return bool(done)


def _drop(session: Session, number: int) -> None:
    session.execute(delete(EvidenceContentRow).where(col(EvidenceContentRow.evidence) == number))


def waiting(session: Session, after: int, limit: int) -> Sequence[tuple[int, str]]:
    """(number, the task's key) of files that wait for the virus check, the oldest first."""
    query = (
        select(col(EvidenceRow.id), TaskRow)
        .join(TaskRow, col(TaskRow.id) == col(EvidenceRow.task))
        .where(
            col(EvidenceRow.scan) == str(Scan.WAITS),
            col(EvidenceRow.removed_at).is_(None),
            col(EvidenceRow.id) > after,
        )
        .order_by(col(EvidenceRow.id))
        .limit(limit)
    )
    return [
        (number, f"{task.plan}/{task.control}/{task.unit}/{task.slot}")
        for number, task in session.execute(query)
    ]


def infected_since(session: Session, moment: datetime) -> set[int]:
    """Tasks with a file that the virus check has stopped, given after a moment and still listed."""
    query = select(col(EvidenceRow.task)).where(
        col(EvidenceRow.scan) == str(Scan.INFECTED), col(EvidenceRow.removed_at).is_(None),
        col(EvidenceRow.uploaded_at) > moment,
    )  # fmt: skip
    return set(session.scalars(query))


def waiting_since(session: Session) -> tuple[int, datetime | None]:
    """How many files wait for the virus check, and since when."""
    query = select(func.count(), func.min(col(EvidenceRow.uploaded_at))).where(
        col(EvidenceRow.scan) == str(Scan.WAITS), col(EvidenceRow.removed_at).is_(None)
    )
    count, since = session.execute(query).one()
    return int(count), since


def _evidence(row: EvidenceRow) -> Evidence:
    return Evidence(
        row.id or 0, row.task, row.name, row.media_type, row.size, row.sha256, row.dated,
        row.uploaded_at, row.by, row.person or 0, Scan(row.scan), row.removed_at, row.removed_by,
    )  # fmt: skip
