"""Mailers: what an Email is, and how a batch of them leaves, by SMTP or as files in a folder.

A mailer answers for each mail what became of it and raises nothing for a fault in delivery: what to
do about a refusal is decided by whoever keeps the outbox. Delivery is at least once: a server may
take a mail and be cut off before it says so. The Message-ID is the same every time, so that the
reader's mail program can tell.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import quopri
import re
import tempfile
import unicodedata
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.utils import format_datetime
from pathlib import Path
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPTimeoutError,
)

from icengine.domain.text import one_line
from icengine.errors import because
from icengine.mail.headers import (
    FOLDED,
    Unsendable,
    folded_references,
    folded_sender,
    folded_text,
    mailbox,
    name_and_address,
    reference,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class Email:
    """A mail ready to leave: one receiver, the same words as text and as HTML."""

    to: str
    """Bare address."""
    subject: str
    text: str
    html: str
    """A whole document."""
    message_id: str
    """With angle brackets; the same however often the mail is made."""
    references: tuple[str, ...]
    """Message-IDs that hold a thread together."""
    reply_to: str
    """Bare address; "" where there is nobody to answer to."""
    sender: str
    """Address, with a display name or without."""
    calendar: bytes = b""
    """Its dates as an iCalendar file; b"" where it has none."""

    def as_message(self, date: datetime) -> Message:
        """The mail as it leaves at `date`, which must have a time zone.

        No value can add a header: texts become one line, and an address or Message-ID that is not
        plainly one raises Unsendable.
        """
        message = Message(FOLDED)
        message["From"] = folded_sender(self.sender)
        message["To"] = mailbox(self.to)
        if self.reply_to:
            message["Reply-To"] = mailbox(self.reply_to)
        message["Subject"] = folded_text("Subject", self.subject)
        message["Date"] = format_datetime(date.astimezone(STOCKHOLM))
        message["Message-ID"] = reference(self.message_id)
        if self.references:
            message["References"] = folded_references(self.references)
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message["Content-Language"] = "sv"
        message["MIME-Version"] = "1.0"
        words: list[Message | str] = [_text("plain", self.text), _text("html", self.html)]
        boundary = "=_" + _digest(self.message_id, 24)
        if not self.calendar:
            return _several(message, "alternative", boundary, words)
        inner = "=_" + _digest(f"{self.message_id} delar", 24)
        whole = _several(Message(FOLDED), "alternative", inner, words)
        return _several(message, "mixed", boundary, [whole, _dates(self.calendar)])


def _text(kind: str, text: str) -> Message:
    part = Message(FOLDED)
    part["Content-Type"] = f'text/{kind}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(quopri.encodestring(text.encode()).decode("ascii"))
    return part


def _dates(calendar: bytes) -> Message:
    part = Message(FOLDED)
    part["Content-Type"] = 'text/calendar; method="PUBLISH"; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-Disposition"] = 'attachment; filename="datum.ics"'
    part.set_payload(base64.encodebytes(calendar).decode("ascii"))
    return part


def _several(into: Message, kind: str, boundary: str, parts: list[Message | str]) -> Message:
    into["Content-Type"] = f'multipart/{kind}; boundary="{boundary}"'
    into.set_payload(parts)
    return into


@dataclass(frozen=True)
class Delivered:
    """The next server has taken the mail, or the file is written."""


@dataclass(frozen=True)
class Refused:
    """The mail did not leave."""

    permanent: bool
    """Trying again is no use: the receiver does not exist."""
    reason: str
    """What the controller needs to know, with the server's own words."""
    uncertain: bool = False
    """The connection was lost before the server answered: it may have taken the mail."""


Outcome = Delivered | Refused


class Mailer(Protocol):
    """Something mails leave by."""

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        """What became of each mail, in their order. Raises nothing for a fault in delivery."""
        ...


@dataclass(frozen=True)
class SmtpSettings:
    """Where the mail server is and how it is spoken to."""

    host: str
    port: int
    username: str = ""
    """"" where the server asks for no login."""
    password: str = field(default="", repr=False)
    security: Literal["none", "starttls", "tls"] = "starttls"
    timeout: float = 30.0
    """Seconds to wait for each of the server's answers."""


