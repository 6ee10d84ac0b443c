"""The risk register: what a unit thinks of its risks now, with everything it has thought before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from databases import counting
from municipality import REASONS, at

from icengine.domain.access import Permit, Person, System
from icengine.domain.happening import REGISTERED
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.register import Standing
from icengine.domain.risk import AssessedRisk
from icengine.errors import Conflict, NotAllowed, NotFound, Refused
from icengine.services import drafts
from icengine.services import register as use
from icengine.services.people import import_organisation
from icengine.services.plans import adopt_plan
from icengine.services.trail import events
from icengine.store.db import Database
from icengine.store.register import Registered

TEST = System("test")
NOW = at("2022-03-01")
NEW = AssessedRisk(
    id="R9", area="Ekonomi", title="Köp utan avtal", event="köp görs vid sidan av avtalen",
    likelihood=3, consequence=3, likelihood_before=4, consequence_before=3,
    assessed=date(2022, 2, 1), assessed_by="ledningsgruppen", owner="Ekonomichefen",
)  # fmt: skip


def done(
    database: Database, service: Callable[..., Any], now: datetime = NOW, **values: Any
) -> Any:
    with database.unit_of_work(TEST, now) as session:
        return service(session, actor=TEST, now=now, unit="ks", **values)


def register_of(database: Database, now: datetime = NOW) -> use.UnitRegister:
    with database.reading() as session:
        return use.unit_register(session, actor=TEST, now=now, unit="ks")


def history_of(database: Database, id: str) -> tuple[use.Version, ...]:
    with database.reading() as session:
        return use.risk_history(session, actor=TEST, now=NOW, unit="ks", id=id)


def entry_of(database: Database, id: str) -> Registered:
    return next(item for item in register_of(database).entries if item.risk.id == id)


def added(database: Database, risk: AssessedRisk = NEW) -> Registered:
    kept: use.Kept = done(database, use.add_risk, risk=risk)
    return kept.entry


def test_what_a_plan_is_adopted_with_is_in_the_register_and_new_risks_come_beside(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    assert [entry.risk for entry in register_of(adopted).entries] == [
        risk.assessment for risk in sorted(example[1].risks, key=lambda risk: risk.id)
    ]
    added(adopted)
    assert entry_of(adopted, "R9").risk == NEW


def test_the_next_free_id_was_never_a_risks_also_of_those_that_are_gone(adopted: Database) -> None:
    def proposed() -> str:
        with adopted.reading() as session:
            return use.proposed_id(session, actor=TEST, unit="ks")[0]

    assert proposed() == "R9"
    added(adopted)
    done(adopted, use.retire_risk, id="R9", reason="Verksamheten är såld.")
    assert proposed() == "R10"
    begun = done(adopted, drafts.begin_draft, year=2023)
    with adopted.unit_of_work(TEST, NOW) as session:
        drafts.save_draft(
            session, actor=TEST, now=NOW, unit="ks", year=2023,
            document=begun.document | {"utelämnade risker": [{"id": "R14", "titel": "En annan"}]},
        )  # fmt: skip
    assert proposed() == "R15"
    for taken in ("R9", "r3", "R14"):
        with pytest.raises(Refused, match=r"redan använt.*Nästa lediga är R15"):
            added(adopted, replace(NEW, id=taken))


def test_ids_of_an_adopted_plan_count_also_where_the_register_lacks_them(
    adopted: Database,
) -> None:
    with adopted.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM register_risk")
    with adopted.reading() as session:
        assert use.proposed_id(session, actor=TEST, unit="ks")[0] == "R9"


def test_a_change_is_a_new_version_and_the_history_says_what_differs_part_by_part(
    adopted: Database,
) -> None:
    entry = added(adopted)
    done(adopted, use.change_risk, risk=replace(NEW, title="Köp vid sidan av avtal", fraud=True),
         seen=entry.version, reason="Tydligare rubrik.")  # fmt: skip
    newest, first = history_of(adopted, "R9")
    assert [(v.entry.version, v.entry.reason, v.by) for v in (newest, first)] == [
        (2, "Tydligare rubrik.", "Test"), (1, "", "Test")
    ]  # fmt: skip
    assert [str(change) for change in newest.changes] == [
        "titel: Köp utan avtal → Köp vid sidan av avtal", "oegentligheter: nej → ja",
    ]  # fmt: skip
    assert first.changes == ()


def test_the_same_again_changes_nothing(adopted: Database) -> None:
    entry = added(adopted)
    kept = done(adopted, use.change_risk, risk=NEW, seen=entry.version)
    assert (kept.is_new, len(history_of(adopted, "R9"))) == (False, 1)


def test_whoever_comes_second_is_told_and_nothing_is_overwritten(adopted: Database) -> None:
    added(adopted)
    done(adopted, use.change_risk, risk=replace(NEW, title="Först"), seen=1)
    for service, values in (
        (use.change_risk, {"risk": replace(NEW, title="Sedan")}),
        (use.reassess_risk, {"risk": replace(NEW, assessed=date(2022, 3, 1))}),
        (use.retire_risk, {"id": "R9", "reason": "Borta."}),
    ):
        with pytest.raises(Conflict, match="Någon annan har ändrat risken"):
            done(adopted, service, seen=1, **values)
    assert entry_of(adopted, "R9").risk.title == "Först"


def test_a_register_takes_no_risk_that_a_file_could_not_hold(adopted: Database) -> None:
    for risk, said in (
        (replace(NEW, likelihood=5), "Sannolikhet är ”5”"),
        (replace(NEW, consequence=None), "saknar konsekvens"),
        (replace(NEW, title=""), "saknar titel"),
        (replace(NEW, event=""), "saknar risken att"),
        (replace(NEW, owner="Ingen alls"), "Okänd funktion ”Ingen alls”"),
        (replace(NEW, id="R 9"), "kan inte vara id"),
    ):
        with pytest.raises(Refused, match=said):
            added(adopted, risk)
    assert len(register_of(adopted).entries) == 8


@pytest.mark.parametrize(
    ("changes", "reason", "said"),
    [
        ({"likelihood": 4}, "", "varför bedömningen blev en annan"),
        ({"assessed": None}, "Så.", "vilken dag"),
        ({"assessed": date(2022, 3, 2)}, "Så.", "i framtiden"),
        ({"assessed": date(2022, 1, 31)}, "Så.", "redan bedömd en senare dag"),
        ({"assessed_by": ""}, "Så.", "vem som gjorde"),
        ({"likelihood": None, "consequence": None}, "Så.", "välj både"),
    ],
)
def test_a_new_assessment_says_when_by_whom_and_why_it_is_another(
    adopted: Database, changes: dict[str, Any], reason: str, said: str
) -> None:
    added(adopted)
    again = replace(NEW, **({"assessed": date(2022, 3, 1)} | changes))
    with pytest.raises(Refused, match=said):
        done(adopted, use.reassess_risk, risk=again, seen=1, reason=reason)


def test_the_same_weight_on_a_new_day_needs_no_reason_and_is_a_new_version(
    adopted: Database,
) -> None:
    added(adopted)
    again = replace(NEW, assessed=date(2022, 3, 1))
    kept = done(adopted, use.reassess_risk, risk=again, seen=1)
    assert [str(change) for change in kept.changes] == [
        "R9\u00a0Köp utan avtal: bedömd: 1 februari 2022 → 1 mars 2022"
    ]


def test_a_retired_risk_keeps_its_history_and_can_be_taken_up_again(adopted: Database) -> None:
    added(adopted)
    with pytest.raises(Refused, match="varför risken avförs"):
        done(adopted, use.retire_risk, id="R9", reason=" ")
    done(adopted, use.retire_risk, id="R9", reason="Verksamheten är såld.", seen=1)
    assert entry_of(adopted, "R9").retired
    with pytest.raises(Refused, match=r"är avförd\. Ta upp den igen först"):
        done(adopted, use.change_risk, risk=replace(NEW, title="Ny"), seen=2)
    with pytest.raises(Refused, match="är avförd"):
        done(adopted, use.retire_risk, id="R9", reason="Igen.")
    with pytest.raises(Refused, match="varför risken tas upp igen"):
        done(adopted, use.restore_risk, id="R9", reason="")
    done(adopted, use.restore_risk, id="R9", reason="Köpet gick tillbaka.")
    with pytest.raises(Refused, match="är inte avförd"):
        done(adopted, use.restore_risk, id="R9", reason="Igen.")
    versions = history_of(adopted, "R9")
    assert [(v.entry.version, v.entry.retired, v.entry.reason) for v in versions] == [
        (3, False, "Köpet gick tillbaka."), (2, True, "Verksamheten är såld."), (1, False, ""),
    ]  # fmt: skip
    assert [[str(c) for c in v.changes] for v in versions] == [
        ["risken: upptagen igen"], ["risken: avförd"], [],
    ]  # fmt: skip


def test_each_change_stands_in_the_log_in_words(adopted: Database) -> None:
    from icengine.domain.trail import Wanted

    added(adopted)
    done(adopted, use.retire_risk, id="R9", reason="Verksamheten är såld.")
    with adopted.reading() as session:
        page = events(session, actor=TEST, now=NOW, wanted=Wanted(kind=REGISTERED))
    assert [(e.concerns, e.changes) for e in page.entries] == [
        ("Riskregistret för ks", (("R9\u00a0Köp utan avtal: risken", "", "avförd"),
                                  ("Skäl", "", "Verksamheten är såld."))),
        ("Riskregistret för ks", (("R9\u00a0Köp utan avtal", "", "tillagd"),)),
    ]  # fmt: skip


def test_the_list_says_which_plan_has_the_risk_or_left_it_out_and_why(adopted: Database) -> None:
    begun = done(adopted, drafts.begin_draft, year=2023)
    left = {"id": "R1", "titel": "En risk", "skäl": "Täcks av revisionens granskning."}
    with adopted.unit_of_work(TEST, NOW) as session:
        drafts.save_draft(
            session, actor=TEST, now=NOW, unit="ks", year=2023,
            document=begun.document | {"utelämnade risker": [left], "risker": [{"id": "R2"}]},
        )  # fmt: skip
    found = register_of(adopted)
    assert found.plans == (("ks-2023", 2023, True), ("ks-2022", 2022, False))
    assert found.standings["R1"] == (
        Standing("ks-2023", 2023, True, left_out=True, reason="Täcks av revisionens granskning."),
        Standing("ks-2022", 2022, False, "granskning"),
    )
    assert found.standings["R2"][0] == Standing("ks-2023", 2023, True, "granskning")
    assert [item.key for item in found.standings["R3"]] == ["ks-2022"]


def test_whoever_follows_does_not_know_the_register_and_whoever_reads_changes_nothing(
    adopted: Database,
) -> None:
    follower = Person(1, "a@kommun.example", frozenset({(Permit.FOLLOW, "ks")}))
    reader = Person(2, "b@kommun.example", frozenset({(Permit.READ, "ks")}))
    with adopted.reading() as session:
        for asked in ("ks", "klk", "ingen"):
            with pytest.raises(NotFound):
                use.unit_register(session, actor=follower, now=NOW, unit=asked)
        with pytest.raises(NotFound):
            use.risk_history(session, actor=follower, now=NOW, unit="ks", id="R1")
        with pytest.raises(NotFound):
            use.add_risk(session, actor=follower, now=NOW, unit="ks", risk=NEW)
        with pytest.raises(NotAllowed):
            use.registers(session, actor=follower)
        with pytest.raises(NotFound):
            use.unit_register(session, actor=reader, now=NOW, unit="klk")
        assert len(use.unit_register(session, actor=reader, now=NOW, unit="ks").entries) == 8
        assert {item.unit for item in use.registers(session, actor=reader)[1]} == {"ks"}
        for service, values in (
            (use.add_risk, {"risk": NEW}),
            (use.change_risk, {"risk": NEW, "seen": 1}),
            (use.reassess_risk, {"risk": NEW, "seen": 1}),
            (use.retire_risk, {"id": "R1", "reason": "Så."}),
            (use.restore_risk, {"id": "R1", "reason": "Så."}),
        ):
            with pytest.raises(NotAllowed):
                service(session, actor=reader, now=NOW, unit="ks", **values)  # type: ignore[operator]


def test_a_later_assessment_in_the_register_is_never_overwritten_by_a_plan(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    entry = entry_of(adopted, "R1")
    later = replace(entry.risk, title="Bedömd om", assessed=date(2022, 2, 20), assessed_by="Vi")
    done(adopted, use.reassess_risk, risk=later, seen=1)
    changed = replace(example[1], guideline="En annan riktlinje")
    with adopted.unit_of_work(TEST, NOW) as session:
        adopt_plan(
            session, actor=TEST, now=NOW, plan=changed, dnr="1", decided=date(2022, 3, 1),
            paragraph="§ 1", reasons=REASONS,
        )  # fmt: skip
    assert entry_of(adopted, "R1").risk.title == "Bedömd om"


def test_a_unit_that_has_ended_gets_no_new_risks(
    database: Database, example: tuple[Organisation, Plan]
) -> None:
    with database.unit_of_work(TEST, NOW) as session:
        import_organisation(session, actor=TEST, now=NOW, organisation=example[0])
    with database.unit_of_work(TEST, NOW) as session, pytest.raises(Refused, match="har upphört"):
        use.add_risk(session, actor=TEST, now=NOW, unit="tn", risk=NEW)


def test_statements_do_not_grow_with_the_risks_or_their_versions(adopted: Database) -> None:
    def counts() -> list[int]:
        found = []
        for ask in (
            lambda s: use.registers(s, actor=TEST),
            lambda s: use.unit_register(s, actor=TEST, now=NOW, unit="ks"),
            lambda s: use.risk_history(s, actor=TEST, now=NOW, unit="ks", id="R9"),
            lambda s: use.proposed_id(s, actor=TEST, unit="ks"),
        ):
            with counting(adopted) as sent, adopted.reading() as session:
                ask(session)
            found.append(len(sent))
        return found

    added(adopted)
    few = counts()
    for n in range(10, 40):
        added(adopted, replace(NEW, id=f"R{n}"))
        done(adopted, use.change_risk, risk=replace(NEW, title=f"Titel {n}"), seen=n - 9)
    assert counts() == few
    assert max(few) <= 8
