"""Shared controls as their pages show them: words, no decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.calendar import local_date
from icengine.domain.people import Function, Organisation
from icengine.domain.plan_difference import SEPARATELY
from icengine.domain.sharing import NOBODY
from icengine.domain.task import State, is_late
from icengine.domain.text import one_line
from icengine.domain.words import capital, many
from icengine.services.shared import PartPage, SharedControl, UnitPart
from icengine.store.tasks import ListedTask
from icengine.web.pages import wording
from icengine.web.pages.fields import Choice, Field, nothing_or
from icengine.web.pages.paths import shared_path
from icengine.web.pages.taskview import Day
from icengine.web.pages.wording import Mark

FIELD, SEEN = "funktion", "tidigare"
"""Names of the form's fields: the function, and the one that stood there when it was shown."""
FEW = 12
"""Units with an owner that are shown at once; where there are more they can be unfolded."""
GAP = Mark("st", "late", "!", NOBODY)
VACANT = Mark("st", "late", "!", "Ingen har funktionen")


@dataclass(frozen=True)
class PartLine:
    """A unit in a control's list."""

    unit: str
    owner: str
    """ "" where nobody is named."""
    how: str
    """Who has named it."""
    gap: Mark | None
    """What is missing; None where nothing is."""
    progress: str
    """ "3 av 4 klara, ett försenat"."""
    late: bool
    address: str
    action: str
    """ "Utse", "Byt" or "Visa"."""


@dataclass(frozen=True)
class ControlView:
    """A control with its units."""

    id: str
    title: str
    source: str
    """ "Kommunstyrelsen 2022, varje kvartal"."""
    summary: str
    gaps: tuple[PartLine, ...]
    filled: tuple[PartLine, ...]
    folded: bool
    """Are those with an owner too many to show at once?"""


@dataclass(frozen=True)
class SharedView:
    """The page."""

    lead: str
    controls: tuple[ControlView, ...]


def shared_view(found: Iterable[SharedControl]) -> SharedView:
    """Every control, those with a gap first."""
    controls = [_control(item) for item in found]
    gaps = sum(len(item.gaps) for item in controls)
    lead = "Kontroller som har beslutats för flera enheter. Varje enhet utser vem som svarar."
    if controls and gaps:
        lead += f" {capital(many(gaps, 'lucka', 'luckor'))} att fylla."
    elif controls:
        lead += " Alla har någon som svarar."
    return SharedView(lead, tuple(sorted(controls, key=lambda item: not item.gaps)))


def _control(item: SharedControl) -> ControlView:
    lines = [(_line(item, part), part.gap) for part in item.parts]
    gaps = tuple(line for line, gap in lines if gap)
    filled = tuple(line for line, gap in lines if not gap)
    return ControlView(
        id=item.control.id,
        title=_title(item),
        source=_source(item),
        summary=_summary(item, len(gaps)),
        gaps=gaps,
        filled=filled,
        folded=len(filled) > FEW,
    )


def _title(item: SharedControl) -> str:
    """A control that is not the reader's to read shows its number only."""
    if not item.hidden:
        return one_line(item.control.title)
    return SEPARATELY if item.control.protected else ""


def _source(item: SharedControl) -> str:
    name = one_line(item.deciding.name) if item.deciding else item.plan.unit
    said = f"Beslutad av {name} i planen för {item.plan.year}"
    return said if item.hidden else f"{said}: {one_line(item.control.frequency)}"


def _summary(item: SharedControl, gaps: int) -> str:
    """For whoever has decided it: how many units, and how far all have come."""
    if not item.units:
        return ""
    planned = sum(part.standing.planned for part in item.parts)
    done = sum(part.standing.done for part in item.parts)
    said = f"{capital(many(item.units, 'enhet', 'enheter'))}, {done} av {planned} tillfällen klara"
    return f"{said}, {many(gaps, 'lucka', 'luckor')}" if gaps else said


