"""The site under test, and the link to a measured control."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from web_site import Site


@pytest.fixture
def site(adopted: object) -> Site:
    """The web application on the adopted example plan."""
    return Site(adopted)


@pytest.fixture
def link(site: Site) -> str:
    """The link in the mail about K3, a measured control, in February 2022."""
    return site.mail_links()["K3"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium, for a file of tests."""
    from browser_site import chromium

    with chromium() as browser:
        yield browser
