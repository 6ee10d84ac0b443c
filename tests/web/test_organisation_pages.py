"""The organisation's pages: what each person sees of it, and what they may change."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from web_site import Form, Site

from icengine.domain.labels import Word
from icengine.domain.people import Admission, Function, Grant, Holding, Move, Role, Unit, UnitKind

ADMINISTRATOR = "admin@kommun.example"
INSIDE = "ks.admin@kommun.example"
CONTROLLER = "controller@kommun.example"
MANAGER = "kommundirektor@kommun.example"
READER = "revisionen@kommun.example"
HOLDER = "hr@kommun.example"
SCHOOLS = "skola@kommun.example"


@pytest.fixture
def site(adopted: object) -> Site:
    """February 2022: an administrator of the whole, one of kommunstyrelsen, one of a nämnd."""
    site = Site(adopted)
    grants = site.organisation().grants
    more = (
        Grant(Role.ADMINISTRATOR, "kommun", ADMINISTRATOR),
        Grant(Role.ADMINISTRATOR, "ks", INSIDE),
        Grant(Role.ADMINISTRATOR, "bun", SCHOOLS),
    )
    site.change_organisation(grants=(*grants, *more))
    return site


def saved(client: Any, address: str, **typed: str) -> str:
    """Fill in a form and send it; the page that follows, as text."""
    done = send(client, address, **typed)
    assert done.status_code == 303, html.unescape(done.text)
    page = client.get(done.headers["location"])
    assert page.status_code == 200
    assert 'role="status"' in page.text
    return words(page.text)


def send(client: Any, address: str, **typed: str) -> Any:
    shown = client.get(address)
    assert shown.status_code == 200, shown.text
    fields = {name.replace("_", "-"): value for name, value in typed.items()}
    return client.post(address.partition("?")[0], data=filled(shown.text) | fields)


def filled(page: str) -> dict[str, str]:
    """What a browser sends of a form that nobody has touched."""
    form = page[page.index('action="?"') - 60 :]
    fields = {name: value for name, value in Form(form).fields.items() if name}
    for box in re.findall(r'<input type="checkbox"[^>]*>', form):
        if " checked" not in box:
            fields.pop(re.search(r'name="([^"]*)"', box)[1], None)  # type: ignore[index]
    for name, choices in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', choices)
        first = re.search(r'value="([^"]*)"', choices)
        fields[name] = html.unescape((chosen or first)[1])  # type: ignore[index]
    return fields


def words(page: str) -> str:
    """A page's text, without its tags and extra spaces."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def refused(answer: Any, *said: str, field: str = "") -> None:
    """The form is shown again, with what is wrong, and nothing is saved."""
    assert answer.status_code == 422, answer.text
    assert "<title>Fel: " in answer.text
    for text in said:
        assert text in html.unescape(answer.text)
    if field:
        assert f'href="#{field}"' in answer.text
        assert re.search(rf'id="{field}"[^>]* aria-invalid="true"', answer.text)


# -- what is seen --


def test_the_tree_shows_the_units_of_today_and_those_that_have_ended_apart(site: Site) -> None:
    page = site.log_in(ADMINISTRATOR).get("/organisation").text
    today, _, ended = page.partition("Har upphört")
    assert '<a href="/organisation/ks">Kommunstyrelsen</a>' in today
    assert "Egen myndighet" in today
    assert "Tekniska nämnden" not in today
    assert '<a href="/organisation/tn">Tekniska nämnden</a>' in ended
    assert today.index("/organisation/ks") < today.index("/organisation/klk")
    assert page.count("<ul") == page.count("</ul>")
    assert page.count("<li>") == page.count("</li>")


def test_whoever_reads_one_unit_sees_those_above_it_by_name_only(site: Site) -> None:
    client = site.log_in(SCHOOLS)
    page = client.get("/organisation").text
    assert "Älvhamra kommun" in words(page)
    assert 'href="/organisation/kommun"' not in page
    assert 'href="/organisation/bun"' in page
    assert "Kommunstyrelsen" not in page
    assert client.get("/organisation/ks").status_code == 404
    assert client.get("/organisation/kommun").status_code == 404


