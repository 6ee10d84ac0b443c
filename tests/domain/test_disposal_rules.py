"""Gallring rules: what they promise, from which day, and what a decision must say."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icengine.domain.address import addresses_in, addresses_within, without_others
from icengine.domain.disposal import (
    DRAFT_KIND,
    KEPT_KINDS,
    RULES,
    Decision,
    Rule,
    decision_faults,
    ranges,
    rule,
    too_young,
)
from icengine.store.records import ADOPTED, DRAFTED, SUBMITTED

TODAY = date(2026, 3, 1)
MEJL = next(item for item in RULES if item.id == "mejl")


def test_a_rule_is_known_by_its_id() -> None:
    assert len({item.id for item in RULES}) == len(RULES)
    assert rule("mejl") is MEJL
    assert rule("svar") is None


@pytest.mark.parametrize("item", RULES, ids=lambda item: item.id)
def test_no_rule_proposes_less_than_it_allows_or_takes_what_is_kept(item: Rule) -> None:
    assert 30 <= item.least <= item.usual
    assert not set(item.kinds) & set(KEPT_KINDS)
    assert item.removes.endswith(".")
    assert item.keeps.endswith(".")


def test_what_proves_adoptions_and_answers_is_never_taken() -> None:
    assert {ADOPTED, SUBMITTED} <= set(KEPT_KINDS)
    assert DRAFT_KIND == DRAFTED


def test_a_day_that_is_too_late_is_refused_with_the_latest_that_may_be_chosen() -> None:
    assert too_young(MEJL, date(2026, 1, 30), TODAY) == ""
    assert too_young(MEJL, date(2026, 1, 31), TODAY) == (
        "Mejl gallras tidigast efter 30 dagar: välj 30 januari 2026 eller en tidigare dag."
    )
    assert too_young(MEJL, MEJL.proposed(TODAY), TODAY) == ""


def test_every_fault_of_a_decision_is_said_at_once() -> None:
    found = decision_faults(Decision("", date(2026, 3, 2), "x" * 101), TODAY)
    assert list(found) == ["dnr", "paragraph", "decided"]
    assert decision_faults(Decision("KS 2026/77", TODAY, "§ 31"), TODAY) == {}


@given(st.sets(st.integers(1, 60)))
def test_ranges_name_the_numbers_and_no_others(numbers: set[int]) -> None:
    found = ranges(sorted(numbers))
    assert {n for first, last in found for n in range(first, last + 1)} == numbers
    assert all(a[1] + 1 < b[0] for a, b in pairwise(found))


# -- addresses in what is written --


@pytest.mark.parametrize(
    "text",
    ["bo@k.example", "Fråga BO@k.example.", "<bo@k.example>,", "öppnad:a/K1/a/2022:1:bo@k.example",
     "rad\nbo@k.example\n", "(bo@k.example)"],
)  # fmt: skip
def test_an_address_is_found_as_it_is_written(text: str) -> None:
    assert addresses_in(text) == {"bo@k.example"}


@pytest.mark.parametrize(
    "text", ["jakob.bo@k.example", "bo@k.example.se", "bo@k", "x-bo@k.example"]
)
def test_another_address_that_has_it_in_it_is_another(text: str) -> None:
    assert "bo@k.example" not in addresses_in(text)


def test_it_is_found_in_every_part_of_json() -> None:
    value = {"a": ["bo@k.example", {"eva@k.example": 1}], "b": None}
    assert addresses_within(value) == {"bo@k.example", "eva@k.example"}


def test_others_are_left_out_of_what_is_quoted() -> None:
    text = "bo@k.example, jakob.bo@k.example och Eva@k.example"
    assert without_others(text, "bo@k.example") == (
        "bo@k.example, [någon annans adress] och [någon annans adress]"
    )
    assert "@" not in without_others(text, "")


def test_a_long_text_without_an_address_takes_no_time() -> None:
    assert addresses_in("a" * 200_000 + "@") == frozenset()
    assert addresses_in("a@" * 100_000) == frozenset()


@pytest.mark.parametrize(
    ("dnr", "paragraph", "faults"),
    [
        ("KS 2026/77", "§ 214", {}),
        ("77", "12", {}),
        ("KS", "§ 1", {"dnr": "Ett diarienummer har siffror, till exempel KS 2026/77."}),
        ("KS 1", "§", {"paragraph": "En paragraf har ett nummer, till exempel § 214."}),
    ],
)
def test_a_diarienummer_and_a_paragraph_have_digits(
    dnr: str, paragraph: str, faults: dict[str, str]
) -> None:
    assert decision_faults(Decision(dnr, TODAY, paragraph), TODAY) == faults
