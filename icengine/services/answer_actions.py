"""The åtgärder that an answer brings: new ones at the first hand-in, and those that are there follow
what a completed answer says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from icengine.domain.access import Actor, Link, Person, Scope
from icengine.domain.action import Action, Content, matched
from icengine.domain.calendar import local_date
from icengine.domain.notice import NoticeKind
from icengine.domain.people import Organisation
from icengine.domain.task import Answer, PlannedAction, read_date
from icengine.services.action_notices import tell_responsible
from icengine.services.people import known_organisation
from icengine.store import action_lists, actions, answers, tasks
from icengine.store.action_lists import Wanted, Which
from icengine.store.db import Session

TAKEN_OUT = "Står inte kvar i det kompletterade svaret."
ENTRY = Scope(everything=True)
"""Whoever hands in an answer has passed the task's own gate."""


def follow_answer(
    session: Session,
    task: tasks.Task,
    answer: Answer,
    version: int,
    *,
    by: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Record what an answer that is handed in as this version says is to be done.

    What others have changed about an åtgärd since the last hand-in stays, where the answer says the
    same of it as it did then. Whoever becomes ansvarig is mailed, but not whoever hands it in.
    """
    organisation, today = known_organisation(session), local_date(now)
    wanted = Wanted(today, Which.ALL, task=task.id)
    there = action_lists.listed(session, ENTRY, wanted) if version > 1 else []
    last = answers.submitted_before(session, task.id, version) if there else None
    before = last.answer if last else Answer()
    pairs, new, gone = _paired(there, answer.actions, before.actions)
    states = []
    for action, said, old in pairs:
        content = _followed(action.state.content, said, old, organisation)
        if answer.cause != before.cause:
            content = replace(content, cause=answer.cause)
        if content != action.state.content:
            states.append(actions.NewState(action.id, content, by))
    states += [
        actions.NewState(action.id, action.state.content.dropped(), by, TAKEN_OUT)
        for action in gone
    ]
    actions.add_states(session, states, now)
    added = actions.add_actions(
        session,
        task.plan,
        [_new(task, said, answer.cause, organisation, now) for said in new],
        by=by,
        now=now,
    )
    handed = {
        state.action
        for state, (action, *_) in ((s, p) for s in states for p in pairs)
        if state.action == action.id and state.content.responsible != action.state.responsible
    }
    _tell(session, {*added, *handed}, actor, now)


def _tell(session: Session, ids: set[int], actor: Actor, now: datetime) -> None:
    """Whoever has become ansvarig for these is mailed."""
    if not ids:
        return
    wanted = Wanted(local_date(now), Which.ALL, ids=frozenset(ids))
    found = action_lists.listed(session, ENTRY, wanted)
    but = actor.email if isinstance(actor, Person | Link) else ""
    tell_responsible(session, found, NoticeKind.ACTION_NEW, now, but=but)


Pair = tuple[Action, PlannedAction, PlannedAction | None]
"""An åtgärd, what the answer says of it now, and what it said last."""


def _paired(
    there: Sequence[Action], said: Sequence[PlannedAction], before: Sequence[PlannedAction]
) -> tuple[list[Pair], list[PlannedAction], list[Action]]:
    """Which åtgärd each is: by its text, then by its place among those whose text is new."""
    left, waiting, pairs = list(there), [], []
    for item in said:
        same = next((action for action in left if action.state.text == item.text), None)
        if same is None:
            waiting.append(item)
        else:
            left.remove(same)
            pairs.append((same, item, _same_text(before, item.text)))
    still = [action for action in left if not action.state.status.closed]
    for action, item in zip(still, waiting, strict=False):
        pairs.append((action, item, _same_text(before, action.state.text)))
    both = min(len(still), len(waiting))
    return pairs, waiting[both:], still[both:]


def _same_text(before: Sequence[PlannedAction], text: str) -> PlannedAction | None:
    return next((item for item in before if item.text == text), None)


def _followed(
    now: Content, said: PlannedAction, before: PlannedAction | None, organisation: Organisation
) -> Content:
    """The åtgärd with what the answer has come to say otherwise."""
    content = replace(now, text=said.text)
    if before is None or said.responsible != before.responsible:
        content = replace(content, responsible=matched(said.responsible, organisation))
    if before is None or said.due != before.due:
        content = replace(content, due=read_date(said.due) or now.due)
    return content


def _new(
    task: tasks.Task, said: PlannedAction, cause: str, organisation: Organisation, now: datetime
) -> actions.NewAction:
    return actions.NewAction(
        subject=task.control,
        task=task.id,
        direct="",
        text=said.text,
        responsible=matched(said.responsible, organisation),
        due=read_date(said.due) or local_date(now),
        unit=task.unit,
        cause=cause,
    )
