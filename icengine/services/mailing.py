"""Delivering what the outbox owes: take out, mint the links, send after the commit, record.

A mail is taken out and its link's hash is committed before anything is sent. If the program dies in
between, the mail is taken out again when its time has run out; it then has the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icengine.domain.access import Actor, Permit
from icengine.domain.calendar import local_date
from icengine.domain.happening import DELIVERED, MINTED
from icengine.domain.notice import (
    ASKING,
    WITHOUT_LINK,
    ActionNotice,
    AnyNotice,
    LoginNotice,
    Notice,
    NoticeKind,
)
from icengine.mail.compose import compose
from icengine.mail.headers import Unsendable
from icengine.mail.mailer import Delivered, Email, Outcome
from icengine.services.permits import WHOLE, require
from icengine.store import links, logins, outbox, tasks
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
    notice: str
    """The key of what it says; the log names the mail by it."""
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
    require(actor, Permit.OPERATE, WHOLE)
    owed = outbox.take(session, now=now, until=now + LOST_AFTER, limit=BATCH)
    if not owed:
        return []
    over = _overtaken(session, owed, now)
    outbox.settle(
        session,
        [outbox.Settled(id, outbox.WITHDRAWN, now, None, said) for id, said in over.items()],
    )
    going = [item for item in owed if item.id not in over]
    addresses = _mint(session, going, now)
    session.record(
        MINTED,
        "utskick",
        mails=[item.notice.key for item in going],
        withdrawn=[item.notice.key for item in owed if item.id in over],
    )
    return _composed(session, going, addresses, now, base_url.rstrip("/"), sender)


def _overtaken(session: Session, owed: Sequence[outbox.Owed], now: datetime) -> dict[int, str]:
    """Mails that nobody needs any more, with why."""
    live = tasks.answerable(session, {item.task for item in owed if item.task})
    over = {}
    for item in owed:
        if isinstance(item.notice, LoginNotice) and item.notice.expires_at <= now:
            over[item.id] = "Inloggningslänken hann gå ut."
        elif item.notice.kind in ASKING and item.task not in live:
            over[item.id] = "Kontrolltillfället är avslutat."
    return over


def _mint(session: Session, owed: Sequence[outbox.Owed], now: datetime) -> dict[int, str]:
    """The path of a new link for each mail that has one."""
    linked = [(item, wanted) for item in owed if (wanted := _wanted(item)) is not None]
    minted = iter(links.mint(session, [wanted for _, wanted in linked], now))
    asked = [
        (item.notice.person, item.notice.target, item.notice.expires_at)
        for item in owed
        if isinstance(item.notice, LoginNotice)
    ]
    logins_minted = iter(logins.mint_links(session, asked, now))
    found = {item.id: f"/svar/{secret}" for (item, _), secret in zip(linked, minted, strict=True)}
    for item in owed:
        if isinstance(item.notice, LoginNotice):
            found[item.id] = f"/logga-in/{next(logins_minted)}"
        elif item.notice.kind in WITHOUT_LINK:
            found[item.id] = _own_page(item.notice, item.task)
    return found


def _wanted(item: outbox.Owed) -> links.Wanted | None:
    """The link that a mail holds; None for one that holds none."""
    notice = item.notice
    if notice.kind in WITHOUT_LINK:
        return None
    if isinstance(notice, ActionNotice):
        return links.Wanted(notice.email, notice.function, actions=(notice.action,))
    if not isinstance(notice, Notice):
        return None
    if notice.kind is NoticeKind.TO_APPROVE:
        return links.Wanted(notice.email, notice.function, approves=(item.task,))
    return links.Wanted(notice.email, notice.function, (item.task,))


def _own_page(notice: AnyNotice, task: int) -> str:
    """The page that asks for a login."""
    if isinstance(notice, Notice) and notice.kind is NoticeKind.ASKED:
        return f"/fragor/{notice.stage}"
    return (
        f"/atgarder/{notice.action}" if isinstance(notice, ActionNotice) else f"/uppgifter/{task}"
    )


def _composed(
    session: Session,
    owed: Sequence[outbox.Owed],
    paths: Mapping[int, str],
    now: datetime,
    base_url: str,
    sender: str,
) -> list[Outgoing]:
    """The mails; those that cannot be written are settled as refused."""
    today, going, stuck = local_date(now), [], []
    for item in owed:
        try:
            link = base_url + paths[item.id] if item.id in paths else ""
            email = compose(item.notice, link=link, today=today, sender=sender)
        except Unsendable as error:
            stuck.append(outbox.Settled(item.id, outbox.REFUSED, now, None, str(error)))
        else:
            going.append(Outgoing(item.id, item.attempts, item.notice.key, email))
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
    require(actor, Permit.OPERATE, WHOLE)
    settled = [_settled(m, o, now) for m, o in zip(mails, outcomes, strict=True)]
    outbox.settle(session, settled)
    states = [item.state for item in settled]
    delivery = Delivery(
        states.count(outbox.SENT), states.count(outbox.WAITING), states.count(outbox.REFUSED)
    )
    session.record(
        DELIVERED,
        "utskick",
        sent=[m.notice for m, s in zip(mails, settled, strict=True) if s.sent_at],
        failed={m.notice: s.error for m, s in zip(mails, settled, strict=True) if s.error},
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
    require(actor, Permit.OPERATE, WHOLE)
    return outbox.counts(session)
