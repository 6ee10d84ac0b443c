"""A machine that lets people do anything to a few tasks in any order, through the real services, and
knows by the rules alone how each must stand.

What is expected is kept in `Told`, a model in a few lines. A new use case is a new rule: a service
called through `tried`, and what it does to the model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from task_life import (
    APPROVER,
    BOTH,
    COLLEAGUE,
    CONTROLLER,
    GREEN,
    MANAGER,
    OPERATOR,
    OWNER,
    SECOND,
    YELLOW,
    Life,
)

from icengine.domain.task import State, may_move
from icengine.errors import Closed, Conflict, ICEngineError, NotAllowed, NotFound, Refused
from icengine.services.approval import approve, send_back, take_back, waiting_for
from icengine.services.audit import verify_log
from icengine.services.reopening import reopen
from icengine.services.scheduling import tick
from icengine.services.tasks import record_answer
from icengine.store import approvals, tasks
from icengine.store.db import Database

CONTROLS = ("K1", "K2", "K3", "K4")
"""With a godkännare; green on a high risk; neither; with a godkännare who is its owner."""
PEOPLE = (OWNER, COLLEAGUE, APPROVER, BOTH, CONTROLLER, SECOND, MANAGER)
OWNERS = {
    "K1": (OWNER, COLLEAGUE),
    "K2": (OWNER, COLLEAGUE),
    "K3": (OWNER, COLLEAGUE),
    "K4": (BOTH,),
}
READERS = {"K1": (APPROVER,)}
"""Who approves; the others are read by the controllers."""
CONTROLLERS = (CONTROLLER, SECOND)
SOMEBODY = st.sampled_from((None, None, None, *PEOPLE))
"""Who tries; None for somebody whose it is."""
REFUSALS = (Closed, Conflict, NotAllowed, NotFound, Refused)


@dataclass(frozen=True)
class Told:
    """How a task must stand."""

    state: State = State.OPEN
    versions: int = 0
    """Saved versions of its answer."""
    handed_in: int = 0
    """The newest that was handed in; 0 for none."""


class TaskMachine(RuleBasedStateMachine):
    """Tasks of kommunstyrelsen's plan for 2022, from öppen on."""

    def __init__(self, new: Callable[[], tuple[Database, Callable[[], None]]]) -> None:
        super().__init__()
        database, self.closed = new()
        self.life = Life.begun(database)
        self.told = dict.fromkeys(CONTROLS, Told())
        self.numbers = {id: self.life.task(id).id for id in CONTROLS}
        self.people = {email: self.life.person(email) for email in PEOPLE}

    def tried(self, service: Any, email: str, control: str, **values: Any) -> Any:
        """What a use case gives somebody; the error where it is refused."""
        try:
            return self.life.work(
                service, self.people[email], task_id=self.numbers[control], **values
            )
        except REFUSALS as error:
            return error

    def now(self, control: str, **values: Any) -> None:
        """The task must now stand otherwise."""
        self.told[control] = replace(self.told[control], **values)

    # -- what people do --

    @rule(
        control=st.sampled_from(CONTROLS), email=SOMEBODY, submit=st.booleans(),
        answer=st.sampled_from([GREEN, YELLOW]), text=st.integers(0, 3),
        behind=st.sampled_from([0, 0, 1]),
    )  # fmt: skip
    def save(
        self, control: str, email: str | None, submit: bool, answer: Any, text: int, behind: int
    ) -> None:
        told, email = self.told[control], email or OWNERS[control][0]
        answer = replace(answer, result=f"{answer.result} {text}")
        before = self.saved(control)
        same = bool(before) and before[-1].answer == answer
        done = self.tried(
            record_answer, email, control, answer=answer, submit=submit,
            base_version=max(told.versions - behind, 0),
        )  # fmt: skip
        late = behind and told.versions and not same
        if email not in OWNERS[control]:
            assert isinstance(done, NotFound)
        elif not told.state.answerable:
            repeated = same and before[-1].submitted
            assert isinstance(done, Closed) != repeated
        elif late:
            assert isinstance(done, Conflict)
        elif not submit and same:
            assert done.saved == before[-1]
        else:
            self.kept(control, told, submit, answer)

    def kept(self, control: str, told: Told, submit: bool, answer: Any) -> None:
        """A new version is there; handed in it waits for whoever reads it, or is approved."""
        number = told.versions + 1
        if not submit:
            return self.now(control, state=State.STARTED, versions=number)
        green = answer.rating == "gron"
        waits = control in ("K1", "K4") or (control == "K2" and green)
        state = State.SUBMITTED if waits else State.APPROVED
        return self.now(control, state=state, versions=number, handed_in=number)

    @rule(control=st.sampled_from(CONTROLS), email=SOMEBODY)
    def take_back(self, control: str, email: str | None) -> None:
        told, email = self.told[control], email or OWNERS[control][-1]
        done = self.tried(take_back, email, control)
        again = told.state is State.STARTED and 0 < told.versions == told.handed_in
        if email in OWNERS[control] and told.state is State.SUBMITTED:
            self.now(control, state=State.STARTED)
            assert not isinstance(done, ICEngineError)
        else:
            assert isinstance(done, Closed | NotFound) or (again and email in OWNERS[control])

    @rule(
        control=st.sampled_from(CONTROLS), email=SOMEBODY,
        behind=st.sampled_from([0, 0, 1]), yes=st.booleans(),
        comment=st.sampled_from(["", "Räkna om."]),
    )  # fmt: skip
    def judge(self, control: str, email: str | None, behind: int, yes: bool, comment: str) -> None:
        readers = READERS.get(control, CONTROLLERS)
        told, email = self.told[control], email or readers[0]
        before = self.life.history(control)
        done = self.tried(
            approve if yes else send_back, email, control,
            version=told.handed_in - behind, comment=comment,
        )  # fmt: skip
        waits = told.state is State.SUBMITTED and not behind
        if waits and email in readers and (yes or comment):
            self.now(control, state=State.APPROVED if yes else State.RETURNED)
            assert not isinstance(done, ICEngineError), done
        elif not isinstance(done, ICEngineError):
            to = State.APPROVED if yes else State.RETURNED
            assert told.state is to, "only what is so already is no refusal"
            assert self.life.history(control) == before

    @rule(
        control=st.sampled_from(CONTROLS), email=SOMEBODY,
        reason=st.sampled_from(["", "Fel månad."]),
    )  # fmt: skip
    def reopen(self, control: str, email: str | None, reason: str) -> None:
        told, email = self.told[control], email or CONTROLLER
        done = self.tried(reopen, email, control, reason=reason)
        if email in CONTROLLERS and told.state.closed and reason:
            begun = told.versions or told.state is State.APPROVED
            open = told.state is State.CANCELLED or not begun
            self.now(control, state=State.OPEN if open else State.STARTED)
            assert not isinstance(done, ICEngineError), done
        else:
            assert isinstance(done, ICEngineError)

    @rule(control=st.sampled_from(CONTROLS), to=st.sampled_from([State.CANCELLED, State.NOT_DONE]))
    def close(self, control: str, to: State) -> None:
        """What the controller decides, in the store's own words."""
        told = self.told[control]
        if not may_move(told.state, to):
            return
        task = self.life.task(control)
        with self.life.database.unit_of_work(OPERATOR, self.life.now) as session:
            tasks.move(
                session, [tasks.StateChange(task.id, to, "Controllern", "Nej.")], self.life.now
            )
            session.record("prov", f"kontrolltillfälle:{task.key}")
        self.now(control, state=to)

    @rule(days=st.integers(1, 20))
    def time_goes(self, days: int) -> None:
        self.life.now += timedelta(days=days)
        self.life.work(tick, OPERATOR)

    # -- what always holds --

    def saved(self, control: str) -> list[Any]:
        with self.life.database.reading() as session:
            return approvals.versions(session, self.numbers[control])

    @invariant()
    def every_task_stands_as_it_was_told(self) -> None:
        for control, told in self.told.items():
            saved = self.saved(control)
            handed_in = max((one.version for one in saved if one.submitted), default=0)
            assert (self.life.state(control), len(saved), handed_in) == (
                told.state, told.versions, told.handed_in,
            )  # fmt: skip

    @invariant()
    def every_move_in_the_history_is_permitted(self) -> None:
        for control in CONTROLS:
            states = [kept.state for kept in self.life.history(control)]
            assert all(may_move(*pair) for pair in pairwise(states)), states

    @invariant()
    def what_waits_for_somebody_waits_for_another_than_whose_it_is(self) -> None:
        organisation = self.life.organisation()
        for email, person in self.people.items():
            found = self.life.read(waiting_for, person, organisation=organisation)
            mine = {item.task.control for item in found.mine}
            assert mine == {
                id for id, told in self.told.items()
                if told.state is State.SUBMITTED and email in READERS.get(id, CONTROLLERS)
            }  # fmt: skip
            assert not any(item.by == email for item in found.mine)

    def teardown(self) -> None:
        try:
            with self.life.database.at_one_moment() as session:
                found = verify_log(session, actor=OPERATOR)
            assert found.sound, found.faults
        finally:
            self.closed()
