"""A machine that lives an åtgärd's whole life through the real services, and knows by the rules alone
what it must have become.

What is expected is worked out here from the rules' own words and not by the domain's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
import sharing as make
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from municipality import at
from sqlalchemy import select

from icengine.domain.access import Actor, Link, Person, Scope
from icengine.domain.action import Effect
from icengine.domain.facts import ActionStatus
from icengine.errors import Closed, Conflict, NotAllowed, NotFound, Refused
from icengine.jobs import TIMETABLE
from icengine.services import actions as services
from icengine.services.audit import verify_log
from icengine.services.login import person_of
from icengine.store import action_lists, logins
from icengine.store.action_lists import Wanted, Which
from icengine.store.db import Database
from icengine.store.mail_tables import OutboxRow

FIRST = date(2022, 2, 1)
FUNCTIONS = ("Ekonomichefen", "Skolchefen")
EVERYTHING = Scope(everything=True)
ASKED_AFTER = 90
"""Days after it was done that its effect is asked for, where the organisation has chosen nothing."""


@dataclass(frozen=True)
class Expected:
    """What the åtgärd must be."""

    status: ActionStatus = ActionStatus.NOT_STARTED
    responsible: str = FUNCTIONS[0]
    due: date = date(2022, 4, 1)
    follow_up: date | None = None
    effect: str = ""

    @property
    def open(self) -> bool:
        return self.status in (ActionStatus.NOT_STARTED, ActionStatus.STARTED)

    @property
    def done(self) -> bool:
        return self.status in (ActionStatus.DONE, ActionStatus.CONFIRMED)


class ActionMachine(RuleBasedStateMachine):
    """One åtgärd of kommunstyrelsen's plan, and everybody who may come to it."""

    def __init__(self, new: Callable[[], tuple[Database, Callable[[], None]]]) -> None:
        super().__init__()
        self.database, self.close = new()
        self.today = FIRST
        self.expected = Expected()
        self.versions = 1
        self.stale: list[int] = []
        """Versions that have been the newest, and are no longer."""

    # -- who comes --

    @property
    def now(self) -> Any:
        return at(self.today.isoformat())

    def person(self, function: str) -> Person:
        address = make.email(function)
        with self.database.reading() as session:
            number = logins.known_number(session, address)
        assert number is not None
        return person_of(make.organisation(), number, address, self.today)

    def link(self, function: str) -> Link:
        address = make.email(function)
        with self.database.reading() as session:
            number = logins.known_number(session, address) or 0
        return Link(1, address, frozenset(), actions=frozenset({self.id}), person=number)

    def responsible(self, by_link: bool) -> Actor:
        name = self.expected.responsible
        return self.link(name) if by_link else self.person(name)

    @property
    def controller(self) -> Person:
        return self.person("Controllern")

    # -- how it is asked --

    def action(self) -> Any:
        with self.database.reading() as session:
            found = action_lists.get(session, EVERYTHING, self.id)
        assert found is not None
        return found

    def work(self, service: Any, actor: Actor, **values: Any) -> Any:
        values = {"action_id": self.id, "seen": self.action().version} | values
        with self.database.unit_of_work(actor, self.now) as session:
            return service(session, actor=actor, now=self.now, **values)

    def change(self, service: Any, actor: Actor, after: Expected, **values: Any) -> None:
        """A change that is permitted: it is made, and the same once more does nothing."""
        before = self.action().version
        done = self.work(service, actor, **values)
        self.stale.append(before)
        self.versions += 1
        self.expected = after
        assert done.is_new
        again = self.work(service, actor, **{"seen": before} | values)
        assert not again.is_new, "the same thing sent twice is recorded once"

    def refused(self, service: Any, actor: Actor, error: Any, **values: Any) -> None:
        """A change that is not: nothing becomes of it."""
        with pytest.raises(error):
            self.work(service, actor, **values)

    # -- what may happen --

    @initialize(function=st.sampled_from(FUNCTIONS))
    def begin(self, function: str) -> None:
        make.known(self.database)
        make.adopt(self.database, make.plan(make.control(None)), FIRST.isoformat())
        self.expected = Expected(responsible=function)
        terms = services.Terms("Gå igenom rutinen.", function.upper(), self.expected.due)
        wish = services.Wish("ks-2022", terms, "K1")
        with self.database.unit_of_work(self.controller, self.now) as session:
            made = services.add_action(session, actor=self.controller, now=self.now, wish=wish)
        self.id = made.id

    @rule(days=st.integers(0, 120))
    def let_days_pass(self, days: int) -> None:
        self.today = min(self.today + timedelta(days=days), date(2024, 1, 31))

    @rule(note=st.sampled_from(["Vi har börjat.", "Nästan."]), by_link=st.booleans())
    def say_how_it_goes(self, note: str, by_link: bool) -> None:
        values = {"note": f"{note} {self.versions}"}
        actor = self.responsible(by_link)
        if self.expected.open:
            after = replace(self.expected, status=ActionStatus.STARTED)
            self.change(services.report_progress, actor, after, **values)
        else:
            self.refused(services.report_progress, actor, Refused, **values)

    @rule(by_link=st.booleans())
    def comment(self, by_link: bool) -> None:
        note = f"En sak till. {self.versions}"
        self.change(services.comment, self.responsible(by_link), self.expected, note=note)

    @rule(by_link=st.booleans())
    def say_that_it_is_done(self, by_link: bool) -> None:
        actor = self.responsible(by_link)
        if self.expected.open:
            after = replace(
                self.expected, status=ActionStatus.DONE, effect="",
                follow_up=self.today + timedelta(days=ASKED_AFTER),
            )  # fmt: skip
            self.change(services.mark_done, actor, after, note="Rutinen är ny.")
        else:
            self.refused(services.mark_done, actor, Refused, note="Rutinen är ny.")

    @rule(by_link=st.booleans(), effect=st.sampled_from(list(Effect)))
    def say_whether_it_had_effect(self, by_link: bool, effect: Effect) -> None:
        actor, values = (
            self.responsible(by_link),
            {"effect": str(effect), "note": f"{self.versions}"},
        )
        if self.expected.done:
            after = replace(self.expected, effect=str(effect))
            self.change(services.answer_effect, actor, after, **values)
        else:
            self.refused(services.answer_effect, actor, Refused, **values)

    @rule()
    def confirm(self) -> None:
        if self.expected.status is ActionStatus.DONE:
            after = replace(self.expected, status=ActionStatus.CONFIRMED)
            self.change(services.confirm, self.controller, after)
        else:
            self.refused(services.confirm, self.controller, Refused)

    @rule()
    def write_off(self) -> None:
        values = {"reason": "Systemet läggs ner."}
        if self.expected.open:
            after = replace(self.expected, status=ActionStatus.DROPPED)
            self.change(services.write_off, self.controller, after, **values)
        else:
            self.refused(services.write_off, self.controller, Refused, **values)

    @rule(days=st.integers(-3, 60))
    def open_again(self, days: int) -> None:
        values = {
            "due": self.today + timedelta(days=days),
            "reason": f"Inte klart. {self.versions}",
        }
        if not self.expected.open and days >= 0:
            after = replace(
                self.expected, status=ActionStatus.STARTED, due=values["due"], follow_up=None,
                effect="",
            )  # fmt: skip
            self.change(services.reopen, self.controller, after, **values)
        else:
            self.refused(services.reopen, self.controller, Refused, **values)

    @rule(by_link=st.booleans())
    def take_back_that_it_is_done(self, by_link: bool) -> None:
        actor = self.responsible(by_link)
        if self.expected.status in (ActionStatus.DONE, ActionStatus.DROPPED):
            if self.expected.status is ActionStatus.DROPPED:
                self.refused(services.take_back_done, actor, Refused)
                return
            after = replace(self.expected, status=ActionStatus.STARTED, follow_up=None, effect="")
            self.change(services.take_back_done, actor, after)
        else:
            self.refused(services.take_back_done, actor, Refused)

    @rule(by_link=st.booleans(), to=st.sampled_from([*FUNCTIONS, "en kollega", "x@annat.example"]))
    def hand_over(self, by_link: bool, to: str) -> None:
        actor = self.responsible(by_link)
        values = {"responsible": to.casefold(), "reason": f"Byter arbete. {self.versions}"}
        if to not in FUNCTIONS:
            self.refused(services.hand_over, actor, Refused, **values)
        elif to != self.expected.responsible:
            left = self.expected.responsible
            done = self.work(services.hand_over, actor, **values)
            assert done.is_new
            self.versions += 1
            self.expected = replace(self.expected, responsible=to)
            self.refused(services.comment, self.link(left), Closed, note="Jag igen.")
            self.refused(services.comment, self.person(left), NotFound, note="Jag igen.")

    @rule(days=st.integers(-30, 90), reason=st.sampled_from(["", "Upphandlingen drar ut."]))
    def move_the_date(self, days: int, reason: str) -> None:
        due = self.today + timedelta(days=days)
        terms = services.Terms("Gå igenom rutinen.", self.expected.responsible, due)
        same = due == self.expected.due
        if same or not self.expected.open:
            return
        values = {"terms": terms, "reason": reason}
        if reason:
            after = replace(self.expected, due=due)
            self.change(services.change_terms, self.controller, after, **values)
        else:
            self.refused(services.change_terms, self.controller, Refused, **values)

    @rule(data=st.data())
    def come_with_what_was_seen_before(self, data: Any) -> None:
        if self.stale:
            seen = data.draw(st.sampled_from(self.stale))
            self.refused(
                services.comment, self.responsible(False), Conflict, note="Aldrig sagt.", seen=seen
            )

    @rule(service=st.sampled_from(["confirm", "write_off", "comment", "mark_done"]))
    def others_come(self, service: str) -> None:
        values = {"confirm": {}, "write_off": {"reason": "x"}}.get(service, {"note": "x"})
        called = getattr(services, service)
        self.refused(called, self.person("Rektorn"), NotFound, **values)
        self.refused(called, self.person("revisorn"), NotFound, **values)
        if service in ("confirm", "write_off"):
            self.refused(called, self.responsible(False), NotAllowed, **values)
            self.refused(called, self.responsible(True), NotAllowed, **values)

    # -- what must hold --

    @invariant()
    def it_is_what_the_rules_say(self) -> None:
        if not hasattr(self, "id"):
            return
        action, expected = self.action(), self.expected
        state = action.state
        assert (state.status, state.responsible, state.due) == (
            expected.status, expected.responsible, expected.due,
        )  # fmt: skip
        assert (state.follow_up, state.effect) == (expected.follow_up, expected.effect)
        with self.database.reading() as session:
            assert len(action_lists.history(session, self.id)) == self.versions

    @invariant()
    def it_stands_in_the_lists_where_it_belongs(self) -> None:
        if not hasattr(self, "id"):
            return
        expected, today = self.expected, self.today
        asked = expected.follow_up is not None and expected.follow_up <= today
        belongs = {
            Which.OPEN: expected.open,
            Which.LATE: expected.open and expected.due < today,
            Which.TO_CONFIRM: expected.status is ActionStatus.DONE,
            Which.EFFECT: expected.done and not expected.effect and asked,
            Which.WITHOUT_EFFECT: expected.done and expected.effect == "nej",
            Which.CLOSED: not expected.open,
            Which.ALL: True,
        }
        with self.database.reading() as session:
            found = {
                which: bool(action_lists.listed(session, EVERYTHING, Wanted(today, which)))
                for which in Which
            }
            counted = action_lists.counts(session, EVERYTHING, Wanted(today))
        assert found == belongs
        assert (counted.open, counted.late) == (belongs[Which.OPEN], belongs[Which.LATE])
        action = self.action()
        assert action.late(today) == belongs[Which.LATE]
        assert action.state.asks_effect(today) == belongs[Which.EFFECT]

    def teardown(self) -> None:
        try:
            if hasattr(self, "id"):
                self.judge_the_end()
        finally:
            self.close()

    def judge_the_end(self) -> None:
        """Nobody outside is mailed, nobody about what they did themselves, and the log is whole."""
        with self.database.at_one_moment() as session:
            told = session.scalars(select(OutboxRow)).all()
            assert {row.email for row in told} <= {
                make.email(name) for name in (*FUNCTIONS, "Controllern")
            }
            assert verify_log(session, actor=TIMETABLE).sound
