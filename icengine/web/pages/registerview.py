"""The risk register in words, as its pages show it: the units, a unit's list and matrix, one risk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from icengine.domain.access import Permit, Person, Subject, may
from icengine.domain.calendar import local_date
from icengine.domain.people import Organisation, Unit
from icengine.domain.register import NOT_WEIGHED, Chosen, Standing, gravity, zone_of
from icengine.domain.report_model import Matrix
from icengine.domain.risk import AssessedRisk, stale
from icengine.domain.risk_matrix import (
    MatrixRow,
    matrix_figure,
    matrix_marks,
    matrix_rows,
    not_placed,
)
from icengine.domain.scale import RiskScale
from icengine.domain.text import one_line
from icengine.domain.words import capital, counted, many
from icengine.render.charts import matrix, picture
from icengine.render.shapes import PHONE
from icengine.services.register import UnitRegister, Version
from icengine.store.register import Registered
from icengine.web.pages import wording
from icengine.web.pages.fields import Choice
from icengine.web.pages.paths import NEW_RISK, RISK_SCALE, register_path
from icengine.web.pages.taskview import Day
from icengine.web.pages.wording import Mark

NO_VALUE = "Inte värderad"
OUTSIDE = "Utanför skalan"
"""Weighed on a scale that had more steps."""


@dataclass(frozen=True)
class Value:
    """How a risk is weighed, with the measures there are or without them."""

    mark: Mark | None
    figure: int | None
    words: str
    """What stands in place of a mark, or the steps: "sannolikhet 3 Trolig, konsekvens 4 Allvarlig"."""


def value_of(scale: RiskScale, weight: tuple[int, int] | None) -> Value:
    """A weight as symbol, word and figure."""
    if weight is None:
        return Value(None, None, NO_VALUE)
    zone, (s, k) = zone_of(scale, weight), weight
    if zone is None:
        return Value(None, s * k, f"{OUTSIDE}: sannolikhet {s}, konsekvens {k}")
    words = f"sannolikhet {s} {scale.likelihood[s - 1]}, konsekvens {k} {scale.consequence[k - 1]}"
    return Value(wording.level_mark(zone.symbol, zone.word), s * k, words)


# -- the units --


@dataclass(frozen=True)
class UnitLine:
    """A unit whose register the reader may see."""

    name: str
    address: str
    counts: str
    worst: Mark | None
    """The worst zone that a risk of it has."""
    stale: int


def unit_lines(
    organisation: Organisation, found: Iterable[Registered], person: Person, today: date
) -> tuple[UnitLine, ...]:
    """The units in the organisation's order; those that have ended only where they have risks."""
    mine: dict[str, list[Registered]] = {}
    for item in found:
        mine.setdefault(item.unit, []).append(item)
    return tuple(
        _unit_line(unit, mine.get(unit.id, []), organisation.risk_scale, today)
        for unit in organisation.units
        if may(person, Permit.READ, Subject(unit.id))
        and (unit.id in mine or not unit.end or unit.end >= today)
    )


def _unit_line(unit: Unit, found: Sequence[Registered], scale: RiskScale, today: date) -> UnitLine:
    risks = [item.risk for item in found if not item.retired]
    zones = [zone for risk in risks if (zone := zone_of(scale, risk.weight))]
    worst = min(zones, key=scale.levels.index, default=None)
    gone = len(found) - len(risks)
    said = [capital(many(len(risks), "risk", "risker"))] if found else ["Inga risker än"]
    if worst:
        said.append(f"{counted(zones.count(worst), 'en')} i zonen {worst.word.lower()}")
    if gone:
        said.append(f"{gone} avförda" if gone > 1 else "en avförd")
    return UnitLine(
        one_line(unit.name),
        register_path(unit.id),
        ", ".join(said),
        wording.level_mark(worst.symbol, worst.word) if worst else None,
        sum(stale(risk, today) for risk in risks),
    )


# -- a unit's register --


@dataclass(frozen=True)
class RiskLine:
    """A risk in the list."""

    id: str
    title: str
    address: str
    area: str
    event: str
    """Continues "Risken att …"."""
    before: Value
    after: Value
    assessed: Day | None
    stale: bool
    fraud: bool
    retired: bool
    plans: tuple[str, ...]


@dataclass(frozen=True)
class MatrixView:
    """The matrix as a picture and as a table."""

    picture: Markup
    caption: str
    consequence: tuple[tuple[int, str], ...]
    rows: tuple[MatrixRow, ...]
    looks: Mapping[str, Mark]
    """Zone id -> its mark."""
    missing: tuple[str, ...]
    """Sentences about the risks that have no place in it."""
    moved: bool
    """Some risk is shown where it was before the measures, too."""
    addresses: Mapping[str, str]
    """Risk -> its page."""


