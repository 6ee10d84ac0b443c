"""Use cases around a report's decision: fixed with its files, taken back or adopted, and proved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.access import Actor, Permit, Subject, System, may
from icengine.domain.assessment import is_done
from icengine.domain.calendar import local_date
from icengine.domain.fixed_report import FixedReport, ReportState, cover_faults, decision_faults
from icengine.domain.happening import REPORT_ADOPTED, REPORT_FIXED, REPORT_RECALLED
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.report_findings import findings
from icengine.domain.report_model import Report
from icengine.domain.report_not_done import missing
from icengine.domain.task import Fault
from icengine.domain.text import one_line
from icengine.errors import Conflict, NotFound, Refused
from icengine.services.people import known_organisation
from icengine.services.permits import require
from icengine.services.plans import CLOSED_PLAN, adopted_plan
from icengine.services.readers import speaks_as
from icengine.services.report_notices import tell_adopted
from icengine.services.reports import Cover, gather, report_for
from icengine.store import fixed_reports, lifecycle
from icengine.store.db import Session

WAITS = "En rapport väntar redan på sitt beslut."
WAITS_HINT = "Skriv in beslutet, eller ta tillbaka den först."
READER = System("rapportprövningen", read_only=True)
"""Who reads what was recorded to prove a report."""
SETTLED = "Rapporten väntar inte längre på beslut."


@dataclass(frozen=True)
class Desk:
    """A plan's reports, and what the next one would lack."""

    plan: Plan
    organisation: Organisation
    reports: tuple[FixedReport, ...]
    """Those adopted, for whoever only follows."""
    missing: tuple[str, ...]
    """Occurrences without an answer, for whoever may put a report to the decision."""
    may_decide: bool
    closed: bool

    @property
    def waiting(self) -> FixedReport | None:
        """The one that waits for its decision."""
        return next((r for r in self.reports if r.state is ReportState.CANDIDATE), None)


def desk(session: Session, *, actor: Actor, now: datetime, key: str) -> Desk:
    """A plan's reports. Raises NotFound for whoever may not follow the plan."""
    plan = adopted_plan(session, actor=actor, key=key, as_of=now, permit=Permit.FOLLOW).plan
    subject = Subject(plan.unit)
    decides = may(actor, Permit.CONTROL, subject)
    return Desk(
        plan=plan,
        organisation=known_organisation(session),
        reports=desk_reports(session, actor=actor, now=now, key=key),
        missing=_missing(session, actor, now, key) if decides else (),
        may_decide=decides,
        closed=lifecycle.closed_at(session, key) is not None,
    )


def _missing(session: Session, actor: Actor, now: datetime, key: str) -> tuple[str, ...]:
    """What the report as of now would have no answer for: number, occasion and why."""
    found = findings(gather(session, actor=actor, key=key, as_of=now, cover=Cover()))
    return tuple(
        f"{one_line(control.id)}, {one_line(task.label)}: {missing(task, found.today)}"
        for _, control in found.controls
        for task in found.tasks[control.id]
        if not is_done(task) and not task.state.closed
    )


def value_to_fix(
    session: Session, *, actor: Actor, now: datetime, key: str, cover: Cover
) -> tuple[Report | None, tuple[Fault, ...]]:
    """The report as it would be fixed now; None, and what is wrong, where the cover is.

    Raises NotFound, NotAllowed, and Refused where the plan is avslutad or another one waits.
    """
    _require_open(session, actor, now, key)
    if wrong := cover_faults(cover.dnr, cover.appendix):
        return None, tuple(wrong)
    return report_for(session, actor=actor, key=key, as_of=now, cover=cover), ()


def put_to_decision(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    cover: Cover,
    value: Report,
    files: Mapping[str, bytes],
) -> FixedReport:
    """Keep the report and the files that were made of it; nothing of it changes after this.

    `now` is the moment that it tells of. Raises as `value_to_fix`.
    """
    session.alone()
    plan = _require_open(session, actor, now, key)
    number = len(fixed_reports.of_plan(session, key)) + 1
    by = speaks_as(actor, known_organisation(session), local_date(now))
    report = FixedReport(
        key, number, value.title, now, cover.dnr, cover.appendix, cover.meeting,
        value.fingerprint, ReportState.CANDIDATE, by,
        tuple(fixed_reports.file_of(format, content) for format, content in files.items()),
    )  # fmt: skip
    fixed_reports.add(session, report, value.canonical(), files)
    _record(session, REPORT_FIXED, plan, report, by, dnr=cover.dnr)
    return report


def take_back(session: Session, *, actor: Actor, now: datetime, key: str, number: int) -> None:
    """It is not to be decided; what was kept stays. Raises Conflict where it does not wait."""
    plan = _require(session, actor, now, key)
    report, by = _settled(session, actor, now, key, number, ReportState.RECALLED)
    _record(session, REPORT_RECALLED, plan, report, by)


