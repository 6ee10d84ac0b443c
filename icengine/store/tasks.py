"""Tasks, their states and answers, and the åtgärder that answers bring."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    and_,
    bindparam,
    exists,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from icengine.domain.access import Scope
from icengine.domain.occurrence import Occasion
from icengine.domain.task import State
from icengine.store import scoped
from icengine.store.columns import Instant, among, unsorted
from icengine.store.db import Session
from icengine.store.mail_tables import OutboxRow
from icengine.store.tables import AnswerRow, ControlRow, HoldingRow, PlanRow, TaskRow, TaskStateRow

ASKED_FOR = (State.OPEN, State.STARTED, State.RETURNED)
"""States in which an answer is waited for, in the order of the index that is made for them."""


@dataclass(frozen=True)
class Task:
    """A kontrolltillfälle as it is stored."""

    id: int
    plan: str
    version: int
    control: str
    unit: str
    slot: str
    label: str
    start: date
    end: date
    opens: date
    due: date
    owner: str
    state: State
    delegate: int = 0
    """The person it is handed over to; 0 for none."""
    own_owner: bool = False
    """The controller has chosen who answers."""
    own_due: bool = False
    """The controller has moved the date."""

    @property
    def key(self) -> str:
        """Its stable name: "ks-2022/K3/ks/2022-02"."""
        return f"{self.plan}/{self.control}/{self.unit}/{self.slot}"


@dataclass(frozen=True)
class ListedTask:
    """A task in a list, with what its control says."""

    task: Task
    title: str
    area: str
    protected: bool
    rating: str
    """Level id of the last answer handed in; "" where none is."""


Place = tuple[date, int]
"""Where a list goes on: last day and number of the last one seen."""


def place_after(task: Task) -> Place:
    """Where a list goes on after this one."""
    return task.due, task.id


@dataclass(frozen=True)
class StateChange:
    """A task moves to a state."""

    task: int
    state: State
    by: str
    reason: str = ""


def task_of(row: TaskRow) -> Task:
    """The value of a row."""
    assert row.id is not None
    return Task(
        row.id, row.plan, row.version, row.control, row.unit, row.slot, row.label, row.start,
        row.end, row.opens, row.due, row.owner, State(row.state), row.delegate or 0,
        row.own_owner, row.own_due,
    )  # fmt: skip


COLUMNS: list[Any] = [
    col(TaskRow.id), col(TaskRow.plan), col(TaskRow.version), col(TaskRow.control), col(TaskRow.unit),
    col(TaskRow.slot), col(TaskRow.label), col(TaskRow.start), col(TaskRow.end), col(TaskRow.opens),
    col(TaskRow.due), col(TaskRow.owner), col(TaskRow.state), col(TaskRow.delegate),
    col(TaskRow.own_owner), col(TaskRow.own_due),
]  # fmt: skip
"""What a task is made of. A list asks for these: a row object of each would cost it half its time."""
STATES = {str(state): state for state in State}
CONTROL = and_(
    col(ControlRow.plan) == col(TaskRow.plan),
    col(ControlRow.version) == col(TaskRow.version),
    col(ControlRow.id) == col(TaskRow.control),
)
"""Joins a task with its control."""


def task_in(row: Sequence[Any]) -> Task:
    """The value of a row that begins with COLUMNS."""
    return Task(
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10], row[11],
        STATES[row[12]], row[13] or 0, row[14], row[15],
    )  # fmt: skip


def visible(scope: Scope) -> ColumnElement[bool]:
    """The condition that keeps a query about tasks inside its scope."""
    return _within(scoped.fields(scope), _approved_by)


def within(kind: scoped.Parts, *, joined: bool = False) -> ColumnElement[bool]:
    """The same for every scope of a kind; the query is given `scoped.values`. `joined`: it has the
    task's control in it."""
    approved_by = col(ControlRow.approver).in_ if joined else _approved_by
    return _within(scoped.placeholders(kind), approved_by)


def _within(
    seen: Mapping[str, Any], approved_by: Callable[[Any], ColumnElement[bool]]
) -> ColumnElement[bool]:
    conditions: dict[str, Callable[[Any], ColumnElement[bool]]] = {
        "everything": lambda _: true(),
        "units": col(TaskRow.unit).in_,
        "plans": _asked_by,
        "tasks": col(TaskRow.id).in_,
        "functions": col(TaskRow.owner).in_,
        "approves": approved_by,
        "person": lambda number: col(TaskRow.delegate) == number,
    }
    allowed = [condition(seen[name]) for name, condition in conditions.items() if name in seen]
    return or_(*allowed) if allowed else false()


