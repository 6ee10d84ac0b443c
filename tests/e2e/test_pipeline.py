"""From a plan file to the slutrapport, through the entrances: SMTP, the browser's forms, the report.

The clock is simulated; the mail server, the database and the pages are real.
"""

from __future__ import annotations

import html
import re
import shutil
import socket
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from letters import titles_in
from municipality import PLANS, at

from icengine.__main__ import main
from icengine.bootstrap import Engine
from icengine.cli.answers import Script, read_script
from icengine.config import Settings
from icengine.domain.access import System
from icengine.domain.calendar import end_of_day
from icengine.domain.task import Answer, State
from icengine.intake.yamlfile import read_yaml
from icengine.jobs import run_due
from icengine.mail.mailer import SmtpMailer, SmtpSettings
from icengine.render import FORMATS
from icengine.services.reports import report_for
from icengine.services.tasks import task_list
from icengine.store.chain import verify
from icengine.store.db import Database
from icengine.web.app import create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HOME = "https://ik.kommun.example"


@dataclass
class Postbox:
    """A mail server that keeps what it gets, and can be down."""

    mails: list[EmailMessage] = field(default_factory=list)
    down: bool = False

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep a mail, or say that it has to come back later."""
        if self.down:
            return "451 kom tillbaka senare"
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    """A running mail server on this machine, and its port."""
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def link_in(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    (link,) = re.findall(r"https://\S+/svar/\S+", body.get_content())
    return urlsplit(link).path


def told_in(message: EmailMessage) -> list[str]:
    """The titles of what a mail tells of."""
    body = message.get_body(("html",))
    assert body is not None
    return titles_in(str(message["Subject"]), body.get_content())


def filled(answer: Answer, version: str) -> dict[str, str]:
    """The answer page's fields, as a browser sends them."""
    fields = {
        "version": version,
        "bedomning": answer.rating,
        "resultat": answer.result,
        "kommentar": answer.comment,
        "antal": answer.part,
        "totalt": answer.whole,
    }
    for n, action in enumerate(answer.actions, 1):
        fields |= {
            f"atgard-{n}": action.text,
            f"vem-{n}": action.responsible,
            f"klar-{n}": action.due,
        }
    return fields


@dataclass
class Town:
    """The municipality as it lives through a year."""

    database: Database
    engine: Engine
    box: Postbox
    browser: TestClient
    now: datetime

    def answer(self, message: EmailMessage, title: str, answer: Answer) -> str:
        """Follow the mail's link, hand in the answer to that control, and read the receipt."""
        path = link_in(message)
        page = self.browser.get(path)
        assert page.status_code == 200, page.text[:500]
        listed = re.search(rf'href="([^"]+)">{re.escape(html.escape(title))}<', page.text)
        if listed:
            path = self.browser.get(path + listed[1]).headers["location"]
            page = self.browser.get(path)
        found = re.search(r'name="version" value="(\d+)"', page.text)
        assert found is not None
        done = self.browser.post(path, data=filled(answer, found.group(1)))
        assert done.status_code == 303, done.text[:2000]
        return self.browser.get(done.headers["location"]).text


@pytest.fixture
def town(adopted: Database, postbox: tuple[Postbox, int]) -> Town:
    """Everything in place in December 2021."""
    settings = Settings(base_url=HOME, mail_from="ik@kommun.example")
    smtp = SmtpSettings(host="127.0.0.1", port=postbox[1], security="none")
    engine = Engine(settings, adopted, SmtpMailer(smtp))
    town = Town(adopted, engine, postbox[0], None, at("2021-12-16"))  # type: ignore[arg-type]
    app = create_app(engine, now=lambda: town.now)
    town.browser = TestClient(app, base_url=HOME, follow_redirects=False)
    return town


def script() -> Script:
    node, _ = read_yaml(PLANS / "svar-2022.yaml")
    assert node is not None
    found, problems = read_script(node)
    assert found is not None, problems
    return found


def test_a_year_from_plan_to_slutrapport(town: Town) -> None:
    year, waiting, day = script(), {}, date(2021, 12, 16)
    titles = {t.task.slot + t.task.control: t.title for t in tasks(town)}
    answered = 0
    while day <= year.report_day:
        town.now = at(str(day), "07:00")
        town.box.down = day.day % 5 == 0  # a mail server that is down every fifth day
        run_due(town.engine, town.now)
        for message in town.box.mails:
            if "/svar/" in str(message.get_body(("plain",))):
                waiting |= dict.fromkeys(told_in(message), message)
        town.box.mails.clear()
        town.now = at(str(day), "10:00")
        for when, control, slot, answer in year.answers:
            if when == day:
                receipt = town.answer(
                    waiting[titles[slot + control]], titles[slot + control], answer
                )
                assert "Svaret är inlämnat" in html.unescape(receipt)
                answered += 1
        day += timedelta(days=1)
    assert answered == 14
    assert {item.task.state for item in tasks(town)} == {State.APPROVED}
    with town.database.at_one_moment() as session:
        report = report_for(
            session, actor=System("test"), key="ks-2022", as_of=end_of_day(year.report_day),
            cover=year.cover,
        )  # fmt: skip
        assert verify(session).faults == ()
    page = FORMATS["html"](report).decode().replace("\u00a0", " ")
    assert "Sex risker och kontrollmoment går till urvalet" in page
    assert FORMATS["pdf"](report).startswith(b"%PDF-")


def test_a_silent_month_and_a_dead_mail_server_lose_nothing(town: Town) -> None:
    town.box.down = True
    town.now = at("2022-02-20")
    run_due(town.engine, town.now)
    assert town.box.mails == []
    town.box.down = False
    town.now = at("2022-03-25")
    run_due(town.engine, town.now)
    owner, *told = sorted(town.box.mails, key=lambda m: "informationssakerhet" not in m["To"])
    assert {m["To"] for m in told} == {"kommundirektor@kommun.example", "controller@kommun.example"}
    assert str(owner["Subject"]) == "Två kontroller väntar på dig, två försenade"
    title = next(title for title in told_in(owner) if "Grundutbildning" in title)
    receipt = town.answer(
        owner,
        title,
        next(answer for _, control, _, answer in script().answers if control == "K3"),
    )
    assert "Svaret är inlämnat" in html.unescape(receipt)


def tasks(town: Town) -> list:  # type: ignore[type-arg]
    with town.database.reading() as session:
        return task_list(session, actor=System("test"))


def test_the_demo_sends_its_mails_where_it_is_told_to(
    postbox: tuple[Postbox, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ICENGINE_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("ICENGINE_SMTP_PORT", str(postbox[1]))
    monkeypatch.setenv("ICENGINE_SMTP_SECURITY", "none")
    monkeypatch.setattr(sys, "argv", ["icengine", "demo", "--smtp"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 0
    assert len(postbox[0].mails) == len(list((tmp_path / "demo" / "mail").glob("*.eml"))) == 49


def test_a_demo_that_cannot_send_leaves_the_earlier_one_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demo_once: tuple[Path, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(demo_once[0], tmp_path / "demo")
    monkeypatch.setattr(sys, "argv", ["icengine", "demo", "--smtp"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert (tmp_path / "demo" / "slutrapport-ks-2022.pdf").exists()
