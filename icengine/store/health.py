"""How the engine is, in a fixed number of statements; nothing about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select, text
from sqlmodel import col

from icengine.domain.fixed_report import ReportState
from icengine.domain.task import State
from icengine.store.columns import among
from icengine.store.db import Session
from icengine.store.mail_tables import OutboxRow
from icengine.store.outbox import REFUSED, SENDING, WAITING
from icengine.store.report_tables import ReportRow
from icengine.store.tables import EventRow, TaskRow
from icengine.store.tasks import ASKED_FOR

NEWEST = 10_000
"""Mails among which refused ones are looked for: no index finds them, and Utskick has them all."""


def mails_stuck(session: Session, attempts: int) -> int:
    """Mails that have been tried so many times and still wait."""
    query = select(func.count()).where(
        among(OutboxRow.state, (WAITING, SENDING)), col(OutboxRow.attempts) >= attempts
    )
    return int(session.execute(query).scalar_one())


@dataclass(frozen=True)
class MailFigures:
    """Mails that have not left."""

    waiting: int
    postponed: int
    """Of those, the ones that have been tried."""
    stuck: int
    """Of those, the ones that have been tried so often that something is wrong."""
    oldest: datetime | None
    """Since when the oldest is owed; None where none is."""


def mail_figures(session: Session, attempts: int) -> MailFigures:
    """Mails that have not left; those with so many attempts are stuck."""
    tried = col(OutboxRow.attempts)
    query = select(
        func.count(), _number(tried > 0), _number(tried >= attempts), func.min(col(OutboxRow.created_at))
    ).where(among(OutboxRow.state, (WAITING, SENDING)))  # fmt: skip
    waiting, postponed, stuck, oldest = session.execute(query).one()
    return MailFigures(int(waiting), int(postponed), int(stuck), oldest)


def mails_refused(session: Session, since: datetime) -> int:
    """Mails owed since then that a server refused for good, among the newest."""
    first = select(func.max(col(OutboxRow.id)) - NEWEST).scalar_subquery()
    query = select(func.count()).where(
        col(OutboxRow.id) > first, col(OutboxRow.state) == REFUSED, col(OutboxRow.created_at) > since
    )  # fmt: skip
    return int(session.execute(query).scalar_one())


def reports_behind(session: Session, before: datetime) -> int:
    """Reports whose files have been waited for since before a moment, or could not be made."""
    query = select(func.count()).where(
        (col(ReportRow.state) == str(ReportState.FAILED))
        | ((col(ReportRow.state) == str(ReportState.MAKING)) & (col(ReportRow.as_of) <= before))
    )
    return int(session.execute(query).scalar_one())


def report_figures(session: Session) -> tuple[int, int]:
    """Reports whose files are to be made, and those whose files could not be."""
    state = col(ReportRow.state)
    query = select(
        _number(state == str(ReportState.MAKING)), _number(state == str(ReportState.FAILED))
    )
    making, failed = session.execute(query).one()
    return int(making), int(failed)


def task_figures(session: Session, today: date) -> tuple[int, int, int]:
    """Tasks that wait for their owner, those of them that are late, and those that wait to be approved."""
    waiting = among(TaskRow.state, ASKED_FOR)
    query = select(func.count(), _number(col(TaskRow.due) < today)).where(waiting)
    count, late = session.execute(query).one()
    handed_in = select(func.count()).where(among(TaskRow.state, [State.SUBMITTED]))
    return int(count), int(late), int(session.execute(handed_in).scalar_one())


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows it is so for."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def database_size(session: Session) -> int:
    """Bytes that PostgreSQL has it in."""
    query = text("SELECT pg_database_size(current_database())")
    return int(session.connection().execute(query).scalar_one())


def database_clock(session: Session) -> datetime | None:
    """What the clock of the database's server says; None where that is this machine's own."""
    if session.connection().dialect.name != "postgresql":
        return None
    found: datetime = session.connection().execute(text("SELECT clock_timestamp()")).scalar_one()
    return found


def last_event(session: Session) -> datetime | None:
    """When the newest event was written; None where there is none."""
    return session.scalar(select(col(EventRow.at)).order_by(col(EventRow.seq).desc()).limit(1))
