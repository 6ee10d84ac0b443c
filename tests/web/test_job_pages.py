"""Drift: what the engine does by itself, what waits, what failed and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from web_site import ACTOR, Site

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.people import Grant, Role
from icengine.jobs import run_due
from icengine.mail.mailer import Email, Outcome, Refused
from icengine.services.people import current_organisation

IT = "it@kommun.example"


class Busy:
    """A mail server that never has time."""

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        assert now.tzinfo is not None
        return [Refused(permanent=False, reason="451 <b>Upptagen</b>") for _ in emails]


@pytest.fixture
def administrator(site: Site) -> Any:
    with site.database.reading() as session:
        held = current_organisation(session, actor=ACTOR).grants
    site.change_organisation(grants=(*held, Grant(Role.ADMINISTRATOR, "kommun", IT)))
    return site.log_in(IT)


def test_the_administrator_sees_what_failed_and_lets_it_be_done(
    administrator: Any, site: Site
) -> None:
    assert 'href="/drift"' in administrator.get("/").text
    run_due(Engine(Settings(), site.database, Busy()), site.now)
    page = administrator.get("/drift").text
    assert "En sak behöver ses över." in page
    assert page.count("Behöver ses över") == 1, "the mails do not go, though their round went well"
    assert "451 &lt;b&gt;Upptagen&lt;/b&gt;" in page, "as the server said it, and no more than text"
    assert "Nytt försök i dag kl. 09." in page
    site.now += timedelta(seconds=20)
    done = administrator.post("/drift/igen")
    assert done.headers["location"] == "/drift?klart=igen"
    page = administrator.get("/drift?klart=igen").text
    assert "Det som hade misslyckats görs nu." in page
    assert "Allt är som det ska." in page
    assert site.mails, "it has rung for whoever sends them"
    assert "Lät det som misslyckats göras igen" in administrator.get("/handelser").text


def test_it_is_for_who_administers_the_whole(site: Site) -> None:
    controller = site.log_in("controller@kommun.example")
    assert controller.get("/drift").status_code == 404
    assert controller.post("/drift/igen").status_code == 404
    assert site.client.get("/drift").status_code in (303, 401)
