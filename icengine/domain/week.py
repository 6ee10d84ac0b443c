"""What waits for a controller, as the weekly summary tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Line:
    """A task in the summary; of a protected control only its number."""

    title: str
    unit: str
    owner: str
    """The function; "" where nobody is named."""
    due: date


@dataclass(frozen=True)
class Week:
    """What waits for one controller, in their units."""

    late: tuple[Line, ...] = ()
    """Those late first that have been so the longest."""
    due: tuple[Line, ...] = ()
    """To be answered this week."""
    unread: tuple[Line, ...] = ()
    """Answers that wait for their reader."""
    unheld: tuple[str, ...] = ()
    """Functions that tasks wait for and nobody holds; units that have named nobody."""
    requests: int = 0
    """Questions that nobody has decided."""
    actions: int = 0
    """Åtgärder whose date has passed."""
    refused: tuple[str, ...] = ()
    """Addresses that mails did not reach."""

    def __bool__(self) -> bool:
        """Is there anything to tell?"""
        return bool(
            self.late or self.due or self.unread or self.unheld or self.requests or self.actions
            or self.refused
        )  # fmt: skip