def test_somebody_with_only_functions_has_no_organisation(site: Site) -> None:
    client = site.log_in(HOLDER)
    assert 'href="/organisation"' not in client.get("/jag").text
    for path in ("", "/ks", "/fil", "/installningar", "/funktioner/HR-strategen", "/ks/andra"):
        assert client.get(f"/organisation{path}").status_code == 404
    assert client.get("/personer").status_code == 404


def test_strangers_are_asked_to_log_in(site: Site) -> None:
    for path in ("/organisation", "/organisation/ks", "/personer", "/organisation/ks/andra"):
        assert site.client.get(path).headers["location"].startswith("/logga-in?till=")
        assert site.browser().post(path).status_code in (401, 405)


def test_a_reader_sees_functions_without_addresses(site: Site) -> None:
    client = site.log_in(READER)
    unit = client.get("/organisation/klk").text
    assert "Ekonomichefen" in unit
    assert "Någon har den i dag" in unit
    function = client.get("/organisation/funktioner/Ekonomichefen").text
    assert "En person" in function
    assert "@" not in words(unit) + words(function)


@pytest.mark.parametrize("email", [INSIDE, CONTROLLER, MANAGER])
def test_whoever_works_with_a_unit_sees_who_has_its_functions(site: Site, email: str) -> None:
    assert "ekonomi@kommun.example" in site.log_in(email).get("/organisation/klk").text


def test_across_an_authoritys_border_an_administrator_sees_the_tree_and_no_addresses(
    site: Site,
) -> None:
    client = site.log_in(ADMINISTRATOR)
    page = client.get("/organisation/klk").text
    assert "@" not in words(page)
    assert "/organisation/klk/andra" not in page
    assert client.post("/organisation/klk/andra", data={"a": "b"}).status_code == 403
    assert client.get("/organisation/klk/andra").status_code == 403


def test_an_authority_that_nobody_administers_says_what_to_do(site: Site) -> None:
    client = site.log_in(ADMINISTRATOR)
    assert "Den som sköter servern" in client.get("/organisation/son").text
    assert "Den som sköter servern" not in client.get("/organisation/ks").text


def test_a_unit_tells_its_history_both_ways(site: Site) -> None:
    client = site.log_in(ADMINISTRATOR)
    assert "Föregångare Tekniska nämnden Byggnadsnämnden" in words(
        client.get("/organisation/sbn").text
    )
    old = words(client.get("/organisation/tn").text)
    assert "Arbetet togs över av Samhällsbyggnadsnämnden" in old
    assert "till 31 december 2018" in old


def test_a_function_shows_who_had_it_has_it_and_will_have_it(site: Site) -> None:
    page = words(site.log_in(INSIDE).get("/organisation/funktioner/HR-strategen").text)
    today, _, coming = page.partition("Kommande")
    assert "hr@kommun.example Till 31 augusti 2022" in today
    assert "hr.vikarie@kommun.example 1" not in today
    assert coming.index("hr.vikarie@kommun.example") < coming.index("Från 1 mars 2023")


def test_whoever_has_left_is_shown_by_number(site: Site) -> None:
    client = site.log_in(INSIDE)
    site.set_clock("2023-06-01")
    client = site.log_in(INSIDE)
    page = words(client.get("/organisation/funktioner/HR-strategen").text)
    assert "hr.vikarie@kommun.example" not in page
    assert re.search(r"Tidigare medarbetare \d+", page)
    assert "hr@kommun.example" in page


