"""The page of one åtgärd, whichever way somebody comes to it: what it shows, and what its buttons do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Link, Person
from icengine.domain.task import figure
from icengine.domain.text import recorded
from icengine.errors import Closed, Conflict, NotFound, Refused
from icengine.services import actions
from icengine.services.action_change import Done, behalf_of, voice
from icengine.services.action_pages import ActionPage, action_page, note_action_read
from icengine.services.login import Visitor
from icengine.store.db import Session
from icengine.web.deps import Web, site_of
from icengine.web.pages.actionview import ACTIONS, EFFECTS, MINE, action_view
from icengine.web.pages.editing import after

SAID = {
    "sagt": "Sparat. Det syns i historiken nedan.",
    "klar": "Vi har sparat att det är klart. Controllern bekräftar.",
    "effekt": "Tack! Svaret om effekten är sparat.",
    "angrad": "Det är inte längre markerat som klart.",
    "overlamnad": "Överlämningen är sparad. Den som nu ansvarar får mejl.",
    "bekraftad": "Det är bekräftat att det är klart.",
    "andrad": "Ändringen är sparad.",
    "avskriven": "Avskrivningen är sparad. Ingen påminns längre.",
    "oppnad": "Det är öppnat igen. Den som ansvarar får mejl.",
    "tillagd": "Sparat. Den som ansvarar får mejl.",
    "samma": "Ingenting är ändrat: så var det redan.",
}
"""What is said on the page after a change, by the word in its address."""
FIELDS = ("sagt", "effekt", "till", "skal")
"""The fields of the page."""
WISHES = {
    "pagar": "sagt", "kommentar": "sagt", "klar": "klar", "effekt": "effekt", "angra": "angrad",
    "lamna-over": "overlamnad", "bekrafta": "bekraftad",
}  # fmt: skip
"""What a button sends -> which of SAID the page then says."""


@dataclass(frozen=True)
class Way:
    """The way somebody came to an åtgärd."""

    actor: Link | Person
    id: int
    answers_as: str
    """The function a link's holder has; "" for somebody who is logged in."""
    path: str
    me: Visitor | None = None
    """Whoever is logged in, where that was the way."""


def show(web: Web, way: Way, request: Request, done: str = "") -> Response:
    """The åtgärd, with what has just been done to it."""
    try:
        page = _read(web, way, request)
    except Closed:
        if done == "overlamnad":
            return web.page("atgard-overlamnad.html", web.site(), me=way.me)
        raise
    return _page(web, way, page, {}, done=SAID.get(done, ""), may_undo=done == "klar")


def act(web: Web, way: Way, request: Request, fields: Mapping[str, str]) -> Response:
    """Do what a button asks for, and lead to the page; what was typed stays where it cannot be."""
    wish = fields.get("gor", "")
    if wish not in WISHES:
        raise Refused("Det som skickades är inget ifyllt formulär.", "Gå tillbaka och försök igen.")
    typed = {name: recorded(fields.get(name, "")) for name in FIELDS}
    try:
        with web.changing(way.actor, request) as session:
            done = _done(session, web, way, wish, typed, figure(fields.get("version", "")) or 0)
    except Conflict:
        return _page(web, way, _read(web, way, request), typed, 409, wish=wish)
    except Refused as error:
        page = _read(web, way, request)
        return _page(web, way, page, typed, 422, wish=wish, fault=str(error))
    if wish == "lamna-over" and way.me and not _still_theirs(web, way):
        return RedirectResponse(after(MINE, "overlamnad"), 303)
    return RedirectResponse(after(way.path, WISHES[wish] if done.is_new else "samma"), 303)


def _still_theirs(web: Web, way: Way) -> bool:
    try:
        with web.reading() as session:
            action_page(session, actor=way.actor, now=web.now(), action_id=way.id)
    except NotFound:
        return False
    return True


def _done(
    session: Session, web: Web, way: Way, wish: str, typed: Mapping[str, str], seen: int
) -> Done:
    common: dict[str, Any] = {
        "actor": way.actor, "now": web.now(), "action_id": way.id, "seen": seen,
    }  # fmt: skip
    note = typed["sagt"]
    if wish == "bekrafta":
        return actions.confirm(session, **common, note=note)
    common["answers_as"] = way.answers_as
    if wish == "klar":
        return actions.mark_done(session, **common, note=note)
    if wish == "pagar":
        return actions.report_progress(session, **common, note=note)
    if wish == "effekt":
        return actions.answer_effect(session, **common, effect=typed["effekt"], note=note)
    if wish == "angra":
        return actions.take_back_done(session, **common)
    if wish == "lamna-over":
        return actions.hand_over(session, **common, responsible=typed["till"], reason=typed["skal"])
    return actions.comment(session, **common, note=note)


def _read(web: Web, way: Way, request: Request) -> ActionPage:
    with web.reading() as session:
        page = action_page(session, actor=way.actor, now=web.now(), action_id=way.id)
    if page.shows_protected:
        with web.changing(way.actor, request) as session:
            behalf = behalf_of(voice(way.actor, page.action, way.answers_as))
            note_action_read(session, page=page, behalf=behalf)
    return page


FAULTY = {"effekt": "effekt", "lamna-over": "till"}
"""Which field a fault is about, by the button; otherwise what is said."""


def _page(
    web: Web,
    way: Way,
    page: ActionPage,
    typed: Mapping[str, str],
    status: int = 200,
    *,
    done: str = "",
    wish: str = "",
    fault: str = "",
    may_undo: bool = False,
) -> Response:
    view = action_view(page)
    at = FAULTY.get(wish, "sagt")
    if wish == "effekt" and typed.get("effekt"):
        at = "sagt"
    if wish == "lamna-over" and typed.get("till") and not typed.get("skal"):
        at = "skal"
    return web.page(
        "atgard.html",
        site_of(page.organisation, web.now()),
        status,
        way.me,
        view=view,
        typed={name: typed.get(name, "") for name in FIELDS},
        effects=tuple((str(effect), word) for effect, word in EFFECTS.items()),
        fault=fault,
        fault_at=at if fault else "",
        conflict=status == 409,
        done=done,
        may_undo=may_undo and view.done and view.answers,
        logged_in=way.me is not None,
        here=ACTIONS if view.controls else MINE,
    )
