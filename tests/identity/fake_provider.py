"""A provider that forges: over a real socket, and with a good answer until told otherwise."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from joserfc import jwt
from joserfc.jwk import RSAKey

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SECRET = "hemlighet-som-inte-ska-synas-i-nagon-logg"


@cache
def new_key(kid: str) -> RSAKey:
    """The provider's key of that name."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


class FakeProvider:
    """Its answers are in `says`: path -> (status, body). `asked` is what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.says: dict[str, tuple[int, bytes]] = {}
        self.key = new_key("a")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.describes()
        self.publishes(self.key)
        self.answer("/userinfo", {"sub": "1", "email": "ekonomi@kommun.example"})

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, value: object, status: int = 200) -> None:
        """Answers so at that path from now on; bytes as they stand, all else as JSON."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.says[path] = (status, body)

    def describes(self, **changes: object) -> None:
        """Describes itself; None leaves a field out."""
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        } | changes
        found = {name: value for name, value in document.items() if value is not None}
        self.answer("/.well-known/openid-configuration", found)

    def publishes(self, *keys: RSAKey) -> None:
        """Has these keys."""
        self.answer("/jwks", {"keys": [key.as_dict(private=False) for key in keys]})

    def gives(self, id_token: str, **changes: object) -> None:
        """Gives this ID token for any code."""
        token = {"access_token": "at", "token_type": "Bearer", "id_token": id_token}
        self.answer("/token", token | changes)

    def claims(self, nonce: str, /, **changes: object) -> dict[str, Any]:
        """What a good ID token says, but for `changes`; None leaves a claim out."""
        at = int(NOW.timestamp())
        good = {
            "iss": self.issuer, "sub": "1", "aud": "ik", "nonce": nonce,
            "iat": at, "exp": at + 300, "email": "ekonomi@kommun.example",
        }  # fmt: skip
        return {name: value for name, value in (good | changes).items() if value is not None}

    def signed(self, claims: dict[str, Any], key: RSAKey | None = None) -> str:
        """The claims as an ID token."""
        key = key or self.key
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


def unsigned(claims: dict[str, Any]) -> str:
    """The claims as a token with alg none and no signature."""
    return f"{_coded({'alg': 'none'})}.{_coded(claims)}."


def signed_by_secret(claims: dict[str, Any], secret: bytes) -> str:
    """The claims as a token with alg HS256, which joserfc would not make with a public key."""
    signed = f"{_coded({'alg': 'HS256', 'kid': 'a'})}.{_coded(claims)}"
    return f"{signed}.{coded(hmac.digest(secret, signed.encode(), 'sha256'))}"


def coded(content: bytes) -> str:
    """Base64 as tokens have it."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _coded(part: dict[str, Any]) -> str:
    return coded(json.dumps(part).encode())


def _handler(fake: FakeProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fake.asked.append(self.path)
            status, body = fake.says.get(self.path, (404, b"{}"))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a test has its own words."""

    return Handler
