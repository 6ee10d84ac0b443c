"""The whole engine against a real mail server that refuses, delays, hangs up in the middle, and takes."""

# ruff: noqa: ARG002 - aiosmtpd hands its handlers more than they use

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from municipality import at
from test_mailing import rows

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.jobs import run_due
from icengine.mail.mailer import SmtpMailer, SmtpSettings
from icengine.services.mailing import Delivery
from icengine.store.db import Database

INFO = "informationssakerhet@kommun.example"
DAY = "2023-01-31"
"""Everything has opened: five people have something to do, and the controller has a week."""
HANG_UP = "hang up"


def takes(_address: str) -> str:
    return "250 OK"


@dataclass
class Server:
    """What a mail server does with each mail, and what has come to it."""

    answer: Callable[[str], str] = takes
    """An answer to a mail to this address; HANG_UP takes it and says nothing."""
    port: int = 0
    came: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep what is taken."""
        said = self.answer(envelope.rcpt_tos[0])
        if said == HANG_UP or said.startswith("2"):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.came.append(message)
        if said == HANG_UP:
            server.transport.close()
        return said

    def to(self, address: str) -> list[EmailMessage]:
        """What has come to somebody."""
        return [mail for mail in self.came if mail["To"] == address]


class _AnyPort(Controller):
    """A controller that asks the system for a free port."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    controller = _AnyPort(found, hostname="127.0.0.1", port=0)
    controller.start()
    found.port = controller.port
    yield found
    controller.stop()


def run(database: Database, server: Server, now: datetime) -> Delivery:
    smtp = SmtpSettings("127.0.0.1", server.port, security="none", timeout=5.0)
    settings = Settings(mail_from="ik@kommun.example")
    return run_due(Engine(settings, database, SmtpMailer(smtp)), now).delivery


def only(address: str, said: str) -> Callable[[str], str]:
    """One address meets this, and everybody else is served."""
    return lambda to: said if to == address else "250 OK"


def test_a_server_that_takes_everything_gets_one_mail_for_each(
    adopted: Database, server: Server
) -> None:
    done = run(adopted, server, at(DAY))
    assert (done.postponed, done.refused) == (0, 0)
    receivers = [mail["To"] for mail in server.came]
    assert done.sent == len(receivers) == len(set(receivers))
    assert {row.state for row in rows(adopted)} <= {"sänd", "inställd"}
    assert run(adopted, server, at(DAY, "10:00")) == Delivery(0, 0, 0)


def test_a_refused_address_stops_nobody_else_and_is_not_asked_again(
    adopted: Database, server: Server
) -> None:
    server.answer = only(INFO, "550 5.1.1 Okänd mottagare")
    assert run(adopted, server, at(DAY)).refused == 1
    refused = [row for row in rows(adopted) if row.state == "avvisad"]
    assert {row.email for row in refused} == {INFO}
    assert all("550 5.1.1" in row.error and row.letter for row in refused)
    assert {row.state for row in rows(adopted) if row.email != INFO} <= {"sänd", "inställd"}
    server.answer = takes
    run(adopted, server, at(DAY, "17:00"))
    assert server.to(INFO) == []


def test_a_delayed_mail_comes_once_when_the_server_is_ready(
    adopted: Database, server: Server
) -> None:
    server.answer = only(INFO, "451 4.7.1 Greylistad, kom tillbaka")
    assert run(adopted, server, at(DAY)).postponed == 1
    assert run(adopted, server, at(DAY, "08:00")).postponed == 0
    assert run(adopted, server, at(DAY, "08:01")).postponed == 1
    server.answer = takes
    assert run(adopted, server, at(DAY, "08:06")).sent == 1
    (mail,) = server.to(INFO)
    assert "försenade" in mail["Subject"]
    assert {row.state for row in rows(adopted)} <= {"sänd", "inställd"}


def test_a_mail_that_was_taken_before_the_line_broke_comes_again_under_the_same_name(
    adopted: Database, server: Server
) -> None:
    server.answer = only(INFO, HANG_UP)
    run(adopted, server, at(DAY))
    doubtful = [row for row in rows(adopted) if row.email == INFO and row.state == "väntar"]
    assert len({row.letter for row in doubtful}) == 1
    server.answer = takes
    run(adopted, server, at(DAY, "08:01"))
    mails = server.to(INFO)
    assert len(mails) > 1
    assert len({mail["Message-ID"] for mail in mails}) == 1
    assert {row.state for row in rows(adopted)} <= {"sänd", "inställd"}


def test_a_line_that_breaks_for_one_does_not_lose_the_others(
    adopted: Database, server: Server
) -> None:
    server.answer = only(INFO, HANG_UP)
    run(adopted, server, at(DAY))
    run(adopted, server, at(DAY, "08:01"))
    others = {row.email for row in rows(adopted)} - {INFO}
    assert others
    for email in others:
        assert len(server.to(email)) == 1


def test_a_server_that_is_gone_loses_nothing(adopted: Database, server: Server) -> None:
    there, server.port = server.port, 1
    assert run(adopted, server, at(DAY)).sent == 0
    assert {row.state for row in rows(adopted)} <= {"väntar", "inställd"}
    server.port = there
    run(adopted, server, at(DAY, "08:01"))
    assert {row.state for row in rows(adopted)} <= {"sänd", "inställd"}
    receivers = [mail["To"] for mail in server.came]
    assert len(receivers) == len(set(receivers))


def test_what_arrives_says_who_sends_it_and_why_and_that_a_machine_did(
    adopted: Database, server: Server
) -> None:
    run(adopted, server, at(DAY))
    for mail in server.came:
        assert str(mail["From"]).startswith("Internkontroll Älvhamra kommun <")
        assert mail["Reply-To"] == "controller@kommun.example"
        assert mail["Auto-Submitted"] == "auto-generated"
        for kind in ("plain", "html"):
            body = mail.get_body((kind,))
            assert body is not None
            words = " ".join(body.get_content().split())
            assert "Du får mejlet som" in words
            assert "samordnas av Controllern" in words
