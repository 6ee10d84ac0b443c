"""Åtgärder: from answers, and the direktåtgärder decided with a plan."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlmodel import col

from icengine.domain.action import Content
from icengine.domain.facts import ActionStatus
from icengine.domain.plan import DirectAction
from icengine.store.db import Session
from icengine.store.mail_tables import OutboxRow
from icengine.store.outbox import WAITING, WITHDRAWN
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


def add_actions(
    session: Session, plan: str, actions: Sequence[NewAction], *, by: str, now: datetime
) -> list[int]:
    """Record åtgärder under the plan's next numbers, five statements for all; their numbers in the
    store, in order."""
    if not actions:
        return []
    # Weaker than a row's deletion, so that it does not wait for those who only point at the plan.
    hold = select(col(PlanRow.unit)).where(col(PlanRow.key) == plan).with_for_update(key_share=True)
    unit = session.scalar(hold) or ""
    newest = select(func.max(col(ActionRow.number))).where(col(ActionRow.plan) == plan)
    first = (session.scalar(newest) or 0) + 1
    numbered = list(enumerate(actions, first))
    session.connection().execute(
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
    session.connection().execute(
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
    return [ids[n] for n, _ in numbered]


@dataclass(frozen=True)
class NewState:
    """A new version of an åtgärd."""

    action: int
    content: Content
    by: str
    note: str = ""
    """What is said with it."""


def add_states(session: Session, states: Sequence[NewState], now: datetime) -> None:
    """Keep new versions of åtgärder; one statement for all."""
    if states:
        session.connection().execute(
            insert(ActionStateRow),
            [
                {
                    "action": item.action,
                    "at": now,
                    "text": item.content.text,
                    "responsible": item.content.responsible,
                    "due": item.content.due,
                    "status": str(item.content.status),
                    "by": item.by,
                    "cause": item.content.cause,
                    "note": item.note,
                    "effect": item.content.effect,
                    "follow_up": item.content.follow_up,
                }
                for item in states
            ],
        )


def withdraw_mails(session: Session, actions: Collection[int], why: str) -> None:
    """Take back the mails about these åtgärder that have not been sent."""
    if actions:
        session.connection().execute(
            update(OutboxRow)
            .where(col(OutboxRow.action).in_(actions), col(OutboxRow.state) == WAITING)
            .values(state=WITHDRAWN, error=why)
        )
