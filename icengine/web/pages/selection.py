"""The selection (urval) for a coming plan: what the rule proposes, and the controller deciding it."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit, Subject, may
from icengine.domain.asking import REASON
from icengine.domain.calendar import local_date
from icengine.domain.task import figure
from icengine.errors import Conflict, NotAllowed, Refused
from icengine.services.login import Visitor
from icengine.services.selection import (
    TO,
    Item,
    PlanSelection,
    carry,
    follow_proposal,
    item_of,
    plan_selection,
)
from icengine.services.yearly import note_reading
from icengine.web.deps import FormDep, MeDep, Web, WebDep
from icengine.web.pages.fields import Form
from icengine.web.pages.paths import PLANS, selection_path
from icengine.web.pages.selectionview import (
    hindered,
    item_view,
    plan_crumbs,
    selection_view,
    way_form,
    year_chosen,
)

router = APIRouter()

LIST = "/planer/{plan}/urval"
ONE = f"{LIST}/{{id}}"
SEEN = "tidigare"
"""Which proposal, or how many versions, there was when the form was shown."""
DONE = {
    "bestamd": "Beslutet om urvalet är sparat.",
    "tillbaka": "Nu gäller förslaget igen.",
    "samma": "Ingenting är ändrat: så var det redan.",
    "foljt": "Förslaget är följt.",
}
"""What is said on the page after a deed, by the word in its address."""


@router.api_route(LIST, methods=["GET", "HEAD"])
def all_of_it(plan: str, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """Every risk and control: where it goes, what is proposed and what is decided."""
    return _list(web, me, plan, done=DONE.get(klart, ""))


@router.post(LIST)
def follow(plan: str, web: WebDep, me: MeDep, request: Request, fields: FormDep) -> Response:
    """Decide what is proposed for everything that is not decided."""
    try:
        with web.changing(me.person, request) as session:
            done = follow_proposal(
                session, actor=me.person, now=web.now(), key=plan, seen=fields.get(SEEN, "")
            )
    except (Conflict, Refused) as error:
        return _list(web, me, plan, 409 if isinstance(error, Conflict) else 422, said=str(error))
    word = "foljt" if done.changed else "samma"
    return RedirectResponse(f"{selection_path(plan)}?klart={word}", 303)


@router.api_route(ONE, methods=["GET", "HEAD"])
def one(
    plan: str, id: str, web: WebDep, me: MeDep, request: Request, klart: str = ""
) -> Response:  # fmt: skip
    """One risk or control, with the form."""
    with web.reading() as session:
        found = item_of(session, actor=me.person, now=web.now(), key=plan, subject=id)
    return _shown(web, me, request, found, done=DONE.get(klart, ""))


@router.post(ONE)
def decide(
    plan: str, id: str, web: WebDep, me: MeDep, request: Request, fields: FormDep
) -> Response:
    """Decide where it goes, or let the proposal hold again."""
    with web.reading() as session:
        found = item_of(session, actor=me.person, now=web.now(), key=plan, subject=id)
    if not found[0].may_decide:
        raise NotAllowed
    form = way_form(*found).typed(fields)
    year = year_chosen(form[TO].value)
    try:
        with web.changing(me.person, request) as session:
            done = carry(
                session, actor=me.person, now=web.now(), key=plan, subject=id, year=year,
                reason=form[REASON].value, seen=figure(fields.get(SEEN, "")),
            )  # fmt: skip
    except Conflict:
        with web.reading() as session:
            found = item_of(session, actor=me.person, now=web.now(), key=plan, subject=id)
        return _shown(web, me, request, found, 409, form)
    except Refused as error:
        return _shown(web, me, request, found, 422, form, said=str(error))
    if done.faults:
        form = form.with_faults({fault.field: f"{fault.message}." for fault in done.faults})
        return _shown(web, me, request, found, 422, form)
    word = ("tillbaka" if year is None else "bestamd") if done.changed else "samma"
    return RedirectResponse(f"{selection_path(plan, id)}?klart={word}", 303)


def _list(
    web: Web, me: Visitor, plan: str, status: int = 200, said: str = "", done: str = ""
) -> Response:
    with web.reading() as session:
        found = plan_selection(session, actor=me.person, now=web.now(), key=plan)
    return web.visitor_page(
        "urval.html", me, status, view=selection_view(found, web.now()), said=said, done=done,
        may_decide=found.may_decide, hindered=hindered(found), crumbs=plan_crumbs(found),
        key=plan, here=PLANS,
    )  # fmt: skip


def _shown(
    web: Web,
    me: Visitor,
    request: Request,
    found: tuple[PlanSelection, Item],
    status: int = 200,
    form: Form | None = None,
    said: str = "",
    done: str = "",
) -> Response:
    selection, item = found
    plan, entry, reads = selection.plan, item.candidate, selection.reads_protected
    if item.protected and reads and item.control:
        with web.changing(me.person, request) as session:
            note_reading(session, actor=me.person, key=plan.key, control=item.control)
    audit = may(me.person, Permit.AUDIT, Subject(plan.unit))
    return web.visitor_page(
        "urval-en.html", me, status, said=said, done=done, conflict=status == 409,
        view=item_view(selection, item, local_date(web.now()), reads=reads),
        form=form or way_form(selection, item), seen=len(item.versions),
        may_decide=selection.may_decide, hindered=hindered(selection),
        crumbs=plan_crumbs(selection, below=True), here=PLANS,
        log=f"/handelser?{urlencode({'plan': plan.key, 'kontroll': entry.id})}" if audit else "",
    )  # fmt: skip
