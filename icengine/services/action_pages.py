"""What the pages about åtgärder show: the lists, one's own, and one åtgärd with its history.

In a list nobody reads what a protected control's åtgärd says: its own page shows it to those who may,
and the log has that they read it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from icengine.domain.access import Actor, Permit, Person, Scope, Subject, may, scope, somewhere
from icengine.domain.action import Action, ActionState
from icengine.domain.calendar import local_date
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.services.action_change import own
from icengine.services.action_notices import unreached
from icengine.services.people import known_organisation
from icengine.services.permits import require_somewhere
from icengine.services.reading import PROTECTED_READ
from icengine.services.trail import told
from icengine.store import action_lists, lifecycle, plans
from icengine.store.action_lists import Counts, Place, Wanted, Which
from icengine.store.db import Session

PER_PAGE, PER_ROUND = 50, 500
"""Åtgärder on a page; those that are read at a time where all are asked for."""


@dataclass(frozen=True)
class Asked:
    """What a list is asked for."""

    which: Which = Which.OPEN
    unit: str = ""
    """Only of this unit and those below it; "" for all."""
    responsible: str = ""
    """Only this ansvarig's; "" for all."""
    unreached: bool = False
    """Only those that nobody is mailed about."""
    after: Place | None = None


@dataclass(frozen=True)
class ListPage:
    """A page of a list."""

    actions: tuple[Action, ...]
    counts: Counts
    unreached: frozenset[str]
    """Everybody who is ansvarig for something open, and is not reached by mail."""
    unreached_count: int
    """How many open ones nobody is mailed about."""
    responsibles: tuple[str, ...]
    """Everybody who is ansvarig for something open."""
    units: tuple[tuple[str, str], ...]
    """(id, name) of the units that the reader may read at."""
    after: Place | None
    """Where the next page begins; None where this is the last."""
    may_add: bool
    organisation: Organisation
    today: date


def action_list(
    session: Session, *, actor: Actor, now: datetime, asked: Asked, limit: int = PER_PAGE
) -> ListPage:
    """The åtgärder that the actor may read, the late ones first; nine statements whatever their
    number. Raises NotAllowed for whoever reads nowhere."""
    require_somewhere(actor, Permit.READ)
    organisation, today = known_organisation(session), local_date(now)
    seen, wanted = scope(actor, Permit.READ), _wanted(asked, organisation, today)
    names = action_lists.responsibles(session, seen)
    missed = unreached(names, organisation, today)
    nobody = replace(wanted, which=Which.OPEN, responsible=missed)
    if asked.unreached:
        wanted = nobody
    found = action_lists.listed(session, seen, wanted, after=asked.after, limit=limit + 1)
    shown = found[:limit]
    return ListPage(
        actions=tuple(shown),
        counts=action_lists.counts(session, seen, replace(wanted, responsible=_chosen(asked))),
        unreached=missed,
        unreached_count=action_lists.counts(session, seen, nobody).open,
        responsibles=tuple(sorted(names, key=str.casefold)),
        units=tuple(
            (unit.id, unit.name)
            for unit in organisation.units
            if may(actor, Permit.READ, Subject(unit.id))
        ),
        after=action_lists.place(shown[-1]) if len(found) > limit else None,
        may_add=somewhere(actor, Permit.CONTROL),
        organisation=organisation,
        today=today,
    )


def _wanted(asked: Asked, organisation: Organisation, today: date) -> Wanted:
    units = None
    if asked.unit:
        units = frozenset(unit.id for unit in organisation.below(asked.unit, today))
    return Wanted(today, asked.which, units, responsible=_chosen(asked))


def every_action(
    session: Session, *, actor: Actor, now: datetime, asked: Asked
) -> Iterator[Action]:
    """Everything that is asked for and the actor may read, PER_ROUND at a time."""
    require_somewhere(actor, Permit.READ)
    organisation, today = known_organisation(session), local_date(now)
    seen, wanted = scope(actor, Permit.READ), _wanted(asked, organisation, today)
    after = asked.after
    while True:
        found = action_lists.listed(session, seen, wanted, after=after, limit=PER_ROUND)
        yield from found
        if len(found) < PER_ROUND:
            return
        after = action_lists.place(found[-1])


