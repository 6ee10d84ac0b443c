"""A plan as its pages show it: where it stands, and what one version of it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from icengine.domain.access import Permit, Person, Subject, may
from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.completeness import Given
from icengine.domain.draft import DraftState
from icengine.domain.facts import Decision
from icengine.domain.labels import Vocabulary, plan_title
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan, Risk
from icengine.domain.plan_difference import SEPARATELY, action_words
from icengine.domain.risk import AssessedRisk
from icengine.domain.scale import RiskScale
from icengine.domain.text import one_line
from icengine.domain.words import capital, many
from icengine.services.versions import Content, ListedPlan, PlanRecord
from icengine.web.pages import wording
from icengine.web.pages.organisationview import Link
from icengine.web.pages.paths import PLANS, plan_path, selection_path, yearly_path
from icengine.web.pages.wording import Mark

DRAFT = Mark("st", "started", "…", "Utkast")
SENT = Mark("st", "submitted", "↑", "Till beslut")
ADOPTED = Mark("st", "approved", "✓", "Antagen")
CLOSED = Mark("st", "cancelled", "–", "Avslutad")
REPLACED = Mark("st", "cancelled", "–", "Ersatt")
"""A version that was adopted, and that a later one has taken the place of."""
UNDER_WAY = {DraftState.DRAFT: DRAFT, DraftState.CANDIDATE: SENT}


@dataclass(frozen=True)
class PlanLine:
    """A plan in the list."""

    link: Link
    year: int
    said: str
    """Its decision; "" where nothing is adopted."""
    marks: tuple[tuple[Mark, str], ...]
    """(state, of which version)."""


def plan_lines(plans: Iterable[ListedPlan], organisation: Organisation) -> tuple[PlanLine, ...]:
    """The list in words."""
    return tuple(_plan_line(item, organisation) for item in plans)


def _plan_line(item: ListedPlan, organisation: Organisation) -> PlanLine:
    marks, said = [], ""
    if item.adopted:
        decision = item.adopted.decision
        said = decision_words(decision)
        state = CLOSED if item.adopted.closed_at else ADOPTED
        marks.append((state, f"version {decision.version}"))
    if item.draft:
        marks.append((UNDER_WAY[item.draft.state], f"version {item.draft.number}"))
    link = Link(unit_name(organisation, item.unit), plan_path(item.key))
    return PlanLine(link, item.year, said, tuple(marks))


def unit_name(organisation: Organisation, id: str) -> str:
    """What a unit is called; its id where there is no such unit any more."""
    unit = organisation.unit(id)
    return one_line(unit.name) if unit else id


def decision_words(decision: Decision) -> str:
    """ "14 december 2021, § 214, dnr KS 2021/0412"."""
    day = swedish_date(decision.date)
    return f"{day}, {one_line(decision.paragraph)}, dnr {one_line(decision.dnr)}"


@dataclass(frozen=True)
class Step:
    """Where a plan is on its way."""

    word: str
    done: bool
    here: bool
    said: str = ""


@dataclass(frozen=True)
class VersionLine:
    """A version among the others."""

    link: Link
    mark: Mark
    said: str
    here: bool
    difference: str
    """Address of what it changed; "" for the first one."""


@dataclass(frozen=True)
class PlanHead:
    """What stands on top of every page of a plan, and beside it."""

    key: str
    unit: str
    year: int
    crumb: Link
    """To the plan's own page."""
    steps: tuple[Step, ...]
    versions: tuple[VersionLine, ...]


def plan_head(record: PlanRecord, shown: int) -> PlanHead:
    """The plan's way and its versions; `shown` is the number of the version that the page is of."""
    name = unit_name(record.organisation, record.unit)
    return PlanHead(
        key=record.key,
        unit=name,
        year=record.year,
        crumb=Link(f"{name} {record.year}", plan_path(record.key)),
        steps=_steps(record, shown),
        versions=tuple(_versions(record, shown)),
    )


def _steps(record: PlanRecord, shown: int) -> tuple[Step, ...]:
    """Utkast, till beslut, antagen, avslutad: of the version that is shown."""
    draft = record.draft if record.draft and record.draft.number == shown else None
    adopted = next((v for v in record.versions if v.decision.version == shown), None)
    at = 2 if adopted else 1 if draft and draft.state is DraftState.CANDIDATE else 0
    at = 3 if adopted and record.closed_at else at
    closed = swedish_date(local_date(record.closed_at)) if record.closed_at else ""
    said = [
        "",
        f"Dnr {one_line(draft.dnr)}" if draft and at == 1 else "",
        decision_words(adopted.decision) if adopted else "",
        closed if adopted else "",
    ]
    words = (DRAFT.word, SENT.word, ADOPTED.word, CLOSED.word)
    return tuple(
        Step(word, n < at or n == at >= 2, n == at, text)
        for n, (word, text) in enumerate(zip(words, said, strict=True))
    )


