"""What the link of an old mail still shows: one's own receipt for a month, and nobody else's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from two_offices import OWNER, SECRET, adopt, control, hand_in, hand_over, mailed_link, new_site, on
from two_offices import task as task_of
from web_site import Site


@pytest.fixture
def site(database: Any) -> Site:
    """10 February: K7 waits for its answer, and for an approver after that."""
    site = new_site(database)
    adopt(database, 2022, "2021-12-15", control(godkännare="Godkännare ks"))
    on(site, "2022-02-10")
    return site


def link_of(site: Site) -> str:
    return mailed_link(site, "ansvarig.ks", OWNER, task_of(site, "K7", "02"))


def protect(site: Site) -> None:
    adopt(site.database, 2022, "2022-02-01", control(godkännare="Godkännare ks", skyddad="ja"))


def answer_by(site: Site, link: str) -> None:
    fields = {"bedomning": "gron", "resultat": SECRET}
    assert site.send(link, site.form(link) | fields).headers["location"] == f"{link}/kvitto"


def test_whoever_has_left_does_not_read_what_the_next_one_hands_in(site: Site) -> None:
    link = link_of(site)
    hand_over(site, OWNER, "nasta", date(2022, 2, 12))
    on(site, "2022-02-14")
    hand_in(site, "nasta", task_of(site, "K7", "02"))
    for page in (link, f"{link}/kvitto"):
        shown = site.client.get(page, follow_redirects=True)
        assert shown.status_code == 410
        assert SECRET not in shown.text
        assert "Du har inte längre den här uppgiften." in shown.text


def test_whoever_has_left_sends_nothing_and_learns_nothing(site: Site) -> None:
    link = link_of(site)
    fields = site.form(link)
    hand_over(site, OWNER, "nasta", date(2022, 2, 12))
    on(site, "2022-02-14")
    hand_in(site, "nasta", task_of(site, "K7", "02"))
    sent = site.send(link, {**fields, "bedomning": "gron", "resultat": "Något"})
    assert sent.status_code == 410
    assert SECRET not in sent.text


def test_whoever_has_left_still_reads_the_receipt_of_an_answer_of_their_own_time(
    site: Site,
) -> None:
    link = link_of(site)
    answer_by(site, link)
    hand_over(site, OWNER, "nasta", date(2022, 2, 12))
    on(site, "2022-02-14")
    assert SECRET in site.client.get(f"{link}/kvitto").text


def test_the_next_one_reads_the_receipt_of_the_one_before(site: Site) -> None:
    answer_by(site, link_of(site))
    hand_over(site, OWNER, "nasta", date(2022, 2, 12))
    on(site, "2022-02-14")
    theirs = mailed_link(site, "nasta", OWNER, task_of(site, "K7", "02"))
    assert SECRET in site.client.get(f"{theirs}/kvitto").text


def test_of_a_protected_control_whoever_has_left_reads_nothing(site: Site) -> None:
    protect(site)
    link = link_of(site)
    answer_by(site, link)
    assert SECRET in site.client.get(f"{link}/kvitto").text
    hand_over(site, OWNER, "nasta", date(2022, 2, 12))
    on(site, "2022-02-14")
    shown = site.client.get(f"{link}/kvitto")
    assert shown.status_code == 410
    assert SECRET not in shown.text


def test_a_receipt_ends_thirty_days_after_the_hand_in_though_nobody_approves(site: Site) -> None:
    link = link_of(site)
    answer_by(site, link)
    site.set_clock("2022-03-12")
    shown = site.client.get(f"{link}/kvitto").text
    assert SECRET in shown
    assert 'Sidan finns kvar till och med <time datetime="2022-03-12">' in shown
    site.set_clock("2022-03-13")
    shown = site.client.get(f"{link}/kvitto")
    assert shown.status_code == 410
    assert SECRET not in shown.text


def test_last_times_answer_and_last_years_stand_beside(database: Any) -> None:
    site = new_site(database)
    often = control("K9", "februari; maj")
    adopt(database, 2022, "2021-12-15", often)
    on(site, "2022-02-10")
    hand_in(site, "ansvarig.ks", task_of(site, "K9", "2022-02"), "Ifjol i februari.")
    adopt(database, 2023, "2022-12-15", often)
    on(site, "2022-05-10")
    hand_in(site, "ansvarig.ks", task_of(site, "K9", "2022-05"), "Ifjol i maj.")
    on(site, "2023-02-10")
    browser = site.log_in("ansvarig.ks@kommun.example")
    page = browser.get(f"/uppgifter/{task_of(site, 'K9', '2023-02')}").text
    aside = page[page.index("<aside>") : page.index("</aside>")]
    assert aside.index("Ifjol i maj.") < aside.index("Samma tid förra året")
    assert aside.index("Samma tid förra året") < aside.index("Ifjol i februari.")
    first = browser.get(f"/uppgifter/{task_of(site, 'K9', '2022-05')}/kvitto").text
    assert "Samma tid förra året" not in first
