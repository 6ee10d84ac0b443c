"""Use cases that change the organisation: units, functions and who holds them, roles, settings.

Each makes a new version of the whole, with one event that says what differs. See
`change_organisation` for what they raise.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypedDict

from icengine.domain import changes
from icengine.domain.access import Actor
from icengine.domain.labels import Word
from icengine.domain.people import (
    Admission,
    ClaimGrant,
    Function,
    Grant,
    Holding,
    Organisation,
    Unit,
    UnitKind,
)
from icengine.domain.reminders import Reminders
from icengine.domain.report_layout import Layout
from icengine.domain.report_model import ReportKind
from icengine.domain.scale import RiskScale
from icengine.services.people import Changed, change_organisation, known_organisation
from icengine.store.db import Session

GIVEN, ENDED = "roll given", "roll avslutad"
HOLDS, SUBSTITUTES, LEAVES = "funktion tilldelad", "ersättare utsedd", "innehav avslutat"


class _Named(TypedDict):
    """What the log says of a function."""

    subject: str
    units: tuple[str, ...]


def _named(session: Session, name: str, *units: str) -> _Named:
    """A function, spelled as it is in the organisation, and whose it is: its unit's, and `units`'."""
    found = known_organisation(session).function(name)
    spelled = found.name if found else " ".join(name.split())
    return {"subject": f"funktion:{spelled}", "units": (found.unit if found else "", *units)}


def add_unit(session: Session, *, actor: Actor, now: datetime, unit: Unit) -> Changed:
    """A new unit in the tree."""
    return change_organisation(
        session, actor=actor, now=now, change=lambda old: changes.add_unit(old, unit)
    )


def change_unit(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    id: str,
    name: str | None = None,
    kind: UnitKind | None = None,
    own_authority: bool | None = None,
    admits: Iterable[Admission] | None = None,
) -> Changed:
    """What a unit is called and is, and whom it lets in; None leaves it as it is."""
    return change_organisation(
        session,
        actor=actor,
        now=now,
        change=lambda old: changes.change_unit(
            old, id, name=name, kind=kind, own_authority=own_authority, admits=admits
        ),
    )


def move_unit(
    session: Session, *, actor: Actor, now: datetime, id: str, parent: str, start: date
) -> Changed:
    """The unit comes under another from a day on."""
    return change_organisation(
        session, actor=actor, now=now, change=lambda old: changes.move_unit(old, id, parent, start)
    )


def end_unit(session: Session, *, actor: Actor, now: datetime, id: str, end: date) -> Changed:
    """The unit's last day."""
    return change_organisation(
        session, actor=actor, now=now, change=lambda old: changes.end_unit(old, id, end)
    )


def merge_units(
    session: Session, *, actor: Actor, now: datetime, new: Unit, of: Iterable[str]
) -> Changed:
    """Units end and a new one takes over their work and history, and what lies below them."""
    return change_organisation(
        session, actor=actor, now=now, change=lambda old: changes.merge(old, new, of)
    )


def add_function(session: Session, *, actor: Actor, now: datetime, function: Function) -> Changed:
    """A new function."""
    return change_organisation(
        session,
        actor=actor,
        now=now,
        change=lambda old: changes.add_function(old, function),
        **_named(session, function.name, function.unit),
    )


def change_function(
    session: Session, *, actor: Actor, now: datetime, name: str, unit: str
) -> Changed:
    """The unit a function belongs to."""
    return change_organisation(
        session,
        actor=actor,
        now=now,
        change=lambda old: changes.change_function(old, name, unit),
        **_named(session, name, unit),
    )


def give_function(
    session: Session, *, actor: Actor, now: datetime, name: str, holding: Holding
) -> Changed:
    """Somebody holds a function, or stands in for those who do."""
    return change_organisation(
        session,
        actor=actor,
        now=now,
        change=lambda old: changes.give_function(old, name, holding),
        kind=SUBSTITUTES if holding.substitute else HOLDS,
        **_named(session, name),
    )


