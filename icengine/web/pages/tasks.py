"""Answering a kontrolltillfälle, through an e-mailed link or logged in, and the receipt.

A GET changes nothing: mail scanners follow links. What is sent is answered with a redirect, so that
a reload never sends it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from icengine.domain.access import Link, Person
from icengine.domain.calendar import local_date
from icengine.domain.judging import override_faults
from icengine.domain.scale import worded
from icengine.domain.task import Answer, Fault, faults, figure_faults, unkeepable
from icengine.errors import Closed, Conflict, NotFound, NotKept
from icengine.services.colleagues import Writing, writing
from icengine.services.evidence import add_files
from icengine.services.login import Visitor
from icengine.services.readers import only_reads
from icengine.services.reading import note_reading, shows_protected
from icengine.services.steering import CONTROLLER, steered
from icengine.services.tasks import (
    LinkHolder,
    Recorded,
    TaskPage,
    follow_link,
    record_answer,
    task_page,
)
from icengine.web.deps import MeDep, Web, WebDep, row_number, site_of
from icengine.web.pages import autosave
from icengine.web.pages.actionforms import adding_to
from icengine.web.pages.around import around
from icengine.web.pages.asideview import TO, AsideView, aside_view, led_on
from icengine.web.pages.autosave import by_script, colleague_said
from icengine.web.pages.evidenceview import file_path, files_view, sent_files
from icengine.web.pages.form import AnswerForm, Sent, Wish, answer_form, read_form
from icengine.web.pages.linklist import (
    LIST,
    LISTED,
    is_to_one,
    is_to_one_action,
    is_to_one_answer,
    list_page,
    next_of,
)
from icengine.web.pages.taskview import receipt_view, task_view
from icengine.web.uploads import Upload, UploadDep

router = APIRouter()

ANCHORS = {
    Wish.HAND_IN: "",
    Wish.SAVE: "#sparat",
    Wish.CALCULATE: "#matt",
    Wish.ADD_ACTION: "#atgarder",
    Wish.REMOVE_ACTION: "#atgarder",
    Wish.ADD_FILES: "#filer",
}
"""Where the reader lands after a save: at what the button was about."""

HANDING_IN, RECKONING = "1", "rakna"
"""What the page shows the faults of; in its address, so that a reload sends nothing again."""


@dataclass(frozen=True)
class Entrance:
    """The way somebody came to a task."""

    actor: Link | Person
    task: int
    path: str
    """Address of the answer page."""
    me: Visitor | None = None
    """Whoever is logged in, where that was the way."""
    answers_as: str = ""
    """What a link was sent for."""
    entered_by: str = ""
    """What the controller is called who answers for somebody else; "" where nobody does."""
    together: str = ""
    """Address of the list it stands in; "" where the link is to it alone."""


def follow(nyckel: str, request: Request, web: Web) -> LinkHolder:
    """Whoever comes with a link."""
    with web.guarding(request), web.reading() as session:
        return follow_link(session, secret=nyckel)


def _by_link(nyckel: str, request: Request, web: WebDep) -> Entrance:
    """A link to one task; a link to several leads to its list instead. Raises NotFound for that."""
    holder = follow(nyckel, request, web)
    if not (is_to_one(holder.actor) or is_to_one_answer(holder.actor)):
        raise NotFound
    return _to_one(holder, nyckel)


def _to_one(holder: LinkHolder, nyckel: str) -> Entrance:
    task = min(holder.actor.tasks or holder.actor.approves)
    return Entrance(holder.actor, task, f"/svar/{nyckel}", answers_as=holder.function)


def by_list(nyckel: str, nummer: str, request: Request, web: WebDep) -> Entrance:
    """One of the tasks of a link."""
    holder, number = follow(nyckel, request, web), row_number(nummer)
    if number not in holder.actor.tasks:
        raise NotFound
    path = f"/svar/{nyckel}"
    return Entrance(
        holder.actor,
        number,
        f"{path}/uppgift/{number}",
        answers_as=holder.function,
        together=path,
    )


def by_login(nummer: str, me: MeDep) -> Entrance:
    number = row_number(nummer)
    return Entrance(me.person, number, f"/uppgifter/{number}", me)


def by_controller(nummer: str, web: WebDep, me: MeDep) -> Entrance:
    """Somebody else's task, whose answer the controller writes in for them."""
    number = row_number(nummer)
    with web.reading() as session:
        found = steered(session, actor=me.person, now=web.now(), task_id=number)
    return Entrance(
        me.person,
        number,
        f"/uppgifter/{number}/at-nagon",
        me,
        answers_as=found.task.owner or CONTROLLER,
        entered_by=CONTROLLER,
    )


