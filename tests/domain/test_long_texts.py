"""Time grows with a text's length and not faster, whatever stands in it.

Every reader that meets what users write is handed the longest that can reach it, made of the pieces
that its patterns look for, in a process of its own: a pattern that backtracks does not come back.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from icengine import config, logs
from icengine.domain import text as texts
from icengine.domain.directory import DOMAIN
from icengine.domain.frequency import LONGEST, read_frequency
from icengine.domain.node import nearest
from icengine.domain.reading import ADDRESS, COLOUR, ID
from icengine.mail import headers
from icengine.web import proxies, security

SECONDS = 100
"""Far more than all of it takes; a pattern that backtracks would take years."""
BODY = security.BODY_LIMIT

PIECES = [
    "1", "12", "2026-", "2026-01-", "1:a", "1:", "a", "å", "en ", "en gång per ", "var ", "varje ",
    "mars ", "mars, ", "mars–", "t.o.m. ", "t o m ", "fr.o.m.", "c:a ", "&", "+", "-", "–", "- ",
    "/", "1/", "((", ")(", ". ", ",", ",,", '"', " ", "\n", "\t", "\u00a0", "\u00ad", "_", "²", "٣",
    "\u0301\u0316", "\u0f73", "vecka 1 ", "vecka 1–", "kvartal 1 och ", "senast ", "före ", "mellan ",
    "vartannat år ", "löpande, ", "två gånger per ", "våren och ", "tidig ", "slutet av ",
    "delårsrapport 1 ", "året efter ", "2026/2027 ", "1 januari–", "från och med ", "\U0001f600",
    "a.", "a@", "@", "<", ">", "a <", "=?", "=?utf-8?q?", "/svar/", "/svar//", "<style", "<style>",
    "://", "://a@", "[", "[:", "::", "127.0.0.1", ",127.0.0.1",
]  # fmt: skip
"""Every kind of token, and near-misses of every pattern."""

NEAR_ENDS = ["!", "", "@", "\n", "x", "\x00", ">", "år"]


def made(length: int) -> Iterator[str]:
    """Long texts: a piece repeated, alone and with an end that does not fit."""
    for piece in PIECES:
        for end in NEAR_ENDS if length <= 2_000 else NEAR_ENDS[:1]:
            yield (piece * (length // len(piece) + 1))[: length - len(end)] + end


def _frequency(text: str) -> None:
    for year in (2026, 2027):
        read_frequency(text, year)


def _sender(text: str) -> None:
    config.CHECKS["mail_from"](text)
    headers.name_and_address(text)
    with suppress(headers.Unsendable):
        headers.mailbox(text)


def _settings(text: str) -> None:
    for check in ("base_url", "trusted_hosts", "trusted_proxies", "database_url"):
        config.CHECKS[check](text)
    config._masked(text)


def _names(text: str) -> None:
    for pattern in (ADDRESS, DOMAIN, ID, COLOUR, proxies._HOST):
        pattern.fullmatch(text)
    proxies._address(text)
    proxies._name(text)
    nearest(text, ["kommunstyrelsen", "barnnämnden"])


def _line(text: str) -> None:
    logs.TextLines().format(logging.makeLogRecord({"name": "icengine.web", "msg": text}))


READERS: dict[str, tuple[Callable[[str], object], int]] = {
    "the frequency reader": (_frequency, LONGEST),
    "a text to store": (texts.recorded, BODY // 6),
    "a text to show": (texts.shown, 20_000),
    "a text to lay out": (texts.paragraphs, 20_000),
    "an address or a sender": (_sender, 20_000),
    "settings": (_settings, 2_000),
    "names, hosts and colours": (_names, 20_000),
    "a line of the log": (_line, 20_000),
    "a report's style": (lambda text: security.report_policy(text.encode()), 20_000),
}
"""What reads, and the longest that can reach it (of a form: letters that take six bytes each)."""


def test_no_text_of_the_longest_kind_takes_long() -> None:
    command = [sys.executable, __file__]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, text=True)
    except subprocess.TimeoutExpired as late:
        pytest.fail(f"the last of these does not end:\n{(late.stdout or b'').decode()}")
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines() == list(READERS)


if __name__ == "__main__":
    for name, (read, longest) in READERS.items():
        print(name, flush=True)
        for text in made(longest):
            read(text)
