"""Up to which moment each plan is read: one for all, or the one that a report of it was fixed at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import case, literal

from icengine.store.columns import Instant


@dataclass(frozen=True)
class Moments:
    """What was recorded later is not seen."""

    usual: datetime
    own: Mapping[str, datetime] = field(default_factory=dict)
    """Plan key -> its own moment."""


def upto(as_of: datetime | Moments, plan: Any) -> Any:
    """The moment to compare a time with in a statement; `plan` is the column that holds the key."""
    if isinstance(as_of, datetime):
        return as_of
    usual = literal(as_of.usual, Instant())
    if not as_of.own:
        return usual
    own = {key: literal(moment, Instant()) for key, moment in as_of.own.items()}
    return case(own, value=plan, else_=usual)
