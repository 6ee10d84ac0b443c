"""Where plans stand: what is adopted, what waits for a decision, and what is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, select, union_all, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from icengine.domain.access import Scope
from icengine.domain.completeness import Given, OpenAction
from icengine.domain.draft import Draft
from icengine.domain.facts import Decision
from icengine.domain.task import State
from icengine.store.action_lists import still_open
from icengine.store.db import Session
from icengine.store.drafts import draft_of_row
from icengine.store.plans import AdoptedPlan, adopted_of, given_of
from icengine.store.tables import (
    ActionRow,
    PlanDraftRow,
    PlanRow,
    PlanVersionRow,
    TaskRow,
)
from icengine.store.tasks import Task, task_of


@dataclass(frozen=True)
class Standing:
    """All that a new version of a plan has to do with."""

    last: AdoptedPlan | None
    """The newest version; None where none is adopted."""
    closed_at: datetime | None
    """When it was avslutad."""
    draft: Draft | None
    before: AdoptedPlan | None
    """The newest version of the unit's latest earlier plan."""


def standing(session: Session, unit: str, year: int) -> Standing:
    """Where a unit's plan for a year stands, and the latest earlier one; one statement."""
    key = f"{unit}-{year}"
    earlier = aliased(PlanRow)
    latest = (
        select(func.max(col(earlier.year)))
        .where(col(earlier.unit) == unit, col(earlier.year) < year)
        .scalar_subquery()
    )
    before: Select[Any] = select(col(PlanRow.key).label("key")).where(
        col(PlanRow.unit) == unit, col(PlanRow.year) == latest
    )
    asked = union_all(select(literal(key).label("key")), before)
    keys = asked.subquery()
    other = aliased(PlanVersionRow)
    newest = (
        select(func.max(col(other.version))).where(col(other.plan) == keys.c.key).scalar_subquery()
    )
    query = (
        select(keys.c.key, PlanVersionRow, col(PlanRow.closed_at), PlanDraftRow)
        .join(PlanRow, col(PlanRow.key) == keys.c.key, isouter=True)
        .join(
            PlanVersionRow,
            and_(col(PlanVersionRow.plan) == keys.c.key, col(PlanVersionRow.version) == newest),
            isouter=True,
        )
        .join(PlanDraftRow, col(PlanDraftRow.plan) == keys.c.key, isouter=True)
    )
    found = {row[0]: row for row in session.execute(query.select_from(keys))}
    _, last, closed_at, draft = found.pop(key)
    other_year = next((row[1] for row in found.values()), None)
    return Standing(
        adopted_of(last) if last else None,
        closed_at,
        draft_of_row(draft) if draft else None,
        adopted_of(other_year) if other_year else None,
    )


def open_actions(session: Session, plan: str, year: int) -> tuple[OpenAction, ...]:
    """The åtgärder of a plan that are not done, without those that concern the plan as a whole."""
    query = (
        select(col(ActionRow.number), col(ActionRow.subject))
        .where(col(ActionRow.plan) == plan, col(ActionRow.subject) != "", still_open())
        .order_by(col(ActionRow.number))
    )
    return tuple(OpenAction(f"Å{year}-{n}", subject) for n, subject in session.execute(query))


@dataclass(frozen=True)
class Listed:
    """A plan in a list: what is adopted of it."""

    key: str
    unit: str
    year: int
    closed_at: datetime | None
    decision: Decision
    """Of the newest version."""


def listed(session: Session, scope: Scope) -> list[Listed]:
    """Every adopted plan that may be seen, newest year first; one statement."""
    newest = (
        select(col(PlanVersionRow.plan), func.max(col(PlanVersionRow.version)).label("version"))
        .group_by(col(PlanVersionRow.plan))
        .subquery()
    )
    query: Any = (
        select(
            col(PlanRow.key), col(PlanRow.unit), col(PlanRow.year), col(PlanRow.closed_at),
            col(PlanVersionRow.version), col(PlanVersionRow.dnr), col(PlanVersionRow.decided_on),
            col(PlanVersionRow.paragraph),
        )
        .join(newest, newest.c.plan == col(PlanRow.key))
        .join(
            PlanVersionRow,
            and_(
                col(PlanVersionRow.plan) == col(PlanRow.key),
                col(PlanVersionRow.version) == newest.c.version,
            ),
        )
        .order_by(col(PlanRow.year).desc(), col(PlanRow.key))
    )  # fmt: skip
    if not scope.everything:
        query = query.where(col(PlanRow.unit).in_(scope.units))
    return [
        Listed(key, unit, year, closed, Decision(*said))
        for key, unit, year, closed, *said in session.execute(query)
    ]


@dataclass(frozen=True)
class Version:
    """A version in a list, without its content."""

    decision: Decision
    sha256: str
    adopted_at: datetime
    reasons: tuple[Given, ...]


def versions(session: Session, key: str) -> tuple[Version, ...]:
    """Every version of a plan, oldest first."""
    query = (
        select(
            col(PlanVersionRow.version), col(PlanVersionRow.dnr), col(PlanVersionRow.decided_on),
            col(PlanVersionRow.paragraph), col(PlanVersionRow.sha256),
            col(PlanVersionRow.adopted_at), col(PlanVersionRow.reasons),
        )
        .where(col(PlanVersionRow.plan) == key)
        .order_by(col(PlanVersionRow.version))
    )  # fmt: skip
    return tuple(
        Version(Decision(*row[:4]), row[4], row[5], given_of(row[6]))
        for row in session.execute(query)
    )


def unanswered(session: Session, key: str) -> list[Task]:
    """The plan's tasks that still ask for an answer, in the order they are due."""
    states = [str(state) for state in State if state.answerable]
    query = (
        select(TaskRow)
        .where(col(TaskRow.plan) == key, col(TaskRow.state).in_(states))
        .order_by(col(TaskRow.due), col(TaskRow.id))
    )
    return [task_of(row) for row in session.scalars(query)]


def close(session: Session, key: str, now: datetime) -> None:
    """Nothing of the plan changes any more."""
    session.connection().execute(
        update(PlanRow).where(col(PlanRow.key) == key).values(closed_at=now)
    )
    session.expire_all()


def closed_at(session: Session, key: str) -> datetime | None:
    """When the plan was avslutad; None where it is not."""
    return session.scalar(select(col(PlanRow.closed_at)).where(col(PlanRow.key) == key))
