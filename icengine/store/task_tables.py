"""Tables of what happens around a task: what is asked and decided about it, its evidence, the yearly
bedömning, and what goes to the selection for a coming plan."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from icengine.store.columns import instant, long_text


class TaskChangeRow(SQLModel, table=True):
    """What somebody changed about a task beside its state: every version of its date, of who answers,
    and of whom it is handed over to."""

    __tablename__ = "task_change"
    id: int | None = Field(default=None, primary_key=True)
    task: int = Field(foreign_key="task.id", index=True)
    at: datetime = instant()
    kind: str
    """"datum", "ansvarig", "överlämnad", or "händelse": what an event control's task is about."""
    value: str
    """An ISO date, a function, or a person's number; "" where it is taken back."""
    by: str
    reason: str = long_text()


class TaskRequestRow(SQLModel, table=True):
    """What an owner asks of the controller: more time, or that the task is closed undone."""

    __tablename__ = "task_request"
    __table_args__ = (
        Index(
            "ix_task_request_waiting", "id",
            sqlite_where=text("decided_at IS NULL"), postgresql_where=text("decided_at IS NULL"),
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    task: int = Field(foreign_key="task.id", index=True)
    kind: str
    """"mer tid" or "kan inte genomföras"."""
    asked_at: datetime = instant()
    by: str
    """The function they answer for."""
    person: int | None = Field(default=None, foreign_key="person.id")
    until: date | None = None
    """The date that is asked for."""
    reason: str = long_text()
    decided_at: datetime | None = instant(nullable=True)
    granted: bool | None = None
    decided_by: str = ""
    decision: str = long_text()
    """Why, in the controller's words; "" before that."""


class EvidenceRow(SQLModel, table=True):
    """Underlag: a file to a task. Its bytes lie in `evidence_content`."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index("ix_evidence_task", "task", "id"),
        Index("ix_evidence_scan", "scan", "uploaded_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    task: int = Field(foreign_key="task.id")
    name: str
    media_type: str
    """By its content, not by what was said."""
    size: int
    """Bytes."""
    sha256: str
    dated: datetime | None = instant(nullable=True)
    """When the file was last changed where it came from; None where nobody said."""
    uploaded_at: datetime = instant()
    by: str
    """The function they answer for."""
    person: int | None = Field(default=None, foreign_key="person.id")
    scan: str
    """What the virus check said: "" not asked for, "väntar", "ren", "smittad"."""
    removed_at: datetime | None = instant(nullable=True)
    removed_by: str = ""


class EvidenceContentRow(SQLModel, table=True):
    """The bytes of an evidence file."""

    __tablename__ = "evidence_content"
    evidence: int = Field(primary_key=True, foreign_key="evidence.id")
    content: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))


class YearlyRatingRow(SQLModel, table=True):
    """The yearly bedömning that the controller has decided, in versions; the newest holds."""

    __tablename__ = "yearly_rating"
    __table_args__ = (Index("ix_yearly_rating_plan", "plan", "control", "unit"),)
    id: int | None = Field(default=None, primary_key=True)
    plan: str = Field(foreign_key="plan.key")
    control: str
    unit: str
    """"" for the control as a whole, where several units answer it."""
    at: datetime = instant()
    level: str
    """Id of a level; "" where what the occurrences say holds again."""
    reason: str = long_text()
    by: str


class CarryDecisionRow(SQLModel, table=True):
    """What the controller has decided about a risk or control and the selection for a coming plan, in
    versions; the newest holds."""

    __tablename__ = "carry_decision"
    __table_args__ = (Index("ix_carry_decision_plan", "plan", "subject"),)
    id: int | None = Field(default=None, primary_key=True)
    plan: str = Field(foreign_key="plan.key")
    subject: str
    """Id of a risk or control."""
    at: datetime = instant()
    year: int | None
    """The plan's year; 0 where it goes to none, None where the proposal holds again."""
    proposed: int
    """What the rule proposed then."""
    reason: str = long_text()
    by: str
