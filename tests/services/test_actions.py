"""Åtgärder from answers and plans, who is told, what is protected, and what a list costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sharing as make
from databases import counting
from municipality import at
from sqlalchemy import select

from icengine.domain.access import Link, Permit, Person, Scope
from icengine.domain.action import Action
from icengine.domain.facts import ActionStatus
from icengine.domain.plan import DirectAction, Plan, Treatment
from icengine.domain.task import Answer, PlannedAction, State
from icengine.domain.trail import Wanted as Events
from icengine.errors import LoginNeeded, NotAllowed, NotFound, Refused
from icengine.services import actions as services
from icengine.services.action_notices import controllers
from icengine.services.action_pages import Asked, action_list, action_page, every_action
from icengine.services.login import person_of
from icengine.services.reports import Cover, report_for
from icengine.services.scheduling import tick
from icengine.services.tasks import record_answer
from icengine.services.trail import events
from icengine.store import action_lists, logins, tasks
from icengine.store.action_lists import Wanted, Which
from icengine.store.answers import last_saved
from icengine.store.db import Database
from icengine.store.mail_tables import OutboxRow

OPERATOR = make.OPERATOR
EVERYTHING = Scope(everything=True)
NOW, TODAY = at("2022-04-05"), date(2022, 4, 5)


def person(database: Database, function: str) -> Person:
    """Whoever holds a function, with what holds for them."""
    address = make.email(function)
    with database.reading() as session:
        number = logins.known_number(session, address)
    assert number is not None
    return person_of(make.organisation(), number, address, TODAY)


def everything(database: Database, which: Which = Which.ALL) -> list[Action]:
    with database.reading() as session:
        return action_lists.listed(session, EVERYTHING, Wanted(TODAY, which))


def mailed(database: Database) -> list[tuple[str, str]]:
    """(address, kind) of every mail about an åtgärd."""
    with database.reading() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.action.is_not(None)))  # type: ignore[union-attr]
        return [(row.email, row.kind) for row in rows.all()]


def work(
    database: Database, service: Any, actor: Any = OPERATOR, now: Any = NOW, **values: Any
) -> Any:
    with database.unit_of_work(actor, now) as session:
        return service(session, actor=actor, now=now, **values)


def add(database: Database, actor: Any = OPERATOR, **values: Any) -> Action:
    """An åtgärd to K1, with whatever is said otherwise."""
    said = {"text": "Gör det.", "responsible": "Ekonomichefen", "due": date(2022, 9, 1)} | values
    subject = said.pop("subject", "K1")
    wish = services.Wish("ks-2022", services.Terms(**said), subject)
    found = work(database, services.add_action, actor, wish=wish)
    assert isinstance(found, Action)
    return found


@pytest.fixture
def known(database: Database) -> Database:
    """Kommunstyrelsen's plan with K1, whose first occurrence is open."""
    make.known(database)
    make.adopt(database, make.plan(make.control(None)))
    work(database, tick)
    return database


# -- from answers --


def hand_in(database: Database, planned: Iterable[PlannedAction], cause: str = "") -> None:
    """Ekonomichefen hands in K1's first occurrence, again where it has come back."""
    with database.unit_of_work(OPERATOR, NOW) as session:
        task = tasks.of_plans(session, ["ks-2022"])[0]
        if not task.state.answerable:
            back = tasks.StateChange(task.id, State.STARTED, "Controllern")
            tasks.move(session, [back], NOW)
            session.record("prov", "x")
    owner = person(database, "Ekonomichefen")
    with database.unit_of_work(owner, NOW) as session:
        saved = last_saved(session, task.id)
        answer = Answer(rating="gul", result="Brister.", actions=tuple(planned), cause=cause)
        done = record_answer(
            session, actor=owner, now=NOW, task_id=task.id, answer=answer,
            base_version=saved.version if saved else 0, submit=True,
        )  # fmt: skip
    assert done.saved.submitted, done.faults


FIRST = PlannedAction("Gå igenom rutinen.", "skolchefen", "2022-06-30")
SECOND = PlannedAction("Utbilda.", "Ekonomichefen", "2022-07-31")


def test_an_answers_atgarder_name_functions_as_they_are_called_and_tell_whoever_is_another(
    known: Database,
) -> None:
    hand_in(known, [FIRST, SECOND], "Ingen visste.")
    found = everything(known)
    assert [(a.state.text, a.state.responsible, a.state.cause) for a in found] == [
        ("Gå igenom rutinen.", "Skolchefen", "Ingen visste."),
        ("Utbilda.", "Ekonomichefen", "Ingen visste."),
    ]
    assert mailed(known) == [(make.email("Skolchefen"), "ny åtgärd")], "not whoever wrote it"


