"""The day's round: who is reminded, who is told that something is late, and the controllers' week.

Once a working day, and late or twice as well as in time: each stage of each task has a name of its
own and is owed once, and what was missed is said by the stage that has been reached today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from icengine.domain.access import Actor, Permit
from icengine.domain.calendar import is_working_day, local_date
from icengine.domain.mailhours import in_hours
from icengine.domain.notice import AnyNotice, NoticeKind, WeeklyNotice, iso_week
from icengine.domain.people import Organisation, Role
from icengine.domain.reminders import escalates_on, stage
from icengine.services import notices
from icengine.services.action_reminding import action_notices
from icengine.services.notices import Told
from icengine.services.permits import WHOLE, require
from icengine.store import people, waiting
from icengine.store.db import Session


def is_round_due(session: Session, *, now: datetime) -> bool:
    """Is it a working day whose round has not been made? One statement, none outside mail hours."""
    return in_hours(now) and not waiting.day_begun(session, local_date(now))


def remind(session: Session, *, actor: Actor, now: datetime) -> int:
    """Owe the day's reminders, escalations and weekly summaries; how many mails there are."""
    require(actor, Permit.OPERATE, WHOLE)
    session.alone()
    organisation = people.organisation(session)
    if organisation is None:
        return 0
    today = local_date(now)
    ahead = timedelta(max(organisation.reminders.before, default=0))
    asked = waiting.asked_for(session, today + ahead)
    holders = people.holders(session, {item.task.owner for item in asked} - {""}, today)
    delegates = people.addresses(session, {i.task.delegate for i in asked if i.task.delegate})
    told: list[Told] = []
    for item in asked:
        owners = holders.get(item.task.owner, ())
        told += _reminders(organisation, item, owners, delegates, today)
        told += _escalations(organisation, item, owners, today)
    owed: list[tuple[int | None, AnyNotice]] = [
        *notices.notices(session, told, today),
        *((None, notice) for notice in action_notices(session, organisation, today)),
        *_weekly(organisation, today),
    ]
    return notices.put(session, notices.unsaid(session, owed), now)


def end_round(session: Session, *, now: datetime) -> None:
    """Note that the day's round has been made."""
    waiting.begin_day(session, local_date(now), now)


def _reminders(
    organisation: Organisation,
    item: waiting.Asked,
    owners: Sequence[str],
    delegates: dict[int, str],
    today: date,
) -> Iterator[Told]:
    """Those who answer the task, where a stage has been reached that they have not been told of."""
    reached = stage(item.task.due, local_date(item.told), today, organisation.reminders)
    if reached is None:
        return
    kind = NoticeKind.LATE if reached.late else NoticeKind.REMINDER
    delegate = delegates.get(item.task.delegate)
    for email in dict.fromkeys([*owners, *([delegate] if delegate else [])]):
        yield Told(item.task, email, kind, stage=reached.name)


def _escalations(
    organisation: Organisation, item: waiting.Asked, owners: Sequence[str], today: date
) -> Iterator[Told]:
    """The owner's manager and the unit's controller, once for each date that passes."""
    task = item.task
    if today < escalates_on(task.due, local_date(item.told), organisation.reminders):
        return
    function = organisation.function(task.owner)
    above = function.unit if function else task.unit
    for role, unit in ((Role.MANAGER, above), (Role.CONTROLLER, task.unit)):
        for email in organisation.in_charge(role, unit, today, besides=owners):
            yield Told(task, email, NoticeKind.ESCALATED, str(role), task.due.isoformat())


def _weekly(organisation: Organisation, today: date) -> Iterator[tuple[None, WeeklyNotice]]:
    """Each controller, on the week's first working day."""
    monday = today - timedelta(today.weekday())
    if any(is_working_day(monday + timedelta(n)) for n in range(today.weekday())):
        return
    contact = organisation.function(organisation.contact)
    answering = contact.held_by(today) if contact else ()
    for email in organisation.with_role(Role.CONTROLLER, today):
        yield (
            None,
            WeeklyNotice(
                email=email,
                week=iso_week(today),
                organisation=organisation.name,
                contact=organisation.contact,
                contact_email=answering[0] if answering else "",
                accent=organisation.accent,
            ),
        )
