"""Åtgärder on the web: the lists, one of them by link and by login, and the controller's forms."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from web_site import ACTOR, CONTROLLER, RED, Form, Site

from icengine.services import actions
from icengine.store.db import Database


@pytest.fixture
def site(adopted: Database) -> Site:
    return Site(adopted)


@pytest.fixture
def mailed(site: Site) -> tuple[Site, str]:
    """The site after a red answer, and the link that the åtgärd's ansvarig was mailed."""
    link = site.mail_links()["K3"]
    filled = {**site.form(link), **RED, "orsak": "Filmen är för lång.", "vem-1": "it-chefen"}
    assert site.send(link, filled).headers["location"].endswith("/kvitto")
    site.deliver()
    (mail,) = [mail for mail in site.mails if "åtgärd" in mail.subject]
    assert mail.to == "it@kommun.example"
    found = re.search(r"(/svar/\S+)", mail.text)
    assert found
    return site, found[1]


def followed(site: Site, link: str) -> tuple[str, Any]:
    """Where a mailed link leads, and the page."""
    first = site.client.get(link)
    assert first.status_code == 303
    return first.headers["location"], site.client.get(first.headers["location"])


def press(site: Site, path: str, page: Any, client: Any = None, **fields: str) -> Any:
    """Send the page's form with these fields."""
    sent = {"version": Form(page.text).fields["version"]}
    sent |= {name.replace("_", "-"): value for name, value in fields.items()}
    return (client or site.client).post(path, data=sent)


def test_an_answer_with_an_atgard_is_mailed_to_its_ansvarig_who_needs_no_account(
    mailed: tuple[Site, str],
) -> None:
    site, link = mailed
    path, page = followed(site, link)
    assert re.fullmatch(rf"{link}/atgard/\d+", path)
    assert "Hålla en genomgång" in page.text
    assert "Filmen är för lång." in page.text, "the root cause of the answer"
    assert "It-chefen" in page.text, "as the function is called, however it was written"


def test_ansvarig_says_how_it_goes_and_that_it_is_done(mailed: tuple[Site, str]) -> None:
    site, link = mailed
    path, page = followed(site, link)
    sent = press(site, path, page, gor="pagar", sagt="Vi har bokat salen.")
    assert sent.headers["location"] == f"{path}?klart=sagt"
    page = site.client.get(path)
    assert "Pågår" in page.text
    assert "Vi har bokat salen." in page.text
    sent = press(site, path, page, gor="klar", sagt="Genomgången är hållen.")
    page = site.client.get(sent.headers["location"])
    assert "Controllern bekräftar" in page.text
    assert "Klar, ska bekräftas" in page.text
    assert "frågar vi om det hade effekt" in page.text
    assert ">Ångra<" in page.text
    site.deliver()
    assert any(mail.to == CONTROLLER and "Att bekräfta" in mail.subject for mail in site.mails)
    sent = press(site, path, page, gor="angra")
    assert "Pågår" in site.client.get(sent.headers["location"]).text


def test_done_without_a_word_is_refused_and_nothing_is_lost(mailed: tuple[Site, str]) -> None:
    site, link = mailed
    path, page = followed(site, link)
    sent = press(site, path, page, gor="klar", sagt="  ")
    assert sent.status_code == 422
    assert "<title>Fel: " in sent.text
    assert 'href="#sagt">Skriv kort vad som är gjort.' in sent.text
    sent = press(site, path, page, gor="lamna-over", till="nagon@annat.example", skal="Semester.")
    assert sent.status_code == 422
    assert "nagon@annat.example" in sent.text
    assert "Semester." in sent.text


def test_two_tabs_lose_nothing(mailed: tuple[Site, str]) -> None:
    site, link = mailed
    path, page = followed(site, link)
    press(site, path, page, gor="pagar", sagt="Från den första fliken.")
    late = press(site, path, page, gor="klar", sagt="Från den andra fliken.")
    assert late.status_code == 409
    assert "Från den första fliken." in late.text, "how it is now"
    assert "Från den andra fliken." in late.text, "what was typed"
    again = press(site, path, late, gor="klar", sagt="Från den andra fliken.")
    assert again.status_code == 303
    twice = press(site, path, late, gor="klar", sagt="Från den andra fliken.")
    assert twice.headers["location"] == f"{path}?klart=samma"


def test_its_effect_is_asked_for_and_answered(mailed: tuple[Site, str]) -> None:
    site, link = mailed
    path, page = followed(site, link)
    press(site, path, page, gor="klar", sagt="Genomgången är hållen.")
    page = site.client.get(path)
    assert "Blev det som det var tänkt?" not in page.text, "it is too early"
    site.set_clock("2022-06-20")
    page = site.client.get(path)
    assert "Blev det som det var tänkt?" in page.text
    assert press(site, path, page, gor="effekt").status_code == 422
    unexplained = press(site, path, page, gor="effekt", effekt="nej")
    assert unexplained.status_code == 422
    assert "Skriv vad som saknas" in unexplained.text
    sent = press(site, path, page, gor="effekt", effekt="nej", sagt="Ingen kom.")
    assert "Hade ingen effekt" in site.client.get(sent.headers["location"]).text
    controller = site.log_in(CONTROLLER)
    assert "Utan effekt (1)" in controller.get("/atgarder").text


