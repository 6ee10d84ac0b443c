"""What never reaches a page, and what every page carries."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_site import ACTION, CONTROLLER, GREEN, Site

from icengine.config import Settings
from icengine.logs import masked, redact
from icengine.web.security import BODY_LIMIT

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def site(adopted: object) -> Site:
    return Site(adopted)


@pytest.fixture
def link(site: Site) -> str:
    return site.mail_links()["K3"]


# -- who sends --


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "none"}, 303),
        ({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://annan.kommun.example"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:8000.evil.example"}, 403),
        ({"origin": "http://127.0.0.1:8000"}, 303),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
    ],
)
def test_what_another_site_sends_is_turned_away(
    site: Site, link: str, headers: dict[str, str], status: int
) -> None:
    response = site.client.post(link, data=GREEN | {"gor": "spara"}, headers=headers)
    assert response.status_code == status
    assert site.count("answer") == (1 if status == 303 else 0)
    if status == 403:
        assert "Ingenting har ändrats." in response.text


def test_behind_a_proxy_that_renames_the_host_the_engines_own_address_is_trusted(
    adopted: object,
) -> None:
    settings = Settings(base_url="https://ik.kommun.example", trusted_hosts="web")
    site = Site(adopted, settings=settings)
    headers = {"origin": "https://ik.kommun.example", "host": "web:8000"}
    answered = site.client.post("/svar/x", data={"a": "b"}, headers=headers)
    assert answered.status_code == 404


def test_a_link_followed_from_another_site_opens(site: Site, link: str) -> None:
    headers = {"sec-fetch-site": "cross-site", "referer": "https://webmail.example/"}
    assert site.client.get(link, headers=headers).status_code == 200


# -- what every response carries --


def test_every_page_forbids_what_it_does_not_use(site: Site, link: str) -> None:
    big = {"content": b"x" * (BODY_LIMIT + 1), "headers": FORM}
    responses = [
        site.client.get(link),
        site.client.get("/svar/x"),
        site.client.get("/finns/inte"),
        site.client.post(link, **big),
        site.client.post(link, data=GREEN, headers={"origin": "http://evil.example"}),
        site.client.delete(link),
        site.client.post(link, data=GREEN, headers={"host": "evil.example"}),
    ]
    assert [r.status_code for r in responses] == [200, 404, 404, 413, 403, 405, 400]
    for response in responses:
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["referrer-policy"] == "same-origin"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in response.headers


def test_https_is_demanded_from_then_on_where_the_engine_has_it(adopted: object) -> None:
    site = Site(adopted, settings=Settings(base_url="https://ik.kommun.example"))
    headers = site.client.get("/").headers
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["cross-origin-opener-policy"] == "same-origin"


def test_files_are_kept_for_ever_under_an_address_that_changes_with_them(site: Site) -> None:
    page = site.client.get("/svar/x").text
    address = page[page.index("/static/") :].partition('"')[0]
    kept = site.client.get(address)
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-type"] == "text/css; charset=utf-8"
    old = site.client.get("/static/0123456789ab/app.css")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")
    for name in ("symbols.woff2", "icon.png", "app.js"):
        assert site.client.get(f"/static/x/{name}").status_code == 200
    for path in ("/static/x/app.py", "/static/x/..%2fapp.py", "/static/x/", "/static/x/%2e%2e"):
        assert site.client.get(path).status_code == 404


def test_the_organisations_colour_is_served(site: Site) -> None:
    response = site.client.get("/kommun.css")
    assert response.text == ":root{--kommun:#0B5A67}\n"
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert '<link rel="stylesheet" href="/kommun.css?f=0B5A67">' in site.client.get("/").text


def test_a_colour_that_is_none_never_reaches_the_style_sheet(
    database: Any, example: tuple[Any, Any]
) -> None:
    from dataclasses import replace

    from municipality import adopt_example
    from pydantic import TypeAdapter
    from sqlalchemy import text

    hostile = replace(example[0], accent="red}body{display:none")
    adopt_example(database, example)
    # No reader takes such a colour; the page does not rely on that.
    document = TypeAdapter(type(hostile)).dump_json(hostile).decode()
    with database._writer.begin() as connection:
        connection.execute(text("UPDATE organisation SET document = :d"), {"d": document})
    assert Site(database).client.get("/kommun.css").text == ":root{--kommun:#0B5A67}\n"


def test_nothing_describes_the_interfaces_to_strangers(site: Site) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert site.client.get(path).status_code == 404


# -- sizes --


def test_a_body_over_the_limit_is_turned_away(site: Site, link: str) -> None:
    response = site.client.post(link, content=b"x" * (BODY_LIMIT + 1), headers=FORM)
    assert response.status_code == 413
    assert "större än vad vi tar emot" in response.text
    assert response.headers["connection"] == "close"


def test_a_body_in_chunks_is_counted_too(site: Site, link: str) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(20):
            yield b"resultat=" + b"x" * 100_000

    assert site.client.post(link, content=chunks(), headers=FORM).status_code == 413
    assert site.count("answer") == 0


def test_a_false_announcement_of_length_does_not_help(site: Site, link: str) -> None:
    for announced in ("-1", "x", "9" * 5000):
        headers = FORM | {"content-length": announced}
        response = site.client.post(link, content=b"resultat=a&gor=spara", headers=headers)
        assert response.status_code in (303, 413)


def test_a_body_that_never_ends_is_given_up() -> None:
    import asyncio

    from starlette.responses import Response

    from icengine.web.security import BodyLimit

    async def never() -> dict[str, object]:
        await asyncio.sleep(3600)
        return {}

    async def unreached(*_: object) -> None:
        raise AssertionError

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    guard = BodyLimit(unreached, refuse=lambda s: Response(status_code=s), seconds=0.01)
    scope = {"type": "http", "method": "POST", "headers": []}
    asyncio.run(guard(scope, never, send))
    assert sent[0]["status"] == 408


def test_whoever_stalls_with_a_large_form_loses_their_turn_and_the_next_one_gets_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import asyncio

    from starlette.responses import Response

    from icengine.web import security

    monkeypatch.setattr(security, "STALLED", 0.05)
    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    scope = {"type": "http", "method": "POST", "path": "/svar/x", "headers": headers}
    said: list[int] = []

    async def reached(_scope: Any, receive: Any, _send: Any) -> None:
        said.append(len((await receive())["body"]))

    async def stalled() -> dict[str, object]:
        await asyncio.sleep(3600)
        return {}

    async def at_once() -> dict[str, object]:
        return {"type": "http.request", "body": b"x" * 5_000_000, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            said.append(message["status"])

    async def everybody() -> None:
        guard = security.BodyLimit(reached, refuse=lambda s: Response(status_code=s))
        silent = [guard(scope, stalled, send) for _ in range(security.FILES_AT_ONCE)]
        await asyncio.gather(*silent, guard(scope, at_once, send))

    asyncio.run(everybody())
    assert said == [408] * security.FILES_AT_ONCE + [5_000_000]


def test_a_long_answer_in_many_alphabets_is_kept_whole(site: Site, link: str) -> None:
    text = "Räksmörgås 🦀 العربية 漢字 " * 1500
    fields = site.fill(link, resultat=text)
    assert site.send(link, fields, gor="spara").status_code == 303
    assert site.form(link)["resultat"] == text.strip()


def test_ten_thousand_fields_are_refused(site: Site, link: str) -> None:
    body = "&".join(f"f{n}=x" for n in range(10_000)).encode()
    response = site.client.post(link, content=body, headers=FORM)
    assert response.status_code == 422
    assert site.count("answer") == 0


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"resultat=%ff%fe&gor=spara", FORM["content-type"]),
        (b"resultat=\xff\xfe&gor=spara", FORM["content-type"]),
        (b'{"resultat": "x"}', "application/json"),
        (b"--a\r\nContent-Disposition: form-data\r\n\r\n", "multipart/form-data; boundary=a"),
        (b"resultat=x", ""),
        (b"resultat=x", "text/plain"),
    ],
)
def test_what_no_form_of_ours_sends_is_refused(
    site: Site, link: str, body: bytes, kind: str
) -> None:
    response = site.client.post(link, content=body, headers={"content-type": kind})
    assert response.status_code == 422
    assert "Gå tillbaka och försök igen." in response.text
    assert site.count("answer") == 0


def test_control_characters_are_left_out_of_every_field(site: Site, link: str) -> None:
    names = ["resultat", "kommentar", "antal", "totalt", "bedomning", *ACTION]
    fields = site.form(link) | dict.fromkeys(names, "a\x00\x01\x1bb")
    assert site.send(link, fields, gor="spara").status_code == 303
    kept = site.form(link)
    assert {kept[name] for name in names if name != "bedomning"} == {"ab"}


NAMES = ["resultat", "bedomning", "kommentar", "antal", "totalt", "version", "gor", "ta-bort"]
NAMES += [f"{kind}-{n}" for kind in ("atgard", "vem", "klar") for n in (0, 1, 2, 20, 21)]
JUNK = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", "gron", "rod", "0", "-1", "9" * 40, "2022-10-31", "10000-01-01", "٣"]),
)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(fields=st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=9), JUNK, max_size=12))
def test_no_form_however_strange_breaks_the_page(
    site: Site, link: str, fields: dict[str, str]
) -> None:
    clean = {
        k.encode(errors="replace").decode(): v.encode(errors="replace").decode()
        for k, v in fields.items()
    }
    response = site.client.post(link, data=clean, headers=FORM)
    assert response.status_code in (303, 409, 422)
    assert site.client.get(link).status_code in (200, 303)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=st.binary(max_size=300))
def test_no_body_however_strange_breaks_the_page(site: Site, link: str, body: bytes) -> None:
    response = site.client.post(link, content=body, headers=FORM)
    assert response.status_code in (303, 409, 422)


# -- errors --


def test_an_address_that_does_not_exist_has_a_page(site: Site) -> None:
    response = site.client.get("/finns/inte")
    assert response.status_code == 404
    assert "<h1>Sidan finns inte</h1>" in response.text
    assert "Älvhamra kommun" in response.text


@pytest.mark.parametrize("address", ["/svar/x", "/finns-inte"])
def test_an_error_leads_on_and_whoever_is_logged_in_keeps_the_menu(
    site: Site, address: str
) -> None:
    for browser, menu in ((site.log_in(CONTROLLER), True), (site.client, False)):
        page = browser.get(address)
        assert page.status_code == 404
        assert "Till startsidan" in page.text
        assert ('action="/logga-ut"' in page.text) is menu


def test_a_method_that_is_not_taken_has_a_page(site: Site, link: str) -> None:
    response = site.client.delete(link)
    assert response.status_code == 405
    assert "<h1>Det går inte att göra så</h1>" in response.text
    assert response.headers["allow"]


def test_a_fault_of_ours_shows_a_reference_that_the_log_explains(
    site: Site, link: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from icengine.web.pages import tasks

    def broken(*_: object) -> None:
        raise ZeroDivisionError("hemlig orsak")

    monkeypatch.setattr(tasks, "task_view", broken)
    response = site.client.get(link)
    assert response.status_code == 500
    assert "Något gick fel hos oss" in response.text
    assert "hemlig orsak" not in response.text
    assert "Traceback" not in response.text
    reference = response.text.partition("Uppge numret <strong>")[2].partition("<")[0]
    assert reference == response.headers["x-request-id"]
    assert len(reference.replace("-", "")) == 12
    assert reference in caplog.text
    assert "hemlig orsak" in caplog.text
    assert link.removeprefix("/svar/") not in caplog.text
    assert response.headers["content-security-policy"]


def test_without_a_database_the_page_says_to_wait_and_the_log_says_why(
    tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from icengine.store.db import Database

    site = Site(Database(f"sqlite:///{tmp_path}/ingen/alls.db"))
    response = site.client.get("/svar/x")
    assert response.status_code == 503
    assert "Internkontrollen är inte igång" in response.text
    assert str(tmp_path) not in response.text
    assert str(tmp_path) in caplog.text


def test_every_error_of_ours_has_a_status_and_every_status_a_page() -> None:
    from icengine import errors
    from icengine.web.errors import PAGES, STATUS

    ours = {k for k in vars(errors).values() if isinstance(k, type)} - {errors.ICEngineError}
    assert set(STATUS) == ours
    assert set(STATUS.values()) <= set(PAGES)


# -- logs --


def test_no_trace_leaves_the_application(site: Site) -> None:
    assert not site.app._native_telemetry.enabled()
    assert not site.app._telemetry["auto_configure"]


def test_a_log_never_holds_the_secret_of_a_link() -> None:
    secret = "q4Zt_8yB-x1"
    lines = [
        f"GET /svar/{secret} HTTP/1.1",
        f"/svar/{secret}/kvitto?x=1",
        f"/SVAR//{secret}#a",
        f'"/svar/{secret}"',
    ]
    for line in lines:
        assert secret not in masked(line)
    assert masked("/svar/abc/kvitto") == "/svar/•••/kvitto"
    assert masked("/planer/ks-2022/slutrapport") == "/planer/ks-2022/slutrapport"


@pytest.mark.parametrize("way", ["svar", "logga-in", "forsta-start"])
def test_nor_one_that_begins_as_an_address_does(way: str) -> None:
    for secret in ("konto-abcdef", "konto_x", "kontoq", "konto.x"):
        for line in (f"/{way}/{secret}", f'"GET /{way}/{secret}/kvitto HTTP/1.1"'):
            assert secret not in masked(line)


def test_the_addresses_of_the_own_login_are_no_secrets() -> None:
    for line in (
        "/logga-in/konto", "/logga-in/konto/klar", "/logga-in/konto?till=/jag",
        '"GET /logga-in/konto HTTP/1.1"', "'/logga-in/konto'", "/logga-in/konto#x",
    ):  # fmt: skip
        assert masked(line) == line
    assert masked("/svar/konto") == "/svar/•••"


def test_the_servers_own_log_lines_are_masked(site: Site) -> None:
    # The application installs the filter; the line is as uvicorn writes it.
    assert site.app is not None
    args = ("127.0.0.1:5", "GET", "/svar/hemligt/kvitto", "1.1", 200)
    record = logging.LogRecord("uvicorn.access", 20, "", 0, '%s - "%s %s HTTP/%s" %d', args, None)
    assert logging.getLogger("uvicorn.access").filter(record)
    assert "hemligt" not in record.getMessage()
    assert "/svar/•••/kvitto" in record.getMessage()
    plain = logging.LogRecord("x", 20, "", 0, "GET /svar/hemligt", None, None)
    assert redact(plain)
    assert plain.getMessage() == "GET /svar/•••"
