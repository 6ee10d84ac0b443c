"""The risk register's pages: the gross list and its filters, the matrix, a risk's history, its forms."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from test_organisation_pages import (
    ADMINISTRATOR,
    CONTROLLER,
    INSIDE,
    MANAGER,
    READER,
    filled,
    refused,
    words,
)
from test_organisation_pages import saved as saved_form
from test_organisation_pages import send as send_form
from test_organisation_pages import site as organisation_site
from web_site import ACTOR, Site

from icengine.domain.risk import AssessedRisk
from icengine.domain.scale import DEFAULT_RISKS
from icengine.services import drafts
from icengine.services import register as use

assert organisation_site  # the fixture: an administrator of the whole
KS = "/riskregister/ks"
NEW = AssessedRisk(
    id="R9", area="Inköp", title="Köp utan avtal", event="köp görs vid sidan av avtalen",
    likelihood=2, consequence=3, likelihood_before=4, consequence_before=3, fraud=True,
    assessed=date(2020, 2, 1), assessed_by="ledningsgruppen",
)  # fmt: skip


@pytest.fixture
def site(adopted: object) -> Site:
    """February 2022: the example's eight risks, an old one about oegentligheter and a retired one."""
    site = Site(adopted)
    for risk in (NEW, replace(NEW, id="R10", title="Gammal risk")):
        done(site, use.add_risk, risk=risk)
    done(site, use.retire_risk, id="R10", reason="Hör till en annan nämnd.")
    return site


def done(site: Site, service: Any, **values: Any) -> Any:
    with site.database.unit_of_work(ACTOR, site.now) as session:
        return service(session, actor=ACTOR, now=site.now, unit="ks", **values)


def entry(site: Site, id: str) -> Any:
    with site.database.reading() as session:
        found = use.unit_register(session, actor=ACTOR, now=site.now, unit="ks")
    return next(item for item in found.entries if item.risk.id == id)


def listed(page: str) -> list[str]:
    """Ids of the risks in the list, in its order."""
    table = page[page.index('class="data risks"') :]
    return re.findall(r'<th scope="row"><a href="/riskregister/ks/(\w+)">', table)


# -- seeing it --


def test_the_menu_has_risks_for_those_who_may_read_somewhere(site: Site) -> None:
    for email, there in ((CONTROLLER, True), (MANAGER, True), (READER, False)):
        assert ('href="/riskregister"' in site.log_in(email).get("/").text) is there


def test_the_units_are_listed_with_what_waits_in_each(site: Site) -> None:
    page = words(site.log_in(CONTROLLER).get("/riskregister").text)
    assert "Kommunstyrelsen Nio risker, tre i zonen hög risk, en avförd" in page
    assert "1 att bedöma om" in page
    assert "Kommunledningskontoret Inga risker än" in page
    assert "Barn- och utbildningsnämnden" not in page


def test_an_empty_register_says_how_it_begins(site: Site) -> None:
    page = site.log_in(CONTROLLER).get("/riskregister/klk").text
    assert "Registret är tomt." in page
    assert "/riskregister/klk/ny" in page


def test_the_list_has_the_worst_zone_first_and_no_retired_risks(site: Site) -> None:
    page = site.log_in(CONTROLLER).get(KS).text
    assert listed(page) == ["R3", "R4", "R5", "R1", "R6", "R8", "R9", "R2", "R7"]
    assert "Nio risker, tre i zonen hög risk. En är inte bedömd det senaste året." in words(page)
    assert words(page).count("Äldre än ett år") == 1


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("omrade=Ink%C3%B6p", ["R9"]),
        ("zon=hog", ["R3", "R4", "R5"]),
        ("zon=-", []),
        ("oegentligheter=ja", ["R9", "R7"]),
        ("gammal=ja", ["R9"]),
        ("gammal=ja&zon=hog", []),
        ("avforda=ja", ["R10"]),
        ("omrade=Hittep%C3%A5&zon=%3Cscript%3E", []),
    ],
)
def test_the_list_and_the_matrix_show_what_is_asked_for(
    site: Site, query: str, ids: list[str]
) -> None:
    page = site.log_in(CONTROLLER).get(f"{KS}?{query}").text
    if not ids:
        assert "Ingen risk passar in." in page
        assert "<svg xmlns" not in page
    else:
        assert listed(page) == ids
        picture = re.search(r'role="img" aria-label="([^"]*)"', page)
        assert picture
        assert all(f"{id}: " in picture[1] for id in ids)
    assert "<script>" not in page


