"""What reading a plan carries along: the organisation it is read for, and what holds for all of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from icengine.domain.frequency import DEFAULT_PERIODS, Periods
from icengine.domain.node import Node, Problem
from icengine.domain.people import Organisation
from icengine.domain.reading import Fields, Unique
from icengine.domain.scale import RatingScale, RiskScale
from icengine.domain.timing import TimingRule


@dataclass
class PlanReading:
    """What one reading carries along."""

    organisation: Organisation
    problems: list[Problem]
    year: int = 0
    """0 where the plan names none that can be used: then no date and no frequency is judged."""
    periods: Periods = DEFAULT_PERIODS
    named: tuple[tuple[str, str], ...] = ()
    """The plan's own words for periods, as written."""
    reporting: str = ""
    rule: TimingRule = field(default_factory=TimingRule)
    ratings: RatingScale = field(default_factory=lambda: RatingScale(()))
    risk_scale: RiskScale | None = None
    areas: tuple[str, ...] = ()
    ids: dict[str, Unique] = field(default_factory=dict)

    def function(self, fields: Fields, key: str, *, required: bool = False) -> str:
        """A function that the organisation knows, in the organisation's spelling."""

        def proper(name: str) -> str | None:
            found = self.organisation.function(name)
            return found.name if found else None

        known = [function.name for function in self.organisation.functions]
        return fields.named(key, proper, known, "funktion", required=required)

    def unique(self, kind: str, id: str, node: Node) -> None:
        """Note an id that may occur once in the plan."""
        self.ids.setdefault(kind, Unique(kind, self.problems)).add(id, node.get("id") or node)
