"""E-mail addresses: of the organisation, and those that stand in a text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from icengine.domain.reading import ADDRESS


def address_fault(email: str, domains: Collection[str]) -> str:
    """What is wrong with an address that should be the organisation's; "" where nothing is."""
    if not ADDRESS.fullmatch(email):
        return f"”{email}” är ingen e-postadress. Skriv till exempel namn@kommun.se."
    if email.rpartition("@")[2] not in domains:
        return f"{email} ligger utanför organisationens e-postdomäner: {', '.join(domains)}."
    return ""


_WRITTEN = re.compile(
    r"(?<![A-Za-z0-9_%+.-])[A-Za-z0-9_%+.-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
)
"""An address in a text: the whole of it, so that bo@ is not found in jakob.bo@."""


def addresses_in(text: str) -> frozenset[str]:
    """Every address that stands in a text, in small letters."""
    if "@" not in text:
        return frozenset()
    return frozenset(found[0].strip(".-").casefold() for found in _WRITTEN.finditer(text))


def without_others(text: str, email: str) -> str:
    """The text with every address but that one left out."""

    def kept(found: re.Match[str]) -> str:
        return found[0] if found[0].strip(".-").casefold() == email else "[någon annans adress]"

    return _WRITTEN.sub(kept, text)


def texts_in(value: Any) -> Iterator[str]:
    """Every text in JSON values, those that name other values too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)


def addresses_within(value: Any) -> frozenset[str]:
    """Every address that stands somewhere in JSON values."""
    return frozenset(email for text in texts_in(value) for email in addresses_in(text))
