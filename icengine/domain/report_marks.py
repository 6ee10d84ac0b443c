"""Every mark a slutrapport prints: the plan's levels and zones, and the report's own words for
trend, status and carry-over."""

from __future__ import annotations

from datetime import date

from icengine.domain.assessment import Trend
from icengine.domain.colours import WHITE, contrast
from icengine.domain.facts import ActionFact, ActionStatus
from icengine.domain.labels import Vocabulary
from icengine.domain.plan import Plan
from icengine.domain.report_model import MUTED, Mark
from icengine.domain.scale import Level, RatingScale, worded

_PALE = 1.15
"""Contrast against the page under which a colour is no colour (vit)."""


def _plain(id: str, word: str, symbol: str) -> Mark:
    return Mark(id, word, symbol, tint=WHITE, deep="#33424E")


TRENDS = {
    Trend.BETTER: _plain("trend-battre", "Bättre", "↗"),
    Trend.SAME: _plain("trend-samma", "Oförändrad", "→"),
    Trend.WORSE: _plain("trend-samre", "Sämre", "↘"),
    Trend.NEW: _plain("trend-ny", "Ny i år", "+"),
    Trend.UNCLEAR: _plain("trend-oklar", "Kan inte jämföras", "–"),
}
"""The trend against the year before."""

STATUSES = {
    ActionStatus.DONE: _plain("status-klar", "Klar", "✓"),
    ActionStatus.CONFIRMED: _plain("status-bekraftad", "Klar", "✓"),
    ActionStatus.DROPPED: _plain("status-avskriven", "Avskriven", "×"),
    ActionStatus.STARTED: _plain("status-pagar", "Pågår", "▷"),
    ActionStatus.NOT_STARTED: _plain("status-ej-borjad", "Öppen", "–"),
}
"""How far an åtgärd has come. One that nobody has said anything about is open, not more."""

LATE = Mark("status-forsenad", "Försenad", "!", "#A8322D")


def level_mark(level: Level, prefix: str = "") -> Mark:
    """The level as it is printed; `prefix` keeps zones apart from ratings with the same id."""
    pale = contrast(level.colour, WHITE) < _PALE
    return Mark(
        f"{prefix}{level.id}",
        level.word,
        level.symbol,
        level.colour,
        level.short,
        level.meaning,
        tint="#F4F6F7" if pale else "",
        deep=MUTED if pale else "",
    )


def zone_id(id: str) -> str:
    """Mark id of a zone."""
    return f"zon-{id}"


def worst_first(scale: RatingScale) -> tuple[str, ...]:
    """Level ids, worst first and those without rank (vit) last: the order of charts and tables."""
    ranked = sorted(
        (level for level in scale.levels if level.rank is not None),
        key=lambda level: -(level.rank or 0),
    )
    rest = [level for level in scale.levels if level.rank is None]
    return tuple(level.id for level in (*ranked, *rest))


def report_marks(plan: Plan, words: Vocabulary) -> dict[str, Mark]:
    """All marks by id."""
    ratings = worded(plan.ratings, words)
    marks = [level_mark(ratings.level(id)) for id in worst_first(ratings)]
    marks += [level_mark(level, "zon-") for level in plan.risk_scale.levels]
    marks += [*TRENDS.values(), *STATUSES.values(), LATE]
    return {mark.id: mark for mark in marks}


def is_overdue(action: ActionFact, today: date) -> bool:
    """The klart-datum has passed and the åtgärd is not klar."""
    return action.due < today and not action.status.closed


def status_mark(action: ActionFact, today: date) -> Mark:
    """What stands in the status column."""
    return LATE if is_overdue(action, today) else STATUSES[action.status]
