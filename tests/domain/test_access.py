"""Who may do what, and what a query may return."""

from __future__ import annotations

import pytest

from icengine.domain.access import Actor, Link, Permit, Person, Scope, System, may, scope

ENGINE = System("tidtabellen")
READER = System("lokal läsare", read_only=True)
OWNER = Link(1, "hr@kommun.example", frozenset({7}))
NOBODY = Person("ny@kommun.example")
LEADER = Person("chef@kommun.example", frozenset({"ks"}))


@pytest.mark.parametrize(
    ("actor", "permit", "task", "answer"),
    [
        (ENGINE, Permit.ADMINISTER, None, True),
        (READER, Permit.READ, None, True),
        (READER, Permit.ADMINISTER, None, False),
        (READER, Permit.ANSWER, 7, False),
        (OWNER, Permit.ANSWER, 7, True),
        (OWNER, Permit.READ, 7, True),
        (OWNER, Permit.ANSWER, 8, False),
        (OWNER, Permit.READ, None, False),
        (OWNER, Permit.ADMINISTER, None, False),
        (NOBODY, Permit.READ, None, False),
        (LEADER, Permit.READ, None, True),
        (LEADER, Permit.ANSWER, 7, False),
        (LEADER, Permit.ADMINISTER, None, False),
    ],
)
def test_each_actor_may_what_it_is_for(
    actor: Actor, permit: Permit, task: int | None, answer: bool
) -> None:
    assert may(actor, permit, task) is answer


def test_a_scope_holds_no_more_than_the_actor_may_see() -> None:
    assert scope(ENGINE) == Scope(everything=True)
    assert scope(OWNER) == Scope(tasks=frozenset({7}))
    assert scope(LEADER) == Scope(units=frozenset({"ks"}))
    assert scope(NOBODY) == Scope()
