"""Next year's plan is proposed on a page, with why, and begun as a draft from there."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from municipality import REASONS
from plan_lives import done, plan_of
from web_site import CONTROLLER, Site

from icengine.domain.people import Grant, Role
from icengine.domain.plan import Plan
from icengine.services.drafts import discard_draft
from icengine.services.plans import adopt_plan

PAGE = "/planer/ks-2022/nasta"
MANAGER = "chefen@kommun.example"


def shown(site: Site, who: str = CONTROLLER, status: int = 200) -> str:
    """The page, its text on one line."""
    answer = site.log_in(who).get(PAGE)
    assert answer.status_code == status
    return html.unescape(re.sub(r"\s+", " ", answer.text))


def row(page: str, id: str) -> list[str]:
    """What the row of a control says."""
    found = re.search(rf'<tr><th scope="row">{id} .*?</tr>', page)
    assert found, id
    cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", found[0])
    return [re.sub("<[^>]*>", "", cell) for cell in cells]


def with_protected(plan: Plan, id: str) -> Plan:
    """The plan with a control protected."""
    risks = tuple(
        replace(risk, controls=tuple(replace(c, protected=c.protected or c.id == id)
                                     for c in risk.controls))
        for risk in plan.risks
    )  # fmt: skip
    return replace(plan, risks=risks)


def adopt(site: Site, plan: Plan) -> None:
    done(
        site, adopt_plan, plan=plan, dnr="1", decided=date(plan.year, 1, 2), paragraph="§ 1",
        reasons=REASONS,
    )  # fmt: skip


@pytest.fixture
def manager(site: Site) -> str:
    """Somebody who reads at kommunstyrelsen, and may neither change nor see what is protected."""
    grants = (*site.organisation().grants, Grant(Role.MANAGER, "ks", MANAGER))
    site.change_organisation(grants=grants)
    return MANAGER


def test_the_page_says_what_is_taken_in_what_is_left_out_and_why(site: Site) -> None:
    site.set_clock("2023-02-01")
    page = shown(site)
    taken, left = page.split('aria-labelledby="utelamnas"')
    assert row(taken, "K7")[1:3] == ["Obligatorisk enligt attestreglementet.", "Ett år"]
    assert row(left, "K2")[1] == "Går till urvalet för 2024 års plan."
    assert "<dt>R1 " in left
    assert "Börja utkastet" in page
    assert site.count("plan_draft") == 0


def test_the_plans_page_leads_there(site: Site) -> None:
    page = site.log_in(CONTROLLER).get("/planer/ks-2022").text
    assert f'href="{PAGE}">Föreslå nästa års plan' in page


def test_the_button_begins_the_draft_with_what_was_proposed(site: Site) -> None:
    site.set_clock("2023-02-01")
    browser = site.log_in(CONTROLLER)
    begun = browser.post(PAGE)
    assert begun.status_code == 303
    assert begun.headers["location"] == "/planer/ks-2023/utkast?klart=nasta"
    draft = browser.get(begun.headers["location"])
    assert "Utkastet är börjat, med det som förslaget tog med." in draft.text
    assert 'id="kontroller-K7"' in draft.text


def test_what_is_carried_two_years_on_has_its_own_proposal(site: Site) -> None:
    site.set_clock("2023-02-01")
    browser = site.log_in(CONTROLLER)
    assert 'href="?ar=2024">Se förslaget för 2024' in browser.get(PAGE).text
    assert "<h1>Förslag till plan 2024</h1>" in browser.get(f"{PAGE}?ar=2024").text
    assert browser.get(f"{PAGE}?ar=2030").status_code == 422
    begun = browser.post(f"{PAGE}?ar=2024")
    assert begun.headers["location"] == "/planer/ks-2024/utkast?klart=nasta"


def test_a_plan_that_is_begun_or_adopted_is_linked_to_instead(site: Site) -> None:
    site.set_clock("2023-02-01")
    browser = site.log_in(CONTROLLER)
    browser.post(PAGE)
    page = shown(site)
    assert "Den har redan ett utkast" in page
    assert 'href="/planer/ks-2023/utkast"' in page
    assert "Börja utkastet" not in page
    again = browser.post(PAGE)
    assert (again.status_code, again.headers["location"]) == (303, f"{PAGE}?ar=2023")
    done(site, lambda session, **_: discard_draft(session, actor=_["actor"], key="ks-2023", seen=2))
    adopt(site, replace(plan_of(site), year=2023))
    page = shown(site)
    assert "Den är redan antagen" in page
    assert 'href="/planer/ks-2023"' in page
    events = site.count("event")
    assert browser.post(PAGE).headers["location"] == f"{PAGE}?ar=2023"
    assert (site.count("plan_draft"), site.count("event")) == (0, events)


def test_whoever_only_reads_sees_the_proposal_without_the_button(site: Site, manager: str) -> None:
    page = shown(site, manager)
    assert "Börja utkastet" not in page
    assert "Den som är controller för enheten kan börja utkastet." in page
    assert site.log_in(manager).post(PAGE).status_code == 403


def test_a_protected_control_is_told_by_its_number_to_those_who_may_not_read_it(
    site: Site, manager: str
) -> None:
    adopt(site, with_protected(plan_of(site), "K7"))
    title = next(c.title for _, c in plan_of(site).controls() if c.id == "K7")
    page = shown(site, manager)
    assert title not in page
    assert "attestreglementet" not in page
    assert row(page, "K7") == ["K7 redovisas separat", "", "", ""]
    events = site.count("event")
    assert row(shown(site), "K7")[0] == f"K7 {title}"
    read = site.count("event") - events
    browser = site.log_in(CONTROLLER)
    assert read > 0
    assert "Läste skyddat innehåll" in browser.get("/handelser?plan=ks-2022").text


def test_own_dates_that_were_moved_are_said(site: Site) -> None:
    plan: Any = plan_of(site)
    risks = tuple(
        replace(risk, controls=tuple(
            replace(c, frequency="15 november 2022", mandatory="reglementet") if c.id == "K2" else c
            for c in risk.controls
        ))
        for risk in plan.risks
    )  # fmt: skip
    adopt(site, replace(plan, risks=risks))
    assert "K2 har datum eller årtal som är flyttade till 2023." in shown(site)


def test_what_has_been_green_for_three_years_may_go_unless_another_rule_demands_it() -> None:
    from icengine.domain.labels import OURS
    from icengine.domain.next_plan import NextPlan, Proposed
    from icengine.web.pages.nextyearview import proposal_view

    items = (
        Proposed("K1", "Ett", True, ("obligatorisk enligt reglementet",), 4, 4, mandatory=True),
        Proposed("K2", "Två", False, ("utan anmärkning 2022",), 3, 3),
        Proposed("K3", "Tre", False, ("utan anmärkning 2022",), 5, 2),
        Proposed("R4", "Fyra", False, ("Direktåtgärden från 2022 är klar.",)),
    )
    view = proposal_view(NextPlan("ks", 2023, {}, items, ()), OURS, protected=True)
    (first,), (second, third), (risk,) = (
        view.taken.controls, view.left_out.controls, view.left_out.risks,
    )  # fmt: skip
    assert first.mark
    assert first.mark.word == "Utan anmärkning fyra år i rad"
    assert second.mark
    assert second.mark.word == "Utan anmärkning tre år i rad: kan tas bort"
    assert (third.mark, third.green, third.years) == (None, "Två år i rad", "Fem år")
    assert (risk.why, risk.years) == ("Direktåtgärden från 2022 är klar.", "")
    assert view.lead == ("Ett kontrollmoment tas med. Två kontrollmoment och en risk utelämnas.")
