"""Verdicts and sums of the units of a samlad rapport, in versions; the newest holds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import col

from icengine.domain.fixed_report import ReportState
from icengine.domain.report_model import ReportKind
from icengine.domain.whole_facts import Judged, Reported, Totals
from icengine.domain.whole_verdicts import Verdict
from icengine.store.db import Session
from icengine.store.report_tables import ReportRow, UnitTotalsRow, VerdictRow


def verdicts(session: Session, top: str, year: int, as_of: datetime) -> dict[str, Judged]:
    """What was judged by a moment, by unit; one that was taken back is not there."""
    query = select(VerdictRow).where(
        col(VerdictRow.top) == top, col(VerdictRow.year) == year, col(VerdictRow.at) <= as_of
    )
    found = {
        row.unit: Judged(Verdict(row.verdict) if row.verdict else None, row.reason, row.by, row.at)
        for row in session.scalars(query.order_by(col(VerdictRow.id)))
    }
    return {unit: judged for unit, judged in found.items() if judged.verdict}


def add_verdict(session: Session, top: str, year: int, unit: str, judged: Judged) -> None:
    """Keep one more version."""
    row: dict[str, Any] = {
        "top": top, "year": year, "unit": unit, "at": judged.at,
        "verdict": str(judged.verdict or ""), "reason": judged.reason, "by": judged.by,
    }  # fmt: skip
    session.execute(insert(VerdictRow), [row])


def totals(
    session: Session, units: Collection[str], year: int, as_of: datetime
) -> dict[str, Totals]:
    """The sums that units had reported by a moment; those taken back are not there."""
    query = select(UnitTotalsRow).where(
        col(UnitTotalsRow.unit).in_(units),
        col(UnitTotalsRow.year) == year,
        col(UnitTotalsRow.at) <= as_of,
    )
    found = {
        row.unit: Totals(
            row.levels, row.done, row.open_actions, row.late_actions, row.note, row.by, row.at
        )
        for row in session.scalars(query.order_by(col(UnitTotalsRow.id)))
    }
    return {unit: sums for unit, sums in found.items() if sums.levels}


def add_totals(session: Session, unit: str, year: int, sums: Totals) -> None:
    """Keep one more version; sums without levels take back those before."""
    row: dict[str, Any] = {
        "unit": unit, "year": year, "at": sums.at, "levels": dict(sums.levels), "done": sums.done,
        "open_actions": sums.open_actions, "late_actions": sums.late_actions, "note": sums.note,
        "by": sums.by,
    }  # fmt: skip
    session.execute(insert(UnitTotalsRow), [row])


def reported(session: Session, keys: Collection[str], as_of: datetime) -> dict[str, Reported]:
    """How far the slutrapporter of these plans had come by a moment: the newest that is adopted, or
    else the one that waits."""
    query = select(
        col(ReportRow.plan), col(ReportRow.state), col(ReportRow.decided_on), col(ReportRow.dnr),
        col(ReportRow.as_of), col(ReportRow.settled_at),
    ).where(
        col(ReportRow.plan).in_(keys), col(ReportRow.kind) == str(ReportKind.FINAL),
        col(ReportRow.as_of) <= as_of,
    )  # fmt: skip
    found: dict[str, Reported] = {}
    for plan, state, decided, dnr, moment, settled in session.execute(
        query.order_by(col(ReportRow.number))
    ):
        then = state if settled is None or settled <= as_of else str(ReportState.CANDIDATE)
        before = found.get(plan)
        if then == ReportState.ADOPTED:
            found[plan] = Reported(decided, dnr, moment)
        elif then == ReportState.CANDIDATE and (before is None or before.adopted is None):
            found[plan] = Reported(None, dnr, moment)
    return found
