"""Letters in lists: what was sent to whom, and what became of it; and addresses marked as bad."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true, update
from sqlmodel import col

from icengine.domain.access import Scope
from icengine.store.db import Session
from icengine.store.mail_tables import BadAddressRow, LetterRow, OutboxRow
from icengine.store.outbox import REFUSED, SENDING, SENT, WAITING
from icengine.store.tables import ActionRow, TaskRow


@dataclass(frozen=True)
class ListedLetter:
    """A letter, and what became of it."""

    id: int
    email: str
    subject: str
    body: str
    """Its text, with every link masked."""
    written_at: datetime
    state: str
    """Of what it says, the worst: avvisad, väntar, sänds or sänd."""
    sent_at: datetime | None
    error: str
    """The mail server's words."""
    attempts: int
    whole: bool
    """All that it says is about what the reader may see."""


def listed(
    session: Session,
    scope: Scope,
    *,
    state: str = "",
    text: str = "",
    before: int = 0,
    ids: Collection[int] = (),
    limit: int = 50,
) -> list[ListedLetter]:
    """The newest first; two statements. `before` is the number of the last one seen."""
    inside = _inside(scope)
    mine = exists().where(col(OutboxRow.letter) == col(LetterRow.id), inside)
    query = select(LetterRow).where(mine).order_by(col(LetterRow.id).desc()).limit(limit)
    if state:
        found = exists().where(
            col(OutboxRow.letter) == col(LetterRow.id), col(OutboxRow.state).in_(STATES[state])
        )
        query = query.where(found)
    if text:
        sought = func.lower(col(LetterRow.subject)).contains(text.lower(), autoescape=True)
        query = query.where(
            or_(sought, col(LetterRow.email).contains(text.lower(), autoescape=True))
        )
    if before:
        query = query.where(col(LetterRow.id) < before)
    if ids:
        query = query.where(col(LetterRow.id).in_(ids))
    letters = list(session.scalars(query))
    rows = session.execute(
        select(OutboxRow, inside).where(col(OutboxRow.letter).in_([row.id for row in letters]))
    )
    of_letter: dict[int, list[tuple[OutboxRow, bool]]] = {}
    for row, seen in rows:
        of_letter.setdefault(row.letter or 0, []).append((row, bool(seen)))
    return [_letter(row, of_letter.get(row.id or 0, [])) for row in letters]


STATES = {"avvisad": (REFUSED,), "väntar": (WAITING,), "sänds": (SENDING,), "sänd": (SENT,)}
"""The states of a letter, by those of what it says."""


def _letter(row: LetterRow, mails: list[tuple[OutboxRow, bool]]) -> ListedLetter:
    states = [mail.state for mail, _ in mails]
    state = next((name for name, kinds in STATES.items() if set(states) & set(kinds)), "")
    sent = [mail.sent_at for mail, _ in mails if mail.sent_at]
    return ListedLetter(
        id=row.id or 0,
        email=row.email,
        subject=row.subject,
        body=row.body,
        written_at=row.written_at,
        state=state,
        sent_at=max(sent, default=None),
        error=next((mail.error for mail, _ in mails if mail.error), ""),
        attempts=max((mail.attempts for mail, _ in mails), default=0),
        whole=all(seen for _, seen in mails),
    )


def _inside(scope: Scope) -> ColumnElement[bool]:
    """The mail is about a task or an åtgärd of a unit inside the scope."""
    if scope.everything:
        return true()
    # The unit of each mail is looked up: asked for as mails about any of the units' tasks, PostgreSQL
    # reads all of those first.
    of_task = select(col(TaskRow.unit)).where(col(TaskRow.id) == col(OutboxRow.task))
    of_action = select(col(ActionRow.unit)).where(col(ActionRow.id) == col(OutboxRow.action))
    return or_(
        of_task.scalar_subquery().in_(scope.units), of_action.scalar_subquery().in_(scope.units)
    )


def waiting(session: Session, scope: Scope) -> int:
    """How many mails wait to be written and sent."""
    query = select(func.count()).where(
        col(OutboxRow.state) == WAITING, col(OutboxRow.letter).is_(None), _inside(scope)
    )
    return int(session.scalar(query) or 0)


def try_again(session: Session, letter: int, now: datetime) -> int:
    """Send what was refused, or waits for its pause to be over, now; how many mails it says."""
    statement = (
        update(OutboxRow)
        .where(col(OutboxRow.letter) == letter, col(OutboxRow.state).in_((REFUSED, WAITING)))
        .values(state=WAITING, next_at=now)
        .returning(col(OutboxRow.id))
        .execution_options(synchronize_session=False)
    )
    return len(list(session.scalars(statement)))


@dataclass(frozen=True)
class BadAddress:
    """An address that no mail is sent to."""

    email: str
    at: datetime
    reason: str


def bad(session: Session, emails: Collection[str]) -> dict[str, BadAddress]:
    """Those of the addresses that are marked as bad."""
    query = select(BadAddressRow).where(
        and_(col(BadAddressRow.email).in_(emails), col(BadAddressRow.cleared_at).is_(None))
    )
    return {row.email: BadAddress(row.email, row.at, row.reason) for row in session.scalars(query)}


def mark_bad(session: Session, email: str, *, reason: str, by: str, now: datetime) -> None:
    """Send nothing to the address until it is said to be right again."""
    session.add(BadAddressRow(email=email, at=now, reason=reason, by=by))


def clear_bad(session: Session, email: str, now: datetime) -> None:
    """The address is right again: what waits for it is sent."""
    session.connection().execute(
        update(BadAddressRow)
        .where(col(BadAddressRow.email) == email, col(BadAddressRow.cleared_at).is_(None))
        .values(cleared_at=now)
    )
