"""Mails leave after the commit that owed them, and none is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from letters import titles
from municipality import at
from sqlalchemy import select

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.jobs import Ran, run_due
from icengine.mail.mailer import Delivered, Email, Outcome, Refused
from icengine.store.db import Database
from icengine.store.links import digest
from icengine.store.mail_tables import LinkRow, OutboxRow


@dataclass
class Postman:
    """A mailer that answers as it is told, and remembers what it was given."""

    answers: list[Outcome] = field(default_factory=list)
    seen: list[Email] = field(default_factory=list)
    dies: bool = False

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        """One answer per mail, from the list; Delivered when it is empty."""
        assert now.tzinfo is not None
        self.seen += emails
        if self.dies:
            raise KeyboardInterrupt
        return [self.answers.pop(0) if self.answers else Delivered() for _ in emails]


def go(database: Database, postman: Postman | None, now: datetime) -> Ran:
    return run_due(Engine(Settings(), database, postman), now)


def rows(database: Database) -> list[OutboxRow]:
    with database.reading() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))  # type: ignore[arg-type]


def test_each_mail_is_sent_once(adopted: Database) -> None:
    postman = Postman()
    assert go(adopted, postman, at("2022-02-01")).delivery.sent == 1
    assert go(adopted, postman, at("2022-02-01", "09:00")).delivery.sent == 0
    assert [len(titles(mail)) for mail in postman.seen] == [2]


def test_a_mail_holds_one_link_whose_secret_is_not_stored(adopted: Database) -> None:
    postman = Postman()
    go(adopted, postman, at("2022-02-01"))
    text = postman.seen[0].text
    assert text.count("/svar/") == 1
    secret = text.split("/svar/")[1].split()[0]
    with adopted.reading() as session:
        assert digest(secret) in set(session.scalars(select(LinkRow.digest)))  # type: ignore[call-overload]
    assert all(secret not in str(row.model_dump()) for row in rows(adopted))


def test_a_server_that_is_down_loses_nothing_and_pauses_grow(adopted: Database) -> None:
    down = Refused(permanent=False, reason="Servern svarar inte.")
    now = at("2022-02-01")
    pauses = []
    for _ in range(4):
        assert go(adopted, Postman([down, down]), now).delivery.postponed == 1
        next_at = rows(adopted)[0].next_at
        pauses.append(next_at - now)
        now = next_at
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1]
    postman = Postman()
    assert go(adopted, postman, now).delivery.sent == 1
    assert {row.state for row in rows(adopted)} == {"sänd"}


def test_a_mail_is_not_tried_again_before_its_pause_is_over(adopted: Database) -> None:
    down = Refused(permanent=False, reason="Servern svarar inte.")
    go(adopted, Postman([down, down]), at("2022-02-01"))
    postman = Postman()
    go(adopted, postman, at("2022-02-01") + timedelta(seconds=30))
    assert postman.seen == []


def test_a_refused_address_is_kept_with_the_servers_words(adopted: Database) -> None:
    postman = Postman([Refused(permanent=True, reason="550 okänd mottagare")])
    assert go(adopted, postman, at("2022-02-01")).delivery.refused == 1
    assert [(row.state, row.error) for row in rows(adopted)] == [
        ("avvisad", "550 okänd mottagare"),
        ("avvisad", "550 okänd mottagare"),
    ]


def test_a_program_that_dies_while_sending_sends_again_with_the_same_message_id(
    adopted: Database,
) -> None:
    dying, postman = Postman(dies=True), Postman()
    with pytest.raises(KeyboardInterrupt):
        go(adopted, dying, at("2022-02-01"))
    go(adopted, postman, at("2022-02-01", "08:01"))
    assert postman.seen == []
    go(adopted, postman, at("2022-02-01", "08:20"))
    assert [m.message_id for m in postman.seen] == [m.message_id for m in dying.seen]
    assert {row.state for row in rows(adopted)} == {"sänd"}


def test_without_a_mail_server_mails_wait(adopted: Database) -> None:
    assert go(adopted, None, at("2022-02-01")).ticked.owed == 2
    assert {row.state for row in rows(adopted)} == {"väntar"}


def test_a_mail_says_no_result(adopted: Database) -> None:
    postman = Postman()
    go(adopted, postman, at("2023-01-31"))
    letters = [mail for mail in postman.seen if "vecka" not in mail.subject]
    assert sum(len(titles(mail)) for mail in letters) == 14
    for mail in letters:
        assert "Lämna in" in mail.text or "Skulle ha lämnats in" in mail.text
