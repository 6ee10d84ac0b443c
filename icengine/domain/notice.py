"""Which notice is owed to whom, as a value: no text for the reader, no secret.

A notice is stored whole in the outbox and becomes an e-mail when it is delivered, so that what is
said is right on the day it is sent.
"""

from __future__ import annotations

from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from icengine.domain.labels import OURS, Vocabulary

LOGIN_LASTS = timedelta(minutes=15)
"""How long a login link may be used, from when it was asked for."""


class NoticeKind(StrEnum):
    """Why a mail is owed."""

    OPENED = "öppnad"
    """A task has opened and asks for its owner's answer."""
    REMINDER = "påminnelse"
    """A task is to be answered soon."""
    LATE = "försenad"
    """A task should have been answered."""
    ESCALATED = "eskalerad"
    """A task is so late that the owner's manager and the controller are told."""
    RETURNED = "återsänd"
    """An answer has been sent back with comments."""
    APPROVED = "godkänd"
    """An answer has been approved."""
    TO_APPROVE = "att godkänna"
    """An answer waits for its godkännare, or for a second reader."""
    DELEGATED = "överlämnad"
    """A colleague has handed over an occurrence."""
    ASKED = "förfrågan"
    """An owner asks the controller for more time, or to close a task undone."""
    DECIDED = "besked"
    """The controller has decided what an owner asked for."""
    MOVED = "datum flyttat"
    """The controller has moved a task's last day."""
    CLOSED = "avslutad"
    """The controller has closed a task: it asks for nothing more."""
    ACTION_NEW = "ny åtgärd"
    """An åtgärd has been given to its ansvarig."""
    ACTION_DUE = "åtgärd snart klar"
    """An åtgärd is to be done soon."""
    ACTION_LATE = "åtgärd försenad"
    """An åtgärd should have been done."""
    ACTION_DONE = "åtgärd att bekräfta"
    """An åtgärd waits for the controller to confirm that it is done."""
    ACTION_EFFECT = "åtgärds effekt"
    """It is asked whether an åtgärd had effect."""
    WEEKLY = "veckan"
    """What waits for a controller, once a week."""
    REPORT_ADOPTED = "rapport antagen"
    """A report that the receiver has worked for has been adopted."""
    LOGIN = "inloggning"
    """Somebody asked for a link to log in with."""
    HEAD = "loggsumma"
    """The sum of the event log, for whoever keeps it elsewhere."""


ASKING = frozenset(
    {
        NoticeKind.OPENED, NoticeKind.REMINDER, NoticeKind.LATE, NoticeKind.RETURNED,
        NoticeKind.DELEGATED,
    }
)  # fmt: skip
"""Kinds that ask for an answer to a task: overtaken once it needs none."""
WITHOUT_LINK = frozenset({NoticeKind.ESCALATED, NoticeKind.ASKED, NoticeKind.ACTION_DONE})
"""Kinds about somebody else's work: their page asks for a login, and no secret is sent."""


