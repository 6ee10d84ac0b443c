"""The year as work: what opens and is due when, and how much each function has to do."""

from __future__ import annotations

from typing import Any

from icengine.domain.document import read_so_far
from icengine.domain.load import Load, load_of
from icengine.domain.node import as_node
from icengine.domain.sharing import Named
from tests.domain.test_plan_document import ORGANISATION


def control(n: int, often: str, owner: str = "Controllern", **more: Any) -> dict[str, Any]:
    return {"id": f"K{n}", "titel": "x", "kontrollmoment": "x", "metod": "x", "frekvens": often,
            "ansvarig": owner, **more}  # fmt: skip


def year(*controls: dict[str, Any], named: Named | None = None) -> Load:
    risk = {"id": "R1", "område": "x", "titel": "x", "hantering": "granskning",
            "kontroller": list(controls)}  # fmt: skip
    document = {"enhet": "ks", "år": 2026, "upprättad av": "Controllern", "risker": [risk]}
    return load_of(read_so_far(as_node(document), ORGANISATION)[0], ORGANISATION, named or {})


def test_each_function_has_its_answers_in_the_months_that_they_are_due_in() -> None:
    load = year(control(1, "tertialvis"), control(2, "april", "Ekonomichefen"))
    assert [(one.owner, one.total) for one in load.owners] == [
        ("Controllern", 3),
        ("Ekonomichefen", 1),
    ]
    assert load.owners[0].by_month == (0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1)
    april = load.months[3]
    assert [duty.control.id for duty in april.due] == ["K1", "K2"]
    assert [duty.control.id for duty in april.opens] == ["K2"]
    assert [duty.control.id for duty in load.months[2].opens] == ["K1"]
    assert load.total == 4


def test_every_month_is_there_and_those_of_other_years_where_something_falls_in_them() -> None:
    load = year(control(1, "januari året efter"))
    assert [(m.year, m.number) for m in load.months] == [
        *((2026, n) for n in range(1, 13)),
        (2027, 1),
    ]


def test_a_week_with_many_answers_is_pointed_out() -> None:
    controls = [control(n, "april") for n in range(1, 6)]
    (busy,) = year(*controls).owners[0].busy
    assert (busy.number, busy.count) == (18, 5)
    assert year(*controls[:4]).owners[0].busy == ()


def test_a_shared_control_is_one_answer_for_each_unit_of_the_function_that_answers_there() -> None:
    shared = {"slag": ["nämnd"], "ansvariga": {"ks": "Ekonomichefen"}}
    load = year(control(1, "april", gemensam=shared))
    assert {one.owner: one.total for one in load.owners} == {"Ekonomichefen": 1, "": 1}
    named = {("K1", "bun"): "Ekonomichefen"}
    load = year(control(1, "april", gemensam=shared), named=named)
    assert [(one.owner, one.total) for one in load.owners] == [("Ekonomichefen", 2)]


def test_what_has_no_date_stands_apart() -> None:
    load = year(control(1, "vid behov"), control(2, "regelbundet"))
    assert [one.id for one in load.undated] == ["K1"]
    assert load.total == 0
