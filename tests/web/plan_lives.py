"""A plan that has been adopted twice, one that waits for its decision, and one that is being written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from municipality import REASONS
from web_site import ACTOR, Site

from icengine.domain.draft import Document
from icengine.domain.plan_document import plan_document
from icengine.domain.risk import LeftOut
from icengine.services.drafts import begin_draft, save_draft
from icengine.services.lifecycle import adopt_draft, put_to_decision
from icengine.services.plans import adopted_plan


def done(site: Site, service: Any, **values: Any) -> Any:
    """A service carried out by the system."""
    with site.database.unit_of_work(ACTOR, site.now) as session:
        return service(session, actor=ACTOR, now=site.now, **values)


def plan_of(site: Site, key: str = "ks-2022") -> Any:
    """The plan as it is adopted."""
    with site.database.reading() as session:
        return adopted_plan(session, actor=ACTOR, key=key).plan


def altered(document: Document) -> Document:
    """K4 is done each quarter and says no urval, K1 is protected, R2 is accepted."""
    risks = []
    for risk in document["risker"]:
        risk = dict(risk)
        controls = [dict(control) for control in risk.get("kontroller", [])]
        for control in controls:
            if control["id"] == "K4":
                control["frekvens"] = "kvartalsvis"
                control["godkännare"] = "It-chefen"
                del control["urval"]
            if control["id"] == "K1":
                control["skyddad"] = "ja"
                control["metod"] = "Hemlig metod."
        risk["kontroller"] = controls
        if risk["id"] == "R2":
            risk |= {"hantering": "acceptera", "skäl": "Liten risk.", "kontroller": []}
        if risk["id"] == "R1":
            risk |= {"sannolikhet före": "4", "konsekvens före": "4",
                     "befintliga åtgärder": "Mallar och en utbildning."}  # fmt: skip
        risks.append(risk)
    return document | {"risker": risks}


def drafted(site: Site, change: Any = altered) -> Any:
    """A draft of the next version, changed."""
    draft = done(site, begin_draft, unit="ks", year=2022)
    return done(
        site, save_draft, unit="ks", year=2022, document=change(draft.document)
    ).draft  # fmt: skip


def sent(site: Site, change: Any = altered) -> Any:
    """The same, sent to the decision."""
    draft = drafted(site, change)
    return done(
        site, put_to_decision, key="ks-2022", seen=draft.revision, dnr="KS 2022/0193",
        reasons=REASONS,
    )  # fmt: skip


def revised(site: Site, change: Any = altered) -> None:
    """The same, adopted."""
    draft = sent(site, change)
    done(
        site, adopt_draft, key="ks-2022", sha256=draft.sha256, decided=date(2022, 2, 8),
        paragraph="§ 58", reasons=REASONS,
    )  # fmt: skip


def next_year(site: Site) -> Any:
    """A draft for 2023 with a left-out risk and much to give reasons for."""
    plan = plan_of(site)
    left = LeftOut(
        id="R20", area="Ekonomi", title="Bidrag till föreningar", likelihood=1, consequence=2,
        event="bidrag betalas ut två gånger", reason="Systemet hindrar det sedan 2021.",
    )  # fmt: skip
    document = plan_document(replace(plan, left_out=(left,)), site.organisation())
    document |= {"år": "2023", "titel": "", "urval till": "2024"}
    for risk in document["risker"]:
        for control in risk.get("kontroller", []):
            control["frekvens"] = "juli" if control["id"] == "K6" else "oktober"
        if risk["id"] == "R7":
            risk |= {"kontroller": [], "hantering": "acceptera", "skäl": "Prövas 2024."}
    return done(site, save_draft, unit="ks", year=2023, document=document).draft
