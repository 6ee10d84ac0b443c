"""The controller decides the selection for a coming plan: who may, what is kept, and what follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sharing as make
from databases import counting
from municipality import at
from task_life import APPROVER, CONTROLLER, MANAGER, OPERATOR, OWNER, SECOND, YELLOW, Life, plan

from icengine.domain.access import Actor, Link, Permit
from icengine.domain.carry_over import Candidate
from icengine.domain.trail import Entry, Wanted
from icengine.errors import Conflict, NotAllowed, NotFound, Refused
from icengine.services.approval import send_back
from icengine.services.audit import verify_log
from icengine.services.lifecycle import close_plan
from icengine.services.next_year import begin_next, propose_next
from icengine.services.personal import extract
from icengine.services.plans import CLOSED_PLAN
from icengine.services.reports import report_for
from icengine.services.selection import (
    NOT_ON,
    TO,
    Item,
    carry,
    follow_proposal,
    item_of,
    plan_selection,
)
from icengine.services.steering import Done, close
from icengine.services.trail import events
from icengine.store.db import Database
from icengine.store.events import count_events

WHY = "Ny lag gäller från årsskiftet."


@pytest.fixture
def life(database: Database) -> Life:
    """K3 is not green; K1, K2, K4 and K5 are not due yet."""
    life = Life.begun(database)
    life.save("K3", YELLOW)
    return life


def decide(
    life: Life, year: int | None = NOT_ON, subject: str = "K3", by: str = CONTROLLER, **more: Any
) -> Done:
    asked = {"key": "ks-2022", "subject": subject, "year": year, "reason": WHY, **more}
    done = life.work(carry, life.person(by), **asked)
    assert isinstance(done, Done)
    return done


def follow(life: Life, by: str = CONTROLLER, **more: Any) -> Done:
    done = life.work(follow_proposal, life.person(by), key="ks-2022", **more)
    assert isinstance(done, Done)
    return done


def item(life: Life, subject: str = "K3") -> Item:
    _, found = life.read(item_of, OPERATOR, key="ks-2022", subject=subject)
    assert isinstance(found, Item)
    return found


def candidates(life: Life) -> dict[str, Candidate]:
    found = life.read(plan_selection, OPERATOR, key="ks-2022")
    return {one.candidate.id: one.candidate for one in found.items}


def log(life: Life, kind: str, by: Actor = OPERATOR) -> list[Entry]:
    with life.database.reading() as session:
        return list(events(session, actor=by, now=life.now, wanted=Wanted(kind=kind)).entries)


def faults(done: Done) -> list[str]:
    return [fault.field for fault in done.faults]


# -- deciding, and taking it back --


def test_what_is_decided_holds_with_its_reason_until_it_is_taken_back(life: Life) -> None:
    assert item(life).candidate.year == 2023
    assert decide(life, 2024).changed == 1
    found = item(life)
    assert (found.candidate.year, found.candidate.proposed) == (2024, 2023)
    kept = found.versions[-1]
    assert (kept.reason, kept.by, kept.at, kept.proposed) == (WHY, "Controllern", life.now, 2023)
    assert decide(life, NOT_ON, reason="Kontrollen görs av revisorerna.").changed == 1
    assert item(life).candidate.year == 0
    assert decide(life, None, reason="").changed == 1
    found = item(life)
    assert (found.candidate.year, found.candidate.decided) == (2023, None)
    assert [one.year for one in found.versions] == [2024, 0, None]


def test_the_same_once_more_writes_nothing(life: Life) -> None:
    decide(life)
    before = count(life)
    assert decide(life) == Done()
    assert decide(life, seen=0) == Done()
    assert (len(item(life).versions), count(life)) == (1, before)


def count(life: Life) -> int:
    with life.database.reading() as session:
        return count_events(session)


@pytest.mark.parametrize(
    ("subject", "year", "asked"),
    [
        ("K3", 2023, False),
        ("K3", 2024, True),
        ("K3", NOT_ON, True),
        ("K1", NOT_ON, False),
        ("K1", 2023, True),
        ("R1", 2023, True),
    ],
)
def test_a_reason_is_demanded_where_it_differs_from_the_proposal(
    life: Life, subject: str, year: int, asked: bool
) -> None:
    done = decide(life, year, subject, reason=" \n ")
    assert faults(done) == (["skal"] if asked else [])
    assert len(item(life, subject).versions) == (0 if asked else 1)


def test_a_reason_is_of_a_length_that_is_read(life: Life) -> None:
    for year in (2023, 2024):
        assert faults(decide(life, year, reason="x" * 1001)) == ["skal"]


@pytest.mark.parametrize("year", [2022, 2025, -1, None])
def test_only_the_two_plans_after_this_one_take_anything(life: Life, year: int | None) -> None:
    assert faults(decide(life, year)) == [TO]
    assert item(life).versions == ()


def test_a_mandatory_control_is_never_said_not_to_return(database: Database) -> None:
    life = Life.begun(database)
    must = tuple(
        replace(risk, controls=tuple(replace(c, mandatory="reglementet") for c in risk.controls))
        for risk in plan().risks
    )
    make.adopt(life.database, replace(plan(), risks=must), "2022-01-10")
    assert faults(decide(life, NOT_ON, "K1")) == [TO]
    assert decide(life, 2024, "K1").changed == 1
    found = item(life, "K1").candidate
    assert (found.year, found.mandatory) == (2024, "reglementet")


def test_whoever_comes_second_is_told(life: Life) -> None:
    decide(life, by=SECOND, seen=0)
    with pytest.raises(Conflict):
        decide(life, 2024, seen=0)
    assert decide(life, 2024, seen=1).changed == 1


def test_a_plan_that_is_closed_stays_as_it_was(life: Life) -> None:
    decide(life)
    for control in ("K1", "K2", "K4", "K5"):
        values = {"task_id": life.task(control).id, "reason": "Behövs inte."}
        life.work(
            close, life.person(CONTROLLER), state=type(life.state(control)).CANCELLED, **values
        )
    life.work(close_plan, life.person(CONTROLLER), key="ks-2022")
    for act in (lambda: decide(life, 2024), lambda: follow(life)):
        with pytest.raises(Refused, match=CLOSED_PLAN):
            act()
    assert item(life).candidate.year == 0


@pytest.mark.parametrize("subject", ["K9", "R9", "", "ks"])
def test_what_there_is_not_is_not_decided(life: Life, subject: str) -> None:
    with pytest.raises(NotFound):
        decide(life, subject=subject)


# -- the whole proposal in one act --


def test_the_proposal_is_followed_for_all_that_is_undecided(life: Life) -> None:
    life.save("K1")
    life.save("K2", YELLOW)
    decide(life, 2024)
    assert follow(life).changed == 2
    found = candidates(life)
    years = {id: one.decided.year if one.decided else None for id, one in found.items()}
    left = ("K4", "K5", "R1", "R2")
    assert years == {"K1": 0, "K3": 2024, "K2": 2023, **dict.fromkeys(left)}, (
        "K4 and K5 are left to do, and the risks go on through their controls"
    )
    assert (item(life, "K1").versions[-1].reason, len(item(life).versions)) == ("", 1)
    before = count(life)
    assert follow(life) == Done()
    assert count(life) == before


def test_what_was_followed_stays_when_the_proposal_changes_and_it_is_known(life: Life) -> None:
    life.save("K1")
    follow(life)
    assert not candidates(life)["K1"].proposal_changed
    task = life.task("K1").id
    life.work(send_back, life.person(APPROVER), task_id=task, version=1, comment="Fel.")
    life.save("K1", YELLOW)
    one = candidates(life)["K1"]
    assert (one.year, one.proposed, one.proposal_changed) == (0, 2023, True)


def test_another_proposal_than_the_one_that_was_read_is_not_followed(life: Life) -> None:
    mark = life.read(plan_selection, OPERATOR, key="ks-2022").mark
    life.save("K2", YELLOW)
    with pytest.raises(Conflict):
        follow(life, seen=mark)
    assert candidates(life)["K2"].decided is None
    assert follow(life, seen=life.read(plan_selection, OPERATOR, key="ks-2022").mark).changed == 2


# -- who may --


def test_only_the_unit_s_controller_decides(life: Life) -> None:
    for act in (decide, follow):
        with pytest.raises(NotFound):
            act(life, by=OWNER)
        with pytest.raises(NotAllowed):
            act(life, by=MANAGER)
    link = Link(1, OWNER, frozenset({life.task("K3").id}))
    asked: dict[str, Any] = {"key": "ks-2022"}
    with pytest.raises(NotFound):
        life.work(follow_proposal, link, **asked)
    with pytest.raises(NotFound):
        life.work(carry, link, subject="K3", year=2024, reason=WHY, **asked)
    assert item(life).versions == ()


# -- the log, and what is protected --


def test_the_log_says_what_it_was_and_what_it_became(life: Life) -> None:
    decide(life, 2024)
    decide(life, None, reason="")
    decide(life, 2024, "R1")
    risk, entry = log(life, "urval bestämt")
    assert entry.changes == (("Urval", "Plan 2023", "Plan 2024"), ("Skäl", "", WHY))
    assert (entry.who.name.partition(",")[0], entry.concerns) == ("Controllern", "K3 i ks-2022")
    assert risk.changes[0] == ("Urval", "Förs inte vidare", "Plan 2024")
    assert risk.concerns == "R1 i ks-2022"
    (back,) = log(life, "urval återtaget")
    assert back.changes == (("Urval", "Plan 2024", "Plan 2023"),)
    with life.database.at_one_moment() as session:
        assert verify_log(session, actor=OPERATOR).sound


def test_following_the_proposal_is_one_event_about_every_control(life: Life) -> None:
    life.save("K2", YELLOW)
    follow(life)
    (entry,) = log(life, "urval enligt förslaget")
    assert {thing.control for thing in entry.things} == {"", "K2", "K3"}
    assert ("Urval K3", "", "Plan 2023") in entry.changes
    assert entry.concerns == "Planen ks-2022"
    with life.database.at_one_moment() as session:
        assert verify_log(session, actor=OPERATOR).sound


def test_who_follows_sees_where_it_goes_and_not_the_reason(life: Life) -> None:
    decide(life, 2024)
    auditor = replace(
        life.person(CONTROLLER), rights=frozenset({(Permit.AUDIT, "ks"), (Permit.KNOW, "ks")})
    )
    (entry,) = log(life, "urval bestämt", auditor)
    assert entry.changes == (("Urval", "Plan 2023", "Plan 2024"),)


def test_of_a_protected_control_neither_the_log_nor_the_plan_after_says_why(life: Life) -> None:
    life.save("K5")
    decide(life, 2023, "K5")
    (entry,) = log(life, "urval bestämt")
    assert (entry.changes, entry.concerns) == ((), "K5 i ks-2022")
    with life.database.reading() as session:
        report = report_for(session, actor=OPERATOR, key="ks-2022", as_of=life.now)
    assert WHY not in str(report.to_json())
    saved = life.work(begin_next, life.person(CONTROLLER), key="ks-2022")
    assert WHY not in str(saved.draft.document)
    proposal = life.read(propose_next, OPERATOR, key="ks-2022")
    assert {one.id: one.why for one in proposal.items}["K5"] == ("beslutat för urvalet",)


def test_an_address_in_a_reason_is_in_its_person_s_extract(life: Life) -> None:
    decide(life, reason=f"Enligt {MANAGER} är bristen rättad.")
    found = life.work(extract, OPERATOR, email=MANAGER)
    assert "Skälet till beslutet om urvalet för K3" in str(found.to_json())


# -- what follows --


def test_a_report_as_of_a_moment_before_is_as_it_was(life: Life) -> None:
    before = life.now
    life.now = at("2022-03-01", "09:00")
    decide(life)
    asked = {"actor": OPERATOR, "key": "ks-2022"}
    with life.database.reading() as session:
        then = report_for(session, as_of=before, **asked)
        now = report_for(session, as_of=life.now, **asked)
    assert "internkontrollansvarig" not in str(then.to_json())
    assert WHY in str(now.to_json())


def test_the_plan_after_takes_what_is_decided(life: Life) -> None:
    decide(life, NOT_ON, "K3")
    decide(life, 2023, "K1")
    decide(life, 2024, "K2")
    saved = life.work(begin_next, life.person(CONTROLLER), key="ks-2022")
    document = saved.draft.document
    controls = [c["id"] for risk in document["risker"] for c in risk.get("kontroller", ())]
    assert controls == ["K1", "K4", "K5"], "K4 and K5 are not done"
    left = {risk["id"]: risk["skäl"] for risk in document["utelämnade risker"]}
    assert left == {"R2": "Går till urvalet för 2024 års plan."}
    why = {one.id: one.why for one in life.read(propose_next, OPERATOR, key="ks-2022").items}
    assert why["K3"] == (f"förs inte vidare enligt beslut: ”{WHY[:-1]}”",)


def test_the_statements_do_not_grow_with_what_is_decided(life: Life) -> None:
    def statements() -> list[int]:
        counts = []
        for service in (plan_selection, propose_next):
            with counting(life.database) as sent:
                life.read(service, OPERATOR, key="ks-2022")
            counts.append(len(sent))
        return counts

    first = statements()
    follow(life)
    for subject in ("K1", "K2", "K3", "R1"):
        decide(life, 2024, subject)
        decide(life, None, subject)
    assert statements() == first
