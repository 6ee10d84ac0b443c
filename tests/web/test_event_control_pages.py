"""The pages of controls that wait for something to happen, by a link and logged in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from events import OWNER, PART, adopt_with_event, owner_email
from web_site import ACTOR, GREEN, Form, Site

from icengine.store import links

FORM = f"/kontroller/vid-behov/{PART}"
WHAT = {"hande": "2022-03-08", "vad": "Ett nytt biträde anlitades."}


@pytest.fixture
def site(database: object, example: tuple[Any, Any]) -> Site:
    adopt_with_event(database, example)
    found = Site(database)
    found.set_clock("2022-03-10")
    return found


@pytest.fixture
def owner(site: Site) -> Any:
    """Kanslichefen's browser, logged in."""
    return site.log_in(owner_email(site.organisation(), site.now.date()))


@pytest.fixture
def link(site: Site) -> str:
    """A link to the function, in a mail about another control."""
    other = next(item.task.id for item in site.tasks() if item.task.control == "K1")
    wanted = links.Wanted(owner_email(site.organisation(), site.now.date()), OWNER, (other,))
    with site.database.unit_of_work(ACTOR, site.now) as session:
        (secret,) = links.mint(session, [wanted], site.now)
        session.record("prov", "utskick")
    return f"/svar/{secret}"


def registered(site: Site) -> list[Any]:
    return [item.task for item in site.tasks() if item.task.control == "K7"]


def test_the_start_page_of_its_owner_leads_there_and_nobody_elses_does(
    site: Site, owner: Any
) -> None:
    assert 'href="/kontroller/vid-behov"' in owner.get("/").text
    other = site.log_in("utveckling@kommun.example")
    assert "/kontroller/vid-behov" not in other.get("/").text
    assert "Du har inga sådana kontroller" in other.get("/kontroller/vid-behov").text


def test_the_list_says_that_nothing_needs_to_be_done(site: Site, owner: Any) -> None:
    page = owner.get("/kontroller/vid-behov").text
    title = site.plan.control("K7")[1].title
    assert title in page
    assert f"Du svarar som {OWNER}." in page
    assert "Inget tillfälle är registrerat 2022." in page
    assert "inte aktuell i slutrapporten, och du behöver inte göra något." in page
    assert f'href="vid-behov/{PART}"' in page


def test_registering_goes_right_to_the_form(site: Site, owner: Any) -> None:
    page = owner.get(FORM).text
    assert "<h1>Registrera ett tillfälle</h1>" in page
    assert "senast fredag 8 april." in page
    sent = owner.post(FORM, data={**Form(page).fields, **WHAT})
    (task,) = registered(site)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/uppgifter/{task.id}")
    answer = owner.get(sent.headers["location"]).text
    assert "Det här hände 8 mars:" in answer
    assert "Ett nytt biträde anlitades." in answer
    assert "Lämna in senast" in answer
    handed = owner.post(f"/uppgifter/{task.id}", data={**Form(answer).fields, **GREEN})
    assert handed.headers["location"].endswith("/kvitto")
    listed = owner.get("/kontroller/vid-behov").text
    assert "Se svaret" in listed
    assert "Godkänd" in listed


def test_a_link_registers_and_leads_to_the_form_with_a_link_of_its_own(
    site: Site, link: str
) -> None:
    listed = site.client.get(f"{link}/vid-behov").text
    assert link.removeprefix("/svar/") not in listed
    page = site.client.get(f"{link}/vid-behov/{PART}").text
    assert link.removeprefix("/svar/") not in page
    sent = site.client.post(f"{link}/vid-behov/{PART}", data={**Form(page).fields, **WHAT})
    assert re.fullmatch(r"/svar/[A-Za-z0-9_-]{43}", sent.headers["location"])
    assert sent.headers["location"] != link
    assert "Det här hände 8 mars:" in site.client.get(sent.headers["location"]).text


def test_twice_from_one_page_makes_one(site: Site, owner: Any) -> None:
    fields = {**Form(owner.get(FORM).text).fields, **WHAT}
    first, second = owner.post(FORM, data=fields), owner.post(FORM, data=fields)
    assert first.headers["location"] == second.headers["location"]
    assert len(registered(site)) == 1


def test_from_two_tabs_the_second_asks_whether_it_is_another(site: Site, owner: Any) -> None:
    tab = {**Form(owner.get(FORM).text).fields, **WHAT}
    owner.post(FORM, data=tab)
    asked = owner.post(FORM, data={**tab, "vad": "Biträde."})
    assert asked.status_code == 409
    assert "Ett tillfälle registrerades medan du skrev: 8 mars 2022" in asked.text
    assert Form(asked.text).fields["vad"] == "Biträde."
    assert ">Registrera igen</button>" in asked.text
    assert len(registered(site)) == 1
    assert owner.post(FORM, data=Form(asked.text).fields).status_code == 303
    assert len(registered(site)) == 2


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    site: Site, owner: Any
) -> None:
    fields = Form(owner.get(FORM).text).fields
    answer = owner.post(FORM, data={**fields, "hande": "2022-05-01", "vad": "Snart."})
    assert answer.status_code == 422
    assert '<a href="#hande">Dagen har inte varit än.' in answer.text
    assert Form(answer.text).fields["vad"] == "Snart."
    assert registered(site) == []


def test_the_answer_page_of_its_owner_leads_there(site: Site, owner: Any) -> None:
    owner.post(FORM, data={**Form(owner.get(FORM).text).fields, **WHAT})
    (task,) = registered(site)
    page = owner.get(f"/uppgifter/{task.id}").text
    assert '<a href="?till=vid-behov">Registrera ett tillfälle</a>' in page
    led = owner.get(f"/uppgifter/{task.id}?till=vid-behov")
    assert led.headers["location"] == "/kontroller/vid-behov"
    link = site.mail_links()["K7"]
    assert site.client.get(f"{link}?till=vid-behov").headers["location"] == f"{link}/vid-behov"


def test_it_is_not_somebody_elses(site: Site) -> None:
    other = site.log_in("utveckling@kommun.example")
    assert other.get(FORM).status_code == 404
    assert other.post(FORM, data=WHAT).status_code == 404
    assert registered(site) == []
