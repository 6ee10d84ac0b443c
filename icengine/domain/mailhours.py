"""When mails leave: by day, on working days, so that nobody is called on in the evening, at night, on a
Saturday or on a red day. What is owed then waits until the next morning."""

from __future__ import annotations

from datetime import datetime, time

from icengine.domain.calendar import STOCKHOLM, is_working_day
from icengine.domain.notice import NoticeKind

FROM, UNTIL = time(7), time(18)
"""The first and the last moment of a working day, in Stockholm."""
AT_ONCE = frozenset({NoticeKind.LOGIN, NoticeKind.HEAD})
"""Kinds that leave whenever they are owed: somebody waits for them, or a machine keeps them."""


def in_hours(now: datetime) -> bool:
    """May any mail leave at that moment?"""
    local = now.astimezone(STOCKHOLM)
    return is_working_day(local.date()) and FROM <= local.time() < UNTIL
