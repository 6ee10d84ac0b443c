"""What becomes of tasks: when a plan is adopted, when the units change, and when an owner is named.

Whoever may do it has been asked before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime

from icengine.domain.calendar import local_date
from icengine.domain.event_controls import registered_occasions
from icengine.domain.happening import FOLLOWED
from icengine.domain.occurrence import Occasion, Revision, revise
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.sharing import occasions
from icengine.domain.task import State
from icengine.store import handovers, links, outbox, shared, tasks
from icengine.store.db import Session

OTHER_OWNER = "En annan funktion svarar nu."
"""Why an occurrence is no longer handed over to a colleague of the one before."""
PLAN, ORGANISATION = "när planen ändrades", "när organisationen ändrades"
OUT, AGAIN = "Utgick", "Togs in igen"
"""How the reasons begin of tasks that a change took out, or brought back: by them they are told from
those that the controller took out."""


def wanted_occasions(
    session: Session,
    plan: Plan,
    organisation: Organisation,
    *,
    first: bool,
    there: Sequence[tasks.Task] = (),
) -> tuple[Occasion, ...]:
    """Every occurrence of the plan for every unit, with the functions that the units have named;
    before a plan's first version none has. Of event controls those that are registered, among the
    tasks that are `there`."""
    shares = not first and any(control.shared for _, control in plan.controls())
    named = shared.named(session, plan.key) if shares else {}
    registered = registered_occasions(plan, organisation, named, there)
    return (*occasions(plan, organisation, named), *registered)


def tasks_of(
    session: Session, plans: Collection[str], *, lock: bool = True
) -> tuple[list[tasks.Task], set[int]]:
    """The plans' tasks, locked for whoever changes them; and those among them that a change took out, which come back where
    they are asked for again."""
    gone = shared.cancelled_for(session, plans, (f"{OUT} {PLAN}", f"{OUT} {ORGANISATION}"))
    return tasks.of_plans(session, plans, lock=lock), gone


def revised(
    wanted: Sequence[Occasion], there: Sequence[tasks.Task], gone: Collection[int]
) -> Revision[tasks.Task]:
    """What becomes of tasks; `gone` are the numbers of those that a change took out."""
    keys = {(task.control, task.unit, task.slot) for task in there if task.id in gone}
    return revise(wanted, there, keys)


def because_of(number: int, dnr: str) -> str:
    """Why a revision changes a task."""
    return f"{PLAN} (version {number}, dnr {dnr})."


def said_of(item: Occasion, plan: Plan, organisation: Organisation) -> str:
    """ "K3 mars 2026", with the unit where it is another than the plan's."""
    said = f"{item.control.id} {item.timed.window.label}"
    if item.unit == plan.unit:
        return said
    unit = organisation.unit(item.unit)
    return f"{said}, {unit.name if unit else item.unit}"


def carry_out(
    session: Session,
    plan: str,
    number: int,
    result: Revision[tasks.Task],
    *,
    because: str,
    by: str,
    now: datetime,
) -> None:
    """Plan what is new, let what is kept follow, and take out what is gone.

    `because` ends the reasons: "när planen ändrades".
    """
    tasks.plan_tasks(session, plan, number, result.new, by=by, now=now)
    tasks.follow_version(session, number, result.kept)
    tasks.set_version(session, number, [task.id for task in result.left_out])
    out = f"{OUT} {because}"
    changes = [tasks.StateChange(t.id, State.CANCELLED, by, out) for t in result.removed]
    back = [task.id for task, _ in result.kept if task.state is State.CANCELLED]
    again = f"{AGAIN} {because}"
    changes += [tasks.StateChange(id, State.PLANNED, by, again) for id in back]
    tasks.move(session, changes, now)
    _tell_anew(session, result, back, now)


def _tell_anew(
    session: Session, result: Revision[tasks.Task], back: list[int], now: datetime
) -> None:
    """Whoever is to answer hears of it as it now is, and no longer whoever was to before."""
    moved = [task.id for task, item in result.kept if task.owner != item.owner]
    links.revoke(session, moved, now)
    handovers.lapse(session, moved, OTHER_OWNER, now)
    kept = [task.id for task, _ in result.kept]
    stale = outbox.withdraw(session, [*kept, *(task.id for task in result.removed)])
    tasks.forget_notified(session, {*moved, *back, *(id for id in kept if id in stale)})


def tell_new_owner(session: Session, moved: Sequence[int], now: datetime) -> None:
    """Tasks have another owner: the links of the one before end, and a mail is owed to the new."""
    links.revoke(session, moved, now)
    handovers.lapse(session, moved, OTHER_OWNER, now)
    outbox.withdraw(session, moved, "Någon annan utsågs innan mejlet hade skickats.")
    tasks.forget_notified(session, set(moved))


# -- the units change --


def follow_units(session: Session, organisation: Organisation, *, by: str, now: datetime) -> None:
    """Shared controls of adopted plans follow the organisation: units that have come, gone or moved.

    What has been answered stays. Nothing is planned whose last day has passed, and nothing is taken
    out that was due already: it is still to be accounted for. Only plans that change are written.
    """
    today = local_date(now)
    found = shared.plans_that_share(session, today.year - 1)
    keys = {adopted.plan.key for adopted in found}
    if not keys:
        return
    (there, gone), names = tasks_of(session, keys), shared.namings(session, keys)
    for adopted in found:
        plan, number = adopted.plan, adopted.decision.version
        named = {key[1:]: naming.function for key, naming in names.items() if key[0] == plan.key}
        ours = {control.id for _, control in plan.controls() if control.shared}
        own = [task for task in there if task.plan == plan.key and task.control in ours]
        wanted = [i for i in occasions(plan, organisation, named) if i.control.id in ours]
        wanted += registered_occasions(plan, organisation, named, own)
        result = _from(revised(wanted, own, gone), today)
        if result.new or result.kept or result.removed:
            _follow(session, plan, number, result, organisation, by, now)


def _from(whole: Revision[tasks.Task], today: date) -> Revision[tasks.Task]:
    """What of it is not due yet, and changes anything."""
    return Revision(
        new=tuple(item for item in whole.new if item.timed.due >= today),
        kept=tuple(
            (task, item)
            for task, item in whole.kept
            if task.state is State.CANCELLED and item.timed.due >= today
        ),
        removed=tuple(task for task in whole.removed if task.due >= today),
        left_out=(),
        overlapping=(),
    )


def _follow(
    session: Session,
    plan: Plan,
    number: int,
    result: Revision[tasks.Task],
    organisation: Organisation,
    by: str,
    now: datetime,
) -> None:
    carry_out(session, plan.key, number, result, because=f"{ORGANISATION}.", by=by, now=now)
    came = Counter((i.control.id, i.unit) for i in (*result.new, *(i for _, i in result.kept)))
    went = Counter((task.control, task.unit) for task in result.removed)

    def said(control: str, unit: str) -> str:
        found = organisation.unit(unit)
        return f"{control}, {found.name if found else unit}"

    lines = [
        *([said(*key), "", f"{n} kontrolltillfällen planerade"] for key, n in came.items()),
        *([said(*key), f"{n} kontrolltillfällen", "utgår"] for key, n in went.items()),
    ]
    session.record(
        FOLLOWED,
        f"plan:{plan.key}",
        planned=sum(came.values()),
        cancelled=[task.key for task in result.removed],
        changes=lines,
    )
