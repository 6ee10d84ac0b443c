"""The controller's forms about åtgärder: a new one, changed terms, written off, opened again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Actor, Permit, Subject, may, somewhere
from icengine.domain.people import Organisation
from icengine.domain.task import figure
from icengine.domain.text import one_line
from icengine.domain.words import capital
from icengine.errors import Conflict, NotAllowed, Refused
from icengine.services import actions
from icengine.services.action_change import Done
from icengine.services.action_pages import ActionPage, Target, action_page, hidden_controls, targets
from icengine.services.login import Visitor
from icengine.store.tasks import Task
from icengine.web.deps import FormDep, MeDep, Web, WebDep, row_number
from icengine.web.pages.actionview import ACTIONS, heading
from icengine.web.pages.editing import after
from icengine.web.pages.fields import Choice, Field, Form, Reading, nothing_or

router = APIRouter()

NEW = f"{ACTIONS}/ny"
WHOLE = "Planen i stort"


# -- a new one --


@router.api_route(NEW, methods=["GET", "HEAD"])
def new_form(web: WebDep, me: MeDep, om: str = "", uppgift: str = "") -> Response:
    """An empty form; `om` is what it is about: "ks-2026/K3"."""
    return _shown(web, me, _new_form(web, me, {"om": om, "uppgift": uppgift}), 0)


@router.post(NEW)
def add(request: Request, web: WebDep, me: MeDep, fields: FormDep) -> Response:
    """Add it; whoever becomes ansvarig is mailed."""
    form = _new_form(web, me, fields).typed(fields)
    reading = Reading(form)
    plan, _, subject = reading.choice("om", "Välj vad det gäller.").partition("/")
    terms = _terms(reading)
    if reading.faults:
        return _shown(web, me, form.with_faults(reading.faults), 0, 422)
    wish = actions.Wish(plan, terms, subject, figure(fields.get("uppgift", "")) or 0)
    try:
        with web.changing(me.person, request) as session:
            made = actions.add_action(session, actor=me.person, now=web.now(), wish=wish)
    except Refused as error:
        return _shown(web, me, form, 0, 422, said=str(error))
    return RedirectResponse(after(f"{ACTIONS}/{made.id}", "tillagd"), 303)


def adding_to(task: Task, actor: Actor) -> str:
    """Where the actor adds an åtgärd to an answered task; "" where they may not."""
    units = {task.unit, task.plan.rpartition("-")[0]}
    if not all(may(actor, Permit.CONTROL, Subject(unit)) for unit in units):
        return ""
    return f"{NEW}?{urlencode({'om': f'{task.plan}/{task.control}', 'uppgift': task.id})}"


def _new_form(web: Web, me: Visitor, asked: Mapping[str, str]) -> Form:
    if not somewhere(me.person, Permit.CONTROL):
        raise NotAllowed
    with web.reading() as session:
        found = targets(session, actor=me.person)
    word = me.organisation.vocabulary("åtgärd")
    choices = tuple(choice for target in found for choice in _choices(target, me))
    task = asked.get("uppgift", "")
    return Form(
        title=f"{word.fits('Ny', 'Nytt')} {word.one}",
        lead="För det som inte kom med i ett svar. Den som ansvarar får mejl och påminns tills det är klart.",
        fields=(
            Field("om", "Gäller", "select", value=asked.get("om", ""),
                  choices=nothing_or(choices, "Välj kontroll, risk eller plan")),
            *_fields(me.organisation, "", "", None, ""),
        ),
        button="Spara",
        back=ACTIONS,
        back_word=capital(word.several),
        hidden=(("uppgift", task),) if task else (),
    )  # fmt: skip


def _choices(target: Target, me: Visitor) -> list[Choice]:
    plan, where = target.plan, f"{one_line(target.unit)} {target.plan.year}"
    hidden = hidden_controls(plan, me.person)
    named = [("", f"{WHOLE}")]
    for risk in plan.risks:
        named.append((risk.id, f"{risk.id} {one_line(risk.title)}"))
        named += [
            (c.id, c.id if c.id in hidden else f"{c.id} {one_line(c.title)}") for c in risk.controls
        ]
    return [Choice(f"{plan.key}/{id}", f"{said} ({where})") for id, said in named]


def _fields(
    organisation: Organisation, text: str, responsible: str, due: date | None, cause: str
) -> tuple[Field, ...]:
    names = tuple(Choice(one_line(f.name), one_line(f.name)) for f in organisation.functions)
    domains = " eller ".join(organisation.mail_domains)
    return (
        Field("atgard", "Det här ska göras", "area", value=text),
        Field("vem", "Ansvarig", hint=f"En funktion, eller en adress i {domains}. Annars kan ingen "
              "få mejl.", value=responsible, choices=names),
        Field("klar", "Klart senast", "date", value=due.isoformat() if due else ""),
        Field("orsak", "Grundorsak", "area", hint="Frivilligt. Varför blev det så?", value=cause),
    )  # fmt: skip


def _terms(reading: Reading) -> actions.Terms:
    text = reading.line("atgard", "Skriv vad som ska göras.")
    who = reading.line("vem", "Skriv vem som ansvarar.")
    due = reading.day("klar", "Välj ett datum när det ska vara klart.")
    return actions.Terms(text, who, due or date.min, reading.line("orsak"))


# -- one that is there --

Asks = Callable[[ActionPage], Form]
"""The form about an åtgärd, as it stands."""
Does = Callable[[Reading], tuple[Callable[..., Done], Mapping[str, Any]]]
"""The service that a read form asks for, with its values; not called where there are faults."""


def _about(
    page: ActionPage, title: str, fields: tuple[Field, ...], button: str, lead: str = ""
) -> Form:
    word = page.organisation.vocabulary("åtgärd")
    return Form(
        title=title.format(word.definite),
        fields=fields,
        button=button,
        back=f"{ACTIONS}/{page.action.id}",
        back_word=heading(page.action, word, page.hidden),
        lead=lead,
    )


def _changing(page: ActionPage) -> Form:
    state = page.action.state
    why = "Behövs när ansvarig eller datum ändras. Det syns i historiken."
    fields = (
        *_fields(page.organisation, state.text, state.responsible, state.due, state.cause),
        Field("skal", "Varför?", "area", hint=why),
    )
    return _about(page, "Ändra {}", fields, "Spara ändringen")


def _change(reading: Reading) -> tuple[Callable[..., Done], Mapping[str, Any]]:
    return actions.change_terms, {"terms": _terms(reading), "reason": reading.line("skal")}


def _dropping(page: ActionPage) -> Form:
    fields = (Field("skal", "Varför ska det inte göras?", "area"),)
    lead = "Ingen påminns längre, och skälet syns i historiken."
    return _about(page, "Skriv av {}", fields, "Skriv av", lead)


def _drop(reading: Reading) -> tuple[Callable[..., Done], Mapping[str, Any]]:
    reason = reading.line("skal", "Skriv varför det inte ska göras.")
    return actions.write_off, {"reason": reason}


def _reopening(page: ActionPage) -> Form:
    fields = (Field("klar", "Klart senast", "date"), Field("skal", "Varför?", "area"))
    lead = "Den som ansvarar får mejl och påminns tills det är klart."
    return _about(page, "Öppna {} igen", fields, "Öppna igen", lead)


def _reopen(reading: Reading) -> tuple[Callable[..., Done], Mapping[str, Any]]:
    due = reading.day("klar", "Välj ett nytt datum när det ska vara klart.")
    reason = reading.line("skal", "Skriv varför det ska göras ändå eller igen.")
    return actions.reopen, {"due": due, "reason": reason}


def _serve(name: str, asks: Asks, does: Does, done: str) -> None:
    """A form under an åtgärd's address."""
    path = f"{ACTIONS}/{{nummer}}/{name}"

    def page(nummer: str, web: WebDep, me: MeDep) -> Response:
        found = _own(web, me, row_number(nummer))
        return _shown(web, me, asks(found), found.action.version)

    def send(nummer: str, request: Request, web: WebDep, me: MeDep, fields: FormDep) -> Response:
        found = _own(web, me, row_number(nummer))
        stored, seen = asks(found), figure(fields.get("version", "")) or 0
        form = stored.typed(fields)
        reading = Reading(form)
        service, values = does(reading)
        if reading.faults:
            return _shown(web, me, form.with_faults(reading.faults), seen, 422)
        id = found.action.id
        try:
            with web.changing(me.person, request) as session:
                changed = service(
                    session, actor=me.person, now=web.now(), action_id=id, seen=seen, **values
                )
        except Conflict:
            return _shown(web, me, form.beside(stored), found.action.version, 409)
        except Refused as error:
            return _shown(web, me, form, seen, 422, str(error))
        return RedirectResponse(after(f"{ACTIONS}/{id}", done if changed.is_new else "samma"), 303)

    router.add_api_route(path, page, methods=["GET", "HEAD"], name=asks.__name__)
    router.add_api_route(path, send, methods=["POST"], name=does.__name__)


def _own(web: Web, me: Visitor, number: int) -> ActionPage:
    """Raises NotAllowed for whoever may only read it, or may not read what it says."""
    with web.reading() as session:
        found = action_page(session, actor=me.person, now=web.now(), action_id=number)
    if not found.controls or found.hidden:
        raise NotAllowed
    return found


def _shown(
    web: Web, me: Visitor, form: Form, version: int, status: int = 200, said: str = ""
) -> Response:
    return web.visitor_page(
        form.template, me, status, form=form, version=version, conflict=status == 409, said=said,
        done="", here=ACTIONS,
    )  # fmt: skip


_serve("andra", _changing, _change, "andrad")
_serve("avskriv", _dropping, _drop, "avskriven")
_serve("oppna", _reopening, _reopen, "oppnad")
