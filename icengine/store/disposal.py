"""What each gallring rule finds, and how it is removed.

A rule's dry run and its execution read the same `Sweep`, so that what was shown is what goes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Delete,
    Update,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlmodel import col

from icengine.domain.calendar import local_date
from icengine.domain.disposal import DISPOSAL, DRAFT_KIND, Rule
from icengine.domain.task import State
from icengine.store import outbox
from icengine.store.db import Session
from icengine.store.mail_tables import LetterRow, LinkRow, LinkTaskRow, OutboxRow
from icengine.store.tables import (
    AnswerRow,
    EventPayloadRow,
    EventRow,
    LoginAttemptRow,
    LoginLinkRow,
    TaskRow,
    TaskStateRow,
    WebSessionRow,
)
from icengine.store.task_tables import EvidenceContentRow, EvidenceRow

SAMPLE = 5
"""Rows of each kind that a dry run shows."""


@dataclass(frozen=True)
class Part:
    """Rows of one kind."""

    one: str
    """What a row is called: "inloggning"."""
    several: str
    count: int
    sample: tuple[str, ...]
    """The oldest of them, a line each."""


@dataclass(frozen=True)
class Sweep:
    """What a rule finds."""

    parts: tuple[Part, ...]
    statements: tuple[Delete | Update, ...] = ()
    """What removes the rows, in order."""
    events: tuple[int, ...] = ()
    """Numbers of the events whose payloads go."""

    @property
    def count(self) -> int:
        """Rows in all."""
        return sum(part.count for part in self.parts)


def sweep(session: Session, rule: Rule, cut: datetime, now: datetime) -> Sweep:
    """What a rule finds that lies before a moment; nothing is changed."""
    if rule.kinds:
        return _events(session, rule.kinds, cut)
    return _FIND[rule.id](session, cut, now)


def remove(session: Session, found: Sweep) -> None:
    """Carry it out, but for the payloads, which go when their gallring event is written."""
    for statement in found.statements:
        session.connection().execute(statement)


def day(moment: datetime) -> str:
    """The day, as a sample says it."""
    return local_date(moment).isoformat()


# -- what events say --


def _events(session: Session, kinds: Sequence[str], cut: datetime) -> Sweep:
    query = (
        select(col(EventRow.seq), col(EventRow.at), col(EventRow.kind))
        .join(EventPayloadRow, col(EventPayloadRow.seq) == col(EventRow.seq))
        .where(col(EventRow.kind).in_(kinds), col(EventRow.at) < cut)
        .order_by(col(EventRow.seq))
    )
    rows = session.execute(query).all()
    part = event_part([(seq, at, kind) for seq, at, kind in rows])
    return Sweep((part,), events=tuple(seq for seq, _, _ in rows))


def event_part(rows: Sequence[tuple[int, datetime, str]]) -> Part:
    """Events whose payloads go, as a part of a sweep."""
    sample = tuple(f"Händelse {seq}, {day(at)}: {kind}" for seq, at, kind in rows[:SAMPLE])
    return Part("händelses innehåll", "händelsers innehåll", len(rows), sample)


# -- logins --


def _logins(session: Session, cut: datetime, _now: datetime) -> Sweep:
    over = or_(col(WebSessionRow.ended_at) < cut, col(WebSessionRow.expires_at) < cut)
    used = or_(col(LoginLinkRow.used_at) < cut, col(LoginLinkRow.expires_at) < cut)
    late = col(LoginAttemptRow.expires_at) < cut
    parts = (
        _part(session, WebSessionRow, over, col(WebSessionRow.id), ("inloggning", "inloggningar"),
              lambda r: f"Inloggning {r.id}, person {r.person}, {day(r.created_at)}"),
        _part(session, LoginLinkRow, used, col(LoginLinkRow.id),
              ("inloggningslänk", "inloggningslänkar"),
              lambda r: f"Inloggningslänk {r.id}, {day(r.created_at)}"),
        _part(session, LoginAttemptRow, late, col(LoginAttemptRow.expires_at),
              ("påbörjad inloggning", "påbörjade inloggningar"),
              lambda r: f"Påbörjad inloggning, {day(r.expires_at)}"),
    )  # fmt: skip
    return Sweep(
        parts,
        (
            delete(WebSessionRow).where(over),
            delete(LoginLinkRow).where(used),
            delete(LoginAttemptRow).where(late),
        ),
    )


# -- mails and links --


def _closed_before(task: Any, cut: datetime) -> ColumnElement[bool]:
    """The task is closed, and nothing has been done with it since."""
    states = [str(state) for state in State if state.closed]
    later = exists().where(col(TaskStateRow.task) == task.id, col(TaskStateRow.at) >= cut)
    return and_(col(task.state).in_(states), ~later)


def _mails(session: Session, cut: datetime, _now: datetime) -> Sweep:
    over = exists().where(col(TaskRow.id) == col(OutboxRow.task), _closed_before(TaskRow, cut))
    old = and_(
        col(OutboxRow.state).in_((outbox.SENT, outbox.REFUSED, outbox.WITHDRAWN)),
        col(OutboxRow.created_at) < cut,
        or_(col(OutboxRow.task).is_(None), over),
    )
    part = _part(
        session, OutboxRow, old, col(OutboxRow.id), ("mejl", "mejl"),
        lambda r: f"Mejl {r.id}, {r.kind}, {r.state}, {day(r.created_at)}",
    )  # fmt: skip
    # A letter goes with the last of the mails that left with it.
    left = exists().where(col(OutboxRow.letter) == col(LetterRow.id))
    unused = and_(col(LetterRow.written_at) < cut, ~left)
    return Sweep((part,), (delete(OutboxRow).where(old), delete(LetterRow).where(unused)))


def _links(session: Session, cut: datetime, now: datetime) -> Sweep:
    open_still = (
        select(LinkTaskRow)
        .join(TaskRow, col(TaskRow.id) == col(LinkTaskRow.task))
        .where(col(LinkTaskRow.link) == col(LinkRow.id), ~_closed_before(TaskRow, cut))
        .exists()
    )
    old = and_(col(LinkRow.email) != "", col(LinkRow.created_at) < cut, ~open_still)
    part = _part(
        session, LinkRow, old, col(LinkRow.id), ("adress på en länk", "adresser på länkar"),
        lambda r: f"Länk {r.id}, {r.function}, {day(r.created_at)}",
    )  # fmt: skip
    return Sweep((part,), (blank_links(old, now),))


def blank_links(which: ColumnElement[bool], now: datetime) -> Update:
    """Take the address from links, and end them."""
    ended = func.coalesce(col(LinkRow.revoked_at), now)
    return update(LinkRow).where(which).values(email="", revoked_at=ended)


# -- drafts --


def _drafts(session: Session, cut: datetime, _now: datetime) -> Sweep:
    draft = and_(~col(AnswerRow.submitted), col(AnswerRow.at) < cut, _closed_before(TaskRow, cut))
    query = (
        select(TaskRow, col(AnswerRow.version), col(AnswerRow.at))
        .join(AnswerRow, col(AnswerRow.task) == col(TaskRow.id))
        .where(draft)
        .order_by(col(AnswerRow.at), col(TaskRow.id))
    )
    rows = session.execute(query).all()
    names = {
        (f"{task.plan}/{task.control}/{task.unit}/{task.slot}", version): at
        for task, version, at in rows
    }
    sample = tuple(f"{key}, version {n}, {day(at)}" for (key, n), at in names.items())[:SAMPLE]
    gone = exists().where(col(TaskRow.id) == col(AnswerRow.task), draft)
    part = Part("utkast", "utkast", len(rows), sample)
    events = _draft_events(session, cut, names) if names else ()
    return Sweep((part,), (delete(AnswerRow).where(gone),), events)


# -- underlag --


def _evidence(session: Session, cut: datetime, now: datetime) -> Sweep:
    over = exists().where(col(TaskRow.id) == col(EvidenceRow.task), _closed_before(TaskRow, cut))
    named = col(EvidenceRow.name) != ""
    old = and_(col(EvidenceRow.uploaded_at) < cut, named, over)
    part = _part(
        session, EvidenceRow, old, col(EvidenceRow.id), ("underlag", "underlag"),
        lambda r: f"Underlag {r.id}, {r.size} byte, {day(r.uploaded_at)}",
    )  # fmt: skip
    gone = select(col(EvidenceRow.id)).where(old)
    removed_at = func.coalesce(col(EvidenceRow.removed_at), now)
    blank = {"name": "", "removed_at": removed_at, "removed_by": DISPOSAL}
    return Sweep(
        (part,),
        (
            delete(EvidenceContentRow).where(col(EvidenceContentRow.evidence).in_(gone)),
            update(EvidenceRow).where(old).values(**blank),
        ),
    )


def _draft_events(
    session: Session, cut: datetime, names: Iterable[tuple[str, int]]
) -> tuple[int, ...]:
    """The events that say that these drafts were saved: the audit asks for the drafts by them."""
    wanted = {(f"kontrolltillfälle:{key}", version) for key, version in names}
    query = (
        select(col(EventRow.seq), col(EventRow.subject), col(EventPayloadRow.payload))
        .join(EventPayloadRow, col(EventPayloadRow.seq) == col(EventRow.seq))
        .where(col(EventRow.kind) == DRAFT_KIND, col(EventRow.at) < cut)
        .execution_options(yield_per=1000)
    )
    return tuple(
        seq
        for seq, subject, payload in session.execute(query)
        if (subject, json.loads(payload)["version"]) in wanted
    )


def _part(
    session: Session,
    table: Any,
    which: ColumnElement[bool],
    order: Any,
    words: tuple[str, str],
    line: Callable[[Any], str],
) -> Part:
    """How many rows, and the first of them."""
    count = session.scalar(select(func.count()).select_from(table).where(which)) or 0
    first = session.scalars(select(table).where(which).order_by(order).limit(SAMPLE))
    return Part(*words, int(count), tuple(line(row) for row in first))


_FIND: dict[str, Callable[[Session, datetime, datetime], Sweep]] = {
    "inloggningar": _logins,
    "mejl": _mails,
    "lankar": _links,
    "utkast": _drafts,
    "underlag": _evidence,
}
