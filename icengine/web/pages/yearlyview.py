"""The yearly bedömningar as their pages show them: words, no decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.assessment import is_done
from icengine.domain.calendar import local_date
from icengine.domain.facts import Decided, TaskFact
from icengine.domain.plan import Combine
from icengine.domain.plan_difference import SEPARATELY
from icengine.domain.report_extent import done_of
from icengine.domain.scale import Level, RatingScale, worded
from icengine.domain.task import is_late
from icengine.domain.text import one_line
from icengine.domain.words import capital, counted, listed, many
from icengine.services.plans import CLOSED_PLAN
from icengine.services.yearly import LEVEL, UNANSWERED, WHEN, ControlYear, Part, PlanYear
from icengine.web.pages import wording
from icengine.web.pages.fields import Choice, Field, Form
from icengine.web.pages.organisationview import Link
from icengine.web.pages.paths import PLANS, plan_path, yearly_path
from icengine.web.pages.planrecordview import unit_name
from icengine.web.pages.steeringforms import reason_field
from icengine.web.pages.wording import Mark

TITLE = "Årets bedömning"
GIVES = "svaren"
"""The choice to let the answers hold again."""
RULES = {
    Combine.LATEST: "Det senaste tillfället avgör.",
    Combine.WORST: "Det sämsta tillfället avgör.",
}
FOLD = 8
"""More units than these are folded away."""


@dataclass(frozen=True)
class OccasionView:
    """An occurrence, or a unit, with what it showed."""

    name: str
    mark: Mark
    lines: tuple[str, ...] = ()
    """The result as written; () where it may not be told."""
    address: str = ""
    """Of the unit's own page."""
    decided: bool = False
    note: str = ""


@dataclass(frozen=True)
class VersionView:
    """Something that the controller has decided."""

    mark: Mark | None
    """None where it was taken back."""
    when: str
    by: str
    reason: tuple[str, ...]


@dataclass(frozen=True)
class YearView:
    """A control's year, or a unit's part in it."""

    title: str
    unit: str
    """"" for the control as a whole."""
    address: str
    mark: Mark
    done: str
    """ "2 av 3"."""
    rule: str
    """How what it showed is combined; "" where there is nothing to combine."""
    gives: Mark
    decided: VersionView | None
    """What holds; None where the answers do."""
    since: bool
    """Was an answer handed in after it was decided?"""
    occasions: tuple[OccasionView, ...]
    units: tuple[OccasionView, ...]
    spread: str
    """ "tre enheter: en mindre avvikelse, två utan anmärkning"."""
    folded: bool
    versions: tuple[VersionView, ...]
    """The latest first."""
    hindered: str
    """Why nothing can be decided; "" where it can."""


def plan_crumbs(year: PlanYear, *, below: bool = False) -> tuple[Link, ...]:
    """The way here; `below`: from a page under the list."""
    plan = year.plan
    name = f"{unit_name(year.organisation, plan.unit)} {plan.year}"
    last = (Link(TITLE, yearly_path(plan.key)),) if below else ()
    return (Link("Planer", PLANS), Link(name, plan_path(plan.key)), *last)


def lead(year: PlanYear) -> str:
    """How many there are, and how many are decided."""
    own = year.organisation.vocabulary("kontrollmoment")
    parts = [part for one in year.controls for part in (one.whole, *one.units)]
    decided = sum(part.year.decided is not None for part in parts)
    head = f"{capital(own.count(len(year.controls)))}."
    if not decided:
        return f"{head} Alla har den bedömning som svaren ger."
    what = many(decided, "bedömning", "bedömningar", "en")
    return f"{head} {capital(what)} är {'bestämd' if decided == 1 else 'bestämda'} av controllern."


def listed_years(year: PlanYear, now: datetime) -> tuple[YearView, ...]:
    """Every control; of a protected one its number and bedömning."""
    return tuple(year_view(year, one, one.whole, now, reads=False) for one in year.controls)


