"""Use cases around controls that wait for something to happen: which they are, and registering an
occasion when it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import quote

from icengine.domain.access import Actor, Link, Permit, Person, Subject, may
from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.event_controls import (
    COUNTED_IN,
    MOST_A_DAY,
    event_faults,
    event_timed,
    event_units,
    next_slot,
    still_registered,
)
from icengine.domain.happening import EVENT_REGISTERED, MINTED, STATUS
from icengine.domain.occurrence import Occasion
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan
from icengine.domain.task import Fault, State
from icengine.domain.text import recorded
from icengine.errors import Closed, Conflict, LoginNeeded, NotFound, TooMany
from icengine.services.people import known_organisation
from icengine.store import event_tasks, links, people, shared
from icengine.store.db import Session
from icengine.store.protected import protected_controls

EVENTS = "/kontroller/vid-behov"
"""The page of them, for somebody who is logged in."""


@dataclass(frozen=True)
class EventControl:
    """An event control of a unit, for whoever answers it."""

    plan: Plan
    version: int
    control: Control
    """Protected where any version of the plan protects it."""
    unit: str
    unit_name: str
    owner: str
    registered: tuple[event_tasks.Registered, ...]
    """What has been registered, the latest first; those that are utgår too."""


@dataclass(frozen=True)
class Occurred:
    """What became of registering."""

    task: int
    """The number of its task; 0 where there is none."""
    is_new: bool
    """False where it was registered already."""
    faults: tuple[Fault, ...] = ()
    secret: str = ""
    """Of a new link to the task, for somebody who came with a link."""


def event_controls(session: Session, *, actor: Actor, now: datetime) -> list[EventControl]:
    """The event controls that the actor answers, in a fixed number of statements.

    Of this year's plans, and in the first months of the year of last year's. Raises Closed where a
    link's holder no longer has its function.
    """
    functions = _functions(session, actor, now)
    if isinstance(actor, Link):
        actor = replace(actor, functions=functions)
    found = list(_of(session, functions, local_date(now), actor)) if functions else []
    registered = event_tasks.registered(session, {item.plan.key for item in found}) if found else []
    return [_with(item, registered) for item in found]


def _functions(session: Session, actor: Actor, now: datetime) -> frozenset[str]:
    """What the actor answers for today. A link ends with its holder's time in its function; one to
    things of several functions is for those of them that its holder has."""
    if isinstance(actor, Person):
        return actor.functions
    if not isinstance(actor, Link):
        return frozenset()
    sent_to = actor.functions or event_tasks.owners(session, actor.tasks)
    holders = people.holders(session, sent_to, local_date(now)) if sent_to else {}
    held = frozenset(name for name, emails in holders.items() if actor.email in emails)
    if holders and not held:
        raise Closed("Länken gäller inte längre.", f"Du är inte längre {min(holders)}.")
    return held


def registered_years(today: date) -> list[int]:
    """The years of plans whose occasions are registered that day."""
    return [year for year in (today.year, today.year - 1) if still_registered(year, today)]


def _of(
    session: Session, functions: frozenset[str], today: date, actor: Actor
) -> Iterator[EventControl]:
    adopted = event_tasks.plans_waiting(session, functions, registered_years(today))
    if not adopted:
        return
    organisation = known_organisation(session)
    keys = {item.plan.key for item in adopted}
    namings = shared.namings(session, keys)
    protected = protected_controls(session, keys)
    for item in adopted:
        named = {key[1:]: n.function for key, n in namings.items() if key[0] == item.plan.key}
        for control in item.plan.event_controls:
            hidden = (item.plan.key, control.id) in protected
            for unit, owner in event_units(item.plan, control, organisation, named, today):
                if may(actor, Permit.REGISTER, Subject(unit, owner=owner)):
                    yield EventControl(
                        plan=item.plan,
                        version=item.decision.version,
                        control=_protecting(control, hidden),
                        unit=unit,
                        unit_name=_name(organisation, unit),
                        owner=owner,
                        registered=(),
                    )


def event_control(
    session: Session, *, actor: Actor, now: datetime, plan: str, control: str, unit: str
) -> EventControl:
    """One of them. Raises NotFound where the actor has none such, LoginNeeded where a link is not
    enough."""
    for item in event_controls(session, actor=actor, now=now):
        if (item.plan.key, item.control.id, item.unit) == (plan, control, unit):
            if item.control.login and isinstance(actor, Link):
                raise LoginNeeded(event_path(plan, control, unit))
            return item
    raise NotFound


def register_event(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    plan: str,
    control: str,
    unit: str,
    happened: date | None,
    what: str,
    seen: int | None = None,
) -> Occurred:
    """Something has happened: a task opens for it now, to be answered at once or by its date.

    The same day and words again are the same occasion, however often they are sent. `seen` is how
    many were registered when it was written. Raises NotFound, LoginNeeded and Closed as
    `event_control`, Conflict where another has been registered meanwhile, and TooMany.
    """
    session.alone()
    found = event_control(session, actor=actor, now=now, plan=plan, control=control, unit=unit)
    what, today = recorded(what), local_date(now)
    wrong = event_faults(found.plan, happened, what, today)
    if wrong or happened is None:
        return Occurred(0, False, wrong)
    same = _same(found.registered, happened, what)
    if same is not None:
        return Occurred(same.task.id, False, secret=_link(session, actor, found, same.task.id, now))
    _check_seen(found, seen)
    _check_often(found, now)
    slot = next_slot(found.plan.year, [item.task.slot for item in found.registered])
    timed = event_timed(found.plan, found.control, slot, happened, today)
    occasion = Occasion(found.control, unit, found.owner, timed)
    task = event_tasks.add(
        session, plan, found.version, occasion, what=what, by=found.owner, now=now
    )
    said = [] if found.control.protected else [["Det som hände", "", what]]
    session.record(
        EVENT_REGISTERED,
        f"kontrolltillfälle:{task.key}",
        behalf=found.owner,
        date=happened.isoformat(),
        changes=[[STATUS, "", str(State.OPEN)], *said],
    )
    return Occurred(task.id, True, secret=_link(session, actor, found, task.id, now))


def event_path(plan: str, control: str, unit: str) -> str:
    """The page that registers an occasion, for somebody who is logged in."""
    return "/".join((EVENTS, *(quote(part, safe="") for part in (plan, control, unit))))


def what_happened(session: Session, *, task_id: int) -> event_tasks.Registered | None:
    """What a task was registered for, for whoever has been shown the task."""
    return event_tasks.of_task(session, task_id)


def _same(
    registered: Sequence[event_tasks.Registered], happened: date, what: str
) -> event_tasks.Registered | None:
    """The same occasion, where it is registered and has not been taken out."""
    alike = (r for r in registered if (r.happened, r.what) == (happened, what))
    return next((r for r in alike if r.task.state is not State.CANCELLED), None)


def _check_seen(found: EventControl, seen: int | None) -> None:
    if seen is None or seen >= len(found.registered):
        return
    last = max(found.registered, key=lambda item: item.task.id)
    raise Conflict(
        f"Ett tillfälle registrerades medan du skrev: {swedish_date(last.happened)}, ”{last.what}”.",
        "Är ditt ett annat? Tryck då på Registrera igen.",
    )


def _check_often(found: EventControl, now: datetime) -> None:
    if sum(item.at > now - COUNTED_IN for item in found.registered) >= MOST_A_DAY:
        raise TooMany(
            "Det är många tillfällen på ett dygn.",
            "Vänta till i morgon, eller be den som samordnar internkontrollen om hjälp.",
        )


def _link(session: Session, actor: Actor, found: EventControl, task: int, now: datetime) -> str:
    """A link to the task for whoever came with one, which answers other things."""
    if not isinstance(actor, Link):
        return ""
    (secret,) = links.mint(session, [links.Wanted(actor.email, found.owner, (task,))], now)
    key = next((r.task.key for r in found.registered if r.task.id == task), "")
    if key:
        session.record(MINTED, f"kontrolltillfälle:{key}", behalf=found.owner)
    return secret


def _with(item: EventControl, registered: Sequence[event_tasks.Registered]) -> EventControl:
    own = (item.plan.key, item.control.id, item.unit)
    theirs = (r for r in registered if (r.task.plan, r.task.control, r.task.unit) == own)
    return replace(item, registered=tuple(theirs))


def _protecting(control: Control, protected: bool) -> Control:
    return replace(control, protected=True) if protected else control


def _name(organisation: Organisation, id: str) -> str:
    unit = organisation.unit(id)
    return unit.name if unit else id