def test_a_completed_answer_changes_only_what_it_says_otherwise(known: Database) -> None:
    hand_in(known, [FIRST, SECOND])
    first, second = everything(known)
    skola = person(known, "Skolchefen")
    work(known, services.hand_over, skola, action_id=first.id, seen=first.version,
         responsible="Rektorn", reason="Nära.")  # fmt: skip
    hand_in(
        known, [FIRST, replace(SECOND, due="2022-08-31"), PlannedAction("Ny.", "Vd", "2022-09-30")]
    )
    found = everything(known)
    assert [(a.id, a.state.responsible, a.state.due.isoformat()) for a in found] == [
        (first.id, "Rektorn", "2022-06-30"),
        (second.id, "Ekonomichefen", "2022-08-31"),
        (found[2].id, "Vd", "2022-09-30"),
    ], "what was handed over stays so, where the answer says the same as before"


def test_what_a_completed_answer_leaves_out_is_avskriven_and_never_added_twice(
    known: Database,
) -> None:
    hand_in(known, [FIRST, SECOND])
    hand_in(known, [FIRST])
    hand_in(known, [FIRST])
    statuses = {a.state.text: a.state.status for a in everything(known)}
    assert statuses == {
        "Gå igenom rutinen.": ActionStatus.NOT_STARTED, "Utbilda.": ActionStatus.DROPPED,
    }  # fmt: skip


# -- direktåtgärder --


def with_direct(*items: DirectAction, year: int = 2022) -> Plan:
    plan = make.plan(make.control(None))
    acted = replace(
        plan.risks[0], id="R2", title="Nära", treatment=Treatment.ACT_NOW, controls=(),
        actions=items,
    )  # fmt: skip
    return replace(plan, year=year, risks=(*plan.risks, acted))


D1 = DirectAction("D1", "Byt lås.", "Ekonomichefen", date(2022, 6, 30))


def test_a_plans_direktatgarder_are_atgarder_from_its_adoption(database: Database) -> None:
    make.known(database)
    make.adopt(database, with_direct(D1))
    (action,) = everything(database)
    assert (action.direct, action.about, action.of_control) == ("D1", "Nära", False)
    assert mailed(database) == [(make.email("Ekonomichefen"), "ny åtgärd")]
    make.adopt(database, with_direct(D1), "2022-01-04")
    assert len(mailed(database)) == 1


def test_a_revision_changes_only_what_it_says_otherwise(database: Database) -> None:
    make.known(database)
    make.adopt(database, with_direct(D1))
    (action,) = everything(database)
    work(database, services.change_terms, action_id=action.id, seen=action.version,
         terms=services.Terms(D1.text, "Skolchefen", date(2022, 10, 31)), reason="Flyttad.")  # fmt: skip
    make.adopt(database, with_direct(replace(D1, text="Byt alla lås.")), "2022-04-06")
    (action,) = everything(database)
    state = action.state
    assert (state.text, state.responsible, state.due) == (
        "Byt alla lås.", "Skolchefen", date(2022, 10, 31),
    )  # fmt: skip


def test_one_that_is_taken_out_is_avskriven_and_comes_back(database: Database) -> None:
    make.known(database)
    make.adopt(database, with_direct(D1, replace(D1, id="D2")))
    make.adopt(database, with_direct(D1), "2022-02-01")
    gone = next(a for a in everything(database) if a.direct == "D2")
    assert gone.state.status is ActionStatus.DROPPED
    assert gone.state.note.startswith("Avskrevs när planen ändrades (version 2")
    make.adopt(database, with_direct(D1, replace(D1, id="D2")), "2022-03-01")
    assert [a.state.status.closed for a in everything(database)] == [False, False]


def test_an_open_one_lives_on_in_next_years_plan_and_report(database: Database) -> None:
    make.known(database)
    make.adopt(database, with_direct(D1))
    coming = with_direct(replace(D1, due=date(2023, 3, 31)), year=2023)
    make.adopt(database, coming, "2022-12-20")
    (action,) = everything(database)
    assert (action.plan, action.state.due) == ("ks-2022", date(2023, 3, 31))
    owner = person(database, "Ekonomichefen")
    later = at("2023-02-01")
    work(database, services.mark_done, owner, later, action_id=action.id, seen=action.version,
         note="Bytta.")  # fmt: skip
    with database.reading() as session:
        report = report_for(
            session, actor=OPERATOR, key="ks-2023", as_of=at("2023-02-02"), cover=Cover()
        )
    assert "Byt lås." in str(report), "it is the new plan's, also when it is done"
    again = replace(D1, due=date(2023, 12, 31))
    make.adopt(database, with_direct(again, year=2024), "2023-12-20")
    assert len(everything(database)) == 2, "a closed one is not opened by a new decision"


# -- who is told, and by whom it is done --


def test_the_units_own_controllers_are_told_or_else_the_contact() -> None:
    whole = make.organisation()
    assert controllers(whole, "ks", TODAY) == (make.email("Controllern"),)
    assert controllers(whole, "bun", TODAY) == (make.email("Bun-controllern"),)
    assert controllers(whole, "son", TODAY) == (make.email("Controllern"),), "it has none"


