"""The tick: opens what is due and puts the mails that are owed in the outbox.

It may run any number of times, at once, late, or after a month's silence: what is done is known by
the tasks' own state, so each thing happens once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from icengine.domain.access import Actor, Permit
from icengine.domain.calendar import local_date
from icengine.domain.happening import STATUS
from icengine.domain.notice import Notice, NoticeKind
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.task import State
from icengine.services.permits import WHOLE, require
from icengine.store import outbox, people, plans, shared, tasks
from icengine.store.db import Session


@dataclass(frozen=True)
class Ticked:
    """What a tick did."""

    opened: int
    """Tasks that became öppen."""
    owed: int
    """Mails put in the outbox."""
    without_holder: tuple[str, ...]
    """Functions that own open tasks and that nobody holds."""
    without_owner: int = 0
    """Open tasks of shared controls that their unit has named nobody for."""


def tick(session: Session, *, actor: Actor, now: datetime) -> Ticked:
    """Open every task whose day has come, and owe its owners a mail.

    A task whose function nobody holds keeps waiting for its mail: the first tick after somebody
    has been named sends it. Whoever takes over a function is mailed about what waits there.
    """
    require(actor, Permit.OPERATE, WHOLE)
    session.alone()
    today = local_date(now)
    opened = tasks.open_due(session, today, now, str(actor))
    waiting = tasks.to_notify(session)
    owners = {task.owner for task in waiting} - {""}
    holders = people.holders(session, owners, today) if owners else {}
    ready = [task for task in waiting if task.owner in holders]
    told = [(task, email) for task in ready for email in holders[task.owner]]
    owed = _notices(session, [*told, *tasks.with_new_holders(session, today)], today)
    outbox.put(session, owed, now)
    tasks.mark_notified(session, [task.id for task in ready], now)
    if opened:
        session.record(
            "kontrolltillfällen öppnade",
            "tidtabellen",
            date=today.isoformat(),
            opened=[task.key for task in opened],
            changes=[[STATUS, str(State.PLANNED), str(State.OPEN)]],
        )
    if owed:
        session.record("mejl lagda i utkorgen", "utskick", mails=[item.key for _, item in owed])
    missing = tuple(sorted(owners - set(holders)))
    nobody = sum(not task.owner for task in waiting)
    return Ticked(len(opened), len(owed), missing, nobody)


def _notices(
    session: Session, told: Sequence[tuple[tasks.Task, str]], today: date
) -> list[tuple[int, Notice]]:
    organisation = people.organisation(session) if told else None
    if organisation is None:
        return []
    wanted = sorted({(task.plan, task.version) for task, _ in told})
    adopted = {pair: plans.version(session, *pair) for pair in wanted}
    sharing = {
        found.plan.key
        for found in adopted.values()
        if found is not None and any(control.shared for _, control in found.plan.controls())
    }
    namings = shared.namings(session, sharing)
    owed = []
    for task, email in told:
        version = adopted[task.plan, task.version]
        named = namings.get((task.plan, task.control, task.unit))
        if version is not None:
            notice = _opened(task, version.plan, organisation, email, today)
            owed.append((task.id, replace(notice, naming=named.version if named else 0)))
    return owed


def _opened(
    task: tasks.Task, plan: Plan, organisation: Organisation, email: str, today: date
) -> Notice:
    _, control = plan.control(task.control)
    unit, answers = organisation.unit(plan.unit), organisation.unit(task.unit)
    contact = organisation.function(organisation.contact)
    answering = contact.held_by(today) if contact else ()
    return Notice(
        kind=NoticeKind.OPENED,
        email=email,
        function=task.owner,
        task_key=task.key,
        version=task.version,
        organisation=organisation.name,
        unit=unit.name if unit else plan.unit,
        answering=answers.name if answers and task.unit != plan.unit else "",
        year=plan.year,
        title=control.title,
        what=control.what,
        method=control.method,
        sample=control.sample,
        period=task.label,
        due=task.due,
        contact=organisation.contact,
        contact_email=answering[0] if answering else "",
        accent=organisation.accent,
        protected=control.protected,
        login=control.login,
        words=organisation.vocabulary,
    )
