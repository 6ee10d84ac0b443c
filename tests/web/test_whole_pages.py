"""The pages of the samlad rapport: from the list to the adopted file."""

from __future__ import annotations

from typing import Any

import pytest
from web_site import ACTOR, Site

from icengine.domain.people import Grant, Role
from icengine.services.people import current_organisation

PATH = "/samlad/kommun-2022"


@pytest.fixture
def watcher(site: Site) -> Any:
    """A controller for the whole kommun, in February 2023."""
    site.set_clock("2023-02-20")
    with site.database.reading() as session:
        held = current_organisation(session, actor=ACTOR).grants
    whole = Grant(Role.CONTROLLER, "kommun", "uppsikt@kommun.example")
    site.change_organisation(grants=(*held, whole))
    return site.log_in("uppsikt@kommun.example")


def test_from_the_list_to_the_adopted_file(watcher: Any) -> None:
    page = watcher.get("/samlad").text
    assert f'href="{PATH}"' in page
    page = watcher.get(PATH).text
    assert "Har inte redovisat: </span>" in page or "Har inte redovisat:" in page
    saved = watcher.post(
        f"{PATH}/enheter/son", data={"bedomning": "inte tillräcklig", "skal": "Rutiner saknas."}
    )
    assert saved.headers["location"] == f"{PATH}?klart=bedomd"
    page = watcher.get(saved.headers["location"]).text
    assert "Bedömningen är sparad." in page
    assert "Rutiner saknas." in page
    sums = {
        "niva-gron": "1 200",
        "niva-gul": "3",
        "genomforda": "1203",
        "kommentar": "Eget system.",
    }
    saved = watcher.post(f"{PATH}/enheter/son/summor", data=sums)
    assert saved.headers["location"] == f"{PATH}?klart=summor"
    page = watcher.get(PATH).text
    assert "1\u00a0203 av 1\u00a0203 genomförda" in page
    sent = watcher.post(f"{PATH}/rapporter", data={"dnr": "KS 2023/9"})
    assert sent.headers["location"] == f"{PATH}/rapporter?klart=skickad"
    report = watcher.get(f"{PATH}/rapporter/1/rapport.html").text
    assert "Samlad rapport internkontroll 2022" in report
    assert "Rutiner saknas." in report
    pdf = watcher.get(f"{PATH}/rapporter/1/rapport.pdf").content
    done = watcher.post(f"{PATH}/rapporter/1/anta", data={"datum": "2023-02-20", "paragraf": "§ 9"})
    assert done.headers["location"] == f"{PATH}/rapporter?klart=antagen"
    proved = watcher.post("/rapporter/prova", files={"fil": ("r.pdf", pdf)})
    assert "Filen är den antagna rapporten" in proved.text


def test_a_verdict_without_its_reason_is_asked_for_it_and_nothing_is_lost(watcher: Any) -> None:
    page = watcher.post(f"{PATH}/enheter/son", data={"bedomning": "inte helt tillräcklig"})
    assert page.status_code == 422
    assert "Skriv varför." in page.text
    assert 'value="inte helt tillräcklig" checked' in page.text


def test_sums_that_are_no_numbers_are_said_where(watcher: Any) -> None:
    page = watcher.post(f"{PATH}/enheter/son/summor", data={"niva-gron": "många", "oppna": "2"})
    assert page.status_code == 422
    assert 'href="#niva-gron"' in page.text
    assert 'value="många"' in page.text


def test_a_unit_with_a_plan_has_no_sums_and_says_why(watcher: Any) -> None:
    page = watcher.post(f"{PATH}/enheter/ks/summor", data={"niva-gron": "2", "genomforda": "2"})
    assert page.status_code == 409
    assert "Siffrorna räknas ur svaren." in page.text


def test_the_whole_verdict_stands_first_in_the_report(watcher: Any) -> None:
    watcher.post(f"{PATH}/enheter/kommun", data={"bedomning": "tillräcklig", "skal": "Allt väl."})
    page = watcher.get(f"{PATH}/dokument/samlad-rapport.html").text
    assert "Kommunstyrelsen bedömer att den interna kontrollen är tillräcklig." in page


@pytest.mark.parametrize("path", ["/samlad/x-2022", f"{PATH}/enheter/x", f"{PATH}/dokument/x.html"])
def test_what_there_is_not_is_not_found(watcher: Any, path: str) -> None:
    assert watcher.get(path).status_code == 404


# -- what the controller writes in the slutrapport --

TEXTS = "/planer/ks-2022/rapporter/texter"


@pytest.fixture
def controller(site: Site) -> Any:
    site.set_clock("2023-02-20")
    return site.log_in("controller@kommun.example")


def test_the_texts_are_shown_in_the_report_before_they_are_saved(controller: Any) -> None:
    form = controller.get(TEXTS).text
    assert "Din sammanfattning" in form
    assert "Demokrati" in form
    shown = controller.post(f"{TEXTS}/visa", data={"text-1": "Året i korthet <b>."})
    assert "Året i korthet &lt;b&gt;." in shown.text
    assert "frame-ancestors 'self'" in shown.headers["content-security-policy"]
    assert "Året i korthet" not in controller.get("/planer/ks-2022/slutrapport").text


def test_the_controller_proposes_the_verdict_and_the_namnd_decides_on_it(controller: Any) -> None:
    controller.post(TEXTS, data={"text-0": "inte helt tillräcklig"})
    report = controller.get("/planer/ks-2022/slutrapport").text
    assert "Förslaget är att den interna kontrollen har varit inte helt tillräcklig." in report
    assert "bedömer att den interna kontrollen under 2022 har varit inte helt tillräcklig" in report
    wrong = controller.post(TEXTS, data={"text-0": "strålande"})
    assert wrong.status_code == 409
    assert "”strålande” är ingen bedömning." in wrong.text


def test_the_texts_are_saved_and_only_what_is_changed(controller: Any, site: Site) -> None:
    saved = controller.post(TEXTS, data={"text-1": "Året i korthet.", "text-2": "Om området."})
    assert saved.headers["location"] == f"{TEXTS}?klart=sparade"
    assert site.count("note") == 2
    controller.post(TEXTS, data={"text-1": "Året i korthet.", "text-2": "Om området, igen."})
    assert site.count("note") == 3
    report = controller.get("/planer/ks-2022/slutrapport").text
    assert "Året i korthet." in report
    assert "Om området, igen." in report
