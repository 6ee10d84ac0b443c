"""The controls of a plan file: what is checked, by whom, and the dates of their occurrences."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from icengine.domain.document_reading import PlanReading
from icengine.domain.frequency import Frequency, Kind, Unread, Window, read_frequency
from icengine.domain.node import Node, nearest
from icengine.domain.people import UnitKind
from icengine.domain.plan import OWN_DATES, Combine, Control, Shared
from icengine.domain.reading import Fields
from icengine.domain.scale_document import read_measure
from icengine.domain.timing import OwnRule, Timed, TimingRule, timed

CONTROL_KEYS = (
    "id", "titel", "kontrollmoment", "kontrollmål", "metod", "urval", "frekvens", "tillfällen",
    "ansvarig", "utförare", "processägare", "godkännare", "mål", "mätning", "flera tillfällen",
    "obligatorisk enligt", "klass", "gemensam", "skyddad", "kräver inloggning", "ersätter",
    "öppnar dagar före", "redovisas arbetsdagar efter",
)  # fmt: skip
WINDOW_KEYS = ("namn", "från", "till", "öppnar", "senast")
SHARED_KEYS = ("slag", "under", "enheter", "ansvariga")


def read_control(node: Node, reading: PlanReading) -> Control:
    fields = Fields(node, "kontrollen", CONTROL_KEYS, reading.problems)
    id = fields.id()
    if id:
        fields.what = f"kontrollen {id}"
    reading.unique("kontroll", id, node)
    own = read_rule(fields)
    text, kind, canonical, occurrences = _read_times(fields, reading, own.over(reading.rule))
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
        category=fields.line("klass"),
        shared=_read_shared(fields, reading),
        opens_before=own.opens_before,
        due_after=own.due_after,
    )


def _read_times(
    fields: Fields, reading: PlanReading, rule: TimingRule
) -> tuple[str, Kind, str, tuple[Timed, ...]]:
    """The frequency as written, what it was read as, and its occurrences with their dates."""
    text = fields.text("frekvens", required=True)
    nodes = fields.children("tillfällen")
    windows = tuple(_read_window(child, reading, rule) for child in nodes)
    if windows:
        _check_windows(fields, nodes, windows)
        labels = "; ".join(item.window.label for item in windows)
        return text, Kind.SCHEDULED, f"{OWN_DATES}{labels}", windows
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


def _read_window(node: Node, reading: PlanReading, rule: TimingRule) -> Timed:
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


def read_rule(fields: Fields) -> OwnRule:
    """What a plan or a control says itself about when its tasks open and are due."""
    return OwnRule(
        fields.whole_or_none("öppnar dagar före", 1, 366),
        fields.whole_or_none("redovisas arbetsdagar efter", 0, 60),
    )


def _read_shared(fields: Fields, reading: PlanReading) -> Shared | None:
    """The units that a shared control is for; None where it is the plan's unit alone."""
    node = fields.node.get("gemensam")
    if node is None or node.value is None:
        return None
    inner = Fields(node, "gemensam", SHARED_KEYS, reading.problems)
    known = [unit.id for unit in reading.organisation.units]
    below = inner.named("under", lambda id: id if id in known else None, known, "enhet")
    kinds = inner.choices("slag", UnitKind)
    units = inner.one_or_more("enheter")
    for id in units:
        _known_unit(inner, "enheter", id, known)
    owners = []
    for id, child in inner.pairs("ansvariga"):
        _known_unit(inner, "ansvariga", id, known)
        one = Fields(Node(child.place, {id: child}), "gemensam", (id,), reading.problems)
        owners.append((id, reading.function(one, id, required=True)))
    if not (kinds or below or units):
        inner.wrong(node, "gemensam säger inte vilka enheter som svarar",
                    "ange slag, under eller enheter")  # fmt: skip
    return Shared(kinds, below, units, tuple(owners))


def _known_unit(fields: Fields, key: str, id: str, known: list[str]) -> None:
    if id not in known:
        hint = nearest(id, known) or "enheternas id står i organisationen"
        fields.wrong(fields.node.get(key) or fields.node, f"okänd enhet ”{id}”", hint)
