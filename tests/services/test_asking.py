"""An owner asks for more time, or proposes that a task is closed undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from municipality import at
from test_answers import GREEN, Owner, owner_of

from icengine.domain.access import Link, System
from icengine.domain.asking import MOST_ASKED, Asking
from icengine.domain.task import State
from icengine.errors import Closed, Conflict, NotFound, TooMany
from icengine.services.asking import (
    Asked,
    ask_more_time,
    asked_about,
    propose_not_done,
    take_back_request,
)
from icengine.services.mailing import take_mails
from icengine.services.tasks import task_list
from icengine.store.db import Database

NOW = at("2022-12-05")
WHY = "Systemet byts den 12 december."
LATER = date(2023, 1, 20)


@pytest.fixture
def owner(adopted: Database) -> Owner:
    """HR-strategen with the link to K6, due on the last working day of 2022."""
    return owner_of(adopted, "K6", "2022-12-01")


def time(owner: Owner, until: date | None = LATER, reason: str = WHY, **more: Any) -> Asked:
    now, actor = more.pop("now", NOW), more.pop("actor", owner.holder.actor)
    with owner.database.unit_of_work(actor, now) as session:
        return ask_more_time(
            session, actor=actor, now=now, task_id=owner.task, until=until, reason=reason,
            answers_as=owner.holder.function,
        )  # fmt: skip


def undone(owner: Owner, reason: str = WHY, now: Any = NOW) -> Asked:
    actor = owner.holder.actor
    with owner.database.unit_of_work(actor, now) as session:
        return propose_not_done(
            session, actor=actor, now=now, task_id=owner.task, reason=reason,
            answers_as=owner.holder.function,
        )  # fmt: skip


def take_back(owner: Owner, kind: Asking = Asking.MORE_TIME) -> bool:
    actor = owner.holder.actor
    with owner.database.unit_of_work(actor, NOW) as session:
        return take_back_request(
            session, actor=actor, now=NOW, task_id=owner.task, kind=kind,
            answers_as=owner.holder.function,
        )  # fmt: skip


def waiting(owner: Owner) -> list[Asking]:
    with owner.database.reading() as session:
        found = asked_about(session, task_id=owner.task)
    return [item.kind for item in found if item.waiting]


def mails(owner: Owner) -> list[Any]:
    """Those to whoever decides."""
    with owner.database.unit_of_work(System("test"), NOW) as session:
        found = take_mails(
            session, actor=System("test"), now=NOW, base_url="https://ik", sender="a@b.se"
        )
    return [m.email for m in found if "väntar på ditt besked" in m.email.subject]


def task(owner: Owner) -> Any:
    with owner.database.reading() as session:
        found = task_list(session, actor=System("test"))
    return next(item.task for item in found if item.task.id == owner.task)


def test_what_is_asked_is_kept_with_its_reason_and_changes_nothing_yet(owner: Owner) -> None:
    before = task(owner)
    found = time(owner).request
    assert found is not None
    assert (found.until, found.reason, found.by) == (LATER, WHY, "HR-strategen")
    assert found.person == owner.holder.actor.person
    assert task(owner) == before
    assert undone(owner).is_new
    assert task(owner).state is State.OPEN
    assert waiting(owner) == [Asking.NOT_DONE, Asking.MORE_TIME]


def test_the_controller_gets_a_mail_that_leads_to_the_question_and_says_no_reason(
    owner: Owner,
) -> None:
    found = time(owner).request
    assert found is not None
    (mail,) = mails(owner)
    assert mail.to == "controller@kommun.example"
    assert mail.subject.startswith("HR-strategen väntar på ditt besked")
    assert f"https://ik/fragor/{found.id}" in mail.text
    assert "Du får mejlet som controller." in mail.text
    assert "/svar/" not in mail.text
    assert WHY not in mail.text


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (None, "Välj dagen"),
        (date(2022, 12, 4), "inte har passerat"),
        (date(2022, 12, 30), "efter 30 december 2022"),
        (date(2023, 1, 6), "6 januari 2023 är ingen arbetsdag. Välj till exempel 5 januari 2023"),
        (date(2024, 3, 1), "inom ett år"),
    ],
)
def test_the_day_is_a_working_day_after_the_one_that_holds(
    owner: Owner, until: date | None, said: str
) -> None:
    (fault,) = time(owner, until).faults
    assert fault.field == "till-dag"
    assert said in fault.message
    assert waiting(owner) == []


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1001])
def test_a_reason_is_needed(owner: Owner, reason: str) -> None:
    assert [fault.field for fault in time(owner, reason=reason).faults] == ["skal"]
    assert [fault.field for fault in undone(owner, reason).faults] == ["skal"]
    assert waiting(owner) == []


def test_a_double_click_asks_once(owner: Owner) -> None:
    first = time(owner)
    events = owner.events()
    second = time(owner, reason=f"{WHY}\r\n ")
    assert second.request == first.request
    assert not second.is_new
    assert owner.events() == events
    assert len(mails(owner)) == 1


def test_one_of_a_kind_waits_at_a_time(owner: Owner) -> None:
    time(owner)
    with pytest.raises(Conflict, match="20 januari 2023 som väntar på besked"):
        time(owner, date(2023, 2, 1))
    undone(owner)
    with pytest.raises(Conflict):
        undone(owner, "Ett annat skäl.")
    assert len(waiting(owner)) == 2


def test_taken_back_nobody_needs_to_decide_and_the_mail_does_not_leave(owner: Owner) -> None:
    time(owner)
    assert take_back(owner)
    assert waiting(owner) == []
    assert mails(owner) == []
    assert not take_back(owner)
    assert time(owner, date(2023, 2, 1)).is_new


def test_there_is_a_limit_to_how_often_it_is_asked(owner: Owner) -> None:
    for n in range(MOST_ASKED):
        time(owner, reason=f"Nummer {n}")
        take_back(owner)
    with pytest.raises(TooMany):
        time(owner)
    with pytest.raises(TooMany):
        undone(owner)
    assert undone(owner, now=NOW + timedelta(hours=25)).is_new


def test_handed_in_it_needs_no_decision_and_no_more_is_asked(owner: Owner) -> None:
    time(owner)
    owner.save(GREEN, submit=True)
    assert waiting(owner) == []
    assert mails(owner) == []
    with pytest.raises(Closed):
        time(owner)


def test_nothing_is_asked_about_somebody_elses_task(owner: Owner) -> None:
    with pytest.raises(NotFound):
        time(owner, actor=Link(99, "x@kommun.example", frozenset()))


def test_what_is_asked_stands_in_the_log_in_the_owners_words(owner: Owner) -> None:
    time(owner)
    with owner.database.reading() as session:
        rows = (
            session.connection()
            .exec_driver_sql(
                "SELECT payload FROM event JOIN event_payload USING (seq) WHERE kind = 'besked begärt'"
            )
            .all()
        )
    assert len(rows) == 1
    assert WHY in rows[0][0]
    assert "2023-01-20" in rows[0][0]
