"""No page and no job goes through the whole of a table that grows: the databases say themselves how they
would answer every statement, where much lies that is over."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from filled import analyse, fill
from sqlalchemy import event
from sqlmodel import SQLModel

sys.path.append(str(Path(__file__).parent.parent / "web"))
sys.path.append(str(Path(__file__).parent.parent / "web" / "permissions"))

from addresses import asked
from authorities import PEOPLE, UNITS
from crowd import ALL, Crowd, crowd
from municipality import at
from table import Row, read_table
from web_site import Site

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.job import Job
from icengine.jobs import run_job
from icengine.mail.mailer import FolderMailer
from icengine.store.action_lists import Which
from icengine.store.db import Database
from icengine.web.pages.actionview import UNREACHED

STORED = 20_000
GROWING = {
    "task", "task_state", "answer", "task_change", "task_request", "evidence", "letter", "outbox",
    "link", "link_task", "event", "event_payload", "event_about", "action", "action_state",
}  # fmt: skip
LISTS = (
    *(f"/atgarder?lage={which}" for which in Which if which is not Which.ALL),
    f"/atgarder?lage={UNREACHED}",
    "/atgarder?enhet=kommun",
    "/atgarder?enhet=ks&lage=forsenade",
    "/atgarder?ansvarig=Ekonomichefen",
    "/mina/atgarder?lage=avslutade",
    "/svar/{åtgärdslänk}",
    "/kalender/{feed}.ics",
)
"""Addresses of åtgärder that the table has no row for."""
RARE = {
    "/drift": "of the one who runs the engine",
    "/gallring": "goes through what may go",
    "/jag/uppgifter": "goes through all that may be about somebody",
    "/personer/{person}/utdrag": "the same of somebody else",
    "/handelser/export": "the log as a file",
    "/att-gora/byt-ansvarig": "when somebody has left",
}
"""Pages that go through all there is, and why they may."""
PARTIAL = {
    index.name
    for table in SQLModel.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}
"""Indices of what waits: as long as that, however much is stored."""
MONDAY = at("2022-03-14", "09:00")
Sent = dict[str, tuple[Any, str]]
"""A statement -> its parameters, and whose it is."""


def places() -> Iterator[str]:
    """The address of every page but the rare ones, and files, which ask what their pages ask."""
    for row in read_table(tuple(PEOPLE), len(UNITS)):
        file = re.search(r"\.(pdf|xlsx|yaml|json)(\?|$)", row.address)
        if row.method == "GET" and not file and not row.address.startswith(tuple(RARE)):
            yield row.address
    yield from LISTS


def sent_by_all(database: Database, folder: Path) -> Sent:
    """Every statement of every page and job, where much is stored."""
    crowd(database, 2)
    world = Crowd(Site(database))
    browser = world.browser(ALL)
    fill(database, STORED)
    if not database.is_sqlite:
        analyse(database)
    sent: Sent = {}
    whose = ""

    def note(_c: object, _u: object, statement: str, values: Any, _x: object, _m: bool) -> None:
        one = values[0] if isinstance(values, list) and values else values
        sent.setdefault(statement, (one, whose))

    event.listen(database.engine, "before_cursor_execute", note)
    for address in dict.fromkeys(places()):
        whose = address
        wanted = address.replace("{feed}", world.feed()) if "{feed}" in address else address
        path, _ = asked(world, Row("GET", wanted, {}), "controller", UNITS[0])
        browser.get(path)
    engine = Engine(Settings(), database, FolderMailer(folder / "mejl"))
    for job in (Job.TIMETABLE, Job.MAILS):
        whose = str(job)
        run_job(engine, job, lambda: MONDAY)
    event.remove(database.engine, "before_cursor_execute", note)
    return {
        statement: value
        for statement, value in sent.items()
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH"))
    }


def newest_first(statement: str) -> bool:
    """Does it go from the newest of the log, of the letters, or of åtgärder that are closed, until a page
    is full?"""
    order = r"ORDER BY (event\.seq|letter\.id|action\.due DESC, action\.id) DESC\s+LIMIT"
    return re.search(order, statement) is not None


def of_many_units(statement: str) -> bool:
    """Does it ask for what the åtgärder of many units said at a moment, as a samlad rapport does?"""
    return (
        re.search(r"FROM action JOIN plan .*WHERE plan\.unit IN \(\S+, ", statement, re.S)
        is not None
    )


def whole_on_sqlite(cursor: Any, statement: str, values: Any) -> Iterator[str]:
    """What it would go through whole."""
    names = {alias: name for name, alias in re.findall(r"\b(\w+) AS (\w+)", statement)}
    for *_, said in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall():
        found = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", said)
        if found and names.get(found[1], found[1]) in GROWING and found[2] not in PARTIAL:
            yield said


def whole_on_postgresql(cursor: Any, statement: str, values: Any) -> Iterator[str]:
    """The same. An index that gives most of a table is no better than the table."""
    cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
    waiting = [cursor.fetchone()[0][0]["Plan"]]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        if node.get("Relation Name") not in GROWING or node.get("Index Name") in PARTIAL:
            continue
        if node["Node Type"] == "Seq Scan" or node["Plan Rows"] > STORED / 2:
            yield f"{node['Node Type']} {node['Relation Name']} {node.get('Index Name', '')}"


def found_whole(database: Database, sent: Sent) -> list[str]:
    """What is gone through whole, by whom."""
    explained = whole_on_sqlite if database.is_sqlite else whole_on_postgresql
    wrong = []
    with database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        for statement, (values, whose) in sent.items():
            if not newest_first(statement) and not of_many_units(statement):
                wrong += [
                    f"{whose}: {said}: {' '.join(statement.split())}"
                    for said in explained(cursor, statement, values)
                ]
    return wrong


def test_sqlite_goes_through_no_table_that_grows(sqlite_template: Path, tmp_path: Path) -> None:
    """Whether or not it knows how much lies where: nothing here tells it."""
    path = shutil.copy(sqlite_template, tmp_path / "filled.db")
    database = Database(f"sqlite:///{path}")
    sent = sent_by_all(database, tmp_path)
    assert not found_whole(database, sent)
    analyse(database)
    assert not found_whole(database, sent)
    database.close()


def test_postgresql_goes_through_no_table_that_grows(
    postgres: Callable[[], str], tmp_path: Path
) -> None:
    database = Database(postgres())
    sent = sent_by_all(database, tmp_path)
    assert not found_whole(database, sent)
    database.close()
