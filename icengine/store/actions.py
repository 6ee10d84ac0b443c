"""Åtgärder: from answers, and the direktåtgärder decided with a plan."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
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

    @property
    def content(self) -> Content:
        """What its first version says."""
        return Content(self.text, self.responsible, self.due, self.status, self.cause)


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
                "direct": a.direct, "unit": a.unit or unit, **_found_by(a.content),
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
        [_version(NewState(ids[n], a.content, by), now) for n, a in numbered],
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


def add_states(session: Session, states: Sequence[NewState], now: datetime) -> list[int]:
    """Keep new versions of åtgärder, and find the åtgärder by them from now on; two statements for
    all. The versions' numbers, in order."""
    if not states:
        return []
    # What they are found by comes first: whoever writes it holds the åtgärd until the commit, and so
    # the version that is numbered last is also what stands there last.
    session.connection().execute(
        update(ActionRow).where(col(ActionRow.id) == bindparam("action")),
        [{"action": item.action, **_found_by(item.content)} for item in states],
    )
    kept: Any = insert(ActionStateRow).returning(
        col(ActionStateRow.id), sort_by_parameter_order=True
    )
    versions = session.connection().execute(kept, [_version(item, now) for item in states])
    return list(versions.scalars())


def _found_by(content: Content) -> dict[str, Any]:
    """What an åtgärd is found by."""
    return {
        "status": str(content.status), "responsible": content.responsible, "due": content.due,
        "follow_up": content.follow_up, "effect": content.effect,
    }  # fmt: skip


def _version(state: NewState, now: datetime) -> dict[str, Any]:
    return {
        "action": state.action, "at": now, "text": state.content.text, "by": state.by,
        "cause": state.content.cause, "note": state.note, **_found_by(state.content),
    }  # fmt: skip


def withdraw_mails(session: Session, actions: Collection[int], why: str) -> None:
    """Take back the mails about these åtgärder that have not been sent."""
    if actions:
        session.connection().execute(
            update(OutboxRow)
            .where(col(OutboxRow.action).in_(actions), col(OutboxRow.state) == WAITING)
            .values(state=WITHDRAWN, error=why)
        )
