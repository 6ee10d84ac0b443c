"""Handing over one occurrence to a colleague: who may, to whom, how often, and who then answers."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from municipality import at
from test_answers import GREEN, Owner, owner_of

from icengine.domain.access import Link, Person, System
from icengine.domain.delegation import MOST_BY_FUNCTION, MOST_OF_TASK
from icengine.domain.task import State
from icengine.errors import Closed, Conflict, NotFound, TooMany
from icengine.services.delegation import Handed, delegate, handed_over, take_back
from icengine.services.login import person_of
from icengine.services.mailing import take_mails
from icengine.services.own_tasks import own_tasks
from icengine.services.people import current_organisation
from icengine.services.planning import tell_new_owner
from icengine.services.tasks import follow_link, task_list
from icengine.store import logins
from icengine.store.db import Database
from icengine.store.events import count_events
from icengine.store.personal_tasks import around_tasks

NOW = at("2022-12-05")
COLLEAGUE = "kollega@kommun.example"


@pytest.fixture
def owner(adopted: Database) -> Owner:
    """HR-strategen with the link to K6."""
    return owner_of(adopted, "K6", "2022-12-01")


def hand(owner: Owner, email: str = COLLEAGUE, word: str = "", **more: Any) -> Handed:
    now = more.pop("now", NOW)
    actor = more.pop("actor", owner.holder.actor)
    with owner.database.unit_of_work(actor, now) as session:
        return delegate(
            session, actor=actor, now=now, task_id=owner.task, email=email, word=word,
            answers_as=owner.holder.function, **more,
        )  # fmt: skip


def take(owner: Owner, now: Any = NOW) -> bool:
    actor = owner.holder.actor
    with owner.database.unit_of_work(actor, now) as session:
        return take_back(
            session, actor=actor, now=now, task_id=owner.task, answers_as=owner.holder.function
        )


def mails(owner: Owner, now: Any = NOW) -> list[Any]:
    """Those to colleagues."""
    with owner.database.unit_of_work(System("test"), now) as session:
        found = take_mails(
            session, actor=System("test"), now=now, base_url="https://ik", sender="a@b.se"
        )
    return [mail.email for mail in found if mail.email.subject.startswith("Du har fått")]


def colleague(owner: Owner) -> Owner:
    """The colleague with the link in their mail."""
    (mail,) = [mail for mail in mails(owner) if mail.to == COLLEAGUE]
    secret = mail.text.split("/svar/")[1].split()[0]
    with owner.database.reading() as session:
        return Owner(owner.database, follow_link(session, secret=secret), owner.task)


def person(owner: Owner, email: str) -> Person:
    """Somebody who is logged in."""
    with owner.database.unit_of_work(System("test"), NOW) as session:
        number = logins.number_of(session, email, NOW)
        session.record("prov", f"person:{number}")
        organisation = current_organisation(session, actor=System("test"))
    return person_of(organisation, number, email, NOW.date())


def test_the_colleague_gets_a_mail_with_the_word_and_a_link_of_their_own(owner: Owner) -> None:
    hand(owner, word="Jag är ledig till nyår.")
    (mail,) = mails(owner)
    assert mail.to == COLLEAGUE
    assert mail.subject.startswith("Du har fått en kontroll av HR-strategen")
    assert "”Jag är ledig till nyår.”" in mail.text
    assert "Du får mejlet som ombud för HR-strategen." in mail.text


def test_the_colleague_answers_and_is_named_as_the_one_who_did(owner: Owner) -> None:
    hand(owner)
    other = colleague(owner)
    assert other.page().answers_as == "ombud för HR-strategen"
    done = other.save(GREEN, submit=True)
    assert done.state is State.APPROVED
    assert done.saved.by == "ombud för HR-strategen"
    assert done.saved.person == other.holder.actor.person != 0


def test_the_owners_link_goes_on_working(owner: Owner) -> None:
    hand(owner)
    assert owner.page().answers_as == "HR-strategen"
    assert owner.save(GREEN, submit=True).saved.by == "HR-strategen"


def test_a_colleague_with_a_function_answers_in_it_for_the_owner(owner: Owner) -> None:
    hand(owner, "utveckling@kommun.example")
    me = person(owner, "utveckling@kommun.example")
    with owner.database.reading() as session:
        assert owner.task in {item.task.id for item in own_tasks(session, actor=me).tasks}
    logged_in = Owner(owner.database, owner.holder, owner.task)
    object.__setattr__(logged_in, "holder", type(owner.holder)(me, ""))  # type: ignore[arg-type]
    saved = logged_in.save(GREEN).saved
    assert saved.by == "Utvecklingschefen, ombud för HR-strategen"
    assert saved.person == me.id


def test_the_colleague_hands_it_on_to_nobody_and_takes_nothing_back(owner: Owner) -> None:
    hand(owner)
    other = colleague(owner)
    with pytest.raises(NotFound):
        hand(other, "en.annan@kommun.example")
    with pytest.raises(NotFound):
        take(other)


def test_taken_back_the_colleagues_link_answers_nothing_and_says_why(owner: Owner) -> None:
    hand(owner)
    other = colleague(owner)
    other.save(GREEN)
    assert take(owner)
    with pytest.raises(Closed, match="HR-strategen har tagit tillbaka den"):
        other.page()
    with pytest.raises(Closed):
        other.save(GREEN, version=1, submit=True)
    last = owner.page().last
    assert last is not None
    assert last.answer == GREEN
    assert not take(owner), "it is taken back once"


def test_a_mail_that_has_not_left_is_withdrawn_when_it_is_taken_back(owner: Owner) -> None:
    hand(owner)
    take(owner)
    assert mails(owner) == []
    hand(owner, now=NOW + timedelta(minutes=1))
    assert [mail.to for mail in mails(owner, at("2022-12-06"))] == [COLLEAGUE]


def test_a_double_click_hands_over_once(owner: Owner) -> None:
    assert hand(owner).is_new
    events = owner.events()
    assert not hand(owner, f" {COLLEAGUE.upper()} ").is_new
    assert owner.events() == events
    assert len(mails(owner)) == 1


def test_in_two_tabs_the_first_colleague_stays(owner: Owner) -> None:
    hand(owner)
    with pytest.raises(Conflict, match=COLLEAGUE):
        hand(owner, "en.annan@kommun.example")
    with owner.database.reading() as session:
        found = handed_over(session, task_id=owner.task)
    assert found is not None
    assert found.email == COLLEAGUE


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "Skriv kollegans"),
        ("kollega", "är ingen e-postadress"),
        ("kollega@gmail.example", "utanför organisationens e-postdomäner"),
        ("a@kommun.example, b@kommun.example", "är ingen e-postadress"),
    ],
)
def test_only_a_colleague_with_an_address_of_the_organisation_gets_it(
    owner: Owner, email: str, said: str
) -> None:
    before = owner.events()
    (fault,) = hand(owner, email).faults
    assert fault.field == "kollega"
    assert said in fault.message
    assert owner.events() == before
    assert mails(owner) == []


@pytest.mark.parametrize(
    "word", ["Se https://x.example/logga-in", "gå till WWW.x.example", "x" * 501]
)
def test_the_word_is_short_and_leads_nowhere_else(owner: Owner, word: str) -> None:
    (fault,) = hand(owner, word=word).faults
    assert fault.field == "ord"
    assert mails(owner) == []


def test_there_is_a_limit_to_how_often_an_occurrence_is_handed_over(owner: Owner) -> None:
    for n in range(MOST_OF_TASK):
        hand(owner, f"k{n}@kommun.example")
        take(owner)
    with pytest.raises(TooMany):
        hand(owner)
    assert hand(owner, now=NOW + timedelta(hours=25)).is_new
    assert MOST_BY_FUNCTION > MOST_OF_TASK


def test_handed_in_it_is_handed_over_no_more(owner: Owner) -> None:
    owner.save(GREEN, submit=True)
    with pytest.raises(Closed):
        hand(owner)


def test_somebody_elses_occurrence_cannot_be_handed_over(owner: Owner) -> None:
    for stranger in (Link(99, COLLEAGUE, frozenset()), person(owner, "utveckling@kommun.example")):
        with pytest.raises(NotFound):
            hand(owner, actor=stranger)


def test_the_log_says_whom_by_number_and_never_an_address(owner: Owner) -> None:
    with owner.database.reading() as session:
        before = count_events(session)
    hand(owner, word="Ring mig.")
    with owner.database.reading() as session:
        connection = session.connection()
        rows = connection.exec_driver_sql(
            "SELECT kind, payload FROM event JOIN event_payload USING (seq) ORDER BY seq"
        ).all()[before:]
    said = [str(row) for row in rows if "överlämnat" in row[0]]
    assert said
    assert COLLEAGUE not in "".join(said)
    assert "person:" in said[0]


def test_where_another_function_is_to_answer_it_is_handed_over_no_more(owner: Owner) -> None:
    hand(owner)
    with owner.database.unit_of_work(System("test"), NOW) as session:
        tell_new_owner(session, [owner.task], NOW)
        session.record("prov", "utskick")
    with owner.database.reading() as session:
        assert handed_over(session, task_id=owner.task) is None
        task = next(
            i.task for i in task_list(session, actor=System("test")) if i.task.id == owner.task
        )
    assert task.delegate == 0


def test_an_extract_says_that_it_was_handed_over_and_where_the_address_stands(
    owner: Owner,
) -> None:
    hand(owner, word=f"Du har adressen {COLLEAGUE}.")
    with owner.database.reading() as session:
        found = [mention.where for mention in around_tasks(session, COLLEAGUE)]
    assert len(found) == 2
    assert found[0].startswith("Fick ")
    assert found[1].startswith("Hälsningen när")


def test_sent_to_two_colleagues_at_once_one_of_them_has_it(owner: Owner) -> None:
    done: list[Handed | Conflict] = []

    def send(email: str) -> None:
        try:
            done.append(hand(owner, email))
        except Conflict as error:
            done.append(error)

    threads = [Thread(target=send, args=(f"k{n}@kommun.example",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(one, Handed) for one in done) == 1
    assert len(done) == 4
    assert len(mails(owner)) == 1
