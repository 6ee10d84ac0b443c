"""The event log: appended at commit, chained by hashes, never the source of state.

A row's hash covers its number, time, actor, kind, subject, the digest of its payload and the hash
before it. The payload lies apart with a salt, so that gallring can take it away and the chain still
holds: the gallring event says in its own payload, which is never taken, whose payloads went. A
removed tail shows only against a head that somebody kept: see `chain.verify`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, text
from sqlmodel import col

from icengine.domain.difference import Change
from icengine.domain.happening import about, cut_pair
from icengine.store.tables import (
    EventAboutRow,
    EventDisposedRow,
    EventPayloadRow,
    EventRow,
)

if TYPE_CHECKING:
    from sqlmodel import Session

LOCK = 4_711_001
"""Number of the advisory lock that orders writers of the chain on PostgreSQL."""
GENESIS = "0" * 64
MOST_CHANGES, LONGEST_CHANGE = 300, 500
"""Changes that an event names one by one, and the characters of each text in them."""


@dataclass(frozen=True)
class Event:
    """Something that happened."""

    kind: str
    """Swedish, as the log shows it: "plan antagen"."""
    subject: str
    """What it happened to: "plan:ks-2022"."""
    payload: dict[str, Any]
    """What is needed to understand it; JSON values."""
    disposes: tuple[int, ...] = ()
    """Numbers of the events whose payloads it takes away; of a gallring only."""


@dataclass(frozen=True)
class Head:
    """The end of the chain."""

    count: int
    """The last event's number."""
    hash: str
    """Its hash; GENESIS where there is none."""


def canonical(value: Any) -> str:
    """JSON in one spelling: sorted keys, no spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def event_hash(row: dict[str, Any]) -> str:
    """The hash of an event's row."""
    parts = [row[key] for key in ("seq", "actor", "kind", "subject", "digest", "previous")]
    whole = canonical([row["at"].isoformat(timespec="microseconds"), *parts])
    return hashlib.sha256(whole.encode()).hexdigest()


def payload_digest(salt: str, payload: str) -> str:
    """What an event's row says of its payload."""
    return hashlib.sha256((salt + payload).encode()).hexdigest()


def as_lines(changes: Iterable[Change]) -> list[list[str]]:
    """[what, before, after] of each change, as an event holds them."""
    return [[change.what, change.before, change.after] for change in changes]


def bounded(changes: Sequence[Sequence[str]]) -> list[list[str]]:
    """[what, before, after] of each change, no more and no longer than an event should hold."""
    kept = [
        [what, *cut_pair(before, after, LONGEST_CHANGE)]
        for what, before, after in changes[:MOST_CHANGES]
    ]
    left = len(changes) - MOST_CHANGES
    return [*kept, ["Ytterligare ändringar", "", str(left)]] if left > 0 else kept


def head(session: Session) -> Head:
    """The end of the chain as it is now."""
    newest = select(col(EventRow.seq), col(EventRow.hash)).order_by(col(EventRow.seq).desc())
    last = session.connection().execute(newest.limit(1)).first()
    return Head(last[0], last[1]) if last else Head(0, GENESIS)


def append_events(session: Session, events: Sequence[Event], *, actor: str, now: datetime) -> int:
    """Write the events at the head of the chain, and take the payloads away that gallring names:
    five statements whatever their number, and two more where there is gallring.

    Returns the last one's number.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
    last = head(session)
    seq, previous = last.count, last.hash
    rows, payloads, abouts, disposed = [], [], [], []
    for item in events:
        seq += 1
        salt, payload = secrets.token_hex(16), canonical(item.payload)
        row = {
            "seq": seq,
            "at": now,
            "actor": actor,
            "kind": item.kind,
            "subject": item.subject,
            "digest": payload_digest(salt, payload),
            "previous": previous,
        }
        previous = row["hash"] = event_hash(row)
        rows.append(row)
        payloads.append({"seq": seq, "salt": salt, "payload": payload})
        found = about(item.subject, json.loads(payload))
        abouts += [{"seq": seq, **asdict(thing)} for thing in found]
        disposed += [{"seq": gone, "decision": seq} for gone in item.disposes]
    connection.execute(insert(EventRow), rows)
    connection.execute(insert(EventPayloadRow), payloads)
    connection.execute(insert(EventAboutRow), abouts)
    if disposed:
        connection.execute(insert(EventDisposedRow), disposed)
        mine = select(col(EventDisposedRow.seq)).where(
            col(EventDisposedRow.decision).in_({row["decision"] for row in disposed})
        )
        connection.execute(delete(EventPayloadRow).where(col(EventPayloadRow.seq).in_(mine)))
    return seq


def count_events(session: Session) -> int:
    """How many events there are."""
    return int(session.connection().scalar(select(func.count()).select_from(EventRow)) or 0)
