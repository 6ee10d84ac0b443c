"""Direktåtgärder: decided with a plan, and then åtgärder like any other.

One that an earlier plan decided, and that is still open, lives on in the next plan that has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from icengine.domain.access import Actor, Person, Scope
from icengine.domain.action import Action, Content
from icengine.domain.calendar import local_date
from icengine.domain.facts import ActionStatus
from icengine.domain.notice import NoticeKind
from icengine.domain.plan import DirectAction, Plan
from icengine.services.action_notices import tell_responsible
from icengine.store import action_lists, actions
from icengine.store.action_lists import Wanted, Which
from icengine.store.db import Session


def follow_direct_actions(
    session: Session,
    plan: Plan,
    before: Plan | None,
    *,
    because: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Record the direktåtgärder of an adopted version.

    `before` is the version that it replaces. What has been said and changed of one stays, where the
    new version says the same of it as that; one that is taken out is avskriven, `because` of it. Whoever
    becomes ansvarig is mailed.
    """
    planned = {item.id: (risk.id, item) for risk in plan.risks for item in risk.actions}
    said = {item.id: item for risk in before.risks for item in risk.actions} if before else {}
    if not planned and not said:
        return
    there = _there(session, plan)
    changed = list(_changed(there, planned, said, because))
    by = str(actor)
    actions.add_states(session, [replace(state, by=by) for _, state in changed], now)
    new = [actions.direct_action(id, item) for id, item in planned.values() if item.id not in there]
    added = actions.add_actions(session, plan.key, new, by=by, now=now)
    handed = {
        action.id
        for action, state in changed
        if state.content.responsible != action.state.responsible
        or (action.state.status.closed and not state.content.status.closed)
    }
    _tell(session, {*added, *handed}, actor, now)


def _there(session: Session, plan: Plan) -> dict[str, Action]:
    """By id: this plan's, and those of the unit's earlier plans that are still open."""
    found = action_lists.direct(session, plan.unit, plan.year)
    return {
        action.direct: action
        for action in found
        if action.plan == plan.key or not action.state.status.closed
    }


def _changed(
    there: dict[str, Action],
    planned: dict[str, tuple[str, DirectAction]],
    said: dict[str, DirectAction],
    because: str,
) -> Iterator[tuple[Action, actions.NewState]]:
    """What a version makes of those that are there."""
    for id, action in there.items():
        content, note = action.state.content, ""
        if id in planned:
            after = _followed(content, planned[id][1], said.get(id))
        elif id in said and not content.status.closed:
            after, note = content.dropped(), f"Avskrevs {because}"
        else:
            continue
        if after != content:
            yield action, actions.NewState(action.id, after, "", note)


def _followed(now: Content, planned: DirectAction, said: DirectAction | None) -> Content:
    """The åtgärd with what the version says otherwise than the one before."""
    if said is None and now.status is ActionStatus.DROPPED:
        now = now.reopened(planned.due)  # it was taken out, and has come back
    if said is None or planned.text != said.text:
        now = replace(now, text=planned.text)
    if said is None or planned.responsible != said.responsible:
        now = replace(now, responsible=planned.responsible)
    if said is None or planned.due != said.due:
        now = replace(now, due=planned.due)
    return now


def _tell(session: Session, ids: set[int], actor: Actor, now: datetime) -> None:
    if ids:
        wanted = Wanted(local_date(now), Which.ALL, ids=frozenset(ids))
        found = action_lists.listed(session, Scope(everything=True), wanted)
        but = actor.email if isinstance(actor, Person) else ""
        tell_responsible(session, found, NoticeKind.ACTION_NEW, now, but=but)
