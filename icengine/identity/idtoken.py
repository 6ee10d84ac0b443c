"""The ID token: who signed it, for whom, and when it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey, import_key
from joserfc.jws import JWSRegistry

LEEWAY = 60
"""Seconds that the provider's clock may differ from ours."""


@dataclass(frozen=True)
class Expected:
    """What an ID token must say to be taken."""

    issuer: str
    audience: str
    """Our client_id."""
    nonce: str
    algorithms: tuple[str, ...]
    """Permitted signatures; an empty tuple would permit the library's own choice."""
    access_token: str
    """The token that came with it, which `at_hash` is compared with."""

    def __post_init__(self) -> None:
        if not (self.issuer and self.audience and self.nonce and self.algorithms):
            raise ValueError("an empty expectation would be no check")


def read_keys(document: Mapping[str, Any]) -> KeySet:
    """The provider's public keys (JWKS); those of other kinds, and unreadable ones, are left out."""
    found: list[Key] = []
    entries = document.get("keys")
    for entry in entries if isinstance(entries, list) else []:
        try:
            key = import_key(entry)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            continue
        if isinstance(key, RSAKey | ECKey):
            found.append(key)
    return KeySet(found)


def verified(token: str, keys: KeySet, expected: Expected, now: datetime) -> dict[str, Any]:
    """The token's claims. Raises JoseError; InvalidKeyIdError where its key is not among `keys`."""
    registry = JWSRegistry(algorithms=expected.algorithms, strict_check_header=False)
    decoded = jwt.decode(token, keys, registry=registry)
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {
            "iss": {"essential": True, "value": expected.issuer},
            "aud": {"essential": True, "value": expected.audience},
            "sub": {"essential": True},
        },
        {
            "client_id": expected.audience,
            "nonce": expected.nonce,
            "access_token": expected.access_token,
        },
    )
    claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    return dict(claims)
