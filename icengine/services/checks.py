"""The checks of a plan before it is sent to a decision, and before it is adopted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from icengine.domain.completeness import Context, Given, Reasons, Verdict, findings, judge
from icengine.domain.finding import Finding
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.plan_difference import SEPARATELY
from icengine.domain.reading import LONGEST
from icengine.domain.words import many
from icengine.errors import Refused
from icengine.store import lifecycle
from icengine.store.db import Session
from icengine.store.lifecycle import Standing

NO_REASONS = Reasons()


class Incomplete(Refused):
    """Planen är inte färdig att besluta om."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(*_said(verdict))


def _said(verdict: Verdict) -> tuple[str, str]:
    """What keeps it back, and what to do."""
    if verdict.stopping:
        first, left = verdict.stopping[0], len(verdict.stopping) - 1
        more = f" Det finns {many(left, 'hinder', 'hinder', 'ett')} till." if left else ""
        return f"Planen går inte att anta. {first.sentence}{more}", first.remedy
    first, left = verdict.missing[0], len(verdict.missing) - 1
    more = f" Det behövs också för {many(left, 'sak', 'saker')} till." if left else ""
    return f"Ett skäl saknas. {first.sentence}{more}", "Skriv skälet, eller ändra planen."


def context_of(session: Session, standing: Standing, day: date) -> Context:
    """What is known beside a plan; one statement where there was a plan last year."""
    before = standing.before
    actions = lifecycle.open_actions(session, before.plan.key, before.plan.year) if before else ()
    return Context(day, standing.last is not None, before.plan if before else None, actions)


def verdict_of(
    session: Session,
    plan: Plan,
    organisation: Organisation,
    standing: Standing,
    day: date,
    reasons: Reasons = NO_REASONS,
) -> tuple[tuple[Finding, ...], Verdict]:
    """Everything that the plan is to be asked about, and what the reasons make of it.

    Raises Refused for a reason that is too long to keep.
    """
    longest = max(map(len, (*reasons.each.values(), reasons.rest)), default=0)
    if longest > LONGEST:
        raise Refused(f"Ett skäl har {longest} tecken. Högst {LONGEST} får plats.")
    found = findings(plan, organisation, context_of(session, standing, day))
    earlier = standing.last.reasons if standing.last else ()
    return found, judge(found, reasons, earlier)


def as_payload(given: Sequence[Given]) -> dict[str, str]:
    """The reasons for the log; what is said of a protected control is not there."""
    return {item.key: SEPARATELY if item.protected else item.reason for item in given}
