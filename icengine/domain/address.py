"""E-mail addresses of the organisation."""

from __future__ import annotations

from collections.abc import Collection

from icengine.domain.reading import ADDRESS


def address_fault(email: str, domains: Collection[str]) -> str:
    """What is wrong with an address that should be the organisation's; "" where nothing is."""
    if not ADDRESS.fullmatch(email):
        return f"”{email}” är ingen e-postadress. Skriv till exempel namn@kommun.se."
    if email.rpartition("@")[2] not in domains:
        return f"{email} ligger utanför organisationens e-postdomäner: {', '.join(domains)}."
    return ""
