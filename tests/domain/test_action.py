"""What an åtgärd is: its moves, when it is late, and whom it reaches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from icengine.domain.action import MOVES, Content, Effect, matched, reached
from icengine.domain.facts import ActionStatus
from icengine.domain.people import Function, Holding, Organisation, Unit, UnitKind

TODAY = date(2026, 10, 5)
OPEN = Content("Gå igenom rutinen.", "Ekonomichefen", date(2026, 10, 30))
ORGANISATION = Organisation(
    "Kommunen",
    ("kommun.example",),
    "Controllern",
    (Unit("ks", "Kommunstyrelsen", UnitKind.BOARD),),
    (
        Function("Ekonomichefen", "ks", (Holding("ekonomi@kommun.example"),)),
        Function("It-chefen", "ks"),
    ),
)


def test_every_status_can_be_left_and_none_leads_to_itself() -> None:
    assert set(MOVES) == set(ActionStatus)
    for old, new in MOVES.items():
        assert new
        assert old not in new
        assert ActionStatus.NOT_STARTED not in new


def test_it_is_late_the_day_after_its_date_until_it_is_closed() -> None:
    due = replace(OPEN, due=TODAY)
    assert not due.late(TODAY)
    assert due.late(date(2026, 10, 6))
    assert not due.done(TODAY, 90).late(date(2026, 10, 6))
    assert not due.dropped().late(date(2026, 10, 6))


def test_its_effect_is_asked_for_so_many_days_after_it_was_done() -> None:
    done = OPEN.done(TODAY, 90)
    assert done.follow_up == date(2027, 1, 3)
    assert not done.asks_effect(date(2027, 1, 2))
    assert done.asks_effect(date(2027, 1, 3))
    assert done.confirmed().asks_effect(date(2027, 1, 3)), "whether or not it is confirmed"
    said = done.followed_up(Effect.NO)
    assert not said.asks_effect(date(2027, 1, 3))
    assert said.without_effect
    assert not done.reopened(date(2027, 2, 1)).awaits_effect


@pytest.mark.parametrize(
    "move",
    [
        lambda: OPEN.confirmed(),
        lambda: OPEN.followed_up(Effect.YES),
        lambda: OPEN.reopened(TODAY),
        lambda: OPEN.dropped().done(TODAY, 90),
        lambda: OPEN.dropped().started(),
        lambda: OPEN.done(TODAY, 90).dropped(),
    ],
)
def test_what_is_no_move_is_refused(move: object) -> None:
    with pytest.raises(ValueError, match="åtgärd"):
        move()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("written", "stored", "reaches"),
    [
        ("ekonomichefen", "Ekonomichefen", ("ekonomi@kommun.example",)),
        (" Någon@Kommun.Example ", "Någon@Kommun.Example", ()),
        ("Bo.Ek@Kommun.Example", "bo.ek@kommun.example", ("bo.ek@kommun.example",)),
        ("it-chefen", "It-chefen", ()),
        ("bo@annan.example", "bo@annan.example", ()),
        ("Någon på bygget", "Någon på bygget", ()),
        ("", "", ()),
    ],
)
def test_ansvarig_is_a_function_an_address_of_ours_or_just_words(
    written: str, stored: str, reaches: tuple[str, ...]
) -> None:
    assert matched(written, ORGANISATION) == stored
    assert reached(matched(written, ORGANISATION), ORGANISATION, TODAY) == reaches
