"""Drift in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from browser_site import WIDTHS, entered, example_site, served, sideways, violations
from test_job_pages import IT, Busy
from web_site import Site

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.people import Grant, Role
from icengine.jobs import run_due

pytestmark = pytest.mark.browser


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, example: Any) -> Iterator[Site]:
    with example_site(sqlite_template, tmp_path, example, "2022-02-10") as site:
        grants = (*site.organisation().grants, Grant(Role.ADMINISTRATOR, "kommun", IT))
        site.change_organisation(grants=grants)
        engine = Engine(Settings(), site.database, Busy())
        with ThreadPoolExecutor() as pool:  # the browser's loop runs in this thread
            pool.submit(run_due, engine, site.now).result()
        yield site


@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_for_everybody_at_every_width(browser: Any, site: Site, width: int) -> None:
    with served(site) as address:
        page = entered(
            browser, site, address, IT, viewport={"width": width, "height": 900},
        )  # fmt: skip
        assert page.goto(f"{address}/drift").status == 200
        assert not violations(page)
        assert not sideways(page)
        page.get_by_role("button", name="Gör det som misslyckats nu").click()
        assert page.get_by_role("status").inner_text().startswith("Det som hade misslyckats")
        assert not violations(page)
        page.context.close()
