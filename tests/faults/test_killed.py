"""kill -9 at every point of what the engine does, and then it is done again: nothing is lost, nothing
double.

A process is killed before each statement, and before and after each commit. What it leaves is what
stood between two commits; done again, all is as if nobody had been killed.
"""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from databases import Postgres
from deeds import ACTOR, DAY
from killing import World, postgres_world, sqlite_world, walk
from municipality import at, load_example
from programs import Mortals, Place, until

from icengine.jobs import TIMETABLE
from icengine.services.mailing import take_mails
from icengine.services.people import import_organisation
from icengine.services.report_decision import put_to_decision, value_to_fix
from icengine.services.reports import Cover
from icengine.services.scheduling import tick
from icengine.services.tasks import follow_link
from icengine.store.db import Database, migrations

Prepare = Callable[[Database], None]


@pytest.fixture(params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[str, Prepare], World]]:
    """A world like the empty database, or the one with the example adopted, when it is prepared."""
    made: list[World] = []

    def build(kind: str, prepare: Prepare) -> World:
        if request.param == "sqlite":
            before = tmp_path / "före.db"
            before.touch()
            if kind != "empty":
                template = "sqlite_adopted" if kind == "adopted" else "sqlite_template"
                shutil.copy(request.getfixturevalue(template), before)
            address = f"sqlite:///{before}"
        else:
            server: Postgres = request.getfixturevalue("postgres")
            address = server(migrated=kind != "empty")
            if kind == "adopted":
                address = server.copy(server.anew(adopted=True), "before")
        database = Database(address)
        prepare(database)
        database.close()
        if request.param == "sqlite":
            made.append(sqlite_world(before, tmp_path))
        else:
            made.append(postgres_world(server, address, tmp_path))
        return made[-1]

    yield build
    for one in made:
        one.database.close()


Build = Callable[[str, Prepare], World]
ALL, HALF, SOME = 1000, 50, 12
"""Statements that somebody is killed at. Where a deed has many or takes its time, it is some of those
between the commits; at each commit it is always."""


def most(found: World, on_sqlite: int = ALL) -> int:
    return on_sqlite if found.database.is_sqlite else SOME


def imported(database: Database) -> None:
    """The example organisation, and no plan."""
    now = at("2021-12-01")
    with database.unit_of_work(ACTOR, now) as session:
        import_organisation(session, actor=ACTOR, now=now, organisation=load_example()[0])


def as_it_is(_database: Database) -> None:
    """Nothing is done to it."""


def order_report(database: Database, formats: list[str]) -> None:
    """A report is put to its decision; its files are to be made."""
    now, cover = at("2023-02-20"), Cover("KS 2023/12")
    with database.unit_of_work(ACTOR, now) as session:
        value, wrong = value_to_fix(session, actor=ACTOR, now=now, key="ks-2022", cover=cover)
        assert value is not None, wrong
        put_to_decision(
            session, actor=ACTOR, now=now, key="ks-2022", cover=cover, value=value, formats=formats
        )


def test_a_plan_is_adopted_whole_or_not_at_all(mortals: Mortals, world: Build) -> None:
    left = walk(mortals, world("migrated", imported), "adopt", most=ALL)
    assert len(left) == 2, "before, and after the only commit"


def mailed_link(world: Build) -> tuple[World, dict[str, Any]]:
    """A world where somebody has got a mail; its link's secret and task."""
    sent: dict[str, Any] = {}

    def mailed(database: Database) -> None:
        with database.unit_of_work(TIMETABLE, DAY) as session:
            tick(session, actor=TIMETABLE, now=DAY)
        with database.unit_of_work(TIMETABLE, DAY) as session:
            mails = take_mails(
                session, actor=TIMETABLE, now=DAY, base_url="", sender="ik@kommun.example"
            )
        [mail] = [mail for mail in mails if mail.email.to.startswith("dataskydd")]
        sent["secret"] = mail.email.text.split("/svar/")[1].split()[0]
        with database.reading() as session:
            sent["task"] = min(follow_link(session, secret=sent["secret"]).actor.tasks)

    return world("adopted", mailed), sent


