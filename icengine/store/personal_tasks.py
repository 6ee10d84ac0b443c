"""Where somebody is named around a task, for what is stored about them: handed over to them, and their
address in a reason or a greeting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import col

from icengine.domain.address import addresses_in
from icengine.domain.traces import Mention
from icengine.store import logins
from icengine.store.db import Session
from icengine.store.event_tasks import HAPPENED
from icengine.store.handovers import HANDED
from icengine.store.report_tables import UnitTotalsRow, VerdictRow
from icengine.store.tables import TaskRow
from icengine.store.task_tables import (
    CarryDecisionRow,
    EvidenceRow,
    TaskChangeRow,
    TaskRequestRow,
    YearlyRatingRow,
)

CHANGES = {HANDED: "Hälsningen när {} lämnades över", HAPPENED: "Det som hände, {}"}
"""What the text of a change is, by its kind."""


def around_tasks(session: Session, email: str) -> Iterator[Mention]:
    """Every place, in eight statements."""
    number = logins.known_number(session, email) or 0
    yield from _in_changes(session, email, str(number))
    yield from _in_requests(session, email)
    yield from _in_ratings(session, email)
    yield from _in_selections(session, email)
    yield from _in_verdicts(session, email)
    yield from _gave(session, number)


def _says(column: Any, email: str) -> Any:
    return func.lower(column).contains(email, autoescape=True)


def _in_changes(session: Session, email: str, number: str) -> Iterator[Mention]:
    theirs = (col(TaskChangeRow.kind) == HANDED) & (col(TaskChangeRow.value) == number)
    query = (
        select(TaskChangeRow, TaskRow)
        .join(TaskRow, col(TaskRow.id) == col(TaskChangeRow.task))
        .where(or_(theirs, _says(col(TaskChangeRow.reason), email)))
        .order_by(col(TaskChangeRow.id))
    )
    for row, task in session.execute(query):
        if row.kind == HANDED and row.value == number:
            yield Mention(row.at, f"Fick {task.label} överlämnad", task.plan, task.control)
        if email in addresses_in(row.reason):
            said = CHANGES.get(row.kind, "Skälet till en ändring av {}").format(task.label)
            yield Mention(row.at, said, task.plan, task.control)


def _in_requests(session: Session, email: str) -> Iterator[Mention]:
    texts = (col(TaskRequestRow.reason), col(TaskRequestRow.decision))
    query = (
        select(TaskRequestRow, TaskRow)
        .join(TaskRow, col(TaskRow.id) == col(TaskRequestRow.task))
        .where(or_(*(_says(text, email) for text in texts)))
        .order_by(col(TaskRequestRow.id))
    )
    for row, task in session.execute(query):
        if email in addresses_in(row.reason):
            where = f"Skälet till frågan om {row.kind}, {task.label}"
            yield Mention(row.asked_at, where, task.plan, task.control)
        if email in addresses_in(row.decision):
            where = f"Beskedet om {row.kind}, {task.label}"
            yield Mention(row.decided_at, where, task.plan, task.control)


def _gave(session: Session, number: int) -> Iterator[Mention]:
    """The underlag that they have given."""
    query = (
        select(EvidenceRow, TaskRow)
        .join(TaskRow, col(TaskRow.id) == col(EvidenceRow.task))
        .where(col(EvidenceRow.person) == number)
        .order_by(col(EvidenceRow.id))
    )
    for row, task in session.execute(query):
        where = f"Lämnade underlag {row.id} till {task.label}"
        yield Mention(row.uploaded_at, where, task.plan, task.control)


def _in_ratings(session: Session, email: str) -> Iterator[Mention]:
    query = select(YearlyRatingRow).where(_says(col(YearlyRatingRow.reason), email))
    for row in session.scalars(query.order_by(col(YearlyRatingRow.id))):
        if email in addresses_in(row.reason):
            said = f"Skälet till årets bedömning av {row.control}"
            yield Mention(row.at, said, row.plan, row.control)


def _in_selections(session: Session, email: str) -> Iterator[Mention]:
    query = select(CarryDecisionRow).where(_says(col(CarryDecisionRow.reason), email))
    for row in session.scalars(query.order_by(col(CarryDecisionRow.id))):
        if email in addresses_in(row.reason):
            said = f"Skälet till beslutet om urvalet för {row.subject}"
            yield Mention(row.at, said, row.plan, row.subject)


def _in_verdicts(session: Session, email: str) -> Iterator[Mention]:
    query = select(VerdictRow).where(_says(col(VerdictRow.reason), email))
    for row in session.scalars(query.order_by(col(VerdictRow.id))):
        if email in addresses_in(row.reason):
            yield Mention(row.at, f"Skälet till bedömningen av {row.unit} {row.year}", "", "")
    sums = select(UnitTotalsRow).where(_says(col(UnitTotalsRow.note), email))
    for total in session.scalars(sums.order_by(col(UnitTotalsRow.id))):
        if email in addresses_in(total.note):
            yield Mention(
                total.at, f"Kommentaren till summorna för {total.unit} {total.year}", "", ""
            )