def _versions(record: PlanRecord, shown: int) -> Iterable[VersionLine]:
    draft = record.draft
    lines = [
        (version.decision.version, _mark(record, version.decision.version),
         decision_words(version.decision))
        for version in record.versions
    ]  # fmt: skip
    if draft is not None:
        said = f"Dnr {one_line(draft.dnr)}" if draft.state is DraftState.CANDIDATE else ""
        lines.append((draft.number, UNDER_WAY[draft.state], said))
    for number, mark, said in lines:
        yield VersionLine(
            link=Link(f"Version {number}", plan_path(record.key, "versioner", number)),
            mark=mark,
            said=said,
            here=number == shown,
            difference=difference_path(record.key, number - 1, number) if number > 1 else "",
        )


def _mark(record: PlanRecord, number: int) -> Mark:
    """Where an adopted version stands."""
    if number != record.versions[-1].decision.version:
        return REPLACED
    return CLOSED if record.closed_at else ADOPTED


def difference_path(key: str, before: int, after: int) -> str:
    """What differs between two versions."""
    return f"{plan_path(key, 'skillnad')}?fran={before}&till={after}"


# -- what a version says --


@dataclass(frozen=True)
class ControlView:
    """A control to read."""

    id: str
    title: str
    often: str
    """The frequency as written; "" where it may not be told."""
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    """(what, lines)."""
    hidden: bool
    """It is protected, and only its number is told."""


@dataclass(frozen=True)
class RiskView:
    """A risk to read."""

    id: str
    title: str
    sentence: str
    zone: Mark | None
    zone_before: Mark | None
    treatment: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    controls: tuple[ControlView, ...]


@dataclass(frozen=True)
class ContentView:
    """One version of a plan, to read."""

    title: str
    number: int
    mark: Mark
    lead: str
    areas: tuple[tuple[str, tuple[RiskView, ...]], ...]
    left_out: tuple[RiskView, ...]
    reasons: tuple[tuple[str, tuple[str, ...]], ...]
    """(what was unwise, why it was right)."""
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    sha256: str


def content_view(content: Content, record: PlanRecord, *, protected: bool) -> ContentView:
    """A version in words; `protected`: what protected controls say too."""
    plan, words = content.plan, record.organisation.vocabulary
    views = [(risk.area, _risk(plan, risk, words, protected=protected)) for risk in plan.risks]
    areas = dict.fromkeys((*plan.areas, *(area for area, _ in views)))
    return ContentView(
        title=one_line(plan_title(plan.title, plan.year, words)),
        number=content.number,
        mark=UNDER_WAY[content.state] if content.state else _mark(record, content.number),
        lead=_lead(plan, words),
        areas=tuple(
            (one_line(area), risks)
            for area in areas
            if (risks := tuple(view for where, view in views if where == area))
        ),
        left_out=tuple(
            RiskView(
                risk.id, one_line(risk.title), risk.sentence,
                zone(risk.weight, plan.risk_scale), None, "",
                (("Skäl", tuple(wording.lines(risk.reason))),), (),
            )
            for risk in plan.left_out
        ),
        reasons=tuple(_reason(item, protected=protected) for item in content.reasons),
        facts=_plan_facts(plan),
        sha256=content.sha256,
    )  # fmt: skip


def _lead(plan: Plan, words: Vocabulary) -> str:
    risks = many(len(plan.risks), "risk", "risker")
    controls = words("kontrollmoment").count(sum(1 for _ in plan.controls()))
    left = many(len(plan.left_out), "risk", "risker")
    more = f" {capital(left)} är utelämnade." if plan.left_out else ""
    return f"{capital(risks)} och {controls}.{more}"


def _reason(item: Given, *, protected: bool) -> tuple[str, tuple[str, ...]]:
    hidden = item.protected and not protected
    return one_line(item.said), (capital(SEPARATELY),) if hidden else tuple(
        wording.lines(item.reason)
    )


def _plan_facts(plan: Plan) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return _told(
        ("Upprättad av", plan.author),
        ("Riktlinje", plan.guideline),
        ("Urval till", str(plan.carry_to or "")),
    )


