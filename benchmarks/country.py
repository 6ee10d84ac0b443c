"""A year of a country: 310 organisations, a database each, with fifteen units of twenty controls.

    python benchmarks/country.py FOLDER

lives a few of the organisations through the year, in a process of its own, and prints what it took:
plans adopted, tasks opened and mailed, every answer handed in, reports gathered. The organisations are
alike and share nothing, so that the country is that many times as much.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from frame import Row
from grounds import OPERATOR, adopt, example, grown
from municipality import at

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.access import Person
from icengine.domain.people import Organisation, Unit, UnitKind
from icengine.domain.plan import Plan
from icengine.domain.task import Answer, State
from icengine.jobs.work import deliver
from icengine.mail.mailer import Delivered, Email, Outcome
from icengine.services.people import import_organisation
from icengine.services.reports import Cover, gather
from icengine.services.scheduling import tick
from icengine.services.tasks import record_answer, task_list
from icengine.store.db import Database

ORGANISATIONS, UNITS, CONTROLS = 310, 15, 20
LIVED = 2
"""Organisations that are lived through."""
BEGAN = at("2021-12-15")


@dataclass(frozen=True)
class Lived:
    """What an organisation's year took."""

    tasks: int
    mails: int
    seconds: float
    bytes: int
    tick_seconds: float
    """One run of the timetable with nothing to do, when the year is over."""
    memory: int
    """Bytes, the most the process has had."""


class Taken:
    """A mail server that takes everything at once."""

    def __init__(self) -> None:
        self.count = 0

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        """Taken, when they are such as can be sent."""
        for email in emails:
            email.as_message(now).as_bytes()
        self.count += len(emails)
        return [Delivered()] * len(emails)


def _grown(organisation: Organisation, plan: Plan) -> tuple[Organisation, list[Plan]]:
    units = tuple(Unit(f"n{n}", f"Nämnd {n}", UnitKind.BOARD, "kommun") for n in range(UNITS))
    whole = grown(plan, CONTROLS, "varje kvartal")
    names = [function.name for function in organisation.functions if function.holders]
    controls = tuple(
        replace(control, owner=names[n % len(names)])
        for n, control in enumerate(whole.risks[0].controls)
    )
    whole = replace(whole, risks=(replace(whole.risks[0], controls=controls),))
    return (
        replace(organisation, units=(*organisation.units, *units)),
        [replace(whole, unit=unit.id) for unit in units],
    )


def live(file: Path) -> Lived:
    """One organisation through its year."""
    organisation, plans = _grown(*example())
    began, mailer = time.perf_counter(), Taken()
    database = Database(f"sqlite:///{file}")
    database.migrate()
    engine = Engine(Settings(), database, mailer)
    with database.unit_of_work(OPERATOR, BEGAN) as session:
        import_organisation(session, actor=OPERATOR, now=BEGAN, organisation=organisation)
    for plan in plans:
        adopt(database, plan)
    held = {
        function.name: function.holders[0].email
        for function in organisation.functions
        if function.holders
    }
    day, done = date(2022, 1, 3), 0
    while day < date(2023, 1, 31):
        now = at(day.isoformat(), "09:00")
        with database.unit_of_work(OPERATOR, now) as session:
            tick(session, actor=OPERATOR, now=now)
        asyncio.run(deliver(engine, mailer, lambda now=now: now))
        done += _answer_all(database, held, now)
        day += timedelta(days=7)
    now = at("2023-02-01")
    for plan in plans:
        with database.reading() as session:
            gather(session, actor=OPERATOR, key=plan.key, as_of=now, cover=Cover())
    took = time.perf_counter() - began
    ticks = time.perf_counter()
    with database.unit_of_work(OPERATOR, now) as session:
        tick(session, actor=OPERATOR, now=now)
    ticks = time.perf_counter() - ticks
    database.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Lived(done, mailer.count, took, file.stat().st_size, ticks, memory)


def _answer_all(database: Database, held: dict[str, str], now: datetime) -> int:
    """Whatever is open is answered, each by who has its function."""
    with database.reading() as session:
        opened = task_list(session, actor=OPERATOR, states=[State.OPEN], limit=100_000)
    for item in opened:
        owner = Person(1, held[item.task.owner], functions=frozenset({item.task.owner}))
        with database.unit_of_work(owner, now) as session:
            done = record_answer(
                session, actor=owner, now=now, task_id=item.task.id, base_version=0, submit=True,
                answer=Answer("Allt fungerar som avsett.", "gron", (), ""),
            )  # fmt: skip
        assert not done.faults
    return len(opened)


def living() -> Iterator[Row]:
    """Tasks a second, bytes a task, memory, and how often the timetable can go round the country."""
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, __file__, name]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    lived = [Lived(**item) for item in json.loads(done.stdout)]
    tasks, seconds = sum(i.tasks for i in lived), sum(i.seconds for i in lived)
    each = seconds / len(lived)
    size = sum(i.bytes for i in lived)
    round_of = sum(i.tick_seconds for i in lived) / len(lived) * ORGANISATIONS
    of = f"{len(lived)} av {ORGANISATIONS} organisationer levda"
    yield Row("landets år: kontrolltillfällen i sekunden, öppnade, mejlade och besvarade", tasks / seconds, "i sekunden", told=f"{of}; {tasks // len(lived)} tillfällen och {lived[0].mails} mejl i varje")  # fmt: skip
    yield Row("landets år: en processor", each * ORGANISATIONS / 60, "minuter", told=f"{each:.1f} s för varje organisation")  # fmt: skip
    yield Row("landets år: databas för varje kontrolltillfälle", size / tasks / 1024, "kB", told=f"{size / len(lived) / 1e6:.1f} MB i varje, {size / len(lived) * ORGANISATIONS / 1e9:.1f} GB i landet")  # fmt: skip
    yield Row("landets år: minne", max(i.memory for i in lived) / 1e6, "MB", told="en process som tar en organisation i taget")  # fmt: skip
    yield Row("landets år: tidtabellen ett varv med inget att göra", round_of, "s", 60, "en process ska hinna alla varje minut")  # fmt: skip


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    print(json.dumps([asdict(live(folder / f"{n}.db")) for n in range(LIVED)]))

PARTS = (living,)
