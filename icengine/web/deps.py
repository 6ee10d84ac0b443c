"""What every page is handed: the engine, the clock, the templates, and whose site it is."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from icengine.bootstrap import Engine
from icengine.domain.access import Actor, Permit, System, somewhere
from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.labels import OURS, Vocabulary
from icengine.domain.people import Organisation
from icengine.domain.task import figure
from icengine.domain.whole_facts import has_whole
from icengine.domain.words import capital, many, number, sentence
from icengine.errors import DatabaseNotReady, ICEngineError, LoginNeeded, NotFound, Refused
from icengine.services.approval import MOST_COUNTED, waiting_count
from icengine.services.login import Browser, SessionRules, Visitor, note_use, visitor
from icengine.services.people import current_organisation
from icengine.services.shared import SEEING
from icengine.store.db import Session
from icengine.web.metrics import Requests
from icengine.web.rates import GUESSING, Rates

logger = logging.getLogger("icengine.web")
READER = System("sidhuvudet", read_only=True)
"""Who asks for what stands on every page: the organisation's name, its colour, whom to ask."""

FORM_FIELDS = 800
"""Fields in a form; the answer form with all its åtgärder has about seventy. A control with sixty
dates of its own, five fields each, and a function for each of sixty units has about five hundred."""


ALL_READ: ContextVar[Callable[[], object]] = ContextVar("all_read", default=lambda: None)
"""To be called when a page has read what it shows: another may begin to read (see turns.py)."""


@dataclass(frozen=True)
class Site:
    """Whose pages these are."""

    organisation: str = ""
    """"" where the database cannot say."""
    accent: str = Organisation.accent
    contact: str = ""
    """The controllers' function."""
    answers_mail: bool = False
    """Somebody holds it, so that an answer to a mail reaches somebody."""
    words: Vocabulary = OURS
    """What the organisation calls the things that the engine names."""

    @property
    def help(self) -> str:
        """How the reader gets help, as the end of a sentence that tells them to."""
        contact = self.contact or "den som samordnar internkontrollen"
        return (
            f"svara på mejlet så når du {contact}" if self.answers_mail else f"kontakta {contact}"
        )


def site_of(organisation: Organisation, now: datetime) -> Site:
    """The site of an organisation. A colour that is no colour counts as none chosen."""
    accent = organisation.accent
    contact = organisation.function(organisation.contact)
    return Site(
        organisation=organisation.name,
        accent=accent if re.fullmatch("#[0-9A-Fa-f]{6}", accent) else Organisation.accent,
        contact=organisation.contact,
        answers_mail=contact is not None and bool(contact.held_by(local_date(now))),
        words=organisation.vocabulary,
    )


class Assets:
    """Files that pages use. Their address holds a hash of them all, so that they may be kept."""

    TYPES: Mapping[str, str] = {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".png": "image/png",
        ".woff2": "font/woff2",
    }

    def __init__(self, folder: Path) -> None:
        paths = sorted(path for path in folder.iterdir() if path.suffix in self.TYPES)
        self.files = {path.name: path.read_bytes() for path in paths}
        whole = hashlib.sha256()
        for name, content in self.files.items():
            whole.update(name.encode() + b"\0" + content)
        self.version = whole.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Where the file is served; KeyError where there is none."""
        assert name in self.files, name
        return f"/static/{self.version}/{name}"


@cache
def _assets() -> Assets:
    """The program's own; they are read once."""
    return Assets(Path(__file__).parent / "static")