def _line(item: SharedControl, part: UnitPart) -> PartLine:
    action = "Visa"
    if part.may_name:
        action = "Byt" if part.owner else "Utse"
    return PartLine(
        unit=one_line(part.unit.name),
        owner=one_line(part.owner),
        how=_how(part),
        gap=_gap(part),
        progress=_progress(part),
        late=bool(part.standing.late),
        address=shared_path(item.plan.key, item.control.id, part.unit.id),
        action=action,
    )


def _gap(part: UnitPart) -> Mark | None:
    if not part.owner:
        return GAP
    return VACANT if part.vacant else None


def _how(part: UnitPart) -> str:
    if not part.owner:
        return ""
    return "Utsedd av enheten" if part.named else "Enligt planen"


def _progress(part: UnitPart) -> str:
    standing = part.standing
    if not standing.planned:
        return "Inga tillfällen"
    said = f"{standing.done} av {standing.planned} klara"
    if standing.late:
        return f"{said}, {many(standing.late, 'försenat', 'försenade', 'ett')}"
    return f"{said}, {many(standing.open, 'öppet', 'öppna', 'ett')}" if standing.open else said


# -- one unit's part --


@dataclass(frozen=True)
class Occasion:
    """One of the unit's occurrences."""

    period: str
    due: Day
    mark: Mark
    address: str
    """Of the answer; "" where there is none to read."""


@dataclass(frozen=True)
class PartView:
    """The page of a unit's part."""

    title: str
    unit: str
    source: str
    """Who has decided it."""
    owner: str
    how: str
    gap: Mark | None
    progress: str
    hidden: bool
    what: tuple[str, ...]
    objective: tuple[str, ...]
    steps: tuple[str, ...]
    sample: tuple[str, ...]
    goal: tuple[str, ...]
    occasions: tuple[Occasion, ...]
    may_name: bool
    field: Field
    seen: str
    """The function that stands there now, which the form says that it was thought out from."""


def part_view(
    page: PartPage,
    organisation: Organisation,
    now: datetime,
    chosen: str | None = None,
    fault: str = "",
) -> PartView:
    """One unit's part; `chosen` is what was sent, with its fault."""
    item, part, today = page.shared, page.part, local_date(now)
    control, hidden = item.control, page.shared.hidden
    title = _title(item) or "Gemensam kontroll"
    return PartView(
        title=f"{control.id} {title}",
        unit=one_line(part.unit.name),
        source=_source(item),
        owner=one_line(part.owner),
        how=_how(part),
        gap=_gap(part),
        progress=_progress(part),
        hidden=hidden,
        what=() if hidden else tuple(wording.lines(control.what)),
        objective=() if hidden else tuple(wording.lines(control.objective)),
        steps=() if hidden else tuple(wording.steps(control.method)),
        sample=() if hidden else tuple(wording.lines(control.sample)),
        goal=() if hidden else tuple(wording.lines(control.goal)),
        occasions=tuple(_occasion(task, today, hidden) for task in page.tasks),
        may_name=part.may_name,
        field=_field(page, organisation, part.owner if chosen is None else chosen, fault),
        seen=part.owner,
    )


def _field(page: PartPage, organisation: Organisation, value: str, fault: str) -> Field:
    own = page.part.unit.id

    def label(function: Function) -> str:
        unit = organisation.unit(function.unit)
        where = "" if function.unit == own or unit is None else f" ({one_line(unit.name)})"
        return f"{one_line(function.name)}{where}"

    choices = tuple(Choice(function.name, label(function)) for function in page.functions)
    return Field(
        FIELD,
        "Funktion som svarar",
        "select",
        hint="Uppgifter som väntar på svar flyttas dit, och den som har funktionen får mejl. "
        "Enhetens egna funktioner står först.",
        value=value,
        choices=nothing_or(choices, "Välj en funktion"),
        fault=fault,
    )


def _occasion(item: ListedTask, today: date, hidden: bool) -> Occasion:
    task = item.task
    readable = not hidden and task.state in (State.SUBMITTED, State.APPROVED)
    return Occasion(
        period=capital(one_line(task.label)),
        due=Day(task.due.isoformat(), wording.weekday(task.due, today)),
        mark=wording.state_mark(task.state, is_late(task.state, task.due, today)),
        address=f"/uppgifter/{task.id}/kvitto" if readable else "",
    )
