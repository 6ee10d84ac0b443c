"""Use cases around an åtgärd: how it goes, that it is done and had effect, who does it and by when.

Every change is a new version. It is handed the version that it was thought out from: whoever comes
second is told, and nothing is overwritten. The same thing sent twice is recorded once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from icengine.domain.access import Actor, Link, Permit, Person, Subject, may, scope
from icengine.domain.action import Action, Content, Effect, matched, reached
from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.facts import ActionStatus
from icengine.domain.happening import (
    ACTION_ADDED,
    ACTION_CHANGED,
    ACTION_CONFIRMED,
    ACTION_DONE,
    ACTION_DROPPED,
    ACTION_EFFECT,
    ACTION_REOPENED,
    ACTION_TOLD,
    STATUS,
)
from icengine.domain.notice import NoticeKind
from icengine.domain.people import Organisation
from icengine.domain.reading import LONGEST, TITLE
from icengine.domain.text import one_line, recorded
from icengine.errors import Closed, Conflict, LoginNeeded, NotAllowed, NotFound, Refused
from icengine.services.action_notices import tell_controllers, tell_responsible
from icengine.services.people import known_organisation
from icengine.services.permits import require
from icengine.services.plans import CLOSED_PLAN, adopted_plan
from icengine.store import action_lists, actions, lifecycle, logins, plans, tasks
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


def _email(actor: Actor) -> str:
    return actor.email if isinstance(actor, Person | Link) else ""


# -- what its ansvarig says --


def report_progress(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    action_id: int,
    seen: int,
    note: str,
    answers_as: str = "",
) -> Done:
    """Say how it goes: it is then pågående. See `_change` for what is raised.

    Raises Refused where nothing is said.
    """
    said = _said(note, "Skriv hur det går.")
    action, _ = _ours(session, actor, action_id, now)
    return _change(
        session, actor, now, action, seen, ACTION_TOLD, Content.started, said, answers_as
    )


def comment(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    action_id: int,
    seen: int,
    note: str,
    answers_as: str = "",
) -> Done:
    """Say something about it; nothing else changes. Also of one that is closed."""
    said = _said(note, "Skriv en kommentar.")
    action, _ = _ours(session, actor, action_id, now)
    return _change(session, actor, now, action, seen, ACTION_TOLD, _same, said, answers_as)


def mark_done(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    action_id: int,
    seen: int,
    note: str,
    answers_as: str = "",
) -> Done:
    """Say that it is klar, and what was done; the controllers are told, and its effect is asked for
    as many days later as the organisation has chosen."""
    said = _said(note, "Skriv kort vad som är gjort.")
    action, _ = _ours(session, actor, action_id, now)
    days = known_organisation(session).reminders.effect
    today = local_date(now)
    done = _change(
        session, actor, now, action, seen, ACTION_DONE, lambda c: c.done(today, days), said,
        answers_as,
    )  # fmt: skip
    if done.is_new:
        _tell_controllers(session, actor, done.action, now)
    return done


def answer_effect(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    action_id: int,
    seen: int,
    effect: str,
    note: str,
    answers_as: str = "",
) -> Done:
    """Say whether it had effect. Raises Refused for no answer, and for anything but a yes that is
    not explained."""
    if effect not in set(Effect):
        raise Refused("Välj om det hade effekt.")
    said = _said(note, "" if effect == Effect.YES else "Skriv vad som saknas.")
    action, _ = _ours(session, actor, action_id, now)
    return _change(
        session, actor, now, action, seen, ACTION_EFFECT,
        lambda c: c.followed_up(Effect(effect)), said, answers_as,
    )  # fmt: skip


def take_back_done(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    action_id: int,
    seen: int,
    answers_as: str = "",
) -> Done:
    """Its ansvarig was too early to say klar; until the controller has confirmed it."""
    action, _ = _ours(session, actor, action_id, now)
    if action.state.status is not ActionStatus.DONE and seen == action.version:
        raise Refused(
            f"Det går inte när läget är {action.state.status}.", "Bara controllern kan öppna igen."
        )
    return _change(
        session, actor, now, action, seen, ACTION_REOPENED,
        lambda c: c.reopened(c.due), "Var inte klar än.", answers_as,
    )  # fmt: skip


def hand_over(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    action_id: int,
    seen: int,
    responsible: str,
    reason: str,
    answers_as: str = "",
) -> Done:
    """Let somebody else be ansvarig; they are mailed. Raises Refused for whoever cannot be."""
    said = _said(reason, "Skriv varför någon annan ska ta över.")
    action, _ = _ours(session, actor, action_id, now)
    organisation = known_organisation(session)
    to = matched(responsible, organisation)
    if not reached(to, organisation, local_date(now)):
        raise Refused(
            "Den du lämnar över till måste gå att nå med mejl.",
            f"Välj en funktion som någon har, eller en adress i {_domains(organisation)}.",
        )
    done = _change(
        session, actor, now, action, seen, ACTION_CHANGED,
        lambda c: replace(c, responsible=to), said, answers_as,
    )  # fmt: skip
    return _told_anew(session, actor, now, done)


def _domains(organisation: Organisation) -> str:
    return " eller ".join(organisation.mail_domains)


# -- what the controller decides --


@dataclass(frozen=True)
class Terms:
    """What the controller may change of an åtgärd."""

    text: str
    responsible: str
    due: date
    cause: str = ""


def change_terms(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    action_id: int,
    seen: int,
    terms: Terms,
    reason: str = "",
) -> Done:
    """What is to be done, by whom, by when, and why it came to this.

    Raises Refused where something is missing, where klart-datum or ansvarig is another without a
    reason, and where it is closed.
    """
    action, _ = own(session, actor, Permit.CONTROL, action_id, now, lock=True)
    terms = _checked(terms, known_organisation(session))
    other = (terms.due, terms.responsible) != (action.state.due, action.state.responsible)
    said = _said(reason, "Skriv varför ansvarig eller datum ändras." if other else "")
    if action.state.status.closed and seen == action.version:
        raise Refused("Det som är avslutat ändras inte.", "Öppna igen först.")
    done = _change(
        session, actor, now, action, seen, ACTION_CHANGED,
        lambda c: replace(
            c, text=terms.text, responsible=terms.responsible, due=terms.due, cause=terms.cause
        ),
        said,
    )  # fmt: skip
    return _told_anew(session, actor, now, done) if other else done


def confirm(
    session: Session, *, actor: Actor, now: datetime, action_id: int, seen: int, note: str = ""
) -> Done:
    """It is done, says the controller too."""
    action, _ = own(session, actor, Permit.CONTROL, action_id, now, lock=True)
    said = _said(note, "")
    return _change(session, actor, now, action, seen, ACTION_CONFIRMED, Content.confirmed, said)


def write_off(
    session: Session, *, actor: Actor, now: datetime, action_id: int, seen: int, reason: str
) -> Done:
    """It is not to be done after all. Raises Refused without a reason."""
    action, _ = own(session, actor, Permit.CONTROL, action_id, now, lock=True)
    said = _said(reason, "Skriv varför det inte ska göras.")
    return _change(session, actor, now, action, seen, ACTION_DROPPED, Content.dropped, said)


def reopen(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    action_id: int,
    seen: int,
    due: date,
    reason: str,
) -> Done:
    """It is to be done after all, or again, by a new date; its ansvarig is mailed."""
    action, _ = own(session, actor, Permit.CONTROL, action_id, now, lock=True)
    said = _said(reason, "Skriv varför det ska göras ändå eller igen.")
    _check_due(due, local_date(now))
    done = _change(
        session, actor, now, action, seen, ACTION_REOPENED, lambda c: c.reopened(due), said
    )
    return _told_anew(session, actor, now, done)


@dataclass(frozen=True)
class Wish:
    """An åtgärd that the controller adds."""

    plan: str
    """Key of the plan."""
    terms: Terms
    subject: str = ""
    """Id of a control or risk of the plan; "" for the plan as a whole."""
    task: int = 0
    """The answered task that it comes from; 0 for none."""


def add_action(session: Session, *, actor: Actor, now: datetime, wish: Wish) -> Action:
    """An åtgärd that comes from no answer form; its ansvarig is mailed.

    Raises NotFound where there is no such plan or task for the actor, and Refused where something
    is missing, the plan has no such control or risk, or is avslutad.
    """
    plan = adopted_plan(session, actor=actor, key=wish.plan).plan
    unit, subject = plan.unit, wish.subject
    if wish.task:
        task = tasks.get(session, scope(actor, Permit.READ), wish.task)
        if task is None or task.plan != plan.key:
            raise NotFound
        unit, subject = task.unit, task.control
    require(actor, Permit.CONTROL, Subject(unit))
    if lifecycle.closed_at(session, plan.key) is not None:
        raise Refused(CLOSED_PLAN)
    known = {"", *(risk.id for risk in plan.risks), *(c.id for _, c in plan.controls())}
    if subject not in known:
        raise Refused(f"Planen {plan.key} har varken kontroll eller risk som heter {subject}.")
    terms = _checked(wish.terms, known_organisation(session))
    _check_due(terms.due, local_date(now))
    by = voice(actor, None)
    new = actions.NewAction(
        subject, wish.task or None, "", terms.text, terms.responsible, terms.due, unit=unit,
        cause=terms.cause,
    )  # fmt: skip
    (id,) = actions.add_actions(session, plan.key, [new], by=by, now=now)
    action = action_lists.get(session, scope(actor, Permit.CONTROL), id)
    assert action is not None
    session.record(
        ACTION_ADDED, action.logged, behalf=by, changes=_changes(None, action.state, action, "")
    )
    tell_responsible(session, [action], NoticeKind.ACTION_NEW, now, but=_email(actor))
    return action


# -- how a change is made --


def _ours(session: Session, actor: Actor, id: int, now: datetime) -> tuple[Action, Subject]:
    """The åtgärd, for its ansvarig and for the unit's controller."""
    action, subject = own(session, actor, Permit.READ, id, now, lock=True)
    if not any(may(actor, permit, subject) for permit in (Permit.ANSWER, Permit.CONTROL)):
        raise NotAllowed
    return action, subject