def _asked_by(units: Any) -> ColumnElement[bool]:
    """Tasks in plans of these units, whichever unit answers them."""
    theirs = select(col(PlanRow.key)).where(col(PlanRow.unit).in_(units))
    return col(TaskRow.plan).in_(theirs)


def _approved_by(functions: Any) -> ColumnElement[bool]:
    """Tasks whose control names one of them as its godkännare."""
    control, theirs = _other_control()
    found: ColumnElement[bool] = theirs.where(col(control.approver).in_(functions)).exists()
    return found


@cache
def _other_control() -> tuple[Any, Any]:
    """The control of a task once more, for a query that may have it in it already. Made once, as what
    is always the same in a query takes longer to put together than to run."""
    control = aliased(ControlRow)
    theirs = select(control).where(
        col(control.plan) == col(TaskRow.plan),
        col(control.version) == col(TaskRow.version),
        col(control.id) == col(TaskRow.control),
    )
    return control, theirs


def get(session: Session, scope: Scope, id: int, *, lock: bool = False) -> Task | None:
    """One task; None where there is none or it may not be seen."""
    query = select(TaskRow).where(col(TaskRow.id) == id, visible(scope))
    row = session.scalars(query.with_for_update() if lock else query).first()
    return task_of(row) if row else None


def of_plans(session: Session, plans: Collection[str], *, lock: bool = True) -> list[Task]:
    """Every task of the plans, locked for the one who revises them."""
    query = select(TaskRow).where(col(TaskRow.plan).in_(plans)).order_by(col(TaskRow.id))
    found = session.scalars(query.with_for_update() if lock else query)
    return [task_of(row) for row in found]


@cache
def last_handed_in() -> ColumnElement[bool]:
    """Joins a task with its newest answer that was handed in: looked up for each task that is asked
    for, so that the answers of all the others cost nothing."""
    answer = aliased(AnswerRow)
    newest = (
        select(func.max(col(answer.version)))
        .where(col(answer.task) == col(TaskRow.id), col(answer.submitted))
        .correlate(TaskRow)
        .scalar_subquery()
    )
    return and_(col(AnswerRow.task) == col(TaskRow.id), col(AnswerRow.version) == newest)


def listed(
    session: Session,
    scope: Scope,
    *,
    plan: str = "",
    states: Iterable[State] = (),
    after: Place | None = None,
    limit: int | None = 500,
    rated: bool = True,
) -> list[ListedTask]:
    """Tasks in order of their due date, in one statement. `after`: those that follow upon it; `rated`:
    with the level of the last answer."""
    shape = _Shape(
        scoped.parts(scope), bool(plan), tuple(states), after is not None, limit is not None, rated
    )
    given = scoped.values(scope) | ({"plan": plan} if plan else {})
    if after is not None:
        given |= {"after_due": after[0], "after_id": after[1]}
    if limit is not None:
        given["most"] = limit
    rows = session.connection().execute(_list(shape), given).all()
    return [
        ListedTask(task_in(row), row[-4], row[-3], row[-2], (row[-1] or {}).get("rating", ""))
        for row in rows
    ]


def count(session: Session, scope: Scope, states: Iterable[State]) -> int:
    """How many tasks there are in these states."""
    query = _count(scoped.parts(scope), tuple(states))
    return int(session.connection().execute(query, scoped.values(scope)).scalar() or 0)


@lru_cache(maxsize=64)
def _count(kind: scoped.Parts, states: tuple[State, ...]) -> Any:
    return select(func.count()).where(within(kind), among(TaskRow.state, states))


@dataclass(frozen=True)
class _Shape:
    """Which query a list is answered by."""

    kind: scoped.Parts
    of_plan: bool
    states: tuple[State, ...]
    goes_on: bool
    limited: bool
    rated: bool


