"""Who may do what: the only place that decides.

Every service is handed an `Actor`, every query a `Scope`. Roles at units come later as data; what
is here stands from the start, so that they fit in without rebuilding.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Permit(StrEnum):
    """What an actor may want to do."""

    ADMINISTER = "administrera"
    """Organisation and plans."""
    ANSWER = "svara"
    """Save and hand in the answer to a task."""
    READ = "läsa"
    """Plans, tasks and reports."""


@dataclass(frozen=True)
class Person:
    """Somebody who is logged in."""

    email: str
    units: frozenset[str] = frozenset()
    """Units the person may read."""

    def __str__(self) -> str:
        return f"person:{self.email}"


@dataclass(frozen=True)
class Link:
    """The holder of an e-mailed link: may answer the tasks it names, and nothing else."""

    id: int
    """The link's number in the store, never its secret."""
    email: str
    tasks: frozenset[int]

    def __str__(self) -> str:
        return f"länk:{self.id}:{self.email}"


@dataclass(frozen=True)
class System:
    """The engine itself or whoever runs its commands on the server."""

    name: str
    """"tidtabellen", "kommandoraden", "lokal läsare"."""
    read_only: bool = False

    def __str__(self) -> str:
        return f"system:{self.name}"


Actor = Person | Link | System


@dataclass(frozen=True)
class Scope:
    """What a query may return. There is no default: whoever asks says for whom."""

    everything: bool = False
    units: frozenset[str] = frozenset()
    tasks: frozenset[int] = frozenset()


def may(actor: Actor, permit: Permit, task: int | None = None) -> bool:
    """May the actor do this, with that task where one is meant?"""
    if isinstance(actor, System):
        return permit is Permit.READ or not actor.read_only
    if isinstance(actor, Link):
        return permit in (Permit.ANSWER, Permit.READ) and task is not None and task in actor.tasks
    return permit is Permit.READ and task is None and bool(actor.units)


def scope(actor: Actor) -> Scope:
    """What the actor may see."""
    if isinstance(actor, System):
        return Scope(everything=True)
    if isinstance(actor, Link):
        return Scope(tasks=actor.tasks)
    return Scope(units=actor.units)