def adopt(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    number: int,
    decided: date | None,
    paragraph: str,
) -> tuple[Fault, ...]:
    """Record the decision beside exactly the files it is about, and tell those who worked for it.

    What is wrong with the decision, where something is. Raises NotFound, NotAllowed, and Conflict
    where the report does not wait for one.
    """
    session.alone()
    plan = _require(session, actor, now, key)
    report = fixed_reports.get(session, key, number)
    if report is None:
        raise NotFound
    fixed, paragraph = local_date(report.as_of), paragraph.strip()
    if wrong := decision_faults(decided, paragraph, fixed, local_date(now)):
        return tuple(wrong)
    report, by = _settled(session, actor, now, key, number, ReportState.ADOPTED, decided, paragraph)
    _record(
        session, REPORT_ADOPTED, plan, report, by,
        date=decided.isoformat() if decided else "", paragraph=paragraph, dnr=report.dnr,
    )  # fmt: skip
    tell_adopted(session, plan=plan, report=report, now=now)
    return ()


def _settled(
    session: Session, actor: Actor, now: datetime, key: str, number: int, state: ReportState,
    decided: date | None = None, paragraph: str = "",
) -> tuple[FixedReport, str]:  # fmt: skip
    by = speaks_as(actor, known_organisation(session), local_date(now))
    if not fixed_reports.settle(
        session, key, number, state, by=by, now=now, decided_on=decided, paragraph=paragraph
    ):
        raise Conflict(SETTLED)
    report = fixed_reports.get(session, key, number)
    assert report is not None
    return report, by


def _record(
    session: Session, kind: str, plan: Plan, report: FixedReport, by: str, **more: str
) -> None:
    session.record(
        kind, f"plan:{plan.key}", behalf=by, report=report.number,
        fingerprint=report.fingerprint,
        files={file.format: file.sha256 for file in report.files}, **more,
    )  # fmt: skip


def _require(session: Session, actor: Actor, now: datetime, key: str) -> Plan:
    plan = adopted_plan(session, actor=actor, key=key, as_of=now, permit=Permit.FOLLOW).plan
    require(actor, Permit.CONTROL, Subject(plan.unit))
    return plan


def _require_open(session: Session, actor: Actor, now: datetime, key: str) -> Plan:
    plan = _require(session, actor, now, key)
    if lifecycle.closed_at(session, key) is not None:
        raise Refused(CLOSED_PLAN)
    if any(r.state is ReportState.CANDIDATE for r in fixed_reports.of_plan(session, key)):
        raise Refused(WAITS, WAITS_HINT)
    return plan


# -- the files, and whether one is the adopted one --


def file_content(
    session: Session, *, actor: Actor, now: datetime, key: str, number: int, format: str
) -> bytes:
    """A file as it was made. Raises NotFound, also for whoever may only see what is adopted."""
    shown = desk_reports(session, actor=actor, now=now, key=key)
    report = next((item for item in shown if item.number == number), None)
    found = fixed_reports.content(session, key, number, format) if report else None
    if found is None:
        raise NotFound
    return found


def desk_reports(
    session: Session, *, actor: Actor, now: datetime, key: str
) -> tuple[FixedReport, ...]:
    """A plan's reports as somebody may see them."""
    plan = adopted_plan(session, actor=actor, key=key, as_of=now, permit=Permit.FOLLOW).plan
    kept = fixed_reports.of_plan(session, key)
    if may(actor, Permit.READ, Subject(plan.unit)):
        return kept
    return tuple(item for item in kept if item.state is ReportState.ADOPTED)


@dataclass(frozen=True)
class Proof:
    """What is known of a file that somebody has."""

    sha256: str
    report: FixedReport | None
    """The report that it belongs to; None where it is none of ours, or was altered."""
    format: str = ""
    agrees: bool = False
    """Do the records of that moment still give the same report?"""


def prove(session: Session, *, actor: Actor, now: datetime, data: bytes) -> Proof:
    """Is this one of the files that were put to a decision, and do the records still say the same?

    Of reports that the actor may not see nothing is said.
    """
    digest = hashlib.sha256(data).hexdigest()
    for key, number, format in fixed_reports.with_file(session, [digest]):
        try:
            shown = desk_reports(session, actor=actor, now=now, key=key)
        except NotFound:
            continue
        report = next((item for item in shown if item.number == number), None)
        if report is not None:
            return Proof(digest, report, format, _agrees(session, report))
    return Proof(digest, None)


def _agrees(session: Session, report: FixedReport) -> bool:
    """Is the same report what the records of its moment give? Whoever asks, the engine reads."""
    cover = Cover(report.dnr, report.appendix, report.meeting)
    again = report_for(session, actor=READER, key=report.plan, as_of=report.as_of, cover=cover)
    return again.fingerprint == report.fingerprint
