"""The engine behind its own server; a page of it from memory behind bare FastAPI; and bare FastAPI that
writes one row for each form.

    python benchmarks/serving.py sida|minne|rad ADDRESS-OF-THE-DATABASE E-POST

Prints the port and the cookie of whoever is logged in, and serves until it is stopped.
"""

from __future__ import annotations

import socket
import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from grounds import write_row
from municipality import at
from starlette.responses import HTMLResponse
from starlette.testclient import TestClient

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.access import System
from icengine.services.login import console_link
from icengine.store.db import Database
from icengine.web.app import create_app
from icengine.web.deps import Web
from icengine.web.server import OPTIONS, rest_the_collector

NOW = at("2022-02-10", "09:00")
PATH = "/"


def main(kind: str, url: str, email: str) -> None:
    """Serve."""
    database = Database(url)
    app = create_app(Engine(Settings(), database, None), now=lambda: NOW)
    cookie = _log_in(app, database, email)
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # only so are answers not held back
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    if kind == "minne":
        app = _from_memory(app, cookie)
    if kind == "rad":
        app = _one_row(database)
    if kind == "sida":
        rest_the_collector()
    print(listener.getsockname()[1], cookie, flush=True)
    config = uvicorn.Config(app, log_config=None, access_log=False, **OPTIONS)
    uvicorn.Server(config).run(sockets=[listener])


def _log_in(app: FastAPI, database: Database, email: str) -> str:
    with database.unit_of_work(System("mätning"), NOW) as session:
        link = console_link(session, email=email, base_url="", now=NOW)
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        client.post(link)
        return str(client.cookies["icengine"])


def _from_memory(app: FastAPI, cookie: str) -> FastAPI:
    """Bare FastAPI that renders the template with the values that the page had, at every request."""
    kept: list[tuple[Any, dict[str, Any]]] = []
    environment = app.state.web.templates
    page = Web.page

    def keep(
        self: Web, template: str, site: Any, status: int = 200, me: Any = None, **more: Any
    ) -> Any:
        found = environment.get_template(template)
        real = found.render

        def render(**values: Any) -> str:
            kept.append((found, values))
            return str(real(**values))

        found.render = render
        try:
            return page(self, template, site, status, me, **more)
        finally:
            del found.render

    Web.page = keep  # type: ignore[method-assign]  once, to see what the page is made of
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        whole = client.get(PATH, cookies={"icengine": cookie})
    Web.page = page  # type: ignore[method-assign]
    [(template, values)] = kept
    assert template.render(**values) == whole.text
    bare = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @bare.get(PATH)
    def show() -> HTMLResponse:
        return HTMLResponse(template.render(**values))

    return bare


def _one_row(database: Database) -> FastAPI:
    """Bare FastAPI: one row and its commit for every form."""
    bare = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @bare.post("/")
    def keep() -> HTMLResponse:
        write_row(database)
        return HTMLResponse("Tack.")

    return bare


if __name__ == "__main__":
    main(*sys.argv[1:])