def test_the_matrix_is_a_picture_and_a_table_that_say_the_same(site: Site) -> None:
    page = site.log_in(CONTROLLER).get(f"{KS}?omrade=Ink%C3%B6p").text
    assert (
        "R9: sannolikhet 2, konsekvens 3, medelhög risk; före befintliga åtgärder sannolikhet 4, "
        "konsekvens 3, hög risk." in page
    )
    table = page[page.index('<table class="matrix">') : page.index("</table>")]
    assert table.count('scope="col"') == table.count('scope="row"') == 4
    cells = [words(f"<main>{cell}</main>") for cell in re.findall(r"(?s)<td class.*?</td>", table)]
    assert len(cells) == 16
    assert cells[10] == "▲ Medelhög risk, riskvärde 6 Här står R9"
    assert cells[2] == "■ Hög risk, riskvärde 12 Före befintliga åtgärder stod här R9"


def test_risks_without_a_place_in_the_matrix_are_named(site: Site) -> None:
    blank = replace(NEW, likelihood=None, consequence=None, likelihood_before=None,
                    consequence_before=None)  # fmt: skip
    done(site, use.change_risk, risk=blank, seen=1)
    page = site.log_in(CONTROLLER).get(KS).text
    assert "R9 är inte värderad." in words(page)
    assert listed(page)[-1] == "R9"


def test_a_scale_with_fewer_steps_leaves_no_risk_unseen(site: Site) -> None:
    three = replace(
        DEFAULT_RISKS, likelihood=("Låg", "Medel", "Hög"), zones=DEFAULT_RISKS.zones[:3]
    )
    site.change_organisation(risk_scale=three)
    client = site.log_in(CONTROLLER)
    page = words(client.get(KS).text)
    assert "R3 och R5 är värderade på en skala med fler steg och behöver bedömas om." in page
    assert "Utanför skalan: sannolikhet 4, konsekvens 3" in words(client.get(f"{KS}/R3").text)
    form = client.get(f"{KS}/R3/andra").text
    assert client.post(f"{KS}/R3/andra", data=filled(form)).status_code == 422


def test_the_list_says_which_plan_has_the_risk_and_which_left_it_out_and_why(site: Site) -> None:
    begun = done(site, drafts.begin_draft, year=2023)
    left = {"id": "R9", "skäl": "Täcks av revisionens granskning."}
    with site.database.unit_of_work(ACTOR, site.now) as session:
        drafts.save_draft(
            session, actor=ACTOR, now=site.now, unit="ks", year=2023,
            document=begun.document | {"utelämnade risker": [left], "risker": [{"id": "R2"}]},
        )  # fmt: skip
    client = site.log_in(CONTROLLER)
    page = words(client.get(f"{KS}?gammal=ja").text)
    assert "Utkastet till 2023: utelämnad. Täcks av revisionens granskning." in page
    assert "Planen 2022: inte med" in page
    risk = words(client.get(f"{KS}/R2").text)
    assert "Utkastet till 2023: granskning Planen 2022: granskning" in risk


def test_a_risk_has_its_whole_history(site: Site) -> None:
    done(site, use.change_risk, risk=replace(NEW, title="Köp vid sidan av"), seen=1,
         reason="Tydligare.")  # fmt: skip
    page = words(site.log_in(MANAGER).get(f"{KS}/R9").text)
    assert "Titel: från Köp utan avtal → till Köp vid sidan av Skäl: Tydligare." in page
    assert "Version 1: I dag kl. 09.00 Test Kom in i registret." in page
    assert "Bedömningen är äldre än ett år." in page
    assert "1 februari 2020 av ledningsgruppen." in page
    retired = words(site.log_in(CONTROLLER).get(f"{KS}/R10").text)
    assert "Risken är avförd. Hör till en annan nämnd." in retired
    assert "Ta upp igen" in retired


