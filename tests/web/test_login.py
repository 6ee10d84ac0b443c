"""Logging in by an e-mailed link: who gets one, what it does, and how long it lasts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from municipality import at
from web_site import CONTROLLER, Site

from icengine.config import Settings
from icengine.domain.access import System
from icengine.domain.people import Grant, Role
from icengine.services.audit import verify_log

OWNER = "hr@kommun.example"


@pytest.fixture
def site(adopted: object) -> Site:
    site = Site(adopted)
    site.change_organisation(grants=(Grant(Role.CONTROLLER, "ks", CONTROLLER),))
    return site


def asked(site: Site, email: str, target: str = "") -> Any:
    """Ask for a link."""
    return site.client.post("/logga-in", data={"e": email, "till": target})


def link_in(site: Site) -> str:
    """The login link in the last mail."""
    found = re.search(r"http://127.0.0.1:8000(/logga-in/\S+)", site.mails[-1].text)
    assert found, site.mails[-1].text
    return found[1]


def test_a_known_address_gets_a_link_that_logs_in_once(site: Site) -> None:
    assert asked(site, "  Controller@KOMMUN.example ").status_code == 200
    (mail,) = site.mails
    assert (mail.to, mail.subject) == (CONTROLLER, "Logga in i internkontrollen")
    link = link_in(site)
    assert link not in mail.subject
    page = site.client.get(link)
    assert f"Du loggar in som <strong>{CONTROLLER}</strong>" in page.text
    assert "kl. 09.15" in page.text
    entered = site.client.post(link)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert "Internkontrollplan 2022" in site.client.get("/").text
    again = site.browser().post(link)
    assert again.status_code == 410
    assert "Länken är redan använd" in again.text


def test_looking_at_a_link_uses_nothing_up(site: Site) -> None:
    asked(site, CONTROLLER)
    link = link_in(site)
    before = {table: site.count(table) for table in ("web_session", "event", "login_link")}
    for _ in range(3):
        assert site.client.get(link).status_code == 200
        assert site.client.head(link).status_code == 200
    assert before == {table: site.count(table) for table in before}
    assert site.client.post(link).status_code == 303


def test_a_link_ends_after_a_quarter_of_an_hour(site: Site) -> None:
    asked(site, CONTROLLER)
    link = link_in(site)
    site.set_clock("2022-02-10", "09:15")
    for answer in (site.client.get(link), site.client.post(link)):
        assert answer.status_code == 410
        assert "Länken har gått ut" in answer.text
    assert site.count("web_session") == 0


def test_unknown_addresses_get_the_same_answer_and_no_mail(site: Site) -> None:
    known, numbered = asked(site, CONTROLLER).text, site.count("person")
    for email in ("okand@kommun.example", "controller@kommun.example.evil.example"):
        answer = asked(site, email)
        assert answer.status_code == 200
        assert answer.text.replace(email, CONTROLLER) == known
    assert len(site.mails) == 1
    assert site.count("person") == numbered


def test_a_person_gets_a_few_links_an_hour_and_the_answer_stays_the_same(site: Site) -> None:
    answers = set()
    for minute in range(8):
        site.set_clock("2022-02-10", f"09:0{minute}")
        answers.add(asked(site, CONTROLLER).text)
    assert len(answers) == 1
    assert len(site.mails) == 5
    site.set_clock("2022-02-10", "10:01")
    asked(site, CONTROLLER)
    assert len(site.mails) == 6


def test_an_address_of_the_net_may_ask_twenty_times_a_minute(site: Site) -> None:
    for n in range(20):
        assert asked(site, f"nummer{n}@kommun.example").status_code == 200
    refused = asked(site, CONTROLLER)
    assert refused.status_code == 429
    assert "Vänta en minut" in refused.text
    elsewhere = site.browser(client="10.0.0.7").post("/logga-in", data={"e": CONTROLLER})
    assert elsewhere.status_code == 200


def test_guessing_secrets_is_slowed_down(site: Site) -> None:
    answers = [site.client.get(f"/logga-in/gissning-{n}").status_code for n in range(31)]
    assert answers == [404] * 30 + [429]
    assert site.client.get("/svar/gissning").status_code == 429
    assert site.browser(client="10.0.0.7").get("/svar/gissning").status_code == 404


@pytest.mark.parametrize("text", ["", "controller", "x" * 400 + "@kommun.example"])
def test_what_is_no_address_is_said(site: Site, text: str) -> None:
    answer = asked(site, text)
    assert answer.status_code == 422
    assert "Skriv din e-postadress" in answer.text
    assert not site.mails


def test_a_link_of_somebody_whose_role_has_ended_does_not_log_in(site: Site) -> None:
    asked(site, CONTROLLER)
    organisation = site.organisation()
    site.change_organisation(grants=(), functions=without(organisation.functions, CONTROLLER))
    answer = site.client.post(link_in(site))
    assert answer.status_code == 403
    assert "Du har ingen roll" in answer.text


def without(functions: Any, email: str) -> Any:
    """The functions without somebody."""
    return tuple(
        replace(f, holders=tuple(h for h in f.holders if h.email != email)) for f in functions
    )


def test_a_login_ends_at_once_when_the_last_role_does(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    assert "Logga ut" in browser.get("/").text
    organisation = site.organisation()
    site.change_organisation(grants=(), functions=without(organisation.functions, CONTROLLER))
    assert "Logga ut" not in browser.get("/").text
    assert browser.get("/jag").headers["location"] == "/logga-in?till=/jag"


def test_a_login_that_is_not_used_ends(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    site.set_clock("2022-02-10", "09:59")
    assert browser.get("/jag").status_code == 200
    site.set_clock("2022-02-10", "10:58")
    assert browser.get("/jag").status_code == 200
    site.set_clock("2022-02-10", "11:58")
    assert browser.get("/jag").status_code == 303


def test_a_login_ends_after_twelve_hours_however_much_it_is_used(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    for hour in range(9, 21):
        site.set_clock("2022-02-10", f"{hour:02}:30")
        assert browser.get("/jag").status_code == 200
        site.set_clock("2022-02-10", f"{hour:02}:59")
        assert browser.get("/jag").status_code == 200
    site.set_clock("2022-02-10", "21:00")
    assert browser.get("/jag").status_code == 303


def test_a_page_that_needs_a_login_is_come_to_after_it(site: Site) -> None:
    wanted = site.client.get("/planer/ks-2022/slutrapport?x=1")
    assert wanted.headers["location"] == "/logga-in?till=/planer/ks-2022/slutrapport%3Fx%3D1"
    page = site.client.get(wanted.headers["location"])
    assert 'name="till" value="/planer/ks-2022/slutrapport?x=1"' in page.text
    asked(site, CONTROLLER, "/planer/ks-2022/slutrapport?x=1")
    assert site.client.post(link_in(site)).headers["location"] == "/planer/ks-2022/slutrapport?x=1"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\evil",
        "/a\nb",
        "javascript:1",
    ],
)
def test_a_login_leads_nowhere_else(site: Site, target: str) -> None:
    page = site.client.get("/logga-in", params={"till": target})
    assert 'name="till" value=""' in page.text
    asked(site, CONTROLLER, target)
    assert site.client.post(link_in(site)).headers["location"] == "/"


def test_what_is_sent_without_a_login_says_so_and_changes_nothing(site: Site) -> None:
    answer = site.client.post("/jag/inloggningar/1")
    assert answer.status_code == 401
    assert "inte längre inloggad" in answer.text


def test_over_https_the_cookie_is_this_hosts_alone(adopted: object) -> None:
    site = Site(adopted, settings=Settings(base_url="https://ik.kommun.example"))
    site.change_organisation(grants=(Grant(Role.CONTROLLER, "ks", CONTROLLER),))
    browser = site.browser("https://ik.kommun.example")
    with site.database.unit_of_work(System("test"), site.now) as session:
        from icengine.services.login import console_link

        link = console_link(
            session, email=CONTROLLER, base_url="https://ik.kommun.example", now=site.now
        )
    cookie = browser.post(link.removeprefix("https://ik.kommun.example")).headers["set-cookie"]
    assert cookie.startswith("__Host-icengine=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_the_database_holds_no_secret_that_can_be_used(site: Site) -> None:
    asked(site, CONTROLLER)
    link = link_in(site)
    secret = link.rpartition("/")[2]
    browser = site.browser()
    browser.post(link)
    cookie = browser.cookies["icengine"]
    for table in ("login_link", "web_session", "outbox", "event", "event_payload"):
        with site.database.reading() as session:
            rows = str(session.connection().exec_driver_sql(f"SELECT * FROM {table}").all())
        assert secret not in rows
        assert cookie not in rows


def test_a_login_is_in_the_log_by_number_and_with_its_address(site: Site) -> None:
    site.log_in(CONTROLLER, client="10.0.0.7")
    with site.database.at_one_moment() as session:
        events = (
            session.connection()
            .exec_driver_sql(
                "SELECT kind, subject, payload FROM event JOIN event_payload USING (seq) "
                "WHERE kind = 'inloggad'"
            )
            .all()
        )
        assert verify_log(session, actor=System("test")).faults == ()
    ((_, subject, payload),) = events
    assert subject == "person:1"
    assert '"origin":"10.0.0.7"' in payload
    assert CONTROLLER not in payload


# -- sessions --


def test_my_logins_are_listed_and_can_be_ended(site: Site) -> None:
    here = site.log_in(CONTROLLER, headers={"user-agent": "Mozilla (Windows NT 10.0) Firefox/120"})
    there = site.log_in(CONTROLLER, client="10.0.0.7", headers={"user-agent": "iPhone Safari"})
    page = here.get("/jag/inloggningar").text
    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    assert "10.0.0.7" in page
    numbers = re.findall(r'action="/jag/inloggningar/(\d+)"', page)
    assert len(numbers) == 2
    other = max(numbers, key=int)
    assert here.post(f"/jag/inloggningar/{other}").status_code == 303
    assert there.get("/jag").status_code == 303
    assert here.get("/jag").status_code == 200


def test_nobody_ends_somebody_elses_login(site: Site) -> None:
    mine = site.log_in(CONTROLLER)
    other = site.log_in(OWNER)
    number = re.findall(r'action="/jag/inloggningar/(\d+)"', mine.get("/jag/inloggningar").text)[0]
    assert other.post(f"/jag/inloggningar/{number}").status_code == 404
    assert mine.get("/jag").status_code == 200


def test_all_other_logins_end_together(site: Site) -> None:
    here, *others = [site.log_in(CONTROLLER) for _ in range(3)]
    assert here.post("/jag/inloggningar/ovriga").status_code == 303
    assert [browser.get("/jag").status_code for browser in others] == [303, 303]
    assert here.get("/jag").status_code == 200


def test_logging_out_ends_the_login_on_the_server(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    cookie = browser.cookies["icengine"]
    assert browser.post("/logga-ut").headers["location"] == "/logga-in"
    stolen = site.browser(cookies={"icengine": cookie})
    assert stolen.get("/jag").status_code == 303


def test_without_email_login_there_is_no_form(adopted: object) -> None:
    site = Site(adopted, settings=Settings(email_login="nej"))
    assert "<form" not in site.client.get("/logga-in").text
    assert asked(site, CONTROLLER).status_code == 404
    assert not site.mails


# -- the first time --


def first_link(site: Site) -> str:
    from icengine.services.login import first_link

    with site.database.unit_of_work(System("kommandoraden"), site.now) as session:
        link = first_link(session, base_url="", now=site.now)
    assert link is not None
    return link


def test_the_first_start_makes_an_administrator_once(site: Site) -> None:
    link = first_link(site)
    assert "Älvhamra kommun är inläst" in site.client.get(link).text
    done = site.client.post(link, data={"e": "it@kommun.example"})
    assert done.headers["location"] == "/"
    mine = site.client.get("/jag").text
    assert "Administratör för Älvhamra kommun" in mine
    assert site.browser().post(link, data={"e": "annan@kommun.example"}).status_code == 410
    with site.database.unit_of_work(System("kommandoraden"), site.now) as session:
        from icengine.services import login

        assert login.first_link(session, base_url="", now=site.now) is None


def test_a_new_first_link_ends_the_one_before(site: Site) -> None:
    old, new = first_link(site), first_link(site)
    assert site.client.get(old).status_code == 410
    assert site.client.get(new).status_code == 200


@pytest.mark.parametrize("email", ["", "it", "it@evil.example"])
def test_the_first_administrator_has_an_address_of_the_organisation(site: Site, email: str) -> None:
    link = first_link(site)
    answer = site.client.post(link, data={"e": email})
    assert answer.status_code == 422
    assert 'class="errors"' in answer.text
    assert site.client.get(link).status_code == 200


def test_in_an_empty_database_the_first_start_makes_the_organisation(database: object) -> None:
    site = Site(database)
    link = first_link(site)
    page = site.client.get(link)
    assert "Kommunens namn" in page.text
    assert site.client.post(link, data={"e": "it@ny.example", "namn": " "}).status_code == 422
    done = site.client.post(link, data={"e": "it@ny.example", "namn": "Nya kommun"})
    assert done.status_code == 303
    assert "Nya kommun" in site.client.get("/").text
    assert site.organisation().mail_domains == ("ny.example",)


def test_a_first_link_is_no_login_link_and_a_login_link_no_first(site: Site) -> None:
    first = first_link(site).rpartition("/")[2]
    assert site.client.get(f"/logga-in/{first}").headers["location"] == f"/forsta-start/{first}"
    assert site.client.post(f"/logga-in/{first}").status_code == 404
    asked(site, CONTROLLER)
    secret = link_in(site).rpartition("/")[2]
    assert site.client.get(f"/forsta-start/{secret}").status_code == 404
    assert site.client.post(f"/forsta-start/{secret}", data={"e": CONTROLLER}).status_code == 404
    assert at("2022-02-10", "09:00") == site.now
