"""Delivering what the outbox owes: take out, write, mint the links, send after the commit, record.

A letter is written and its link's hash is committed before anything is sent. If the program dies in
between, what it says is taken out again when its time has run out, and leaves with the same
Message-ID.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icengine.domain.access import Actor, Permit
from icengine.domain.happening import DELIVERED, MINTED
from icengine.domain.mailhours import AT_ONCE, in_hours
from icengine.mail.mailer import Delivered, Email, Outcome
from icengine.services.letters import Written, write_letters
from icengine.services.permits import WHOLE, require
from icengine.store import letters, outbox
from icengine.store.db import Session

BATCH = 50
"""People whose mails are written, and recorded, at a time."""
LOST_AFTER = timedelta(minutes=15)
"""A delivery that has not been recorded by then is taken to be lost."""
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""Growing pauses between attempts; the last one repeats until the mail is delivered or refused."""


@dataclass(frozen=True)
class Outgoing:
    """A letter on its way out."""

    written: Written
    email: Email


@dataclass(frozen=True)
class Delivery:
    """What became of a round of deliveries, in letters."""

    sent: int
    postponed: int
    refused: int


def take_mails(
    session: Session, *, actor: Actor, now: datetime, base_url: str, sender: str
) -> list[Outgoing]:
    """Letters to up to BATCH people, each with a link of its own: all that each of them is owed.

    Outside mail hours only what leaves at once.
    """
    require(actor, Permit.OPERATE, WHOLE)
    kinds = () if in_hours(now) else AT_ONCE
    owed = outbox.take(session, now=now, until=now + LOST_AFTER, limit=BATCH, kinds=kinds)
    if not owed:
        return []
    batch = write_letters(session, owed, now=now, base_url=base_url.rstrip("/"), sender=sender)
    outbox.settle(
        session,
        [
            outbox.Settled(item.id, state, now, None, why[item.id], item.letter)
            for state, why in ((outbox.WITHDRAWN, batch.dropped), (outbox.REFUSED, batch.stuck))
            for item in owed
            if item.id in why
        ],
    )
    session.record(
        MINTED,
        "utskick",
        mails=[item.notice.key for item in owed if item.id not in batch.dropped],
        withdrawn=[item.notice.key for item in owed if item.id in batch.dropped],
    )
    return [Outgoing(written, written.email) for written in batch.written]


def settle_mails(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    mails: Sequence[Outgoing],
    outcomes: Sequence[Outcome],
) -> Delivery:
    """Record what became of the letters: sent, to be tried again later, or refused for good."""
    require(actor, Permit.OPERATE, WHOLE)
    settled = [_settled(m.written, o, now) for m, o in zip(mails, outcomes, strict=True)]
    outbox.settle(session, [row for rows in settled for row in rows])
    gone = zip(mails, settled, strict=True)
    letters.forget(session, [m.written.letter for m, rows in gone if not rows[0].letter])
    states = [rows[0].state for rows in settled]
    said = {item.id: item.notice.key for m in mails for item in m.written.items}
    rows = [row for rows in settled for row in rows]
    session.record(
        DELIVERED,
        "utskick",
        sent=[said[row.id] for row in rows if row.sent_at],
        failed={said[row.id]: row.error for row in rows if row.error},
    )
    return Delivery(
        states.count(outbox.SENT), states.count(outbox.WAITING), states.count(outbox.REFUSED)
    )


def _settled(written: Written, outcome: Outcome, now: datetime) -> list[outbox.Settled]:
    """What became of all that a letter said. It is kept where the server has, or may have, taken it,
    and where it refused it: what surely did not leave is written anew the next time."""
    letter = written.letter
    if isinstance(outcome, Delivered):
        state, next_at, sent, error = outbox.SENT, now, now, ""
    elif outcome.permanent:
        state, next_at, sent, error = outbox.REFUSED, now, None, outcome.reason
    else:
        attempts = max(item.attempts for item in written.items)
        pause = PAUSES[min(attempts, len(PAUSES)) - 1]
        state, next_at, sent, error = outbox.WAITING, now + pause, None, outcome.reason
        letter = letter if outcome.uncertain else 0
    return [outbox.Settled(item.id, state, next_at, sent, error, letter) for item in written.items]


def mail_counts(session: Session, *, actor: Actor) -> dict[str, int]:
    """How many mails are in each state."""
    require(actor, Permit.OPERATE, WHOLE)
    return outbox.counts(session)