def test_ansvarig_hands_over_and_the_link_says_goodbye(mailed: tuple[Site, str]) -> None:
    site, link = mailed
    path, page = followed(site, link)
    sent = press(
        site, path, page, gor="lamna-over", till="kommunikationschefen", skal="Deras film."
    )
    assert "Tack! Det är överlämnat" in site.client.get(sent.headers["location"]).text
    assert site.client.get(path).status_code == 410
    site.deliver()
    assert any("åtgärd" in mail.subject and mail.to != "it@kommun.example" for mail in site.mails)


def test_the_controller_confirms_changes_writes_off_and_opens_again(
    mailed: tuple[Site, str],
) -> None:
    site, link = mailed
    path, page = followed(site, link)
    press(site, path, page, gor="klar", sagt="Genomgången är hållen.")
    own = f"/atgarder/{path.rpartition('/')[2]}"
    controller = site.log_in(CONTROLLER)
    assert "Att bekräfta (1)" in controller.get("/atgarder").text
    page = controller.get(own)
    press(site, own, page, controller, gor="bekrafta")
    page = controller.get(own)
    assert "Bekräftad klar" in page.text
    form = controller.get(f"{own}/oppna")
    refused = press(site, f"{own}/oppna", form, controller, klar="2022-01-01", skal="Nej.")
    assert refused.status_code == 422
    assert "som inte har passerat" in refused.text
    press(site, f"{own}/oppna", form, controller, klar="2022-05-01", skal="Hälften saknas.")
    assert "Öppnades igen" in controller.get(own).text
    form = controller.get(f"{own}/andra")
    fields = Form(form.text).fields | {"klar": "2022-06-01"}
    refused = controller.post(f"{own}/andra", data=fields)
    assert "Skriv varför ansvarig eller datum ändras" in refused.text
    moved = controller.post(f"{own}/andra", data=fields | {"skal": "Semester."})
    assert moved.headers["location"] == f"{own}?klart=andrad"
    assert "1 maj → 1 juni" in controller.get(own).text
    stale = controller.post(f"{own}/andra", data=fields | {"klar": "2022-07-01", "skal": "Mer."})
    assert stale.status_code == 409
    assert "2022-07-01" in stale.text
    form = controller.get(f"{own}/avskriv")
    assert press(site, f"{own}/avskriv", form, controller, skal="").status_code == 422
    press(site, f"{own}/avskriv", form, controller, skal="Filmen görs om.")
    page = controller.get(own)
    assert "Avskriven" in page.text
    assert "Filmen görs om." in page.text


def test_the_lists_have_the_late_ones_first_per_unit_and_per_person(site: Site) -> None:
    for text, who, due in (
        ("Sist", "HR-chefen", "2022-12-01"), ("Först", "IT-chefen", "2022-03-01"),
        ("Okänd", "Någon på bygget", "2022-05-01"),
    ):  # fmt: skip
        add(site, text, who, due)
    site.set_clock("2022-04-01")
    controller = site.log_in(CONTROLLER)
    page = controller.get("/atgarder").text
    assert page.index("Först") < page.index("Okänd") < page.index("Sist")
    assert "Tre åtgärder är öppna. En är försenad." in page
    assert "Försenad 31 dagar" in page
    assert "Ingen får mejl (1)" in page
    alone = controller.get("/atgarder?lage=utan-mottagare").text
    assert "Okänd" in alone
    assert "Sist" not in alone
    theirs = controller.get("/atgarder?ansvarig=HR-chefen").text
    assert "Sist" in theirs
    assert ">Först<" not in theirs
    nothing = controller.get("/atgarder?enhet=finns-inte").text
    assert "Det finns ingen åtgärd att visa här" in nothing
    late = controller.get("/atgarder?lage=forsenade").text
    assert "Först" in late
    assert ">Sist<" not in late


def test_a_long_list_goes_on_and_nothing_is_left_out(
    site: Site,
) -> None:
    for n in range(60):
        add(site, f"Nummer {n:02}.", "HR-chefen", f"2022-0{4 + n % 3}-01")
    controller = site.log_in(CONTROLLER)
    seen: list[str] = []
    address: str | None = "/atgarder"
    while address:
        page = controller.get(address).text
        seen += re.findall(r"Nummer \d\d", page)
        older = re.search(r'href="([^"]+)">Fler →', page)
        address = older[1].replace("&amp;", "&") if older else None
    assert len(seen) == len(set(seen)) == 60


