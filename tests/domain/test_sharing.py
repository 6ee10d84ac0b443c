"""Which units answer a shared control, when, and who for each."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sharing as make

from icengine.domain.people import UnitKind
from icengine.domain.plan import Shared
from icengine.domain.sharing import ever_answering, occasions

BOARD = UnitKind.BOARD


def units(shared: Shared | None, frequency: str = "varje kvartal") -> dict[str, set[str]]:
    """Slot -> the units that answer it."""
    plan = make.plan(make.control(shared, frequency))
    found: dict[str, set[str]] = {}
    for item in occasions(plan, make.organisation(), {}):
        found.setdefault(item.timed.window.slot, set()).add(item.unit)
    return found


def test_a_control_that_is_not_shared_is_the_plans_own_unit_s() -> None:
    plan = make.plan(make.control(None))
    assert {(item.unit, item.owner) for item in occasions(plan, make.organisation(), {})} == {
        ("ks", "Ekonomichefen")
    }


def test_every_unit_of_a_kind_answers_while_it_is_there() -> None:
    found = units(Shared(kinds=(BOARD,)))
    assert found["2022-Q2"] == {"ks", "bun", "son", "tn", "mn"}
    assert found["2022-Q3"] == {"ks", "bun", "son", "sbn"}


def test_whoever_has_taken_over_by_the_last_day_answers_for_the_whole_period() -> None:
    assert units(Shared(kinds=(BOARD,)), "en gång per år") == {"2022": {"ks", "bun", "son", "sbn"}}


@pytest.mark.parametrize("chosen", [Shared(units=("tn",)), Shared(below="tn")])
def test_a_unit_that_is_chosen_by_name_is_followed_to_its_successor(chosen: Shared) -> None:
    found = units(chosen)
    assert (found["2022-Q2"], found["2022-Q3"]) == ({"tn"}, {"sbn"})


def test_a_subtree_is_what_lies_there_on_the_last_day() -> None:
    found = units(Shared(below="bun"))
    assert (found["2022-Q2"], found["2022-Q3"]) == ({"bun", "skola"}, {"bun"})
    assert units(Shared(below="son"))["2022-Q3"] == {"son", "skola"}


def test_kinds_below_a_unit_and_units_one_by_one_go_together() -> None:
    chosen = Shared(kinds=(UnitKind.ADMINISTRATION,), below="bun", units=("bolag",))
    assert units(chosen)["2022-Q1"] == {"skola", "bolag"}
    assert units(Shared(units=("bolag", "ks")))["2022-Q1"] == {"ks", "bolag"}


def test_the_unit_s_own_naming_goes_before_the_plan_s_and_the_control_s() -> None:
    shared = replace(make.ALL_BOARDS, owners=(("son", "Socialchefen"), ("bun", "Skolchefen")))
    plan = make.plan(make.control(shared, "en gång per år"))
    named = {("K1", "bun"): "Rektorn", ("K9", "son"): "Rektorn", ("K1", "sbn"): "Har funnits"}
    owners = {item.unit: item.owner for item in occasions(plan, make.organisation(), named)}
    assert owners == {"ks": "Ekonomichefen", "bun": "Rektorn", "son": "Socialchefen", "sbn": ""}


def test_a_control_without_dates_is_for_those_that_are_there_at_the_end_of_the_year() -> None:
    control = make.control(Shared(kinds=(BOARD,)), "vid behov")
    found = ever_answering(make.plan(control), control, make.organisation())
    assert {unit.id: n for unit, n in found} == dict.fromkeys(("ks", "bun", "son", "sbn"), 0)


def test_each_unit_is_told_with_how_many_occurrences_it_answers() -> None:
    control = make.control(Shared(kinds=(BOARD,)))
    found = ever_answering(make.plan(control), control, make.organisation())
    assert {unit.id: n for unit, n in found} == {
        "ks": 4, "bun": 4, "son": 4, "tn": 2, "mn": 2, "sbn": 2,
    }  # fmt: skip
