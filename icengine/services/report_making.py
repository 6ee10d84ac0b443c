"""Use cases around the files of a report that is fixed: they are made one by one, outside the request.

What is made is kept at once, so that a machine that stops in the middle goes on where it was.
"""

from __future__ import annotations

from icengine.domain.access import Actor, Permit
from icengine.domain.fixed_report import FixedReport, ReportState
from icengine.domain.happening import REPORT_FIXED
from icengine.domain.report_model import Report
from icengine.errors import Refused
from icengine.services.permits import WHOLE, require
from icengine.services.report_value import READER, value_of
from icengine.store import fixed_reports
from icengine.store.db import Session

CHANGED = "Det som är registrerat ger inte längre samma rapport."
CHANGED_HINT = "Ta tillbaka rapporten och skicka den igen."


def to_make(session: Session, *, actor: Actor) -> tuple[FixedReport, ...]:
    """The reports whose files are to be made, the oldest first."""
    require(actor, Permit.OPERATE, WHOLE)
    return fixed_reports.unmade(session)


def value_to_make(session: Session, *, actor: Actor, report: FixedReport) -> Report:
    """The report's value again. Raises Refused where the records no longer give what was fixed."""
    require(actor, Permit.OPERATE, WHOLE)
    value = value_of(session, READER, report)
    if value.fingerprint != report.fingerprint:
        raise Refused(CHANGED, CHANGED_HINT)
    return value


def keep_file(
    session: Session, *, actor: Actor, report: FixedReport, format: str, content: bytes
) -> None:
    """Keep one file; made twice, the first stays."""
    require(actor, Permit.OPERATE, WHOLE)
    file = fixed_reports.file_of(format, content)
    fixed_reports.add_file(session, report.plan, report.number, file, content)


def finish(session: Session, *, actor: Actor, report: FixedReport) -> None:
    """All files are there: the report waits for its decision, unless that was made meanwhile. Nothing
    where it was taken back."""
    require(actor, Permit.OPERATE, WHOLE)
    key, number = report.plan, report.number
    now = fixed_reports.get(session, key, number)
    after = ReportState.ADOPTED if now and now.decided_on else ReportState.CANDIDATE
    if not fixed_reports.turn(session, key, number, ReportState.MAKING, after):
        return
    made = fixed_reports.get(session, key, number)
    assert made is not None
    unit, _, _ = key.rpartition("-")
    session.record(
        REPORT_FIXED, f"enhet:{unit}" if made.kind.of_tree else f"plan:{key}", behalf=made.fixed_by,
        report=number, title=made.title, dnr=made.dnr, fingerprint=made.fingerprint,
        files={file.format: file.sha256 for file in made.files},
    )  # fmt: skip


def fail(session: Session, *, actor: Actor, report: FixedReport, why: str) -> None:
    """The files could not be made; why is shown to whoever put it to the decision."""
    require(actor, Permit.OPERATE, WHOLE)
    fixed_reports.turn(
        session, report.plan, report.number, ReportState.MAKING, ReportState.FAILED, why
    )
