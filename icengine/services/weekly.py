"""What waits for each controller, for the weekly summary: counted when the mail is written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from icengine.domain.access import Permit, rights
from icengine.domain.calendar import end_of_day, local_date
from icengine.domain.people import Organisation
from icengine.domain.task import State, is_late
from icengine.domain.week import Line, Week
from icengine.store import people, waiting
from icengine.store.db import Session

REFUSED_FOR = timedelta(days=8)
"""How far back refused mails are told of."""


def weeks(
    session: Session, organisation: Organisation, emails: Sequence[str], now: datetime
) -> dict[str, Week]:
    """What waits for each of the controllers; as many statements however many there are."""
    if not emails:
        return {}
    today = local_date(now)
    sunday = today + timedelta(6 - today.weekday())
    standing = waiting.standing(session, sunday)
    owners = {item.task.owner for item in standing} - {""}
    held = people.holders(session, owners, today)
    asked = waiting.with_requests(session)
    asking = waiting.some(session, asked)
    late_actions = waiting.late_actions(session, today)
    refused = waiting.refused_since(session, end_of_day(today) - REFUSED_FOR)
    about = waiting.some(session, {task for _, task in refused if task})
    found = {}
    for email in emails:
        units = {u for permit, u in rights(organisation, email, today) if permit is Permit.CONTROL}
        mine = [item for item in standing if item.task.unit in units]
        late = [item for item in mine if is_late(item.task.state, item.task.due, today)]
        found[email] = Week(
            late=tuple(_line(organisation, item) for item in late),
            due=tuple(
                _line(organisation, item)
                for item in mine
                if item not in late and item.task.state is not State.SUBMITTED
            ),
            unread=tuple(_line(organisation, i) for i in mine if i.task.state is State.SUBMITTED),
            unheld=_unheld(organisation, mine, held),
            requests=sum(task.unit in units for task in asking.values()),
            actions=sum(unit in units for unit in late_actions),
            refused=tuple(
                dict.fromkeys(a for a, t in refused if t in about and about[t].unit in units)
            ),
        )
    return found


def _line(organisation: Organisation, item: waiting.Standing) -> Line:
    task = item.task
    unit = organisation.unit(task.unit)
    title = f"{task.control} (skyddad)" if item.protected else item.title
    return Line(title, unit.name if unit else task.unit, task.owner, task.due)


def _unheld(
    organisation: Organisation, mine: Sequence[waiting.Standing], held: Collection[str]
) -> tuple[str, ...]:
    asked = [item.task for item in mine if item.task.state is not State.SUBMITTED]
    names = []
    for task in asked:
        unit = organisation.unit(task.unit)
        if not task.owner:
            names.append(f"{unit.name if unit else task.unit} har inte utsett någon")
        elif task.owner not in held:
            names.append(f"ingen är {task.owner}")
    return tuple(dict.fromkeys(names))