LinkDep = Annotated[Entrance, Depends(_by_link)]
ListDep = Annotated[Entrance, Depends(by_list)]
LoginDep = Annotated[Entrance, Depends(by_login)]
BehalfDep = Annotated[Entrance, Depends(by_controller)]


@router.api_route("/svar/{nyckel}", methods=["GET", "HEAD"])
def answer_page(
    nyckel: str, request: Request, web: WebDep, rader: str = "", fel: str = ""
) -> Response:
    """The task with its form, by a link; a list where the link is to several."""
    holder = follow(nyckel, request, web)
    if is_to_one_action(holder.actor):
        return RedirectResponse(f"/svar/{nyckel}/atgard/{min(holder.actor.actions)}", 303)
    if is_to_one_answer(holder.actor):
        return RedirectResponse(f"/svar/{nyckel}/godkann/{min(holder.actor.approves)}", 303)
    if not is_to_one(holder.actor):
        kind, _, number = request.query_params.get(TO, "").partition("-")
        if kind in LISTED:
            return RedirectResponse(f"/svar/{nyckel}/{kind}/{row_number(number)}", 303)
        return list_page(web, holder.actor)
    return _answer_page(_to_one(holder, nyckel), request, web, rader, fel)


@router.post("/svar/{nyckel}")
def answer(way: LinkDep, request: Request, web: WebDep, sent: UploadDep) -> Response:
    """Save, or hand in, what was sent by a link."""
    return _answer(way, request, web, sent)


@router.api_route("/svar/{nyckel}/kvitto", methods=["GET", "HEAD"])
def receipt(way: LinkDep, request: Request, web: WebDep) -> Response:
    """What was handed in, and what happens now."""
    return _receipt_page(way, request, web)


@router.api_route("/svar/{nyckel}/uppgift/{nummer}", methods=["GET", "HEAD"])
def listed_page(
    way: ListDep, request: Request, web: WebDep, rader: str = "", fel: str = ""
) -> Response:
    """One of a link's tasks with its form."""
    return _answer_page(way, request, web, rader, fel)


@router.post("/svar/{nyckel}/uppgift/{nummer}")
def listed_answer(way: ListDep, request: Request, web: WebDep, sent: UploadDep) -> Response:
    """Save, or hand in, what was sent about one of a link's tasks."""
    return _answer(way, request, web, sent)


@router.api_route("/svar/{nyckel}/uppgift/{nummer}/kvitto", methods=["GET", "HEAD"])
def listed_receipt(way: ListDep, request: Request, web: WebDep) -> Response:
    """What was handed in, and which is the next one."""
    return _receipt_page(way, request, web)


@router.api_route("/uppgifter/{nummer}", methods=["GET", "HEAD"])
def own_page(
    way: LoginDep, request: Request, web: WebDep, rader: str = "", fel: str = ""
) -> Response:
    """The task with its form, for its owner who is logged in."""
    return _answer_page(way, request, web, rader, fel)


@router.post("/uppgifter/{nummer}")
def own_answer(way: LoginDep, request: Request, web: WebDep, sent: UploadDep) -> Response:
    """Save, or hand in, what the owner sent."""
    return _answer(way, request, web, sent)


@router.api_route("/uppgifter/{nummer}/kvitto", methods=["GET", "HEAD"])
def own_receipt(way: LoginDep, request: Request, web: WebDep) -> Response:
    """What was handed in, for its owner and whoever else may read it."""
    return _receipt_page(way, request, web)


@router.api_route("/uppgifter/{nummer}/at-nagon", methods=["GET", "HEAD"])
def page_for_another(
    way: BehalfDep, request: Request, web: WebDep, rader: str = "", fel: str = ""
) -> Response:
    """Somebody else's task with its form, for the controller."""
    return _answer_page(way, request, web, rader, fel)


@router.post("/uppgifter/{nummer}/at-nagon")
def answer_for_another(way: BehalfDep, request: Request, web: WebDep, sent: UploadDep) -> Response:
    """Save, or hand in, what the controller writes in for somebody."""
    return _answer(way, request, web, sent)


@router.api_route("/uppgifter/{nummer}/at-nagon/kvitto", methods=["GET", "HEAD"])
def receipt_for_another(way: BehalfDep, request: Request, web: WebDep) -> Response:
    """What the controller handed in for somebody."""
    return _receipt_page(way, request, web)


