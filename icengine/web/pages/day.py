"""The controller's day: what waits, each with its page."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from icengine.domain.access import Permit, somewhere
from icengine.domain.asking import Asking
from icengine.domain.task import is_late
from icengine.domain.text import one_line
from icengine.domain.words import capital, many
from icengine.errors import NotFound
from icengine.services.controllers_day import Day, controllers_day, shows
from icengine.services.login import Visitor
from icengine.store.waiting import Standing
from icengine.web.deps import MeDep, WebDep
from icengine.web.pages import taskview, wording
from icengine.web.pages.wording import Mark

router = APIRouter()

MOST = 200
"""Lines of a part; more than that is a list for the overview."""


@dataclass(frozen=True)
class Line:
    """One thing that waits."""

    title: str
    detail: str
    day: taskview.Day
    distance: str
    mark: Mark | None
    path: str


@dataclass(frozen=True)
class Part:
    """Things that wait for the same."""

    id: str
    heading: str
    hint: str
    lines: tuple[Line, ...]
    more: int


def check_controller(me: Visitor) -> None:
    """Raises NotFound for somebody who is controller nowhere."""
    if not somewhere(me.person, Permit.CONTROL):
        raise NotFound


@router.api_route("/att-gora", methods=["GET", "HEAD"])
def day(web: WebDep, me: MeDep) -> Response:
    """What waits for the controller."""
    with web.reading() as session:
        found = controllers_day(session, actor=me.person, now=web.now())
    parts = [part for part in _parts(found, me) if part.lines]
    return web.visitor_page(
        "att-gora.html",
        me,
        parts=parts,
        refused=found.refused,
        unscanned=_unscanned(found),
        infected=[_infected(i, found) for i in found.infected],
        count=found.count,
        here="/att-gora",
    )


def _infected(item: Standing, found: Day) -> tuple[str, str]:
    """A task with a stopped file: its address and what it is called."""
    where = _where(item, found)
    return f"/uppgifter/{item.task.id}/styr", f"{item.title}, {where}"


def _unscanned(found: Day) -> str:
    """Files that the virus check has not said anything of, as a sentence; "" where there are none."""
    if not found.unscanned or found.unscanned_since is None:
        return ""
    files = many(found.unscanned, "fil", "filer")
    since = wording.recent(found.unscanned_since, found.today)
    return f"{capital(files)} med underlag väntar på viruskontrollen sedan {since}."


def _parts(found: Day, me: Visitor) -> list[Part]:
    asked = tuple(
        Line(
            title=f"{'Mer tid' if a.request.kind is Asking.MORE_TIME else 'Kan inte genomföras'}: "
            f"{_title(a.item, me)}",
            detail=f"{one_line(a.request.by)}. {_where(a.item, found)}",
            day=_day(a.item, found),
            distance=f"Frågat {wording.recent(a.request.asked_at, found.today)}",
            mark=None,
            path=f"/fragor/{a.request.id}",
        )
        for a in found.asked
    )
    return [
        Part("fragor", f"{capital(many(len(asked), 'fråga', 'frågor'))} väntar på ditt besked", "",
             asked, 0),
        _part("utan", found.unheld, found, me, "tillfälle", "tillfällen", "som ingen ska svara på",
              "Funktionen har ingen innehavare, eller så har enheten inte utsett någon."),
        _part("sena", found.late, found, me, "svar är försenat", "svar är försenade", "",
              "De ansvariga påminns av sig själva. Här kan du ringa, byta ansvarig eller flytta dagen."),
        _part("aterlamnade", found.returned, found, me, "svar är återsänt", "svar är återsända",
              "och ska kompletteras", ""),
        _part("olasta", found.unread, found, me, "svar väntar", "svar väntar", "på att läsas", ""),
    ]  # fmt: skip


def _part(
    id: str,
    items: tuple[Standing, ...],
    found: Day,
    me: Visitor,
    one: str,
    several: str,
    rest: str,
    hint: str,
) -> Part:
    n = len(items)
    heading = f"{capital(many(n, one, several, 'ett'))} {rest}".strip()
    lines = tuple(_line(item, found, me) for item in items[:MOST])
    return Part(id, heading, hint, lines, max(n - MOST, 0))


def _line(item: Standing, found: Day, me: Visitor) -> Line:
    task = item.task
    late = is_late(task.state, task.due, found.today)
    return Line(
        title=_title(item, me),
        detail=f"{one_line(task.owner) or 'Ingen är utsedd'}. {_where(item, found)}",
        day=_day(item, found),
        distance=wording.distance(task.due, found.today) if task.state.answerable else "",
        mark=wording.state_mark(task.state, late),
        path=f"/uppgifter/{task.id}/styr",
    )


def _day(item: Standing, found: Day) -> taskview.Day:
    due = item.task.due
    return taskview.Day(due.isoformat(), wording.weekday(due, found.today))


def _title(item: Standing, me: Visitor) -> str:
    return one_line(item.title) if shows(me.person, item) else f"{item.task.control} (skyddad)"


def _where(item: Standing, found: Day) -> str:
    unit = found.organisation.unit(item.task.unit)
    label = capital(one_line(item.task.label))
    return f"{label}, {one_line(unit.name) if unit else item.task.unit}"
