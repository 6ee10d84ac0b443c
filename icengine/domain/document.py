"""Plan files -> Plan: the reader that YAML, Excel and forms share.

`read_plan` answers with the plan, or with every problem at once, each with its place and a hint, in
the author's words. Keys are Swedish, as in `docs/planfilen.md`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from icengine.domain.document_controls import read_control, read_rule
from icengine.domain.document_reading import PlanReading
from icengine.domain.frequency import Unread, read_frequency
from icengine.domain.node import Node, Problem
from icengine.domain.people import Organisation
from icengine.domain.plan import DirectAction, Plan, Risk, Treatment
from icengine.domain.reading import Fields, Unique
from icengine.domain.risk import AssessedRisk, LeftOut
from icengine.domain.scale import RiskScale
from icengine.domain.scale_document import read_ratings, read_risk_scale
from icengine.domain.text import recorded
from icengine.domain.timing import OwnRule, TimingRule

PLAN_KEYS = (
    "enhet", "år", "titel", "upprättad av", "riktlinje", "urval till", "processområden",
    "bedömningsskala", "riskskala", "perioder", "öppnar dagar före", "redovisas arbetsdagar efter",
    "löpande redovisas", "risker", "utelämnade risker",
)  # fmt: skip
ASSESSMENT_KEYS = (
    "id", "område", "titel", "risken att", "på grund av", "vilket kan leda till",
    "sannolikhet före", "konsekvens före", "befintliga åtgärder", "sannolikhet", "konsekvens",
    "perspektiv", "kategori", "riskägare", "oegentligheter", "bedömd", "bedömd av", "ersätter",
)  # fmt: skip
RISK_KEYS = (*ASSESSMENT_KEYS, "hantering", "skäl", "kontroller", "direktåtgärder")
LEFT_OUT_KEYS = (*ASSESSMENT_KEYS, "skäl")
ACTION_KEYS = ("id", "åtgärd", "ansvarig", "klart")
YEARS = (2000, 2100)


def read_plan(node: Node, organisation: Organisation) -> tuple[Plan | None, list[Problem]]:
    """The plan, or None and every problem in it."""
    problems: list[Problem] = []
    fields = Fields(node, "planen", PLAN_KEYS, problems)
    if problems and not isinstance(node.value, dict):
        return None, problems
    reading = PlanReading(organisation, problems)
    reading.year = _read_year(fields)
    unit_ids = [unit.id for unit in organisation.units]
    unit = fields.named(
        "enhet", lambda id: id if id in unit_ids else None, unit_ids, "enhet", required=True
    )
    own = _read_rules(fields, reading)
    author = reading.function(fields, "upprättad av", required=True)
    risks = tuple(_read_risk(child, reading) for child in fields.children("risker", required=True))
    left_out = tuple(_read_left_out(node, reading) for node in fields.children("utelämnade risker"))
    areas = reading.areas or tuple(dict.fromkeys(risk.area for risk in risks))
    plan = Plan(
        unit=unit,
        year=reading.year,
        title=fields.line("titel") or f"Internkontrollplan {reading.year}",
        author=author,
        risks=risks,
        areas=areas,
        guideline=fields.line("riktlinje"),
        carry_to=_read_carry(fields, reading.year),
        ratings=reading.ratings,
        risk_scale=reading.risk_scale or organisation.risk_scale,
        periods=reading.named,
        left_out=left_out,
        reporting=reading.reporting,
        opens_before=own.opens_before,
        due_after=own.due_after,
    )
    problems.sort(key=lambda problem: (problem.place.line, problem.place.column))
    return (None, problems) if problems else (plan, [])


def _read_year(fields: Fields) -> int:
    """The plan year; 0 where there is a problem with it."""
    before = len(fields.problems)
    year = fields.whole("år", *YEARS)
    return year if len(fields.problems) == before else 0


def _read_carry(fields: Fields, year: int) -> int:
    return fields.whole("urval till", year + 1, year + 2, year + 1) if year else 0


def _read_rules(fields: Fields, reading: PlanReading) -> OwnRule:
    """What holds for the whole plan: scales, the year's words, when tasks open."""
    reading.ratings = read_ratings(fields, "bedömningsskala", reading.organisation.ratings)
    reading.risk_scale = read_risk_scale(fields, "riskskala", reading.organisation.risk_scale)
    reading.areas = _read_areas(fields)
    own = read_rule(fields)
    reading.rule = own.over(TimingRule())
    _read_periods(fields, reading)
    reading.reporting = _read_reporting(fields, reading)
    return own


def _read_areas(fields: Fields) -> tuple[str, ...]:
    areas = fields.words("processområden")
    names = Unique("processområdet", fields.problems)
    node = fields.node.get("processområden")
    for child in node.children() if node else ():
        if isinstance(child.value, str):
            names.add(" ".join(recorded(child.value).split()), child)
    return areas


def _read_periods(fields: Fields, reading: PlanReading) -> None:
    """The plan's own words for parts of the year."""
    for key, child in fields.pairs("perioder"):
        if not isinstance(child.value, str | None):
            fields.wrong(child, f"perioden ”{key}” ska vara en text, men är {child.kind}",
                         "skriv till exempel september–november")  # fmt: skip
            continue
        try:
            reading.periods = reading.periods.with_changes({key: child.value or ""})
        except ValueError as error:
            fields.wrong(child, str(error))
        reading.named = (*reading.named, (key, child.value or ""))