def test_whoever_reads_is_offered_no_forms_and_whoever_follows_finds_nothing(site: Site) -> None:
    reader = site.log_in(MANAGER)
    for path in (KS, f"{KS}/R9"):
        assert "btn alt" not in reader.get(path).text
    for path in ("/riskregister", KS, f"{KS}/R9", f"{KS}/ny"):
        assert site.log_in(READER).get(path).status_code == 404
    assert site.log_in(CONTROLLER).get(f"{KS}/R99").status_code == 404


# -- changing it --


def test_a_risk_is_added_with_the_next_free_number(site: Site) -> None:
    client = site.log_in(CONTROLLER)
    page = saved(
        client, f"{KS}/ny", omrade="Ekonomi", titel="Fel i lönen", sannolikhet="2", konsekvens="4",
        risken_att="fel lön betalas ut", bedomd="2022-02-01", bedomd_av="Ledningsgruppen",
        riskagare="Ekonomichefen",
    )  # fmt: skip
    assert "Risken är tillagd." in page
    assert "R11 Fel i lönen" in page
    found = entry(site, "R11").risk
    assert (found.weight, found.assessed, found.owner) == (
        (2, 4), date(2022, 2, 1), "Ekonomichefen",
    )  # fmt: skip
    assert "Controllern" in words(client.get(f"{KS}/R11").text)


def test_the_form_says_what_is_wrong_at_its_field_and_keeps_what_was_typed(site: Site) -> None:
    client = site.log_in(CONTROLLER)
    for typed, field, said in (
        ({"omrade": "", "titel": "x"}, "omrade", "vilket område"),
        ({"titel": ""}, "titel", "Skriv ett kort namn."),
        ({"sannolikhet": "2"}, "konsekvens", "Välj både sannolikhet och konsekvens"),
        ({"sannolikhet": "2", "konsekvens": "2"}, "risken-att", "Skriv vad som kan hända."),
        ({"sannolikhet": "9", "konsekvens": "2"}, "sannolikhet", "”9”"),
        ({"bedomd": "2022-02-31"}, "bedomd", "finns inte i kalendern"),
        ({"id": "r3"}, "id", "redan använt. Nästa lediga är R11."),
        ({"id": "R10"}, "id", "redan använt"),
        ({"id": "R 1"}, "id", "kan inte vara nummer"),
    ):
        rest = {"omrade": "Ekonomi", "titel": "Behållen", "kategori": "Min kategori"} | typed
        answer = send(client, f"{KS}/ny", **rest)
        refused(answer, said, "Det du har skrivit finns kvar.")
        assert f'href="#{field}"' in answer.text, typed
        assert 'value="Min kategori"' in answer.text
    assert site.count("register_risk") == 11


def saved(client: Any, address: str, **typed: str) -> str:
    return saved_form(client, address, **typed)


def send(client: Any, address: str, **typed: str) -> Any:
    return send_form(client, address, **typed)


def test_each_step_of_the_scale_says_its_word_and_what_it_means(site: Site) -> None:
    meant = ("Inte på tio år", "Vart femte år", "Varje år", "Varje månad")
    site.change_organisation(risk_scale=replace(DEFAULT_RISKS, likelihood_meanings=meant))
    page = words(site.log_in(CONTROLLER).get(f"{KS}/ny").text)
    assert page.count("1 Osannolik Inte på tio år 2 Möjlig Vart femte år 3 Trolig Varje år") == 2


def test_a_form_that_nobody_touched_changes_nothing(site: Site) -> None:
    client = site.log_in(CONTROLLER)
    assert "Ingenting är ändrat" in saved(client, f"{KS}/R9/andra")
    assert "Ingenting är ändrat" in saved(client, f"{KS}/R1/andra")
    assert entry(site, "R9").risk == NEW


def test_whoever_comes_second_sees_both_and_can_choose(site: Site) -> None:
    client = site.log_in(CONTROLLER)
    form = filled(client.get(f"{KS}/R9/andra").text)
    done(site, use.change_risk, risk=replace(NEW, title="Deras rubrik", consequence=4), seen=1)
    answer = client.post(f"{KS}/R9/andra", data=form | {"titel": "Min rubrik"})
    assert answer.status_code == 409
    page = html.unescape(answer.text)
    assert "Det här har ändrats sedan du öppnade sidan" in page
    assert "Sparat nu: Deras rubrik" in page
    assert "Sparat nu: 4 Allvarlig" in page
    assert 'value="Min rubrik"' in page
    assert entry(site, "R9").risk.title == "Deras rubrik"
    again = client.post(f"{KS}/R9/andra", data=filled(answer.text))
    assert again.status_code == 303
    assert entry(site, "R9").risk.title == "Min rubrik"


