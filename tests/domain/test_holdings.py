"""Who holds a function on a day: substitutes while they last, then the others again."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from organisations import DAYS, functions

from icengine.domain.people import Function, Holding

MARCH = Holding("ersättare@kommun.example", date(2026, 3, 1), date(2026, 3, 31), substitute=True)


def test_a_substitute_stands_in_and_then_the_holder_is_back() -> None:
    function = Function("Ekonomichefen", "ks", (Holding("ekonomi@kommun.example"), MARCH))
    assert [function.held_by(day) for day in (
        date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1),
    )] == [
        ("ekonomi@kommun.example",), (MARCH.email,), (MARCH.email,), ("ekonomi@kommun.example",),
    ]  # fmt: skip
    assert function.effective() == (
        MARCH,
        Holding("ekonomi@kommun.example", None, date(2026, 2, 28)),
        Holding("ekonomi@kommun.example", date(2026, 4, 1)),
    )


@given(functions(["ks"]), DAYS, st.data())
def test_times_that_are_cut_out_say_the_same_on_every_day(
    held: tuple[Function, ...], day: date, data: st.DataObject
) -> None:
    for function in held:
        edges = [edge for item in function.holders for edge in (item.start, item.end) if edge]
        near = [edge + timedelta(days=n) for edge in edges for n in (-1, 0, 1)]
        asked = data.draw(st.sampled_from([day, *near]))
        there = [item.email for item in function.effective() if item.covers(asked)]
        assert sorted(there) == sorted(function.held_by(asked))
