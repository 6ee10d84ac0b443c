"""The organisation in versions, and who holds which function."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import delete, func, insert, or_, select, union
from sqlmodel import col

from icengine.domain.calendar import local_date
from icengine.domain.people import Organisation
from icengine.store import logins
from icengine.store.db import Session
from icengine.store.events import canonical
from icengine.store.plans import fingerprint
from icengine.store.tables import (
    ControlRow,
    HoldingRow,
    OrganisationRow,
    PersonRow,
    PlanRow,
    TaskRow,
)


@cache
def _adapter() -> TypeAdapter[Organisation]:
    return TypeAdapter(Organisation)


@lru_cache(maxsize=16)
def organisation_of(document: str) -> Organisation:
    """The organisation of a stored document; a value, so that it is read once for all who ask."""
    return _adapter().validate_json(document)


def organisation(session: Session, as_of: datetime | None = None) -> Organisation | None:
    """The newest organisation, at a moment where one is given; None where none was imported."""
    query = _newest()
    if as_of is not None:
        query = query.where(col(OrganisationRow.recorded_at) <= as_of)
    row = session.connection().execute(query).first()
    return organisation_of(row.document) if row else None


@cache
def _newest() -> Any:
    columns: Any = select(col(OrganisationRow.version), col(OrganisationRow.document))
    return columns.order_by(col(OrganisationRow.version).desc()).limit(1)


def newest(session: Session) -> tuple[Organisation, int] | None:
    """The newest organisation and its version's number; None where none was imported."""
    row = session.connection().execute(_newest()).first()
    return (organisation_of(row.document), row.version) if row else None


def numbered(session: Session, version: int) -> Organisation | None:
    """The organisation as that version has it; None where there is no such version."""
    query = select(OrganisationRow).where(col(OrganisationRow.version) == version)
    row = session.scalars(query).first()
    return organisation_of(row.document) if row else None


def store_organisation(session: Session, value: Organisation, now: datetime) -> int | None:
    """Store a new version; its number, or None where nothing has changed.

    The rows of who holds what are written with the substitutes' times cut out of the others', so
    that a question about a day needs to know nothing of substitutes. Whoever has a function or a
    role, now or to come, gets a number: pages and the log name people by it.
    """
    last = newest(session)
    if last and last[0] == value:
        return None
    number = last[1] + 1 if last else 1
    document = canonical(_adapter().dump_python(value, mode="json"))
    sha256 = fingerprint(document)
    row = OrganisationRow(version=number, recorded_at=now, document=document, sha256=sha256)
    session.add(row)
    session.flush()
    session.execute(delete(HoldingRow))
    rows = [
        {"function": function.name, "email": held.email, "start": held.start, "end": held.end}
        for function in value.functions
        for held in function.effective()
    ]
    if rows:  # through the connection: the session would send one for each run of like missing days
        session.connection().execute(insert(HoldingRow), rows)
    logins.register(session, value.addresses(local_date(now)), now)
    return number


def holders(session: Session, functions: Iterable[str], day: date) -> dict[str, tuple[str, ...]]:
    """E-mail addresses of those who hold each function that day, in one statement."""
    query = (
        select(col(HoldingRow.function), col(HoldingRow.email))
        .where(
            col(HoldingRow.function).in_(set(functions)),
            or_(col(HoldingRow.start).is_(None), col(HoldingRow.start) <= day),
            or_(col(HoldingRow.end).is_(None), col(HoldingRow.end) >= day),
        )
        .order_by(col(HoldingRow.email))
    )
    found: dict[str, tuple[str, ...]] = {}
    for function, email in session.execute(query):
        found[function] = (*found.get(function, ()), email)
    return found


def addresses(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """The address of each person, by their number, where they have one."""
    if not numbers:
        return {}
    query = select(col(PersonRow.id), col(PersonRow.email)).where(col(PersonRow.id).in_(numbers))
    return {id: email for id, email in session.execute(query) if id and email}


def in_use(session: Session) -> tuple[set[str], dict[str, int]]:
    """Units that have plans or answer tasks, and functions that own tasks which are not closed (with
    how many)."""
    own, answering = select(col(PlanRow.unit)), select(col(TaskRow.unit))
    units = set(session.scalars(own.union(answering)))
    waiting = ("planerad", "öppen", "påbörjad", "återsänd")
    query = (
        select(col(TaskRow.owner), func.count())
        .where(col(TaskRow.state).in_(waiting), col(TaskRow.owner) != "")
        .group_by(col(TaskRow.owner))
    )
    return units, dict(session.execute(query).all())


def concerned_functions(session: Session) -> set[str]:
    """Functions that answer, or approve, by some version of some plan: their holders read it.

    Who holds a function of that name comes to those answers, so no other may be made by it.
    """
    query = union(
        select(col(ControlRow.owner)), select(col(ControlRow.approver)), select(col(TaskRow.owner))
    )
    return {name for name in session.scalars(query) if name}
