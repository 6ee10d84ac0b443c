"""A browser that hangs up in the middle of a form: nothing of it is saved, and the server goes on."""

from __future__ import annotations

import signal
import socket
from urllib.parse import urlencode, urlsplit

import httpx2
from programs import PLAIN, Place

WHOLE = {"version": "0", "bedomning": "gron", "resultat": "Allt fungerar som avsett, utom en sak."}
"""No button is named: it is handed in."""
BOUNDARY = "gräns".encode().hex()


def multipart(fields: dict[str, str], file: bytes) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in fields.items()
    ]
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="underlag"; filename="a.txt"\r\n\r\n'
    )
    return ("".join(parts) + head).encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()


TYPED = urlencode(WHOLE).encode()
FILES = multipart(WHOLE, b"A" * 300_000)
LARGE = multipart(WHOLE, b"A" * 3_000_000)
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
CUT = {
    "in the middle of a text": (URLENCODED, TYPED, len(TYPED) - 20),
    "before the last letter": (URLENCODED, TYPED, len(TYPED) - 1),
    "in the middle of a field's name": (URLENCODED, TYPED, 5),
    "in the middle of a file": (MULTIPART, FILES, 150_000),
    "before the last line's end": (MULTIPART, FILES, len(FILES) - 2),
    "in the middle of a large file": (MULTIPART, LARGE, 2_000_000),
}


def hang_up(address: str, link: str, kind: str, body: bytes, after: int, chunked: bool) -> None:
    """Send so much of the form, and go."""
    where = urlsplit(address)
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
    head = (
        f"POST {link} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: {kind}\r\n{length}\r\n\r\n"
    )
    part = body[:after]
    sent = f"{len(part):x}\r\n".encode() + part + b"\r\n" if chunked else part
    with socket.create_connection((str(where.hostname), int(where.port or 0))) as client:
        client.sendall(head.encode() + sent)
        client.shutdown(socket.SHUT_WR)
        client.settimeout(20)
        try:
            while client.recv(65536):
                pass
        except ConnectionError:
            return


def test_half_a_form_is_never_saved(sqlite_place: Place) -> None:
    link = sqlite_place.link("K5")
    address = sqlite_place.serve()
    for name, (kind, body, after) in CUT.items():
        for chunked in (False, True):
            hang_up(address, link, kind, body, after, chunked)
            page = httpx2.get(address + link, **PLAIN)
            assert page.status_code == 200, name
            assert sqlite_place.rows("SELECT count(*) FROM answer") == [[0]], (name, chunked)
            assert sqlite_place.rows("SELECT count(*) FROM evidence") == [[0]], (name, chunked)
    with httpx2.Client(**PLAIN) as browser:
        sent = browser.post(address + link, content=FILES, headers={"content-type": MULTIPART})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{link}/kvitto"), sent.text
    assert sqlite_place.rows("SELECT count(*) FROM answer") == [[1]]
    web = sqlite_place.running[-1]
    web.end(signal.SIGTERM)
    said = web.said
    assert "Traceback" not in said, said
    assert "ERROR" not in said, said
