"""The event log: appended at commit, chained by hashes, never the source of state.

A row's hash covers its number, time, actor, kind, subject, the digest of its payload and the hash
before it. The payload lies apart with a salt, so that gallring can empty it and the chain still
holds. A removed tail shows only against a head that somebody kept: see `verify`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, text
from sqlmodel import col

from icengine.store.tables import EventPayloadRow, EventRow

if TYPE_CHECKING:
    from sqlmodel import Session

LOCK = 4_711_001
"""Number of the advisory lock that orders writers of the chain on PostgreSQL."""
GENESIS = "0" * 64
DISPOSAL = "gallring"
"""Kind of the event that permits a payload to be emptied; its subject is "händelse:<seq>"."""


@dataclass(frozen=True)
class Event:
    """Something that happened."""

    kind: str
    """Swedish, as the log shows it: "plan antagen"."""
    subject: str
    """What it happened to: "plan:ks-2022"."""
    payload: dict[str, Any]
    """What is needed to understand it; JSON values."""


@dataclass(frozen=True)
class Verified:
    """What a check of the chain found."""

    count: int
    head: str
    """Hash of the last event; keep it somewhere else to be able to prove that nothing was removed."""
    faults: tuple[str, ...]
    """Swedish sentences; () where the chain is whole."""
    head_found: bool | None = None
    """Is the head that was asked for in the chain? None where none was asked for."""


def canonical(value: Any) -> str:
    """JSON in one spelling: sorted keys, no spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(row: dict[str, Any]) -> str:
    parts = [row[key] for key in ("seq", "actor", "kind", "subject", "digest", "previous")]
    whole = canonical([row["at"].isoformat(timespec="microseconds"), *parts])
    return hashlib.sha256(whole.encode()).hexdigest()


def _digest(salt: str, payload: str) -> str:
    return hashlib.sha256((salt + payload).encode()).hexdigest()


def append_events(session: Session, events: Sequence[Event], *, actor: str, now: datetime) -> None:
    """Write the events at the head of the chain: four statements, whatever their number."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
    last = connection.execute(
        select(col(EventRow.seq), col(EventRow.hash)).order_by(col(EventRow.seq).desc()).limit(1)
    ).first()
    seq, previous = (last[0], last[1]) if last else (0, GENESIS)
    rows, payloads = [], []
    for item in events:
        seq += 1
        salt, payload = secrets.token_hex(16), canonical(item.payload)
        row = {
            "seq": seq,
            "at": now,
            "actor": actor,
            "kind": item.kind,
            "subject": item.subject,
            "digest": _digest(salt, payload),
            "previous": previous,
        }
        previous = row["hash"] = _hash(row)
        rows.append(row)
        payloads.append({"seq": seq, "salt": salt, "payload": payload})
    connection.execute(insert(EventRow), rows)
    connection.execute(insert(EventPayloadRow), payloads)


def verify(session: Session, head: str = "") -> Verified:
    """Check every link of the chain and every payload that is there, in one pass."""
    query = (
        select(EventRow, EventPayloadRow)
        .join(EventPayloadRow, col(EventPayloadRow.seq) == col(EventRow.seq), isouter=True)
        .order_by(col(EventRow.seq))
        .execution_options(yield_per=1000)
    )
    disposed = set(
        session.connection().scalars(
            select(col(EventRow.subject)).where(col(EventRow.kind) == DISPOSAL)
        )
    )
    faults: list[str] = []
    previous, count, found = GENESIS, 0, head == GENESIS
    for row, payload in session.execute(query):
        count += 1
        if row.seq != count:
            faults.append(f"Händelse {count} saknas.")
            count = row.seq
        values = row.model_dump()
        if row.previous != previous or _hash(values) != row.hash:
            faults.append(f"Händelse {row.seq} eller den före den har ändrats.")
        if payload is None:
            if f"händelse:{row.seq}" not in disposed:
                faults.append(f"Innehållet i händelse {row.seq} saknas utan gallringsbeslut.")
        elif _digest(payload.salt, payload.payload) != row.digest:
            faults.append(f"Innehållet i händelse {row.seq} har ändrats.")
        previous = row.hash
        found = found or row.hash == head
    return Verified(count, previous, tuple(faults), found if head else None)


def count_events(session: Session) -> int:
    """How many events there are."""
    return int(session.connection().scalar(select(func.count()).select_from(EventRow)) or 0)
