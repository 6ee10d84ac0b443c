"""The web application, put together."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.requests import Request
from starlette.responses import Response

from icengine import clock
from icengine.bootstrap import Engine
from icengine.logs import redact
from icengine.web import errors
from icengine.web.deps import Site, Web
from icengine.web.errors import ErrorPage
from icengine.web.givenback import given_back
from icengine.web.pages import (
    account,
    actionforms,
    actions,
    answerversions,
    approval,
    aside,
    assets,
    autosave,
    calendarfeed,
    day,
    decision,
    disposal,
    eventcontrols,
    events,
    evidence,
    functionforms,
    health,
    jobs,
    layouts,
    login,
    mailbox,
    me,
    metrics,
    nextyear,
    organisation,
    people,
    personal,
    plandiscard,
    planpages,
    planrecords,
    plans,
    plantaking,
    planupload,
    register,
    registerforms,
    reopening,
    reportdecision,
    reports,
    reporttexts,
    riskscale,
    roleforms,
    selection,
    settings,
    shared,
    steering,
    tasks,
    unitforms,
    whole,
    yearly,
)
from icengine.web.pages.autosave import by_script
from icengine.web.pages.wording import moment
from icengine.web.proxies import BelievedProxies, OurHosts
from icengine.web.security import SAFE_METHODS, BodyLimit, SameOrigin, SecurityHeaders
from icengine.web.turns import BEGIN_ON_POSTGRESQL, BEGIN_ON_SQLITE, Turns
from icengine.web.watched import Watched

SERVER_LOGS = ("uvicorn.access", "uvicorn.error")
NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""Traces hold addresses, and an address of ours may hold a secret."""


def create_app(
    engine: Engine,
    *,
    now: Callable[[], datetime] = clock.now,
    ring: Callable[[], None] = lambda: None,
    make: Callable[[], None] = lambda: None,
) -> FastAPI:
    """The application for an engine; `now` is its only clock.

    `ring` is called when a mail waits that somebody sits and waits for, `make` when the files of a
    report do. Without them the timetable's next run takes both.
    """
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
    )
    web = Web(engine, now, ring, make)
    app.state.web = web
    for page in (
        plans, account, login, me, calendarfeed, personal, disposal, actionforms, actions, approval, answerversions,
        reopening, aside, eventcontrols, evidence, day, mailbox, steering, tasks, shared, reportdecision, reports, reporttexts, whole, events, assets, health, metrics, jobs,
    ):  # fmt: skip
        app.router.routes += page.router.routes
    for page in (
        registerforms,
        register,
        decision,
        plandiscard,
        planpages,
        plantaking,
        planrecords,
        nextyear,
        yearly,
        selection,
        planupload,
    ):
        app.router.routes += page.router.routes
    # The pages with fixed addresses before those of units, whose ids are whatever they are.
    for page in (
        settings,
        riskscale,
        layouts,
        functionforms,
        organisation,
        unitforms,
        roleforms,
        people,
    ):
        app.router.routes += page.router.routes
    render = _error_pages(web)
    away = _giving_back(web)
    errors.install(app, render, away)
    _guard(app, web, render, away)
    for name in SERVER_LOGS:
        logging.getLogger(name).addFilter(redact)
    return app


def _error_pages(web: Web) -> errors.Render:
    def render(error: ErrorPage, request: Request | None = None) -> Response:
        # Above 500 the database may be what is wrong, so it is not asked for anything.
        asked = error.status < 500
        site = web.site() if asked else Site()
        me = web.guest(request) if asked and request is not None else None
        home = request is not None and error.status != 401
        when = moment(web.now())
        return web.page(
            "fel.html",
            site,
            error.status,
            me,
            error=error,
            when=when,
            home=home,
            given=None,
            again=False,
        )

    return render


def _giving_back(web: Web) -> errors.Away:
    """What is shown where the fault is ours. The database may be what is wrong, so it is not asked."""

    async def away(error: ErrorPage, request: Request) -> Response:
        if by_script(request):
            return autosave.not_now(error.status)
        given, when = await given_back(request), moment(web.now())
        again = request.method in SAFE_METHODS
        return web.page(
            "fel.html", Site(), error.status,
            error=error, when=when, home=not given, given=given, again=again,
        )  # fmt: skip

    return away


def _guard(app: FastAPI, web: Web, render: errors.Render, away: errors.Away) -> None:
    """The middleware; what is added last stands outermost."""
    settings = web.engine.settings
    parts = urlsplit(settings.base_url)

    def refuse(status: int) -> Response:
        return render(errors.page_for(status), None)

    begin = BEGIN_ON_SQLITE if web.engine.database.is_sqlite else BEGIN_ON_POSTGRESQL
    app.add_middleware(Turns, begin=begin)
    app.add_middleware(BodyLimit, refuse=refuse)
    app.add_middleware(SameOrigin, trusted=(f"{parts.scheme}://{parts.netloc}",), refuse=refuse)
    app.add_middleware(
        OurHosts,
        base_url=settings.base_url,
        trusted_hosts=settings.trusted_hosts,
        refuse=refuse,
    )
    app.add_middleware(errors.LastResort, away=away)
    app.add_middleware(Watched, requests=web.requests)
    app.add_middleware(BelievedProxies, trusted_proxies=settings.trusted_proxies)
    app.add_middleware(SecurityHeaders, https=parts.scheme == "https")
