"""The controller decides the yearly bedömning: who may, what is kept, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sharing as make
from databases import counting
from municipality import REASONS, at
from task_life import CONTROLLER, GREEN, MANAGER, OPERATOR, OWNER, SECOND, YELLOW, Life, plan
from test_answers import owner_of
from test_shared import boards as boards
from test_shared import named, somebody, there

from icengine.domain.access import Actor, Link, Permit
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.scale import RatingScale
from icengine.domain.trail import Entry, Wanted
from icengine.errors import Conflict, NotAllowed, NotFound, Refused
from icengine.services.audit import verify_log
from icengine.services.lifecycle import close_plan
from icengine.services.next_year import propose_next
from icengine.services.personal import extract
from icengine.services.plans import CLOSED_PLAN, adopt_plan
from icengine.services.reopening import reopen
from icengine.services.reports import Cover, gather, report_for
from icengine.services.steering import Done, close
from icengine.services.tasks import record_answer
from icengine.services.trail import events
from icengine.services.yearly import LEVEL, Part, decide, part_year, plan_year
from icengine.store.db import Database
from icengine.store.events import count_events

WHY = "Bristen är redan rättad."


@pytest.fixture
def life(database: Database) -> Life:
    life = Life.begun(database)
    life.save("K3", YELLOW)
    return life


def judge(life: Life, level: str = "gron", by: str = CONTROLLER, **more: Any) -> Done:
    asked = {"key": "ks-2022", "control": "K3", "reason": WHY, **more}
    done = life.work(decide, life.person(by), level=level, **asked)
    assert isinstance(done, Done)
    return done


def part(life: Life, control: str = "K3") -> Part:
    _, _, found = life.read(part_year, OPERATOR, key="ks-2022", control=control)
    assert isinstance(found, Part)
    return found


def log(life: Life, kind: str, by: Actor = OPERATOR) -> list[Entry]:
    with life.database.reading() as session:
        return list(events(session, actor=by, now=life.now, wanted=Wanted(kind=kind)).entries)


def faults(done: Done) -> list[str]:
    return [fault.field for fault in done.faults]


# -- deciding, and taking it back --


def test_what_is_decided_holds_with_its_reason_until_it_is_taken_back(life: Life) -> None:
    assert judge(life).changed == 1
    found = part(life)
    assert (found.year.level, found.year.computed, found.gives) == ("gron", "gul", "gul")
    kept = found.versions[-1]
    assert (kept.reason, kept.by, kept.at) == (WHY, "Controllern", life.now)
    assert judge(life, "", reason="Det var för tidigt.").changed == 1
    found = part(life)
    assert (found.year.level, found.year.decided, found.holding) == ("gul", None, "")
    assert [item.level for item in found.versions] == ["gron", ""]


def test_the_same_once_more_writes_nothing(life: Life) -> None:
    judge(life)
    before = count(life)
    assert judge(life) == Done()
    assert judge(life, seen=0) == Done()
    judge(life, "", reason="Nej.")
    assert judge(life, "", reason="Nej.") == Done()
    assert (len(part(life).versions), count(life)) == (2, before + 1)


def count(life: Life) -> int:
    with life.database.reading() as session:
        return count_events(session)


def test_another_reason_for_the_same_level_is_a_version(life: Life) -> None:
    judge(life)
    assert judge(life, reason="Ett bättre skäl.").changed == 1
    assert part(life).versions[-1].reason == "Ett bättre skäl."


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 1001])
@pytest.mark.parametrize("level", ["gron", ""])
def test_a_reason_is_demanded_of_a_length_that_is_read(life: Life, reason: str, level: str) -> None:
    judge(life, "rod")
    assert faults(judge(life, level, reason=reason)) == ["skal"]
    assert len(part(life).versions) == 1


@pytest.mark.parametrize("level", ["lila", "gul", ""])
def test_only_another_level_of_the_scale_is_decided(life: Life, level: str) -> None:
    assert faults(judge(life, level)) == [LEVEL]
    assert part(life).versions == ()


def test_nothing_is_decided_where_nothing_is_answered(life: Life) -> None:
    with pytest.raises(Refused, match="Inget tillfälle är besvarat"):
        judge(life, control="K4")
    life.save("K4", by="bada@kommun.example", submit=False)
    with pytest.raises(Refused, match="Inget tillfälle är besvarat"):
        judge(life, control="K4")


def test_it_does_not_hold_while_the_only_answer_is_open_again(life: Life) -> None:
    judge(life)
    task = life.task("K3").id
    life.work(reopen, life.person(CONTROLLER), task_id=task, reason="Fel månad.")
    assert part(life).year.level == "vit"
    life.save("K3", YELLOW)
    assert part(life).year.level == "gron"


def test_whoever_comes_second_is_told(life: Life) -> None:
    judge(life, by=SECOND, seen=0)
    with pytest.raises(Conflict):
        judge(life, "rod", seen=0)
    assert judge(life, "rod", seen=1).changed == 1


def test_a_plan_that_is_closed_stays_as_it_was(life: Life) -> None:
    judge(life)
    life.save("K2", YELLOW)
    for control in ("K1", "K4", "K5"):
        values = {"task_id": life.task(control).id, "reason": "Behövs inte."}
        life.work(
            close, life.person(CONTROLLER), state=type(life.state(control)).CANCELLED, **values
        )
    life.work(close_plan, life.person(CONTROLLER), key="ks-2022")
    with pytest.raises(Refused, match=CLOSED_PLAN):
        judge(life, "rod")
    assert part(life).year.level == "gron"


@pytest.mark.parametrize(("control", "unit"), [("K9", ""), ("K3", "ks"), ("K3", "kommun")])
def test_what_there_is_not_is_not_judged(life: Life, control: str, unit: str) -> None:
    with pytest.raises(NotFound):
        judge(life, control=control, unit=unit)


# -- who may --


def test_only_the_unit_s_controller_decides(life: Life) -> None:
    with pytest.raises(NotFound):
        judge(life, by=OWNER)
    with pytest.raises(NotFound):
        life.work(
            decide, Link(1, OWNER, frozenset({life.task("K3").id})), key="ks-2022", control="K3",
            level="gron", reason=WHY,
        )  # fmt: skip
    manager = life.person("controller@kommun.example")
    rights = frozenset(pair for pair in manager.rights if pair[0] is not Permit.CONTROL)
    with pytest.raises(NotAllowed):
        life.work(
            decide, replace(manager, rights=rights), key="ks-2022", control="K3", level="gron",
            reason=WHY,
        )  # fmt: skip
    assert part(life).versions == ()


# -- the log, and what is protected --


def test_the_log_says_what_it_was_and_what_it_became(life: Life) -> None:
    judge(life)
    judge(life, "", reason="Det var för tidigt.")
    (entry,) = log(life, "årsbedömning bestämd")
    assert entry.changes == (
        ("Bedömning", "Mindre avvikelse", "Utan anmärkning"), ("Skäl", "", WHY),
    )  # fmt: skip
    assert (entry.who.name.partition(",")[0], entry.concerns) == ("Controllern", "K3 i ks-2022")
    (back,) = log(life, "årsbedömning återtagen")
    assert back.changes[0] == ("Bedömning", "Utan anmärkning", "Mindre avvikelse")
    with life.database.at_one_moment() as session:
        assert verify_log(session, actor=OPERATOR).sound


def test_who_follows_sees_the_bedomning_and_not_the_reason(life: Life) -> None:
    judge(life)
    auditor = replace(
        life.person(CONTROLLER), rights=frozenset({(Permit.AUDIT, "ks"), (Permit.KNOW, "ks")})
    )
    (entry,) = log(life, "årsbedömning bestämd", auditor)
    assert entry.changes == (("Bedömning", "Mindre avvikelse", "Utan anmärkning"),)


def test_of_a_protected_control_the_log_holds_neither_level_nor_reason(life: Life) -> None:
    life.save("K5", YELLOW)
    judge(life, control="K5")
    (entry,) = log(life, "årsbedömning bestämd")
    assert (entry.changes, entry.concerns) == ((), "K5 i ks-2022")
    with life.database.reading() as session:
        report = report_for(session, actor=OPERATOR, key="ks-2022", as_of=life.now)
    assert WHY not in str(report.to_json())
    assert "Bedömningen är bestämd av internkontrollansvarig." in str(report.to_json())


def test_an_address_in_a_reason_is_in_its_person_s_extract(life: Life) -> None:
    judge(life, reason=f"Enligt {MANAGER} är bristen rättad.")
    found = life.work(extract, OPERATOR, email=MANAGER)
    assert "Skälet till årets bedömning av K3" in str(found.to_json())


# -- what follows --


def test_a_report_as_of_a_moment_before_is_as_it_was(life: Life) -> None:
    before = life.now
    life.now = at("2022-03-01", "09:00")
    judge(life)
    asked = {"actor": OPERATOR, "key": "ks-2022"}
    with life.database.reading() as session:
        then = report_for(session, as_of=before, **asked)
        now = report_for(session, as_of=life.now, **asked)
    assert "internkontrollansvarig" not in str(then.to_json())
    assert WHY in str(now.to_json())


def test_a_level_that_is_decided_keeps_its_place_in_the_scale(life: Life) -> None:
    judge(life, "rod")
    levels = tuple(lv for lv in plan().ratings.levels if lv.id != "rod")
    with pytest.raises(Refused, match="nivån rod, som redan används i en bestämd årsbedömning"):
        make.adopt(life.database, replace(plan(), ratings=RatingScale(levels)), "2022-02-02")


def test_next_year_s_plan_and_the_trend_follow(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    owner_of(adopted, "K6", "2022-12-01").save(GREEN, submit=True, now=at("2022-12-05"))
    now = at("2023-02-01")
    asked: dict[str, Any] = {"actor": OPERATOR, "now": now, "key": "ks-2022"}
    with adopted.reading() as session:
        why = {item.id: item.why for item in propose_next(session, **asked).items}
    assert why["K6"] == ("utan anmärkning 2022",)
    with adopted.unit_of_work(OPERATOR, now) as session:
        decide(session, **asked, control="K6", level="rod", reason=WHY)
        why = {item.id: item.why for item in propose_next(session, **asked).items}
        adopt_plan(
            session, actor=OPERATOR, now=now, plan=replace(example[1], year=2023), dnr="1",
            decided=date(2023, 1, 1), paragraph="§ 1", reasons=REASONS,
        )  # fmt: skip
    assert why["K6"] == ("går till urvalet för 2024 års plan",)
    with adopted.reading() as session:
        facts = gather(session, actor=OPERATOR, key="ks-2023", as_of=now, cover=Cover())
    assert facts.last_year is not None
    assert facts.last_year.ratings["K6"] == "rod"


def test_the_statements_do_not_grow_with_what_is_decided(life: Life) -> None:
    def statements() -> int:
        with counting(life.database) as sent:
            life.read(plan_year, OPERATOR, key="ks-2022")
        return len(sent)

    first = statements()
    life.save("K2", YELLOW)
    for control in ("K2", "K3"):
        judge(life, "rod", control=control)
        judge(life, "", control=control)
    assert statements() == first


# -- units --


def test_a_unit_s_year_weighs_in_the_whole_s(boards: Database) -> None:
    named(boards, "bun", "Skolchefen")
    day = at("2022-03-15", "09:00")
    for unit, who, answer in (("ks", "Ekonomichefen", GREEN), ("bun", "Skolchefen", YELLOW)):
        owner = somebody(boards, make.email(who), "2022-03-15")
        with boards.unit_of_work(owner, day) as session:
            record_answer(
                session, actor=owner, now=day, task_id=there(boards)[unit, "2022-Q1"].id,
                base_version=0, answer=answer, submit=True,
            )  # fmt: skip
    asked: dict[str, Any] = {"now": day, "key": "ks-2022", "control": "K1"}

    def levels() -> dict[str, str]:
        with boards.reading() as session:
            (one,) = plan_year(session, actor=OPERATOR, now=day, key="ks-2022").controls
        parts = {part.unit.id: part.year.level for part in one.units if part.unit}
        return {"": one.whole.year.level} | parts

    before = levels()
    assert (before[""], before["ks"], before["bun"], before["son"]) == ("gul", "gron", "gul", "vit")
    controller = somebody(boards, make.email("Controllern"), "2022-03-15")
    with boards.unit_of_work(controller, day) as session:
        assert decide(
            session, actor=controller, unit="bun", level="rod", reason=WHY, **asked
        ).changed
    assert (levels()[""], levels()["bun"], levels()["ks"]) == ("rod", "rod", "gron")
    with boards.unit_of_work(controller, day) as session:
        decide(session, actor=controller, level="gron", reason=WHY, **asked)
        with pytest.raises(Refused):
            decide(session, actor=controller, unit="son", level="gron", reason=WHY, **asked)
    assert (levels()[""], levels()["bun"]) == ("gron", "rod")
    theirs = somebody(boards, make.email("Bun-controllern"), "2022-03-15")
    with boards.unit_of_work(theirs, day) as session, pytest.raises(NotFound):
        decide(session, actor=theirs, unit="bun", level="gul", reason=WHY, **asked)
    with boards.reading() as session:
        wanted = Wanted(kind="årsbedömning bestämd")
        (seen,) = events(session, actor=theirs, now=day, wanted=wanted).entries
    assert seen.concerns == "K1 i ks-2022"
