"""What a provider says of a person: claims, and what we take from them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from icengine.domain.reading import ADDRESS

Claims = Mapping[str, Any]


def claim(claims: Claims, name: str) -> Any:
    """The claim of that name, or the one that the name's dots lead to; None where there is none."""
    if name in claims:  # a name may be an address, with dots of its own
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def email_of(sources: Sequence[Claims], name: str) -> str:
    """The first usable address, in small letters; "" where there is none."""
    for source in sources:
        value = claim(source, name)
        if isinstance(value, str) and ADDRESS.fullmatch(value.strip()):
            return value.strip().casefold()
    return ""


def denies_email(sources: Sequence[Claims]) -> bool:
    """Does the provider say outright that the address is not verified? Some say it as a text."""
    said = [source.get("email_verified") for source in sources]
    return any(value is False or str(value).strip().casefold() == "false" for value in said)


def roles_of(sources: Sequence[Claims], name: str) -> frozenset[str]:
    """The roles, from a list or a text with spaces or commas; none where the name is ""."""
    found = [claim(source, name) for source in sources] if name else []
    value = next((value for value in found if value is not None), None)
    parts = re.split(r"[\s,]+", value) if isinstance(value, str) else value
    if not isinstance(parts, list):
        return frozenset()
    return frozenset(part.strip() for part in parts if isinstance(part, str) and part.strip())