def test_whoever_is_ansvarig_by_address_has_it_as_one_has_a_function(known: Database) -> None:
    action = add(known, responsible=make.email("Rektorn").upper())
    assert action.state.responsible == make.email("Rektorn")
    rektorn = person(known, "Rektorn")
    done = work(known, services.mark_done, rektorn, action_id=action.id, seen=action.version,
                note="Klart.")  # fmt: skip
    assert done.action.state.by == make.email("Rektorn")
    with known.reading() as session:
        reader = person(known, "revisorn")
        assert "rektorn@" not in str(events(session, actor=reader, now=NOW, wanted=Events()))
    with pytest.raises(NotFound):
        work(known, services.comment, person(known, "Vd"), action_id=action.id,
             seen=done.action.version, note="Jag?")  # fmt: skip


def test_a_mail_that_waits_about_one_that_is_closed_is_taken_back(known: Database) -> None:
    action = add(known)
    work(known, services.write_off, action_id=action.id, seen=action.version, reason="Onödigt.")
    with known.reading() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.action == action.id)).one()
        assert row.state == "inställd"


def test_nothing_is_added_to_a_plan_that_does_not_have_it(known: Database) -> None:
    with pytest.raises(Refused, match="K99"):
        add(known, subject="K99")
    with pytest.raises(NotAllowed):
        add(known, person(known, "revisorn"))
    with pytest.raises(NotFound):
        add(known, person(known, "Ekonomichefen"))
    with pytest.raises(Refused, match="passerat"):
        add(known, due=date(2022, 1, 1))
    assert add(known, subject="").about == ""


# -- protected --


def test_what_a_protected_one_says_is_for_those_who_need_it(database: Database) -> None:
    make.known(database)
    make.adopt(database, make.plan(make.control(None, protected=True)))
    action = add(database, text="Hemlig sak.", cause="Hemlig orsak.")
    ask = {"action_id": action.id, "now": NOW}
    with database.reading() as session:
        chief = Person(99, "x@kommun.example", frozenset())
        with pytest.raises(NotFound):
            action_page(session, actor=chief, **ask)
        revisor = person(database, "revisorn")
        reader = replace(revisor, rights=revisor.rights | {(Permit.READ, "ks")})
        assert action_page(session, actor=reader, **ask).hidden
        for actor in (person(database, "Controllern"), person(database, "Ekonomichefen")):
            page = action_page(session, actor=actor, **ask)
            assert (page.hidden, page.shows_protected) == (False, True)
    work(database, services.comment, action_id=action.id, seen=action.version, note="Hemligt sagt.")
    with database.reading() as session:
        said = str(events(session, actor=OPERATOR, now=NOW, wanted=Events()))
    assert "Hemlig" not in said, "not in the log either"


def test_a_control_that_asks_for_login_asks_for_it_for_its_atgard_too(database: Database) -> None:
    make.known(database)
    make.adopt(database, make.plan(make.control(None, protected=True, login=True)))
    action = add(database)
    link = Link(1, make.email("Ekonomichefen"), frozenset(), actions=frozenset({action.id}))
    with database.reading() as session, pytest.raises(LoginNeeded):
        action_page(session, actor=link, now=NOW, action_id=action.id)


# -- lists --


def test_a_list_costs_the_same_however_long_it_is(known: Database) -> None:
    asked = Asked()

    def cost() -> list[int]:
        found = []
        for actor in (OPERATOR, person(known, "Controllern")):
            with known.reading() as session, counting(known) as sent:
                action_list(session, actor=actor, now=NOW, asked=asked)
                found.append(len(sent))
        with known.reading() as session, counting(known) as sent:
            action_lists.open_actions(session, EVERYTHING, today=TODAY)
            found.append(len(sent))
        return found

    add(known)
    few = cost()
    for n in range(30):
        add(known, text=f"Nr {n}", responsible=f"Någon {n}", subject=("K1", "R1", "")[n % 3])
    assert cost() == few
    assert max(few) <= 10


def test_a_list_may_be_read_some_at_a_time_while_nothing_is_left_out(known: Database) -> None:
    for n in range(7):
        add(known, text=str(n), due=date(2022, 9, 1 + n % 2))
    seen: list[int] = []
    after = None
    with known.reading() as session:
        while found := action_lists.open_actions(
            session, EVERYTHING, today=TODAY, after=after, limit=3
        ):
            seen += [item.id for item in found]
            after = action_lists.place(found[-1])
        every = [a.id for a in every_action(session, actor=OPERATOR, now=NOW, asked=Asked())]
    assert len(seen) == len(set(seen)) == 7
    assert seen == every


def test_the_log_tells_what_was_done_to_which(known: Database) -> None:
    action = add(known)
    work(known, services.mark_done, person(known, "Ekonomichefen"), action_id=action.id,
         seen=action.version, note="Rutinen är ny.")  # fmt: skip
    with known.reading() as session:
        page = events(session, actor=OPERATOR, now=NOW, wanted=Events(plan="ks-2022", control="K1"))
        told = [(e.phrase, e.concerns) for e in page.entries if e.subject.startswith("åtgärd:")]
        outline = events(session, actor=person(known, "revisorn"), now=NOW, wanted=Events())
    assert told == [
        ("Markerade en åtgärd som klar", "Å1 till K1 i ks-2022"),
        ("Lade till en åtgärd", "Å1 till K1 i ks-2022"),
    ]
    assert "Rutinen är ny." not in str(outline), "a reader follows the status, not the words"
    assert "klar" in str(outline)