def _unsendable(email: Email, fault: Unsendable) -> Refused:
    """For good where the receiver's address is wrong; a wrong sender is mended in the settings."""
    try:
        mailbox(email.to)
    except Unsendable as own:
        return Refused(permanent=True, reason=str(own))
    return Refused(permanent=False, reason=str(fault))


CONNECTIONS, ON_EACH = 3, 10
"""At most so many connections at once, each for so many mails at least: while one waits for an answer the
others are written to. Exchange Online takes three from one client."""


class SmtpMailer:
    """Sends by SMTP, a batch on one connection, a large one on a few where the server takes them."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        """What became of each mail, in their order; see `_Session` for lost connections."""
        done: dict[int, Outcome] = {}
        waiting = deque(enumerate(emails))
        first, *more = (
            _Session(self._settings)
            for _ in range(max(1, min(CONNECTIONS, len(emails) // ON_EACH)))
        )
        try:
            if (
                waiting
            ):  # alone, as a server that takes one connection at a time is to take this one
                await _take_from(waiting, first, done, now, most=1)
            there = [first, *[other for other in more if await other.opens()]]
            await asyncio.gather(*(_take_from(waiting, one, done, now) for one in there))
            while waiting:  # whoever had it has given up: this one says why
                await _take_from(waiting, first, done, now, most=1)
        finally:
            for session in (first, *more):
                await session.leave()
        return [done[n] for n in range(len(emails))]


async def _take_from(
    waiting: deque[tuple[int, Email]],
    session: _Session,
    done: dict[int, Outcome],
    now: datetime,
    most: int | None = None,
) -> None:
    """Deliver what waits, on this connection, until it gives up; at most so many."""
    while waiting and most != 0 and (most or not session.gave_up):
        n, email = waiting.popleft()
        done[n] = await session.deliver(email, now)
        most = most and most - 1


_CLOSING = 421
# The server's word on our login or order of commands, not on the mail: mended in the settings.
_OUR_FAULT = frozenset({503, 530, 534, 535, 538})
_MOST_LOST = 3


class _Session:
    """A batch's talk with the server.

    A mail whose connection is lost is tried once more on a new one. After three connections lost
    in a row, or one that cannot be made, the rest of the batch is left for later.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._client: SMTP | None = None
        self._lost = 0
        """Connections lost since the server last answered about a mail."""
        self._reason = ""
        self._uncertain = False
        """Was one lost while this mail was being handed over?"""

    @property
    def gave_up(self) -> bool:
        """Is everything left for later?"""
        return self._lost >= _MOST_LOST

    async def opens(self) -> bool:
        """Does the server take a connection more?"""
        try:
            client = await self._connected()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except (SMTPException, OSError, ValueError):
            return False  # those that it has taken go on
        return True

    async def deliver(self, email: Email, now: datetime) -> Outcome:
        """What became of the mail."""
        try:
            message = email.as_message(now)
        except Unsendable as fault:
            return _unsendable(email, fault)
        self._uncertain = False
        for _ in range(2):
            if self._lost < _MOST_LOST and (outcome := await self._attempt(message)):
                return outcome
        return Refused(permanent=False, reason=self._reason, uncertain=self._uncertain)

    async def _attempt(self, message: Message) -> Outcome | None:
        """What the server says; None where the connection was lost before it said anything."""
        try:
            client = await self._connected()
        except (SMTPException, OSError, ValueError) as fault:
            self._lost, self._reason = _MOST_LOST, self._words(fault)
            return None
        try:
            await client.sendmail(
                mailbox(name_and_address(message["From"])[1]), message["To"], message.as_bytes()
            )
        except SMTPTimeoutError as fault:
            # It may have been taken: left for later rather than sent twice in a minute.
            self._lose(fault)
            return Refused(permanent=False, reason=self._reason, uncertain=True)
        except (SMTPResponseException, SMTPRecipientsRefused) as fault:
            answer = fault.recipients[0] if isinstance(fault, SMTPRecipientsRefused) else fault
            if answer.code == _CLOSING:
                self._lose(answer)
                return None
            self._lost = 0
            return Refused(permanent=_is_permanent(answer), reason=self._words(answer))
        except (SMTPException, OSError) as fault:
            self._lose(fault)
            self._uncertain = True
            return None
        self._lost = 0
        return Delivered()

    async def _connected(self) -> SMTP:
        if self._client is None or not self._client.is_connected:
            settings = self._settings
            self._client = SMTP(
                hostname=settings.host,
                port=settings.port,
                username=settings.username or None,
                password=settings.password or None,
                use_tls=settings.security == "tls",
                start_tls=settings.security == "starttls",
                timeout=settings.timeout,
            )
            await self._client.connect()
        return self._client

    def _lose(self, fault: Exception) -> None:
        self._lost += 1
        self._reason = self._words(fault)
        if self._client is not None:
            self._client.close()

    def _words(self, fault: Exception) -> str:
        """A Swedish sentence with the server's or the system's own words in it."""
        if isinstance(fault, SMTPResponseException):
            return f"Mejlservern svarade: {fault.code} {one_line(fault.message)}"[:500]
        server = f"{self._settings.host}:{self._settings.port}"
        return f"Mejlservern {server} gick inte att nå: {one_line(str(fault))}"[:500]

    async def leave(self) -> None:
        """Says goodbye; a server that does not answer it is left all the same."""
        if self._client is None:
            return
        with suppress(SMTPException, OSError):
            await self._client.quit(timeout=min(self._settings.timeout, 5.0))
        self._client.close()