def test_a_new_assessment_needs_a_reason_where_it_is_another(site: Site) -> None:
    client = site.log_in(CONTROLLER)
    form = f"{KS}/R9/bedom"
    refused(send(client, form, sannolikhet="4"), "varför bedömningen blev en annan", field="skal")
    refused(send(client, form, bedomd="2030-01-01"), "i framtiden")
    refused(send(client, form, bedomd_av=""), "vem som gjorde bedömningen")
    page = saved(client, form, sannolikhet="4", skal="Två fel i år.")
    assert "Den nya bedömningen är sparad." in page
    assert "Skäl: Två fel i år." in page
    found = entry(site, "R9").risk
    assert (found.likelihood, found.assessed, found.title) == (4, date(2022, 2, 10), NEW.title)


def test_a_risk_is_retired_and_taken_up_again_with_a_reason(site: Site) -> None:
    client = site.log_in(CONTROLLER)
    form = f"{KS}/R1/avfor"
    assert "Den står i planen 2022" in client.get(form).text
    refused(send(client, form), "Skriv varför risken avförs.", field="skal")
    assert "Risken är avförd. Historiken" in saved(client, form, skal="Tjänsten är nedlagd.")
    assert "R1" not in listed(client.get(KS).text)
    answer = client.post(f"{KS}/R1/andra", data=filled(client.get(f"{KS}/R1/andra").text)
                         | {"titel": "Ny"})  # fmt: skip
    refused(answer, "är avförd. Ta upp den igen först.")
    refused(send(client, form), "Skriv varför risken tas upp igen.", field="skal")
    assert "Risken är upptagen igen." in saved(client, form, skal="Den är tillbaka.")
    assert "R1" in listed(client.get(KS).text)


def test_a_risk_may_be_called_as_a_page_is(site: Site) -> None:
    done(site, use.add_risk, risk=replace(NEW, id="ny", title="Kallad ny"))
    client = site.log_in(CONTROLLER)
    assert "/riskregister/ks/risk%3Any" in client.get(KS).text
    assert "Kallad ny" in client.get(f"{KS}/risk%3Any").text
    assert "Ny risk" in client.get(f"{KS}/ny").text
    saved(client, f"{KS}/risk%3Any/avfor", skal="Prov.")


def test_the_log_tells_it_without_content_to_whoever_only_follows(site: Site) -> None:
    page = words(site.log_in(CONTROLLER).get("/handelser?vad=risk+ändrad").text)
    assert "Ändrade en risk i riskregistret: Riskregistret för ks" in page
    assert "Hör till en annan nämnd." in page
    assert "/handelser?plan=ks-riskregister" in site.log_in(CONTROLLER).get("/handelser").text
    follower = words(site.log_in(READER).get("/handelser?vad=risk+ändrad").text)
    assert "Riskregistret för ks" in follower
    assert "Hör till en annan nämnd." not in follower
    assert "Köp utan avtal" not in follower


# -- the scale --

SCALE = "/organisation/riskskala"


def test_everybody_who_knows_the_organisation_sees_the_scale(organisation_site: Site) -> None:
    for email in (CONTROLLER, READER, INSIDE):
        page = organisation_site.log_in(email).get(SCALE).text
        assert "Mycket trolig" in page
        assert f"{SCALE}/andra" not in page
    assert f"{SCALE}/andra" in organisation_site.log_in(ADMINISTRATOR).get(SCALE).text


