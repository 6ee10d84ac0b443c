"""Shared controls through the services: tasks for each unit, who answers, mails, and what is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sharing as make
from municipality import at
from sqlalchemy import select
from test_revisions import Post, run

from icengine.domain.access import Link, Permit, Person
from icengine.domain.happening import About
from icengine.domain.people import Organisation, Unit, UnitKind
from icengine.domain.plan import Plan, Shared
from icengine.domain.task import Answer, PlannedAction, State
from icengine.domain.trail import Wanted
from icengine.errors import Closed, Conflict, NotAllowed, NotFound, Refused
from icengine.jobs import TIMETABLE
from icengine.services.audit import verify_log
from icengine.services.login import person_of
from icengine.services.own_tasks import own_tasks
from icengine.services.people import current_organisation, import_organisation
from icengine.services.scheduling import tick
from icengine.services.shared import name_owner, part_page, shared_controls
from icengine.services.tasks import (
    follow_link,
    record_answer,
    task_list,
    task_page,
)
from icengine.services.trail import events
from icengine.store import logins
from icengine.store.db import Database
from icengine.store.tables import ActionRow, TaskStateRow
from icengine.store.tasks import Task

OPERATOR = make.OPERATOR
GREEN = Answer(result="Allt stämmer.", rating="gron")


def all_boards(frequency: str = "varje kvartal", **fields: object) -> Plan:
    return make.plan(make.control(make.ALL_BOARDS, frequency, **fields))


@pytest.fixture
def boards(database: Database) -> Database:
    """Kommunstyrelsen has decided a quarterly control for every nämnd."""
    make.known(database)
    make.adopt(database, all_boards())
    return database


def there(database: Database) -> dict[tuple[str, str], Task]:
    """(unit, slot) -> task."""
    with database.reading() as session:
        found = task_list(session, actor=OPERATOR, limit=10_000)
    return {(item.task.unit, item.task.slot): item.task for item in found}


def owners(database: Database, slot: str) -> dict[str, str]:
    return {unit: task.owner for (unit, at), task in there(database).items() if at == slot}


def somebody(database: Database, email: str, day: str = "2022-02-01") -> Person:
    """Whoever has that address, logged in that day."""
    with database.unit_of_work(OPERATOR, at(day)) as session:
        number = logins.number_of(session, email, at(day))
        organisation = current_organisation(session, actor=OPERATOR)
        session.record("prov", f"person:{number}")
    return person_of(organisation, number, email, at(day).date())


def named(database: Database, unit: str, function: str, actor: Any = OPERATOR,
          day: str = "2022-02-01", **more: Any) -> Any:  # fmt: skip
    with database.unit_of_work(actor, at(day)) as session:
        return name_owner(
            session, actor=actor, now=at(day), plan="ks-2022", control="K1", unit=unit,
            function=function, **more,
        )  # fmt: skip


def states_of(database: Database, task: Task) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = session.scalars(
            select(TaskStateRow).where(TaskStateRow.task == task.id).order_by(TaskStateRow.id)  # type: ignore[arg-type]
        )
        return [(row.state, row.reason) for row in rows]


# -- tasks and owners --


def test_every_unit_gets_its_own_tasks_and_owner_and_nobody_is_skipped(boards: Database) -> None:
    assert owners(boards, "2022-Q1") == {
        "ks": "Ekonomichefen", "bun": "", "son": "Socialchefen", "tn": "", "mn": "",
    }  # fmt: skip
    assert set(owners(boards, "2022-Q3")) == {"ks", "bun", "son", "sbn"}


def test_a_task_that_nobody_is_named_for_opens_and_mails_nobody(boards: Database) -> None:
    post = Post()
    assert run(boards, post, "2022-03-15") == [
        "ekonomichefen@kommun.example Attest", "socialchefen@kommun.example Attest",
    ]  # fmt: skip
    assert there(boards)["bun", "2022-Q1"].state is State.OPEN
    with boards.unit_of_work(TIMETABLE, at("2022-03-16")) as session:
        again = tick(session, actor=TIMETABLE, now=at("2022-03-16"))
    assert (again.owed, again.without_owner, again.without_holder) == (0, 3, ())


def test_a_unit_names_its_function_and_what_is_open_is_mailed_at_once(boards: Database) -> None:
    post = Post()
    run(boards, post, "2022-03-15")
    done = named(boards, "bun", "Skolchefen", day="2022-03-16")
    assert (done.is_new, done.moved) == (True, 4)
    assert set(owners(boards, "2022-Q4").items()) >= {("bun", "Skolchefen"), ("sbn", "")}
    assert run(boards, post, "2022-03-16") == ["skolchefen@kommun.example Attest"]
    assert not named(boards, "bun", "skolchefen", day="2022-03-17").is_new


def test_the_link_of_whoever_answered_before_ends(boards: Database) -> None:
    post = Post()
    named(boards, "bun", "Skolchefen")
    run(boards, post, "2022-03-15")
    secret = secret_of(post, "skolchefen")
    named(boards, "bun", "Bun-chefen", day="2022-03-16")
    with boards.reading() as session, pytest.raises(Closed):
        follow_link(session, secret=secret)


def test_whoever_is_named_again_is_mailed_again(boards: Database) -> None:
    post = Post()
    for day, function in enumerate(("Skolchefen", "Bun-chefen", "Skolchefen"), 15):
        named(boards, "bun", function, day=f"2022-03-{day}")
        mails = run(boards, post, f"2022-03-{day}")
        assert f"{make.email(function)} Attest" in mails


def test_a_mail_that_waits_is_withdrawn_when_another_is_named(boards: Database) -> None:
    post = Post(down=True)
    named(boards, "bun", "Skolchefen")
    run(boards, post, "2022-03-15")
    named(boards, "bun", "Bun-chefen", day="2022-03-16")
    post.down = False
    mails = run(boards, post, "2022-03-17")
    assert "bun-chefen@kommun.example Attest" in mails
    assert not [mail for mail in mails if mail.startswith("skolchefen")]


def secret_of(post: Post, who: str) -> str:
    mail = next(m for m in post.seen if m.to.startswith(who))
    return mail.text.split("/svar/")[1].split()[0]


def test_the_named_function_gets_a_mail_answers_by_its_link_and_an_atgard_is_recorded(
    boards: Database,
) -> None:
    post = Post()
    named(boards, "bun", "Skolchefen")
    run(boards, post, "2022-03-15")
    mail = next(m for m in post.seen if m.to.startswith("skolchefen"))
    assert "Kommunstyrelsen" in mail.text
    assert "Barn- och utbildningsnämnden" in mail.text
    assert "Barn- och utbildningsnämnden" in mail.html
    with boards.reading() as session:
        holder = follow_link(session, secret=secret_of(post, "skolchefen"))
    answer = Answer(
        "Två saknar beslut.", "gul", (PlannedAction("Rätta.", "Rektorn", "2022-05-31"),)
    )
    task = min(holder.actor.tasks)
    with boards.unit_of_work(holder.actor, at("2022-03-16")) as session:
        done = record_answer(
            session, actor=holder.actor, now=at("2022-03-16"), task_id=task, answer=answer,
            base_version=0, submit=True, answers_as=holder.function,
        )  # fmt: skip
    assert (done.state, done.faults) == (State.APPROVED, ())
    assert there(boards)["bun", "2022-Q1"].state is State.APPROVED
    with boards.reading() as session:
        (action,) = session.scalars(select(ActionRow))
        assert (action.plan, action.subject, action.task) == ("ks-2022", "K1", task)


def test_a_revision_keeps_what_units_have_named_and_says_what_overlaps_per_unit(
    boards: Database,
) -> None:
    named(boards, "bun", "Skolchefen")
    run(boards, Post(), "2022-03-15")
    done = make.adopt(boards, all_boards("varje månad"), "2022-03-16")
    assert "K1 mars 2022, Socialnämnden" in done.overlapping
    assert "K1 mars 2022" in done.overlapping
    assert owners(boards, "2022-10")["bun"] == "Skolchefen"
    assert there(boards)["bun", "2022-Q1"].version == 2


def test_a_unit_that_is_no_longer_chosen_has_its_tasks_taken_out_with_the_reason(
    boards: Database,
) -> None:
    make.adopt(boards, make.plan(make.control(Shared(units=("ks", "son")))), "2022-02-01")
    gone = there(boards)["bun", "2022-Q1"]
    assert gone.state is State.CANCELLED
    assert states_of(boards, gone)[-1][1].startswith("Utgick när planen ändrades")
    make.adopt(boards, all_boards(), "2022-02-02")
    assert there(boards)["bun", "2022-Q1"].state is State.PLANNED


def test_a_function_that_the_organisation_no_longer_has_counts_as_nobody(
    boards: Database,
) -> None:
    named(boards, "tn", "Rektorn")
    run(boards, Post(), "2022-07-02")
    without = [f for f in make.organisation().functions if f.name != "Rektorn"]
    whole = replace(make.organisation(), functions=tuple(without))
    with pytest.raises(Refused, match="Rektorn"):
        make.known(boards, whole)


# -- the organisation changes --


def change(database: Database, day: str, *units: Unit, without: str = "") -> None:
    """Other units from that day, in place of those with the same id."""
    new = {unit.id: unit for unit in units}
    whole = make.organisation()
    kept = tuple(new.pop(u.id, u) for u in whole.units if u.id != without)
    after = replace(whole, units=(*kept, *new.values()))
    with database.unit_of_work(OPERATOR, at(day)) as session:
        import_organisation(session, actor=OPERATOR, now=at(day), organisation=after)


COMING = Unit("kn", "Kulturnämnden", UnitKind.BOARD, "kommun", start=date(2022, 4, 1))


def unit(id: str) -> Unit:
    found = make.organisation().unit(id)
    assert found is not None
    return found


STAYING = replace(unit("skola"), moves=())


def test_a_new_unit_gets_its_tasks_when_it_is_told_of(boards: Database) -> None:
    change(boards, "2022-02-01", COMING)
    assert {slot for at, slot in there(boards) if at == "kn"} == {"2022-Q2", "2022-Q3", "2022-Q4"}


def test_nothing_is_planned_whose_last_day_has_passed(boards: Database) -> None:
    change(boards, "2022-10-05", COMING)
    assert {slot for at, slot in there(boards) if at == "kn"} == {"2022-Q4"}


def test_a_unit_that_ends_loses_what_it_no_longer_can_answer_and_gets_it_back(
    boards: Database,
) -> None:
    change(boards, "2022-02-01", replace(unit("son"), end=date(2022, 8, 31)), STAYING)
    task = there(boards)["son", "2022-Q3"]
    assert (there(boards)["son", "2022-Q2"].state, task.state) == (State.PLANNED, State.CANCELLED)
    assert states_of(boards, task)[-1] == ("utgår", "Utgick när organisationen ändrades.")
    change(boards, "2022-02-02")
    assert there(boards)["son", "2022-Q3"].state is State.PLANNED
    make.adopt(boards, all_boards(title="Ny"), "2022-03-01")
    assert there(boards)["son", "2022-Q3"].state is State.PLANNED


def test_what_a_change_of_the_organisation_took_out_a_revision_can_take_in_again(
    database: Database,
) -> None:
    make.known(database)
    make.adopt(database, make.plan(make.control(Shared(below="bun"))))
    moved = replace(unit("skola"), parent="son", moves=())
    change(database, "2022-02-01", moved)
    assert there(database)["skola", "2022-Q2"].state is State.CANCELLED
    make.adopt(
        database, make.plan(make.control(Shared(below="bun", units=("skola",)))), "2022-02-02"
    )
    assert there(database)["skola", "2022-Q2"].state is State.PLANNED


def test_an_answer_stays_whatever_becomes_of_its_unit(boards: Database) -> None:
    run(boards, Post(), "2022-03-15")
    task = there(boards)["son", "2022-Q1"]
    actor = Link(1, make.email("Socialchefen"), frozenset({task.id}))
    with boards.unit_of_work(actor, at("2022-03-16")) as session:
        record_answer(
            session, actor=actor, now=at("2022-03-16"), task_id=task.id, answer=GREEN,
            base_version=0, submit=True, answers_as="Socialchefen",
        )  # fmt: skip
    before = there(boards)["son", "2022-Q1"]
    change(boards, "2022-03-17", replace(unit("son"), end=date(2022, 3, 20)), STAYING)
    assert there(boards)["son", "2022-Q1"] == before
    with pytest.raises(Refused, match="son har en plan eller uppgifter"):
        change(boards, "2022-03-18", without="son")


def test_a_change_that_concerns_no_shared_control_changes_no_task(boards: Database) -> None:
    before = there(boards)
    change(boards, "2022-02-01", replace(unit("bolag"), name="Bostadsbolaget"))
    assert there(boards) == before


# -- who sees, and who may --


def test_each_sees_their_own_unit_s_tasks_and_the_deciding_unit_all(boards: Database) -> None:
    run(boards, Post(), "2022-03-15")
    named(boards, "bun", "Skolchefen", day="2022-03-15")
    seen = {}
    for who in ("Controllern", "Bun-controllern", "Skolchefen", "Socialchefen"):
        person = somebody(boards, make.email(who))
        with boards.reading() as session:
            seen[who] = {item.task.unit for item in task_list(session, actor=person)}
    assert seen == {
        "Controllern": {"ks", "bun", "son", "tn", "mn", "sbn"},
        "Bun-controllern": {"bun"}, "Skolchefen": {"bun"}, "Socialchefen": {"son"},
    }  # fmt: skip


def test_the_owner_in_another_unit_has_the_task_on_their_list_and_reads_its_text(
    boards: Database,
) -> None:
    run(boards, Post(), "2022-03-15")
    person = somebody(boards, make.email("Socialchefen"))
    with boards.reading() as session:
        (own,) = own_tasks(session, actor=person).tasks
        page = task_page(session, actor=person, now=at("2022-03-16"), task_id=own.task.id)
    assert (page.control.what, page.answers_as) == ("Att attestanter har beslut.", "Socialchefen")


def test_a_protected_answer_is_its_unit_s_own_also_for_whoever_decided_the_control(
    database: Database,
) -> None:
    make.known(database)
    make.adopt(database, all_boards(protected=True))
    run(database, Post(), "2022-03-15")
    controller = somebody(database, make.email("Controllern"))
    own, theirs = there(database)["ks", "2022-Q1"], there(database)["son", "2022-Q1"]
    with database.reading() as session:
        task_page(session, actor=controller, now=at("2022-03-16"), task_id=own.id)
        with pytest.raises(NotFound):
            task_page(session, actor=controller, now=at("2022-03-16"), task_id=theirs.id)


def test_the_unit_s_own_people_name_its_function_and_nobody_across_the_border(
    boards: Database,
) -> None:
    for who in ("Bun-controllern", "Bun-chefen"):
        assert named(boards, "bun", who, somebody(boards, make.email(who))).is_new
    with pytest.raises(NotAllowed):
        named(boards, "bun", "Skolchefen", somebody(boards, make.email("Controllern")))
    with pytest.raises(NotFound):
        named(boards, "son", "Socialchefen", somebody(boards, make.email("Bun-controllern")))
    with pytest.raises(NotFound):
        named(boards, "bun", "Skolchefen", somebody(boards, "revisorn@kommun.example"))
    with pytest.raises(NotFound):
        named(boards, "bolag", "Vd")


def test_a_function_is_one_that_the_organisation_has_and_the_reader_knows(
    boards: Database,
) -> None:
    person = somebody(boards, make.email("Bun-controllern"))
    with pytest.raises(Refused, match="Påhittade chefen"):
        named(boards, "bun", "Påhittade chefen", person)
    with pytest.raises(Refused, match="Socialchefen"):
        named(boards, "bun", "Socialchefen", person)
    with boards.reading() as session:
        page = part_page(
            session, actor=person, now=at("2022-02-01"), plan="ks-2022", control="K1", unit="bun"
        )
    assert [f.name for f in page.functions] == ["Bun-chefen", "Bun-controllern", "Skolchefen", "Rektorn"]  # fmt: skip


def test_two_who_name_at_once_the_second_is_told(boards: Database) -> None:
    named(boards, "bun", "Skolchefen", seen="")
    with pytest.raises(Conflict):
        named(boards, "bun", "Bun-chefen", seen="")
    assert owners(boards, "2022-Q1")["bun"] == "Skolchefen"


def test_the_naming_is_in_the_log_for_the_unit_and_for_whoever_decided(boards: Database) -> None:
    named(boards, "bun", "Skolchefen")
    for who, where in (("Controllern", "ks"), ("Bun-controllern", "bun")):
        person = somebody(boards, make.email(who))
        with boards.reading() as session:
            (entry,) = events(
                session, actor=person, now=at("2022-02-02"), wanted=Wanted(kind="ansvarig utsedd")
            ).entries
        assert entry.things == (About(where, "ks-2022", "K1"),)
        assert entry.changes == (
            ("Ansvarig för Barn- och utbildningsnämnden", "Ingen är utsedd", "Skolchefen"),
        )
    with boards.at_one_moment() as session:
        assert verify_log(session, actor=OPERATOR).sound


def test_gaps_come_first_and_the_deciding_unit_sees_every_unit(boards: Database) -> None:
    named(boards, "bun", "Skolchefen")
    run(boards, Post(), "2022-03-15")
    controller = somebody(boards, make.email("Controllern"))
    with boards.reading() as session:
        (found,) = shared_controls(session, actor=controller, now=at("2022-04-15"))
        (own,) = shared_controls(
            session, actor=somebody_read(boards, "Bun-controllern"), now=at("2022-04-15")
        )
    assert [part.unit.id for part in found.parts if part.gap] == ["tn", "mn", "sbn"]
    assert [part.unit.id for part in found.parts][:3] == ["tn", "mn", "sbn"]
    assert (found.units, own.units) == (6, 0)
    assert [part.unit.id for part in own.parts] == ["bun"]
    standing = own.parts[0].standing
    assert (standing.planned, standing.done, standing.open, standing.late) == (4, 0, 1, 1)
    assert own.parts[0].may_name


def somebody_read(database: Database, who: str) -> Person:
    with database.reading() as session:
        organisation: Organisation = current_organisation(session, actor=OPERATOR)
    return person_of(organisation, 99, make.email(who), date(2022, 4, 15))


def test_whoever_only_follows_has_no_shared_controls_to_see(boards: Database) -> None:
    person = somebody(boards, "revisorn@kommun.example")
    assert (Permit.FOLLOW, "bun") in person.rights
    with boards.reading() as session:
        assert shared_controls(session, actor=person, now=at("2022-02-01")) == []
