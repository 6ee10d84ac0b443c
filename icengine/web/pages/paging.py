"""Where a list goes on, as an address says it: by what the last line is sorted by, and its number.

It is only where to begin: what comes from there is asked for as always, by what the reader may see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from icengine.domain.task import figure, read_date

Place = tuple[date, int]
"""A day and a number."""
Moment = tuple[datetime, int]
"""An instant and a number."""
MOST = 2**31
EPOCH, TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def read_place(text: str) -> Place | None:
    """Of "2022-02-28.17"; None for the first page, and for what is no such place."""
    day, _, number = text.partition(".")
    found, id = read_date(day), figure(number)
    return (found, id) if isinstance(found, date) and id is not None and id < MOST else None


def read_moment(text: str) -> Moment | None:
    """Of "1644480000000000.17", microseconds since 1970; None for what is no such place."""
    since, _, number = text.partition(".")
    id = figure(number)
    if not re.fullmatch(r"[0-9]{1,16}", since) or id is None or id >= MOST:
        return None
    return EPOCH + int(since) * TICK, id


def moment_text(moment: Moment) -> str:
    """The same, written."""
    return f"{(moment[0] - EPOCH) // TICK}.{moment[1]}"


def address(path: str, asked: Mapping[str, str], part: str = "") -> str:
    """Of a list with what was asked for; `part`: where on the page."""
    values = {name: value for name, value in asked.items() if value}
    return path + (f"?{urlencode(values)}" if values else "") + (f"#{part}" if part else "")


def going_on(path: str, place: Place, asked: Mapping[str, str], part: str = "") -> str:
    """Of what follows upon a place, with what else was asked for."""
    return address(path, {**asked, "efter": f"{place[0].isoformat()}.{place[1]}"}, part)
