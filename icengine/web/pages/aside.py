"""What an owner may do beside answering: hand over to a colleague, ask for more time, say that it
cannot be done.

Each has a page of its own, by a link and logged in, with one question. Once it is done the same page
is its receipt, which says what happens next and takes it back; so a reload sends nothing again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.task import Fault
from icengine.errors import Closed, Conflict, ICEngineError, Refused, TooMany
from icengine.services.asking import asked_about
from icengine.services.delegation import handed_over
from icengine.services.tasks import follow_link, task_page
from icengine.web.deps import FormDep, MeDep, Web, WebDep, row_number, site_of
from icengine.web.errors import STATUS
from icengine.web.pages.asideforms import ERRANDS, Beside, Errand
from icengine.web.pages.asideview import ANSWER, aside_path, decided
from icengine.web.pages.fields import Form
from icengine.web.pages.linklist import is_to_one
from icengine.web.pages.tasks import Entrance

router = APIRouter()

UNDO = "tillbaka"
"""What the button of a receipt sends, to take it back."""


def _by_link(nyckel: str, uppgift: str, request: Request, web: WebDep) -> Entrance:
    number = row_number(uppgift)
    with web.guarding(request), web.reading() as session:
        holder = follow_link(session, secret=nyckel)
    actor = holder.actor
    path = f"/svar/{nyckel}" if is_to_one(actor) else f"/svar/{nyckel}/uppgift/{number}"
    return Entrance(actor, number, path, answers_as=holder.function)


def _by_login(nummer: str, me: MeDep) -> Entrance:
    number = row_number(nummer)
    return Entrance(me.person, number, f"/uppgifter/{number}", me)


LinkDep = Annotated[Entrance, Depends(_by_link)]
LoginDep = Annotated[Entrance, Depends(_by_login)]


def _serve(errand: Errand) -> None:
    """An errand under its two addresses."""

    def linked(way: LinkDep, web: WebDep, till: str = "") -> Response:
        return _page(errand, web, way, back=till == ANSWER)

    def send_linked(way: LinkDep, request: Request, web: WebDep, fields: FormDep) -> Response:
        return _sent(errand, web, way, request, fields)

    def own(way: LoginDep, web: WebDep, till: str = "") -> Response:
        return _page(errand, web, way, back=till == ANSWER)

    def send_own(way: LoginDep, request: Request, web: WebDep, fields: FormDep) -> Response:
        return _sent(errand, web, way, request, fields)

    pairs: tuple[tuple[str, Callable[..., Response], Callable[..., Response]], ...] = (
        (f"/svar/{{nyckel}}/uppgift/{{uppgift}}/{errand.name}", linked, send_linked),
        (f"/uppgifter/{{nummer}}/{errand.name}", own, send_own),
    )
    for path, show, act in pairs:
        router.add_api_route(path, show, methods=["GET", "HEAD"], name=errand.name)
        router.add_api_route(path, act, methods=["POST"], name=f"{errand.name}-skicka")


for _errand in ERRANDS:
    _serve(_errand)


def _read(errand: Errand, web: Web, way: Entrance) -> Beside:
    """What the page is about. Raises NotFound where the errand is not the reader's."""
    with web.reading() as session:
        page = task_page(
            session, actor=way.actor, now=web.now(), task_id=way.task, answers_as=way.answers_as
        )
        errand.check(session, way.actor, web.now(), page)
        asked = tuple(asked_about(session, task_id=page.task.id)) if errand.kind else ()
        return Beside(page, handed_over(session, task_id=page.task.id), asked)


def _page(errand: Errand, web: Web, way: Entrance, back: bool) -> Response:
    """The question; its receipt where it has been answered already."""
    if back:
        return RedirectResponse(way.path, 303)
    beside = _read(errand, web, way)
    if not beside.page.task.state.answerable:
        return RedirectResponse(way.path, 303)
    receipt = errand.receipt(beside)
    if receipt is None:
        return _form_page(web, way, errand, beside, errand.form(beside))
    site = site_of(beside.page.organisation, web.now())
    return web.page("bredvid-kvitto.html", site, 200, way.me, receipt=receipt, undo=UNDO)


def _sent(
    errand: Errand, web: Web, way: Entrance, request: Request, fields: Mapping[str, str]
) -> Response:
    beside = _read(errand, web, way)
    form = errand.form(beside).typed(fields)
    faults: tuple[Fault, ...] = ()
    try:
        with web.changing(way.actor, request) as session:
            if fields.get("gor") == UNDO:
                errand.undo(session, way.actor, web.now(), beside.page)
            else:
                faults = errand.act(session, way.actor, web.now(), beside.page, form)
    except (Conflict, Closed, TooMany, Refused) as error:
        return _form_page(web, way, errand, beside, form, _status(error), str(error))
    if faults:
        wrong = {fault.field: f"{fault.message}." for fault in faults}
        return _form_page(web, way, errand, beside, form.with_faults(wrong), 422)
    return RedirectResponse(aside_path(way.path, way.task, errand.name), 303)


def _status(error: ICEngineError) -> int:
    """Its own status; a closed task's is that of a conflict, for what was typed is shown."""
    return 409 if isinstance(error, Closed) else STATUS[type(error)]


def _form_page(
    web: Web,
    way: Entrance,
    errand: Errand,
    beside: Beside,
    form: Form,
    status: int = 200,
    said: str = "",
) -> Response:
    site = site_of(beside.page.organisation, web.now())
    earlier = [r for r in beside.requests if r.kind is errand.kind]
    notes = decided(earlier, beside.page.today)
    return web.page(
        form.template, site, status, way.me, form=form, said=said, version="", conflict=False,
        done="", earlier=notes,
    )  # fmt: skip
