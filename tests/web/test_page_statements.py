"""No page asks the database more often because more lies there: the statements of every page, with few
rows and with many of everything that it lists. And what is done with many at once."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from databases import counting

sys.path.append(str(Path(__file__).parent / "permissions"))

from addresses import asked
from authorities import PEOPLE, UNITS
from crowd import ALL, SECOND, Crowd, crowd
from municipality import at
from sqlalchemy import update
from table import Row, read_table
from web_site import ACTOR, Site, routes

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.evidence import Scan
from icengine.domain.job import Job
from icengine.jobs import run_job
from icengine.mail.mailer import FolderMailer
from icengine.store.db import Database
from icengine.store.report_tables import ReportRow
from icengine.store.task_tables import EvidenceRow

PER_FILE = 10
"""Statements of the virus check of a file, at most."""
FEW, MANY = 2, 6
ROWS = read_table(tuple(PEOPLE), len(UNITS))
MORE = (
    "/kalender/{feed}.ics",
    "/svar/{inlämnad-länk}/uppgift/{K2}/kvitto",
    "/svar/{åtgärdslänk}",
    "/svar/{läslänk}",
    "/atgarder?visa=alla",
    "/utskick?text=kommun",
    "/handelser?om=plan:ks-2022",
)
"""Addresses that the table has no row for, or where they lead nowhere."""
ELSEWHERE = {
    "/forsta-start/{nyckel}": "is there before there is an organisation",
    "/logga-in": "leads whoever is logged in to the start page",
    "/logga-in/konto": "needs the kommun's own login",
    "/logga-in/konto/klar": "needs the kommun's own login",
    "/metrics": "is there for who comes from the monitoring's address; see test_metrics.py",
    "/readyz": "is not ready where no timetable runs; it asks the same",
    "/svar/{nyckel}/kvitto": "is the receipt of a link to one task; with several it has an address each",
}
"""Pages that do not answer in this world, and why."""
SECONDS = ("/godkann", "/svar/{läslänk}")
"""Pages for whoever did not answer themselves."""


BY_THE_BATCH = ("/handelser/export?format=csv", "/handelser/export?format=jsonl")
"""Whole files of the log, which are read some hundred events at a time."""
LOGIN = ("/logga-in", "/logga-ut", "/jag/inloggningar")
"""Forms that end the login that the next one needs, or begin another."""
WITH_MANY = (
    "/att-gora/byt-ansvarig",
    "/gallring/beslut",
    "/organisation/funktion/enhet/{funktion}",
    "/organisation/installningar",
    "/organisation/{enhet}/flytta",
    "/planer/{plan}/nasta",
    "/planer/{plan}/rapporter/texter",
    "/planer/{plan}/urval",
    "/planer/{plan}/utkast/register",
    "/planer/{skickad}/beslut/anta",
    "/planer/{utkast}/beslut",
    "/samlad/kommun-2022/rapporter",
)
"""Forms that concern many rows at once: these are sure to be done."""


@dataclass(frozen=True)
class Asked:
    """What came of asking, and how many statements it took."""

    status: int
    statements: int

    def __str__(self) -> str:
        return f"{self.statements} ({self.status})"


class Worlds:
    """Worlds in files, each as it was made whenever it is opened."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder / 'now.db'}")

    def open(self, kept: Path) -> None:
        """Let the world be as it is kept."""
        now = self.database.file
        assert now is not None
        self.database.close()
        for left in now.parent.glob(f"{now.name}*"):
            left.unlink()
        shutil.copy(kept, now)


