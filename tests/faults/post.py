"""A real mail server on this machine, which can be away, and can kill whoever hands it a mail."""

from __future__ import annotations

import os
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from programs import Command, Place


class Post:
    """What has come, and who is killed when."""

    def __init__(self) -> None:
        self.came: list[EmailMessage] = []
        self.victim: Command | None = None
        self.kill_at = 0
        """The number of the mail at which the victim dies: it is taken, and not answered."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        """Keep it."""
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.came.append(message)
        if self.victim is not None and len(self.came) == self.kill_at:
            os.kill(self.victim.pid, signal.SIGKILL)
        return "250 OK"

    def names(self) -> Counter[str]:
        """How often each mail has come, by its Message-ID."""
        return Counter(str(mail["Message-ID"]) for mail in self.came)

    def receivers(self) -> Counter[str]:
        """How many mails everybody has got."""
        return Counter(str(mail["To"]) for mail in self.came)

    def used_by(self, place: Place) -> None:
        """Let the program send by it."""
        del place.environment["ICENGINE_MAIL_FOLDER"]
        place.environment |= {
            "ICENGINE_SMTP_HOST": "127.0.0.1",
            "ICENGINE_SMTP_PORT": str(self.port),
            "ICENGINE_SMTP_SECURITY": "none",
            "ICENGINE_MAIL_FROM": "ik@kommun.example",
        }

    @contextmanager
    def open(self) -> Iterator[None]:
        """It takes mails meanwhile."""
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        yield
        controller.stop()
