"""What is missing or weak in a plan that is to be adopted: one list, in the plan's order.

What the rules forbid stops the plan. What is only unwise asks for a reason, which is recorded with
the decision: the same list is shown by commands and pages, and judged when the plan is sent to the
decision and when it is adopted. What a plan file must say at all, its reader has seen to already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from icengine.domain.calendar import swedish_date
from icengine.domain.completeness_controls import control_findings, july_work
from icengine.domain.finding import Finding
from icengine.domain.labels import Vocabulary
from icengine.domain.occurrence import occurrences
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan, Risk
from icengine.domain.risk import stale
from icengine.domain.sharing import occasions
from icengine.domain.text import recorded
from icengine.domain.words import counted, listed

MOST_IN_A_WEEK = 9
"""Answers that one function is to hand in the same week, from which it is pointed out."""


@dataclass(frozen=True)
class OpenAction:
    """An åtgärd of last year's plan that is not done."""

    number: str
    """ "Å2025-3"."""
    subject: str
    """Id of the control or risk it belongs to."""


@dataclass(frozen=True)
class Context:
    """What is known beside the plan when it is judged."""

    day: date
    """The decision's date; the day it is looked at where nothing is decided."""
    revision: bool = False
    """A version is adopted already."""
    last_year: Plan | None = None
    """The newest version of the unit's latest earlier plan."""
    open_actions: tuple[OpenAction, ...] = ()


def findings(plan: Plan, organisation: Organisation, context: Context) -> tuple[Finding, ...]:
    """Everything that stops the plan or asks for a reason."""
    return (
        *_too_late(plan, context),
        *_fraud_gap(plan),
        *_all_in_july(plan),
        *(found for risk in plan.risks for found in _of_risk(plan, risk, organisation, context)),
        *_crowded_weeks(plan, organisation),
        *_fell_out(plan, context),
        *_left_behind(plan, context, organisation.vocabulary),
    )


# -- the plan as a whole --


def _too_late(plan: Plan, context: Context) -> Iterator[Finding]:
    if not context.revision and context.day > date(plan.year, 1, 1):
        yield Finding(
            "sent", "planen",
            f"Planåret {plan.year} är slut."
            if context.day.year > plan.year
            else "Planen antas först när planåret har börjat.",
            "Skriv varför den kommer sent.",
        )  # fmt: skip


def _fraud_gap(plan: Plan) -> Iterator[Finding]:
    if not any(risk.fraud for risk in plan.risks):
        yield Finding(
            "oegentligheter", "planen",
            "Ingen risk i planen handlar om oegentligheter.",
            "Ta in en sådan risk, eller skriv varför planen klarar sig utan.",
        )  # fmt: skip


def _all_in_july(plan: Plan) -> Iterator[Finding]:
    times = occurrences(plan)
    if len(times) > 1 and _only_july(plan):
        yield Finding(
            "juli", "planen",
            "Allt arbete i planen öppnar i juli, semestermånaden.",
            "Sprid kontrollerna över året, eller skriv varför det är rätt här.",
        )  # fmt: skip


def _only_july(plan: Plan) -> bool:
    return all(july_work(item) for _, item in occurrences(plan))


def _crowded_weeks(plan: Plan, organisation: Organisation) -> Iterator[Finding]:
    """A function that is to hand in many answers in the same week; those of shared controls that the
    plan names it for too."""
    load: defaultdict[tuple[int, int, str], list[Control]] = defaultdict(list)
    for item in occasions(plan, organisation, {}):
        year, week, _ = item.timed.due.isocalendar()
        if item.owner:
            load[year, week, item.owner].append(item.control)
    for (year, week, function), controls in sorted(load.items(), key=lambda pair: pair[0]):
        if len(controls) >= MOST_IN_A_WEEK:
            ids = listed(list(dict.fromkeys(control.id for control in controls)))
            yield Finding(
                f"vecka:{year}-{week:02}:{function}", function,
                f"{function} ska lämna in {counted(len(controls), 'ett')} svar vecka {week} {year}: "
                f"{ids}.",
                "Flytta några av dem, låt fler ansvara, eller skriv varför det är rätt här.",
            )  # fmt: skip


# -- risks --


