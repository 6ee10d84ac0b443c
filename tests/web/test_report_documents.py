"""A plan's documents in the browser: every kind, in every format, as of a day."""

from __future__ import annotations

from typing import Any

import pytest
from web_site import Site

from icengine.web.pages.reports import MEDIA, SLUGS

PATH = "/planer/ks-2022/dokument"


@pytest.fixture
def controller(site: Site) -> Any:
    """The controller in September 2022."""
    site.set_clock("2022-09-01")
    return site.log_in("controller@kommun.example")


@pytest.mark.parametrize("slug", SLUGS)
def test_every_kind_is_a_page_under_its_own_policy(controller: Any, slug: str) -> None:
    page = controller.get(f"{PATH}/{slug}.html")
    assert page.status_code == 200
    assert "sha256-" in page.headers["content-security-policy"]
    assert "<h1>" in page.text


def test_every_kind_has_a_name_of_its_own(controller: Any) -> None:
    titles = {
        controller.get(f"{PATH}/{slug}.html").text.split("<h1>")[1].split("<")[0] for slug in SLUGS
    }
    assert titles == {
        "Slutrapport internkontroll 2022", "Delårsuppföljning internkontroll 2022",
        "Internkontrollplan 2022", "Slutrapport internkontroll 2022: det viktigaste",
    }  # fmt: skip


def test_a_pdf_is_shown(controller: Any) -> None:
    made = controller.get(f"{PATH}/en-sida.pdf")
    assert made.headers["content-type"] == MEDIA["pdf"]
    assert made.headers["content-disposition"] == 'inline; filename="en-sida-ks-2022.pdf"'
    assert made.content.startswith(b"%PDF-")


def test_it_tells_of_the_day_that_is_asked_for(controller: Any) -> None:
    page = controller.get(f"{PATH}/delarsuppfoljning.html", params={"datum": "2022-04-30"}).text
    assert "30 april 2022".replace(" ", "\u00a0", 1) in page or "30 april 2022" in page


@pytest.mark.parametrize("day", ["2022-09-02", "i går"])
def test_a_day_to_come_is_refused_with_what_to_do(controller: Any, day: str) -> None:
    page = controller.get(f"{PATH}/delarsuppfoljning.html", params={"datum": day})
    assert page.status_code == 422
    assert "Välj en dag som har varit" in page.text


@pytest.mark.parametrize("name", ["samlad.html", "slutrapport.exe", "okand.pdf"])
def test_what_there_is_not_is_not_found(controller: Any, name: str) -> None:
    assert controller.get(f"{PATH}/{name}").status_code == 404
