"""Use cases around the organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Permit
from icengine.domain.people import Organisation
from icengine.errors import NotFound, Refused
from icengine.services.permits import require
from icengine.store import people
from icengine.store.db import Session


@dataclass(frozen=True)
class Imported:
    """What an import of the organisation did."""

    organisation: Organisation
    version: int | None
    """The new version's number; None where nothing had changed."""


def import_organisation(
    session: Session, *, actor: Actor, now: datetime, organisation: Organisation
) -> Imported:
    """Store the organisation as its next version.

    Raises Refused where a unit that has a plan, or a function that has tasks waiting, is left out.
    """
    require(actor, Permit.ADMINISTER)
    session.alone()
    units, waiting = people.in_use(session)
    known = {function.name for function in organisation.functions}
    gone = sorted(units - {unit.id for unit in organisation.units})
    if gone:
        raise Refused(
            f"Enheten {gone[0]} har en plan men saknas i filen.",
            "Lägg tillbaka enheten; ingenting är ändrat.",
        )
    missing = sorted(name for name in waiting if name not in known)
    if missing:
        raise Refused(
            f"Funktionen {missing[0]} har {waiting[missing[0]]} kontrolltillfällen kvar "
            "men saknas i filen.",
            "Lägg tillbaka funktionen eller ändra planen först; ingenting är ändrat.",
        )
    version = people.store_organisation(session, organisation, now)
    if version is not None:
        session.record(
            "organisation inläst",
            "organisation",
            version=version,
            units=len(organisation.units),
            functions=len(organisation.functions),
        )
    return Imported(organisation, version)


def current_organisation(
    session: Session, *, actor: Actor, as_of: datetime | None = None
) -> Organisation:
    """The organisation as it is, or was at a moment. Raises NotFound where none was imported."""
    require(actor, Permit.READ)
    return known_organisation(session, as_of)


def known_organisation(session: Session, as_of: datetime | None = None) -> Organisation:
    """The same for use cases that have passed their own gate."""
    found = people.organisation(session, as_of)
    if found is None:
        raise NotFound(
            "Databasen saknar organisation.", "Läs in den med: icengine organisation import FIL"
        )
    return found
