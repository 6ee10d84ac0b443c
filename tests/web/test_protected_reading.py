"""Reading what is protected is kept in the log: who, when, from where, and which control."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from municipality import adopt_example
from web_site import CONTROLLER, GREEN, Form, Site

OWNER = "utveckling@kommun.example"


@pytest.fixture
def site(database: object, example: tuple[Any, Any]) -> Site:
    """September 2022: K1, whose content is protected, is open."""
    organisation, plan = example
    risks = tuple(
        replace(r, controls=tuple(replace(c, protected=c.id == "K1") for c in r.controls))
        for r in plan.risks
    )
    adopt_example(database, (organisation, replace(plan, risks=risks)))
    site = Site(database)
    site.set_clock("2022-09-05")
    return site


def readings(site: Site) -> list[tuple[str, str, str]]:
    """(who, what, from where) of every reading in the log."""
    query = (
        "SELECT actor, subject, payload FROM event JOIN event_payload USING (seq) "
        "WHERE kind = 'skyddat läst' ORDER BY seq"
    )
    with site.database.reading() as session:
        rows = session.connection().exec_driver_sql(query).all()
    return [(actor, subject, json.loads(payload)["origin"]) for actor, subject, payload in rows]


def test_each_who_reads_a_protected_control_is_in_the_log(site: Site) -> None:
    link = site.mail_links()["K1"]
    site.browser(client="10.0.0.8").get(link)
    (first,) = readings(site)
    assert first[0].startswith("länk:")
    assert first[1].startswith("kontrolltillfälle:ks-2022/K1/")
    assert first[2] == "10.0.0.8"
    task = next(item.task.id for item in site.tasks() if item.task.control == "K1")
    owner = site.log_in(OWNER)
    fields = Form(owner.get(f"/uppgifter/{task}").text).fields
    owner.post(f"/uppgifter/{task}", data={**fields, **GREEN})
    before = len(readings(site))
    controller = site.log_in(CONTROLLER, client="10.0.0.9")
    assert controller.get(f"/uppgifter/{task}/kvitto").status_code == 200
    assert len(readings(site)) == before + 1
    assert readings(site)[-1][0].startswith("person:")
    assert readings(site)[-1][2] == "10.0.0.9"


def test_reading_what_is_not_protected_is_not_in_the_log(site: Site) -> None:
    site.set_clock("2022-02-10")
    site.client.get(site.mail_links()["K3"])
    assert readings(site) == []


def test_whoever_may_not_read_it_leaves_no_trace_and_learns_nothing(site: Site) -> None:
    site.mail_links()
    task = next(item.task.id for item in site.tasks() if item.task.control == "K1")
    assert site.log_in("ekonomi@kommun.example").get(f"/uppgifter/{task}").status_code == 404
    assert readings(site) == []
