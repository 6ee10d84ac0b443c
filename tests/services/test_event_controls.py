"""Controls that wait for something to happen: who registers an occasion, what it opens, and when none
comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from databases import counting
from events import OWNER, adopt_with_event, owner_email, with_event
from municipality import at

from icengine.domain.access import Link, Person, System
from icengine.domain.event_controls import MOST_A_DAY
from icengine.domain.report_model import Table
from icengine.domain.task import Answer, State
from icengine.errors import Closed, Conflict, LoginNeeded, NotFound, TooMany
from icengine.services.event_controls import (
    Occurred,
    event_control,
    event_controls,
    register_event,
    what_happened,
)
from icengine.services.login import person_of
from icengine.services.plans import adopt_plan
from icengine.services.reports import report_for
from icengine.services.scheduling import tick
from icengine.services.tasks import follow_link, record_answer, task_list
from icengine.store import links, logins
from icengine.store.db import Database

NOW = at("2022-03-10")
OPERATOR = System("test")
WHAT = "Ett nytt personuppgiftsbiträde anlitades."


@pytest.fixture
def waiting(database: Database, example: tuple[Any, Any]) -> Database:
    adopt_with_event(database, example)
    return database


@pytest.fixture
def owner(waiting: Database, example: tuple[Any, Any]) -> Person:
    """Kanslichefen, logged in."""
    return somebody(waiting, example[0], owner_email(example[0], NOW.date()))


def somebody(database: Database, organisation: Any, email: str) -> Person:
    with database.unit_of_work(OPERATOR, NOW) as session:
        number = logins.number_of(session, email, NOW)
        session.record("prov", f"person:{number}")
    return person_of(organisation, number, email, NOW.date())


def link_of(database: Database, email: str, function: str = OWNER) -> Link:
    """A link in an older mail to the function, about something else."""
    with database.unit_of_work(OPERATOR, NOW) as session:
        other = next(
            i.task.id for i in task_list(session, actor=OPERATOR) if i.task.control == "K1"
        )
        (secret,) = links.mint(session, [links.Wanted(email, function, (other,))], NOW)
        session.record("prov", "utskick")
    with database.reading() as session:
        return follow_link(session, secret=secret).actor


def happen(
    database: Database, actor: Any, day: str = "2022-03-08", what: str = WHAT, **more: Any
) -> Occurred:
    now = more.pop("now", NOW)
    with database.unit_of_work(actor, now) as session:
        return register_event(
            session, actor=actor, now=now, plan="ks-2022", control="K7", unit="ks",
            happened=date.fromisoformat(day) if day else None, what=what, **more,
        )  # fmt: skip


def occasions(database: Database) -> list[Any]:
    with database.reading() as session:
        found = task_list(session, actor=OPERATOR, plan="ks-2022")
    return [item.task for item in found if item.task.control == "K7"]


def test_nothing_is_planned_until_it_happens(waiting: Database, owner: Person) -> None:
    assert occasions(waiting) == []
    with waiting.reading() as session:
        (found,) = event_controls(session, actor=owner, now=NOW)
    assert (found.control.id, found.unit, found.owner) == ("K7", "ks", OWNER)
    assert found.registered == ()


def test_registered_it_is_open_at_once_and_due_in_as_many_days_as_others(
    waiting: Database, owner: Person
) -> None:
    assert happen(waiting, owner).is_new
    (task,) = occasions(waiting)
    assert task.slot == "2022-E1"
    assert task.label == "händelse 8 mars 2022"
    assert task.state is State.OPEN
    assert (task.start, task.end, task.opens) == (date(2022, 3, 8), date(2022, 3, 8), NOW.date())
    assert task.due == date(2022, 4, 8), "the last working day within thirty days"
    with waiting.reading() as session:
        found = what_happened(session, task_id=task.id)
    assert found is not None
    assert (found.what, found.by) == (WHAT, OWNER)


def test_the_control_s_own_days_after_a_period_count_from_the_registration(
    database: Database, example: tuple[Any, Any]
) -> None:
    adopt_with_event(database, example, due_after=5)
    owner = somebody(database, example[0], owner_email(example[0], NOW.date()))
    happen(database, owner)
    assert occasions(database)[0].due == date(2022, 3, 17)


def test_its_owner_answers_it_at_once_and_gets_the_mail_with_the_next_tick(
    waiting: Database, owner: Person
) -> None:
    done = happen(waiting, owner)
    with waiting.unit_of_work(owner, NOW) as session:
        answered = record_answer(
            session, actor=owner, now=NOW, task_id=done.task, base_version=0, submit=False,
            answer=Answer(result="Påbörjat."),
        )  # fmt: skip
    assert answered.state is State.STARTED
    before = _owed(waiting)
    with waiting.unit_of_work(OPERATOR, NOW) as session:
        tick(session, actor=OPERATOR, now=NOW)
    assert _owed(waiting) > before


def _owed(database: Database) -> int:
    with database.reading() as session:
        rows = session.connection().exec_driver_sql("SELECT key FROM outbox").all()
    return sum("/K7/ks/2022-E1" in key for (key,) in rows)


def test_each_time_it_happens_has_a_slot_of_its_own(waiting: Database, owner: Person) -> None:
    happen(waiting, owner)
    happen(waiting, owner, what="Ett till.")
    happen(waiting, owner, "2022-01-20")
    assert sorted(task.slot for task in occasions(waiting)) == ["2022-E1", "2022-E2", "2022-E3"]


def test_a_double_click_registers_once(waiting: Database, owner: Person) -> None:
    first = happen(waiting, owner, seen=0)
    second = happen(waiting, owner, what=f"  {WHAT}\r\n", seen=0)
    assert (second.task, second.is_new) == (first.task, False)
    assert len(occasions(waiting)) == 1


def test_in_a_second_tab_something_else_is_asked_about_and_not_taken_for_granted(
    waiting: Database, owner: Person
) -> None:
    happen(waiting, owner, seen=0)
    with pytest.raises(Conflict, match="8 mars 2022"):
        happen(waiting, owner, what="Ett biträde.", seen=0)
    assert len(occasions(waiting)) == 1
    assert happen(waiting, owner, what="Ett biträde.", seen=1).is_new


def test_a_link_to_the_function_registers_and_gets_a_link_to_the_new_task(
    waiting: Database, example: tuple[Any, Any]
) -> None:
    link = link_of(waiting, owner_email(example[0], NOW.date()))
    done = happen(waiting, link)
    assert done.secret
    with waiting.reading() as session:
        assert follow_link(session, secret=done.secret).actor.tasks == {done.task}
    again = happen(waiting, link)
    assert (again.task, again.is_new) == (done.task, False)
    assert again.secret not in ("", done.secret)


def test_a_link_to_things_of_several_functions_is_for_those_that_its_holder_has(
    waiting: Database, example: tuple[Any, Any]
) -> None:
    email = owner_email(example[0], NOW.date())
    theirs = happen(waiting, somebody(waiting, example[0], email), what="Det första.").task
    with waiting.unit_of_work(OPERATOR, NOW) as session:
        other = next(
            i.task.id for i in task_list(session, actor=OPERATOR) if i.task.control == "K1"
        )
        wanted = [links.Wanted(email, "", (theirs, other)), links.Wanted(email, "", (other,))]
        both, neither = links.mint(session, wanted, NOW)
        session.record("prov", "utskick")
    with waiting.reading() as session:
        first = follow_link(session, secret=both).actor
        second = follow_link(session, secret=neither).actor
    assert happen(waiting, first).is_new
    with pytest.raises(Closed):
        happen(waiting, second)


def test_a_link_to_another_function_and_a_former_holder_register_nothing(
    waiting: Database, example: tuple[Any, Any]
) -> None:
    with pytest.raises(NotFound):
        happen(waiting, link_of(waiting, "utveckling@kommun.example", "Utvecklingschefen"))
    with pytest.raises(Closed):
        happen(waiting, link_of(waiting, "slutat@kommun.example"))
    with pytest.raises(NotFound):
        happen(waiting, somebody(waiting, example[0], "utveckling@kommun.example"))
    assert occasions(waiting) == []


def test_a_control_that_demands_a_login_is_not_registered_by_a_link(
    database: Database, example: tuple[Any, Any]
) -> None:
    adopt_with_event(database, example, login=True)
    with pytest.raises(LoginNeeded):
        happen(database, link_of(database, owner_email(example[0], NOW.date())))


@pytest.mark.parametrize(
    ("day", "what", "field"),
    [
        ("", WHAT, "hande"),
        ("2022-03-11", WHAT, "hande"),
        ("2021-12-31", WHAT, "hande"),
        ("2022-03-08", " ", "vad"),
        ("2022-03-08", "x" * 1001, "vad"),
    ],
)
def test_what_has_not_happened_in_the_plan_year_or_is_not_said_is_not_registered(
    waiting: Database, owner: Person, day: str, what: str, field: str
) -> None:
    done = happen(waiting, owner, day, what)
    assert [fault.field for fault in done.faults] == [field]
    assert occasions(waiting) == []


def test_after_the_year_it_is_registered_until_the_report_and_not_in_a_closed_plan(
    waiting: Database, owner: Person
) -> None:
    assert happen(waiting, owner, "2022-12-30", now=at("2023-01-10")).is_new
    with pytest.raises(NotFound):
        happen(waiting, owner, "2022-12-29", now=at("2023-04-01"))


def test_there_is_a_limit_to_a_day(waiting: Database, owner: Person) -> None:
    for n in range(MOST_A_DAY):
        happen(waiting, owner, what=f"Nummer {n}")
    with pytest.raises(TooMany):
        happen(waiting, owner, what="Ett till")
    assert happen(waiting, owner, what="Ett till", now=NOW + timedelta(hours=25)).is_new


def test_a_revision_lets_what_is_registered_follow_and_takes_nothing_out(
    waiting: Database, owner: Person, example: tuple[Any, Any]
) -> None:
    happen(waiting, owner)
    revised = replace(with_event(example[1]), title="Ändrad plan")
    now = at("2022-03-15")
    with waiting.unit_of_work(OPERATOR, now) as session:
        done = adopt_plan(
            session, actor=OPERATOR, now=now, plan=revised, dnr="KS 2", decided=date(2022, 3, 14),
            paragraph="§ 9",
        )  # fmt: skip
    assert done.cancelled == 0
    (task,) = occasions(waiting)
    assert (task.version, task.state, task.due) == (2, State.OPEN, date(2022, 4, 8))


def test_what_happened_is_not_in_the_log_of_a_protected_control(
    database: Database, example: tuple[Any, Any]
) -> None:
    adopt_with_event(database, example, protected=True)
    owner = somebody(database, example[0], owner_email(example[0], NOW.date()))
    happen(database, owner)
    with database.reading() as session:
        rows = session.connection().exec_driver_sql("SELECT payload FROM event_payload").all()
    assert WHAT not in str(rows)


def table(database: Database, id: str) -> list[list[str]]:
    with database.reading() as session:
        report = report_for(session, actor=OPERATOR, key="ks-2022", as_of=at("2023-02-15"))
    found = [b for s in report.sections for b in s.blocks if isinstance(b, Table) and b.id == id]
    return [[str(cell.text) for cell in row] for t in found for row in t.rows]


def test_none_in_the_year_is_inte_aktuellt_in_the_report_and_not_missed(waiting: Database) -> None:
    assert [row[1] for row in table(waiting, "inte-aktuella")] == ["Inte aktuellt"]
    assert not any(row[0].startswith("K7") for row in table(waiting, "ej-genomforda"))


def test_one_that_was_never_answered_is_missed_like_any_other(
    waiting: Database, owner: Person
) -> None:
    happen(waiting, owner)
    assert table(waiting, "inte-aktuella") == []
    missed = [row for row in table(waiting, "ej-genomforda") if row[0].startswith("K7")]
    assert [row[1] for row in missed] == ["0 av 1"]


def test_the_list_takes_the_same_statements_however_much_is_registered(
    waiting: Database, owner: Person
) -> None:
    def statements() -> int:
        with counting(waiting) as seen, waiting.reading() as session:
            event_controls(session, actor=owner, now=NOW)
        return len(seen)

    happen(waiting, owner)
    before = statements()
    for n in range(5):
        happen(waiting, owner, what=f"Nummer {n}")
    assert statements() == before


def test_one_that_is_not_there_is_not_found(waiting: Database, owner: Person) -> None:
    for part in (("ks-2022", "K1", "ks"), ("ks-2022", "K7", "bun"), ("x", "y", "z")):
        with waiting.reading() as session, pytest.raises(NotFound):
            event_control(
                session, actor=owner, now=NOW, plan=part[0], control=part[1], unit=part[2]
            )


def test_sent_from_many_places_at_once_it_is_registered_once(
    waiting: Database, owner: Person
) -> None:
    done: list[Occurred] = []
    threads = [Thread(target=lambda: done.append(happen(waiting, owner))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.task for one in done}) == 1
    assert [one.is_new for one in done].count(True) == 1
    assert len(done) == 4
    assert len(occasions(waiting)) == 1
