"""Gallring for whoever administers the whole: the rules, a dry run, and the run by a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit, Subject, may
from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.disposal import RULES, Decision, Rule, decision_faults, too_young
from icengine.domain.task import figure
from icengine.domain.words import listed, number
from icengine.errors import Conflict, NotFound
from icengine.services.disposal import Finding, dispose, dry_run, overview
from icengine.services.login import Visitor
from icengine.web.deps import FormDep, MeDep, Web, WebDep
from icengine.web.pages.fields import Field, Form, Reading
from icengine.web.pages.paths import PEOPLE

router = APIRouter()
PATH = "/gallring"
DONE = "gjord"
"""Says in the address that a gallring was made."""
DECISION = {"dnr": "dnr", "decided": "datum", "paragraph": "paragraf"}
"""Part of a decision -> its field."""


@dataclass(frozen=True)
class RuleView:
    """A rule as the page tells it."""

    rule: Rule
    found: str
    """ "12 mejl", "ingenting"."""
    take: Field
    before: Field


@dataclass(frozen=True)
class FindingView:
    """What a rule found."""

    title: str
    before: str
    found: str
    sample: tuple[str, ...]
    more: str
    """ "och 12 till"; "" where all are shown."""


@router.api_route("/gallring", methods=["GET", "HEAD"])
def rules(web: WebDep, me: MeDep, klart: str = "") -> Response:
    """The rules, with what each would remove today."""
    _require(me)
    form = _choice(local_date(web.now()))
    return _choosing(web, me, form, done=klart == DONE)


@router.post("/gallring")
def try_out(web: WebDep, me: MeDep, fields: FormDep) -> Response:
    """What the chosen rules would remove; nothing is changed."""
    _require(me)
    form, wanted = _chosen(fields, local_date(web.now()))
    if not wanted:
        return _choosing(web, me, form, 422)
    return _shown(web, me, wanted, _decision_form())


@router.post("/gallring/beslut")
def carry_out(request: Request, web: WebDep, me: MeDep, fields: FormDep) -> Response:
    """Remove what was shown, by the decision that is written."""
    _require(me)
    choice, wanted = _chosen(fields, local_date(web.now()))
    if not wanted:
        return _choosing(web, me, choice, 422)
    form, decision = _decided(fields, local_date(web.now()))
    if decision is None:
        return _shown(web, me, wanted, form, 422)
    seen = [figure(fields.get(f"antal-{r.id}", "")) or 0 for r in RULES if r.id in wanted]
    try:
        with web.changing(me.person, request) as session:
            dispose(
                session, actor=me.person, now=web.now(), rules=wanted, decision=decision,
                expected=seen,
            )  # fmt: skip
    except Conflict:
        return _shown(web, me, wanted, form, 409)
    return RedirectResponse(f"{PATH}?klart={DONE}", 303)


def _require(me: Visitor) -> None:
    if not may(me.person, Permit.ADMINISTER, Subject(me.organisation.root.id)):
        raise NotFound


# -- choosing rules --


def _choice(today: date) -> Form:
    fields = []
    for item in RULES:
        fields += [
            Field(f"regel-{item.id}", item.title, "yes", group=item.id),
            Field(f"fore-{item.id}", "Det som är före", "date", group=item.id,
                  value=item.proposed(today).isoformat(),
                  hint=f"Räknat från när {item.counts_from}. Senast "
                  f"{swedish_date(item.latest(today))}."),
        ]  # fmt: skip
    return Form("Gallring", tuple(fields), "Visa vad som skulle gå", PEOPLE, "Personer")


def _chosen(sent: Mapping[str, str], today: date) -> tuple[Form, dict[str, date | None]]:
    """The form as it was sent, and the rules with their days; none where something is wrong."""
    form = _choice(today).typed(sent)
    read = Reading(form)
    wanted: dict[str, date | None] = {}
    for item in RULES:
        if read.yes(f"regel-{item.id}"):
            name = f"fore-{item.id}"
            day = read.day(name, "Skriv en dag.")
            fault = too_young(item, day, today) if day else ""
            if fault:
                read.wrong(name, fault)
            wanted[item.id] = day
    if not wanted:
        read.wrong(f"regel-{RULES[0].id}", "Välj minst en regel.")
    return form.with_faults(read.faults), {} if read.faults else wanted


def _choosing(
    web: Web, me: Visitor, form: Form, status: int = 200, *, done: bool = False
) -> Response:
    with web.at_one_moment() as session:
        found = overview(session, actor=me.person, now=web.now())
    fields = {field.name: field for field in form.fields}
    views = [
        RuleView(f.rule, _counts(f), fields[f"regel-{f.rule.id}"], fields[f"fore-{f.rule.id}"])
        for f in found
    ]
    return web.visitor_page(
        "gallring.html", me, status, form=form, rules=views, done=done, here=PEOPLE
    )


# -- the dry run, and the decision --


def _decision_form() -> Form:
    fields = (
        Field("dnr", "Beslutets diarienummer", hint="Till exempel KS 2026/77."),
        Field("datum", "Beslutets datum", "date"),
        Field("paragraf", "Paragraf eller nummer", hint="Till exempel § 31, eller delegation 12."),
    )
    return Form("Vad som skulle gallras", fields, "Gallra nu", PATH, "Gallring")


def _decided(sent: Mapping[str, str], today: date) -> tuple[Form, Decision | None]:
    form = _decision_form().typed(sent)
    read = Reading(form)
    day = read.day("datum", "Skriv när beslutet fattades.")
    decision = Decision(read.line("dnr"), day or today, read.line("paragraf"))
    for part, fault in decision_faults(decision, today).items():
        read.wrong(DECISION[part], fault)
    return form.with_faults(read.faults), None if read.faults else decision


def _shown(
    web: Web, me: Visitor, wanted: Mapping[str, date | None], form: Form, status: int = 200
) -> Response:
    with web.at_one_moment() as session:
        found = dry_run(session, actor=me.person, now=web.now(), rules=wanted)
    return web.visitor_page(
        "gallring-prov.html",
        me,
        status,
        form=form,
        found=[_finding(item) for item in found],
        hidden=_kept(found),
        empty=not any(item.count for item in found),
        changed=status == 409,
        here=PEOPLE,
    )


def _kept(found: Sequence[Finding]) -> list[tuple[str, str]]:
    """What the page sends on: the rules, their days, and how much was shown."""
    kept: list[tuple[str, str]] = []
    for item in found:
        id = item.rule.id
        kept += [
            (f"regel-{id}", "ja"),
            (f"fore-{id}", item.before.isoformat()),
            (f"antal-{id}", str(item.count)),
        ]
    return kept


def _finding(item: Finding) -> FindingView:
    sample = tuple(line for part in item.parts for line in part.sample)
    left = item.count - len(sample)
    more = f"och {number(left)} till" if left else ""
    return FindingView(item.rule.title, swedish_date(item.before), _counts(item), sample, more)


def _counts(item: Finding) -> str:
    """ "tre mejl", "en person och 14 händelsers innehåll", "ingenting"."""
    said = [
        f"{number(part.count)} {part.one if part.count == 1 else part.several}"
        for part in item.parts
        if part.count
    ]
    return listed(said) or "ingenting"