def _read_reporting(fields: Fields, reading: PlanReading) -> str:
    """How often continuous controls report; "" where the plan does not say, or not clearly.

    It is judged here, once, so that it is said where it stands and not at each control.
    """
    text = fields.line("löpande redovisas")
    if not text or not reading.year:
        return ""
    read = read_frequency("löpande", reading.year, periods=reading.periods, reporting=text)
    if isinstance(read, Unread):
        node = fields.node.get("löpande redovisas") or fields.node
        fields.wrong(node, read.problem, "skriv till exempel kvartalsvis")
        return ""
    return text


def _read_risk(node: Node, reading: PlanReading) -> Risk:
    fields = Fields(node, "risken", RISK_KEYS, reading.problems)
    assessed = _read_assessment(fields, reading)
    treatment = fields.choice("hantering", Treatment) or Treatment.CONTROL
    risk = Risk(
        **assessed,
        treatment=treatment,
        reason=fields.text("skäl"),
        controls=tuple(read_control(child, reading) for child in fields.children("kontroller")),
        actions=tuple(_read_action(child, reading) for child in fields.children("direktåtgärder")),
    )
    _check_treatment(risk, fields)
    return risk


def _read_left_out(node: Node, reading: PlanReading) -> LeftOut:
    fields = Fields(node, "den utelämnade risken", LEFT_OUT_KEYS, reading.problems)
    return LeftOut(**_read_assessment(fields, reading), reason=fields.text("skäl", required=True))


def read_assessed(node: Node, organisation: Organisation) -> tuple[AssessedRisk, list[Problem]]:
    """A risk alone, as the register holds it, and every problem in it."""
    reading = PlanReading(organisation, [])
    fields = Fields(node, "risken", ASSESSMENT_KEYS, reading.problems)
    risk = AssessedRisk(**_read_assessment(fields, reading))
    return risk, reading.problems


def _read_assessment(fields: Fields, reading: PlanReading) -> dict[str, Any]:
    """The fields of an `AssessedRisk`."""
    id = fields.id()
    if id:
        fields.what = f"risken {id}"
    reading.unique("risk", id, fields.node)
    scale = reading.risk_scale or reading.organisation.risk_scale
    before = _read_weight(fields, " före", scale)
    weight = _read_weight(fields, "", scale)
    return {
        "id": id,
        "area": _read_area(fields, reading),
        "title": fields.line("titel", required=True),
        "event": _read_clause(fields, "risken att", required=weight != (None, None)),
        "cause": _read_clause(fields, "på grund av"),
        "effect": _read_clause(fields, "vilket kan leda till"),
        "likelihood": weight[0],
        "consequence": weight[1],
        "likelihood_before": before[0],
        "consequence_before": before[1],
        "measures": fields.text("befintliga åtgärder"),
        "perspective": fields.line("perspektiv"),
        "category": fields.line("kategori"),
        "owner": reading.function(fields, "riskägare"),
        "fraud": fields.yes("oegentligheter"),
        "assessed": fields.modern_day("bedömd"),
        "assessed_by": fields.line("bedömd av"),
        "replaces": fields.line("ersätter"),
    }


def _read_clause(fields: Fields, key: str, *, required: bool = False) -> str:
    """A part of the sentence about a risk, without the full stop that ends it."""
    text = fields.text(key, required=required)
    clause = re.sub(r"[.\s]+\Z", "", text)
    if required and text and not clause:
        fields.missing(key)
    return clause


def _read_weight(fields: Fields, when: str, scale: RiskScale) -> tuple[int | None, int | None]:
    """Sannolikhet and konsekvens: both, or neither where the risk is not weighed."""
    keys = (f"sannolikhet{when}", f"konsekvens{when}")
    found = (
        fields.whole_or_none(keys[0], 1, len(scale.likelihood)),
        fields.whole_or_none(keys[1], 1, len(scale.consequence)),
    )
    for key, value, other in zip(keys, found, reversed(found), strict=True):
        node = fields.node.get(key)
        if value is None and other is not None and (node is None or node.value is None):
            fields.missing(key, "ange både sannolikhet och konsekvens, eller ingen av dem")
    return found


def _read_area(fields: Fields, reading: PlanReading) -> str:
    if not reading.areas:
        return fields.line("område", required=True)
    by_name = {area.casefold(): area for area in reading.areas}
    return fields.named(
        "område", lambda name: by_name.get(name.casefold()), reading.areas, "område", required=True
    )


def _check_treatment(risk: Risk, fields: Fields) -> None:
    """A risk holds what its hantering says, and nothing else."""
    word = risk.treatment
    if word is Treatment.CONTROL and not risk.controls:
        fields.missing("kontroller", "minst en, eller välj en annan hantering")
    if word is not Treatment.CONTROL and risk.controls:
        place = fields.node.get("kontroller") or fields.node
        fields.wrong(place, f"{fields.what} har hanteringen ”{word}” men också kontroller",
                     "skriv hantering: granskning")  # fmt: skip
    if word is Treatment.ACT_NOW and not risk.actions:
        fields.missing("direktåtgärder", "minst en, med åtgärd, ansvarig och klart")
    if word in (Treatment.ACCEPT, Treatment.FOLLOW_UP) and not risk.reason:
        fields.missing(
            "skäl", f"varför risken {'accepteras' if word is Treatment.ACCEPT else word}"
        )


def _read_action(node: Node, reading: PlanReading) -> DirectAction:
    fields = Fields(node, "direktåtgärden", ACTION_KEYS, reading.problems)
    id = fields.id()
    reading.unique("direktåtgärd", id, node)
    return DirectAction(
        id=id,
        text=fields.text("åtgärd", required=True),
        responsible=reading.function(fields, "ansvarig", required=True),
        due=fields.day("klart", required=True) or date.min,
    )
