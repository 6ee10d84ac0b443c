"""Pages with the longest words an organisation may have, in a real browser."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from browser_site import chromium, served, sideways, violations
from municipality import adopt_example
from own_words import LONG
from web_site import ACTOR, RED, Site

from icengine.domain.labels import LABELS, Word
from icengine.services.organisation import change_settings
from icengine.store.db import Database

pytestmark = pytest.mark.browser


def test_forty_letters_without_a_break_fit_every_page_at_every_width(
    sqlite_template: Path, tmp_path: Path, example: tuple[object, object]
) -> None:
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    adopt_example(database, example)
    site = Site(database)
    forms = [(key, Word(LONG, LONG, LONG, LONG)) for key in LABELS]
    with database.unit_of_work(ACTOR, site.now) as session:
        change_settings(session, actor=ACTOR, now=site.now,
                        labels=[(key, LONG) for key in LABELS], forms=forms)  # fmt: skip
    links = site.mail_links()
    handed, open = links.pop("K3"), next(iter(links.values()))
    site.send(handed, {**site.form(handed), **RED})
    entered = site.log_in("controller@kommun.example").cookies
    with served(site) as address, chromium() as browser:
        for width in (320, 1280):
            context = browser.new_context(viewport={"width": width, "height": 900})
            context.add_cookies(
                [{"name": name, "value": value, "url": address} for name, value in entered.items()]
            )
            page = context.new_page()
            for path in (open, f"{handed}/kvitto", "/", "/jag"):
                page.goto(f"{address}{path}")
                assert violations(page) == []
                assert sideways(page) == 0, path
            page.goto(f"{address}/planer/ks-2022/slutrapport")
            assert sideways(page) == 0
            context.close()
    database.close()