def _same(content: Content) -> Content:
    return content


def _change(
    session: Session,
    actor: Actor,
    now: datetime,
    action: Action,
    seen: int,
    kind: str,
    change: Callable[[Content], Content],
    note: str = "",
    answers_as: str = "",
) -> Done:
    """The next version of an åtgärd that is held.

    Raises Conflict where somebody has changed it since the version that was seen, and Refused where
    it has come too far, or not far enough, for this.
    """
    before = action.state.content
    if seen != action.version:
        if _came_through(session, action, seen, change, note):
            return Done(action, False)
        raise Conflict("Någon har ändrat sedan du öppnade sidan.")
    try:
        after = change(before)
    except ValueError as error:
        raise Refused(f"Det går inte när läget är {action.state.status}.") from error
    if after == before and not note:
        return Done(action, False)
    by = voice(actor, action, answers_as)
    actions.add_states(session, [actions.NewState(action.id, after, by, note)], now)
    if (after.status, after.responsible) != (before.status, before.responsible):
        actions.withdraw_mails(session, [action.id], WITHDRAWN)
    state = action_lists.history(session, action.id)[-1]
    session.record(kind, action.logged, behalf=by, changes=_changes(before, after, action, note))
    return Done(replace(action, state=state), True)


def _came_through(
    session: Session, action: Action, seen: int, change: Callable[[Content], Content], note: str
) -> bool:
    """Is the newest version the very change, sent once more?"""
    states = action_lists.history(session, action.id)
    before = next((state for state in states if state.version == seen), None)
    if before is None or states[-2:-1] != (before,):
        return False
    try:
        return (change(before.content), note) == (states[-1].content, states[-1].note)
    except ValueError:
        return False


