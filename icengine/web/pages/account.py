"""Logging in with the kommun's own account, by OpenID Connect."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.errors import LoginFailed, NotFound
from icengine.identity.oidc import Account, Begun, Provider
from icengine.services import login
from icengine.store.logins import Attempt
from icengine.web.deps import Web, WebDep, browser_of, client_of, local_target
from icengine.web.pages.login import came_in
from icengine.web.rates import ASKING

router = APIRouter()
COOKIE = "icengine-konto"
"""Ties the answer to the browser that asked."""
LASTS = timedelta(minutes=15)
"""How long somebody may take to log in at the provider."""


@router.api_route("/logga-in/konto", methods=["GET"])
def begin(request: Request, web: WebDep, till: str = "") -> Response:
    """To the provider, which is asked who this is."""
    provider = _provider(web)
    web.rates.count(ASKING, "konto", client_of(request))
    begun = provider.begin(_back(web))
    attempt = Attempt(
        begun.state, begun.nonce, begun.verifier, local_target(till), web.now() + LASTS
    )
    with web.engine.database.upkeep() as session:
        secret = login.begin_at_provider(session, attempt=attempt)
    response = RedirectResponse(begun.address, 303)
    web.keep(response, secret, COOKIE)
    return response


@router.api_route("/logga-in/konto/klar", methods=["GET"])
def finish(request: Request, web: WebDep) -> Response:
    """Back from the provider, with its word."""
    provider = _provider(web)
    with web.engine.database.upkeep() as session:
        attempt = login.back_from_provider(
            session, secret=request.cookies.get(web.cookie(COOKIE), ""), now=web.now()
        )
    if attempt is None:
        raise LoginFailed(
            "Inloggningen tog för lång tid eller började i en annan webbläsare.",
            "Börja om från inloggningssidan.",
        )
    account = _account(web, provider, attempt, request)
    with web.changing(login.VISITOR, request) as session:
        entered = login.enter_by_account(
            session,
            email=account.email,
            values=account.roles,
            target=attempt.target,
            now=web.now(),
            browser=browser_of(request),
            rules=web.session_rules,
        )
    response = came_in(web, entered)
    web.forget(response, COOKIE)
    return response


def _account(web: Web, provider: Provider, attempt: Attempt, request: Request) -> Account:
    begun = Begun("", attempt.state, attempt.nonce, attempt.verifier)
    return provider.finish(begun, _back(web), dict(request.query_params), web.now())


def _provider(web: Web) -> Provider:
    if web.engine.provider is None:
        raise NotFound
    return web.engine.provider


def _back(web: Web) -> str:
    return f"{web.engine.settings.base_url.rstrip('/')}/logga-in/konto/klar"
