"""An answer that is handed in anew: which of its åtgärder are the same."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from icengine.domain.answer_actions import Known, renewed
from icengine.domain.facts import ActionStatus
from icengine.domain.task import PlannedAction

OPEN, DONE, DROPPED = ActionStatus.STARTED, ActionStatus.DONE, ActionStatus.DROPPED
FIRST = PlannedAction("Påminn nämnderna om rutinen", "Ekonomichefen", "2022-10-01")
OTHER = PlannedAction("Byt ut systemet", "It-chefen", "2022-12-01")


def test_what_its_ansvarig_has_changed_is_not_changed_back() -> None:
    moved = Known(1, (FIRST, replace(FIRST, due="2022-11-15")), OPEN)
    found = renewed([moved], [FIRST])
    assert (found.new, found.changed, found.gone) == ((), (), ())


def test_what_is_done_is_left_and_what_was_written_off_comes_back_as_new() -> None:
    assert renewed([Known(1, (FIRST,), DONE)], []).gone == ()
    assert renewed([Known(1, (FIRST,), DONE)], [replace(FIRST, due="2023-01-01")]).changed == ()
    assert renewed([Known(1, (FIRST,), DROPPED)], [FIRST]).new == (FIRST,)


def test_a_text_written_anew_is_the_same_atgard_and_another_is_not() -> None:
    anew = replace(FIRST, text="Påminn nämnderna om den nya rutinen")
    assert renewed([Known(1, (FIRST,), OPEN)], [anew]).changed == ((1, anew),)
    found = renewed([Known(1, (FIRST,), OPEN)], [OTHER])
    assert (found.new, found.changed, found.gone) == ((OTHER,), (), (1,))


ACTIONS = st.builds(
    PlannedAction, st.sampled_from("abc"), st.sampled_from("xy"), st.just("2022-10-01")
)


@given(
    known=st.lists(st.tuples(ACTIONS, st.sampled_from(list(ActionStatus))), max_size=4),
    planned=st.lists(ACTIONS, max_size=4),
)
def test_every_atgard_of_the_answer_is_one_of_the_known_or_a_new_one(
    known: list[tuple[PlannedAction, ActionStatus]], planned: list[PlannedAction]
) -> None:
    them = [Known(n, (said,), status) for n, (said, status) in enumerate(known)]
    found = renewed(them, planned)
    closed = {one.action for one in them if one.status.closed}
    touched = [id for id, _ in found.changed] + list(found.gone)
    assert len(set(touched)) == len(touched)
    assert not closed & set(touched)
    assert len(found.new) + len(found.changed) <= len(planned)
    assert len(planned) - len(found.new) <= len(them)
