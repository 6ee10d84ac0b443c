"""Use case: the tasks that wait for somebody's own answer, a page at a time, and what else waits for
them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Person, Scope
from icengine.domain.calendar import local_date
from icengine.domain.task import State
from icengine.services.event_controls import event_controls, registered_years
from icengine.store import action_lists, tasks
from icengine.store.action_lists import Counts
from icengine.store.db import Session
from icengine.store.tasks import ListedTask, Place

PER_PAGE = 100
WAITING = tuple(state for state in State if state.answerable and state is not State.PLANNED)


@dataclass(frozen=True)
class OwnTasks:
    """A page of them."""

    tasks: tuple[ListedTask, ...] = ()
    count: int = 0
    """How many wait in all."""
    after: Place | None = None
    """Where the next page begins; None where this is the last."""


def own_tasks(
    session: Session, *, actor: Actor, after: Place | None = None, limit: int = PER_PAGE
) -> OwnTasks:
    """Those due first on top; with `after` those that follow upon it. One statement, and one more
    where there is more than a page of them."""
    if not isinstance(actor, Person):
        return OwnTasks()
    theirs = Scope(functions=actor.functions, person=actor.id)
    found = tasks.listed(session, theirs, states=WAITING, after=after, limit=limit + 1, rated=False)
    shown, more = tuple(found[:limit]), len(found) > limit
    count = tasks.count(session, theirs, WAITING) if more or after else len(shown)
    return OwnTasks(shown, count, tasks.place_after(shown[-1].task) if more else None)


@dataclass(frozen=True)
class Beside:
    """What else waits for somebody."""

    actions: Counts
    """Their åtgärder."""
    events: bool
    """They have a control that waits for something to happen."""


def beside_them(session: Session, *, actor: Person, now: datetime) -> Beside:
    """What stands beside their own tasks. One statement, and those of the controls where some may be
    theirs."""
    today = local_date(now)
    counts, some = action_lists.own_counts(
        session,
        Scope(functions=actor.functions, person=actor.id),
        today,
        actor.functions,
        registered_years(today),
    )
    return Beside(counts, some and bool(event_controls(session, actor=actor, now=now)))
