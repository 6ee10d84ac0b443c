"""The year of a plan as its calendar page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from icengine.domain.calendar import MONTHS, swedish_date
from icengine.domain.labels import plan_title
from icengine.domain.load import Duty, Load, Month, OwnerLoad, load_of
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan
from icengine.domain.plan_difference import SEPARATELY
from icengine.domain.text import one_line
from icengine.domain.words import capital, listed, many
from icengine.services.planwriting import PlanDesk
from icengine.store.plans import AdoptedPlan
from icengine.web.pages.planpaths import draft_path
from icengine.web.pages.taskview import Day

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
    """ "3 öppnar, 5 ska vara klara"; nothing of what there is none of."""
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


def draft_calendar(desk: PlanDesk) -> CalendarView:
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
        desk.plan, desk.organisation, desk.sees_protected, f"Utkast till version {draft.number}", draft.number,
        draft.key, draft.year, draft=True, unread=said,
    )  # fmt: skip


def adopted_calendar(
    adopted: AdoptedPlan, organisation: Organisation, sees_protected: bool
) -> CalendarView:
    """The year of an adopted plan."""
    plan, version = adopted.plan, f"Version {adopted.decision.version}"
    return _view(
        plan, organisation, sees_protected, version, adopted.decision.version, plan.key, plan.year
    )


def _view(
    plan: Plan,
    organisation: Organisation,
    sees: bool,
    version: str,
    number: int,
    key: str,
    year: int,
    draft: bool = False,
    unread: str = "",
) -> CalendarView:
    load = load_of(plan)
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
    functions = many(len(load.owners), "funktion", "funktioner")
    return f"{times} ska lämnas av {functions}. Flest i {listed(names)}: {most}."


def _month(month: Month, year: int, sees: bool) -> MonthView:
    word = MONTHS[month.number - 1]
    return MonthView(
        name=word if month.year == year else f"{word} {month.year}",
        short=word[:3],
        anchor=f"m{month.year}-{month.number:02}",
        lead=_month_lead(len(month.opens), len(month.due)),
        opens=tuple(_line(duty, sees, opens=True) for duty in month.opens),
        due=tuple(_line(duty, sees, opens=False) for duty in month.due),
    )


def _month_lead(opens: int, due: int) -> str:
    parts = [f"{opens} öppnar"] if opens else []
    parts += [f"{due} ska vara {'klar' if due == 1 else 'klara'}"] if due else []
    return ", ".join(parts)


def _line(duty: Duty, sees: bool, opens: bool) -> DutyLine:
    days = (duty.opens, duty.due) if opens else (duty.due, duty.opens)
    first, other = (Day(d.isoformat(), f"{d.day} {MONTHS[d.month - 1][:3]}") for d in days)
    shown = sees or not duty.control.protected
    return DutyLine(
        first, _title(duty.control, sees), one_line(duty.owner),
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
    return OwnerRow(one_line(owner.owner) or "Ingen ansvarig", cells, owner.total, listed(weeks))
