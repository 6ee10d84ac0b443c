"""The page of a link with several tasks: what is left to answer, and what is done."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import HTMLResponse

from icengine.domain.access import Link
from icengine.domain.action import Action
from icengine.domain.calendar import local_date
from icengine.domain.text import one_line
from icengine.services.linked import linked
from icengine.store.tasks import ListedTask
from icengine.web.deps import Web, site_of
from icengine.web.pages import wording
from icengine.web.pages.taskview import Day
from icengine.web.pages.year import Waiting, waiting


@dataclass(frozen=True)
class Listed:
    """A task in the list."""

    id: int
    line: Waiting


LIST = "listan"
"""What a task's page asks to be led on to. No page holds an address with the link's secret in it."""


LISTED = ("uppgift", "godkann", "atgard")
"""The kinds of things that a list may lead on to, as addresses name them."""


def is_to_one(actor: Link) -> bool:
    """Is the link to one task and nothing else?"""
    return len(actor.tasks) == 1 and not actor.approves and not actor.actions


def is_to_one_action(actor: Link) -> bool:
    """Is the link to one åtgärd and nothing else?"""
    return len(actor.actions) == 1 and not actor.tasks and not actor.approves


def is_to_one_answer(actor: Link) -> bool:
    """Is the link to read one answer and nothing else?"""
    return len(actor.approves) == 1 and not actor.tasks and not actor.actions


def list_page(web: Web, actor: Link) -> HTMLResponse:
    """The list of a link's tasks."""
    with web.reading() as session:
        found = linked(session, actor=actor, now=web.now())
    today = local_date(web.now())
    return web.page(
        "lank-lista.html",
        site_of(found.organisation, web.now()),
        left=_lines(found.waiting, today),
        done=_lines(found.done, today),
        reads=_lines(found.reads, today),
        actions=[_action(action, today) for action in found.actions],
    )


def next_of(web: Web, actor: Link) -> Listed | None:
    """The task of the link to answer next; None where none is left."""
    with web.reading() as session:
        found = linked(session, actor=actor, now=web.now())
    lines = _lines(found.waiting[:1], local_date(web.now()))
    return lines[0] if lines else None


def _action(action: Action, today: date) -> tuple[int, str, Day, str, bool]:
    """(number, what is to be done, its date, how far off, whether it is late)."""
    state = action.state
    text = textwrap.shorten(one_line(state.text), 120, placeholder=" …")
    due = Day(state.due.isoformat(), wording.weekday(state.due, today))
    asked = "Hade den effekt?" if state.status.closed else wording.distance(state.due, today)
    return action.id, text, due, asked, action.late(today)


def _lines(items: Sequence[ListedTask], today: date) -> list[Listed]:
    return [Listed(item.task.id, waiting(item, today)) for item in items]
