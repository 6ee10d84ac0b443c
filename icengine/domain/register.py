"""The risk register as rules: the next free id, what a list of it shows, and how risks stand in plans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from icengine.domain.draft import Draft, entries
from icengine.domain.plan import Plan, Treatment
from icengine.domain.risk import AssessedRisk, stale
from icengine.domain.scale import Level, RiskScale

NOT_WEIGHED = "-"
"""What a list is asked for in place of a zone: no id can be that."""


def next_id(used: Iterable[str]) -> str:
    """The number after the highest that was ever used: "R9". Gaps stay gaps."""
    numbers = (re.fullmatch(r"[Rr](\d{1,9})", id, re.ASCII) for id in used)
    return f"R{max((int(found[1]) for found in numbers if found), default=0) + 1}"


def is_used(id: str, used: Iterable[str]) -> bool:
    """Has a risk of the unit had the id? Large and small letters are the same."""
    return id.casefold() in {other.casefold() for other in used}


def zone_of(scale: RiskScale, weight: tuple[int, int] | None) -> Level | None:
    """The zone; None where the risk is not weighed, or was weighed on a scale with more steps."""
    if weight is None or not all(
        1 <= step <= len(words)
        for step, words in zip(weight, (scale.likelihood, scale.consequence), strict=True)
    ):
        return None
    return scale.zone(*weight)


def gravity(risk: AssessedRisk, scale: RiskScale) -> tuple[int, int]:
    """What risks are sorted by: the worst zone first, in it the highest value; those without a zone
    last."""
    zone = zone_of(scale, risk.weight)
    if zone is None:
        return len(scale.levels), -(risk.value or 0)
    return scale.levels.index(zone), -(risk.value or 0)


@dataclass(frozen=True)
class Chosen:
    """Which risks of a register a list is to show; what is empty does not matter."""

    area: str = ""
    zone: str = ""
    """Id of the zone with the measures there are, or NOT_WEIGHED."""
    fraud: bool = False
    """Only those about oegentligheter."""
    stale: bool = False
    """Only those that nobody has said were assessed in the last year."""
    retired: bool = False
    """Those that are avförda, in place of those that are not."""

    def holds(self, risk: AssessedRisk, retired: bool, scale: RiskScale, today: date) -> bool:
        """Is the risk one of them?"""
        zone = zone_of(scale, risk.weight)
        return (
            retired == self.retired
            and self.area in ("", risk.area)
            and self.zone in ("", zone.id if zone else NOT_WEIGHED)
            and (risk.fraud or not self.fraud)
            and (stale(risk, today) or not self.stale)
        )


# -- in the plans --


@dataclass(frozen=True)
class Standing:
    """What a plan, or the draft of one, says of a risk."""

    key: str
    year: int
    draft: bool
    treatment: str = ""
    """Its hantering; "" where the plan leaves it out, or does not name it."""
    left_out: bool = False
    reason: str = ""
    """Why it is left out, accepted or only followed up; "" where that is not known."""


def in_plan(plan: Plan) -> Iterator[tuple[str, Standing]]:
    """Risk -> how it stands, for every risk that the plan names."""
    for risk in plan.risks:
        said = Standing(plan.key, plan.year, False, str(risk.treatment), reason=risk.reason)
        yield risk.id, said
    for left in plan.left_out:
        yield left.id, Standing(plan.key, plan.year, False, left_out=True, reason=left.reason)


def in_draft(draft: Draft) -> Iterator[tuple[str, Standing]]:
    """The same of a draft, which need not be whole."""
    for key, left_out in (("risker", False), ("utelämnade risker", True)):
        for item in entries(draft.document, key):
            treatment = "" if left_out else str(item.get("hantering") or Treatment.CONTROL)
            reason = item.get("skäl")
            yield (
                str(item.get("id") or ""),
                Standing(
                    draft.key,
                    draft.year,
                    True,
                    treatment,
                    left_out,
                    reason if isinstance(reason, str) else "",
                ),
            )
