"""Plan files -> Plan: the reader that YAML, Excel and forms share.

`read_plan` answers with the plan, or with every problem at once, each with its place and a hint, in
the author's words. Keys are Swedish, as in `docs/planfilen.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from icengine.domain.frequency import (
    DEFAULT_PERIODS,
    Frequency,
    Kind,
    Periods,
    Unread,
    Window,
    read_frequency,
)
from icengine.domain.node import Node, Problem
from icengine.domain.people import Organisation
from icengine.domain.plan import Combine, Control, DirectAction, Plan, Risk, Treatment
from icengine.domain.reading import Fields, Unique
from icengine.domain.scale import RatingScale, RiskScale
from icengine.domain.scale_document import read_measure, read_ratings, read_risk_scale
from icengine.domain.text import recorded
from icengine.domain.timing import Timed, TimingRule, timed

PLAN_KEYS = (
    "enhet", "år", "titel", "upprättad av", "riktlinje", "urval till", "processområden",
    "bedömningsskala", "riskskala", "perioder", "öppnar dagar före", "redovisas arbetsdagar efter",
    "löpande redovisas", "risker",
)  # fmt: skip
RISK_KEYS = (
    "id", "område", "titel", "risken att", "på grund av", "vilket kan leda till", "sannolikhet",
    "konsekvens", "hantering", "perspektiv", "kategori", "riskägare", "oegentligheter", "bedömd",
    "skäl", "ersätter", "kontroller", "direktåtgärder",
)  # fmt: skip
CONTROL_KEYS = (
    "id", "titel", "kontrollmoment", "kontrollmål", "metod", "urval", "frekvens", "tillfällen",
    "ansvarig", "utförare", "processägare", "godkännare", "mål", "mätning", "flera tillfällen",
    "obligatorisk enligt", "skyddad", "kräver inloggning", "ersätter", "öppnar dagar före",
    "redovisas arbetsdagar efter",
)  # fmt: skip
WINDOW_KEYS = ("namn", "från", "till", "öppnar", "senast")
ACTION_KEYS = ("id", "åtgärd", "ansvarig", "klart")
YEARS = (2000, 2100)


@dataclass
class _Reading:
    """What one reading carries along."""

    organisation: Organisation
    problems: list[Problem]
    year: int = 0
    """0 where the plan names none that can be used: then no date and no frequency is judged."""
    periods: Periods = DEFAULT_PERIODS
    named: tuple[tuple[str, str], ...] = ()
    """The plan's own words for periods, as written."""
    reporting: str = ""
    rule: TimingRule = field(default_factory=TimingRule)
    ratings: RatingScale = field(default_factory=lambda: RatingScale(()))
    risk_scale: RiskScale | None = None
    areas: tuple[str, ...] = ()
    ids: dict[str, Unique] = field(default_factory=dict)

    def function(self, fields: Fields, key: str, *, required: bool = False) -> str:
        """A function that the organisation knows, in the organisation's spelling."""

        def proper(name: str) -> str | None:
            found = self.organisation.function(name)
            return found.name if found else None

        known = [function.name for function in self.organisation.functions]
        return fields.named(key, proper, known, "funktion", required=required)

    def unique(self, kind: str, id: str, node: Node) -> None:
        """Note an id that may occur once in the plan."""
        self.ids.setdefault(kind, Unique(kind, self.problems)).add(id, node.get("id") or node)


def read_plan(node: Node, organisation: Organisation) -> tuple[Plan | None, list[Problem]]:
    """The plan, or None and every problem in it."""
    problems: list[Problem] = []
    fields = Fields(node, "planen", PLAN_KEYS, problems)
    if problems and not isinstance(node.value, dict):
        return None, problems
    reading = _Reading(organisation, problems)
    reading.year = _read_year(fields)
    unit_ids = [unit.id for unit in organisation.units]
    unit = fields.named(
        "enhet", lambda id: id if id in unit_ids else None, unit_ids, "enhet", required=True
    )
    _read_rules(fields, reading)
    author = reading.function(fields, "upprättad av", required=True)
    risks = tuple(_read_risk(child, reading) for child in fields.children("risker", required=True))
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


