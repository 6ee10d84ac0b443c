"""Putting what is owed in the outbox: the facts of a notice as they stand when it is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from icengine.domain.calendar import local_date
from icengine.domain.notice import AnyNotice, Notice, NoticeKind
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.store import outbox, people, plans, shared, tasks
from icengine.store.db import Session

OWED = "mejl lagda i utkorgen"
"""Kind of the event that says which mails are owed."""


@dataclass(frozen=True)
class Told:
    """Somebody who is to be told something about a task."""

    task: tasks.Task
    email: str
    kind: NoticeKind
    function: str = ""
    """What they are, where that is not the function that answers the task."""
    stage: str = ""
    """Which time of its kind it is."""
    said: str = ""
    """A word from the one who hands it over."""


def owe(
    session: Session,
    told: Sequence[tuple[tasks.Task, str]],
    kind: NoticeKind,
    now: datetime,
    *,
    function: str = "",
    stage: str = "",
    said: str = "",
) -> int:
    """Owe each address a mail of a kind about its task; how many there are.

    `function` is the one that the receivers have where it is not the task's own. Each is owed once
    for its kind and `stage`, however often it is asked for; five statements whatever the number.
    """
    each = [Told(task, email, kind, function, stage, said) for task, email in told]
    return put(session, notices(session, each, local_date(now)), now)


def put(session: Session, owed: Sequence[tuple[int | None, AnyNotice]], now: datetime) -> int:
    """Put notices in the outbox, with the event that says so; how many there are."""
    outbox.put(session, owed, now)
    if owed:
        session.record(OWED, "utskick", mails=[notice.key for _, notice in owed])
    return len(owed)


def unsaid(
    session: Session, owed: Sequence[tuple[int | None, AnyNotice]]
) -> list[tuple[int | None, AnyNotice]]:
    """Those that have not been owed before, in one statement."""
    known = outbox.known(session, [notice.key for _, notice in owed])
    return [(task, notice) for task, notice in owed if notice.key not in known]


def notices(
    session: Session, told: Sequence[Told], today: date
) -> list[tuple[int | None, AnyNotice]]:
    """(the task, the notice) for each; [] where there is no organisation."""
    organisation = people.organisation(session) if told else None
    if organisation is None:
        return []
    wanted = sorted({(item.task.plan, item.task.version) for item in told})
    adopted = plans.versions_of(session, wanted)
    sharing = {
        found.plan.key
        for found in adopted.values()
        if any(control.shared for _, control in found.plan.controls())
    }
    namings = shared.namings(session, sharing)
    owed: list[tuple[int | None, AnyNotice]] = []
    for item in told:
        task = item.task
        version = adopted.get((task.plan, task.version))
        named = namings.get((task.plan, task.control, task.unit))
        if version is not None:
            notice = _notice(item.kind, task, version.plan, organisation, item.email, today)
            notice = replace(
                notice,
                naming=named.version if named else 0,
                function=item.function or task.owner,
                owner=task.owner if item.function else "",
                stage=item.stage,
                said=item.said,
            )
            owed.append((task.id, notice))
    return owed


def _notice(
    kind: NoticeKind,
    task: tasks.Task,
    plan: Plan,
    organisation: Organisation,
    email: str,
    today: date,
) -> Notice:
    _, control = plan.control(task.control)
    unit, answers = organisation.unit(plan.unit), organisation.unit(task.unit)
    contact = organisation.function(organisation.contact)
    answering = contact.held_by(today) if contact else ()
    return Notice(
        kind=kind,
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
