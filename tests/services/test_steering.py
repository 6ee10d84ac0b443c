"""The controller moves a date, chooses who answers, closes with a reason, and decides what is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from databases import counting
from municipality import at
from test_answers import GREEN, Owner, owner_of
from test_mailing import Postman, go

from icengine.domain.access import Person
from icengine.domain.asking import Asking
from icengine.domain.task import State
from icengine.errors import Closed, Conflict, NotFound
from icengine.services import steering
from icengine.services.asking import ask_more_time, propose_not_done
from icengine.services.controllers_day import controllers_day
from icengine.services.login import person_of
from icengine.services.people import current_organisation
from icengine.services.tasks import record_answer, task_page
from icengine.store import logins, tasks
from icengine.store.db import Database

NOW = at("2022-12-05", "09:00")
CONTROLLER = "controller@kommun.example"


def controller(database: Database, email: str = CONTROLLER) -> Person:
    with database.unit_of_work(steering_actor(), NOW) as session:
        number = logins.number_of(session, email, NOW)
        session.record("prov", f"person:{number}")
    with database.reading() as session:
        organisation = current_organisation(session, actor=steering_actor())
    return person_of(organisation, number, email, date(2022, 12, 5))


def steering_actor() -> Any:
    from icengine.domain.access import System

    return System("test")


def do(database: Database, service: Any, who: Person | None = None, **values: Any) -> Any:
    actor = who or controller(database)
    with database.unit_of_work(actor, NOW) as session:
        return service(session, actor=actor, now=NOW, **values)


def task_of(database: Database, id: int) -> tasks.Task:
    with database.reading() as session:
        found = tasks.get(session, tasks.Scope(everything=True), id)
    assert found is not None
    return found


@pytest.fixture
def owner(adopted: Database) -> Owner:
    """HR-strategen with the link to K6, due on 30 December."""
    return owner_of(adopted, "K6", "2022-12-01")


def test_a_moved_date_holds_and_is_told(owner: Owner) -> None:
    done = do(owner.database, steering.move_due, task_id=owner.task, due=date(2023, 1, 20),
              reason="Systemet byts.")  # fmt: skip
    assert (done.faults, done.changed) == ((), 1)
    task = task_of(owner.database, owner.task)
    assert (task.due, task.own_due, task.slot) == (date(2023, 1, 20), True, "2022")
    postman = Postman()
    go(owner.database, postman, at("2022-12-05", "10:00"))
    [mail] = [mail for mail in postman.seen if mail.subject.startswith("Nytt datum")]
    assert mail.to == "hr.vikarie@kommun.example"
    assert mail.subject == "Nytt datum, 20 januari 2023: Arbetsmiljön redovisas i nämnd"
    assert "Systemet byts" not in mail.text


@pytest.mark.parametrize(
    ("due", "reason", "said"),
    [
        (None, "x", "Välj den nya sista dagen"),
        (date(2022, 12, 1), "x", "Välj en dag som inte har passerat"),
        (date(2022, 12, 24), "x", "24 december 2022 är ingen arbetsdag"),
        (date(2025, 1, 7), "x", "Välj en dag inom ett år"),
        (date(2023, 1, 20), "", "Skriv varför"),
    ],
)
def test_a_date_that_cannot_be_is_said_and_nothing_is_moved(
    owner: Owner, due: date | None, reason: str, said: str
) -> None:
    done = do(owner.database, steering.move_due, task_id=owner.task, due=due, reason=reason)
    assert next(f.message for f in done.faults).startswith(said)
    assert task_of(owner.database, owner.task).due == date(2022, 12, 30)


def test_another_owner_is_mailed_and_the_link_of_the_one_before_ends(owner: Owner) -> None:
    do(owner.database, steering.choose_owner, task_id=owner.task, function="ekonomichefen",
       reason="Har slutat.")  # fmt: skip
    task = task_of(owner.database, owner.task)
    assert (task.owner, task.own_owner) == ("Ekonomichefen", True)
    with pytest.raises(Closed):
        owner.page(NOW)
    postman = Postman()
    go(owner.database, postman, at("2022-12-05", "10:00"))
    assert "ekonomi@kommun.example" in {mail.to for mail in postman.seen}


def test_all_that_a_function_has_left_goes_to_another_in_one_go(owner: Owner) -> None:
    who = controller(owner.database)
    with counting(owner.database) as few:
        done = do(owner.database, steering.choose_owner_of_all, who, function="HR-strategen",
                  to="Ekonomichefen", reason="Har slutat.")  # fmt: skip
    assert done.changed == 1
    with counting(owner.database) as many:
        moved = do(owner.database, steering.choose_owner_of_all, who,
                   function="Informationssäkerhetssamordnaren", to="HR-strategen",
                   reason="Har slutat.")  # fmt: skip
    assert moved.changed > 5
    assert len(many) <= len(few) + 2


def test_an_occurrence_is_cancelled_with_a_reason_and_its_mails_withdrawn(owner: Owner) -> None:
    done = do(owner.database, steering.close, task_id=owner.task, state=State.CANCELLED,
              reason="Ersatt av K9.")  # fmt: skip
    assert done.changed == 1
    assert task_of(owner.database, owner.task).state is State.CANCELLED
    with pytest.raises(Closed):
        owner.save(GREEN, submit=True)
    with owner.database.reading() as session:
        [last, *_] = steering.history(session, task_id=owner.task)
    assert (last.what, last.reason, last.by) == ("utgår", "Ersatt av K9.", "controller")


def test_nothing_is_closed_without_a_reason_or_twice(owner: Owner) -> None:
    assert do(owner.database, steering.close, task_id=owner.task, state=State.NOT_DONE,
              reason=" ").faults  # fmt: skip
    do(owner.database, steering.close, task_id=owner.task, state=State.NOT_DONE, reason="Tid.")
    with pytest.raises(Closed):
        do(owner.database, steering.close, task_id=owner.task, state=State.CANCELLED, reason="x")


def ask(owner: Owner, kind: Asking = Asking.MORE_TIME) -> int:
    with owner.database.unit_of_work(owner.holder.actor, NOW) as session:
        values: dict[str, Any] = {
            "actor": owner.holder.actor, "now": NOW, "task_id": owner.task,
            "reason": "Sjukdom.", "answers_as": owner.holder.function,
        }  # fmt: skip
        if kind is Asking.MORE_TIME:
            asked = ask_more_time(session, until=date(2023, 1, 20), **values)
        else:
            asked = propose_not_done(session, **values)
    assert asked.request is not None
    return asked.request.id


def test_more_time_that_is_granted_moves_the_date(owner: Owner) -> None:
    number = ask(owner)
    do(owner.database, steering.decide, number=number, granted=True, decision="")
    assert task_of(owner.database, owner.task).due == date(2023, 1, 20)
    postman = Postman()
    go(owner.database, postman, at("2022-12-05", "10:00"))
    [mail] = [mail for mail in postman.seen if mail.subject.startswith("Besked: ")]
    assert mail.to == "hr.vikarie@kommun.example"
    assert "fredag 20 januari 2023" in mail.text


def test_a_no_says_why_and_leaves_the_date(owner: Owner) -> None:
    number = ask(owner)
    assert do(owner.database, steering.decide, number=number, granted=False, decision="").faults
    do(owner.database, steering.decide, number=number, granted=False, decision="Nämnden väntar.")
    assert task_of(owner.database, owner.task).due == date(2022, 12, 30)
    with pytest.raises(Conflict):
        do(owner.database, steering.decide, number=number, granted=True, decision="")


def test_what_cannot_be_done_is_closed_with_the_owners_reason(owner: Owner) -> None:
    number = ask(owner, Asking.NOT_DONE)
    do(owner.database, steering.decide, number=number, granted=True, decision="Tråkigt.")
    assert task_of(owner.database, owner.task).state is State.NOT_DONE
    with owner.database.reading() as session:
        assert steering.history(session, task_id=owner.task)[0].reason == "Sjukdom."


def test_a_reminder_now_is_sent_whatever_was_said_before(owner: Owner) -> None:
    postman = Postman()
    go(owner.database, Postman(), at("2022-12-05", "08:00"))
    assert do(owner.database, steering.remind_now, task_id=owner.task) == 1
    go(owner.database, postman, at("2022-12-05", "10:00"))
    assert [m.subject for m in postman.seen if "hr.vikarie" in m.to] == [
        "Påminnelse: lämna in senast 30 december: Arbetsmiljön redovisas i nämnd"
    ]


def test_an_answer_on_behalf_says_who_wrote_it_in(owner: Owner) -> None:
    who = controller(owner.database)
    with owner.database.unit_of_work(who, NOW) as session:
        done = record_answer(
            session, actor=who, now=NOW, task_id=owner.task, answer=GREEN, base_version=0,
            submit=True, entered_by=steering.CONTROLLER,
        )  # fmt: skip
    assert (done.saved.by, done.saved.entered_by) == ("HR-strategen", "controller")
    with owner.database.reading() as session:
        page = task_page(session, actor=who, now=NOW, task_id=owner.task, answers_as="x")
    assert page.last is not None
    assert (page.last.entered_by, page.last.person) == ("controller", who.id)


def test_whoever_is_controller_elsewhere_steers_nothing(owner: Owner) -> None:
    stranger = controller(owner.database, "ekonomi@kommun.example")
    for service, values in (
        (steering.move_due, {"due": date(2023, 1, 20), "reason": "x"}),
        (steering.close, {"state": State.CANCELLED, "reason": "x"}),
        (steering.choose_owner, {"function": "Ekonomichefen", "reason": "x"}),
        (steering.remind_now, {}),
    ):
        with pytest.raises(NotFound):
            do(owner.database, service, stranger, task_id=owner.task, **values)
    with owner.database.reading() as session, pytest.raises(NotFound):
        controllers_day(session, actor=stranger, now=NOW)


def test_the_day_shows_what_waits_in_as_many_statements_however_much(owner: Owner) -> None:
    who = controller(owner.database)
    ask(owner)
    with counting(owner.database) as sent, owner.database.reading() as session:
        day = controllers_day(session, actor=who, now=NOW)
    assert len(day.late) > 5
    assert [item.request.task for item in day.asked] == [owner.task]
    assert len(sent) <= 9
