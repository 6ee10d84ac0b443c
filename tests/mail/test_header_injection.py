"""Nothing that reaches a mail from outside can add a header to it, or a receiver."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icengine.config import CHECKS
from icengine.domain.notice import Notice, NoticeKind
from icengine.mail.compose import compose
from icengine.mail.headers import Unsendable

NOW = datetime(2022, 10, 3, 6, 0, tzinfo=UTC)
SENDER = "ik@kommun.example"
NOTICE = Notice(
    kind=NoticeKind.OPENED,
    email="ekonomi@kommun.example",
    function="Ekonomichefen",
    task_key="ks-2022/K3/ks/2022-09",
    version=1,
    organisation="Älvhamra kommun",
    unit="Kommunstyrelsen",
    year=2022,
    title="Klassning",
    what="Att allt är klassat.",
    method="Ta fram listan.",
    sample="Alla",
    period="september 2022",
    due=date(2022, 10, 28),
    contact="Kommuncontrollern",
    contact_email="controller@kommun.example",
    accent="#0B5A67",
)
TEXTS = [f.name for f in fields(Notice) if isinstance(getattr(NOTICE, f.name), str)]
TEXTS = [name for name in TEXTS if name != "kind"]
ENDS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029",
        "\x00", "\r\n ", "\n\t", "=?utf-8?q?=0D=0A?=", "%0d%0a", ">\r\n", '"\r\n', ",", ";", " "]  # fmt: skip
"""What ends a line for some reader, or an address."""


def sent(notice: Notice, sender: str = SENDER) -> bytes:
    """The mail as it leaves; b"" where it is refused."""
    try:
        mail = compose(notice, link="https://x.example/svar/a", today=NOW.date(), sender=sender)
        return mail.as_message(NOW).as_bytes()
    except Unsendable:
        return b""


NAMES = set(message_from_bytes(sent(NOTICE), policy=policy.default).keys())


def unharmed(raw: bytes) -> None:
    """The headers of every mail and no other, and nobody else among those it is about."""
    head = raw.split(b"\r\n\r\n", 1)[0]
    assert head.isascii()
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert b"\r" not in head.replace(b"\r\n", b"")
    read = message_from_bytes(raw, policy=policy.default)
    assert set(read.keys()) <= NAMES
    assert len(read.keys()) == len(set(read.keys()))
    values = [str(read[name]) for name in ("To", "From", "Reply-To") if name in read]
    people = {address for _, address in getaddresses(values)}
    assert "ond@evil.example" not in people


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_of_a_notice_adds_a_header_or_a_receiver(name: str) -> None:
    old = getattr(NOTICE, name)
    for end in ENDS:
        for evil in (
            f"{old}{end}Bcc: ond@evil.example",
            f"{end}Bcc: ond@evil.example{end}{end}<b>",
        ):
            raw = sent(replace(NOTICE, **{name: evil}))
            if name != "email":
                assert raw, "a text may not stop the mail"
            if raw:
                unharmed(raw)


@pytest.mark.parametrize("end", ENDS)
def test_no_sender_in_the_settings_adds_a_header(end: str) -> None:
    for evil in (
        f"{SENDER}{end}Bcc: ond@evil.example",
        f"Namn{end}Bcc: ond@evil.example <{SENDER}>",
        f"Namn <{SENDER}{end}Bcc: ond@evil.example>",
        f"Namn <{SENDER}>{end}Bcc: ond@evil.example",
    ):
        raw = sent(NOTICE, evil)
        if raw:
            unharmed(raw)
        if any(ord(ch) < 32 for ch in evil):
            assert not CHECKS["mail_from"](evil)


@given(st.sampled_from(TEXTS), st.text('a@:<>,"=?\r\n\x85\u2028å\u0301 Bc.;\x00', max_size=60))
def test_no_text_whatever_harms_a_mail(name: str, text: str) -> None:
    if raw := sent(replace(NOTICE, **{name: text})):
        unharmed(raw)
