"""The drill: a backup under load, restored elsewhere, with every table, the log and each report proved."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fixed import give_files
from lived import TEST, audit
from municipality import at
from test_answers import GREEN, owner_of

from icengine.domain.access import Permit, Person
from icengine.domain.report_model import ReportKind
from icengine.errors import NotAllowed, Refused
from icengine.services.backup import back_up, copy, restore
from icengine.services.report_decision import put_to_decision, value_to_fix
from icengine.services.report_proof import prove
from icengine.services.reports import Cover, write_note
from icengine.store import fixed_reports
from icengine.store.db import Database

NOW, LATER = at("2023-02-20"), at("2023-02-21")


@pytest.fixture
def lived(adopted: Database) -> Database:
    """A year with an answer, and a report that is fixed with its files."""
    owner_of(adopted, "K6", "2022-12-01").save(GREEN, submit=True, now=at("2022-12-07"))
    with adopted.unit_of_work(TEST, NOW) as session:
        cover = Cover("KS 2023/12")
        value, _ = value_to_fix(session, actor=TEST, now=NOW, key="ks-2022", cover=cover)
        assert value is not None
        made = put_to_decision(
            session, actor=TEST, now=NOW, key="ks-2022", cover=cover, value=value, formats=["pdf"]
        )
    give_files(adopted, made)
    return adopted


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Database]:
    """A new SQLite database, migrated and empty."""
    database = Database(f"sqlite:///{tmp_path / 'annan.db'}")
    database.migrate()
    yield database
    database.close()


def saved(database: Database, path: Path) -> Any:
    with path.open("wb") as out:
        return back_up(database, out, actor=TEST, now=NOW)


def proved(database: Database) -> None:
    """The log is whole, and each report's file is the one that was recorded."""
    assert audit(database).faults == ()
    with database.reading() as session:
        [report] = fixed_reports.of_plan(session, "ks-2022")
        data = fixed_reports.content(session, "ks-2022", 1, "pdf")
        assert data is not None
        found = prove(session, actor=TEST, now=NOW, data=data)
    assert report.kind is ReportKind.FINAL
    assert found.report == report
    assert found.agrees


def test_what_is_backed_up_under_load_is_restored_whole(
    lived: Database, elsewhere: Database, tmp_path: Path
) -> None:
    stop = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        while not stop.is_set():
            written += 1
            with lived.unit_of_work(TEST, LATER) as session:
                write_note(
                    session, actor=TEST, now=LATER, key="ks-2022", subject="R8",
                    text=f"Nr {written}.",
                )  # fmt: skip

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = saved(lived, tmp_path / "kopia.zip")
    finally:
        stop.set()
        writer.join()
    restored = restore(elsewhere, tmp_path / "kopia.zip", actor=TEST)
    assert restored == done
    assert restored.tables["task"].rows == 14
    proved(elsewhere)


def test_a_sqlite_installation_moves_to_postgresql_and_goes_on(
    lived: Database, postgres: Any
) -> None:
    target = Database(str(postgres()))
    try:
        done = copy(lived, target, actor=TEST)
        assert done.rows > 100
        proved(target)
        with target.unit_of_work(TEST, at("2023-02-21")) as session:
            write_note(
                session,
                actor=TEST,
                now=at("2023-02-21"),
                key="ks-2022",
                subject="R8",
                text="Efter.",
            )
        assert audit(target).faults == ()
    finally:
        target.close()


def test_nothing_that_is_there_is_written_over(lived: Database, tmp_path: Path) -> None:
    saved(lived, tmp_path / "kopia.zip")
    with pytest.raises(Refused, match="Databasen är inte tom"):
        restore(lived, tmp_path / "kopia.zip", actor=TEST)


def changed(path: Path, name: str, old: bytes, new: bytes) -> Path:
    """The archive with something in one of its files exchanged."""
    other = path.with_name("ändrad.zip")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(other, "w") as after:
        for item in before.namelist():
            data = before.read(item)
            after.writestr(item, data.replace(old, new) if item == name else data)
    return other


def test_a_backup_that_was_altered_leaves_the_database_empty(
    lived: Database, elsewhere: Database, tmp_path: Path
) -> None:
    saved(lived, tmp_path / "kopia.zip")
    with zipfile.ZipFile(tmp_path / "kopia.zip") as archive:
        answers = archive.read("tables/answer.jsonl")
    assert b"gron" in answers
    wrong = changed(tmp_path / "kopia.zip", "tables/answer.jsonl", b"gron", b"roda")
    with pytest.raises(Refused, match="Tabellen answer blev inte som den var"):
        restore(elsewhere, wrong, actor=TEST)
    restore(elsewhere, tmp_path / "kopia.zip", actor=TEST)
    proved(elsewhere)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half", b"text"])
def test_what_is_no_backup_is_refused(elsewhere: Database, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(Refused, match="ingen säkerhetskopia"):
        restore(elsewhere, tmp_path / "x.zip", actor=TEST)


def test_a_backup_of_another_version_is_refused_with_what_to_do(
    lived: Database, elsewhere: Database, tmp_path: Path
) -> None:
    saved(lived, tmp_path / "kopia.zip")
    old = changed(tmp_path / "kopia.zip", "manifest.json", b'"revision": "', b'"revision": "0')
    with pytest.raises(Refused, match="Säkerhetskopian har version"):
        restore(elsewhere, old, actor=TEST)


def test_only_whoever_runs_the_engine_copies_it(lived: Database, tmp_path: Path) -> None:
    somebody = Person(1, "x@kommun.example", frozenset({(Permit.ADMINISTER, "kommun")}))
    with pytest.raises(NotAllowed), (tmp_path / "x.zip").open("wb") as out:
        back_up(lived, out, actor=somebody, now=NOW)
