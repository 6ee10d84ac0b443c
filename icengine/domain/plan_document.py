"""Plan -> the document that a plan file holds: the one spelling of its content.

The document is what YAML and Excel write: texts, lists, keys, dates and numbers under Swedish keys
in one order, and nothing that is so anyway. Reading it for the same organisation gives the same plan.
"""

from __future__ import annotations

from typing import Any

from icengine.domain.frequency import Window
from icengine.domain.people import Organisation
from icengine.domain.plan import Combine, Control, DirectAction, Plan, Risk, Shared
from icengine.domain.risk import AssessedRisk, LeftOut
from icengine.domain.scale_document import (
    levels_document,
    measure_document,
    risk_scale_document,
    said,
    yes,
)
from icengine.domain.timing import OwnRule, Timed, TimingRule, timed


def plan_document(plan: Plan, organisation: Organisation) -> dict[str, Any]:
    """The plan under its file's keys, without the scales that it has from the organisation."""
    ratings, scale = plan.ratings, plan.risk_scale
    own = OwnRule(plan.opens_before, plan.due_after)
    rule = own.over(TimingRule())
    in_risks = tuple(dict.fromkeys(risk.area for risk in plan.risks))
    return said(
        {
            "enhet": plan.unit,
            "år": plan.year,
            "titel": "" if plan.title == f"Internkontrollplan {plan.year}" else plan.title,
            "upprättad av": plan.author,
            "riktlinje": plan.guideline,
            "urval till": None if plan.carry_to == plan.year + 1 else plan.carry_to,
            "processområden": [] if plan.areas == in_risks else list(plan.areas),
            "bedömningsskala": []
            if ratings == organisation.ratings
            else levels_document(ratings.levels),
            "riskskala": {} if scale == organisation.risk_scale else risk_scale_document(scale),
            "perioder": dict(plan.periods),
            **_own_rule(own),
            "löpande redovisas": plan.reporting,
            "risker": [risk_document(risk, rule) for risk in plan.risks],
            "utelämnade risker": [left_out_document(risk) for risk in plan.left_out],
        }
    )


def assessment_document(risk: AssessedRisk) -> dict[str, Any]:
    """A risk and how it was weighed."""
    return said(
        {
            "id": risk.id,
            "område": risk.area,
            "titel": risk.title,
            "risken att": risk.event,
            "på grund av": risk.cause,
            "vilket kan leda till": risk.effect,
            "sannolikhet före": risk.likelihood_before,
            "konsekvens före": risk.consequence_before,
            "befintliga åtgärder": risk.measures,
            "sannolikhet": risk.likelihood,
            "konsekvens": risk.consequence,
            "perspektiv": risk.perspective,
            "kategori": risk.category,
            "riskägare": risk.owner,
            "oegentligheter": yes(risk.fraud),
            "bedömd": risk.assessed,
            "bedömd av": risk.assessed_by,
            "ersätter": risk.replaces,
        }
    )


def risk_document(risk: Risk, rule: TimingRule) -> dict[str, Any]:
    """A risk of the plan with what is done about it; `rule` is the plan's."""
    return said(
        {
            **assessment_document(risk),
            "hantering": str(risk.treatment),
            "skäl": risk.reason,
            "kontroller": [control_document(control, rule) for control in risk.controls],
            "direktåtgärder": [_action(action) for action in risk.actions],
        }
    )


def left_out_document(risk: LeftOut) -> dict[str, Any]:
    """A risk that the plan leaves out, with why."""
    return {**assessment_document(risk), "skäl": risk.reason}


def _action(action: DirectAction) -> dict[str, Any]:
    return {
        "id": action.id,
        "åtgärd": action.text,
        "ansvarig": action.responsible,
        "klart": action.due,
    }


def control_document(control: Control, rule: TimingRule) -> dict[str, Any]:
    """A control; `rule` is its plan's."""
    own = OwnRule(control.opens_before, control.due_after)
    own_windows = control.occurrences if control.own_dates else ()
    return said(
        {
            "id": control.id,
            "titel": control.title,
            "kontrollmoment": control.what,
            "kontrollmål": control.objective,
            "metod": control.method,
            "urval": control.sample,
            "frekvens": control.frequency,
            "tillfällen": [_window(item, own.over(rule)) for item in own_windows],
            "ansvarig": control.owner,
            "utförare": control.performer,
            "processägare": control.process_owner,
            "godkännare": control.approver,
            "mål": control.goal,
            "mätning": measure_document(control.measure) if control.measure else {},
            "flera tillfällen": "" if control.combine is Combine.LATEST else str(control.combine),
            "obligatorisk enligt": control.mandatory,
            "klass": control.category,
            "gemensam": _shared(control.shared) if control.shared else {},
            "skyddad": yes(control.protected),
            "kräver inloggning": yes(control.login),
            "ersätter": control.replaces,
            **_own_rule(own),
        }
    )


def _own_rule(own: OwnRule) -> dict[str, Any]:
    return {"öppnar dagar före": own.opens_before, "redovisas arbetsdagar efter": own.due_after}


def _shared(shared: Shared) -> dict[str, Any]:
    return said(
        {
            "slag": [str(kind) for kind in shared.kinds],
            "under": shared.below,
            "enheter": list(shared.units),
            "ansvariga": dict(shared.owners),
        }
    )


def _window(item: Timed, rule: TimingRule) -> dict[str, Any]:
    """Own dates, without what is reckoned from them anyway."""
    start, end, label = item.window.start, item.window.end, item.window.label
    reckoned = timed(Window(end.isoformat(), label, start, end), rule)
    return said(
        {
            "namn": "" if label == f"{start}–{end}" else label,
            "från": start,
            "till": None if end == start else end,
            "öppnar": None if item.opens == min(reckoned.opens, item.due) else item.opens,
            "senast": None if item.due == reckoned.due else item.due,
        }
    )