def _is_permanent(answer: SMTPResponseException) -> bool:
    """Does the answer mean that this mail can never be delivered?

    A refused sender is wrong in the settings and would hit every mail: none may be lost by it.
    """
    ours = isinstance(answer, SMTPSenderRefused) or answer.code in _OUR_FAULT
    return answer.code >= 500 and not ours


class FolderMailer:
    """Writes each mail as a file that mail programs open: "2022-02-01 ekonomi@… att-gora-….eml".

    The name ends in a digest of the Message-ID. A mail written again, on another day too, replaces
    its file. The files hold live links and are readable by their owner only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        """What became of each mail, in their order; the folder is made if needed."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            there = {_name_digest(path): path for path in self._folder.glob("*.eml")}
        except OSError as fault:
            return [self._refused(fault)] * len(emails)
        return [self._write(email, now, there) for email in emails]

    def _write(self, email: Email, now: datetime, there: dict[str, Path]) -> Outcome:
        path = self._folder / _file_name(email, now)
        try:
            content = email.as_message(now).as_bytes()
            _replace(path, content)
            old = there.get(_name_digest(path), path)
            if old != path:
                old.unlink(missing_ok=True)
        except Unsendable as fault:
            return _unsendable(email, fault)
        except OSError as fault:
            return self._refused(fault)
        there[_name_digest(path)] = path
        return Delivered()

    def _refused(self, fault: OSError) -> Refused:
        words = f"Mejlet gick inte att skriva i {self._folder}{because(fault)}"
        return Refused(permanent=False, reason=words)


def _replace(path: Path, content: bytes) -> None:
    """Writes the whole file or nothing. Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _file_name(email: Email, now: datetime) -> str:
    day = now.astimezone(STOCKHOLM).date().isoformat()
    receiver = _safe(email.to, "@._+")[:64] or "utan-adress"
    return f"{day} {receiver} {_safe(email.subject)[:70]} {_digest(email.message_id, 12)}.eml"


def _name_digest(path: Path) -> str:
    return path.stem.rpartition(" ")[2]


def _safe(text: str, kept: str = "") -> str:
    """Small ASCII letters, figures, the signs `kept`, and one hyphen for all that lay between."""
    letters = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(rf"[^a-z0-9{re.escape(kept)}]+", "-", letters).strip("-.")


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]
