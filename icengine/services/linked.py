"""What a link from a mail leads to: the tasks of one person that one mail told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.access import Link, Permit, Scope, scope
from icengine.domain.action import Action, reached
from icengine.domain.calendar import local_date
from icengine.domain.people import Organisation
from icengine.domain.task import State
from icengine.services.people import known_organisation
from icengine.store import action_lists, people, tasks
from icengine.store.action_lists import Wanted, Which
from icengine.store.db import Session


@dataclass(frozen=True)
class Linked:
    """What the page of a link with several tasks shows."""

    organisation: Organisation
    waiting: tuple[tasks.ListedTask, ...]
    """Those that its holder still is to answer, those due first on top."""
    done: tuple[tasks.ListedTask, ...]
    """Those that are handed in, or closed."""
    reads: tuple[tasks.ListedTask, ...]
    """Those whose answers wait for its holder to read them."""
    actions: tuple[Action, ...]
    """Åtgärder that are its holder's."""


def linked(session: Session, *, actor: Link, now: datetime) -> Linked:
    """What a link is to that still is its holder's; as many statements however much."""
    found = tasks.listed(session, scope(actor, Permit.READ))
    owners = {item.task.owner for item in found} - {""}
    held = people.holders(session, owners, local_date(now)) if owners else {}
    theirs = [
        item
        for item in found
        if actor.email in held.get(item.task.owner, ())
        or (item.task.delegate and item.task.delegate == actor.person)
    ]
    waits = State.SUBMITTED
    reads = [i for i in found if i.task.id in actor.approves and i.task.state is waits]
    return Linked(
        known_organisation(session),
        tuple(item for item in theirs if item.task.state.answerable),
        tuple(item for item in theirs if not item.task.state.answerable),
        tuple(reads),
        tuple(_actions(session, actor, local_date(now))) if actor.actions else (),
    )


def _actions(session: Session, actor: Link, today: date) -> list[Action]:
    organisation = known_organisation(session)
    scope = Scope(actions=actor.actions)
    found = [
        action
        for which in (Which.OPEN, Which.EFFECT)
        for action in action_lists.listed(session, scope, Wanted(today, which))
    ]
    return [a for a in found if actor.email in reached(a.state.responsible, organisation, today)]
