"""What differs between two risk scales is told step by step and cell by cell."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from organisations import risk_scales

from icengine.domain.difference import scale_changes
from icengine.domain.scale import DEFAULT_RISKS, RiskScale


def told(after: RiskScale, before: RiskScale = DEFAULT_RISKS) -> list[str]:
    return [str(change) for change in scale_changes(before, after)]


def test_a_word_a_meaning_and_a_cell_each_have_their_line() -> None:
    zones = (("lag", "lag", "lag", "medel"), *DEFAULT_RISKS.zones[1:])
    words = ("Osannolik", "Möjlig", "Sannolik", "Mycket trolig")
    after = replace(
        DEFAULT_RISKS, likelihood=words, consequence_meanings=("Märks inte", "", "", ""),
        zones=zones,
    )  # fmt: skip
    assert told(after) == [
        "Riskskalan, sannolikhet 3: Trolig → Sannolik",
        "Riskskalan, konsekvens 1: Försumbar → Försumbar: Märks inte",
        "Riskskalan, sannolikhet 1 och konsekvens 3: Medelhög risk → Låg risk",
    ]


def test_another_size_says_which_steps_came_or_went() -> None:
    smaller = replace(DEFAULT_RISKS, likelihood=("Låg", "Möjlig", "Trolig"),
                      zones=DEFAULT_RISKS.zones[:3])  # fmt: skip
    assert told(smaller) == [
        "Riskskalan: 4 × 4 rutor, Hög risk, Medelhög risk, Låg risk → "
        "3 × 4 rutor, Hög risk, Medelhög risk, Låg risk",
        "Riskskalan, sannolikhet 1: Osannolik → Låg",
        "Riskskalan, sannolikhet 4: Mycket trolig (tas bort)",
    ]


@given(before=risk_scales(), after=risk_scales())
def test_two_scales_that_differ_always_have_a_line(before: RiskScale, after: RiskScale) -> None:
    assert bool(told(after, before)) is (before != after)
    assert told(after, after) == []