@cache
def _templates() -> Environment:
    """The program's own, and what every one of them may use. Each is compiled once."""
    environment = Environment(
        loader=PackageLoader("icengine.web"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # it would look for a newer file at each use
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"asset": _assets().address, "number": number, "many": many}
    environment.globals["answers_wait"] = answers_wait
    environment.globals["swedish_day"] = _day_in
    environment.filters["capital"] = capital
    environment.filters["sentence"] = sentence
    return environment


def _day_in(day: date, year: int) -> str:
    """ "fredag 30 oktober", with the year where it is another."""
    return swedish_date(day, weekday=True, year=day.year != year)


@dataclass(frozen=True)
class Web:
    """What the handlers work with."""

    engine: Engine
    now: Callable[[], datetime]
    ring: Callable[[], None] = lambda: None
    """Says that mails wait to be delivered."""
    make: Callable[[], None] = lambda: None
    """Says that the files of a report wait to be made."""
    rates: Rates = field(default_factory=Rates)
    requests: Requests = field(default_factory=Requests)
    """How many have been answered, and how fast."""

    @property
    def assets(self) -> Assets:
        return _assets()

    @property
    def templates(self) -> Environment:
        return _templates()

    @property
    def https(self) -> bool:
        """Is the engine reached over https?"""
        return urlsplit(self.engine.settings.base_url).scheme == "https"

    @property
    def session_rules(self) -> SessionRules:
        """How long a login lasts."""
        settings = self.engine.settings
        return SessionRules(
            idle=timedelta(minutes=settings.session_idle_minutes),
            whole=timedelta(hours=settings.session_hours),
        )

    def cookie(self, name: str = "icengine") -> str:
        """A cookie's name; over https one that no other host or path can set."""
        return f"__Host-{name}" if self.https else name

    def keep(self, response: Response, secret: str, name: str = "icengine") -> None:
        """Give the browser a secret to keep until it is closed."""
        response.set_cookie(
            self.cookie(name), secret, path="/", secure=self.https, httponly=True, samesite="lax"
        )

    def forget(self, response: Response, name: str = "icengine") -> None:
        """Take it back."""
        response.delete_cookie(
            self.cookie(name), path="/", secure=self.https, httponly=True, samesite="lax"
        )

    def guest(self, request: Request, session: Session | None = None) -> Visitor | None:
        """Whoever is logged in, or None; looked up once in a request, in the page's own session where
        it has begun one."""
        if not hasattr(request.state, "guest"):
            secret = request.cookies.get(self.cookie(), "")
            with nullcontext(session) if session else self.reading() as session:
                request.state.guest = self._look_up(session, secret) if secret else None
        found: Visitor | None = request.state.guest
        return found

    def _look_up(self, session: Session, secret: str) -> Visitor | None:
        now = self.now()
        found = visitor(session, secret=secret, now=now, rules=self.session_rules)
        if found is None:
            return None
        waits = waiting_count(session, actor=found.person, now=now, organisation=found.organisation)
        return replace(found, to_approve=waits)

    def note_use(self, guest: Visitor) -> None:
        """The login was used; kept now and then."""
        if guest.stale(self.now()):
            try:
                with self.engine.database.upkeep() as session:
                    note_use(session, visitor=guest, now=self.now())
            except DatabaseNotReady as error:  # full or locked: what is there can still be read
                logger.warning("Inloggningens tid gick inte att skriva upp: %s", error)

    def site(self) -> Site:
        """Whose site it is; a nameless one where the database cannot say."""
        try:
            with self.engine.database.reading() as session:
                organisation = current_organisation(session, actor=READER)
        except ICEngineError:
            return Site()
        return site_of(organisation, self.now())

    def page(
        self,
        template: str,
        site: Site,
        status: int = 200,
        me: Visitor | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """A template as a response, with the menu of whoever is logged in.

        `word` gives it the organisation's own word for one of the engine's, in all its forms. A
        macro has it only where it is imported `with context`.
        """
        ALL_READ.get()()
        menu = menu_of(me) if me else None
        here = values.pop("here", "")
        html = self.templates.get_template(template).render(
            site=site, word=site.words, menu=menu, here=here,
            to_approve=me.to_approve if me else 0, **values,
        )  # fmt: skip
        return HTMLResponse(html, status)

    def visitor_page(
        self, template: str, me: Visitor, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page for somebody who is logged in."""
        site = site_of(me.organisation, self.now())
        return self.page(template, site, status, me, **values)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads."""
        with self.engine.database.reading() as session:
            yield session

    @contextmanager
    def at_one_moment(self) -> Iterator[Session]:
        """A session that reads everything there is as it is now, however long that takes."""
        with self.engine.database.at_one_moment() as session:
            yield session

    @contextmanager
    def changing(self, actor: Actor, request: Request) -> Iterator[Session]:
        """A unit of work in the actor's name, from where the request came."""
        origin = client_of(request)
        with self.engine.database.unit_of_work(actor, self.now(), origin) as session:
            yield session

    @contextmanager
    def guarding(self, request: Request) -> Iterator[None]:
        """Secrets are looked up here: whoever comes with many that do not exist is slowed down."""
        try:
            yield
        except NotFound:
            self.rates.count(GUESSING, "nyckel", client_of(request))
            raise


def answers_wait(count: int) -> str:
    """ "Två svar väntar"; "Fler än 99 svar väntar" where no more were counted."""
    if count >= MOST_COUNTED:
        return f"Fler än {MOST_COUNTED - 1} svar väntar"
    return capital(many(count, "svar väntar", "svar väntar", "ett"))


@dataclass(frozen=True)
class Menu:
    """What stands at the top of the page of somebody who is logged in."""

    links: tuple[tuple[str, str], ...]
    """(address, word)."""
    name: str
    """The function they hold, or their address."""


def menu_of(me: Visitor) -> Menu:
    """The pages that somebody has; what they may not see is not there."""
    person = me.person
    links = [("/", "Start")]
    if somewhere(person, Permit.CONTROL):
        links.append(("/att-gora", "Att göra"))
    if me.to_approve or somewhere(person, Permit.CONTROL):
        said = f"{MOST_COUNTED - 1}+" if me.to_approve >= MOST_COUNTED else me.to_approve
        waits = f" ({said})" if me.to_approve else ""
        links.append(("/godkann", f"Att godkänna{waits}"))
    if somewhere(person, Permit.FOLLOW):
        links.append(("/planer", "Planer"))
    if somewhere(person, Permit.READ):
        links.append(("/riskregister", "Risker"))
        links.append(("/atgarder", capital(me.organisation.vocabulary("åtgärd").several)))
    elif person.functions:
        mine = me.organisation.vocabulary("åtgärd").several
        links.append(("/mina/atgarder", f"Mina {mine}"))
    if any(
        has_whole(me.organisation, unit) for held, unit in person.rights if held is Permit.FOLLOW
    ):
        links.append(("/samlad", "Samlat"))
    if any(somewhere(person, permit) for permit in SEEING):
        links.append(("/gemensamma", "Gemensamma kontroller"))
    if somewhere(person, Permit.KNOW):
        links.append(("/organisation", "Organisation"))
    if somewhere(person, Permit.ADMINISTER):
        links.append(("/personer", "Personer"))
    if somewhere(person, Permit.AUDIT) or somewhere(person, Permit.ADMINISTER):
        links.append(("/handelser", "Händelser"))
    return Menu(tuple(links), min(person.functions, default=person.email))


def client_of(request: Request) -> str:
    """The address that a request came from; "" where it cannot be told."""
    return request.client.host if request.client else ""


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


def browser_of(request: Request) -> Browser:
    """Where somebody comes from, in words that they recognise: "Firefox, Windows"."""
    agent = request.headers.get("user-agent", "")
    found = [
        next((word for sign, word in signs if sign in agent), "") for signs in (_BROWSERS, _SYSTEMS)
    ]
    return Browser(client_of(request), ", ".join(filter(None, found)) or "okänd webbläsare")


def local_target(text: str) -> str:
    """An address on this site to go to; "" for anything else."""
    plain = re.fullmatch(r"/(?![/\\])[!-~]{0,500}", text) and "\\" not in text
    return text if plain else ""


def row_number(text: str) -> int:
    """A part of an address that names a row by its number. Raises NotFound for what none can have."""
    number = figure(text)
    if number is None or not 0 < number < 2**31:
        raise NotFound
    return number


async def _web(request: Request) -> Web:
    web = request.app.state.web
    assert isinstance(web, Web)
    return web


WebDep = Annotated[Web, Depends(_web)]


def guest_of(request: Request, web: WebDep) -> Visitor | None:
    """Whoever is logged in, or None; notes that the login was used."""
    found = web.guest(request)
    if found is not None:
        web.note_use(found)
    return found


GuestDep = Annotated[Visitor | None, Depends(guest_of)]


def _me(request: Request, guest: GuestDep) -> Visitor:
    """Whoever is logged in. Raises LoginNeeded."""
    if guest is None:
        query = f"?{request.url.query}" if request.url.query else ""
        raise LoginNeeded(local_target(request.url.path + query))
    return guest


MeDep = Annotated[Visitor, Depends(_me)]


async def urlencoded_form(request: Request) -> Mapping[str, str]:
    """The fields of a form, the first value of each.

    Raises Refused for what no form of ours can have sent: nothing is then guessed about it.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused("Det som skickades är inget ifyllt formulär.", "Gå tillbaka och försök igen.")
    body = await request.body()
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=FORM_FIELDS,
        )
    except ValueError as error:
        raise Refused("Formuläret gick inte att läsa.", "Gå tillbaka och försök igen.") from error
    return dict(reversed(pairs))


FormDep = Annotated[Mapping[str, str], Depends(urlencoded_form)]
