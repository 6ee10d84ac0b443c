"""Four eyes: who reads an answer, what becomes of it, and what is told to whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sharing as make
from databases import counting
from municipality import at
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
    control,
    organisation,
    plan,
    risk,
    told,
)

from icengine.domain.access import Link, Scope
from icengine.domain.approval import remark
from icengine.domain.people import Function, Holding
from icengine.domain.task import PlannedAction, State
from icengine.errors import Closed, Conflict, LoginNeeded, NotAllowed, NotFound, Refused
from icengine.services.approval import (
    approval_page,
    approve,
    eyes,
    send_back,
    take_back,
    waiting_count,
    waiting_for,
)
from icengine.services.reopening import reopen
from icengine.services.tasks import task_page
from icengine.store import links, people
from icengine.store.action_lists import Wanted, Which, listed
from icengine.store.db import Database
from icengine.store.events import count_events


@pytest.fixture
def life(database: Database) -> Life:
    return Life.begun(database)


def waiting(life: Life, email: str) -> list[str]:
    """Controls whose answers wait for somebody."""
    found = life.read(waiting_for, life.person(email), organisation=life.organisation())
    return [item.task.control for item in found.mine]


def judge(life: Life, service: Any, email: str, control: str, **values: Any) -> Any:
    """Somebody judges the answer, of which they have read the newest version."""
    asked = {"task_id": life.task(control).id, "version": life.version(control), **values}
    return life.work(service, life.person(email), **asked)


# -- who reads what --


def test_where_a_godkannare_is_named_the_answer_waits_for_them(life: Life) -> None:
    assert life.save("K1").state is State.SUBMITTED
    assert told(life, "att godkänna", "K1") == [APPROVER]
    assert waiting(life, APPROVER) == ["K1"]
    assert waiting(life, CONTROLLER) == []
    assert waiting(life, OWNER) == []


def test_a_green_on_a_high_risk_waits_for_a_second_reader(life: Life) -> None:
    assert life.save("K2").state is State.SUBMITTED
    assert sorted(told(life, "att godkänna", "K2")) == [SECOND, CONTROLLER]
    assert waiting(life, CONTROLLER) == ["K2"]
    assert waiting(life, SECOND) == ["K2"]
    assert waiting(life, MANAGER) == []


def test_a_yellow_on_a_high_risk_and_a_green_on_another_wait_for_nobody(life: Life) -> None:
    assert life.save("K2", YELLOW).state is State.APPROVED
    assert life.save("K3").state is State.APPROVED
    assert told(life, "godkänd", "K3") == []


def test_an_organisation_may_do_without_second_readers(life: Life) -> None:
    with life.database.unit_of_work(OPERATOR, life.now) as session:
        people.store_organisation(
            session, replace(life.organisation(), second_reader=False), life.now
        )
        session.record("prov", "organisation")
    assert life.save("K2").state is State.APPROVED


def test_where_the_godkannare_has_answered_the_controller_reads(life: Life) -> None:
    life.save("K4", by=BOTH)
    assert waiting(life, BOTH) == []
    assert waiting(life, CONTROLLER) == ["K4"]
    assert sorted(told(life, "att godkänna", "K4")) == [SECOND, CONTROLLER]
    with pytest.raises(NotAllowed):
        judge(life, approve, BOTH, "K4")
    assert judge(life, approve, CONTROLLER, "K4").state is State.APPROVED


def test_where_nobody_has_the_godkannares_function_the_controller_reads(life: Life) -> None:
    life.change(
        functions=tuple(
            replace(f, holders=()) if f.name == "Godkännaren" else f
            for f in life.organisation().functions
        )
    )
    life.save("K1")
    assert waiting(life, CONTROLLER) == ["K1"]


def test_a_colleague_with_the_owners_function_does_not_approve(database: Database) -> None:
    whole = organisation()
    both = tuple(
        Function(f.name, f.unit, (*f.holders, Holding(COLLEAGUE))) if f.name == "Godkännaren" else f
        for f in whole.functions
    )
    life = Life.begun(database, replace(whole, functions=both))
    life.save("K1", by=OWNER)
    assert waiting(life, COLLEAGUE) == []
    assert told(life, "att godkänna", "K1") == [APPROVER]
    with pytest.raises(NotAllowed, match="godkänner det inte själv"):
        judge(life, approve, COLLEAGUE, "K1")


def test_a_controller_who_has_answered_does_not_read_but_another_does(database: Database) -> None:
    whole = organisation()
    named = tuple(
        replace(f, holders=(*f.holders, Holding(CONTROLLER))) if f.name == "Ansvarige" else f
        for f in whole.functions
    )
    life = Life.begun(database, replace(whole, functions=named))
    life.save("K2", by=CONTROLLER)
    assert waiting(life, CONTROLLER) == []
    assert told(life, "att godkänna", "K2") == [SECOND]


def test_an_answer_that_nobody_may_read_is_seen_by_the_controllers(database: Database) -> None:
    whole = organisation()
    named = tuple(
        replace(f, holders=(Holding(CONTROLLER),)) if f.name == "Ansvarige" else f
        for f in whole.functions
    )
    grants = tuple(g for g in whole.grants if g.email != SECOND)
    life = Life.begun(database, replace(whole, functions=named, grants=grants))
    life.save("K2", by=CONTROLLER)
    found = life.read(waiting_for, life.person(CONTROLLER), organisation=life.organisation())
    assert [item.task.control for item in found.stuck] == ["K2"]
    assert not found.mine
    assert told(life, "att godkänna", "K2") == []


def test_the_number_that_waits_costs_two_statements_whatever_it_is(life: Life) -> None:
    for name in ("K1", "K2", "K5"):
        life.save(name)
    organisation = life.organisation()
    for email, number, statements in ((CONTROLLER, 1, 2), (APPROVER, 2, 2), (MANAGER, 0, 0)):
        person = life.person(email)
        with counting(life.database) as sent, life.database.reading() as session:
            found = waiting_count(session, actor=person, now=life.now, organisation=organisation)
        assert (found, len([s for s in sent if s.startswith("SELECT")])) == (number, statements)


# -- what becomes of it --


def test_an_approved_answer_is_closed_and_its_owner_told(life: Life) -> None:
    life.save("K1")
    done = judge(life, approve, APPROVER, "K1", comment="Tack.")
    assert done.state is life.state("K1") is State.APPROVED
    assert told(life, "godkänd", "K1") == [OWNER]
    assert told(life, "att godkänna", "K1") == []
    last = life.history("K1")[-1]
    assert (last.state, last.by, last.reason) == (State.APPROVED, "Godkännaren", "Tack.")


def test_a_returned_answer_is_mended_and_handed_in_again(life: Life) -> None:
    life.save("K1")
    judge(life, send_back, APPROVER, "K1", comment="Hur många granskades?")
    assert life.state("K1") is State.RETURNED
    assert told(life, "återsänd", "K1") == [OWNER]
    with life.database.reading() as session:
        page = task_page(
            session, actor=life.person(OWNER), now=life.now, task_id=life.task("K1").id
        )
        note = remark(eyes(session, page=page).history)
    assert note
    assert (note.reason, note.by) == ("Hur många granskades?", "Godkännaren")
    life.save("K1", replace(GREEN, result="25 av 25 stämmer."))
    assert life.version("K1") == 2
    assert told(life, "att godkänna", "K1") == [APPROVER]
    assert judge(life, approve, APPROVER, "K1").state is State.APPROVED


def test_an_answer_is_not_returned_without_a_comment(life: Life) -> None:
    life.save("K1")
    for comment in ("", "  \n "):
        with pytest.raises(Refused, match="kompletteras"):
            judge(life, send_back, APPROVER, "K1", comment=comment)
    with pytest.raises(Refused, match="för mycket"):
        judge(life, approve, APPROVER, "K1", comment="x" * 20_001)
    assert life.state("K1") is State.SUBMITTED


def test_only_the_version_that_stands_is_judged(life: Life) -> None:
    life.save("K1")
    life.work(take_back, life.person(OWNER), task_id=life.task("K1").id)
    life.save("K1", replace(GREEN, result="Ändrat."))
    for service, comment in ((approve, ""), (send_back, "Mer.")):
        with pytest.raises(Conflict):
            judge(life, service, APPROVER, "K1", version=1, comment=comment)
    assert life.state("K1") is State.SUBMITTED


def test_judging_twice_is_once_and_two_readers_do_not_overrule_each_other(life: Life) -> None:
    life.save("K2")
    judge(life, approve, CONTROLLER, "K2")
    with life.database.reading() as session:
        before = count_events(session)
    assert judge(life, approve, CONTROLLER, "K2").state is State.APPROVED
    with pytest.raises(Closed, match="redan godkänt"):
        judge(life, send_back, SECOND, "K2", comment="Nej.")
    with life.database.reading() as session:
        assert count_events(session) == before


def test_whoever_has_nothing_to_do_with_it_does_not_find_it(life: Life) -> None:
    life.save("K1")
    with pytest.raises(NotFound):
        judge(life, approve, BOTH, "K1")
    with pytest.raises(NotAllowed):
        judge(life, approve, MANAGER, "K1")
    with pytest.raises(NotAllowed):
        judge(life, approve, OWNER, "K1")


def test_the_owner_takes_back_what_nobody_has_judged(life: Life) -> None:
    life.save("K1")
    task = life.task("K1").id
    life.work(take_back, life.person(OWNER), task_id=task)
    life.work(take_back, life.person(OWNER), task_id=task)
    assert life.state("K1") is State.STARTED
    assert told(life, "att godkänna", "K1") == []
    with pytest.raises(Closed, match="tagits tillbaka"):
        judge(life, approve, APPROVER, "K1")
    life.save("K1")
    judge(life, approve, APPROVER, "K1")
    with pytest.raises(Closed, match="redan godkänt"):
        life.work(take_back, life.person(OWNER), task_id=task)
    with pytest.raises(NotFound):
        life.work(take_back, life.person(APPROVER), task_id=task)


def test_an_answer_that_is_completed_and_handed_in_anew_brings_each_atgard_once(
    life: Life,
) -> None:
    said = replace(YELLOW, actions=(PlannedAction("Byt system", "Ansvarige", "2022-10-01"),))
    life.save("K1", said)
    judge(life, send_back, APPROVER, "K1", comment="När?")
    life.save("K1", replace(said, comment="I oktober."))
    with life.database.reading() as session:
        wanted = Wanted(life.now.date(), Which.ALL, task=life.task("K1").id)
        found = listed(session, Scope(everything=True), wanted)
    assert [action.state.text for action in found] == ["Byt system"]


# -- by a link --


def reading_link(life: Life, email: str, control: str) -> Link:
    """The link that the mail about it has."""
    with life.database.unit_of_work(life.person(email), life.now) as session:
        wanted = links.Wanted(email, "Godkännaren", approves=(life.task(control).id,))
        (secret,) = links.mint(session, [wanted], life.now)
        session.record("prov", "utskick")
    with life.database.reading() as session:
        found = links.find(session, secret)
    assert found
    return Link(found.id, email, found.tasks, found.approves, found.actions, found.person)


def test_a_link_approves_and_shows_nothing_else(life: Life) -> None:
    life.save("K1")
    link = reading_link(life, APPROVER, "K1")
    values = {"task_id": life.task("K1").id, "version": 1}
    with pytest.raises(NotFound):
        life.work(approve, link, **values | {"task_id": life.task("K3").id})
    assert life.work(approve, link, **values).state is State.APPROVED


def test_a_link_ends_with_its_holders_time(life: Life) -> None:
    life.save("K1")
    link = reading_link(life, APPROVER, "K1")
    life.now = at("2022-04-01")
    assert life.read(approval_page, link, task_id=life.task("K1").id).judges
    life.change(
        functions=tuple(
            replace(f, holders=(Holding(MANAGER),)) if f.name == "Godkännaren" else f
            for f in life.organisation().functions
        )
    )
    for service in (approval_page, task_page):
        with pytest.raises(Closed):
            life.read(service, link, task_id=life.task("K1").id)
    with pytest.raises(Closed):
        life.work(approve, link, task_id=life.task("K1").id, version=1)


def test_a_link_does_not_approve_what_its_holder_answered_under_another_function(
    life: Life,
) -> None:
    life.save("K4", by=BOTH)
    link = reading_link(life, BOTH, "K4")
    with pytest.raises(NotAllowed):
        life.work(approve, link, task_id=life.task("K4").id, version=1)


def test_a_control_that_asks_for_a_login_is_not_read_by_a_link(database: Database) -> None:
    life = Life.begun(database)
    asked = control("K6", approver="Godkännaren", login=True)
    make.adopt(database, replace(plan(), risks=(*plan().risks, risk("R6", 2, 2, asked))))
    life.save("K6")
    link = reading_link(life, APPROVER, "K6")
    with pytest.raises(LoginNeeded) as refused:
        life.read(approval_page, link, task_id=life.task("K6").id)
    assert refused.value.target == f"/godkann/{life.task('K6').id}"


# -- opening again --


def test_the_controller_opens_an_approved_task_again_with_a_reason(life: Life) -> None:
    life.save("K3")
    task = life.task("K3").id
    with pytest.raises(Refused, match="varför"):
        life.work(reopen, life.person(CONTROLLER), task_id=task, reason=" ")
    life.work(reopen, life.person(CONTROLLER), task_id=task, reason="Fel månad.")
    assert life.state("K3") is State.STARTED
    with life.database.reading() as session:
        page = task_page(session, actor=life.person(OWNER), now=life.now, task_id=task)
        note = remark(eyes(session, page=page).history)
    assert note
    assert (note.reason, note.by) == ("Fel månad.", "Controllern")
    assert OWNER in told(life, "öppnad", "K3")
    with pytest.raises(Closed, match="redan öppet"):
        life.work(reopen, life.person(CONTROLLER), task_id=task, reason="Igen.")
    life.save("K3", replace(GREEN, result="Nu rätt."))
    assert life.state("K3") is State.APPROVED


def test_only_the_controller_opens_again(life: Life) -> None:
    life.save("K3")
    task = life.task("K3").id
    for email, error in ((OWNER, NotAllowed), (MANAGER, NotAllowed), (BOTH, NotFound)):
        with pytest.raises(error):
            life.work(reopen, life.person(email), task_id=task, reason="Därför.")


# -- what the log says --


def test_a_comment_about_a_protected_control_is_not_in_the_log(life: Life) -> None:
    for name in ("K1", "K5"):
        life.save(name)
        judge(life, send_back, APPROVER, name, comment=f"Hemligt om {name}")
    with life.database.reading() as session:
        said = " ".join(session.connection().exec_driver_sql(
            "SELECT payload FROM event_payload").scalars())  # fmt: skip
    assert "Hemligt om K1" in said
    assert "Hemligt om K5" not in said
