"""What stands beside a form about a plan: the risk that it is about, and how big it is."""

from __future__ import annotations

from dataclasses import dataclass

from icengine.domain.draft_entries import Kind, Spot, part
from icengine.domain.plan import Risk
from icengine.domain.plan_difference import SEPARATELY
from icengine.domain.risk import AssessedRisk
from icengine.domain.scale import RiskScale
from icengine.domain.text import one_line
from icengine.services.planwriting import PlanDesk
from icengine.web.pages.wording import Mark, level_mark


@dataclass(frozen=True)
class RiskContext:
    """A risk in short."""

    title: str
    """What stands over it."""
    heading: str
    zone: Mark | None
    value: str
    sentence: str
    controls: tuple[str, ...]
    """What the plan does about it already."""


def risk_context(desk: PlanDesk, spot: Spot | None, *, titled: bool = False) -> RiskContext | None:
    """The risk that stands there; `titled`: with its name, where the form is about something else."""
    risks = desk.plan.left_out if spot and spot.kind is Kind.LEFT_OUT else desk.plan.risks
    if spot is None or spot.index >= len(risks):
        return None
    risk: AssessedRisk = risks[spot.index]
    zone, value = weighed(risk, desk.plan.risk_scale)
    heading = " ".join(text for text in (risk.id, one_line(risk.title)) if text) if titled else ""
    controls = tuple(_controls(desk, spot, risk)) if isinstance(risk, Risk) else ()
    title = "Risken" if titled else "Så ser risken ut"
    return RiskContext(title, heading, zone, value, one_line(risk.sentence), controls)


def _controls(desk: PlanDesk, spot: Spot, risk: Risk) -> list[str]:
    entries = part(desk.document, spot).get(str(Kind.CONTROL), [])
    pairs = zip(risk.controls, entries, strict=False)
    return [
        f"{c.id} {SEPARATELY if desk.hidden(Kind.CONTROL, entry) else one_line(c.title)}".strip()
        for c, entry in pairs
    ]


def weighed(risk: AssessedRisk, scale: RiskScale) -> tuple[Mark | None, str]:
    """The zone of a risk, and its value in words."""
    if risk.weight is None:
        return None, "Inte värderad"
    level = scale.zone(*risk.weight)
    words = weight_words(risk.weight, scale)
    return level_mark(level.symbol, level.word), f"Riskvärde {risk.value}: {words}"


def weight_words(weight: tuple[int, int] | None, scale: RiskScale) -> str:
    """ "sannolikhet 3 Trolig, konsekvens 4 Allvarlig"; "" where it is not weighed."""
    if weight is None:
        return ""
    likely, grave = scale.likelihood[weight[0] - 1], scale.consequence[weight[1] - 1]
    return f"sannolikhet {weight[0]} {one_line(likely)}, konsekvens {weight[1]} {one_line(grave)}"
