"""Delivery: by SMTP to a real server on this machine, and as files in a folder."""

# ruff: noqa: ARG001, ARG002 - aiosmtpd hands its handlers more than they use

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from hypothesis import given, settings
from hypothesis import strategies as st

from icengine.mail.headers import Unsendable, mailbox
from icengine.mail.mailer import (
    Delivered,
    Email,
    FolderMailer,
    Outcome,
    Refused,
    SmtpMailer,
    SmtpSettings,
)

NOW = datetime(2022, 2, 1, 7, 0, tzinfo=UTC)


def mail(n: int, **changes: object) -> Email:
    plain = Email(
        to=f"person{n}@kommun.example",
        subject=f"Att göra senast 28 februari: Kontroll {n}",
        text="Räkna hur många som är klassade.\n",
        html="<!doctype html><p>Räkna hur många som är klassade.</p>",
        message_id=f"<{n}@kommun.example>",
        references=("<uppgift@kommun.example>",),
        reply_to="controller@kommun.example",
        sender="Internkontroll Älvhamra kommun <ik@kommun.example>",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@dataclass
class Server:
    """What the receiving server does, and what it saw."""

    port: int = 0
    on_recipient: Callable[[str], str] = lambda _: "250 OK"
    on_data: Callable[[str], str] = lambda _: "250 OK"
    hang_up_after: int = 0
    """Mails a connection carries before it is cut; 0: any number."""
    most_connections: int = 1000
    """Later connections are cut at the first mail."""
    only_one: bool = False
    """Later connections are told that there are too many."""
    connections: int = 0
    taken: list[bytes] = field(default_factory=list)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = name
        session.carried = 0  # type: ignore[attr-defined]
        if self.only_one and self.connections > 1:
            return ["421 4.3.2 Concurrent connections limit exceeded"]
        return answers

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        full = self.hang_up_after and session.carried >= self.hang_up_after  # type: ignore[attr-defined]
        if full or self.connections > self.most_connections:
            server.transport.close()
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.on_recipient(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.on_data(envelope.rcpt_tos[0])
        if answer == "tyst":
            await asyncio.sleep(3)
        if answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.taken.append(envelope.content)
            session.carried += 1  # type: ignore[attr-defined]
        return answer

    @property
    def receivers(self) -> list[str]:
        return [read(raw)["To"] for raw in self.taken]


class _AnyPort(Controller):
    """A controller that asks the system for a free port."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running(server: Server, **options: object) -> Iterator[Server]:
    controller = _AnyPort(server, hostname="127.0.0.1", port=0, **options)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


def send(port: int, emails: Sequence[Email], **changes: object) -> list[Outcome]:
    given: dict[str, object] = {"security": "none", "timeout": 5.0} | changes
    mailer = SmtpMailer(SmtpSettings("127.0.0.1", port, **given))  # type: ignore[arg-type]
    return asyncio.run(mailer.send_all(emails, NOW))


def test_a_batch_leaves_on_one_connection_in_order() -> None:
    with running(Server()) as server:
        outcomes = send(server.port, [mail(n) for n in range(19)])
    assert outcomes == [Delivered()] * 19
    assert server.connections == 1
    assert server.receivers == [f"person{n}@kommun.example" for n in range(19)]


def test_a_large_batch_leaves_on_three_connections_and_every_mail_once() -> None:
    def answer(address: str) -> str:
        return "550 5.1.1 No such person" if address.startswith("person7@") else "250 OK"

    with running(Server(on_recipient=answer)) as server:
        outcomes = send(server.port, [mail(n) for n in range(50)])
    assert [n for n, outcome in enumerate(outcomes) if outcome != Delivered()] == [7]
    assert server.connections == 3
    assert sorted(server.receivers) == sorted(
        f"person{n}@kommun.example" for n in range(50) if n != 7
    )


def test_a_server_that_takes_one_connection_gets_every_mail_by_it() -> None:
    with running(Server(only_one=True)) as server:
        outcomes = send(server.port, [mail(n) for n in range(50)])
    assert outcomes == [Delivered()] * 50
    assert server.receivers == [f"person{n}@kommun.example" for n in range(50)]


def test_an_empty_batch_makes_no_connection() -> None:
    assert send(1, []) == []


def test_what_arrives_says_who_asks_and_that_a_machine_sent_it() -> None:
    with running(Server()) as server:
        send(server.port, [mail(1)])
    message = read(server.taken[0])
    assert message["From"] == "Internkontroll Älvhamra kommun <ik@kommun.example>"
    assert message["Subject"] == "Att göra senast 28 februari: Kontroll 1"
    assert message["Reply-To"] == "controller@kommun.example"
    assert message["Message-ID"] == "<1@kommun.example>"
    assert message["References"] == "<uppgift@kommun.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Content-Language"] == "sv"
    assert message["Date"].datetime == NOW
    assert str(message["Date"]).endswith("+0100")
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    for part in message.iter_parts():
        assert part.get_content_charset() == "utf-8"
        assert "Räkna hur många" in part.get_content()


def test_a_receiver_who_does_not_exist_stops_nobody_else() -> None:
    def answer(address: str) -> str:
        return "550 5.1.1 User unknown" if address.startswith("person1@") else "250 OK"

    with running(Server(on_recipient=answer)) as server:
        first, second, third = send(server.port, [mail(0), mail(1), mail(2)])
    assert (first, third) == (Delivered(), Delivered())
    assert second == Refused(True, "Mejlservern svarade: 550 5.1.1 User unknown")
    assert server.connections == 1


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("451 4.7.1 Greylisted", False),
        ("452 4.2.2 Mailbox full", False),
        ("530 5.7.0 Authentication required", False),
        ("553 5.1.3 Bad address", True),
    ],
)
def test_a_refused_receiver_is_tried_again_only_where_it_may_help(
    answer: str, permanent: bool
) -> None:
    with running(Server(on_recipient=lambda _: answer)) as server:
        (outcome,) = send(server.port, [mail(0)])
    assert outcome == Refused(permanent, f"Mejlservern svarade: {answer}")


def test_content_refused_for_good_is_not_sent_again() -> None:
    with running(Server(on_data=lambda _: "554 5.6.0 Rejected")) as server:
        outcomes = send(server.port, [mail(0)])
    assert outcomes == [Refused(True, "Mejlservern svarade: 554 5.6.0 Rejected")]


def test_a_server_that_is_down_refuses_for_now() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: nobody else can answer there
        outcomes = send(taken.getsockname()[1], [mail(0), mail(1)])
    for outcome in outcomes:
        assert isinstance(outcome, Refused)
        assert not outcome.permanent
        assert outcome.reason.startswith("Mejlservern 127.0.0.1:")


def test_a_host_name_that_cannot_be_one_refuses_for_now() -> None:
    mailer = SmtpMailer(SmtpSettings("fel..namn", 25, security="none"))
    (outcome,) = asyncio.run(mailer.send_all([mail(0)], NOW))
    assert isinstance(outcome, Refused)
    assert not outcome.permanent


def test_a_server_that_hangs_up_now_and_then_still_gets_every_mail_once() -> None:
    with running(Server(hang_up_after=3)) as server:
        outcomes = send(server.port, [mail(n) for n in range(8)])
    assert outcomes == [Delivered()] * 8
    assert server.connections == 3
    assert server.receivers == [f"person{n}@kommun.example" for n in range(8)]


def test_a_server_that_closes_politely_is_called_again() -> None:
    closed: list[str] = []

    def answer(address: str) -> str:
        if address.startswith("person1@") and not closed:
            closed.append(address)
            return "421 4.4.5 Too many messages"
        return "250 OK"

    with running(Server(on_recipient=answer)) as server:
        outcomes = send(server.port, [mail(n) for n in range(3)])
    assert outcomes == [Delivered()] * 3
    assert server.connections == 2


def test_a_server_that_keeps_hanging_up_gets_the_rest_later() -> None:
    with running(Server(hang_up_after=2, most_connections=1)) as server:
        outcomes = send(server.port, [mail(n) for n in range(19)])
    assert outcomes[:2] == [Delivered()] * 2
    assert all(isinstance(rest, Refused) and not rest.permanent for rest in outcomes[2:])
    assert server.connections <= 4


def test_a_server_that_does_not_answer_in_time_is_not_sent_the_same_mail_at_once() -> None:
    asked: list[str] = []

    def answer(address: str) -> str:
        asked.append(address)
        return "tyst" if address.startswith("person0@") else "250 OK"

    with running(Server(on_data=answer)) as server:
        outcomes = send(server.port, [mail(0), mail(1)], timeout=0.6)
    assert isinstance(outcomes[0], Refused)
    assert not outcomes[0].permanent
    assert outcomes[1] == Delivered()
    assert asked == ["person0@kommun.example", "person1@kommun.example"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_login_is_made_with_the_settings() -> None:
    def check(
        server: SMTP, session: Session, envelope: Envelope, method: str, login: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=login == LoginPassword(b"ik", b"hemligt"), handled=False)

    options = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    with running(Server(), **options) as server:
        right = send(server.port, [mail(0)], username="ik", password="hemligt")
        wrong = send(server.port, [mail(1)], username="ik", password="fel")
        none = send(server.port, [mail(2)])
    assert right == [Delivered()]
    for (outcome,) in (wrong, none):
        assert isinstance(outcome, Refused)
        assert not outcome.permanent, "a wrong login is mended in the settings: no mail is lost"
    assert len(server.taken) == 1


def test_nothing_is_sent_in_the_clear_where_starttls_is_asked_for() -> None:
    with running(Server()) as server:
        (outcome,) = send(server.port, [mail(0)], security="starttls")
    assert isinstance(outcome, Refused)
    assert not outcome.permanent
    assert server.taken == []


def test_the_password_is_not_shown() -> None:
    assert "hemligt" not in repr(SmtpSettings("h", 25, "ik", "hemligt"))


BAD_ADDRESSES = [
    "",
    "ingen",
    "a@b@c.example",
    "a b@c.example",
    "a@c.example\r\nBcc: ond@x.example",
    "a@c.example\nRCPT TO:<ond@x.example>",
    "a@c.example, ond@x.example",
    "Namn <a@c.example>",
    '"a\nb"@c.example',
    "åke@c.example",
    "a..b@c.example",
    f"{'a' * 65}@c.example",
    "a@c.example\x00",
    "a@\u2028c.example",
    "=?utf-8?q?a=40b?=@c.example",
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_what_is_no_address_is_refused_for_good_and_never_reaches_a_server(address: str) -> None:
    with running(Server()) as server:
        outcomes = send(server.port, [mail(0, to=address), mail(1)])
    assert isinstance(outcomes[0], Refused)
    assert outcomes[0].permanent
    assert outcomes[0].reason.endswith("är ingen e-postadress som går att skicka till.")
    assert outcomes[1] == Delivered()
    assert server.receivers == ["person1@kommun.example"]


@settings(max_examples=200, deadline=None)
@given(address=st.from_regex(r"\A[!-~]{1,12}@[a-z.=?_-]{1,12}\Z") | st.text(max_size=30))
def test_whatever_stands_as_address_is_sent_to_as_it_stands_or_refused(address: str) -> None:
    try:
        message = mail(0, to=address).as_message(NOW)
    except Unsendable:
        return
    raw = message.as_bytes()
    assert f"To: {mailbox(address)}\r\n".encode() in raw
    assert mailbox(address).lower() == address.lower() or not address.isascii()


def test_a_wrong_sender_in_the_settings_loses_no_mail(tmp_path: Path) -> None:
    wrong = mail(0, sender="ingen adress")
    with running(Server()) as server:
        outcomes = send(server.port, [wrong]) + write(tmp_path, [wrong])
    for outcome in outcomes:
        assert isinstance(outcome, Refused)
        assert not outcome.permanent


@pytest.mark.parametrize(
    "changes",
    [
        {"reply_to": "a@c.example\r\nBcc: ond@x.example"},
        {"sender": "Namn <a@c.example\r\nBcc: ond@x.example>"},
        {"message_id": "<1@x>\r\nBcc: ond@x.example"},
        {"references": ("<1@x>", "<2@x>\nBcc: ond@x.example")},
    ],
)
def test_no_value_can_add_a_header(changes: dict[str, object]) -> None:
    with pytest.raises(Unsendable):
        mail(0, **changes).as_message(NOW)


@pytest.mark.parametrize(
    "name",
    ["", "Älvhamra kommun, internkontroll", 'Bolaget "Väst" AB', "Namn <x@y.example>", "Å" * 90],
)
def test_the_senders_name_is_read_back_as_it_was(name: str) -> None:
    sender = str(Address(name, addr_spec="ik@kommun.example"))
    raw = mail(0, sender=sender).as_message(NOW).as_bytes()
    (address,) = read(raw)["From"].addresses
    assert address.addr_spec == "ik@kommun.example"
    # Python's reader, unlike mail programs, puts a space between encoded words of a name.
    assert address.display_name.replace(" ", "") == name.replace(" ", "")


def test_a_name_or_subject_over_several_lines_becomes_one() -> None:
    email = mail(0, sender="Namn\r\nBcc: x <ik@kommun.example>", subject="En\r\nBcc: två\u2028tre")
    message = read(email.as_message(NOW).as_bytes())
    assert "Bcc" not in message
    assert message["Subject"] == "En Bcc: två tre"


def test_domains_with_swedish_letters_are_written_as_servers_read_them() -> None:
    assert mailbox("ik@malmö.example") == "ik@xn--malm-8qa.example"


def test_long_message_ids_stay_whole_in_a_thread() -> None:
    long = "<" + "a" * 32 + "@internkontroll.kommunledningskontoret.kommunalforbundet.example>"
    raw = mail(0, references=(long, long)).as_message(NOW).as_bytes()
    assert raw.count(long.encode()) == 2
    assert read(raw)["References"].split() == [long, long]


def write(folder: Path, emails: Sequence[Email], now: datetime = NOW) -> list[Outcome]:
    return asyncio.run(FolderMailer(folder).send_all(emails, now))


def test_each_mail_becomes_a_file_with_a_readable_name_that_sorts_by_day(tmp_path: Path) -> None:
    folder = tmp_path / "med mellanslag" / "mail"
    assert write(folder, [mail(1)], datetime(2022, 2, 28, 23, 30, tzinfo=UTC)) == [Delivered()]
    (path,) = folder.iterdir()
    assert path.name.startswith(
        "2022-03-01 person1@kommun.example att-gora-senast-28-februari-kontroll-1 "
    )
    assert path.suffix == ".eml"


def test_a_file_is_read_back_as_it_was_meant(tmp_path: Path) -> None:
    write(tmp_path, [mail(1)])
    (path,) = tmp_path.iterdir()
    raw = path.read_bytes()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    message = read(raw)
    assert message["Subject"] == "Att göra senast 28 februari: Kontroll 1"
    assert message["To"] == "person1@kommun.example"
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == mail(1).text.splitlines()
    assert "<p>Räkna hur många" in html.get_content()
    assert not message.defects


def test_the_same_mail_written_again_replaces_its_file_another_day_too(tmp_path: Path) -> None:
    write(tmp_path, [mail(1), mail(2)])
    write(tmp_path, [mail(1)])
    assert len(list(tmp_path.iterdir())) == 2
    later = datetime(2022, 2, 3, 7, 0, tzinfo=UTC)
    write(tmp_path, [mail(1, subject="Skulle ha lämnats in 28 februari: Kontroll 1")], later)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert [name[:10] for name in names] == ["2022-02-01", "2022-02-03"]


def test_two_mails_alike_but_for_their_id_are_two_files(tmp_path: Path) -> None:
    write(tmp_path, [mail(1), mail(1, message_id="<annan@kommun.example>")])
    assert len(list(tmp_path.iterdir())) == 2


def test_no_subject_or_address_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    subjects = ["../../ut", "/etc/x", "C:\\x", ".dold", "å" * 400, "a\x00b", "", "|;$(x) *?"]
    outcomes = write(folder, [mail(n, subject=s) for n, s in enumerate(subjects)])
    assert outcomes == [Delivered()] * len(subjects)
    assert list(tmp_path.iterdir()) == [folder]
    for path in folder.iterdir():
        assert len(path.name) < 200
        assert set(path.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789@._+- ")


def test_a_bad_address_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    bad, good = write(tmp_path, [mail(1, to="ingen"), mail(2)])
    assert isinstance(bad, Refused)
    assert bad.permanent
    assert good == Delivered()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_refuses_for_now(tmp_path: Path) -> None:
    in_the_way = tmp_path / "mail"
    in_the_way.write_text("en fil")
    outcomes = write(in_the_way, [mail(1), mail(2)])
    assert len(outcomes) == 2
    for outcome in outcomes:
        assert isinstance(outcome, Refused)
        assert not outcome.permanent
        assert str(in_the_way) in outcome.reason


def test_why_a_mail_cannot_be_written_is_said_in_swedish(tmp_path: Path) -> None:
    taken = tmp_path / "mail"
    taken.write_text("ingen mapp", encoding="utf-8")
    (outcome,) = write(taken / "x", [mail(1)])
    assert outcome == Refused(
        False, f"Mejlet gick inte att skriva i {taken / 'x'}: en del av sökvägen är en fil"
    )