def _told_anew(session: Session, actor: Actor, now: datetime, done: Done) -> Done:
    """Whoever is ansvarig is mailed about what has become of it."""
    if done.is_new:
        stage = str(done.action.version)
        tell_responsible(
            session, [done.action], NoticeKind.ACTION_NEW, now, but=_email(actor), stage=stage
        )
    return done


def _tell_controllers(session: Session, actor: Actor, action: Action, now: datetime) -> None:
    tell_controllers(
        session, action, NoticeKind.ACTION_DONE, now, but=_email(actor), stage=str(action.version)
    )


def _changes(before: Content | None, after: Content, action: Action, note: str) -> list[list[str]]:
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


def _said(text: str, missing: str) -> str:
    """What was said. Raises Refused where it is missing or too long."""
    said = recorded(text)
    if not said and missing:
        raise Refused(missing)
    if len(said) > LONGEST:
        raise Refused(f"Texten är för lång: högst {LONGEST} tecken får plats.")
    return said


def _check_due(due: date, today: date) -> None:
    if due < today:
        raise Refused("Välj ett klart-datum som inte har passerat.")


def _checked(terms: Terms, organisation: Organisation) -> Terms:
    text = _said(terms.text, "Skriv vad som ska göras.")
    responsible = matched(terms.responsible, organisation)
    if not responsible:
        raise Refused("Skriv vem som ansvarar.")
    if len(responsible) > TITLE:
        raise Refused(f"Ansvarig är för lång: högst {TITLE} tecken får plats.")
    return Terms(text, one_line(responsible), terms.due, _said(terms.cause, ""))