def test_names_and_ids_of_any_kind_have_an_address(site: Site) -> None:
    root = site.organisation()
    names = ["Vd för Älvhamra/Bostäder?", "ge/Ekonomichefen", "100 % #1"]
    units = (*root.units, *(Unit(i, f"Enhet {i}", UnitKind.BOARD, "kommun") for i in
             ("fil", "funktioner", "installningar", "Å.1_x")))  # fmt: skip
    functions = (*root.functions, *(Function(name, "kommun") for name in names))
    site.change_organisation(units=units, functions=functions)
    client = site.log_in(ADMINISTRATOR)
    for page in ("/organisation", "/organisation/kommun"):
        for address in re.findall(r'href="(/organisation/[^"]*)"', client.get(page).text):
            assert client.get(html.unescape(address)).status_code == 200, address
    whole = client.get("/organisation").text
    for unit in ("fil", "funktioner", "installningar", "Å.1_x"):
        (address,) = re.findall(rf'href="([^"]*)">Enhet {unit}<', whole)
        assert f"<h1>Enhet {unit}</h1>" in client.get(address).text
    functions_page = client.get("/organisation/kommun").text
    for name in names:
        (address,) = re.findall(rf'href="([^"]*)">{re.escape(html.escape(name))}<', functions_page)
        assert f"<h1>{html.escape(name)}</h1>" in client.get(address).text


# -- changing units --


def test_a_unit_is_added_changed_moved_and_ended(site: Site) -> None:
    client = site.log_in(INSIDE)
    page = saved(client, "/organisation/klk/ny-enhet", namn="Kansliet", id="kansli",
                 slag="avdelning", fran="2022-03-01")  # fmt: skip
    assert "Enheten är tillagd." in page
    assert "Kommunstyrelsen Kommunledningskontoret Kansliet" in page
    assert "Kommer" in client.get("/organisation").text
    assert "Enheten är ändrad." in saved(client, "/organisation/kansli/andra", namn="Nya kansliet")
    moved = saved(client, "/organisation/kansli/flytta", under="ks", fran="2022-09-01")
    assert "Kommunstyrelsen från 1 september" in moved
    saved(client, "/organisation/kansli/upphor", till="2022-12-31")
    unit = site.organisation().unit("kansli")
    assert unit == Unit(
        "kansli", "Nya kansliet", UnitKind.DEPARTMENT, "klk", date(2022, 3, 1), date(2022, 12, 31),
        moves=(Move("ks", date(2022, 9, 1)),),
    )  # fmt: skip


def test_units_are_merged_into_a_new_one_that_keeps_their_history(site: Site) -> None:
    client = site.log_in(INSIDE)
    for id in ("a", "b"):
        saved(client, "/organisation/klk/ny-enhet", namn=f"Avdelning {id}", id=id, slag="avdelning")
    page = saved(client, "/organisation/a/sla-ihop", ihop_b="ja", namn="Avdelning ab", id="ab",
                 fran="2022-07-01")  # fmt: skip
    assert "Föregångare Avdelning a Avdelning b" in page
    new = site.organisation().unit("ab")
    assert new is not None
    assert (new.predecessors, new.parent, new.kind) == (("a", "b"), "klk", UnitKind.DEPARTMENT)
    assert site.organisation().unit("b").end == date(2022, 6, 30)  # type: ignore[union-attr]


