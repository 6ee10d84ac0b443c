"""A plan's year as the overview shows it: figures, what waits for an answer, and the year's table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from icengine.domain.calendar import MONTHS, local_date, swedish_date
from icengine.domain.frequency import Kind
from icengine.domain.labels import plan_title
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan
from icengine.domain.plan_difference import SEPARATELY
from icengine.domain.sharing import NOBODY
from icengine.domain.task import State, is_late
from icengine.domain.text import one_line
from icengine.domain.words import capital, many
from icengine.store.plans import PlanSummary
from icengine.store.tasks import ListedTask
from icengine.web.pages import wording
from icengine.web.pages.taskview import Day
from icengine.web.pages.wording import LATE, Mark


@dataclass(frozen=True)
class Tile:
    """A figure that leads to what it counts."""

    count: int
    word: str
    note: str
    target: str


@dataclass(frozen=True)
class Waiting:
    """An occurrence that waits for its answer."""

    title: str
    period: str
    owner: str
    due: Day
    distance: str
    mark: Mark
    handed: str = ""
    """Who else answers it; "" where nobody does."""


@dataclass(frozen=True)
class Month:
    """A column."""

    year: int
    month: int
    short: str
    """ "jan"."""
    long: str
    """ "januari", with the year after the plan's."""
    now: bool


@dataclass(frozen=True)
class Row:
    """A control and its occurrences, by month."""

    id: str
    title: str
    note: str
    """"vid behov" for a control that has no month of its own."""
    owner: str
    cells: tuple[tuple[Month, tuple[Mark, ...]], ...]


@dataclass(frozen=True)
class Area:
    """A processområde."""

    name: str
    summary: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Overview:
    """Everything the overview shows."""

    key: str
    title: str
    unit: str
    """Its name."""
    unit_id: str
    year: int
    today: Day
    lead: str
    plans: tuple[tuple[str, str], ...]
    """Key and name of every plan."""
    tiles: tuple[Tile, ...]
    waiting: tuple[Waiting, ...]
    months: tuple[Month, ...]
    areas: tuple[Area, ...]
    levels: tuple[Mark, ...]
    states: tuple[Mark, ...]


def overview(
    plan: Plan,
    organisation: Organisation,
    tasks: Sequence[ListedTask],
    plans: Sequence[PlanSummary],
    now: datetime,
) -> Overview:
    """The year in words and signs, as it stands at `now`."""
    today = local_date(now)
    # What no longer is to be done is in the table, but nobody is asked to count it.
    counted = [item for item in tasks if _counts(item)]
    months = _months(plan.year, tasks, today)
    return Overview(
        key=plan.key,
        title=one_line(plan_title(plan.title, plan.year, organisation.vocabulary)),
        unit=_unit_name(organisation, plan.unit),
        unit_id=plan.unit,
        year=plan.year,
        today=Day(today.isoformat(), swedish_date(today, weekday=True)),
        lead=_lead(counted, today),
        plans=tuple((p.key, f"{_unit_name(organisation, p.unit)} {p.year}") for p in plans),
        tiles=_tiles(counted, today),
        waiting=tuple(
            waiting(item, today, unit=_other_unit(plan, organisation, item))
            for item in counted
            if _asked(item)
        ),
        months=months,
        areas=tuple(_areas(plan, tasks, months, today)),
        levels=tuple(wording.level_mark(lv.symbol, lv.word) for lv in plan.ratings.levels),
        states=(*(wording.state_mark(state) for state in wording.STATES), LATE),
    )


def _unit_name(organisation: Organisation, id: str) -> str:
    unit = organisation.unit(id)
    return one_line(unit.name) if unit else id


def _other_unit(plan: Plan, organisation: Organisation, item: ListedTask) -> str:
    """The unit that answers, where it is another than the plan's."""
    own = item.task.unit == plan.unit
    return "" if own else _unit_name(organisation, item.task.unit)


