"""A machine that adopts, revises, ticks, answers and reorganises through the real services, and knows
by the rules alone what must have become of every task.

What is expected is worked out here from the rules' own words and not by `revise`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from typing import Any

import sharing as make
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from municipality import at
from sqlalchemy import select
from sqlmodel import col

from icengine.domain.access import Link
from icengine.domain.people import Unit, UnitKind
from icengine.domain.plan import Control, Plan, Shared
from icengine.domain.task import Answer, State
from icengine.domain.timing import Timed
from icengine.jobs import TIMETABLE
from icengine.services.audit import verify_log
from icengine.services.people import current_organisation, import_organisation
from icengine.services.scheduling import tick
from icengine.services.shared import name_owner
from icengine.services.tasks import record_answer
from icengine.store import answers, tasks
from icengine.store.db import Database
from icengine.store.tables import AnswerRow, PlanVersionRow, TaskRow, TaskStateRow

OPERATOR = make.OPERATOR
FIRST = date(2022, 1, 3)
IDS = ("K1", "K2", "K3")
FREQUENCIES = (
    "varje kvartal", "varje månad", "en gång per år", "februari och augusti", "varje tertial",
)  # fmt: skip
OWNERS = ("Ekonomichefen", "Skolchefen", "Socialchefen")
UNITS = ("ks", "bun", "son")
CHOSEN: tuple[Shared | None, ...] = (
    None,
    Shared(units=("ks", "bun")),
    Shared(units=("bun", "son"), owners=(("son", "Socialchefen"),)),
    Shared(units=("tn", "son")),
    Shared(kinds=(UnitKind.COMPANY,), units=("ks",), owners=(("bolag", "Vd"),)),
)
BEGUN = (State.OPEN, State.STARTED, State.SUBMITTED, State.RETURNED, State.APPROVED, State.NOT_DONE)
OURS, THEIRS = "Utgick när ", "Styrelsen behöver den inte."
"""How the reason begins of what a change took out; the controller's own reason."""


class Outcome(Enum):
    """What becomes of an answer."""

    DRAFT, HANDED_IN, RETURNED = range(3)


Key = tuple[str, str, str]


@dataclass(frozen=True)
class Spec:
    """A control of the plan that is being thought out."""

    frequency: str = FREQUENCIES[0]
    owner: str = OWNERS[0]
    shared: Shared | None = None
    earlier: int = 0
    """Days that every last day is moved back."""
    approver: str = ""
    title: str = "Attest"

    def control(self, id: str) -> Control:
        """The control itself."""
        base = make.control(self.shared, self.frequency, id=id, owner=self.owner, title=self.title)
        back = timedelta(days=self.earlier)
        times = tuple(
            Timed(t.window, min(t.opens, t.due - back), t.due - back) for t in base.occurrences
        )
        return replace(base, occurrences=times, approver=self.approver)


@dataclass(frozen=True)
class Wanted:
    """What the plan asks for."""

    control: str
    unit: str
    owner: str
    timed: Timed

    @property
    def key(self) -> Key:
        return (self.control, self.unit, self.timed.window.slot)


@dataclass(frozen=True)
class Seen:
    """A task as it is stored."""

    task: tasks.Task
    reason: str
    """Of its last state."""

    @property
    def key(self) -> Key:
        return (self.task.control, self.task.unit, self.task.slot)

    @property
    def back(self) -> bool:
        """Does it come back where it is asked for? Only what a change took out does."""
        return self.task.state is State.CANCELLED and self.reason.startswith(OURS)


