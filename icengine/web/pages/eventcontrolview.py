"""Event controls as their pages show them: words, no decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from icengine.domain.calendar import local_date
from icengine.domain.event_controls import (
    DATE,
    LONGEST_WHAT,
    SEEN,
    WHAT,
    event_timed,
    next_slot,
)
from icengine.domain.task import is_late
from icengine.domain.text import one_line
from icengine.services.event_controls import EventControl
from icengine.store.event_tasks import Registered
from icengine.web.pages import wording
from icengine.web.pages.asideview import EVENTS_NAME
from icengine.web.pages.fields import Field, Form
from icengine.web.pages.taskview import Day
from icengine.web.pages.wording import Mark


@dataclass(frozen=True)
class EventView:
    """Something that is registered."""

    day: Day
    what: tuple[str, ...]
    mark: Mark
    address: str
    """Of its task; "" where the reader came with a link, which is for other tasks."""
    link: str


@dataclass(frozen=True)
class ControlView:
    """An event control in the list."""

    title: str
    where: str
    """The unit, the plan's year and as whom the reader answers."""
    year: int
    frequency: tuple[str, ...]
    what: tuple[str, ...]
    address: str
    """Of its form, from the list."""
    events: tuple[EventView, ...]


def control_view(item: EventControl, now: datetime, *, logged_in: bool) -> ControlView:
    """A control of the list, with what is registered."""
    parts = (item.plan.key, item.control.id, item.unit)
    return ControlView(
        title=one_line(item.control.title),
        where=f"{one_line(item.unit_name)}, {item.plan.year}. "
        f"Du svarar som {one_line(item.owner)}.",
        year=item.plan.year,
        frequency=(one_line(item.control.frequency),),
        what=tuple(wording.lines(item.control.what)),
        address="/".join((EVENTS_NAME, *(quote(part, safe="") for part in parts))),
        events=tuple(_event(event, now, logged_in) for event in item.registered),
    )


def _event(event: Registered, now: datetime, logged_in: bool) -> EventView:
    task, today = event.task, local_date(now)
    open_still = task.state.answerable
    return EventView(
        day=Day(event.happened.isoformat(), wording.day(event.happened, today)),
        what=tuple(wording.lines(event.what)),
        mark=wording.state_mark(task.state, is_late(task.state, task.due, today)),
        address=f"/uppgifter/{task.id}" if logged_in else "",
        link="Svara på kontrollen" if open_still else "Se svaret",
    )


def event_form(item: EventControl, now: datetime) -> Form:
    """When did it happen, and what?"""
    today = local_date(now)
    slot = next_slot(item.plan.year, [event.task.slot for event in item.registered])
    due = event_timed(item.plan, item.control, slot, today, today).due
    hint = "Skriv inga personuppgifter."
    return Form(
        title="Registrera ett tillfälle",
        lead=f"{one_line(item.control.title)}, {one_line(item.unit_name)}. Sedan kommer du till "
        f"kontrollen, som du kan svara på direkt eller senast {wording.weekday(due, today)}.",
        fields=(
            Field(
                DATE, "När hände det?", "date", f"En dag {item.plan.year} som har varit.",
                value=today.isoformat() if today.year == item.plan.year else "",
            ),
            Field(WHAT, "Vad hände?", "area", f"{hint} Högst {LONGEST_WHAT} tecken."),
        ),
        button="Registrera",
        back=f"../../../{EVENTS_NAME}",
        back_word="Kontroller när något händer",
        hidden=((SEEN, str(len(item.registered))),),
        template="bredvid.html",
    )  # fmt: skip
