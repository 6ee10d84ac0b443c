"""Use cases of gallring: which rules there are, what they would remove, and removing it.

A dry run and the run itself find the same. The run follows a decision, is logged with it, and leaves
what was adopted, answered and reported as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.access import Actor, Permit, Subject, may
from icengine.domain.calendar import local_date, local_midnight
from icengine.domain.disposal import RULES, Decision, Rule, decision_faults, rule, too_young
from icengine.errors import Conflict, NotFound, Refused
from icengine.services.people import known_organisation
from icengine.store import disposal, leavers
from icengine.store.db import Session
from icengine.store.disposal import Part

PEOPLE = "personer"
"""The rule about people who have left."""


@dataclass(frozen=True)
class Finding:
    """What one rule would remove, or has removed."""

    rule: Rule
    before: date
    """What lies before this day."""
    parts: tuple[Part, ...]

    @property
    def count(self) -> int:
        """Rows in all."""
        return sum(part.count for part in self.parts)


def overview(session: Session, *, actor: Actor, now: datetime) -> tuple[Finding, ...]:
    """Every rule, with what it would remove today of what is older than is proposed."""
    today = local_date(now)
    wanted = {item.id: item.proposed(today) for item in RULES}
    return dry_run(session, actor=actor, now=now, rules=wanted)


def dry_run(
    session: Session, *, actor: Actor, now: datetime, rules: Mapping[str, date | None]
) -> tuple[Finding, ...]:
    """What these rules would remove of what lies before each day (None: the one proposed).

    Nothing is changed. Raises NotFound for whoever is not an administrator of the whole and for an
    unknown rule, and Refused for a day that is too late.
    """
    _require(session, actor)
    return tuple(item.finding for item in _found(session, rules, now))


def dispose(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    rules: Mapping[str, date | None],
    decision: Decision,
    expected: Sequence[int] | None = None,
) -> tuple[Finding, ...]:
    """Remove it, by a decision. One event for each rule, also where it finds nothing.

    `expected` is how much each rule was shown to find. Raises as `dry_run`, Refused where the
    decision lacks something, and Conflict where more or less is found than was shown.
    """
    _require(session, actor)
    session.alone()
    today = local_date(now)
    for fault in decision_faults(decision, today).values():
        raise Refused(fault)
    found = _found(session, rules, now)
    if expected is not None and list(expected) != [item.finding.count for item in found]:
        raise Conflict("Det som gallras har ändrats sedan du såg det.")
    for item in found:
        people = leavers.forget(session, item.people, now)
        disposal.remove(session, item.sweep)
        _record(session, item, people, decision)
    return tuple(item.finding for item in found)


def _require(session: Session, actor: Actor) -> None:
    root = known_organisation(session).root.id
    if not may(actor, Permit.ADMINISTER, Subject(root)):
        raise NotFound


def _chosen(rules: Mapping[str, date | None], today: date) -> list[tuple[Rule, date]]:
    """The rules in the order they run, each with its day."""
    for id in rules:
        if rule(id) is None:
            raise NotFound(f"Regeln {id} finns inte.", "Visa reglerna med: icengine gallring list")
    found = []
    for item in RULES:
        if item.id in rules:
            before = rules[item.id] or item.proposed(today)
            fault = too_young(item, before, today)
            if fault:
                raise Refused(fault)
            found.append((item, before))
    return found


@dataclass(frozen=True)
class _Found:
    """What a rule finds, and what takes it away."""

    finding: Finding
    sweep: disposal.Sweep
    people: Mapping[str, date]
    """Those whose addresses go with it."""


def _found(session: Session, rules: Mapping[str, date | None], now: datetime) -> list[_Found]:
    """What the rules find, each thing once, before anything is removed."""
    found: list[_Found] = []
    taken: set[int] = set()
    for item, before in _chosen(rules, local_date(now)):
        cut = local_midnight(before)
        people: Mapping[str, date] = {}
        if item.id == PEOPLE:
            gone = leavers.find(session, cut, now, taken)
            sweep, people = gone.sweep, gone.since
        else:
            sweep = disposal.sweep(session, item, cut, now)
        taken |= set(sweep.events)
        found.append(_Found(Finding(item, before, sweep.parts), sweep, people))
    return found


def _record(session: Session, item: _Found, people: Mapping[str, int], decision: Decision) -> None:
    session.dispose(
        f"gallring:{item.finding.rule.id}",
        item.sweep.events,
        before=item.finding.before.isoformat(),
        counts={part.several: part.count for part in item.finding.parts},
        people=sorted(people.values()),
        dnr=decision.dnr,
        date=decision.decided.isoformat(),
        paragraph=decision.paragraph,
    )
