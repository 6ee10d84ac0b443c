"""Taking in a year from before the engine, so that trends and follow-up begin on the first day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from icengine.domain.access import Actor, Permit, Subject
from icengine.domain.action import matched
from icengine.domain.calendar import STOCKHOLM, local_date
from icengine.domain.happening import ANSWERED, STATUS
from icengine.domain.history import History, PastAnswer
from icengine.domain.people import Organisation
from icengine.domain.plan_difference import plan_difference
from icengine.domain.sharing import occasions
from icengine.domain.task import Answer, State
from icengine.errors import Refused
from icengine.services.permits import require
from icengine.services.plans import check_known
from icengine.store import actions, answers, drafts, plans, records, register, tasks
from icengine.store.db import Session
from icengine.store.events import as_lines

TAKEN_IN = "Inläst från året före programmet."
NOT_RATED = "Det som lästes in har ingen bedömning."


@dataclass(frozen=True)
class TakenIn:
    """What was taken in."""

    key: str
    controls: int
    rated: int
    """Controls with a bedömning; the others are ej genomförda."""
    actions: int
    open_actions: int


def import_history(session: Session, *, actor: Actor, now: datetime, history: History) -> TakenIn:
    """Store a year that is over: its plan, what it showed, and its åtgärder.

    Nobody is mailed. Raises Refused where the plan is there already, or the year is not over.
    """
    plan, by = history.plan, str(actor)
    require(actor, Permit.CONTROL, Subject(plan.unit))
    session.alone()
    organisation = check_known(session, actor, plan)
    _check_over(session, plan.key, plan.year, now)
    decision = history.decision
    sha256 = plans.store_version(
        session, plan, number=1, dnr=decision.dnr, decided=decision.date,
        paragraph=decision.paragraph, now=now,
    )  # fmt: skip
    everything = (*plan.risks, *plan.left_out)
    register.register_adopted(session, plan.unit, everything, by=by, now=now)
    wanted = occasions(plan, organisation, {})
    tasks.plan_tasks(session, plan.key, 1, wanted, by=by, now=now)
    _record_plan(session, history, sha256)
    there = {task.control: task for task in tasks.of_plans(session, [plan.key])}
    _close(session, history, there, by, now)
    _add_actions(session, history, there, organisation, by, now)
    statuses = [*(item.status for item in history.actions), *history.direct.values()]
    return TakenIn(
        plan.key,
        controls=len(there),
        rated=len(history.answers),
        actions=len(statuses),
        open_actions=sum(not status.closed for status in statuses),
    )


def _check_over(session: Session, key: str, year: int, now: datetime) -> None:
    if plans.latest(session, key) is not None or drafts.get(session, key) is not None:
        raise Refused(
            f"Planen {key} finns redan.", "Ett år läses in en gång, innan det börjar användas."
        )
    if date(year, 12, 31) >= local_date(now):
        raise Refused(
            f"Året {year} är inte slut.", "Läs in planen med icengine plan import i stället."
        )


def _record_plan(session: Session, history: History, sha256: str) -> None:
    differs, decision = plan_difference(None, history.plan), history.decision
    session.record(
        records.ADOPTED,
        f"plan:{history.plan.key}",
        version=1,
        sha256=sha256,
        dnr=decision.dnr,
        date=decision.date.isoformat(),
        paragraph=decision.paragraph,
        planned=len(differs.added),
        cancelled=[],
        added=list(differs.added),
        removed=[],
        changed=[],
        changes=as_lines(differs.changes),
    )


def _close(
    session: Session, history: History, there: dict[str, tasks.Task], by: str, now: datetime
) -> None:
    """Every task gets what it showed, or is ej genomförd; each answer is an event."""
    rated = {item.control: item for item in history.answers}
    moves = []
    stored = []
    for _, control in history.plan.controls():
        task, past = there[control.id], rated.get(control.id)
        state, reason = (State.APPROVED, TAKEN_IN) if past else (State.NOT_DONE, NOT_RATED)
        moves.append(tasks.StateChange(task.id, state, by, reason))
        if past is None:
            continue
        answer = Answer(result=past.result, rating=past.rating, comment=past.comment)
        stored.append(answers.Submitted(task.id, answer, control.owner, _moment(past)))
        session.record(
            ANSWERED,
            f"kontrolltillfälle:{task.key}",
            version=1,
            rating="" if control.protected else past.rating,
            behalf=control.owner,
            sha256=records.answer_digest(answer),
            changes=[[STATUS, str(task.state), str(state)]],
        )
    answers.add_submitted(session, stored)
    tasks.move(session, moves, now)


def _moment(past: PastAnswer) -> datetime:
    """Noon of the day it was answered."""
    return datetime.combine(past.day, time(12), STOCKHOLM)


def _add_actions(
    session: Session,
    history: History,
    there: dict[str, tasks.Task],
    organisation: Organisation,
    by: str,
    now: datetime,
) -> None:
    new = [
        actions.NewAction(
            subject=item.subject,
            task=there[item.subject].id if item.subject in there else None,
            direct="",
            text=item.text,
            responsible=matched(item.responsible, organisation),
            due=item.due,
            status=item.status,
        )
        for item in history.actions
    ]
    new += [
        replace(actions.direct_action(risk.id, action), status=history.direct[action.id])
        for risk in history.plan.risks
        for action in risk.actions
    ]
    actions.add_actions(session, history.plan.key, new, by=by, now=now)
