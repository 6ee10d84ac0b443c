"""What becomes of an answer's åtgärder when it is handed in anew: which are the same, and which not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from icengine.domain.facts import ActionStatus
from icengine.domain.task import PlannedAction

ALIKE = 0.6
"""Two texts that share so much are one åtgärd that was written anew."""


@dataclass(frozen=True)
class Known:
    """An åtgärd that the answer has brought before."""

    action: int
    """Its number in the store."""
    said: tuple[PlannedAction, ...]
    """What it has said, the oldest first: its ansvarig may have changed it since."""
    status: ActionStatus


@dataclass(frozen=True)
class Renewed:
    """What an answer handed in anew makes of its åtgärder."""

    new: tuple[PlannedAction, ...]
    changed: tuple[tuple[int, PlannedAction], ...]
    gone: tuple[int, ...]
    """Those that the answer no longer has and that are not closed."""


def renewed(known: Sequence[Known], planned: Sequence[PlannedAction]) -> Renewed:
    """Match what the answer says with what it has brought: by all that it says, by its text, then by
    likeness. What is closed stays as it is; one that was avskriven comes back as a new one."""
    left = [one for one in known if one.status is not ActionStatus.DROPPED]
    waiting = list(planned)
    changed: list[tuple[int, PlannedAction]] = []
    for alike in (_same, _same_text, _similar):
        for wanted in tuple(waiting):
            found = next((one for one in left if alike(one, wanted)), None)
            if found is None:
                continue
            waiting.remove(wanted)
            left.remove(found)
            if alike is not _same and not found.status.closed:
                changed.append((found.action, wanted))
    gone = tuple(one.action for one in left if not one.status.closed)
    return Renewed(tuple(waiting), tuple(changed), gone)


def _same(one: Known, wanted: PlannedAction) -> bool:
    return wanted in one.said


def _same_text(one: Known, wanted: PlannedAction) -> bool:
    return any(wanted.text == said.text for said in one.said)


def _similar(one: Known, wanted: PlannedAction) -> bool:
    if one.status.closed:
        return False
    return SequenceMatcher(None, one.said[-1].text, wanted.text).ratio() >= ALIKE
