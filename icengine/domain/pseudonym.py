"""What somebody is called where their name or address may not, or need not, be told.

The log names people by number. A page says the function they act for; whoever has left is called by
their number alone, also after their address has been disposed of: in the organisation, which must
have an address there, another one then stands in for it and says the number.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from icengine.domain.people import Grant, Holding, Organisation
from icengine.domain.words import listed

FORMER = "Tidigare medarbetare"
"""Whoever has left."""


def former(number: int | None) -> str:
    """What somebody who has left is called: "Tidigare medarbetare 12"."""
    return f"{FORMER} {number}" if number else FORMER


STAND_IN = re.compile(r"tidigare-medarbetare-(\d{1,9})@.+")


def stand_in(number: int, email: str) -> str:
    """What stands in the organisation in place of an address that is disposed of.

    It has the same domain, which the organisation knows, and leads to nobody.
    """
    return f"tidigare-medarbetare-{number}@{email.rpartition('@')[2]}"


def stood_in(email: str) -> int | None:
    """The number of the person whose address it stands in for; None for any other address."""
    found = STAND_IN.fullmatch(email)
    return int(found[1]) if found else None


def has_left(organisation: Organisation, email: str, today: date) -> bool:
    """Has the address neither a function nor a role, today or later?"""
    return email not in organisation.addresses(today)


def last_days(organisation: Organisation, today: date) -> dict[str, date]:
    """Address -> the last day of its last function or role, of everybody who has left."""
    holdings = (holding for function in organisation.functions for holding in function.holders)
    found: dict[str, date] = {}
    times: list[Holding | Grant] = [*holdings, *(g for g in organisation.grants if g.email)]
    for time in times:
        if time.end is not None:
            found[time.email] = max(found.get(time.email, time.end), time.end)
    present = organisation.addresses(today)
    return {
        email: day
        for email, day in found.items()
        if email not in present and stood_in(email) is None
    }


def shown_name(
    organisation: Organisation,
    *,
    number: int | None,
    email: str,
    day: date,
    today: date,
    behalf: str = "",
    by_account: bool = False,
) -> str:
    """Who did something on `day`, as it is told `today`: "Controllern, för Ekonomichefen".

    `email` is "" where it is gone; `behalf` is the function on whose behalf it was done. The
    functions that somebody held that day go before their address. `by_account`: their roles come
    with their account, so that nothing here tells when those end.
    """
    if not email or (not by_account and has_left(organisation, email, today)):
        return _acting(former(number or stood_in(email)), (), behalf)
    held = organisation.held(email, day)
    return _acting(listed(held) or email, held, behalf)


def _acting(name: str, held: Collection[str], behalf: str) -> str:
    if not behalf:
        return name
    return behalf if behalf in held else f"{name}, för {behalf}"
