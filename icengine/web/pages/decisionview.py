"""The form of the decision page: a field for each reason, the dnr, and the decision itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.completeness import Reasons, judge
from icengine.domain.disposal import dnr_fault, paragraph_fault
from icengine.domain.draft import DraftState, mark
from icengine.domain.draft_entries import Kind
from icengine.domain.finding import Finding
from icengine.domain.text import one_line
from icengine.domain.words import counted, listed, many
from icengine.services.lifecycle import Checks, Foreseen
from icengine.web.pages.fields import Field, Form, Reading
from icengine.web.pages.paths import plan_path
from icengine.web.pages.planpaths import CALENDAR, PLAN, draft_path, part_path

MOST_FIELDS = 100
"""Findings that have a field of their own; the form takes no more, and the rest share a reason."""
FEW = 2
"""Findings up to which no reason for all of them is offered."""
REST, MISSING = "skal-alla", "Skriv ett skäl."
NAMED = 10
"""Occurrences that are named one by one."""


def field_name(key: str) -> str:
    """Name of the field for the reason of a finding."""
    return f"skal-{mark(key)}"


@dataclass(frozen=True)
class Point:
    """What a finding is about."""

    name: str
    """ "K3 Delegering", or what the link does: "Ändra K3 Delegering"; "" where it may not be told, or
    the sentence says it all."""
    address: str
    """Where it is changed in the draft; "" where it is not there, or the draft is fixed."""


def points(checks: Checks, *, linked: bool) -> dict[str, Point]:
    """What each finding is about, by its key and by its field's name; `linked`: the reader may
    change the draft."""
    plan, found = checks.plan, {}
    if plan is None:
        return {}
    key = checks.draft.key
    linked = linked and checks.draft.state is DraftState.DRAFT
    things = {risk.id: (Kind.RISK, risk.title) for risk in plan.risks}
    things |= {control.id: (Kind.CONTROL, control.title) for _, control in plan.controls()}
    for item in checks.findings:
        kind, title = things.get(item.subject, (None, ""))
        if item.protected:
            point = Point("", "")
        elif kind is not None:
            name = f"{item.subject} {one_line(title)}"
            point = (
                Point(f"Ändra {name}", part_path(key, kind, item.subject))
                if linked
                else Point(name, "")
            )
        elif item.key.startswith("vecka:"):
            point = Point("Se årets datum", draft_path(key, CALENDAR))
        elif item.subject == "planen":
            point = Point("Ändra planens uppgifter", draft_path(key, PLAN))
        else:
            point = Point("", "")
        point = point if linked else Point(point.name if kind else "", "")
        found[item.key] = found[field_name(item.key)] = point
    return found


@dataclass(frozen=True)
class Asked:
    """What the page asks for, and what was answered."""

    checks: Checks
    form: Form
    asking: tuple[Finding, ...]
    """Findings that have a field."""
    beside: tuple[Finding, ...]
    """Those beyond MOST_FIELDS."""
    settled: tuple[tuple[Finding, str], ...]
    """Findings whose reason was given when the plan was sent."""
    reasons: Reasons
    decided: date | None


def asked(checks: Checks, sent: Mapping[str, str], now: datetime) -> Asked:
    """The form of a draft or of what is sent, with what was typed."""
    waiting = checks.draft.state is DraftState.CANDIDATE
    given = {item.key: item.reason for item in checks.verdict.given}
    open_ = [item for item in checks.findings if not item.stops]
    asking = [item for item in open_ if not waiting or item.key not in given]
    shown, beside = asking[:MOST_FIELDS], asking[MOST_FIELDS:]
    fields = [*_reason_fields(shown, {} if waiting else given, shared=len(asking) > FEW)]
    fields += _decision_fields(checks) if waiting else [_dnr_field(checks)]
    form = Form(
        "Beslut" if waiting else "Till beslut", tuple(fields),
        "Anta planen" if waiting else "Skicka till beslut", plan_path(checks.draft.key), "Planen",
    )  # fmt: skip
    decided, faults = None, {}
    if sent:
        form = form.typed(sent)
        reading = Reading(form)
        if waiting:
            decided = _decided(reading, local_date(now))
        else:
            dnr = reading.line("dnr", "Skriv ärendets diarienummer.")
            if dnr and (fault := dnr_fault(dnr)):
                reading.wrong("dnr", fault)
        faults = reading.faults
    values = {field.name: field.value for field in form.fields}
    each = {item.key: values[field_name(item.key)] for item in shown}
    reasons = Reasons(each, values.get(REST, ""))
    if sent:
        faults = _missing(checks, reasons, shown) | faults
    return Asked(
        checks, form.with_faults(faults), tuple(shown), tuple(beside),
        tuple((item, given[item.key]) for item in open_ if waiting and item.key in given),
        reasons, decided,
    )  # fmt: skip


def _missing(checks: Checks, reasons: Reasons, shown: Sequence[Finding]) -> dict[str, str]:
    """The reasons that are missing, each at its field."""
    all_ = Reasons({**(checks.draft.reasons or {}), **reasons.each}, reasons.rest)
    last = checks.standing.last
    missing = judge(checks.findings, all_, last.reasons if last else ()).missing
    faults = {
        field_name(item.key): f"{MISSING} {item.sentence}" for item in missing if item in shown
    }
    if len(faults) < len(missing):
        faults[REST] = "Skriv ett skäl för dem som inte har något eget fält."
    return faults


def _reason_fields(
    findings: Sequence[Finding], given: Mapping[str, str], *, shared: bool
) -> Iterator[Field]:
    for item in findings:
        yield Field(
            field_name(item.key), item.sentence, "area", item.remedy, given.get(item.key, "")
        )
    if shared:
        yield Field(
            REST, "Ett skäl för alla som saknar ett eget", "area",
            "Gäller varje punkt ovan där fältet är tomt.",
        )  # fmt: skip


def _dnr_field(checks: Checks) -> Field:
    return Field(
        "dnr", "Ärendets diarienummer", hint="Till exempel KS 2026/77.",
        value=one_line(checks.draft.dnr),
    )  # fmt: skip


def _decision_fields(checks: Checks) -> list[Field]:
    sent = swedish_date(local_date(checks.draft.changed_at))
    return [
        Field(
            "datum",
            "Beslutets datum",
            "date",
            f"Sammanträdets dag. Planen skickades till beslut {sent}; ett äldre beslut gäller "
            "kanske något annat.",
        ),
        Field("paragraf", "Paragraf", hint="Till exempel § 214."),
    ]


def _decided(reading: Reading, today: date) -> date | None:
    """When it was decided; None where that cannot be told."""
    day = reading.day("datum", "Välj när beslutet fattades.")
    paragraph = reading.line("paragraf", "Skriv beslutets paragraf.")
    if paragraph and (fault := paragraph_fault(paragraph)):
        reading.wrong("paragraf", fault)
    if day and day > today:
        reading.wrong("datum", "Beslutet kan inte vara fattat i framtiden.")
        return None
    return day


def foreseen_lines(effects: Foreseen) -> tuple[tuple[str, str], ...]:
    """(sign, sentence): what adopting does to the occurrences."""
    found = [("+", f"{_count(effects.planned)} planeras.")] if effects.planned else []
    if effects.passed:
        found.append(("!", f"För {counted(effects.passed)} av dem har sista dagen redan passerat."))
    if effects.answered:
        found.append(("✓", f"{_count(effects.answered)} är besvarade och ligger kvar."))
    if effects.followed:
        found.append(("→", f"{_count(effects.followed)} följer den nya versionen."))
    if effects.cancelled:
        found.append(("–", f"{_count(len(effects.cancelled))} utgår: {_named(effects.cancelled)}."))
    if effects.overlapping:
        found.append(
            ("!", "Planeras inte, för de överlappar tillfällen som redan har öppnat: "
                  f"{_named(effects.overlapping)}.")
        )  # fmt: skip
    return tuple((sign, said[:1].upper() + said[1:]) for sign, said in found) or (
        ("✓", "Inga tillfällen ändras."),
    )


def _count(n: int) -> str:
    return many(n, "tillfälle", "tillfällen", "ett")


def _named(names: Sequence[str]) -> str:
    more = [f"{len(names) - NAMED} till"] if len(names) > NAMED else []
    return listed([*names[:NAMED], *more])
