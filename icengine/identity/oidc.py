"""Logging in by the kommun's own login: to the provider and back (OpenID Connect, code with PKCE).

Two calls with the browser's journey in between. The caller keeps what `begin` gives until `finish`,
tied to the browser that asked, and lets it be used once.
"""

from __future__ import annotations

import hmac
import secrets
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import quote_plus

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from icengine.identity import refusals
from icengine.identity.claims import claim, denies_email, email_of, roles_of
from icengine.identity.discovery import Metadata, Unfit, address_of, on_loopback, read_metadata
from icengine.identity.idtoken import Expected, read_keys, verified
from icengine.identity.refusals import refused

SCOPE = "openid email profile"


@dataclass(frozen=True)
class ProviderSettings:
    """Which provider, who we are to it, and which of its claims we go by."""

    issuer: str
    """The provider's name for itself, which its description is found under."""
    client_id: str
    client_secret: str = field(repr=False)
    """"" where the provider gave none."""
    email_claim: str = "email"
    """The claim that holds the e-mail address; dots lead into nested claims."""
    roles_claim: str = ""
    """The claim that holds the person's roles or groups; "" where roles are not taken from here."""


@dataclass(frozen=True)
class Begun:
    """A login that has begun; all but the address is kept until the browser comes back."""

    address: str
    """Where to send the browser."""
    state: str
    """What the browser brings back, to show that it is the same login."""
    nonce: str
    """What the ID token must repeat."""
    verifier: str
    """Proof to the provider that who asks for the tokens is who began (PKCE)."""


@dataclass(frozen=True)
class Account:
    """Who the provider says it is."""

    subject: str
    """The provider's own name for the person: never used for somebody else."""
    email: str
    """In small letters."""
    roles: frozenset[str]
    """Roles or groups, in the provider's spelling."""


