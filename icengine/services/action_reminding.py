"""What the day's round owes about åtgärder: one mail about each to its ansvarig, the strongest that
holds. Those that nobody can be mailed about stand in the controllers' lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from icengine.domain.access import Scope
from icengine.domain.action import Action, reached
from icengine.domain.calendar import local_date
from icengine.domain.notice import ActionNotice, NoticeKind
from icengine.domain.people import Organisation
from icengine.domain.reminders import stage
from icengine.services.action_notices import action_notice
from icengine.store import action_lists
from icengine.store.db import Session

EVERYTHING = Scope(everything=True)


def action_notices(session: Session, organisation: Organisation, today: date) -> list[ActionNotice]:
    """Reminders before and after the date, and whether what was done had effect; as many statements
    however many there are. What was said when an åtgärd was given or changed is not said again."""
    doing = action_lists.open_actions(session, EVERYTHING, today=today)
    done = action_lists.asked_for_effect(session, EVERYTHING, today=today)
    owed = [*_to_do(doing, organisation, today), *_about_effect(done)]
    return [
        action_notice(kind, action, email, organisation, today, "", named)
        for action, kind, named in owed
        for email in reached(action.state.responsible, organisation, today)
    ]


def _to_do(
    actions: list[Action], organisation: Organisation, today: date
) -> Iterator[tuple[Action, NoticeKind, str]]:
    for action in actions:
        told = local_date(action.state.at)
        found = stage(action.state.due, told, today, organisation.reminders)
        if found:
            kind = NoticeKind.ACTION_LATE if found.late else NoticeKind.ACTION_DUE
            yield action, kind, found.name


def _about_effect(actions: list[Action]) -> Iterator[tuple[Action, NoticeKind, str]]:
    for action in actions:
        yield action, NoticeKind.ACTION_EFFECT, f"effekt {action.state.follow_up}"
