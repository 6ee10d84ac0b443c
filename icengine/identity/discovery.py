"""What the provider says of itself: where its endpoints are and how it signs."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ASYMMETRIC = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
)  # fmt: skip
"""Signatures that only the provider can make: never none, never one with a shared secret."""
METHODS = ("client_secret_basic", "client_secret_post")
"""How this program can show its secret, the one to prefer first."""


class Unfit(ValueError):
    """A provider that cannot be used as it describes itself; the text is for the log."""


@dataclass(frozen=True)
class Metadata:
    """A provider's description of itself, found fit to use."""

    authorization: str
    """Where the browser is sent."""
    token: str
    """Where a code becomes tokens."""
    keys: str
    """The public keys (JWKS)."""
    userinfo: str
    """More about the person; "" where there is no such place."""
    algorithms: tuple[str, ...]
    """Permitted signatures of an ID token; never empty."""
    method: str
    """One of METHODS."""
    names_itself: bool
    """Does it promise `iss` in every answer through the browser (RFC 9207)?"""


def address_of(issuer: str) -> str:
    """Where the provider describes itself."""
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def on_loopback(address: str) -> bool:
    """Is it an address of this machine, where nobody can listen in between?"""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_metadata(document: Mapping[str, Any], issuer: str) -> Metadata:
    """The description, checked against the issuer in the settings. Raises Unfit."""
    if document.get("issuer") != issuer:
        raise Unfit(f"utgivaren kallar sig {document.get('issuer')!r}, inte {issuer!r}")
    listed = _listed(document, "id_token_signing_alg_values_supported", ("RS256",))
    algorithms = tuple(name for name in ASYMMETRIC if name in listed)
    if not algorithms:
        raise Unfit(f"ingen godtagbar signatur bland {sorted(listed)}")
    taken = _listed(document, "token_endpoint_auth_methods_supported", METHODS[:1])
    method = next((name for name in METHODS if name in taken), METHODS[0])
    return Metadata(
        authorization=_endpoint(document, "authorization_endpoint", issuer),
        token=_endpoint(document, "token_endpoint", issuer),
        keys=_endpoint(document, "jwks_uri", issuer),
        userinfo=_endpoint(document, "userinfo_endpoint", issuer, needed=False),
        algorithms=algorithms,
        method=method,
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _listed(document: Mapping[str, Any], name: str, otherwise: tuple[str, ...]) -> frozenset[str]:
    values = document.get(name)
    if not isinstance(values, list):
        return frozenset(otherwise)
    return frozenset(value for value in values if isinstance(value, str))


def _endpoint(document: Mapping[str, Any], name: str, issuer: str, *, needed: bool = True) -> str:
    """The address, encrypted unless the issuer is on this machine. Raises Unfit."""
    address = document.get(name, "")
    if not address and not needed:
        return ""
    if not isinstance(address, str) or not re.fullmatch(r"https?://[!-~]+", address):
        raise Unfit(f"{name} är ingen webbadress")
    if not urlsplit(address).hostname:
        raise Unfit(f"{name} är ingen webbadress")
    if not address.startswith("https://") and not on_loopback(issuer):
        raise Unfit(f"{name} är inte krypterad: {address}")
    return address
