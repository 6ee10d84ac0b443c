"""The bedömningar of a plan's year: what the answers give, and the controller deciding otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit, Subject, may
from icengine.domain.asking import REASON
from icengine.domain.task import figure
from icengine.errors import Conflict, NotAllowed, Refused
from icengine.services.login import Visitor
from icengine.services.yearly import (
    LEVEL,
    ControlYear,
    Part,
    PlanYear,
    decide,
    note_reading,
    part_year,
    plan_year,
)
from icengine.web.deps import FormDep, MeDep, Web, WebDep
from icengine.web.pages.fields import Form
from icengine.web.pages.paths import PLANS
from icengine.web.pages.yearlyview import (
    GIVES,
    lead,
    level_form,
    listed_years,
    plan_crumbs,
    year_view,
)

router = APIRouter()

LIST = "/planer/{plan}/bedomningar"
SEEN = "tidigare"
"""How many versions there were when the form was shown."""
DONE = {
    "bestamd": "Årets bedömning är bestämd.",
    "tillbaka": "Nu gäller det som svaren ger igen.",
    "samma": "Ingenting är ändrat: så var det redan.",
}
"""What is said on the page after a deed, by the word in its address."""
CHOOSE = "Välj en bedömning."


@dataclass(frozen=True)
class Found:
    """What a page is about."""

    year: PlanYear
    one: ControlYear
    part: Part

    @property
    def protected(self) -> bool:
        """Is something shown whose reading is kept in the log?"""
        return self.one.control.protected and self.year.reads_protected


@router.api_route(LIST, methods=["GET", "HEAD"])
def years(plan: str, web: WebDep, me: MeDep) -> Response:
    """Every control: what its answers give, and what is decided."""
    with web.reading() as session:
        found = plan_year(session, actor=me.person, now=web.now(), key=plan)
    return web.visitor_page(
        "bedomningar.html", me, years=listed_years(found, web.now()), lead=lead(found),
        crumbs=plan_crumbs(found), here=PLANS,
    )  # fmt: skip


def _page(
    plan: str, kontroll: str, web: WebDep, me: MeDep, request: Request, enhet: str = "",
    klart: str = "",
) -> Response:  # fmt: skip
    """One control's year, or a unit's part in it, with the form."""
    found = _find(web, me, plan, kontroll, enhet)
    return _shown(web, me, request, found, done=DONE.get(klart, ""))


def _send(
    plan: str, kontroll: str, web: WebDep, me: MeDep, request: Request, fields: FormDep,
    enhet: str = "",
) -> Response:  # fmt: skip
    """Decide it, or take back what was decided."""
    found = _find(web, me, plan, kontroll, enhet)
    if not found.year.may_decide:
        raise NotAllowed
    form = level_form(found.year, found.one, found.part).typed(fields)
    chosen = form[LEVEL].value
    if not chosen:
        return _shown(web, me, request, found, 422, form.with_faults({LEVEL: CHOOSE}))
    try:
        with web.changing(me.person, request) as session:
            done = decide(
                session, actor=me.person, now=web.now(), key=plan, control=kontroll, unit=enhet,
                level="" if chosen == GIVES else chosen, reason=form[REASON].value,
                seen=figure(fields.get(SEEN, "")),
            )  # fmt: skip
    except Conflict:
        return _shown(web, me, request, found, 409, form)
    except Refused as error:
        return _shown(web, me, request, found, 422, form, said=str(error))
    if done.faults:
        form = form.with_faults({fault.field: f"{fault.message}." for fault in done.faults})
        return _shown(web, me, request, found, 422, form)
    word = ("tillbaka" if chosen == GIVES else "bestamd") if done.changed else "samma"
    return RedirectResponse(f"{request.url.path}?klart={word}", 303)


for _path in (f"{LIST}/{{kontroll}}", f"{LIST}/{{kontroll}}/{{enhet}}"):
    router.add_api_route(_path, _page, methods=["GET", "HEAD"])
    router.add_api_route(_path, _send, methods=["POST"])


def _find(web: Web, me: Visitor, plan: str, control: str, unit: str) -> Found:
    with web.reading() as session:
        return Found(
            *part_year(
                session, actor=me.person, now=web.now(), key=plan, control=control, unit=unit
            )
        )


def _shown(
    web: Web,
    me: Visitor,
    request: Request,
    found: Found,
    status: int = 200,
    form: Form | None = None,
    said: str = "",
    done: str = "",
) -> Response:
    plan, control = found.year.plan, found.one.control
    if found.protected:
        with web.changing(me.person, request) as session:
            note_reading(session, actor=me.person, key=plan.key, control=control)
    view = year_view(found.year, found.one, found.part, web.now(), reads=found.year.reads_protected)
    audit = may(me.person, Permit.AUDIT, Subject(plan.unit))
    return web.visitor_page(
        "bedomning.html", me, status, view=view, form=form or level_form(found.year, found.one, found.part), said=said,
        conflict=status == 409, seen=len(found.part.versions), done=done,
        may_decide=found.year.may_decide, crumbs=plan_crumbs(found.year, below=True), here=PLANS,
        log=f"/handelser?{urlencode({'plan': plan.key, 'kontroll': control.id})}" if audit else "",
    )  # fmt: skip
