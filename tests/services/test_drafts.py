"""Drafts of plans: kept as they are written, one at a time, and never written over by somebody else."""

from __future__ import annotations

from typing import Any

import pytest
from municipality import at

from icengine.domain.access import Permit, Person, System
from icengine.domain.draft import Document, DraftState, entry, mark
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.plan_document import plan_document
from icengine.errors import Conflict, NotAllowed, NotFound, Refused
from icengine.services import drafts as use
from icengine.services.people import import_organisation
from icengine.store.db import Database

TEST = System("test")
NOW = at("2022-03-01")


@pytest.fixture
def known(database: Database, example: tuple[Organisation, Plan]) -> Database:
    """A database that knows the example's organisation and no plan."""
    with database.unit_of_work(TEST, NOW) as session:
        import_organisation(session, actor=TEST, now=NOW, organisation=example[0])
    return database


def done(database: Database, service: Any, **values: Any) -> Any:
    with database.unit_of_work(TEST, NOW) as session:
        return service(session, actor=TEST, now=NOW, **values)


def titled(id: str, title: str) -> Any:
    """A change that gives a risk another title."""

    def change(document: Document) -> Document:
        risks = [r | {"titel": title} if r["id"] == id else r for r in document["risker"]]
        return document | {"risker": risks}

    return change


def retitle(database: Database, id: str, title: str, seen: Document) -> Any:
    return done(
        database, use.change_draft, key="ks-2022", change=titled(id, title),
        part=lambda document: entry(document, id), seen=mark(entry(seen, id)),
    )  # fmt: skip


def test_a_new_plan_begins_empty_and_what_is_written_is_kept_though_it_is_not_whole(
    known: Database,
) -> None:
    draft = done(known, use.begin_draft, unit="ks", year=2023)
    assert (draft.key, draft.number, draft.state) == ("ks-2023", 1, DraftState.DRAFT)
    half = draft.document | {"risker": [{"id": "R1", "titel": "Köp utan avtal"}]}
    saved = done(known, use.save_draft, unit="ks", year=2023, document=half, seen=1)
    assert saved.plan is None
    assert "risken R1 saknar område" in [problem.message for problem in saved.problems]
    assert {problem.place.cell for problem in saved.problems} == {"risker/R1"}
    with known.reading() as session:
        again = use.draft_of(session, actor=TEST, key="ks-2023")
    assert again.document["risker"] == [{"id": "R1", "titel": "Köp utan avtal"}]


def test_a_revision_begins_with_what_is_adopted(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    draft = done(adopted, use.begin_draft, unit="ks", year=2022)
    assert draft.number == 2
    with adopted.reading() as session:
        plan, problems, _ = use.readable(session, actor=TEST, draft=draft)
    assert (plan, problems) == (example[1], ())
    with pytest.raises(Refused, match="redan ett utkast"):
        done(adopted, use.begin_draft, unit="ks", year=2022)


def test_two_who_change_different_risks_both_keep_what_they_wrote(adopted: Database) -> None:
    draft = done(adopted, use.begin_draft, unit="ks", year=2022)
    one, other = (risk["id"] for risk in draft.document["risker"][:2])
    retitle(adopted, one, "Först", draft.document)
    saved = retitle(adopted, other, "Sedan", draft.document)
    titles = [risk["titel"] for risk in saved.draft.document["risker"]]
    assert titles[:2] == ["Först", "Sedan"]


def test_whoever_comes_second_to_the_same_risk_is_told_and_nothing_is_overwritten(
    adopted: Database,
) -> None:
    draft = done(adopted, use.begin_draft, unit="ks", year=2022)
    retitle(adopted, "R1", "Först", draft.document)
    with pytest.raises(Conflict, match="Någon annan har sparat"):
        retitle(adopted, "R1", "Sedan", draft.document)
    with adopted.reading() as session:
        kept = use.draft_of(session, actor=TEST, key="ks-2022").document
    assert entry(kept, "R1")["titel"] == "Först"


def test_a_whole_file_says_which_revision_it_was_thought_out_from(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    draft = done(adopted, use.begin_draft, unit="ks", year=2022)
    document = plan_document(example[1], example[0])
    same = done(adopted, use.save_draft, unit="ks", year=2022, document=document, seen=1)
    assert not same.is_new
    retitle(adopted, "R1", "Först", draft.document)
    with pytest.raises(Conflict):
        done(adopted, use.save_draft, unit="ks", year=2022, document=document, seen=1)
    saved = done(adopted, use.save_draft, unit="ks", year=2022, document=document)
    assert [str(change) for change in saved.difference.changes] == [
        f"R1 {example[1].risks[0].title}: titel: Först → {example[1].risks[0].title}"
    ]


def test_a_draft_stays_the_draft_of_its_plan(adopted: Database) -> None:
    draft = done(adopted, use.begin_draft, unit="ks", year=2022)
    with pytest.raises(Refused, match="Enhet och år kan inte ändras"):
        done(adopted, use.save_draft, unit="ks", year=2022,
             document=draft.document | {"år": "2023"})  # fmt: skip


def test_a_draft_that_is_thrown_away_leaves_what_is_adopted(adopted: Database) -> None:
    done(adopted, use.begin_draft, unit="ks", year=2022)
    with adopted.unit_of_work(TEST, NOW) as session:
        use.discard_draft(session, actor=TEST, key="ks-2022", seen=1)
    with adopted.reading() as session, pytest.raises(NotFound):
        use.draft_of(session, actor=TEST, key="ks-2022")
    assert done(adopted, use.begin_draft, unit="ks", year=2022).number == 2


def test_whoever_only_follows_knows_of_no_draft_and_whoever_reads_changes_none(
    adopted: Database,
) -> None:
    done(adopted, use.begin_draft, unit="ks", year=2022)
    follower = Person(1, "a@kommun.example", frozenset({(Permit.FOLLOW, "ks")}))
    reader = Person(2, "b@kommun.example", frozenset({(Permit.READ, "ks")}))
    with adopted.reading() as session:
        assert use.draft_list(session, actor=follower) == []
        with pytest.raises(NotFound):
            use.draft_of(session, actor=follower, key="ks-2022")
        assert [item.key for item in use.draft_list(session, actor=reader)] == ["ks-2022"]
        with pytest.raises(NotAllowed):
            use.discard_draft(session, actor=reader, key="ks-2022", seen=1)
