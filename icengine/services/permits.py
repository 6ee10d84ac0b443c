"""The gate every use case passes: asks `domain/access.py`, which alone decides."""

from __future__ import annotations

from icengine.domain.access import Actor, Permit, may
from icengine.errors import NotAllowed


def require(actor: Actor, permit: Permit, task: int | None = None) -> None:
    """Raises NotAllowed where the actor may not do this."""
    if not may(actor, permit, task):
        raise NotAllowed
