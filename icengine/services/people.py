"""Use cases around the organisation as a whole: reading it, changing it, importing a file.

Every change, by whatever way it came, passes `change_organisation`: the reader of organisation
files judges the result, and what differs tells what the actor must be permitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Link, Permit, System
from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.difference import Change, difference
from icengine.domain.directory import KEPT, OrganisationFile
from icengine.domain.directory_document import reread
from icengine.domain.mandate import may_change, without_administrators
from icengine.domain.people import Organisation
from icengine.domain.pseudonym import stood_in
from icengine.domain.words import capital, listed, sentence
from icengine.errors import Conflict, NotAllowed, NotFound, Refused
from icengine.services.permits import WHOLE, require
from icengine.store import logins, people
from icengine.store.db import Session
from icengine.store.events import as_lines

NOTHING = Organisation(name="", mail_domains=(), contact="", units=(), functions=())
"""What there is before the first import."""


@dataclass(frozen=True)
class Changed:
    """What a change of the organisation did."""

    organisation: Organisation
    """As it is now."""
    version: int | None
    """The new version's number; None where nothing had changed."""
    changes: tuple[Change, ...] = ()
    """What differs."""


def change_organisation(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    change: Callable[[Organisation], Organisation],
    kind: str = "organisation ändrad",
    subject: str = "organisation",
    units: Iterable[str] = (),
) -> Changed:
    """Store what `change` makes of the newest organisation, as the next version, with one event.

    `units` are whose function it is about, where the subject is a function.
    Raises Refused where the result is no organisation or would have no administrator, and
    NotAllowed where the actor may not change all that differs.
    """
    session.alone()
    before, _ = _newest(session)
    done = _judge(actor, now, before, _sound(change(before)))
    return _store(session, now, done, kind, subject, units)


def check_unchanged(
    session: Session, *, actor: Actor, version: int, part: Callable[[Organisation], object]
) -> None:
    """Before a change that was thought out from an earlier version, in the same unit of work.

    Raises Conflict where what `part` takes out of the organisation has been changed since then.
    """
    session.alone()
    now, newest = current_version(session, actor=actor)
    if version == newest:
        return
    then = people.numbered(session, version)
    if then is None or part(then) != part(now):
        raise Conflict


def import_organisation(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    organisation: Organisation,
    base_version: int | None = None,
    says: frozenset[str] = frozenset(KEPT),
) -> Changed:
    """Store the organisation of a file as the next version; see OrganisationFile for the rest.

    Raises Refused where a unit that has a plan, or a function that a plan has answer or approve, is
    left out, and Conflict where the organisation has been changed since the file was exported.
    """
    session.alone()
    file = OrganisationFile(organisation, base_version, says)
    done = _judge_import(session, actor, now, file)
    return _store(session, now, done, "organisation inläst", "organisation")


def preview_import(
    session: Session, *, actor: Actor, now: datetime, file: OrganisationFile
) -> Changed:
    """What importing the file would do, with the same refusals; nothing is stored."""
    return _judge_import(session, actor, now, file)


def _judge_import(session: Session, actor: Actor, now: datetime, file: OrganisationFile) -> Changed:
    stored = people.newest(session)
    before = stored[0] if stored else None
    _check_left_out(session, file.organisation)
    if before is None:
        require(actor, Permit.ADMINISTER, WHOLE)
        after = _sound(file.organisation)
        return Changed(after, None, difference(NOTHING, after))
    done = _judge(actor, now, before, _sound(file.merged(before), _unsaid(file)))
    if stored and file.base_version and done.changes and file.base_version < stored[1]:
        raise Conflict(
            f"Filen utgår från version {file.base_version}, men databasen har version {stored[1]}.",
            "Exportera på nytt med icengine organisation export och gör ändringarna i den filen.",
        )
    return done


def _judge(actor: Actor, now: datetime, before: Organisation, after: Organisation) -> Changed:
    """The change, where the actor may make it."""
    today = local_date(now)
    if not may_change(actor, before, after, today):
        raise NotAllowed
    if not isinstance(actor, System):
        day = without_administrators(before, after, today)
        if day is not None:
            raise Refused(
                f"Från {swedish_date(day)} skulle ingen vara administratör för hela organisationen.",
                "Ge först rollen till någon annan.",
            )
    return Changed(after, None, difference(before, after))


