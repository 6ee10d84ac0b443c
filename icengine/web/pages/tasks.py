"""Answering a kontrolltillfälle through an e-mailed link, and the receipt.

A GET changes nothing: mail scanners follow links. What is sent is answered with a redirect, so that
a reload never sends it again.
"""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from icengine.domain.judging import override_faults
from icengine.domain.task import Answer, Fault, faults, figure_faults
from icengine.errors import Closed, Conflict
from icengine.services.tasks import (
    LinkHolder,
    Recorded,
    TaskPage,
    follow_link,
    record_answer,
    task_page,
)
from icengine.web.deps import FormDep, Web, WebDep, site_of
from icengine.web.pages.form import AnswerForm, Sent, Wish, answer_form, read_form
from icengine.web.pages.taskview import receipt_view, task_view

router = APIRouter()

ANCHORS = {
    Wish.HAND_IN: "",
    Wish.SAVE: "#sparat",
    Wish.CALCULATE: "#matt",
    Wish.ADD_ACTION: "#atgarder",
    Wish.REMOVE_ACTION: "#atgarder",
}
"""Where the reader lands after a save: at what the button was about."""

HANDING_IN, RECKONING = "1", "rakna"
"""What the page shows the faults of; in its address, so that a reload sends nothing again."""


@router.api_route("/svar/{nyckel}", methods=["GET", "HEAD"])
def answer_page(nyckel: str, web: WebDep, rader: str = "", fel: str = "") -> Response:
    """The task with its form, and with what is wrong with the saved draft where `fel` asks."""
    page = _read(web, nyckel)
    if not page.task.state.answerable:
        return RedirectResponse(f"/svar/{nyckel}/kvitto", 303)
    answer = page.last.answer if page.last else Answer()
    rows = int(rader) if rader.isascii() and rader.isdigit() and len(rader) < 4 else 0
    wrong = _faults(page, fel)
    form = _form(page, answer, rows, wrong, reckoning=fel == RECKONING)
    return _form_page(web, page, form)


@router.post("/svar/{nyckel}")
def answer(nyckel: str, web: WebDep, fields: FormDep) -> Response:
    """Save, or hand in, what was sent."""
    sent = read_form(fields)
    try:
        recorded = _record(web, nyckel, sent)
    except Conflict:
        return _conflict(web, _read(web, nyckel), sent)
    except Closed:
        return _closed(web, _read(web, nyckel), sent)
    if recorded.faults:
        # What was typed is saved as a draft; the page shows it with what stops it.
        return RedirectResponse(f"/svar/{nyckel}?fel={HANDING_IN}", 303)
    if recorded.saved.submitted:
        return RedirectResponse(f"/svar/{nyckel}/kvitto", 303)
    if sent.wish is Wish.CALCULATE and figure_faults(recorded.saved.answer):
        return RedirectResponse(f"/svar/{nyckel}?rader={sent.rows}&fel={RECKONING}", 303)
    return RedirectResponse(f"/svar/{nyckel}?rader={sent.rows}{_anchor(sent)}", 303)


@router.api_route("/svar/{nyckel}/kvitto", methods=["GET", "HEAD"])
def receipt(nyckel: str, web: WebDep) -> Response:
    """What was handed in, and what happens now."""
    page = _read(web, nyckel)
    if page.task.state.answerable:
        return RedirectResponse(f"/svar/{nyckel}", 303)
    return _receipt(web, page)


def _holder_and_task(web: Web, secret: str) -> tuple[LinkHolder, int]:
    with web.engine.database.reading() as session:
        holder = follow_link(session, secret=secret)
    # A link to a single task holds exactly one.
    return holder, min(holder.actor.tasks)


def _read(web: Web, secret: str) -> TaskPage:
    holder, task = _holder_and_task(web, secret)
    with web.engine.database.reading() as session:
        return task_page(
            session,
            actor=holder.actor,
            now=web.now(),
            task_id=task,
            answers_as=holder.function,
        )


def _record(web: Web, secret: str, sent: Sent) -> Recorded:
    holder, task = _holder_and_task(web, secret)
    now = web.now()
    with web.engine.database.unit_of_work(holder.actor, now) as session:
        return record_answer(
            session,
            actor=holder.actor,
            now=now,
            task_id=task,
            answer=sent.answer,
            answers_as=holder.function,
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
        found = faults(answer, scale, page.today, measure is not None)
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
    scale, measure = page.plan.ratings, page.control.measure
    return answer_form(answer, version, scale, measure, rows, wrong, reckoning)


def _conflict(web: Web, page: TaskPage, sent: Sent) -> HTMLResponse:
    """What was typed beside what was saved meanwhile; saving again goes through knowingly."""
    return _form_page(web, page, _form(page, sent.answer, sent.rows), 409, conflict=True)


def _closed(web: Web, page: TaskPage, sent: Sent) -> HTMLResponse:
    """It was handed in already; what was typed now is shown, so that it is not lost."""
    typed = None if sent.answer.empty else sent.answer
    return _receipt(web, page, 409, typed)


def _form_page(
    web: Web, page: TaskPage, form: AnswerForm, status: int = 200, conflict: bool = False
) -> HTMLResponse:
    site = site_of(page.organisation, web.now())
    view = task_view(page)
    return web.page("svar.html", site, status, view=view, form=form, conflict=conflict)


def _receipt(
    web: Web, page: TaskPage, status: int = 200, typed: Answer | None = None
) -> HTMLResponse:
    site = site_of(page.organisation, web.now())
    view, copy = task_view(page), receipt_view(page, typed)
    return web.page("kvitto.html", site, status, view=view, receipt=copy)
