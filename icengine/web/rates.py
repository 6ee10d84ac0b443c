"""How often somebody may try: counted in memory for each address that requests come from.

Several web processes count each for itself, so the limits hold per process. How many login mails a
person may ask for is counted in the database: see `services/login.py`.
"""

from __future__ import annotations

import ipaddress

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from icengine.errors import TooMany

ASKING = parse("20/minute")
"""Asking for a login link, or beginning a login."""
GUESSING = parse("30/minute")
"""Coming with a secret that nobody has been given."""


class Rates:
    """Counts what each address does."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, limit: RateLimitItem, what: str, address: str) -> None:
        """One more. Raises TooMany where it was too many."""
        if not self._limiter.hit(limit, what, _network(address)):
            raise TooMany


def _network(address: str) -> str:
    """Whose address it is: with IPv6 one subscriber has a whole /64."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else address
