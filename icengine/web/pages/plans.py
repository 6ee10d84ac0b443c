"""The overview of a plan's year, for the one who runs the engine on their own machine."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from icengine.services.people import current_organisation
from icengine.services.plans import adopted_plan, plan_list
from icengine.services.tasks import task_list
from icengine.web.deps import READER, Web, WebDep
from icengine.web.pages.year import Overview, overview
from icengine.web.security import is_local

router = APIRouter()

MOST_TASKS = 10_000


@router.api_route("/", methods=["GET", "HEAD"])
def home(request: Request, web: WebDep, plan: str = "") -> Response:
    """The year of a plan; for everybody else only how to answer."""
    site = web.site()
    if not is_local(request, web.engine.settings):
        return web.page("hem.html", site)
    view = _overview(web, plan)
    if view is None:
        return web.page("kom-igang.html", site)
    return _shown(web, view)


def _shown(web: Web, view: Overview) -> HTMLResponse:
    return web.page("oversikt.html", web.site(), view=view)


def _overview(web: Web, key: str) -> Overview | None:
    """The plan with that key, the newest where none is asked for; None where there is none yet."""
    with web.engine.database.reading() as session:
        plans = plan_list(session, actor=READER)
        if not plans:
            return None
        adopted = adopted_plan(session, actor=READER, key=key or plans[0].key)
        return overview(
            adopted.plan,
            current_organisation(session, actor=READER),
            task_list(session, actor=READER, plan=adopted.plan.key, limit=MOST_TASKS),
            plans,
            web.now(),
        )
