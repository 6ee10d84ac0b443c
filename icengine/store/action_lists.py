"""Åtgärder as they stand: one, a list of them, how many there are, and what has been said of each.

Every list takes a Scope, is read some at a time, and costs five statements whatever its length. What
is asked for is found in `action` alone, by an index of just that; the newest version is read of those
that are shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from icengine.domain.access import Scope
from icengine.domain.action import FOLLOWED_UP, Action, ActionState, Effect
from icengine.domain.facts import ActionStatus
from icengine.store import scoped
from icengine.store.columns import among, unsorted
from icengine.store.db import Session
from icengine.store.event_tasks import may_wait
from icengine.store.protected import protected_controls
from icengine.store.tables import (
    ActionRow,
    ActionStateRow,
    ControlRow,
    PersonRow,
    PlanRow,
    RegisterRow,
)

OPEN = tuple(status for status in ActionStatus if not status.closed)
CLOSED = tuple(status for status in ActionStatus if status.closed)


class Which(StrEnum):
    """Which åtgärder a list holds; the value is what an address says."""

    OPEN = "oppna"
    LATE = "forsenade"
    TO_CONFIRM = "att-bekrafta"
    """Klara, says their ansvarig."""
    EFFECT = "effekt"
    """Those that it is asked about today whether they had effect."""
    WITHOUT_EFFECT = "utan-effekt"
    """Those that were done and did not help."""
    CLOSED = "avslutade"
    ALL = "alla"


WAITING = tuple(which for which in Which if which not in (Which.CLOSED, Which.ALL))
"""What somebody has to do something about, in the order of Counts. Each has an index of its own."""


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for."""

    today: date
    which: Which = Which.OPEN
    units: frozenset[str] | None = None
    """Only those of these units; None for all."""
    responsible: frozenset[str] | None = None
    """Only those with one of these as ansvarig."""
    not_responsible: frozenset[str] | None = None
    """Only those with none of these as ansvarig."""
    task: int = 0
    """Only those that the answer to this task brought."""
    ids: frozenset[int] | None = None
    """Only these."""


Place = tuple[date, int]
"""Where a list goes on: klart-datum and number of the last one seen."""


def place(action: Action) -> Place:
    """Where a list goes on after this one."""
    return action.state.due, action.id


# -- one --


def get(session: Session, scope: Scope, id: int, *, lock: bool = False) -> Action | None:
    """One åtgärd; None where there is none or it may not be seen. `lock`: nobody else changes it
    before this unit of work is over."""
    if lock:
        # First, in a statement of its own: what is read then is what whoever had it has left.
        session.scalars(
            select(col(ActionRow.id)).where(col(ActionRow.id) == id).with_for_update()
        ).all()
    found = session.execute(_query(scope).where(col(ActionRow.id) == id)).all()
    return next(iter(_actions(session, found)), None)


def history(session: Session, id: int) -> tuple[ActionState, ...]:
    """Every version of an åtgärd, the oldest first."""
    query = select(ActionStateRow).where(col(ActionStateRow.action) == id)
    return tuple(_state(row) for row in session.scalars(query.order_by(col(ActionStateRow.id))))


def direct(session: Session, unit: str, year: int) -> list[Action]:
    """The direktåtgärder of a unit's plans up to a year, the oldest first."""
    query = _query(Scope(everything=True)).where(
        col(PlanRow.unit) == unit, col(PlanRow.year) <= year, col(ActionRow.direct) != ""
    )
    rows = session.execute(query.order_by(col(PlanRow.year), col(ActionRow.number)))
    return _actions(session, rows.all())


# -- lists --


def listed(
    session: Session,
    scope: Scope,
    wanted: Wanted,
    *,
    after: Place | None = None,
    limit: int | None = None,
) -> list[Action]:
    """Åtgärder that may be seen, those that should be done first on top, and so the late ones.

    What is closed comes in the other order, the latest first. `after`: those that follow upon it.
    """
    if wanted.responsible == frozenset():
        return []  # SQLite would go through all of them to find nobody's
    latest_first = wanted.which is Which.CLOSED
    order = (col(ActionRow.due), col(ActionRow.id))
    query = _query(scope).where(*_asked(wanted))
    if after is not None:
        here, seen = tuple_(*order), tuple_(*after)
        query = query.where(here < seen if latest_first else here > seen)
    query = query.order_by(*(column.desc() if latest_first else column for column in order))
    return _actions(session, session.execute(query.limit(limit)).all())


