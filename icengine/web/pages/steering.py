"""The controller's pages about one task, and about what its owner asks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.asking import REASON, Asking
from icengine.domain.steering import FUNCTION, TO_FUNCTION
from icengine.domain.text import one_line
from icengine.domain.words import many
from icengine.errors import Closed, Conflict, Refused
from icengine.services.login import Visitor
from icengine.services.people import known_organisation
from icengine.services.steering import (
    Done,
    Question,
    Steered,
    choose_owner_of_all,
    decide,
    history,
    owners,
    question,
    remind_now,
    steered,
)
from icengine.web.deps import FormDep, MeDep, Web, WebDep, row_number
from icengine.web.pages.day import check_controller
from icengine.web.pages.evidenceview import files_beside
from icengine.web.pages.fields import Choice, Field, Form
from icengine.web.pages.steeringforms import DEEDS, Deed, reason_field
from icengine.web.pages.steeringview import question_view, steered_view

router = APIRouter()

HERE = "/att-gora"
SAID = {deed.name: deed.done for deed in DEEDS} | {
    "paminnelse": "En påminnelse går i väg, på kontorstid.",
    "inget": "Ingenting är ändrat: så var det redan.",
    "besked": "Beskedet är sparat. Den som frågade får ett mejl.",
}
"""What is said after a deed, by the word in the address."""
YES, NO = "ja", "nej"


def _read(nummer: str, web: Web, me: Visitor) -> Steered:
    with web.reading() as session:
        return steered(session, actor=me.person, now=web.now(), task_id=row_number(nummer))


def _task(nummer: str, web: WebDep, me: MeDep) -> Steered:
    return _read(nummer, web, me)


TaskDep = Annotated[Steered, Depends(_task)]


@router.api_route("/uppgifter/{nummer}/styr", methods=["GET", "HEAD"])
def desk(found: TaskDep, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """All that the controller may do with a task, and what has been done with it."""
    return _desk(web, me, found, done=SAID.get(klart, ""))


@router.post("/uppgifter/{nummer}/styr/paminn")
def remind(found: TaskDep, request: Request, web: WebDep, me: MeDep) -> Response:
    """A reminder now."""
    try:
        with web.changing(me.person, request) as session:
            remind_now(session, actor=me.person, now=web.now(), task_id=found.task.id)
    except (Refused, Closed) as error:
        return _desk(web, me, found, 409, said=str(error))
    return _after(found, "paminnelse")


def _desk(
    web: Web, me: Visitor, found: Steered, status: int = 200, done: str = "", said: str = ""
) -> Response:
    with web.reading() as session:
        view = steered_view(found, history(session, task_id=found.task.id))
    path = f"/uppgifter/{found.task.id}/at-nagon"
    files = files_beside(web, me.person, found.task, found.control, found.today, path)
    return web.visitor_page(
        "styr.html", me, status, view=view, files=files, deeds=DEEDS, done=done, said=said,
        here=HERE,
    )  # fmt: skip


def _after(found: Steered, word: str) -> Response:
    return RedirectResponse(f"/uppgifter/{found.task.id}/styr?klart={word}", 303)


def _serve(deed: Deed) -> None:
    """A deed's form under its address."""

    def page(found: TaskDep, web: WebDep, me: MeDep) -> Response:
        if not found.task.state.answerable:
            return RedirectResponse(f"/uppgifter/{found.task.id}/styr", 303)
        return _form_page(web, me, deed.form(found))

    def send(found: TaskDep, request: Request, web: WebDep, me: MeDep, fields: FormDep) -> Response:
        form = deed.form(found).typed(fields)
        try:
            with web.changing(me.person, request) as session:
                done = deed.act(session, me.person, web.now(), found, form)
        except (Closed, Conflict, Refused) as error:
            return _form_page(web, me, form, 409, said=str(error))
        if done.faults:
            return _form_page(web, me, _wrong(form, done), 422)
        return _after(found, deed.name if done.changed else "inget")

    path = f"/uppgifter/{{nummer}}/styr/{deed.name}"
    router.add_api_route(path, page, methods=["GET", "HEAD"], name=deed.name)
    router.add_api_route(path, send, methods=["POST"], name=f"{deed.name}-skicka")


for _deed in DEEDS:
    _serve(_deed)


def _form_page(web: Web, me: Visitor, form: Form, status: int = 200, said: str = "") -> Response:
    return web.visitor_page(
        form.template, me, status, form=form, version="", conflict=False, said=said, done="",
        here=HERE,
    )  # fmt: skip


