"""The page of a link with several tasks: what is left to answer, and what is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import HTMLResponse

from icengine.domain.access import Link
from icengine.domain.calendar import local_date
from icengine.services.linked import linked
from icengine.store.tasks import ListedTask
from icengine.web.deps import Web, site_of
from icengine.web.pages.year import Waiting, waiting


@dataclass(frozen=True)
class Listed:
    """A task in the list."""

    path: str
    line: Waiting


def list_page(web: Web, actor: Link, path: str) -> HTMLResponse:
    """The list; `path` is the link's own address."""
    with web.reading() as session:
        found = linked(session, actor=actor, now=web.now())
    today = local_date(web.now())
    return web.page(
        "lank-lista.html",
        site_of(found.organisation, web.now()),
        left=_lines(found.waiting, path, today),
        done=_lines(found.done, path, today),
    )


def next_of(web: Web, actor: Link, path: str) -> Listed | None:
    """The task of the link to answer next; None where none is left."""
    with web.reading() as session:
        found = linked(session, actor=actor, now=web.now())
    lines = _lines(found.waiting[:1], path, local_date(web.now()))
    return lines[0] if lines else None


def _lines(items: Sequence[ListedTask], path: str, today: date) -> list[Listed]:
    return [Listed(f"{path}/uppgift/{item.task.id}", waiting(item, today)) for item in items]