def open_actions(
    session: Session,
    scope: Scope,
    *,
    today: date,
    after: Place | None = None,
    limit: int | None = None,
) -> list[Action]:
    """Åtgärder that are not closed, of any year, the late ones first; `place` of the last one asks
    for those that follow."""
    return listed(session, scope, Wanted(today), after=after, limit=limit)


def asked_for_effect(
    session: Session,
    scope: Scope,
    *,
    today: date,
    after: Place | None = None,
    limit: int | None = None,
) -> list[Action]:
    """Åtgärder that were done, and of which it is asked by now whether they had effect."""
    return listed(session, scope, Wanted(today, Which.EFFECT), after=after, limit=limit)


@dataclass(frozen=True)
class Counts:
    """How many åtgärder there are of each kind that somebody has to do something about."""

    open: int
    late: int
    to_confirm: int
    effect: int
    without_effect: int


def counts(session: Session, scope: Scope, wanted: Wanted) -> Counts:
    """How many wait; what `wanted.which` says does not matter. One statement."""
    query, narrowed = _counting(scoped.parts(scope)), _narrowed(wanted)
    given = scoped.values(scope) | {"today": wanted.today}
    found = session.connection().execute(query.where(*narrowed) if narrowed else query, given)
    return Counts(*found.one())


def own_counts(
    session: Session,
    scope: Scope,
    today: date,
    functions: Collection[str],
    years: Collection[int],
) -> tuple[Counts, bool]:
    """How many wait, and whether there may be a control of these functions that waits for something to
    happen: the start page asks for both, and mostly there is neither. One statement."""
    given = scoped.values(scope) | {
        "today": today, "functions": list(functions), "years": list(years)
    }  # fmt: skip
    row = session.connection().execute(_own(scoped.parts(scope)), given).one()
    return Counts(*row[:-1]), bool(row[-1])


@lru_cache(maxsize=8)
def _own(kind: scoped.Parts) -> Any:
    return _counting(kind).add_columns(may_wait())


@lru_cache(maxsize=64)
def _counting(kind: scoped.Parts) -> Any:
    """How many of each kind of åtgärd."""
    today: Any = bindparam("today", type_=Date())
    kinds = [_of_kind(which, today) for which in WAITING]
    counted: Any = select(*(func.count().filter(*one) for one in kinds)).select_from(ActionRow)
    # Each kind is found by its own index; asked for together, all there is would be gone through.
    found = union_all(*(select(col(ActionRow.id)).where(*one) for one in kinds))
    return _planned(counted).where(col(ActionRow.id).in_(found), _within(scoped.placeholders(kind)))


def responsibles(session: Session, scope: Scope) -> set[str]:
    """Everybody who is ansvarig for an åtgärd that is not closed."""
    query = _planned(select(unsorted(col(ActionRow.responsible))).select_from(ActionRow))
    return set(session.scalars(query.where(_visible(scope), still_open()).distinct()))


# -- the query --


def still_open() -> ColumnElement[bool]:
    """It is not closed."""
    return among(ActionRow.status, OPEN)


def _planned(query: Any) -> Any:
    """With the plan."""
    return query.join(PlanRow, col(PlanRow.key) == col(ActionRow.plan))


@cache
def _newest() -> ColumnElement[bool]:
    newer = aliased(ActionStateRow)
    newest = (
        select(func.max(col(newer.id)))
        .where(col(newer.action) == col(ActionRow.id))
        .correlate(ActionRow)
        .scalar_subquery()
    )
    return col(ActionStateRow.id) == newest


def _query(scope: Scope) -> Any:
    columns: Any = select(ActionRow, ActionStateRow, col(PlanRow.unit), col(PlanRow.year))
    everything = columns.select_from(ActionRow).join(ActionStateRow, _newest())
    return _planned(everything).where(_visible(scope))


def _visible(scope: Scope) -> ColumnElement[bool]:
    """The condition that keeps a query inside its scope."""
    return _within(scoped.fields(scope))


def _within(seen: Mapping[str, Any]) -> ColumnElement[bool]:
    responsible = col(ActionRow.responsible)

    def own(person: Any) -> ColumnElement[bool]:
        email = select(col(PersonRow.email)).where(col(PersonRow.id) == person)
        return responsible == email.scalar_subquery()

    conditions: dict[str, Callable[[Any], ColumnElement[bool]]] = {
        "everything": lambda _: true(),
        "units": col(ActionRow.unit).in_,
        "plans": col(PlanRow.unit).in_,
        "actions": col(ActionRow.id).in_,
        "functions": responsible.in_,
        "person": own,
    }
    allowed = [condition(seen[name]) for name, condition in conditions.items() if name in seen]
    return or_(*allowed) if allowed else false()


