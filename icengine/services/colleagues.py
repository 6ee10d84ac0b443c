"""Whoever else writes on the same answer: a function may have several holders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from icengine.domain.access import Actor
from icengine.services.tasks import TaskPage, number_of
from icengine.store import logins
from icengine.store.db import Session

JUST_NOW = timedelta(minutes=5)
"""A page saves its draft more often than this while somebody writes."""


@dataclass(frozen=True)
class Writing:
    """A colleague with a draft."""

    email: str
    at: datetime
    """When it was saved last."""
    now: bool
    """Do they write at this moment, as far as can be told?"""


def writing(session: Session, *, actor: Actor, page: TaskPage, now: datetime) -> Writing | None:
    """Somebody else who wrote last on an answer that is to be handed in; None where nobody did, or
    nobody knows who."""
    last = page.last
    if last is None or last.submitted or not page.task.state.answerable:
        return None
    if not last.person or last.person == number_of(actor):
        return None
    email = logins.addresses(session, {last.person}).get(last.person, "")
    return Writing(email, last.at, now - last.at < JUST_NOW) if email else None
