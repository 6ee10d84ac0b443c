"""Use case: the tasks that wait for somebody's own answer, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from icengine.domain.access import Actor, Person, Scope
from icengine.domain.task import State
from icengine.store import tasks
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
