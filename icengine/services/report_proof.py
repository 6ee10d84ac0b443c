"""Use cases around the files of fixed reports: read, and proved."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Permit, Subject, may
from icengine.domain.fixed_report import FixedReport
from icengine.domain.report_difference import Differing, report_difference
from icengine.errors import NotFound
from icengine.services.report_decision import desk_reports
from icengine.services.report_value import READER, value_of
from icengine.store import fixed_reports
from icengine.store.db import Session


def file_content(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    number: int,
    format: str,
    tree: bool = False,
) -> bytes:
    """A file as it was made. Raises NotFound, also for whoever may only see what is adopted."""
    shown = desk_reports(session, actor=actor, now=now, key=key, tree=tree)
    report = next((item for item in shown if item.number == number), None)
    found = fixed_reports.content(session, key, number, format) if report else None
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Proof:
    """What is known of a file that somebody has."""

    sha256: str
    report: FixedReport | None
    """The report that it belongs to; None where it is none of ours, or was altered."""
    format: str = ""
    agrees: bool = False
    """Do the records of that moment still give the same report?"""
    differs: tuple[Differing, ...] = ()
    """Where they do not, what they say otherwise; for whoever may read the plan."""
    since: tuple[Differing, ...] | None = None
    """What has changed since, in what the report tells of; None for whoever may only follow."""


def prove(session: Session, *, actor: Actor, now: datetime, data: bytes) -> Proof:
    """Is this one of the files that were put to a decision, do the records still say the same, and
    what has changed since?

    Of reports that the actor may not see nothing is said.
    """
    digest = hashlib.sha256(data).hexdigest()
    for key, number, format in fixed_reports.with_file(session, [digest]):
        for tree in (False, True):
            try:
                shown = desk_reports(session, actor=actor, now=now, key=key, tree=tree)
            except NotFound:
                continue
            report = next((item for item in shown if item.number == number), None)
            if report is not None:
                return _proof(session, actor, now, digest, report, format)
    return Proof(digest, None)


def _proof(
    session: Session, actor: Actor, now: datetime, digest: str, report: FixedReport, format: str
) -> Proof:
    again = value_of(session, READER, report)
    agrees = again.fingerprint == report.fingerprint
    unit = report.plan.rpartition("-")[0]
    if not may(actor, Permit.READ, Subject(unit)):
        return Proof(digest, report, format, agrees)
    fixed = json.loads(fixed_reports.document(session, report.plan, report.number))
    differs = () if agrees else report_difference(fixed, again.to_json())
    present = value_of(session, READER, report, now)
    return Proof(
        digest, report, format, agrees, differs, report_difference(fixed, present.to_json())
    )
