"""Delivering what the outbox owes: take out, mint the links, send after the commit, record.

A mail is taken out and its link's hash is committed before anything is sent. If the program dies in
between, the mail is taken out again when its time has run out; it then has the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icengine.domain.access import Actor, Permit
from icengine.domain.calendar import local_date
from icengine.mail.compose import compose
from icengine.mail.headers import Unsendable
from icengine.mail.mailer import Delivered, Email, Outcome
from icengine.services.permits import require
from icengine.store import links, outbox, tasks
from icengine.store.db import Session

BATCH = 50
"""Mails recorded at a time."""
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
    """A mail on its way out."""

    id: int
    attempts: int
    email: Email


@dataclass(frozen=True)
class Delivery:
    """What became of a round of deliveries."""

    sent: int
    postponed: int
    refused: int


def take_mails(
    session: Session, *, actor: Actor, now: datetime, base_url: str, sender: str
) -> list[Outgoing]:
    """Up to BATCH mails whose time has come, composed, each with a link of its own."""
    require(actor, Permit.ADMINISTER)
    owed = outbox.take(session, now=now, until=now + LOST_AFTER, limit=BATCH)
    if not owed:
        return []
    live = tasks.answerable(session, {item.task for item in owed})
    over = [item for item in owed if item.task not in live]
    owed = [item for item in owed if item.task in live]
    said = "Kontrolltillfället är avslutat."
    outbox.settle(session, [outbox.Settled(i.id, outbox.WITHDRAWN, now, None, said) for i in over])
    wanted = [(item.notice.email, item.notice.function, item.task) for item in owed]
    secrets = links.mint(session, wanted, now)
    session.record(
        "länkar skapade",
        "utskick",
        mails=[item.notice.key for item in owed],
        withdrawn=[item.notice.key for item in over],
    )
    today, going, stuck = local_date(now), [], []
    for item, secret in zip(owed, secrets, strict=True):
        link = f"{base_url.rstrip('/')}/svar/{secret}"
        try:
            email = compose(item.notice, link=link, today=today, sender=sender)
        except Unsendable as error:
            stuck.append(outbox.Settled(item.id, outbox.REFUSED, now, None, str(error)))
        else:
            going.append(Outgoing(item.id, item.attempts, email))
    outbox.settle(session, stuck)
    return going


def settle_mails(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    mails: Sequence[Outgoing],
    outcomes: Sequence[Outcome],
) -> Delivery:
    """Record what became of the mails: sent, to be tried again later, or refused for good."""
    require(actor, Permit.ADMINISTER)
    settled = [_settled(m, o, now) for m, o in zip(mails, outcomes, strict=True)]
    outbox.settle(session, settled)
    states = [item.state for item in settled]
    delivery = Delivery(
        states.count(outbox.SENT), states.count(outbox.WAITING), states.count(outbox.REFUSED)
    )
    session.record(
        "mejl levererade",
        "utskick",
        sent=[m.email.message_id for m, s in zip(mails, settled, strict=True) if s.sent_at],
        failed={m.email.to: s.error for m, s in zip(mails, settled, strict=True) if s.error},
    )
    return delivery


def _settled(mail: Outgoing, outcome: Outcome, now: datetime) -> outbox.Settled:
    if isinstance(outcome, Delivered):
        return outbox.Settled(mail.id, outbox.SENT, now, now, "")
    if outcome.permanent:
        return outbox.Settled(mail.id, outbox.REFUSED, now, None, outcome.reason)
    pause = PAUSES[min(mail.attempts, len(PAUSES)) - 1]
    return outbox.Settled(mail.id, outbox.WAITING, now + pause, None, outcome.reason)


def mail_counts(session: Session, *, actor: Actor) -> dict[str, int]:
    """How many mails are in each state."""
    require(actor, Permit.READ)
    return outbox.counts(session)
