"""Use cases of logging in: by an e-mailed link, by the kommun's own account, and the first time.

A session is kept on the server; the browser holds a secret of which only the hash is stored. What
somebody may do is worked out anew for every request, from the organisation as it is that day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from icengine.domain.access import Person, System, rights
from icengine.domain.address import address_fault
from icengine.domain.calendar import local_date
from icengine.domain.mandate import administrators
from icengine.domain.notice import LOGIN_LASTS, LoginNotice, NoticeKind
from icengine.domain.people import Grant, Organisation, Role, Unit, UnitKind
from icengine.errors import Closed, NotAllowed, NotFound, Refused
from icengine.store import links, logins, outbox, people
from icengine.store.db import Session

VISITOR = System("inloggningen", read_only=True)
"""Whoever is on the way in."""
FIRST_LASTS = timedelta(hours=24)
"""How long the link that names the first administrator may be used."""
MOST_MAILS, MAIL_WINDOW = 5, timedelta(hours=1)
"""Login mails that one address may ask for in that time."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly a session knows when it was last used."""
BY_LINK, BY_ACCOUNT, BY_CONSOLE = "länk", "konto", "konsol"
"""How somebody logged in."""


@dataclass(frozen=True)
class SessionRules:
    """How long sessions last."""

    idle: timedelta
    """Without being used."""
    whole: timedelta
    """However much they are used."""


@dataclass(frozen=True)
class Browser:
    """Where somebody comes from."""

    address: str
    agent: str
    """The browser, in a few words."""


@dataclass(frozen=True)
class Entered:
    """Somebody has logged in."""

    secret: str
    """What the browser keeps."""
    target: str
    """The page to show; "" for the start page."""


@dataclass(frozen=True)
class Visitor:
    """Somebody who is logged in, with what is theirs."""

    person: Person
    session: logins.WebSession
    organisation: Organisation
    to_approve: int = 0
    """How many answers wait for them to be read."""

    def stale(self, now: datetime) -> bool:
        """Is it time to note that the session was used?"""
        return now - self.session.seen_at >= SEEN_EVERY


def visitor(session: Session, *, secret: str, now: datetime, rules: SessionRules) -> Visitor | None:
    """Whose cookie this is; None where it is nobody's any more."""
    found, document = logins.find_session(session, secret, now, rules.idle) or (None, None)
    if found is None or document is None:
        return None
    organisation = people.organisation_of(document)
    person = person_of(organisation, found.person, found.email, local_date(now), found.brought)
    known = person.rights or person.functions
    return Visitor(person, found, organisation) if known else None


def person_of(
    organisation: Organisation,
    number: int,
    email: str,
    day: date,
    brought: Iterable[tuple[str, str]] = (),
) -> Person:
    """Somebody with what holds for them that day.

    Roles that their account brought count as long as the organisation still says what they mean.
    """
    meant = {(str(claim.role), claim.unit) for claim in organisation.claims}
    grants = [Grant(Role(role), unit, email) for role, unit in brought if (role, unit) in meant]
    return Person(
        number,
        email,
        rights(organisation, email, day, grants),
        frozenset(organisation.held(email, day)),
    )


def note_use(session: Session, *, visitor: Visitor, now: datetime) -> None:
    """The session was used now."""
    logins.touch_session(session, visitor.session.id, now)


# -- by an e-mailed link --


def ask_for_link(session: Session, *, email: str, target: str, now: datetime) -> None:
    """Owe somebody a link to log in with.

    Nothing happens, and nothing is said, where the address is nobody's here or has asked too often:
    whoever asks may not learn who has a role in the organisation.
    """
    organisation = people.organisation(session)
    email = email.strip().casefold()
    if organisation is None or not _somebody(organisation, email, local_date(now)):
        return
    if outbox.asked_since(session, NoticeKind.LOGIN, email, now - MAIL_WINDOW) >= MOST_MAILS:
        return
    number = logins.number_of(session, email, now)
    contact = organisation.function(organisation.contact)
    answering = contact.held_by(local_date(now)) if contact else ()
    notice = LoginNotice(
        email=email,
        person=number,
        target=target,
        asked_at=now,
        organisation=organisation.name,
        contact=organisation.contact,
        contact_email=answering[0] if answering else "",
        accent=organisation.accent,
    )
    outbox.put(session, [(None, notice)], now)
    session.record("inloggningslänk begärd", f"person:{number}")