def year_view(
    year: PlanYear, one: ControlYear, part: Part, now: datetime, *, reads: bool
) -> YearView:
    """One of them; `reads`: what a protected control is about may be told."""
    plan, control, today = year.plan, one.control, local_date(now)
    shown, marks = reads or not control.protected, _marks(plan.ratings)
    units = one.units if part.unit is None else ()
    versions = tuple(_version(item, marks, today, shown=shown) for item in part.versions)
    unit = one_line(part.unit.name) if part.unit else ""
    return YearView(
        title=f"{control.id} {one_line(control.title) if shown else SEPARATELY}",
        unit=unit,
        address=yearly_path(plan.key, control.id, part.unit.id if part.unit else ""),
        mark=marks[part.year.level],
        done=done_of(part.year),
        rule=_rule(one, part),
        gives=marks[part.gives],
        decided=versions[-1] if part.year.decided else None,
        since=part.year.answered_since,
        occasions=()
        if units
        else tuple(_occasion(task, marks, today, shown=shown) for task in part.tasks),
        units=tuple(_unit(year, one, item, marks) for item in units),
        spread=_spread(units, plan.ratings),
        folded=len(units) > FOLD,
        versions=versions[::-1],
        hindered=_hindered(year, part),
    )


def _marks(scale: RatingScale) -> dict[str, Mark]:
    return {level.id: wording.level_mark(level.symbol, level.word) for level in scale.levels}


def _rule(one: ControlYear, part: Part) -> str:
    if part.unit is None and len(one.units) > 1:
        return part.year.why
    return RULES[one.control.combine] if part.year.planned > 1 else ""


def _hindered(year: PlanYear, part: Part) -> str:
    if year.closed:
        return CLOSED_PLAN
    return "" if part.year.done or part.holding else f"{UNANSWERED} {WHEN}"


def _occasion(task: TaskFact, marks: dict[str, Mark], today: date, *, shown: bool) -> OccasionView:
    name, answer = capital(one_line(task.label)), task.answer
    if answer is None or not is_done(task):
        return OccasionView(
            name, wording.state_mark(task.state, is_late(task.state, task.due, today))
        )
    when = f"Svar lämnat {wording.recent(task.answered_at, today)}" if task.answered_at else ""
    lines = tuple(wording.lines(answer.result)) if shown else ()
    return OccasionView(name, marks[answer.rating], lines, note=when)


def _unit(year: PlanYear, one: ControlYear, part: Part, marks: dict[str, Mark]) -> OccasionView:
    assert part.unit is not None
    return OccasionView(
        name=one_line(part.unit.name),
        mark=marks[part.year.level],
        address=yearly_path(year.plan.key, one.control.id, part.unit.id),
        decided=part.year.decided is not None,
        note=done_of(part.year),
    )


def _spread(units: Sequence[Part], scale: RatingScale) -> str:
    living = [part for part in units if not part.year.withdrawn]
    counts = Counter(part.year.level for part in living if part.year.done)
    silent = len(living) - counts.total()
    parts = [
        f"{counted(counts[level.id], 'en')} {level.word.lower()}"
        for level in scale.levels
        if counts[level.id]
    ]
    parts += [f"{counted(silent, 'en')} utan svar"] if silent else []
    return (
        f"{capital(many(len(living), 'enhet', 'enheter', 'en'))}: {listed(parts)}" if parts else ""
    )


def _version(item: Decided, marks: dict[str, Mark], today: date, *, shown: bool) -> VersionView:
    return VersionView(
        mark=marks[item.level] if item.level else None,
        when=wording.recent(item.at, today),
        by=_by(item.by),
        reason=tuple(wording.lines(item.reason)) if shown else (),
    )


def _by(name: str) -> str:
    return capital(one_line(name).removeprefix("system:"))


# -- the form --


def level_form(year: PlanYear, one: ControlYear, part: Part) -> Form:
    """The levels that may be chosen, and why."""
    scale = worded(year.plan.ratings, year.organisation.vocabulary)
    gives = scale.level(part.gives).word
    back = Choice(GIVES, f"Det som svaren ger: {gives.lower()}", "Det som är bestämt tas tillbaka.")
    levels = [lv for lv in scale.levels if lv.id != part.gives or lv.id == part.holding]
    choices = (*map(_choice, levels), *((back,) if part.holding else ()))
    name = year.organisation.vocabulary("slutrapport").definite
    hint = f"Skälet står i {name}."
    if one.control.protected:
        hint = f"Kontrollen är skyddad: skälet står varken i {name} eller i händelseloggen."
    return Form(
        title=TITLE,
        fields=(
            Field(LEVEL, "Bedömning för året", "radio", f"Svaren ger: {gives.lower()}.",
                  choices=choices),
            reason_field("Varför?", hint),
        ),
        button="Spara bedömningen",
        back=yearly_path(year.plan.key),
        back_word=TITLE,
    )  # fmt: skip


def _choice(level: Level) -> Choice:
    return Choice(level.id, level.word, level.meaning)