def _answer_page(way: Entrance, request: Request, web: Web, rader: str, fel: str) -> Response:
    """The form, with what is wrong with the saved draft where `fel` asks."""
    asked = request.query_params.get(TO, "")
    if way.together and asked == LIST:
        return RedirectResponse(way.together, 303)
    if aside := led_on(asked, way.path, way.task) or file_path(asked, way.path, way.task):
        return RedirectResponse(aside, 303)
    page = _read(web, way, request)
    if not page.task.state.answerable:
        return RedirectResponse(f"{way.path}/kvitto", 303)
    if not page.answers_as:
        raise NotFound  # it has no answer yet, and is somebody else's to answer
    answer = page.last.answer if page.last else Answer()
    rows = int(rader) if rader.isascii() and rader.isdigit() and len(rader) < 4 else 0
    wrong = _faults(page, fel)
    form = _form(page, answer, rows, wrong, reckoning=fel == RECKONING)
    return _form_page(web, way, page, form)


def _answer(way: Entrance, request: Request, web: Web, upload: Upload) -> Response:
    sent = read_form(upload.fields)
    try:
        refused = _keep_files(web, way, request, upload)
        if refused and sent.wish is Wish.HAND_IN:
            sent = replace(sent, wish=Wish.ADD_FILES)  # what was to go with it is not there
        recorded = _record(web, way, request, sent)
    except Conflict:
        page = _read(web, way, request)
        if by_script(request):
            return autosave.newer(_colleague(web, way, page))
        return _conflict(web, way, page, sent)
    except Closed:
        if by_script(request):
            return autosave.closed()
        return _closed(web, way, _read(web, way, request), sent)
    except NotKept as error:
        if by_script(request):
            return autosave.refused(error.hint)
        return _not_kept(web, way, _read(web, way, request), sent, error.hint)
    if by_script(request):
        return autosave.kept(recorded.saved, local_date(web.now()))
    if refused:
        page = _read(web, way, request)
        form = _form(page, recorded.saved.answer, sent.rows, refused)
        return _form_page(web, way, page, form, 422, unsaved=False)
    if recorded.faults:
        # What was typed is saved as a draft; the page shows it with what stops it.
        return RedirectResponse(f"{way.path}?fel={HANDING_IN}", 303)
    if recorded.saved.submitted:
        return RedirectResponse(f"{way.path}/kvitto", 303)
    if sent.wish is Wish.CALCULATE and figure_faults(recorded.saved.answer):
        return RedirectResponse(f"{way.path}?rader={sent.rows}&fel={RECKONING}", 303)
    return RedirectResponse(f"{way.path}?rader={sent.rows}{_anchor(sent)}", 303)


def _colleague(web: Web, way: Entrance, page: TaskPage) -> Writing | None:
    with web.reading() as session:
        return writing(session, actor=way.actor, page=page, now=web.now())


def _keep_files(web: Web, way: Entrance, request: Request, upload: Upload) -> Sequence[Fault]:
    """Keep the files that came with the form; what is wrong with those that are not kept."""
    if not upload.files:
        return ()
    with web.changing(way.actor, request) as session:
        return add_files(
            session,
            actor=way.actor,
            now=web.now(),
            task_id=way.task,
            files=sent_files(upload, web.now()),
            answers_as=way.answers_as,
            checked=web.engine.scanner is not None,
            entered_by=way.entered_by,
        )


def _receipt_page(way: Entrance, request: Request, web: Web) -> Response:
    if way.together and request.query_params.get(TO) == LIST:
        return RedirectResponse(way.together, 303)
    if only_reads(way.actor, way.task):
        return RedirectResponse(f"{way.path}/godkann/{way.task}", 303)
    if file := file_path(request.query_params.get(TO, ""), way.path, way.task):
        return RedirectResponse(file, 303)
    page = _read(web, way, request)
    if page.task.state.answerable:
        if not page.answers_as:
            raise NotFound
        return RedirectResponse(way.path, 303)
    return _receipt(web, way, page)


def _read(web: Web, way: Entrance, request: Request) -> TaskPage:
    with web.reading() as session:
        page = task_page(
            session, actor=way.actor, now=web.now(), task_id=way.task, answers_as=way.answers_as
        )
    if shows_protected(page):
        with web.changing(way.actor, request) as session:
            note_reading(session, actor=way.actor, page=page)
    return page


