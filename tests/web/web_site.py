"""A site under test: the example plan in a real database, a clock to turn, and a reader of forms."""

from __future__ import annotations

import atexit
import re
import warnings
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from html.parser import HTMLParser
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from municipality import at
from sqlalchemy import text

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.access import System
from icengine.domain.people import Organisation
from icengine.intake.clamd import Clamd
from icengine.jobs import make_reports
from icengine.mail.mailer import Delivered, Email
from icengine.services.login import console_link
from icengine.services.mailing import settle_mails, take_mails
from icengine.services.people import current_organisation, import_organisation
from icengine.services.scheduling import tick
from icengine.services.tasks import follow_link, task_list
from icengine.web.app import create_app

with warnings.catch_warnings():
    # Starlette asks for another HTTP client from its next version on.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HOME = "http://127.0.0.1:8000"
CONTROLLER = "controller@kommun.example"
"""Controller for kommunstyrelsen in the example organisation."""
ACTOR = System("test")


@cache
def loop() -> BlockingPortal:
    """Where every site answers: a thread and an event loop of its own for each request costs more than
    many a page."""
    running = ExitStack()
    atexit.register(running.close)
    return running.enter_context(start_blocking_portal())


class Browser(TestClient):
    """Somebody who asks for pages."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.portal = loop()


def routes(app: Any, method: str) -> list[str]:
    """The path of every page of an application that takes the method."""
    found, waiting = [], list(app.routes)
    while waiting:
        route: Any = waiting.pop()
        waiting += getattr(getattr(route, "original_router", None), "routes", [])
        if method in (getattr(route, "methods", None) or ()):
            found.append(route.path)
    return sorted(found)


def stands(path: str, status: int) -> bool:
    """Whether a page of this path did not fall. /readyz says 503 where no timetable runs."""
    return status < 500 or (path, status) == ("/readyz", 503)


class Form(HTMLParser):
    """What a browser without script sends of a page's form."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.buttons: list[tuple[str, str]] = []
        self._area = ""
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._inside = self._inside or tag == "form"
        name = found.get("name", "")
        if not self._inside:
            return
        if tag == "input" and (found.get("type") != "radio" or "checked" in found):
            self.fields[name] = found.get("value", "")
        elif tag == "textarea":
            self._area, self.fields[name] = name, ""
        elif tag == "button":
            self.buttons.append((name, found.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # A parser drops the line end that follows the opening tag.
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = ""
        self._inside = self._inside and tag != "form"


@dataclass
class Site:
    """The web application with a clock of its own."""

    database: Any
    now: datetime = field(default_factory=lambda: at("2022-02-10", "09:00"))
    settings: Settings = field(default_factory=Settings)

    makes_reports: bool = True
    """Are the files of reports made at once?"""
    mails: list[Email] = field(default_factory=list)
    """What the site has sent by itself."""

    def __post_init__(self) -> None:
        scanner = Clamd(self.settings.clamd) if self.settings.clamd else None
        engine = Engine(self.settings, self.database, None, scanner=scanner)
        self.app = create_app(
            engine,
            now=lambda: self.now,
            ring=self.deliver,
            make=lambda: self.makes_reports and make_reports(engine, lambda: self.now),
        )
        self.client = self.browser()

    def deliver(self) -> None:
        """Compose every mail whose time has come, as `mails`."""
        with self.database.unit_of_work(ACTOR, self.now) as session:
            taken = take_mails(
                session, actor=ACTOR, now=self.now, base_url=HOME, sender="ik@kommun.example"
            )
            settle_mails(
                session, actor=ACTOR, now=self.now, mails=taken, outcomes=[Delivered()] * len(taken)
            )
        self.mails += [mail.email for mail in taken]

    def log_in(self, email: str, **more: Any) -> Browser:
        """A browser that is logged in."""
        client = self.browser(**more)
        with self.database.unit_of_work(ACTOR, self.now) as session:
            link = console_link(session, email=email, base_url=self.settings.base_url, now=self.now)
        entered = client.post(link.removeprefix(self.settings.base_url))
        assert entered.status_code == 303, entered.text
        return client

    def organisation(self) -> Organisation:
        """As it is."""
        with self.database.reading() as session:
            return current_organisation(session, actor=ACTOR)

    def change_organisation(self, **changes: Any) -> None:
        """The organisation with something in it replaced."""
        with self.database.unit_of_work(ACTOR, self.now) as session:
            now = current_organisation(session, actor=ACTOR)
            import_organisation(
                session, actor=ACTOR, now=self.now, organisation=replace(now, **changes)
            )

    def browser(self, address: str = "", client: str = "127.0.0.1", **more: Any) -> Browser:
        """Somebody who asks for that address (the site's own), and who follows no redirects."""
        return Browser(
            self.app,
            base_url=address or self.settings.base_url,
            client=(client, 50000),
            follow_redirects=False,
            **more,
        )

    def set_clock(self, day: str, clock: str = "09:00") -> None:
        """The time it is, by Swedish wall clock."""
        self.now = at(day, clock)

    def mail_links(self) -> dict[str, str]:
        """Open what is due and deliver its mails: control -> path of the link in the mail."""
        with self.database.unit_of_work(ACTOR, self.now) as session:
            tick(session, actor=ACTOR, now=self.now)
        with self.database.unit_of_work(ACTOR, self.now) as session:
            mails = take_mails(
                session, actor=ACTOR, now=self.now, base_url=HOME, sender="ik@kommun.example"
            )
        # The mail about a protected control does not say which one it is; its link does.
        controls = {item.task.id: item.task.control for item in self.tasks()}
        found = {}
        for mail in mails:
            link = re.search(rf"{HOME}(/svar/\S+)", mail.email.text)
            if link is None:
                continue
            with self.database.reading() as session:
                holder = follow_link(session, secret=link[1].removeprefix("/svar/"))
            several = len(holder.actor.tasks) > 1
            for task in holder.actor.tasks:
                path = f"{link[1]}/uppgift/{task}" if several else link[1]
                found[controls[task]] = path
        return found

    @property
    def plan(self) -> Any:
        from icengine.services.plans import adopted_plan, plan_list

        with self.database.reading() as session:
            key = plan_list(session, actor=ACTOR)[0].key
            return adopted_plan(session, actor=ACTOR, key=key).plan

    def tasks(self) -> list[Any]:
        with self.database.reading() as session:
            return task_list(session, actor=ACTOR)

    def count(self, table: str) -> int:
        """Rows of a table."""
        with self.database.reading() as session:
            return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    def form(self, link: str) -> dict[str, str]:
        """The form of the answer page, as it stands."""
        response = self.client.get(link)
        assert response.status_code == 200, response.text
        return Form(response.text).fields

    def send(self, link: str, fields: dict[str, str], **button: str) -> Any:
        """Press a button of the form; none is "Lämna in"."""
        button = {name.replace("_", "-"): value for name, value in button.items()}
        return self.client.post(link, data={**fields, **button})

    def refused(self, link: str, fields: dict[str, str]) -> str:
        """The page that a hand-in with faults leads to."""
        response = self.send(link, fields)
        assert response.status_code == 303
        assert response.headers["location"] == f"{link}?fel=1"
        page = self.client.get(response.headers["location"])
        assert page.status_code == 200
        return str(page.text)

    def fill(self, link: str, **changes: str) -> dict[str, str]:
        """The form of the page with something typed into it."""
        typed = {name.replace("_", "-"): value for name, value in changes.items()}
        return {**self.form(link), **typed}


GREEN = {"bedomning": "gron", "resultat": "Allt fungerar som avsett."}
"""An answer to a control that is not measured, and that asks for nothing more."""

ACTION = {"atgard-1": "Hålla en genomgång", "vem-1": "HR-chefen", "klar-1": "2022-10-31"}

RED = {
    "antal": "2 676",
    "totalt": "8633",
    "bedomning": "rod",
    "resultat": "Långt till målet.\n\nAndelen är lägst i vården.",
    "kommentar": "Tre former finns.",
    **ACTION,
}
"""A red answer to K3, a measured control, as the form sends it."""