def _of_risk(
    plan: Plan, risk: Risk, organisation: Organisation, context: Context
) -> Iterator[Finding]:
    if risk.weight is None:
        yield Finding(
            f"vägd:{risk.id}", risk.id,
            f"{risk.id}: ingen har bedömt sannolikhet och konsekvens.",
            "Bedöm risken, eller skriv varför den är med ändå.",
        )  # fmt: skip
    elif stale(risk, context.day):
        old = (
            f"bedömningen är äldre än ett år, från {swedish_date(risk.assessed)}."
            if risk.assessed
            else ""
        )
        yield Finding(
            f"bedömd:{risk.id}", risk.id,
            f"{risk.id}: {old or 'det står inte när risken bedömdes.'}",
            "Bedöm risken på nytt, eller skriv varför bedömningen håller.",
        )  # fmt: skip
    if risk.fraud and not risk.controls:
        yield Finding(
            f"oegentligheter:{risk.id}", risk.id,
            f"{risk.id}: risken handlar om oegentligheter men har ingen kontroll.",
            "Lägg till en kontroll, eller skriv varför den inte behövs.",
        )  # fmt: skip
    july = not _only_july(plan) or len(occurrences(plan)) < 2
    for control in risk.controls:
        yield from control_findings(plan, control, organisation, context.day, july=july)


# -- last year --


def _kept(plan: Plan) -> set[str]:
    """Ids that are in the plan, or that something in it takes the place of."""
    found = set()
    for risk in plan.risks:
        found |= {risk.id, risk.replaces}
        found |= {id for control in risk.controls for id in (control.id, control.replaces)}
    return found


def _fell_out(plan: Plan, context: Context) -> Iterator[Finding]:
    """Controls that another rule asks for every year."""
    kept, before = _kept(plan), context.last_year
    for _, control in before.controls() if before else ():
        if before and control.mandatory and control.id not in kept:
            by = "" if control.protected else f" enligt {control.mandatory}"
            yield Finding(
                f"obligatorisk:{control.id}", control.id,
                f"{control.id} är obligatorisk{by} och fanns i planen för {before.year}, men är "
                "inte med.",
                "Ta in kontrollen, låt en annan ersätta den, eller skriv varför det är rätt här.",
                protected=control.protected,
            )  # fmt: skip


def _left_behind(plan: Plan, context: Context, words: Vocabulary) -> Iterator[Finding]:
    """Åtgärder that are not done, about something that the plan does not take up."""
    dealt_with = _kept(plan) | {id for r in plan.left_out for id in (r.id, r.replaces)}
    action = words("åtgärd")
    before = context.last_year
    hidden = {c.id for _, c in before.controls() if c.protected} if before else set()
    for item in context.open_actions:
        if item.subject not in dealt_with:
            yield Finding(
                f"åtgärd:{item.number}", item.subject,
                f"{action.title} {item.number}, till {item.subject}, är inte "
                f"{action.fits('klar', 'klart')} och tas inte om hand i planen.",
                f"Ta in {item.subject} eller något som ersätter den, eller skriv varför inte.",
                protected=item.subject in hidden,
            )  # fmt: skip


# -- reasons --


@dataclass(frozen=True)
class Reasons:
    """Why what is unwise is right here."""

    each: Mapping[str, str] = field(default_factory=dict)
    """By the finding's key."""
    rest: str = ""
    """For every finding that has none of its own."""


@dataclass(frozen=True)
class Given:
    """A reason as it is recorded with the decision."""

    key: str
    said: str
    """The finding's sentence when the reason was given."""
    reason: str
    protected: bool = False


@dataclass(frozen=True)
class Verdict:
    """What becomes of a list of findings."""

    stopping: tuple[Finding, ...]
    missing: tuple[Finding, ...]
    """Those that lack a reason."""
    given: tuple[Given, ...]

    @property
    def adoptable(self) -> bool:
        """Nothing stops it, and every reason is there."""
        return not self.stopping and not self.missing


def judge(
    found: Sequence[Finding], reasons: Reasons, earlier: Sequence[Given] = ()
) -> Verdict:  # fmt: skip
    """Which findings stop, which lack a reason, and the reasons of the others.

    A reason that an earlier version was adopted with holds as long as the finding says the same,
    and nobody says otherwise.
    """
    before = {(item.key, item.said): item.reason for item in earlier}
    given, missing = [], []
    for item in found:
        if item.stops:
            continue
        own = recorded(reasons.each.get(item.key, before.get((item.key, item.sentence), "")))
        reason = own or recorded(reasons.rest)
        if reason:
            given.append(Given(item.key, item.sentence, reason, item.protected))
        else:
            missing.append(item)
    stopping = tuple(item for item in found if item.stops)
    return Verdict(stopping, tuple(missing), tuple(given))
