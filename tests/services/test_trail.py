"""The audit trail: who sees what of which event, exports, and what it costs."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from databases import counting
from municipality import REASONS, ROOT, at
from test_answers import YELLOW, owner_of

from icengine.domain.access import Link, Person, System
from icengine.domain.calendar import local_date
from icengine.domain.people import Grant, Role
from icengine.domain.trail import Entry, Wanted
from icengine.errors import NotFound
from icengine.render.eventlog import FORMATS, defused
from icengine.services.login import person_of
from icengine.services.people import current_organisation, import_organisation
from icengine.services.plans import adopt_plan, adopted_plan
from icengine.services.reports import write_note
from icengine.services.trail import event, events, exported, note_export
from icengine.store import logins
from icengine.store.db import Database

TEST = System("test")
NOW = at("2022-12-06")
AUDITOR = "revisor@kommun.example"


def somebody(database: Database, role: Role, unit: str, email: str = AUDITOR) -> Person:
    """A person with a role at a unit."""
    with database.unit_of_work(TEST, NOW) as session:
        organisation = current_organisation(session, actor=TEST)
        grants = (*organisation.grants, Grant(role, unit, email))
        organisation = replace(organisation, grants=grants)
        import_organisation(session, actor=TEST, now=NOW, organisation=organisation)
        number = logins.number_of(session, email, NOW)
    return person_of(organisation, number, email, local_date(NOW))


def page(database: Database, actor: Any, **wanted: Any) -> tuple[Entry, ...]:
    with database.reading() as session:
        return events(session, actor=actor, now=NOW, wanted=Wanted(**wanted)).entries


def kinds(entries: tuple[Entry, ...]) -> set[str]:
    return {entry.kind for entry in entries}


def protect(database: Database, control: str) -> None:
    """Adopt the plan anew, with a control protected."""
    with database.unit_of_work(TEST, at("2022-01-10")) as session:
        plan = adopted_plan(session, actor=TEST, key="ks-2022").plan
        risks = tuple(
            replace(
                risk,
                controls=tuple(
                    replace(c, protected=True) if c.id == control else c for c in risk.controls
                ),
            )
            for risk in plan.risks
        )
        adopt_plan(
            session, actor=TEST, now=at("2022-01-10"), plan=replace(plan, risks=risks), dnr="KS 2",
            decided=date(2022, 1, 9), paragraph="§ 2", reasons=REASONS,
        )  # fmt: skip


@pytest.fixture
def answered(adopted: Database) -> Database:
    """The example plan with one answer, saved as a draft and then handed in, and a comment."""
    owner = owner_of(adopted, "K6", "2022-12-01")
    owner.save(YELLOW)
    owner.save(replace(YELLOW, result="Tre av nio har redovisat."), version=1, submit=True)
    with adopted.unit_of_work(TEST, NOW) as session:
        write_note(session, actor=TEST, now=NOW, key="ks-2022", subject="R1", text="Först")
    with adopted.unit_of_work(TEST, NOW) as session:
        write_note(session, actor=TEST, now=NOW, key="ks-2022", subject="R1", text="Sedan")
    return adopted


def test_every_event_says_what_was_before_and_after(answered: Database) -> None:
    newest, first, handed_in, draft = page(answered, TEST)[:4]
    assert newest.changes == (("Kommentaren till R1", "Först", "Sedan"),)
    assert first.changes == (("Kommentaren till R1", "", "Först"),)
    assert {what: (a, b) for what, a, b in handed_in.changes} == {
        "Status": ("påbörjad", "godkänd"),
        "Bedömning": ("", "Mindre avvikelse"),
        "Resultat": ("", "Tre av nio har redovisat."),
        "Åtgärd 1": ("", "Påminn nämnderna. (HR-strategen, 2023-06-30)"),
    }
    assert ("Status", "öppen", "påbörjad") in draft.changes
    assert draft.behalf == handed_in.behalf == "HR-strategen"


def test_a_protected_controls_events_hold_no_content(adopted: Database) -> None:
    protect(adopted, "K6")
    owner = owner_of(adopted, "K6", "2022-12-01")
    owner.save(YELLOW, submit=True)
    with adopted.reading() as session:
        stored = session.connection().exec_driver_sql(
            "SELECT payload FROM event_payload ORDER BY seq DESC"
        )
        told = [str(row[0]) for row in stored][:1]
    assert "Två av nio" not in told[0]
    assert "Mindre avvikelse" not in told[0]
    assert json.loads(told[0])["changes"] == [["Status", "öppen", "godkänd"]]


def test_a_reader_sees_the_events_of_their_unit(answered: Database) -> None:
    reader = somebody(answered, Role.READER, "ks")
    seen = page(answered, reader)
    assert {"plan antagen", "svar inlämnat", "utkast sparat", "kommentar skriven"} <= kinds(seen)
    assert "organisation inläst" not in kinds(seen)
    other = somebody(answered, Role.READER, "bun", "bun@kommun.example")
    assert page(answered, other) == ()


def test_a_reader_sees_neither_drafts_nor_what_was_written(answered: Database) -> None:
    reader = somebody(answered, Role.READER, "ks")
    found = {entry.kind: entry for entry in page(answered, reader, plan="ks-2022")}
    assert found["svar inlämnat"].changes == (
        ("Status", "påbörjad", "godkänd"),
        ("Bedömning", "", "Mindre avvikelse"),
    )
    assert found["utkast sparat"].changes == (("Status", "öppen", "påbörjad"),)
    assert found["kommentar skriven"].changes == ()
    assert not found["svar inlämnat"].whole
    assert found["svar inlämnat"].salt == ""
    assert "@" not in str([found["länkar skapade"].payload, found["mejl lagda i utkorgen"].payload])


def test_a_protected_control_shows_its_number_to_those_who_may_not_read_it(
    adopted: Database,
) -> None:
    protect(adopted, "K6")
    owner_of(adopted, "K6", "2022-12-01").save(YELLOW, submit=True)
    above = somebody(adopted, Role.CONTROLLER, "kommun")
    (told,) = page(adopted, above, control="K6", kind="svar inlämnat")
    assert (told.concerns, told.hidden) == ("K6, redovisas separat", True)
    assert set(told.payload) <= {"behalf", "origin"}
    inside = somebody(adopted, Role.CONTROLLER, "ks", "inne@kommun.example")
    (whole,) = page(adopted, inside, control="K6", kind="svar inlämnat")
    assert (whole.hidden, whole.whole) == (False, True)


def test_what_a_person_who_may_see_none_asks_for_does_not_exist(answered: Database) -> None:
    for nobody in (
        somebody(answered, Role.MANAGER, "ks"),
        Person(9, "ny@kommun.example"),
        Link(1, "hr@kommun.example", frozenset({1})),
    ):
        with pytest.raises(NotFound):
            page(answered, nobody)
        with answered.reading() as session, pytest.raises(NotFound):
            event(session, actor=nobody, now=NOW, seq=2)


def test_one_event_that_may_not_be_seen_does_not_exist(answered: Database) -> None:
    reader = somebody(answered, Role.READER, "ks")
    with answered.reading() as session:
        assert event(session, actor=reader, now=NOW, seq=2)[0].kind == "plan antagen"
        for seq in (1, 10**9):
            with pytest.raises(NotFound):
                event(session, actor=reader, now=NOW, seq=seq)


def test_events_are_asked_for_by_plan_control_person_kind_and_day(answered: Database) -> None:
    assert kinds(page(answered, TEST, plan="ks-2099")) == set()
    assert {e.subject.split("/")[1] for e in page(answered, TEST, control="K6", kind="utkast sparat")} == {"K6"}  # fmt: skip
    assert kinds(page(answered, TEST, start=date(2022, 12, 5), end=date(2022, 12, 5))) == {
        "utkast sparat",
        "svar inlämnat",
    }
    for whose in ("hr.vikarie@kommun.example", "HR-strategen"):
        assert kinds(page(answered, TEST, person=whose)) == {"utkast sparat", "svar inlämnat"}
    asked = page(answered, TEST, kind="svar inlämnat")[0].who.asked
    assert kinds(page(answered, TEST, person=asked)) == {"utkast sparat", "svar inlämnat"}
    assert page(answered, TEST, person="ingen@kommun.example") == ()
    assert page(answered, TEST, person="Ingenchefen") == ()


def test_a_person_is_asked_for_by_number_whatever_way_they_came(answered: Database) -> None:
    with answered.unit_of_work(TEST, NOW) as session:
        number = logins.number_of(session, "hr.vikarie@kommun.example", NOW)
        session.record("inloggad", f"person:{number}")
    assert kinds(page(answered, TEST, person=str(number))) == {
        "utkast sparat",
        "svar inlämnat",
        "inloggad",
    }
    assert page(answered, TEST, kind="inloggad")[0].about_whom == "HR-strategen"


def test_whoever_has_left_is_told_by_number(answered: Database) -> None:
    person = somebody(answered, Role.CONTROLLER, "ks")
    with answered.unit_of_work(person, NOW) as session:
        write_note(session, actor=person, now=NOW, key="ks-2022", subject="R1", text="Sist")
    assert page(answered, TEST)[0].who.name == AUDITOR
    with answered.unit_of_work(TEST, NOW) as session:
        organisation = current_organisation(session, actor=TEST)
        grants = tuple(
            replace(grant, end=date(2022, 12, 5)) if grant.email == AUDITOR else grant
            for grant in organisation.grants
        )
        import_organisation(
            session, actor=TEST, now=NOW, organisation=replace(organisation, grants=grants)
        )
    (told,) = page(answered, TEST, person=str(person.id), kind="kommentar skriven")
    assert told.who.name == f"Tidigare medarbetare {person.id}"


def test_an_event_about_many_units_shows_the_parts_that_may_be_seen(answered: Database) -> None:
    keys = ["ks-2022/K1/ks/2022", "bun-2022/K1/bun/2022"]
    with answered.unit_of_work(TEST, NOW) as session:
        session.record("kontrolltillfällen öppnade", "tidtabellen", opened=keys, date="2022-12-06")
    inside = somebody(answered, Role.CONTROLLER, "ks")
    newest = page(answered, inside)[0]
    assert newest.payload["opened"] == keys[:1]
    assert ([thing.unit for thing in newest.things], newest.whole) == (["ks"], False)
    top = somebody(answered, Role.CONTROLLER, "kommun", "uppe@kommun.example")
    (whole,) = page(answered, top, kind="kontrolltillfällen öppnade", unit="bun")
    assert whole.payload["opened"] == keys


def test_a_part_that_may_not_be_seen_cannot_be_asked_for(answered: Database) -> None:
    keys = ["ks-2022/K1/ks/2022", "bun-2022/K77/bun/2022"]
    with answered.unit_of_work(TEST, NOW) as session:
        session.record("kontrolltillfällen öppnade", "tidtabellen", opened=keys)
    inside = somebody(answered, Role.CONTROLLER, "ks")
    assert page(answered, inside, unit="bun") == ()
    assert page(answered, inside, plan="bun-2022") == ()
    assert page(answered, inside, plan="ks-2022", control="K77") == ()


def test_pages_follow_each_other_without_gaps(answered: Database) -> None:
    with answered.unit_of_work(TEST, NOW) as session:
        for n in range(7):
            session.record("prov", "organisation", n=n)
    seen: list[int] = []
    before = None
    with answered.reading() as session:
        while True:
            found = events(session, actor=TEST, now=NOW, wanted=Wanted(), before=before, limit=3)
            seen += [entry.seq for entry in found.entries]
            before = found.older
            if before is None:
                break
    assert seen == list(range(seen[0], 0, -1))


# -- exports --


def export(database: Database, actor: Any, kind: str, **wanted: Any) -> str:
    with database.unit_of_work(actor, NOW) as session:
        last = note_export(session, actor=actor, now=NOW, wanted=Wanted(**wanted), kind=kind)
    form = FORMATS[kind]
    with database.reading() as session:
        found = exported(session, actor=actor, now=NOW, wanted=Wanted(**wanted), last=last)
        return form.head + "".join(map(form.rows, found))


def recipe() -> str:
    """The script of docs/handelseloggen.md."""
    text = (ROOT / "docs" / "handelseloggen.md").read_text("utf-8")
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


def prove(folder: Path, lines: str) -> list[str]:
    """What the script says of an export."""
    (folder / "prov.py").write_text(recipe(), "utf-8")
    (folder / "prov.jsonl").write_text(lines, "utf-8")
    ran = subprocess.run(
        [sys.executable, "-X", "utf8", "prov.py", "prov.jsonl"],
        cwd=folder, capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    return ran.stdout.splitlines()


def test_an_auditor_proves_the_chain_by_the_documented_recipe(
    answered: Database, tmp_path: Path
) -> None:
    lines = export(answered, TEST, "jsonl")
    values = [json.loads(line) for line in lines.splitlines()]
    last = values[-1]
    assert [value["seq"] for value in values] == list(range(1, last["seq"] + 1))
    assert prove(tmp_path, lines) == [f"till och med {last['seq']}:{last['hash']}"]
    changed = lines.replace("Tre av nio", "Nio av nio")
    assert prove(tmp_path, changed)[0].startswith("innehållet ändrat: ")
    values[2]["actor"] = "person:9"
    rows = "\n".join(json.dumps(value, ensure_ascii=False) for value in values)
    assert prove(tmp_path, rows)[0] == "ändrad: 3"
    del values[1]
    values[1]["seq"] = 2
    rows = "\n".join(json.dumps(value, ensure_ascii=False) for value in values)
    assert "bygger inte på händelsen före: 2" in prove(tmp_path, rows)


def test_an_export_holds_what_its_reader_may_see_and_can_be_proved(
    answered: Database, tmp_path: Path
) -> None:
    reader = somebody(answered, Role.READER, "ks")
    lines = export(answered, reader, "jsonl", plan="ks-2022")
    assert "Tre av nio" not in lines
    assert len(prove(tmp_path, lines)) == 1
    withheld = [json.loads(line) for line in lines.splitlines() if '"whole": false' in line]
    assert withheld
    assert not any("salt" in value for value in withheld)


def test_an_export_is_an_event_and_not_in_itself(answered: Database) -> None:
    reader = somebody(answered, Role.READER, "ks")
    lines = export(answered, reader, "jsonl", plan="ks-2022")
    assert "händelser exporterade" not in lines
    newest = page(answered, TEST)[0]
    assert (newest.kind, newest.actor) == ("händelser exporterade", str(reader))
    assert newest.payload["wanted"] == {"plan": "ks-2022"}


def test_whoever_may_see_no_events_exports_none_and_leaves_no_event(answered: Database) -> None:
    before = len(page(answered, TEST))
    with pytest.raises(NotFound):
        export(answered, Person(9, "ny@kommun.example"), "csv")
    assert len(page(answered, TEST)) == before


def test_a_spreadsheet_shows_the_export_and_calculates_nothing(answered: Database) -> None:
    with answered.unit_of_work(TEST, NOW) as session:
        write_note(
            session, actor=TEST, now=NOW, key="ks-2022", subject="R1", text='=1+1;\n"x"\t@SUM'
        )
        session.record("=cmd|' /C calc'!A0", "enhet:ks", behalf="@SUM(1)", origin="-1+1")
    text = export(answered, TEST, "csv")
    assert text.startswith("\ufeffNummer;Tid (UTC);")
    rows = list(csv.reader(io.StringIO(text[1:]), delimiter=";"))
    assert {len(row) for row in rows} == {10}
    assert rows[-1][4:7] == ["'@SUM(1)", "'-1+1", "'=cmd|' /C calc'!A0"]
    for row in rows:
        for cell in row:
            assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "\n=1", "＝1"])
def test_a_cell_that_would_be_calculated_is_defused(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1", "a=b", "2022-12-01", "Å-1"])
def test_other_cells_are_as_they_are(text: str) -> None:
    assert defused(text) == text


# -- what it costs --


def test_a_page_costs_as_much_with_a_hundred_events_as_with_a_thousand(
    answered: Database,
) -> None:
    reader = somebody(answered, Role.READER, "kommun")
    counts = []
    for more in (100, 900):
        with answered.unit_of_work(TEST, NOW) as session:
            for n in range(more):
                key = f"ks-2022/K{n % 9}/ks/2022"
                session.record("kontrolltillfällen öppnade", "tidtabellen", opened=[key], n=n)
        for wanted in ({}, {"plan": "ks-2022"}, {"control": "K3"}, {"person": "HR-strategen"}):
            with counting(answered) as sent:
                assert page(answered, reader, **wanted)
            counts.append(len([line for line in sent if line.startswith("SELECT")]))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 7