def _read_rules(fields: Fields, reading: _Reading) -> None:
    """What holds for the whole plan: scales, the year's words, when tasks open."""
    reading.ratings = read_ratings(fields, "bedömningsskala", reading.organisation.ratings)
    reading.risk_scale = read_risk_scale(fields, "riskskala", reading.organisation.risk_scale)
    reading.areas = _read_areas(fields)
    reading.rule = _read_rule(fields, TimingRule())
    _read_periods(fields, reading)
    reading.reporting = _read_reporting(fields, reading)


def _read_areas(fields: Fields) -> tuple[str, ...]:
    areas = fields.words("processområden")
    names = Unique("processområdet", fields.problems)
    node = fields.node.get("processområden")
    for child in node.children() if node else ():
        if isinstance(child.value, str):
            names.add(" ".join(recorded(child.value).split()), child)
    return areas


def _read_periods(fields: Fields, reading: _Reading) -> None:
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


def _read_reporting(fields: Fields, reading: _Reading) -> str:
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


def _read_rule(fields: Fields, default: TimingRule) -> TimingRule:
    key = "redovisas arbetsdagar efter"
    child = fields.node.get(key)
    given = child is not None and child.value is not None
    after = fields.whole(key, 0, 60) if given else default.working_days_after
    return TimingRule(
        opens_days_before=fields.whole("öppnar dagar före", 1, 366, default.opens_days_before),
        working_days_after=after,
    )


def _read_risk(node: Node, reading: _Reading) -> Risk:
    fields = Fields(node, "risken", RISK_KEYS, reading.problems)
    id = fields.id()
    if id:
        fields.what = f"risken {id}"
    reading.unique("risk", id, node)
    scale = reading.risk_scale or reading.organisation.risk_scale
    treatment = fields.choice("hantering", Treatment) or Treatment.CONTROL
    controls = tuple(_read_control(child, reading) for child in fields.children("kontroller"))
    actions = tuple(_read_action(child, reading) for child in fields.children("direktåtgärder"))
    risk = Risk(
        id=id,
        area=_read_area(fields, reading),
        title=fields.line("titel", required=True),
        event=fields.text("risken att", required=True).rstrip("."),
        cause=fields.text("på grund av").rstrip("."),
        effect=fields.text("vilket kan leda till").rstrip("."),
        likelihood=fields.whole("sannolikhet", 1, len(scale.likelihood)),
        consequence=fields.whole("konsekvens", 1, len(scale.consequence)),
        treatment=treatment,
        perspective=fields.line("perspektiv"),
        category=fields.line("kategori"),
        owner=reading.function(fields, "riskägare"),
        fraud=fields.yes("oegentligheter"),
        assessed=fields.day("bedömd"),
        reason=fields.text("skäl"),
        controls=controls,
        actions=actions,
        replaces=fields.line("ersätter"),
    )
    _check_treatment(risk, fields)
    return risk


def _read_area(fields: Fields, reading: _Reading) -> str:
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


def _read_action(node: Node, reading: _Reading) -> DirectAction:
    fields = Fields(node, "direktåtgärden", ACTION_KEYS, reading.problems)
    id = fields.id()
    reading.unique("direktåtgärd", id, node)
    return DirectAction(
        id=id,
        text=fields.text("åtgärd", required=True),
        responsible=reading.function(fields, "ansvarig", required=True),
        due=fields.day("klart", required=True) or date.min,
    )


