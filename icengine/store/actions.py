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
from icengine.store.tables import ActionRow, ActionStateRow, PlanRow


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
    status: ActionStatus = ActionStatus.NOT_STARTED
    unit: str = ""
    """The unit that answered; "" for the plan's own."""
    cause: str = ""
    """Grundorsak; "" where nobody has said."""


def direct_action(subject: str, action: DirectAction) -> NewAction:
    """A plan's direktåtgärd as an åtgärd."""
    return NewAction(subject, None, action.id, action.text, action.responsible, action.due)


@dataclass(frozen=True)
class DirectNow:
    """A direktåtgärd as it is recorded now."""

    action: int
    text: str
    responsible: str
    due: date
    status: str
    cause: str
    effect: str
    follow_up: date | None

    def says(self, planned: DirectAction) -> bool:
        """Is it what the plan says?"""
        return (self.text, self.responsible, self.due) == (
            planned.text,
            planned.responsible,
            planned.due,
        )


def direct_now(session: Session, plan: str) -> dict[str, DirectNow]:
    """The direktåtgärder of a plan that are recorded, by id."""
    newest = (
        select(func.max(col(ActionStateRow.id)))
        .join(ActionRow, col(ActionRow.id) == col(ActionStateRow.action))
        .where(col(ActionRow.plan) == plan, col(ActionRow.direct) != "")
        .group_by(col(ActionRow.id))
    )
    query = (
        select(col(ActionRow.direct), ActionStateRow)
        .join(ActionStateRow, col(ActionStateRow.action) == col(ActionRow.id))
        .where(col(ActionStateRow.id).in_(newest))
    )
    return {
        direct: DirectNow(
            row.action,
            row.text,
            row.responsible,
            row.due,
            row.status,
            row.cause,
            row.effect,
            row.follow_up,
        )
        for direct, row in session.execute(query)
    }


def change(
    session: Session,
    changed: Sequence[tuple[DirectNow, DirectAction]],
    *,
    by: str,
    now: datetime,
) -> None:
    """Keep a new version of direktåtgärder that the plan now says otherwise; their status stays."""
    if changed:
        session.execute(
            insert(ActionStateRow),
            [
                {
                    "action": old.action,
                    "at": now,
                    "text": new.text,
                    "responsible": new.responsible,
                    "due": new.due,
                    "status": old.status,
                    "by": by,
                    "cause": old.cause,
                    "note": "",
                    "effect": old.effect,
                    "follow_up": old.follow_up,
                }
                for old, new in changed
            ],
        )


def add_actions(
    session: Session, plan: str, actions: Sequence[NewAction], *, by: str, now: datetime
) -> None:
    """Record åtgärder under the plan's next numbers; five statements for all."""
    if not actions:
        return
    # Weaker than a row's deletion, so that it does not wait for those who only point at the plan.
    hold = select(col(PlanRow.unit)).where(col(PlanRow.key) == plan).with_for_update(key_share=True)
    unit = session.scalar(hold) or ""
    newest = select(func.max(col(ActionRow.number))).where(col(ActionRow.plan) == plan)
    first = (session.scalar(newest) or 0) + 1
    numbered = list(enumerate(actions, first))
    session.execute(
        insert(ActionRow),
        [
            {
                "plan": plan, "number": n, "subject": a.subject, "task": a.task,
                "direct": a.direct, "unit": a.unit or unit,
            }
            for n, a in numbered
        ],
    )  # fmt: skip
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
                "status": str(a.status),
                "by": by,
                "cause": a.cause,
                "note": "",
                "effect": "",
                "follow_up": None,
            }
            for n, a in numbered
        ],
    )