def test_an_authority_chooses_what_roles_from_above_may_do(site: Site) -> None:
    client = site.log_in(INSIDE)
    page = saved(client, "/organisation/ks/andra", **{"slapper-ändra": "ja"})
    assert "Roller ovanifrån får läsa, och ändra" in page
    assert site.organisation().unit("ks").admits == (Admission.CHANGE,)  # type: ignore[union-attr]
    assert site.log_in(ADMINISTRATOR).get("/organisation/ks/andra").status_code == 200
    saved(client, "/organisation/ks/andra", **{"slapper-skyddat": "ja"})
    assert len(site.organisation().unit("ks").admits) == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("address", "typed", "said", "field"),
    [
        ("ny-enhet", {"namn": ""}, "Skriv enhetens namn.", "namn"),
        ("ny-enhet", {"id": "två ord"}, "Använd bara bokstäver", "id"),
        ("ny-enhet", {"id": "ks"}, "Kortnamnet ks används redan", "id"),
        ("ny-enhet", {"slag": "hittepå"}, "Välj vad det är för slags enhet.", "slag"),
        ("ny-enhet", {"fran": "2022-02-30"}, "”2022-02-30” är inget datum.", "fran"),
        ("flytta", {"fran": "0022-01-01", "under": "ks"}, "mellan åren", "fran"),
        ("flytta", {}, "Välj enheten ovanför.", "under"),
        ("upphor", {"till": "snart"}, "”snart” är inget datum.", "till"),
        ("sla-ihop", {}, "Välj minst en enhet till.", "ihop"),
        ("ny-funktion", {"namn": "ekonomichefen"}, "Det finns redan en funktion", "namn"),
        ("ny-funktion", {"namn": "a@kommun.example"}, "Skriv funktionens namn.", "namn"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(
    site: Site, address: str, typed: dict[str, str], said: str, field: str
) -> None:
    client = site.log_in(INSIDE)
    before = site.organisation()
    answer = send(client, f"/organisation/klk/{address}", **typed)
    refused(answer, said, field=field)
    for name, value in typed.items():
        if name != "slag" and value and name != "under":
            assert f'value="{value}"' in answer.text
    assert site.organisation() == before


def test_what_the_organisation_cannot_be_is_refused_in_words(site: Site) -> None:
    client = site.log_in(INSIDE)
    saved(client, "/organisation/klk/ny-enhet", namn="Kansliet", id="kansli", slag="avdelning")
    answer = send(client, "/organisation/klk/upphor", till="2022-12-31")
    refused(answer, "Enheten kansli ligger under klk, som upphör 31 december 2022")
    assert 'value="2022-12-31"' in answer.text


def test_the_last_administrator_stays(site: Site) -> None:
    client = site.log_in(ADMINISTRATOR)
    address = re.findall(
        r'href="([^"]*avsluta-roll[^"]*)"', client.get("/organisation/kommun").text
    )
    answer = send(client, html.unescape(address[-1]), till="2022-02-10")
    refused(answer, "skulle ingen vara administratör för hela organisationen", "Ge först rollen")


def test_a_unit_administrator_manages_that_subtree_only(site: Site) -> None:
    client = site.log_in(SCHOOLS)
    saved(client, "/organisation/bun/ny-enhet", namn="Skolkontoret", id="skol", slag="förvaltning")
    for path in ("/organisation/kommun/ny-enhet", "/organisation/ks/andra"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"namn": "x", "id": "x"}).status_code == 404
    answer = send(client, "/organisation/bun/ny-enhet", namn="X", id="x", slag="nämnd", under="ks")
    refused(answer, "Välj enheten ovanför.", field="under")
    for path in ("/organisation/fil", "/organisation/installningar"):
        assert client.get(path).status_code == 404
    page = client.get("/organisation").text
    assert "Inställningar" not in page
    assert 'href="/organisation/bun/ny-enhet"' in page


@pytest.mark.parametrize("email", [CONTROLLER, MANAGER, READER])
def test_others_see_no_buttons_and_change_nothing(site: Site, email: str) -> None:
    client = site.log_in(email)
    unit = client.get("/organisation/klk").text
    for action in ("andra", "flytta", "upphor", "sla-ihop", "ny-enhet", "ny-funktion", "ge-roll"):
        address = f"/organisation/klk/{action}"
        assert address not in unit
        assert client.post(address, data={"a": "b"}).status_code == 403
    for action in ("ge", "enhet", "roll"):
        address = f"/organisation/funktion/{action}/Ekonomichefen"
        assert address not in client.get("/organisation/funktioner/Ekonomichefen").text
        assert client.post(address, data={"a": "b"}).status_code == 403
    assert client.get("/organisation/fil").status_code in (403, 404)


# -- functions --


def test_a_function_is_added_given_and_taken_over(site: Site) -> None:
    client = site.log_in(INSIDE)
    page = saved(client, "/organisation/klk/ny-funktion", namn="Vd för Älvhamra/Norr")
    assert "Ingen har den i dag." in page
    path = "V%C3%A4xel"
    saved(client, "/organisation/klk/ny-funktion", namn="Växel")
    page = saved(client, f"/organisation/funktion/ge/{path}", epost="Vaxel@Kommun.example", fran="",
                 till="2022-06-30")  # fmt: skip
    assert "I dag vaxel@kommun.example Till 30 juni 2022" in page
    saved(client, f"/organisation/funktion/ge/{path}", epost="ny@kommun.example", fran="2022-07-01")
    function = site.organisation().function("Växel")
    assert function is not None
    assert function.holders == (
        Holding("vaxel@kommun.example", None, date(2022, 6, 30)),
        Holding("ny@kommun.example", date(2022, 7, 1)),
    )


@pytest.mark.parametrize(
    ("typed", "said", "field"),
    [
        ({"epost": "a@elsewhere.example"}, "utanför organisationens e-postdomäner", "epost"),
        ({"epost": "Ekonomi"}, "är ingen e-postadress", "epost"),
        ({}, "Skriv e-postadressen.", "epost"),
        ({"epost": "ekonomi@kommun.example"}, "har redan funktionen tills vidare", "epost"),
        ({"epost": "a@kommun.example", "till": "2021-01-01"}, "före den första", "till"),
        ({"epost": "a@kommun.example", "fran": "2022-13-01"}, "är inget datum", "fran"),
    ],
)
def test_nobody_gets_a_function_by_mistake(
    site: Site, typed: dict[str, str], said: str, field: str
) -> None:
    client = site.log_in(INSIDE)
    before = site.organisation()
    answer = send(client, "/organisation/funktion/ge/Ekonomichefen", **typed)
    refused(answer, said, field=field)
    assert html.escape(typed.get("epost", "")) in answer.text
    assert site.organisation() == before


def test_one_time_ends_and_the_others_stay(site: Site) -> None:
    client = site.log_in(INSIDE)
    page = client.get("/organisation/funktioner/HR-strategen").text
    ends = [html.unescape(a) for a in re.findall(r'href="([^"]*avsluta[^"]*)"', page)]
    assert len(ends) == 3
    saved(client, ends[1], till="2022-02-10")  # the vikarie who was to come
    saved(client, client_end(client, 0), till="2022-06-30")
    function = site.organisation().function("HR-strategen")
    assert function is not None
    assert [(h.email.partition("@")[0], h.end) for h in function.holders] == [
        ("hr", date(2022, 6, 30)),
        ("hr", None),
    ]


def client_end(client: Any, number: int) -> str:
    page = client.get("/organisation/funktioner/HR-strategen").text
    return html.unescape(re.findall(r'href="([^"]*avsluta[^"]*)"', page)[number])


def test_a_manager_appoints_substitutes_and_nothing_else(site: Site) -> None:
    client = site.log_in(MANAGER)
    page = saved(client, "/organisation/funktion/ersattare/Ekonomichefen",
                 epost="kansli@kommun.example", fran="2022-02-10", till="2022-02-20")  # fmt: skip
    assert "Ersättaren är utsedd." in page
    assert "kansli@kommun.example Ersättare 10 februari 2022–20 februari 2022 Avsluta" in page
    assert "ekonomi@kommun.example Tills vidare Avsluta" not in page
    today = client.get("/organisation/klk").text
    assert "kansli@kommun.example (ersättare)" in today
    address = re.findall(
        r'href="([^"]*avsluta[^"]*)"', client.get("/organisation/funktioner/Ekonomichefen").text
    )
    saved(client, html.unescape(address[0]), till="2022-02-15")
    holders = site.organisation().function("Ekonomichefen").holders  # type: ignore[union-attr]
    assert holders[-1].end == date(2022, 2, 15)


def test_a_substitute_has_a_first_and_a_last_day(site: Site) -> None:
    client = site.log_in(MANAGER)
    answer = send(
        client, "/organisation/funktion/ersattare/Ekonomichefen", epost="a@kommun.example"
    )
    refused(answer, field="fran")
    refused(answer, field="till")


def test_a_function_changes_unit(site: Site) -> None:
    client = site.log_in(INSIDE)
    page = saved(client, "/organisation/funktion/enhet/Ekonomichefen", enhet="ks")
    assert "Funktion vid Kommunstyrelsen." in page


# -- two at once --


def test_whoever_comes_second_to_the_same_function_is_told_and_overwrites_nothing(
    site: Site,
) -> None:
    client, other = site.log_in(INSIDE), site.log_in(INSIDE)
    address = "/organisation/funktion/ge/Ekonomichefen"
    form = filled(client.get(address).text)
    saved(other, address, epost="forst@kommun.example")
    mine = form | {"epost": "sen@kommun.example", "till": "2022-12-31"}
    answer = client.post(address, data=mine)
    assert answer.status_code == 409
    assert "<title>Fel: " in answer.text
    assert "Det här har ändrats sedan du öppnade sidan" in answer.text
    assert 'value="sen@kommun.example"' in answer.text
    assert 'value="2022-12-31"' in answer.text
    holders = site.organisation().function("Ekonomichefen").holders  # type: ignore[union-attr]
    assert [h.email for h in holders] == ["ekonomi@kommun.example", "forst@kommun.example"]
    again = client.post(address, data=mine | {"version": filled(answer.text)["version"]})
    assert again.status_code == 303


def test_changes_of_different_things_do_not_meet(site: Site) -> None:
    client, other = site.log_in(INSIDE), site.log_in(INSIDE)
    address = "/organisation/klk/andra"
    form = filled(client.get(address).text)
    saved(other, "/organisation/ks/andra", namn="Styrelsen")
    assert client.post(address, data=form | {"namn": "Kontoret"}).status_code == 303
    assert site.organisation().unit("ks").name == "Styrelsen"  # type: ignore[union-attr]
    assert site.organisation().unit("klk").name == "Kontoret"  # type: ignore[union-attr]


def test_the_second_sees_what_the_first_has_saved(site: Site) -> None:
    client, other = site.log_in(INSIDE), site.log_in(INSIDE)
    address = "/organisation/klk/andra"
    form = filled(client.get(address).text)
    saved(other, address, namn="Ledningskontoret")
    answer = client.post(address, data=form | {"namn": "Kontoret"})
    assert answer.status_code == 409
    assert "nu står det Ledningskontoret" in answer.text
    assert 'value="Kontoret"' in answer.text


def test_what_somebody_else_has_ended_is_not_ended_twice(site: Site) -> None:
    client, other = site.log_in(INSIDE), site.log_in(INSIDE)
    address = client_end(client, 0)
    form = filled(client.get(address).text)
    saved(other, address, till="2022-03-31")
    answer = client.post(address.partition("?")[0], data=form | {"till": "2022-05-31"})
    assert answer.status_code == 409
    assert "Det du ville avsluta är ändrat" in answer.text


def test_saving_what_is_so_already_changes_nothing(site: Site) -> None:
    client = site.log_in(INSIDE)
    before = site.count("organisation")
    assert "Ingenting är ändrat" in saved(client, "/organisation/klk/andra")
    assert site.count("organisation") == before


# -- settings and the file --


def test_the_administrator_changes_what_holds_for_the_whole(site: Site) -> None:
    client = site.log_in(ADMINISTRATOR)
    page = saved(
        client, "/organisation/installningar", namn="Älvhamra", farg="#aa00bb", ord_2="granskning",
        kontakt="Kanslichefen", domaner="kommun.example\nBolag.example, skola.example",
        varde_0="IK-Controllers", roll_0="controller", enhet_0="kommun",
    )  # fmt: skip
    assert "Inställningarna är sparade." in page
    found = site.organisation()
    assert (found.name, found.accent, found.contact) == ("Älvhamra", "#AA00BB", "Kanslichefen")
    assert found.mail_domains == ("kommun.example", "bolag.example", "skola.example")
    assert found.labels == (("kontrollmoment", "granskning"),)
    (claim,) = found.claims
    assert (claim.value, claim.role, claim.unit) == ("IK-Controllers", Role.CONTROLLER, "kommun")
    assert "Ingenting är ändrat" in saved(client, "/organisation/installningar")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"namn": ""}, "namn"),
        ({"farg": "blå"}, "farg"),
        ({"kontakt": ""}, "kontakt"),
        ({"domaner": ""}, "domaner"),
        ({"domaner": "kommun"}, "domaner"),
        ({"varde_1": "x", "roll_1": ""}, "roll-1"),
        ({"varde_1": "x", "roll_1": "chef"}, "enhet-1"),
        ({"ord_2": "koll"}, "ord-2"),
        ({"ord_2": "<b>granskning</b>"}, "ord-2"),
        ({"ord_2": "granskning" * 5}, "ord-2"),
    ],
)
def test_settings_that_cannot_be_are_said_at_their_field(
    site: Site, typed: dict[str, str], field: str
) -> None:
    answer = send(site.log_in(ADMINISTRATOR), "/organisation/installningar", **typed)
    refused(answer, field=field)


