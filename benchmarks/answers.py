"""Handing in an answer, with its history and its event in the chain: alone against one row and its commit,
and by many at once."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from frame import RUNS, Row, seconds
from grounds import (
    OPERATOR,
    Kind,
    adopt,
    example,
    grown,
    kinds,
    place_for_rows,
    settle,
    write_row,
)  # fmt: skip
from municipality import at
from pages import USERS, load, post, serving
from sqlalchemy import text

from icengine.domain.access import Person
from icengine.domain.task import Answer
from icengine.services.scheduling import tick
from icengine.services.tasks import record_answer
from icengine.store.db import Database

NOW = at("2022-02-10", "09:00")
ALONE = 40
"""Answers one after another, in a round."""
AT_ONCE = 128
"""Answers by USERS users at once, in a round."""
FORM = {"bedomning": "gron", "resultat": "Allt fungerar som avsett.", "version": "0"}


def submitting() -> Iterator[Row]:
    """Each answer is another task's."""
    with kinds() as both:
        for kind in both:
            database, owner = _open(kind, (RUNS + 1) * (ALONE + AT_ONCE))
            with database.reading() as session:
                opened = session.connection().execute(text("SELECT id FROM task ORDER BY id"))
                waiting = iter(opened.scalars().all())
            place_for_rows(database)
            yield _alone(kind, database, owner, waiting)
            yield from _at_once(kind, database, owner, waiting)
            kind.drop(database)


def _open(kind: Kind, controls: int) -> tuple[Database, Person]:
    """So many tasks that wait for one person."""
    organisation, plan = example()
    whole = grown(plan, controls, "februari")
    function = next(f for f in organisation.functions if f.name == whole.risks[0].controls[0].owner)
    database = kind.empty()
    settle(database, organisation)
    adopt(database, whole)
    with database.unit_of_work(OPERATOR, NOW) as session:
        tick(session, actor=OPERATOR, now=NOW)
    email = function.holders[0].email
    return database, Person(1, email, functions=frozenset({function.name}))


def hand_in(database: Database, owner: Person, task: int) -> None:
    """One answer, in a unit of work of its own."""
    with database.unit_of_work(owner, NOW) as session:
        done = record_answer(
            session, actor=owner, now=NOW, task_id=task, base_version=0, submit=True,
            answer=Answer("Allt fungerar som avsett.", "gron", (), ""),
        )  # fmt: skip
    assert not done.faults


def _alone(kind: Kind, database: Database, owner: Person, waiting: Iterator[int]) -> Row:
    own, base = [], []
    for _ in range(RUNS + 1):
        tasks = [next(waiting) for _ in range(ALONE)]
        own.append(seconds(lambda tasks=tasks: [hand_in(database, owner, task) for task in tasks]))
        base.append(seconds(lambda: [write_row(database) for _ in range(ALONE)]))
    mine, theirs = (statistics.median(side[1:]) / ALONE * 1000 for side in (own, base))
    return Row(
        f"lämna in ett svar / skriva en rad, {kind.name}", mine / theirs, "gånger",
        told=f"{mine:.1f} ms mot {theirs:.1f} ms",
    )  # fmt: skip


def _at_once(
    kind: Kind, database: Database, owner: Person, waiting: Iterator[int]
) -> Iterator[Row]:
    url, email = database.url, owner.email
    with serving("sida", url, email) as pages, serving("rad", url, email) as rows:
        sent = [post(rows, "/", FORM)] * AT_ONCE
        found = []
        for _ in range(RUNS + 1):
            answers = [post(pages, f"/uppgifter/{next(waiting)}", FORM) for _ in range(AT_ONCE)]
            found.append((load(pages.port, answers), load(rows.port, sent)))
    own, base = (
        [statistics.median(r[side][part] for r in found[1:]) for part in (0, 1)] for side in (0, 1)
    )
    yield Row(
        f"svar av {USERS} samtidiga: p95 / formulär som skriver en rad, {kind.name}",
        own[1] / base[1], "gånger",
        told=f"{own[1] * 1000:.0f} ms mot {base[1] * 1000:.0f} ms; {own[0]:.0f} mot {base[0]:.0f} i sekunden",
    )  # fmt: skip


PARTS = (submitting,)
