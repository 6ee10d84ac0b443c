"""Is the event log as it was written? Every link of the chain, in one pass, and what is wrong with it.

What was changed, taken away, put in or moved is said with the numbers of the events. Whoever has the
database can also write the whole chain anew, or cut off its end: that shows only against a head that
was kept somewhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from icengine.domain.disposal import DISPOSAL, KEPT_KINDS
from icengine.domain.happening import About, about
from icengine.domain.words import many
from icengine.store.db import Session
from icengine.store.events import GENESIS, event_hash, payload_digest
from icengine.store.tables import EventAboutRow, EventPayloadRow, EventRow

MOST_LOST = 2000
"""Events whose hash does not hold, that are looked at one by one."""
MOST_TRIED = 200
"""Events that are tried in each other's places."""


@dataclass(frozen=True)
class Verified:
    """What a check of the chain found."""

    count: int
    """The last event's number."""
    head: str
    """Hash of the last event."""
    faults: tuple[str, ...]
    """Swedish sentences; () where the chain is whole."""
    head_found: bool | None = None
    """Is the head that was asked for in the chain? None where none was asked for."""

    @property
    def sum(self) -> str:
        """What to keep somewhere else, to be able to prove that nothing was removed: "412:5f3a…"."""
        return f"{self.count}:{self.head}"

    @property
    def sound(self) -> bool:
        """Nothing is wrong, and the head that was asked for is there."""
        return not self.faults and self.head_found is not False


@dataclass
class _Pass:
    """What has been seen on the way through the chain."""

    disposed: set[int]
    """Events whose payloads gallring has taken, as the gallring events say."""
    last: int = 0
    previous: str = GENESIS
    sound: bool = True
    """The last row's own hash held."""
    faults: list[str] = field(default_factory=list)
    lost: list[dict[str, Any]] = field(default_factory=list)
    """Rows whose own hash does not hold."""
    more_lost: int = 0

    def look(self, row: EventRow, payload: EventPayloadRow | None, things: set[About]) -> None:
        """The next event, and what it is looked up by."""
        values = row.model_dump()
        whole = event_hash(values) == row.hash
        if row.seq != self.last + 1:
            self.faults.append(_missing(self.last + 1, row.seq - 1))
        elif whole and self.sound and row.previous != self.previous:
            self.faults.append(_unlinked(self.last, row.seq))
        if not whole and len(self.lost) < MOST_LOST:
            self.lost.append(values)
        elif not whole:
            self.more_lost += 1
        self._look_inside(row, payload, things)
        self.last, self.previous, self.sound = row.seq, row.hash, whole

    def _look_inside(
        self, row: EventRow, payload: EventPayloadRow | None, things: set[About]
    ) -> None:
        if payload is None:
            if row.seq not in self.disposed or row.kind in KEPT_KINDS:
                self.faults.append(f"Innehållet i händelse {row.seq} saknas utan gallringsbeslut.")
        elif payload_digest(payload.salt, payload.payload) != row.digest:
            self.faults.append(f"Innehållet i händelse {row.seq} har ändrats.")
        elif things != set(about(row.subject, json.loads(payload.payload))):
            self.faults.append(
                f"Händelse {row.seq} är inte sorterad efter det den gäller, "
                "och visas därför inte överallt där den ska."
            )


def verify(session: Session, head: str = "") -> Verified:
    """Check every link of the chain, every payload that is there, and that each event is found by
    what it is about; three statements, whatever the number of events.

    `head` is a hash that was kept, or a number and a hash with a colon between them.
    """
    number, kept = read_head(head)
    query = (
        select(EventRow, EventPayloadRow)
        .join(EventPayloadRow, col(EventPayloadRow.seq) == col(EventRow.seq), isouter=True)
        .order_by(col(EventRow.seq))
        .execution_options(yield_per=1000)
    )
    seen = _Pass(_disposed(session))
    found = kept == GENESIS
    things = _Things(_stored_things(session))
    for row, payload in session.execute(query):
        seen.look(row, payload, things.of(row.seq))
        found = found or (row.hash == kept and number in (None, row.seq))
    things.finish()
    faults = (*_explained(seen), *seen.faults)
    return Verified(seen.last, seen.previous, faults, found if kept else None)


def _disposed(session: Session) -> set[int]:
    """Numbers of the events that every gallring names. What a gallring says is proved as all else."""
    query = (
        select(col(EventPayloadRow.payload))
        .join(EventRow, col(EventRow.seq) == col(EventPayloadRow.seq))
        .where(col(EventRow.kind) == DISPOSAL)
    )
    found: set[int] = set()
    for payload in session.connection().scalars(query):
        for first, last in json.loads(payload).get("events", ()):
            found.update(range(first, last + 1))
    return found


