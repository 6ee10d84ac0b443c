"""Use cases around an åtgärd: how it goes, that it is done and had effect, who does it and by when.

Every change is a new version. It is handed the version that it was thought out from: whoever comes
second is told, and nothing is overwritten. The same thing sent twice is recorded once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from icengine.domain.access import Actor, Permit, Subject, scope
from icengine.domain.action import Action, Content, Effect, matched, reached
from icengine.domain.calendar import local_date
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
)
from icengine.domain.notice import NoticeKind
from icengine.domain.people import Organisation
from icengine.domain.reading import TITLE
from icengine.domain.text import one_line
from icengine.errors import NotFound, Refused
from icengine.services.action_change import (
    Done,
    behalf_of,
    change,
    changes_of,
    email_of,
    ours,
    own,
    said_of,
    same,
    told_anew,
    told_done,
    voice,
)
from icengine.services.action_notices import tell_responsible
from icengine.services.people import known_organisation
from icengine.services.permits import require
from icengine.services.plans import CLOSED_PLAN, adopted_plan
from icengine.store import action_lists, actions, lifecycle, tasks
from icengine.store.db import Session

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
    """Say how it goes: it is then pågående. See `change` for what is raised.

    Raises Refused where nothing is said.
    """
    said = said_of(note, "Skriv hur det går.")
    action, _ = ours(session, actor, action_id, now)
    return change(session, actor, now, action, seen, ACTION_TOLD, Content.started, said, answers_as)


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
    said = said_of(note, "Skriv en kommentar.")
    action, _ = ours(session, actor, action_id, now)
    return change(session, actor, now, action, seen, ACTION_TOLD, same, said, answers_as)


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
    said = said_of(note, "Skriv kort vad som är gjort.")
    action, _ = ours(session, actor, action_id, now)
    days = known_organisation(session).reminders.effect
    today = local_date(now)
    done = change(
        session, actor, now, action, seen, ACTION_DONE, lambda c: c.done(today, days), said,
        answers_as,
    )  # fmt: skip
    if done.is_new:
        told_done(session, actor, done.action, now)
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
    said = said_of(note, "" if effect == Effect.YES else "Skriv vad som saknas.")
    action, _ = ours(session, actor, action_id, now)
    return change(
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
    action, _ = ours(session, actor, action_id, now)
    if action.state.status is not ActionStatus.DONE and seen == action.version:
        raise Refused(
            f"Det går inte när läget är {action.state.status}.", "Bara controllern kan öppna igen."
        )
    return change(
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
    said = said_of(reason, "Skriv varför någon annan ska ta över.")
    action, _ = ours(session, actor, action_id, now)
    organisation = known_organisation(session)
    to = matched(responsible, organisation)
    if not reached(to, organisation, local_date(now)):
        raise Refused(
            "Den du lämnar över till måste gå att nå med mejl.",
            f"Välj en funktion som någon har, eller en adress i {_domains(organisation)}.",
        )
    done = change(
        session, actor, now, action, seen, ACTION_CHANGED,
        lambda c: replace(c, responsible=to), said, answers_as,
    )  # fmt: skip
    return told_anew(session, actor, now, done)


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
    said = said_of(reason, "Skriv varför ansvarig eller datum ändras." if other else "")
    if action.state.status.closed and seen == action.version:
        raise Refused("Det som är avslutat ändras inte.", "Öppna igen först.")
    done = change(
        session, actor, now, action, seen, ACTION_CHANGED,
        lambda c: replace(
            c, text=terms.text, responsible=terms.responsible, due=terms.due, cause=terms.cause
        ),
        said,
    )  # fmt: skip
    return told_anew(session, actor, now, done) if other else done


def confirm(
    session: Session, *, actor: Actor, now: datetime, action_id: int, seen: int, note: str = ""
) -> Done:
    """It is done, says the controller too."""
    action, _ = own(session, actor, Permit.CONTROL, action_id, now, lock=True)
    said = said_of(note, "")
    return change(session, actor, now, action, seen, ACTION_CONFIRMED, Content.confirmed, said)


def write_off(
    session: Session, *, actor: Actor, now: datetime, action_id: int, seen: int, reason: str
) -> Done:
    """It is not to be done after all. Raises Refused without a reason."""
    action, _ = own(session, actor, Permit.CONTROL, action_id, now, lock=True)
    said = said_of(reason, "Skriv varför det inte ska göras.")
    return change(session, actor, now, action, seen, ACTION_DROPPED, Content.dropped, said)


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
    said = said_of(reason, "Skriv varför det ska göras ändå eller igen.")
    _check_due(due, local_date(now))
    done = change(
        session, actor, now, action, seen, ACTION_REOPENED, lambda c: c.reopened(due), said
    )
    return told_anew(session, actor, now, done)


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
        ACTION_ADDED,
        action.logged,
        behalf=behalf_of(by),
        changes=changes_of(None, action.state, action, ""),
    )
    tell_responsible(session, [action], NoticeKind.ACTION_NEW, now, but=email_of(actor))
    return action


def _check_due(due: date, today: date) -> None:
    if due < today:
        raise Refused("Välj ett klart-datum som inte har passerat.")


def _checked(terms: Terms, organisation: Organisation) -> Terms:
    text = said_of(terms.text, "Skriv vad som ska göras.")
    responsible = matched(terms.responsible, organisation)
    if not responsible:
        raise Refused("Skriv vem som ansvarar.")
    if len(responsible) > TITLE:
        raise Refused(f"Ansvarig är för lång: högst {TITLE} tecken får plats.")
    return Terms(text, one_line(responsible), terms.due, said_of(terms.cause, ""))