def test_mine_are_those_of_my_functions_and_of_my_address(site: Site) -> None:
    add(site, "Med funktion", "it-chefen", "2022-05-01")
    add(site, "Med adress", "IT@kommun.example", "2022-06-01")
    add(site, "Annans", "HR-chefen", "2022-06-01")
    mine = site.log_in("it@kommun.example")
    page = mine.get("/mina/atgarder").text
    assert "Med funktion" in page
    assert "Med adress" in page
    assert "Annans" not in page
    assert mine.get("/atgarder").status_code == 404
    assert 'href="/mina/atgarder"' in mine.get("/").text


def test_the_controller_adds_one_freely(site: Site) -> None:
    controller = site.log_in(CONTROLLER)
    form = controller.get("/atgarder/ny?om=ks-2022/K3")
    assert 'value="ks-2022/K3" selected' in form.text
    fields = Form(form.text).fields | {"om": "ks-2022/K3", "vem": "HR-chefen"}
    refused = controller.post("/atgarder/ny", data=fields)
    assert refused.status_code == 422
    assert "Skriv vad som ska göras" in refused.text
    fields |= {"atgard": "Ny rutin", "klar": "2022-09-01", "orsak": "Ingen visste."}
    made = controller.post("/atgarder/ny", data=fields)
    page = controller.get(made.headers["location"])
    assert "Ny rutin" in page.text
    assert "Ingen visste." in page.text
    assert "K3" in page.text


def test_last_years_open_ones_stand_in_this_years_list(site: Site) -> None:
    add(site, "Från i fjol", "HR-chefen", "2022-12-01")
    site.set_clock("2023-02-01")
    page = site.log_in(CONTROLLER).get("/atgarder").text
    assert "Från i fjol" in page
    assert "från 2022" in page


def test_an_organisations_own_word_stands_on_the_pages(site: Site) -> None:
    site.change_organisation(labels=(("åtgärd", "aktivitet"),))
    add(site, "Gör det", "HR-chefen", "2022-12-01")
    controller = site.log_in(CONTROLLER)
    assert "En aktivitet är öppen." in controller.get("/atgarder").text


def test_what_a_browser_makes_up_is_refused(mailed: tuple[Site, str]) -> None:
    site, link = mailed
    path, page = followed(site, link)
    assert press(site, path, page, gor="hitte-på").status_code in (400, 422)
    assert press(site, path, page, gor="bekrafta").status_code == 403, "a link confirms nothing"
    for odd in ("/atgarder/0", "/atgarder/x", "/atgarder/99999999999999"):
        assert site.log_in(CONTROLLER).get(odd).status_code == 404
    assert site.client.get(f"{link}/atgard/99999").status_code == 404
    for query in ("?efter=x", "?efter=2022-01-01.x", "?lage=x", "?efter=2022-01-01.9999999999"):
        assert site.log_in(CONTROLLER).get(f"/atgarder{query}").status_code == 200


def add(site: Site, text: str, who: str, due: str) -> int:
    """An åtgärd that belongs to K3."""
    terms = actions.Terms(text, who, date.fromisoformat(due))
    with site.database.unit_of_work(ACTOR, site.now) as session:
        wish = actions.Wish("ks-2022", terms, "K3")
        return actions.add_action(session, actor=ACTOR, now=site.now, wish=wish).id


def test_the_controller_adds_one_to_an_answer_from_its_receipt(mailed: tuple[Site, str]) -> None:
    site, _ = mailed
    task = next(item.task for item in site.tasks() if item.task.control == "K3")
    receipt = f"/uppgifter/{task.id}/kvitto"
    controller = site.log_in(CONTROLLER)
    way = re.search(r'href="(/atgarder/ny[^"]+)"', controller.get(receipt).text)
    assert way
    form = controller.get(way[1].replace("&amp;", "&"))
    fields = Form(form.text).fields | {
        "om": "ks-2022/K3", "atgard": "En till", "vem": "HR-chefen", "klar": "2022-09-01",
    }  # fmt: skip
    made = controller.post("/atgarder/ny", data=fields)
    assert receipt in controller.get(made.headers["location"]).text, "it leads back to the answer"
    assert "/atgarder/ny" not in site.log_in("hr@kommun.example").get(receipt).text


def test_the_start_page_tells_of_ones_own(site: Site) -> None:
    mine = site.log_in("it@kommun.example")
    assert "Just nu väntar ingenting på dig." in mine.get("/").text
    add(site, "Gör det", "It-chefen", "2022-02-20")
    site.set_clock("2022-03-01")
    page = site.log_in("it@kommun.example").get("/").text
    assert "En åtgärd är öppen. En är försenad." in page
    assert "Just nu väntar ingenting på dig." not in page
