"""Answering a task: drafts, handing in, two tabs, a double click, and who may."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from municipality import at

from icengine.domain.access import Link, System
from icengine.domain.people import Holding, Organisation
from icengine.domain.plan import Plan
from icengine.domain.task import Answer, PlannedAction, State
from icengine.errors import Closed, Conflict, NotFound, Refused
from icengine.jobs import TIMETABLE
from icengine.services.earlier import before
from icengine.services.mailing import take_mails
from icengine.services.people import import_organisation
from icengine.services.scheduling import tick
from icengine.services.tasks import (
    LinkHolder,
    Recorded,
    TaskPage,
    follow_link,
    record_answer,
    task_list,
    task_page,
)
from icengine.store.db import Database
from icengine.store.events import count_events
from icengine.store.mail_tables import LinkRow

GREEN = Answer(result="Allt stämde.", rating="gron")
YELLOW = Answer(
    result="Två av nio har redovisat.",
    rating="gul",
    actions=(PlannedAction("Påminn nämnderna.", "HR-strategen", "2023-06-30"),),
)


@dataclass
class Owner:
    """The holder of an e-mailed link, answering."""

    database: Database
    holder: LinkHolder
    task: int

    def save(
        self, answer: Answer, version: int = 0, submit: bool = False, now: datetime | None = None
    ) -> Recorded:
        when = now or at("2022-12-05")
        with self.database.unit_of_work(self.holder.actor, when) as session:
            return record_answer(
                session, actor=self.holder.actor, now=when, task_id=self.task, answer=answer,
                answers_as=self.holder.function, base_version=version, submit=submit,
            )  # fmt: skip

    def page(self, now: datetime | None = None) -> TaskPage:
        with self.database.reading() as session:
            return task_page(
                session, actor=self.holder.actor, now=now or at("2022-12-05"), task_id=self.task,
                answers_as=self.holder.function,
            )  # fmt: skip

    def events(self) -> int:
        with self.database.reading() as session:
            return count_events(session)


def owner_of(database: Database, control: str, day: str) -> Owner:
    """Run the timetable on a day and follow the mail's link to that control's latest task."""
    now = at(day)
    with database.unit_of_work(TIMETABLE, now) as session:
        tick(session, actor=TIMETABLE, now=now)
    with database.unit_of_work(TIMETABLE, now) as session:
        mails = take_mails(
            session, actor=TIMETABLE, now=now, base_url="https://ik.kommun.example", sender="a@b.se"
        )
    with database.reading() as session:
        keys = {
            item.task.id: item.task.control
            for item in task_list(session, actor=System("test"), plan="ks-2022")
        }
        for mail in reversed(mails):
            secret = mail.email.text.split("/svar/")[1].split()[0]
            holder = follow_link(session, secret=secret)
            for task in holder.actor.tasks:
                if keys[task] == control:
                    return Owner(database, holder, task)
    raise AssertionError(f"no mail about {control}")


@pytest.fixture
def owner(adopted: Database) -> Owner:
    """HR-strategen with the link to K6, which has no figures to give."""
    return owner_of(adopted, "K6", "2022-12-01")


def test_a_first_draft_begins_the_task_and_is_kept(owner: Owner) -> None:
    done = owner.save(Answer(result="Halvfärdigt"))
    assert (done.state, done.saved.version, done.saved.submitted) == (State.STARTED, 1, False)
    assert owner.page().last == done.saved


def test_handing_in_without_a_godkannare_approves_at_once(owner: Owner) -> None:
    assert owner.save(GREEN, submit=True).state is State.APPROVED


def test_looking_at_the_page_changes_nothing(owner: Owner) -> None:
    before = owner.events()
    assert owner.page().task.state is State.OPEN
    assert owner.page().last is None
    assert owner.events() == before


def test_an_answer_with_faults_is_kept_as_a_draft_and_all_faults_are_said(owner: Owner) -> None:
    done = owner.save(
        Answer(rating="gul", actions=(PlannedAction("Gör något", "", "2022-01-01"),)), submit=True
    )
    assert done.state is State.STARTED
    assert [fault.field for fault in done.faults] == ["resultat", "vem-1", "klar-1"]
    last = owner.page().last
    assert last is not None
    assert last.answer.actions[0].text == "Gör något"


def test_a_level_that_asks_for_an_atgard_is_not_handed_in_without(owner: Owner) -> None:
    done = owner.save(Answer(result="Brister", rating="gul"), submit=True)
    assert [fault.field for fault in done.faults] == ["atgard-1"]


def test_a_double_click_records_once(owner: Owner) -> None:
    first = owner.save(YELLOW, submit=True)
    events = owner.events()
    second = owner.save(YELLOW, submit=True)
    assert second.saved == first.saved
    assert owner.events() == events


def test_two_tabs_overwrite_nothing(owner: Owner) -> None:
    owner.save(Answer(result="Flik ett"))
    with pytest.raises(Conflict):
        owner.save(Answer(result="Flik två"), version=0)
    last = owner.page().last
    assert last is not None
    assert last.answer.result == "Flik ett"
    owner.save(Answer(result="Flik två"), version=1)
    last = owner.page().last
    assert last is not None
    assert last.version == 2


def test_what_is_handed_in_cannot_be_changed(owner: Owner) -> None:
    owner.save(GREEN, submit=True)
    with pytest.raises(Closed):
        owner.save(YELLOW, version=1, submit=True)


def test_saving_the_same_draft_again_is_no_new_version(owner: Owner) -> None:
    owner.save(Answer(result="Samma"))
    assert owner.save(Answer(result="Samma"), version=1).saved.version == 1


def test_a_link_answers_its_own_task_and_no_other(owner: Owner) -> None:
    with (
        owner.database.reading() as session,
        pytest.raises(NotFound),
    ):
        record_answer(
            session, actor=owner.holder.actor, now=at("2022-12-05"), task_id=owner.task + 1,
            answer=GREEN, answers_as="x", base_version=0, submit=True,
        )  # fmt: skip


def test_a_made_up_link_finds_nothing(adopted: Database) -> None:
    for secret in ("", "x", "å" * 43, "A" * 10_000):
        with adopted.reading() as session, pytest.raises(NotFound):
            follow_link(session, secret=secret)


def test_a_revoked_link_is_closed(owner: Owner) -> None:
    with owner.database.unit_of_work(System("test"), at("2022-12-02")) as session:
        row = session.get(LinkRow, owner.holder.actor.id)
        assert row is not None
        row.revoked_at = at("2022-12-02")
        session.add(row)
        session.record("länk återkallad", f"länk:{row.id}")
        secret = "okänd"
    with owner.database.reading() as session, pytest.raises(NotFound):
        follow_link(session, secret=secret)


def test_the_receipt_is_shown_for_thirty_days(owner: Owner) -> None:
    owner.save(GREEN, submit=True, now=at("2022-12-05"))
    assert str(owner.page(at("2023-01-04")).receipt_until) == "2023-01-04"
    with pytest.raises(Closed):
        owner.page(at("2023-01-05"))


def test_last_times_answer_stands_beside(adopted: Database) -> None:
    first = owner_of(adopted, "K3", "2022-02-10")
    measured = Answer(
        result="31 procent.", rating="rod", part="2 676", whole="8 633",
        actions=(PlannedAction("Påminn", "HR-strategen", "2022-06-30"),),
    )  # fmt: skip
    assert first.page(at("2022-02-10")).previous is None
    done = first.save(measured, submit=True, now=at("2022-02-10"))
    assert done.faults == ()
    later = owner_of(adopted, "K3", "2022-08-10")
    page = later.page(at("2022-08-10"))
    assert page.previous is not None
    assert page.previous.saved.answer == measured
    assert (page.number, page.total) == (2, 3)


def test_an_answer_to_the_control_that_this_one_replaces_is_last_times(adopted: Database) -> None:
    first = owner_of(adopted, "K3", "2022-02-10")
    measured = Answer(result="Bra.", rating="gron", part="1", whole="1")
    assert first.save(measured, submit=True, now=at("2022-02-10")).faults == ()
    page = owner_of(adopted, "K2", "2022-05-02").page(at("2022-05-02"))
    assert page.previous is None
    heir = replace(page.control, replaces="K3")
    risks = tuple(
        replace(r, controls=tuple(heir if c.id == "K2" else c for c in r.controls))
        for r in page.plan.risks
    )
    with adopted.reading() as session:
        last_time, withheld, last_year = before(
            session, System("test"), page.task, replace(page.plan, risks=risks), page.organisation
        )
    assert last_time is not None
    assert (last_time.task.control, last_time.saved.answer) == ("K3", measured)
    assert (withheld, last_year) == (False, None)


def test_a_measured_control_asks_for_its_figures(adopted: Database) -> None:
    owner = owner_of(adopted, "K3", "2022-02-10")
    done = owner.save(
        Answer(result="Bra", rating="gron", part="många", whole="0"),
        submit=True,
        now=at("2022-02-10"),
    )
    assert [fault.field for fault in done.faults] == ["antal", "totalt"]


def test_nobody_answers_before_the_period_begins(adopted: Database) -> None:
    with adopted.reading() as session:
        task = next(
            item.task
            for item in task_list(session, actor=System("test"))
            if item.task.control == "K6"
        )
    early = Owner(
        adopted,
        LinkHolder(Link(0, "hr@kommun.example", frozenset({task.id})), "HR-strategen"),
        task.id,
    )
    with pytest.raises(Refused, match="1 januari 2022"):
        early.save(GREEN, now=at("2021-12-20"))


def test_text_is_kept_as_typed(owner: Owner) -> None:
    typed = "Rad ett\r\nنص عربي 🙂 \x00 e\u0301 <b>fet</b> {{ 7*7 }} 'eller' 1=1; --"
    owner.save(Answer(result=typed))
    last = owner.page().last
    assert last is not None
    assert last.answer.result == "Rad ett\nنص عربي 🙂  é <b>fet</b> {{ 7*7 }} 'eller' 1=1; --"


def test_a_link_ends_with_its_holders_time_in_the_function(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    owner = owner_of(adopted, "K6", "2022-12-01")
    day = at("2022-12-06").date()
    old = Holding(owner.holder.actor.email, None, day - timedelta(days=1))
    new = Holding("ny.hr@kommun.example", day)
    functions = tuple(
        replace(f, holders=(old, new)) if f.name == "HR-strategen" else f
        for f in example[0].functions
    )
    with adopted.unit_of_work(System("test"), at("2022-12-02")) as session:
        import_organisation(
            session, actor=System("test"), now=at("2022-12-02"),
            organisation=replace(example[0], functions=functions),
        )  # fmt: skip
    owner.save(Answer(result="Början"), now=at("2022-12-05"))
    with pytest.raises(Closed, match="inte längre"):
        owner.page(at("2022-12-06"))
    with pytest.raises(Closed, match="inte längre"):
        owner.save(GREEN, version=1, submit=True, now=at("2022-12-06"))
    later = owner_of(adopted, "K6", "2022-12-06")
    page = later.page(at("2022-12-06"))
    assert page.last is not None
    assert page.last.answer.result == "Början"
    assert later.save(GREEN, version=1, submit=True, now=at("2022-12-06")).state is State.APPROVED
    assert later.page(at("2022-12-07")).receipt_until is not None
    with pytest.raises(Closed, match="inte längre"):
        owner.page(at("2022-12-07"))


def test_another_level_than_the_proposed_one_asks_why(adopted: Database) -> None:
    owner = owner_of(adopted, "K3", "2022-02-10")
    green = Answer(result="Bättre än det ser ut.", rating="gron", part="2 676", whole="8 633")
    now = at("2022-02-11")
    refused = owner.save(green, submit=True, now=now)
    assert [fault.field for fault in refused.faults] == ["skal"]
    why = replace(green, reason="Siffran gäller fel månad.")
    assert owner.save(why, version=1, submit=True, now=now).saved.submitted
