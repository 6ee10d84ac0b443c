"""Underlag as the pages show it: the files, and those that came with a form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icengine.domain.access import Link, Person
from icengine.domain.calendar import local_date
from icengine.domain.evidence import LARGEST, SUFFIXES, WAYS, Evidence, Scan, size_words
from icengine.domain.plan import Control
from icengine.domain.text import one_line
from icengine.services.evidence import Sent, files_of
from icengine.services.tasks import TaskPage
from icengine.store.tasks import Task
from icengine.web.deps import Web
from icengine.web.pages import wording
from icengine.web.pages.asideview import TO, aside_path
from icengine.web.pages.taskview import Day
from icengine.web.uploads import Upload

OPEN, REMOVE = "fil-", "ta-bort-"
"""What an address asks for, before the file's number: a link's page holds no address of a file."""
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""A file that says it is older says nothing."""


@dataclass(frozen=True)
class FileLine:
    """A file in a list."""

    name: str
    about: str
    """ "PDF, 1,2 MB"."""
    dated: Day | None
    """When it was last changed where it came from."""
    uploaded: Day
    by: str
    open_at: str
    """Address of its content; "" while it cannot be opened."""
    state: str
    """Why it cannot be opened; "" where it can."""
    remove_at: str
    """Address of the page that removes it; "" for whoever may not."""


@dataclass(frozen=True)
class FilesView:
    """The files to a task."""

    lines: tuple[FileLine, ...]
    removed: int
    """How many have been removed."""
    adds: bool
    """May the reader add more?"""
    takes: str
    """What is taken, in words."""
    accept: str
    """The same for a browser."""
    largest: str
    most_bytes: int


def files_view(web: Web, actor: Link | Person, page: TaskPage) -> FilesView:
    """The files to a task that somebody reads; none for whoever may not see them."""
    return files_beside(web, actor, page.task, page.control, page.today)


def files_beside(
    web: Web, actor: Link | Person, task: Task, control: Control, today: date, path: str = ""
) -> FilesView:
    """The same beside something else about the task: `path` is the task's own page."""
    with web.reading() as session:
        found = files_of(session, actor=actor, task=task, control=control, today=today)
    removes = found.changes or found.clears
    return FilesView(
        tuple(_line(item, today, removes, path) for item in found.there),
        len(found.removed),
        found.changes,
        WAYS,
        ",".join(SUFFIXES),
        size_words(LARGEST),
        LARGEST,
    )


def file_path(asked: str, path: str, task: int = 0) -> str:
    """The page of a file that a task's address asks for; "" where it asks for none."""
    found = re.fullmatch(rf"({OPEN}|{REMOVE})([1-9][0-9]{{0,8}})", asked)
    if not found:
        return ""
    whole = path if "/godkann/" in path or not task else aside_path(path, task, "").rstrip("/")
    return f"{whole}/underlag/{found[2]}{'/ta-bort' if found[1] == REMOVE else ''}"


def _line(item: Evidence, today: date, removes: bool, path: str) -> FileLine:
    return FileLine(
        name=one_line(item.name),
        about=f"{item.kind}, {size_words(item.size)}",
        dated=_day(item.dated, today) if item.dated else None,
        uploaded=_day(item.uploaded_at, today),
        by=one_line(item.by),
        open_at=f"{path}?{TO}={OPEN}{item.id}" if item.openable else "",
        state=_state(item),
        remove_at=f"{path}?{TO}={REMOVE}{item.id}" if removes else "",
    )


def _day(at: datetime, today: date) -> Day:
    day = local_date(at)
    return Day(day.isoformat(), wording.day(day, today))


def _state(item: Evidence) -> str:
    if item.scan is Scan.WAITS:
        return "Kontrolleras mot virus. Går att öppna om några minuter."
    if item.scan is Scan.INFECTED:
        return (
            "Viruskontrollen stoppade filen och innehållet är borttaget. Lämna filen på nytt från en "
            "dator som är kontrollerad, och berätta för it-stödet."
        )
    return ""


def sent_files(upload: Upload, now: datetime) -> tuple[Sent, ...]:
    """The files of a form, with the dates that the page's script said of them."""
    parts = upload.fields.get("andrad", "").split(",")
    said = [int(part) if re.fullmatch("[0-9]{1,15}", part) else None for part in parts]
    dates = said if len(said) == len(upload.files) else [None] * len(upload.files)
    return tuple(
        Sent(file.name, file.data, _moment(date, now))
        for file, date in zip(upload.files, dates, strict=True)
    )


def _moment(milliseconds: int | None, now: datetime) -> datetime | None:
    """A time as browsers give it; None for what no file can be from."""
    if milliseconds is None or milliseconds / 1000 > (now + timedelta(days=1)).timestamp():
        return None
    at = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return at if at >= EARLIEST else None
