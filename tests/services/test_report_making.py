"""A report's files are made outside the request: one by one, again after a stop, or failing in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fixed import give_files
from lived import TEST, audit
from municipality import at

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.fixed_report import FixedReport, ReportState
from icengine.domain.report_model import ReportKind
from icengine.errors import Conflict
from icengine.jobs import TIMETABLE, make_reports, run_due
from icengine.services import lifecycle, plan_documents
from icengine.services.drafts import begin_draft
from icengine.services.report_decision import (
    adopt,
    make_again,
    put_to_decision,
    take_back,
    value_to_fix,
)
from icengine.services.report_making import keep_file, to_make
from icengine.services.report_proof import prove
from icengine.services.reports import Cover, write_note
from icengine.store import fixed_reports
from icengine.store.db import Database

KEY, NOW = "ks-2022", at("2023-02-20")
FORMATS = ("html", "txt", "json")


def order(database: Database, formats: tuple[str, ...] = FORMATS) -> FixedReport:
    with database.unit_of_work(TEST, NOW) as session:
        value, wrong = value_to_fix(session, actor=TEST, now=NOW, key=KEY, cover=Cover("KS 1"))
        assert value is not None, wrong
        return put_to_decision(
            session, actor=TEST, now=NOW, key=KEY, cover=Cover("KS 1"), value=value, formats=formats
        )


def report(database: Database, number: int = 1) -> FixedReport:
    with database.reading() as session:
        found = fixed_reports.get(session, KEY, number)
    assert found is not None
    return found


def engine(database: Database, **settings: Any) -> Engine:
    return Engine(Settings(**settings), database, None)


def test_the_request_fixes_the_content_and_the_files_come_after(adopted: Database) -> None:
    order(adopted)
    fixed = report(adopted)
    assert (fixed.state, fixed.files, fixed.lacking) == (ReportState.MAKING, (), FORMATS)
    assert make_reports(engine(adopted), lambda: NOW) == 1
    made = report(adopted)
    assert made.state is ReportState.CANDIDATE
    assert sorted(file.format for file in made.files) == sorted(FORMATS)
    assert made.lacking == ()
    assert audit(adopted).faults == ()


def test_the_timetable_makes_what_was_left(adopted: Database) -> None:
    order(adopted)
    run_due(engine(adopted), NOW)
    assert report(adopted).state is ReportState.CANDIDATE


def test_what_was_made_before_a_stop_is_not_made_again(adopted: Database) -> None:
    made = order(adopted)
    with adopted.upkeep() as session:
        keep_file(session, actor=TIMETABLE, report=made, format="html", content=b"<p>Gjord.")
    make_reports(engine(adopted), lambda: NOW)
    with adopted.reading() as session:
        assert fixed_reports.content(session, KEY, 1, "html") == b"<p>Gjord."
    assert report(adopted).state is ReportState.CANDIDATE


def test_what_is_answered_meanwhile_is_not_in_it(adopted: Database) -> None:
    order(adopted)
    with adopted.unit_of_work(TEST, at("2023-02-21")) as session:
        write_note(
            session,
            actor=TEST,
            now=at("2023-02-21"),
            key=KEY,
            subject="sammanfattning",
            text="Sent.",
        )
    make_reports(engine(adopted), lambda: NOW)
    with adopted.reading() as session:
        assert b"Sent." not in (fixed_reports.content(session, KEY, 1, "html") or b"")


def test_a_file_that_cannot_be_made_is_told_of_and_tried_again(
    adopted: Database, tmp_path: Any
) -> None:
    order(adopted, ("html", "docx"))
    missing = str(tmp_path / "mall.docx")
    assert make_reports(engine(adopted, word_template=missing), lambda: NOW) == 0
    failed = report(adopted)
    assert failed.state is ReportState.FAILED
    assert "ICENGINE_WORD_TEMPLATE" in failed.failure
    with adopted.reading() as session:
        assert to_make(session, actor=TIMETABLE) == ()
    with adopted.unit_of_work(TEST, NOW) as session:
        make_again(session, actor=TEST, now=NOW, key=KEY, number=1)
    assert make_reports(engine(adopted), lambda: NOW) == 1
    assert (report(adopted).state, report(adopted).failure) == (ReportState.CANDIDATE, "")


def test_records_that_no_longer_give_what_was_fixed_make_no_files(adopted: Database) -> None:
    order(adopted)
    with adopted.upkeep() as session:
        session.connection().exec_driver_sql("UPDATE report SET fingerprint = 'x'")
    make_reports(engine(adopted), lambda: NOW)
    failed = report(adopted)
    assert failed.state is ReportState.FAILED
    assert "ger inte längre samma rapport" in failed.failure


def test_it_can_be_taken_back_before_its_files_are_there_and_not_adopted(adopted: Database) -> None:
    order(adopted)
    with adopted.unit_of_work(TEST, NOW) as session, pytest.raises(Conflict):
        adopt(
            session, actor=TEST, now=NOW, key=KEY, number=1, decided=date(2023, 2, 20),
            paragraph="§ 1",
        )  # fmt: skip
    with adopted.unit_of_work(TEST, NOW) as session:
        take_back(session, actor=TEST, now=NOW, key=KEY, number=1)
    assert make_reports(engine(adopted), lambda: NOW) == 0
    assert report(adopted).state is ReportState.RECALLED


# -- the plan as a document --


@pytest.fixture
def sent(adopted: Database) -> str:
    """The SHA-256 of a draft of the plan's next version, put to the decision."""
    with adopted.unit_of_work(TEST, NOW) as session:
        draft = begin_draft(session, actor=TEST, now=NOW, unit="ks", year=2022)
    document = {**draft.document, "riktlinje": "En ny riktlinje"}
    from icengine.store import drafts

    with adopted.upkeep() as session:
        drafts.store(
            session, replace(draft, document=document, revision=draft.revision + 1), draft.revision
        )
    with adopted.unit_of_work(TEST, NOW) as session:
        found = lifecycle.put_to_decision(
            session, actor=TEST, now=NOW, key=KEY, seen=draft.revision + 1, dnr="KS 2023/5",
            reasons=lifecycle.Reasons(rest="Prövat."),
        )  # fmt: skip
    return found.sha256


