"""Everything that is stored about one person, in a fixed number of statements."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, or_, select
from sqlmodel import col

from icengine.domain.address import addresses_in, addresses_within
from icengine.domain.traces import (
    EventTrace,
    LinkTrace,
    LoginLinkTrace,
    LoginTrace,
    MailTrace,
    Mention,
    NoteTrace,
    StateTrace,
    Traces,
)
from icengine.store.db import Session
from icengine.store.mail_tables import LinkRow, LinkTaskRow, OutboxRow
from icengine.store.personal_tasks import around_tasks
from icengine.store.protected import protected_controls
from icengine.store.tables import (
    ActionRow,
    ActionStateRow,
    AnswerRow,
    EventPayloadRow,
    EventRow,
    LoginLinkRow,
    NoteRow,
    OrganisationRow,
    PersonRow,
    PlanVersionRow,
    RegisterRow,
    TaskRow,
    TaskStateRow,
    WebSessionRow,
)

NOBODY = -1
"""The number of nobody, to ask for where there is none."""


def traces(session: Session, *, number: int | None, email: str) -> Traces:
    """What is stored about somebody with a number, an address, or both."""
    person = _person(session, number, email)
    number, email = (person.id, person.email or "") if person else (number, email)
    links = tuple(_links(session, email))
    actors = {f"person:{number or NOBODY}", *(f"länk:{link.id}" for link in links)}
    return Traces(
        number=person.id if person else None,
        email=email,
        registered=person.created_at if person else None,
        logins=tuple(_logins(session, number or NOBODY)),
        login_links=tuple(_login_links(session, number or NOBODY)),
        links=links,
        mails=tuple(_mails(session, email)),
        done=tuple(_events(session, col(EventRow.actor).in_(actors))),
        about=tuple(_about(session, number or NOBODY, email)),
        states=tuple(_states(session, actors)),
        notes=tuple(_notes(session, actors)),
        mentions=tuple(_mentions(session, email)) if email else (),
        versions=tuple(_versions(session, email)) if email else (),
        protected=protected_controls(session, None),
    )


def _person(session: Session, number: int | None, email: str) -> PersonRow | None:
    which = col(PersonRow.id) == number if number else col(PersonRow.email) == email
    return session.scalars(select(PersonRow).where(which)).first()


def _logins(session: Session, number: int) -> Iterator[LoginTrace]:
    query = select(WebSessionRow).where(col(WebSessionRow.person) == number)
    for row in session.scalars(query.order_by(col(WebSessionRow.id))):
        yield LoginTrace(
            row.id or 0, row.created_at, row.seen_at, row.ended_at, row.expires_at, row.method,
            row.address, row.agent, tuple((role, unit) for role, unit in row.brought),
        )  # fmt: skip


def _login_links(session: Session, number: int) -> Iterator[LoginLinkTrace]:
    query = select(LoginLinkRow).where(col(LoginLinkRow.person) == number)
    for row in session.scalars(query.order_by(col(LoginLinkRow.id))):
        yield LoginLinkTrace(row.created_at, row.expires_at, row.used_at, row.target)


def _links(session: Session, email: str) -> Iterator[LinkTrace]:
    query = (
        select(LinkRow, TaskRow)
        .join(LinkTaskRow, col(LinkTaskRow.link) == col(LinkRow.id))
        .join(TaskRow, col(TaskRow.id) == col(LinkTaskRow.task))
        .where(col(LinkRow.email) == email, col(LinkRow.email) != "")
        .order_by(col(LinkRow.id), col(TaskRow.id))
    )
    for link, task in session.execute(query):
        yield LinkTrace(
            link.id, link.created_at, link.revoked_at, link.function, task.plan, task.control,
            task.label,
        )  # fmt: skip


def _mails(session: Session, email: str) -> Iterator[MailTrace]:
    query = (
        select(OutboxRow, TaskRow)
        .join(TaskRow, col(TaskRow.id) == col(OutboxRow.task), isouter=True)
        .where(col(OutboxRow.email) == email)
        .order_by(col(OutboxRow.id))
    )
    for row, task in session.execute(query):
        hidden = row.notice.get("protected", False)
        yield MailTrace(
            row.created_at, row.sent_at, row.kind, row.state,
            "" if hidden else row.notice.get("title", ""), task.plan if task else "",
            task.control if task else "", row.error,
        )  # fmt: skip


# -- events --


def _events(session: Session, which: Any) -> Iterator[EventTrace]:
    query = (
        select(EventRow, col(EventPayloadRow.payload))
        .join(EventPayloadRow, col(EventPayloadRow.seq) == col(EventRow.seq), isouter=True)
        .where(which)
        .order_by(col(EventRow.seq))
    )
    for row, payload in session.execute(query):
        said = None if payload is None else json.loads(payload)
        yield EventTrace(row.seq, row.at, row.kind, row.subject, said)


def _about(session: Session, number: int, email: str) -> Iterator[EventTrace]:
    subject = f"person:{number}"
    which: Any = col(EventRow.subject) == subject
    if email:
        which = or_(which, _says(col(EventPayloadRow.payload), email))
    for event in _events(session, which):
        if event.subject == subject or email in addresses_within(dict(event.payload or {})):
            yield event


# -- what they have done with tasks and reports --


def _states(session: Session, actors: Collection[str]) -> Iterator[StateTrace]:
    query = (
        select(TaskStateRow, TaskRow)
        .join(TaskRow, col(TaskRow.id) == col(TaskStateRow.task))
        .where(col(TaskStateRow.by).in_(actors))
        .order_by(col(TaskStateRow.id))
    )
    for row, task in session.execute(query):
        yield StateTrace(row.at, task.plan, task.control, task.label, row.state)


def _notes(session: Session, actors: Collection[str]) -> Iterator[NoteTrace]:
    query = select(NoteRow).where(col(NoteRow.by).in_(actors)).order_by(col(NoteRow.id))
    for row in session.scalars(query):
        yield NoteTrace(row.at, row.plan, row.subject)


# -- where their address is written --


def _says(column: Any, email: str) -> Any:
    """The text has the address in it, perhaps as part of another."""
    return func.lower(cast(column, Text)).contains(email, autoescape=True)


def _mentions(session: Session, email: str) -> Iterator[Mention]:
    yield from _in_answers(session, email)
    yield from _in_actions(session, email)
    yield from _in_states(session, email)
    yield from _in_notes(session, email)
    yield from _in_plans(session, email)
    yield from _in_mails(session, email)
    yield from around_tasks(session, email)


def _in_answers(session: Session, email: str) -> Iterator[Mention]:
    query = (
        select(AnswerRow, TaskRow)
        .join(TaskRow, col(TaskRow.id) == col(AnswerRow.task))
        .where(_says(col(AnswerRow.content), email))
        .order_by(col(AnswerRow.at))
    )
    for row, task in session.execute(query):
        if email in addresses_within(row.content):
            where = f"Svaret för {task.label}, version {row.version}"
            yield Mention(row.at, where, task.plan, task.control)


def _in_actions(session: Session, email: str) -> Iterator[Mention]:
    state = (
        col(ActionStateRow.text), col(ActionStateRow.responsible), col(ActionStateRow.cause),
        col(ActionStateRow.note),
    )  # fmt: skip
    query = (
        select(ActionStateRow, ActionRow)
        .join(ActionRow, col(ActionRow.id) == col(ActionStateRow.action))
        .where(or_(*(_says(column, email) for column in state)))
        .order_by(col(ActionStateRow.id))
    )
    for row, action in session.execute(query):
        if email in addresses_in(row.responsible):
            where = f"Åtgärd {action.number}, som ansvarig"
        elif email in addresses_in(row.text):
            where = f"Åtgärd {action.number}, i texten"
        elif email in addresses_in(row.cause):
            where = f"Åtgärd {action.number}, i grundorsaken"
        elif email in addresses_in(row.note):
            where = f"Åtgärd {action.number}, i en kommentar"
        else:
            continue
        yield Mention(row.at, where, action.plan, action.subject)


def _in_states(session: Session, email: str) -> Iterator[Mention]:
    query = (
        select(TaskStateRow, TaskRow)
        .join(TaskRow, col(TaskRow.id) == col(TaskStateRow.task))
        .where(_says(col(TaskStateRow.reason), email))
        .order_by(col(TaskStateRow.id))
    )
    for row, task in session.execute(query):
        if email in addresses_in(row.reason):
            yield Mention(row.at, f"Skälet till {row.state}, {task.label}", task.plan, task.control)


def _in_notes(session: Session, email: str) -> Iterator[Mention]:
    query = select(NoteRow).where(_says(col(NoteRow.text), email)).order_by(col(NoteRow.id))
    for row in session.scalars(query):
        if email in addresses_in(row.text):
            yield Mention(row.at, f"Kommentaren till {row.subject}", row.plan)


def _in_plans(session: Session, email: str) -> Iterator[Mention]:
    query = select(PlanVersionRow).where(_says(col(PlanVersionRow.document), email))
    for row in session.scalars(query.order_by(col(PlanVersionRow.adopted_at))):
        if email in addresses_within(json.loads(row.document)):
            yield Mention(row.adopted_at, f"Planens text, version {row.version}", row.plan)
    risks = select(RegisterRow).where(_says(col(RegisterRow.document), email))
    for risk in session.scalars(risks.order_by(col(RegisterRow.recorded_at))):
        if email in addresses_within(json.loads(risk.document)):
            yield Mention(risk.recorded_at, f"Risken {risk.id} i riskregistret, {risk.unit}")


def _in_mails(session: Session, email: str) -> Iterator[Mention]:
    query = (
        select(func.count(), func.max(col(OutboxRow.created_at)))
        .select_from(OutboxRow)
        .where(
            col(OutboxRow.email) != email,
            _says(col(OutboxRow.notice), json.dumps(email)),
        )
    )
    count, last = session.execute(query).one()
    if count:
        yield Mention(_moment(last), f"Mejl till andra, som kontakt: {count} stycken")


def _moment(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _versions(session: Session, email: str) -> Iterator[tuple[int, datetime]]:
    query = (
        select(col(OrganisationRow.version), col(OrganisationRow.recorded_at))
        .where(col(OrganisationRow.document).contains(json.dumps(email), autoescape=True))
        .order_by(col(OrganisationRow.version))
    )
    yield from ((version, at) for version, at in session.execute(query))
