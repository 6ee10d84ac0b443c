"""The site under test, and the link to a measured control."""

from __future__ import annotations

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
