"""What the controller writes in the slutrapport, with the report as it becomes beside it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine import render
from icengine.domain.reading import LONGEST
from icengine.domain.text import one_line
from icengine.domain.whole_verdicts import PROPOSED, Verdict, verdict_word
from icengine.domain.words import capital, named
from icengine.errors import Refused
from icengine.services.login import Visitor
from icengine.services.reports import SUMMARY, TextsDesk, preview, texts_desk, write_notes
from icengine.web.deps import FormDep, MeDep, Web, WebDep
from icengine.web.pages.fields import Choice, Field, Form
from icengine.web.pages.paths import PLANS, plan_path
from icengine.web.pages.planrecordview import unit_name
from icengine.web.pages.reportdecisionview import crumbs_of
from icengine.web.pages.reports import file_response

router = APIRouter()

PAGE = "/planer/{plan}/rapporter/texter"
SAVED = "Texterna är sparade."


@router.api_route(PAGE, methods=["GET", "HEAD"])
def writing(plan: str, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """The form, and the report beside it."""
    found = _desk(web, me, plan)
    return _page(web, me, found, texts_form(found), done=SAVED if klart else "")


@router.post(PAGE)
def saved(plan: str, web: WebDep, me: MeDep, request: Request, fields: FormDep) -> Response:
    """Save what is written."""
    found = _desk(web, me, plan)
    form = texts_form(found).typed(fields)
    long = {
        field.name: f"Texten är {len(field.value)} tecken. Skriv högst {LONGEST}."
        for field in form.fields
        if len(field.value) > LONGEST
    }
    if long:
        return _page(web, me, found, form.with_faults(long), status=422)
    try:
        with web.changing(me.person, request) as session:
            write_notes(
                session, actor=me.person, now=web.now(), key=plan, texts=_texts(found, form)
            )
    except Refused as error:
        return _page(web, me, found, form, status=409, said=str(error))
    return RedirectResponse(f"{plan_path(plan, 'rapporter', 'texter')}?klart=sparade", 303)


@router.post(f"{PAGE}/visa")
def shown(plan: str, web: WebDep, me: MeDep, fields: FormDep) -> Response:
    """The report as it would be with what is typed; nothing is saved."""
    found = _desk(web, me, plan)
    texts = _texts(found, texts_form(found).typed(fields))
    with web.reading() as session:
        report = preview(session, actor=me.person, now=web.now(), key=plan, texts=texts)
    return file_response(render.FORMATS["html"](report), "html", f"forhandsvisning-{plan}")


def _desk(web: Web, me: Visitor, plan: str) -> TextsDesk:
    with web.reading() as session:
        return texts_desk(session, actor=me.person, now=web.now(), key=plan)


def texts_form(found: TextsDesk) -> Form:
    """A field for each thing that may be commented."""
    organisation = found.organisation
    choices = (
        Choice("", "Inget förslag: nämnden tar ställning"),
        *(Choice(v, capital(verdict_word(v, organisation.verdicts))) for v in Verdict),
    )
    fields = tuple(
        Field(
            field_name(n), "Den interna kontrollen har varit", "radio", choices=choices,
            value=found.texts.get(subject, ""), group=_group(found, subject),
            hint="Ditt förslag. Står på första sidan och i förslaget till beslut.",
        )
        if subject == PROPOSED
        else Field(
            field_name(n), _label(found, subject), "area", value=found.texts.get(subject, ""),
            hint="Står på rapportens första sida om den är kort." if subject == SUMMARY else "",
            group=_group(found, subject),
        )
        for n, subject in enumerate(found.subjects)
    )  # fmt: skip
    return Form(
        "Spara texterna", fields, "Spara texterna", plan_path(found.plan.key, "rapporter"), ""
    )


def field_name(n: int) -> str:
    """Name of the field of the n-th subject: areas are called what they are called."""
    return f"text-{n}"


def _label(found: TextsDesk, subject: str) -> str:
    if subject == SUMMARY:
        return "Din sammanfattning"
    risk = next((risk for risk in found.plan.risks if risk.id == subject), None)
    return named(risk.id, one_line(risk.title)) if risk else one_line(subject)


def _group(found: TextsDesk, subject: str) -> str:
    if subject in (PROPOSED, SUMMARY):
        return "Hela rapporten"
    if any(risk.id == subject for risk in found.plan.risks):
        return "Risker utan kontroll"
    return capital(found.organisation.vocabulary("processområde").several)


def _texts(found: TextsDesk, form: Form) -> dict[str, str]:
    return {subject: form[field_name(n)].value for n, subject in enumerate(found.subjects)}


def _page(
    web: Web,
    me: Visitor,
    found: TextsDesk,
    form: Form,
    *,
    status: int = 200,
    done: str = "",
    said: str = "",
) -> Response:
    key, plan = found.plan.key, found.plan
    name = f"{unit_name(found.organisation, plan.unit)} {plan.year}"
    return web.visitor_page(
        "rapporttexter.html", me, status, form=form, done=done, said=said, name=name,
        crumbs=crumbs_of(key, name, tree=False), here=PLANS,
        report=plan_path(key, "slutrapport"), preview=plan_path(key, "rapporter", "texter", "visa"),
    )  # fmt: skip
