"""Whom a request is for and whom it is from: names that are ours, and proxies that are believed.

A request that names another host is somebody else's page that points at us. What a proxy says about
the client is believed only from the addresses in `trusted_proxies`; the web server itself is told
to believe nobody (see cli/work.py).
"""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from icengine.logs import MASK

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

logger = logging.getLogger("icengine.web")

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::[0-9]{1,5})?")
BELIEVED = "icengine.believed"
"""Set in the scope of a request that came by a proxy that is believed."""
LONGEST_NAME = 253
"""Characters in the name of a host."""
FOR_MACHINES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked for by machines, over and over, and often by the number of this one instead of its name."""
_SHOWN = 80
"""Characters of a wrong host in the log."""


class OurHosts:
    """Turns away what is not meant for us: 400 for every name but those that the settings give."""

    def __init__(
        self,
        app: ASGIApp,
        base_url: str,
        trusted_hosts: str,
        refuse: Callable[[int], Response],
    ) -> None:
        self.app, self.refuse = app, refuse
        base = _name(urlsplit(base_url).hostname or "")
        self.names = {base, *(_name(host) for host in _items(trusted_hosts))} - {""}
        # 0.0.0.0 is every address of this machine, and so is no name of its own.
        self.local = _is_loopback(base) or base in ("0.0.0.0", "::")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            hosts = Headers(scope=scope).getlist("host")
            by_number = scope["path"] in FOR_MACHINES
            if len(hosts) != 1 or not self._ours(hosts[0], by_number):
                shown = ", ".join(host if _HOST.fullmatch(host) else MASK for host in hosts)
                logger.warning("Okänt värdnamn %r: se inställningen trusted_hosts", shown[:_SHOWN])
                await self.refuse(400)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _ours(self, host: str, by_number: bool) -> bool:
        found = _HOST.fullmatch(host)
        name = _name(found[1]) if found else ""
        if by_number and _address(name) is not None:
            return True  # no page of somebody else's can point at us by a number
        return name in self.names or (self.local and _is_loopback(name))


class BelievedProxies:
    """Puts the client in the place of a proxy that is believed.

    From anybody else the same headers are ignored. Each proxy writes the address it was called from
    last in X-Forwarded-For, so the client is the last address that is not a believed proxy's; what
    stands before it the client may have written itself. A word that is no address ends the search:
    then the last proxy before it counts. uvicorn's own middleware would take such a word as it is.
    """

    def __init__(self, app: ASGIApp, trusted_proxies: str) -> None:
        self.app = app
        self.networks = tuple(ipaddress.ip_network(item) for item in _items(trusted_proxies))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer = scope.get("client")
        address = _address(peer[0].partition("%")[0]) if peer else None
        if scope["type"] == "http" and address is not None and self._believed(address):
            scope[BELIEVED] = True
            headers = Headers(scope=scope)
            client = self._client(address, headers.getlist("x-forwarded-for"))
            if client != address:
                scope["client"] = (str(client), 0)
            scheme = ",".join(headers.getlist("x-forwarded-proto")).rpartition(",")[2].strip()
            if scheme in ("http", "https"):
                scope["scheme"] = scheme
        await self.app(scope, receive, send)

    def _believed(self, address: Address) -> bool:
        return any(address in network for network in self.networks)

    def _client(self, peer: Address, forwarded: Sequence[str]) -> Address:
        """Who called the first of the believed proxies."""
        client = peer
        for word in reversed(",".join(forwarded).split(",")):
            address = _address(word.strip())
            if address is None:
                return client
            client = address
            if not self._believed(client):
                return client
        return client


def comes_from(scope: Scope, networks: str) -> bool:
    """Does the client of a request lie in one of these networks?

    Not where somebody else stands between us and them who is not believed: whoever asks through a proxy
    on this machine that no setting names would seem to be the machine itself.
    """
    peer = scope.get("client")
    address = _address(peer[0].partition("%")[0]) if peer else None
    headers = Headers(scope=scope)
    passed_on = any(name in headers for name in ("x-forwarded-for", "forwarded", "via"))
    if address is None or (passed_on and not scope.get(BELIEVED, False)):
        return False
    return any(address in ipaddress.ip_network(item) for item in _items(networks))


def _items(setting: str) -> list[str]:
    return [item.strip() for item in setting.split(",") if item.strip()]


def _address(text: str) -> Address | None:
    """The address, with or without its port; an IPv4 one that is written as IPv6 is IPv4."""
    if "%" in text:  # anything may stand after it
        return None
    bare = re.fullmatch(r"\[([^\]]*)\](?::\d{1,5})?|([0-9.]+):\d{1,5}", text)
    try:
        found = ipaddress.ip_address((bare[1] or bare[2]) if bare else text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _name(host: str) -> str:
    """A host as it is compared: small letters, ASCII, an address in its one form."""
    bare = host.strip("[]").lower()
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        pass
    if len(bare) > LONGEST_NAME:  # nobody's; and to write it in ASCII would take its time
        return bare
    try:
        return bare.encode("idna").decode()
    except UnicodeError:
        return bare


def _is_loopback(name: str) -> bool:
    address = _address(name)
    return name == "localhost" or (address is not None and address.is_loopback)