def _late(item: ListedTask, today: date) -> bool:
    return is_late(item.task.state, item.task.due, today)


def _counts(item: ListedTask) -> bool:
    """Is it to be done, or done? What is utgår is outside every figure."""
    return item.task.state is not State.CANCELLED


def _done(item: ListedTask) -> bool:
    return item.task.state.closed


def _asked(item: ListedTask) -> bool:
    """Has its owner been asked, and not answered?"""
    return item.task.state in (State.OPEN, State.STARTED, State.RETURNED)


def _lead(counted: Sequence[ListedTask], today: date) -> str:
    done, late = sum(map(_done, counted)), sum(_late(item, today) for item in counted)
    if not counted:
        return "Planen har inga tillfällen att svara på."
    ready = "klart" if done == 1 else "klara"
    behind = capital(many(late, "är försenat", "är försenade", "ett"))
    return f"{done} av {len(counted)} tillfällen är {ready}. {behind}."


def _tiles(counted: Sequence[ListedTask], today: date) -> tuple[Tile, ...]:
    late = [item for item in counted if _late(item, today)]
    rest = [item for item in counted if not _late(item, today)]
    submitted = sum(item.task.state is State.SUBMITTED for item in rest)
    tiles = [
        Tile(sum(map(_done, rest)), "klara", f"av {len(counted)} tillfällen", "#aret"),
        Tile(sum(map(_asked, rest)), "öppna", "väntar på svar i tid", "#oppna"),
        Tile(len(late), "försenade", "sista dagen har passerat", "#oppna"),
        Tile(
            sum(item.task.state is State.PLANNED for item in rest),
            "planerade",
            "öppnar av sig själva",
            "#aret",
        ),
    ]
    if submitted:
        tiles.insert(1, Tile(submitted, "inlämnade", "väntar på godkännande", "#aret"))
    return tuple(tiles)


def waiting(item: ListedTask, today: date, own: bool = False, unit: str = "") -> Waiting:
    """A task that waits, in words; only its owner sees the title of a protected one.

    `unit` is the one that answers, where the plan is another's.
    """
    task, period = item.task, _period(item.task.label)
    due, distance = _due(task.due, today)
    return Waiting(
        title=_title(item.title, task.control, item.protected and not own),
        period=f"{period}, {unit}" if unit else period,
        owner=one_line(task.owner) or NOBODY,
        due=due,
        distance=distance,
        mark=wording.state_mark(task.state, _late(item, today)),
    )


@lru_cache(maxsize=1024)
def _due(day: date, today: date) -> tuple[Day, str]:
    """The day, and how far it is to it."""
    said = Day(day.isoformat(), wording.weekday(day, today))
    return said, wording.distance(day, today)


@lru_cache(maxsize=1024)
def _period(label: str) -> str:
    return capital(one_line(label))


def _title(title: str, id: str, protected: bool) -> str:
    """A protected control shows its number only."""
    return f"{id} {SEPARATELY}" if protected else one_line(title)


# -- the table --


def _months(year: int, tasks: Sequence[ListedTask], today: date) -> tuple[Month, ...]:
    """The plan year, January after it, and further where an occurrence is due later."""
    last = max((_index(item.task.due, year) for item in tasks), default=0)
    return tuple(_month(year, n, today) for n in range(max(last, 12) + 1))


def _month(year: int, n: int, today: date) -> Month:
    name, when = MONTHS[n % 12], year + n // 12
    long = name if when == year else f"{name} {when}"
    now = (today.year, today.month) == (when, n % 12 + 1)
    return Month(when, n % 12 + 1, name[:3], long, now)


def _index(due: date, year: int) -> int:
    """Which column a date stands in; the first one for what was due before the year."""
    return max((due.year - year) * 12 + due.month - 1, 0)


