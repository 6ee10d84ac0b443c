"""What answers add up to: a proposed level for a figure, one bedömning for a year, and the trend
between years.

Every function is a rule of the field and a pure value. None of them judges the whole: whether the
internal control is sufficient is for the nämnd to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from icengine.domain.calendar import local_date
from icengine.domain.facts import Decided, Decisions, LastYear, TaskFact
from icengine.domain.plan import Combine, Control
from icengine.domain.scale import Measure, RatingScale
from icengine.domain.task import State

_TENTH = Decimal("0.1")
UNDECIDED: Decisions = {}
"""Nobody has decided anything."""


def percent(part: int, whole: int) -> Decimal:
    """How many per cent `part` is of `whole`, to one decimal, for reading.

    Never rounded up to 100 nor down to 0: 8 632 of 8 633 is 99,9. ValueError where `whole` is not
    above zero.
    """
    if whole <= 0:
        raise ValueError("the whole must be above zero")
    share = (Decimal(100 * part) / Decimal(whole)).quantize(_TENTH, ROUND_HALF_UP)
    if part < whole and share >= 100:
        return 100 - _TENTH
    return _TENTH if part > 0 and share == 0 else share


def propose(measure: Measure, part: int, whole: int) -> str:
    """Id of the level that the thresholds propose for `part` of `whole`.

    Compared without rounding: 89,96 per cent has not reached 90. The owner may choose another
    level. ValueError where `whole` is not above zero.
    """
    if whole <= 0:
        raise ValueError("the whole must be above zero")
    for threshold in measure.thresholds:
        if Decimal(100 * part) >= threshold.least * whole:
            return threshold.level
    return measure.thresholds[-1].level


def combined(ratings: Sequence[str], combine: Combine, scale: RatingScale) -> str:
    """One level id of several, which stand in time order.

    A level without rank (vit) does not weigh in; where nothing else is left the result is vit.
    """
    ranked = [id for id in ratings if scale.level(id).rank is not None]
    if not ranked:
        return scale.unrated.id
    if combine is Combine.LATEST:
        return ranked[-1]
    return max(ranked, key=lambda id: scale.level(id).rank or 0)


def is_done(task: TaskFact) -> bool:
    """Has the control been carried out? Handed in is enough; sent back or reopened is not."""
    return task.answer is not None and task.state in (State.SUBMITTED, State.APPROVED)


def is_waiting(task: TaskFact, today: date) -> bool:
    """Återstår: not carried out and not closed, and the due date has not passed."""
    return not is_done(task) and not task.state.closed and task.due >= today


def days_late(task: TaskFact) -> int:
    """How many days after the due date the answer was handed in; 0 where it was in time."""
    if task.answered_at is None or not is_done(task):
        return 0
    return max(0, (local_date(task.answered_at) - task.due).days)


@dataclass(frozen=True)
class Yearly:
    """A control's bedömning for the year."""

    control: str
    level: str
    """Id of a level in the plan's scale."""
    done: int
    """Occurrences carried out."""
    planned: int
    """Occurrences in all, without those that utgår; 0 for an event control (vid behov) without an
    event."""
    deciding: TaskFact | None
    """The occurrence whose answer gave the level; the last one carried out where all are vit."""
    why: str
    """How the occurrences were combined, in words; "" where there was nothing to combine."""
    waiting: int = 0
    """Occurrences that återstår: neither done nor closed, and not yet due."""
    cancelled: int = 0
    """Occurrences that utgår: in no other count."""
    decided: Decided | None = None
    """What the controller has decided, which `level` follows; None where nothing is."""
    computed: str = ""
    """The level that the occurrences give, where another is decided; "" where nothing is."""
    answered_since: bool = False
    """Was an answer handed in after it was decided?"""

    @property
    def whole(self) -> bool:
        """Was every occurrence carried out? An event control without an event has none to miss."""
        return self.done == self.planned

    @property
    def not_relevant(self) -> bool:
        """Inte aktuellt: an event control and no event."""
        return self.planned == 0 and not self.cancelled

    @property
    def withdrawn(self) -> bool:
        """Does every occurrence utgå?"""
        return self.planned == 0 and self.cancelled > 0

    @property
    def missed(self) -> int:
        """Occurrences that were not carried out and no longer can be in time."""
        return self.planned - self.done - self.waiting


