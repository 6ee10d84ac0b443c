"""When an owner is reminded of what is to be done, and when others are told that it is late.

Nothing here asks whether today is a certain date. It asks which stage has been reached: after a
weekend, or a week without a server, one reminder is owed, and it is the one that is right today.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from icengine.domain.words import listed

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

    @property
    def said(self) -> str:
        """In words: "7 dagar före, 1 och 7 efter; eskaleras efter 14; effekt efter 90"."""
        before, after = (
            listed([str(n) for n in days]) or "inga" for days in (self.before, self.after)
        )
        return (
            f"{before} dagar före, {after} efter; eskaleras efter {self.escalate}; "
            f"effekt efter {self.effect}"
        )


USUAL = Reminders()
"""What holds where an organisation has chosen nothing else."""


@dataclass(frozen=True)
class Stage:
    """How far it has come with something that is to be done."""

    late: bool
    """The date has passed."""
    name: str
    """Its stable name, with the date that it counts from: "7 före 2026-03-31"."""


def stage(due: date, told: date, today: date, rules: Reminders) -> Stage | None:
    """The strongest stage that something due on `due` has reached today and nobody has been told of;
    None where there is none.

    `told` is the day the owner was first told: what had been reached by then was said by that mail.
    """
    passed = (today - due).days
    reached = [days for days in rules.before if passed >= -days] if passed <= 0 else []
    if reached:
        days = min(reached)
        day, name = due - timedelta(days), f"{days} före {due}"
    else:
        steps = [days for days in _steps(rules.after, passed) if days <= passed]
        if not steps:
            return None
        day, name = due + timedelta(steps[-1]), f"{steps[-1]} efter {due}"
    return Stage(passed > 0, name) if day > told else None


def _steps(after: tuple[int, ...], passed: int) -> Iterable[int]:
    """The days after the date when it is said again, as far as they have come."""
    yield from after
    if after:
        pause = after[-1] - after[-2] if len(after) > 1 else after[-1]
        yield from range(after[-1] + pause, passed + 1, pause)


def escalates_on(due: date, told: date, rules: Reminders) -> date:
    """The day others are told that something is late: whoever was told of it late has as long."""
    return max(due, told) + timedelta(rules.escalate)
