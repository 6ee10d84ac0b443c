"""The gate every use case passes: asks `domain/access.py`, which alone decides."""

from __future__ import annotations

from icengine.domain.access import Actor, Permit, Subject, may, somewhere
from icengine.errors import NotAllowed


def require(actor: Actor, permit: Permit, subject: Subject) -> None:
    """Raises NotAllowed where the actor may not do this with that."""
    if not may(actor, permit, subject):
        raise NotAllowed


def require_somewhere(actor: Actor, permit: Permit) -> None:
    """Raises NotAllowed where the actor may do this with nothing at all."""
    if not somewhere(actor, permit):
        raise NotAllowed


WHOLE = Subject()
"""The engine as a whole: what only the engine itself does."""