def _sound(organisation: Organisation, hint: str = "") -> Organisation:
    """The organisation as its reader takes it. Raises Refused in the reader's words."""
    found, problems = reread(organisation)
    if found is None:
        first, left = problems[0], len(problems) - 1
        more = f" Det finns {'ett' if left == 1 else left} problem till." if left else ""
        said = sentence(capital(first.message)) + more
        raise Refused(said, hint or sentence(capital(first.hint)))
    return found


def _unsaid(file: OrganisationFile) -> str:
    """What a problem may come from that the file itself has not; "" where it says all."""
    left_out = [key for key in KEPT if key not in file.says]
    if not left_out:
        return ""
    return (
        f"Filen säger inget om {listed(left_out)}; det som databasen har gäller och passar inte. "
        "Exportera organisationen och gör ändringarna i den filen."
    )


def _store(
    session: Session,
    now: datetime,
    done: Changed,
    kind: str,
    subject: str,
    units: Iterable[str] = (),
) -> Changed:
    version = people.store_organisation(session, done.organisation, now)
    if version is None:
        return Changed(done.organisation, None)
    whose = {"unit": ids} if (ids := sorted(set(units) - {""})) else {}
    session.record(kind, subject, version=version, changes=as_lines(done.changes), **whose)
    return Changed(done.organisation, version, done.changes)


def _check_left_out(session: Session, organisation: Organisation) -> None:
    """What is in use stays in the file, also when it has ended."""
    units, waiting = people.in_use(session)
    known = {function.name for function in organisation.functions}
    gone = sorted(units - {unit.id for unit in organisation.units})
    if gone:
        raise Refused(
            f"Enheten {gone[0]} har en plan men saknas i filen.",
            "Lägg tillbaka enheten, med till: om den har upphört; ingenting är ändrat.",
        )
    missing = sorted(name for name in waiting if name not in known)
    if missing:
        raise Refused(
            f"Funktionen {missing[0]} har {waiting[missing[0]]} kontrolltillfällen kvar "
            "men saknas i filen.",
            "Lägg tillbaka funktionen eller ändra planen först; ingenting är ändrat.",
        )
    named = sorted(people.concerned_functions(session) - known)
    if named:
        raise Refused(
            f"Funktionen {named[0]} står i en antagen plan men saknas i filen.",
            "Lägg tillbaka funktionen, också när ingen längre har den: den som har en funktion med "
            "det namnet får läsa svaren; ingenting är ändrat.",
        )


def current_organisation(
    session: Session, *, actor: Actor, as_of: datetime | None = None
) -> Organisation:
    """The organisation as it is, or was at a moment, for whoever has come in.

    Raises NotFound where none was imported, and for the holder of a link, who sees tasks only.
    """
    if isinstance(actor, Link):
        raise NotFound
    return known_organisation(session, as_of)


def current_version(session: Session, *, actor: Actor) -> tuple[Organisation, int]:
    """The newest organisation with its number, as an export says it. Raises as above."""
    if isinstance(actor, Link):
        raise NotFound
    return _newest(session)


def numbered_version(session: Session, *, actor: Actor, version: int) -> Organisation:
    """The organisation as a version had it. Raises NotFound where there is no such version."""
    if isinstance(actor, Link):
        raise NotFound
    found = people.numbered(session, version)
    if found is None:
        raise NotFound
    return found


def person_numbers(session: Session, *, actor: Actor, emails: Iterable[str]) -> dict[str, int]:
    """Address -> number, by which pages and the log name a person; those without one are left out.

    Also of those whose address is disposed of, and who have another that stands in for it.
    """
    if isinstance(actor, Link):
        return {}
    asked = set(emails)
    gone = {email: number for email in asked if (number := stood_in(email))}
    return gone | logins.numbers(session, asked - gone.keys())


def _newest(session: Session) -> tuple[Organisation, int]:
    found = people.newest(session)
    if found is None:
        raise _missing()
    return found


def known_organisation(session: Session, as_of: datetime | None = None) -> Organisation:
    """The same for use cases that have passed their own gate."""
    found = people.organisation(session, as_of)
    if found is None:
        raise _missing()
    return found


def _missing() -> NotFound:
    return NotFound(
        "Databasen saknar organisation.", "Läs in den med: icengine organisation import FIL"
    )
