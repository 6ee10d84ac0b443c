"""Handing over where more is at stake: a protected control, one that demands a login, one that somebody
is to approve."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from municipality import adopt_example
from test_answers import GREEN, Owner, owner_of
from test_asking import LATER, NOW
from test_delegation import COLLEAGUE, hand, mails, person

from icengine.domain.access import Permit, Subject, may
from icengine.domain.task import State
from icengine.errors import LoginNeeded
from icengine.services.asking import ask_more_time, asked_about
from icengine.services.tasks import follow_link
from icengine.store.db import Database

WORD = "Det gäller lönerna i Skolan."


def owner_with(database: Database, example: tuple[Any, Any], **changes: Any) -> Owner:
    """HR-strategen with the link to K6, where something in K6 is another."""
    organisation, plan = example
    risks = tuple(
        replace(
            risk,
            controls=tuple(replace(c, **changes) if c.id == "K6" else c for c in risk.controls),
        )
        for risk in plan.risks
    )
    adopt_example(database, (organisation, replace(plan, risks=risks)))
    return owner_of(database, "K6", "2022-12-01")


def payloads(owner: Owner) -> str:
    with owner.database.reading() as session:
        return str(session.connection().exec_driver_sql("SELECT payload FROM event_payload").all())


def test_of_a_protected_control_neither_mail_nor_log_says_what_it_is_about(
    database: Database, example: tuple[Any, Any]
) -> None:
    owner = owner_with(database, example, protected=True)
    title = example[1].control("K6")[1].title
    hand(owner, word=WORD)
    (mail,) = mails(owner)
    assert mail.subject == "Du har fått en uppgift i internkontrollen"
    for text in (mail.text, mail.html, mail.subject):
        assert title not in text
        assert WORD not in text
    assert WORD not in payloads(owner)
    secret = mail.text.split("/svar/")[1].split()[0]
    with database.reading() as session:
        other = Owner(database, follow_link(session, secret=secret), owner.task)
    assert other.page().control.title == title


def test_what_is_asked_about_a_protected_control_is_not_in_the_log(
    database: Database, example: tuple[Any, Any]
) -> None:
    owner = owner_with(database, example, protected=True)
    with database.unit_of_work(owner.holder.actor, NOW) as session:
        ask_more_time(
            session, actor=owner.holder.actor, now=NOW, task_id=owner.task, until=LATER,
            reason=WORD, answers_as=owner.holder.function,
        )  # fmt: skip
    assert WORD not in payloads(owner)
    with database.reading() as session:
        assert asked_about(session, task_id=owner.task)[0].reason == WORD


def test_what_demands_a_login_is_handed_over_only_to_whoever_can_log_in(
    database: Database, example: tuple[Any, Any]
) -> None:
    owner = owner_with(database, example, login=True)
    me = person(owner, owner.holder.actor.email)
    (fault,) = hand(owner, actor=me).faults
    assert "kan inte logga in" in fault.message
    assert hand(owner, "utveckling@kommun.example", actor=me).is_new
    with pytest.raises(LoginNeeded):
        hand(owner)


def test_whoever_is_to_approve_the_answer_does_not_give_it(
    database: Database, example: tuple[Any, Any]
) -> None:
    owner = owner_with(database, example, approver="Utvecklingschefen")
    (fault,) = hand(owner, "utveckling@kommun.example").faults
    assert "ska godkänna svaret" in fault.message


def test_neither_the_colleague_nor_the_owner_approves_what_the_colleague_answered(
    database: Database, example: tuple[Any, Any]
) -> None:
    owner = owner_with(database, example, approver="Utvecklingschefen")
    hand(owner)
    (mail,) = mails(owner)
    assert mail.to == COLLEAGUE
    secret = mail.text.split("/svar/")[1].split()[0]
    with database.reading() as session:
        other = Owner(database, follow_link(session, secret=secret), owner.task)
    done = other.save(GREEN, submit=True)
    assert done.state is State.SUBMITTED
    subject = Subject(
        "ks", owner.task, "HR-strategen", "Utvecklingschefen", done.saved.person,
        answered_by=done.saved.person,
    )  # fmt: skip
    approver = person(owner, "utveckling@kommun.example")
    colleague = replace(approver, id=done.saved.person)
    both = replace(approver, functions=frozenset({"HR-strategen", "Utvecklingschefen"}))
    assert may(approver, Permit.APPROVE, subject)
    assert not may(colleague, Permit.APPROVE, subject)
    assert not may(both, Permit.APPROVE, subject)