def test_an_answer_is_saved_once(mortals: Mortals, world: Build) -> None:
    found, sent = mailed_link(world)
    left = walk(mortals, found, "answer", most=SOME, **sent, submit=False)
    assert len(left) == 3, "before, with the file, and with the draft"
    assert found.rows("SELECT version, submitted FROM answer") == [(1, False)]


def test_an_answer_with_its_file_is_handed_in_once(mortals: Mortals, world: Build) -> None:
    found, sent = mailed_link(world)
    left = walk(mortals, found, "answer", most=most(found), **sent)
    assert len(left) == 3, "before, with the file, and with the answer"
    assert found.rows("SELECT version, submitted FROM answer") == [(1, True)]
    assert found.rows("SELECT count(*) FROM evidence") == [(1,)]
    assert found.rows("SELECT count(*) FROM action WHERE task IS NOT NULL") == [(1,)]


def test_each_mail_leaves_and_at_most_once_more_by_the_same_name(
    mortals: Mortals, world: Build
) -> None:
    def result(done: World) -> object:
        """Each mail by its name, and what was owed: the second time it is a quarter past."""
        times = Counter(done.mails())
        assert set(times.values()) <= {1, 2}, times
        [[twice]] = done.rows("SELECT count(*) - count(DISTINCT message_id) FROM letter")
        assert twice == 0
        owed = done.rows("SELECT key, email, state FROM outbox ORDER BY key")
        return sorted(times), owed, done.rows("SELECT id, state FROM task ORDER BY id")

    found = world("adopted", as_it_is)
    left = walk(
        mortals, found, "timetable", most=most(found, HALF), postbox=str(found.postbox),
        again={"minutes": 16}, result=result,
    )  # fmt: skip
    assert len(left) > 10


def test_the_files_of_a_report_are_made_once(mortals: Mortals, world: Build) -> None:
    found = world("adopted", lambda database: order_report(database, ["html", "json", "txt"]))
    left = walk(mortals, found, "files", most=SOME)
    assert len(left) == 5, "before, with one, two and three files, and made"
    assert found.rows("SELECT count(*) FROM report_file") == [(3,)]


def test_an_empty_database_is_migrated_whole_or_not_at_all(mortals: Mortals, world: Build) -> None:
    left = walk(mortals, world("empty", as_it_is), "migrate", most=6)
    assert len(left) == 2


def test_an_older_database_is_brought_up_to_date_whole_or_not_at_all(
    mortals: Mortals, world: Build
) -> None:
    def older(database: Database) -> None:
        config = migrations()
        with database._writer.connect() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, "0005")
            connection.commit()

    found = world("adopted", older)
    left = walk(mortals, found, "migrate", most=12)
    assert len(left) == 2
    found.database.check_ready()


def gone(process: str) -> bool:
    """Has it ended? Nobody may have asked how, and then its name is left."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_pdf_whose_maker_was_killed_is_made_the_next_time(sqlite_place: Place) -> None:
    order_report(sqlite_place.database, ["pdf"])
    tick = sqlite_place.start("tick", "--now", "2023-02-20T10:00")
    children = Path(f"/proc/{tick.pid}/task/{tick.pid}/children")
    assert until(lambda: tick.ended() or children.read_text().split())
    assert not tick.ended(), "it was too quick"
    [child] = children.read_text().split()
    assert tick.end(signal.SIGKILL) == -signal.SIGKILL
    assert until(lambda: gone(child)), "its child goes on for ever"
    assert sqlite_place.rows("SELECT count(*) FROM report_file") == [[0]]
    assert sqlite_place.run("tick", "--now", "2023-02-20T10:20")[0] == 0
    assert sqlite_place.rows(
        "SELECT format, state FROM report JOIN report_file USING (plan, number)"
    ) == [["pdf", "till beslut"]]
    assert sqlite_place.faults() == ()
