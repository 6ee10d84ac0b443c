"""A report that is put to a decision: fixed with its files, then adopted or taken back.

What a nämnd adopts is exactly the files that were sent out with the notice of the meeting, so they are
made once. A decision that changes something makes a new report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from icengine.domain.disposal import dnr_fault, paragraph_fault
from icengine.domain.report_model import ReportKind
from icengine.domain.task import Fault


class ReportState(StrEnum):
    """How far a report has come; the value is what is stored."""

    MAKING = "görs"
    """Its content is fixed, and its files are being made."""
    FAILED = "misslyckad"
    """Its files could not be made."""
    CANDIDATE = "till beslut"
    ADOPTED = "antagen"
    RECALLED = "återtagen"


@dataclass(frozen=True)
class ReportFile:
    """A file of a report, without its content."""

    format: str
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True)
class FixedReport:
    """A report as it was fixed, and what became of it."""

    plan: str
    number: int
    kind: ReportKind
    title: str
    as_of: datetime
    dnr: str
    appendix: str
    meeting: date | None
    fingerprint: str
    state: ReportState
    fixed_by: str
    files: tuple[ReportFile, ...]
    decided_on: date | None = None
    paragraph: str = ""
    settled_at: datetime | None = None
    settled_by: str = ""
    wanted: tuple[str, ...] = ()
    """The formats that are to be made."""
    failure: str = ""
    """Why they could not be."""

    @property
    def in_the_way(self) -> bool:
        """Does it keep another of its kind from being put to the decision? One that is decided while
        its files are being made does not."""
        waits = (ReportState.MAKING, ReportState.FAILED, ReportState.CANDIDATE)
        return self.state in waits and self.decided_on is None

    @property
    def lacking(self) -> tuple[str, ...]:
        """The formats that are not made yet."""
        there = {file.format for file in self.files}
        return tuple(format for format in self.wanted if format not in there)

    @property
    def stands(self) -> bool:
        """Does it wait for its decision, or is it adopted?"""
        return self.state is not ReportState.RECALLED


DNR, APPENDIX, MEETING, DECIDED, PARAGRAPH = "dnr", "bilaga", "mote", "datum", "paragraf"
"""The fields of the forms."""
LONGEST = 100
"""Characters of each."""


def cover_faults(dnr: str, appendix: str) -> list[Fault]:
    """What is wrong with what the cover is to say: the dnr exists by then and is printed."""
    found = [Fault(DNR, fault.rstrip("."))] if (fault := dnr_fault(dnr)) else []
    for field, text in ((DNR, dnr), (APPENDIX, appendix)):
        if len(text) > LONGEST:
            found.append(Fault(field, f"Skriv högst {LONGEST} tecken"))
    return found


def decision_faults(decided: date | None, paragraph: str, fixed: date, today: date) -> list[Fault]:
    """What is wrong with a decision: it is made after the files were, and not in days to come."""
    found = []
    if decided is None:
        found.append(Fault(DECIDED, "Välj den dag beslutet fattades"))
    elif decided > today:
        found.append(Fault(DECIDED, "Välj en dag som inte ligger i framtiden"))
    elif decided < fixed:
        found.append(Fault(DECIDED, "Välj en dag efter att rapporten skickades till beslut"))
    if fault := paragraph_fault(paragraph):
        found.append(Fault(PARAGRAPH, fault.rstrip(".")))
    elif len(paragraph) > LONGEST:
        found.append(Fault(PARAGRAPH, f"Skriv högst {LONGEST} tecken"))
    return found
