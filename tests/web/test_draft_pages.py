"""Building a plan in the browser: what is kept, what is said, and what nobody can write over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from databases import counting
from draft_forms import Page, fill, opened, send
from web_site import CONTROLLER, Site

from icengine.domain.access import System
from icengine.domain.draft import Document, DraftState, mark
from icengine.domain.draft_entries import Kind, entry_of, named
from icengine.services.drafts import begin_draft, change_draft, draft_of
from icengine.store import drafts

TEST = System("test")
DRAFT = "/planer/ks-2022/utkast"
MANAGER = "kommundirektor@kommun.example"
"""Reads at kommunstyrelsen, and nothing that is protected."""


@pytest.fixture
def site(site: Site) -> Site:
    """The site with a revision of the adopted plan begun."""
    with site.database.unit_of_work(TEST, site.now) as session:
        begin_draft(session, actor=TEST, now=site.now, unit="ks", year=2022)
    return site


@pytest.fixture
def client(site: Site) -> Any:
    """The controller's browser."""
    return site.log_in(CONTROLLER)


def document(site: Site) -> Document:
    with site.database.reading() as session:
        return draft_of(session, actor=TEST, key="ks-2022").document


def entry(site: Site, kind: Kind, name: str) -> Document:
    found = entry_of(document(site), kind, name)
    assert found is not None
    return found


def rewrite(site: Site, change: Any) -> None:
    """Somebody else changes the draft."""
    with site.database.unit_of_work(TEST, site.now) as session:
        change_draft(
            session, actor=TEST, now=site.now, key="ks-2022", change=change,
            part=lambda _: None, seen=mark(None),
        )  # fmt: skip


def test_what_is_missing_or_wrong_is_kept_and_said_at_the_thing_with_a_way_to_the_field(
    site: Site, client: Any
) -> None:
    answer = fill(
        client, f"{DRAFT}/kontroller/K1", metod="", frekvens="regelbundet", ansvarig="Ingen"
    )
    assert answer.headers["location"] == f"{DRAFT}?klart=sparat#kontroller-K1"
    assert entry(site, Kind.CONTROL, "K1")["frekvens"] == "regelbundet"
    page = client.get(answer.headers["location"]).text
    assert "Sparat. Tre saker är kvar att rätta." in page
    for name, text in (
        ("metod", "Metod saknas."),
        ("frekvens", "”regelbundet” säger inte hur ofta."),
        ("ansvarig", "Okänd funktion ”Ingen”."),
    ):
        assert f'href="{DRAFT}/kontroller/K1#{name}">{text}' in page, name
    form = client.get(f"{DRAFT}/kontroller/K1").text
    assert "Det här är inte klart än" in form
    assert 'id="metod-fel"' in form


def test_a_form_saved_as_it_stands_is_no_change(client: Any) -> None:
    for path in ("plan", "risker/R3", "kontroller/K3", "kontroller/K4"):
        assert "klart=samma" in fill(client, f"{DRAFT}/{path}").headers["location"]


def test_whoever_comes_second_is_told_sees_both_and_nothing_is_written_over(
    site: Site, client: Any
) -> None:
    mine = opened(client, f"{DRAFT}/risker/R3")
    fill(client, f"{DRAFT}/risker/R3", titel="Först")
    answer = send(client, mine, titel="Sedan")
    assert answer.status_code == 409
    assert "Sparat nu: Först" in answer.text
    assert Page(answer.text).fields["titel"] == "Sedan"
    assert entry(site, Kind.RISK, "R3")["titel"] == "Först"
    assert send(client, Page(answer.text)).status_code == 303
    assert entry(site, Kind.RISK, "R3")["titel"] == "Sedan"


def test_two_who_change_a_risk_and_its_control_are_not_in_each_others_way(
    site: Site, client: Any
) -> None:
    mine = opened(client, f"{DRAFT}/risker/R3")
    fill(client, f"{DRAFT}/kontroller/K3", titel="Kontrollen")
    assert send(client, mine, titel="Risken").status_code == 303
    assert entry(site, Kind.CONTROL, "K3")["titel"] == "Kontrollen"


def test_what_somebody_took_out_meanwhile_can_be_put_back_as_it_was_typed(
    site: Site, client: Any
) -> None:
    mine = opened(client, f"{DRAFT}/kontroller/K3")
    fill(client, f"{DRAFT}/kontroller/K3/ta-bort")
    answer = send(client, mine, titel="Min rubrik")
    assert answer.status_code == 409
    assert "tagit bort kontrollen" in answer.text
    again = Page(answer.text)
    assert again.action.endswith("/risker/R3/ny-kontroll")
    assert again.fields["titel"] == "Min rubrik"
    assert "samma" in again.options
    assert send(client, again, samma="ja").status_code == 303
    assert entry(site, Kind.CONTROL, "K3")["titel"] == "Min rubrik"


