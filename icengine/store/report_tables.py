"""Tables of the reports that go to a decision: the value as it was fixed, and its files."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column, Index, LargeBinary, String, Text
from sqlmodel import Field, SQLModel

from icengine.store.columns import instant, long_text


class ReportRow(SQLModel, table=True):
    """A report that was put to a decision. What it says never changes; what became of it is added."""

    __tablename__ = "report"
    plan: str = Field(primary_key=True)
    """Key of its plan; of a samlad rapport the unit and the year alike: "kommun-2022"."""
    number: int = Field(primary_key=True)
    """From 1: the plan's first report."""
    kind: str
    """Which report it is: "slutrapport"."""
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
    """A `ReportState`."""
    wanted: str = Field(sa_column=Column(String(), nullable=False, server_default=""))
    """The formats that are to be made, with commas between."""
    failure: str = Field(sa_column=Column(Text(), nullable=False, server_default=""))
    """Why the files could not be made; "" where nothing went wrong."""
    fixed_by: str
    decided_on: date | None = None
    paragraph: str
    settled_at: datetime | None = instant(nullable=True)
    """When the decision, or that it was taken back, was recorded."""
    settled_by: str


class ReportFileRow(SQLModel, table=True):
    """A file of such a report."""

    __tablename__ = "report_file"
    plan: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    format: str = Field(primary_key=True)
    """"pdf" or "html"."""
    size: int
    """Bytes."""
    sha256: str = Field(index=True)
    content: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))


class VerdictRow(SQLModel, table=True):
    """Kommunstyrelsen's verdict of a unit's internal control for a year, in versions."""

    __tablename__ = "verdict"
    __table_args__ = (Index("ix_verdict_top", "top", "year"),)
    id: int | None = Field(default=None, primary_key=True)
    top: str
    """The unit whose samlad rapport it stands in."""
    year: int
    unit: str
    """Who is judged; `top` itself for the whole."""
    at: datetime = instant()
    verdict: str
    """"" where it was taken back."""
    reason: str = long_text()
    by: str


class UnitTotalsRow(SQLModel, table=True):
    """What a unit that keeps its controls elsewhere has reported, in versions."""

    __tablename__ = "unit_totals"
    __table_args__ = (Index("ix_unit_totals_year", "year", "unit"),)
    id: int | None = Field(default=None, primary_key=True)
    unit: str
    year: int
    at: datetime = instant()
    levels: dict[str, int] = Field(sa_column=Column(JSON(), nullable=False))
    """Level id -> controls; {} where the sums were taken back."""
    done: int
    open_actions: int
    late_actions: int
    note: str = long_text()
    by: str
