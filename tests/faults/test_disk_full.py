"""A disk without room: it is said, nothing is half written, and all works when there is room again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import httpx2
import pytest
from forms import TYPED, given_back, send
from hardship import LARGEST, ROOM
from programs import DAY, PLAIN, Place

LONG = {**TYPED, "resultat": "Långt till målet. " * 200}
FULL = ("disken är full", "disken går inte att läsa eller skriva")


def file(place: Place) -> Path:
    assert place.database.file is not None
    return place.database.file


def pages(place: Place) -> int:
    with sqlite3.connect(file(place)) as connection:
        found = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    return int(found)


def whole(place: Place) -> None:
    """The file is sound, and so is the log."""
    with sqlite3.connect(file(place)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert place.faults() == ()


def test_an_answer_without_room_is_given_back_and_saved_when_there_is(
    sqlite_place: Place, tmp_path: Path
) -> None:
    link, room = sqlite_place.link("K5"), tmp_path / "plats"
    page = sqlite_place.serve(**{ROOM: str(room)}) + link
    room.write_text(str(pages(sqlite_place)))
    given = given_back(send(page, LONG), LONG)
    assert httpx2.get(page, **PLAIN).status_code == 200, "what is there can be read"
    assert sqlite_place.rows("SELECT count(*) FROM answer") == [[0]]
    whole(sqlite_place)
    room.unlink()
    assert send(page, given).headers["location"] == f"{link}/kvitto"
    assert sqlite_place.rows("SELECT version, submitted FROM answer") == [[1, 1]]
    whole(sqlite_place)
    assert "disken är full" in sqlite_place.running[-1].said
    assert "Traceback" not in sqlite_place.running[-1].said


@pytest.mark.parametrize("largest", [20_000, 60_000, 120_000])
def test_the_timetable_without_room_says_so_and_is_done_when_there_is(
    sqlite_place: Place, largest: int
) -> None:
    """No file may be written beyond so many bytes, so the journal is cut off there."""
    code, said = sqlite_place.run("tick", "--now", DAY, **{LARGEST: str(largest)})
    assert code == 1, said
    assert any(words in said for words in FULL), said
    assert "Traceback" not in said
    whole(sqlite_place)
    assert sqlite_place.run("tick", "--now", DAY)[0] == 0
    assert sqlite_place.rows("SELECT count(*) FROM task WHERE state = 'öppen'") == [[14]]
    assert sqlite_place.rows("SELECT count(*) FROM outbox WHERE state = 'väntar'") == [[0]]
    whole(sqlite_place)


def test_a_backup_without_room_leaves_no_half_file(sqlite_place: Place) -> None:
    code, said = sqlite_place.run("backup", "kopia.zip", **{LARGEST: "10000"})
    assert code == 1, said
    assert "Traceback" not in said
    assert not list(sqlite_place.folder.glob("*kopia*"))
    assert sqlite_place.run("backup", "kopia.zip")[0] == 0
