"""What a report needs of the store, as it stood at a moment, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, insert, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from icengine.domain.facts import ActionFact, ActionStatus, TaskFact
from icengine.domain.plan import Plan
from icengine.domain.task import State
from icengine.store.answers import from_content
from icengine.store.columns import unsorted
from icengine.store.db import Session
from icengine.store.moments import Moments, upto
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


def _newest_of_tasks(
    table: Any, order: Any, keys: Collection[str], as_of: datetime | Moments, *where: Any
) -> Any:
    """For each task of these plans, the largest `order` recorded by the plan's moment."""
    query = (
        select(col(table.task).label("key"), func.max(order).label("newest"))
        .join(TaskRow, col(TaskRow.id) == col(table.task))
        .where(col(TaskRow.plan).in_(keys), col(table.at) <= upto(as_of, col(TaskRow.plan)), *where)
    )
    return query.group_by(unsorted(col(table.task))).subquery()


def task_facts(session: Session, plan: str, as_of: datetime) -> tuple[TaskFact, ...]:
    """The plan's tasks with the state and the answer handed in that they had at the moment."""
    return task_facts_of(session, [plan], as_of).get(plan, ())


def task_facts_of(
    session: Session, keys: Collection[str], as_of: datetime | Moments
) -> dict[str, tuple[TaskFact, ...]]:
    """The same for several plans, by their keys, in two statements."""
    states = _newest_of_tasks(TaskStateRow, col(TaskStateRow.id), keys, as_of)
    answers = _newest_of_tasks(
        AnswerRow, col(AnswerRow.version), keys, as_of, col(AnswerRow.submitted)
    )
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


def _moved(
    session: Session, keys: Collection[str], as_of: datetime | Moments
) -> dict[int, dict[str, str]]:
    """What the controller had changed about tasks of these plans: task -> kind -> the newest value."""
    query = (
        select(TaskChangeRow)
        .join(TaskRow, col(TaskRow.id) == col(TaskChangeRow.task))
        .where(
            col(TaskRow.plan).in_(keys),
            col(TaskChangeRow.at) <= upto(as_of, col(TaskRow.plan)),
            col(TaskChangeRow.kind).in_((MOVED, CHOSEN)),
        )
        .order_by(unsorted(col(TaskChangeRow.id)))
    )
    found: dict[int, dict[str, str]] = {}
    for row in session.scalars(query):
        found.setdefault(row.task, {})[row.kind] = row.value
    return found


def last_versions(
    session: Session, plans: Collection[str], controls: Collection[str]
) -> dict[tuple[str, str], int]:
    """(plan, control) -> the last plan version that its tasks followed, in one statement."""
    query = (
        select(col(TaskRow.plan), col(TaskRow.control), func.max(col(TaskRow.version)))
        .where(col(TaskRow.plan).in_(plans), col(TaskRow.control).in_(controls))
        .group_by(col(TaskRow.plan), col(TaskRow.control))
    )
    return {(plan, control): version for plan, control, version in session.execute(query)}


def action_facts(session: Session, plan: Plan, as_of: datetime | Moments) -> tuple[ActionFact, ...]:
    """The plan's åtgärder, and those of the unit's earlier plans that were still open.

    A direktåtgärd that the plan has taken over from an earlier one is its own, also when it is done.
    """
    return action_facts_of(session, [plan], as_of)[plan.key]


def action_facts_of(
    session: Session, plans: Sequence[Plan], as_of: datetime | Moments
) -> dict[str, tuple[ActionFact, ...]]:
    """The same for one plan of each of several units, by its key, in two statements."""
    of_unit = {plan.unit: plan for plan in plans}
    found: dict[str, list[ActionFact]] = {plan.key: [] for plan in plans}
    moment = _moments_of_units(plans, as_of)
    version = aliased(ActionStateRow)
    newest = (
        select(func.max(col(version.id)))
        .where(
            col(version.action) == col(ActionRow.id),
            col(version.at) <= upto(moment, col(PlanRow.unit)),
        )
        .correlate(ActionRow, PlanRow)
        .scalar_subquery()
    )
    query = (
        select(ActionRow, ActionStateRow, col(PlanRow.year), col(PlanRow.unit))
        .select_from(ActionRow)
        .join(PlanRow, col(PlanRow.key) == col(ActionRow.plan))
        .join(ActionStateRow, col(ActionStateRow.id) == newest)
        .where(
            col(PlanRow.unit).in_(of_unit),
            col(PlanRow.year) <= max((plan.year for plan in plans), default=0),
        )
        .order_by(col(PlanRow.year).desc(), col(ActionRow.number))
    )
    rows = [row for row in session.execute(query).all() if row[2] <= of_unit[row[3]].year]
    protected = protected_controls(session, {action.plan for action, _, _, _ in rows}, as_of)
    direct = {
        plan.unit: {item.id for risk in plan.risks for item in risk.actions} for plan in plans
    }
    own = {(unit, action.direct) for action, _, year, unit in rows if year == of_unit[unit].year}
    for action, state, year, unit in rows:
        plan = of_unit[unit]
        taken_over = action.direct in direct[unit] and (unit, action.direct) not in own
        status = ActionStatus(state.status)
        if year == plan.year or not status.closed or taken_over:
            number = f"Å{action.number}" if year == plan.year else f"Å{year}-{action.number}"
            found[plan.key].append(
                ActionFact(
                    number, year, action.subject, state.text, state.responsible, state.due, status,
                    direct=action.direct, protected=(action.plan, action.subject) in protected,
                )
            )  # fmt: skip
    return {key: tuple(facts) for key, facts in found.items()}


def _moments_of_units(plans: Sequence[Plan], as_of: datetime | Moments) -> datetime | Moments:
    """The moments by unit: an earlier year's åtgärd is told as it was when this year's plan was."""
    if isinstance(as_of, datetime):
        return as_of
    own = {plan.unit: as_of.own[plan.key] for plan in plans if plan.key in as_of.own}
    return Moments(as_of.usual, own)


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
