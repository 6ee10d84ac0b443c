"""An answer that is handed in anew: its åtgärder follow it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from icengine.domain.answer_actions import renewed
from icengine.domain.task import PlannedAction
from icengine.store import answer_actions
from icengine.store.db import Session

NOTE = "Ändrades när svaret lämnades in på nytt."


def renew_actions(
    session: Session, task: int, planned: Sequence[PlannedAction], *, by: str, now: datetime
) -> tuple[PlannedAction, ...]:
    """Change those that the answer says otherwise, write off those it no longer has; the new ones."""
    found = renewed(answer_actions.known(session, task), planned)
    if found.changed or found.gone:
        answer_actions.renew(session, dict(found.changed), found.gone, note=NOTE, by=by, now=now)
    return found.new