@dataclass(frozen=True)
class RegisterView:
    """The page of a unit's register."""

    unit: str
    address: str
    lead: str
    new: str
    """Address of the form for a new risk; "" for whoever may not."""
    scale: str
    """Address of the page about the scale."""
    lines: tuple[RiskLine, ...]
    total: int
    """Risks that the filters choose among."""
    empty: bool
    """The unit has no risks at all."""
    matrix: MatrixView | None
    areas: tuple[str, ...]
    zones: tuple[Choice, ...]
    values: Mapping[str, str]
    """What was asked for, by field."""
    asked: bool


def chosen(asked: Mapping[str, str]) -> Chosen:
    """What the address asks for."""
    return Chosen(
        area=one_line(asked.get("omrade", "")),
        zone=one_line(asked.get("zon", "")),
        fraud="oegentligheter" in asked,
        stale="gammal" in asked,
        retired="avforda" in asked,
    )


def register_view(
    found: UnitRegister, person: Person, wanted: Chosen, asked: Mapping[str, str], today: date
) -> RegisterView:
    """The gross list, as much of it as is asked for."""
    scale = found.organisation.risk_scale
    active = [item.risk for item in found.entries if not item.retired]
    kept = [e for e in found.entries if wanted.holds(e.risk, e.retired, scale, today)]
    kept.sort(key=lambda entry: gravity(entry.risk, scale))
    risks = [entry.risk for entry in kept]
    unit = found.unit.id
    return RegisterView(
        unit=one_line(found.unit.name),
        address=register_path(unit),
        lead=_lead(active, scale, today),
        new=register_path(unit, action=NEW_RISK)
        if may(person, Permit.CONTROL, Subject(unit))
        else "",
        scale=RISK_SCALE if may(person, Permit.KNOW, Subject(unit)) else "",
        lines=tuple(_line(found, entry, today) for entry in kept),
        total=len(found.entries) - len(active) if wanted.retired else len(active),
        empty=not found.entries,
        matrix=matrix_view(scale, risks, unit) if risks else None,
        areas=tuple(sorted({e.risk.area for e in found.entries}, key=str.casefold)),
        zones=(*(Choice(lv.id, lv.word) for lv in scale.levels), Choice(NOT_WEIGHED, NO_VALUE)),
        values={"omrade": "", "zon": ""} | dict(asked),
        asked=wanted != Chosen(),
    )


def _lead(risks: Sequence[AssessedRisk], scale: RiskScale, today: date) -> str:
    if not risks:
        return "Här står allt som enheten ser som en risk. Planen väljs ur listan."
    worst = scale.levels[0]
    high = sum(zone_of(scale, risk.weight) == worst for risk in risks)
    old = sum(stale(risk, today) for risk in risks)
    said = f"{capital(many(len(risks), 'risk', 'risker'))}, {counted(high, 'en')} i zonen "
    said += f"{worst.word.lower()}."
    if old:
        said += f" {capital(many(old, 'är inte bedömd', 'är inte bedömda'))} det senaste året."
    return said


def _line(found: UnitRegister, entry: Registered, today: date) -> RiskLine:
    risk, scale = entry.risk, found.organisation.risk_scale
    return RiskLine(
        id=risk.id,
        title=one_line(risk.title),
        address=register_path(entry.unit, risk.id),
        area=one_line(risk.area),
        event=one_line(risk.event),
        before=value_of(scale, risk.weight_before),
        after=value_of(scale, risk.weight),
        assessed=day_of(risk.assessed, today),
        stale=not entry.retired and stale(risk, today),
        fraud=risk.fraud,
        retired=entry.retired,
        plans=tuple(in_plans(found, risk.id)),
    )


def day_of(day: date | None, today: date) -> Day | None:
    """A date to show; None where there is none."""
    return Day(day.isoformat(), wording.day(day, today)) if day else None


def in_plans(found: UnitRegister, id: str) -> Iterator[str]:
    """How the risk stands in each plan and draft of this year and the next: a line each; where it
    stands in none of them, in the newest of the other years too."""
    said = {(item.key, item.draft): item for item in found.standings.get(id, ())}
    for key, year, draft in found.plans:
        name = f"Utkastet till {year}" if draft else f"Planen {year}"
        yield f"{name}: {_standing(said.get((key, draft)))}"
    if not said and (other := found.others.get(id)):
        yield f"Planen {other.year}: {_standing(other)}"


def _standing(item: Standing | None) -> str:
    if item is None:
        return "inte med"
    reason = one_line(item.reason)
    if item.left_out:
        return f"utelämnad. {reason}" if reason else "utelämnad, utan skäl"
    return f"{one_line(item.treatment)}. {reason}" if reason else one_line(item.treatment)


