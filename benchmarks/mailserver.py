"""A mail server that takes everything, in a process of its own: prints its port, and serves until it is
stopped."""

# ruff: noqa: N802, ARG002 - aiosmtpd names its handlers' methods, and hands them more than they use

from __future__ import annotations

import signal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Takes:
    """Every mail is taken, and nothing is done with it."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Taken."""
        return "250 OK"


class AnyPort(Controller):
    """On a free port, which it prints."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


if __name__ == "__main__":
    controller = AnyPort(Takes(), hostname="127.0.0.1", port=0)
    controller.start()
    print(controller.port, flush=True)
    signal.pause()
