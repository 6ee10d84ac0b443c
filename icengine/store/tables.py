"""Tables of the organisation, plans, tasks and the log. Those of links and mails lie in
`mail_tables.py`, those of what happens around a task in `task_tables.py`, and those of
reports that go to a decision in `report_tables.py`.

A row is a projection or a record; what a plan decided is its canonical document.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from icengine.store.columns import instant, long_text


class OrganisationRow(SQLModel, table=True):
    """The organisation in versions; the newest holds."""

    __tablename__ = "organisation"
    version: int = Field(primary_key=True)
    recorded_at: datetime = instant()
    document: str = long_text()
    sha256: str


class HoldingRow(SQLModel, table=True):
    """Who holds which function: a projection of the newest organisation."""

    __tablename__ = "holding"
    id: int | None = Field(default=None, primary_key=True)
    function: str = Field(index=True)
    email: str
    start: date | None = None
    end: date | None = None


class PersonRow(SQLModel, table=True):
    """Somebody with a function or a role, or who has logged in: the log and the addresses of pages
    name people by this number only."""

    __tablename__ = "person"
    id: int | None = Field(default=None, primary_key=True)
    email: str | None = Field(default=None, unique=True)
    """None once it is gallrad."""
    created_at: datetime = instant()


class LoginLinkRow(SQLModel, table=True):
    """A link that logs somebody in once: only the hash of its secret is kept."""

    __tablename__ = "login_link"
    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    person: int | None = Field(default=None, foreign_key="person.id", index=True)
    """None: whoever comes first, to name the first administrator."""
    target: str
    """Where to go then; "" for the start page."""
    created_at: datetime = instant()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)


class LoginAttemptRow(SQLModel, table=True):
    """A login that was begun at the kommun's own provider, until it comes back."""

    __tablename__ = "login_attempt"
    digest: str = Field(sa_column=Column(String(64), primary_key=True))
    """Hash of what the browser that began it holds."""
    state: str
    nonce: str
    verifier: str
    target: str
    expires_at: datetime = instant()


class WebSessionRow(SQLModel, table=True):
    """Somebody logged in from a browser: only the hash of its cookie is kept."""

    __tablename__ = "web_session"
    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    person: int = Field(foreign_key="person.id", index=True)
    method: str
    """How: "länk", "konto", "konsol"."""
    address: str
    agent: str
    """The browser, in a few words."""
    brought: list[list[str]] = Field(sa_column=Column(JSON(), nullable=False))
    """Roles the account brought: [role, unit]."""
    created_at: datetime = instant()
    seen_at: datetime = instant()
    expires_at: datetime = instant()
    """However much it is used."""
    ended_at: datetime | None = instant(nullable=True)


class RegisterRow(SQLModel, table=True):
    """The risk register: what a unit thinks now, in versions; the newest of each risk holds."""

    __tablename__ = "register_risk"
    unit: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    document: str = long_text()
    retired: bool = False
    """Avförd: no longer a risk of the unit."""
    reason: str = long_text()
    """Why it was changed or retired; "" where nobody said."""
    by: str
    recorded_at: datetime = instant()


class PlanRow(SQLModel, table=True):
    """One unit's plan for one year."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("unit", "year"),)
    key: str = Field(primary_key=True)
    unit: str
    year: int
    closed_at: datetime | None = instant(nullable=True)
    """Avslutad: nothing of it changes any more."""


class PlanDraftRow(SQLModel, table=True):
    """The version of a plan that is being written, or waits for its decision: at most one a plan."""

    __tablename__ = "plan_draft"
    __table_args__ = (UniqueConstraint("unit", "year"),)
    plan: str = Field(primary_key=True)
    """The plan's key; there is no such plan before its first version is adopted."""
    unit: str
    year: int
    number: int
    """The version it becomes."""
    revision: int
    """Counts the saves: whoever saves says which one they saw."""
    state: str
    document: str = long_text()
    """What is written, under the plan file's keys, as JSON: it need not be whole or right."""
    fixed: str = long_text()
    """The canonical document that is sent to the decision; "" before that."""
    sha256: str = ""
    dnr: str = ""
    reasons: dict[str, str] = Field(sa_column=Column(JSON(), nullable=False))
    """Why what is unwise is right here: finding -> reason."""
    changed_at: datetime = instant()
    by: str


