"""Parts of a draft: found by what they are called, changed one at a time."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from icengine.domain.draft import Document
from icengine.domain.draft_entries import (
    Kind,
    added,
    assessed_as,
    entry_of,
    left_out,
    moved,
    named,
    next_id,
    own,
    part,
    taken_in,
    with_own,
    without,
)
from icengine.domain.node import as_node, plain
from tests.domain.plan_documents import plan_documents

DOCUMENT: Document = {
    "risker": [
        {"id": "R1", "titel": "Ett", "hantering": "granskning", "kontroller": [{"id": "K1"}, {"id": "K2"}]},
        {"id": "R2", "titel": "Två", "hantering": "acceptera", "skäl": "Liten"},
    ]
}  # fmt: skip


def test_what_has_no_id_that_can_be_used_is_called_by_its_place() -> None:
    odd: Document = {
        "risker": [{"id": "R1"}, {"id": "R1"}, {"id": "a/b"}, "en text", {"kontroller": [{"titel": "x"}]}]
    }  # fmt: skip
    assert list(named(odd, Kind.RISK)) == ["R1", "nr:2", "nr:3", "nr:4", "nr:5"]
    assert list(named(odd, Kind.CONTROL)) == ["nr:5.1"]
    assert entry_of(odd, Kind.RISK, "nr:4") is None
    assert list(named({"risker": "ingen lista"}, Kind.RISK)) == []


def test_a_risk_is_changed_without_its_controls() -> None:
    spot = named(DOCUMENT, Kind.RISK)["R1"]
    after = with_own(DOCUMENT, spot, {"id": "R1", "titel": "Nytt"})
    assert after["risker"][0] == {
        "id": "R1",
        "titel": "Nytt",
        "kontroller": [{"id": "K1"}, {"id": "K2"}],
    }
    assert own(DOCUMENT["risker"][0]) == {"id": "R1", "titel": "Ett", "hantering": "granskning"}


def test_a_list_that_is_emptied_goes_with_its_key() -> None:
    once = without(DOCUMENT, named(DOCUMENT, Kind.CONTROL)["K1"])
    twice = without(once, named(once, Kind.CONTROL)["K2"])
    assert [c["id"] for c in once["risker"][0]["kontroller"]] == ["K2"]
    assert "kontroller" not in twice["risker"][0]


def test_a_risk_that_is_left_out_keeps_how_it_was_weighed_and_comes_back_without_what_was_decided() -> (
    None
):
    out = left_out(DOCUMENT, named(DOCUMENT, Kind.RISK)["R2"], "Täcks redan")
    assert out["utelämnade risker"] == [{"id": "R2", "titel": "Två", "skäl": "Täcks redan"}]
    back = taken_in(out, named(out, Kind.LEFT_OUT)["R2"])
    assert back["risker"][-1] == {"id": "R2", "titel": "Två"}
    assert "utelämnade risker" not in back


def test_what_the_register_says_takes_the_place_of_the_assessment_alone() -> None:
    after = assessed_as(
        DOCUMENT["risker"][0], {"id": "R1", "titel": "Registret", "sannolikhet": "2"}
    )
    assert after == {"id": "R1", "titel": "Registret", "sannolikhet": "2", "hantering": "granskning",
                     "kontroller": [{"id": "K1"}, {"id": "K2"}]}  # fmt: skip


def test_an_id_is_one_more_than_any_that_has_been() -> None:
    assert next_id(Kind.RISK, ["R1", "r12", "K99", "Rx"]) == "R13"
    assert next_id(Kind.CONTROL, []) == "K1"
    assert next_id(Kind.ACTION, ["D9"]) == "D10"


@given(plan_documents(), st.data())
def test_no_change_touches_the_document_that_it_is_made_from(
    document: Document, data: st.DataObject
) -> None:
    document = plain(as_node(document))
    before = deepcopy(document)
    for kind in Kind:
        for spot in named(document, kind).values():
            step = data.draw(st.sampled_from([-1, 1]))
            after = moved(document, spot, step)
            assert sorted(map(str, named(after, kind))) == sorted(map(str, named(document, kind)))
            assert part(without(document, spot), spot) != part(document, spot)
    assert (
        len(named(added(document, Kind.RISK, {"id": "X"}), Kind.RISK))
        == len(document["risker"]) + 1
    )
    assert document == before
