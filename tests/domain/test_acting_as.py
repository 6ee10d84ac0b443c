"""As whom somebody answers a task that they have of their own, or of a colleague."""

from __future__ import annotations

import pytest

from icengine.domain.access import Link, Person, System
from icengine.domain.delegation import acts_as

EMAIL = "nagon@kommun.example"
OWNER = "HR-chefen"
HANDED = "Kanslichefen, ombud för HR-chefen"


@pytest.mark.parametrize(
    ("functions", "delegate", "name"),
    [
        ({"HR-chefen"}, 0, "HR-chefen"),
        ({"HR-chefen", "Kanslichefen"}, 5, "HR-chefen"),
        ({"Kanslichefen"}, 5, HANDED),
        (set(), 5, "ombud för HR-chefen"),
        ({"Kanslichefen"}, 0, ""),
        ({"Kanslichefen"}, 6, ""),
    ],
)
def test_logged_in_by_what_they_hold(functions: set[str], delegate: int, name: str) -> None:
    person = Person(5, EMAIL, functions=frozenset(functions))
    assert acts_as(person, OWNER, delegate) == name


@pytest.mark.parametrize(
    ("said", "delegate", "name"),
    [
        ("HR-chefen", 0, "HR-chefen"),
        ("HR-chefen", 6, "HR-chefen"),
        ("", 0, "HR-chefen"),
        (HANDED, 5, HANDED),
        ("", 5, "ombud för HR-chefen"),
        ("Kanslichefen", 5, "ombud för HR-chefen"),
    ],
)
def test_by_a_link_as_it_was_sent_for_and_a_colleague_never_as_the_owner(
    said: str, delegate: int, name: str
) -> None:
    assert acts_as(Link(1, EMAIL, frozenset({7}), person=5), OWNER, delegate, said) == name


def test_the_engine_answers_as_it_is_told() -> None:
    assert acts_as(System("test"), OWNER, 0, "HR-chefen") == "HR-chefen"
