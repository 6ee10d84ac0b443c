"""The pages of a report's decision, from the answers to the file that is proved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from web_site import GREEN, Site

from icengine.services import report_proof

PATH = "/planer/ks-2022/rapporter"
COVER = {"dnr": "KS 2023/12", "bilaga": "Bilaga 2", "mote": "2023-03-07"}
DECISION = {"datum": "2023-03-07", "paragraf": "§ 45"}


@pytest.fixture
def controller(site: Site) -> Any:
    """The controller in February 2023, when K2 is answered and nothing else."""
    site.set_clock("2022-05-02")
    link = site.mail_links()["K2"]
    site.send(link, site.form(link) | GREEN)
    site.set_clock("2023-02-20")
    return site.log_in("controller@kommun.example")


def test_from_what_is_missing_to_the_adopted_file_that_is_proved(
    site: Site, controller: Any
) -> None:
    page = controller.get(PATH).text
    assert "saker saknas" in page
    assert "<li>K3, februari 2022: " in page
    sent = controller.post(PATH, data=COVER)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PATH}?klart=skickad")
    page = controller.get(sent.headers["location"]).text
    assert "Rapporten är låst." in page
    assert "Skicka slutrapporten till beslut" not in page
    pdf = controller.get(f"{PATH}/1/rapport.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["content-type"] == "application/pdf"
    html = controller.get(f"{PATH}/1/rapport.html")
    assert "KS 2023/12" in html.text
    assert "sha256-" in html.headers["content-security-policy"]
    site.set_clock("2023-03-08")
    controller = site.log_in("controller@kommun.example")
    done = controller.post(f"{PATH}/1/anta", data=DECISION)
    assert done.headers["location"] == f"{PATH}?klart=antagen"
    page = controller.get(PATH).text
    assert "Beslut 7 mars 2023, § 45. KS 2023/12. Låst 20 februari 2023 av" in page
    assert controller.get(f"{PATH}/1/rapport.pdf").content == pdf.content
    proved = controller.post("/rapporter/prova", files={"fil": ("rapport.pdf", pdf.content)})
    assert "Filen är den antagna rapporten" in proved.text
    assert "Det som var registrerat då ger samma rapport i dag." in proved.text
    altered = controller.post("/rapporter/prova", files={"fil": ("r.pdf", pdf.content + b"\n")})
    assert "Filen är ingen av rapporterna" in altered.text


def test_the_command_proves_the_same(site: Site, controller: Any) -> None:
    controller.post(PATH, data=COVER)
    data = controller.get(f"{PATH}/1/rapport.pdf").content
    with site.database.reading() as session:
        found = report_proof.prove(session, actor=report_proof.READER, now=site.now, data=data)
    assert found.report is not None
    assert found.agrees


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(controller: Any) -> None:
    refused = controller.post(PATH, data={"dnr": "", "bilaga": "Bilaga 2", "mote": "i mars"})
    assert refused.status_code == 422
    assert '<a href="#dnr">Skriv beslutets diarienummer.</a>' in refused.text
    assert 'value="Bilaga 2"' in refused.text
    wrong = controller.post(PATH, data=COVER | {"mote": "i mars"})
    assert wrong.status_code == 422
    assert '<a href="#mote">Skriv dagen som ett datum' in wrong.text
    controller.post(PATH, data=COVER)
    again = controller.post(PATH, data=COVER)
    assert again.status_code == 409
    assert "En rapport väntar redan på sitt beslut." in again.text
    early = controller.post(f"{PATH}/1/anta", data={"datum": "2023-02-01", "paragraf": "§ 1"})
    assert early.status_code == 422
    assert "Välj en dag efter att rapporten skickades till beslut" in early.text
    assert 'value="§ 1"' in early.text


def test_taken_back_it_stays_in_the_list_and_a_new_one_is_made(controller: Any) -> None:
    controller.post(PATH, data=COVER)
    back = controller.post(f"{PATH}/1/tillbaka")
    assert back.headers["location"] == f"{PATH}?klart=tillbaka"
    assert controller.post(f"{PATH}/1/tillbaka").status_code == 409
    controller.post(PATH, data=COVER)
    page = controller.get(PATH).text
    assert re.findall(r"<h2[^>]*>([^<]*Slutrapport[^<]*)</h2>", page) == [
        "Väntar på beslut: Slutrapport internkontroll 2022, nr 2",
        "Slutrapport internkontroll 2022, nr 1",
    ]
    assert "Återtagen 20 februari 2023." in page


def test_nothing_is_proved_without_a_file(controller: Any) -> None:
    refused = controller.post("/rapporter/prova", data={"fil": ""})
    assert refused.status_code == 422
    assert '<a href="#fil">Välj filen som ska prövas.</a>' in refused.text
    assert controller.get(f"{PATH}/1/rapport.docx").status_code == 404
