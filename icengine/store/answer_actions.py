"""The åtgärder that the answer to a task has brought, with all that each has said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlmodel import col

from icengine.domain.answer_actions import Known
from icengine.domain.facts import ActionStatus
from icengine.domain.task import PlannedAction
from icengine.store.db import Session
from icengine.store.tables import ActionRow, ActionStateRow


def known(session: Session, task: int) -> list[Known]:
    """In the order of their numbers; one statement."""
    query = (
        select(ActionRow, ActionStateRow)
        .join(ActionStateRow, col(ActionStateRow.action) == col(ActionRow.id))
        .where(col(ActionRow.task) == task)
        .order_by(col(ActionRow.number), col(ActionStateRow.id))
    )
    found: dict[int, list[ActionStateRow]] = {}
    for action, state in session.execute(query):
        found.setdefault(action.id, []).append(state)
    return [
        Known(
            id,
            tuple(PlannedAction(s.text, s.responsible, s.due.isoformat()) for s in states),
            ActionStatus(states[-1].status),
        )
        for id, states in found.items()
    ]


def renew(
    session: Session,
    changed: Mapping[int, PlannedAction],
    gone: Collection[int],
    *,
    note: str,
    by: str,
    now: datetime,
) -> None:
    """Keep a new version of those that say something else, and of those that are avskrivna."""
    newest = (
        select(func.max(col(ActionStateRow.id)))
        .where(col(ActionStateRow.action).in_([*changed, *gone]))
        .group_by(col(ActionStateRow.action))
    )
    rows = session.scalars(select(ActionStateRow).where(col(ActionStateRow.id).in_(newest))).all()
    if rows:
        session.execute(
            insert(ActionStateRow),
            [_next(row, changed.get(row.action), note, by, now) for row in rows],
        )


def _next(
    row: ActionStateRow, said: PlannedAction | None, note: str, by: str, now: datetime
) -> dict[str, object]:
    return {
        "action": row.action,
        "at": now,
        "text": said.text if said else row.text,
        "responsible": said.responsible if said else row.responsible,
        "due": date.fromisoformat(said.due) if said else row.due,
        "status": row.status if said else str(ActionStatus.DROPPED),
        "by": by,
        "cause": row.cause,
        "note": note,
        "effect": row.effect,
        "follow_up": row.follow_up,
    }
