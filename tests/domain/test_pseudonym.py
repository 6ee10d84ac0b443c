"""What somebody is called in lists and in the log, today and when they have left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from municipality import load_example

from icengine.domain.people import Grant, Holding, Organisation, Role
from icengine.domain.pseudonym import former, has_left, last_days, shown_name, stand_in, stood_in
from icengine.domain.reading import ADDRESS

VIKARIE = "hr.vikarie@kommun.example"
"""HR-strategen from 1 September 2022 to 28 February 2023."""
KANSLI = "kansli@kommun.example"
"""Kanslichefen, and in July 2022 substitute for Kommundirektören."""
DURING, LAST, AFTER = date(2022, 10, 1), date(2023, 2, 28), date(2023, 3, 1)


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return load_example()[0]


def shown(organisation: Organisation, email: str, **more: Any) -> str:
    values = {"number": 12, "day": DURING, "today": DURING} | more
    return shown_name(organisation, email=email, **values)


def test_whoever_has_a_function_is_called_by_it(organisation: Organisation) -> None:
    assert shown(organisation, VIKARIE) == "HR-strategen"


def test_it_is_the_function_they_had_that_day(organisation: Organisation) -> None:
    july = date(2022, 7, 10)
    assert shown(organisation, KANSLI, day=july) == "Kommundirektören och Kanslichefen"
    assert shown(organisation, KANSLI, day=DURING) == "Kanslichefen"


def test_on_somebodys_behalf_is_said_unless_it_is_their_own(organisation: Organisation) -> None:
    assert shown(organisation, VIKARIE, behalf="HR-strategen") == "HR-strategen"
    assert shown(organisation, VIKARIE, behalf="HR-chefen") == "HR-strategen, för HR-chefen"


def test_without_a_function_that_day_it_is_the_address(organisation: Organisation) -> None:
    assert shown(organisation, VIKARIE, day=date(2022, 1, 1)) == VIKARIE


def test_on_the_last_day_they_are_still_here_and_the_day_after_they_have_left(
    organisation: Organisation,
) -> None:
    assert not has_left(organisation, VIKARIE, LAST)
    assert shown(organisation, VIKARIE, today=LAST) == "HR-strategen"
    assert has_left(organisation, VIKARIE, AFTER)
    assert shown(organisation, VIKARIE, today=AFTER) == "Tidigare medarbetare 12"


def test_whoever_has_left_is_called_so_for_what_they_did_while_here(
    organisation: Organisation,
) -> None:
    name = shown(organisation, VIKARIE, today=AFTER, behalf="HR-strategen")
    assert name == "Tidigare medarbetare 12, för HR-strategen"


def test_whoever_is_back_is_called_as_before(organisation: Organisation) -> None:
    back = Grant(Role.READER, "ks", VIKARIE, start=date(2024, 1, 1))
    again = replace(organisation, grants=(*organisation.grants, back))
    assert shown(again, VIKARIE, today=date(2024, 2, 1)) == "HR-strategen"
    assert shown(again, VIKARIE, today=AFTER) == "HR-strategen", "who is to come has not left"


def test_whoever_is_to_come_has_not_left(organisation: Organisation) -> None:
    assert not has_left(organisation, VIKARIE, date(2022, 1, 1))


def test_a_role_by_name_keeps_somebody_here_and_one_by_a_function_does_not(
    organisation: Organisation,
) -> None:
    by_name = Grant(Role.READER, "ks", "nagon@kommun.example", end=AFTER)
    own = replace(organisation, grants=(by_name,))
    assert not has_left(own, "nagon@kommun.example", AFTER)
    assert has_left(own, "nagon@kommun.example", date(2023, 3, 2))
    assert has_left(organisation, VIKARIE, AFTER), "HR-strategen may have a role; they have not"


def test_whose_roles_come_with_their_account_nobody_here_can_say_has_left(
    organisation: Organisation,
) -> None:
    email = "konto@kommun.example"
    assert shown(organisation, email) == "Tidigare medarbetare 12"
    assert shown(organisation, email, by_account=True) == email


def test_an_address_that_is_gone_leaves_the_number(organisation: Organisation) -> None:
    assert shown(organisation, "") == "Tidigare medarbetare 12"
    assert shown(organisation, "", by_account=True) == "Tidigare medarbetare 12"
    assert shown(organisation, "", number=None) == "Tidigare medarbetare"
    assert shown(organisation, "", behalf="HR-strategen") == (
        "Tidigare medarbetare 12, för HR-strategen"
    )


def test_what_stands_in_for_an_address_says_the_number_and_is_an_address(
    organisation: Organisation,
) -> None:
    instead = stand_in(12, VIKARIE)
    assert (instead, stood_in(instead)) == ("tidigare-medarbetare-12@kommun.example", 12)
    assert ADDRESS.fullmatch(instead)
    assert shown(organisation, instead, number=None) == former(12)
    assert stood_in(VIKARIE) is None


def test_the_last_day_is_that_of_the_last_function_or_role(organisation: Organisation) -> None:
    assert last_days(organisation, AFTER) == {VIKARIE: LAST}
    assert last_days(organisation, LAST) == {}
    earlier = Grant(Role.READER, "ks", VIKARIE, end=date(2022, 12, 31))
    later = Grant(Role.READER, "ks", VIKARIE, end=date(2023, 6, 30))
    for grant, day in ((earlier, LAST), (later, later.end)):
        own = replace(organisation, grants=(grant,))
        assert last_days(own, date(2024, 1, 1)) == {VIKARIE: day}


def test_what_stands_in_for_an_address_has_left_already(organisation: Organisation) -> None:
    function = replace(
        organisation.functions[0], holders=(Holding(stand_in(3, VIKARIE), end=date(2020, 1, 1)),)
    )
    assert last_days(replace(organisation, functions=(function,)), AFTER) == {}
