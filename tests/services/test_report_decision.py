"""A report on its way to the decision: fixed with its files, adopted or taken back, and proved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fixed import give_files
from lived import GONE, STAYED, TEST, audit, scalars
from municipality import at
from sqlalchemy import update
from test_answers import GREEN, Owner, owner_of

from icengine.domain.access import Link, Permit, Person, System
from icengine.domain.fixed_report import ReportState
from icengine.errors import Conflict, NotAllowed, NotFound, Refused
from icengine.services.mailing import take_mails
from icengine.services.reopening import reopen
from icengine.services.report_decision import (
    adopt,
    desk,
    put_to_decision,
    take_back,
    value_to_fix,
)
from icengine.services.report_proof import file_content, prove
from icengine.services.reports import Cover, write_note
from icengine.store import fixed_reports
from icengine.store.answers import to_content
from icengine.store.db import Database
from icengine.store.tables import AnswerRow

KEY, COVER = "ks-2022", Cover("KS 2023/12", "Bilaga 2", date(2023, 3, 7))
FIXED, DECIDED = at("2023-02-20"), at("2023-03-08")


def answered(database: Database) -> Owner:
    owner = owner_of(database, "K6", "2022-12-01")
    owner.save(GREEN, submit=True, now=at("2022-12-07"))
    return owner


@pytest.fixture
def owner(adopted: Database, once: Callable[..., Owner]) -> Owner:
    """K6 is answered, and nothing else."""
    return once(answered, adopted)


def fix(database: Database, actor: Any = TEST, now: Any = FIXED, cover: Cover = COVER) -> Any:
    with database.unit_of_work(actor, now) as session:
        value, wrong = value_to_fix(session, actor=actor, now=now, key=KEY, cover=cover)
        assert value is not None, wrong
        made = put_to_decision(
            session, actor=actor, now=now, key=KEY, cover=cover, value=value,
            formats=["pdf", "html"],
        )  # fmt: skip
    give_files(database, made)
    with database.reading() as session:
        found = fixed_reports.get(session, KEY, made.number)
    assert found is not None
    return found


def decide(database: Database, number: int = 1, **more: Any) -> Any:
    actor, now = more.pop("actor", TEST), more.pop("now", DECIDED)
    said = {"decided": date(2023, 3, 7), "paragraph": "§ 45"} | more
    with database.unit_of_work(actor, now) as session:
        return adopt(session, actor=actor, now=now, key=KEY, number=number, **said)


def shown(database: Database, actor: Any = TEST) -> Any:
    with database.reading() as session:
        return desk(session, actor=actor, now=DECIDED, key=KEY)


def test_what_is_adopted_is_exactly_what_was_fixed(owner: Owner) -> None:
    made = fix(owner.database)
    assert (made.number, made.state, made.dnr) == (1, ReportState.CANDIDATE, "KS 2023/12")
    before = {file.format: file.sha256 for file in made.files}
    with owner.database.unit_of_work(TEST, at("2023-03-01")) as session:
        write_note(session, actor=TEST, now=at("2023-03-01"), key=KEY, subject="R8", text="Senare.")
    assert decide(owner.database) == ()
    [report] = shown(owner.database).reports
    assert (report.state, report.decided_on, report.paragraph) == (
        ReportState.ADOPTED, date(2023, 3, 7), "§ 45",
    )  # fmt: skip
    assert {file.format: file.sha256 for file in report.files} == before
    with owner.database.reading() as session:
        data = file_content(session, actor=TEST, now=DECIDED, key=KEY, number=1, format="pdf")
    assert data == b"%PDF " + made.fingerprint.encode()
    assert audit(owner.database).faults == ()


def test_its_events_hold_the_fingerprints_of_its_files(owner: Owner) -> None:
    made = fix(owner.database)
    decide(owner.database)
    said = scalars(
        owner.database,
        "SELECT payload FROM event_payload JOIN event USING (seq) WHERE kind LIKE 'rapport %' "
        "ORDER BY seq",
    )
    locked, *said = said
    assert made.fingerprint in locked
    assert len(said) == 2
    for payload in said:
        assert all(file.sha256 in payload for file in made.files)
        assert made.fingerprint in payload


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"decided": None}, "datum"),
        ({"decided": date(2023, 3, 9)}, "datum"),
        ({"decided": date(2023, 2, 19)}, "datum"),
        ({"paragraph": " "}, "paragraf"),
        ({"paragraph": "femte"}, "paragraf"),
    ],
)
def test_a_decision_has_a_day_after_the_files_and_a_paragraph(
    owner: Owner, said: dict[str, Any], field: str
) -> None:
    fix(owner.database)
    assert [fault.field for fault in decide(owner.database, **said)] == [field]
    assert shown(owner.database).reports[0].state is ReportState.CANDIDATE


@pytest.mark.parametrize("dnr", ["", "  ", "utan siffror", "1" * 101])
def test_nothing_is_fixed_without_a_dnr(owner: Owner, dnr: str) -> None:
    with owner.database.reading() as session:
        value, wrong = value_to_fix(
            session, actor=TEST, now=FIXED, key=KEY, cover=replace(COVER, dnr=dnr)
        )
    assert value is None
    assert [fault.field for fault in wrong] == ["dnr"]


def test_one_at_a_time_waits_and_a_change_makes_a_new_one(owner: Owner) -> None:
    fix(owner.database)
    with pytest.raises(Refused, match="väntar redan"):
        fix(owner.database)
    with owner.database.unit_of_work(TEST, FIXED) as session:
        take_back(session, actor=TEST, now=FIXED, key=KEY, number=1)
    assert fix(owner.database, now=at("2023-02-27")).number == 2
    with pytest.raises(Conflict):
        decide(owner.database, 1)
    assert decide(owner.database, 2) == ()
    with pytest.raises(Conflict):
        decide(owner.database, 2)
    states = [report.state for report in shown(owner.database).reports]
    assert states == [ReportState.RECALLED, ReportState.ADOPTED]


def test_a_closed_task_is_not_opened_again_under_a_report(owner: Owner) -> None:
    fix(owner.database)

    def again() -> None:
        with owner.database.unit_of_work(TEST, FIXED) as session:
            reopen(session, actor=TEST, now=FIXED, task_id=owner.task, reason="Fel.")

    with pytest.raises(Refused, match="till beslut eller antagen"):
        again()
    with owner.database.unit_of_work(TEST, FIXED) as session:
        take_back(session, actor=TEST, now=FIXED, key=KEY, number=1)
    again()


# -- who sees what --


def person(*permits: Permit) -> Person:
    return Person(9, "nagon@kommun.example", frozenset((permit, "ks") for permit in permits))


def test_whoever_only_follows_sees_what_is_adopted_and_nothing_before(owner: Owner) -> None:
    fix(owner.database)
    follower = person(Permit.FOLLOW)
    assert shown(owner.database, follower).reports == ()
    with owner.database.reading() as session, pytest.raises(NotFound):
        file_content(session, actor=follower, now=FIXED, key=KEY, number=1, format="pdf")
    decide(owner.database)
    assert len(shown(owner.database, follower).reports) == 1
    assert shown(owner.database, follower).missing == ()
    with owner.database.reading() as session:
        assert file_content(session, actor=follower, now=DECIDED, key=KEY, number=1, format="html")


def test_only_the_controller_fixes_and_decides(owner: Owner) -> None:
    reader = person(Permit.FOLLOW, Permit.READ)
    with pytest.raises(NotAllowed):
        fix(owner.database, actor=reader)
    fix(owner.database)
    with pytest.raises(NotAllowed):
        decide(owner.database, actor=reader)
    with pytest.raises(NotFound):
        decide(owner.database, actor=person())


def test_the_controller_sees_which_occasions_have_no_answer(owner: Owner) -> None:
    missing = shown(owner.database).missing
    assert any(line.startswith("K3, februari 2022: ") for line in missing)
    assert not any(line.startswith("K6") for line in missing)


# -- proving a file --


def proof(database: Database, data: bytes, actor: Any = TEST) -> Any:
    with database.reading() as session:
        return prove(session, actor=actor, now=DECIDED, data=data)


def test_a_file_is_proved_by_its_bytes_and_what_was_recorded(owner: Owner) -> None:
    made = fix(owner.database)
    decide(owner.database)
    data = b"%PDF " + made.fingerprint.encode()
    found = proof(owner.database, data)
    assert found.report is not None
    assert (found.report.state, found.format, found.agrees) == (ReportState.ADOPTED, "pdf", True)
    assert proof(owner.database, data + b" ").report is None
    assert proof(owner.database, data, person()).report is None


def test_a_record_that_was_altered_no_longer_gives_the_same_report(owner: Owner) -> None:
    made = fix(owner.database)
    with owner.database.upkeep() as session:
        altered = to_content(replace(GREEN, result="Ett annat resultat."))
        session.connection().execute(update(AnswerRow).values(content=altered))
    found = proof(owner.database, b"%PDF " + made.fingerprint.encode())
    assert found.report is not None
    assert not found.agrees
    [part] = [
        part
        for part in found.differs
        if part.title == "Kontrollmoment K6 Arbetsmiljön redovisas i nämnd"
    ]
    assert any("Ett annat resultat." in line for line in part.after)


def test_it_is_told_what_has_changed_since(owner: Owner) -> None:
    made = fix(owner.database)
    with owner.database.unit_of_work(TEST, at("2023-03-01")) as session:
        write_note(session, actor=TEST, now=at("2023-03-01"), key=KEY, subject="R8", text="Senare.")
    found = proof(owner.database, b"%PDF " + made.fingerprint.encode())
    assert found.agrees
    assert found.since is not None
    assert [part.after for part in found.since if "Senare." in part.after] == [("Senare.",)]
    assert "Så är rapporten gjord" not in [part.title for part in found.since]


# -- the mail --


def test_those_whose_work_is_in_it_are_told_once(owner: Owner) -> None:
    fix(owner.database)
    now = DECIDED
    with owner.database.unit_of_work(TEST, now) as session:
        take_mails(
            session, actor=TEST, now=now, base_url="https://ik.example", sender="ik@k.example"
        )
    decide(owner.database)
    with owner.database.unit_of_work(TEST, now) as session:
        mails = take_mails(
            session, actor=TEST, now=now, base_url="https://ik.example", sender="ik@k.example"
        )
    adopted = {m.email.to: m.email for m in mails if m.email.subject.startswith("Antagen: ")}
    assert len(adopted) == len(mails)
    assert STAYED in adopted
    assert GONE not in adopted  # left in February
    controller = adopted[STAYED]
    assert controller.subject == "Antagen: Slutrapport internkontroll 2022, Kommunstyrelsen"
    assert "7 mars 2023, § 45" in controller.text
    assert "KS 2023/12" in controller.text
    assert "https://ik.example/planer/ks-2022/rapporter" in controller.text
    others = [mail for to, mail in adopted.items() if to != STAYED]
    assert others
    owners = next(mail for mail in others if "allmän handling" in mail.text)
    assert "https://" not in owners.text
    assert "Du får mejlet som " in owners.text
    assert decide_again(owner.database) == 0


def decide_again(database: Database) -> int:
    """How many mails another try owes."""
    before = scalars(database, "SELECT count(*) FROM outbox")[0]
    with pytest.raises(Conflict):
        decide(database)
    return int(scalars(database, "SELECT count(*) FROM outbox")[0]) - int(before)


def test_a_link_and_a_stranger_have_no_part_in_it(owner: Owner) -> None:
    link = owner.holder.actor
    assert isinstance(link, Link)
    with pytest.raises(NotFound):
        shown(owner.database, link)
    assert shown(owner.database, System("prov")).may_decide
