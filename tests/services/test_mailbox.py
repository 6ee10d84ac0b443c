"""Utskick: what was sent to whom, what was refused and what is done about it."""

from __future__ import annotations

from typing import Any

import pytest
from databases import counting
from municipality import at
from test_mailing import Postman, go
from test_steering import controller

from icengine.domain.access import Person
from icengine.errors import NotFound, Refused
from icengine.mail.mailer import Refused as NotTaken
from icengine.services import mailbox
from icengine.store.db import Database

NOW = at("2022-02-01", "09:00")
INFO = "informationssakerhet@kommun.example"
GONE = NotTaken(permanent=True, reason="Mejlservern svarade: 550 okänd mottagare")


def do(database: Database, service: Any, who: Person, **values: Any) -> Any:
    with database.unit_of_work(who, NOW) as session:
        return service(session, actor=who, now=NOW, **values)


def sent(database: Database, who: Person, **values: Any) -> mailbox.Sent:
    with database.reading() as session:
        return mailbox.sent(session, actor=who, **values)


def test_a_letter_is_seen_with_its_text_and_without_its_secret(adopted: Database) -> None:
    postman, who = Postman(), controller(adopted)
    go(adopted, postman, NOW)
    [letter] = sent(adopted, who).letters
    assert (letter.email, letter.state) == (INFO, "sänd")
    secret = postman.seen[0].text.split("/svar/")[1].split()[0]
    assert "/svar/•••" in letter.body
    assert secret not in letter.body
    assert "Grundutbildning i informationssäkerhet" in letter.body


def test_what_was_refused_says_the_servers_words_and_is_sent_again_when_asked(
    adopted: Database,
) -> None:
    who = controller(adopted)
    go(adopted, Postman([GONE]), NOW)
    [letter] = sent(adopted, who, state="avvisad").letters
    assert "550 okänd mottagare" in letter.error
    do(adopted, mailbox.send_again, who, number=letter.id)
    postman = Postman()
    go(adopted, postman, at("2022-02-01", "10:00"))
    assert [mail.to for mail in postman.seen] == [INFO]
    assert sent(adopted, who).letters[0].state == "sänd"
    with pytest.raises(Refused):
        do(adopted, mailbox.send_again, who, number=letter.id)


def test_nothing_goes_to_an_address_that_is_marked_until_it_is_right_again(
    adopted: Database,
) -> None:
    who = controller(adopted)
    go(adopted, Postman(), NOW)
    [letter] = sent(adopted, who).letters
    assert do(adopted, mailbox.mark_address, who, number=letter.id, reason=" ")
    do(adopted, mailbox.mark_address, who, number=letter.id, reason="Studsade.")
    assert sent(adopted, who).bad == {INFO}
    postman = Postman()
    go(adopted, postman, at("2022-02-21"))
    assert INFO not in {mail.to for mail in postman.seen}
    do(adopted, mailbox.clear_address, who, number=letter.id)
    go(adopted, postman, at("2022-02-21", "10:00"))
    assert [mail.to for mail in postman.seen if mail.to == INFO] == [INFO]


def test_whoever_is_controller_elsewhere_sees_nothing(adopted: Database) -> None:
    go(adopted, Postman(), NOW)
    [letter] = sent(adopted, controller(adopted)).letters
    stranger = controller(adopted, "ekonomi@kommun.example")
    with adopted.reading() as session, pytest.raises(NotFound):
        mailbox.sent(session, actor=stranger)
    with pytest.raises(NotFound):
        do(adopted, mailbox.send_again, stranger, number=letter.id)


def test_letters_are_found_by_address_and_subject_and_page_by_page(
    adopted: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = controller(adopted)
    for day in ("2022-02-01", "2022-02-21", "2022-03-01", "2022-03-07"):
        go(adopted, Postman(), at(day))
    with counting(adopted) as few:
        everything = sent(adopted, who)
    assert len(few) <= 5
    assert len(everything.letters) >= 3
    assert {item.email for item in sent(adopted, who, text="INFORMATIONSSAKERHET").letters} == {
        INFO
    }
    assert sent(adopted, who, text="finns inte").letters == ()
    monkeypatch.setattr(mailbox, "PAGE", 1)
    first = sent(adopted, who)
    assert (len(first.letters), first.after) == (1, everything.letters[0].id)
    second = sent(adopted, who, before=first.after)
    assert second.letters[0].id == everything.letters[1].id
