"""Plans in the browser: which there are, what a version says, what differs between two, and the end."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit, Subject, may
from icengine.domain.calendar import local_date
from icengine.domain.document import YEARS
from icengine.domain.task import figure
from icengine.errors import NotAllowed, NotFound, Refused
from icengine.services.drafts import begin_draft
from icengine.services.lifecycle import close_plan, keeps_open
from icengine.services.login import Visitor
from icengine.services.versions import (
    Content,
    PlanRecord,
    all_plans,
    content_of,
    note_plan_reading,
    plan_record,
    sees_protected,
)
from icengine.web.deps import FormDep, MeDep, Web, WebDep
from icengine.web.pages.adoptionview import Receipt, receipt_words
from icengine.web.pages.fields import Field, Form, Reading, nothing_or
from icengine.web.pages.organisationview import Link
from icengine.web.pages.paths import PLANS, plan_path
from icengine.web.pages.plancompare import difference_view
from icengine.web.pages.planrecordview import (
    content_view,
    crumbs,
    plan_actions,
    plan_ends,
    plan_head,
    plan_lines,
    unit_name,
)
from icengine.web.pages.unitforms import unit_choices

router = APIRouter()

DONE: dict[str, str] = {
    "skickad": "Planen är skickad till beslut. Innehållet är låst tills den antas eller tas tillbaka.",
    "tillbaka": "Planen är tillbaka som utkast. Händelseloggen har kvar vad som var skickat.",
    "antagen": "Planen är antagen.",
    "avslutad": "Planen är avslutad.",
    "kastat": "Utkastet är kastat. Händelseloggen har kvar att det fanns.",
    "redan": "Planen är redan antagen, och utkastet finns inte längre. Ingenting är ändrat.",
    "last": "Planen är skickad till beslut. Ta tillbaka den först, om något ska ändras.",
}
"""What is said on a page after a deed, by the word in its address."""


# -- the list, and beginning a draft --


@router.api_route("/planer", methods=["GET", "HEAD"])
def plans(web: WebDep, me: MeDep, klart: str = "") -> Response:
    """Every plan and draft that the reader may see."""
    return _list(web, me, _begin_form(web, me), done=DONE.get(klart, ""))


@router.post("/planer")
def begin(web: WebDep, me: MeDep, request: Request, fields: FormDep) -> Response:
    """Begin a draft: of a year's first version, or of a revision."""
    form = _begin_form(web, me)
    if form is None:
        raise NotAllowed
    form = form.typed(fields)
    reading = Reading(form)
    unit = reading.choice("enhet", "Välj enhet.")
    year = figure(reading.line("ar", "Skriv planåret.")) or 0
    if not reading.faults and not YEARS[0] <= year <= YEARS[1]:
        reading.wrong("ar", f"Skriv ett år mellan {YEARS[0]} och {YEARS[1]}.")
    if reading.faults:
        return _list(web, me, form.with_faults(reading.faults), 422)
    try:
        with web.changing(me.person, request) as session:
            draft = begin_draft(session, actor=me.person, now=web.now(), unit=unit, year=year)
    except Refused as error:
        return _list(web, me, form, 422, said=str(error))
    return RedirectResponse(plan_path(draft.key, "utkast"), 303)


def _begin_form(web: Web, me: Visitor) -> Form | None:
    """The form that begins a draft; None for whoever may not at any unit."""
    today = local_date(web.now())
    units = [
        unit
        for unit in me.organisation.units
        if may(me.person, Permit.CONTROL, Subject(unit.id)) and unit.exists(today)
    ]
    if not units:
        return None
    choices = unit_choices(units, me.organisation)
    fields = (
        Field("enhet", "Enhet", "select",
              choices=choices if len(choices) == 1 else nothing_or(choices, "Välj enhet"),
              value=choices[0].value if len(choices) == 1 else ""),
        Field("ar", "År", value=str(today.year + 1)),
    )  # fmt: skip
    return Form("Börja ett utkast", fields, "Börja", PLANS, "Planer")


def _list(
    web: Web, me: Visitor, form: Form | None, status: int = 200, said: str = "", done: str = ""
) -> Response:
    if not any(permit in (Permit.FOLLOW, Permit.READ) for permit, _ in me.person.rights):
        raise NotFound
    with web.reading() as session:
        found = all_plans(session, actor=me.person)
    lines = plan_lines(found, me.organisation)
    return web.visitor_page(
        "planer.html", me, status, lines=lines, form=form, said=said, done=done, here=PLANS
    )


# -- a plan --


@router.api_route("/planer/{nyckel}", methods=["GET", "HEAD"])
def plan(web: WebDep, me: MeDep, request: Request, nyckel: str, klart: str = "") -> Response:
    """The plan as it is adopted, or as far as it has come."""
    with web.reading() as session:
        record = plan_record(session, actor=me.person, key=nyckel)
    done = DONE.get(klart, "")
    if klart == "antagen":
        done = " ".join((done, *receipt_words(Receipt.read(request.query_params))))
    return _shown(web, me, request, record, record.newest, done)


