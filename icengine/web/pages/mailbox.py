"""Utskick: what was sent to whom, with its text; what did not come through, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.asking import REASON
from icengine.domain.calendar import local_date
from icengine.domain.task import Fault, figure
from icengine.errors import Refused
from icengine.services.login import Visitor
from icengine.services.mailbox import clear_address, letter, mark_address, send_again, sent
from icengine.store.letter_lists import ListedLetter
from icengine.web.deps import FormDep, MeDep, Web, WebDep, row_number
from icengine.web.pages import wording
from icengine.web.pages.wording import Mark

router = APIRouter()

HERE, DAY = "/utskick", "/att-gora"
MARKS = {
    "sänd": Mark("st", "approved", "✓", "Skickat"),
    "avvisad": Mark("st", "failed", "×", "Kom inte fram"),
    "väntar": Mark("st", "late", "!", "Försöker igen"),
    "sänds": Mark("st", "open", "→", "Skickas"),
}
"""How each state is shown."""
DONE = {
    "igen": "Mejlet skickas igen, på kontorstid.",
    "dalig": "Adressen är märkt som dålig. Inga mejl går dit.",
    "ratt": "Adressen är märkt som rätt. Det som väntar skickas.",
}


@dataclass(frozen=True)
class Line:
    """A letter in the list."""

    path: str
    subject: str
    email: str
    when: str
    mark: Mark
    bad: bool


def _mark(found: ListedLetter) -> Mark:
    return MARKS.get(found.state, MARKS["sänds"])


def _when(found: ListedLetter, today: date) -> str:
    return wording.recent(found.sent_at or found.written_at, today)


@router.api_route(HERE, methods=["GET", "HEAD"])
def outbox(web: WebDep, me: MeDep, lage: str = "", sok: str = "", efter: str = "") -> Response:
    """The letters, the newest first."""
    with web.reading() as session:
        found = sent(session, actor=me.person, state=lage, text=sok, before=figure(efter) or 0)
    today = local_date(web.now())
    lines = [
        Line(f"{HERE}/{item.id}", item.subject if item.whole else "Flera saker", item.email,
             _when(item, today), _mark(item), item.email in found.bad)
        for item in found.letters
    ]  # fmt: skip
    return web.visitor_page(
        "utskick.html", me, lines=lines, waiting=found.waiting, after=found.after, state=lage,
        text=sok, states=[(name, mark.word) for name, mark in MARKS.items()], here=DAY,
    )  # fmt: skip


@router.api_route(f"{HERE}/{{nummer}}", methods=["GET", "HEAD"])
def one(nummer: str, web: WebDep, me: MeDep, klart: str = "") -> Response:
    """One letter with its text."""
    return _page(web, me, row_number(nummer), done=DONE.get(klart, ""))


@router.post(f"{HERE}/{{nummer}}/igen")
def again(nummer: str, request: Request, web: WebDep, me: MeDep) -> Response:
    """Try once more."""
    number = row_number(nummer)
    try:
        with web.changing(me.person, request) as session:
            send_again(session, actor=me.person, now=web.now(), number=number)
    except Refused as error:
        return _page(web, me, number, 409, said=str(error))
    return RedirectResponse(f"{HERE}/{number}?klart=igen", 303)


@router.post(f"{HERE}/{{nummer}}/adress")
def address(nummer: str, request: Request, web: WebDep, me: MeDep, fields: FormDep) -> Response:
    """Mark the address as bad, or as right again."""
    number, right = row_number(nummer), fields.get("gor") == "ratt"
    faults: tuple[Fault, ...] = ()
    typed = fields.get(REASON, "")
    with web.changing(me.person, request) as session:
        if right:
            clear_address(session, actor=me.person, now=web.now(), number=number)
        else:
            faults = mark_address(
                session, actor=me.person, now=web.now(), number=number, reason=typed
            )
    if faults:
        return _page(web, me, number, 422, typed=typed, wrong=f"{faults[0].message}.")
    return RedirectResponse(f"{HERE}/{number}?klart={'ratt' if right else 'dalig'}", 303)


def _page(web: Web, me: Visitor, number: int, status: int = 200, **shown: str) -> Response:
    with web.reading() as session:
        found = letter(session, actor=me.person, number=number)
    today = local_date(web.now())
    more = {"typed": "", "wrong": "", "said": "", "done": ""} | shown
    return web.visitor_page(
        "utskick-mejl.html", me, status, letter=found.letter, bad=found.bad,
        mark=_mark(found.letter), when=_when(found.letter, today),
        parts=[part.split("\n") for part in found.letter.body.strip().split("\n\n")], here=DAY, **more,
    )  # fmt: skip
