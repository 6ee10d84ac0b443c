"""What has been protected in one version of a plan stays so: in the versions and years after, and
for what was answered before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from test_protected_reading import readings
from two_offices import (
    OFFICE,
    OWNER,
    SECRET,
    adopt,
    control,
    email,
    hand_in,
    mailed_link,
    new_site,
    on,
    task,
)
from web_site import ACTOR, Site

from icengine.services.next_year import propose_next

REMEDY = "Det som få ska veta görs"
"""What an åtgärd says."""
ACTION = {"bedomning": "rod", "atgard_1": REMEDY, "vem_1": "HR-chefen", "klar_1": "2023-10-31"}
TWICE = "februari och maj"


@pytest.fixture
def site(database: Any) -> Site:
    return new_site(database)


def read(site: Site, who: str, page: str) -> Any:
    return site.log_in(email(who)).get(page)


def report(site: Site, year: int) -> str:
    """The slutrapport as the chef reads it, who may not read what is protected."""
    shown = read(site, "chef", f"/planer/ks-{year}/slutrapport")
    assert shown.status_code == 200
    return str(shown.text)


def answered(site: Site) -> Site:
    adopt(site.database, 2022, "2021-12-15", control(frequency=TWICE, skyddad="ja"))
    on(site, "2022-02-10")
    hand_in(site, "ansvarig.ks", task(site, "K7", "2022-02"), **ACTION)
    return site


@pytest.fixture
def answered_protected(site: Site, once: Callable[..., Site]) -> Site:
    """K7 is protected, and answered in February, with an åtgärd."""
    site.now = once(answered, site).now
    return site


def lift(site: Site) -> None:
    """March: a new version opens K7, and gives it to the office."""
    adopt(site.database, 2022, "2022-03-01", control(frequency=TWICE, owner=OFFICE))
    on(site, "2022-05-10")


# -- åtgärder, in the reports of later years --


@pytest.mark.parametrize(
    "later",
    [
        control("K9"),
        control("K7"),
        control("K9", ersätter="K7"),
        control("K9", ersätter="K7") + control("K10"),
    ],
)
def test_an_open_action_of_a_protected_control_is_held_back_the_year_after(
    answered_protected: Site, later: str
) -> None:
    site = answered_protected
    adopt(site.database, 2023, "2022-12-15", later)
    site.set_clock("2023-03-01")
    shown = report(site, 2023)
    assert REMEDY not in shown
    assert "redovisas separat" in shown


def test_an_open_action_of_a_control_that_never_was_protected_is_in_next_years_report(
    site: Site,
) -> None:
    adopt(site.database, 2022, "2021-12-15", control())
    on(site, "2022-02-10")
    hand_in(site, "ansvarig.ks", task(site, "K7", "2022-02"), **ACTION)
    adopt(site.database, 2023, "2022-12-15", control("K9"))
    site.set_clock("2023-03-01")
    assert REMEDY in report(site, 2023)


# -- one version protects, another does not --


def test_what_was_answered_while_protected_is_not_shown_as_last_time_to_a_new_owner(
    answered_protected: Site,
) -> None:
    site = answered_protected
    lift(site)
    page = read(site, "ansvarig.klk", f"/uppgifter/{task(site, 'K7', '2022-05')}")
    assert page.status_code == 200
    assert SECRET not in page.text
    assert REMEDY not in page.text
    assert "Förra svaret är skyddat och visas inte här." in page.text


def test_nor_the_year_after(answered_protected: Site) -> None:
    site = answered_protected
    adopt(site.database, 2023, "2022-12-15", control(frequency="maj", owner=OFFICE))
    on(site, "2023-05-10")
    page = read(site, "ansvarig.klk", f"/uppgifter/{task(site, 'K7', '2023-05')}")
    assert page.status_code == 200
    assert SECRET not in page.text
    assert REMEDY not in page.text


def test_whoever_may_read_it_sees_it_as_last_time_and_the_log_says_so(
    answered_protected: Site,
) -> None:
    site = answered_protected
    adopt(site.database, 2023, "2022-12-15", control(frequency="maj"))
    on(site, "2023-05-10")
    before = len(readings(site))
    page = read(site, "ansvarig.ks", f"/uppgifter/{task(site, 'K7', '2023-05')}")
    assert SECRET in page.text
    assert [subject for _, subject, _ in readings(site)[before:]] == [
        "kontrolltillfälle:ks-2022/K7/ks/2022-02"
    ]


def test_a_link_shows_no_protected_answer_of_last_time_but_says_where_it_is(
    answered_protected: Site,
) -> None:
    site = answered_protected
    on(site, "2022-05-10")
    number = task(site, "K7", "2022-05")
    link = mailed_link(site, "ansvarig.ks", OWNER, number)
    page = site.client.get(link).text
    assert SECRET not in page
    assert f'ser du det när du har <a href="/uppgifter/{number}">loggat in</a>.' in page
    assert SECRET in read(site, "ansvarig.ks", f"/uppgifter/{number}").text


def test_the_receipt_of_a_protected_answer_stays_hidden_when_the_control_is_opened(
    answered_protected: Site,
) -> None:
    site = answered_protected
    lift(site)
    for slot, who in (("2022-02", "chef"), ("2022-02", "ansvarig.klk")):
        assert read(site, who, f"/uppgifter/{task(site, 'K7', slot)}/kvitto").status_code == 404
    hand_in(site, "ansvarig.klk", task(site, "K7", "2022-05"), "Öppet svar")
    shown = read(site, "ansvarig.klk", f"/uppgifter/{task(site, 'K7', '2022-05')}/kvitto")
    assert "Öppet svar" in shown.text
    assert "Kontrollen är skyddad." in shown.text


def test_the_report_holds_back_what_was_answered_while_it_was_protected(
    answered_protected: Site,
) -> None:
    site = answered_protected
    lift(site)
    hand_in(site, "ansvarig.klk", task(site, "K7", "2022-05"), "Öppet svar")
    shown = report(site, 2022)
    assert SECRET not in shown
    assert REMEDY not in shown
    assert "Redovisas separat" in shown


def test_what_was_answered_before_a_control_was_protected_is_protected_too(site: Site) -> None:
    adopt(site.database, 2022, "2021-12-15", control(frequency=TWICE))
    on(site, "2022-02-10")
    number = task(site, "K7", "2022-02")
    hand_in(site, "ansvarig.ks", number)
    assert SECRET in read(site, "chef", f"/uppgifter/{number}/kvitto").text
    adopt(site.database, 2022, "2022-03-01", control(frequency=TWICE, skyddad="ja"))
    on(site, "2022-05-10")
    assert read(site, "chef", f"/uppgifter/{number}/kvitto").status_code == 404
    assert SECRET not in report(site, 2022)
    shown = read(site, "controller", f"/uppgifter/{number}/kvitto")
    assert SECRET in shown.text
    assert readings(site)[-1][1] == "kontrolltillfälle:ks-2022/K7/ks/2022-02"


def test_a_control_that_leaves_the_plan_stays_protected(answered_protected: Site) -> None:
    site = answered_protected
    lift(site)
    hand_in(site, "ansvarig.klk", task(site, "K7", "2022-05"), "Öppet svar")
    adopt(site.database, 2022, "2022-06-01", control("K9"))
    site.set_clock("2022-07-01")
    shown = report(site, 2022)
    assert SECRET not in shown
    assert "Öppet svar" not in shown


def test_the_proposal_for_next_year_names_its_actions_by_number_only(
    answered_protected: Site,
) -> None:
    site = answered_protected
    site.set_clock("2022-12-01")
    with site.database.reading() as session:
        proposed = propose_next(session, actor=ACTOR, now=site.now, key="ks-2022")
    told = repr(proposed)
    assert "åtgärden Å2022-1 är öppen" in told
    assert REMEDY not in told
    assert SECRET not in told
