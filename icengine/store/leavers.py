"""People who have left, and how their addresses are disposed of: the rule "personer".

What somebody wrote in answers, åtgärder and comments is never touched; neither is what was adopted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, union, update
from sqlmodel import col

from icengine.domain.address import addresses_in, addresses_within
from icengine.domain.calendar import end_of_day, local_date
from icengine.domain.disposal import KEPT_KINDS
from icengine.domain.pseudonym import last_days, stand_in, stood_in
from icengine.domain.task import State
from icengine.store import logins, outbox, people
from icengine.store.action_lists import still_open
from icengine.store.db import Session
from icengine.store.disposal import SAMPLE, Part, Sweep, blank_links, event_part
from icengine.store.mail_tables import (
    BadAddressRow,
    CalendarFeedRow,
    LetterRow,
    LinkActionRow,
    LinkRow,
    LinkTaskRow,
    OutboxRow,
)
from icengine.store.plans import fingerprint
from icengine.store.tables import (
    ActionRow,
    EventPayloadRow,
    EventRow,
    LoginLinkRow,
    OrganisationRow,
    PersonRow,
    TaskRow,
    WebSessionRow,
)


@dataclass(frozen=True)
class Leavers:
    """Those who left so long ago that their addresses may go."""

    since: Mapping[str, date]
    """Address -> the day they left, or last had anything here."""
    sweep: Sweep


def find(session: Session, cut: datetime, now: datetime, taken: Collection[int] = ()) -> Leavers:
    """Everybody who had left before a moment and has nothing under way.

    `taken` are events whose payloads go anyhow.
    """
    since = _left(session, now)
    old = {email: moment for email, moment in since.items() if moment < cut}
    for email in _busy(session, old, now) if old else ():
        old.pop(email, None)
    days = {email: local_date(old[email]) for email in sorted(old, key=lambda e: (old[e], e))}
    sample = tuple(f"{email}, ingenting här sedan {day}" for email, day in days.items())
    part = Part("person", "personer", len(days), sample[:SAMPLE])
    events = [e for e in _naming(session, days) if e[0] not in taken] if days else []
    sweep = Sweep((part, event_part(events)), events=tuple(seq for seq, _, _ in events))
    return Leavers(days, sweep)


def _left(session: Session, now: datetime) -> dict[str, datetime]:
    """Address -> when whoever has left last had anything here."""
    stored = people.newest(session)
    if stored is None:
        return {}
    today = local_date(now)
    present = stored[0].addresses(today)
    found = _last_listed(session)
    for email, moment in _last_seen(session):
        found[email] = max(found.get(email, moment), moment)
    for email, day in last_days(stored[0], today).items():
        found[email] = max(found.get(email, end_of_day(day)), end_of_day(day))
    return {e: at for e, at in found.items() if e not in present and stood_in(e) is None}


def _last_listed(session: Session) -> dict[str, datetime]:
    """Address -> when the organisation was recorded without it, of those that it no longer has."""
    query = (
        select(col(OrganisationRow.recorded_at), col(OrganisationRow.document))
        .order_by(col(OrganisationRow.version))
        .execution_options(yield_per=20)
    )
    found: dict[str, datetime] = {}
    there: frozenset[str] = frozenset()
    for recorded, document in session.execute(query):
        before, there = there, addresses_in(document)
        found |= dict.fromkeys(before - there, recorded)
    return {email: moment for email, moment in found.items() if email not in there}


def _last_seen(session: Session) -> Iterator[tuple[str, datetime]]:
    """(address, moment) of what is stored about people beside the organisation; of each the last."""
    person, link = col(PersonRow.email), col(LoginLinkRow.created_at)
    whose = col(PersonRow.id)
    queries: tuple[Any, ...] = (
        select(person, col(PersonRow.created_at)).where(person.is_not(None)),
        select(person, func.max(link)).join(LoginLinkRow, col(LoginLinkRow.person) == whose)
        .where(person.is_not(None)).group_by(person),
        select(person, func.max(col(WebSessionRow.seen_at)))
        .join(WebSessionRow, col(WebSessionRow.person) == whose)
        .where(person.is_not(None)).group_by(person),
        select(col(OutboxRow.email), func.max(col(OutboxRow.created_at)))
        .group_by(col(OutboxRow.email)),
        select(col(LinkRow.email), func.max(col(LinkRow.created_at)))
        .where(col(LinkRow.email) != "").group_by(col(LinkRow.email)),
    )  # fmt: skip
    for query in queries:
        yield from ((email, moment) for email, moment in session.execute(query))


def _busy(session: Session, emails: Iterable[str], now: datetime) -> set[str]:
    """Those of them with something under way: logged in, a mail that waits, a link to a task
    or an åtgärd that is not closed."""
    asked = list(emails)
    closed = [str(state) for state in State if state.closed]
    logged_in = (
        select(col(PersonRow.email))
        .join(WebSessionRow, col(WebSessionRow.person) == col(PersonRow.id))
        .where(col(WebSessionRow.ended_at).is_(None), col(WebSessionRow.expires_at) > now)
    )
    waiting = select(col(OutboxRow.email)).where(
        col(OutboxRow.state).in_((outbox.WAITING, outbox.SENDING))
    )
    linked = (
        select(col(LinkRow.email))
        .join(LinkTaskRow, col(LinkTaskRow.link) == col(LinkRow.id))
        .join(TaskRow, col(TaskRow.id) == col(LinkTaskRow.task))
        .where(col(LinkRow.revoked_at).is_(None), col(TaskRow.state).not_in(closed))
    )
    following = (
        select(col(LinkRow.email))
        .join(LinkActionRow, col(LinkActionRow.link) == col(LinkRow.id))
        .join(ActionRow, col(ActionRow.id) == col(LinkActionRow.action))
        .where(col(LinkRow.revoked_at).is_(None), still_open())
    )
    found = session.scalars(union(logged_in, waiting, linked, following))
    return {email for email in found if email} & set(asked)


def _naming(session: Session, emails: Collection[str]) -> Iterator[tuple[int, datetime, str]]:
    """Events whose payloads say one of the addresses, and may go."""
    query = (
        select(
            col(EventRow.seq), col(EventRow.at), col(EventRow.kind), col(EventPayloadRow.payload)
        )
        .join(EventPayloadRow, col(EventPayloadRow.seq) == col(EventRow.seq))
        .where(col(EventRow.kind).not_in(KEPT_KINDS), col(EventPayloadRow.payload).contains("@"))
        .order_by(col(EventRow.seq))
        .execution_options(yield_per=1000)
    )
    for seq, at, kind, payload in session.execute(query):
        if not addresses_within(json.loads(payload)).isdisjoint(emails):
            yield seq, at, kind


# -- disposing of them --


def forget(session: Session, emails: Collection[str], now: datetime) -> dict[str, int]:
    """Take these addresses away wherever they are kept; address -> number, which remains.

    What events say goes with their gallring event.
    """
    if not emails:
        return {}
    logins.register(session, emails, now)
    numbers = logins.numbers(session, emails)
    _rename(session, numbers, now)
    connection = session.connection()
    connection.execute(blank_links(col(LinkRow.email).in_(emails), now))
    for mail in (OutboxRow, LetterRow, BadAddressRow):
        connection.execute(delete(mail).where(col(mail.email).in_(emails)))
    for table in (WebSessionRow, LoginLinkRow, CalendarFeedRow):
        connection.execute(delete(table).where(col(table.person).in_(numbers.values())))
    connection.execute(
        update(PersonRow).where(col(PersonRow.id).in_(numbers.values())).values(email=None)
    )
    return numbers


def _rename(session: Session, numbers: Mapping[str, int], now: datetime) -> None:
    """Let another address stand in for each in every version of the organisation.

    Where the newest has one of them it becomes a version of its own first, so that a file that was
    exported before cannot bring the address back unseen.
    """
    instead = {email: stand_in(number, email) for email, number in numbers.items()}
    query = (
        select(col(OrganisationRow.version), col(OrganisationRow.document))
        .order_by(col(OrganisationRow.version))
        .execution_options(yield_per=20)
    )
    changed: list[dict[str, Any]] = []
    last = 0
    for version, document in session.execute(query):
        last, written = version, _renamed(document, instead)
        if written != document:
            changed.append({"row": version, "text": written, "sum": fingerprint(written)})
    if not changed:
        return
    if changed[-1]["row"] == last:
        people.store_organisation(session, people.organisation_of(changed[-1]["text"]), now)
    session.connection().execute(
        update(OrganisationRow)
        .where(col(OrganisationRow.version) == bindparam("row"))
        .values(document=bindparam("text"), sha256=bindparam("sum")),
        changed,
    )


_ADDRESS = re.compile(r'"([^"\\@]+@[^"\\@]+)"')
"""An address as a value in a document."""


def _renamed(document: str, instead: Mapping[str, str]) -> str:
    return _ADDRESS.sub(lambda found: f'"{instead.get(found[1], found[1])}"', document)
