"""Changes of the organisation: what becomes of it, what is said about it, and what it asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from municipality import load_example
from organisations import organisations

from icengine.domain import changes
from icengine.domain.access import Permit
from icengine.domain.difference import Change, difference
from icengine.domain.directory_document import checked
from icengine.domain.labels import Word, label
from icengine.domain.mandate import Need, administrators, needs, without_administrators
from icengine.domain.people import (
    Admission,
    ClaimGrant,
    Function,
    Grant,
    Holding,
    Move,
    Organisation,
    Role,
    Unit,
    UnitKind,
)
from icengine.errors import NotFound

TODAY = date(2026, 3, 1)
OLD = load_example()[0]
MERGED = Unit("nya", "Nya nämnden", UnitKind.BOARD, "kommun", date(2027, 1, 1))


def lines(after: Organisation) -> list[str]:
    """What differs from the example."""
    return [str(change) for change in difference(OLD, after)]


def asked(after: Organisation, before: Organisation = OLD) -> set[tuple[Permit, str]]:
    """What the change asks for, where each need has one unit."""
    return {(need.permit, unit) for need in needs(before, after, TODAY) for unit in need.units}


def unit_of(organisation: Organisation, id: str) -> Unit:
    found = organisation.unit(id)
    assert found is not None
    return found


def test_merged_units_end_the_day_before_and_what_lies_below_comes_along() -> None:
    before = changes.add_unit(OLD, Unit("avd", "Skolavdelningen", UnitKind.DEPARTMENT, "bun"))
    after = changes.merge(before, MERGED, ["bun", "son", "tn"])
    assert checked(after) == []
    assert [unit_of(after, id).end for id in ("bun", "son", "tn")] == [
        date(2026, 12, 31), date(2026, 12, 31), date(2018, 12, 31),
    ]  # fmt: skip
    assert unit_of(after, "avd").moves == (Move("nya", date(2027, 1, 1)),)
    assert after.forerunners("nya") == ("bun", "son", "tn")


def test_a_unit_moves_on_a_day_and_a_move_to_where_it_lies_is_none() -> None:
    once = changes.move_unit(OLD, "klk", "bun", date(2026, 7, 1))
    assert [unit_of(once, "klk").above(day) for day in (date(2026, 6, 30), date(2026, 7, 1))] == [
        "ks", "bun",
    ]  # fmt: skip
    assert changes.move_unit(OLD, "klk", "ks", date(2026, 7, 1)) == OLD
    assert changes.move_unit(once, "klk", "ks", date(2026, 7, 1)) == OLD


def test_a_unit_that_moves_on_its_first_day_has_lain_there_all_along() -> None:
    after = changes.move_unit(OLD, "sbn", "ks", date(2019, 1, 1))
    assert (unit_of(after, "sbn").parent, unit_of(after, "sbn").moves) == ("ks", ())


def test_what_lies_below_a_unit_keeps_it_from_ending() -> None:
    problems = checked(changes.end_unit(OLD, "ks", date(2026, 12, 31)))
    assert [problem.message for problem in problems] == [
        "enheten klk ligger under ks, som upphör 31 december 2026"
    ]


def test_a_unit_that_is_no_authority_any_longer_lets_nobody_in_in_particular() -> None:
    open_ = changes.change_unit(OLD, "bun", admits=[Admission.CHANGE, Admission.CHANGE])
    assert unit_of(open_, "bun").admits == (Admission.CHANGE,)
    assert unit_of(changes.change_unit(open_, "bun", own_authority=False), "bun").admits == ()


def test_a_persons_time_with_a_function_ends_and_what_was_to_come_is_dropped() -> None:
    after = changes.end_holding(OLD, "HR-strategen", "HR@kommun.example", date(2022, 6, 30))
    function = after.function("HR-strategen")
    assert function is not None
    assert function.holders == (
        Holding("hr@kommun.example", None, date(2022, 6, 30)),
        Holding("hr.vikarie@kommun.example", date(2022, 9, 1), date(2023, 2, 28)),
    )
    with pytest.raises(NotFound, match="har inte funktionen"):
        changes.end_holding(after, "HR-strategen", "hr@kommun.example", date(2022, 7, 1))


def test_one_time_with_a_function_ends_and_others_of_the_same_person_stay() -> None:
    first, second, third = OLD.function("HR-strategen").holders  # type: ignore[union-attr]
    after = changes.end_time(OLD, "HR-strategen", first, date(2022, 6, 30))
    kept = after.function("HR-strategen").holders  # type: ignore[union-attr]
    assert kept == (replace(first, end=date(2022, 6, 30)), second, third)
    gone = changes.end_time(OLD, "HR-strategen", third, date(2023, 2, 28))
    assert gone.function("HR-strategen").holders == (first, second)  # type: ignore[union-attr]
    with pytest.raises(NotFound, match="har inte funktionen"):
        changes.end_time(gone, "HR-strategen", third, date(2023, 3, 31))


def test_a_role_ends_on_its_day_and_one_that_never_began_is_taken_away() -> None:
    grant = Grant(Role.READER, "kommun", "a@kommun.example", start=date(2026, 6, 1))
    given = changes.give_role(OLD, grant)
    ended = changes.end_role(given, grant, date(2026, 12, 31))
    assert ended.grants[-1] == replace(grant, end=date(2026, 12, 31))
    assert changes.end_role(given, grant, date(2026, 5, 31)) == OLD
    with pytest.raises(NotFound, match="har inte rollen läsare"):
        changes.end_role(OLD, grant, TODAY)


@pytest.mark.parametrize("id", ["", "finns inte"])
def test_what_is_not_there_cannot_be_changed(id: str) -> None:
    with pytest.raises(NotFound, match="finns inte"):
        changes.end_unit(OLD, id, TODAY)
    with pytest.raises(NotFound, match="finns inte"):
        changes.change_function(OLD, id, "ks")


def test_the_organisations_own_words_stand_instead_of_the_engines() -> None:
    after = changes.change_settings(
        OLD, labels=[("kontrollmoment", "granskning"), ("åtgärd", "åtgärd"), ("riskägare", "")]
    )
    assert after.labels == (("kontrollmoment", "granskning"),)
    assert label(after.labels, "kontrollmoment") == "granskning"
    assert label(after.labels, "slutrapport") == "slutrapport"
    assert lines(after) == ["Ordet kontrollmoment: kontrollmoment → granskning"]


KOLL = Word("koll", "kollen", "koller", "kollerna")


def test_the_forms_of_a_word_go_with_it_and_another_word_has_its_own() -> None:
    labels = [("kontrollmoment", "koll"), ("slutrapport", "årsrapport")]
    after = changes.change_settings(OLD, labels=labels, forms=[("kontrollmoment", KOLL)])
    assert checked(after) == []
    assert lines(after) == [
        "Ordet kontrollmoment: kontrollmoment → koll",
        "Ordet kontrollmoment, böjt: ett kontrollmoment, kontrollmomentet, kontrollmoment, "
        "kontrollmomenten → en koll, kollen, koller, kollerna",
        "Ordet slutrapport: slutrapport → årsrapport",
    ]
    kept = changes.change_settings(after, name="Nya kommunen", labels=labels[:1])
    assert kept.forms == after.forms
    other = changes.change_settings(after, labels=[("kontrollmoment", "granskning")])
    assert other.forms == ()
    assert other.vocabulary("kontrollmoment").definite == "granskningen"
    assert checked(changes.change_settings(OLD, labels=labels)) != []


def test_a_change_of_holders_is_said_in_a_line() -> None:
    one = changes.end_holding(OLD, "Ekonomichefen", "ekonomi@kommun.example", date(2026, 2, 28))
    after = changes.give_function(
        one, "ekonomichefen", Holding("ny.ekonomi@kommun.example", date(2026, 3, 1))
    )
    assert difference(OLD, after) == (
        Change(
            "Ekonomichefen: innehavare",
            "ekonomi@kommun.example",
            "ekonomi@kommun.example till 28 februari 2026, ny.ekonomi@kommun.example från 1 mars 2026",
        ),
    )
    stood_in = changes.appoint_substitute(
        OLD, "Ekonomichefen", "kansli@kommun.example", date(2026, 7, 6), date(2026, 7, 31)
    )
    assert lines(stood_in) == [
        "Ekonomichefen: ersättare: kansli@kommun.example 6 juli 2026–31 juli 2026"
    ]


def test_changes_of_units_roles_and_claims_are_said() -> None:
    after = changes.merge(OLD, MERGED, ["bun", "son"])
    after = changes.give_role(after, Grant(Role.CONTROLLER, "nya", function="Controllern"))
    after = changes.change_claims(after, [ClaimGrant("IK", Role.READER, "kommun")])
    assert lines(after) == [
        "Barn- och utbildningsnämnden: sista dag: 31 december 2026",
        "Socialnämnden: sista dag: 31 december 2026",
        "Enheten nya: Nya nämnden, nämnd under Älvhamra kommun från 1 januari 2027, "
        "föregångare Barn- och utbildningsnämnden, Socialnämnden",
        "Controller vid Nya nämnden: Controllern",
        "Kontorollen IK: läsare vid Älvhamra kommun",
    ]
    assert [str(change) for change in difference(after, OLD)][-1] == (
        "Kontorollen IK: läsare vid Älvhamra kommun (tas bort)"
    )


def test_units_with_one_name_are_told_apart() -> None:
    named = changes.change_unit(OLD, "tn", name="Socialnämnden")
    after = changes.end_unit(named, "son", TODAY)
    assert "Socialnämnden (son): sista dag: 1 mars 2026" in lines(after)


@given(organisations(), organisations())
def test_organisations_that_differ_are_told_apart(one: Organisation, other: Organisation) -> None:
    assert difference(one, one) == ()
    assert needs(one, one, TODAY) == frozenset()
    assert bool(difference(one, other)) == (one != other)
    assert bool(needs(one, other, TODAY)) == (one != other)
    turned = replace(one, units=one.units[::-1])
    assert bool(difference(one, turned)) == bool(needs(one, turned, TODAY)) == (one != turned)


ADMIN, APPOINT = Permit.ADMINISTER, Permit.APPOINT


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (changes.add_unit(OLD, Unit("x", "X", UnitKind.BOARD, "kommun")), {(ADMIN, "kommun")}),
        (changes.add_unit(OLD, Unit("x", "X", UnitKind.DEPARTMENT, "klk")), {(ADMIN, "klk")}),
        (changes.change_unit(OLD, "bun", name="X"), {(ADMIN, "bun")}),
        (changes.change_unit(OLD, "bun", admits=[Admission.CHANGE]), {(ADMIN, "bun")}),
        (changes.change_unit(OLD, "bun", own_authority=False), {(ADMIN, "bun")}),
        (changes.end_unit(OLD, "bun", TODAY), {(ADMIN, "bun")}),
        (changes.move_unit(OLD, "klk", "bun", TODAY),
         {(ADMIN, "klk"), (ADMIN, "ks"), (ADMIN, "bun")}),
        (changes.merge(OLD, MERGED, ["bun", "tn"]),
         {(ADMIN, "kommun"), (ADMIN, "bun"), (ADMIN, "tn")}),
        (changes.add_function(OLD, Function("Ny", "klk")), {(ADMIN, "klk")}),
        (changes.change_function(OLD, "HR-chefen", "bun"), {(ADMIN, "klk"), (ADMIN, "bun")}),
        (changes.give_function(OLD, "HR-chefen", Holding("a@kommun.example")), {(ADMIN, "klk")}),
        (changes.appoint_substitute(OLD, "HR-chefen", "a@kommun.example", TODAY, TODAY),
         {(APPOINT, "klk")}),
        (changes.give_role(OLD, Grant(Role.READER, "bun", "a@kommun.example")), {(ADMIN, "bun")}),
        (changes.end_role(OLD, OLD.grants[0], TODAY), {(ADMIN, "ks")}),
        (changes.change_settings(OLD, name="X"), {(ADMIN, "kommun")}),
        (changes.change_claims(OLD, [ClaimGrant("x", Role.READER, "bun")]),
         {(ADMIN, "kommun"), (ADMIN, "bun")}),
    ],
)  # fmt: skip
def test_each_change_asks_for_a_permit_where_it_reaches(
    after: Organisation, expected: set[tuple[Permit, str]]
) -> None:
    assert asked(after) == expected


def test_a_border_is_drawn_from_above_and_taken_away_from_inside() -> None:
    drawn = changes.change_unit(OLD, "klk", own_authority=True)
    assert needs(OLD, drawn, TODAY) == {Need(ADMIN, ("klk", "ks"))}
    assert needs(drawn, OLD, TODAY) == {Need(ADMIN, ("klk",))}


def test_whoever_gives_a_function_gives_its_roles_too() -> None:
    given = changes.give_function(OLD, "Controllern", Holding("a@kommun.example"))
    assert asked(given) == {(ADMIN, "klk"), (ADMIN, "ks")}
    stood_in = changes.appoint_substitute(OLD, "Controllern", "a@kommun.example", TODAY, TODAY)
    assert asked(stood_in) == {(APPOINT, "klk"), (ADMIN, "ks")}
    reading = replace(OLD, grants=(Grant(Role.READER, "ks", function="Controllern"),))
    stood_in = changes.appoint_substitute(reading, "Controllern", "a@kommun.example", TODAY, TODAY)
    found = needs(reading, stood_in, TODAY)
    assert found == {Need(APPOINT, ("klk",)), Need(APPOINT, ("ks",))}


def test_a_role_that_has_ended_goes_to_no_substitute() -> None:
    ended = Grant(Role.CONTROLLER, "ks", function="Controllern", end=date(2026, 2, 28))
    before = replace(OLD, grants=(ended,))
    stood_in = changes.appoint_substitute(before, "Controllern", "a@kommun.example", TODAY, TODAY)
    assert needs(before, stood_in, TODAY) == {Need(APPOINT, ("klk",))}


def test_what_a_new_unit_is_born_with_asks_above_it_and_letting_in_is_for_those_inside() -> None:
    new = Unit("x", "X", UnitKind.BOARD, "kommun", own_authority=True)
    after = changes.add_function(changes.add_unit(OLD, new), Function("Ny", "x"))
    after = changes.give_role(after, Grant(Role.ADMINISTRATOR, "x", function="Ny"))
    assert asked(after) == {(ADMIN, "kommun")}
    open_ = changes.add_unit(OLD, replace(new, admits=(Admission.PROTECTED,)))
    assert (ADMIN, "x") in asked(open_)


def with_administrators(*grants: Grant) -> Organisation:
    return replace(OLD, grants=(*OLD.grants, *grants))


def test_an_organisation_is_never_left_without_an_administrator() -> None:
    mine = Grant(Role.ADMINISTRATOR, "kommun", "a@kommun.example")
    office = Grant(Role.ADMINISTRATOR, "kommun", function="HR-chefen")
    one, two = with_administrators(mine), with_administrators(mine, office)
    assert administrators(two, TODAY) == {"a@kommun.example", "hr.chef@kommun.example"}
    assert without_administrators(two, one, TODAY) is None
    assert without_administrators(one, OLD, TODAY) == TODAY
    later = changes.end_role(one, mine, date(2026, 12, 31))
    assert without_administrators(one, later, TODAY) == date(2027, 1, 1)
    empty = changes.end_holding(
        with_administrators(office), "HR-chefen", "hr.chef@kommun.example", date(2026, 5, 31)
    )
    assert without_administrators(with_administrators(office), empty, TODAY) == date(2026, 6, 1)
    assert without_administrators(OLD, OLD, TODAY) is None
