"""Tables of the reports that go to a decision: the value as it was fixed, and its files."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel

from icengine.store.columns import instant, long_text


class ReportRow(SQLModel, table=True):
    """A report that was put to a decision. What it says never changes; what became of it is added."""

    __tablename__ = "report"
    plan: str = Field(primary_key=True, foreign_key="plan.key")
    number: int = Field(primary_key=True)
    """From 1: the plan's first report."""
    title: str
    as_of: datetime = instant()
    """It says what was recorded by then."""
    dnr: str
    appendix: str
    meeting: date | None = None
    document: str = long_text()
    """The report's value, canonical JSON."""
    fingerprint: str
    """What is printed in the report."""
    state: str
    """"till beslut", "antagen" or "återtagen"."""
    fixed_by: str
    decided_on: date | None = None
    paragraph: str
    settled_at: datetime | None = instant(nullable=True)
    """When the decision, or that it was taken back, was recorded."""
    settled_by: str


class ReportFileRow(SQLModel, table=True):
    """A file of such a report."""

    __tablename__ = "report_file"
    plan: str = Field(primary_key=True, foreign_key="plan.key")
    number: int = Field(primary_key=True)
    format: str = Field(primary_key=True)
    """"pdf" or "html"."""
    size: int
    """Bytes."""
    sha256: str = Field(index=True)
    content: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))
