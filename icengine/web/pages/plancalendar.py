"""The year of a plan as its calendar page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from icengine.domain.calendar import MONTHS, swedish_date
from icengine.domain.labels import plan_title
from icengine.domain.load import Duty, Load, Month, OwnerLoad, load_of
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan
from icengine.domain.plan_difference import SEPARATELY
from icengine.domain.sharing import NOBODY, Named
from icengine.domain.text import one_line
from icengine.domain.words import capital, counted, listed, many
from icengine.services.planwriting import PlanDesk
from icengine.store.plans import AdoptedPlan
from icengine.web.pages.planpaths import draft_path
from icengine.web.pages.taskview import Day

MOST_NAMED = 3
"""So many functions are named on a line; of more it says how many."""
HEAVY = (1, 3, 6, 10)
"""From so many answers in a month a figure stands out more."""


@dataclass(frozen=True)
class DutyLine:
    """An occurrence on the day that it opens, or is due."""

    day: Day
    control: str
    owner: str
    label: str
    other: Day
    """When it is due, or opened."""


@dataclass(frozen=True)
class MonthView:
    """A month."""

    name: str
    short: str
    anchor: str
    lead: str
    """ "tre öppnar, fem ska vara klara"; nothing of what there is none of."""
    opens: tuple[DutyLine, ...]
    due: tuple[DutyLine, ...]


@dataclass(frozen=True)
class OwnerRow:
    """A function's year."""

    owner: str
    cells: tuple[tuple[MonthView, int, int], ...]
    """(month, answers due, how much it stands out: 0-4)."""
    total: int
    busy: str
    """Weeks with many answers, in words."""


@dataclass(frozen=True)
class CalendarView:
    """The whole page."""

    key: str
    title: str
    unit: str
    version: str
    number: int
    draft: bool
    back: str
    lead: str
    months: tuple[MonthView, ...]
    owners: tuple[OwnerRow, ...]
    totals: tuple[int, ...]
    total: int
    undated: tuple[str, ...]
    unread: str
    """What cannot be shown yet, in a sentence."""


def draft_calendar(desk: PlanDesk, named: Named | None = None) -> CalendarView:
    """The year that the draft would make; what cannot be read yet is said and left out."""
    draft = desk.draft
    controls = [control for _, control in desk.plan.controls()]
    unread = sum(not control.reading for control in controls)
    said = ""
    if unread:
        said = (
            f"{capital(many(unread, 'kontroll', 'kontroller', 'en'))} är inte med här: det går inte "
            "att läsa hur ofta de ska göras."
        )
    return _view(
        desk.plan, desk.organisation, named or {}, desk.sees_protected, f"Utkast till version {draft.number}", draft.number,
        draft.key, draft.year, draft=True, unread=said,
    )  # fmt: skip


def adopted_calendar(
    adopted: AdoptedPlan, organisation: Organisation, sees_protected: bool, named: Named
) -> CalendarView:
    """The year of an adopted plan."""
    plan, version = adopted.plan, f"Version {adopted.decision.version}"
    return _view(
        plan, organisation, named, sees_protected, version, adopted.decision.version, plan.key,
        plan.year,
    )  # fmt: skip


def _view(
    plan: Plan,
    organisation: Organisation,
    named: Named,
    sees: bool,
    version: str,
    number: int,
    key: str,
    year: int,
    draft: bool = False,
    unread: str = "",
) -> CalendarView:
    load = load_of(plan, organisation, named)
    months = tuple(_month(month, year, sees) for month in load.months)
    unit = organisation.unit(plan.unit)
    return CalendarView(
        key=key,
        title=one_line(plan_title(plan.title, year, organisation.vocabulary)),
        unit=one_line(unit.name) if unit else plan.unit,
        version=version,
        number=number,
        draft=draft,
        back=draft_path(key) if draft else f"/?plan={plan.key}",
        lead=_lead(load, months),
        months=months,
        owners=tuple(_owner(owner, months) for owner in load.owners),
        totals=tuple(len(month.due) for month in load.months),
        total=load.total,
        undated=tuple(_title(control, sees) for control in load.undated),
        unread=unread,
    )