def appoint_substitute(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    name: str,
    email: str,
    start: date,
    end: date,
) -> Changed:
    """Somebody stands in for those who hold a function."""
    holding = Holding(email, start, end, substitute=True)
    return give_function(session, actor=actor, now=now, name=name, holding=holding)


def end_holding(
    session: Session, *, actor: Actor, now: datetime, name: str, email: str, end: date
) -> Changed:
    """Somebody's last day with a function, as its holder or substitute."""
    return change_organisation(
        session,
        actor=actor,
        now=now,
        change=lambda old: changes.end_holding(old, name, email, end),
        kind=LEAVES,
        **_named(session, name),
    )


def end_time(
    session: Session, *, actor: Actor, now: datetime, name: str, time: Holding, end: date
) -> Changed:
    """The last day of one time that somebody holds a function; `time` as it stands there."""
    return change_organisation(
        session,
        actor=actor,
        now=now,
        change=lambda old: changes.end_time(old, name, time, end),
        kind=LEAVES,
        **_named(session, name),
    )


def give_role(session: Session, *, actor: Actor, now: datetime, grant: Grant) -> Changed:
    """Somebody, or whoever holds a function, has a role at a unit and below it."""
    return change_organisation(
        session,
        actor=actor,
        now=now,
        change=lambda old: changes.give_role(old, grant),
        kind=GIVEN,
        subject=f"enhet:{grant.unit}",
    )


def end_role(session: Session, *, actor: Actor, now: datetime, grant: Grant, end: date) -> Changed:
    """The last day of a role; `grant` as it stands in the organisation."""
    return change_organisation(
        session,
        actor=actor,
        now=now,
        change=lambda old: changes.end_role(old, grant, end),
        kind=ENDED,
        subject=f"enhet:{grant.unit}",
    )


def change_settings(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    name: str | None = None,
    accent: str | None = None,
    contact: str | None = None,
    mail_domains: Iterable[str] | None = None,
    labels: Iterable[tuple[str, str]] | None = None,
    forms: Iterable[tuple[str, Word]] | None = None,
    claims: Iterable[ClaimGrant] | None = None,
    reminders: Reminders | None = None,
    second_reader: bool | None = None,
) -> Changed:
    """What holds for the whole organisation; None leaves it as it is."""

    def changed(old: Organisation) -> Organisation:
        new = changes.change_settings(
            old, name=name, accent=accent, contact=contact, mail_domains=mail_domains,
            labels=labels, forms=forms, reminders=reminders, second_reader=second_reader,
        )  # fmt: skip
        return new if claims is None else changes.change_claims(new, claims)

    return change_organisation(session, actor=actor, now=now, change=changed)


def change_claims(
    session: Session, *, actor: Actor, now: datetime, claims: Iterable[ClaimGrant]
) -> Changed:
    """What the values of a login's claim mean."""
    return change_organisation(
        session, actor=actor, now=now, change=lambda old: changes.change_claims(old, claims)
    )


def change_risk_scale(
    session: Session, *, actor: Actor, now: datetime, scale: RiskScale
) -> Changed:
    """How the organisation's risks are weighed: the steps, what they mean, the zone of each cell."""
    return change_organisation(
        session, actor=actor, now=now, change=lambda old: changes.change_risk_scale(old, scale)
    )


def change_layout(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    kind: ReportKind,
    layout: Layout,
    verdicts: Iterable[tuple[str, str]] | None = None,
) -> Changed:
    """How one kind of report is arranged, and kommunstyrelsen's words where they stand on its page."""

    def changed(old: Organisation) -> Organisation:
        new = changes.change_layout(old, kind, layout)
        return new if verdicts is None else changes.change_verdicts(new, verdicts)

    return change_organisation(session, actor=actor, now=now, change=changed)
