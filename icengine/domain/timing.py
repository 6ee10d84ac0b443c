"""When an occurrence opens and when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from icengine.domain.calendar import add_working_days, last_working_day
from icengine.domain.frequency import Window


@dataclass(frozen=True)
class TimingRule:
    """What a plan or a control says about when its tasks open and are due."""

    opens_days_before: int = 30
    """Days before `due` that a task opens at the earliest; 0 or more."""
    working_days_after: int | None = None
    """N in "redovisas N arbetsdagar efter periodens slut"; None: within the period."""


@dataclass(frozen=True)
class OwnRule:
    """What a plan or a control says itself; None where it says nothing."""

    opens_before: int | None = None
    """Days before the last day."""
    due_after: int | None = None
    """Working days after the period."""

    def over(self, rule: TimingRule) -> TimingRule:
        """The rule that holds, where `rule` does for what is not said."""
        opens, after = self.opens_before, self.due_after
        return TimingRule(
            opens_days_before=rule.opens_days_before if opens is None else opens,
            working_days_after=rule.working_days_after if after is None else after,
        )


@dataclass(frozen=True)
class Timed:
    """A window with the days on which its task opens and is due."""

    window: Window
    """The period as written."""
    opens: date
    """First day as öppen; never after `due`."""
    due: date
    """Last day to answer; always a working day."""


def timed(window: Window, rule: TimingRule = TimingRule()) -> Timed:
    """The window with its days: rules of the field, "When a task opens".

    `due` is the last working day of the period, or the nearest before it where the period holds
    none; N working days after its end where the rule says so. `opens` is the later of the
    period's first day and `opens_days_before` days before `due`.
    """
    if rule.working_days_after:
        due = add_working_days(window.end, rule.working_days_after)
    else:
        due = last_working_day(window.start, window.end)
    earliest = due - timedelta(days=rule.opens_days_before)
    return Timed(window, opens=min(max(window.start, earliest), due), due=due)