def _wrong(form: Form, done: Done) -> Form:
    return form.with_faults({fault.field: f"{fault.message}." for fault in done.faults})


# -- what owners ask --


def _asked(nummer: str, web: WebDep, me: MeDep) -> Question:
    with web.reading() as session:
        return question(session, actor=me.person, now=web.now(), number=row_number(nummer))


QuestionDep = Annotated[Question, Depends(_asked)]


@router.api_route("/fragor/{nummer}", methods=["GET", "HEAD"])
def asked(found: QuestionDep, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """What an owner asks, to be decided; the besked where there is one."""
    return _question_page(web, me, found, done=SAID.get(klart, ""))


@router.post("/fragor/{nummer}")
def answer_question(
    found: QuestionDep, request: Request, web: WebDep, me: MeDep, fields: FormDep
) -> Response:
    """Yes, or no with a reason."""
    typed = fields.get(REASON, "")
    try:
        with web.changing(me.person, request) as session:
            done = decide(
                session, actor=me.person, now=web.now(), number=found.request.id,
                granted=fields.get("svar") == YES, decision=typed,
            )  # fmt: skip
    except (Closed, Conflict, Refused) as error:
        return _question_page(web, me, found, 409, typed=typed, said=str(error))
    if done.faults:
        wrong = f"{done.faults[0].message}."
        return _question_page(web, me, found, 422, typed=typed, wrong=wrong)
    return RedirectResponse(f"/fragor/{found.request.id}?klart=besked", 303)


def _question_page(
    web: Web, me: Visitor, found: Question, status: int = 200, **shown: str
) -> Response:
    view = question_view(found)
    more = {"typed": "", "wrong": "", "said": "", "done": ""} | shown
    time = found.request.kind is Asking.MORE_TIME
    return web.visitor_page("fraga.html", me, status, view=view, time=time, here=HERE, **more)


# -- somebody has left --


@router.api_route("/att-gora/byt-ansvarig", methods=["GET", "HEAD"])
def change_all(web: WebDep, me: MeDep, fran: str = "", klart: str = "") -> Response:
    """Let another function answer all that one has left."""
    form = _changing_all(web, me)
    done = f"{klart} uppgifter har fått ny ansvarig." if klart.isdigit() else ""
    form = form.typed({FUNCTION: fran, TO_FUNCTION: "", REASON: ""}) if fran else form
    return web.visitor_page(
        form.template, me, 200, form=form, version="", conflict=False, said="", done=done,
        here=HERE,
    )  # fmt: skip


@router.post("/att-gora/byt-ansvarig")
def change_all_now(request: Request, web: WebDep, me: MeDep, fields: FormDep) -> Response:
    """The same, done."""
    form = _changing_all(web, me).typed(fields)
    with web.changing(me.person, request) as session:
        done = choose_owner_of_all(
            session, actor=me.person, now=web.now(), function=form[FUNCTION].value,
            to=form[TO_FUNCTION].value, reason=form[REASON].value,
        )  # fmt: skip
    if done.faults:
        return _form_page(web, me, _wrong(form, done), 422)
    return RedirectResponse(f"/att-gora/byt-ansvarig?klart={done.changed}", 303)


def _changing_all(web: Web, me: Visitor) -> Form:
    """Raises NotFound for somebody who is controller nowhere."""
    check_controller(me)
    with web.reading() as session:
        counts = owners(session, actor=me.person)
        organisation = known_organisation(session)
    having = [
        Choice(name, f"{one_line(name)} ({many(n, 'uppgift', 'uppgifter')})")
        for name, n in sorted(counts.items())
    ]
    names = sorted(one_line(function.name) for function in organisation.functions)
    return Form(
        title="Byt ansvarig för allt som en funktion har kvar",
        lead="För uppgifter som inte är besvarade, också de som är planerade. Den nya får mejl om "
        "dem som är öppna. Har någon ny fått samma funktion behövs det inte: då följer uppgifterna "
        "med.",
        fields=(
            Field(FUNCTION, "Vem har dem nu?", "select", choices=(Choice("", "Välj funktion"), *having)),
            Field(TO_FUNCTION, "Vem ska svara?", "select",
                  choices=(Choice("", "Välj funktion"), *(Choice(name, name) for name in names))),
            reason_field("Varför byts det?", "Skälet sparas vid varje uppgift."),
        ),
        button="Byt ansvarig",
        back=HERE,
        back_word="Att göra",
    )  # fmt: skip
