"""What a report needs of the store, as it stood at a moment, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, insert, select
from sqlmodel import col

from icengine.domain.facts import ActionFact, ActionStatus, TaskFact
from icengine.domain.plan import Plan
from icengine.domain.task import State
from icengine.store.answers import from_content
from icengine.store.db import Session
from icengine.store.protected import protected_controls
from icengine.store.tables import (
    ActionRow,
    ActionStateRow,
    AnswerRow,
    NoteRow,
    PlanRow,
    TaskRow,
    TaskStateRow,
)
from icengine.store.task_tables import TaskChangeRow


def _newest(key: Any, order: Any, moment: Any, as_of: datetime, *where: Any) -> Any:
    """For each `key`, the largest `order` recorded by `as_of`."""
    query = select(key.label("key"), func.max(order).label("newest")).where(moment <= as_of, *where)
    return query.group_by(key).subquery()


def task_facts(session: Session, plan: str, as_of: datetime) -> tuple[TaskFact, ...]:
    """The plan's tasks with the state and the answer handed in that they had at the moment."""
    return task_facts_of(session, [plan], as_of).get(plan, ())


def task_facts_of(
    session: Session, keys: Collection[str], as_of: datetime
) -> dict[str, tuple[TaskFact, ...]]:
    """The same for several plans, by their keys, in two statements."""
    states = _newest(col(TaskStateRow.task), col(TaskStateRow.id), col(TaskStateRow.at), as_of)
    answers = _newest(
        col(AnswerRow.task), col(AnswerRow.version), col(AnswerRow.at), as_of,
        col(AnswerRow.submitted),
    )  # fmt: skip
    query = (
        select(TaskRow, TaskStateRow, AnswerRow)
        .join(states, states.c.key == col(TaskRow.id))
        .join(TaskStateRow, col(TaskStateRow.id) == states.c.newest)
        .join(answers, answers.c.key == col(TaskRow.id), isouter=True)
        .join(
            AnswerRow,
            and_(col(AnswerRow.task) == answers.c.key, col(AnswerRow.version) == answers.c.newest),
            isouter=True,
        )
        .where(col(TaskRow.plan).in_(keys))
        .order_by(col(TaskRow.end), col(TaskRow.id))
    )
    moved = _moved(session, keys, as_of)
    found: dict[str, list[TaskFact]] = {}
    for task, state, answer in session.execute(query):
        changed = moved.get(task.id, {})
        fact = TaskFact(
            control=task.control,
            unit=task.unit,
            slot=task.slot,
            label=task.label,
            due=task.due,
            state=State(state.state),
            reason=state.reason,
            answer=from_content(answer.content) if answer else None,
            answered_at=answer.at if answer else None,
            answered_by=answer.by if answer else "",
            owner=task.owner,
            moved_to=date.fromisoformat(changed[MOVED]) if changed.get(MOVED) else None,
            handed_to=changed.get(CHOSEN, ""),
        )
        found.setdefault(task.plan, []).append(fact)
    return {key: tuple(facts) for key, facts in found.items()}


MOVED, CHOSEN = "datum", "ansvarig"
"""Kinds of a task's changes that a report says."""


def _moved(session: Session, keys: Collection[str], as_of: datetime) -> dict[int, dict[str, str]]:
    """What the controller had changed about tasks of these plans: task -> kind -> the newest value."""
    query = (
        select(TaskChangeRow)
        .join(TaskRow, col(TaskRow.id) == col(TaskChangeRow.task))
        .where(
            col(TaskRow.plan).in_(keys),
            col(TaskChangeRow.at) <= as_of,
            col(TaskChangeRow.kind).in_((MOVED, CHOSEN)),
        )
        .order_by(col(TaskChangeRow.id))
    )
    found: dict[int, dict[str, str]] = {}
    for row in session.scalars(query):
        found.setdefault(row.task, {})[row.kind] = row.value
    return found


def last_versions(session: Session, plan: str, controls: Collection[str]) -> dict[str, int]:
    """The last plan version that tasks of these controls followed."""
    query = (
        select(col(TaskRow.control), func.max(col(TaskRow.version)))
        .where(col(TaskRow.plan) == plan, col(TaskRow.control).in_(controls))
        .group_by(col(TaskRow.control))
    )
    return dict(session.execute(query).all())


def action_facts(session: Session, plan: Plan, as_of: datetime) -> tuple[ActionFact, ...]:
    """The plan's åtgärder, and those of the unit's earlier plans that were still open.

    A direktåtgärd that the plan has taken over from an earlier one is its own, also when it is done.
    """
    newest = _newest(
        col(ActionStateRow.action), col(ActionStateRow.id), col(ActionStateRow.at), as_of
    )
    query = (
        select(ActionRow, ActionStateRow, col(PlanRow.year))
        .join(PlanRow, col(PlanRow.key) == col(ActionRow.plan))
        .join(newest, newest.c.key == col(ActionRow.id))
        .join(ActionStateRow, col(ActionStateRow.id) == newest.c.newest)
        .where(col(PlanRow.unit) == plan.unit, col(PlanRow.year) <= plan.year)
        .order_by(col(PlanRow.year).desc(), col(ActionRow.number))
    )
    found = []
    rows = session.execute(query).all()
    protected = protected_controls(session, {action.plan for action, _, _ in rows}, as_of)
    own = {action.direct for action, _, year in rows if year == plan.year}
    taken_over = {item.id for risk in plan.risks for item in risk.actions} - own
    for action, state, year in rows:
        status = ActionStatus(state.status)
        if year == plan.year or not status.closed or action.direct in taken_over:
            number = f"Å{action.number}" if year == plan.year else f"Å{year}-{action.number}"
            found.append(
                ActionFact(
                    number,
                    year,
                    action.subject,
                    state.text,
                    state.responsible,
                    state.due,
                    status,
                    direct=action.direct,
                    protected=(action.plan, action.subject) in protected,
                )
            )
    return tuple(found)


def notes(session: Session, plan: str, as_of: datetime) -> dict[str, str]:
    """What the controller had written, by subject; an emptied note is gone."""
    newest = _newest(
        col(NoteRow.subject), col(NoteRow.id), col(NoteRow.at), as_of, col(NoteRow.plan) == plan
    )
    query = select(NoteRow).join(newest, col(NoteRow.id) == newest.c.newest)
    return {row.subject: row.text for row in session.scalars(query) if row.text}


def add_note(
    session: Session, plan: str, subject: str, text: str, *, by: str, now: datetime
) -> None:
    """Keep one version of a note."""
    session.execute(
        insert(NoteRow), [{"plan": plan, "subject": subject, "at": now, "text": text, "by": by}]
    )
