"""How the engine's jobs went, what waits for them, and what they could not do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from icengine.domain.fixed_report import ReportState
from icengine.domain.job import Fault, Job, Run
from icengine.domain.words import many
from icengine.store.columns import among
from icengine.store.db import Session
from icengine.store.mail_tables import HeartbeatRow, OutboxRow
from icengine.store.outbox import REFUSED, SENDING, WAITING
from icengine.store.report_tables import ReportRow

TOLD = 5
"""Faults of a job that are told one by one."""


def note_start(session: Session, job: Job, now: datetime) -> None:
    """It begins."""
    _note(session, job, {"started_at": now})


def note_end(session: Session, job: Job, now: datetime) -> None:
    """It has ended well."""
    _note(session, job, {"at": now, "cause": ""})


def note_failure(session: Session, job: Job, now: datetime, cause: str) -> None:
    """It has failed."""
    _note(session, job, {"failed_at": now, "cause": cause})


def _note(session: Session, job: Job, values: Mapping[str, Any]) -> None:
    """One statement: several processes may be at it, and none of them waits for a row to be there."""
    dialect = session.connection().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(HeartbeatRow).values({"name": str(job), "cause": "", **values})
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=["name"], set_=dict(values))
    )


def runs(session: Session) -> dict[Job, Run]:
    """How each went; those that never have run are there too."""
    rows = {row.name: row for row in session.scalars(select(HeartbeatRow))}
    return {
        job: Run(job, row.started_at, row.at, row.failed_at, row.cause)
        if (row := rows.get(str(job)))
        else Run(job)
        for job in Job
    }


def last_end(session: Session, job: Job) -> datetime | None:
    """When it last ended well; None where it never has."""
    return session.scalar(select(col(HeartbeatRow.at)).where(col(HeartbeatRow.name) == str(job)))


# -- mails --


def mails_waiting(session: Session) -> int:
    """Mails that have not left."""
    query = select(func.count()).where(among(OutboxRow.state, (WAITING, SENDING)))
    return int(session.execute(query).scalar_one())


def mail_faults(session: Session, refused_since: datetime) -> tuple[list[Fault], int]:
    """What servers said of mails that wait for another try, and of those that were refused since then;
    the most frequent first. And how many causes there are beyond those."""
    count = func.count().label("count")
    query = (
        select(
            col(OutboxRow.state), col(OutboxRow.error), count, func.min(col(OutboxRow.next_at))
        )
        .where(
            (col(OutboxRow.state).in_((WAITING, SENDING)) & (col(OutboxRow.attempts) > 0))
            | ((col(OutboxRow.state) == REFUSED) & (col(OutboxRow.created_at) > refused_since)),
            col(OutboxRow.error) != "",
        )
        .group_by(col(OutboxRow.state), col(OutboxRow.error))
        .order_by(count.desc(), col(OutboxRow.error))
        .limit(TOLD + 1)
    )  # fmt: skip
    rows = session.execute(query).all()
    faults = [
        Fault(
            f"{many(n, 'mejl', 'mejl', 'ett')} {'avvisades' if state == REFUSED else 'gick inte att skicka'}",
            error,
            None if state == REFUSED else again,
        )
        for state, error, n, again in rows[:TOLD]
    ]
    return faults, max(0, len(rows) - TOLD)


def try_mails_now(session: Session, now: datetime) -> int:
    """Let mails that wait for another try go at once; how many."""
    done = session.execute(
        update(OutboxRow)
        .where(
            col(OutboxRow.state) == WAITING, col(OutboxRow.attempts) > 0,
            col(OutboxRow.next_at) > now,
        )
        .values(next_at=now)
        .returning(col(OutboxRow.id))
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return len(done.all())


# -- reports --


def reports_waiting(session: Session) -> int:
    """Reports whose files are to be made."""
    query = select(func.count()).where(col(ReportRow.state) == str(ReportState.MAKING))
    return int(session.execute(query).scalar_one())


def report_faults(session: Session) -> tuple[list[Fault], int]:
    """Reports whose files could not be made, the newest first; and how many there are beyond those."""
    query = (
        select(ReportRow)
        .where(col(ReportRow.state) == str(ReportState.FAILED))
        .order_by(col(ReportRow.as_of).desc())
    )
    rows = session.scalars(query).all()
    faults = [Fault(f"Rapport {row.number} för {row.plan}", row.failure) for row in rows[:TOLD]]
    return faults, max(0, len(rows) - TOLD)


def make_reports_again(session: Session) -> int:
    """Let files that could not be made be made again; of how many reports."""
    done = session.execute(
        update(ReportRow)
        .where(col(ReportRow.state) == str(ReportState.FAILED))
        .values(state=str(ReportState.MAKING), failure="")
        .returning(col(ReportRow.number))
        .execution_options(synchronize_session=False)
    )
    return len(done.all())