def _somebody(organisation: Organisation, email: str, day: date) -> bool:
    """Has the address a role or a function that day?"""
    return bool(email) and bool(organisation.granted(email, day) or organisation.held(email, day))


def console_link(session: Session, *, email: str, base_url: str, now: datetime) -> str:
    """A login link for whoever runs the server to hand over; its address.

    Raises NotFound where the address has no role or function today.
    """
    organisation = people.organisation(session)
    email = email.strip().casefold()
    if organisation is None or not _somebody(organisation, email, local_date(now)):
        raise NotFound(
            f"{email} har ingen roll eller funktion i dag.",
            "Ge en roll med: icengine role give",
        )
    number = logins.number_of(session, email, now)
    (secret,) = logins.mint_links(session, [(number, "", now + LOGIN_LASTS)], now)
    session.record("inloggningslänk begärd", f"person:{number}", method=BY_CONSOLE)
    return f"{base_url.rstrip('/')}/logga-in/{secret}"


def open_link(session: Session, *, secret: str, now: datetime) -> logins.LoginLink:
    """The link, before it is used; nothing is used up by looking.

    Raises NotFound for an unknown one, Closed for one that is used or too old.
    """
    found = logins.find_link(session, secret)
    if found is None:
        raise NotFound("Länken finns inte.", "Kontrollera att hela adressen kom med.")
    if found.used:
        raise Closed("Länken är redan använd.", "Be om en ny på inloggningssidan.")
    if found.expires_at <= now:
        raise Closed("Länken har gått ut.", "Be om en ny på inloggningssidan.")
    return found


def enter_by_link(
    session: Session, *, secret: str, now: datetime, browser: Browser, rules: SessionRules
) -> Entered:
    """Use the link up and log its person in. Raises as `open_link` does."""
    link = open_link(session, secret=secret, now=now)
    if link.person is None:
        raise NotFound
    organisation = people.organisation(session)
    if organisation is None or not _somebody(organisation, link.email, local_date(now)):
        raise NotAllowed("Du har ingen roll i internkontrollen i dag.")
    if not logins.use_link(session, link.id, now):
        raise Closed("Länken är redan använd.", "Be om en ny på inloggningssidan.")
    return _enter(session, link.person, link.target, BY_LINK, (), now, browser, rules)


def _enter(
    session: Session,
    number: int,
    target: str,
    method: str,
    brought: Iterable[tuple[str, str]],
    now: datetime,
    browser: Browser,
    rules: SessionRules,
) -> Entered:
    pairs = tuple(brought)
    id, secret = logins.begin_session(
        session,
        number,
        method=method,
        address=browser.address,
        agent=browser.agent,
        brought=pairs,
        now=now,
        lasts=rules.whole,
    )
    session.record(
        "inloggad", f"person:{number}", session=id, method=method, roles=[list(p) for p in pairs]
    )
    return Entered(secret, target)


# -- by the kommun's own account --


def begin_at_provider(session: Session, *, attempt: logins.Attempt) -> str:
    """Keep what the provider was asked; the secret that the browser shows when it comes back."""
    secret = links.new_secret()
    logins.keep_attempt(session, secret, attempt)
    return secret


def back_from_provider(session: Session, *, secret: str, now: datetime) -> logins.Attempt | None:
    """What the provider was asked, once; None where it was too long ago, or never."""
    attempt = logins.take_attempt(session, secret) if secret else None
    return attempt if attempt and attempt.expires_at > now else None


def enter_by_account(
    session: Session,
    *,
    email: str,
    values: frozenset[str],
    target: str,
    now: datetime,
    browser: Browser,
    rules: SessionRules,
) -> Entered:
    """Log in whom the kommun's own provider has recognised.

    `values` are those of its roles claim; the organisation says what they mean. Raises NotAllowed
    where the address is foreign, or neither it nor the values bring a role or a function here.
    """
    organisation = people.organisation(session)
    email = email.strip().casefold()
    if organisation is None or address_fault(email, organisation.mail_domains):
        raise NotAllowed(
            "Kontots e-postadress hör inte till kommunen.", "Logga in med ditt arbetskonto."
        )
    brought = [(str(c.role), c.unit) for c in organisation.claims if c.value in values]
    if not brought and not _somebody(organisation, email, local_date(now)):
        raise NotAllowed(
            "Du har ingen roll i internkontrollen än.",
            "Be den som samordnar internkontrollen att ge dig en.",
        )
    number = logins.number_of(session, email, now)
    return _enter(session, number, target, BY_ACCOUNT, brought, now, browser, rules)


