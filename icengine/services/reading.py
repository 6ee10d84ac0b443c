"""Reading what is protected, which is kept in the log."""

from __future__ import annotations

from icengine.domain.access import Actor, System
from icengine.domain.task import Saved
from icengine.services.tasks import TaskPage
from icengine.store.db import Session
from icengine.store.tasks import Task

PROTECTED_READ = "skyddat läst"
"""Kind of the event that says so."""


def note_reading(session: Session, *, actor: Actor, page: TaskPage) -> None:
    """Keep in the log that somebody read protected material, last time's answer as well."""
    if isinstance(actor, System):
        return
    for task, saved in _protected_on(page):
        session.record(
            PROTECTED_READ,
            f"kontrolltillfälle:{task.key}",
            behalf=page.answers_as,
            version=saved.version if saved else 0,
        )


def shows_protected(page: TaskPage) -> bool:
    """Is there anything on the page whose reading is to be noted?"""
    return bool(_protected_on(page))


def _protected_on(page: TaskPage) -> list[tuple[Task, Saved | None]]:
    found: list[tuple[Task, Saved | None]] = []
    if page.control.protected:
        found.append((page.task, page.last))
    for earlier in (page.previous, page.last_year):
        if earlier and earlier.protected:
            found.append((earlier.task, earlier.saved))
    return found
