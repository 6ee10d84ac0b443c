"""An answer as a browser sends it, and what is read of the page that gives it back."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx2
from programs import PLAIN

TYPED = {
    "version": "0",
    "bedomning": "gron",
    "resultat": "Allt fungerar som avsett.\n\nUtom <en> sak & en till.",
}
"""It is handed in: no other button is named."""


class Fields(HTMLParser):
    """The fields of a page's form, as a browser sends them again."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(html)
        area = re.compile(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', re.DOTALL)
        self.found |= {name: unescape(inside) for name, inside in area.findall(html)}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input":
            self.found[found.get("name") or ""] = found.get("value") or ""


def send(address: str, fields: dict[str, str]) -> Any:
    """What the server says to a form."""
    return httpx2.post(address, data=fields, **PLAIN, timeout=60)


def given_back(page: Any, sent: dict[str, str] = TYPED) -> dict[str, str]:
    """The form of the page that says that it could not be saved: all of what was sent."""
    assert page.status_code == 503, page.text
    assert "Det gick inte att spara just nu" in page.text
    assert "Försök igen" in page.text
    fields = Fields(page.text).found
    assert fields == sent
    return fields
