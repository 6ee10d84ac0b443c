"""The program in processes of its own, on a database with the example adopted."""

from __future__ import annotations

import os
import re
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


class Place:
    """A database, a folder, and processes of the program there."""

    def __init__(self, url: str, folder: Path) -> None:
        self.database = Database(url)
        self.folder = folder
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ICENGINE_")}
        self.environment |= {
            "ICENGINE_DATABASE_URL": url,
            "ICENGINE_MAIL_FOLDER": str(folder / "mail"),
            "PYTHONUNBUFFERED": "1",
        }
        self.running: list[subprocess.Popen[str]] = []

    def start(self, *words: str, program: str = "icengine") -> subprocess.Popen[str]:
        """A command that goes on."""
        process = subprocess.Popen(
            [sys.executable, "-m", program, *words], cwd=self.folder, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.running.append(process)
        return process

    def run(self, *words: str, program: str = "icengine") -> tuple[int, str]:
        """A command until it ends: its code, and all that it said."""
        process = self.start(*words, program=program)
        said, _ = process.communicate(timeout=120)
        return process.returncode, said

    def serve(self) -> str:
        """Start the web; its address, when it answers."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        self.environment |= {"ICENGINE_PORT": str(port), "ICENGINE_BASE_URL": address}
        process = self.start("serve")
        until(lambda: answers(address) or process.poll() is not None)
        assert process.poll() is None, process.communicate()[0]
        return address

    def stop(self) -> None:
        """End every process."""
        for process in self.running:
            process.kill()
            process.communicate()
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
        with self.database.reading() as session:
            return tuple(verify_log(session, actor=ACTOR).faults)


def answers(address: str) -> bool:
    """Is there somebody there?"""
    try:
        return httpx2.get(f"{address}/healthz", trust_env=False).status_code == 200
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


def said_by(process: subprocess.Popen[str], words: str) -> None:
    """Read until it says so."""
    assert process.stdout is not None
    heard = []
    for line in process.stdout:
        heard.append(line)
        if words in line:
            return
    raise AssertionError("".join(heard))