def test_a_word_whose_forms_stand_in_the_file_is_kept_by_the_page(site: Site) -> None:
    koll = Word("koll", "kollen", "koller", "kollerna")
    site.change_organisation(
        labels=(("kontrollmoment", "koll"),), forms=(("kontrollmoment", koll),)
    )
    saved(site.log_in(ADMINISTRATOR), "/organisation/installningar", farg="#aa00bb")
    assert site.organisation().vocabulary("kontrollmoment") == koll


def test_a_domain_that_somebody_has_an_address_in_stays(site: Site) -> None:
    client = site.log_in(ADMINISTRATOR)
    answer = send(client, "/organisation/installningar", domaner="kommun.example")
    refused(answer, "d@bolag.example ligger utanför e-postdomänerna")


def test_the_file_holds_no_address_that_its_reader_may_not_see(site: Site) -> None:
    file = site.log_in(ADMINISTRATOR).get("/organisation/fil")
    assert file.status_code == 200
    assert file.headers["content-disposition"].startswith("attachment")
    assert "utelämnat:" in file.text
    assert "ekonomi@kommun.example" not in file.text
    assert "revisionen@kommun.example" in file.text
    assert "version:" not in file.text


def test_an_administrator_of_everything_gets_a_file_that_can_be_read_in_again(site: Site) -> None:
    from icengine.domain.directory import read_organisation_file
    from icengine.intake.yamlfile import read_yaml_bytes

    units = site.organisation().units
    open_ = tuple(
        Unit(u.id, u.name, u.kind, u.parent, u.start, u.end, u.predecessors) for u in units
    )
    site.change_organisation(units=open_)
    file = site.log_in(ADMINISTRATOR).get("/organisation/fil")
    node, _ = read_yaml_bytes(file.content, "fil.yaml")
    assert node is not None
    found, problems = read_organisation_file(node)
    assert found is not None, problems
    assert found.organisation == site.organisation()


def test_a_kommun_begun_without_a_file_is_built_up_on_the_pages(database: object) -> None:
    from icengine.services.login import first_link

    site = Site(database)
    with site.database.unit_of_work(_System("test"), site.now) as session:
        link = first_link(session, base_url="", now=site.now)
    client = site.browser()
    entered = client.post(link or "", data={"namn": "Nya kommun", "e": "admin@ny.example"})
    assert entered.status_code == 303, entered.text
    assert "Ingen är kontakt" in client.get("/organisation").text
    saved(client, "/organisation/kommun/ny-enhet", namn="Styrelsen", id="ks", slag="nämnd")
    saved(client, "/organisation/ks/ny-funktion", namn="Controllern")
    saved(client, "/organisation/funktion/ge/Controllern", epost="admin@ny.example")
    saved(client, "/organisation/installningar", kontakt="Controllern")
    assert "Ingen är kontakt" not in client.get("/organisation").text
    assert site.organisation().contact == "Controllern"


def _System(name: str) -> Any:
    from icengine.domain.access import System

    return System(name)
