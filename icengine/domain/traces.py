"""What is stored about one person, kind by kind, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class LoginTrace:
    """A login from a browser."""

    id: int
    begun: datetime
    seen: datetime
    ended: datetime | None
    """None where nobody has ended it; it may have run out."""
    expires: datetime
    method: str
    address: str
    agent: str
    brought: tuple[tuple[str, str], ...]
    """Roles that the account brought: (role, unit)."""


@dataclass(frozen=True)
class LoginLinkTrace:
    """A link to log in with."""

    created: datetime
    expires: datetime
    used: datetime | None
    target: str
    """The page it led to; "" for the start page."""


@dataclass(frozen=True)
class LinkTrace:
    """A link to a task, one row for each task."""

    id: int
    created: datetime
    revoked: datetime | None
    function: str
    plan: str
    control: str
    label: str
    """The occasion: "februari 2022"."""


@dataclass(frozen=True)
class MailTrace:
    """A mail to somebody."""

    created: datetime
    sent: datetime | None
    kind: str
    state: str
    title: str
    """The control's; "" for a mail about none, and for a protected one."""
    plan: str
    control: str
    error: str
    """What the receiver's server said."""


@dataclass(frozen=True)
class EventTrace:
    """An event."""

    seq: int
    at: datetime
    kind: str
    subject: str
    payload: Mapping[str, Any] | None
    """None where it is gallrad."""


@dataclass(frozen=True)
class StateTrace:
    """A state that somebody gave a task."""

    at: datetime
    plan: str
    control: str
    label: str
    state: str


@dataclass(frozen=True)
class NoteTrace:
    """A comment that somebody wrote."""

    at: datetime
    plan: str
    subject: str


@dataclass(frozen=True)
class Mention:
    """A place where somebody's address is written."""

    at: datetime | None
    where: str
    """In words: "Åtgärd 3, som ansvarig"."""
    plan: str = ""
    control: str = ""


@dataclass(frozen=True)
class Traces:
    """Everything that is stored about one person, but for what the organisation says."""

    number: int | None
    email: str
    registered: datetime | None
    """When they got their number."""
    logins: tuple[LoginTrace, ...]
    login_links: tuple[LoginLinkTrace, ...]
    links: tuple[LinkTrace, ...]
    mails: tuple[MailTrace, ...]
    done: tuple[EventTrace, ...]
    """Events by them."""
    about: tuple[EventTrace, ...]
    """Events about them, and those that say their address."""
    states: tuple[StateTrace, ...]
    notes: tuple[NoteTrace, ...]
    mentions: tuple[Mention, ...]
    versions: tuple[tuple[int, datetime], ...]
    """Versions of the organisation that say their address: (number, when it was recorded)."""
    protected: frozenset[tuple[str, str]]
    """(plan, control) of every control that is protected."""

    @property
    def found(self) -> bool:
        """Is there anything at all?"""
        kinds = (
            self.logins, self.login_links, self.links, self.mails, self.done, self.about,
            self.states, self.notes, self.mentions, self.versions,
        )  # fmt: skip
        return self.number is not None or any(kinds)
