"""What the controller has decided about the selection goes before the rules in next year's plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from report_facts import make_control, make_risk
from test_next_plan import ORGANISATION, open_action, read, read_left, taken, year_of

from icengine.domain.carry_over import carry_over
from icengine.domain.facts import ActionFact, CarryDecision
from icengine.domain.next_choice import PastYear
from icengine.domain.next_plan import NextPlan, next_plan
from icengine.domain.plan import DirectAction, Treatment

WHY = "Systemet är avvecklat."
QUOTED = "”Systemet är avvecklat”"


def with_decided(
    past: PastYear, actions: tuple[ActionFact, ...] = (), reason: str = WHY, **years: int
) -> PastYear:
    """The year with what is decided: where each of these goes, 0 for nowhere."""
    at = datetime(past.plan.year + 1, 1, 10, tzinfo=UTC)
    decisions = {
        id: CarryDecision(year, 0, reason, "Controllern", at) for id, year in years.items()
    }
    return replace(past, carried=carry_over(past.plan, past.yearlies, actions, decisions))


def proposed(*past: PastYear, actions: tuple[ActionFact, ...] = (), year: int = 0) -> NextPlan:
    return next_plan(past, {}, actions, ORGANISATION, year)


def why(found: NextPlan) -> dict[str, tuple[str, ...]]:
    """What is left out, and why."""
    return {item.id: item.why for item in found.items if not item.taken}


TWO = make_risk("R1", make_control("K1"), make_control("K2"))


def test_what_is_decided_for_the_year_stands_in_its_draft_with_the_reason() -> None:
    past = with_decided(year_of(2022, TWO, K1="gron", K2="gul"), K1=2023)
    found = proposed(past)
    assert taken(found)["K1"] == (f"beslutat för urvalet: {QUOTED}",)
    assert [control.id for _, control in read(found).controls()] == ["K1", "K2"]


def test_what_is_decided_as_proposed_keeps_the_rule_s_reason() -> None:
    past = with_decided(year_of(2022, TWO, K1="gul", K2="gron"), reason="", K1=2023, K2=0)
    found = proposed(past)
    assert taken(found) == {"K1": ("inte utan anmärkning 2022",)}
    assert why(found) == {"K2": ("utan anmärkning 2022",)}


def test_what_is_decided_not_to_go_is_left_out_with_the_reason_although_an_action_is_open() -> None:
    actions = (open_action("K1"),)
    past = with_decided(year_of(2022, TWO, K1="gul", K2="gron"), actions, K1=0)
    found = proposed(past, actions=actions)
    assert taken(found) == {}
    assert why(found)["K1"] == (f"förs inte vidare enligt beslut: {QUOTED}",)
    assert read_left(found) == [("R1", WHY)]


def test_what_is_decided_for_the_year_after_skips_the_plan_between() -> None:
    actions = (open_action("K1"),)
    past = with_decided(year_of(2022, TWO, K1="gul", K2="gron"), actions, K1=2024)
    found = proposed(past, actions=actions)
    assert taken(found) == {}
    assert why(found)["K1"] == (f"går till urvalet för 2024 års plan: {QUOTED}",)
    assert read_left(found) == [("R1", "Går till urvalet för 2024 års plan.")]
    other = year_of(2023, make_risk("R9", make_control("K9")), K9="gron")
    assert taken(proposed(other, past))["K1"] == (
        "inte utan anmärkning 2022",
        f"beslutat för urvalet: {QUOTED}",
    )


def test_a_plan_two_years_on_leaves_what_is_decided_for_the_next() -> None:
    past = with_decided(year_of(2022, TWO, to=2024, K1="gul", K2="gul"), K1=2023)
    assert list(taken(proposed(past, year=2024))) == ["K2"]
    assert list(taken(proposed(past))) == ["K1"]


def test_the_newest_plan_s_decision_counts() -> None:
    before = with_decided(year_of(2021, TWO, to=2023, K1="rod", K2="gron"), K1=2023)
    now = with_decided(year_of(2022, TWO, K1="gron", K2="gron"), K1=0)
    assert taken(proposed(now, before)) == {}


def test_a_decision_two_years_on_holds_where_nobody_has_decided_otherwise_since() -> None:
    before = with_decided(year_of(2021, TWO, K1="gron", K2="gron"), K1=2023, K2=0)
    now = year_of(2022, TWO, K1="gron", K2="rod")
    assert taken(proposed(now, before)) == {
        "K1": (f"beslutat för urvalet: {QUOTED}",), "K2": ("inte utan anmärkning 2022",),
    }  # fmt: skip


def test_a_mandatory_control_returns_whatever_is_decided() -> None:
    must = make_risk("R1", make_control("K1", mandatory="attestreglementet"))
    past = with_decided(year_of(2022, must, K1="gron"), K1=2024)
    assert taken(proposed(past)) == {"K1": ("obligatorisk enligt attestreglementet",)}


def test_a_control_that_replaced_one_that_is_decided_follows_it() -> None:
    old = with_decided(year_of(2021, TWO, K1="gron", K2="gron"), K1=2023)
    new = year_of(2022, make_risk("R1", make_control("K3", replaces="K1")), K3="gron")
    assert taken(proposed(new, old)) == {"K3": (f"beslutat för urvalet: {QUOTED}",)}


def test_a_risk_that_is_decided_is_followed_up_for_the_controller_s_reason() -> None:
    accepted = make_risk("R2", treatment=Treatment.ACCEPT, reason="Liten skada.")
    past = with_decided(year_of(2022, TWO, accepted, K1="gron", K2="gron"), R1=2023, R2=2023)
    risks = {risk.id: risk for risk in read(proposed(past)).risks}
    assert [(r.treatment, r.reason, r.controls) for r in risks.values()] == [
        (Treatment.FOLLOW_UP, WHY, ()), (Treatment.FOLLOW_UP, WHY, ()),
    ]  # fmt: skip


def test_a_risk_decided_two_years_on_is_there_then() -> None:
    action = DirectAction("D1", "Skriv en rutin.", "Ekonomichefen", date(2022, 6, 30))
    risk = make_risk("R1", treatment=Treatment.ACT_NOW, actions=(action,))
    then = with_decided(year_of(2022, risk), R1=2024)
    other = year_of(2023, make_risk("R9", make_control("K9")), K9="gron")
    assert read_left(proposed(then)) == [("R1", "Går till urvalet för 2024 års plan.")]
    assert [(risk.id, risk.reason) for risk in read(proposed(other, then)).risks] == [("R1", WHY)]


def test_an_accepted_risk_is_asked_about_again_unless_a_reason_says_otherwise() -> None:
    accepted = make_risk("R2", treatment=Treatment.ACCEPT, reason="Liten skada.")
    followed = with_decided(year_of(2022, accepted), reason="", R2=0)
    assert taken(proposed(followed)) == {"R2": ("accepterades 2022, ta ställning igen",)}
    left = proposed(with_decided(year_of(2022, accepted), R2=0))
    assert (taken(left), read_left(left)) == ({}, [("R2", WHY)])


def test_one_that_was_left_out_as_proposed_and_has_got_worse_is_not_called_green() -> None:
    past = with_decided(year_of(2022, TWO, K1="rod", K2="gron"), reason="", K1=0)
    found = proposed(past)
    said = "förs inte vidare enligt beslutet om urvalet 2022"
    assert why(found)["K1"] == (said,)
    assert read_left(found) == [("R1", f"F{said[1:]}.")]
