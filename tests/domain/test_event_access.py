"""Whose events somebody may see, and how much of each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_access import EMAIL, ORGANISATION, TODAY, unit

from icengine.domain.access import (
    Link,
    Person,
    Sight,
    System,
    log_scope,
    may_prove,
    rights,
    sight,
)
from icengine.domain.happening import (
    ANSWERED,
    DRAFTED,
    WHOLE,
    About,
    about,
    outline,
    parts,
    slot_words,
    without_addresses,
)
from icengine.domain.people import Admission, Grant, Role

ROOT = "kommun"


def somebody(role: Role, at: str, **bun: object) -> Person:
    """With a role at a unit; `bun` is what the authority there is."""
    units = tuple(
        unit("bun", ROOT, own_authority=True, **bun) if one.id == "bun" else one
        for one in ORGANISATION.units
    )
    organisation = replace(ORGANISATION, units=units, grants=(Grant(role, at, EMAIL),))
    return Person(1, EMAIL, rights(organisation, EMAIL, TODAY))


PLAN_KS, PLAN_KLK, PLAN_BUN = (About(id, f"{id}-2026") for id in ("ks", "klk", "bun"))
OFFICE_KS, OFFICE_BUN = About("ks"), About("bun")


@pytest.mark.parametrize(
    ("role", "at", "seen"),
    [
        (Role.CONTROLLER, "ks", {PLAN_KS, PLAN_KLK}),
        (Role.READER, "ks", {PLAN_KS, PLAN_KLK}),
        (Role.READER, "bun", {PLAN_BUN}),
        (Role.MANAGER, "ks", set()),
        (Role.ADMINISTRATOR, "ks", {OFFICE_KS}),
        (Role.ADMINISTRATOR, "bun", {OFFICE_BUN}),
        (Role.ADMINISTRATOR, ROOT, {OFFICE_KS, WHOLE}),
        (Role.READER, ROOT, {PLAN_KS, PLAN_KLK, PLAN_BUN, OFFICE_KS, OFFICE_BUN, WHOLE}),
        (Role.CONTROLLER, ROOT, {PLAN_KS, PLAN_KLK, PLAN_BUN, OFFICE_KS, OFFICE_BUN, WHOLE}),
    ],
)
def test_events_are_for_those_who_read_them_at_their_unit(
    role: Role, at: str, seen: set[About]
) -> None:
    scope = log_scope(somebody(role, at), ROOT)
    every = {PLAN_KS, PLAN_KLK, PLAN_BUN, OFFICE_KS, OFFICE_BUN, WHOLE}
    assert {thing for thing in every if scope.holds(thing)} == seen
    assert bool(scope) == bool(seen)


def test_a_link_shows_no_events_and_the_engine_all() -> None:
    assert not log_scope(Link(1, EMAIL, frozenset({7})), ROOT)
    assert log_scope(System("tidtabellen"), ROOT).holds(WHOLE)
    assert log_scope(System("tidtabellen"), ROOT).holds(PLAN_BUN)


@pytest.mark.parametrize(
    ("role", "at", "bun", "protected", "seen"),
    [
        (Role.CONTROLLER, "bun", {}, True, Sight.WHOLE),
        (Role.CONTROLLER, ROOT, {}, False, Sight.WHOLE),
        (Role.CONTROLLER, ROOT, {}, True, Sight.NUMBER),
        (Role.CONTROLLER, ROOT, {"admits": (Admission.PROTECTED,)}, True, Sight.WHOLE),
        (Role.READER, "bun", {}, False, Sight.OUTLINE),
        (Role.READER, "bun", {}, True, Sight.NUMBER),
    ],
)
def test_protected_content_and_what_is_written_in_answers_have_their_own_readers(
    role: Role, at: str, bun: dict[str, object], protected: bool, seen: Sight
) -> None:
    assert sight(somebody(role, at, **bun), PLAN_BUN, protected) is seen


def test_the_log_is_proved_by_those_who_read_or_administer_at_the_top() -> None:
    top = {role for role in Role if may_prove(somebody(role, ROOT), ROOT)}
    assert top == {Role.ADMINISTRATOR, Role.CONTROLLER, Role.READER}
    assert not any(may_prove(somebody(role, "ks"), ROOT) for role in Role)


ANSWER = {
    "version": 2,
    "behalf": "Ekonomichefen",
    "origin": "10.0.0.1",
    "sha256": "abc",
    "changes": [["Status", "öppen", "inlämnad"], ["Bedömning", "", "Gul"], ["Resultat", "", "x"]],
}


def test_an_outline_has_status_and_bedomning_but_nothing_written() -> None:
    told = outline(ANSWERED, ANSWER)
    assert told["changes"] == [["Status", "öppen", "inlämnad"], ["Bedömning", "", "Gul"]]
    assert (told["behalf"], told["origin"], told["version"]) == ("Ekonomichefen", "10.0.0.1", 2)
    assert "sha256" not in told


def test_a_drafts_bedomning_is_not_yet_told() -> None:
    assert outline(DRAFTED, ANSWER)["changes"] == [["Status", "öppen", "inlämnad"]]


def test_parts_of_an_event_about_many_units_are_told_apart() -> None:
    ks, bun = "ks-2026/K1/ks/2026", "bun-2026/K1/bun/2026"
    seen = {About("ks", "ks-2026", "K1")}
    opened = {"opened": [ks, bun], "date": "2026-02-01", "mails": 7}
    assert parts(opened, seen) == {"opened": [ks], "date": "2026-02-01"}
    mails = {"sent": [f"öppnad:{ks}:1:a@b.se", f"öppnad:{bun}:1:a@b.se", "inloggning:7:nu"]}
    assert parts(mails, seen) == {"sent": [f"öppnad:{ks}:1:a@b.se"]}
    assert parts(mails, {WHOLE}) == {"sent": ["inloggning:7:nu"]}


def test_addresses_of_mails_can_be_left_out() -> None:
    payload = {"failed": {"öppnad:ks-2026/K1/ks/2026:1:a@b.se": "550 <a@b.se>: okänd"}, "n": "a@b"}
    failed = {"öppnad:ks-2026/K1/ks/2026:1:•••": "550 <•••>: okänd"}
    assert without_addresses(payload, of_plan=True) == {"failed": failed, "n": "a@b"}
    assert without_addresses(payload, of_plan=False) == {"failed": failed, "n": "•••"}


def test_a_function_is_its_units_and_one_that_moved_both_units() -> None:
    assert about("funktion:Ekonomichefen", {"unit": ["klk"]}) == (About("klk"),)
    assert about("funktion:Ekonomichefen", {"unit": ["bun", "klk"]}) == (About("bun"), About("klk"))


def test_what_was_written_of_functions_before_they_named_their_unit_is_of_the_whole() -> None:
    assert about("funktion:Ekonomichefen", {"version": 3}) == (WHOLE,)
    assert about("funktion:Ekonomichefen", {"unit": "klk"}) == (About("klk"),)


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ("2022-02", "februari 2022"),
        ("2022-01--02", "januari–februari 2022"),
        ("2022-H1", "första halvåret 2022"),
        ("2022-Q3", "tredje kvartalet 2022"),
        ("2022-W07", "vecka 7 2022"),
        ("2022", "tillfälle 2022"),
        ("2022-09-15", "tillfälle 2022-09-15"),
    ],
)
def test_slots_are_told_in_words(slot: str, words: str) -> None:
    assert slot_words(slot) == words
