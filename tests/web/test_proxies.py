"""Names that are ours, and what a proxy may say about who asks."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response
from web_site import Site

from icengine.config import CHECKS, Settings
from icengine.web.proxies import BelievedProxies, OurHosts

Pair = tuple[str, str]


def passed(
    guard: type[Any], headers: list[Pair], peer: str | None = "10.0.0.5", **options: Any
) -> dict[str, Any] | int:
    """The scope as it reaches the pages, or the status of the refusal."""
    reached: list[dict[str, Any]] = []
    sent: list[Any] = []

    async def app(scope: Any, *_: object) -> None:
        reached.append(scope)

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError

    raw = [(k.encode(), v.encode("latin-1", "replace")) for k, v in headers]
    scope = {"type": "http", "scheme": "http", "method": "GET", "path": "/", "headers": raw}
    scope["client"] = (peer, 50000) if peer else None
    asyncio.run(guard(app, **options)(scope, receive, send))
    return reached[0] if reached else sent[0]["status"]


# -- hosts --


def host_passes(host: str | None, base_url: str, trusted: str = "") -> bool:
    headers = [] if host is None else [("host", host)]
    found = passed(
        OurHosts, headers, base_url=base_url, trusted_hosts=trusted,
        refuse=lambda status: Response(status_code=status),
    )  # fmt: skip
    assert isinstance(found, dict) or found == 400
    return isinstance(found, dict)


PUBLIC = "https://ik.kommun.example"
LOCAL = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("host", "base_url", "trusted"),
    [
        ("ik.kommun.example", PUBLIC, ""),
        ("IK.Kommun.Example:443", PUBLIC, ""),
        ("xn--malm-8qa.example", "https://malmö.example", ""),
        ("web:8000", PUBLIC, "web"),
        ("ik.kommun.example", PUBLIC, "web, intern.kommun.example"),
        ("intern.kommun.example", PUBLIC, "web, intern.kommun.example"),
        ("xn--malm-8qa.example", PUBLIC, "malmö.example"),
        ("[2001:db8::5]", PUBLIC, "2001:0db8::0005"),
        ("127.0.0.1:8000", LOCAL, ""),
        ("localhost", LOCAL, ""),
        ("[::1]:8000", LOCAL, ""),
        ("127.0.0.1", "http://localhost:8000", ""),
        ("127.0.0.1:8000", "http://0.0.0.0:8000", ""),
    ],
)
def test_a_request_for_a_name_of_ours_is_taken(host: str, base_url: str, trusted: str) -> None:
    assert host_passes(host, base_url, trusted)


@pytest.mark.parametrize(
    ("host", "base_url", "trusted"),
    [
        (None, LOCAL, ""),
        ("", LOCAL, ""),
        ("evil.example", LOCAL, ""),
        ("evil.example:8000", LOCAL, ""),
        ("127.0.0.1.evil.example", LOCAL, ""),
        ("evil.example@127.0.0.1", LOCAL, ""),
        ("127.0.0.1@evil.example", LOCAL, ""),
        ("127.0.0.1, evil.example", LOCAL, ""),
        ("127.0.0.1:8000:1", LOCAL, ""),
        ("127.0.0.1/..", LOCAL, ""),
        ("[", LOCAL, ""),
        ("[::1", LOCAL, ""),
        ("127.0.0.1\x00", LOCAL, ""),
        ("10.0.0.5:8000", LOCAL, ""),
        ("10.0.0.5:8000", "http://0.0.0.0:8000", ""),
        ("127.0.0.1", PUBLIC, ""),
        ("localhost", PUBLIC, ""),
        ("kommun.example", PUBLIC, ""),
        ("a.ik.kommun.example", PUBLIC, ""),
        ("web.evil.example", PUBLIC, "web"),
    ],
)
def test_a_request_for_any_other_name_is_turned_away(
    host: str | None, base_url: str, trusted: str
) -> None:
    assert not host_passes(host, base_url, trusted)


def test_two_names_in_one_request_are_none() -> None:
    headers = [("host", "127.0.0.1"), ("host", "127.0.0.1")]
    refuse = {"refuse": lambda status: Response(status_code=status)}
    assert passed(OurHosts, headers, base_url=LOCAL, trusted_hosts="", **refuse) == 400


@given(st.text("127.0.0.1[]:@ /\\evil.xå%\x00", max_size=30))
def test_whatever_is_taken_is_the_name_itself(host: str) -> None:
    if host_passes(host.encode("latin-1", "replace").decode("latin-1"), LOCAL, "web"):
        name = host.removeprefix("[").partition("]")[0].partition(":")[0].lower()
        assert name == "web" or name.startswith("127.") or "::" in host


def test_the_refusal_is_a_page_that_says_what_to_do_and_the_log_names_the_host(
    adopted: object, caplog: pytest.LogCaptureFixture
) -> None:
    site = Site(adopted)
    link = site.mail_links()["K3"]
    other = site.browser("http://evil.example:8000")
    for response in (other.get("/"), other.get(link), other.post(link, data={"gor": ""})):
        assert response.status_code == 400
        assert "<h1>Fel adress</h1>" in response.text
        assert "Öppna länken i mejlet igen" in response.text
        assert "default-src 'none'" in response.headers["content-security-policy"]
    assert site.count("answer") == 0
    assert "Okänt värdnamn 'evil.example:8000': se inställningen trusted_hosts" in caplog.text


def test_a_host_cannot_write_lines_of_its_own_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "icengine.web"):
        host_passes("a\r\nb" + "x" * 5000, LOCAL)
    [record] = caplog.records
    assert record.getMessage().isprintable()
    assert len(record.getMessage()) < 200


# -- proxies --


def client_of(
    forwarded: list[str], peer: str | None = "10.0.0.5", trusted: str = "10.0.0.5"
) -> str:
    headers = [("x-forwarded-for", value) for value in forwarded]
    scope = passed(BelievedProxies, headers, peer, trusted_proxies=trusted)
    assert isinstance(scope, dict)
    return str(scope["client"][0]) if scope["client"] else ""


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        (["203.0.113.9"], "203.0.113.9"),
        ([" 203.0.113.9 "], "203.0.113.9"),
        (["203.0.113.9:4711"], "203.0.113.9"),
        (["2001:DB8::9"], "2001:db8::9"),
        (["[2001:db8::9]:4711"], "2001:db8::9"),
        (["::ffff:203.0.113.9"], "203.0.113.9"),
        (["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        (["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9, 10.0.0.5"], "203.0.113.9"),
        (["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        (["10.0.0.5"], "10.0.0.5"),
        ([], "10.0.0.5"),
        ([""], "10.0.0.5"),
        (["unknown"], "10.0.0.5"),
        (["<script>"], "10.0.0.5"),
        (["fe80::1%<script>"], "10.0.0.5"),
        (["203.0.113.9, "], "10.0.0.5"),
        (["203.0.113.9, nonsens"], "10.0.0.5"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy_of_ours(
    forwarded: list[str], client: str
) -> None:
    assert client_of(forwarded) == client


def test_through_several_proxies_of_ours_the_client_is_still_found() -> None:
    chain = ["198.51.100.1, 203.0.113.9, 172.16.3.4, 10.0.0.6"]
    assert client_of(chain, trusted="10.0.0.0/24, 172.16.0.0/12") == "203.0.113.9"
    assert client_of(chain, trusted="10.0.0.0/24") == "172.16.3.4"
    assert client_of(["203.0.113.9"], "::ffff:10.0.0.5") == "203.0.113.9"
    assert client_of(["203.0.113.9"], "fe80::1%eth0", "fe80::/10") == "203.0.113.9"


@pytest.mark.parametrize("trusted", ["", "10.0.0.6", "10.0.1.0/24", "::1"])
def test_from_anybody_else_the_headers_are_ignored(trusted: str) -> None:
    headers = [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-proto", "https")]
    scope = passed(BelievedProxies, headers, trusted_proxies=trusted)
    assert isinstance(scope, dict)
    assert (scope["client"], scope["scheme"]) == (("10.0.0.5", 50000), "http")
    assert client_of(["127.0.0.1"], None, trusted) == ""


@pytest.mark.parametrize(
    ("said", "scheme"),
    [
        (["https"], "https"),
        (["http"], "http"),
        (["http", "https"], "https"),
        (["http, https"], "https"),
        (["javascript"], "http"),
        (["https\x00"], "http"),
        ([""], "http"),
    ],
)
def test_a_proxy_of_ours_says_whether_it_was_https(said: list[str], scheme: str) -> None:
    headers = [("x-forwarded-proto", value) for value in said]
    scope = passed(BelievedProxies, headers, trusted_proxies="10.0.0.5")
    assert isinstance(scope, dict)
    assert scope["scheme"] == scheme


def test_no_other_header_is_believed() -> None:
    headers = [
        ("forwarded", "for=127.0.0.1;proto=https;host=evil.example"),
        ("x-real-ip", "127.0.0.1"),
        ("x-forwarded-host", "evil.example"),
    ]
    scope = passed(BelievedProxies, headers, trusted_proxies="10.0.0.5")
    assert isinstance(scope, dict)
    assert (scope["client"][0], scope["scheme"]) == ("10.0.0.5", "http")


@given(st.lists(st.text("1.2,:[]%ax \x00", max_size=25), max_size=4))
def test_the_client_is_always_an_address(forwarded: list[str]) -> None:
    import ipaddress

    assert ipaddress.ip_address(client_of(forwarded))


def test_the_settings_reach_the_pages(adopted: object) -> None:
    settings = Settings(base_url=PUBLIC, trusted_hosts="web", trusted_proxies="10.0.0.0/8")
    site = Site(adopted, settings=settings)
    seen: list[tuple[str, str]] = []

    async def shown(request: Any) -> Response:
        seen.append((request.client.host, request.url.scheme))
        return Response()

    site.app.add_route("/vem", shown)
    headers = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}
    for peer in ("10.0.0.5", "192.0.2.1"):
        site.browser("http://web:8000", peer, headers=headers).get("/vem")
    assert seen == [("203.0.113.9", "https"), ("192.0.2.1", "http")]


# -- settings --


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("trusted_hosts", "", True),
        ("trusted_hosts", "  ", True),
        ("trusted_hosts", "ik.kommun.example, web, [::1], 10.0.0.5, malmö.example", True),
        ("trusted_hosts", "a,,b", False),
        ("trusted_hosts", "*", False),
        ("trusted_hosts", "*.kommun.example", False),
        ("trusted_hosts", "web:8000", False),
        ("trusted_hosts", "https://ik.kommun.example", False),
        ("trusted_hosts", "a b", False),
        ("trusted_proxies", "", True),
        ("trusted_proxies", "10.0.0.5, 172.16.0.0/12, ::1, fd00::/8", True),
        ("trusted_proxies", "*", False),
        ("trusted_proxies", "0.0.0.0/0", False),
        ("trusted_proxies", "::/0", False),
        ("trusted_proxies", "10.0.0.1/8", False),
        ("trusted_proxies", "proxy.kommun.example", False),
        ("trusted_proxies", "10.0.0.5,", False),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(name: str, value: str, taken: bool) -> None:
    assert CHECKS[name](value) is taken
