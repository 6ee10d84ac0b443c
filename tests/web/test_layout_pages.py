"""The pages where reports are arranged."""

from __future__ import annotations

from typing import Any

import pytest
from web_site import ACTOR, Site

from icengine.domain.people import Grant, Role
from icengine.services.people import current_organisation

PATH = "/organisation/rapporter"


@pytest.fixture
def administrator(site: Site) -> Any:
    with site.database.reading() as session:
        held = current_organisation(session, actor=ACTOR).grants
    site.change_organisation(
        grants=(*held, Grant(Role.ADMINISTRATOR, "kommun", "it@kommun.example"))
    )
    return site.log_in("it@kommun.example")


def filled(page: str) -> dict[str, str]:
    from web_site import Form

    return Form(page).fields


def test_a_report_is_arranged_and_made_so(administrator: Any, site: Site) -> None:
    page = administrator.get(f"{PATH}/slutrapport").text
    assert "{enhet}" in page
    fields = filled(page)
    fields.pop("visa-riskmatris")
    fields |= {"text-inledning": "{enhet} redovisar {år}.", "plats-beslut": "1"}
    saved = administrator.post(f"{PATH}/slutrapport", data=fields)
    assert saved.headers["location"] == f"{PATH}?klart=installningar"
    assert "1 egna texter, 1 avsnitt utelämnade, egen ordning" in administrator.get(PATH).text
    report = site.log_in("controller@kommun.example").get("/planer/ks-2022/slutrapport").text
    assert "Kommunstyrelsen redovisar 2022." in report
    assert 'id="riskmatris"' not in report
    assert report.index('<h2 id="beslut"') < report.index('<h2 id="sammanfattning"')


def test_a_placeholder_that_there_is_not_is_said_where_and_nothing_is_lost(
    administrator: Any,
) -> None:
    fields = filled(administrator.get(f"{PATH}/slutrapport").text)
    fields["text-lag"] = "Vi följer {riktlinjen}."
    page = administrator.post(f"{PATH}/slutrapport", data=fields)
    assert page.status_code == 422
    assert "{riktlinjen} är ingen platshållare: menade du" in page.text
    assert "Vi följer {riktlinjen}." in page.text


def test_kommunstyrelsens_words_stand_with_the_samlad_rapport(administrator: Any) -> None:
    page = administrator.get(f"{PATH}/samlad").text
    fields = filled(page) | {"omdome-2": "Underkänd"}
    administrator.post(f"{PATH}/samlad", data=fields)
    assert 'value="Underkänd"' in administrator.get(f"{PATH}/samlad").text


def test_what_there_is_not_is_not_found(administrator: Any) -> None:
    assert administrator.get(f"{PATH}/arsbok").status_code == 404
