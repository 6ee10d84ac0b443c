"""When an owner is reminded of what is to be done, and when others are told that it is late."""

from __future__ import annotations

from dataclasses import dataclass

MOST_DAYS = 120
"""Days before or after a date that anything may be set to."""


@dataclass(frozen=True)
class Reminders:
    """Påminnelser: days counted from the date something is to be done."""

    before: tuple[int, ...] = (7,)
    """Days before the date, the most first."""
    after: tuple[int, ...] = (1, 7)
    """Days after it, the fewest first; the last pause goes on until it is done."""
    escalate: int = 14
    """Days after it when the owner's manager and the controller are told."""
    effect: int = 90
    """Days after an åtgärd was done when it is asked whether it had effect."""


USUAL = Reminders()
"""What holds where an organisation has chosen nothing else."""
