"""What every page is handed: the engine, the clock, the templates, and whose site it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from icengine.bootstrap import Engine
from icengine.domain.access import System
from icengine.domain.calendar import local_date
from icengine.domain.people import Organisation
from icengine.domain.words import capital, many, number
from icengine.errors import ICEngineError, Refused
from icengine.services.people import current_organisation

READER = System("lokal läsare", read_only=True)
"""Who looks where nobody has logged in: reads, and changes nothing."""

FORM_FIELDS = 200
"""Fields in a form; the answer form with all its åtgärder has about seventy."""


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


@dataclass(frozen=True)
class Web:
    """What the handlers work with."""

    engine: Engine
    now: Callable[[], datetime]

    @cached_property
    def assets(self) -> Assets:
        return Assets(Path(__file__).parent / "static")

    @cached_property
    def templates(self) -> Environment:
        environment = Environment(
            loader=PackageLoader("icengine.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals |= {"asset": self.assets.address, "number": number, "many": many}
        environment.filters["capital"] = capital
        return environment

    def site(self) -> Site:
        """Whose site it is; a nameless one where the database cannot say."""
        try:
            with self.engine.database.reading() as session:
                organisation = current_organisation(session, actor=READER)
        except ICEngineError:
            return Site()
        return site_of(organisation, self.now())

    def page(self, template: str, site: Site, status: int = 200, **values: Any) -> HTMLResponse:
        """A template as a response."""
        html = self.templates.get_template(template).render(site=site, **values)
        return HTMLResponse(html, status)


async def _web(request: Request) -> Web:
    web = request.app.state.web
    assert isinstance(web, Web)
    return web


async def _form(request: Request) -> Mapping[str, str]:
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


WebDep = Annotated[Web, Depends(_web)]
FormDep = Annotated[Mapping[str, str], Depends(_form)]