@router.api_route("/planer/{nyckel}/versioner/{nummer}", methods=["GET", "HEAD"])
def version(web: WebDep, me: MeDep, request: Request, nyckel: str, nummer: str) -> Response:
    """One version."""
    with web.reading() as session:
        record = plan_record(session, actor=me.person, key=nyckel)
    return _shown(web, me, request, record, figure(nummer) or 0)


def _shown(
    web: Web, me: Visitor, request: Request, record: PlanRecord, number: int, done: str = ""
) -> Response:
    (content,) = _contents(web, me, request, record, [number])
    protected = sees_protected(me.person, record)
    draft = record.draft
    begin = (
        draft is None
        and record.closed_at is None
        and may(me.person, Permit.CONTROL, Subject(record.unit))
    )
    return web.visitor_page(
        "plan.html",
        me,
        head=plan_head(record, number),
        view=content_view(content, record, protected=protected) if content else None,
        actions=plan_actions(record, me.person),
        ends=plan_ends(record, me.person),
        crumbs=crumbs(plan_head(record, number))[:1],
        begin=record if begin else None,
        draft=draft if draft and draft.number != number else None,
        files=_files(me, record, content),
        done=done,
        here=PLANS,
    )


def _files(me: Visitor, record: PlanRecord, content: Content | None) -> str | None:
    """How the version that is shown is asked for as a file; None where it cannot be had as one."""
    if content is None or not may(me.person, Permit.READ, Subject(record.unit)):
        return None
    hidden = any(control.protected for _, control in content.plan.controls())
    if hidden and not sees_protected(me.person, record):
        return None
    if content.decision is None:
        return ""
    return "?antagen=1" if content.number == record.newest else None


def _contents(
    web: Web, me: Visitor, request: Request, record: PlanRecord, numbers: Sequence[int]
) -> list[Content | None]:
    """What versions say. That protected controls were read is kept in the log."""
    with web.reading() as session:
        found = [
            content_of(session, actor=me.person, record=record, number=number) for number in numbers
        ]
    if sees_protected(me.person, record) and any(
        content and any(control.protected for _, control in content.plan.controls())
        for content in found
    ):
        with web.changing(me.person, request) as session:
            note_plan_reading(session, actor=me.person, record=record, contents=found)
    return found


@router.api_route("/planer/{nyckel}/skillnad", methods=["GET", "HEAD"])
def difference(
    web: WebDep, me: MeDep, request: Request, nyckel: str, fran: str = "", till: str = ""
) -> Response:
    """What differs between two versions, field by field."""
    with web.reading() as session:
        record = plan_record(session, actor=me.person, key=nyckel)
    last = figure(till) or (record.draft.number if record.draft else record.newest)
    first = figure(fran) or last - 1
    alone = first < 1
    before, after = (None, None) if alone else _contents(web, me, request, record, [first, last])
    head = plan_head(record, last)
    protected = sees_protected(me.person, record)
    words = record.organisation.vocabulary
    return web.visitor_page(
        "skillnad.html",
        me,
        head=head,
        crumbs=crumbs(head),
        view=difference_view(before, after, words, protected=protected)
        if before and after
        else None,
        alone=alone,
        here=PLANS,
    )


# -- the end --


@router.api_route("/planer/{nyckel}/avsluta", methods=["GET", "HEAD"])
def closing(web: WebDep, me: MeDep, nyckel: str) -> Response:
    """What closing a plan means."""
    return _closing(web, me, nyckel)


@router.post("/planer/{nyckel}/avsluta")
def close(web: WebDep, me: MeDep, request: Request, nyckel: str) -> Response:
    """Close the plan."""
    try:
        with web.changing(me.person, request) as session:
            close_plan(session, actor=me.person, now=web.now(), key=nyckel)
    except Refused as error:
        return _closing(web, me, nyckel, 422, str(error))
    return RedirectResponse(f"{plan_path(nyckel)}?klart=avslutad", 303)


def _closing(web: Web, me: Visitor, key: str, status: int = 200, said: str = "") -> Response:
    with web.reading() as session:
        record = plan_record(session, actor=me.person, key=key)
        if record.versions and may(me.person, Permit.CONTROL, Subject(record.unit)):
            waits = keeps_open(session, actor=me.person, key=key)
    if not may(me.person, Permit.CONTROL, Subject(record.unit)):
        raise NotAllowed
    if not record.versions:
        raise NotFound(f"Planen {key} är inte antagen.")
    name = unit_name(record.organisation, record.unit)
    form = Form(
        f"Avsluta planen {record.year} för {name}", (), "Avsluta planen", plan_path(key),
        f"{name} {record.year}",
        "Efter det får planen inga fler versioner, och varken svar eller kommentarer till "
        f"{record.organisation.vocabulary('slutrapport').definite} går att ändra. En avslutad plan "
        "öppnas inte igen.",
    )  # fmt: skip
    return web.visitor_page(
        "avsluta.html", me, status, form=form, said=said, closed=record.closed_at, here=PLANS,
        waits=waits,
        crumbs=(Link("Planer", PLANS), Link(f"{name} {record.year}", plan_path(key))),
    )  # fmt: skip
