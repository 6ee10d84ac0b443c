"""Use cases around a report's decision: fixed with its files, taken back or adopted, and proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.access import Actor, Link, Permit, Subject, may
from icengine.domain.assessment import is_done
from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.fixed_report import FixedReport, ReportState, cover_faults, decision_faults
from icengine.domain.happening import REPORT_ADOPTED, REPORT_LOCKED, REPORT_RECALLED
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.report_findings import findings
from icengine.domain.report_model import Report, ReportKind
from icengine.domain.report_not_done import missing
from icengine.domain.task import Fault, State
from icengine.domain.text import one_line
from icengine.domain.whole_findings import whole_of
from icengine.errors import Conflict, NotFound, Refused
from icengine.services.people import known_organisation
from icengine.services.permits import require
from icengine.services.plans import CLOSED_PLAN, adopted_plan
from icengine.services.readers import speaks_as
from icengine.services.report_notices import tell_adopted
from icengine.services.report_value import make_value
from icengine.services.reports import Cover, gather
from icengine.services.whole import gather as whole_facts
from icengine.services.whole import read_key
from icengine.store import drafts, fixed_reports, lifecycle, plans
from icengine.store.db import Session

WAITS = "En rapport väntar redan på sitt beslut."
WAITS_HINT = "Skriv in beslutet, eller ta tillbaka den först."
SETTLED = "Rapporten väntar inte längre på beslut."


@dataclass(frozen=True)
class Of:
    """What reports are about: a plan, or a unit's whole for a year."""

    key: str
    unit: str
    year: int
    plan: Plan | None = None
    """None for the whole."""

    @property
    def subject(self) -> str:
        """What the event log calls it."""
        return f"plan:{self.key}" if self.plan else f"enhet:{self.unit}"


@dataclass(frozen=True)
class Desk:
    """The reports of a plan or a whole, and what the next one would lack."""

    of: Of
    organisation: Organisation
    reports: tuple[FixedReport, ...]
    """Those adopted, for whoever only follows."""
    missing: tuple[str, ...]
    """What the next one lacks, for whoever may put a report to the decision."""
    may_decide: bool
    closed: bool

    @property
    def waiting(self) -> tuple[FixedReport, ...]:
        """Those that wait for their decision, or for their files, of different kinds."""
        return tuple(r for r in self.reports if r.in_the_way)


def desk(session: Session, *, actor: Actor, now: datetime, key: str, tree: bool = False) -> Desk:
    """The reports. `tree`: of a unit's whole. Raises NotFound for whoever may not follow it."""
    of = _of(session, actor, now, key, tree)
    decides = may(actor, Permit.CONTROL, Subject(of.unit))
    lacking = _missing(session, actor, now, of) if decides else ()
    return Desk(
        of=of,
        organisation=known_organisation(session),
        reports=desk_reports(session, actor=actor, now=now, key=key, tree=tree),
        missing=lacking,
        may_decide=decides,
        closed=of.plan is not None and lifecycle.closed_at(session, key) is not None,
    )


def _of(session: Session, actor: Actor, now: datetime, key: str, tree: bool) -> Of:
    """A draft that waits for its first decision has its document too. Raises NotFound for whoever may
    not follow it."""
    if not tree:
        draft = drafts.get(session, key)
        if draft and draft.fixed and draft.number == 1:
            if isinstance(actor, Link) or not may(actor, Permit.READ, Subject(draft.unit)):
                raise NotFound
            return Of(key, draft.unit, draft.year, plans.plan_of(draft.fixed))
        plan = adopted_plan(session, actor=actor, key=key, as_of=now, permit=Permit.FOLLOW).plan
        return Of(key, plan.unit, plan.year, plan)
    unit, year = read_key(key)
    known = known_organisation(session).unit(unit) is not None
    if isinstance(actor, Link) or not known or not may(actor, Permit.FOLLOW, Subject(unit)):
        raise NotFound
    return Of(key, unit, year)


def _missing(session: Session, actor: Actor, now: datetime, of: Of) -> tuple[str, ...]:
    """What the report as of now would have no answer for: number, occasion and why; of a whole, the
    units that have not reported and those that are not judged. Åtgärder without a date beside."""
    if of.plan is None:
        whole = whole_of(whole_facts(session, actor=actor, key=of.key, as_of=now))
        silent = [f"{unit.name} har inte redovisat" for unit in whole.silent]
        return (*silent, *(f"{u.name} är inte bedömd" for u in whole.units if not u.verdict))
    found = findings(gather(session, actor=actor, key=of.key, as_of=now, cover=Cover()))
    said = []
    for _, control in found.controls:
        for task in found.tasks[control.id]:
            name = f"{one_line(control.id)}, {one_line(task.label)}"
            if not is_done(task) and not task.state.closed:
                said.append(f"{name}: {missing(task, found.today)}")
            elif task.state is State.SUBMITTED:
                said.append(f"{name}: svaret är inte godkänt")
    word = found.word("åtgärd")
    for late in found.late_actions():
        done = word.fits("klar", "klart")
        said.append(
            f"{late.number}: {word.definite} skulle ha varit {done} {swedish_date(late.due)}"
        )
    return tuple(said)


def value_to_fix(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    cover: Cover,
    kind: ReportKind = ReportKind.FINAL,
) -> tuple[Report | None, tuple[Fault, ...]]:
    """The report as it would be fixed now; None, and what is wrong, where the cover is.

    Raises NotFound, NotAllowed, and Refused where the plan is avslutad or another one waits.
    """
    _require_open(session, actor, now, key, kind)
    if wrong := cover_faults(cover.dnr, cover.appendix):
        return None, tuple(wrong)
    return make_value(session, actor, now, key, cover, kind), ()