def _chosen(asked: Asked) -> frozenset[str] | None:
    return frozenset({asked.responsible}) if asked.responsible else None


@dataclass(frozen=True)
class OwnPage:
    """Somebody's own åtgärder."""

    actions: tuple[Action, ...]
    asked: tuple[Action, ...]
    """Those that it is asked about whether they had effect."""
    counts: Counts
    after: Place | None
    today: date


def own_actions(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    closed: bool = False,
    after: Place | None = None,
    limit: int = PER_PAGE,
) -> OwnPage:
    """What the actor is ansvarig for, by function or address, the late ones first."""
    today, seen = local_date(now), Scope(functions=actor.functions, person=actor.id)
    wanted = Wanted(today, Which.CLOSED if closed else Which.OPEN)
    found = action_lists.listed(session, seen, wanted, after=after, limit=limit + 1)
    shown = found[:limit]
    asked = [] if closed or after else action_lists.asked_for_effect(session, seen, today=today)
    return OwnPage(
        tuple(shown),
        tuple(asked),
        action_lists.counts(session, seen, wanted),
        action_lists.place(shown[-1]) if len(found) > limit else None,
        today,
    )


# -- one --


@dataclass(frozen=True)
class ActionPage:
    """One åtgärd with its history."""

    action: Action
    history: tuple[ActionState, ...]
    """The oldest first."""
    names: dict[tuple[str, date], str]
    """(as a version says who made it, the day) -> who that is."""
    hidden: bool
    """What it says is not the reader's to read."""
    answers: bool
    """The reader is its ansvarig."""
    controls: bool
    """The reader is its unit's controller."""
    reached: bool
    """Somebody is mailed about it."""
    organisation: Organisation
    today: date

    @property
    def shows_protected(self) -> bool:
        """Is its reading to be noted?"""
        return self.action.protected and not self.hidden


def action_page(session: Session, *, actor: Actor, now: datetime, action_id: int) -> ActionPage:
    """One åtgärd, where the actor may read it. See `actions.own` for what is raised."""
    action, subject = own(session, actor, Permit.READ, action_id, now)
    organisation, today = known_organisation(session), local_date(now)
    history = action_lists.history(session, action.id)
    done = {(state.by, local_date(state.at)) for state in history if ":" in state.by}
    missed = unreached([action.state.responsible], organisation, today)
    return ActionPage(
        action=action,
        history=history,
        names=told(session, organisation, today, done),
        hidden=action.protected and not may(actor, Permit.READ_PROTECTED, subject),
        answers=may(actor, Permit.ANSWER, subject),
        controls=may(actor, Permit.CONTROL, subject),
        reached=not missed,
        organisation=organisation,
        today=today,
    )


def note_action_read(session: Session, *, page: ActionPage, behalf: str) -> None:
    """Keep in the log that somebody read what a protected control's åtgärd says."""
    session.record(PROTECTED_READ, page.action.logged, behalf=behalf, version=page.action.version)


# -- a new one --


@dataclass(frozen=True)
class Target:
    """A plan that an åtgärd may be added to, with what it may be about."""

    plan: Plan
    unit: str
    """Name of its unit."""


def targets(session: Session, *, actor: Actor) -> tuple[Target, ...]:
    """The plans of the actor's own units that are not avslutade, the newest first.

    Raises NotAllowed for whoever is no controller.
    """
    require_somewhere(actor, Permit.CONTROL)
    organisation = known_organisation(session)
    open_ones = [
        item
        for item in lifecycle.listed(session, scope(actor, Permit.CONTROL))
        if item.closed_at is None
    ]
    wanted = [(item.key, item.decision.version) for item in open_ones]
    adopted = plans.versions_of(session, wanted)
    return tuple(
        Target(adopted[name].plan, _unit_name(organisation, adopted[name].plan.unit))
        for name in wanted
        if name in adopted
    )


def _unit_name(organisation: Organisation, id: str) -> str:
    unit = organisation.unit(id)
    return unit.name if unit else id


def hidden_controls(plan: Plan, actor: Actor) -> Collection[str]:
    """Ids of the plan's protected controls that the actor may not read."""
    if may(actor, Permit.READ_PROTECTED, Subject(plan.unit)):
        return ()
    return {control.id for _, control in plan.controls() if control.protected}
