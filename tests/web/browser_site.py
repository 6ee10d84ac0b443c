"""The site under test behind a real server, and a real Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from municipality import adopt_example
from web_site import Site

from icengine.store.db import Database

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules among them that look at colours."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (1280, 320)
AXE = Axe()
"""Read once."""


@contextmanager
def example_site(template: Path, folder: Path, example: Any, day: str) -> Iterator[Site]:
    """The site on a database of its own with the example plan adopted, on a day."""
    shutil.copy(template, folder / "test.db")
    database = Database(f"sqlite:///{folder}/test.db")
    adopt_example(database, example)
    site = Site(database)
    site.set_clock(day)
    yield site
    database.close()


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The site's address, behind a real server in a thread."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(site.app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
    listener.close()


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser that talks to this machine only."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=ARGUMENTS,
            env={**os.environ, "LANGUAGE": "sv"},
        )
        yield browser
        browser.close()


def entered(browser: Any, site: Site, address: str, email: str, **more: Any) -> Any:
    """A tab of somebody who is logged in."""
    context = browser.new_context(locale="sv-SE", **more)
    secret = site.log_in(email).cookies["icengine"]
    context.add_cookies([{"name": "icengine", "value": secret, "url": address}])
    return context.new_page()


def focused(page: Any, id: str) -> bool:
    """Is this where the focus goes? The browser moves it when it draws, a little after the load."""
    page.wait_for_function("id => document.activeElement.id === id", arg=id, timeout=5000)
    return True


def violations(page: Any) -> list[str]:
    """What axe finds in the light and, in a wide window, of the colours in both lights, a line each.

    A page has the same colours at every width; a wide window shows all that has any.
    """
    page.evaluate(AXE.axe_script)
    page.emulate_media(color_scheme="light")
    asked: dict[str, Any] = {"runOnly": {"type": "tag", "values": RULES}}
    if page.viewport_size["width"] < max(WIDTHS):
        return _found(page, asked | {"rules": {rule: {"enabled": False} for rule in COLOURS}})
    light = _found(page, asked)
    page.emulate_media(color_scheme="dark")
    colours = {"runOnly": {"type": "rule", "values": COLOURS}}
    return light + [f"dark: {said}" for said in _found(page, colours)]


def _found(page: Any, asked: dict[str, Any]) -> list[str]:
    # Nothing is fetched once more: all styles are the page's own.
    options = asked | {"resultTypes": ["violations"], "preload": False}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]


def sideways(page: Any) -> int:
    """Pixels that the page is wider than its window."""
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return max(int(width), 0)
