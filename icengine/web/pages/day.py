"""The controller's day: what waits, each with its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query
from starlette.responses import Response

from icengine.domain.access import Permit, somewhere
from icengine.domain.asking import Asking
from icengine.domain.calendar import local_date
from icengine.domain.task import is_late
from icengine.domain.text import one_line
from icengine.domain.words import capital, many
from icengine.errors import NotFound
from icengine.services import controllers_day
from icengine.services.controllers_day import Day, shows
from icengine.services.login import Visitor
from icengine.store.waiting import Standing
from icengine.web.deps import MeDep, WebDep
from icengine.web.pages import taskview, wording
from icengine.web.pages.paging import Place, address, going_on, read_place
from icengine.web.pages.wording import Mark

router = APIRouter()

Thing = TypeVar("Thing")
HERE = "/att-gora"
MOST = 100
"""Lines of a part on a page."""


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
    count: int
    """How many there are in all."""
    first: str = ""
    """Address of the first page; "" on that."""
    next: str = ""
    """Address of the next page; "" on the last."""


def check_controller(me: Visitor) -> None:
    """Raises NotFound for somebody who is controller nowhere."""
    if not somewhere(me.person, Permit.CONTROL):
        raise NotFound


@router.api_route(HERE, methods=["GET", "HEAD"])
def day(
    web: WebDep, me: MeDep, part: Annotated[str, Query(alias="del")] = "", efter: str = ""
) -> Response:
    """What waits for the controller; or what follows in one part of it."""
    with web.reading() as session:
        found = controllers_day.controllers_day(session, actor=me.person, now=web.now())
    parts = _parts(found, me, Asked(part, read_place(efter)))
    one = [item for item in parts if item.id == part]
    return web.visitor_page(
        "att-gora.html",
        me,
        parts=[item for item in one or parts if item.lines or item.first],
        one=bool(one),
        refused=found.refused,
        unscanned=_unscanned(found),
        infected=[_infected(i, found) for i in found.infected],
        count=found.count,
        here=HERE,
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


@dataclass(frozen=True)
class Asked:
    """Which part the address asks for, and where it goes on."""

    part: str = ""
    """"" for all of them."""
    after: Place | None = None


def _parts(found: Day, me: Visitor, asked: Asked) -> list[Part]:
    def tasks(
        id: str, items: tuple[Standing, ...], heading: str, rest: str = "", hint: str = ""
    ) -> Part:
        one, several = heading.split("|")
        title = f"{capital(many(len(items), one, several, 'ett'))} {rest}".strip()
        lines = [((item.task.due, item.task.id), item) for item in items]
        return _part(id, title, hint, lines, lambda item: _line(item, found, me), asked)

    questions = sorted(
        ((local_date(one.request.asked_at), one.request.id), one) for one in found.asked
    )  # fmt: skip
    return [
        _part(
            "fragor", f"{capital(many(len(questions), 'fråga', 'frågor'))} väntar på ditt besked",
            "", questions, lambda one: _question(one, found, me), asked,
        ),
        tasks("utan", found.unheld, "tillfälle|tillfällen", "som ingen ska svara på",
              "Funktionen har ingen innehavare, eller så har enheten inte utsett någon."),
        tasks("sena", found.late, "svar är försenat|svar är försenade", "",
              "De ansvariga påminns av sig själva. Här kan du ringa, byta ansvarig eller flytta dagen."),
        tasks("aterlamnade", found.returned, "svar är återsänt|svar är återsända",
              "och ska kompletteras"),
        tasks("olasta", found.unread, "svar väntar|svar väntar", "på att läsas"),
    ]  # fmt: skip


def _part(
    id: str,
    heading: str,
    hint: str,
    items: Sequence[tuple[Place, Thing]],
    line: Callable[[Thing], Line],
    asked: Asked,
) -> Part:
    """A page of a part; `items` in order of their places."""
    after = asked.after if asked.part == id else None
    rest = [(place, item) for place, item in items if after is None or place > after]
    shown = rest[:MOST]
    return Part(
        id,
        heading,
        hint,
        tuple(line(item) for _, item in shown),
        len(items),
        address(HERE, {}, id) if after else "",
        going_on(HERE, shown[-1][0], {"del": id}, id) if len(rest) > MOST else "",
    )


def _question(asked: controllers_day.Asked, found: Day, me: Visitor) -> Line:
    request, item = asked.request, asked.item
    what = "Mer tid" if request.kind is Asking.MORE_TIME else "Kan inte genomföras"
    return Line(
        title=f"{what}: {_title(item, me)}",
        detail=f"{one_line(request.by)}. {_where(item, found)}",
        day=_day(item, found),
        distance=f"Frågat {wording.recent(request.asked_at, found.today)}",
        mark=None,
        path=f"/fragor/{request.id}",
    )


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
