"""Ten thousand mails to a local server, written and recorded fifty at a time, against a bare loop that
sends the same mails on one connection."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

from aiosmtplib import SMTP
from frame import Row, seconds
from grounds import OPERATOR, Kind, adopt, example, grown, kinds, settle
from municipality import at

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.calendar import add_working_days
from icengine.domain.people import Holding, Organisation
from icengine.domain.plan import Plan
from icengine.jobs.work import deliver
from icengine.mail.mailer import Email, Outcome, SmtpMailer, SmtpSettings
from icengine.services.mailing import BATCH
from icengine.services.scheduling import tick

MAILS, EACH = 10_000, 10
"""Mails, and how many people hold a function."""
ROUNDS = 5
"""What is measured: a fifth of the mails at a time, in turn with the baseline."""


@contextmanager
def mail_server() -> Iterator[int]:
    """Its port."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "mailserver.py")],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    yield int(process.stdout.readline())
    process.terminate()
    process.wait()


class Noting:
    """The engine's mailer, which also keeps what it has sent."""

    def __init__(self, port: int) -> None:
        self.mailer = SmtpMailer(SmtpSettings("127.0.0.1", port, security="none"))
        self.sent: list[Email] = []

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        """As the engine's own."""
        assert len(emails) <= BATCH
        self.sent += emails
        return await self.mailer.send_all(emails, now)


def staffed(organisation: Organisation, plan: Plan) -> tuple[Organisation, Plan]:
    """Functions enough, held by ten people each; each answers a control of its own every month."""
    one = organisation.functions[0]
    functions = tuple(
        replace(
            one, name=f"Funktion {n}",
            holders=tuple(Holding(f"person{n}.{m}@kommun.example") for m in range(EACH)),
        )
        for n in range(MAILS // ROUNDS // EACH)
    )  # fmt: skip
    whole = grown(plan, len(functions))
    controls = tuple(
        replace(control, owner=function.name, performer="", process_owner="", approver="")
        for control, function in zip(whole.risks[0].controls, functions, strict=True)
    )
    return (
        replace(organisation, functions=(*organisation.functions, *functions)),
        replace(whole, risks=(replace(whole.risks[0], controls=controls),)),
    )


async def bare(port: int, messages: Sequence[EmailMessage]) -> None:
    """The same mails, one after another on one connection."""
    async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        for message in messages:
            await client.send_message(message)


def delivering() -> Iterator[Row]:
    """Of a month's mails at a time, one month after another."""
    organisation, plan = staffed(*example())
    with kinds() as both, mail_server() as port:
        for kind, asked in zip(both, (0.8, 0.6), strict=True):
            yield _delivered(kind, asked, port, organisation, plan)


def _delivered(kind: Kind, asked: float, port: int, organisation: Organisation, plan: Plan) -> Row:
    database = kind.empty()
    settle(database, organisation)
    adopt(database, plan)
    noting, own, base = Noting(port), [], []
    engine = Engine(Settings(), database, noting)
    for month in range(1, ROUNDS + 2):
        now = at(add_working_days(date(2022, month, 14), 1).isoformat(), "09:00")
        with database.unit_of_work(OPERATOR, now) as session:
            tick(session, actor=OPERATOR, now=now)
        noting.sent.clear()
        took = seconds(lambda now=now: asyncio.run(deliver(engine, noting, lambda: now)))
        assert len(noting.sent) == MAILS // ROUNDS, (now, len(noting.sent))
        messages = [email.as_message(now) for email in noting.sent]
        bare_took = seconds(lambda messages=messages: asyncio.run(bare(port, messages)))
        if month > 1:  # the first is for getting warm
            own.append(MAILS / ROUNDS / took)
            base.append(MAILS / ROUNDS / bare_took)
    kind.drop(database)
    mine, theirs = statistics.median(own), statistics.median(base)
    return Row(
        f"10 000 mejl, högst {BATCH} i taget / samma mejl en och en på en anslutning, {kind.name}",
        mine / theirs, "gånger", asked, f"{mine:.0f} mot {theirs:.0f} i sekunden", least=True,
    )  # fmt: skip


PARTS = (delivering,)
