"""A control that demands a login: its link leads there, and answers nothing by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from municipality import adopt_example
from web_site import GREEN, Form, Site

OWNER = "utveckling@kommun.example"


@pytest.fixture
def demanding(database: object, example: tuple[Any, Any]) -> Site:
    """The example, where every control demands a login; September, when K1 is open."""
    organisation, plan = example
    risks = tuple(
        replace(risk, controls=tuple(replace(c, login=True) for c in risk.controls))
        for risk in plan.risks
    )
    adopt_example(database, (organisation, replace(plan, risks=risks)))
    site = Site(database)
    site.set_clock("2022-09-05")
    return site


def number(site: Site) -> int:
    return next(item.task.id for item in site.tasks() if item.task.control == "K1")


def test_the_link_leads_to_the_login_and_from_there_to_the_task(demanding: Site) -> None:
    link = demanding.mail_links()["K1"]
    asked = demanding.client.get(link)
    assert asked.status_code == 303
    assert asked.headers["location"] == f"/logga-in?till=/uppgifter/{number(demanding)}"


def test_the_link_alone_saves_and_hands_in_nothing(demanding: Site) -> None:
    link = demanding.mail_links()["K1"]
    before = demanding.count("answer")
    answer = demanding.client.post(link, data={**GREEN, "version": "0"})
    assert answer.status_code == 401
    assert "inte sparat" in answer.text
    assert demanding.count("answer") == before


def test_its_owner_answers_logged_in_and_nobody_else_does(demanding: Site) -> None:
    demanding.mail_links()
    address = f"/uppgifter/{number(demanding)}"
    other = demanding.log_in("ekonomi@kommun.example")
    assert other.get(address).status_code == 404
    assert other.post(address, data={**GREEN, "version": "0"}).status_code == 404
    owner = demanding.log_in(OWNER)
    fields = Form(owner.get(address).text).fields
    handed = owner.post(address, data={**fields, **GREEN})
    assert handed.headers["location"] == f"{address}/kvitto"
    assert owner.get(f"{address}/kvitto").status_code == 200