@pytest.fixture(scope="module")
def kept(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The file of a world with few of everything, and of one with many."""
    made = []
    for more in (FEW, MANY):
        path = tmp_path_factory.mktemp("crowd") / f"{more}.db"
        shutil.copy(sqlite_template, path)
        database = Database(f"sqlite:///{path}")
        crowd(database, more)
        database.close()
        made.append(path)
    return made


def addresses(method: str) -> list[str]:
    """Every one in the table, once, with what is to be filled in."""
    return list(dict.fromkeys(row.address for row in ROWS if row.method == method))


def who(address: str) -> str:
    """Whose page it is."""
    return SECOND if address.startswith(SECONDS) else ALL


def get_all(kept: Path, folder: Path) -> dict[str, Asked]:
    """Every page of a world, asked for once."""
    worlds = Worlds(folder)
    worlds.open(kept)
    world = Crowd(Site(worlds.database))
    found = {}
    for address in (*addresses("GET"), *MORE):
        wanted = address.replace("{feed}", world.feed()) if "{feed}" in address else address
        target, _ = asked(world, Row("GET", wanted, {}), "controller", UNITS[0])
        browser = world.browser(who(address))
        with counting(worlds.database) as sent:
            answer = browser.get(target)
        found[address] = Asked(answer.status_code, len(sent))
    worlds.database.close()
    return found


def post_all(kept: Path, folder: Path) -> dict[str, Asked]:
    """Every form, sent once, each in a world where nothing else was done."""
    worlds = Worlds(folder)
    worlds.open(kept)
    world = Crowd(Site(worlds.database, makes_reports=False))
    for somebody in (ALL, SECOND):
        world.browser(somebody)
    worlds.database.close()
    logged_in = shutil.copy(worlds.database.file or "", folder / "logged-in.db")
    found = {}
    for address in addresses("POST"):
        if not address.startswith(LOGIN):
            worlds.open(Path(logged_in))
            target, fields = asked(world, Row("POST", address, {}), "controller", UNITS[0])
            browser = world.browser(who(address))
            with counting(worlds.database) as sent:
                answer = browser.post(target, data=fields)
            found[address] = Asked(answer.status_code, len(sent))
    worlds.database.close()
    return found


def grown(few: dict[str, Asked], many: dict[str, Asked]) -> dict[str, str]:
    """Where it went otherwise, or took more statements, with many than with few."""
    return {
        address: f"{one} with few, {many[address]} with many"
        for address, one in few.items()
        if one != many[address] and address not in BY_THE_BATCH
    }


def test_no_page_asks_more_often_because_more_lies_there(kept: list[Path], tmp_path: Path) -> None:
    few, many = (get_all(path, tmp_path) for path in kept)
    assert not grown(few, many)
    shown = [address for address, one in many.items() if one.status == 200]
    pages = every_page(kept[0])
    unseen = {page for page in pages if not any(leads(address, page) for address in shown)}
    assert unseen == set(ELSEWHERE), "give it an address here, or say why not"


def test_no_form_asks_more_often_because_more_lies_there(kept: list[Path], tmp_path: Path) -> None:
    few, many = (post_all(path, tmp_path) for path in kept)
    assert not grown(few, many)
    undone = {address: many[address] for address in WITH_MANY if many[address].status != 303}
    assert not undone


MONDAY = at("2022-03-14", "09:00")
"""A day with a round of reminders, and the week's summary."""


class Clean:
    """A virus check that finds nothing."""

    def is_infected(self, data: bytes) -> bool:
        """Never."""
        return not data


def run_all(kept: Path, folder: Path) -> tuple[dict[Job, int], int]:
    """The statements of every job of a world, and how many files waited for the virus check."""
    worlds = Worlds(folder)
    worlds.open(kept)
    database = worlds.database
    scanner: Any = Clean()
    engine = Engine(Settings(), database, FolderMailer(folder / "mejl"), scanner=scanner)
    with database.unit_of_work(ACTOR, MONDAY) as session:
        changed = update(EvidenceRow).values(scan=str(Scan.WAITS))
        files = session.connection().execute(changed).rowcount
        session.connection().execute(update(ReportRow).values(wanted="html,json"))
        session.record("prov", "underlag")
    cost = {}
    for job in Job:
        with counting(database) as sent:
            run_job(engine, job, lambda: MONDAY)
        cost[job] = len(sent)
    database.close()
    return cost, files


def test_no_job_asks_more_often_because_more_lies_there(kept: list[Path], tmp_path: Path) -> None:
    """The virus check alone does: a file at a time is read, checked and noted, as it may take long."""
    (few, few_files), (many, many_files) = (run_all(path, tmp_path) for path in kept)
    each = (many.pop(Job.FILES) - few.pop(Job.FILES)) / (many_files - few_files)
    assert each < PER_FILE
    assert few == many


def every_page(path: Path) -> list[str]:
    """The paths of the application."""
    database = Database(f"sqlite:///{path}")
    found = routes(Site(database).app, "GET")
    database.close()
    return found


def leads(address: str, page: str) -> bool:
    """Is it an address of that page?"""
    pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(page))
    return re.fullmatch(pattern, address.partition("?")[0]) is not None