@lru_cache(maxsize=256)
def _list(shape: _Shape) -> Any:
    """The query of a list."""
    content = col(AnswerRow.content) if shape.rated else null()
    query: Any = select(
        *COLUMNS, col(ControlRow.title), col(ControlRow.area), col(ControlRow.protected), content
    )
    # Few are asked for by their plan or state. In order of an index on their dates SQLite would go
    # through all others to find them; so that index is of use only where neither is given.
    due: Any = col(TaskRow.due)
    order: Any = unsorted(due) if shape.of_plan or shape.states else due
    query = (
        query.select_from(TaskRow)
        .join(ControlRow, CONTROL)
        .where(within(shape.kind, joined=True))
        .order_by(order, col(TaskRow.id))
    )
    if shape.rated:
        query = query.join(AnswerRow, last_handed_in(), isouter=True)
    if shape.of_plan:
        query = query.where(col(TaskRow.plan) == bindparam("plan"))
    if shape.states:
        query = query.where(_in(shape.states))
    if shape.goes_on:
        last = tuple_(bindparam("after_due", type_=Date()), bindparam("after_id"))
        query = query.where(tuple_(order, col(TaskRow.id)) > last)
    return query.limit(bindparam("most")) if shape.limited else query


def _in(states: Sequence[State]) -> ColumnElement[bool]:
    """In one of these states. Those that are planned and those that wait are found by an index each:
    asked for together, SQLite goes through all tasks."""
    others = [state for state in states if state is not State.PLANNED]
    if not others or len(others) == len(states):
        return among(TaskRow.state, states)
    kinds = ([State.PLANNED], others)
    found = [select(col(TaskRow.id)).where(among(TaskRow.state, kind)) for kind in kinds]
    return col(TaskRow.id).in_(union_all(*found))


# -- planning and moving --


def plan_tasks(
    session: Session,
    plan: str,
    version: int,
    occasions: Sequence[Occasion],
    *,
    by: str,
    now: datetime,
) -> None:
    """Insert planned tasks with the first row of their history; two statements for all."""
    rows = [
        {
            "plan": plan,
            "version": version,
            "control": item.control.id,
            "unit": item.unit,
            "slot": item.timed.window.slot,
            "label": item.timed.window.label,
            "start": item.timed.window.start,
            "end": item.timed.window.end,
            "opens": item.timed.opens,
            "due": item.timed.due,
            "owner": item.owner,
            "state": str(State.PLANNED),
        }
        for item in occasions
    ]
    if not rows:
        return
    session.execute(insert(TaskRow), rows)
    planned = str(State.PLANNED)
    fresh = select(
        col(TaskRow.id), literal(now, Instant()), literal(planned), literal(by), literal("")
    ).where(
        col(TaskRow.plan) == plan,
        ~exists().where(col(TaskStateRow.task) == col(TaskRow.id)),
    )
    columns = ["task", "at", "state", "by", "reason"]
    session.connection().execute(insert(TaskStateRow).from_select(columns, fresh))


def follow_version(
    session: Session, version: int, changed: Sequence[tuple[Task, Occasion]]
) -> None:
    """Let tasks that are not answered follow a new version; their slot stays, and what the
    controller has decided about one."""
    if not changed:
        return
    session.connection().execute(
        update(TaskRow)
        .where(col(TaskRow.id) == bindparam("row"))
        .values(
            version=version,
            label=bindparam("new_label"),
            start=bindparam("new_start"),
            end=bindparam("new_end"),
            opens=bindparam("new_opens"),
            due=bindparam("new_due"),
            owner=bindparam("new_owner"),
        ),
        [
            {
                "row": task.id,
                "new_label": item.timed.window.label,
                "new_start": item.timed.window.start,
                "new_end": item.timed.window.end,
                "new_opens": task.opens if task.own_due else item.timed.opens,
                "new_due": task.due if task.own_due else item.timed.due,
                "new_owner": task.owner if task.own_owner else item.owner,
            }
            for task, item in changed
        ],
    )


def set_version(session: Session, version: int, ids: Sequence[int]) -> None:
    """Let tasks follow a version in nothing but its number."""
    if ids:
        session.connection().execute(
            update(TaskRow).where(col(TaskRow.id).in_(ids)).values(version=version)
        )


def move(session: Session, changes: Sequence[StateChange], now: datetime) -> None:
    """Give tasks new states, in their order where one has several, and keep each in their history; two
    statements for all."""
    if not changes:
        return
    session.connection().execute(
        update(TaskRow)
        .where(col(TaskRow.id) == bindparam("row"))
        .values(state=bindparam("new_state")),
        [{"row": change.task, "new_state": str(change.state)} for change in changes],
    )
    _keep_states(session, changes, now)


