"""A provider that forges, errs, or is not there: what is refused, and what the person is told."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from fake_provider import NOW, SECRET, FakeProvider, coded, new_key, signed_by_secret, unsigned
from joserfc.jwk import RSAKey
from login_forms import REDIRECT

from icengine.errors import LoginFailed
from icengine.identity.oidc import Account, Begun, Provider, ProviderSettings

AT = int(NOW.timestamp())
CODE = "kod-som-inte-ska-synas-i-nagon-logg"
AGAIN = "Inloggningen gick inte att slutföra. Logga in igen från början."
NO_ANSWER = "Kommunens inloggning svarar inte. Vänta en stund och försök igen."
WRONGLY_SET = "Kommunens inloggning är inte rätt inställd."
RUBBISH = [
    (200, b"<html>Underh\xe5ll</html>"), (200, b"[]"), (200, b"\xff\xfe"), (200, b"[" * 100_000),
    (200, b""), (404, b"{}"), (500, b"{}"), (502, b"<html>"), (302, b"{}"), (200, b'{"a": '),
]  # fmt: skip


@dataclass
class Visit:
    """One login at the fake provider."""

    fake: FakeProvider
    client: Provider
    begun: Begun

    def claims(self, **changes: object) -> dict[str, Any]:
        """What a good ID token for this login says, but for `changes`."""
        return self.fake.claims(self.begun.nonce, **changes)

    def finish(self, id_token: str = "", **params: str) -> Account:
        """Come back; without an ID token the provider gives a good one."""
        if "/token" not in self.fake.says or id_token:
            self.fake.gives(id_token or self.fake.signed(self.claims()))
        query = {"code": CODE, "state": self.begun.state} | params
        return self.client.finish(self.begun, REDIRECT, query, NOW)


def client_of(fake: FakeProvider, **changes: str) -> Provider:
    """The client at the fake provider."""
    known = {"issuer": fake.issuer, "client_id": "ik", "client_secret": SECRET}
    return Provider(ProviderSettings(**(known | changes)), timeout=2)


@pytest.fixture
def visit(fake: FakeProvider, caplog: pytest.LogCaptureFixture) -> Iterator[Visit]:
    """A login that has begun. Whatever comes of it, the log holds no secret."""
    client = client_of(fake)
    begun = client.begin(REDIRECT)
    yield Visit(fake, client, begun)
    for secret in (SECRET, CODE, begun.verifier, begun.state, begun.nonce, "eyJ"):
        assert secret not in caplog.text


def refused(call: Callable[[], object]) -> str:
    """What the person is told."""
    with pytest.raises(LoginFailed) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"exp": AT - 30},
        {"iat": AT + 30},
        {"aud": ["ik"]},
        {"aud": ["ik", "annan"], "azp": "ik"},
        {"email": " Ekonomi@Kommun.Example "},
        {"email_verified": True},
        {"email_verified": "true"},
        {"email": None},
    ],
    ids=str,
)
def test_a_good_token_is_taken(visit: Visit, changes: dict[str, object]) -> None:
    found = visit.finish(visit.fake.signed(visit.claims(**changes)))
    assert found == Account("1", "ekonomi@kommun.example", frozenset())


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://annan.example"},
        {"iss": None},
        {"aud": "annan"},
        {"aud": ["annan"]},
        {"aud": []},
        {"aud": None},
        {"aud": ["ik", "annan"]},
        {"aud": ["ik", "annan"], "azp": "annan"},
        {"azp": "annan"},
        {"exp": AT - 61},
        {"exp": "snart"},
        {"exp": None},
        {"iat": AT + 61},
        {"iat": None},
        {"nbf": AT + 61},
        {"nonce": "annan"},
        {"nonce": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": None},
        {"at_hash": "annan"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_login_is_refused(
    visit: Visit, changes: dict[str, object]
) -> None:
    assert refused(lambda: visit.finish(visit.fake.signed(visit.claims(**changes)))) == AGAIN


def test_an_unsigned_token_is_refused_though_the_provider_lists_none(visit: Visit) -> None:
    assert refused(lambda: visit.finish(unsigned(visit.claims()))) == AGAIN


def test_a_token_signed_with_a_shared_secret_is_refused(visit: Visit) -> None:
    public = visit.fake.key.as_dict(private=False)
    for secret in (SECRET.encode(), visit.fake.key.as_pem(private=False)):
        for keys in ([public], [{"kty": "oct", "k": coded(secret), "kid": "a"}, public]):
            visit.fake.answer("/jwks", {"keys": keys})
            token = signed_by_secret(visit.claims(), secret)
            assert refused(partial(visit.finish, token)) == AGAIN


def test_a_token_signed_by_somebody_else_is_refused(visit: Visit) -> None:
    forged = visit.fake.signed(visit.claims(), RSAKey.generate_key(2048, {"kid": "a"}))
    assert refused(lambda: visit.finish(forged)) == AGAIN
    good = visit.fake.signed(visit.claims())
    head, _, signature = good.split(".")
    body = unsigned(visit.claims(email="annan@kommun.example")).split(".")[1]
    assert refused(lambda: visit.finish(f"{head}.{body}.{signature}")) == AGAIN


def test_a_signature_the_provider_does_not_list_is_refused(fake: FakeProvider) -> None:
    fake.describes(id_token_signing_alg_values_supported=["PS256", "HS256"])
    client = client_of(fake)
    visit = Visit(fake, client, client.begin(REDIRECT))
    assert refused(visit.finish) == AGAIN


def test_an_unknown_key_is_asked_for_once(visit: Visit) -> None:
    assert visit.finish().subject == "1"
    assert visit.finish().subject == "1"
    assert visit.fake.asked.count("/jwks") == 1, "keys are kept"
    new = new_key("b")
    token = visit.fake.signed(visit.claims(), new)
    assert refused(lambda: visit.finish(token)) == AGAIN
    assert visit.fake.asked.count("/jwks") == 2
    visit.fake.publishes(visit.fake.key, new)
    assert visit.finish(token).subject == "1"
    assert visit.fake.asked.count("/jwks") == 3


def test_keys_that_cannot_be_used_are_passed_over(visit: Visit) -> None:
    good = visit.fake.key.as_dict(private=False)
    odd = [7, {}, {"kty": "RSA", "kid": "a"}, {"kty": "EC", "crv": "x"}, {"kty": "AKP"}]
    visit.fake.answer("/jwks", {"keys": [*odd, good]})
    assert visit.finish().subject == "1"


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": 7}])
def test_without_keys_no_token_is_taken(visit: Visit, keys: object) -> None:
    visit.fake.answer("/jwks", keys)
    assert refused(visit.finish) == AGAIN


@pytest.mark.parametrize("said", [False, "false", "False"])
def test_an_address_that_is_not_verified_is_refused(visit: Visit, said: object) -> None:
    token = visit.fake.signed(visit.claims(email_verified=said))
    assert "är inte bekräftad" in refused(lambda: visit.finish(token))
    visit.fake.answer(
        "/userinfo", {"sub": "1", "email": "ekonomi@kommun.example", "email_verified": said}
    )
    token = visit.fake.signed(visit.claims(email=None))
    assert "är inte bekräftad" in refused(lambda: visit.finish(token))


def test_userinfo_about_another_person_is_refused(visit: Visit) -> None:
    visit.fake.answer("/userinfo", {"sub": "2", "email": "annan@kommun.example"})
    token = visit.fake.signed(visit.claims(email=None))
    assert refused(lambda: visit.finish(token)) == AGAIN


def test_without_userinfo_the_id_token_is_all_there_is(fake: FakeProvider) -> None:
    fake.describes(userinfo_endpoint=None)
    client = client_of(fake, roles_claim="roles")
    visit = Visit(fake, client, client.begin(REDIRECT))
    assert visit.finish().roles == frozenset()
    token = fake.signed(visit.claims(email="ingen adress"))
    assert "ingen e-postadress" in refused(lambda: visit.finish(token))


@pytest.mark.parametrize(("status", "body"), RUBBISH, ids=range(len(RUBBISH)))
@pytest.mark.parametrize(
    "path", ["/.well-known/openid-configuration", "/token", "/jwks", "/userinfo"]
)
def test_a_provider_that_answers_rubbish_does_not_answer(
    fake: FakeProvider, path: str, status: int, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of(fake)
    if path.startswith("/."):
        fake.answer(path, body, status)
        assert refused(lambda: client.begin(REDIRECT)) == NO_ANSWER
        fake.describes()
        assert client.begin(REDIRECT).address, "the next one comes in when it is mended"
        return
    visit = Visit(fake, client, client.begin(REDIRECT))
    fake.gives(fake.signed(visit.claims(email=None)))
    fake.answer(path, body, status)
    assert refused(visit.finish) == NO_ANSWER
    assert SECRET not in caplog.text
    assert CODE not in caplog.text


@pytest.mark.parametrize(
    "changes",
    [
        {"id_token": None},
        {"id_token": 7},
        {"access_token": None},
        {"access_token": ["at"]},
        {"expires_in": "snart"},
        {"expires_in": [1]},
    ],
    ids=str,
)
def test_tokens_that_make_no_sense_are_no_answer(visit: Visit, changes: dict[str, object]) -> None:
    visit.fake.gives(**({"id_token": visit.fake.signed(visit.claims())} | changes))  # type: ignore[arg-type]
    assert refused(visit.finish) == NO_ANSWER


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "e30.e30.e30", "å.ä.ö", "." * 200_000])
def test_an_id_token_that_is_none_is_refused(visit: Visit, token: str) -> None:
    visit.fake.gives(token)
    assert refused(visit.finish) in (AGAIN, NO_ANSWER)


def test_a_provider_that_is_down_does_not_answer(closed_port: int) -> None:
    client = Provider(ProviderSettings(f"http://127.0.0.1:{closed_port}", "ik", SECRET))
    assert refused(lambda: client.begin(REDIRECT)) == NO_ANSWER


def test_a_provider_that_is_slow_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = Provider(ProviderSettings(issuer, "ik", SECRET), timeout=0.1)
        assert refused(lambda: client.begin(REDIRECT)) == NO_ANSWER


def test_a_provider_of_another_name_is_a_wrong_setting(
    fake: FakeProvider, caplog: pytest.LogCaptureFixture
) -> None:
    for issuer in ("https://annan.example", f"{fake.issuer}/", None):
        fake.describes(issuer=issuer)
        assert WRONGLY_SET in refused(lambda: client_of(fake).begin(REDIRECT))
    assert "https://annan.example" in caplog.text


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("access_denied", "släppte inte in dig"),
        ("något nytt", "släppte inte in dig"),
        ("server_error", NO_ANSWER),
        ("temporarily_unavailable", NO_ANSWER),
        ("invalid_scope", WRONGLY_SET),
        ("unauthorized_client", WRONGLY_SET),
    ],
)
def test_the_providers_own_refusal_is_put_in_plain_words(
    visit: Visit, error: str, told: str
) -> None:
    assert told in refused(lambda: visit.finish(error=error))
    assert "/token" not in visit.fake.asked


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("invalid_grant", AGAIN),
        ("invalid_client", WRONGLY_SET),
        ("temporarily_unavailable", NO_ANSWER),
        (7, AGAIN),
    ],
)
def test_a_refused_code_is_put_in_plain_words_and_no_secret_in_the_log(
    visit: Visit, caplog: pytest.LogCaptureFixture, error: object, told: str
) -> None:
    said = f"koden {CODE} med {SECRET} duger inte\nny rad"
    visit.fake.answer("/token", {"error": error, "error_description": said}, 400)
    assert told in refused(visit.finish)
    assert "koden ••• med ••• duger inte ny rad" in caplog.text


def test_an_answer_without_code_is_refused(visit: Visit) -> None:
    assert refused(lambda: visit.finish(code="")) == AGAIN
    assert "/token" not in visit.fake.asked