def _told(*facts: tuple[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Those that say something."""
    return tuple((name, lines) for name, text in facts if (lines := tuple(wording.lines(text))))


def zone(weight: tuple[int, int] | None, scale: RiskScale) -> Mark | None:
    """A risk's zone and value; None where nobody has weighed it."""
    if weight is None:
        return None
    level = scale.zone(*weight)
    return wording.level_mark(level.symbol, f"{level.word}, {weight[0] * weight[1]}")


def _risk(plan: Plan, risk: Risk, words: Vocabulary, *, protected: bool) -> RiskView:
    return RiskView(
        id=risk.id,
        title=one_line(risk.title),
        sentence=one_line(risk.sentence),
        zone=zone(risk.weight, plan.risk_scale),
        zone_before=zone(risk.weight_before, plan.risk_scale),
        treatment=capital(str(risk.treatment)),
        facts=_told(
            ("Skäl", risk.reason),
            *((f"Direktåtgärd {item.id}", action_words(item)) for item in risk.actions),
            (words("riskägare").title, risk.owner),
            ("Perspektiv", risk.perspective),
            ("Kategori", risk.category),
            ("Oegentligheter", "Ja" if risk.fraud else ""),
            (f"Befintliga {words('åtgärd').several}", risk.measures),
            ("Bedömd", _assessed(risk)),
            ("Ersätter", risk.replaces),
        ),
        controls=tuple(_control(control, words, protected=protected) for control in risk.controls),
    )


def _assessed(risk: AssessedRisk) -> str:
    when = swedish_date(risk.assessed) if risk.assessed else ""
    return " av ".join(filter(None, (when, risk.assessed_by)))


def _control(control: Control, words: Vocabulary, *, protected: bool) -> ControlView:
    if control.protected and not protected:
        return ControlView(control.id, SEPARATELY, "", (), hidden=True)
    return ControlView(
        id=control.id,
        title=one_line(control.title),
        often=one_line(control.frequency),
        facts=_told(
            (words("kontrollmoment").title, control.what),
            ("Mål med kontrollen", control.objective),
            ("Metod", control.method),
            ("Urval", control.sample),
            ("Sista dag", _days(item.due for item in control.occurrences)),
            ("Ansvarig", control.owner),
            ("Utförs av", control.performer),
            ("Processägare", control.process_owner),
            (words("godkännare").title, control.approver),
            ("Mål", control.goal),
            ("Obligatorisk enligt", control.mandatory),
            ("Klass", control.category),
            ("Skyddad", "Ja" if control.protected else ""),
            ("Ersätter", control.replaces),
        ),
        hidden=False,
    )


def _days(days: Iterable[date]) -> str:
    return ", ".join(swedish_date(day) for day in days)


# -- what the reader may do --


def plan_actions(record: PlanRecord, me: Person) -> tuple[Link, ...]:
    """Where to go from the plan's page."""
    subject = Subject(record.unit)
    found: list[Link] = []
    draft = record.draft
    if draft is not None:
        found.append(Link("Utkastet", plan_path(record.key, "utkast")))
        found.append(Link("Pröva och besluta", plan_path(record.key, "beslut")))
    if record.versions:
        found.append(Link("Året", f"/?plan={record.key}"))
        found.append(Link("Årets datum", plan_path(record.key, "kalender")))
    if record.versions and may(me, Permit.READ, subject):
        report = record.organisation.vocabulary("slutrapport").title
        found.append(Link("Årets bedömning", yearly_path(record.key)))
        found.append(Link("Urval till kommande plan", selection_path(record.key)))
        found.append(Link(report, plan_path(record.key, "slutrapport")))
        found.append(Link("Rapporter till beslut", plan_path(record.key, "rapporter")))
        found.append(Link("Föreslå nästa års plan", plan_path(record.key, "nasta")))
    if may(me, Permit.AUDIT, subject):
        found.append(Link("Händelser", f"/handelser?plan={record.key}"))
    return tuple(found)


def plan_ends(record: PlanRecord, me: Person) -> tuple[Link, ...]:
    """What ends a plan or its draft: said last, and less loudly than the rest."""
    if not may(me, Permit.CONTROL, Subject(record.unit)):
        return ()
    draft = record.draft
    if draft is not None and draft.state is DraftState.DRAFT:
        return (Link("Kasta utkastet", plan_path(record.key, "kasta")),)
    if record.versions and not record.closed_at and draft is None:
        return (Link("Avsluta planen", plan_path(record.key, "avsluta")),)
    return ()


def crumbs(head: PlanHead, *more: Link) -> tuple[Link, ...]:
    """The way to a page of a plan."""
    return (Link("Planer", PLANS), head.crumb, *more)
