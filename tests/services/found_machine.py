"""A machine that brings åtgärder about in every way there is (answers, plans, by hand) and lets anything
become of them: each must always be found where its newest version belongs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sharing as make
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from municipality import at
from newest import told_otherwise

from icengine.domain.access import Scope
from icengine.domain.action import Action, Effect
from icengine.domain.plan import DirectAction, Plan, Treatment
from icengine.domain.task import Answer, PlannedAction
from icengine.errors import Refused
from icengine.services import actions as services
from icengine.services.reopening import reopen
from icengine.services.scheduling import tick
from icengine.services.tasks import record_answer
from icengine.store import action_lists, answers, tasks
from icengine.store.action_lists import Wanted, Which
from icengine.store.db import Database

EVERYTHING = Scope(everything=True)
FIRST, LAST = date(2022, 2, 1), date(2023, 6, 30)
TEXTS = ("Gå igenom rutinen.", "Utbilda.")
FUNCTIONS = ("Ekonomichefen", "Skolchefen")
NAMES = (*FUNCTIONS, "en kollega")
SAID = st.tuples(st.sampled_from(TEXTS), st.sampled_from(NAMES), st.integers(0, 120))
DECIDED = st.tuples(st.sampled_from(TEXTS), st.sampled_from(FUNCTIONS), st.integers(-40, 120))


class FoundMachine(RuleBasedStateMachine):
    """Kommunstyrelsen's plan and the next one, with K1 and up to two direktåtgärder."""

    def __init__(self, new: Callable[[], tuple[Database, Callable[[], None]]]) -> None:
        super().__init__()
        self.database, self.close = new()
        self.today = FIRST

    # -- how it is asked --

    def work(self, service: Any, **values: Any) -> Any:
        now = at(self.today.isoformat())
        with self.database.unit_of_work(make.OPERATOR, now) as session:
            return service(session, actor=make.OPERATOR, now=now, **values)

    def listed(self, which: Which) -> list[Action]:
        with self.database.reading() as session:
            return action_lists.listed(session, EVERYTHING, Wanted(self.today, which))

    # -- where they come from --

    @initialize()
    def begin(self) -> None:
        make.known(self.database)
        make.adopt(self.database, make.plan(make.control(None)), FIRST.isoformat())
        self.work(tick)

    @rule(days=st.integers(1, 100))
    def let_days_pass(self, days: int) -> None:
        self.today = min(self.today + timedelta(days=days), LAST)

    @rule(
        direct=st.dictionaries(st.sampled_from(("D1", "D2")), DECIDED),
        year=st.sampled_from((2022, 2023)),
    )
    def adopt_a_version(self, direct: dict[str, tuple[str, str, int]], year: int) -> None:
        items = tuple(
            DirectAction(id, text, name, self.today + timedelta(days=days))
            for id, (text, name, days) in direct.items()
        )
        make.adopt(self.database, _with_direct(items, year), self.today.isoformat())

    @rule(said=st.lists(SAID, min_size=1, max_size=2, unique_by=lambda item: item[0]))
    def hand_in(self, said: list[tuple[str, str, int]]) -> None:
        with self.database.reading() as session:
            task = tasks.of_plans(session, ["ks-2022"])[0]
            saved = answers.last_saved(session, task.id)
        if task.state.closed:
            self.work(reopen, task_id=task.id, reason="Något mer ska göras.")
        planned = tuple(
            PlannedAction(text, name, (self.today + timedelta(days=days)).isoformat())
            for text, name, days in said
        )
        answer = Answer(rating="gul", result=f"Brister {self.today}.", actions=planned)
        done = self.work(
            record_answer, task_id=task.id, answer=answer, submit=True,
            base_version=saved.version if saved else 0, entered_by="Controllern",
        )  # fmt: skip
        assert done.saved.submitted, done.faults

    @rule(said=SAID)
    def add_one(self, said: tuple[str, str, int]) -> None:
        text, name, days = said
        due = self.today + timedelta(days=days)
        self.work(
            services.add_action,
            wish=services.Wish("ks-2022", services.Terms(text, name, due), "K1"),
        )

    # -- what becomes of them --

    @rule(data=st.data(), days=st.integers(0, 60))
    def do_something_with_one(self, data: Any, days: int) -> None:
        there = self.listed(Which.ALL)
        if not there:
            return
        one = data.draw(st.sampled_from(there), label="which")
        due = self.today + timedelta(days=days)
        terms = services.Terms(one.state.text, data.draw(st.sampled_from(NAMES)), due)
        service, values = data.draw(
            st.sampled_from([
                (services.report_progress, {"note": "Det går bra."}),
                (services.mark_done, {"note": "Klart."}),
                (services.confirm, {}),
                (services.write_off, {"reason": "Behövs inte."}),
                (services.reopen, {"due": due, "reason": "Var inte klart."}),
                (services.change_terms, {"terms": terms, "reason": "Det drar ut."}),
                *((services.answer_effect, {"effect": str(e), "note": "Så."}) for e in Effect),
            ]),
            label="what",
        )  # fmt: skip
        with suppress(Refused):  # it has come too far for that, and nothing becomes of it
            self.work(service, action_id=one.id, seen=one.version, **values)

    # -- what must hold --

    @invariant()
    def each_is_found_by_what_its_newest_version_says(self) -> None:
        assert told_otherwise(self.database) == []

    @invariant()
    def each_list_holds_just_those_that_belong_there(self) -> None:
        with self.database.reading() as session:
            everything = action_lists.listed(session, EVERYTHING, Wanted(self.today, Which.ALL))
            counted = action_lists.counts(session, EVERYTHING, Wanted(self.today))
            ansvariga = action_lists.responsibles(session, EVERYTHING)
        for which, belongs in _BELONGS.items():
            wanted = sorted(a.id for a in everything if belongs(a, self.today))
            assert sorted(action.id for action in self.listed(which)) == wanted, which
            if which is not Which.CLOSED:
                assert getattr(counted, which.name.lower()) == len(wanted), which
        assert ansvariga == {a.state.responsible for a in everything if not a.state.status.closed}

    def teardown(self) -> None:
        self.close()


_BELONGS: dict[Which, Callable[[Action, date], bool]] = {
    Which.OPEN: lambda a, _: not a.state.status.closed,
    Which.LATE: lambda a, today: a.late(today),
    Which.TO_CONFIRM: lambda a, _: a.state.status == "klar",
    Which.EFFECT: lambda a, today: a.state.asks_effect(today),
    Which.WITHOUT_EFFECT: lambda a, _: a.state.without_effect,
    Which.CLOSED: lambda a, _: a.state.status.closed,
}


def _with_direct(items: tuple[DirectAction, ...], year: int) -> Plan:
    plan = replace(make.plan(make.control(None)), year=year)
    if not items:
        return plan
    acted = replace(
        plan.risks[0], id="R2", title="Nära", treatment=Treatment.ACT_NOW, controls=(),
        actions=items,
    )  # fmt: skip
    return replace(plan, risks=(*plan.risks, acted))