class _Things:
    """What the events are looked up by, read beside them in the same order."""

    def __init__(self, rows: Iterable[tuple[int, About]]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)

    def of(self, seq: int) -> set[About]:
        """An event's; numbers are asked for in rising order."""
        found = set()
        while self._next is not None and self._next[0] <= seq:
            if self._next[0] == seq:
                found.add(self._next[1])
            self._next = next(self._rows, None)
        return found

    def finish(self) -> None:
        """Read to the end, so that nothing is left open."""
        for _ in self._rows:
            pass


def _stored_things(session: Session) -> Iterator[tuple[int, About]]:
    query = select(EventAboutRow).order_by(col(EventAboutRow.seq)).execution_options(yield_per=1000)
    for row in session.scalars(query):
        yield row.seq, About(row.unit, row.plan, row.control)


def read_head(text: str) -> tuple[int | None, str]:
    """(number, hash) of a head that was kept; None where it says no number."""
    read = re.fullmatch(r"(\d{1,18}):(.*)", text)
    return (int(read[1]), read[2]) if read else (None, text)


def _missing(first: int, last: int) -> str:
    if first > last:
        return f"Händelse {last + 1} har ett nummer som inte kan stämma."
    return f"Händelse {first} saknas." if first == last else f"Händelserna {first}–{last} saknas."


def _unlinked(before: int, seq: int) -> str:
    if not before:
        return f"Före händelse {seq} fanns en annan händelse, som har tagits bort."
    return (
        f"Händelse {before} är inte den som händelse {seq} bygger på: "
        f"händelse {before} har ändrats, bytts ut eller lagts in i efterhand."
    )


# -- rows whose own hash does not hold --


def _explained(seen: _Pass) -> Iterator[str]:
    """What has happened to them: changed, exchanged, or given new numbers."""
    originals = _originals(seen.lost)
    left = {row["seq"] for row in seen.lost}
    for seq in sorted(left):
        other = originals.get(seq)
        if other is not None and other > seq and originals.get(other) == seq:
            left -= {seq, other}
            yield f"Händelserna {seq} och {other} har bytt plats."
    for first, last, shift in _runs(originals, left):
        left -= set(range(first, last + 1))
        yield from _moved(first, last, shift)
    for seq in sorted(left):
        yield f"Händelse {seq} har ändrats."
    if seen.more_lost:
        events = many(seen.more_lost, "händelse", "händelser")
        yield f"Efter händelse {seen.lost[-1]['seq']} stämmer inte heller {events}."


def _originals(lost: list[dict[str, Any]]) -> dict[int, int]:
    """The number that each row had when its hash was made, where that can be told."""
    seqs = [row["seq"] for row in lost]
    found: dict[int, int] = {}
    shift = -1
    for row in lost:
        near = (row["seq"] + step for step in (shift, -1, 1, -2, 2))
        others = seqs if len(seqs) <= MOST_TRIED else []
        for number in (*near, *others):
            if event_hash(row | {"seq": number}) == row["hash"]:
                found[row["seq"]] = number
                shift = number - row["seq"]
                break
    return found


def _runs(originals: dict[int, int], left: set[int]) -> list[tuple[int, int, int]]:
    """(first, last, shift) of rows in a row whose numbers were moved as far."""
    runs: list[tuple[int, int, int]] = []
    for seq in sorted(left & originals.keys()):
        shift = originals[seq] - seq
        if runs and runs[-1][1] == seq - 1 and runs[-1][2] == shift:
            runs[-1] = (runs[-1][0], seq, shift)
        else:
            runs.append((seq, seq, shift))
    return runs


def _moved(first: int, last: int, shift: int) -> Iterator[str]:
    """Rows that have other numbers than they were written with."""
    if shift < 0:
        where = _range(first + shift, first - 1)
        yield f"{where} har lagts in i efterhand, och de följande har fått nya nummer."
    else:
        where = _range(first, first + shift - 1)
        yield f"{where}, som den var, har tagits bort, och de följande har fått nya nummer."
    were = _range(first + shift, last + shift)
    yield f"{_range(first, last)} var från början {were[0].lower()}{were[1:]}."


def _range(first: int, last: int) -> str:
    return f"Händelse {first}" if first == last else f"Händelserna {first}–{last}"
