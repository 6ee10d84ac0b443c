"""Plans in the browser: what each sees of them, the checks, the decision, and the end."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from plan_lives import altered, done, drafted, next_year, plan_of, revised, sent
from test_organisation_pages import words
from web_site import CONTROLLER, Form, Site

from icengine.domain.draft import DraftState
from icengine.services.drafts import begin_draft, save_draft
from icengine.store import drafts

READER = "revisionen@kommun.example"
MANAGER = "kommundirektor@kommun.example"
LAST = "Hemlig metod."


def form_of(page: str, action: str) -> dict[str, str]:
    """What a browser sends of the form with that address, untouched."""
    found = re.search(rf'<form[^>]* action="{action}".*?</form>', page, re.DOTALL)
    assert found, action
    return {name: html.unescape(v) for name, v in Form(found[0]).fields.items() if name}


def post(client: Any, path: str, action: str, **typed: str) -> Any:
    """Fill in a form of a page and send it."""
    page = client.get(path)
    assert page.status_code == 200
    return client.post(action, data=form_of(page.text, action) | typed)


def draft_state(site: Site, key: str) -> DraftState | None:
    with site.database.reading() as session:
        found = drafts.get(session, key)
    return found.state if found else None


def test_the_list_tells_how_far_each_plan_has_come(site: Site) -> None:
    revised(site)
    next_year(site)
    page = words(site.log_in(CONTROLLER).get("/planer").text)
    assert "Kommunstyrelsen 2023 … Utkast version 1" in page
    assert (
        "Kommunstyrelsen 2022 8 februari 2022, § 58, dnr KS 2022/0193 ✓ Antagen version 2" in page
    )
    page = words(site.log_in(READER).get("/planer").text)
    assert "2023" not in page
    assert "Börja ett utkast" not in page


def test_a_draft_is_begun_from_the_list_or_from_the_plan(site: Site) -> None:
    client = site.log_in(CONTROLLER)
    done_ = post(client, "/planer", "/planer", enhet="ks", ar="2024")
    assert (done_.status_code, done_.headers["location"]) == (303, "/planer/ks-2024/utkast")
    done_ = post(client, "/planer/ks-2022", "/planer")
    assert (done_.status_code, done_.headers["location"]) == (303, "/planer/ks-2022/utkast")
    again = post(client, "/planer", "/planer", enhet="ks", ar="2022")
    assert again.status_code == 422
    assert "har redan ett utkast" in again.text
    wrong = post(client, "/planer", "/planer", enhet="ks", ar="nästa år")
    assert wrong.status_code == 422
    assert "Skriv ett år mellan 2000 och 2100." in wrong.text
    assert "Börja nästa version" not in client.get("/planer/ks-2022").text


def test_a_plan_tells_its_risks_controls_and_reasons(site: Site) -> None:
    revised(site)
    page = words(site.log_in(CONTROLLER).get("/planer/ks-2022").text)
    for said in (
        "✓ Antagen Version 2, Kommunstyrelsen",
        "R1 Digital tillgänglighet",
        "Före befintliga åtgärder: ■ Hög risk, 16",
        "Mallar och en utbildning.",
        "Acceptera Skäl Liten risk.",
        "K4 Klassning av it-komponenter kvartalsvis",
        "Sista dag 31 mars 2022, 30 juni 2022, 30 september 2022, 30 december 2022",
        "K4: urvalet är inte beskrivet. Prövat i testet.",
        "– Ersatt 14 december 2021, § 214, dnr KS 2021/0412",
    ):
        assert said in page


def test_what_is_left_out_is_told_with_its_reason(site: Site) -> None:
    next_year(site)
    page = words(site.log_in(CONTROLLER).get("/planer/ks-2023").text)
    assert "R20 Bidrag till föreningar" in page
    assert "Skäl Systemet hindrar det sedan 2021." in page


def test_a_protected_control_is_a_number_to_those_who_may_not_read_it(site: Site) -> None:
    revised(site)
    for path in ("/planer/ks-2022", "/planer/ks-2022/skillnad?fran=1&till=2"):
        for who in (READER, MANAGER):
            page = site.log_in(who).get(path).text
            assert LAST not in page
            assert "mätverktyget" not in page
            assert "K1 redovisas separat" in words(page)
        assert LAST in site.log_in(CONTROLLER).get(path).text


def test_reading_a_protected_control_in_a_plan_is_in_the_log(site: Site) -> None:
    def readings() -> int:
        query = "SELECT count(*) FROM event WHERE kind = 'skyddat läst'"
        with site.database.reading() as session:
            return int(session.connection().exec_driver_sql(query).scalar_one())

    revised(site)
    controller, reader = site.log_in(CONTROLLER), site.log_in(READER)
    reader.get("/planer/ks-2022")
    controller.get("/planer/ks-2022/versioner/1")
    assert readings() == 0
    controller.get("/planer/ks-2022")
    assert readings() == 1


def test_what_differs_is_shown_field_by_field(site: Site) -> None:
    revised(site)
    page = site.log_in(READER).get("/planer/ks-2022/skillnad?fran=1&till=2").text
    said = words(page)
    assert "Två risker ändras, ett kontrollmoment tas bort och två kontrollmoment ändras." in said
    assert "K2 Användare i utvecklingsarbetet − Borttagen" in said
    assert "Frekvens ca 6 gånger per år, varannan månad kvartalsvis" in said
    assert "<del>Alla it-komponenter i förteckningen. Inget stickprov.</del>" in page
    assert "Som förut (10)" in said
    assert site.log_in(READER).get("/planer/ks-2022/skillnad?fran=1&till=7").status_code == 404
    back = words(site.log_in(READER).get("/planer/ks-2022/skillnad?fran=2&till=1").text)
    assert "K2 Användare i utvecklingsarbetet + Tillagd" in back


def test_a_draft_goes_to_the_decision_with_a_reason_for_each_thing_that_is_unwise(
    site: Site,
) -> None:
    next_year(site)
    client = site.log_in(CONTROLLER)
    path = "/planer/ks-2023/beslut"
    page = client.get(path).text
    assert "Behöver ett skäl (6)" in words(page)
    refused = post(client, path, path, dnr="KS 2022/9")
    assert refused.status_code == 422
    assert refused.text.count("Skriv ett skäl.") == 12  # above the form, and at each field
    assert 'value="KS 2022/9"' in refused.text
    assert draft_state(site, "ks-2023") is DraftState.DRAFT
    names = [name for name in form_of(page, path) if name.startswith("skal-")]
    some = dict.fromkeys(names[:2], "Prövat.")
    assert post(client, path, path, dnr="KS 2022/9", **some).status_code == 422
    missing = post(client, path, path, **some, **{"skal-alla": "Övrigt."})
    assert missing.status_code == 422
    assert "diarienummer" in missing.text
    ok = post(client, path, path, dnr="KS 2022/9", **some, **{"skal-alla": "Övrigt."})
    assert (ok.status_code, ok.headers["location"]) == (303, f"{path}?klart=skickad")
    page = words(client.get(ok.headers["location"]).text)
    assert "Planen är skickad till beslut." in page
    assert "K3: målet nämner 2022, men planen gäller 2023. Prövat." in page
    assert "K6: arbetet öppnar i juli, semestermånaden (juli 2023). Övrigt." in page
    assert "fanns i planen för 2022, men är inte med. Övrigt." in page


def test_what_is_sent_is_adopted_with_the_decisions_day_and_paragraph(site: Site) -> None:
    sent(site)
    client = site.log_in(CONTROLLER)
    path, action = "/planer/ks-2022/beslut", "/planer/ks-2022/beslut/anta"
    page = words(client.get(path).text)
    for said in (
        "Diarienummer KS 2022/0193.",
        "Fyra tillfällen planeras.",
        "Sju tillfällen följer den nya versionen.",
        "Sju tillfällen utgår: K2 våren 2022",
        "K4 januari–februari 2022",
    ):
        assert said in page, page
    refused = post(client, path, action, datum="2022-02-20")
    assert refused.status_code == 422
    for said in ("Beslutet kan inte vara fattat i framtiden.", "Skriv beslutets paragraf."):
        assert said in refused.text
    for said in (
        "Du antar version 2 med KS 2022/0193. Det går inte att ändra efteråt.",
        "Planen skickades till beslut 10 februari 2022",
    ):
        assert said in page, page
    lone = post(client, path, action, datum="2022-02-08", paragraf="§")
    assert lone.status_code == 422
    assert "En paragraf har ett nummer, till exempel § 214." in lone.text
    adopted = post(client, path, action, datum="2022-02-08", paragraf="§ 58")
    assert adopted.status_code == 303
    page = words(client.get(adopted.headers["location"]).text)
    assert (
        "Planen är antagen. Fyra tillfällen är planerade. Sju tillfällen följer den nya versionen. "
        "Sju tillfällen utgår."
    ) in page
    assert "8 februari 2022, § 58, dnr KS 2022/0193" in page


def test_whoever_has_a_page_of_a_draft_that_was_just_adopted_is_shown_the_plan(
    site: Site,
) -> None:
    revised(site)
    client = site.log_in(CONTROLLER)
    for path in ("utkast", "utkast/risker/R1", "beslut", "kasta"):
        answer = client.get(f"/planer/ks-2022/{path}")
        assert answer.headers["location"] == "/planer/ks-2022?klart=redan", path
    assert "Planen är redan antagen" in words(client.get("/planer/ks-2022?klart=redan").text)
    for path in ("utkast/risker/R1", "beslut", "beslut/anta", "beslut/tillbaka", "kasta"):
        page = client.post(f"/planer/ks-2022/{path}", data={"dnr": "1"}).text
        assert "Planen är redan antagen" in page, path
        assert 'href="/planer/ks-2022"' in page
        assert "Fel 404" not in page
    assert site.log_in(READER).get("/planer/ks-2022/beslut").status_code == 404


def test_whoever_writes_on_a_plan_that_is_sent_is_shown_the_decision(site: Site) -> None:
    sent(site)
    client = site.log_in(CONTROLLER)
    for path in ("utkast/risker/R1", "utkast/plan", "kasta"):
        answer = client.get(f"/planer/ks-2022/{path}")
        assert answer.headers["location"] == "/planer/ks-2022/beslut?klart=last"
        page = client.post(f"/planer/ks-2022/{path}", data={"titel": "Ny"}).text
        assert "Planen är skickad till beslut" in page
        assert 'href="/planer/ks-2022/beslut"' in page


def test_a_draft_is_thrown_away_and_what_is_adopted_stays(site: Site) -> None:
    drafted(site)
    client = site.log_in(CONTROLLER)
    path = "/planer/ks-2022/kasta"
    for page in ("/planer/ks-2022", "/planer/ks-2022/utkast"):
        assert f'href="{path}"' in client.get(page).text
    assert "Det som är antaget ändras inte" in words(client.get(path).text)
    late = client.post(path, data={"revision": "1"})
    assert late.status_code == 409
    assert "Någon annan har sparat utkastet" in late.text
    assert draft_state(site, "ks-2022") is DraftState.DRAFT
    gone = post(client, path, path)
    assert gone.headers["location"] == "/planer/ks-2022?klart=kastat"
    assert "Utkastet är kastat." in words(client.get(gone.headers["location"]).text)
    assert draft_state(site, "ks-2022") is None
    assert site.count("plan_version") == 1
    next_year(site)
    gone = post(client, "/planer/ks-2023/kasta", "/planer/ks-2023/kasta")
    assert gone.headers["location"] == "/planer?klart=kastat"
    assert "Utkastet är kastat." in words(client.get(gone.headers["location"]).text)
    assert client.get("/planer/ks-2023").status_code == 404


def test_a_plan_that_is_adopted_late_asks_why_when_its_day_is_known(site: Site) -> None:
    draft = next_year(site)
    client = site.log_in(CONTROLLER)
    path = "/planer/ks-2023/beslut"
    assert post(client, path, path, dnr="1", **{"skal-alla": "Prövat."}).status_code == 303
    site.set_clock("2023-01-20")
    client = site.log_in(CONTROLLER)
    asked = words(client.get(path).text)
    assert "Planen antas först när planåret har börjat." in asked
    in_time = {"datum": "2022-12-13", "paragraf": "§ 9"}
    old = {"skal-alla": "Bedömningarna håller."}
    assert draft.number == 1
    late = post(client, path, f"{path}/anta", **(in_time | {"datum": "2023-01-17"}))
    assert late.status_code == 422
    assert "Skriv ett skäl. Planen antas först när planåret har börjat." in late.text
    assert post(client, path, f"{path}/anta", **in_time, **old).status_code == 303


def test_it_is_taken_back_and_written_on(site: Site) -> None:
    sent(site)
    client = site.log_in(CONTROLLER)
    path = "/planer/ks-2022/beslut"
    page = client.get(path).text
    back = form_of(page, f"{path}/tillbaka")
    done_ = client.post(f"{path}/tillbaka", data=back)
    assert done_.headers["location"] == f"{path}?klart=tillbaka"
    assert draft_state(site, "ks-2022") is DraftState.DRAFT
    assert client.post(f"{path}/tillbaka", data=back).status_code == 422
    # What was typed for the decision of what is no longer sent is refused.
    late = form_of(page, f"{path}/anta") | {"datum": "2022-02-08", "paragraf": "§ 58"}
    assert client.post(f"{path}/anta", data=late).status_code == 422
    assert plan_of(site).title == plan_of(site).title
    assert site.count("plan_version") == 1


def test_whoever_sends_what_somebody_else_has_changed_is_told_and_keeps_what_was_typed(
    site: Site,
) -> None:
    draft = drafted(site)
    client = site.log_in(CONTROLLER)
    path = "/planer/ks-2022/beslut"
    typed = form_of(client.get(path).text, path) | {"dnr": "KS 2022/9"}
    done(
        site, save_draft, unit="ks", year=2022, document=draft.document | {"titel": "En annan"}
    )  # fmt: skip
    late = client.post(path, data=typed)
    assert late.status_code == 409
    assert "Någon annan har sparat utkastet" in late.text
    assert 'value="KS 2022/9"' in late.text
    assert draft_state(site, "ks-2022") is DraftState.DRAFT


def test_a_draft_with_hinder_or_problems_cannot_be_sent(site: Site) -> None:
    def own_approver(document: Any) -> Any:
        changed = altered(document)
        for risk in changed["risker"]:
            for control in risk["kontroller"]:
                if control["id"] == "K4":
                    control["godkännare"] = "Informationssäkerhetssamordnaren"
        return changed

    drafted(site, own_approver)
    client = site.log_in(CONTROLLER)
    page = words(client.get("/planer/ks-2022/beslut").text)
    assert "Hinder (1) ! K4: Informationssäkerhetssamordnaren är godkännare" in page
    assert "Skicka till beslut" not in page
    assert "Behöver ett skäl (1) Skälen skrivs här när hindret är rättat. ? K4: urvalet" in page
    assert "eller skriv varför det är rätt här. Ändra K4 Klassning av it-komponenter" in page
    html_ = client.get("/planer/ks-2022/beslut").text
    assert html_.count('href="/planer/ks-2022/utkast/kontroller/K4"') == 2
    forced = client.post(
        "/planer/ks-2022/beslut", data={"revision": "2", "dnr": "1", "skal-alla": "Ändå."}
    )
    assert forced.status_code == 422
    draft = done(site, begin_draft, unit="ks", year=2024)
    half = draft.document | {"risker": [{"id": "R1", "titel": "Köp"}]}
    done(site, save_draft, unit="ks", year=2024, document=half)
    page = words(client.get("/planer/ks-2024/beslut").text)
    assert "Måste rättas (" in page
    assert "R1: Processområde saknas." in page
    assert "börjar med -" not in page
    half_sent = client.post("/planer/ks-2024/beslut", data={"revision": "2", "dnr": "1"})
    assert "börjar med -" not in half_sent.text
    assert "Utkastet är inte färdigt än" in words(client.get("/planer/ks-2024").text)


def test_a_manager_reads_the_checks_and_decides_nothing(site: Site) -> None:
    drafted(site)
    client = site.log_in(MANAGER)
    page = client.get("/planer/ks-2022/beslut")
    assert page.status_code == 200
    assert "K4: urvalet är inte beskrivet." in page.text
    assert "K4 Klassning av it-komponenter" in page.text
    assert "/utkast/kontroller/" not in page.text
    assert "Skicka till beslut" not in page.text
    assert site.log_in(READER).get("/planer/ks-2022/beslut").status_code == 404


def test_a_plan_is_closed_only_when_nothing_waits_for_an_answer(site: Site) -> None:
    client = site.log_in(CONTROLLER)
    waits = client.get("/planer/ks-2022/avsluta").text
    assert "14 tillfällen är inte besvarade: K3 februari 2022" in words(waits)
    assert "<button" not in waits[waits.index("<main") :]
    refused = client.post("/planer/ks-2022/avsluta")
    assert refused.status_code == 422
    assert "14 tillfällen är inte besvarade: K3 februari 2022" in html.unescape(refused.text)
    with site.database.unit_of_work(object(), site.now) as session:  # type: ignore[arg-type]
        session.connection().exec_driver_sql("UPDATE task SET state = 'utgår'")
        session.record("prov", "plan:ks-2022")
    done_ = client.post("/planer/ks-2022/avsluta")
    assert done_.headers["location"] == "/planer/ks-2022?klart=avslutad"
    page = words(client.get("/planer/ks-2022").text)
    assert "– Avslutad Version 1" in page
    assert "Börja nästa version" not in page
    assert "Planen är redan avslutad." in words(client.get("/planer/ks-2022/avsluta").text)
    assert "avslutad" in post(client, "/planer", "/planer", enhet="ks", ar="2022").text


@pytest.mark.parametrize(
    "path",
    [
        "/planer/ks-2031", "/planer/ks-", "/planer/x", "/planer/ks-2022/versioner/0",
        "/planer/ks-2022/versioner/9", "/planer/ks-2022/versioner/ett",
        "/planer/ks-2031/beslut", "/planer/ks-2031/kasta", "/planer/-2022",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    assert site.log_in(CONTROLLER).get(path).status_code == 404


def test_a_plan_with_one_version_has_nothing_to_compare_yet(site: Site) -> None:
    page = site.log_in(READER).get("/planer/ks-2022/skillnad")
    assert page.status_code == 200
    assert "har bara en version, så det finns inget att jämföra än" in words(page.text)


def test_a_revision_that_says_the_same_is_said_to_once(site: Site) -> None:
    drafted(site, lambda document: document)
    page = site.log_in(CONTROLLER).get("/planer/ks-2022/skillnad").text
    assert page.count("Ingenting skiljer versionerna åt.") == 1


def test_a_diarienummer_without_digits_is_said_at_its_field(site: Site) -> None:
    drafted(site)
    path = "/planer/ks-2022/beslut"
    refused = post(site.log_in(CONTROLLER), path, path, dnr="KS", **{"skal-alla": "Prövat."})
    assert refused.status_code == 422
    assert "Ett diarienummer har siffror, till exempel KS 2026/77." in refused.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "planerade=3&passerade=2",
            "Tre tillfällen är planerade. Två av dem har redan passerat sin sista dag.",
        ),
        ("planerade=1&passerade=1", "Ett tillfälle är planerat. Det har redan passerat sin"),
        ("planerade=x&passerade=2", "Planen är antagen. "),
    ],
)
def test_the_receipt_tells_what_the_adoption_did(site: Site, query: str, said: str) -> None:
    page = words(site.log_in(CONTROLLER).get(f"/planer/ks-2022?klart=antagen&{query}").text)
    assert said in page


def test_a_plan_leads_to_its_dates_and_its_report(site: Site) -> None:
    page = site.log_in(CONTROLLER).get("/planer/ks-2022").text
    for address in ("kalender", "slutrapport", "avsluta"):
        assert f'href="/planer/ks-2022/{address}"' in page
