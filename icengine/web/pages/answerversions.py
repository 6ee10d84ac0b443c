"""Every version of an answer, and two of them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from icengine.domain.task import Saved, figure
from icengine.domain.text import one_line
from icengine.domain.words import capital, listed
from icengine.errors import NotFound
from icengine.services.approval import Versions, answer_versions
from icengine.services.reading import note_reading, shows_protected
from icengine.web.deps import MeDep, WebDep, row_number
from icengine.web.pages import wording
from icengine.web.pages.answercompare import Line, compared
from icengine.web.pages.approvalview import Said, said
from icengine.web.pages.taskview import AnswerCopy, Day, answer_copy

router = APIRouter()


@dataclass(frozen=True)
class VersionLine:
    """A version in the list."""

    number: int
    what: str
    """ "Utkast" or "Inlämnat"."""
    at: Day
    by: str


@dataclass(frozen=True)
class VersionsView:
    """Everything the page shows."""

    title: str
    occasion: str
    back: str
    choices: tuple[tuple[int, str], ...]
    """(number, name), the oldest first."""
    before: int
    after: int
    lead: str
    lines: tuple[Line, ...]
    only: AnswerCopy
    versions: tuple[VersionLine, ...]
    """The newest first."""
    history: tuple[Said, ...]
    """Every state, the newest first."""


@router.api_route("/uppgifter/{nummer}/versioner", methods=["GET", "HEAD"])
def versions(
    nummer: str, request: Request, web: WebDep, me: MeDep, fran: str = "", till: str = ""
) -> Response:
    """Every version, and what differs between two."""
    with web.reading() as session:
        found = answer_versions(session, actor=me.person, now=web.now(), task_id=row_number(nummer))
    view = versions_view(found, fran, till)
    if shows_protected(found.page):
        with web.changing(me.person, request) as session:
            note_reading(session, actor=me.person, page=found.page)
    return web.visitor_page("versioner.html", me, view=view)


def versions_view(found: Versions, before: str = "", after: str = "") -> VersionsView:
    """The versions in words; the last two compared where none are chosen. Raises NotFound for a
    version that there is not."""
    page, saved = found.page, found.saved
    old = _chosen(saved, before, -2 if len(saved) > 1 else -1)
    new = _chosen(saved, after, -1)
    today, scale = page.today, page.plan.ratings
    lines = compared(old.answer, new.answer, scale, page.organisation.vocabulary("åtgärd"))
    return VersionsView(
        title=one_line(page.control.title),
        occasion=wording.occasion(page.number, page.total, page.task.label),
        back=_back(found),
        choices=tuple((one.version, f"Version {one.version}, {_what(one).lower()}") for one in saved),
        before=old.version,
        after=new.version,
        lead=_lead(lines),
        lines=lines,
        only=answer_copy(page, saved[-1].answer),
        versions=tuple(
            VersionLine(
                one.version, _what(one),
                Day(one.at.isoformat(), wording.recent(one.at, today)), one_line(one.by),
            )
            for one in reversed(saved)
        ),
        history=tuple(said(kept, today) for kept in reversed(found.history)),
    )  # fmt: skip


def _back(found: Versions) -> str:
    """Where the reader came from; "" where they have no page of a task that is to be answered."""
    task = found.page.task
    if found.own:
        return f"/uppgifter/{task.id}"
    return "" if task.state.answerable else f"/uppgifter/{task.id}/kvitto"


def _chosen(saved: Sequence[Saved], asked: str, usual: int) -> Saved:
    if not asked:
        return saved[usual]
    number = figure(asked)
    found = next((one for one in saved if one.version == number), None)
    if found is None:
        raise NotFound
    return found


def _what(one: Saved) -> str:
    return "Inlämnat" if one.submitted else "Utkast"


def _lead(lines: Sequence[Line]) -> str:
    changed = [line.name.lower() for line in lines if line.changed]
    if not changed:
        return "Ingenting skiljer versionerna åt."
    return f"{capital(listed(changed))} skiljer sig åt."
