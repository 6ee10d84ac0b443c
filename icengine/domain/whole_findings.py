"""The facts of a samlad rapport, worked out once: each unit's figures in one scale, the sums, and the
most serious brister. No sections are made here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from icengine.domain.assessment import Trend
from icengine.domain.calendar import local_date
from icengine.domain.labels import Word
from icengine.domain.people import Unit
from icengine.domain.plan import Control
from icengine.domain.report_findings import Findings, findings
from icengine.domain.report_marks import worst_first
from icengine.domain.report_years import area_trend
from icengine.domain.scale import RatingScale, worded
from icengine.domain.text import one_line
from icengine.domain.whole_facts import Totals, UnitFacts, WholeFacts
from icengine.domain.whole_verdicts import Verdict


@dataclass(frozen=True)
class UnitFound:
    """One unit, worked out."""

    source: UnitFacts
    found: Findings | None
    """None where it has no plan here."""
    counts: Mapping[str, int]
    """Mark ids of the organisation's scale, worst first -> controls."""
    controls: int
    done: int
    """Controls carried out in whole."""
    open: int
    late: int
    trend: Trend | None
    """Against the year before; None where there is nothing to compare."""

    @property
    def unit(self) -> Unit:
        """The unit itself."""
        return self.source.unit

    @property
    def name(self) -> str:
        """What it is called."""
        return one_line(self.source.unit.name)

    @property
    def told(self) -> bool:
        """Has it figures at all?"""
        return self.found is not None or self.by_totals

    @property
    def by_totals(self) -> bool:
        """Are its figures entered as sums?"""
        return self.found is None and self.source.totals is not None

    @property
    def has_reported(self) -> bool:
        """Is its slutrapport adopted, or are its sums entered?"""
        reported = self.source.reported
        return self.by_totals or (reported is not None and reported.adopted is not None)

    @property
    def verdict(self) -> Verdict | None:
        """Kommunstyrelsen's, where it is given."""
        return self.source.verdict.verdict if self.source.verdict else None


@dataclass(frozen=True)
class Serious:
    """A control with the worst bedömning of its scale."""

    unit: UnitFound
    control: Control
    years: int
    """How many years running it has not been without remark, this one counted."""


@dataclass(frozen=True)
class Whole:
    """All of it."""

    facts: WholeFacts
    today: date
    scale: RatingScale
    """The organisation's, with its own words."""
    order: tuple[str, ...]
    """Level ids, worst first."""
    units: tuple[UnitFound, ...]
    serious: tuple[Serious, ...]
    """Those that come again year after year first."""

    def word(self, engines: str) -> Word:
        """The organisation's own word for one of the engine's."""
        return self.facts.organisation.vocabulary(engines)

    @property
    def judge(self) -> str:
        """Who judges."""
        return one_line(self.facts.judge.name)

    @property
    def counts(self) -> dict[str, int]:
        """Controls of all units, by level."""
        return {id: sum(unit.counts[id] for unit in self.units) for id in self.order}

    @property
    def controls(self) -> int:
        """All of them."""
        return sum(unit.controls for unit in self.units)

    @property
    def reported(self) -> tuple[UnitFound, ...]:
        """The units that have reported."""
        return tuple(unit for unit in self.units if unit.has_reported)

    @property
    def silent(self) -> tuple[UnitFound, ...]:
        """The units that have not."""
        return tuple(unit for unit in self.units if not unit.has_reported)

    def by_seriousness(self) -> tuple[UnitFound, ...]:
        """Most of the worst level first, then of the next; those without figures last."""
        return tuple(
            sorted(
                self.units,
                key=lambda unit: (
                    not unit.told, [-unit.counts[id] for id in self.order[:-1]], unit.name
                ),
            )
        )  # fmt: skip


def whole_of(facts: WholeFacts) -> Whole:
    """Work the facts out."""
    scale = worded(facts.organisation.ratings, facts.organisation.vocabulary)
    order = worst_first(scale)
    units = tuple(_unit(item, scale, order) for item in facts.units)
    serious = [one for unit in units for one in _serious(unit)]
    serious.sort(key=lambda one: -one.years)
    return Whole(facts, local_date(facts.as_of), scale, order, units, tuple(serious))


def _unit(item: UnitFacts, scale: RatingScale, order: tuple[str, ...]) -> UnitFound:
    if item.facts is None:
        return _by_totals(item, item.totals, order)
    found = findings(replace(item.facts, last_year=item.last_year))
    own = found.plan.ratings
    levels = Counter(in_scale(year.level, own, scale) for year in found.yearlies.values())
    trend = area_trend(found, (c for _, c in found.controls)) if item.last_year else None
    return UnitFound(
        source=item,
        found=found,
        counts={id: levels[id] for id in order},
        controls=len(found.yearlies),
        done=sum(1 for year in found.yearlies.values() if year.done and year.whole),
        open=len(found.open_actions()),
        late=len(found.late_actions()),
        trend=trend,
    )


def _by_totals(item: UnitFacts, totals: Totals | None, order: tuple[str, ...]) -> UnitFound:
    if totals is None:
        return UnitFound(item, None, dict.fromkeys(order, 0), 0, 0, 0, 0, None)
    counts = {id: totals.levels.get(id, 0) for id in order}
    return UnitFound(
        item, None, counts, sum(counts.values()), totals.done, totals.open_actions,
        totals.late_actions, None,
    )  # fmt: skip


def in_scale(level: str, own: RatingScale, scale: RatingScale) -> str:
    """A level of a plan's own scale as the organisation's: the same one, or the one that lies nearest
    in the order; what is outside the order stays outside."""
    if level in scale.ids and own.share(level) == scale.share(level):
        return level
    share = own.share(level)
    if share is None:
        return scale.unrated.id
    ranked = [item for item in scale.levels if item.rank is not None]
    return min(
        ranked, key=lambda item: (abs((scale.share(item.id) or 0) - share), -(item.rank or 0))
    ).id


def _serious(unit: UnitFound) -> Iterable[Serious]:
    found = unit.found
    if found is None:
        return
    for _, control in found.controls:
        if found.plan.ratings.share(found.yearlies[control.id].level) == 1.0:
            yield Serious(unit, control, unit.source.repeated.get(control.id, 1))
