"""Forms about a plan as a browser without script fills them in and sends them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Page(HTMLParser):
    """What a browser would send of the form that is about the page, and where."""

    text: str
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    """Values of each list to choose from."""

    def __post_init__(self) -> None:
        super().__init__()
        self._inside, self._area, self._select = False, "", ""
        found = re.search(r"<main.*</main>", self.text, re.DOTALL)
        self.feed(found[0] if found else self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        name = has.get("name", "")
        if tag == "form" and not self.action:
            self._inside, self.action = True, has["action"]
        elif not self._inside:
            return
        elif tag == "input" and name:
            if has.get("type") in ("radio", "checkbox"):
                self.options.setdefault(name, []).append(has["value"])
                if "checked" in has:
                    self.fields[name] = has["value"]
            else:
                self.fields[name] = _on_a_line(has.get("value", ""))
        elif tag == "textarea":
            self._area, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            values = self.options.setdefault(self._select, [])
            values.append(has["value"])
            if "selected" in has or len(values) == 1:
                self.fields[self._select] = has["value"]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            text = self.fields[self._area].removeprefix("\n")
            self.fields[self._area] = re.sub(r"\r?\n", "\r\n", text)
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = False


def _on_a_line(text: str) -> str:
    """A browser takes the line ends out of a line."""
    return re.sub(r"[\r\n]", "", text)


def opened(client: Any, path: str) -> Page:
    """A page with a form, as it stands."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code, response.text[:500])
    return Page(response.text)


def fill(client: Any, path: str, /, **more: str) -> Any:
    """Send the form of a page with something typed into it."""
    return send(client, opened(client, path), **more)


def send(client: Any, page: Page, /, **typed: str) -> Any:
    """Send a page's form with something typed into it."""
    named = {name.replace("_", "-"): text for name, text in typed.items()}
    return client.post(html.unescape(page.action), data={**page.fields, **named})