def test_the_scale_is_changed_step_by_step_and_cell_by_cell_and_the_log_says_how(
    organisation_site: Site,
) -> None:
    site, client = organisation_site, organisation_site.log_in(ADMINISTRATOR)
    page = saved(client, f"{SCALE}/andra", s_3="Sannolik", s_3_betyder="Någon gång om året",
                 **{"zon-1-3": "lag"})  # fmt: skip
    assert "Skalan är sparad." in page
    scale = site.organisation().risk_scale
    assert scale.likelihood[2] == "Sannolik"
    assert scale.likelihood_meanings == ("", "", "Någon gång om året", "")
    assert scale.zones[0] == ("lag", "lag", "lag", "medel")
    log = words(client.get("/handelser").text)
    assert (
        "Riskskalan, sannolikhet 3: från Trolig → till Sannolik: Någon gång om året "
        "Riskskalan, sannolikhet 1 och konsekvens 3: från Medelhög risk → till Låg risk" in log
    )


def test_another_number_of_steps_keeps_what_was_typed_and_is_saved_only_when_asked(
    organisation_site: Site,
) -> None:
    site, client = organisation_site, organisation_site.log_in(ADMINISTRATOR)
    form = filled(client.get(f"{SCALE}/andra").text)
    answer = client.post(
        f"{SCALE}/andra",
        data=form | {"steg-s": "6", "steg-k": "3", "s-1": "Mitt ord", "gor": "storlek"},
    )
    assert answer.status_code == 200
    assert 'value="Mitt ord"' in answer.text
    assert site.organisation().risk_scale == DEFAULT_RISKS
    larger = filled(answer.text)
    assert larger["zon-6-3"] == "hog"
    assert "zon-1-4" not in larger
    refused(client.post(f"{SCALE}/andra", data=larger), "Skriv ett ord för sannolikhet 5.")
    done = client.post(
        f"{SCALE}/andra", data=larger | {"s-5": "Ofta", "s-6": "Alltid", "zon-6-1": "hog"}
    )
    assert done.status_code == 303
    scale = site.organisation().risk_scale
    assert (len(scale.likelihood), len(scale.consequence)) == (6, 3)
    assert scale.likelihood[0] == "Mitt ord"
    assert scale.zones[5] == ("hog", "hog", "hog")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"s-1": ""}, "Skriv ett ord för sannolikhet 1."),
        ({"k-2": "försumbar"}, "står redan för ett annat steg"),
        ({"k-2": "x" * 41}, "högst 40 tecken"),
        ({"k-2-betyder": "x" * 201}, "högst 200 tecken"),
        ({"zon-2-2": ""}, "Välj zon för sannolikhet 2 och konsekvens 2."),
        ({"zon-2-2": "hittepå"}, "Välj zon för sannolikhet 2 och konsekvens 2."),
    ],
)
def test_a_scale_that_cannot_be_is_not_saved(
    organisation_site: Site, typed: dict[str, str], said: str
) -> None:
    client = organisation_site.log_in(ADMINISTRATOR)
    form = filled(client.get(f"{SCALE}/andra").text)
    refused(client.post(f"{SCALE}/andra", data=form | typed), said)
    assert organisation_site.organisation().risk_scale == DEFAULT_RISKS


def test_whoever_comes_second_to_the_scale_is_told(organisation_site: Site) -> None:
    site, client = organisation_site, organisation_site.log_in(ADMINISTRATOR)
    form = filled(client.get(f"{SCALE}/andra").text)
    words_ = ("Aldrig", *DEFAULT_RISKS.likelihood[1:])
    site.change_organisation(risk_scale=replace(DEFAULT_RISKS, likelihood=words_))
    answer = client.post(f"{SCALE}/andra", data=form | {"s-1": "Mitt"})
    assert answer.status_code == 409
    assert "Sparat nu: Aldrig" in answer.text
    assert site.organisation().risk_scale.likelihood[0] == "Aldrig"


def test_a_risk_that_stands_in_plans_of_other_years_alone_says_the_newest_of_them(
    site: Site,
) -> None:
    site.now = site.now.replace(year=2030)
    page = words(site.log_in(CONTROLLER).get(KS).text)
    assert "Planen 2022: granskning" in page
    assert "Inte med i någon plan" in page


def test_the_first_words_of_a_sentence_are_not_said_twice(site: Site) -> None:
    client = site.log_in(CONTROLLER)
    saved(client, f"{KS}/R9/andra", **{"risken-att": "Risken att lön betalas fel",
                                       "pa-grund-av": "på grund av… stress"})  # fmt: skip
    risk = entry(site, "R9").risk
    assert (risk.event, risk.cause) == ("lön betalas fel", "stress")