class Provider:
    """The kommun's login. One object serves all threads; nothing is asked before it is needed."""

    def __init__(self, settings: ProviderSettings, *, timeout: float = 10.0) -> None:
        self._settings = settings
        self._timeout = timeout
        self._metadata: Metadata | None = None
        self._keys: KeySet | None = None

    def begin(self, redirect_uri: str) -> Begun:
        """Where to send the browser, and what to keep meanwhile. Raises LoginFailed."""
        metadata = self._discovered()
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        with self._talk() as client:
            address, _ = client.create_authorization_url(
                metadata.authorization,
                state=state,
                code_verifier=verifier,
                nonce=nonce,
                redirect_uri=redirect_uri,
            )
        return Begun(address, state, nonce, verifier)

    def finish(
        self, begun: Begun, redirect_uri: str, params: Mapping[str, str], now: datetime
    ) -> Account:
        """Who came back; `params` is the query the browser brought. Raises LoginFailed."""
        if not begun.state or not _same(begun.state, params.get("state", "")):
            raise refused(refusals.AGAIN, "state är inte det som skickades")
        metadata = self._discovered()
        code = self._code(metadata, params)
        with self._talk(code, begun.verifier) as client:
            token = client.fetch_token(
                metadata.token,
                grant_type="authorization_code",
                code=code,
                redirect_uri=redirect_uri,
                code_verifier=begun.verifier,
            )
            claims = self._claims(client, metadata, token, begun.nonce, now)
            sources = [claims]
            if metadata.userinfo and self._lacks(claims):
                sources.append(self._userinfo(client, metadata, claims["sub"]))
        return self._account(sources)

    def _discovered(self) -> Metadata:
        """The provider's description of itself, asked for once."""
        if self._metadata is None:
            with self._talk() as client:
                document = _json(client, address_of(self._settings.issuer))
            try:
                self._metadata = read_metadata(document, self._settings.issuer)
            except Unfit as fault:
                raise refused(refusals.WRONGLY_SET, str(fault)) from fault
        return self._metadata

    def _code(self, metadata: Metadata, params: Mapping[str, str]) -> str:
        """The code the browser brought, from this provider and no other (RFC 9207)."""
        issuer = params.get("iss")
        if issuer != self._settings.issuer and (issuer is not None or metadata.names_itself):
            raise refused(refusals.AGAIN, "svaret kommer från en annan utgivare")
        if error := params.get("error"):
            said = f"{error}: {params.get('error_description', '')}"
            raise refused(refusals.words_for(error, refusals.TURNED_AWAY), said)
        if not params.get("code"):
            raise refused(refusals.AGAIN, "svaret saknar code")
        return params["code"]

    def _claims(
        self, client: OAuth2Client, metadata: Metadata, token: Any, nonce: str, now: datetime
    ) -> dict[str, Any]:
        """What the ID token says, after every check of it."""
        if not isinstance(token.get("id_token"), str) or not isinstance(
            token.get("access_token"), str
        ):
            raise refused(refusals.NO_ANSWER, "svaret saknar id_token eller access_token")
        expected = Expected(
            issuer=self._settings.issuer,
            audience=self._settings.client_id,
            nonce=nonce,
            algorithms=metadata.algorithms,
            access_token=token["access_token"],
        )
        try:
            if self._keys is not None:
                try:
                    return verified(token["id_token"], self._keys, expected, now)
                except InvalidKeyIdError:
                    pass  # the provider may have changed keys: ask for them anew
            self._keys = read_keys(_json(client, metadata.keys))
            return verified(token["id_token"], self._keys, expected, now)
        except JoseError as fault:
            raise refused(refusals.AGAIN, f"id_token duger inte: {fault}") from fault

    def _lacks(self, claims: Mapping[str, Any]) -> bool:
        """Must more be asked for than the ID token says?"""
        roles = self._settings.roles_claim
        email = email_of([claims], self._settings.email_claim)
        return not email or bool(roles and claim(claims, roles) is None)

    def _userinfo(self, client: OAuth2Client, metadata: Metadata, subject: str) -> dict[str, Any]:
        """More about the same person."""
        answer = _json(client, metadata.userinfo, withhold_token=False)
        if answer.get("sub") != subject:
            raise refused(refusals.AGAIN, "userinfo gäller en annan person än id_token")
        return answer

    def _account(self, sources: list[dict[str, Any]]) -> Account:
        settings = self._settings
        email = email_of(sources, settings.email_claim)
        if not email:
            raise refused(refusals.NO_EMAIL, f"ingen e-postadress i {settings.email_claim}")
        if denies_email(sources):
            raise refused(refusals.NOT_VERIFIED, "email_verified är false")
        return Account(sources[0]["sub"], email, roles_of(sources, settings.roles_claim))

    @contextmanager
    def _talk(self, *hidden: str) -> Iterator[OAuth2Client]:
        """A talk with the provider; whatever goes wrong in it becomes LoginFailed.

        `hidden` is kept out of the log, as is the client's secret.
        """
        try:
            with self._client() as client:
                yield client
        except AuthlibBaseError as fault:
            words = refusals.words_for(str(fault.error), refusals.AGAIN)
            cause = str(fault)
            for secret in filter(None, (*hidden, self._settings.client_secret)):
                cause = cause.replace(secret, "•••")
            raise refused(words, cause) from None
        except httpx2.HTTPError as fault:
            raise refused(refusals.NO_ANSWER, f"{type(fault).__name__}: {fault}") from None
        except (httpx2.InvalidURL, ValueError, TypeError, KeyError, RecursionError) as fault:
            # An answer that makes no sense. Its text may hold what was sent: only the kind is told.
            raise refused(
                refusals.NO_ANSWER, f"obegripligt svar ({type(fault).__name__})"
            ) from None

    def _client(self) -> OAuth2Client:
        settings = self._settings
        secret = settings.client_secret
        method = self._metadata.method if self._metadata else "none"
        outside = not on_loopback(settings.issuer)  # no proxy stands before this machine
        client = OAuth2Client(
            settings.client_id,
            secret,
            token_endpoint_auth_method=method if secret else "none",
            scope=SCOPE,
            code_challenge_method="S256",
            timeout=self._timeout,
            trust_env=outside,
            verify=_trusted(outside),
            leeway=0,
        )
        client.register_client_auth_method(("client_secret_basic", _basic))
        return client


@cache
def _trusted(environment: bool) -> ssl.SSLContext:
    """The certificates that a provider's is proved by. They are read once: it takes a while."""
    return httpx2.create_ssl_context(trust_env=environment)


def _basic(client: Any, _method: str, uri: str, headers: Any, body: Any) -> tuple[str, Any, Any]:
    """Basic as OAuth 2.0 has it (RFC 6749, 2.3.1): both parts encoded, so that any sign will do."""
    pair = httpx2.BasicAuth(quote_plus(client.client_id), quote_plus(client.client_secret))
    request = next(pair.sync_auth_flow(httpx2.Request("POST", uri)))
    headers["Authorization"] = request.headers["Authorization"]
    return uri, headers, body


def _same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "surrogatepass"))


def _json(client: OAuth2Client, address: str, *, withhold_token: bool = True) -> dict[str, Any]:
    """The object that lies there. Raises HTTPError and ValueError."""
    answer = client.request("GET", address, withhold_token=withhold_token)
    answer.raise_for_status()
    document = answer.json()
    if not isinstance(document, dict):
        raise ValueError("not an object")
    return document
