"""What a provider may say of itself, and what of a person is read from its claims."""

from __future__ import annotations

from typing import Any

import pytest

from icengine.identity.claims import claim, denies_email, email_of, roles_of
from icengine.identity.discovery import Unfit, address_of, on_loopback, read_metadata

ISSUER = "https://login.kommun.example/realms/kommun"
GOOD = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/certs",
    "id_token_signing_alg_values_supported": ["HS256", "ES256", "RS256", "none"],
}


def test_a_good_description_is_read() -> None:
    found = read_metadata(GOOD, ISSUER)
    assert (found.token, found.userinfo) == (f"{ISSUER}/token", "")
    assert found.algorithms == ("RS256", "ES256")
    assert found.method == "client_secret_basic"
    posted = GOOD | {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert read_metadata(posted, ISSUER).method == "client_secret_post"


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": f"{ISSUER}/"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://login.kommun.example/token"},
        {"token_endpoint": "http://127.0.0.1/token"},
        {"jwks_uri": ""},
        {"jwks_uri": "https:///certs"},
        {"jwks_uri": f"{ISSUER}/ce rts"},
        {"userinfo_endpoint": "http://login.kommun.example/me"},
        {"userinfo_endpoint": 7},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
        {"id_token_signing_alg_values_supported": []},
    ],
    ids=str,
)
def test_a_description_that_cannot_be_trusted_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Unfit):
        read_metadata(GOOD | changes, ISSUER)


def test_only_this_machine_may_speak_unencrypted() -> None:
    near = ("http://localhost:8080/realms/a", "http://127.0.0.2", "http://[::1]:80")
    far = ("http://kommun.example", "http://localhost.example", "http://10.0.0.1", "")
    assert all(map(on_loopback, near))
    assert not any(map(on_loopback, far))


@pytest.mark.parametrize("issuer", ["https://a.example/b", "https://a.example/b/"])
def test_the_description_lies_under_the_issuer(issuer: str) -> None:
    assert address_of(issuer) == "https://a.example/b/.well-known/openid-configuration"


def test_dots_lead_into_a_claim_unless_they_are_its_name() -> None:
    claims = {"a": {"b": {"c": 1}}, "https://kommun.example/roller": ["x"], "d": "text"}
    assert claim(claims, "a.b.c") == 1
    assert claim(claims, "https://kommun.example/roller") == ["x"]
    assert claim(claims, "d.e") is None
    assert claim(claims, "") is None


@pytest.mark.parametrize(
    ("value", "roles"),
    [
        (["controller", "läsare nämnd", " ", 7, None], {"controller", "läsare nämnd"}),
        ("controller, läsare  nämnd", {"controller", "läsare", "nämnd"}),
        ("", set()),
        ({"controller": True}, set()),
        (7, set()),
        (None, set()),
    ],
)
def test_roles_are_read_in_every_form_they_come_in(value: object, roles: set[str]) -> None:
    assert roles_of([{"roles": value}], "roles") == roles
    assert roles_of([{"roles": value}], "") == set()


def test_the_id_token_goes_before_userinfo() -> None:
    sources = [{"email": "A@Kommun.Example", "roles": []}, {"email": "b@c.example", "roles": ["x"]}]
    assert email_of(sources, "email") == "a@kommun.example"
    assert roles_of(sources, "roles") == frozenset()


@pytest.mark.parametrize("value", ["", "a", "a@b", "a b@kommun.example", ["a@b.se"], None, 7])
def test_what_is_no_address_is_none(value: object) -> None:
    assert email_of([{"email": value}], "email") == ""


def test_only_an_outright_no_denies_an_address() -> None:
    assert not denies_email([{}, {"email_verified": None}, {"email_verified": True}])
    assert denies_email([{"email_verified": True}, {"email_verified": False}])
