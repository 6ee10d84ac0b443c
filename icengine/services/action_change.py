"""How a change of an åtgärd is made: whose it is, the version it was thought out from, what the log says,
and who is told. `actions.py` has the use cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from icengine.domain.access import Actor, Link, Permit, Person, Subject, may, scope
from icengine.domain.action import Action, ActionState, Content, reached
from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.happening import STATUS
from icengine.domain.notice import NoticeKind
from icengine.domain.reading import LONGEST
from icengine.domain.text import recorded
from icengine.errors import Closed, Conflict, LoginNeeded, NotAllowed, NotFound, Refused
from icengine.services.action_notices import tell_controllers, tell_responsible
from icengine.services.people import known_organisation
from icengine.store import action_lists, actions, logins, plans
from icengine.store.db import Session

WITHDRAWN = "Åtgärden ändrades innan mejlet hade skickats."


@dataclass(frozen=True)
class Done:
    """What became of a change."""

    action: Action
    is_new: bool
    """False where it was so already."""


# -- whose it is --


def subject_of(session: Session, action: Action) -> Subject:
    """What `access` is asked about. Whoever is ansvarig by address has it as one has a function."""
    named = action.state.responsible
    number = logins.known_number(session, named) if "@" in named else None
    return Subject(
        action.unit,
        owner=named,
        delegate=number or 0,
        action=action.id,
        plan=action.plan_unit,
    )


def own(
    session: Session, actor: Actor, permit: Permit, id: int, now: datetime, *, lock: bool = False
) -> tuple[Action, Subject]:
    """The åtgärd, where the actor may do this with it.

    Raises NotFound for one that does not exist for the actor, NotAllowed for one that they may only
    read, Closed for a link whose holder has it no longer, and LoginNeeded where its control asks for
    more than a link.
    """
    action = action_lists.get(session, scope(actor, Permit.READ), id, lock=lock)
    if action is None:
        raise NotFound
    subject = subject_of(session, action)
    if not may(actor, Permit.READ, subject):
        raise NotFound
    if isinstance(actor, Link):
        _check_holder(session, actor, action, local_date(now))
    if not may(actor, permit, subject):
        raise NotAllowed
    return action, subject


def _check_holder(session: Session, actor: Link, action: Action, today: date) -> None:
    """A link is for whoever is ansvarig, and ends when somebody else is."""
    organisation, named = known_organisation(session), action.state.responsible
    if actor.email not in reached(named, organisation, today):
        raise Closed("Du har inte längre den här uppgiften.", f"Ansvarig är nu {named}.")
    if action.of_control and _asks_for_login(session, action):
        raise LoginNeeded(f"/atgarder/{action.id}")


def _asks_for_login(session: Session, action: Action) -> bool:
    found = plans.latest(session, action.plan)
    controls = found.plan.controls() if found else ()
    return any(control.login for _, control in controls if control.id == action.subject)


def voice(actor: Actor, action: Action | None, answers_as: str = "") -> str:
    """For which function the actor speaks: the åtgärd's ansvarig where they are that."""
    if not isinstance(actor, Person):
        return answers_as or str(actor)
    named = action.state.responsible if action else ""
    if named in actor.functions or named == actor.email:
        return named
    return min(actor.functions, default=str(actor))


def behalf_of(by: str) -> str:
    """What the log says of for whom it was done: it names nobody by address."""
    return "" if "@" in by else by


def email_of(actor: Actor) -> str:
    """The actor's address; "" for the engine itself."""
    return actor.email if isinstance(actor, Person | Link) else ""


# -- how a change is made --


def ours(session: Session, actor: Actor, id: int, now: datetime) -> tuple[Action, Subject]:
    """The åtgärd, for its ansvarig and for the unit's controller."""
    action, subject = own(session, actor, Permit.READ, id, now, lock=True)
    if not any(may(actor, permit, subject) for permit in (Permit.ANSWER, Permit.CONTROL)):
        raise NotAllowed
    return action, subject


def same(content: Content) -> Content:
    """Nothing changes but what is said."""
    return content


def change(
    session: Session,
    actor: Actor,
    now: datetime,
    action: Action,
    seen: int,
    kind: str,
    becomes: Callable[[Content], Content],
    note: str = "",
    answers_as: str = "",
) -> Done:
    """The next version of an åtgärd that is held.

    Raises Conflict where somebody has changed it since the version that was seen, and Refused where
    it has come too far, or not far enough, for this.
    """
    before = action.state.content
    if seen != action.version:
        if _came_through(session, action, seen, becomes, note):
            return Done(action, False)
        raise Conflict("Någon har ändrat sedan du öppnade sidan.")
    try:
        after = becomes(before)
    except ValueError as error:
        raise Refused(f"Det går inte när läget är {action.state.status}.") from error
    if after == before and not note:
        return Done(action, False)
    by = voice(actor, action, answers_as)
    (version,) = actions.add_states(session, [actions.NewState(action.id, after, by, note)], now)
    if (after.status, after.responsible) != (before.status, before.responsible):
        actions.withdraw_mails(session, [action.id], WITHDRAWN)
    state = ActionState(**vars(after), version=version, at=now, by=by, note=note)
    session.record(
        kind, action.logged, behalf=behalf_of(by), changes=changes_of(before, after, action, note)
    )
    return Done(replace(action, state=state), True)


def _came_through(
    session: Session, action: Action, seen: int, becomes: Callable[[Content], Content], note: str
) -> bool:
    """Is the newest version the very change, sent once more?"""
    states = action_lists.history(session, action.id)
    before = next((state for state in states if state.version == seen), None)
    if before is None or states[-2:-1] != (before,):
        return False
    try:
        return (becomes(before.content), note) == (states[-1].content, states[-1].note)
    except ValueError:
        return False


def told_anew(session: Session, actor: Actor, now: datetime, done: Done) -> Done:
    """Whoever is ansvarig is mailed about what has become of it."""
    if done.is_new:
        stage = str(done.action.version)
        tell_responsible(
            session, [done.action], NoticeKind.ACTION_NEW, now, but=email_of(actor), stage=stage
        )
    return done


def told_done(session: Session, actor: Actor, action: Action, now: datetime) -> None:
    """The unit's controllers are mailed that it is klar."""
    tell_controllers(
        session, action, NoticeKind.ACTION_DONE, now, but=email_of(actor), stage=str(action.version)
    )


def changes_of(
    before: Content | None, after: Content, action: Action, note: str
) -> list[list[str]]:
    """What changed, for the log; of a protected control neither texts nor what was said."""
    old, new = _lines(before, action.protected), _lines(after, action.protected)
    found = [[what, old.get(what, ""), said] for what, said in new.items()]
    found = [line for line in found if line[1] != line[2]]
    return [*found, ["Kommentar", "", note]] if note and not action.protected else found


def _lines(content: Content | None, protected: bool) -> dict[str, str]:
    if content is None:
        return {}
    said = {
        STATUS: str(content.status),
        "Ansvarig": content.responsible,
        "Klart senast": swedish_date(content.due),
        "Effekt": content.effect,
    }
    return said if protected else {"Åtgärd": content.text, "Grundorsak": content.cause} | said


def said_of(text: str, missing: str) -> str:
    """What was said. Raises Refused where it is missing or too long."""
    said = recorded(text)
    if not said and missing:
        raise Refused(missing)
    if len(said) > LONGEST:
        raise Refused(f"Texten är för lång: högst {LONGEST} tecken får plats.")
    return said
