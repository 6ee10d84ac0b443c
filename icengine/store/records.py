"""Do the records still say what the event log says was recorded?

The log proves itself; this compares it with what reports are made of: the decisions and documents of
plan versions, and every saved answer.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from icengine.domain.happening import ANSWERED, DRAFTED
from icengine.domain.task import Answer
from icengine.store.answers import to_content
from icengine.store.db import Session
from icengine.store.events import canonical
from icengine.store.plans import fingerprint
from icengine.store.tables import (
    AnswerRow,
    EventPayloadRow,
    EventRow,
    PlanVersionRow,
    TaskRow,
)

ADOPTED, SUBMITTED = "plan antagen", ANSWERED
"""Kinds of the events that records are compared with."""


def answer_digest(answer: Answer) -> str:
    """SHA-256 of an answer, as its event holds it."""
    return _digest(to_content(answer))


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def differences(session: Session) -> tuple[str, ...]:
    """What differs, as Swedish sentences; two passes whatever the number of records."""
    logged: dict[tuple[str, int], dict[str, Any]] = {}
    query = (
        select(col(EventRow.kind), col(EventRow.subject), col(EventPayloadRow.payload))
        .join(EventPayloadRow, col(EventPayloadRow.seq) == col(EventRow.seq))
        .where(col(EventRow.kind).in_((ADOPTED, SUBMITTED, DRAFTED)))
        .execution_options(yield_per=1000)
    )
    for kind, subject, payload in session.execute(query):
        said = json.loads(payload) | {"kind": kind}
        logged[subject, said["version"]] = said
    return (*_plan_differences(session, logged), *_answer_differences(session, logged))


def _plan_differences(session: Session, logged: dict[tuple[str, int], dict[str, Any]]) -> list[str]:
    found = []
    for row in session.scalars(select(PlanVersionRow).order_by(col(PlanVersionRow.plan))):
        said = logged.pop((f"plan:{row.plan}", row.version), None)
        name = f"Planen {row.plan}, version {row.version},"
        if said is None:
            found.append(f"{name} finns utan händelse.")
        elif fingerprint(row.document) != said["sha256"]:
            found.append(f"{name} har fått ett annat innehåll sedan den antogs.")
        elif (row.dnr, row.decided_on.isoformat(), row.paragraph) != (
            said["dnr"],
            said["date"],
            said["paragraph"],
        ):
            found.append(f"{name} har fått ett annat dnr, datum eller en annan paragraf.")
    gone = sorted(key for key in logged if key[0].startswith("plan:"))
    return found + [
        f"{subject.replace('plan:', 'Planen ')}, version {n}, saknas." for subject, n in gone
    ]


def _answer_differences(
    session: Session, logged: dict[tuple[str, int], dict[str, Any]]
) -> list[str]:
    found = []
    query = (
        select(AnswerRow, TaskRow)
        .join(TaskRow, col(TaskRow.id) == col(AnswerRow.task))
        .order_by(col(AnswerRow.task), col(AnswerRow.version))
        .execution_options(yield_per=1000)
    )
    for row, task in session.execute(query):
        key = f"{task.plan}/{task.control}/{task.unit}/{task.slot}"
        said = logged.pop((f"kontrolltillfälle:{key}", row.version), None)
        name = f"Svaret på {key}, version {row.version},"
        if said is None:
            found.append(f"{name} finns utan händelse.")
        elif _digest(row.content) != said["sha256"] or row.submitted != (said["kind"] == SUBMITTED):
            found.append(f"{name} har ändrats sedan det registrerades.")
    gone = sorted(key for key in logged if key[0].startswith("kontrolltillfälle:"))
    return found + [
        f"Svaret på {subject.removeprefix('kontrolltillfälle:')}, version {n}, saknas."
        for subject, n in gone
    ]
