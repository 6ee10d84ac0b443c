"""Reports that are fixed, with files that are quickly made."""

from __future__ import annotations

from typing import Any

from icengine.domain.fixed_report import FixedReport
from icengine.jobs import TIMETABLE
from icengine.services.report_making import finish, keep_file


def give_files(database: Any, report: FixedReport, content: bytes = b"") -> None:
    """Give a report that is fixed small files, and let it wait for its decision."""
    for format in report.wanted:
        made = content or b"%PDF " + report.fingerprint.encode()
        made += b"" if format == "pdf" else format.encode()
        with database.upkeep() as session:
            keep_file(session, actor=TIMETABLE, report=report, format=format, content=made)
    with database.unit_of_work(TIMETABLE, report.as_of) as session:
        finish(session, actor=TIMETABLE, report=report)
