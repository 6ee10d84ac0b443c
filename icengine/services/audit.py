"""Use cases: proving that the event log is whole and that the records say what it says, and mailing
its sum to those who keep it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from icengine.domain.access import Actor, Permit, log_scope, may_prove
from icengine.domain.calendar import STOCKHOLM, local_date
from icengine.domain.happening import DELIVERED, LOG, MAILS, MINTED
from icengine.domain.happening import WHOLE as ABOUT_LOG
from icengine.domain.notice import HeadNotice, is_head
from icengine.domain.people import Organisation
from icengine.errors import NotAllowed, NotFound
from icengine.services.permits import WHOLE, require
from icengine.store import outbox, people, records, trail
from icengine.store.chain import Verified, verify
from icengine.store.db import Session
from icengine.store.events import Head, head

PROVED, OWED = "händelseloggen prövad", "loggsumma lagd i utkorgen"
MOST_FAULTS = 100
"""Faults that the event of a proof names."""
FROM_HOUR = 6
"""The sum is mailed at the first tick after this hour, Swedish time."""


@dataclass(frozen=True)
class Proof:
    """That the log was proved."""

    seq: int
    """Number of the event that says so."""
    at: datetime
    sound: bool
    """Nothing was wrong."""


def log_head(session: Session, *, actor: Actor) -> Head:
    """The log's last event and its hash, as they are now."""
    require(actor, Permit.OPERATE, WHOLE)
    return head(session)


def verify_log(session: Session, *, actor: Actor, head: str = "") -> Verified:
    """Check the whole chain, that a head kept elsewhere is in it where one is given, and that plan
    versions and answers are as they were recorded.

    Raises NotFound for somebody who may see no events, and NotAllowed for other than those who read
    events or administer at the top.
    """
    _check_may_prove(session, actor)
    checked = verify(session, head.strip().lower())
    return replace(checked, faults=(*checked.faults, *records.differences(session)))


def _check_may_prove(session: Session, actor: Actor) -> None:
    organisation = people.organisation(session)
    if organisation is None:
        require(actor, Permit.OPERATE, WHOLE)
        return
    root = organisation.root.id
    if not log_scope(actor, root):
        raise NotFound
    if not may_prove(actor, root):
        raise NotAllowed


def last_proof(session: Session, *, actor: Actor) -> Proof | None:
    """When the log was proved last; None where it never was, or the actor may not see that."""
    organisation = people.organisation(session)
    if organisation is None or not log_scope(actor, organisation.root.id).holds(ABOUT_LOG):
        return None
    found = trail.newest(session, LOG, PROVED)
    return Proof(found[0], found[1], bool(found[2].get("sound"))) if found else None


def note_proof(session: Session, *, actor: Actor, checked: Verified, kept: str = "") -> None:
    """Keep in the log that it was proved, and what was found. `kept` is the head that was given."""
    _check_may_prove(session, actor)
    session.record(
        PROVED,
        LOG,
        head=checked.sum,
        sound=checked.sound,
        kept=kept.strip()[:100],
        found=checked.head_found,
        faults=list(checked.faults[:MOST_FAULTS]),
        more=max(len(checked.faults) - MOST_FAULTS, 0),
    )


# -- the sum, every day --


def owe_heads(session: Session, *, actor: Actor, now: datetime, addresses: Sequence[str]) -> int:
    """Owe each address the log's sum: once a day, and only where something has happened since the
    last one. How many mails are owed.

    The addresses are set by whoever runs the server, and may lie outside the organisation.
    """
    require(actor, Permit.OPERATE, WHOLE)
    if not addresses or now.astimezone(STOCKHOLM).hour < FROM_HOUR:
        return 0
    session.alone()
    last = trail.newest(session, LOG, OWED)
    if last and (local_date(last[1]) >= local_date(now) or not _happened(session, last[0])):
        return 0
    end, organisation = head(session), people.organisation(session)
    if organisation is None:
        return 0
    today = local_date(now)
    owed = [_notice(organisation, email, end, today) for email in addresses]
    outbox.put(session, [(None, notice) for notice in owed], now)
    session.record(OWED, LOG, head=f"{end.count}:{end.hash}", mails=[notice.key for notice in owed])
    return len(owed)


def _happened(session: Session, seq: int) -> bool:
    """Has anything happened since that event but the delivery of its own mails?"""
    if trail.count_since(session, seq, but=(MINTED, DELIVERED)):
        return True
    return any(
        not is_head(key)
        for payload in trail.payloads_since(session, seq, (MINTED, DELIVERED))
        for part in MAILS
        for key in payload.get(part, ())
    )


def _notice(organisation: Organisation, email: str, end: Head, today: date) -> HeadNotice:
    contact = organisation.function(organisation.contact)
    answering = contact.held_by(today) if contact else ()
    return HeadNotice(
        email=email,
        day=today,
        number=end.count,
        hash=end.hash,
        organisation=organisation.name,
        contact=organisation.contact,
        contact_email=answering[0] if answering else "",
        accent=organisation.accent,
    )