class PlanMachine(RuleBasedStateMachine):
    """Versions and tasks of kommunstyrelsen's plan for 2022."""

    def __init__(self, new: Callable[[], tuple[Database, Callable[[], None]]]) -> None:
        super().__init__()
        self.database, self.close = new()
        self.today = FIRST
        self.specs: dict[str, Spec] = {}
        self.known: dict[str, Spec] = {}
        """The last of every control, also of those that have been taken out."""
        self.named: dict[tuple[str, str], str] = {}
        self.ends: dict[str, date | None] = {}
        self.version = 0

    # -- what there is --

    @property
    def now(self) -> Any:
        return at(self.today.isoformat())

    def work(self, service: Any, actor: Any = OPERATOR, **values: Any) -> Any:
        """A use case in a unit of work of its own."""
        with self.database.unit_of_work(actor, self.now) as session:
            return service(session, actor=actor, now=self.now, **values)

    def seen(self) -> dict[Key, Seen]:
        """Every task, by key."""
        with self.database.reading() as session:
            rows = [tasks.task_of(row) for row in session.scalars(select(TaskRow))]
            history = session.scalars(select(TaskStateRow).order_by(col(TaskStateRow.id)))
            last = {row.task: row for row in history}
        assert len({(t.control, t.unit, t.slot) for t in rows}) == len(rows)
        for task in rows:
            assert last[task.id].state == task.state, "the state is the last one of its history"
        found = [Seen(task, last[task.id].reason) for task in rows]
        return {item.key: item for item in found}

    def frozen(self) -> tuple[dict[Any, Any], dict[int, str]]:
        """Every answer, and the document of every version."""
        with self.database.reading() as session:
            saved = {
                (row.task, row.version): (row.content, row.by, row.submitted, row.at)
                for row in session.scalars(select(AnswerRow))
            }
            rows = session.scalars(select(PlanVersionRow))
            documents = {row.version: f"{row.sha256}{row.document}" for row in rows}
        return saved, documents

    def organisation(self) -> tuple[Unit, ...]:
        """The units as they are."""
        units = make.organisation().units
        return tuple(replace(u, end=self.ends.get(u.id, u.end)) for u in units)

    def plan(self) -> Plan:
        return make.plan(*(spec.control(id) for id, spec in sorted(self.specs.items())))

    # -- what the rules say --

    def wanted(self) -> dict[Key, Wanted]:
        """Every occurrence for every unit that is there on its last day."""
        units = {unit.id: unit for unit in self.organisation()}
        heirs = {"tn": "sbn"}
        found = {}
        for id, spec in self.specs.items():
            for item in spec.control(id).occurrences:
                day = item.window.end
                chosen = self.chosen(spec.shared)
                there = {u if units[u].exists(day) else heirs.get(u, "") for u in chosen}
                for unit in there - {""}:
                    if spec.shared and not units[unit].exists(day):
                        continue
                    wanted = Wanted(id, unit, self.owner(id, spec, unit), item)
                    found[wanted.key] = wanted
        return found

    @staticmethod
    def chosen(shared: Shared | None) -> Iterable[str]:
        if shared is None:
            return ("ks",)
        return (*shared.units, *(("bolag",) if shared.kinds else ()))

    def owner(self, id: str, spec: Spec, unit: str) -> str:
        if spec.shared is None:
            return spec.owner
        said = self.named.get((id, unit)) or dict(spec.shared.owners).get(unit)
        return said or (spec.owner if unit == "ks" else "")

    @staticmethod
    def overlapping(item: Wanted, before: dict[Key, Seen]) -> list[Seen]:
        """Tasks of the same control and unit that have begun, and share a day with it."""
        window = item.timed.window
        return [
            seen
            for seen in before.values()
            if seen.key[:2] == item.key[:2]
            and seen.task.state in BEGUN
            and seen.task.start <= window.end
            and window.start <= seen.task.end
        ]

    def staying(self, before: dict[Key, Seen], wanted: dict[Key, Wanted]) -> dict[Key, Wanted]:
        """Open tasks whose slot is gone, but that a new occurrence overlaps: with what it says."""
        new = [item for key, item in wanted.items() if key not in before]
        return {
            seen.key: item
            for item in new
            for seen in self.overlapping(item, before)
            if seen.key not in wanted and seen.task.state.answerable
        }

    def judge(self, before: dict[Key, Seen], wanted: dict[Key, Wanted]) -> set[Key]:
        """What a revision has done to every task; the keys of what was listed and not created."""
        after = self.seen()
        staying = self.staying(before, wanted)
        for key, was in before.items():
            self.judge_task(was, after[key], wanted.get(key), staying.get(key))
        listed = set()
        for key, item in wanted.items():
            if key in before:
                continue
            if self.overlapping(item, before):
                assert key not in after, "what overlaps is listed, not created"
                listed.add(key)
            else:
                self.follows(after[key].task, item)
                assert after[key].task.state is State.PLANNED
        assert set(after) == set(before) | (set(wanted) - listed)
        return listed

    def judge_task(self, was: Seen, now: Seen, item: Wanted | None, stays: Wanted | None) -> None:
        task, state = now.task, was.task.state
        assert (task.id, task.slot) == (was.task.id, was.task.slot)
        if state.answerable and item:
            self.follows(task, item)
            assert task.state is state, "it follows, as far as it had come"
        elif state.answerable and stays:
            kept = replace(was.task, version=self.version, owner=stays.owner)
            assert task == kept, "it stays with its own dates"
        elif state.answerable:
            assert task.state is State.CANCELLED
            assert now.reason.startswith(f"{OURS}planen ändrades (version {self.version}, dnr ")
        elif state is State.CANCELLED and item and was.back:
            self.follows(task, item)
            assert task.state is State.PLANNED, "what a change took out comes back"
        elif state is State.CANCELLED:
            assert replace(task, version=was.task.version) == was.task, "it stays utgår"
        else:
            assert now == was, "an answered task never changes"

    def follows(self, task: tasks.Task, item: Wanted) -> None:
        """It is on the newest version, with the dates and the owner that this gives it."""
        window = item.timed.window
        assert (task.version, task.owner) == (self.version, item.owner)
        assert (task.label, task.start, task.end, task.opens, task.due) == (
            window.label, window.start, window.end, item.timed.opens, item.timed.due,
        )  # fmt: skip

    # -- what may happen --

    @initialize(
        first=st.sampled_from(CHOSEN),
        second=st.sampled_from(CHOSEN),
        days=st.sampled_from([90, 240, 0, 40]),
        outcomes=st.lists(st.sampled_from(list(Outcome)), min_size=2, max_size=8),
    )
    def adopt_first(
        self, first: Shared | None, second: Shared | None, days: int, outcomes: list[Outcome]
    ) -> None:
        make.known(self.database)
        read = Spec(shared=first, approver="Controllern")
        self.revise({"K1": read, "K2": Spec(FREQUENCIES[3], shared=second)})
        self.let_time_pass(days)
        self.answer_some(outcomes)

    def revise(self, specs: dict[str, Spec]) -> None:
        """Adopt the plan with these controls, and judge what it did."""
        before, (saved, documents) = self.seen(), self.frozen()
        same = self.version > 0 and specs == self.specs
        self.specs = specs
        self.known |= specs
        self.version += not same
        done = make.adopt(self.database, self.plan(), self.today.isoformat())
        assert (done.version, done.is_new) == (self.version, not same)
        saved_now, documents_now = self.frozen()
        assert saved_now == saved, "no revision touches what anybody has written"
        assert {n: documents_now[n] for n in documents} == documents, "adopted is frozen"
        if same:
            assert self.seen() == before
            return
        assert set(documents_now) - set(documents) == {self.version}
        listed = self.judge(before, self.wanted())
        assert len(done.overlapping) == len(listed)

    @rule()
    def adopt_the_same(self) -> None:
        self.revise(dict(self.specs))

    def changed(self, id: str, **values: Any) -> None:
        self.revise(self.specs | {id: replace(self.specs[id], **values)})

    def one(self, data: Any) -> str:
        return str(data.draw(st.sampled_from(sorted(self.specs))))

    @precondition(lambda self: self.specs)
    @rule(data=st.data(), frequency=st.sampled_from(FREQUENCIES))
    def change_how_often(self, data: Any, frequency: str) -> None:
        self.changed(self.one(data), frequency=frequency)

    @precondition(lambda self: self.specs)
    @rule(data=st.data(), earlier=st.integers(0, 5))
    def change_the_dates(self, data: Any, earlier: int) -> None:
        self.changed(self.one(data), earlier=earlier)

    @precondition(lambda self: self.specs)
    @rule(data=st.data(), owner=st.sampled_from(OWNERS), title=st.sampled_from(["Attest", "Ny"]))
    def change_the_owner(self, data: Any, owner: str, title: str) -> None:
        self.changed(self.one(data), owner=owner, title=title)

    @precondition(lambda self: self.specs)
    @rule(data=st.data(), shared=st.sampled_from(CHOSEN))
    def change_the_units(self, data: Any, shared: Shared | None) -> None:
        self.changed(self.one(data), shared=shared)

    @precondition(lambda self: self.specs)
    @rule(data=st.data(), approver=st.sampled_from(["", "Controllern"]))
    def change_the_approver(self, data: Any, approver: str) -> None:
        self.changed(self.one(data), approver=approver)

    @precondition(lambda self: self.specs)
    @rule(data=st.data())
    def take_a_control_out(self, data: Any) -> None:
        gone = self.one(data)
        self.revise({id: spec for id, spec in self.specs.items() if id != gone})

    @precondition(lambda self: len(self.specs) < len(IDS))
    @rule(data=st.data())
    def bring_a_control_in_or_back(self, data: Any) -> None:
        id = data.draw(st.sampled_from([id for id in IDS if id not in self.specs]))
        self.revise(self.specs | {id: self.known.get(id, Spec())})

    @rule(days=st.integers(0, 75))
    def let_days_pass(self, days: int) -> None:
        self.let_time_pass(days)

    def let_time_pass(self, days: int) -> None:
        """Tick that many days on: what is due to open opens, and nothing else changes."""
        self.today = min(self.today + timedelta(days=days), date(2023, 3, 1))
        before = self.seen()
        with self.database.unit_of_work(TIMETABLE, self.now) as session:
            tick(session, actor=TIMETABLE, now=self.now)
        for key, now in self.seen().items():
            task = before[key].task
            opens = task.state is State.PLANNED and task.opens <= self.today
            assert now.task == (replace(task, state=State.OPEN) if opens else task)

    def some(self, data: Any, *states: State) -> tasks.Task | None:
        """One of the tasks in these states; None where there is none."""
        found = sorted(
            (s.task for s in self.seen().values() if s.task.state in states), key=lambda t: t.id
        )
        return data.draw(st.sampled_from(found)) if found else None

    @rule(outcomes=st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=4))
    def answer_some(self, outcomes: list[Outcome]) -> None:
        waiting = sorted(
            (
                seen.task
                for seen in self.seen().values()
                if seen.task.state in (State.OPEN, State.STARTED, State.RETURNED)
                and seen.task.owner
                and seen.task.start <= self.today
            ),
            key=lambda task: (task.state is not State.OPEN, task.id),
        )
        for task, outcome in zip(waiting, outcomes, strict=False):
            self.answer(task, outcome)

    def answer(self, task: tasks.Task, outcome: Outcome) -> None:
        """Save a draft, hand it in, or hand it in and have it sent back."""
        with self.database.reading() as session:
            last = answers.last_saved(session, task.id)
        base, hand_in = last.version if last else 0, outcome is not Outcome.DRAFT
        actor = Link(1, make.email(task.owner), frozenset({task.id}))
        done = self.work(
            record_answer, actor, task_id=task.id, answers_as=task.owner, submit=hand_in,
            answer=Answer(result=f"Svar {base}.", rating="gron"), base_version=base,
        )  # fmt: skip
        assert done.state in ((State.SUBMITTED, State.APPROVED) if hand_in else (State.STARTED,))
        if outcome is Outcome.RETURNED and done.state is State.SUBMITTED:
            self.move(task, State.RETURNED)

    def move(self, task: tasks.Task, state: State, reason: str = "") -> None:
        """What approvers and controllers do, which has no use case of its own yet."""
        with self.database.unit_of_work(OPERATOR, self.now) as session:
            tasks.move(
                session, [tasks.StateChange(task.id, state, "Controllern", reason)], self.now
            )
            session.record("prov", f"kontrolltillfälle:{task.key}")

    @rule(data=st.data())
    def send_back(self, data: Any) -> None:
        if task := self.some(data, State.SUBMITTED):
            self.move(task, State.RETURNED)

    @rule(data=st.data())
    def controller_takes_out(self, data: Any) -> None:
        if task := self.some(data, State.PLANNED, State.OPEN, State.STARTED):
            self.move(task, State.CANCELLED, THEIRS)

    @rule(id=st.sampled_from(IDS), unit=st.sampled_from(UNITS), function=st.sampled_from(OWNERS))
    def name_an_owner(self, id: str, unit: str, function: str) -> None:
        spec = self.specs.get(id)
        if spec is None or spec.shared is None or unit not in self.chosen(spec.shared):
            return
        before, (saved, _) = self.seen(), self.frozen()
        self.work(name_owner, plan="ks-2022", control=id, unit=unit, function=function)
        self.named[id, unit] = function
        assert self.frozen()[0] == saved
        for key, now in self.seen().items():
            task = before[key].task
            theirs = key[:2] == (id, unit) and task.state.answerable
            assert now.task == (replace(task, owner=function) if theirs else task)

    @rule(unit=st.sampled_from(["son", "bolag"]), end=st.sampled_from([None, date(2022, 8, 31)]))
    def a_unit_ends_or_stays_after_all(self, unit: str, end: date | None) -> None:
        before, (saved, _) = self.seen(), self.frozen()
        self.ends[unit] = end
        whole = replace(make.organisation(), units=self.organisation())
        whole = replace(
            whole,
            units=tuple(replace(u, moves=()) if u.id == "skola" else u for u in whole.units),
        )
        with self.database.reading() as session:
            changes = current_organisation(session, actor=OPERATOR).units != whole.units
        self.work(import_organisation, organisation=whole)
        assert self.frozen()[0] == saved
        self.judge_reorganised(before, changes)

    def judge_reorganised(self, before: dict[Key, Seen], changes: bool) -> None:
        """Shared controls follow the units, in what is not due yet; nothing else changes."""
        after, wanted = self.seen(), self.wanted()
        ours = {id for id, spec in self.specs.items() if spec.shared}
        staying = self.staying(before, wanted)
        for key, was in before.items():
            item, task = wanted.get(key), was.task
            due = item.timed.due if item else task.due
            concerned = changes and key[0] in ours and due >= self.today
            now = after[key]
            if concerned and task.state.answerable and not item and key not in staying:
                assert now.task == replace(task, state=State.CANCELLED)
                assert now.reason == f"{OURS}organisationen ändrades."
            elif concerned and item and was.back:
                self.follows(now.task, item)
                assert now.task.state is State.PLANNED
            else:
                assert now == was
        new = {
            key
            for key, item in wanted.items()
            if key not in before and changes and key[0] in ours
            and item.timed.due >= self.today and not self.overlapping(item, before)
        }  # fmt: skip
        assert set(after) - set(before) == new

    # -- what always holds --

    @invariant()
    def every_task_is_known_by_its_key_and_its_state_by_its_history(self) -> None:
        self.seen()

    def teardown(self) -> None:
        try:
            if self.version:
                with self.database.at_one_moment() as session:
                    found = verify_log(session, actor=OPERATOR)
                assert found.sound, found.faults
        finally:
            self.close()