def test_a_number_is_proposed_that_nothing_of_the_unit_has_had(client: Any) -> None:
    assert opened(client, f"{DRAFT}/ny-risk").fields["id"] == "R9"
    fill(client, f"{DRAFT}/kontroller/K7/ta-bort")
    page = opened(client, f"{DRAFT}/risker/R3/ny-kontroll")
    assert page.fields["id"] == "K8"
    refused = send(client, page, id="K7", titel="Något annat")
    assert refused.status_code == 422
    assert "K7 har använts i ks-2022." in refused.text
    assert Page(refused.text).fields["titel"] == "Något annat"
    assert send(client, Page(refused.text), samma="ja").status_code == 303


def test_two_who_add_at_once_do_not_get_the_same_number(site: Site, client: Any) -> None:
    mine = opened(client, f"{DRAFT}/ny-risk")
    send(client, mine, titel="Min")
    answer = send(client, mine, titel="Min")
    assert answer.status_code == 409
    assert "R9 finns redan i utkastet." in answer.text
    assert Page(answer.text).fields["id"] == "R10"
    assert [name for name in named(document(site), Kind.RISK) if name == "R10"] == []


def test_the_dates_are_shown_without_script_and_everything_typed_stays(
    site: Site, client: Any
) -> None:
    page = opened(client, f"{DRAFT}/risker/R3/ny-kontroll")
    answer = send(client, page, titel="Ny", frekvens="tertialvis", gor="datum")
    assert answer.status_code == 200
    assert "Tre tillfällen: sista dagarna att svara är 29 april, 31 augusti och 30 december." in answer.text  # fmt: skip
    assert "30 april är en lördag, så sista dagen blir fredag 29 april." in answer.text
    assert Page(answer.text).fields["titel"] == "Ny"
    assert "K8" not in named(document(site), Kind.CONTROL)


def test_more_rows_are_given_and_everything_typed_stays(client: Any) -> None:
    page = opened(client, f"{DRAFT}/kontroller/K1")
    answer = send(client, page, tillfallen_1_fran="2022-03-01", gor="rader-tillfallen")
    fields = Page(answer.text).fields
    assert fields["tillfallen-1-fran"] == "2022-03-01"
    assert "tillfallen-6-fran" in fields


def test_the_dates_are_read_while_somebody_writes(client: Any) -> None:
    read = client.get("/planer/ks-2022/frekvens", params={"frekvens": "mars och oktober"})
    assert "Två tillfällen: sista dagarna att svara är 31 mars och 31 oktober." in read.text
    assert "<html" not in read.text
    asked = client.get("/planer/ks-2022/frekvens", params={"frekvens": "ibland"})
    assert "Skriv" in asked.text
    later = {"frekvens": "mars", "redovisas-arbetsdagar-efter": "5"}
    assert "7 april" in client.get("/planer/ks-2022/frekvens", params=later).text
    own = {"frekvens": "x", "tillfallen-1-fran": "2022-05-02", "rader-tillfallen": "1"}
    assert "2 maj" in client.get("/planer/ks-2022/frekvens", params=own).text


def test_risks_and_controls_change_places(site: Site, client: Any) -> None:
    page = Page(client.get(DRAFT).text)
    assert page.action == f"{DRAFT}/flytta"
    assert (page.fields["om"], page.fields["vad"]) == ("R1", "risker")
    client.post(page.action, data={**page.fields, "steg": "ned"})
    assert list(named(document(site), Kind.RISK))[:2] == ["R8", "R1"]
    assert client.post(page.action, data={**page.fields, "steg": "ned"}).status_code == 409


def test_a_control_moves_to_another_risk(site: Site, client: Any) -> None:
    assert fill(client, f"{DRAFT}/kontroller/K3", risk="R2").status_code == 303
    risks = {risk["id"]: [c["id"] for c in risk.get("kontroller", [])] for risk in document(site)["risker"]}  # fmt: skip
    assert risks["R2"] == ["K2", "K3"]
    assert risks["R3"] == []


def test_a_risk_is_left_out_with_a_reason_and_taken_in_again(site: Site, client: Any) -> None:
    answer = fill(client, f"{DRAFT}/risker/R3/ta-bort", hur="utelamna", skal="Täcks av revisionen")
    assert answer.headers["location"] == f"{DRAFT}?klart=utelamnad#utelamnade"
    assert entry(site, Kind.LEFT_OUT, "R3")["skäl"] == "Täcks av revisionen"
    fill(client, f"{DRAFT}/utelamnade/R3/ta-in")
    assert "hantering" not in entry(site, Kind.RISK, "R3")
    assert "utelämnade risker" not in document(site)


def test_a_risk_with_a_control_that_somebody_just_wrote_is_not_taken_out_unseen(
    site: Site, client: Any
) -> None:
    page = opened(client, f"{DRAFT}/risker/R3/ta-bort")
    fill(client, f"{DRAFT}/risker/R3/ny-kontroll", titel="Ny")
    assert send(client, page, hur="bort").status_code == 409
    assert "R3" in named(document(site), Kind.RISK)


