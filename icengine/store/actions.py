"""Åtgärder: from answers, and the direktåtgärder decided with a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlmodel import col

from icengine.domain.facts import ActionStatus
from icengine.domain.plan import DirectAction
from icengine.store.db import Session
from icengine.store.tables import ActionRow, ActionStateRow


@dataclass(frozen=True)
class NewAction:
    """An åtgärd to be recorded."""

    subject: str
    """Id of the control or risk."""
    task: int | None
    """The task whose answer brought it; None for a direktåtgärd."""
    direct: str
    """The direktåtgärd's id; "" for others."""
    text: str
    responsible: str
    due: date


def direct_action(subject: str, action: DirectAction) -> NewAction:
    """A plan's direktåtgärd as an åtgärd."""
    return NewAction(subject, None, action.id, action.text, action.responsible, action.due)


def direct_ids(session: Session, plan: str) -> set[str]:
    """The direktåtgärder of a plan that are recorded already."""
    query = select(col(ActionRow.direct)).where(col(ActionRow.plan) == plan)
    return {id for id in session.scalars(query) if id}


def add_actions(
    session: Session, plan: str, actions: Sequence[NewAction], *, by: str, now: datetime
) -> None:
    """Record åtgärder under the plan's next numbers; four statements for all."""
    if not actions:
        return
    newest = select(func.max(col(ActionRow.number))).where(col(ActionRow.plan) == plan)
    first = (session.scalar(newest) or 0) + 1
    numbered = list(enumerate(actions, first))
    session.execute(
        insert(ActionRow),
        [
            {"plan": plan, "number": n, "subject": a.subject, "task": a.task, "direct": a.direct}
            for n, a in numbered
        ],
    )
    ids = dict(
        session.execute(
            select(col(ActionRow.number), col(ActionRow.id)).where(
                col(ActionRow.plan) == plan, col(ActionRow.number) >= first
            )
        ).all()
    )
    session.execute(
        insert(ActionStateRow),
        [
            {
                "action": ids[n],
                "at": now,
                "text": a.text,
                "responsible": a.responsible,
                "due": a.due,
                "status": str(ActionStatus.NOT_STARTED),
                "by": by,
            }
            for n, a in numbered
        ],
    )
