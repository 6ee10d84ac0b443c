"""A plan's way: utkast, till beslut, antagen, avslutad, and what each of them lets happen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from databases import counting
from municipality import REASONS, at
from sqlalchemy import select, text
from test_adoption import import_it, tasks_of

from icengine.domain.access import Link, Permit, Person, System
from icengine.domain.completeness import Reasons
from icengine.domain.draft import Document, Draft, DraftState, entry, mark
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.plan_document import plan_document
from icengine.domain.task import Answer, State
from icengine.errors import Closed, Conflict, NotAllowed, NotFound, Refused
from icengine.services import drafts as writing
from icengine.services import lifecycle as use
from icengine.services.checks import Incomplete
from icengine.services.plans import adopt_plan, adopted_plan
from icengine.services.reports import SUMMARY, write_note
from icengine.services.scheduling import tick
from icengine.services.tasks import record_answer
from icengine.services.versions import all_plans, content_of, plan_record
from icengine.store import plans, tasks
from icengine.store.db import Database
from icengine.store.records import differences
from icengine.store.tables import PlanVersionRow, TaskRow

TEST = System("test")
NOW = at("2022-03-01")
READER = Person(2, "b@kommun.example", frozenset({(Permit.READ, "ks"), (Permit.FOLLOW, "ks")}))
FOLLOWER = Person(3, "c@kommun.example", frozenset({(Permit.FOLLOW, "ks")}))
Change = Callable[[Document], Document]


def done(database: Database, service: Any, actor: Any = TEST, now: Any = NOW, **values: Any) -> Any:
    with database.unit_of_work(actor, now) as session:
        return service(session, actor=actor, now=now, **values)


def titled(document: Document) -> Document:
    """The document with another title of its first risk."""
    first, *rest = document["risker"]
    return document | {"risker": [first | {"titel": "Ny rubrik"}, *rest]}


def without_sample(document: Document) -> Document:
    """The document where K1 has no urval."""
    risks = [
        risk
        | {
            "kontroller": [
                {k: v for k, v in c.items() if k != "urval" or c["id"] != "K1"}
                for c in risk.get("kontroller", [])
            ]
        }
        if "kontroller" in risk
        else risk
        for risk in document["risker"]
    ]
    return document | {"risker": risks}


def drafted(database: Database, change: Change = titled, year: int = 2022) -> Draft:
    """A draft of the adopted plan, changed."""
    draft: Draft = done(database, writing.begin_draft, unit="ks", year=year)
    saved = done(
        database, writing.save_draft, unit="ks", year=year, document=change(draft.document)
    )
    found: Draft = saved.draft
    return found


def sent(database: Database, change: Change = titled, reasons: Reasons = REASONS) -> Draft:
    """The same, sent to the decision."""
    draft = drafted(database, change)
    found: Draft = done(
        database, use.put_to_decision, key="ks-2022", seen=draft.revision, dnr="KS 2022/7",
        reasons=reasons,
    )  # fmt: skip
    return found


def adopt(database: Database, draft: Draft, **more: Any) -> Any:
    values = {"decided": date(2022, 2, 28), "paragraph": "§ 30"} | more
    return done(database, use.adopt_draft, key="ks-2022", sha256=draft.sha256, **values)


def events(database: Database) -> list[tuple[str, dict[str, Any]]]:
    query = text("SELECT kind, payload FROM event JOIN event_payload USING (seq) ORDER BY seq")
    with database.reading() as session:
        return [(kind, json.loads(said)) for kind, said in session.connection().execute(query)]


def test_what_is_adopted_is_exactly_what_was_sent_and_the_log_says_so(adopted: Database) -> None:
    draft = sent(adopted)
    assert draft.state is DraftState.CANDIDATE
    assert plans.fingerprint(draft.fixed) == draft.sha256
    result = adopt(adopted, draft)
    assert (result.version, result.followed, result.cancelled) == (2, 14, 0)
    with adopted.at_one_moment() as session:
        found = adopted_plan(session, actor=TEST, key="ks-2022")
        row = session.get(PlanVersionRow, ("ks-2022", 2))
        assert row is not None
        assert row.document == draft.fixed
        assert differences(session) == ()
        with pytest.raises(NotFound):
            writing.draft_of(session, actor=TEST, key="ks-2022")
    assert found.sha256 == draft.sha256
    assert (found.decision.dnr, found.decision.paragraph) == ("KS 2022/7", "§ 30")
    said = [(kind, payload) for kind, payload in events(adopted) if "sha256" in payload]
    assert [(kind, p["version"], p["sha256"]) for kind, p in said[-2:]] == [
        ("plan till beslut", 2, draft.sha256), ("plan antagen", 2, draft.sha256),
    ]  # fmt: skip


def test_what_is_sent_cannot_be_changed_until_it_is_taken_back(adopted: Database) -> None:
    draft = sent(adopted)
    with pytest.raises(Refused, match="skickad till beslut"):
        done(adopted, writing.save_draft, unit="ks", year=2022, document=titled(draft.document))
    with pytest.raises(Refused, match="redan skickad"):
        done(adopted, use.put_to_decision, key="ks-2022", seen=draft.revision, dnr="1")
    back = done(adopted, use.take_back, key="ks-2022", sha256=draft.sha256)
    assert (back.state, back.fixed, back.sha256) == (DraftState.DRAFT, "", "")
    assert events(adopted)[-1] == ("plan återtagen", {"version": 2, "sha256": draft.sha256})
    risk = draft.document["risker"][0]["id"]
    changed = done(
        adopted, writing.change_draft, key="ks-2022",
        change=lambda d: d | {"titel": "En annan titel"},
        part=lambda d: entry(d, risk), seen=mark(entry(back.document, risk)),
    )  # fmt: skip
    again = done(
        adopted, use.put_to_decision, key="ks-2022", seen=changed.draft.revision, dnr="KS 2022/8"
    )
    assert again.sha256 != draft.sha256
    with pytest.raises(Conflict):
        adopt(adopted, draft)
    with pytest.raises(Conflict):
        done(adopted, use.take_back, key="ks-2022", sha256=draft.sha256)
    assert adopt(adopted, again).version == 2


def test_whoever_sends_what_somebody_else_has_changed_is_told(adopted: Database) -> None:
    draft = drafted(adopted)
    with pytest.raises(Conflict):
        done(adopted, use.put_to_decision, key="ks-2022", seen=draft.revision - 1, dnr="1")


def test_a_draft_that_is_not_whole_is_not_sent_and_every_problem_is_told(
    adopted: Database,
) -> None:
    def half(document: Document) -> Document:
        return document | {"risker": [{"id": "R1", "titel": "Köp"}, {"id": "R2", "titel": "Sälj"}]}

    draft = drafted(adopted, half)
    with pytest.raises(use.Unreadable) as refused:
        done(adopted, use.put_to_decision, key="ks-2022", seen=draft.revision, dnr="1")
    assert len(refused.value.problems) > 2
    assert "problem till" in str(refused.value)


def test_nothing_is_sent_without_a_dnr_or_without_a_change(adopted: Database) -> None:
    draft = done(adopted, writing.begin_draft, unit="ks", year=2022)
    with pytest.raises(Refused, match="diarienummer"):
        done(adopted, use.put_to_decision, key="ks-2022", seen=draft.revision, dnr=" ")
    with pytest.raises(Refused, match="samma sak som version 1"):
        done(adopted, use.put_to_decision, key="ks-2022", seen=draft.revision, dnr="1")


def test_what_is_unwise_is_sent_with_a_reason_which_is_kept_with_the_decision(
    adopted: Database,
) -> None:
    draft = drafted(adopted, without_sample)
    with pytest.raises(Incomplete) as refused:
        done(adopted, use.put_to_decision, key="ks-2022", seen=draft.revision, dnr="1")
    assert [item.key for item in refused.value.verdict.missing] == ["urval:K1"]
    given = Reasons({"urval:K1": "Alla granskas."})
    fixed = done(
        adopted, use.put_to_decision, key="ks-2022", seen=draft.revision, dnr="1", reasons=given
    )
    adopt(adopted, fixed)
    with adopted.reading() as session:
        found = adopted_plan(session, actor=TEST, key="ks-2022").reasons
    assert [(item.key, item.said, item.reason) for item in found] == [
        ("urval:K1", "K1: urvalet är inte beskrivet.", "Alla granskas.")
    ]
    kind, payload = events(adopted)[-1]
    assert (kind, payload["reasons"]) == ("plan antagen", {"urval:K1": "Alla granskas."})


def test_a_reason_about_a_protected_control_is_not_in_the_log(adopted: Database) -> None:
    def hidden(document: Document) -> Document:
        changed = without_sample(document)
        for risk in changed["risker"]:
            for control in risk.get("kontroller", []):
                if control["id"] == "K1":
                    control["skyddad"] = "ja"
        return changed

    adopt(adopted, sent(adopted, hidden, Reasons({"urval:K1": "Hemlig orsak."})))
    assert "Hemlig orsak" not in json.dumps(events(adopted), ensure_ascii=False)
    with adopted.reading() as session:
        (given,) = adopted_plan(session, actor=TEST, key="ks-2022").reasons
    assert (given.reason, given.protected) == ("Hemlig orsak.", True)


def test_what_comes_up_after_the_plan_was_sent_asks_for_its_reason_at_the_adoption(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    draft = done(adopted, writing.begin_draft, unit="ks", year=2023)
    document = plan_document(example[1], example[0]) | {"år": "2023", "urval till": "2024"}
    for risk in document["risker"]:
        risk["bedömd"] = "2022-02-01"
        for control in risk.get("kontroller", []):
            control["frekvens"] = "oktober"
            for field in ("metod", "mål"):
                control[field] = control.get(field, "").replace("2022", "2023")
    saved = done(adopted, writing.save_draft, unit="ks", year=2023, document=document)
    assert saved.problems == ()
    draft = done(
        adopted, use.put_to_decision, key="ks-2023", seen=saved.draft.revision, dnr="1",
        reasons=Reasons({"ny": "Behövs inte."}),
    )  # fmt: skip
    assert draft.reasons == {}
    late = {
        "key": "ks-2023", "sha256": draft.sha256, "decided": date(2023, 1, 20),
        "paragraph": "§ 2",
    }  # fmt: skip
    with pytest.raises(Incomplete) as refused:
        done(adopted, use.adopt_draft, now=at("2023-01-25"), **late)
    assert [item.key for item in refused.value.verdict.missing] == ["sent"]
    result = done(
        adopted,
        use.adopt_draft,
        now=at("2023-01-25"),
        reasons=Reasons({"sent": "Ny nämnd."}),
        **late,
    )
    assert (result.key, result.version, result.planned) == ("ks-2023", 1, 7)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"paragraph": " "}, "paragraf"),
        ({"decided": date(2022, 3, 2)}, "framtiden"),
    ],
)
def test_a_decision_has_a_day_that_has_come_and_a_paragraph(
    adopted: Database, more: dict[str, Any], said: str
) -> None:
    draft = sent(adopted)
    with pytest.raises(Refused, match=said):
        adopt(adopted, draft, **more)


def test_a_draft_that_was_never_sent_is_not_adopted(adopted: Database) -> None:
    draft = drafted(adopted)
    with pytest.raises(Refused, match="inte skickad till beslut"):
        adopt(adopted, draft)


def test_fixed_content_that_was_changed_behind_our_back_is_not_adopted(
    adopted: Database,
) -> None:
    draft = sent(adopted)
    with adopted.unit_of_work(TEST, NOW) as session:
        changed = text("UPDATE plan_draft SET fixed = replace(fixed, 'Ny rubrik', 'Annan')")
        session.connection().execute(changed)
        session.record("prov", "plan:ks-2022")
    with pytest.raises(Refused, match="utanför programmet"):
        adopt(adopted, draft)


def test_a_file_is_not_adopted_past_a_draft_that_says_something_else(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    from dataclasses import replace

    def adopt_file(plan: Plan) -> Any:
        return done(
            adopted, adopt_plan, plan=plan, dnr="2", decided=date(2022, 2, 28), paragraph="§ 1"
        )

    draft = drafted(adopted)
    with pytest.raises(Refused, match="har ett utkast med ett annat innehåll"):
        adopt_file(replace(example[1], title="Från filen"))
    risk = replace(example[1].risks[0], title="Ny rubrik")
    same = replace(example[1], risks=(risk, *example[1].risks[1:]))
    assert adopt_file(same).version == 2
    with adopted.reading() as session, pytest.raises(NotFound):
        writing.draft_of(session, actor=TEST, key="ks-2022")
    assert draft.number == 2


def test_what_an_adoption_would_do_is_told_before_and_is_what_it_does(adopted: Database) -> None:
    with adopted.unit_of_work(TEST, at("2022-02-10")) as session:
        tick(session, actor=TEST, now=at("2022-02-10"))

    def fewer(document: Document) -> Document:
        kept = [
            risk if risk["id"] != "R4" else risk | {"hantering": "acceptera", "skäl": "Liten.",
                                                    "kontroller": []}
            for risk in document["risker"]
        ]  # fmt: skip
        return document | {"risker": kept}

    draft = sent(adopted, fewer)
    with adopted.reading() as session:
        plan = plans.plan_of(draft.fixed)
        effects = use.foresee(session, actor=TEST, now=NOW, plan=plan)
    result = adopt(adopted, draft)
    assert (effects.planned, effects.followed) == (result.planned, result.followed) == (0, 8)
    assert len(effects.cancelled) == result.cancelled == 6
    assert effects.cancelled[0] == "K4 januari–februari 2022"
    assert set(tasks_of(adopted, "K4").values()) == {(1, State.CANCELLED)}


def close(database: Database) -> None:
    done(database, use.close_plan, now=at("2023-03-01"), key="ks-2022")


def answer_everything(database: Database) -> None:
    """Every task of the plan is answered by its owner."""
    when = at("2023-02-01")
    done(database, tick, now=when)
    with database.reading() as session:
        all_ = session.execute(select(TaskRow.id, TaskRow.owner)).all()  # type: ignore[call-overload]
    with database.reading() as session:
        found = adopted_plan(session, actor=TEST, key="ks-2022").plan
        measured = {c.id for _, c in found.controls() if c.measure}
        controls = dict(session.execute(select(TaskRow.id, TaskRow.control)).all())  # type: ignore[call-overload]
    from icengine.store.people import holders

    for id, owner in all_:
        with database.reading() as session:
            email = holders(session, {owner}, when.date())[owner][0]
        figures = {"part": "1", "whole": "1"} if controls[id] in measured else {}
        done(
            database, record_answer, actor=Link(1, email, frozenset({id})), now=when, task_id=id,
            answer=Answer(result="Bra.", rating="gron", **figures), base_version=0, submit=True,
            answers_as=owner,
        )  # fmt: skip


def test_a_plan_is_closed_when_everything_in_it_is_answered(adopted: Database) -> None:
    with pytest.raises(
        Refused, match=r"14 tillfällen är inte besvarade: K3 februari 2022, .* och 9 till"
    ):
        close(adopted)
    answer_everything(adopted)
    close(adopted)
    assert events(adopted)[-1] == ("plan avslutad", {"version": 1, "date": "2023-03-01"})
    with pytest.raises(Refused, match="Planen är avslutad"):
        close(adopted)


def test_nothing_of_a_closed_plan_changes(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    from dataclasses import replace

    answer_everything(adopted)
    close(adopted)
    with pytest.raises(Refused, match="avslutad"):
        done(adopted, writing.begin_draft, unit="ks", year=2022)
    with pytest.raises(Refused, match="avslutad"):
        done(
            adopted,
            writing.save_draft,
            unit="ks",
            year=2022,
            document={"enhet": "ks", "år": "2022"},
        )
    with pytest.raises(Refused, match="avslutad"):
        done(
            adopted, adopt_plan, plan=replace(example[1], title="Ny"), dnr="2",
            decided=date(2022, 4, 1), paragraph="§ 1", reasons=REASONS,
        )  # fmt: skip
    with pytest.raises(Refused, match="avslutad"):
        done(adopted, write_note, key="ks-2022", subject=SUMMARY, text="Sent.")
    with adopted.reading() as session:
        task = tasks.of_plans(session, ["ks-2022"])[0]
        from icengine.store.people import holders

        email = holders(session, {task.owner}, NOW.date())[task.owner][0]
    with pytest.raises(Closed):
        done(
            adopted, record_answer, actor=Link(1, email, frozenset({task.id})), task_id=task.id,
            answer=Answer(result="Annat.", rating="gul"), base_version=1, submit=False,
            answers_as=task.owner, now=at("2023-03-02"),
        )  # fmt: skip


def test_a_plan_with_a_draft_is_not_closed(adopted: Database) -> None:
    answer_everything(adopted)
    drafted(adopted)
    with pytest.raises(Refused, match="har ett utkast"):
        close(adopted)


def test_only_whoever_controls_the_unit_sends_adopts_and_closes(adopted: Database) -> None:
    draft = drafted(adopted)
    deeds: list[tuple[Any, dict[str, Any]]] = [
        (use.put_to_decision, {"seen": draft.revision, "dnr": "1"}),
        (use.take_back, {"sha256": "x"}),
        (use.adopt_draft, {"sha256": "x", "decided": date(2022, 2, 1), "paragraph": "1"}),
    ]
    for service, values in deeds:
        with pytest.raises(NotAllowed):
            done(adopted, service, actor=READER, key="ks-2022", **values)
        with pytest.raises(NotFound):
            done(adopted, service, actor=FOLLOWER, key="ks-2022", **values)
    for actor in (READER, FOLLOWER):
        with pytest.raises(NotAllowed):
            done(adopted, use.close_plan, actor=actor, key="ks-2022")


def test_whoever_only_follows_sees_what_is_adopted_and_nothing_of_what_is_under_way(
    adopted: Database,
) -> None:
    drafted(adopted)
    done(adopted, writing.begin_draft, unit="ks", year=2023)
    with adopted.reading() as session:
        assert [(p.key, bool(p.draft)) for p in all_plans(session, actor=FOLLOWER)] == [
            ("ks-2022", False)
        ]
        assert [(p.key, bool(p.draft)) for p in all_plans(session, actor=READER)] == [
            ("ks-2023", True), ("ks-2022", True),
        ]  # fmt: skip
        record = plan_record(session, actor=FOLLOWER, key="ks-2022")
        assert record.draft is None
        with pytest.raises(NotFound):
            content_of(session, actor=FOLLOWER, record=record, number=2)
        with pytest.raises(NotFound):
            plan_record(session, actor=FOLLOWER, key="ks-2023")


def test_what_the_checks_cost_does_not_grow(adopted: Database) -> None:
    draft = drafted(adopted)
    with counting(adopted) as asked, adopted.reading() as session:
        use.checks(session, actor=TEST, now=NOW, key="ks-2022")
    assert len(asked) <= 6
    with counting(adopted) as asked, adopted.reading() as session:
        all_plans(session, actor=TEST)
    assert len(asked) <= 3
    assert draft


def test_an_organisation_that_has_lost_a_function_stops_what_was_sent_before(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    from dataclasses import replace

    def other_author(document: Document) -> Document:
        return document | {"upprättad av": "Revisionens ordförande"}

    draft = sent(adopted, other_author)
    fewer = tuple(f for f in example[0].functions if f.name != "Revisionens ordförande")
    grants = tuple(g for g in example[0].grants if g.function != "Revisionens ordförande")
    import_it(adopted, replace(example[0], functions=fewer, grants=grants))
    with pytest.raises(Refused, match="Revisionens ordförande finns inte"):
        adopt(adopted, draft)