def test_risks_are_taken_in_and_left_out_from_the_register(site: Site, client: Any) -> None:
    for name in ("R3", "R4", "R5"):
        fill(client, f"{DRAFT}/risker/{name}/ta-bort", hur="bort")
    assert "Ta in från riskregistret (3)" in client.get(DRAFT).text
    fill(client, f"{DRAFT}/register", val_R3="ta-in", val_R4="utelamna", skal_R4="Liten")
    assert entry(site, Kind.RISK, "R3")["titel"] == "Kunskap om informationssäkerhet"
    assert entry(site, Kind.LEFT_OUT, "R4")["skäl"] == "Liten"
    assert "Ta in från riskregistret (1)" in client.get(DRAFT).text


def test_what_the_register_says_by_now_is_shown_and_fetched(site: Site, client: Any) -> None:
    fill(client, f"{DRAFT}/risker/R3", sannolikhet="1", titel="Annan")
    assert "Står nu annorlunda i riskregistret." in client.get(DRAFT).text
    page = client.get(f"{DRAFT}/register").text
    assert "Registret säger något annat" in page
    assert client.post(Page(page).action, data=Page(page).fields).status_code == 303
    risk = entry(site, Kind.RISK, "R3")
    assert (risk["sannolikhet"], risk["titel"]) == ("4", "Kunskap om informationssäkerhet")
    assert risk["hantering"] == "granskning"
    assert named(document(site), Kind.CONTROL)["K3"]


def test_a_protected_control_is_a_number_to_those_who_may_not_read_it(
    site: Site, client: Any
) -> None:
    fill(client, f"{DRAFT}/kontroller/K3", skyddad="ja", ansvarig="Hemlige chefen")
    reader = site.log_in(MANAGER)
    for path in (DRAFT, f"{DRAFT}/kalender"):
        page = reader.get(path).text
        assert "Grundutbildning" not in page, path
        assert "K3 redovisas separat" in page, path
    page = reader.get(DRAFT).text
    assert "En sak att rätta i den här kontrollen." in page
    assert "Hemlige" not in page
    assert reader.get(f"{DRAFT}/kontroller/K3").status_code == 403


def test_what_is_sent_to_the_decision_is_shown_and_not_changed(site: Site, client: Any) -> None:
    page = opened(client, f"{DRAFT}/risker/R3")
    with site.database.unit_of_work(TEST, site.now) as session:
        draft = drafts.get(session, "ks-2022")
        assert draft is not None
        drafts.store(session, replace(draft, state=DraftState.CANDIDATE), draft.revision)
        session.record("prov", "plan:ks-2022")
    shown = client.get(DRAFT).text
    assert "Planen är skickad till beslut" in shown
    assert "Lägg till en risk" not in shown
    assert client.get(f"{DRAFT}/risker/R3").status_code == 303
    assert send(client, page, titel="Nytt").status_code == 422


def test_there_is_no_page_without_a_draft_or_for_what_is_not_in_it(client: Any) -> None:
    for path in ("/planer/ks-2023/utkast", "/planer/finns-inte/kalender", f"{DRAFT}/risker/R99",
                 f"{DRAFT}/risker/R99/ny-kontroll", f"{DRAFT}/kontroller/K99/ta-bort"):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_a_draft_that_holds_anything_at_all_has_its_page(site: Site, client: Any) -> None:
    odd = [{"titel": {"a": "b"}}, "text", {"id": "R/1", "kontroller": ["x", {"frekvens": ["y"]}]}]
    rewrite(site, lambda found: found | {"risker": odd, "perioder": "x", "riskskala": "y"})
    page = client.get(DRAFT)
    assert page.status_code == 200
    assert client.get(f"{DRAFT}/risker/nr:1").status_code == 200
    assert client.get(f"{DRAFT}/kontroller/nr:3.2").status_code == 200
    assert client.get(f"{DRAFT}/kalender").status_code == 200
    assert fill(client, f"{DRAFT}/risker/nr:2/ta-bort", hur="bort").status_code == 303
    assert len(document(site)["risker"]) == 2


def test_the_year_says_who_has_how_much_and_when(client: Any) -> None:
    for path in (f"{DRAFT}/kalender", "/planer/ks-2022/kalender"):
        page = client.get(path).text
        assert "14 svar ska lämnas av fem funktioner." in page
        assert "Informationssäkerhetssamordnaren" in page
        assert 'id="m2023-01"' in page


def test_a_page_asks_the_database_no_more_for_a_plan_with_many_controls(
    site: Site, client: Any
) -> None:
    asked = []
    for count in (3, 60):
        risk = entry(site, Kind.RISK, "R1")
        (control,) = risk["kontroller"][:1]
        many = [control | {"id": f"K{n}"} for n in range(1, count + 1)]
        risks = [risk | {"kontroller": many}]
        rewrite(site, lambda found, risks=risks: found | {"risker": risks})
        for path in (DRAFT, f"{DRAFT}/kalender", f"{DRAFT}/kontroller/K1", f"{DRAFT}/ny-risk"):
            with counting(site.database) as sent:
                assert client.get(path).status_code == 200
            asked.append((path, len(sent)))
    assert asked[:4] == asked[4:]