def decide(database: Database, sha256: str) -> None:
    with database.unit_of_work(TEST, at("2023-02-22")) as session:
        lifecycle.adopt_draft(
            session, actor=TEST, now=at("2023-02-22"), key=KEY, sha256=sha256,
            decided=date(2023, 2, 21), paragraph="§ 7", reasons=lifecycle.Reasons(rest="Prövat."),
        )  # fmt: skip


def test_a_plan_that_is_sent_is_a_document_with_its_files(adopted: Database, sent: str) -> None:
    fixed = report(adopted)
    assert (fixed.kind, fixed.dnr, fixed.state) == (
        ReportKind.PLAN,
        "KS 2023/5",
        ReportState.MAKING,
    )
    give_files(adopted, fixed)
    decide(adopted, sent)
    done = report(adopted)
    assert (done.state, done.decided_on, done.paragraph) == (
        ReportState.ADOPTED, date(2023, 2, 21), "§ 7",
    )  # fmt: skip
    with adopted.reading() as session:
        found = prove(
            session, actor=TEST, now=at("2023-03-01"), data=b"%PDF " + done.fingerprint.encode()
        )
    assert found.agrees
    assert found.since == ()


def test_a_plan_that_is_taken_back_takes_its_document_with_it(adopted: Database, sent: str) -> None:
    with adopted.unit_of_work(TEST, NOW) as session:
        lifecycle.take_back(session, actor=TEST, now=NOW, key=KEY, sha256=sent)
    assert report(adopted).state is ReportState.RECALLED


def test_a_plan_adopted_before_its_files_are_made_gets_them_after(
    adopted: Database, sent: str
) -> None:
    decide(adopted, sent)
    assert report(adopted).state is ReportState.MAKING
    assert make_reports(engine(adopted), lambda: at("2023-02-22")) == 1
    done = report(adopted)
    assert (done.state, done.paragraph) == (ReportState.ADOPTED, "§ 7")
    assert len(done.files) == len(done.wanted)


@pytest.mark.usefixtures("sent")
def test_the_document_is_decided_with_the_plan_and_not_beside_it(adopted: Database) -> None:
    give_files(adopted, report(adopted))
    with adopted.unit_of_work(TEST, NOW) as session, pytest.raises(Conflict):
        take_back(session, actor=TEST, now=NOW, key=KEY, number=1)


def test_one_that_is_decided_before_its_files_are_made_is_not_decided_again(
    adopted: Database, sent: str
) -> None:
    decide(adopted, sent)
    first = report(adopted)
    assert not first.in_the_way
    later = at("2023-03-10")
    with adopted.unit_of_work(TEST, later) as session:
        plan_documents.settle(
            session, TEST, later, KEY, ReportState.ADOPTED, date(2023, 3, 9), "§ 99"
        )
        session.record("prov", "ämne")
    assert report(adopted).paragraph == "§ 7"
