"""Shared controls: the functions that units have named for them, and the plans that have any."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlmodel import col

from icengine.domain.task import State
from icengine.store.db import Session
from icengine.store.plans import AdoptedPlan, adopted_of
from icengine.store.tables import (
    ControlRow,
    PlanRow,
    PlanVersionRow,
    SharedOwnerRow,
    TaskRow,
    TaskStateRow,
)

WAITING = tuple(str(state) for state in State if state.answerable)
ASKED = tuple(str(state) for state in (State.OPEN, State.STARTED, State.RETURNED))


@dataclass(frozen=True)
class Naming:
    """A unit's newest naming."""

    function: str
    version: int
    """How many times the unit has named somebody."""


def named(session: Session, plan: str, as_of: datetime | None = None) -> dict[tuple[str, str], str]:
    """(control, unit) -> the function that the unit has named, at a moment where one is given."""
    return {
        (control, unit): naming.function
        for (_, control, unit), naming in namings(session, [plan], as_of).items()
    }


def namings(
    session: Session, plans: Collection[str], as_of: datetime | None = None
) -> dict[tuple[str, str, str], Naming]:
    """(plan, control, unit) -> what the unit has named last, in one statement."""
    if not plans:
        return {}
    query = select(SharedOwnerRow).where(col(SharedOwnerRow.plan).in_(set(plans)))
    if as_of is not None:
        query = query.where(col(SharedOwnerRow.named_at) <= as_of)
    rows = session.scalars(query.order_by(col(SharedOwnerRow.version)))
    return {(row.plan, row.control, row.unit): Naming(row.function, row.version) for row in rows}


def name(
    session: Session, plan: str, control: str, unit: str, function: str, *, by: str, now: datetime
) -> None:
    """Keep what a unit has named, as the next version."""
    there = select(func.max(col(SharedOwnerRow.version))).where(
        col(SharedOwnerRow.plan) == plan,
        col(SharedOwnerRow.control) == control,
        col(SharedOwnerRow.unit) == unit,
    )
    session.add(
        SharedOwnerRow(
            plan=plan, control=control, unit=unit, version=(session.scalar(there) or 0) + 1,
            function=function, named_at=now, by=by,
        )
    )  # fmt: skip
    session.flush()


def give(session: Session, plan: str, control: str, unit: str, function: str) -> list[int]:
    """Let the tasks that wait for the unit's answer have another owner; those that had one before."""
    theirs = (
        col(TaskRow.plan) == plan,
        col(TaskRow.control) == control,
        col(TaskRow.unit) == unit,
        col(TaskRow.state).in_(WAITING),
        col(TaskRow.owner) != function,
    )
    statement = (
        update(TaskRow)
        .where(*theirs)
        .values(owner=function)
        .returning(col(TaskRow.id))
        .execution_options(synchronize_session=False)
    )
    return sorted(id for id in session.scalars(statement) if id is not None)


def plans_that_share(session: Session, first: int, last: int = 9999) -> list[AdoptedPlan]:
    """The newest version of every plan of those years that has shared controls and is not closed,
    the newest year first."""
    newest = (
        select(col(PlanVersionRow.plan), func.max(col(PlanVersionRow.version)).label("version"))
        .group_by(col(PlanVersionRow.plan))
        .subquery()
    )
    shares = exists().where(
        col(ControlRow.plan) == col(PlanVersionRow.plan),
        col(ControlRow.version) == col(PlanVersionRow.version),
        col(ControlRow.shared),
    )
    query = (
        select(PlanVersionRow)
        .join(
            newest,
            and_(
                newest.c.plan == col(PlanVersionRow.plan),
                newest.c.version == col(PlanVersionRow.version),
            ),
        )
        .join(PlanRow, col(PlanRow.key) == col(PlanVersionRow.plan))
        .where(shares, col(PlanRow.closed_at).is_(None), col(PlanRow.year).between(first, last))
        .order_by(col(PlanRow.year).desc(), col(PlanRow.key))
    )
    return [adopted_of(row) for row in session.scalars(query)]


@dataclass(frozen=True)
class Standing:
    """How far a unit has come with a shared control."""

    planned: int
    """Tasks that are not utgår."""
    done: int
    """Of them, handed in or closed."""
    late: int
    """Of them, past their last day without an answer."""
    open: int
    """Of them, those whose owner has been asked, or would have been."""


def standings(
    session: Session, plans: Collection[str], today: date
) -> dict[tuple[str, str, str], Standing]:
    """(plan, control, unit) -> how far it has come, in one statement."""
    if not plans:
        return {}
    waits = col(TaskRow.state).in_(WAITING)
    cancelled = col(TaskRow.state) == str(State.CANCELLED)
    asked = col(TaskRow.state).in_(ASKED)

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    query = (
        select(
            col(TaskRow.plan),
            col(TaskRow.control),
            col(TaskRow.unit),
            count(~cancelled),
            count(and_(~waits, ~cancelled)),
            count(and_(waits, col(TaskRow.due) < today)),
            count(asked),
        )
        .where(col(TaskRow.plan).in_(plans))
        .group_by(col(TaskRow.plan), col(TaskRow.control), col(TaskRow.unit))
    )
    return {
        (plan, control, unit): Standing(planned, done, late, opened)
        for plan, control, unit, planned, done, late, opened in session.execute(query)
    }


def cancelled_for(session: Session, plans: Collection[str], beginnings: Iterable[str]) -> set[int]:
    """Tasks of the plans that are utgår for a reason that begins in one of these ways."""
    last = (
        select(func.max(col(TaskStateRow.id)).label("newest"))
        .join(TaskRow, col(TaskRow.id) == col(TaskStateRow.task))
        .where(col(TaskRow.plan).in_(plans), col(TaskRow.state) == str(State.CANCELLED))
        .group_by(col(TaskStateRow.task))
        .subquery()
    )
    query = (
        select(col(TaskStateRow.task))
        .join(last, last.c.newest == col(TaskStateRow.id))
        .where(or_(*(col(TaskStateRow.reason).startswith(b, autoescape=True) for b in beginnings)))
    )
    return set(session.scalars(query))