class PlanVersionRow(SQLModel, table=True):
    """What was decided: the canonical document, frozen, with its decision."""

    __tablename__ = "plan_version"
    plan: str = Field(primary_key=True, foreign_key="plan.key")
    version: int = Field(primary_key=True)
    document: str = long_text()
    sha256: str
    dnr: str
    decided_on: date
    paragraph: str
    adopted_at: datetime = instant()
    reasons: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        sa_column=Column(JSON(), nullable=False, server_default=text("'{}'")),
    )
    """Why what was unwise in it was right: finding -> what it said, the reason, and whether it is
    about a protected control."""


class SharedOwnerRow(SQLModel, table=True):
    """Who answers a shared control for a unit, as the unit has named it, in versions; the newest
    holds."""

    __tablename__ = "shared_owner"
    plan: str = Field(primary_key=True, foreign_key="plan.key")
    control: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    function: str
    named_at: datetime = instant()
    by: str


class ControlRow(SQLModel, table=True):
    """Controls of a plan version, for lists: a projection of its document."""

    __tablename__ = "control"
    __table_args__ = (
        ForeignKeyConstraint(["plan", "version"], ["plan_version.plan", "plan_version.version"]),
    )
    plan: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    id: str = Field(primary_key=True)
    position: int
    risk: str
    area: str
    title: str
    owner: str
    approver: str = ""
    protected: bool
    shared: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Gemensam: several units may answer it."""
    on_event: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """It waits for something to happen."""


class TaskRow(SQLModel, table=True):
    """Kontrolltillfälle: one occurrence of a control for one unit, under a name that never changes."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("plan", "control", "unit", "slot"),
        Index(
            "ix_task_to_open", "opens",
            sqlite_where=text("state = 'planerad'"), postgresql_where=text("state = 'planerad'"),
        ),
        Index(
            "ix_task_to_notify", "id",
            sqlite_where=text("notified_at IS NULL AND state IN ('öppen', 'påbörjad')"),
            postgresql_where=text("notified_at IS NULL AND state IN ('öppen', 'påbörjad')"),
        ),
        Index(
            "ix_task_waiting", "owner",
            sqlite_where=text("state IN ('öppen', 'påbörjad', 'återsänd')"),
            postgresql_where=text("state IN ('öppen', 'påbörjad', 'återsänd')"),
        ),
        Index(
            "ix_task_to_approve", "id",
            sqlite_where=text("state = 'inlämnad'"), postgresql_where=text("state = 'inlämnad'"),
        ),
        Index("ix_task_due", "due", "id"),
        Index("ix_task_control", "unit", "control"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    plan: str = Field(foreign_key="plan.key")
    version: int
    control: str
    unit: str
    slot: str
    label: str
    start: date
    end: date
    opens: date
    due: date
    owner: str
    state: str
    notified_at: datetime | None = instant(nullable=True)
    delegate: int | None = Field(default=None, foreign_key="person.id", index=True)
    """Whom this occurrence is handed over to, beside those who hold the function."""
    own_owner: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """The controller has chosen who answers: a revision leaves it so."""
    own_due: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """The controller has moved the date: a revision leaves it so."""


class TaskStateRow(SQLModel, table=True):
    """Every state a task has had; the newest is the task's."""

    __tablename__ = "task_state"
    id: int | None = Field(default=None, primary_key=True)
    task: int = Field(foreign_key="task.id", index=True)
    at: datetime = instant()
    state: str
    by: str
    reason: str = long_text()


class AnswerRow(SQLModel, table=True):
    """Every saved version of every answer."""

    __tablename__ = "answer"
    task: int = Field(primary_key=True, foreign_key="task.id")
    version: int = Field(primary_key=True)
    at: datetime = instant()
    by: str
    content: dict[str, Any] = Field(sa_column=Column(JSON(), nullable=False))
    submitted: bool
    person: int | None = Field(default=None, foreign_key="person.id")
    """Who saved it; None where it was not somebody known."""
    entered_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The function that wrote it in for the one who answers; "" where they did it themselves."""


class ActionRow(SQLModel, table=True):
    """An åtgärd: from an answer, or a direktåtgärd decided with the plan. Beside what never changes
    stands what its newest version says, as far as åtgärder are found by it."""

    __tablename__ = "action"
    __table_args__ = (
        UniqueConstraint("plan", "number"),
        Index(
            "ix_action_open", "due", "id",
            sqlite_where=text("status IN ('ej påbörjad', 'pågår')"),
            postgresql_where=text("status IN ('ej påbörjad', 'pågår')"),
        ),
        Index(
            "ix_action_to_confirm", "due", "id",
            sqlite_where=text("status = 'klar'"), postgresql_where=text("status = 'klar'"),
        ),
        Index(
            "ix_action_effect", "due", "id",
            sqlite_where=text("effect = '' AND follow_up IS NOT NULL"),
            postgresql_where=text("effect = '' AND follow_up IS NOT NULL"),
        ),
        Index(
            "ix_action_without_effect", "due", "id",
            sqlite_where=text("effect = 'nej'"), postgresql_where=text("effect = 'nej'"),
        ),
        Index("ix_action_due", "due", "id"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    plan: str = Field(foreign_key="plan.key")
    number: int
    subject: str
    task: int | None = Field(default=None, foreign_key="task.id", index=True)
    direct: str = ""
    unit: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})
    """The unit whose åtgärd it is: the one that answered, or the plan's."""
    status: str
    responsible: str = Field(index=True)
    due: date
    follow_up: date | None = None
    effect: str = ""


class ActionStateRow(SQLModel, table=True):
    """Every version of an åtgärd; the newest holds, and stands in `action` too."""

    __tablename__ = "action_state"
    id: int | None = Field(default=None, primary_key=True)
    action: int = Field(foreign_key="action.id", index=True)
    at: datetime = instant()
    text: str = long_text()
    responsible: str
    due: date
    status: str
    by: str
    cause: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Grundorsak: why the deviation came about."""
    note: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """What was said with this change."""
    follow_up: date | None = None
    """The day it is asked whether it had effect; None where it is not asked."""
    effect: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Whether it had effect; "" before that is said."""


class NoteRow(SQLModel, table=True):
    """What the controller writes for the report, in versions."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_plan", "plan", "subject"),)
    id: int | None = Field(default=None, primary_key=True)
    plan: str = Field(foreign_key="plan.key")
    subject: str
    at: datetime = instant()
    text: str = long_text()
    by: str


class EventRow(SQLModel, table=True):
    """The log: a chain of hashes. Nothing in it is ever changed."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_subject", "subject", "seq"),
        Index("ix_event_actor", "actor", "seq"),
    )
    seq: int = Field(primary_key=True)
    at: datetime = instant()
    actor: str
    kind: str
    subject: str
    digest: str
    """SHA-256 of salt and payload."""
    previous: str
    hash: str


class EventPayloadRow(SQLModel, table=True):
    """What an event says; only gallring may take it away, and the chain still holds."""

    __tablename__ = "event_payload"
    seq: int = Field(primary_key=True, foreign_key="event.seq")
    salt: str
    payload: str = long_text()


class EventDisposedRow(SQLModel, table=True):
    """Whose payloads gallring has taken, and by which event: what the database lets go by. The proof
    is what that event itself says."""

    __tablename__ = "event_disposed"
    seq: int = Field(primary_key=True, foreign_key="event.seq")
    decision: int = Field(foreign_key="event.seq", index=True)
    """The gallring event's number."""


class EventAboutRow(SQLModel, table=True):
    """What an event is about, to look it up by: a projection of what it says (`about`)."""

    __tablename__ = "event_about"
    __table_args__ = (
        Index("ix_event_about_plan", "plan", "seq"),
        Index("ix_event_about_unit", "unit", "seq"),
    )
    seq: int = Field(primary_key=True, foreign_key="event.seq")
    unit: str = Field(primary_key=True)
    """"" for the organisation as a whole."""
    plan: str = Field(primary_key=True)
    control: str = Field(primary_key=True)
