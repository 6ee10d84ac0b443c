"""The kommun's login against a real provider, from the first address to who it was."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from login_forms import REDIRECT, come_back

from icengine.clock import now
from icengine.errors import LoginFailed
from icengine.identity.oidc import Account, Begun, Provider, ProviderSettings

pytestmark = pytest.mark.node

CHIEF = "ekonomi@kommun.example"
SECRET = "hem+lig%&:/ =~x"


def provider(issuer: str, **changes: str) -> Provider:
    """The client that the real provider knows, but for `changes`."""
    known = {"issuer": issuer, "client_id": "ik", "client_secret": SECRET}
    return Provider(ProviderSettings(**(known | changes)))


def logged_in(client: Provider, login: str = CHIEF) -> Account:
    """Who comes back after the whole journey."""
    begun = client.begin(REDIRECT)
    return client.finish(begun, REDIRECT, come_back(begun.address, login), now())


@pytest.fixture(params=[0, 1], ids=["in the ID token", "at userinfo"])
def issuer(issuers: list[str], request: pytest.FixtureRequest) -> str:
    """Each of the real providers."""
    return issuers[int(request.param)]


@pytest.fixture
def client(issuers: list[str]) -> Provider:
    """The client at the provider that says everything in the ID token."""
    return provider(issuers[0])


@pytest.fixture
def begun(client: Provider) -> Begun:
    """A login that has begun there."""
    return client.begin(REDIRECT)


@pytest.fixture
def params(begun: Begun) -> dict[str, str]:
    """What the browser came back with from it."""
    return come_back(begun.address, CHIEF)


def test_the_provider_says_who_it_is(issuer: str) -> None:
    assert logged_in(provider(issuer)) == Account(CHIEF, CHIEF, frozenset())


def test_the_address_is_in_small_letters(issuer: str) -> None:
    found = logged_in(provider(issuer), "controller@kommun.example")
    assert found.email == "controller@kommun.example"


@pytest.mark.parametrize(
    ("name", "login", "roles"),
    [
        ("groups", CHIEF, {"Ekonomi", "Chefer på plats"}),
        ("groups", "controller@kommun.example", {"controller", "läsare", "nämnd"}),
        ("realm_access.roles", CHIEF, {"controller", "läsare"}),
        ("realm_access.roles", "controller@kommun.example", set()),
        ("finns.inte", CHIEF, set()),
    ],
)
def test_roles_come_from_a_list_a_text_or_a_nested_claim(
    issuer: str, name: str, login: str, roles: set[str]
) -> None:
    assert logged_in(provider(issuer, roles_claim=name), login).roles == roles


def test_another_claim_may_hold_the_address(issuer: str) -> None:
    assert logged_in(provider(issuer, email_claim="sub"), "utan@kommun.example").email


def test_an_unverified_address_is_refused(issuer: str) -> None:
    with pytest.raises(LoginFailed, match="är inte bekräftad"):
        logged_in(provider(issuer), "obekraftad@kommun.example")


def test_an_account_without_address_is_refused(issuer: str) -> None:
    with pytest.raises(LoginFailed, match="ingen e-postadress"):
        logged_in(provider(issuer), "utan")


def test_what_is_sent_proves_who_began(begun: Begun) -> None:
    sent = {k: v[0] for k, v in parse_qs(urlsplit(begun.address).query).items()}
    assert sent["code_challenge_method"] == "S256"
    assert len(sent["code_challenge"]) == 43
    assert (sent["state"], sent["nonce"], sent["scope"]) == (
        begun.state, begun.nonce, "openid email profile"
    )  # fmt: skip
    assert begun.verifier not in begun.address


def test_two_logins_share_no_secret(client: Provider, begun: Begun) -> None:
    other = client.begin(REDIRECT)
    assert not {other.state, other.nonce, other.verifier} & {
        begun.state, begun.nonce, begun.verifier
    }  # fmt: skip


def test_an_answer_to_another_login_is_refused(
    client: Provider, begun: Begun, params: dict[str, str]
) -> None:
    for state in ("", "å", begun.state[:-1], client.begin(REDIRECT).state):
        with pytest.raises(LoginFailed, match="från början"):
            client.finish(begun, REDIRECT, params | {"state": state}, now())
    with pytest.raises(LoginFailed):
        client.finish(replace(begun, state=""), REDIRECT, params | {"state": ""}, now())


def test_a_code_works_once(client: Provider, begun: Begun, params: dict[str, str]) -> None:
    assert client.finish(begun, REDIRECT, params, now()).email == CHIEF
    with pytest.raises(LoginFailed, match="från början"):
        client.finish(begun, REDIRECT, params, now())


@pytest.mark.parametrize("field", ["nonce", "verifier"])
def test_a_code_of_another_login_is_refused(
    client: Provider, begun: Begun, params: dict[str, str], field: str
) -> None:
    other = client.begin(REDIRECT)
    mixed = replace(begun, **{field: getattr(other, field)})
    with pytest.raises(LoginFailed, match="från början"):
        client.finish(mixed, REDIRECT, params, now())


def test_a_code_meant_for_another_program_is_refused(issuers: list[str], client: Provider) -> None:
    other = provider(issuers[0], client_id="annan", client_secret="annan-hemlighet")
    theirs = other.begin(REDIRECT)
    params = come_back(theirs.address, CHIEF)
    with pytest.raises(LoginFailed, match="från början"):
        client.finish(theirs, REDIRECT, params, now())


def test_an_answer_that_names_another_issuer_or_none_is_refused(
    client: Provider, begun: Begun, params: dict[str, str]
) -> None:
    assert params["iss"]
    with pytest.raises(LoginFailed, match="från början"):
        client.finish(begun, REDIRECT, params | {"iss": "https://annan.example"}, now())
    del params["iss"]
    with pytest.raises(LoginFailed, match="från början"):
        client.finish(begun, REDIRECT, params, now())


def test_who_cancels_is_told_so(client: Provider, begun: Begun) -> None:
    params = come_back(begun.address, CHIEF, cancel=True)
    with pytest.raises(LoginFailed, match="släppte inte in dig"):
        client.finish(begun, REDIRECT, params, now())


def test_a_wrong_secret_is_a_wrong_setting_and_stays_out_of_the_log(
    issuers: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    wrong = provider(issuers[0], client_secret="fel-hemlighet")
    with pytest.raises(LoginFailed, match="inte rätt inställd"):
        logged_in(wrong)
    assert "invalid_client" in caplog.text
    assert "fel-hemlighet" not in caplog.text


def test_new_keys_at_the_provider_are_asked_for(issuers: list[str]) -> None:
    client = provider(issuers[0])
    assert logged_in(client).email == CHIEF
    httpx2.post(f"{issuers[0]}/rotate", trust_env=False).raise_for_status()
    assert logged_in(client).email == CHIEF