def _lead(load: Load, months: tuple[MonthView, ...]) -> str:
    if not load.total:
        return "Planen har inga tillfällen än."
    most = max(len(month.due) for month in load.months)
    names = [
        view.name for view, month in zip(months, load.months, strict=True) if len(month.due) == most
    ]
    times = capital(many(load.total, "svar", "svar", "ett"))
    functions = sum(bool(owner.owner) for owner in load.owners)
    by = f" av {many(functions, 'funktion', 'funktioner')}" if functions else ""
    said = f"{times} ska lämnas{by}."
    if functions < len(load.owners):
        nobody = sum(owner.total for owner in load.owners if not owner.owner)
        said += f" För {many(nobody, 'svar', 'svar', 'ett')} är ingen utsedd."
    if len(names) == sum(bool(month.due) for month in load.months):
        return said  # every month has as many
    return f"{said} Flest i {listed(names)}: {counted(most)}."


def _month(month: Month, year: int, sees: bool) -> MonthView:
    word = MONTHS[month.number - 1]
    return MonthView(
        name=word if month.year == year else f"{word} {month.year}",
        short=word[:3],
        anchor=f"m{month.year}-{month.number:02}",
        lead=_month_lead(len(month.opens), len(month.due)),
        opens=tuple(_lines(month.opens, sees, opens=True)),
        due=tuple(_lines(month.due, sees, opens=False)),
    )


def _month_lead(opens: int, due: int) -> str:
    parts = [f"{counted(opens)} öppnar"] if opens else []
    parts += [f"{counted(due)} ska vara {'klar' if due == 1 else 'klara'}"] if due else []
    return ", ".join(parts)


def _lines(duties: Iterable[Duty], sees: bool, opens: bool) -> Iterator[DutyLine]:
    """A line for each occurrence; what units answer each for themselves is one line together."""
    together: dict[tuple[str, str, date, date], list[Duty]] = {}
    for duty in duties:
        key = (duty.control.id, duty.label, duty.opens, duty.due)
        together.setdefault(key, []).append(duty)
    for some in together.values():
        yield _line(some[0], _owners(some), sees, opens)


def _owners(duties: list[Duty]) -> str:
    names = list(dict.fromkeys(one_line(duty.owner) or NOBODY for duty in duties))
    if len(names) > MOST_NAMED:
        said = many(sum(name != NOBODY for name in names), "funktion", "funktioner")
        names = [said, NOBODY] if NOBODY in names else [said]
    if len(duties) == 1:
        return names[0]
    return f"{'; '.join(names)} ({many(len(duties), 'svar', 'svar', 'ett')})"


def _line(duty: Duty, owners: str, sees: bool, opens: bool) -> DutyLine:
    days = (duty.opens, duty.due) if opens else (duty.due, duty.opens)
    first, other = (Day(d.isoformat(), f"{d.day} {MONTHS[d.month - 1][:3]}") for d in days)
    shown = sees or not duty.control.protected
    return DutyLine(
        first, _title(duty.control, sees), owners,
        one_line(duty.label) if shown else "", other,
    )  # fmt: skip


def _title(control: Control, sees: bool) -> str:
    if control.protected and not sees:
        return f"{control.id} {SEPARATELY}"
    return " ".join(part for part in (control.id, one_line(control.title)) if part)


def _owner(owner: OwnerLoad, months: Iterable[MonthView]) -> OwnerRow:
    cells = tuple(
        (month, count, sum(count >= step for step in HEAVY))
        for month, count in zip(months, owner.by_month, strict=True)
    )
    weeks = [
        f"vecka {week.number} ({swedish_date(week.monday, year=False)} och framåt): {week.count}"
        for week in owner.busy
    ]
    return OwnerRow(one_line(owner.owner) or NOBODY, cells, owner.total, listed(weeks))
