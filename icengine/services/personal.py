"""Use case: a person's register extract, for themselves or for whoever administers the whole."""

from __future__ import annotations

from datetime import datetime

from icengine.domain.access import Actor, Permit, Person, Subject, System, may
from icengine.domain.extract import Extract
from icengine.domain.extract_sections import extract_of
from icengine.domain.people import Organisation
from icengine.errors import NotFound
from icengine.services.people import known_organisation
from icengine.store import logins, personal
from icengine.store.db import Session

MADE = "registerutdrag gjort"
"""Kind of the event that says that an extract was made about somebody else."""


def extract(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    email: str = "",
    number: int | None = None,
) -> Extract:
    """Everything that is stored about somebody, by address or by number; both are looked up.

    One's own is one's own to read; made about somebody else it is an event. Raises NotFound where
    nothing is stored, and for whoever asks about somebody else without administering the whole.
    """
    organisation = known_organisation(session)
    email = email.strip().casefold()
    own = isinstance(actor, Person) and actor.id == number
    if not own:
        _require(actor, organisation)
    found = personal.traces(session, number=number, email=email)
    if not found.found:
        raise NotFound(f"Ingenting är lagrat om {email or f'person {number}'}.")
    if not own:
        subject = f"person:{found.number}" if found.number else "organisation"
        session.record(MADE, subject, email=found.email)
    return extract_of(organisation, found, now, content=own or isinstance(actor, System))


def number_of(session: Session, *, actor: Actor, email: str) -> int | None:
    """The number of somebody in the register; None where the address is nobody's.

    Raises NotFound for whoever does not administer the whole.
    """
    _require(actor, known_organisation(session))
    return logins.known_number(session, email.strip().casefold())


def _require(actor: Actor, organisation: Organisation) -> None:
    if not may(actor, Permit.ADMINISTER, Subject(organisation.root.id)):
        raise NotFound