# -- the first administrator --


def first_link(session: Session, *, base_url: str, now: datetime) -> str | None:
    """The address of a new one-time link that names the first administrator; earlier ones end.

    None where there is an administrator already.
    """
    organisation = people.organisation(session)
    if organisation is not None and administrators(organisation, local_date(now)):
        return None
    logins.use_up_first_links(session, now)
    (secret,) = logins.mint_links(session, [(None, "", now + FIRST_LASTS)], now)
    session.record("förstagångslänk skapad", "organisation")
    return f"{base_url.rstrip('/')}/forsta-start/{secret}"


@dataclass(frozen=True)
class FirstStart:
    """What the first start asks for."""

    organisation: Organisation | None
    """What is known already."""


def open_first_link(session: Session, *, secret: str, now: datetime) -> FirstStart:
    """What remains to be said. Raises NotFound, or Closed where somebody has been here before."""
    link = open_link(session, secret=secret, now=now)
    organisation = people.organisation(session)
    if link.person is not None:
        raise NotFound
    if organisation is not None and administrators(organisation, local_date(now)):
        raise Closed("Det finns redan en administratör.", "Logga in på vanligt sätt.")
    return FirstStart(organisation)


def name_first(
    session: Session,
    *,
    secret: str,
    email: str,
    name: str,
    now: datetime,
    browser: Browser,
    rules: SessionRules,
) -> Entered:
    """Make somebody the first administrator, and log them in.

    `name` is the kommun's, where no organisation is read in yet. Raises Refused where the name or
    the address cannot be used.
    """
    session.alone()
    start = open_first_link(session, secret=secret, now=now)
    link = open_link(session, secret=secret, now=now)
    email = email.strip().casefold()
    organisation = start.organisation or _new_organisation(name, email)
    fault = address_fault(email, organisation.mail_domains)
    if fault:
        raise Refused(fault)
    grant = Grant(Role.ADMINISTRATOR, organisation.root.id, email, start=local_date(now))
    organisation = replace(organisation, grants=(*organisation.grants, grant))
    people.store_organisation(session, organisation, now)
    if not logins.use_link(session, link.id, now):
        raise Closed("Länken är redan använd.")
    number = logins.number_of(session, email, now)
    session.record(
        "roll given",
        f"enhet:{organisation.root.id}",
        person=number,
        changes=[[f"{grant.role} för {organisation.root.name}", "", email]],
    )
    return _enter(session, number, "", BY_CONSOLE, (), now, browser, rules)


def _new_organisation(name: str, email: str) -> Organisation:
    """A kommun of which nothing but its name and its mail domain is known."""
    name = " ".join(name.split())
    if not name:
        raise Refused("Skriv kommunens namn.")
    domain = email.rpartition("@")[2]
    root = Unit("kommun", name, UnitKind.MUNICIPALITY)
    return Organisation(name, (domain,), "", (root,), ())


# -- sessions --


def my_sessions(
    session: Session, *, visitor: Visitor, now: datetime, rules: SessionRules
) -> tuple[logins.WebSession, ...]:
    """The visitor's sessions that still hold, the last used first."""
    return logins.sessions_of(session, visitor.person.id, now, rules.idle)


def log_out(session: Session, *, visitor: Visitor, now: datetime) -> None:
    """End this session."""
    end_session(session, visitor=visitor, id=visitor.session.id, now=now)


def end_session(session: Session, *, visitor: Visitor, id: int, now: datetime) -> None:
    """End one of the visitor's sessions. Raises NotFound where it is not theirs, or has ended."""
    if not logins.end_sessions(session, visitor.person.id, now, only=id):
        raise NotFound
    session.record("utloggad", f"person:{visitor.person.id}", session=id)


def end_other_sessions(session: Session, *, visitor: Visitor, now: datetime) -> int:
    """End the visitor's other sessions; how many there were."""
    ended = logins.end_sessions(session, visitor.person.id, now, but=visitor.session.id)
    if ended:
        session.record("utloggad", f"person:{visitor.person.id}", others=ended)
    return ended
