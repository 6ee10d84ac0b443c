"""Telling those who have worked for a report that it is adopted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from icengine.domain.access import Permit, rights
from icengine.domain.calendar import local_date
from icengine.domain.fixed_report import FixedReport
from icengine.domain.notice import ReportNotice
from icengine.domain.people import Organisation, Role
from icengine.domain.plan import Plan
from icengine.services.action_notices import controllers
from icengine.services.notices import put
from icengine.services.people import known_organisation
from icengine.store import people, reports
from icengine.store.db import Session


def tell_adopted(session: Session, *, plan: Plan, report: FixedReport, now: datetime) -> int:
    """Owe a mail to each whose work is in the report, its unit's managers and controllers; how many."""
    organisation, today = known_organisation(session), local_date(now)
    facts = reports.task_facts(session, plan.key, report.as_of)
    functions = {fact.owner for fact in facts} | {fact.answered_by for fact in facts}
    functions |= {control.approver for _, control in plan.controls()}
    held = people.holders(session, functions - {""}, today)
    told: dict[str, str] = {}
    for function in sorted(held):
        for email in held[function]:
            told.setdefault(email, function)
    for email, role in _over(organisation, plan.unit, today):
        told.setdefault(email, role)
    owed = [
        (None, _notice(organisation, plan, report, email, told[email], today))
        for email in sorted(told)
    ]
    return put(session, owed, now)


def _over(organisation: Organisation, unit: str, today: date) -> Iterator[tuple[str, str]]:
    """The unit's own managers, and its controllers, as (address, what they are)."""
    for grant in organisation.grants:
        if grant.role is Role.MANAGER and grant.unit == unit and grant.covers(today):
            function = organisation.function(grant.function) if grant.function else None
            emails = (grant.email,) if grant.email else function.held_by(today) if function else ()
            for email in emails:
                yield email, str(Role.MANAGER)
    for email in controllers(organisation, unit, today):
        yield email, str(Role.CONTROLLER)


def _notice(
    organisation: Organisation,
    plan: Plan,
    report: FixedReport,
    email: str,
    function: str,
    today: date,
) -> ReportNotice:
    unit, contact = organisation.unit(plan.unit), organisation.function(organisation.contact)
    answering = contact.held_by(today) if contact else ()
    assert report.decided_on is not None
    return ReportNotice(
        email=email,
        function=function,
        plan=plan.key,
        number=report.number,
        title=report.title,
        unit=unit.name if unit else plan.unit,
        decided_on=report.decided_on,
        paragraph=report.paragraph,
        dnr=report.dnr,
        reads=(Permit.FOLLOW, plan.unit) in rights(organisation, email, today),
        organisation=organisation.name,
        contact=organisation.contact,
        contact_email=answering[0] if answering else "",
        accent=organisation.accent,
    )