def yearly(
    control: Control,
    tasks: Sequence[TaskFact],
    scale: RatingScale,
    today: date | None = None,
    decided: Decided | None = None,
) -> Yearly:
    """The control's bedömning for the year; `tasks` are its occurrences in time order.

    As of `today` some may not be due yet; None takes the year as over. What is `decided` goes
    before what the occurrences say.
    """
    living = [task for task in tasks if task.state is not State.CANCELLED]
    waiting = [task for task in living if today is not None and is_waiting(task, today)]
    done = [task for task in living if is_done(task)]
    rated = [(task, task.answer.rating) for task in done if task.answer is not None]
    level = combined([rating for _, rating in rated], control.combine, scale)
    deciding = next((task for task, rating in reversed(rated) if rating == level), None)
    why = ""
    if len(rated) > 1:
        word = "Det senaste" if control.combine is Combine.LATEST else "Det sämsta"
        why = f"{word} tillfället avgör årets bedömning."
    found = Yearly(
        control.id,
        level,
        len(done),
        len(living),
        deciding,
        why,
        waiting=len(waiting),
        cancelled=len(tasks) - len(living),
    )
    return _decided(found, decided, tasks)


def _decided(year: Yearly, decided: Decided | None, tasks: Iterable[TaskFact]) -> Yearly:
    """The year with the level that is decided. Where nothing is carried out (any more) there is
    nothing to judge, and it does not hold."""
    if decided is None or not decided.level or not year.done:
        return year
    since = any(
        is_done(task) and task.answered_at is not None and task.answered_at > decided.at
        for task in tasks
    )
    return replace(
        year, level=decided.level, decided=decided, computed=year.level, answered_since=since
    )


def by_unit(tasks: Iterable[TaskFact]) -> dict[str, list[TaskFact]]:
    """The tasks of each unit, their order kept."""
    found: dict[str, list[TaskFact]] = {}
    for task in tasks:
        found.setdefault(task.unit, []).append(task)
    return found


def is_spread(control: Control, tasks: Iterable[TaskFact]) -> bool:
    """Is the control answered by units of its own choice, rather than by the plan's alone?"""
    return control.shared is not None or len({task.unit for task in tasks}) > 1


def yearly_of(
    control: Control,
    tasks: Sequence[TaskFact],
    scale: RatingScale,
    today: date | None = None,
    decided: Decisions = UNDECIDED,
) -> Yearly:
    """The control's bedömning for the year, whichever units answer it.

    Of several units each has its own; the worst of them is the control's, and what no unit could
    judge does not weigh in. The occurrences of all units are counted together. What is decided for
    a unit weighs in as the unit's; what is decided for the control as a whole is the control's.
    """
    whole = decided.get((control.id, ""))
    if not is_spread(control, tasks):
        return yearly(control, tasks, scale, today, whole)
    years = [
        yearly(control, own, scale, today, decided.get((control.id, unit)))
        for unit, own in by_unit(tasks).items()
    ]
    level = combined([year.level for year in years], Combine.WORST, scale)
    deciding = next((y.deciding for y in years if y.level == level and y.deciding), None)
    found = Yearly(
        control.id,
        level,
        sum(year.done for year in years),
        sum(year.planned for year in years),
        deciding,
        "Den sämsta bedömningen bland enheterna avgör." if len(years) > 1 else "",
        waiting=sum(year.waiting for year in years),
        cancelled=sum(year.cancelled for year in years),
    )
    return _decided(found, whole, tasks)


class Trend(StrEnum):
    """Against the year before."""

    BETTER = "bättre"
    SAME = "samma"
    WORSE = "sämre"
    NEW = "ny"
    UNCLEAR = "oklar"
    """Vit in either year: there is nothing to compare."""


def trend(control: Control, level: str, scale: RatingScale, last: LastYear) -> Trend:
    """This year's level against last year's, by where each lies in its own scale.

    A control that replaces another (ersätter) is compared with its forerunner.
    """
    before = last.ratings.get(control.id) or last.ratings.get(control.replaces)
    if before is None:
        return Trend.NEW
    then, now = last.scale.share(before), scale.share(level)
    if then is None or now is None:
        return Trend.UNCLEAR
    if now == then:
        return Trend.SAME
    return Trend.BETTER if now < then else Trend.WORSE