@dataclass(frozen=True)
class Notice:
    """One mail owed to one person about one task."""

    kind: NoticeKind
    email: str
    """Who gets it."""
    function: str
    """The function the receiver answers for: "Ekonomichefen"."""
    task_key: str
    """The task's stable name: "ks-2022/K3/ks/2022-02"."""
    version: int
    """The plan version the task followed when the notice was owed."""
    organisation: str
    unit: str
    """Name of the unit whose plan asks."""
    year: int
    """Plan year."""
    title: str
    """The control's title."""
    what: str
    """The kontrollmoment."""
    method: str
    """A line per step."""
    sample: str
    period: str
    """The window's label: "februari 2022"."""
    due: date
    contact: str
    """The controllers' function."""
    contact_email: str
    """Where an answer to the mail goes; "" where nobody holds the contact function."""
    accent: str
    """The organisation's colour, #RRGGBB."""
    protected: bool = False
    """An ordinary mail may then say only that there is a task."""
    login: bool = False
    """The link is not enough: the reader logs in to answer."""
    words: Vocabulary = OURS
    """What the organisation calls the things that the engine names."""
    answering: str = ""
    """Name of the unit that answers, where the plan that asks is another unit's."""
    naming: int = 0
    """Which time the unit has named the function; 0 where it has not."""
    stage: str = ""
    """Which time of its kind it is: "före 7, 2026-03-31", or the moment of what it tells of; "" for
    what happens once."""
    said: str = ""
    """A word from the one who hands it over."""
    owner: str = ""
    """The function that answers, where the receiver is another; "" where they have it."""

    @property
    def key(self) -> str:
        """Stable name: owed once however often it is computed, and again when a revision asks, or
        when the unit has named somebody."""
        named = f":{self.naming}" if self.naming else ""
        stage = f":{self.stage}" if self.stage else ""
        return f"{self.kind}:{self.task_key}:{self.version}:{self.email}{named}{stage}"

    def to_json(self) -> dict[str, Any]:
        """Plain values for the outbox."""
        return {**asdict(self), "kind": str(self.kind), "due": self.due.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Notice:
        """The notice as it was stored; KeyError where a field is missing."""
        changed = {
            "kind": NoticeKind(stored["kind"]),
            "due": date.fromisoformat(stored["due"]),
            "words": Vocabulary.from_json(stored.get("words", {})),
        }
        return cls(**_known(cls, stored) | changed)


@dataclass(frozen=True)
class LoginNotice:
    """A mail with a link to log in, owed to whoever asked for it."""

    kind: ClassVar[NoticeKind] = NoticeKind.LOGIN
    email: str
    person: int
    """Their number."""
    target: str
    """The page to come to; "" for the start page."""
    asked_at: datetime
    organisation: str
    contact: str
    """The controllers' function."""
    contact_email: str
    accent: str

    @property
    def expires_at(self) -> datetime:
        """When the link ends."""
        return self.asked_at + LOGIN_LASTS

    @property
    def key(self) -> str:
        """Owed once for each time it is asked for."""
        return f"{self.kind}:{self.person}:{self.asked_at.isoformat()}"

    def to_json(self) -> dict[str, Any]:
        """Plain values for the outbox."""
        return {**asdict(self), "kind": str(self.kind), "asked_at": self.asked_at.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> LoginNotice:
        """The notice as it was stored; KeyError where a field is missing."""
        asked = datetime.fromisoformat(stored["asked_at"])
        return cls(**_known(cls, stored) | {"asked_at": asked})


@dataclass(frozen=True)
class HeadNotice:
    """The event log's sum on a day, owed to an auditor who keeps it."""

    kind: ClassVar[NoticeKind] = NoticeKind.HEAD
    email: str
    day: date
    number: int
    """The last event's number."""
    hash: str
    """Its hash."""
    organisation: str
    contact: str
    """The controllers' function."""
    contact_email: str
    accent: str

    @property
    def sum(self) -> str:
        """What is kept, and given to be proved against: "412:5f3a…"."""
        return f"{self.number}:{self.hash}"

    @property
    def key(self) -> str:
        """Owed once a day."""
        return f"{self.kind}:{self.day.isoformat()}:{self.email}"

    def to_json(self) -> dict[str, Any]:
        """Plain values for the outbox."""
        return {**asdict(self), "kind": str(self.kind), "day": self.day.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> HeadNotice:
        """The notice as it was stored; KeyError where a field is missing."""
        return cls(**_known(cls, stored) | {"day": date.fromisoformat(stored["day"])})


@dataclass(frozen=True)
class ActionNotice:
    """One mail owed to one person about one åtgärd."""

    kind: NoticeKind
    email: str
    function: str
    """The function the receiver has: the åtgärd's ansvarig, or the controllers'."""
    action: int
    """Its number in the store."""
    action_key: str
    """Its stable name: "ks-2022/Å3"."""
    organisation: str
    unit: str
    """Name of the unit whose åtgärd it is."""
    year: int
    """Plan year."""
    text: str
    """What is to be done."""
    about: str
    """Title of the control or risk that it belongs to."""
    responsible: str
    due: date
    contact: str
    """The controllers' function."""
    contact_email: str
    accent: str
    protected: bool = False
    """An ordinary mail may then say only that there is an åtgärd."""
    words: Vocabulary = OURS
    stage: str = ""
    """As for a task."""

    @property
    def key(self) -> str:
        """Stable name: owed once however often it is computed."""
        return f"{self.kind}:{self.action_key}:{self.email}:{self.stage}"

    def to_json(self) -> dict[str, Any]:
        """Plain values for the outbox."""
        return {**asdict(self), "kind": str(self.kind), "due": self.due.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> ActionNotice:
        """The notice as it was stored; KeyError where a field is missing."""
        changed = {
            "kind": NoticeKind(stored["kind"]),
            "due": date.fromisoformat(stored["due"]),
            "words": Vocabulary.from_json(stored.get("words", {})),
        }
        return cls(**_known(cls, stored) | changed)


@dataclass(frozen=True)
class WeeklyNotice:
    """What waits for a controller, once a week. What that is, is found out when it is sent."""

    kind: ClassVar[NoticeKind] = NoticeKind.WEEKLY
    email: str
    week: str
    """"2026-W14"."""
    organisation: str
    contact: str
    """The controllers' function."""
    contact_email: str
    accent: str

    @property
    def key(self) -> str:
        """Owed once a week."""
        return f"{self.kind}:{self.week}:{self.email}"

    def to_json(self) -> dict[str, Any]:
        """Plain values for the outbox."""
        return {**asdict(self), "kind": str(self.kind)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> WeeklyNotice:
        """The notice as it was stored; KeyError where a field is missing."""
        return cls(**_known(cls, stored))


@dataclass(frozen=True)
class ReportNotice:
    """That a report has been adopted, owed to those whose work is in it."""

    kind: ClassVar[NoticeKind] = NoticeKind.REPORT_ADOPTED
    email: str
    function: str
    """What the receiver is: "Ekonomichefen", "chef"."""
    plan: str
    """The plan's key."""
    number: int
    """The plan's report, from 1."""
    title: str
    """The report's: "Slutrapport internkontroll 2026"."""
    unit: str
    """Name of the unit that has adopted it."""
    decided_on: date
    paragraph: str
    dnr: str
    reads: bool
    """May the receiver open it, logged in?"""
    organisation: str
    contact: str
    """The controllers' function."""
    contact_email: str
    accent: str

    @property
    def key(self) -> str:
        """Owed once."""
        return f"{self.kind}:{self.plan}:{self.number}:{self.email}"

    def to_json(self) -> dict[str, Any]:
        """Plain values for the outbox."""
        return {
            **asdict(self), "kind": str(self.kind), "decided_on": self.decided_on.isoformat(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> ReportNotice:
        """The notice as it was stored; KeyError where a field is missing."""
        changed = {"decided_on": date.fromisoformat(stored["decided_on"])}
        return cls(**_known(cls, stored) | changed)


def iso_week(day: date) -> str:
    """ "2026-W14"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def is_head(key: str) -> bool:
    """Is it the key of a mail with the log's sum?"""
    return key.startswith(f"{NoticeKind.HEAD}:")


AnyNotice = Notice | ActionNotice | LoginNotice | HeadNotice | WeeklyNotice | ReportNotice


def read_notice(stored: dict[str, Any]) -> AnyNotice:
    """The notice of the outbox's values."""
    if stored["kind"] == NoticeKind.LOGIN:
        return LoginNotice.from_json(stored)
    if stored["kind"] == NoticeKind.HEAD:
        return HeadNotice.from_json(stored)
    if stored["kind"] == NoticeKind.WEEKLY:
        return WeeklyNotice.from_json(stored)
    if stored["kind"] == NoticeKind.REPORT_ADOPTED:
        return ReportNotice.from_json(stored)
    if "action_key" in stored:
        return ActionNotice.from_json(stored)
    return Notice.from_json(stored)


def _known(kind: type[Any], stored: dict[str, Any]) -> dict[str, Any]:
    """The stored fields; one that came later has its default."""
    return {
        f.name: stored[f.name] for f in fields(kind) if f.name in stored or f.default is MISSING
    }
