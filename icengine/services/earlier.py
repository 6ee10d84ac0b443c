"""Earlier answers to the same control, beside the one that is being written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from icengine.domain.access import Actor, Permit, Subject, may
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.task import Saved
from icengine.store import answers, plans
from icengine.store.db import Session
from icengine.store.protected import protected_controls
from icengine.store.tasks import Task

YEAR = timedelta(days=350)
"""From the end of last year's period to the end of this year's, at least: weeks and months differ a
little from year to year."""


@dataclass(frozen=True)
class Earlier:
    """Last time's answer to the same control, with the plan whose words it is in."""

    task: Task
    saved: Saved
    plan: Plan
    protected: bool


def before(
    session: Session, actor: Actor, task: Task, plan: Plan, organisation: Organisation
) -> tuple[Earlier | None, bool, Earlier | None]:
    """Last time's answer, whether there is one that is kept from the reader, and last year's for the
    same period where that is another.

    An answer to the control that this one replaces (ersätter), or of a unit whose work the task's
    unit took over, is an earlier answer too.
    """
    _, control = plan.control(task.control)
    replaced, units = {control.replaces} - {""}, organisation.forerunners(task.unit)
    found = answers.previous_submitted(session, task, controls=replaced, units=units)
    if found is None:
        return None, False, None
    last_time, withheld = _shown_to(session, actor, task, plan, *found)
    if last_time is None or last_time.task.end <= task.end - YEAR:
        return last_time, withheld, None
    found = answers.previous_submitted(
        session, task, until=task.end - YEAR, controls=replaced, units=units
    )
    last_year = _shown_to(session, actor, task, plan, *found)[0] if found else None
    return last_time, withheld, last_year


def _shown_to(
    session: Session, actor: Actor, task: Task, plan: Plan, before: Task, saved: Saved
) -> tuple[Earlier | None, bool]:
    """An earlier answer as the reader may see it, and whether it is kept from them."""
    if (before.plan, before.version) != (task.plan, task.version):
        adopted = plans.version(session, before.plan, before.version)
        if adopted is None:
            return None, False
        plan = adopted.plan
    _, control = plan.control(before.control)
    subject = Subject(before.unit, before.id, before.owner, control.approver, before.delegate)
    protected = (before.plan, before.control) in protected_controls(session, [before.plan])
    if protected and not may(actor, Permit.READ_PROTECTED, subject):
        return None, True
    return Earlier(before, saved, plan, protected), False
