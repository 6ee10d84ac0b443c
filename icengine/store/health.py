"""How the engine is, in a fixed number of statements; nothing about anybody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from icengine.domain.fixed_report import ReportState
from icengine.store.columns import among
from icengine.store.db import Session
from icengine.store.mail_tables import OutboxRow
from icengine.store.outbox import SENDING, WAITING
from icengine.store.report_tables import ReportRow


def mails_stuck(session: Session, attempts: int) -> int:
    """Mails that have been tried so many times and still wait."""
    query = select(func.count()).where(
        among(OutboxRow.state, (WAITING, SENDING)), col(OutboxRow.attempts) >= attempts
    )
    return int(session.execute(query).scalar_one())


def reports_behind(session: Session, before: datetime) -> int:
    """Reports whose files have been waited for since before a moment, or could not be made."""
    query = select(func.count()).where(
        (col(ReportRow.state) == str(ReportState.FAILED))
        | ((col(ReportRow.state) == str(ReportState.MAKING)) & (col(ReportRow.as_of) <= before))
    )
    return int(session.execute(query).scalar_one())
