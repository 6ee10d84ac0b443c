"""A database in which much lies that is over: what a question costs is to follow what is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from icengine.store.db import Database

PLANS, ACTED = 100, 1000
"""Years of units that are over: those that the tasks are spread over, and the åtgärder, of which a plan
has fewer."""


@dataclass(frozen=True)
class Words:
    """How a kind of database counts, and what it calls things."""

    numbers: str
    word: str
    """The number as a text."""
    day: str
    moment: str
    yes: str
    no: str


SQLITE = Words(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)",
    "CAST(i AS TEXT)", "'2015-03-31'", "'2015-03-31 08:00:00.000000'", "1", "0",
)  # fmt: skip
POSTGRESQL = Words(
    "WITH n(i) AS (SELECT generate_series(1, :count))",
    "i::text", "date '2015-03-31'", "timestamptz '2015-03-31 08:00:00+00'", "true", "false",
)  # fmt: skip
BEGINS = 1_000_000
"""The numbers of what is put in follow upon this."""


def fill(database: Database, count: int) -> None:
    """So many tasks, answers, åtgärder, mails, files and events of years that are over."""
    words = SQLITE if database.is_sqlite else POSTGRESQL
    with database._writer.begin() as connection:
        for statement in _statements(words):
            connection.execute(text(statement), {"count": count} if ":count" in statement else {})


def analyse(database: Database) -> None:
    """Let the database know how much lies where. PostgreSQL does so by itself, SQLite does not."""
    with database._writer.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    database.close()


def _statements(w: Words) -> list[str]:
    day, at, id = w.day, w.moment, f"{BEGINS} + i"
    plan, acted = (f"'p' || {w.word.replace('i', f'(1 + i % {n})', 1)}" for n in (PLANS, ACTED))
    plans = w.numbers.replace(":count", str(ACTED))

    def insert(table: str, **columns: Any) -> str:
        names = ", ".join(f'"{name}"' for name in columns)
        return (
            f"INSERT INTO {table} ({names}) {w.numbers} SELECT {', '.join(columns.values())} FROM n"
        )

    return [
        f"INSERT INTO plan (key, unit, year) {plans} "
        f"SELECT 'p' || {w.word}, 'gammal' || (i / 3), 1900 + i % 3 FROM n",
        insert(
            "task", id=id, plan=plan, version="1", control=f"'K' || {w.word}", unit="'gammal'",
            slot="'2015'", label="'2015'", start=day, end=day, opens=day, due=day,
            owner="'Ansvarig gammal'", state="'godkänd'", notified_at=at, own_owner=w.no, own_due=w.no,
        ),
        insert("task_state", task=id, at=at, state="'godkänd'", by="'Controllern'", reason="''"),
        insert(
            "answer", task=id, version="1", at=at, by="'Ansvarig gammal'",
            content="'{\"rating\": \"gron\"}'", submitted=w.yes, entered_by="''",
        ),
        insert("task_change", task=id, at=at, kind="'datum'", value="''", by="''", reason="''"),
        insert(
            "task_request", task=id, kind="'mer tid'", asked_at=at, by="''", reason="''",
            decided_at=at, granted=w.yes, decided_by="''", decision="''",
        ),
        insert(
            "evidence", task=id, name="'f'", media_type="'text/plain'", size="1", sha256="''",
            uploaded_at=at, by="''", scan="'ren'", removed_by="''",
        ),
        insert(
            "action", id=id, plan=acted, number=id, subject=f"'K' || {w.word}", task=id,
            direct="''", unit="'gammal'", status="'bekräftad'", responsible="'Ansvarig gammal'", due=day,
            effect="'ja'",
        ),
        insert(
            "action_state", action=id, at=at, text="''", responsible="'Ansvarig gammal'", due=day,
            status="'bekräftad'", by="''", cause="''", note="''", effect="'ja'",
        ),
        insert("letter", id=id, email="'x@kommun.example'", message_id=w.word, subject="''",
               body="''", written_at=at),
        insert(
            "outbox", id=id, key=f"'gammal' || {w.word}", kind="'att göra'",
            email=f"'x' || {w.word} || '@kommun.example'", task=id, notice="'{}'", state="'sänd'",
            attempts="1", created_at=at, next_at=at, sent_at=at, error="''", letter=id,
        ),
        insert("link", id=id, digest=w.word, email="'x@kommun.example'", function="''", created_at=at),
        insert("link_task", link=id, task=id, approve=w.no),
        insert(
            "event", seq=id, at=at, actor="'system:tidtabellen'", kind="'mejl skickade'",
            subject=f"'kontrolltillfälle:p/K' || {w.word}", digest="''", previous="''", hash=w.word,
        ),
        insert("event_payload", seq=id, salt="''", payload="'{}'"),
        insert("event_about", seq=id, unit="'gammal'", plan=plan, control=f"'K' || {w.word}"),
    ]  # fmt: skip
