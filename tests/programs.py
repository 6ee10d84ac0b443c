"""The program in processes of its own, on a database with the example adopted."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import text

from icengine.domain.access import System
from icengine.services.audit import verify_log
from icengine.store.db import Database

ACTOR = System("test")
DAY = "2023-01-31T10:00"
"""Everything of the example has opened, and it is a working day in the middle of the day."""


PLAIN: dict[str, Any] = {"trust_env": False, "verify": False}
"""How this machine is asked: reading the world's certificates takes longer than the answer."""
TESTS = Path(__file__).parent


class Mortals:
    """The program that forks processes, to run commands or to be killed; see mortal.py."""

    def __init__(self) -> None:
        path = [str(TESTS.parent), str(TESTS), str(TESTS / "faults")]
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}; import mortal; mortal.main()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def order(self, **order: Any) -> dict[str, Any]:
        """Its answer to an order."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        assert said, "the program that forks is gone"
        answer: dict[str, Any] = json.loads(said)
        return answer

    def ask(self, deed: str, url: str, **more: Any) -> dict[str, Any]:
        """Have a deed done, and perhaps somebody killed at it."""
        answer = self.order(deed=deed, url=url, **more)
        assert not answer.get("fault"), answer["fault"]
        return answer

    def end(self) -> None:
        """No more deeds."""
        self.process.communicate("")


class Command:
    """A command of the program that runs in a process of its own."""

    def __init__(self, mortals: Mortals, out: Path, **order: Any) -> None:
        self._mortals, self._out = mortals, out
        self.pid: int = mortals.order(out=str(out), **order)["pid"]
        self.code: int | None = None

    @property
    def said(self) -> str:
        """All that it has said until now."""
        return self._out.read_text("utf-8") if self._out.exists() else ""

    def ended(self) -> bool:
        """Has it? Then its code is known: minus the signal where it was killed."""
        if self.code is None:
            self.code = self._mortals.order(poll=self.pid)["code"]
        return self.code is not None

    def signal(self, number: int) -> None:
        """Send it a signal, where it is still there."""
        if not self.ended():
            os.kill(self.pid, number)

    def end(self, number: int = 0) -> int:
        """Its code, when it has ended; with a number it is told to."""
        if number:
            self.signal(number)
        assert until(self.ended, 120), self.said
        assert self.code is not None
        return self.code

    def says(self, words: str) -> None:
        """Wait until it has said so."""
        until(lambda: words in self.said or self.ended())
        assert words in self.said, self.said


class Place:
    """A database, a folder, and processes of the program there."""

    def __init__(self, mortals: Mortals, url: str, folder: Path) -> None:
        self.mortals, self.folder = mortals, folder
        self.database = Database(url)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ICENGINE_")}
        self.environment |= {
            "ICENGINE_DATABASE_URL": url,
            "ICENGINE_MAIL_FOLDER": str(folder / "mail"),
        }
        self.running: list[Command] = []

    def start(self, *words: str, **more: str) -> Command:
        """A command that goes on; `more` stands in its environment."""
        out = self.folder / f"sagt-{len(self.running)}.txt"
        command = Command(
            self.mortals, out,
            command=words, cwd=str(self.folder), environment=self.environment | more,
        )  # fmt: skip
        self.running.append(command)
        return command

    def run(self, *words: str, **more: str) -> tuple[int, str]:
        """A command until it ends: its code, and all that it said."""
        command = self.start(*words, **more)
        return command.end(), command.said

    def serve(self, *words: str, **more: str) -> str:
        """Start the web; its address, when it answers."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        self.environment |= {"ICENGINE_PORT": str(port), "ICENGINE_BASE_URL": address}
        command = self.start("serve", *words, **more)
        until(lambda: answers(address) or command.ended())
        assert not command.ended(), command.said
        return address

    def stop(self) -> None:
        """End every process."""
        for command in self.running:
            command.end(signal.SIGKILL)
        self.database.close()

    def mails(self) -> list[EmailMessage]:
        """Every mail that was written."""
        files = sorted((self.folder / "mail").glob("*.eml"))
        read = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [mail for mail in read if isinstance(mail, EmailMessage)]

    def link(self, control: str) -> str:
        """Open what is due and mail it; the path of the answer page of a control."""
        code, said = self.run("tick", "--now", DAY)
        assert code == 0, said
        [[number, address]] = self.rows(
            "SELECT task.id, outbox.email FROM task JOIN outbox ON outbox.task = task.id "
            f"WHERE task.control = '{control}' ORDER BY task.slot, outbox.id LIMIT 1"
        )
        [mail] = [mail for mail in self.mails() if mail["To"] == address]
        body = mail.get_body(("plain",))
        assert body is not None
        found = re.search(r"(/svar/[^\s/?#]+)", body.get_content())
        assert found is not None
        return f"{found[1]}/uppgift/{number}"

    def rows(self, statement: str) -> list[Any]:
        """What a query gives."""
        with self.database.reading() as session:
            return [list(row) for row in session.connection().execute(text(statement))]

    def faults(self) -> tuple[Any, ...]:
        """What is wrong with the event log."""
        with self.database.at_one_moment() as session:
            return tuple(verify_log(session, actor=ACTOR).faults)


def answers(address: str) -> bool:
    """Is there somebody there?"""
    try:
        return httpx2.get(f"{address}/healthz", **PLAIN).status_code == 200
    except httpx2.TransportError:
        return False


def until(what: Callable[[], Any], seconds: float = 60) -> bool:
    """Has it come about within so many seconds?"""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return bool(what())
