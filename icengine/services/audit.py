"""Use case: proving that the event log is whole, and that the records say what it says."""

from __future__ import annotations

from dataclasses import replace

from icengine.domain.access import Actor, Permit
from icengine.services.permits import WHOLE, require
from icengine.store import records
from icengine.store.chain import Verified, verify
from icengine.store.db import Session


def verify_log(session: Session, *, actor: Actor, head: str = "") -> Verified:
    """Check the whole chain, that a head kept elsewhere is in it where one is given, and that plan
    versions and answers are as they were recorded."""
    require(actor, Permit.OPERATE, WHOLE)
    checked = verify(session, head.strip().lower())
    return replace(checked, faults=(*checked.faults, *records.differences(session)))
