"""Drafts of plans."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlmodel import col

from icengine.domain.access import Scope
from icengine.domain.draft import Draft, DraftState
from icengine.store.db import Session
from icengine.store.tables import PlanDraftRow


@dataclass(frozen=True)
class DraftSummary:
    """A draft in a list."""

    key: str
    unit: str
    year: int
    number: int
    state: DraftState


def get(session: Session, key: str) -> Draft | None:
    """The draft of a plan; None where there is none."""
    row = session.get(PlanDraftRow, key)
    return draft_of_row(row) if row else None


def draft_of_row(row: PlanDraftRow) -> Draft:
    """The value of a row."""
    return Draft(
        key=row.plan, unit=row.unit, year=row.year, number=row.number, revision=row.revision,
        state=DraftState(row.state), document=json.loads(row.document), changed_at=row.changed_at,
        by=row.by, fixed=row.fixed, sha256=row.sha256, dnr=row.dnr, reasons=dict(row.reasons),
    )  # fmt: skip


def summaries(session: Session, scope: Scope) -> list[DraftSummary]:
    """Every draft that may be seen, newest year first."""
    query = select(
        col(PlanDraftRow.plan), col(PlanDraftRow.unit), col(PlanDraftRow.year),
        col(PlanDraftRow.number), col(PlanDraftRow.state),
    ).order_by(col(PlanDraftRow.year).desc(), col(PlanDraftRow.plan))  # fmt: skip
    if not scope.everything:
        query = query.where(col(PlanDraftRow.unit).in_(scope.units))
    return [
        DraftSummary(key, unit, year, number, DraftState(state))
        for key, unit, year, number, state in session.execute(query)
    ]


def store(session: Session, draft: Draft, seen: int | None) -> bool:
    """Store a draft; False where another save came between.

    `seen` is the revision it was thought out from; None for one that is new.
    """
    values = {
        "number": draft.number,
        "revision": draft.revision,
        "state": str(draft.state),
        "document": json.dumps(draft.document, ensure_ascii=False, default=str),
        "fixed": draft.fixed,
        "sha256": draft.sha256,
        "dnr": draft.dnr,
        "reasons": dict(draft.reasons or {}),
        "changed_at": draft.changed_at,
        "by": draft.by,
    }
    if seen is None:
        keys = {"plan": draft.key, "unit": draft.unit, "year": draft.year}
        session.execute(insert(PlanDraftRow), [keys | values])
        return True
    done = session.connection().execute(
        update(PlanDraftRow)
        .where(col(PlanDraftRow.plan) == draft.key, col(PlanDraftRow.revision) == seen)
        .values(**values)
    )
    session.expire_all()
    return done.rowcount == 1


def remove(session: Session, key: str, seen: int) -> bool:
    """Take a draft away; False where another save came between."""
    done = session.connection().execute(
        delete(PlanDraftRow).where(
            col(PlanDraftRow.plan) == key, col(PlanDraftRow.revision) == seen
        )
    )
    session.expire_all()
    return done.rowcount == 1
