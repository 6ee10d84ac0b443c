"""Use case: proving that the event log is whole."""

from __future__ import annotations

from icengine.domain.access import Actor, Permit
from icengine.services.permits import require
from icengine.store.db import Session
from icengine.store.events import Verified, verify


def verify_log(session: Session, *, actor: Actor, head: str = "") -> Verified:
    """Check the whole chain, and that a head kept elsewhere is in it where one is given."""
    require(actor, Permit.READ)
    return verify(session, head.strip().lower())
