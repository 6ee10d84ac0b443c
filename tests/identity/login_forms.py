"""What a person's browser does at a real provider: fill in its forms until it is sent back."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx2

REDIRECT = "http://127.0.0.1:8000/logga-in/konto/klar"


def come_back(address: str, login: str, *, cancel: bool = False) -> dict[str, str]:
    """The query that the browser comes back with after logging in as `login`, or cancelling."""
    with httpx2.Client(trust_env=False, timeout=10) as client:
        answer = client.get(address)
        for _ in range(20):
            if answer.is_redirect:
                target = urljoin(str(answer.url), answer.headers["Location"])
                if target.startswith(REDIRECT):
                    return dict(parse_qsl(urlsplit(target).query))
                answer = client.get(target)
                continue
            answer.raise_for_status()
            answer = _clicked(client, answer, login, cancel=cancel)
    raise AssertionError("the provider never sent the browser back")


def _clicked(
    client: httpx2.Client, page: httpx2.Response, login: str, *, cancel: bool
) -> httpx2.Response:
    """The answer to the page's form, or to its way out."""
    if cancel:
        way_out = next(a for a in re.findall(r'href="([^"]+)"', page.text) if "abort" in a)
        return client.get(urljoin(str(page.url), html.unescape(way_out)))
    action = re.search(r'action="([^"]+)"', page.text)
    prompt = re.search(r'name="prompt" value="(\w+)"', page.text)
    assert action, page.text
    assert prompt, page.text
    data = {"prompt": prompt[1]}
    if prompt[1] == "login":
        data |= {"login": login, "password": "x"}
    return client.post(urljoin(str(page.url), html.unescape(action[1])), data=data)
