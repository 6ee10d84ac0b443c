"""Use cases around the step from one year's plan to the next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from icengine.domain.access import Actor, Permit, Scope, Subject
from icengine.domain.facts import CarryDecisions
from icengine.domain.next_choice import past_year
from icengine.domain.next_plan import NextPlan, next_plan
from icengine.errors import Refused
from icengine.services.drafts import Saved, begin_draft, save_draft
from icengine.services.people import current_organisation
from icengine.services.permits import require
from icengine.services.plans import adopted_plan
from icengine.store import carry_decisions, drafts, plans, register, reports, yearly_ratings
from icengine.store.db import Session
from icengine.store.protected import protected_controls


def propose_next(
    session: Session, *, actor: Actor, now: datetime, key: str, year: int = 0
) -> NextPlan:
    """What the plan after this one may hold, and why; nothing is stored.

    `year`: the coming plan's, one or two years on; 0 for the next. Raises Refused for another.
    A fixed number of statements, whatever the number of years. Raises NotFound where there is no
    such plan for the actor.
    """
    current = adopted_plan(session, actor=actor, key=key, permit=Permit.READ).plan
    if year and year not in (current.year + 1, current.year + 2):
        raise Refused(
            f"Planen {key} kan föreslå planen för {current.year + 1} eller {current.year + 2}.",
            "Det som förs vidare går till ett av de två åren.",
        )
    organisation = current_organisation(session, actor=actor)
    units = (current.unit, *organisation.forerunners(current.unit))
    adopted = plans.newest_of_units(session, units, current.year)
    keys = [item.plan.key for item in adopted]
    facts = reports.task_facts_of(session, keys, now)
    decided = yearly_ratings.held(session, keys, now)
    carried = _selected(session, keys, now)
    actions = reports.action_facts(session, current, now)
    past = [
        past_year(
            item.plan, facts.get(key, ()), actions, decided.get(key, {}), carried.get(key, {})
        )
        for key, item in zip(keys, adopted, strict=True)
    ]
    known = register.register(session, Scope(everything=True), current.unit)
    risks = {item.risk.id: item.risk for item in known if not item.retired}
    return next_plan(past, risks, actions, organisation, year)


def _selected(
    session: Session, keys: Collection[str], now: datetime
) -> Mapping[str, CarryDecisions]:
    """What is decided about the selection, by plan; of a protected control without the reason, which
    would stand in the draft."""
    hidden = protected_controls(session, keys)
    return {
        plan: {
            id: replace(one, reason="") if (plan, id) in hidden else one
            for id, one in decided.items()
        }
        for plan, decided in carry_decisions.held(session, keys, now).items()
    }


def begin_next(session: Session, *, actor: Actor, now: datetime, key: str, year: int = 0) -> Saved:
    """The draft of the plan after this one, with what is proposed.

    Raises Refused where next year's plan is begun or adopted already: it is then changed as it is.
    """
    current = adopted_plan(session, actor=actor, key=key, permit=Permit.READ).plan
    require(actor, Permit.CONTROL, Subject(current.unit))
    proposal = propose_next(session, actor=actor, now=now, key=key, year=year)
    coming = f"{proposal.unit}-{proposal.year}"
    if drafts.get(session, coming) is not None:
        raise Refused(f"Planen {coming} har redan ett utkast.", "Öppna det i stället.")
    if plans.latest(session, coming) is not None:
        raise Refused(f"Planen {coming} är redan antagen.", "Revidera den i stället.")
    begun = begin_draft(session, actor=actor, now=now, unit=proposal.unit, year=proposal.year)
    return save_draft(
        session,
        actor=actor,
        now=now,
        unit=proposal.unit,
        year=proposal.year,
        document=proposal.document,
        seen=begun.revision,
    )
