"""Reports that are put to a decision, and their files."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from icengine.domain.fixed_report import FixedReport, ReportFile, ReportState
from icengine.domain.report_model import ReportKind
from icengine.store.db import Session
from icengine.store.report_tables import ReportFileRow, ReportRow


def of_plan(session: Session, plan: str) -> tuple[FixedReport, ...]:
    """A plan's reports, the first one first; two statements."""
    query = select(ReportRow).where(col(ReportRow.plan) == plan).order_by(col(ReportRow.number))
    rows = session.scalars(query).all()
    listed = select(
        col(ReportFileRow.number), col(ReportFileRow.format), col(ReportFileRow.size),
        col(ReportFileRow.sha256),
    ).where(col(ReportFileRow.plan) == plan)  # fmt: skip
    files: dict[int, list[ReportFile]] = {}
    for number, format, size, sha256 in session.execute(
        listed.order_by(col(ReportFileRow.format).desc())
    ):
        files.setdefault(number, []).append(ReportFile(format, size, sha256))
    return tuple(_report(row, files.get(row.number, [])) for row in rows)


def get(session: Session, plan: str, number: int) -> FixedReport | None:
    """One of them."""
    return next((item for item in of_plan(session, plan) if item.number == number), None)


def stands(session: Session, plan: str) -> bool:
    """Does a slutrapport of the plan wait for its decision, or is one adopted?"""
    states = [
        str(state) for state in (ReportState.MAKING, ReportState.CANDIDATE, ReportState.ADOPTED)
    ]
    query = select(col(ReportRow.number)).where(
        col(ReportRow.plan) == plan,
        col(ReportRow.kind) == str(ReportKind.FINAL),
        col(ReportRow.state).in_(states),
    )
    return session.scalars(query.limit(1)).first() is not None


def add(session: Session, report: FixedReport, document: str) -> None:
    """Keep a report; its files come afterwards."""
    session.add(
        ReportRow(
            plan=report.plan, number=report.number, kind=str(report.kind), title=report.title,
            as_of=report.as_of, dnr=report.dnr, appendix=report.appendix, meeting=report.meeting,
            document=document, fingerprint=report.fingerprint, state=str(report.state),
            fixed_by=report.fixed_by, paragraph="", settled_by="", wanted=",".join(report.wanted),
            failure="",
        )
    )  # fmt: skip
    session.flush()


def add_file(session: Session, plan: str, number: int, file: ReportFile, content: bytes) -> None:
    """Keep a file; one that is there already stays as it was."""
    row = {
        "plan": plan, "number": number, "format": file.format, "size": file.size,
        "sha256": file.sha256, "content": content,
    }  # fmt: skip
    dialect = session.get_bind().dialect.name
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(ReportFileRow)
    session.execute(statement.on_conflict_do_nothing(), [row])


def unmade(session: Session) -> tuple[FixedReport, ...]:
    """Every report whose files are being made, the oldest first; two statements."""
    query = select(ReportRow).where(col(ReportRow.state) == str(ReportState.MAKING))
    rows = session.scalars(query.order_by(col(ReportRow.as_of))).all()
    files = select(
        col(ReportFileRow.plan), col(ReportFileRow.number), col(ReportFileRow.format),
        col(ReportFileRow.size), col(ReportFileRow.sha256),
    ).where(col(ReportFileRow.plan).in_({row.plan for row in rows}))  # fmt: skip
    there: dict[tuple[str, int], list[ReportFile]] = {}
    for plan, number, format, size, sha256 in session.execute(files):
        there.setdefault((plan, number), []).append(ReportFile(format, size, sha256))
    return tuple(_report(row, there.get((row.plan, row.number), [])) for row in rows)


def turn(
    session: Session,
    plan: str,
    number: int,
    before: ReportState,
    after: ReportState,
    failure: str = "",
) -> bool:
    """Another state of one that is not settled; False where it is not in the state before."""
    done = session.execute(
        update(ReportRow)
        .where(
            col(ReportRow.plan) == plan, col(ReportRow.number) == number,
            col(ReportRow.state) == str(before),
        )
        .values(state=str(after), failure=failure)
        .returning(col(ReportRow.number))
    ).all()  # fmt: skip
    return bool(done)


def file_of(format: str, content: bytes) -> ReportFile:
    """A file's size and fingerprint."""
    return ReportFile(format, len(content), hashlib.sha256(content).hexdigest())


def settle(
    session: Session, plan: str, number: int, state: ReportState, *, by: str, now: datetime,
    decided_on: date | None = None, paragraph: str = "",
) -> bool:  # fmt: skip
    """Record what became of one that waits for its decision; False where it does not wait. One whose
    files are not there yet can be taken back too."""
    before = [ReportState.CANDIDATE]
    if state is ReportState.RECALLED:
        before += [ReportState.MAKING, ReportState.FAILED]
    values: dict[str, Any] = {
        "state": str(state), "settled_at": now, "settled_by": by, "decided_on": decided_on,
        "paragraph": paragraph,
    }  # fmt: skip
    done = session.execute(
        update(ReportRow)
        .where(
            col(ReportRow.plan) == plan, col(ReportRow.number) == number,
            col(ReportRow.state).in_([str(item) for item in before]),
        )
        .values(**values)
        .returning(col(ReportRow.number))
    ).all()  # fmt: skip
    return bool(done)


def note_decision(
    session: Session, plan: str, number: int, *, by: str, now: datetime, decided_on: date,
    paragraph: str,
) -> None:  # fmt: skip
    """Record the decision about one whose files are not there yet; they are made after it."""
    session.execute(
        update(ReportRow)
        .where(col(ReportRow.plan) == plan, col(ReportRow.number) == number)
        .values(
            state=str(ReportState.MAKING), failure="", settled_at=now, settled_by=by,
            decided_on=decided_on, paragraph=paragraph,
        )
    )  # fmt: skip


def document(session: Session, plan: str, number: int) -> str:
    """What the report says, as canonical JSON; "{}" where there is none."""
    query = select(col(ReportRow.document)).where(
        col(ReportRow.plan) == plan, col(ReportRow.number) == number
    )
    return session.scalar(query) or "{}"


def content(session: Session, plan: str, number: int, format: str) -> bytes | None:
    """A file's content."""
    query = select(col(ReportFileRow.content)).where(
        col(ReportFileRow.plan) == plan, col(ReportFileRow.number) == number,
        col(ReportFileRow.format) == format,
    )  # fmt: skip
    return session.scalar(query)


def with_file(session: Session, sha256s: Collection[str]) -> list[tuple[str, int, str]]:
    """(plan, number, format) of files with one of these fingerprints."""
    query = select(
        col(ReportFileRow.plan), col(ReportFileRow.number), col(ReportFileRow.format)
    ).where(col(ReportFileRow.sha256).in_(sha256s))
    return [(plan, number, format) for plan, number, format in session.execute(query)]


def _report(row: ReportRow, files: list[ReportFile]) -> FixedReport:
    return FixedReport(
        row.plan, row.number, ReportKind(row.kind), row.title, row.as_of, row.dnr, row.appendix, row.meeting,
        row.fingerprint, ReportState(row.state), row.fixed_by, tuple(files), row.decided_on,
        row.paragraph, row.settled_at, row.settled_by, tuple(filter(None, row.wanted.split(","))),
        row.failure,
    )  # fmt: skip
