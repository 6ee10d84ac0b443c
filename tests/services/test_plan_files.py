"""Plans as files: what a file may take the place of, and which ids its rows get."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from databases import counting
from municipality import at
from sqlalchemy import func, select, update

from icengine.domain.access import Permit, Person, System
from icengine.domain.document import read_plan
from icengine.domain.happening import PLAN_DRAFTED
from icengine.domain.node import as_node
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.errors import Conflict, NotAllowed, NotFound, Refused
from icengine.services import drafts as use
from icengine.services import planfiles
from icengine.services.plans import adopt_plan
from icengine.store.db import Database
from icengine.store.tables import EventRow, PlanDraftRow

TEST = System("test")
NOW = at("2022-03-01")


def done(database: Database, service: Any, **values: Any) -> Any:
    with database.unit_of_work(TEST, NOW) as session:
        return service(session, actor=TEST, now=NOW, **values)


def asked(database: Database, service: Any, **values: Any) -> Any:
    with database.reading() as session:
        return service(session, actor=values.pop("actor", TEST), **values)


def stored(database: Database, **values: Any) -> planfiles.Stored:
    found = asked(database, planfiles.stored_plan, key="ks-2022", **values)
    assert isinstance(found, planfiles.Stored)
    return found


def retitled(plan: Plan, title: str) -> Plan:
    return replace(plan, risks=(replace(plan.risks[0], title=title), *plan.risks[1:]))


def hand_in(database: Database, plan: Plan, **values: Any) -> use.Saved:
    saved = done(database, planfiles.import_plan, plan=plan, **values)
    assert isinstance(saved, use.Saved)
    return saved


def discard(database: Database) -> None:
    with database.unit_of_work(TEST, NOW) as session:
        use.discard_draft(session, actor=TEST, key="ks-2022", seen=2)


def events(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(EventRow)) or 0


def test_a_file_from_the_adopted_plan_becomes_the_draft_of_the_next_version(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    found = stored(adopted)
    assert found.basis == "ks-2022, version 1"
    assert read_plan(as_node(found.document), found.organisation) == (example[1], [])
    changed = retitled(example[1], "Nytt namn")
    seen = asked(adopted, planfiles.preview_plan, plan=changed, basis=found.basis)
    assert (seen.against, seen.conflict) == ("version 1", None)
    assert [str(change) for change in seen.difference.changes] == [
        "R1 Nytt namn: titel: Digital tillgänglighet → Nytt namn"
    ]
    saved = hand_in(adopted, changed, basis=found.basis)
    assert (saved.is_new, saved.draft.number, saved.plan) == (True, 2, changed)
    assert saved.difference == seen.difference


def test_the_same_file_again_changes_nothing_and_writes_no_event(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    hand_in(adopted, retitled(example[1], "Nytt namn"), basis=stored(adopted).basis)
    before = events(adopted)
    assert not hand_in(adopted, retitled(example[1], "Nytt namn")).is_new
    assert events(adopted) == before


def test_whoever_comes_second_with_a_file_is_told_and_nothing_is_overwritten(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    basis = stored(adopted).basis
    hand_in(adopted, retitled(example[1], "Först"), basis=basis)
    second = retitled(example[1], "Sedan")
    with pytest.raises(Conflict, match="Någon annan har sparat utkastet sedan filen hämtades"):
        hand_in(adopted, second, basis=basis)
    ours = stored(adopted).basis
    hand_in(adopted, retitled(example[1], "Först igen"), basis=ours)
    with pytest.raises(Conflict, match="sedan filen hämtades"):
        hand_in(adopted, second, basis=ours)
    assert stored(adopted).document["risker"][0]["titel"] == "Först igen"
    assert hand_in(adopted, second, basis=ours, force=True).plan == second


def test_a_file_that_does_not_say_where_it_comes_from_does_not_replace_a_draft(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    hand_in(adopted, retitled(example[1], "Först"))
    second = retitled(example[1], "Sedan")
    for basis in ("", "ks-2021, utkast 3 (0123abcd)", "något annat"):
        with pytest.raises(Conflict, match="har redan ett utkast, och filen säger inte"):
            hand_in(adopted, second, basis=basis)
    seen = asked(adopted, planfiles.preview_plan, plan=second)
    assert seen.against == "utkastet"
    assert seen.conflict is not None


def test_a_draft_that_is_gone_or_a_version_that_is_old_is_told(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    hand_in(adopted, retitled(example[1], "Först"))
    found = stored(adopted)
    discard(adopted)
    with pytest.raises(Conflict, match="Utkastet som filen kommer från finns inte längre"):
        hand_in(adopted, example[1], basis=found.basis)
    with pytest.raises(Conflict, match="Filen kommer från version 7, men version 1 är antagen"):
        hand_in(adopted, example[1], basis="ks-2022, version 7")


def test_a_draft_that_begins_again_with_the_same_number_is_not_taken_for_the_old_one(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    hand_in(adopted, retitled(example[1], "Ett"))
    old = stored(adopted).basis
    discard(adopted)
    hand_in(adopted, retitled(example[1], "Två"))
    with pytest.raises(Conflict):
        hand_in(adopted, retitled(example[1], "Ett igen"), basis=old)


def test_what_is_stored_is_the_draft_unless_the_adopted_is_asked_for(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    hand_in(adopted, retitled(example[1], "Nytt namn"))
    assert stored(adopted).document["risker"][0]["titel"] == "Nytt namn"
    assert stored(adopted, adopted=True).document["risker"][0]["titel"] == "Digital tillgänglighet"
    with pytest.raises(NotFound):
        asked(adopted, planfiles.stored_plan, key="ks-2030")


def test_a_draft_that_is_not_whole_is_given_as_it_is_written(adopted: Database) -> None:
    half = {
        "enhet": "ks",
        "år": "2023",
        "upprättad av": "Controllern",
        "risker": [{"id": "R1", "titel": "Köp"}],
    }
    done(adopted, use.save_draft, unit="ks", year=2023, document=half)
    found = asked(adopted, planfiles.stored_plan, key="ks-2023")
    assert found.document == half
    assert found.problems


def test_a_plan_that_waits_for_its_decision_is_not_changed_by_a_file(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    hand_in(adopted, retitled(example[1], "Nytt namn"))
    with adopted.unit_of_work(TEST, NOW) as session:
        session.execute(update(PlanDraftRow).values(state="till beslut"))
        session.record(PLAN_DRAFTED, "plan:ks-2022", version=2, revision=2, changes=[])
    with pytest.raises(Refused, match="skickad till beslut"):
        hand_in(adopted, retitled(example[1], "Annat"), force=True)


def test_rows_get_the_ids_that_their_titles_have_in_the_plan_or_the_one_before(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    for year in ("2022", "2023"):
        known = asked(adopted, planfiles.known_ids, unit="ks", year=year)
        assert known.risks["Digital tillgänglighet"] == "R1"
        assert known.controls["Tillgängliga webbplatser"] == "K1"
        ids = {risk.id for risk in example[1].risks} | {c.id for _, c in example[1].controls()}
        assert ids <= known.used
    assert asked(adopted, planfiles.known_ids, unit="ks", year="2021").risks == {}
    assert asked(adopted, planfiles.known_ids, unit="finns inte", year="2022").used == frozenset()
    assert asked(adopted, planfiles.known_ids, unit="ks", year="snart").used == frozenset()


def test_an_id_that_was_ever_used_is_known_though_its_control_is_gone(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    fewer = replace(example[1], risks=example[1].risks[1:])
    done(adopted, adopt_plan, plan=fewer, dnr="1", decided=date(2022, 2, 28), paragraph="§ 1")
    known = asked(adopted, planfiles.known_ids, unit="ks", year="2022")
    assert {"R1", "K1"} <= known.used
    assert "Tillgängliga webbplatser" not in known.controls


def test_a_stranger_neither_reads_nor_hands_in(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    stranger = Person(1, "nagon@kommun.example", frozenset({(Permit.CONTROL, "bun")}))
    with adopted.reading() as session:
        with pytest.raises(NotFound):
            planfiles.stored_plan(session, actor=stranger, key="ks-2022")
        for service, values in (
            (planfiles.preview_plan, {"plan": example[1]}),
            (planfiles.known_ids, {"unit": "ks", "year": "2022"}),
        ):
            with pytest.raises((NotAllowed, NotFound)):
                service(session, actor=stranger, **values)  # type: ignore[operator]
    with pytest.raises((NotAllowed, NotFound)), adopted.unit_of_work(TEST, NOW) as session:
        planfiles.import_plan(session, actor=stranger, now=NOW, plan=example[1])


def test_the_cost_in_statements_does_not_grow_with_the_controls(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    one = example[1].risks[0].controls[0]
    sent = []
    for many in (2, 60):
        controls = tuple(replace(one, id=f"K{100 + n}", title=f"Titel {n}") for n in range(many))
        plan = replace(example[1], risks=(replace(example[1].risks[0], controls=controls),))
        with counting(adopted) as statements:
            asked(adopted, planfiles.known_ids, unit="ks", year="2022")
            asked(adopted, planfiles.preview_plan, plan=plan)
            hand_in(adopted, plan, force=True)
        sent.append(len(statements))
    assert sent[1] <= sent[0] <= 40


def test_a_draft_that_nobody_has_written_in_is_not_in_the_way_of_a_file(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    done(adopted, use.begin_draft, unit="ks", year=2024)
    coming = replace(example[1], year=2024)
    assert asked(adopted, planfiles.preview_plan, plan=coming).conflict is None
    hand_in(adopted, coming)
    with pytest.raises(Conflict, match="har redan ett utkast"):
        hand_in(adopted, retitled(coming, "Sedan"))


def test_a_revision_that_nobody_has_written_in_takes_a_file_from_the_version_it_began_with(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    basis = stored(adopted).basis
    done(adopted, use.begin_draft, unit="ks", year=2022)
    changed = retitled(example[1], "Sedan")
    for other in ("", "ks-2022, version 2"):
        with pytest.raises(Conflict):
            hand_in(adopted, changed, basis=other)
    hand_in(adopted, changed, basis=basis)
    with pytest.raises(Conflict, match="sedan filen hämtades"):
        hand_in(adopted, retitled(example[1], "Sist"), basis=basis)


def test_only_the_draft_that_was_to_be_replaced_is(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    hand_in(adopted, retitled(example[1], "Först"))
    second = retitled(example[1], "Sedan")
    seen = asked(adopted, planfiles.preview_plan, plan=second)
    hand_in(adopted, retitled(example[1], "En tredje"), force=True)
    with pytest.raises(Conflict, match="sedan du öppnade det"):
        hand_in(adopted, second, force=True, stands=seen.stands)
    with pytest.raises(Conflict):
        hand_in(adopted, second, force=True, stands="")
    now = asked(adopted, planfiles.preview_plan, plan=second)
    assert hand_in(adopted, second, force=True, stands=now.stands).plan == second


def test_a_protected_title_is_not_found_out_by_handing_it_in(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    first, *rest = example[1].risks
    hidden = replace(first.controls[0], protected=True)
    plan = replace(example[1], risks=(replace(first, controls=(hidden,)), *rest))
    hand_in(adopted, plan)
    held = frozenset((p, "ks") for p in (Permit.READ, Permit.CONTROL))
    half = Person(9, "x@kommun.example", held)
    whole = Person(9, "x@kommun.example", held | {(Permit.READ_PROTECTED, "ks")})
    names = [
        asked(adopted, planfiles.known_ids, actor=who, unit="ks", year="2022").controls
        for who in (half, whole)
    ]
    assert [hidden.title in found for found in names] == [False, True]
