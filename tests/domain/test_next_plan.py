"""What goes into next year's plan, and why, by the rules of the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from report_facts import answered, make_control, make_plan, make_risk, unanswered, window

from icengine.domain.document import read_plan
from icengine.domain.facts import ActionFact, ActionStatus, TaskFact
from icengine.domain.next_choice import PastYear, past_year
from icengine.domain.next_plan import NextPlan, next_plan
from icengine.domain.node import as_node
from icengine.domain.people import Function, Organisation, Unit, UnitKind
from icengine.domain.plan import OWN_DATES, Control, DirectAction, Plan, Risk, Treatment
from icengine.domain.risk import AssessedRisk, LeftOut
from icengine.domain.task import State

ORGANISATION = Organisation(
    name="Exempelby kommun",
    mail_domains=("exempelby.example",),
    contact="Controllern",
    units=(
        Unit("kommun", "Exempelby kommun", UnitKind.MUNICIPALITY),
        Unit("ks", "Kommunstyrelsen", UnitKind.BOARD, "kommun"),
    ),
    functions=(Function("Controllern", "ks", ()), Function("Ekonomichefen", "ks", ())),
)


def year_of(year: int, *risks: Risk, to: int = 0, **ratings: str) -> PastYear:
    """A plan whose controls were rated so (control id = level id; none: not answered)."""
    plan = replace(make_plan(*risks), year=year, title=f"Internkontrollplan {year}",
                   carry_to=to or year + 1)  # fmt: skip
    return past_year(plan, [_task(control, ratings) for _, control in plan.controls()], [])


def _task(control: Control, ratings: Mapping[str, str]) -> TaskFact:
    level = ratings.get(control.id)
    return answered(control, level) if level else unanswered(control, State.OPEN)


def open_action(subject: str, number: str = "Å1", year: int = 2022) -> ActionFact:
    return ActionFact(number, year, subject, "Skriv en rutin.", "Ekonomichefen",
                      date(year, 12, 1), ActionStatus.STARTED)  # fmt: skip


def proposed(
    *past: PastYear, actions: tuple[ActionFact, ...] = (), register: Any = None
) -> NextPlan:
    return next_plan(past, register or {}, actions, ORGANISATION)


def read(found: NextPlan) -> Plan:
    """The draft, as the reader of files takes it."""
    plan, problems = read_plan(as_node(found.document), ORGANISATION)
    assert plan is not None, [str(problem) for problem in problems]
    return plan


def taken(found: NextPlan) -> dict[str, tuple[str, ...]]:
    return {item.id: item.why for item in found.items if item.taken}


def test_mandatory_controls_return_by_themselves_and_what_was_green_is_left_out_with_the_reason() -> (
    None
):
    must = make_risk("R1", make_control("K1", mandatory="attestreglementet"))
    green = make_risk("R2", make_control("K2"))
    found = proposed(year_of(2022, must, green, K1="gron", K2="gron"))
    assert taken(found) == {"K1": ("obligatorisk enligt attestreglementet",)}
    plan = read(found)
    assert (plan.year, plan.title) == (2023, "Internkontrollplan 2023")
    assert [(risk.id, risk.reason) for risk in plan.left_out] == [("R2", "Utan anmärkning 2022.")]


def test_what_was_not_green_or_not_done_is_taken_in() -> None:
    past = year_of(
        2022, make_risk("R1", make_control("K1"), make_control("K2"), make_control("K3")),
        K1="gul", K3="gron",
    )  # fmt: skip
    found = proposed(past)
    assert taken(found) == {
        "K1": ("inte utan anmärkning 2022",), "K2": ("inte genomförd 2022",),
    }  # fmt: skip
    assert [control.id for _, control in read(found).controls()] == ["K1", "K2"]


def test_what_was_carried_two_years_on_skips_the_plan_between() -> None:
    risk = make_risk("R1", make_control("K1"))
    then = year_of(2022, risk, to=2024, K1="rod")
    other = year_of(2023, make_risk("R9", make_control("K9")), to=2025, K9="rod")
    assert taken(proposed(then)) == {}
    found = proposed(other, then)
    assert taken(found) == {"K1": ("inte utan anmärkning 2022",)}
    plan = read(found)
    assert [risk.id for risk in plan.risks] == ["R1"]
    assert plan.carry_to == 2026
    assert plan.left_out[0].reason == "Går till urvalet för 2025 års plan."


def test_a_plan_two_years_on_takes_what_was_carried_there() -> None:
    then = year_of(2022, make_risk("R1", make_control("K1")), to=2024, K1="rod")
    found = next_plan([then], {}, (), ORGANISATION, 2024)
    assert taken(found) == {"K1": ("inte utan anmärkning 2022",)}
    assert read(found).year == 2024


def test_an_open_action_brings_its_control_back() -> None:
    past = year_of(2022, make_risk("R1", make_control("K1")), K1="gron")
    actions = (open_action("K1", "Å3"), open_action("K1", "Å2021-1", 2021))
    found = proposed(past, actions=actions)
    assert taken(found) == {"K1": ("två åtgärder är öppna (Å2022-3, Å2021-1)",)}
    closed = replace(actions[0], status=ActionStatus.DONE)
    assert taken(proposed(past, actions=(closed,))) == {}


def test_an_open_action_of_a_control_that_was_replaced_brings_the_new_one_back() -> None:
    old = year_of(2021, make_risk("R1", make_control("K1")), K1="gron")
    new = year_of(2022, make_risk("R1", make_control("K2", replaces="K1")), K2="gron")
    found = proposed(new, old, actions=(open_action("K1", "Å2021-1", 2021),))
    assert taken(found) == {"K2": ("åtgärden Å2021-1 är öppen",)}


def test_an_open_direct_action_is_followed_up_next_year() -> None:
    action = DirectAction("D1", "Skriv en rutin.", "Ekonomichefen", date(2022, 6, 30))
    risk = make_risk("R1", treatment=Treatment.ACT_NOW, actions=(action,))
    found = proposed(year_of(2022, risk), actions=(replace(open_action("R1"), direct="D1"),))
    only = read(found).risks[0]
    assert (only.treatment, only.reason) == (Treatment.FOLLOW_UP, "Åtgärden D1 är öppen.")
    assert read_left(proposed(year_of(2022, risk))) == [("R1", "Direktåtgärden från 2022 är klar.")]


def read_left(found: NextPlan) -> list[tuple[str, str]]:
    return [(str(r["id"]), str(r["skäl"])) for r in found.document["utelämnade risker"]]


def test_accepted_risks_are_asked_about_again_and_those_left_out_stay_left_out() -> None:
    accepted = make_risk("R1", treatment=Treatment.ACCEPT, reason="Liten skada.")
    past = year_of(2022, accepted)
    out = LeftOut(**make_risk("R7").assessed_fields(), reason="Täcks av revisionen.")
    past = replace(past, plan=replace(past.plan, left_out=(out,)))
    found = proposed(past)
    assert taken(found) == {"R1": ("accepterades 2022, ta ställning igen",)}
    plan = read(found)
    assert (plan.risks[0].treatment, plan.risks[0].reason) == (Treatment.ACCEPT, "Liten skada.")
    assert [(risk.id, risk.reason) for risk in plan.left_out] == [("R7", "Täcks av revisionen.")]


def test_three_green_years_running_make_a_candidate_to_drop() -> None:
    risk = make_risk("R1", make_control("K1", mandatory="reglementet"), make_control("K2"))
    years = [year_of(year, risk, K1="gron", K2="gron") for year in (2022, 2021, 2020)]
    first, second = proposed(*years).items[:2]
    assert (first.id, first.years, first.green_running, first.may_go) == ("K1", 3, 3, True)
    assert (second.id, second.taken, second.may_go) == ("K2", False, True)
    years[1] = year_of(2021, risk, K1="gul", K2="gron")
    first = proposed(*years).items[0]
    assert (first.years, first.green_running, first.may_go) == (3, 1, False)


def test_a_year_that_was_not_done_whole_is_no_green_year() -> None:
    two = (window("2022-H1", "h1", date(2022, 6, 30)), window("2022-H2", "h2", date(2022, 12, 30)))
    control = make_control("K1", *two, mandatory="reglementet")
    plan = make_plan(make_risk("R1", control))
    tasks = [answered(control, "gron"), unanswered(control, State.NOT_DONE, "2022-H2")]
    item = proposed(past_year(plan, tasks, [])).items[0]
    assert (item.years, item.green_running) == (1, 0)


def test_the_draft_says_of_its_risks_what_the_unit_thinks_now() -> None:
    past = year_of(2022, make_risk("R1", make_control("K1")), K1="gul")
    now = AssessedRisk(id="R1", area="Ekonomi", title="Nytt namn", event="det går fel",
                       likelihood=4, consequence=4, assessed=date(2022, 11, 1))  # fmt: skip
    risk = read(proposed(past, register={"R1": now})).risks[0]
    assert risk.assessment == now


def test_years_and_own_dates_are_moved_and_it_is_said() -> None:
    dated = make_control(
        "K1", window("2022-03-15", "mitten av mars", date(2022, 3, 15)),
        frequency="I mars 2022", reading=f"{OWN_DATES}mitten av mars",
    )  # fmt: skip
    named = make_control("K2", frequency="februari 2022 och januari 2023")
    plain = make_control("K3")
    past = year_of(2022, make_risk("R1", dated, named, plain), K1="gul", K2="gul", K3="gul")
    found = proposed(past)
    assert found.moved == ("K1", "K2")
    controls = {control.id: control for _, control in read(found).controls()}
    (item,) = controls["K1"].occurrences
    assert (item.window.start, item.window.end) == (date(2023, 3, 1), date(2023, 3, 15))
    assert controls["K2"].frequency == "februari 2023 och januari 2024"


def test_there_is_nothing_to_propose_from_without_a_plan() -> None:
    with pytest.raises(ValueError, match="needs a plan"):
        proposed()
