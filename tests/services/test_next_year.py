"""Next year's plan is proposed from what was recorded, and begun as a draft that is then edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from municipality import REASONS, at
from sqlalchemy import event
from test_answers import YELLOW, owner_of

from icengine.domain.access import Permit, Person, System
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.errors import NotAllowed, NotFound, Refused
from icengine.services.drafts import discard_draft, draft_of
from icengine.services.next_year import begin_next, propose_next
from icengine.services.plans import adopt_plan
from icengine.store.db import Database

TEST = System("test")
NOW = at("2023-02-01")


def test_what_was_answered_decides_what_next_year_holds(adopted: Database) -> None:
    owner_of(adopted, "K6", "2022-12-01").save(YELLOW, submit=True, now=at("2022-12-05"))
    with adopted.unit_of_work(TEST, NOW) as session:
        saved = begin_next(session, actor=TEST, now=NOW, key="ks-2022")
    assert (saved.draft.key, saved.draft.number) == ("ks-2023", 1)
    with adopted.reading() as session:
        draft = draft_of(session, actor=TEST, key="ks-2023")
        found = propose_next(session, actor=TEST, now=NOW, key="ks-2022")
    assert draft.document["år"] == "2023"
    items = {item.id: item for item in found.items}
    assert items["K6"].taken
    assert items["K6"].why == ("åtgärden Å2022-1 är öppen",)
    assert items["K7"].why == ("obligatorisk enligt attestreglementet",)
    assert not items["K2"].taken


def test_a_plan_that_is_begun_or_adopted_is_not_proposed_over(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    with adopted.unit_of_work(TEST, NOW) as session:
        begin_next(session, actor=TEST, now=NOW, key="ks-2022")
    with (
        adopted.unit_of_work(TEST, NOW) as session,
        pytest.raises(Refused, match="redan ett utkast"),
    ):
        begin_next(session, actor=TEST, now=NOW, key="ks-2022")
    with adopted.unit_of_work(TEST, NOW) as session:
        discard_draft(session, actor=TEST, key="ks-2023", seen=2)
        adopt_plan(
            session, actor=TEST, now=NOW, plan=replace(example[1], year=2023), dnr="1",
            decided=date(2023, 1, 1), paragraph="§ 1", reasons=REASONS,
        )  # fmt: skip
    with adopted.unit_of_work(TEST, NOW) as session, pytest.raises(Refused, match="redan antagen"):
        begin_next(session, actor=TEST, now=NOW, key="ks-2022")


def test_a_plan_is_proposed_one_or_two_years_on(adopted: Database) -> None:
    with adopted.unit_of_work(TEST, NOW) as session:
        saved = begin_next(session, actor=TEST, now=NOW, key="ks-2022", year=2024)
    assert saved.draft.key == "ks-2024"
    with adopted.reading() as session, pytest.raises(Refused, match="2023 eller 2024"):
        propose_next(session, actor=TEST, now=NOW, key="ks-2022", year=2025)


def test_only_who_steers_the_unit_begins_it(adopted: Database) -> None:
    reader = Person(1, "b@kommun.example", frozenset({(Permit.READ, "ks")}))
    stranger = Person(2, "c@kommun.example", frozenset({(Permit.FOLLOW, "ks")}))
    with adopted.unit_of_work(TEST, NOW) as session:
        assert propose_next(session, actor=reader, now=NOW, key="ks-2022").year == 2023
        with pytest.raises(NotAllowed):
            begin_next(session, actor=reader, now=NOW, key="ks-2022")
        with pytest.raises(NotFound):
            propose_next(session, actor=stranger, now=NOW, key="ks-2022")


def test_the_number_of_statements_does_not_grow_with_the_years(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    def statements() -> int:
        seen: list[str] = []

        def count(_c: object, _cur: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(adopted.engine, "before_cursor_execute", count)
        try:
            with adopted.reading() as session:
                propose_next(session, actor=TEST, now=NOW, key="ks-2022")
        finally:
            event.remove(adopted.engine, "before_cursor_execute", count)
        return len(seen)

    one = statements()
    for year in (2019, 2020, 2021):
        older = replace(example[1], year=year, title=f"Plan {year}")
        with adopted.unit_of_work(TEST, NOW) as session:
            adopt_plan(
                session, actor=TEST, now=NOW, plan=older, dnr="1", decided=date(year, 1, 1),
                paragraph="§ 1", reasons=REASONS,
            )  # fmt: skip
    assert statements() == one