def _record(web: Web, way: Entrance, request: Request, sent: Sent) -> Recorded:
    with web.changing(way.actor, request) as session:
        return record_answer(
            session,
            actor=way.actor,
            now=web.now(),
            task_id=way.task,
            answer=sent.answer,
            answers_as=way.answers_as,
            entered_by=way.entered_by,
            base_version=sent.base_version,
            submit=sent.wish is Wish.HAND_IN,
        )


def _anchor(sent: Sent) -> str:
    added = sent.wish is Wish.ADD_ACTION
    return f"#atgard-{sent.rows}" if added else ANCHORS[sent.wish]


def _faults(page: TaskPage, asked: str) -> list[Fault]:
    """What is wrong with the saved draft: all that stops it, or what stops the reckoning."""
    if page.last is None or page.today < page.task.start:
        return []
    answer, measure, scale = page.last.answer, page.control.measure, page.plan.ratings
    if asked == HANDING_IN:
        action = page.organisation.vocabulary("åtgärd")
        found = faults(answer, scale, page.today, measure is not None, action)
        return found + override_faults(answer, measure, scale)
    return figure_faults(answer) if asked == RECKONING and measure else []


def _form(
    page: TaskPage,
    answer: Answer,
    rows: int = 0,
    wrong: Sequence[Fault] = (),
    reckoning: bool = False,
) -> AnswerForm:
    version = page.last.version if page.last else 0
    scale = worded(page.plan.ratings, page.organisation.vocabulary)
    measure = page.control.measure
    return answer_form(answer, version, scale, measure, rows, wrong, reckoning)


def _conflict(web: Web, way: Entrance, page: TaskPage, sent: Sent) -> HTMLResponse:
    """What was typed beside what was saved meanwhile; saving again goes through knowingly."""
    return _form_page(web, way, page, _form(page, sent.answer, sent.rows), 409, conflict=True)


def _not_kept(web: Web, way: Entrance, page: TaskPage, sent: Sent, why: str) -> HTMLResponse:
    """What was typed, with what makes it too much to keep."""
    wrong = unkeepable(sent.answer, page.organisation.vocabulary("åtgärd"))
    form = _form(page, sent.answer, sent.rows, wrong)
    return _form_page(web, way, page, form, 422, not_kept="" if wrong else why)


def _closed(web: Web, way: Entrance, page: TaskPage, sent: Sent) -> HTMLResponse:
    """It was handed in already; what was typed now is shown, so that it is not lost."""
    typed = None if sent.answer.empty else sent.answer
    return _receipt(web, way, page, 409, typed)


def _form_page(
    web: Web,
    way: Entrance,
    page: TaskPage,
    form: AnswerForm,
    status: int = 200,
    conflict: bool = False,
    not_kept: str = "",
    unsaved: bool | None = None,
) -> HTMLResponse:
    """`not_kept` says why what was typed is not saved, where no field of it is wrong; `unsaved`
    whether it is, where the status does not say so."""
    site = site_of(page.organisation, web.now())
    unsaved = status != 200 if unsaved is None else unsaved
    shown = {"form": form, "conflict": conflict, "not_kept": not_kept, "unsaved": unsaved}
    shown["files"] = files_view(web, way.actor, page)
    shown["colleague"] = colleague_said(_colleague(web, way, page), page)
    shown |= {"view": task_view(page), "together": way.together, "behalf": bool(way.entered_by)}
    shown["aside"] = _aside(web, way, page)
    shown["around"] = around(web, way.actor, page)
    return web.page("svar.html", site, status, way.me, **shown)


def _aside(web: Web, way: Entrance, page: TaskPage) -> AsideView:
    """What may be done beside answering: for the controller that stands elsewhere."""
    found = aside_view(web, way.actor, page)
    return replace(found, links=()) if way.entered_by else found


def _receipt(
    web: Web, way: Entrance, page: TaskPage, status: int = 200, typed: Answer | None = None
) -> HTMLResponse:
    site = site_of(page.organisation, web.now())
    view, copy = task_view(page), receipt_view(page, typed, adding_to(page.task, way.actor))
    following = None
    if way.together and isinstance(way.actor, Link):
        following = next_of(web, way.actor)
    shown = {"view": view, "receipt": copy, "following": following, "together": way.together}
    shown["files"] = files_view(web, way.actor, page)
    shown["aside"] = _aside(web, way, page)
    shown["around"] = around(web, way.actor, page)
    return web.page("kvitto.html", site, status, way.me, **shown)
