"""Use cases: what was sent to whom, sending again, and marking an address as bad or right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Permit, Person, Scope, scope
from icengine.domain.asking import LONGEST_REASON, REASON
from icengine.domain.task import Fault
from icengine.domain.text import recorded
from icengine.errors import NotFound, Refused
from icengine.store import letter_lists, logins
from icengine.store.db import Session
from icengine.store.letter_lists import STATES, BadAddress, ListedLetter

MARKED, CLEARED, AGAIN = "adress märkt som dålig", "adress märkt som rätt", "mejl skickas igen"
PAGE = 50
"""Letters of a page."""


@dataclass(frozen=True)
class Sent:
    """A page of letters."""

    letters: tuple[ListedLetter, ...]
    bad: frozenset[str]
    """Addresses among them that are marked as bad."""
    waiting: int
    """Mails that have not been written yet."""
    after: int
    """Where the next page goes on; 0 where there is none."""


def sent(
    session: Session, *, actor: Actor, state: str = "", text: str = "", before: int = 0
) -> Sent:
    """Letters about what is of the controller's units, the newest first; four statements.

    Raises NotFound for somebody who is controller nowhere.
    """
    where = _where(actor)
    state = state if state in STATES else ""
    found = letter_lists.listed(
        session, where, state=state, text=text.strip()[:200], before=before, limit=PAGE + 1
    )
    shown = found[:PAGE]
    return Sent(
        tuple(shown),
        frozenset(letter_lists.bad(session, {letter.email for letter in shown})),
        letter_lists.waiting(session, where),
        shown[-1].id if len(found) > PAGE else 0,
    )


@dataclass(frozen=True)
class Opened:
    """One letter."""

    letter: ListedLetter
    bad: BadAddress | None


def letter(session: Session, *, actor: Actor, number: int) -> Opened:
    """One letter. Raises NotFound where it is about nothing of the controller's."""
    found = letter_lists.listed(session, _where(actor), ids=(number,))
    if not found:
        raise NotFound
    return Opened(found[0], letter_lists.bad(session, {found[0].email}).get(found[0].email))


def send_again(session: Session, *, actor: Actor, now: datetime, number: int) -> None:
    """Try once more, at the next moment in mail hours. Raises NotFound, and Refused where it was
    sent, or its address is marked as bad."""
    found = letter(session, actor=actor, number=number)
    if found.bad:
        raise Refused("Adressen är märkt som dålig.", "Märk den som rätt först.")
    if not letter_lists.try_again(session, number, now):
        raise Refused("Mejlet är redan skickat.")
    session.record(AGAIN, "utskick", letter=number)


def mark_address(
    session: Session, *, actor: Actor, now: datetime, number: int, reason: str
) -> tuple[Fault, ...]:
    """Mark a letter's address as bad: nothing is sent to it. The same again changes nothing."""
    found, reason = letter(session, actor=actor, number=number), recorded(reason)
    if found.bad:
        return ()
    if not reason or len(reason) > LONGEST_REASON:
        said = "Skriv varför" if not reason else f"Skriv högst {LONGEST_REASON} tecken"
        return (Fault(REASON, said),)
    email = found.letter.email
    letter_lists.mark_bad(session, email, reason=reason, by=str(actor), now=now)
    session.record(MARKED, f"person:{logins.number_of(session, email, now)}", reason=reason)
    return ()


def clear_address(session: Session, *, actor: Actor, now: datetime, number: int) -> None:
    """The address is right again: what waits for it is sent."""
    found = letter(session, actor=actor, number=number)
    if found.bad:
        email = found.letter.email
        letter_lists.clear_bad(session, email, now)
        session.record(CLEARED, f"person:{logins.number_of(session, email, now)}")


def _where(actor: Actor) -> Scope:
    found = scope(actor, Permit.CONTROL)
    if not (found.everything or found.units):
        raise NotFound
    return Scope(units=found.units) if isinstance(actor, Person) else found
