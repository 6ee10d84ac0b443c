"""What somebody is called where their name or address may not, or need not, be told.

The log names people by number. A page says the function they act for; whoever has left is called by
their number alone, also after their address has been disposed of.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from icengine.domain.people import Organisation
from icengine.domain.words import listed

FORMER = "Tidigare medarbetare"
"""Whoever has left."""


def former(number: int | None) -> str:
    """What somebody who has left is called: "Tidigare medarbetare 12"."""
    return f"{FORMER} {number}" if number else FORMER


def has_left(organisation: Organisation, email: str, today: date) -> bool:
    """Has the address neither a function nor a role, today or later?"""
    return email not in organisation.addresses(today)


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
        return _acting(former(number), (), behalf)
    held = organisation.held(email, day)
    return _acting(listed(held) or email, held, behalf)


def _acting(name: str, held: Collection[str], behalf: str) -> str:
    if not behalf:
        return name
    return behalf if behalf in held else f"{name}, för {behalf}"