def put_to_decision(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    cover: Cover,
    value: Report,
    formats: Sequence[str],
) -> FixedReport:
    """Keep the report; nothing of it changes after this. Its files are made next, outside the request,
    and then it waits for its decision.

    `now` is the moment that it tells of. Raises as `value_to_fix`.
    """
    session.alone()
    of = _require_open(session, actor, now, key, value.kind)
    number = len(fixed_reports.of_plan(session, key)) + 1
    by = speaks_as(actor, known_organisation(session), local_date(now))
    report = FixedReport(
        key, number, value.kind, value.title, now, cover.dnr, cover.appendix, cover.meeting,
        value.fingerprint, ReportState.MAKING, by, (), wanted=tuple(formats),
    )  # fmt: skip
    fixed_reports.add(session, report, value.canonical())
    _record(session, REPORT_LOCKED, of, report, by, dnr=cover.dnr)
    return report


def make_again(
    session: Session, *, actor: Actor, now: datetime, key: str, number: int, tree: bool = False
) -> None:
    """Have the files made after all, where that failed; nothing where it did not."""
    of = _require(session, actor, now, key, tree)
    report = fixed_reports.get(session, key, number)
    if report is None or report.kind.of_tree is not tree:
        raise NotFound
    if not fixed_reports.turn(session, key, number, ReportState.FAILED, ReportState.MAKING):
        return
    by = speaks_as(actor, known_organisation(session), local_date(now))
    _record(session, REPORT_LOCKED, of, report, by, dnr=report.dnr)


def take_back(
    session: Session, *, actor: Actor, now: datetime, key: str, number: int, tree: bool = False
) -> None:
    """It is not to be decided; what was kept stays. Raises Conflict where it does not wait."""
    of = _require(session, actor, now, key, tree)
    report, by = _settled(session, actor, now, of, number, ReportState.RECALLED)
    _record(session, REPORT_RECALLED, of, report, by)


def adopt(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    number: int,
    decided: date | None,
    paragraph: str,
    tree: bool = False,
) -> tuple[Fault, ...]:
    """Record the decision beside exactly the files it is about, and tell those who worked for it.

    What is wrong with the decision, where something is. Raises NotFound, NotAllowed, and Conflict
    where the report does not wait for one.
    """
    session.alone()
    of = _require(session, actor, now, key, tree)
    report = _known(session, of, number)
    if report is None:
        raise NotFound
    fixed, paragraph = local_date(report.as_of), paragraph.strip()
    if wrong := decision_faults(decided, paragraph, fixed, local_date(now)):
        return tuple(wrong)
    report, by = _settled(session, actor, now, of, number, ReportState.ADOPTED, decided, paragraph)
    _record(
        session, REPORT_ADOPTED, of, report, by,
        date=decided.isoformat() if decided else "", paragraph=paragraph, dnr=report.dnr,
    )  # fmt: skip
    if of.plan and report.kind is ReportKind.FINAL:
        tell_adopted(session, plan=of.plan, report=report, now=now)
    return ()


def _known(session: Session, of: Of, number: int) -> FixedReport | None:
    """One of its reports: a key may be a plan's and a whole's alike. The plan as a document is decided
    with the plan, on its own page."""
    report = fixed_reports.get(session, of.key, number)
    if report is None or report.kind is ReportKind.PLAN:
        return None
    return report if report.kind.of_tree is (of.plan is None) else None


def _settled(
    session: Session, actor: Actor, now: datetime, of: Of, number: int, state: ReportState,
    decided: date | None = None, paragraph: str = "",
) -> tuple[FixedReport, str]:  # fmt: skip
    by = speaks_as(actor, known_organisation(session), local_date(now))
    if _known(session, of, number) is None or not fixed_reports.settle(
        session, of.key, number, state, by=by, now=now, decided_on=decided, paragraph=paragraph
    ):
        raise Conflict(SETTLED)
    report = fixed_reports.get(session, of.key, number)
    assert report is not None
    return report, by


def _record(session: Session, kind: str, of: Of, report: FixedReport, by: str, **more: str) -> None:
    session.record(
        kind, of.subject, behalf=by, report=report.number, title=report.title,
        fingerprint=report.fingerprint,
        files={file.format: file.sha256 for file in report.files}, **more,
    )  # fmt: skip


def _require(session: Session, actor: Actor, now: datetime, key: str, tree: bool) -> Of:
    of = _of(session, actor, now, key, tree)
    require(actor, Permit.CONTROL, Subject(of.unit))
    return of


def _require_open(session: Session, actor: Actor, now: datetime, key: str, kind: ReportKind) -> Of:
    of = _require(session, actor, now, key, kind.of_tree)
    if of.plan and lifecycle.closed_at(session, key) is not None:
        raise Refused(CLOSED_PLAN)
    there = fixed_reports.of_plan(session, key)
    if any(r.in_the_way and r.kind is kind for r in there):
        raise Refused(WAITS, WAITS_HINT)
    return of


def desk_reports(
    session: Session, *, actor: Actor, now: datetime, key: str, tree: bool = False
) -> tuple[FixedReport, ...]:
    """The reports as somebody may see them."""
    of = _of(session, actor, now, key, tree)
    there = fixed_reports.of_plan(session, key)
    kept = tuple(item for item in there if item.kind.of_tree is tree)
    if may(actor, Permit.READ, Subject(of.unit)):
        return kept
    return tuple(item for item in kept if item.state is ReportState.ADOPTED)