def _read_control(node: Node, reading: _Reading) -> Control:
    fields = Fields(node, "kontrollen", CONTROL_KEYS, reading.problems)
    id = fields.id()
    if id:
        fields.what = f"kontrollen {id}"
    reading.unique("kontroll", id, node)
    text, kind, canonical, occurrences = _read_times(fields, reading)
    return Control(
        id=id,
        title=fields.line("titel", required=True),
        what=fields.text("kontrollmoment", required=True),
        method=fields.text("metod", required=True),
        owner=reading.function(fields, "ansvarig", required=True),
        frequency=text,
        kind=kind,
        reading=canonical,
        occurrences=occurrences,
        objective=fields.text("kontrollmål"),
        sample=fields.text("urval"),
        goal=fields.text("mål"),
        measure=read_measure(fields, "mätning", reading.ratings),
        process_owner=reading.function(fields, "processägare"),
        performer=reading.function(fields, "utförare"),
        approver=reading.function(fields, "godkännare"),
        combine=fields.choice("flera tillfällen", Combine, Combine.LATEST) or Combine.LATEST,
        mandatory=fields.line("obligatorisk enligt"),
        protected=fields.yes("skyddad"),
        login=fields.yes("kräver inloggning"),
        replaces=fields.line("ersätter"),
    )


def _read_times(fields: Fields, reading: _Reading) -> tuple[str, Kind, str, tuple[Timed, ...]]:
    """The frequency as written, what it was read as, and its occurrences with their dates."""
    text = fields.text("frekvens", required=True)
    rule = _read_rule(fields, reading.rule)
    nodes = fields.children("tillfällen")
    windows = tuple(_read_window(child, reading, rule) for child in nodes)
    if windows:
        _check_windows(fields, nodes, windows)
        labels = "; ".join(item.window.label for item in windows)
        return text, Kind.SCHEDULED, f"egna datum: {labels}", windows
    if not text or not reading.year:
        return text, Kind.SCHEDULED, "", ()
    read = read_frequency(
        text, reading.year, periods=reading.periods, reporting=reading.reporting or None
    )
    if isinstance(read, Unread):
        fields.wrong(fields.node.get("frekvens") or fields.node, read.problem, read.hint)
        return text, Kind.SCHEDULED, "", ()
    assert isinstance(read, Frequency)
    return text, read.kind, read.canonical, tuple(timed(window, rule) for window in read.windows)


def _read_window(node: Node, reading: _Reading, rule: TimingRule) -> Timed:
    """An occurrence with dates of its own, for what no frequency text says.

    Without a slot where its dates cannot be used.
    """
    fields = Fields(node, "tillfället", WINDOW_KEYS, reading.problems)
    before = len(reading.problems)
    start = fields.day("från", required=True)
    end = fields.day("till") or start
    due, opens = fields.day("senast"), fields.day("öppnar")
    label = fields.line("namn") or f"{start}–{end}"
    nothing = Timed(Window("", "", date.min, date.min), date.min, date.min)
    if start is None or end is None or len(reading.problems) > before or not reading.year:
        return nothing
    year = reading.year
    first, last = date(year, 1, 1), date(year + 1, 12, 31)
    _check_day(fields, "från", start, first, last)
    _check_day(fields, "till", end, first, last)
    if len(reading.problems) == before and end < start:
        fields.wrong(node.get("till") or node, "tillfället slutar innan det börjar")
    if len(reading.problems) > before:
        return nothing
    item = timed(Window(end.isoformat(), label, start, end), rule)
    _check_day(fields, "senast", due, start, last)
    if len(reading.problems) == before:
        _check_day(fields, "öppnar", opens, date(year - 1, 1, 1), due or item.due)
    due = due or item.due
    return Timed(item.window, opens or min(item.opens, due), due)


def _check_day(fields: Fields, key: str, day: date | None, first: date, last: date) -> None:
    """A day of an occurrence lies from `first` to `last`."""
    if day is not None and not first <= day <= last:
        fields.wrong(
            fields.node.get(key) or fields.node,
            f"{key} är {day}", f"ett datum {first}–{last}",
        )  # fmt: skip


def _check_windows(fields: Fields, nodes: tuple[Node, ...], windows: tuple[Timed, ...]) -> None:
    """No two occurrences of a control share a day."""
    pairs = [pair for pair in zip(windows, nodes, strict=True) if pair[0].window.slot]
    pairs.sort(key=lambda pair: pair[0].window.start)
    for (one, _), (other, node) in pairwise(pairs):
        if other.window.start <= one.window.end:
            fields.wrong(
                node, f"tillfället {other.window.label} överlappar {one.window.label}",
                "ändra datumen eller slå ihop dem",
            )  # fmt: skip