def _asked(wanted: Wanted) -> list[ColumnElement[bool]]:
    return [*_of_kind(wanted.which, wanted.today), *_narrowed(wanted)]


def _of_kind(which: Which, today: date) -> list[ColumnElement[bool]]:
    done, effect = among(ActionRow.status, FOLLOWED_UP), ActionRow.effect
    kinds: dict[Which, list[ColumnElement[bool]]] = {
        Which.OPEN: [still_open()],
        Which.LATE: [still_open(), col(ActionRow.due) < today],
        Which.TO_CONFIRM: [among(ActionRow.status, [ActionStatus.DONE])],
        Which.EFFECT: [done, among(effect, [""]), col(ActionRow.follow_up) <= today],
        Which.WITHOUT_EFFECT: [done, among(effect, [Effect.NO])],
        Which.CLOSED: [among(ActionRow.status, CLOSED)],
        Which.ALL: [true()],
    }  # fmt: skip
    return kinds[which]


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    responsible = col(ActionRow.responsible)
    found: list[ColumnElement[bool]] = []
    if wanted.units is not None:
        unit = col(ActionRow.unit)
        found.append((unsorted(unit) if wanted.which in WAITING else unit).in_(wanted.units))
    if wanted.responsible is not None:
        found.append(responsible.in_(wanted.responsible))
    if wanted.not_responsible is not None:
        found.append(responsible.not_in(wanted.not_responsible))
    if wanted.task:
        found.append(col(ActionRow.task) == wanted.task)
    if wanted.ids is not None:
        found.append(col(ActionRow.id).in_(wanted.ids))
    return found


# -- rows -> values --


def _state(row: ActionStateRow) -> ActionState:
    assert row.id is not None
    return ActionState(
        row.text, row.responsible, row.due, ActionStatus(row.status), row.cause, row.follow_up,
        row.effect, version=row.id, at=row.at, by=row.by, note=row.note,
    )  # fmt: skip


def _actions(session: Session, rows: Sequence[Any]) -> list[Action]:
    if not rows:
        return []
    of = {(action.plan, action.subject) for action, *_ in rows}
    risks = {(unit, action.subject) for action, _, unit, _ in rows}
    controls, titles = _controls(session, of), _risks(session, risks)
    protected = protected_controls(session, {plan for plan, _ in of})
    return [
        Action(
            id=row.id,
            plan=row.plan,
            plan_unit=unit,
            year=year,
            number=row.number,
            unit=row.unit,
            subject=row.subject,
            about=controls.get((row.plan, row.subject)) or titles.get((unit, row.subject), ""),
            of_control=(row.plan, row.subject) in controls,
            direct=row.direct,
            task=row.task or 0,
            protected=(row.plan, row.subject) in protected,
            state=_state(state),
        )
        for row, state, unit, year in rows
    ]


def _controls(session: Session, of: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(plan, control) -> its title in the newest version that has it."""
    query = (
        select(col(ControlRow.plan), col(ControlRow.id), col(ControlRow.title))
        .where(
            col(ControlRow.plan).in_({plan for plan, _ in of}),
            col(ControlRow.id).in_({subject for _, subject in of}),
        )
        .order_by(col(ControlRow.version))
    )
    return {(plan, id): title for plan, id, title in session.execute(query)}


def _risks(session: Session, of: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(unit, risk) -> its title, as the unit's register has it now."""
    newer = aliased(RegisterRow)
    newest = (
        select(func.max(col(newer.version)))
        .where(and_(col(newer.unit) == col(RegisterRow.unit), col(newer.id) == col(RegisterRow.id)))
        .correlate(RegisterRow)
        .scalar_subquery()
    )
    query = select(col(RegisterRow.unit), col(RegisterRow.id), col(RegisterRow.document)).where(
        col(RegisterRow.unit).in_({unit for unit, _ in of}),
        col(RegisterRow.id).in_({id for _, id in of}),
        col(RegisterRow.version) == newest,
    )
    return {(unit, id): json.loads(text)["title"] for unit, id, text in session.execute(query)}
