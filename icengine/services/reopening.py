"""The controller opens a closed kontrolltillfälle again, until the plan's year is closed."""

from __future__ import annotations

from datetime import date, datetime

from icengine.domain.access import Actor, Link, Permit, Subject, may, scope
from icengine.domain.calendar import local_date
from icengine.domain.happening import REOPENED, STATUS
from icengine.domain.notice import NoticeKind
from icengine.domain.reading import LONGEST
from icengine.domain.task import State, may_move
from icengine.domain.text import recorded
from icengine.errors import Closed, NotFound, Refused
from icengine.services.notices import owe
from icengine.services.people import known_organisation
from icengine.services.permits import require
from icengine.services.plans import CLOSED_PLAN
from icengine.services.readers import answering, speaks_as
from icengine.services.tasks import TaskPage, task_page
from icengine.store import answers, fixed_reports, lifecycle, outbox, tasks
from icengine.store.db import Session
from icengine.store.protected import protected_controls

REPORTED = (
    "Rapporten är skickad till beslut eller antagen.",
    "Ta tillbaka den först, om den väntar på beslut.",
)
OPEN = "Kontrolltillfället är öppet. Den som svarar får ett mejl om det."
WHY = "Skriv varför kontrolltillfället öppnas igen"


def reopen(
    session: Session, *, actor: Actor, now: datetime, task_id: int, reason: str
) -> tasks.Task:
    """Open a closed task again, with a reason that its owner reads; the task as it then stands.

    One with an answer is påbörjad, with all that was written; one without is öppen again, or
    planerad where its day has not come. What was handed in stands in the report again when it is
    handed in anew.

    Raises NotFound where the actor may not see it, NotAllowed where it is not theirs to steer,
    Closed where it is not closed, and Refused without a reason, or when the plan is avslutad.
    """
    task = tasks.get(session, scope(actor, Permit.READ), task_id, lock=True)
    if task is None or isinstance(actor, Link):
        raise NotFound
    require(actor, Permit.CONTROL, Subject(task.unit))
    if lifecycle.closed_at(session, task.plan) is not None:
        raise Refused(CLOSED_PLAN)
    if fixed_reports.stands(session, task.plan):
        raise Refused(*REPORTED)
    reason = recorded(reason).strip()
    if fault := reason_fault(reason):
        raise Refused(f"{fault}.")
    if not task.state.closed:
        raise Closed("Kontrolltillfället är redan öppet.")
    last = answers.last_saved(session, task.id)
    to = _opened(task, last is not None, local_date(now))
    if not may_move(task.state, to):
        raise RuntimeError(f"{task.key} may not go from {task.state} to {to}")
    by = speaks_as(actor, known_organisation(session), local_date(now))
    tasks.move(session, [tasks.StateChange(task.id, to, by, reason)], now)
    outbox.withdraw(session, [task.id], "Kontrolltillfället öppnades igen.")
    protected = (task.plan, task.control) in protected_controls(session, [task.plan])
    changes = [[STATUS, str(task.state), str(to)]]
    session.record(
        REOPENED,
        f"kontrolltillfälle:{task.key}",
        behalf=by,
        changes=changes if protected else [*changes, ["Skäl", "", reason]],
    )
    if to is not State.PLANNED:
        told = answering(session, task, last, local_date(now))
        owe(
            session, [(task, email) for email in told], NoticeKind.OPENED, now,
            stage=f"öppnad igen {now.isoformat()}",
        )  # fmt: skip
    found = tasks.get(session, scope(actor, Permit.READ), task_id)
    assert found is not None
    return found


def _opened(task: tasks.Task, begun: bool, today: date) -> State:
    """The state that a closed task has when it is opened again."""
    if task.state is State.CANCELLED:
        return State.OPEN if task.opens <= today else State.PLANNED
    return State.STARTED if begun or task.state is State.APPROVED else State.OPEN


def reason_fault(reason: str) -> str:
    """What is wrong with a reason; "" where nothing is."""
    if not reason.strip():
        return WHY
    over = len(reason) - LONGEST
    return f"Skälet har {over} tecken för mycket: högst {LONGEST} får plats" if over > 0 else ""


def reopening_page(
    session: Session, *, actor: Actor, now: datetime, task_id: int
) -> tuple[TaskPage, str]:
    """The task, and why it cannot be opened again; "" where it can.

    Raises NotFound and NotAllowed as `reopen` does.
    """
    page = task_page(session, actor=actor, now=now, task_id=task_id)
    require(actor, Permit.CONTROL, Subject(page.task.unit))
    if lifecycle.closed_at(session, page.task.plan) is not None:
        return page, CLOSED_PLAN
    if fixed_reports.stands(session, page.task.plan):
        return page, " ".join(REPORTED)
    return page, "" if page.task.state.closed else OPEN


def may_reopen(actor: Actor, task: tasks.Task) -> bool:
    """Is it the actor's to open again, when it is closed?"""
    controls = not isinstance(actor, Link) and may(actor, Permit.CONTROL, Subject(task.unit))
    return controls and task.state.closed
