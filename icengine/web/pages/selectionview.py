"""The selection (urval) for a coming plan as its pages show it: words, no decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.calendar import local_date
from icengine.domain.carry_over import Candidate, Left, target_years
from icengine.domain.facts import CarryDecision
from icengine.domain.plan_difference import SEPARATELY
from icengine.domain.report_findings import Findings
from icengine.domain.report_selection import returns_by_itself, why_it_goes, why_it_stays
from icengine.domain.text import Rich, one_line
from icengine.domain.words import capital, counted, many, sentence
from icengine.services.plans import CLOSED_PLAN
from icengine.services.selection import NOT_ON, TO, Item, PlanSelection, where
from icengine.web.pages import wording
from icengine.web.pages.fields import Choice, Field, Form
from icengine.web.pages.organisationview import Link
from icengine.web.pages.paths import PLANS, plan_path, selection_path
from icengine.web.pages.planrecordview import unit_name
from icengine.web.pages.steeringforms import reason_field
from icengine.web.pages.wording import Mark

TITLE = "Urval till kommande plan"
PROPOSAL = "forslaget"
"""The choice to let the proposal hold again."""
STAYS = "nej"
"""The choice that it goes to no plan."""


@dataclass(frozen=True)
class DecisionView:
    """Something that the controller has decided."""

    where: str
    """ "Plan 2024"; "Förslaget" where it was taken back."""
    by: str
    when: str
    reason: tuple[str, ...]


@dataclass(frozen=True)
class ItemView:
    """A risk or control."""

    title: str
    address: str
    mark: Mark | None
    """Of a control: its bedömning."""
    where: str
    proposed: str
    """ "Plan 2024"."""
    why: tuple[str, ...]
    """Why the rule proposes that; () where it may not be told."""
    decided: DecisionView | None
    """What holds; None where the proposal does."""
    changed: bool
    """Is something else proposed now than when it was decided?"""
    versions: tuple[DecisionView, ...] = ()
    """The latest first."""


@dataclass(frozen=True)
class Group:
    """Those that go the same way."""

    id: str
    title: str
    note: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True)
class SelectionView:
    """The list."""

    lead: str
    groups: tuple[Group, ...]
    through: tuple[ItemView, ...]
    """Risks that go on through their controls."""
    follow: str
    """What the button that follows the proposal would decide, in sentences; "" where nothing."""
    mark: str
    """Of the proposal that is shown."""


def plan_crumbs(selection: PlanSelection, *, below: bool = False) -> tuple[Link, ...]:
    """The way here; `below`: from a page under the list."""
    plan = selection.plan
    name = f"{unit_name(selection.organisation, plan.unit)} {plan.year}"
    last = (Link(TITLE, selection_path(plan.key)),) if below else ()
    return (Link("Planer", PLANS), Link(name, plan_path(plan.key)), *last)


def selection_view(selection: PlanSelection, now: datetime) -> SelectionView:
    """Everything, by where it goes; of a protected control its number and bedömning."""
    today = local_date(now)
    shown = [(item, item_view(selection, item, today, reads=False)) for item in selection.items]

    def group(id: str, title: str, note: str, year: int, *, returns: bool = False) -> Group:
        of = tuple(
            view for item, view in shown
            if item.candidate.year == year and not _through(item.candidate)
            and (returns == bool(item.candidate.mandatory) or bool(year))
        )  # fmt: skip
        return Group(id, title, note, of)

    groups = (
        *(group(f"plan-{y}", f"Till plan {y}", "", y) for y in target_years(selection.plan)),
        group("sjalva", "Återkommer av sig själva", "De är obligatoriska.", 0, returns=True),
        group("inte", "Förs inte vidare", "", 0),
    )
    return SelectionView(
        lead=_lead(selection),
        groups=tuple(one for one in groups if one.items),
        through=tuple(view for item, view in shown if _through(item.candidate)),
        follow=_follow(selection),
        mark=selection.mark,
    )


def _through(entry: Candidate) -> bool:
    """Does it go on through its controls, with nothing decided about itself?"""
    return entry.left is Left.THROUGH_CONTROLS and entry.decided is None


def _lead(selection: PlanSelection) -> str:
    carried = selection.found.carried
    parts = [
        f"{counted(len(carried.to(year)), 'en')} till planen för {year}"
        for year in carried.years
        if carried.to(year)
    ]
    if not parts:
        return "Ingenting går till urvalet för en kommande plan."
    return f"{capital(' och '.join(parts))}."


def _follow(selection: PlanSelection) -> str:
    n = len(selection.undecided)
    if not n or selection.closed or not selection.may_decide:
        return ""
    what = many(n, "risk eller kontroll", "risker och kontroller")
    are = "bestämd" if n == 1 else "bestämda"
    said = f"{capital(what)} är inte {are} än: där gäller förslaget."
    waits = any(
        item.candidate.left is Left.WAITING and item.candidate.decided is None
        for item in selection.items
    )
    return f"{said} Det som återstår att genomföra bestäms när det är gjort." if waits else said


def item_view(selection: PlanSelection, item: Item, today: date, *, reads: bool) -> ItemView:
    """One of them; `reads`: what a protected control is about may be told."""
    entry, control, found = item.candidate, item.control, selection.found
    shown = reads or not item.protected
    title = control.title if control else item.risk.title
    versions = tuple(_version(entry, one, today, shown=shown) for one in item.versions)
    proposed = _proposed(entry)
    return ItemView(
        title=f"{entry.id} {one_line(title) if shown else SEPARATELY}",
        address=selection_path(selection.plan.key, entry.id),
        mark=_mark(found, entry.id) if control else None,
        where=proposed if entry.decided is None else where(entry, entry.year),
        proposed=proposed,
        why=_why(found, entry) if shown else (),
        decided=versions[-1] if entry.decided else None,
        changed=entry.proposal_changed,
        versions=versions[::-1],
    )


def _proposed(entry: Candidate) -> str:
    through = entry.left is Left.THROUGH_CONTROLS
    return "Genom sina kontroller" if through else where(entry, entry.proposed)


def _mark(found: Findings, control: str) -> Mark:
    level = found.plan.ratings.level(found.yearlies[control].level)
    return wording.level_mark(level.symbol, level.word)


def _why(found: Findings, entry: Candidate) -> tuple[str, ...]:
    """Why the rule proposes what it does, in sentences."""
    said = why_it_goes(found, entry) or _lines(why_it_stays(found, entry))
    return (*said, returns_by_itself(entry)) if entry.mandatory else said


def _lines(text: Rich) -> tuple[str, ...]:
    if isinstance(text, str):
        return (text,) if text else ()
    return tuple(part if isinstance(part, str) else ", ".join(part) for part in text)


def _version(entry: Candidate, one: CarryDecision, today: date, *, shown: bool) -> DecisionView:
    return DecisionView(
        where="Förslaget" if one.year is None else where(entry, one.year),
        by=capital(one_line(one.by).removeprefix("system:")),
        when=wording.recent(one.at, today),
        reason=tuple(wording.lines(one.reason)) if shown else (),
    )


# -- the form --


def hindered(selection: PlanSelection) -> str:
    """Why nothing can be decided; "" where it can."""
    return CLOSED_PLAN if selection.closed else ""


def way_form(selection: PlanSelection, item: Item) -> Form:
    """Where it may go, and why."""
    entry, plan = item.candidate, selection.plan
    held, key = entry.decided, selection.plan.key
    proposed = _proposed(entry)
    choices = [Choice(str(year), f"Plan {year}") for year in target_years(plan)]
    if not entry.mandatory:
        choices.append(Choice(STAYS, "Förs inte vidare"))
    if held:
        back = f"Det som regeln föreslår: {proposed[:1].lower()}{proposed[1:]}"
        choices.append(Choice(PROPOSAL, back, "Det som är bestämt tas tillbaka."))
    name = selection.organisation.vocabulary("slutrapport").definite
    hint = "Behövs när du väljer något annat än förslaget."
    if item.protected:
        hint += (
            f" Kontrollen är skyddad: skälet står varken i {name}, i händelseloggen eller i nästa "
            "plan."
        )
    else:
        hint += f" Skälet står i {name}, och i nästa plan."
    chosen = "" if held is None else STAYS if held.year == NOT_ON else str(held.year)
    return Form(
        title=TITLE,
        fields=(
            Field(TO, "Vart går den?", "radio", sentence(f"Förslag: {proposed}"), chosen,
                  choices=tuple(choices)),
            reason_field("Varför?", hint, held.reason if held and not _hidden(selection, item) else ""),
        ),
        button="Spara beslutet",
        back=selection_path(key),
        back_word=TITLE,
    )  # fmt: skip


def _hidden(selection: PlanSelection, item: Item) -> bool:
    return item.protected and not selection.reads_protected


def year_chosen(value: str) -> int | None:
    """The year that a choice says; None for the proposal, -1 for what is no choice."""
    if value == PROPOSAL:
        return None
    if value == STAYS:
        return NOT_ON
    return int(value) if value.isascii() and value.isdecimal() and len(value) == 4 else -1
