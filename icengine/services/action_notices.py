"""Telling people about åtgärder: putting what is owed in the outbox, and who gets it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from icengine.domain.access import Permit, rights
from icengine.domain.action import Action, reached
from icengine.domain.calendar import local_date
from icengine.domain.notice import ActionNotice, NoticeKind
from icengine.domain.people import Organisation, Role
from icengine.services.notices import OWED
from icengine.store import outbox, people
from icengine.store.db import Session


def owe_action(
    session: Session,
    told: Sequence[tuple[Action, str]],
    kind: NoticeKind,
    now: datetime,
    *,
    function: str = "",
    stage: str = "",
) -> int:
    """Owe each address a mail about its åtgärd; how many there are.

    `function` is the one that the receivers have where it is not the åtgärd's ansvarig. Each is owed
    once for its kind and `stage`, however often it is asked for; three statements whatever the number.
    """
    organisation = people.organisation(session) if told else None
    if organisation is None:
        return 0
    owed = [
        action_notice(kind, action, email, organisation, local_date(now), function, stage)
        for action, email in told
    ]
    outbox.put(session, [(None, notice) for notice in owed], now)
    session.record(OWED, "utskick", mails=[notice.key for notice in owed])
    return len(owed)


def tell_responsible(
    session: Session,
    actions: Iterable[Action],
    kind: NoticeKind,
    now: datetime,
    *,
    but: str = "",
    stage: str = "",
) -> int:
    """Owe whoever is ansvarig for each of them a mail, except the address `but`, which knows
    already; how many there are."""
    found = list(actions)
    organisation = people.organisation(session) if found else None
    if organisation is None:
        return 0
    day = local_date(now)
    told = [
        (action, email)
        for action in found
        for email in reached(action.state.responsible, organisation, day)
        if email != but
    ]
    return owe_action(session, told, kind, now, stage=stage)


def tell_controllers(
    session: Session,
    action: Action,
    kind: NoticeKind,
    now: datetime,
    *,
    but: str = "",
    stage: str = "",
) -> int:
    """Owe the controllers of an åtgärd's unit a mail, except the address `but`; how many."""
    organisation = people.organisation(session)
    if organisation is None:
        return 0
    told = [
        (action, email)
        for email in controllers(organisation, action.unit, local_date(now))
        if email != but
    ]
    return owe_action(session, told, kind, now, function=organisation.contact, stage=stage)


def controllers(organisation: Organisation, unit: str, day: date) -> tuple[str, ...]:
    """Addresses of a unit's controllers that day; where it has none, of whoever has the contact
    function."""
    asked: set[str] = set()
    for grant in organisation.grants:
        if grant.role is Role.CONTROLLER and grant.covers(day):
            function = organisation.function(grant.function) if grant.function else None
            asked |= (
                {grant.email} if grant.email else set(function.held_by(day) if function else ())
            )
    found = sorted(
        email for email in asked if (Permit.CONTROL, unit) in rights(organisation, email, day)
    )
    contact = organisation.function(organisation.contact)
    return tuple(found) or (contact.held_by(day) if contact else ())


def unreached(
    responsibles: Collection[str], organisation: Organisation, day: date
) -> frozenset[str]:
    """Those of them that nobody is mailed for."""
    return frozenset(name for name in responsibles if not reached(name, organisation, day))


def action_notice(
    kind: NoticeKind,
    action: Action,
    email: str,
    organisation: Organisation,
    today: date,
    function: str,
    stage: str,
) -> ActionNotice:
    """A mail's facts, as they stand today. `function` is the receiver's, where they are not ansvarig."""
    unit = organisation.unit(action.unit)
    contact = organisation.function(organisation.contact)
    answering = contact.held_by(today) if contact else ()
    return ActionNotice(
        kind=kind,
        email=email,
        function=function or action.state.responsible,
        action=action.id,
        action_key=action.key,
        organisation=organisation.name,
        unit=unit.name if unit else action.unit,
        year=action.year,
        text=action.state.text,
        about=action.about,
        responsible=action.state.responsible,
        due=action.state.due,
        contact=organisation.contact,
        contact_email=answering[0] if answering else "",
        accent=organisation.accent,
        protected=action.protected,
        words=organisation.vocabulary,
        stage=stage,
    )