def _keep_states(session: Session, changes: Sequence[StateChange], now: datetime) -> None:
    session.execute(
        insert(TaskStateRow),
        [
            {"task": c.task, "at": now, "state": str(c.state), "by": c.by, "reason": c.reason}
            for c in changes
        ],
    )


def open_due(session: Session, today: date, now: datetime, by: str) -> list[Task]:
    """Open every planned task whose day has come, each once however many do it at the same time."""
    statement = (
        update(TaskRow)
        .where(among(TaskRow.state, [State.PLANNED]), col(TaskRow.opens) <= today)
        .values(state=str(State.OPEN))
        .returning(TaskRow)
        .execution_options(synchronize_session=False)
    )
    opened = sorted(
        (task_of(row) for row in session.scalars(statement)), key=lambda t: (t.due, t.id)
    )
    if opened:
        _keep_states(session, [StateChange(task.id, State.OPEN, by) for task in opened], now)
    return opened


def to_notify(session: Session, limit: int = 5_000) -> list[Task]:
    """Open tasks whose owner has not been told, those that have no owner last; locked."""
    query = (
        select(TaskRow)
        .where(
            col(TaskRow.notified_at).is_(None), among(TaskRow.state, [State.OPEN, State.STARTED])
        )
        .order_by(col(TaskRow.owner) == "", col(TaskRow.id))
        .limit(limit)
        .with_for_update()
    )
    return [task_of(row) for row in session.scalars(query)]


def with_new_holders(session: Session, day: date) -> list[tuple[Task, str]]:
    """Tasks that wait for an answer, with those who hold their function now and have no mail."""
    mailed = exists().where(
        col(OutboxRow.task) == col(TaskRow.id),
        col(OutboxRow.email) == col(HoldingRow.email),
    )
    query = (
        select(TaskRow, col(HoldingRow.email))
        .join(HoldingRow, col(HoldingRow.function) == col(TaskRow.owner))
        .where(
            among(TaskRow.state, ASKED_FOR),
            col(TaskRow.notified_at).is_not(None),
            or_(col(HoldingRow.start).is_(None), col(HoldingRow.start) <= day),
            or_(col(HoldingRow.end).is_(None), col(HoldingRow.end) >= day),
            ~mailed,
        )
    )
    # Put in order here: asked for in order of their numbers, SQLite goes through every task there is.
    found = ((task_of(row), email) for row, email in session.execute(query))
    return sorted(found, key=lambda pair: (pair[0].id, pair[1]))


def mark_notified(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Note that the owners of these tasks have a mail in the outbox."""
    if ids:
        session.connection().execute(
            update(TaskRow)
            .where(col(TaskRow.id) == bindparam("row"))
            .values(notified_at=bindparam("at")),
            [{"row": id, "at": now} for id in ids],
        )


def forget_notified(session: Session, ids: Collection[int]) -> None:
    """Owe these tasks' owners a mail again when they are open."""
    if ids:
        session.connection().execute(
            update(TaskRow).where(col(TaskRow.id).in_(ids)).values(notified_at=None)
        )


def answerable(session: Session, ids: Collection[int]) -> set[int]:
    """Those of the tasks that still ask for an answer."""
    states = [str(state) for state in State if state.answerable]
    query = select(col(TaskRow.id)).where(col(TaskRow.id).in_(ids), col(TaskRow.state).in_(states))
    return {id for id in session.scalars(query) if id is not None}


def place(session: Session, task: Task) -> tuple[int, int]:
    """(which, of how many): the task among its control's tasks that are not utgår, in time order."""
    query = (
        select(col(TaskRow.id))
        .where(
            col(TaskRow.plan) == task.plan,
            col(TaskRow.control) == task.control,
            col(TaskRow.unit) == task.unit,
            or_(col(TaskRow.state) != str(State.CANCELLED), col(TaskRow.id) == task.id),
        )
        .order_by(col(TaskRow.start), col(TaskRow.end), col(TaskRow.id))
    )
    ids = list(session.scalars(query))
    return ids.index(task.id) + 1, len(ids)


def state_since(session: Session, task: int) -> tuple[datetime | None, str]:
    """When the task got the state it has, and the reason that was given."""
    query = (
        select(col(TaskStateRow.at), col(TaskStateRow.reason))
        .where(col(TaskStateRow.task) == task)
        .order_by(col(TaskStateRow.id).desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else (None, "")