def matrix_view(scale: RiskScale, risks: Sequence[AssessedRisk], unit: str = "") -> MatrixView:
    """The matrix of some risks; of none it shows the scale alone."""
    figure, marks = matrix_figure(scale, risks), matrix_marks(scale)
    data = figure.data
    assert isinstance(data, Matrix)
    drawn = picture(matrix(data, marks), figure.alt, "page")
    drawn += picture(matrix(data, marks, PHONE), figure.alt, "phone")
    return MatrixView(
        picture=Markup(drawn),
        caption=figure.caption if risks else "Zonen för varje ruta.",
        consequence=tuple(enumerate(scale.consequence, 1)),
        rows=matrix_rows(scale, data),
        looks={lv.id: wording.level_mark(lv.symbol, lv.word) for lv in scale.levels},
        missing=not_placed(scale, risks),
        moved=bool(data.before),
        addresses={risk.id: register_path(unit, risk.id) for risk in risks},
    )


# -- one risk --


@dataclass(frozen=True)
class VersionView:
    """A version of a risk."""

    number: int
    at: Day
    by: str
    what: str
    reason: tuple[str, ...]
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class RiskView:
    """The page of a risk."""

    id: str
    title: str
    unit: str
    unit_address: str
    retired: bool
    retired_reason: str
    stale: str
    """What is wrong with the age of the assessment; "" where nothing is."""
    sentence: str
    before: Value
    after: Value
    measures: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    assessed: str
    plans: tuple[str, ...]
    actions: tuple[tuple[str, str], ...]
    """(address, word) of what the reader may do."""
    versions: tuple[VersionView, ...]


def risk_view(
    found: UnitRegister, versions: Sequence[Version], person: Person, today: date
) -> RiskView:
    """A risk with everything it has been."""
    entry = versions[0].entry
    risk, scale, words = entry.risk, found.organisation.risk_scale, found.organisation.vocabulary
    facts = (
        (words("processområde").title, risk.area),
        ("Perspektiv", risk.perspective),
        ("Kategori", risk.category),
        (words("riskägare").title, risk.owner),
        (
            "Oegentligheter",
            "Ja, risken handlar om att någon gör fel med vilje" if risk.fraud else "",
        ),
        ("Ersätter", risk.replaces),
    )
    return RiskView(
        id=risk.id,
        title=one_line(risk.title),
        unit=one_line(found.unit.name),
        unit_address=register_path(entry.unit),
        retired=entry.retired,
        retired_reason=one_line(entry.reason) if entry.retired else "",
        stale=_stale(entry, today),
        sentence=one_line(risk.sentence),
        before=value_of(scale, risk.weight_before),
        after=value_of(scale, risk.weight),
        measures=tuple(wording.lines(risk.measures)),
        facts=tuple((term, capital(one_line(value))) for term, value in facts if value),
        assessed=_assessed(risk, today),
        plans=tuple(in_plans(found, risk.id)),
        actions=tuple(_actions(entry, person)),
        versions=tuple(_version(version, today) for version in versions),
    )


def _stale(entry: Registered, today: date) -> str:
    if entry.retired or not stale(entry.risk, today):
        return ""
    if entry.risk.assessed is None:
        return "Det är inte sagt när risken bedömdes."
    return "Bedömningen är äldre än ett år."


def _assessed(risk: AssessedRisk, today: date) -> str:
    by = f" av {one_line(risk.assessed_by)}" if risk.assessed_by else ""
    if risk.assessed is None:
        return f"Ingen dag är angiven. Bedömd{by}." if by else "Ingen dag är angiven."
    return f"{capital(wording.day(risk.assessed, today))}{by}."


def _actions(entry: Registered, person: Person) -> Iterator[tuple[str, str]]:
    if not may(person, Permit.CONTROL, Subject(entry.unit)):
        return
    words = [("bedom", "Bedöm om"), ("andra", "Ändra"), ("avfor", "Avför")]
    for action, word in [("avfor", "Ta upp igen")] if entry.retired else words:
        yield register_path(entry.unit, entry.risk.id, action), word


def _version(version: Version, today: date) -> VersionView:
    entry = version.entry
    changes = tuple(
        (capital(one_line(c.what)), one_line(c.before), one_line(c.after)) for c in version.changes
    )
    return VersionView(
        number=entry.version,
        at=Day(local_date(entry.at).isoformat(), capital(wording.recent(entry.at, today))),
        by=one_line(version.by),
        what="" if changes else "Kom in i registret.",
        reason=tuple(wording.lines(entry.reason)),
        changes=changes,
    )