@dataclass(frozen=True)
class _Listed:
    """A control of the plan, or one that a later version took out, with its tasks."""

    id: str
    area: str
    title: str
    owner: str
    note: str
    tasks: tuple[ListedTask, ...]

    @property
    def counted(self) -> tuple[ListedTask, ...]:
        """The tasks that somebody is to do, or has done."""
        return tuple(item for item in self.tasks if _counts(item))

    @property
    def cancelled(self) -> bool:
        """Is all there was of it utgår?"""
        return bool(self.tasks) and not self.counted


def _listed(plan: Plan, tasks: Sequence[ListedTask]) -> list[_Listed]:
    """The plan's controls in its order, then those it no longer has but that have tasks."""
    mine: dict[str, list[ListedTask]] = {control.id: [] for _, control in plan.controls()}
    for item in tasks:
        mine.setdefault(item.task.control, []).append(item)
    found = [
        _Listed(
            id=control.id,
            area=risk.area,
            title=_row_title(control.title, control.protected),
            owner=_answers(control, mine[control.id]),
            note=_note(control),
            tasks=tuple(mine.pop(control.id)),
        )
        for risk, control in plan.controls()
    ]
    for id, items in mine.items():
        last = items[-1]
        title, owner = _row_title(last.title, last.protected), one_line(last.task.owner) or NOBODY
        found.append(_Listed(id, last.area, title, owner, "", tuple(items)))
    return found


def _answers(control: Control, tasks: Sequence[ListedTask]) -> str:
    """Who answers; of a shared control how many units."""
    if control.shared is None:
        return one_line(control.owner)
    return many(len({item.task.unit for item in tasks if _counts(item)}), "enhet", "enheter")


def _row_title(title: str, protected: bool) -> str:
    """What stands after the control's number."""
    return SEPARATELY if protected else one_line(title)


def _note(control: Control) -> str:
    """An event control has no month of its own, so its row says when it is done: "vid behov"."""
    shown = control.kind is Kind.EVENT and not control.protected
    return one_line(control.reading) if shown else ""


def _areas(
    plan: Plan, tasks: Sequence[ListedTask], months: Sequence[Month], today: date
) -> list[Area]:
    words = {lv.id: wording.level_mark(lv.symbol, lv.word) for lv in plan.ratings.levels}
    controls = _listed(plan, tasks)
    found = []
    for name in dict.fromkeys([*plan.areas, *(control.area for control in controls)]):
        mine = [control for control in controls if control.area == name]
        rows = tuple(_row(control, months, words, plan.year, today) for control in mine)
        if rows:
            found.append(Area(one_line(name), _summary(mine), rows))
    return found


def _summary(controls: Sequence[_Listed]) -> str:
    """ "3 kontroller, 2 av 5 klara"; what is utgår is outside both."""
    kept = sum(not control.cancelled for control in controls)
    counted = [item for control in controls for item in control.counted]
    word = "kontroll" if kept == 1 else "kontroller"
    return f"{kept} {word}, {sum(map(_done, counted))} av {len(counted)} klara"


def _row(
    control: _Listed,
    months: Sequence[Month],
    words: dict[str, Mark],
    year: int,
    today: date,
) -> Row:
    columns: list[list[Mark]] = [[] for _ in months]
    for item in control.tasks:
        columns[_index(item.task.due, year)].append(_mark(item, words, today))
    return Row(
        id=control.id,
        title=control.title,
        note=control.note,
        owner=control.owner,
        cells=tuple((m, _gathered(control, c)) for m, c in zip(months, columns, strict=True)),
    )


def _gathered(control: _Listed, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """A sign for each occurrence; where several units answer, one for each that they share."""
    if len({item.task.unit for item in control.tasks}) < 2:
        return tuple(marks)
    return tuple(replace(mark, count=n) for mark, n in Counter(marks).items())


def _mark(item: ListedTask, words: dict[str, Mark], today: date) -> Mark:
    """What it showed, once it is godkänd; until then how far it has come."""
    state = item.task.state
    if state is State.APPROVED and item.rating in words:
        return words[item.rating]
    return wording.state_mark(state, _late(item, today))
